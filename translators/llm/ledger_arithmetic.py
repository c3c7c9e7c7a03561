"""The arithmetic of a ledger: when a request may go, and whether it fits under a cap. Nothing is kept here.

Rates go by the generic cell rate algorithm (GCRA, ITU-T I.371): a lane keeps one number for each limit, the
theoretical arrival time `tat`, up to which its allowance is used. It needs no clock of its own and no timer: all
workers that read and write the same number keep one limit together. A number that was never written is 0.0.

Money is counted in whole nanodollars and whole tokens, so that what is set aside and taken back leaves exactly
nothing. An account keeps three sums of each:

- `spent`: what replies did cost;
- `lost`: what was set aside for requests of which nobody said what they cost (`settle(most, None)`);
- `open`: what is set aside for requests that are on their way. What a killed worker had set aside stays here for good:
  nobody knows what its requests cost.

`Ledger.spent()` is (`spent`, `lost` + `open`). A ledger that can tell which of `open` belongs to living workers should
also have a method `in_flight() -> Amount`: where it is nothing, waiting frees nothing, and the client stops at once
instead of waiting as long as a request may take.
"""

from __future__ import annotations

import math

from schemas.recipe import Cap
from translators.llm.ledger import Amount

NANO = 1_000_000_000
"""Nanodollars in a dollar."""
_SHARE = 0.97  # of a limit that is used: requests reach the server a little closer together than they were sent
_REQUESTS_SECONDS = 0.25  # lateness of timers that may be made good
_TOKENS_MINUTES = 0.03  # what comes back of tokens that were counted and not used must find room; see `token_burst`


def request_burst(per_minute: float) -> float:
    """Requests that may go at once after a pause: one, and those of a quarter of a second.

    With the share of the limit that is used, no minute sees more requests than the limit, wherever it begins.

    >>> request_burst(600)
    3.5
    """
    return 1.0 + per_minute * _REQUESTS_SECONDS / 60.0


def token_burst(per_minute: float) -> float:
    """Tokens that may go at once after a pause: 3 % of a minute's.

    Requests are counted by their most and give back what they did not use. A bucket that could hold no more than one
    request would run over whenever something comes back, and what runs over is never sent.

    >>> token_burst(100_000)
    3000.0
    """
    return per_minute * _TOKENS_MINUTES


def next_allowed(tat: float, now: float, per_minute: float, quantity: float, burst: float) -> tuple[float, float]:
    """Whether so much may go now.

    >>> next_allowed(0.0, 100.0, 60 / 0.97, 1, 1)
    (101.0, 0.0)
    >>> next_allowed(101.0, 100.25, 60 / 0.97, 1, 1)
    (101.0, 0.75)

    Args:
        tat: theoretical arrival time, seconds since 1970.
        now: seconds since 1970.
        per_minute: the limit; 97 % of it are used.
        quantity: requests or tokens, from 0.
        burst: how much may go at once after a pause. More than that goes only when nothing at all is used, and what
            follows waits the longer.

    Returns:
        The new `tat` and 0.0 where it may go; else the old one and the seconds after which to ask again.
    """
    each = 60.0 / (per_minute * _SHARE)
    new = max(tat, now) + quantity * each
    wait = new - max(burst, quantity) * each - now
    # Times since 1970 have steps of a quarter of a microsecond: less than that is no wait.
    return (new, 0.0) if wait <= 1e-6 else (tat, wait)


def given_back(tat: float, per_minute: float, quantity: float) -> float:
    """`tat` after a quantity was counted and not used. It may lie in the past: a bucket is never more than full."""
    return tat - quantity * 60.0 / (per_minute * _SHARE)


def may_send(
    now: float,
    until: float,
    requests: tuple[float, float | None],
    tokens: tuple[float, float | None],
    quantity: int,
) -> tuple[float, float, float]:
    """Whether one request may go now: no limit counts it unless all let it pass.

    Args:
        now: seconds since 1970.
        until: nothing goes before (Retry-After), seconds since 1970; 0.0 for no such time.
        requests: `tat` and limit a minute; None for no limit.
        tokens: likewise.
        quantity: tokens that the request takes at most.

    Returns:
        Seconds to wait (0.0: it goes), and both new `tat`, which are the old ones where it has to wait.
    """
    wait = max(0.0, until - now)
    request_tat, token_tat = requests[0], tokens[0]
    new_requests, new_tokens = request_tat, token_tat
    if requests[1] is not None:
        new_requests, longer = next_allowed(request_tat, now, requests[1], 1, request_burst(requests[1]))
        wait = max(wait, longer)
    if tokens[1] is not None:
        new_tokens, longer = next_allowed(token_tat, now, tokens[1], quantity, token_burst(tokens[1]))
        wait = max(wait, longer)
    return (0.0, new_requests, new_tokens) if wait == 0.0 else (wait, request_tat, token_tat)


def fits(cap: int | None, spent: int, aside: int, most: int) -> bool:
    """Whether a request stays under a cap, whatever it and all others on their way will cost.

    Args:
        cap: the most, in tokens or nanodollars; None for any amount.
        spent: what replies did cost.
        aside: what is set aside, lost and open together.
        most: what the request can cost at most.
    """
    return cap is None or spent + aside + most <= cap


def nanodollars(dollars: float) -> int:
    """Whole nanodollars of what something costs: rounded up, but not for what is only the rounding of a float.

    >>> nanodollars(0.1 + 0.2), nanodollars(1e-12)
    (300000000, 1)
    """
    return math.ceil(round(dollars * NANO, 4))


def cap_nanodollars(dollars: float | None) -> int | None:
    """Whole nanodollars of a cap: rounded down, but not for what is only the rounding of a float."""
    return None if dollars is None else math.floor(round(dollars * NANO, 4))


def in_dollars(nano: int) -> float:
    """Dollars, to show and to report."""
    return nano / NANO


def counted(amount: Amount) -> tuple[int, int]:
    """Tokens and whole nanodollars of an amount: what a ledger adds up."""
    return amount.tokens, nanodollars(amount.dollars)


def amount(counted: tuple[int, int]) -> Amount:
    """The amount of tokens and nanodollars."""
    return Amount(counted[0], in_dollars(counted[1]))


def within(cap: Cap | None, spent: tuple[int, int], aside: tuple[int, int], most: tuple[int, int]) -> bool:
    """Whether a request stays under a cap in both units; each pair holds tokens and nanodollars."""
    if cap is None:
        return True
    limits = (cap.tokens, cap_nanodollars(cap.dollars))
    return all(fits(*one) for one in zip(limits, spent, aside, most, strict=True))
