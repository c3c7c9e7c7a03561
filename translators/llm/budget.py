"""A cap on what requests may cost, kept while they are in flight.

Before a request is sent, as much is set aside as it can cost at most; its reply says what it did cost. Nothing is sent
while what is spent and what is set aside would exceed the cap: a request waits until those before it are settled, and
when there is none left to wait for, it is not sent at all. What a request cost that failed is not known, so what was
set aside for it stays so.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from schemas.errors import BudgetSpent
from translators.llm.quote import Price, Quote, Usage


@dataclass(frozen=True)
class Cap:
    """The most that may be spent; None for any amount.

    Args:
        tokens: sent and received together.
        dollars: US dollars; needs `price`.
        price: what tokens cost.
    """

    tokens: int | None = None
    dollars: float | None = None
    price: Price | None = None

    def __bool__(self) -> bool:
        return self.tokens is not None or self.dollars is not None

    def holds(self, usage: Usage) -> bool:
        """Whether so many tokens stay within it."""
        if self.tokens is not None and usage.total > self.tokens:
            return False
        return self.dollars is None or self.price is None or self._cost(self.price, usage) <= self.dollars

    def refuses(self, quote: Quote) -> str | None:
        """Why work with such a quote should not begin: the upper end of its interval is above the cap, or not known."""
        for limit, estimate, unit in (
            (self.tokens, quote.tokens, "{:,.0f} tokens"),
            (self.dollars, quote.dollars, "${:,.4f}"),
        ):
            if limit is None or estimate is None:
                continue
            if estimate.high is None:
                return "the server did not say how many tokens it used, so the cap cannot be kept"
            if round(estimate.high, 12) > limit:
                return f"it may take up to {unit.format(estimate.high)}, and the cap is {unit.format(limit)}"
        return None

    @staticmethod
    def _cost(price: Price, usage: Usage) -> float:
        # Twelve digits: a sum of floats must not exceed by rounding what it equals.
        return round(price.dollars(usage.prompt, usage.completion), 12)


class Budget:
    """What is spent and what is set aside, for the requests of one event loop at a time.

    Args:
        cap: what may not be exceeded.
        spent: tokens that count as spent from the start: those of replies that are there already.
    """

    def __init__(self, cap: Cap, spent: Usage | None = None) -> None:
        self.cap = cap
        self.spent = spent or Usage()
        """Tokens of all replies so far."""
        self.lost = Usage()
        """Tokens set aside for requests whose cost nobody said."""
        self._aside = Usage()
        self._in_flight = 0
        self._settled: asyncio.Condition | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def reserve(self, most: Usage) -> None:
        """Set tokens aside for one request, waiting for those in flight where that may help.

        Args:
            most: what the request can cost at most.

        Raises:
            BudgetSpent: it would not fit even if nothing else were in flight.
        """
        if not self.cap:
            return
        settled = self._condition()
        async with settled:
            while not self.cap.holds(self.spent + self.lost + self._aside + most):
                if not self._in_flight:
                    raise BudgetSpent(self._why(most))
                await settled.wait()
            self._aside += most
            self._in_flight += 1

    async def settle(self, most: Usage, cost: Usage | None) -> None:
        """Put what a request did cost in place of what was set aside for it.

        Args:
            most: what was set aside.
            cost: tokens as the server counted them; None where it did not say, so that all of `most` counts.
        """
        self.spent += cost or Usage()
        if cost is None:
            self.lost += most
        if not self.cap:
            return
        settled = self._condition()
        async with settled:
            self._aside = Usage(self._aside.prompt - most.prompt, self._aside.completion - most.completion)
            self._in_flight -= 1
            settled.notify_all()

    def _condition(self) -> asyncio.Condition:
        """The condition of the running loop: it cannot move to another."""
        loop = asyncio.get_running_loop()
        if self._settled is None or self._loop is not loop:
            self._settled, self._loop = asyncio.Condition(), loop
            self._aside, self._in_flight = Usage(), 0
        return self._settled

    def _why(self, most: Usage) -> str:
        used = self.spent + self.lost
        said = f"{used.total:,} tokens are spent, and the next request could take {most.total:,}"
        price = self.cap.price
        if price is not None:
            said += (
                f" (${price.dollars(used.prompt, used.completion):.4f} and "
                f"${price.dollars(most.prompt, most.completion):.4f})"
            )
        return said
