"""Duplicate clusters by size: for how many documents the released ones stand."""

from __future__ import annotations

import polars as pl

from pipelines.evidence.table import Asked, Kind, Table, summed
from schemas.columns import Column
from schemas.languages import UNDETERMINED

_KEYS = ("language", "size")


def _of_rows(rows: pl.DataFrame, kind: Kind, asked: Asked) -> pl.DataFrame | None:
    if kind != "documents":
        return None
    sizes = rows.select(pl.col("language").fill_null(UNDETERMINED), pl.col("cluster_size").alias("size"))
    return sizes.group_by(_KEYS).agg(pl.len().alias("clusters"))


TABLE = Table(
    "clusters",
    (
        Column("language", pl.String, "Language of the documents that stayed"),
        Column("size", pl.Int64, "Documents of the cluster; 1 for a document without a duplicate"),
        Column("clusters", pl.Int64, "Clusters of that size, which is as many released documents"),
    ),
    _of_rows,
    summed(_KEYS, "clusters"),
)
