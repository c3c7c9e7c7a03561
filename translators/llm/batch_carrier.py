"""Carries requests through the Batch API: as few batches as they need, each collected once and settled once."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass

from schemas.errors import RecipeError, ServerUnavailable, StopError
from translators.llm.batch_answers import Answers
from translators.llm.batch_journal import Journal, Sent
from translators.llm.batch_server import BatchServer, State
from translators.llm.client import OpenAIClient
from translators.llm.ledger import Amount
from translators.llm.pace import ticket
from translators.llm.request import NoAnswer, Reply, Request

_FULL = "token_limit_exceeded"  # more is queued for this model than the account may
_MAKING_SECONDS = 120.0  # between writing a batch down and having it made
_LOG = logging.getLogger("glotmill.batch")


@dataclass(eq=False)
class Item:
    """A request that is waited for.

    Args:
        request: as it is sent.
        key: of the request.
        reply: what it will get.
        waiting: how many wait.
        tries: batches in which it got none.
        trouble: why, in the last of them.
    """

    request: Request
    key: str
    reply: asyncio.Future[Reply]
    waiting: int = 0
    tries: int = 0
    trouble: str = ""


@dataclass
class _Room:
    """How many requests a batch may have, after servers said that it was too long for their queue."""

    requests: int


class Carrier:
    """Sends and collects batches.

    Args:
        client: the same server, online.
        server: its Batch API.
        first_look_seconds: shortest wait.
    """

    def __init__(self, client: OpenAIClient, server: BatchServer, first_look_seconds: float) -> None:
        if client.cache is None:
            raise RecipeError("client.mode: batch needs a response cache, where batches on their way are written down")
        self.running: dict[str, int] = {}
        """Batches on their way, by id, with the number of their requests."""
        self._client = client
        self._server = server
        self._journal = Journal(client.cache, client.endpoint)
        self._purse = client.purse
        self._first_look = first_look_seconds

    async def carry(self, items: Sequence[Item]) -> None:
        """See to it that each item gets its reply or its error.

        What a batch of an earlier run, or of another worker, holds is collected; the rest is sent in the meantime.
        """
        keys = {item.key for item in items}
        try:
            running = [sent for sent in self._journal.open() if sent.keys & keys]
            held = {key for sent in running for key in sent.keys}
            await asyncio.gather(
                self._send_all([item for item in items if item.key not in held]),
                *(self._collect_other(sent, [item for item in items if item.key in sent.keys]) for sent in running),
            )
            await self._send_all(items)
        except Exception as error:
            _fail(items, error)

    async def _send_all(self, items: Sequence[Item]) -> None:
        room = _Room(len(items))
        try:
            while waiting := [item for item in items if not item.reply.done()]:
                await self._send(waiting[: room.requests], room)
        except Exception as error:
            _fail(items, error)

    async def _collect_other(self, sent: Sent, items: Sequence[Item]) -> None:
        """Collect a batch of an earlier run, or of another worker."""
        self._purse.adopt()
        cost: Amount | None = Amount()
        ended = False
        try:
            while not sent.batch:
                made = await self._server.of_file(sent.input_file, sent.at)
                if made is not None:
                    sent = self._journal.made(sent, made)
                elif time.time() - sent.at > _MAKING_SECONDS:
                    break  # who wrote it down was killed before it was made
                else:
                    await asyncio.sleep(self._first_look)
            if sent.batch:
                cost, _ = await self._collect(sent, items)
            ended = True
        except Exception as error:
            _fail(items, error)
        finally:
            self._end(sent, cost, ended=ended)

    async def _send(self, items: Sequence[Item], room: _Room) -> None:
        """Send as many as fit under the cap as one batch, and collect it."""
        items, most = await self._within_cap(items)
        try:
            file = await self._server.upload([(item.key, item.request) for item in items])
        except BaseException:
            self._purse.settle(most, Amount())
            raise
        sent = self._journal.sending(file, [item.key for item in items], most)
        cost: Amount | None = Amount()
        ended = False
        try:
            try:
                batch = await self._server.make(file, items[0].request.form)
            except StopError:
                ended = True  # refused: it was never made
                raise
            sent = self._journal.made(sent, batch)
            for item in items:
                self._client.used[item.request.role].calls += 1
            cost, state = await self._collect(sent, items)
            ended = True
        finally:
            self._end(sent, cost, ended=ended)
        if state.code == _FULL:
            await self._make_room(items, room)

    def _end(self, sent: Sent, cost: Amount | None, *, ended: bool) -> None:
        """Settle a batch, unless it is still on its way or somebody else did so: it stays set aside until then."""
        if ended and self._journal.done(sent):
            self._purse.settle(sent.most, cost)
        else:
            self._purse.abandon()

    async def _collect(self, sent: Sent, items: Sequence[Item]) -> tuple[Amount | None, State]:
        """Wait for a batch, keep all its answers, and give them to those items that it holds. Returns what it cost."""
        self.running[sent.batch] = len(sent.keys)
        try:
            state = await self._server.ended(sent.batch)
            answers = Answers(self._client, {item.key: item for item in items if item.key in sent.keys})
            if state.files:
                await answers.find_requests(sent, self._server)
            for file in state.files:
                await self._server.read(file, answers.take)
        except asyncio.CancelledError:
            _LOG.warning(
                "batch %s with %s requests goes on at %s; the next run collects it",
                sent.batch, f"{len(sent.keys):,}", self._client.endpoint,
            )  # fmt: skip
            raise
        del self.running[sent.batch]
        self._judge(state, answers)
        return answers.cost, state

    def _judge(self, state: State, answers: Answers) -> None:
        """What becomes of the items of a batch that got no answer: another batch, or the end."""
        attempts = self._client.spec.attempts
        for item in answers.left:
            if state.status == "failed" and state.code != _FULL:
                words = f"{self._client.endpoint} does not take the batch {state.id} ({state.code}: {state.words})"
                item.reply.set_exception(RecipeError(f"{words}. Check model and form of {self._setting}."))
            elif state.status == "cancelled":
                item.reply.set_exception(
                    ServerUnavailable(f"somebody cancelled the batch {state.id}. Run again to send its rest anew.")
                )
            elif state.code != _FULL:
                item.tries += 1
                if item.tries >= attempts:
                    item.reply.set_exception(self._no_answer(item, answers))

    def _no_answer(self, item: Item, answers: Answers) -> NoAnswer | ServerUnavailable:
        said = (
            f"{self._client.endpoint} gave no answer to {item.request.purpose or 'a request'} in {item.tries} batches; "
            f"the last: {item.trouble or 'its turn never came'}."
        )
        if answers.answered and item.trouble:
            return NoAnswer(f"{said} It answered {answers.answered:,} others.", keys=[item.key])
        return ServerUnavailable(f"{said} Run the same command again later: answers so far are in the response cache.")

    async def _make_room(self, items: Sequence[Item], room: _Room) -> None:
        """Wait for our other batches to leave the queue; where there are none, send fewer at once."""
        before = set(self.running)
        if before:
            while before <= self.running.keys():
                await asyncio.sleep(self._first_look)
        elif len(items) > 1:
            room.requests = len(items) // 2
        else:
            raise ServerUnavailable(
                f"the queue of {self._client.endpoint} is full with a single request. Let other batches of this "
                "account end, then run the same command again."
            )

    async def _within_cap(self, items: Sequence[Item]) -> tuple[Sequence[Item], Amount]:
        """As many of the first items as fit under the cap, and what is set aside for them."""
        each = [self._client.sender.most(item.request, batch=True) for item in items]
        count = len(items)
        while count > 1:
            most = Amount(sum(one.tokens for one in each[:count]), sum(one.dollars for one in each[:count]))
            if self._purse.try_reserve(most):
                return items[:count], most
            count //= 2
        await self._purse.reserve(ticket(), each[0])
        return items[:1], each[0]

    @property
    def _setting(self) -> str:
        return self._client.server.setting


def _fail(items: Sequence[Item], error: Exception) -> None:
    for item in items:
        if not item.reply.done():
            item.reply.set_exception(error)
