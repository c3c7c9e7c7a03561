"""A cap, kept by all clients of a process together: what a request can cost is set aside before it is sent.

What is set aside is what holds for any text and any tokenizer that falls back to bytes: no prompt has more tokens than
bytes, and no answer more than `max_tokens`. What servers counted before would be a tighter bound, and it is not used
here: the next text may be in another script, and then a cap would be overshot. It is used where an error does no harm,
for the tokens a minute. Only what goes beyond the bound is learnt, once a server has counted it.
"""

from __future__ import annotations

import asyncio
import time

from schemas.errors import BudgetSpent
from schemas.recipe import Cap, Price
from translators.llm import ledger_arithmetic as arithmetic
from translators.llm.ledger import Amount, Ledger
from translators.llm.pace import Places
from translators.llm.quote import Usage, prompt_tokens_at_most
from translators.llm.request import Request, canonical_json
from translators.llm.usage import amount

_AROUND_MESSAGE = 16  # tokens that a chat template puts around one message, at most
_FIRST_LOOK_SECONDS = 0.05
_LONGEST_LOOK_SECONDS = 2.0


class Purse:
    """What may still be spent.

    Args:
        ledger: where it is written; it keeps the cap.
        cap: the same cap, for messages.
        patience_seconds: longest that a request of another process can be on its way. Where others have set something
            aside, and for so long nothing changes, nothing will: they were killed.
    """

    def __init__(self, ledger: Ledger, cap: Cap | None, patience_seconds: float) -> None:
        self.ledger = ledger
        self.cap = cap
        self.patience_seconds = patience_seconds
        self._turn = Places()
        self._on_their_way = 0
        self._settled: asyncio.Event | None = None

    async def reserve(self, ticket: int, most: Amount) -> None:
        """Set aside what a request can cost, waiting for those on their way where that may help.

        Raises:
            BudgetSpent: it does not fit, and nothing is on its way that could leave room.
        """
        await self._turn.enter(ticket)
        try:
            seen: tuple[Amount, Amount] | None = None
            since, look = time.monotonic(), _FIRST_LOOK_SECONDS
            while not self.try_reserve(most):
                sums = self.ledger.spent()
                if sums != seen:
                    seen, since, look = sums, time.monotonic(), _FIRST_LOOK_SECONDS
                if not self._may_come_free(sums[0], most, time.monotonic() - since):
                    raise BudgetSpent(self._why(*sums, most))
                look = min(2 * look, _LONGEST_LOOK_SECONDS)
                await self._sleep(look)
        finally:
            self._settled = None
            self._turn.leave()

    def try_reserve(self, most: Amount) -> bool:
        """Set aside what a request can cost; False where it does not fit now."""
        if not self.ledger.reserve(most):
            return False
        self._on_their_way += 1
        return True

    def settle(self, most: Amount, cost: Amount | None) -> None:
        """Put what a request did cost in place of what was set aside; None: nobody said, so that all of it counts."""
        self._on_their_way -= 1
        self.ledger.settle(most, cost)
        if self._settled is not None:
            self._settled.set()

    def adopt(self) -> None:
        """See to something on its way that another process has set aside (a batch): `settle` or `abandon` ends that."""
        self._on_their_way += 1

    def abandon(self) -> None:
        """Leave what was set aside as it is: what was asked goes on without us (a batch)."""
        self._on_their_way -= 1

    def _may_come_free(self, spent: Amount, most: Amount, unchanged_seconds: float) -> bool:
        if self._on_their_way:
            return True  # even where it helps nobody: an error here would cut off what is paid for
        if not arithmetic.within(self.cap, arithmetic.counted(spent), (0, 0), arithmetic.counted(most)):
            return False
        others = getattr(self.ledger, "in_flight", None)  # see `ledger_arithmetic`
        if others is not None and others() == Amount():
            return False
        return unchanged_seconds < self.patience_seconds

    async def _sleep(self, seconds: float) -> None:
        self._settled = settled = asyncio.Event()
        try:
            async with asyncio.timeout(seconds):
                await settled.wait()
        except TimeoutError:
            pass

    def _why(self, spent: Amount, aside: Amount, most: Amount) -> str:
        cap = self.cap
        limits = []
        if cap is not None and cap.tokens is not None:
            limits.append(f"{cap.tokens:,} tokens")
        if cap is not None and cap.dollars is not None:
            limits.append(f"${cap.dollars:,.4f}")
        unsettled = "" if aside == Amount() else f", {_said(aside)} are set aside for requests whose cost nobody said"
        return (
            f"the cap is reached: {_said(spent)} are spent{unsettled}, and the next request could take {_said(most)}; "
            f"the cap is {' and '.join(limits) or 'that of the ledger'}. Raise client.cap and run the same command "
            "again: what was answered is in the response cache."
        )


def _said(amount: Amount) -> str:
    dollars = f" (${amount.dollars:,.4f})" if amount.dollars else ""
    return f"{amount.tokens:,} tokens{dollars}"


def most_of(request: Request, price: Price | None, beyond: Usage | None = None, *, batch: bool = False) -> Amount:
    """What a request can cost at most.

    Args:
        request: as it is sent.
        price: of the model.
        beyond: tokens that the server counted beyond what there can be, so far (`beyond`).
        batch: whether it goes through the Batch API.
    """
    most = Usage(prompt_tokens(request), room(request))
    return amount(most if beyond is None else most + beyond, price, batch=batch)


def beyond(request: Request, counted: Usage, before: Usage | None) -> Usage:
    """The most that a server counted beyond what there can be: a text of its own before every prompt, say.

    Args:
        request: as it was sent.
        counted: tokens of its answer.
        before: the most so far.
    """
    before = before or Usage()
    return Usage(
        max(before.prompt, counted.prompt - prompt_tokens(request)),
        max(before.completion, counted.completion - room(request)),
    )


def room(request: Request) -> int:
    """Tokens that an answer can have at most. llama.cpp writes one where none is asked for."""
    return max(request.max_tokens, 1)


def prompt_tokens(request: Request) -> int:
    """Tokens that a request's prompt can have at most, whatever its text, in any tokenizer that falls back to bytes.

    Counted are the texts, a schema (servers may show it to the model), and what a chat template puts around messages.
    """
    if request.form == "completion":
        return prompt_tokens_at_most(len(request.prompt.encode()))
    written = sum(len(part.encode()) for message in request.messages for part in message)
    if request.schema is not None:
        written += len(canonical_json(request.schema).encode())
    return prompt_tokens_at_most(written + _AROUND_MESSAGE * len(request.messages))
