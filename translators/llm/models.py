"""The models of a recipe, by role: one to translate, another for the way back, a stronger one for repairs."""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType
from typing import Protocol, Self, get_args

from schemas.errors import RecipeError
from schemas.recipe import Client, Role
from translators.llm.caching import Cache
from translators.llm.client import PATIENCE_SECONDS, OpenAIClient
from translators.llm.ledger import Ledger
from translators.llm.memory_ledger import MemoryLedger
from translators.llm.purse import Purse
from translators.llm.request import Reply, Request
from translators.llm.usage import Used

# What decides how a request is sent, and to whom. The rest of `client` is in each request.
_SENT = (
    "local", "base_url", "api_key_env", "model", "structured", "price", "mode", "concurrency", "requests_per_minute",
    "tokens_per_minute", "timeout_seconds", "attempts",
)  # fmt: skip


class _Asks(Protocol):
    """A client, online or in batches."""

    @property
    def endpoint(self) -> str: ...
    @property
    def used(self) -> dict[str, Used]: ...
    async def ask(self, request: Request) -> Reply: ...
    def prefetch(self, requests: Iterable[Request]) -> int: ...
    async def close(self) -> None: ...


class RoleAsker:
    """The model of one role: an `Asker`.

    Args:
        role: what it is asked for; counted by.
        spec: the recipe's values for this role.
        client: who sends; roles with the same model share it.
    """

    def __init__(self, role: Role, spec: Client, client: _Asks) -> None:
        self.role = role
        self.spec = spec
        self._client = client

    @property
    def endpoint(self) -> str:
        """Identity of who answers, as keys in the response cache have it."""
        return self._client.endpoint

    async def ask(self, request: Request) -> Reply:
        """The reply to a request, counted for this role.

        Raises:
            BadAnswer: this one answer is of no use; `NoAnswer` where the server answered others in the meantime.
            BudgetSpent: it could cost more than is left under the cap.
            ServerUnavailable: the server is away or keeps refusing.
            StopError: the request can never succeed (key, model name).
        """
        return await self._client.ask(request.of_role(self.role))

    def prefetch(self, requests: Iterable[Request]) -> int:
        """Read replies from the cache in one go, for `ask` to find. Returns how many are there."""
        return self._client.prefetch(requests)


class Models:
    """The clients of a recipe. Roles whose requests go the same way to the same model share one, and so its pace.

    May be used from one event loop after another, but not from two at once.

    Args:
        spec: the recipe's `client` part, with its roles.
        cache: where replies are kept; None keeps none.
        ledger: what all workers share: limits a minute, and the cap. None: they hold for this process alone.
        local_url: address of the local server, up to and with /v1; None where none runs.
        local_identity: `local_server.identity()`.
        first_wait_seconds: wait before the second attempt of a request; it doubles with each further one.
    """

    def __init__(
        self,
        spec: Client,
        cache: Cache | None,
        ledger: Ledger | None = None,
        *,
        local_url: str | None = None,
        local_identity: str | None = None,
        first_wait_seconds: float = 0.5,
    ) -> None:
        self.spec = spec
        self._cache = cache
        self._local = (local_url, local_identity)
        self._first_wait = first_wait_seconds
        longest = max(spec.of_role(role).timeout_seconds for role in get_args(Role))
        self._purse = Purse(
            ledger if ledger is not None else MemoryLedger(spec.cap), spec.cap, longest + PATIENCE_SECONDS
        )
        self._roles: dict[Role, RoleAsker] = {}
        self._clients: dict[tuple[object, ...], _Asks] = {}

    def of(self, role: Role) -> RoleAsker:
        """The model of a role. Its client is made when it is first asked for, and its faults are told then.

        Raises:
            RecipeError: no address, no price where the cap is in dollars, or a batch where there can be none.
            PermissionProblem: the variable that should hold the key is not set.
        """
        known = self._roles.get(role)
        if known is None:
            spec = self.spec.of_role(role)
            way = tuple(getattr(spec, name) for name in _SENT)
            client = self._clients.get(way)
            if client is None:
                client = self._clients[way] = self._client(role, spec)
            known = self._roles[role] = RoleAsker(role, spec, client)
        return known

    @property
    def used(self) -> dict[str, Used]:
        """What was asked and what it cost in this process, by role."""
        sums: dict[str, Used] = {}
        for client in self._clients.values():
            for role, used in client.used.items():
                sums[role] = sums.get(role, Used()) + used
        return dict(sorted(sums.items()))

    @property
    def calls(self) -> int:
        """Requests sent so far, repeated ones included: a run on a warm cache sends none."""
        return sum(used.calls for used in self.used.values())

    async def close(self) -> None:
        """End what is on its way and close the connections of the running event loop. It may be used again."""
        for client in self._clients.values():
            await client.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def _client(self, role: Role, spec: Client) -> _Asks:
        over = self.spec.roles.get(role)
        said = over.model_fields_set if over is not None else set()
        setting = f"client.roles.{role}" if said else "client"
        url, identity = self._local if spec.local else (None, None)
        if spec.local and url is None:
            raise RecipeError(f"{setting}.local: the local server does not run, so {role} cannot be asked for.")
        if spec.local and spec.mode == "batch":
            raise RecipeError(f"{setting}.mode: the local server has no Batch API. Write `mode: online`.")
        online = OpenAIClient(
            spec,
            self._cache,
            base_url=url,
            endpoint=identity,
            purse=self._purse,
            setting=setting,
            key_setting=f"client.roles.{role}" if "api_key_env" in said else "client",
            first_wait_seconds=self._first_wait,
        )
        if spec.mode == "online":
            return online
        from translators.llm.batch import BatchClient

        return BatchClient(online)
