"""What an identifier is: a function from texts to one row of answers each, and the set of languages that it knows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import polars as pl

from schemas import languages

# One row for a text: label, its confidence, runner-up, its confidence, share of the text in the language of the label.
SCHEMA = {
    "language": pl.String,
    "confidence": pl.Float64,
    "second": pl.String,
    "second_confidence": pl.Float64,
    "share": pl.Float64,
}
Row = tuple[str | None, float | None, str | None, float | None, float | None]
NOTHING: Row = (None, None, None, None, None)


class Identifier(Protocol):
    """A loaded model.

    Args:
        known: ISO 639-3 codes of all languages that the model can name.
    """

    known: frozenset[str]

    def __call__(self, texts: list[str]) -> pl.DataFrame:
        """Identify texts that are not empty: columns `SCHEMA`, one row each; nulls where the model cannot read one."""
        ...


def frame(rows: Iterable[Row]) -> pl.DataFrame:
    """Rows as the frame that an identifier returns."""
    columns = list(zip(*rows, strict=True)) or [()] * len(SCHEMA)
    return pl.DataFrame(
        [pl.Series(name, values, dtype) for (name, dtype), values in zip(SCHEMA.items(), columns, strict=True)]
    )


def unsure(answers: pl.DataFrame, least: float) -> pl.DataFrame:
    """The answers, undetermined where the confidence is below `least`: the label then stands as the runner-up."""
    low = (pl.col("confidence") < least) & (pl.col("language") != languages.UNDETERMINED)
    return answers.with_columns(
        pl.when(low).then(pl.lit(languages.UNDETERMINED)).otherwise("language").alias("language"),
        pl.when(low).then("language").otherwise("second").alias("second"),
        pl.when(low).then("confidence").otherwise("second_confidence").alias("second_confidence"),
    )
