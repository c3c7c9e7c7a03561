"""Where a share ends, exactly: a range of keys that holds the last document that stays, made narrower round by round.

A cut belongs to a stratum of a pool (a language and a share). Each round counts, in at most 2^20 bins of equal width,
the documents whose key lies in the range; counts of files add up. The bin that has the last document is the next range,
from its least key to its greatest. When a whole bin stays, the cut is found. When all keys of a bin are the same and
only some of the documents stay, the range is that of the hashes of their ids. So exactly as many stay as were asked
for, but where ids share the 64 bits of their hash: those stay or go together.
"""

from __future__ import annotations

import math
from fractions import Fraction

import polars as pl

from pipelines.selection.keys import ALL_STAY, NONE_STAYS

STRATUM = ["language", "share", "stratum"]
_BITS = 20
_ALL = (1 << 64) - 1

SIZES = pl.Schema({"language": pl.String, "share": pl.Float64, "stratum": pl.String, "n": pl.Int64})
OPEN = pl.Schema(
    {
        "language": pl.String,
        "share": pl.Float64,
        "stratum": pl.String,
        "wanted": pl.Int64,  # how many of the documents in the range stay, at least one
        "low": pl.UInt64,  # the range, both ends in it
        "high": pl.UInt64,
        "tied": pl.UInt64,  # key of the documents whose hashes the range is of; null while it is of keys
    }
)
CLOSED = pl.Schema(
    {
        "language": pl.String,
        "share": pl.Float64,
        "stratum": pl.String,
        "least": pl.UInt64,  # the least key that stays
        "least_hash": pl.UInt64,  # and among those with that key the least hash
    }
)
BINS = pl.Schema(
    {
        "language": pl.String,
        "share": pl.Float64,
        "stratum": pl.String,
        "value": pl.Int64,  # number of the bin
        "n": pl.Int64,
        "least": pl.UInt64,  # of the keys (or hashes) in the bin
        "most": pl.UInt64,
    }
)


def stay(share: float, documents: int) -> int:
    """How many documents a share is, rounded up; the share is the decimal number that was written.

    >>> stay(0.9, 10), stay(0.07, 100), stay(0.5, 3), stay(0.0, 3)
    (9, 7, 2, 0)
    """
    return math.ceil(Fraction(repr(share)) * documents)


def begun(sizes: pl.DataFrame, few: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The cuts to look for, and those that need no looking.

    The strata of a pool keep, in the order of their names, what the share of all up to them is more than that of all
    before them: the pool keeps its share, rounded up once.

    Args:
        sizes: columns `SIZES`: how many documents compete.
        few: `language` and `share` of the pools in which all documents stay.

    Returns:
        Columns `OPEN`, and columns `CLOSED`.
    """
    spared = set(few.select("language", "share").iter_rows())
    cuts, found = [], []
    before: dict[tuple[str, float], int] = {}
    for language, share, stratum, n in sizes.sort(STRATUM).select(SIZES.names()).iter_rows():
        first = before.get((language, share), 0)
        before[language, share] = first + n
        wanted = stay(share, first + n) - stay(share, first)
        if (language, share) in spared or share >= 1:
            found.append((language, share, stratum, ALL_STAY, 0))
        elif wanted <= 0:
            found.append((language, share, stratum, NONE_STAYS, _ALL))
        else:
            cuts.append((language, share, stratum, wanted, 0, _ALL, None))
    return pl.DataFrame(cuts, OPEN, orient="row"), pl.DataFrame(found, CLOSED, orient="row")


def shift() -> pl.Expr:
    """By how many bits a key's distance from `low` is shifted to give the number of its bin (UInt64)."""
    width = pl.col("high") - pl.col("low")
    wide = width.bitwise_leading_zeros().cast(pl.Int64)
    return pl.max_horizontal(64 - _BITS - wide, 0).cast(pl.UInt64)


def narrowed(cuts: pl.DataFrame, bins: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The cuts after a round.

    Args:
        cuts: columns `OPEN`.
        bins: columns `BINS`: what all files counted.

    Returns:
        Columns `OPEN` of those that are still looked for, and columns `CLOSED` of those that were found.
    """
    best_first = bins.join(cuts, on=STRATUM, how="inner").sort(*STRATUM, "value", descending=[False] * 3 + [True])
    reached = best_first.with_columns(pl.col("n").cum_sum().over(STRATUM).alias("reached")).filter(
        pl.col("reached") >= pl.col("wanted")
    )
    last = reached.unique(STRATUM, keep="first", maintain_order=True).with_columns(
        (pl.col("wanted") - pl.col("reached") + pl.col("n")).alias("wanted")
    )
    same = pl.col("least") == pl.col("most")
    whole = (pl.col("wanted") == pl.col("n")) | (same & pl.col("tied").is_not_null())
    found = last.filter(whole).with_columns(
        pl.coalesce("tied", "least").alias("least"),
        pl.when(pl.col("tied").is_not_null()).then("least").otherwise(pl.lit(0, pl.UInt64)).alias("least_hash"),
    )
    still = last.filter(~whole).with_columns(
        pl.when(same).then(pl.lit(0, pl.UInt64)).otherwise("least").alias("low"),
        pl.when(same).then(pl.lit(_ALL, pl.UInt64)).otherwise("most").alias("high"),
        pl.when(same).then("least").otherwise("tied").alias("tied"),
    )
    return still.select(OPEN.names()), found.select(CLOSED.names())
