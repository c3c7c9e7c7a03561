"""What rewriting did to prompts, by operator and language: the measures of The Art of Asking (arXiv 2510.19806).

Length, edit distance, variety, language loss, perplexity where a model gave log-probabilities, and quality and
difficulty where a judge rated them. Gates do not hide anything here: lengths, distances and the loss of language are
those of all rewrites that were made, accepted or not.
"""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

from translators.gates.length import columns
from translators.metrics.diversity import ORDERS, SAMPLE, distinct
from translators.metrics.edit_distance import character_distance
from translators.metrics.perplexity import of_mean

STAGE = "rewriting"
COLUMNS = ("stage", "operator", "language", "parent_text", "text", "scores", "reasons", "id")
"""Columns of derived rows that are read; `reasons` is null or empty in accepted rows."""
MOST_GROWTH = 5.0
MOST_LANGUAGE_LOSS = 0.05
_LOST = "wrong_language"
_RATED = ("quality", "difficulty")
_LIKELY = ("log_likelihood",)


@dataclass(frozen=True)
class Measures:
    """One operator in one language. Null: cannot be said, as for want of rows, a judge or log-probabilities.

    Args:
        operator: such as `naturalness+difficulty`.
        language: label.
        rows: rewrites that were asked for and came, whether accepted or not.
        accepted: those that no gate refused.
        length_before: median length of the prompts, in columns of a screen.
        length_after: median length of the rewrites.
        length_ratio: median of the ratios.
        edit_distance: median Levenshtein distance by the longer length, 0 to 1.
        distinct_before: distinct-1 to distinct-4 of the accepted prompts before, expected in samples of one size.
        distinct_after: the same after, in samples of the same size.
        distinct_sample: that size, in n-grams.
        perplexity_before: median perplexity for each token of accepted prompts whose likelihood is known on both sides.
        perplexity_after: the same after.
        rated: rows that a judge rated.
        quality_before: mean rating, 1 to 5.
        quality_after: mean rating.
        difficulty_before: mean rating, 1 to 5.
        difficulty_after: mean rating.
        language_loss: share of the rows that the gate for the language refused.
    """

    operator: str
    language: str
    rows: int
    accepted: int
    length_before: float
    length_after: float
    length_ratio: float
    edit_distance: float
    distinct_before: tuple[float | None, ...]
    distinct_after: tuple[float | None, ...]
    distinct_sample: int
    perplexity_before: float | None
    perplexity_after: float | None
    rated: int
    quality_before: float | None
    quality_after: float | None
    difficulty_before: float | None
    difficulty_after: float | None
    language_loss: float

    def as_dict(self) -> dict[str, Any]:
        """JSON-able."""
        return asdict(self)


def measures(rows: pl.DataFrame | Iterable[Mapping[str, Any]], sample: int = SAMPLE) -> list[Measures]:
    """What each operator did in each language, sorted by operator and language.

    Args:
        rows: derived rows with `COLUMNS`, judged; other stages' rows and rows without a text are left out.
        sample: most n-grams of the samples that variety is measured in; fewer where there are not so many.
    """
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in rows.iter_rows(named=True) if isinstance(rows, pl.DataFrame) else rows:
        if row["stage"] == STAGE and (row["text"] or "").strip() and (row["parent_text"] or "").strip():
            groups.setdefault((row["operator"], row["language"]), []).append(row)
    return [
        _group(operator, language, sorted(found, key=lambda row: str(row["id"])), sample)
        for (operator, language), found in sorted(groups.items())
    ]


def _group(operator: str, language: str, rows: Sequence[Mapping[str, Any]], sample: int) -> Measures:
    before, after = [row["parent_text"] for row in rows], [row["text"] for row in rows]
    lengths = [(columns(one), columns(other)) for one, other in zip(before, after, strict=True)]
    good = [row for row in rows if not row["reasons"]]
    held = [row["parent_text"] for row in good], [row["text"] for row in good]
    varied = _varied(*held, language, sample)
    ratings, likely = _scores(rows, _RATED), _scores(good, _LIKELY)
    return Measures(
        operator=operator,
        language=language,
        rows=len(rows),
        accepted=len(good),
        length_before=statistics.median(one for one, _ in lengths),
        length_after=statistics.median(other for _, other in lengths),
        length_ratio=statistics.median(other / max(1, one) for one, other in lengths),
        edit_distance=statistics.median(character_distance(before, after).tolist()),
        distinct_before=varied[0],
        distinct_after=varied[1],
        distinct_sample=varied[2],
        perplexity_before=_perplexity(likely["log_likelihood_before"]),
        perplexity_after=_perplexity(likely["log_likelihood_after"]),
        rated=len(ratings["quality_before"]),
        quality_before=_mean(ratings["quality_before"]),
        quality_after=_mean(ratings["quality_after"]),
        difficulty_before=_mean(ratings["difficulty_before"]),
        difficulty_after=_mean(ratings["difficulty_after"]),
        language_loss=sum(_LOST in (row["reasons"] or ()) for row in rows) / len(rows),
    )


def _varied(
    before: Sequence[str], after: Sequence[str], language: str, sample: int
) -> tuple[tuple[float | None, ...], tuple[float | None, ...], int]:
    """Distinct-n before and after, and the size of the samples: one for both sides and all orders."""
    found = distinct(before, language, sample=1), distinct(after, language, sample=1)
    size = min(sample, *(one.ngrams for side in found for one in side))
    if size < 1:
        return (None,) * ORDERS, (None,) * ORDERS, 0
    sides = [tuple(one.expected for one in distinct(texts, language, sample=size)) for texts in (before, after)]
    return sides[0], sides[1], size


def _perplexity(means: Sequence[float]) -> float | None:
    found = statistics.median(map(of_mean, means)) if means else None
    return found if found is None or math.isfinite(found) else None


def _scores(rows: Sequence[Mapping[str, Any]], wanted: Sequence[str]) -> dict[str, list[float]]:
    """Scores before and after, by name, of the rows that have them all: both sides are of the same rows."""
    names = [f"{what}_{when}" for what in wanted for when in ("before", "after")]
    found: dict[str, list[float]] = {name: [] for name in names}
    for row in rows:
        held = row["scores"]
        scores = json.loads(held) if isinstance(held, str) else held or {}
        values = {name: float(scores[name]) for name in names if isinstance(scores.get(name), int | float)}
        if len(values) == len(names):
            for name, value in values.items():
                found[name].append(value)
    return found


def _mean(values: Sequence[float]) -> float | None:
    return statistics.fmean(values) if values else None


def problems(found: Iterable[Measures]) -> list[str]:
    """A line for each measure beyond what rewrites are good for.

    Harder prompts whose median length is more than five times that of the prompts before; an operator that loses the
    language of more than 5 % of its rows.
    """
    lines = []
    for one in found:
        place = f"{STAGE}: {one.operator} in {one.language}"
        growth = one.length_after / max(1.0, one.length_before)
        if "difficulty" in one.operator.split("+") and growth > MOST_GROWTH:
            lines.append(
                f"{place}: the median length grows from {one.length_before:g} to {one.length_after:g} columns, "
                f"{growth:.1f} times; at most {MOST_GROWTH:g} times is expected. Look at the rewrites, or ask another "
                "model."
            )
        if one.language_loss > MOST_LANGUAGE_LOSS:
            lines.append(
                f"{place}: {one.language_loss:.1%} of {one.rows} rewrites are not in their language; at most "
                f"{MOST_LANGUAGE_LOSS:.0%} is expected. Ask a model that knows the language better."
            )
    return lines
