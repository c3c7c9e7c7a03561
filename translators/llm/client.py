"""The client for any OpenAI-compatible server: cached, bounded, and patient with each item by itself.

| what the server does                       | what happens                                                  |
| ------------------------------------------ | ------------------------------------------------------------- |
| answers                                    | the reply is cached and returned                              |
| 429, or 5xx                                | waits as Retry-After says, else longer each time; sends again |
| timeout, broken or refused connection      | waits longer each time; sends again                           |
| still so after `attempts`                  | `ServerUnavailable`: run the same command later               |
| the same, while it answers others          | `NoAnswer` for this item alone; a 429 uses up no attempt      |
| 401, 403                                   | `PermissionProblem`, names the variable with the key          |
| 400, 404 and the like                      | `RecipeError` with the server's words and the model's name    |
| 400 or 422 that names the schema           | asks again without one, now and in later runs                 |
| text longer than the context window        | `RequestTooLong` for this item alone                          |
| an answer that cannot be read              | `BadAnswer` for this item alone, not cached                   |
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import openai

from schemas.errors import PermissionProblem, RecipeError
from schemas.recipe import Client
from translators.llm.caching import Cache
from translators.llm.flights import Flight, Flights
from translators.llm.ledger import Ledger
from translators.llm.memory_ledger import MemoryLedger
from translators.llm.purse import Purse
from translators.llm.reading import retry_after_seconds
from translators.llm.request import Reply, Request, endpoint_identity
from translators.llm.sender import SchemaRefused, Sender
from translators.llm.structured import Demotions, without_schema
from translators.llm.trouble import Server
from translators.llm.usage import Used, unpriced

__all__ = ["OpenAIClient", "retry_after_seconds"]

_FIRST_WAIT_SECONDS = 0.5
PATIENCE_SECONDS = 5.0  # beyond the timeout, until what another worker has set aside counts as lost


class OpenAIClient:
    """Asks one server.

    May be used from one event loop after another, but not from two at once.

    Args:
        spec: the recipe's `client` part, or what it says for a role.
        cache: where replies are kept; None keeps none.
        base_url: address up to and with /v1, where it is not the recipe's (the local server has a port of its own).
        endpoint: identity of who answers; made from the address when None. Give `local_server.identity()` for the
            local server, whose port says nothing.
        ledger: what all workers share; None: limits and cap hold for this client alone.
        purse: what clients of this process share that spend under one cap; None for one of its own.
        setting: part of the recipe that `spec` comes from, for messages.
        key_setting: part of the recipe that names the key's variable.
        first_wait_seconds: wait before the second attempt; it doubles with each further one.

    Raises:
        RecipeError: no address, or a cap in dollars without a price.
        PermissionProblem: the variable that should hold the key is not set.
    """

    def __init__(
        self,
        spec: Client,
        cache: Cache | None = None,
        *,
        base_url: str | None = None,
        endpoint: str | None = None,
        ledger: Ledger | None = None,
        purse: Purse | None = None,
        setting: str = "client",
        key_setting: str = "client",
        first_wait_seconds: float = _FIRST_WAIT_SECONDS,
    ) -> None:
        address = base_url or spec.base_url
        if not address or urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).hostname:
            raise RecipeError(
                f"{setting}.base_url: {address!r} is not the address of a server. Write one such as "
                "http://127.0.0.1:8080/v1, or `local: true` to start the small model of glotmill[local-llm]."
            )
        if unpriced(spec):
            raise RecipeError(
                f"{setting}.price is missing: client.cap.dollars cannot be kept without knowing what {spec.model!r} "
                "costs. Write `price: {prompt: ..., completion: ...}`, in dollars for a million tokens."
            )
        self.spec = spec
        self.endpoint = endpoint or endpoint_identity(address)
        key = os.environ.get(spec.api_key_env, "").strip() if spec.api_key_env else ""
        if spec.api_key_env and not key:
            raise PermissionProblem(
                f"the environment variable {spec.api_key_env} ({key_setting}.api_key_env) is empty. "
                f"Set it to the key for {self.endpoint}, for example: export {spec.api_key_env}=..."
            )
        self.cache = cache
        self.server = Server(self.endpoint, key, spec.api_key_env, setting, spec.timeout_seconds)
        self.purse = purse or Purse(
            ledger if ledger is not None else MemoryLedger(spec.cap), spec.cap, spec.timeout_seconds + PATIENCE_SECONDS
        )
        self.demoted = Demotions(cache, self.endpoint)
        self.sender = Sender(spec, address, self.server, self.purse, self.demoted, first_wait_seconds)
        self._flights = Flights()
        self._fetched: dict[str, Reply] = {}

    @property
    def used(self) -> dict[str, Used]:
        """What was asked and what it cost, by role; `""` for requests of no role."""
        return self.sender.used

    @property
    def calls(self) -> int:
        """Requests sent so far, repeated ones included: a run on a warm cache sends none."""
        return sum(used.calls for used in self.used.values())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """End what is on its way and close the connections of the running event loop. It may be used again."""
        await self._flights.close()
        await self.sender.close()

    async def ask(self, request: Request) -> Reply:
        """The reply to a request, from the cache where it is there.

        Cancelled, it gives an answer that may be arriving a tenth of a second to come; what was set aside for one that
        does not come counts as spent.

        Raises:
            BadAnswer: this one answer is of no use; `NoAnswer` where the server answered others in the meantime.
            BudgetSpent: it could cost more than is left under the cap.
            ServerUnavailable: the server is away or keeps refusing.
            StopError: the request can never succeed (key, model name).
        """
        asked = self.fitted(request)
        key = asked.key(self.endpoint)
        reply, mine = self.known(request, asked, key), False
        if reply is None:
            reply, mine = await self._flights.reply(key, lambda flight: self._fetch(asked, key, flight))
        if mine:
            return reply
        self.used[request.role].cached += 1
        return reply if reply.cached else replace(reply, cached=True)

    def prefetch(self, requests: Iterable[Request]) -> int:
        """Read replies from the cache in one go, for `ask` to find. Returns how many are there.

        Args:
            requests: that will be asked soon, each once.
        """
        if self.cache is None:
            return 0
        keys = dict.fromkeys(self.fitted(request).key(self.endpoint) for request in requests)
        found = self.cache.get_many(list(keys))
        self._fetched.update(found)
        return len(found)

    def connect(self) -> openai.AsyncOpenAI:
        """The connection of the running event loop."""
        return self.sender.connect()

    def fitted(self, request: Request) -> Request:
        """The request as it is sent: without its schema where the server or the recipe does not want one."""
        if request.schema is None:
            return request
        if request.form != "chat" or self.spec.structured == "off" or request.model in self.demoted:
            return without_schema(request)
        return request

    def found(self, key: str) -> Reply | None:
        """The reply under a key that is there already."""
        if self._fetched and (reply := self._fetched.pop(key, None)) is not None:
            return reply
        return None if self.cache is None else self.cache.get(key)

    def known(self, request: Request, asked: Request, key: str) -> Reply | None:
        """The reply to a request that is there already.

        Args:
            request: as it came.
            asked: as it is sent.
            key: of that.
        """
        reply = self.found(key)
        if reply is None and asked is not request and request.form == "chat" and self.spec.structured == "auto":
            # From before the server refused a schema: it was paid for, and it is still good.
            reply = self.found(request.key(self.endpoint))
        return reply

    def keep(self, key: str, reply: Reply, canonical: str) -> Reply:
        """Keep a reply. Returns the one that stands: the first writer wins."""
        reply = replace(reply, key=key)
        return reply if self.cache is None else self.cache.put(key, reply, canonical)

    async def _fetch(self, request: Request, key: str, flight: Flight) -> Reply:
        try:
            return await self.sender.send(
                request, key, flight, lambda reply: self.keep(key, reply, request.canonical())
            )
        except SchemaRefused as refused:
            self.demoted.add(request.model, refused.words)
        plain = without_schema(request)
        plain_key = plain.key(self.endpoint)
        found = self.found(plain_key)
        return found if found is not None else await self._fetch(plain, plain_key, flight)
