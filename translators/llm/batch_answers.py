"""The answers of one batch: each is kept, whoever asked for it, and given to whoever waits for it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from translators.llm.batch_journal import Sent
from translators.llm.batch_lines import Outcome, outcome_of, request_of
from translators.llm.batch_server import BatchServer
from translators.llm.client import OpenAIClient
from translators.llm.ledger import Amount
from translators.llm.reading import reply_of, usage_of
from translators.llm.request import BadAnswer, Request
from translators.llm.sender import SchemaRefused
from translators.llm.structured import without_schema
from translators.llm.usage import amount

if TYPE_CHECKING:
    from translators.llm.batch_carrier import Item


class Answers:
    """Takes the lines of a batch's files.

    Args:
        client: whose cache, prices and messages are used.
        items: those that wait, by key.
    """

    def __init__(self, client: OpenAIClient, items: Mapping[str, Item]) -> None:
        self.answered = 0
        """Answers that could be read."""
        self.cost: Amount | None = Amount()
        """Of all answers; None where the server did not say it of one."""
        self._client = client
        self._items = items
        self._others: dict[str, tuple[Request, str]] = {}
        self._seen: set[str] = set()

    @property
    def left(self) -> list[Item]:
        """Items that still wait and got nothing. One whose schema was refused waits for another batch in any case."""
        return [item for key, item in self._items.items() if item.key == key and not item.reply.done()]

    async def find_requests(self, sent: Sent, server: BatchServer) -> None:
        """Look up the requests of a batch that nobody here waits for: their answers are kept as well, for later.

        Raises:
            ServerUnavailable, StopError: their file cannot be read.
        """
        others = sent.keys - self._items.keys()
        assert self._client.cache is not None
        if others := others - self._client.cache.get_many(sorted(others)).keys():

            def note(line: bytes) -> None:
                try:
                    key, request, canonical = request_of(line)
                except ValueError:
                    return
                if key in others:
                    self._others[key] = request, canonical

            await server.read(sent.input_file, note)

    def take(self, line: bytes) -> None:
        """Take one line of an output or error file; what was taken before is left alone."""
        outcome = outcome_of(line)
        if outcome is None or outcome.key in self._seen:
            return
        self._seen.add(outcome.key)
        item = self._items.get(outcome.key)
        if outcome.status == 200:
            self._count(outcome)
            if item is not None:
                self._keep(outcome, item.request, item.request.canonical(), item)
            elif outcome.key in self._others:
                self._keep(outcome, *self._others[outcome.key], None)
        elif item is not None:
            self._explain(outcome, item)

    def _count(self, outcome: Outcome) -> None:
        usage = usage_of(outcome.body)
        if usage is None:
            self.cost = None
        elif self.cost is not None:
            one = amount(usage, self._client.spec.price, batch=True)
            self.cost = Amount(self.cost.tokens + one.tokens, self.cost.dollars + one.dollars)

    def _keep(self, outcome: Outcome, request: Request, canonical: str, item: Item | None) -> None:
        waits = item is not None and not item.reply.done()
        try:
            reply = reply_of(outcome.body, json.dumps(outcome.body, ensure_ascii=False), request)
        except BadAnswer as error:
            if item is not None and waits:
                item.reply.set_exception(error)
            return
        self.answered += 1
        usage, dollars = usage_of(outcome.body), 0.0
        if usage is not None:
            dollars = amount(usage, self._client.spec.price, batch=True).dollars
            if item is not None:
                self._client.sender.learn(request, usage)
        self._client.used[request.role].add(reply, dollars)
        reply = self._client.keep(outcome.key, reply, canonical)
        if item is not None and waits:
            item.reply.set_result(reply)

    def _explain(self, outcome: Outcome, item: Item) -> None:
        """What a refusal means for who waits: nothing yet where another batch may help."""
        if item.reply.done() or outcome.expired:
            return
        server = self._client.server
        if outcome.status < 400:
            item.trouble = server.words(outcome.body)
            return
        if (trouble := server.status(outcome.status, outcome.body, None)) is not None:
            item.trouble = trouble.words
            return
        error = self._client.sender.refusal(outcome.status, outcome.body, item.request)
        if not isinstance(error, SchemaRefused):
            item.reply.set_exception(error)
            return
        self._client.demoted.add(item.request.model, error.words)
        item.request = without_schema(item.request)
        item.key = item.request.key(self._client.endpoint)
        if (found := self._client.found(item.key)) is not None:
            item.reply.set_result(found)
