"""One model at one server, as one process sees it: how many at once, how many a minute, and when not at all."""

from __future__ import annotations

import asyncio
import time

from schemas.errors import ServerUnavailable
from translators.llm.ledger import Ledger, Limits
from translators.llm.pace import Pace, Places

LONGEST_RETRY_AFTER_SECONDS = 600.0
"""A server that asks for more patience than this is left alone: the run ends and says when to come back."""


class Lane:
    """The way to one model.

    Args:
        name: model and server, the same in all processes.
        limits: requests and tokens a minute, of all processes together.
        ledger: where these are kept.
        ceiling: requests at once, at most.
    """

    def __init__(self, name: str, limits: Limits, ledger: Ledger, ceiling: int) -> None:
        self.name = name
        self.limits = limits
        self.pace = Pace(ceiling)
        self.answers = 0
        """Answers that came so far, good or bad."""
        self._ledger = ledger
        self._gate = Places()
        self._not_before = 0.0  # on time.monotonic
        self._freed: asyncio.Event | None = None

    async def admit(self, ticket: int, tokens: int) -> None:
        """Wait until one request may go. The last thing to wait for before it is sent.

        One request of this process at a time asks the ledger, and sleeps for as long as that says; the others stand
        in line behind it.

        Args:
            ticket: its place in line.
            tokens: what it takes at most.

        Raises:
            ServerUnavailable: the server wants to be left alone for very long.
        """
        await self._gate.enter(ticket)
        try:
            while True:
                self._freed = None
                wait = self._not_before - time.monotonic()
                if wait <= 0:
                    wait = self._ledger.may_send(self.name, self.limits, tokens)
                    if wait <= 0:
                        return
                if wait > LONGEST_RETRY_AFTER_SECONDS:
                    self._unless_told_so(wait)
                await self._sleep(wait)
        finally:
            self._gate.leave()

    async def _sleep(self, seconds: float) -> None:
        """Sleep, but not longer than until tokens are given back here."""
        self._freed = freed = asyncio.Event()
        try:
            async with asyncio.timeout(seconds):
                await freed.wait()
        except TimeoutError:
            pass

    def give_back(self, tokens: int) -> None:
        """Tokens that were counted and not used."""
        if tokens > 0 and self.limits.tokens is not None:
            self._ledger.give_back(self.name, self.limits, tokens)
            if self._freed is not None:
                self._freed.set()

    def hold(self, seconds: float) -> None:
        """Send nothing for so long, here and in all other processes."""
        self._not_before = max(self._not_before, time.monotonic() + seconds)
        self._ledger.hold(self.name, time.time() + seconds)

    def _unless_told_so(self, wait: float) -> None:
        """Give up where it is the server that asks for so much patience, and not the limits of the recipe."""
        limited = self.limits.requests is not None or self.limits.tokens is not None
        held = self._ledger.may_send(self.name, Limits(), 0) if limited else wait
        if held > LONGEST_RETRY_AFTER_SECONDS:
            raise ServerUnavailable(
                f"{self.name} asked to be left alone for {held:.0f} seconds more (Retry-After). Run the same command "
                "again after that: answers so far are in the response cache."
            )
