"""What a card says of the round trips of a language: quantiles of the sentence scores, and the score of all together.

M3TQA (2508.16265) reports the median BLEU of its round trips, so the median comes first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from translators.metrics import bleu, chrf
from translators.metrics.signatures import signature

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def quantiles(scores: pl.DataFrame) -> pl.DataFrame:
    """Quantiles of each score in each language.

    Args:
        scores: the column `language`, and columns of numbers, one a score; null where it could not be measured.

    Returns:
        One row for each language and score, sorted: `language`, `score` (name of the column), `rows` (measured ones),
        `unmeasured`, `mean`, `median`, and `p05`, `p25`, `p75`, `p95`, between neighbours in proportion; null where
        no row was measured.
    """
    names = [name for name in scores.columns if name != "language"]
    long = scores.unpivot(names, index="language", variable_name="score", value_name="value").with_columns(
        pl.col("value").cast(pl.Float64).fill_nan(None)
    )
    value = pl.col("value")
    cuts = [
        value.quantile(q, interpolation="linear").alias("median" if q == 0.5 else f"p{round(100 * q):02}")
        for q in QUANTILES
    ]
    # Sorted first: a mean adds in the order of rows, and must not depend on the order of the input.
    out = (
        long.sort("language", "score", "value")
        .group_by("language", "score", maintain_order=True)
        .agg(value.count().alias("rows"), value.null_count().alias("unmeasured"), value.mean().alias("mean"), *cuts)
    )
    return out.select("language", "score", "rows", "unmeasured", "mean", "median", "p05", "p25", "p75", "p95")


@dataclass(frozen=True)
class Corpus:
    """Scores of many pairs together, 0 to 100, as sacreBLEU's `corpus_score` gives them.

    Args:
        pairs: how many.
        bleu: BLEU of all n-grams together, not a mean of sentence scores. None without pairs.
        chrf: chrF++, likewise.
        bleu_signature: how that came about.
        chrf_signature: likewise.
    """

    pairs: int
    bleu: float | None
    chrf: float | None
    bleu_signature: str
    chrf_signature: str


def corpus(hypotheses: Sequence[str], references: Sequence[str], language: str) -> Corpus:
    """BLEU and chrF++ of pairs of texts together.

    Args:
        hypotheses: n texts in one language, such as back translations.
        references: what they should say, as many.
        language: label of that language.

    Raises:
        ValueError: not as many hypotheses as references.
    """
    words = bleu.counts(hypotheses, references, language).sum(axis=0, keepdims=True)
    characters = chrf.counts(hypotheses, references).sum(axis=0, keepdims=True)
    some = len(hypotheses) > 0
    return Corpus(
        len(hypotheses),
        float(bleu.score(words, effective=False)[0]) if some else None,
        float(chrf.score(characters)[0]) if some else None,
        signature("bleu", language, "corpus"),
        signature("chrf", language, "corpus"),
    )
