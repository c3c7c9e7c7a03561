"""judge: ids checked over all shards, shares cut over all documents, then reasons for each.

Shares take some rounds of counting (`pipelines.selection`). Each leaves the counts of every shard and then their sum,
from which workers know what is known; a run that was stopped goes on behind the last sum. Texts and addresses are read
once, for their sizes and hosts, whatever thresholds are tried.

Beside the reasons it counts how the scores of each rule are spread (`pipelines.distribution`), and what stays of each
language along dimensions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
import xxhash

from pipelines import distribution, plan, selection, storage
from pipelines.beam import exchange, shards, units
from pipelines.beam.context import Context, Pending
from pipelines.beam.phases.measure import Measured, Shard
from pipelines.plan import Plan
from pipelines.selection import Selection, report
from schemas.errors import DuplicateIdError

PHASE = "judge"
_IDS = pl.Schema({"id": pl.String, "node": pl.UInt64, "made_id": pl.Boolean})
_SHOWN = 5
_BINS = ".bins.parquet"
_STRATA = ".strata.parquet"
_TOLD = "selection.told.json"
_SUM = "sum.parquet"
_FORMAT = 3  # of the files that the phase leaves: a number for each kind of them that there ever was


@dataclass(frozen=True)
class Judged:
    """The phase's result: for each measured shard a shard of verdicts (`row`, `id`, `reasons`, …); the distributions
    of all scores in one file (`pipelines.distribution.COLUMNS`).

    Where a rule keeps a share, `strata` is the file that says what stays along dimensions (`report.COLUMNS`), and
    `told` the JSON file with what the manifest says of it (a list of `SelectionRecord`).
    """

    verdicts: tuple[str, ...]
    distributions: str
    signature: str
    strata: str | None = None
    told: str | None = None


@dataclass(frozen=True)
class _Ids:
    """Exchange: every id to the bucket of its hash; ids that several rows claim are kept."""

    folder: str
    buckets: int

    def pieces(self, unit: tuple[int, Shard]) -> pl.DataFrame:
        index, shard = unit
        ids = shards.read(shard.documents, ["id", "made_id"]).with_row_index("row")
        hashes = [xxhash.xxh3_64_intdigest(i.encode()) % self.buckets for i in ids["id"]]
        return ids.select(
            "id", shards.nodes(index, pl.col("row")), "made_id", pl.Series("bucket", hashes, dtype=pl.Int64)
        )

    def reduce(self, rows: pl.DataFrame) -> pl.DataFrame:
        return rows.filter(pl.len().over("id") > 1).select(_IDS.names())


@dataclass(frozen=True)
class _Reading:
    """How a unit is read for judging: scores, final ids, and what is worked out of its documents once."""

    plan: Plan
    described: str  # folder
    renamed: str  # table of `node` and `id`, for made ids that occur several times

    def frame(self, unit: tuple[int, Shard], of: Selection) -> pl.DataFrame:
        """`row`, `id`, `expected`, what `of` reads, `text_bytes` and what dimensions need."""
        index, shard = unit
        frame = shards.read(shard.documents, ["id", "expected", *of.reads]).with_row_index("row")
        names = shards.in_shard(shards.read(self.renamed), index)
        if names.height:
            frame = frame.with_columns(frame["id"].scatter(names["row"], names["id"]))
        return frame.hstack(self._described(shard, of.dimensions).get_columns())

    def _described(self, shard: Shard, dimensions: Sequence[str]) -> pl.DataFrame:
        path = f"{self.described}/{shard.name}.parquet"
        if not storage.exists(path):
            columns = selection.reads(dimensions)
            nothing = selection.described(pl.DataFrame(schema=dict.fromkeys(columns, pl.String)), dimensions)
            with shards.writing(path, nothing.schema) as writer:
                for frame in shards.frames(shard.documents, columns):
                    writer.write(selection.described(frame, dimensions))
        return shards.read(path)


@dataclass(frozen=True)
class _Round:
    """A round of counting, for the rules that keep a share."""

    folder: str
    reading: _Reading
    sums: tuple[str, ...]  # of the rounds before

    def name(self, unit: tuple[int, Shard]) -> str:
        return unit[1].name

    def open(self) -> Selection:
        return _known(self.reading.plan, self.sums)

    def run(self, unit: tuple[int, Shard], resource: Selection, beat: units.Beat) -> dict[str, Any]:
        frame = self.reading.frame(unit, resource)
        shards.write(f"{self.folder}/{unit[1].name}.parquet", resource.count(frame))
        beat.add(frame.height)
        return {"rows": frame.height}


@dataclass(frozen=True)
class _Judge:
    """The last pass: the reasons."""

    folder: str
    reading: _Reading
    sums: tuple[str, ...]

    def name(self, unit: tuple[int, Shard]) -> str:
        return unit[1].name

    def open(self) -> Selection:
        return _known(self.reading.plan, self.sums)

    def run(self, unit: tuple[int, Shard], resource: Selection, beat: units.Beat) -> dict[str, Any]:
        frame = self.reading.frame(unit, resource)
        reasons, strata = report.judged(frame, resource)
        verdicts = frame.select("row", "source", "language", "id", "expected", reasons, "text_bytes")
        base = f"{self.folder}/{unit[1].name}"
        shards.write(f"{base}.parquet", verdicts)
        shards.write(f"{base}{_BINS}", distribution.counted(frame, self.reading.plan.measures))
        if resource.rules:
            shards.write(f"{base}{_STRATA}", strata)
        beat.add(verdicts.height)
        return {"rows": verdicts.height, "passed": int((reasons.list.len() == 0).sum())}


def _known(of: Plan, sums: Sequence[str]) -> Selection:
    """What is known after some rounds."""
    found = selection.begun(of.measures)
    for path in sums:
        found = found.next(shards.read(path))
    return found


def run(context: Context, measured: Measured) -> Judged:
    """Judge every measured document.

    Raises:
        DuplicateIdError: two rows carry the same id of their own.
    """
    numbered = measured.node_shards()
    renamed = _check_ids(context, measured)
    steps = context.plan.measures
    judged = [step.judged() for step in steps]
    lists = [step.params.model_dump(mode="json") for step in steps]
    signature = plan.signature([_FORMAT, measured.signature, judged, lists])
    described = plan.signature([_FORMAT, measured.signature, selection.begun(steps).dimensions])
    reading = _Reading(context.plan, context.folder("described", described), renamed)
    found, sums = _select(context, signature, reading, numbered)
    work = _Judge(context.folder(PHASE, signature), reading, sums)
    units.run(context, PHASE, work, numbered)
    strata, told = _selection(context, work.folder, measured, found) if found.rules else (None, None)
    return Judged(
        tuple(f"{work.folder}/{shard.name}.parquet" for shard in measured.shards),
        _distributions(context, work.folder, measured, found),
        signature,
        strata,
        told,
    )


def _select(
    context: Context, signature: str, reading: _Reading, numbered: list[tuple[int, Shard]]
) -> tuple[Selection, tuple[str, ...]]:
    """All rounds: what is known in the end, and the file with the sum of each."""
    found = selection.begun(context.plan.measures)
    sums: tuple[str, ...] = ()
    while not found.done:
        work = _Round(context.folder("shares", f"{signature}-{len(sums):02d}"), reading, sums)
        path = f"{work.folder}/{_SUM}"
        if not storage.exists(path):
            units.run(context, PHASE, work, numbered)
            _may_add(context, len(numbered))
            counts = (shards.read(f"{work.folder}/{shard.name}.parquet") for _, shard in numbered)
            shards.write(path, selection.added(counts))
        sums = (*sums, path)
        found = found.next(shards.read(path))
    return found, sums


def _may_add(context: Context, shards_: int) -> None:
    """What all shards have left is added up by who runs the phase.

    Raises:
        Pending: the context only looks.
    """
    if not context.may_run(PHASE):
        raise Pending(PHASE, shards_, shards_ + 1)


def _distributions(context: Context, folder: str, measured: Measured, found: Selection) -> str:
    """The sum over all shards, with the thresholds; a file of the phase like any other."""
    path = f"{folder}/{distribution.NAME}"
    if not storage.exists(path):
        _may_add(context, len(measured.shards))
        bins = (shards.read(f"{folder}/{shard.name}{_BINS}") for shard in measured.shards)
        total = distribution.added(bins)
        shards.write(path, distribution.with_thresholds(total, context.plan.measures, found.threshold))
    return path


def _selection(context: Context, folder: str, measured: Measured, found: Selection) -> tuple[str, str]:
    """What stays along dimensions, and what the manifest says of it."""
    strata, told = f"{folder}/{report.NAME}", f"{folder}/{_TOLD}"
    if not storage.exists(told):
        _may_add(context, len(measured.shards))
        rows = report.table(report.added(shards.read(f"{folder}/{s.name}{_STRATA}") for s in measured.shards))
        shards.write(strata, rows)
        storage.write_json(told, [one.model_dump(mode="json") for one in report.records(rows, found)])
    return strata, told


def _check_ids(context: Context, measured: Measured) -> str:
    """Ids are unique over the run. A made id that occurs again gets a number; one of the source's own is an error.

    Returns:
        The table of the numbered ones. A million empty texts have one id between them: too many to pickle to workers.
    """
    rows = sum(shard.rows for shard in measured.shards)
    shuffle = _Ids(context.folder("ids", measured.signature), exchange.buckets_for(rows, context))
    path = f"{shuffle.folder}/renamed.parquet"
    if storage.exists(path):
        return path
    shared = exchange.run(context, PHASE, shuffle, measured.node_shards(), _IDS)
    own = shared.filter((~pl.col("made_id")).any().over("id"))
    if own.height:
        raise DuplicateIdError(_duplicates(measured, own))
    # The rows of a made id are alike in everything but their address, so any fixed order will do.
    numbered = shared.with_columns(pl.col("node").rank("ordinal").over("id").alias("n")).filter(pl.col("n") > 1)
    if not context.may_run(PHASE):
        raise Pending(PHASE, 0, 1)
    shards.write(path, numbered.select("node", pl.format("{}-{}", "id", "n").alias("id")).sort("node"))
    return path


def _duplicates(measured: Measured, own: pl.DataFrame) -> str:
    lines = []
    ids = own["id"].unique(maintain_order=True)
    for id_ in ids.head(_SHOWN):
        places = [_place(measured, node) for node in own.filter(pl.col("id") == id_)["node"].head(3)]
        lines.append(f"  {id_!r}: {' and '.join(places)}")
    more = f"\n  … and {len(ids) - _SHOWN} more" if len(ids) > _SHOWN else ""
    shown = "\n".join(lines)
    return (
        f"{len(ids)} id(s) occur more than once in the input:\n{shown}{more}\n"
        "Ids must be unique over all sources. Mend the input, map another field with source.fields.id, or set "
        "source.fields.id to null to have ids made from content."
    )


def _place(measured: Measured, node: int) -> str:
    shard = measured.shards[node >> shards.NODE_BITS]
    row = node & ((1 << shards.NODE_BITS) - 1)
    position = shards.read(shard.documents, ["position"])["position"][row]
    return f"{shard.file} row {position}"
