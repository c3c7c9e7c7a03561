"""Rehydration: sampling weights from the sizes of clusters of near copies, as FineWeb2 has them.

What was copied more often than once, but not by machines without end, is better than what stands once: so the share of
documents that rules reject is counted for each cluster size of a language. A size that is rejected as often as all
documents together, or more, has weight 1; the size that is rejected least has the highest weight; between them the
weight is linear in the share (Penedo et al. 2025, FineWeb2, arXiv:2506.20920, and its repository, misc/rehydration).

Sizes that few documents have are taken together with the next larger ones, and shares are averaged over neighbours.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from schemas.columns import Column, polars_schema
from schemas.recipe import Rehydration

NAME = "rehydration.parquet"
COLUMNS = (
    Column("language", pl.String, "Language"),
    Column("least_copies", pl.Int64, "Smallest cluster size of the row"),
    Column("most_copies", pl.Int64, "Largest cluster size of the row"),
    Column("documents", pl.Int64, "Documents in clusters of these sizes, whether or not they passed the rules"),
    Column("rejected", pl.Int64, "Those that rules rejected"),
    Column("removal_rate", pl.Float64, "Their share, averaged with the neighbouring rows"),
    Column("sampling_weight", pl.Float64, "Weight of the documents that passed"),
)
COUNTS = pl.Schema({"language": pl.String, "copies": pl.Int64, "documents": pl.Int64, "rejected": pl.Int64})
F64 = npt.NDArray[np.float64]


def counts(judged: pl.DataFrame) -> pl.DataFrame:
    """How many documents there are of each language and cluster size, and how many rules rejected (`COUNTS`).

    Counts of shards add up.

    Args:
        judged: `language`, `copies`, and `reasons` that rules gave.
    """
    rejected = (pl.col("reasons").list.len() > 0).cast(pl.Int64)
    return added(
        judged.select(
            pl.col("language").fill_null(""),
            "copies",
            pl.lit(1, pl.Int64).alias("documents"),
            rejected.alias("rejected"),
        )
    )


def added(counts: pl.DataFrame) -> pl.DataFrame:
    """The sums by language and cluster size."""
    return counts.group_by("language", "copies").agg(pl.col("documents", "rejected").sum()).sort("language", "copies")


def table(counts: pl.DataFrame, settings: Rehydration) -> pl.DataFrame:
    """The weight of each cluster size in each language (`COLUMNS`), sorted."""
    parts = [_of_language(part.sort("copies"), settings) for _, part in sorted(counts.group_by("language"))]
    return pl.concat([pl.DataFrame(schema=polars_schema(COLUMNS)), *parts])


def weights(documents: pl.DataFrame, table: pl.DataFrame) -> pl.Series:
    """The weight of each document.

    Args:
        documents: `language` and `copies`, of languages and sizes that were counted.
        table: what `table` gave.
    """
    rows = documents.select(pl.col("language").fill_null(""), "copies").with_row_index("row").sort("copies")
    found = rows.join_asof(
        table.select("language", "sampling_weight", copies="least_copies").sort("copies"),
        on="copies",
        by="language",
        check_sortedness=False,  # polars cannot check it within groups
    )
    return found.sort("row")["sampling_weight"]


def _of_language(counts: pl.DataFrame, settings: Rehydration) -> pl.DataFrame:
    bins = _bins(counts["documents"].to_numpy(), settings.fewest)
    pooled = (
        counts.with_columns(pl.Series("bin", bins))
        .group_by("bin", maintain_order=True)
        .agg(
            pl.col("language").first(),
            pl.col("copies").min().alias("least_copies"),
            pl.col("copies").max().alias("most_copies"),
            pl.col("documents", "rejected").sum(),
        )
    )
    documents, rejected = (pooled[name].to_numpy().astype(np.float64) for name in ("documents", "rejected"))
    rate = _around(rejected, settings.smooth) / _around(documents, settings.smooth)
    whole, least = rejected.sum() / documents.sum(), rate.min()
    weight = np.ones(len(rate))
    if least < whole:
        weight += (settings.most - 1) * np.clip((whole - rate) / (whole - least), 0, 1)
    return pooled.with_columns(pl.Series("removal_rate", rate), pl.Series("sampling_weight", weight)).select(
        [column.name for column in COLUMNS]
    )


def _bins(documents: npt.NDArray[np.int64], fewest: int) -> list[int]:
    """The bin of each size, in order: a bin is closed when it has so many documents; a rest joins the last one."""
    bins, number, held = [], 0, 0
    for count in documents:
        bins.append(number)
        held += int(count)
        if held >= fewest:
            number, held = number + 1, 0
    return [min(bin_, max(number - 1, 0)) for bin_ in bins]


def _around(values: F64, width: int) -> F64:
    """The sum of each value and its neighbours, as many as there are."""
    return np.convolve(values, np.ones(width), mode="full")[width // 2 : width // 2 + len(values)]
