"""Requests on their way, by key: who asks for the same meanwhile shares the reply, and nobody's leaving cuts it off."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from translators.llm.request import BadAnswer, Reply

# A cancelled request may be a moment away from its answer, which is paid for.
_GRACE_SECONDS = 0.1


@dataclass(eq=False)
class Flight:
    """A request on its way.

    Args:
        waiting: how many wait for its reply.
        out: whether it was sent and is not answered yet.
    """

    waiting: int = 0
    out: bool = False
    task: asyncio.Task[Reply] | None = None


class Flights:
    """What is on its way in the running event loop."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._flights: dict[str, Flight] = {}

    async def reply(self, key: str, fetch: Callable[[Flight], Coroutine[Any, Any, Reply]]) -> tuple[Reply, bool]:
        """The reply to a request, and whether it was sent for this call.

        Cancelled, the last one to wait for it gives an answer that may be arriving a moment to come, then ends it.

        Args:
            key: of the request.
            fetch: asks for it; runs as a task of its own.

        Raises:
            Exception: what `fetch` raises. A `BadAnswer` is one of its own for each who waits.
        """
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._loop, self._flights = loop, {}
        flight = self._flights.get(key)
        mine = flight is None
        if flight is None:
            flight = self._flights[key] = Flight()
            flight.task = loop.create_task(fetch(flight))
            flight.task.add_done_callback(lambda task: self._landed(key, task))
        assert flight.task is not None
        flight.waiting += 1
        try:
            return await asyncio.shield(flight.task), mine
        except asyncio.CancelledError:
            await self._leave(key, flight, flight.task)
            raise
        except BadAnswer as error:
            # Who asks may write the keys of other requests into it.
            raise error if mine else copy.copy(error) from None
        finally:
            flight.waiting -= 1

    async def close(self) -> None:
        """End what is on its way in the running event loop."""
        if self._loop is not asyncio.get_running_loop():
            return
        tasks = [flight.task for flight in self._flights.values() if flight.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _leave(self, key: str, flight: Flight, task: asyncio.Task[Reply]) -> None:
        if flight.waiting > 1 or task.done():
            return
        try:
            if flight.out:
                await asyncio.wait([task], timeout=_GRACE_SECONDS)
        finally:
            if flight.waiting == 1 and not task.done():
                if self._flights.get(key) is flight:
                    del self._flights[key]  # who asks for the same from now on must send it anew
                task.cancel()
        if flight.waiting == 1:
            await asyncio.wait([task])

    def _landed(self, key: str, task: asyncio.Task[Reply]) -> None:
        flight = self._flights.get(key)
        if flight is not None and flight.task is task:
            del self._flights[key]
        if not task.cancelled():
            task.exception()  # marks it as seen: nobody may be waiting for it any more
