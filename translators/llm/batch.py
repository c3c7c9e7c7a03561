"""OpenAI's Batch API: requests are gathered, sent as files, and answered within a day, for a part of the price.

Nothing that was paid for is lost: a batch stands in the journal before it is made. A run that is interrupted leaves its
batches running, and the next one collects them before it sends anything.
"""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Iterable
from dataclasses import replace

from schemas.recipe import Client
from translators.llm.batch_carrier import Carrier, Item
from translators.llm.batch_lines import line_of
from translators.llm.batch_server import BatchServer
from translators.llm.client import OpenAIClient
from translators.llm.request import BadAnswer, Reply, Request
from translators.llm.usage import Used

MOST_REQUESTS = 50_000
MOST_BYTES = 200_000_000
_QUIET_SECONDS = 1.0
_FIRST_LOOK_SECONDS = 5.0
_LONGEST_LOOK_SECONDS = 60.0


class BatchClient:
    """Asks one server in batches: an `Asker` whose answers take up to a day.

    A batch goes off when no request came for a moment, or when it is full. May be used from one event loop after
    another, but not from two at once.

    Args:
        client: the same server, online: its cache, cap and key are used.
        quiet_seconds: how long no request must come.
        first_look_seconds: until a batch is looked at first; it grows by half each time, to `longest_look_seconds`.
        most_requests: in one batch.
        most_bytes: in one file.

    Raises:
        RecipeError: the client has no cache; the journal of batches is kept there.
    """

    def __init__(
        self,
        client: OpenAIClient,
        *,
        quiet_seconds: float = _QUIET_SECONDS,
        first_look_seconds: float = _FIRST_LOOK_SECONDS,
        longest_look_seconds: float = _LONGEST_LOOK_SECONDS,
        most_requests: int = MOST_REQUESTS,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        server = BatchServer(client, first_look_seconds, longest_look_seconds)
        self._client = client
        self._carrier = Carrier(client, server, first_look_seconds)
        self._quiet = quiet_seconds
        self._most_requests = most_requests
        self._most_bytes = most_bytes
        self._loop: asyncio.AbstractEventLoop | None = None
        self._items: dict[str, Item] = {}
        self._gathered: list[Item] = []
        self._gathered_bytes = 0
        self._last = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def spec(self) -> Client:
        """The recipe's values."""
        return self._client.spec

    @property
    def endpoint(self) -> str:
        """Identity of who answers."""
        return self._client.endpoint

    @property
    def used(self) -> dict[str, Used]:
        """What was asked and what it cost, by role."""
        return self._client.used

    @property
    def running(self) -> dict[str, int]:
        """Batches on their way, by id, with the number of their requests."""
        return dict(self._carrier.running)

    def prefetch(self, requests: Iterable[Request]) -> int:
        """Read replies from the cache in one go, for `ask` to find. Returns how many are there."""
        return self._client.prefetch(requests)

    async def ask(self, request: Request) -> Reply:
        """The reply to a request, from the cache where it is there, else from a batch.

        Cancelled, it leaves a batch that is on its way running: the next run collects it.

        Raises:
            BadAnswer: this one answer is of no use; `NoAnswer` where others of its batches had one.
            BudgetSpent: it could cost more than is left under the cap.
            ServerUnavailable: the server is away, keeps refusing, or somebody cancelled the batch.
            StopError: the request can never succeed (key, model name, no such API).
        """
        asked = self._client.fitted(request)
        key = asked.key(self.endpoint)
        reply, mine = self._client.known(request, asked, key), False
        if reply is None:
            item = self._items.get(key) if self._loop is asyncio.get_running_loop() else None
            mine = item is None
            if item is None:
                item = self._gather(asked, key)
            else:
                item.waiting += 1
            try:
                reply = await asyncio.shield(item.reply)
            except BadAnswer as error:
                # Who asks may write the keys of other requests into it.
                raise error if mine else copy.copy(error) from None
            finally:
                item.waiting -= 1
        if mine:
            return reply
        self.used[request.role].cached += 1
        return reply if reply.cached else replace(reply, cached=True)

    async def close(self) -> None:
        """Stop waiting and close the connections. What is on its way stays so, and the next run collects it."""
        if self._loop is asyncio.get_running_loop():
            if self._timer is not None:
                self._timer.cancel()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            self._loop = None
        await self._client.close()

    def _gather(self, request: Request, key: str) -> Item:
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._loop, self._items, self._gathered, self._gathered_bytes = loop, {}, [], 0
            self._timer, self._tasks = None, set()
        size = len(line_of(key, request))
        if self._gathered_bytes + size > self._most_bytes:
            self._send_off(loop)
        item = self._items[key] = Item(request, key, loop.create_future(), waiting=1)
        item.reply.add_done_callback(lambda reply: self._settled(key, reply))
        self._gathered.append(item)
        self._gathered_bytes += size
        self._last = loop.time()
        if len(self._gathered) >= self._most_requests:
            self._send_off(loop)
        elif self._timer is None:
            self._timer = loop.call_later(self._quiet, self._look_for_quiet, loop)
        return item

    def _settled(self, key: str, reply: asyncio.Future[Reply]) -> None:
        self._items.pop(key, None)
        if not reply.cancelled():
            reply.exception()  # marks it as seen: nobody may be waiting for it any more

    def _look_for_quiet(self, loop: asyncio.AbstractEventLoop) -> None:
        left = self._last + self._quiet - loop.time()
        if left > 0:
            self._timer = loop.call_later(left, self._look_for_quiet, loop)
        else:
            self._send_off(loop)

    def _send_off(self, loop: asyncio.AbstractEventLoop) -> None:
        """Let what is gathered go, a batch for each model and form: the API wants no mixtures."""
        if self._timer is not None:
            self._timer.cancel()
        gathered, self._gathered, self._gathered_bytes, self._timer = self._gathered, [], 0, None
        groups: dict[tuple[str, str], list[Item]] = {}
        for item in gathered:
            if item.waiting:
                groups.setdefault((item.request.model, item.request.form), []).append(item)
            else:
                item.reply.cancel()  # who asked is gone, and nothing was sent
        for items in groups.values():
            task = loop.create_task(self._carrier.carry(items))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
