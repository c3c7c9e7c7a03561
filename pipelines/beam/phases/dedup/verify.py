"""Candidates compared truly: what is compared is made again from the texts of the candidates, where they lie, and sent
to where the pairs are: sets of hashes or vectors, not text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from pipelines import clusters
from pipelines.beam import exchange
from pipelines.beam.context import Context
from pipelines.beam.phases.dedup import by_file, links
from pipelines.beam.phases.dedup.tables import Table
from pipelines.plan import Step
from schemas.stage import Group

_resources: dict[tuple[str, str], Any] = {}


@dataclass(frozen=True)
class _Wanted:
    """Exchange: which documents are compared, and in which bucket, by their file."""

    folder: str
    buckets: int

    def pieces(self, unit: tuple[int, str]) -> pl.DataFrame:
        pairs = exchange.read(unit[1], ["step", "node", "root", "home"]).filter(pl.col("home").is_not_null())
        place = exchange.bucket_of(pl.col("home"), self.buckets).alias("place")
        ends = [pairs.select("step", place, node=end) for end in ("node", "root")]
        return pl.concat(ends).unique().with_columns(exchange.bucket_of_file(pl.col("node"), self.buckets))

    def reduce(self, rows: pl.DataFrame) -> pl.DataFrame:
        return rows.unique().sort("node", "step", "place")


@dataclass(frozen=True)
class _Compared:
    """Exchange: pairs and what is compared of their documents, to the same bucket; links pass through."""

    folder: str
    buckets: int
    steps: tuple[Step[Group], ...]

    def pieces(self, unit: tuple[int, str, Table | None]) -> pl.DataFrame:
        _, path, table = unit
        if table is not None:
            wanted = exchange.read(path).rename({"place": "bucket"})
            return pl.concat(
                [pl.DataFrame(schema={"bucket": pl.Int64}), *self._features(table, wanted)], how="diagonal"
            )
        rows = exchange.read(path)
        return rows.with_columns(exchange.bucket_of(pl.coalesce("home", "node"), self.buckets))

    def _features(self, table: Table, wanted: pl.DataFrame) -> Iterator[pl.DataFrame]:
        for number, step in enumerate(self.steps):
            here = wanted.filter(pl.col("step") == number)
            rows = table.rows(here["node"].unique().sort())
            verify = step.stage.verify
            if verify is None or rows.is_empty():
                continue
            for some, documents in table.documents(rows, set(verify.reads)):
                features = verify.features(documents, step.params, _resource(step)).alias("features")
                made = pl.DataFrame([some.rename("row"), features]).select(table.nodes(pl.col("row")), "features")
                yield made.join(here, on="node", how="left")

    def reduce(self, rows: pl.DataFrame) -> pl.DataFrame:
        if "features" not in rows.columns:
            rows = rows.with_columns(pl.lit(None, pl.Binary).alias("features"))
        found = rows.filter(pl.col("root").is_not_null())
        asked = found.filter(pl.col("home").is_not_null())
        out = [found.filter(pl.col("home").is_null()).select(links.SCHEMA.names())]
        for (number,), pairs in asked.group_by("step"):
            assert isinstance(number, int)
            features = rows.filter(pl.col("features").is_not_null() & (pl.col("step") == number))
            kept = clusters.verified(self.steps[number], pairs, features.select("node", "features"))
            out.append(
                kept.select(
                    pl.lit(number, pl.UInt8).alias("step"),
                    *clusters.LINKS.names(),
                    pl.lit(None, pl.UInt64).alias("home"),
                )
            )
        return pl.concat(out)


def run(
    context: Context, phase: str, folder: str, linked: list[str], tables: Sequence[Table], buckets: int
) -> list[str]:
    """Compare all candidates.

    Args:
        folder: where the exchanges keep their files.
        linked: files of links and candidates (`links.SCHEMA`).
        tables: all files of documents.
        buckets: how many buckets; the number never changes a result.

    Returns:
        Files of links (`links.SCHEMA`) that nothing is left to be said about.
    """
    wanted = _Wanted(f"{folder}/wanted", buckets)
    here = exchange.files(context, phase, wanted, list(enumerate(linked)))
    units: list[tuple[str, Table | None]] = [(path, None) for path in linked]
    units += by_file.of_tables(wanted, here, buckets, tables)
    compared = _Compared(f"{folder}/compared", buckets, context.plan.group_steps)
    return exchange.files(context, phase, compared, [(n, *unit) for n, unit in enumerate(units)])


def _resource(step: Step[Group]) -> Any:
    """The step's resource, opened once a process."""
    key = step.name, step.params.model_dump_json()
    if key not in _resources:
        _resources[key] = step.stage.open(step.params)
    return _resources[key]
