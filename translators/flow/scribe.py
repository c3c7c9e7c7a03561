"""Asks for one row, and writes down every request with its answer: the row's provenance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from schemas.recipe import Client, Role
from translators.llm.request import Asker, BadAnswer, Reply, Request
from translators.prompts.prompt import Prompt

_REPLAYED_TEMPERATURE = 0.7  # a replay at temperature 0 would bring the same answer again


class Models(Protocol):
    """Who can be asked, by role; see `translators.llm.models`."""

    @property
    def spec(self) -> Client:
        """The recipe's `client` part, with its roles."""
        ...

    def of(self, role: Role) -> Asker:
        """The client of a role."""
        ...


@dataclass(frozen=True)
class Exchange:
    """One request and what came back: the fields of `schemas.columns.EXCHANGE`."""

    step: str
    role: str
    endpoint: str
    model: str
    model_returned: str
    system_fingerprint: str
    prompt: str
    prompt_sha256: str
    key: str
    answer: str
    finish_reason: str
    prompt_tokens: int
    completion_tokens: int
    dollars: float | None


class Scribe:
    """The requests of one row.

    Args:
        models: who can be asked.
        row_id: id of the row, for messages.
        sample: how often the row was replayed; each time has a seed and a place in the cache of its own.
    """

    def __init__(self, models: Models, row_id: str, sample: int = 0) -> None:
        self.models = models
        self.row_id = row_id
        self.sample = sample
        self.exchanges: list[Exchange] = []
        """Every request that was answered, in order."""

    def spec(self, role: Role) -> Client:
        """The recipe's values for a role."""
        return self.models.of(role).spec

    async def ask(
        self, role: Role, step: str, prompt: Prompt, *, room: int, schema: Mapping[str, Any] | None = None
    ) -> Reply:
        """Send one prompt.

        Args:
            role: whose model.
            step: what it is for, as the row will say.
            prompt: what is asked.
            room: longest answer that makes sense, in tokens; the recipe's `max_tokens` still holds.
            schema: of the answer, where it has one.

        Raises:
            BadAnswer: this one answer is of no use.
            ServerUnavailable: the server is away or keeps refusing.
            StopError: the request can never succeed.
        """
        asker = self.models.of(role)
        spec = asker.spec
        temperature = spec.temperature if not self.sample else max(spec.temperature, _REPLAYED_TEMPERATURE)
        request = Request(
            model=spec.model,
            form=spec.form,
            messages=prompt.messages,
            prompt=prompt.prompt,
            temperature=temperature,
            seed=None if spec.seed is None else spec.seed + self.sample,
            max_tokens=min(spec.max_tokens, room),
            stop=prompt.stop,
            purpose=f"{step} of {self.row_id}",
            prompt_version=prompt.version,
            sample=self.sample,
            schema=schema,
            role=role,
        )
        reply = await asker.ask(request)
        price = spec.price
        dollars = None
        if price is not None:
            share = price.batch if spec.mode == "batch" else 1.0
            dollars = share * (price.prompt * reply.prompt_tokens + price.completion * reply.completion_tokens) / 1e6
        self.exchanges.append(
            Exchange(
                step=step,
                role=role,
                endpoint=asker.endpoint,
                model=spec.model,
                model_returned=reply.model,
                system_fingerprint=reply.system_fingerprint,
                prompt=prompt.version,
                prompt_sha256=prompt.sha256,
                key=reply.key,
                answer=reply.text,
                finish_reason=reply.finish_reason,
                prompt_tokens=reply.prompt_tokens,
                completion_tokens=reply.completion_tokens,
                dollars=dollars,
            )
        )
        return reply

    def misread(self, message: str, reply: Reply) -> BadAnswer:
        """The error of an answer that came and cannot be used."""
        return BadAnswer(message, reply.text, keys=[one.key for one in self.exchanges])

    def write_into(self, row: dict[str, Any]) -> None:
        """Add what was asked to a derived row, in place."""
        row["exchanges"] = [dict(vars(one)) for one in self.exchanges]
        row["sample"] = self.sample
        row["prompt_tokens"] = sum(one.prompt_tokens for one in self.exchanges)
        row["completion_tokens"] = sum(one.completion_tokens for one in self.exchanges)
        costs = [one.dollars for one in self.exchanges]
        row["dollars"] = None if None in costs else sum(cost for cost in costs if cost is not None)
