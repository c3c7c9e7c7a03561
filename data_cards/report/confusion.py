"""Languages as declared beside languages as identified."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from data_cards.report.labels import language
from schemas.languages import UNDETERMINED

_SQUARE = 24  # languages of the heat map
_ROWS = 100  # pairs that differ


@dataclass(frozen=True)
class Pair:
    """Documents declared as one language and identified as another; `share`: of those declared so."""

    declared: str
    identified: str
    documents: int
    released: int
    share: float


@dataclass(frozen=True)
class Confusion:
    """All of it.

    Args:
        documents: documents whose source declares a language.
        agreeing: of these, documents identified as that language.
        pairs: the most frequent pairs that differ.
        left_out: pairs that differ and are not among them.
        square: for the heat map: `languages` (label and name), `cells` (declared, identified, documents, share).
    """

    documents: int
    agreeing: int
    pairs: tuple[Pair, ...]
    left_out: int
    square: dict[str, Any]


def confusion(table: pl.DataFrame) -> Confusion | None:
    """What the table says; nothing where no source declares languages."""
    if not table.height:
        return None
    own = pl.col("documents")
    counts = (
        table.with_columns(pl.col("language").fill_null(UNDETERMINED))
        .group_by("declared", "language")
        .agg(own.sum(), own.filter(pl.col("kind") == "documents").sum().alias("released"))
        .with_columns((own / own.sum().over("declared")).alias("share"))
        .sort("documents", "declared", "language", descending=[True, False, False])
    )
    differing = counts.filter(pl.col("declared") != pl.col("language"))
    columns = differing.select("declared", "language", "documents", "released", "share")
    return Confusion(
        documents=int(counts["documents"].sum()),
        agreeing=int(counts.filter(pl.col("declared") == pl.col("language"))["documents"].sum()),
        pairs=tuple(Pair(*row) for row in columns.head(_ROWS).iter_rows()),
        left_out=max(0, differing.height - _ROWS),
        square=_square(counts),
    )


def _square(counts: pl.DataFrame) -> dict[str, Any]:
    both = pl.concat([counts.select(pl.col(name).alias("label"), "documents") for name in ("declared", "language")])
    largest = both.group_by("label").agg(pl.col("documents").sum())
    labels = largest.sort("documents", "label", descending=[True, False])["label"].head(_SQUARE).to_list()
    places = {label: place for place, label in enumerate(labels)}
    rows = counts.filter(pl.col("declared").is_in(labels) & pl.col("language").is_in(labels))
    cells = [
        [places[declared], places[identified], documents, round(share, 4)]
        for declared, identified, documents, share in rows.select(
            "declared", "language", "documents", "share"
        ).iter_rows()
    ]
    return {"languages": [list(language(label)[:2]) for label in labels], "cells": cells}
