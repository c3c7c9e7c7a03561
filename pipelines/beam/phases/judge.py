"""judge: ids checked over all shards, shares cut over all documents, then reasons for each. Reads no text.

Beside the reasons it counts how the scores of each rule are spread (`pipelines.distribution`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl
import xxhash

from pipelines import distribution, judge, plan, storage
from pipelines.beam import exchange, shards, units
from pipelines.beam.context import Context, Pending
from pipelines.beam.phases.measure import Measured, Shard
from pipelines.plan import Plan
from schemas.errors import DuplicateIdError

PHASE = "judge"
_IDS = pl.Schema({"id": pl.String, "node": pl.UInt64, "made_id": pl.Boolean})
_SHOWN = 5
_BINS = ".bins.parquet"
_FORMAT = 2  # of the files that the phase leaves: a number for each kind of them that there ever was


@dataclass(frozen=True)
class Judged:
    """The phase's result: for each measured shard a shard of verdicts (`row`, `id`, `reasons`, …); the distributions
    of all scores in one file (`pipelines.distribution.COLUMNS`).
    """

    verdicts: tuple[str, ...]
    distributions: str
    signature: str


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
class _Histogram:
    """First pass: how many passing documents have each score, for the rules that keep a share."""

    folder: str
    plan: Plan

    def name(self, unit: tuple[int, Shard]) -> str:
        return unit[1].name

    def open(self) -> None:
        return None

    def run(self, unit: tuple[int, Shard], resource: None, beat: units.Beat) -> dict[str, Any]:
        scores = _scores(unit[1], self.plan)
        counts = judge.histogram(scores, self.plan.measures)
        shards.write(f"{self.folder}/{unit[1].name}.parquet", counts)
        beat.add(scores.height)
        return {"rows": scores.height}


@dataclass(frozen=True)
class _Judge:
    """Second pass: the reasons."""

    folder: str
    plan: Plan
    cuts: dict[str, dict[tuple[str, str], float]]
    renamed: str  # table of `node` and `id`, for made ids that occur several times

    def name(self, unit: tuple[int, Shard]) -> str:
        return unit[1].name

    def open(self) -> None:
        return None

    def run(self, unit: tuple[int, Shard], resource: None, beat: units.Beat) -> dict[str, Any]:
        index, shard = unit
        scores = _scores(shard, self.plan).with_row_index("row")
        given = shards.read(shard.documents, ["id", "expected"])
        ids = given["id"]
        names = shards.in_shard(shards.read(self.renamed), index)
        if names.height:
            ids = ids.scatter(names["row"], names["id"])
        sizes = _text_bytes(shard)
        verdicts = scores.select("row", "source", "language").with_columns(
            ids.alias("id"), given["expected"], judge.reasons(scores, self.plan.measures, self.cuts), sizes
        )
        shards.write(f"{self.folder}/{shard.name}.parquet", verdicts)
        shards.write(f"{self.folder}/{shard.name}{_BINS}", distribution.counted(scores, self.plan.measures))
        beat.add(verdicts.height)
        return {"rows": verdicts.height, "passed": verdicts.filter(pl.col("reasons").list.len() == 0).height}


def _scores(shard: Shard, of: Plan) -> pl.DataFrame:
    names = ["source", "language", *(rule.score for _, rule in judge.rules(of.measures))]
    return shards.read(shard.documents, list(dict.fromkeys(names)))


def _text_bytes(shard: Shard) -> pl.Series:
    """Bytes of each text, kept here so that later phases can size shards without the text."""
    parts = [frame["text"].str.len_bytes() for frame in shards.frames(shard.documents, ["text"])]
    return pl.concat(parts).cast(pl.Int64).alias("text_bytes") if parts else pl.Series("text_bytes", [], dtype=pl.Int64)


def run(context: Context, measured: Measured) -> Judged:
    """Judge every measured document.

    Raises:
        DuplicateIdError: two rows carry the same id of their own.
    """
    numbered = measured.node_shards()
    renamed = _check_ids(context, measured)
    cuts: dict[str, dict[tuple[str, str], float]] = {}
    rules = judge.rules(context.plan.measures)
    judged = [step.judged() for step in context.plan.measures]
    lists = [step.params.model_dump(mode="json") for step in context.plan.measures]
    signature = plan.signature([_FORMAT, measured.signature, judged, lists])
    folder = context.folder(PHASE, signature)
    if any(rule.keep == "top_share" for _, rule in rules):
        counting = _Histogram(context.folder("shares", signature), context.plan)
        units.run(context, PHASE, counting, numbered)
        counts = [shards.read(f"{counting.folder}/{shard.name}.parquet") for shard in measured.shards]
        cuts = judge.cuts(pl.concat(counts), context.plan.measures) if counts else {}
    work = _Judge(folder, context.plan, cuts, renamed)
    units.run(context, PHASE, work, numbered)
    return Judged(
        tuple(f"{folder}/{shard.name}.parquet" for shard in measured.shards),
        _distributions(context, folder, measured, cuts),
        signature,
    )


def _distributions(
    context: Context, folder: str, measured: Measured, cuts: dict[str, dict[tuple[str, str], float]]
) -> str:
    """The sum over all shards, with the thresholds; a file of the phase like any other."""
    path = f"{folder}/{distribution.NAME}"
    if not storage.exists(path):
        if not context.may_run(PHASE):
            raise Pending(PHASE, len(measured.shards), len(measured.shards) + 1)
        bins = (shards.read(f"{folder}/{shard.name}{_BINS}") for shard in measured.shards)
        total = distribution.added(bins)
        shards.write(path, distribution.with_thresholds(total, context.plan.measures, cuts))
    return path


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
