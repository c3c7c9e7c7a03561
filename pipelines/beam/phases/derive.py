"""derive: ask an LLM for new rows from the documents that stayed. Replies are cached, gates are judged on reading.

What a stage writes are scores. Whether a row is accepted is decided when the rows are read, so a changed threshold
asks nothing again.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from pipelines import judge, plan, storage
from pipelines.beam import shards, units
from pipelines.beam.context import Context, Pending
from pipelines.beam.phases import verdicts
from pipelines.plan import Step
from schemas.columns import DERIVED, polars_schema
from schemas.recipe import TRANSPORT, Client
from schemas.stage import Derive
from translators.llm import local_server

if TYPE_CHECKING:
    from translators.llm.client import OpenAIClient

PHASE = "derive"
_AT_ONCE = 256  # rows in flight; the client bounds the requests
_ROWS = pl.Schema([*polars_schema(DERIVED).items(), ("source", pl.String)])
# How requests are sent, not what is asked.
_NOT_ASKED = TRANSPORT | {"api_key_env", "base_url", "local"}


@dataclass(frozen=True)
class DerivedRows:
    """What one Derive step made: its shards, and the step that judges them."""

    step: Step[Derive]
    files: tuple[str, ...]
    signature: str


@dataclass(frozen=True)
class Endpoint:
    """Who answers: the recipe's client, the address for this run, and the identity that requests are cached under."""

    client: Client
    base_url: str | None
    identity: str | None
    cache: str


@dataclass(frozen=True)
class _SourceUnit:
    judged: verdicts.JudgedShard

    @property
    def name(self) -> str:
        return self.judged.shard.name

    def rows(self) -> Iterator[dict[str, Any]]:
        for frame in self.judged.documents(["text", "url"]):
            kept = frame.filter(pl.col("reasons").list.len() == 0)
            yield from kept.select(
                "id", pl.col("id").alias("document_id"), "text", "language", "source", "url"
            ).iter_rows(named=True)


@dataclass(frozen=True)
class _DerivedUnit:
    name: str
    path: str
    step: Step[Derive]

    def rows(self) -> Iterator[dict[str, Any]]:
        accepted = read(self.path, self.step).filter(pl.col("reasons").list.len() == 0)
        for row in accepted.iter_rows(named=True):
            yield {**row, "url": None}


@dataclass(frozen=True)
class _Work:
    folder: str
    step: Step[Derive]
    endpoint: Endpoint

    def name(self, unit: _SourceUnit | _DerivedUnit) -> str:
        return unit.name

    def open(self) -> OpenAIClient:
        from translators.llm.cache import (
            ResponseCache,  # loaded where something is asked, and not to skip what is there
        )
        from translators.llm.client import OpenAIClient

        cache = ResponseCache(self.endpoint.cache)
        return OpenAIClient(
            self.endpoint.client, cache, base_url=self.endpoint.base_url, endpoint=self.endpoint.identity
        )

    def run(self, unit: _SourceUnit | _DerivedUnit, resource: OpenAIClient, beat: units.Beat) -> dict[str, Any]:
        made = asyncio.run(self._ask_all(unit, resource, beat))
        shards.write(f"{self.folder}/{unit.name}.parquet", pl.DataFrame(made, schema=_ROWS, orient="row"))
        return {"rows": len(made)}

    async def _ask_all(
        self, unit: _SourceUnit | _DerivedUnit, client: OpenAIClient, beat: units.Beat
    ) -> list[dict[str, Any]]:
        made: list[dict[str, Any]] = []
        try:
            batch: list[dict[str, Any]] = []
            for row in unit.rows():
                batch.append(row)
                if len(batch) == _AT_ONCE:
                    made += await self._ask(batch, client, beat)
                    batch = []
            made += await self._ask(batch, client, beat)
        finally:
            await client.close()
        return made

    async def _ask(self, rows: Sequence[dict[str, Any]], client: Any, beat: units.Beat) -> list[dict[str, Any]]:
        async def one(row: dict[str, Any]) -> list[dict[str, Any]]:
            derived = await self.step.stage.derive(row, client, self.step.params)
            beat.add(len(derived))
            return [_flat(new, row["source"]) for new in derived]

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(row)) for row in rows]
        return [new for task in tasks for new in task.result()]


def _flat(row: dict[str, Any], source: str) -> dict[str, Any]:
    """A derived row as it is stored: mappings as JSON, every column there."""
    flat = {name: row.get(name) for name in polars_schema(DERIVED)}
    for name in ("scores", "signatures", "prompts", "parameters"):
        if flat[name] is not None and not isinstance(flat[name], str):
            flat[name] = json.dumps(flat[name], ensure_ascii=False, sort_keys=True)
    return {**flat, "source": source}


def read(path: str, step: Step[Derive]) -> pl.DataFrame:
    """Derived rows with their reasons: what failed in the making, then every gate that their scores break."""
    rows = shards.read(path)
    if rows.is_empty():
        return rows
    names = list(dict.fromkeys(rule.score for rule in step.stage.rules))
    scores = [json.loads(text) if text else {} for text in rows["scores"]]
    table = rows.select("source", "language").with_columns(
        pl.Series(name, [_number(one.get(name)) for one in scores], dtype=pl.Float64) for name in names
    )
    made = pl.col("reasons").fill_null([])
    # A row that could not be made has no scores: its failure is the reason, not that nothing was measured.
    return (
        rows.with_columns(judge.reasons(table, [step]).alias("gates"))
        .with_columns(pl.when(made.list.len() > 0).then(made).otherwise("gates").alias("reasons"))
        .drop("gates")
    )


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def run(context: Context, final: verdicts.Verdicts) -> tuple[DerivedRows, ...]:
    """Run every Derive step over the rows that it works on."""
    steps = context.plan.derive_steps
    if not steps:
        return ()
    client = context.plan.recipe.client
    assert client is not None, "plan checks that there is a client"
    identity = local_server.identity() if client.local else None
    who = identity or client.base_url
    asked = client.model_dump(mode="json", exclude=_NOT_ASKED)
    done: dict[str, DerivedRows] = {}
    with _server(context, client) as address:
        for step in steps:
            of = step.stage.of(step.params)
            upstream = final.deduplicated.signature if of == "source" else [done[of].signature, done[of].step.judged()]
            signature = plan.signature([step.measured(), asked, who, upstream])
            folder = context.folder(step.name, signature)
            inputs: list[Any] = (
                [_SourceUnit(judged) for judged in final.shards()]
                if of == "source"
                else [_DerivedUnit(_name(path), path, done[of].step) for path in done[of].files]
            )
            endpoint = Endpoint(client, None, identity, _cache_path(context))
            try:  # looking first: a server is only started where there is something to ask
                units.run(context.looking(), PHASE, _Work(folder, step, endpoint), inputs)
            except Pending:
                if not context.may_run(PHASE):
                    raise
                endpoint = Endpoint(client, address(), identity, _cache_path(context))
                units.run(context, PHASE, _Work(folder, step, endpoint), inputs)
            done[step.name] = DerivedRows(step, tuple(f"{folder}/{unit.name}.parquet" for unit in inputs), signature)
    return tuple(done.values())


def _name(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".parquet")


def _cache_path(context: Context) -> str:
    """The response cache: beside the work of all recipes, so that runs share it. SQLite needs a local file."""
    shared = context.work.rstrip("/").rpartition("/")[0] or "."
    local = storage.local_path(f"{shared}/responses.sqlite")
    return local if local is not None else str(local_server.cache_folder() / "responses.sqlite")


@contextmanager
def _server(context: Context, client: Client) -> Iterator[Any]:
    """A function that gives the server's address, starting the local one at the first call; stopped at the end."""
    started: list[local_server.LocalServer] = []

    def address() -> str | None:
        if not client.local:
            return client.base_url
        if not started:
            server = local_server.LocalServer()
            server.start()
            started.append(server)
        return started[0].base_url

    try:
        yield address
    finally:
        for server in started:
            server.stop()
