"""derive: ask an LLM for new rows from the documents that stayed. Replies are cached, gates are judged on reading.

What a stage writes are scores. Whether a row is accepted is decided when the rows are read; what a stage asked in the
light of its own limits (a repair, a way back) it finds in the cache again.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

import polars as pl
import pyarrow as pa

from pipelines import derived, plan, replays, storage
from pipelines.beam import shards, units
from pipelines.beam.context import Context, Pending
from pipelines.beam.phases import verdicts
from pipelines.plan import Step
from pipelines.tools import Tools
from schemas.errors import GlotmillError, RetryLater, StageError
from schemas.recipe import TRANSPORT, Client
from schemas.stage import Derive
from translators.llm import local_server

if TYPE_CHECKING:
    from translators.llm.models import Models

PHASE = "derive"
_AT_ONCE = 256  # rows in flight; the client bounds the requests
_AT_ONCE_IN_BATCHES = 50_000  # rows in flight where requests are collected for the Batch API
_BEAT_SECONDS = 0.2  # a beat is a file written: with every answer in the cache, one a row would take longest
_SECONDS_A_ROW = 0.0005  # with every answer in the cache
_STORED = pl.DataFrame(schema=derived.SCHEMA).to_arrow().schema
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
    """Who answers: the recipe's client, the local server's address for this run, and where workers meet.

    Args:
        client: the recipe's `client`; None where no step asks.
        local_url: address of the local server.
        local_identity: what its requests are cached under.
        cache: of responses.
        ledger: what all workers of the recipe share.
        account: name in the ledger.
    """

    client: Client | None
    local_url: str | None
    local_identity: str | None
    cache: str
    ledger: str
    account: str


@dataclass(frozen=True)
class SourceUnit:
    """The documents of one measured shard that stayed."""

    judged: verdicts.JudgedShard

    @property
    def name(self) -> str:
        """Name of its files."""
        return self.judged.shard.name

    @property
    def height(self) -> int:
        """Documents of the shard, those that did not stay included."""
        return self.judged.shard.rows

    def rows(self) -> Iterator[dict[str, Any]]:
        """What a stage gets of each."""
        for frame in self.judged.documents(["text", "metadata"]):
            kept = frame.filter(pl.col("reasons").list.len() == 0)
            yield from kept.select(
                "id",
                pl.col("id").alias("document_id"),
                "text",
                "language",
                "source",
                "metadata",
                pl.lit(None, dtype=pl.String).alias("record"),
            ).iter_rows(named=True)


@dataclass(frozen=True)
class _DerivedUnit:
    name: str
    path: str
    step: Step[Derive]

    @property
    def height(self) -> int:
        return shards.rows_of(self.path)

    def rows(self) -> Iterator[dict[str, Any]]:
        yield from accepted(read(self.path, self.step))


@dataclass(frozen=True)
class Opened:
    """What a worker holds while it derives.

    Args:
        models: whom a stage may ask; None where it asks nobody.
        kit: what it goes by besides.
    """

    models: Models | None
    kit: Any


def opened(endpoint: Endpoint, step: Step[Derive]) -> Opened:
    """Load what a step needs."""
    return Opened(models(endpoint), step.stage.equip(step.params, Tools()))


class _Seldom:
    """Beats of the rows of a moment as one; who looks at them looks seldom too."""

    def __init__(self, beat: Callable[[int], None]) -> None:
        self._beat = beat
        self._rows = 0
        self._next = 0.0  # on time.monotonic

    def __call__(self, rows: int) -> None:
        self._rows += rows
        if time.monotonic() >= self._next:
            self.flush()

    def flush(self) -> None:
        """Tell what was not told yet."""
        self._beat(self._rows)
        self._rows, self._next = 0, time.monotonic() + _BEAT_SECONDS


@dataclass(frozen=True)
class _Work:
    folder: str
    step: Step[Derive]
    endpoint: Endpoint
    samples: Mapping[str, int] = field(default_factory=dict)

    def name(self, unit: SourceUnit | _DerivedUnit) -> str:
        return unit.name

    def open(self) -> Opened:
        return opened(self.endpoint, self.step)

    def run(self, unit: SourceUnit | _DerivedUnit, resource: Opened, beat: units.Beat) -> dict[str, Any]:
        before = _counts(resource.models)
        many = min(at_once(self.endpoint.client), max(1, unit.height))
        seldom = _Seldom(beat.add)
        asking = ask(self.step, unit.rows(), resource, many=many, samples=self.samples, beat=seldom)
        made = asyncio.run(asking)
        seldom.flush()
        shards.write(f"{self.folder}/{unit.name}.parquet", frame(made))
        return {"rows": len(made), "asked": dict(_counts(resource.models) - before)}


async def ask(
    step: Step[Derive],
    rows: Iterable[dict[str, Any]],
    opened: Opened,
    *,
    many: int,
    samples: Mapping[str, int] | None = None,
    beat: Callable[[int], None] = lambda made: None,
) -> list[dict[str, Any]]:
    """The rows that a step makes of some rows, in their order, as they are stored.

    Args:
        step: the Derive step.
        rows: what it works on.
        opened: whom it asks, and what it goes by; the clients are closed at the end.
        many: rows in flight at a time: a slow one holds no other up.
        samples: how often derived rows were replayed, by id.
        beat: told how many rows each row gave.

    Raises:
        StageError: the stage did not return the rows that it said.
        ServerUnavailable: the server is away or keeps refusing.
        StopError: the requests can never succeed.
    """
    made: list[list[dict[str, Any]]] = []
    failed: list[GlotmillError] = []
    left = iter(rows)

    async def work() -> None:
        for row in left:
            if failed:  # what is in flight may still be answered, and is paid for
                return
            made.append([])
            number = len(made) - 1
            try:
                made[number] = await _derive(step, row, opened, samples or {})
            except GlotmillError as error:
                failed.append(error)
            beat(len(made[number]))

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(many):
                group.create_task(work())
    finally:
        if opened.models is not None:
            await opened.models.close()
    if failed:
        raise min(failed, key=lambda error: isinstance(error, RetryLater))  # what has to be mended first
    return [one for of_row in made for one in of_row]


async def _derive(
    step: Step[Derive], row: dict[str, Any], opened: Opened, samples: Mapping[str, int]
) -> list[dict[str, Any]]:
    stage, params = step.stage, step.params
    row["variants"] = stage.variants(row, params)
    wanted = [f"{row['id']}/{stage.name}/{variant}" for variant in row["variants"]]
    if not wanted:
        return []
    row["samples"] = {one: samples[one] for one in wanted if one in samples}
    assert opened.models is not None or not stage.asks(params), "plan checks that there is a client"
    rows = await stage.derive(row, opened.models, params, opened.kit)  # type: ignore[arg-type]
    came = [str(one["id"]) for one in rows]
    if sorted(came) != sorted(wanted):
        raise StageError(f"{stage.name}: of {row['id']} it was to make {wanted}, but made {came}")
    return [derived.flat(one, row["source"]) for one in rows]


def frame(rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Rows as they are stored, as a frame."""
    # Arrow takes lists of exchanges from Python many times as fast as polars does.
    columns = [pa.array([row[field.name] for row in rows], type=field.type) for field in _STORED]
    return pl.DataFrame(pa.Table.from_arrays(columns, schema=_STORED), schema=derived.SCHEMA)


def at_once(client: Client | None) -> int:
    """Rows in flight: the client bounds the requests."""
    if client is None:
        return 1
    batches = client.mode == "batch" or any(one.mode == "batch" for one in client.roles.values())
    return _AT_ONCE_IN_BATCHES if batches else _AT_ONCE


def _counts(asked: Models | None) -> Counter[str]:
    """What a worker's clients have sent and received so far, all roles together."""
    counts: Counter[str] = Counter()
    for used in asked.used.values() if asked is not None else ():
        counts.update(asdict(used))
    return counts


def models(endpoint: Endpoint) -> Models | None:
    """The clients of a recipe; None where nothing is asked.

    Loaded where something is asked, and not to skip what is there.
    """
    if endpoint.client is None:
        return None
    from translators.llm.models import Models
    from translators.llm.stores import open_cache, open_ledger

    client = endpoint.client
    return Models(
        client,
        open_cache(endpoint.cache),
        open_ledger(endpoint.ledger, cap=client.cap, account=endpoint.account),
        local_url=endpoint.local_url,
        local_identity=endpoint.local_identity,
    )


def accepted(rows: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """What a later stage gets of derived rows: those that passed."""
    passed = rows.filter(pl.col("reasons").list.len() == 0)
    wanted = ("id", "document_id", "text", "language", "source", "record")
    yield from passed.select(*wanted, pl.lit(None, dtype=pl.String).alias("metadata")).iter_rows(named=True)


def read(path: str, step: Step[Derive]) -> pl.DataFrame:
    """Derived rows with their reasons."""
    return derived.judged(shards.read(path), step)


def run(context: Context, final: verdicts.Verdicts) -> tuple[DerivedRows, ...]:
    """Run every Derive step over the rows that it works on."""
    steps = context.plan.derive_steps
    if not steps:
        return ()
    client = context.plan.recipe.client if any(step.stage.asks(step.params) for step in steps) else None
    endpoint = endpoint_of(context, client)
    asked = _asked(client, endpoint)
    samples = replays.load(context.work)
    done: dict[str, DerivedRows] = {}
    with server(client) as address:
        for step in steps:
            of = step.stage.of(step.params)
            upstream = final.deduplicated.signature if of == "source" else [done[of].signature, done[of].step.judged()]
            again = {one: count for one, count in samples.items() if f"/{step.name}/" in one}
            content = [step.measured(), asked, upstream, *([again] if again else [])]
            signature = plan.signature(content)
            folder = context.folder(step.name, signature)
            inputs: list[Any] = (
                [SourceUnit(judged) for judged in final.shards()]
                if of == "source"
                else [_DerivedUnit(_name(path), path, done[of].step) for path in done[of].files]
            )
            work = _Work(folder, step, endpoint, again)
            try:  # looking first: a server is only started where there is something to ask
                units.run(context.looking(), PHASE, work, inputs)
            except Pending:
                if not context.may_run(PHASE):
                    raise
                there = {unit.name for unit in inputs if storage.exists(f"{folder}/{unit.name}{units.DONE}")}
                work = _Work(folder, step, replace(endpoint, local_url=address()), again)
                seconds = _SECONDS_A_ROW * sum(unit.height for unit in inputs)
                marks = units.run(context, PHASE, work, inputs, seconds=seconds)
                _tell(context, [mark for unit, mark in zip(inputs, marks, strict=True) if unit.name not in there])
            done[step.name] = DerivedRows(step, tuple(f"{folder}/{unit.name}.parquet" for unit in inputs), signature)
    return tuple(done.values())


def _asked(client: Client | None, endpoint: Endpoint) -> Any:
    """What decides about the answers besides the stages: who is asked, and with which values."""
    if client is None:
        return None
    said = client.model_dump(mode="json", exclude=_NOT_ASKED)
    said["roles"] = {role: {k: v for k, v in one.items() if k not in _NOT_ASKED} for role, one in said["roles"].items()}
    return [said, _who(client, endpoint), *(_who(client.of_role(role), endpoint) for role in sorted(client.roles))]


def _who(client: Client, endpoint: Endpoint) -> str | None:
    return endpoint.local_identity if client.local else client.base_url


def _tell(context: Context, marks: Sequence[Mapping[str, Any]]) -> None:
    """Add what was asked in this run to what the command will say."""
    for mark in marks:
        context.asked.update(Counter(mark.get("asked", {})))


def _name(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".parquet")


def endpoint_of(context: Context, client: Client | None) -> Endpoint:
    """Cache and ledger lie beside the work of all recipes, so that runs share them. SQLite needs a local file."""
    shared = context.work.rstrip("/").rpartition("/")[0] or "."
    here = storage.local_path(f"{shared}/responses.sqlite")
    cache = (client.cache if client else None) or here or str(local_server.cache_folder() / "responses.sqlite")
    remote = "://" in cache
    ledger = cache if remote else f"{cache.removesuffix('.sqlite')}-ledger.sqlite"
    identity = local_server.identity() if client is not None and _is_local(client) else None
    return Endpoint(client, None, identity, cache, ledger, context.plan.recipe.name)


def _is_local(client: Client) -> bool:
    """Whether any role is the local model's."""
    return client.local or any(client.of_role(role).local for role in client.roles)


@contextmanager
def server(client: Client | None) -> Iterator[Any]:
    """A function that gives the local server's address, starting it at the first call; stopped at the end."""
    started: list[local_server.LocalServer] = []

    def address() -> str | None:
        if client is None or not _is_local(client):
            return None
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
