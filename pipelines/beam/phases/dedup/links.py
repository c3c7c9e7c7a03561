"""Documents that share a key: keys go to buckets by their first bytes, and come out as links."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from pipelines import clusters
from pipelines.beam.phases.dedup import keys
from pipelines.plan import Step
from schemas.stage import Group

SCHEMA = pl.Schema([("step", pl.UInt8), *clusters.CANDIDATES.items()])


@dataclass(frozen=True)
class Links:
    """Exchange: the keys of documents to links (`SCHEMA`).

    Args:
        theirs: the first address of a document of an earlier release.
        rejected: whether documents that rules rejected take part.
    """

    folder: str
    buckets: int
    steps: tuple[Step[Group], ...]
    theirs: int
    rejected: bool = False

    def pieces(self, unit: tuple[int, keys.Keyed]) -> pl.DataFrame:
        """The keys of a file."""
        found = keys.read(unit[1], self.steps, self.rejected)
        key = pl.col("key").bin
        first = key.slice(0, 4).bin.reinterpret(dtype=pl.UInt32, endianness="big")
        # As a number a key has 16 bytes, as bytes of any length it has 32.
        columns: list[str | pl.Expr] = [
            "step",
            key.reinterpret(dtype=pl.UInt128, endianness="big"),
            unit[1].table.nodes(pl.col("row")),
        ]
        if self._compared():
            columns.append("content")
        return found.select(*columns, (first % self.buckets).cast(pl.Int64).alias("bucket"))

    def reduce(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The links among the documents of a bucket; what only earlier releases share is left out."""
        rows = rows.filter(pl.len().over("step", "key") > 1)  # most keys are gone then
        rows = rows.filter((pl.col("node") < self.theirs).any().over("step", "key"))
        parts = [self._links(number, part) for (number,), part in rows.group_by("step")]
        return pl.concat([pl.DataFrame(schema=SCHEMA), *parts])

    def _compared(self) -> bool:
        return not self.rejected and any(step.stage.least(step.params) is not None for step in self.steps)

    def _links(self, number: object, part: pl.DataFrame) -> pl.DataFrame:
        assert isinstance(number, int)
        step = self.steps[number]
        if self.rejected or step.stage.least(step.params) is None:
            found = clusters.links(part, step.stage.alike).with_columns(pl.lit(None, pl.UInt64).alias("home"))
        else:
            found = clusters.candidates(part)
        return found.select(pl.lit(number, pl.UInt8).alias("step"), *clusters.CANDIDATES.names())
