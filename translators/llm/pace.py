"""How many requests are on their way at once: more while answers come, half of it as soon as a server is overloaded.

Additive increase, multiplicative decrease, as TCP does it (Jacobson, *Congestion avoidance and control*, 1988): each
window of as many answers as are let out at once makes room for one more; a refusal halves the room. One burst of
refusals is one sign: what was sent before the last cut does not cut again.
"""

from __future__ import annotations

import asyncio
import itertools
from heapq import heappop, heappush
from types import TracebackType
from typing import Self

_START = 4
_tickets = itertools.count()


def ticket() -> int:
    """A place in line, for one request: it keeps it when it has to be sent again."""
    return next(_tickets)


class Places:
    """At most `limit` inside at a time; who holds the lowest ticket enters first.

    Whoever is cancelled while waiting leaves no trace, and gives back a place that was given in that moment. May be
    used in one event loop after another: nobody of a loop that is closed is inside any more.
    """

    def __init__(self, limit: int = 1) -> None:
        self._limit = limit
        self._inside = 0
        self._order = itertools.count()
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def limit(self) -> int:
        """How many may be inside. Fewer lets those who are finish."""
        return self._limit

    @limit.setter
    def limit(self, limit: int) -> None:
        self._limit = limit
        self._let_in()

    @property
    def full(self) -> bool:
        """Whether the next one would have to wait."""
        return self._inside >= self._limit

    async def enter(self, ticket: int) -> None:
        """Wait for a place."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._loop, self._inside, self._waiting = loop, 0, []
        if self._inside < self._limit:  # then nobody waits
            self._inside += 1
            return
        turn: asyncio.Future[None] = loop.create_future()
        heappush(self._waiting, (ticket, next(self._order), turn))
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():
                self.leave()
            raise

    def leave(self) -> None:
        """Give a place back."""
        self._inside -= 1
        self._let_in()

    def _let_in(self) -> None:
        while self._waiting and self._inside < self._limit:
            _, _, turn = heappop(self._waiting)
            if not turn.done():  # else cancelled
                self._inside += 1
                turn.set_result(None)

    def seat(self, ticket: int) -> Seat:
        """A place to be taken and left several times."""
        return Seat(self, ticket)

    def is_due(self, ticket: int) -> bool:
        """Whether somebody inside would be let in now, were it not there already."""
        while self._waiting and self._waiting[0][2].done():
            heappop(self._waiting)
        return self._inside <= self._limit and (not self._waiting or ticket < self._waiting[0][0])


class Seat:
    """The place of one request, as a context manager that leaves it in the end."""

    def __init__(self, places: Places, ticket: int) -> None:
        self._places = places
        self._ticket = ticket
        self._taken = False

    async def take(self) -> None:
        """Wait for a place, unless it has one."""
        if not self._taken:
            await self._places.enter(self._ticket)
            self._taken = True

    def leave(self) -> None:
        """Give the place back, if it has one."""
        if self._taken:
            self._taken = False
            self._places.leave()

    def yield_to_others(self) -> None:
        """Give the place back if there are too many inside, or if it is somebody else's turn."""
        if self._taken and not self._places.is_due(self._ticket):
            self.leave()

    async def __aenter__(self) -> Self:
        await self.take()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.leave()


class Pace(Places):
    """Places whose number follows what the server can take.

    Args:
        ceiling: never more at once.
        start: at first.
    """

    def __init__(self, ceiling: int, start: int = _START) -> None:
        self.ceiling = ceiling
        self._exact = float(min(start, ceiling))
        self._sent = 0
        self._cut_at = 0
        super().__init__(int(self._exact))

    def sent(self) -> int:
        """Say that a request goes out now. Returns its number, for `answered` and `overloaded`."""
        self._sent += 1
        return self._sent

    def answered(self) -> None:
        """Say that an answer came, while its request is inside: 1/limit more, if all places are taken."""
        if self.full and self._exact < self.ceiling:
            self._exact = min(float(self.ceiling), self._exact + 1 / self._exact)
            self._follow()

    def overloaded(self, number: int) -> None:
        """Say that a request was refused or timed out: half as many, but once for all that were out together.

        Args:
            number: of the request.
        """
        if number > self._cut_at:
            self._exact = max(1.0, self._exact / 2)
            self._cut_at = self._sent
            self._follow()

    def _follow(self) -> None:
        if int(self._exact) != self._limit:
            self.limit = int(self._exact)
