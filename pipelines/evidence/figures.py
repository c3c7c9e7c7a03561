"""What the card says of each language, and the texts that it shows, from the tables of evidence."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from schemas.manifest import LanguageFigures, Quantiles, Sample, Tokens

_SHARES = {"q05": 0.05, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q95": 0.95}
_CONFIDENCE = "language_confidence"
_SHOWN, _CHARACTERS = 10, 300

Tables = Mapping[str, pl.DataFrame]
"""Tables of evidence by name; one without a row is not there."""


def figures(tables: Tables, *, duplicates: Sequence[str], quality: Sequence[str]) -> dict[str, LanguageFigures]:
    """Figures of every language, in the order of their labels.

    Args:
        tables: the tables of evidence.
        duplicates: reasons of the Group stages, of which a document has at most one.
        quality: scores by which rules keep a top share.
    """
    sizes: dict[str, dict[str, dict[str, Any]]] = {"documents": {}, "rejected": {}}
    for row in _rows(tables, "languages"):
        if row["kind"] in sizes:
            sizes[row["kind"]][row["language"]] = row
    reasons: dict[str, dict[str, int]] = defaultdict(dict)
    for row in _rows(tables, "reasons"):
        reasons[row["language"]][row["reason"]] = row["documents"]
    tokens: dict[str, dict[str, int]] = defaultdict(dict)
    for row in _rows(tables, "tokens"):
        tokens[row["language"]][row["tokenizer"]] = row["tokens"]
    spreads = _spreads(tables, (_CONFIDENCE, *quality))
    found = {}
    for language in sorted(sizes["documents"].keys() | sizes["rejected"].keys()):
        size = sizes["documents"].get(language, {})
        words = size.get("words")
        confidence = spreads.get((language, _CONFIDENCE))
        found[language] = LanguageFigures(
            documents=size.get("documents") or 0,
            characters=size.get("characters") or 0,
            words=words,
            bytes=size.get("bytes") or 0,
            tokens={
                name: Tokens(tokens=count, fertility=round(count / words, 3) if words else None)
                for name, count in tokens[language].items()
            },
            duplicates=sum(reasons[language].get(reason, 0) for reason in duplicates),
            rejected_by_reason=reasons[language],
            confidence=None if confidence is None else confidence.q50,
            quality={name: spreads[language, name] for name in quality if (language, name) in spreads},
        )
    return found


def _spreads(tables: Tables, scores: Sequence[str]) -> dict[tuple[str, str], Quantiles]:
    """Quantiles of some scores of the released documents, by language and score."""
    if "scores" not in tables:
        return {}
    wanted = tables["scores"].filter(pl.col("score").is_in(list(scores)), pl.col("kind") == "documents")
    return {
        (str(language), str(score)): quantiles(bins)
        for (language, score), bins in wanted.partition_by("language", "score", as_dict=True).items()
    }


def quantiles(bins: pl.DataFrame) -> Quantiles:
    """Quantiles of some bins: the value of the document at place ceil(share x n), counted from 1.

    Args:
        bins: `value` and `documents`, at least one row.
    """
    held = bins.sort("value")
    reached, many = held["documents"].cum_sum(), int(held["documents"].sum())
    place = {name: max(1, math.ceil(share * many)) for name, share in _SHARES.items()}
    return Quantiles(**{name: float(held["value"][int((reached < at).sum())]) for name, at in place.items()})


def samples(tables: Tables) -> list[Sample]:
    """A released document of each of the ten largest languages: the first one that was drawn."""
    if "samples" not in tables:
        return []
    documents = tables["samples"].filter(pl.col("kind") == "documents")
    sizes = tables["languages"].filter(pl.col("kind") == "documents").select("language", "documents")
    first = documents.sort("draw", "id").unique("language", keep="first", maintain_order=True)
    largest = first.join(sizes, on="language").sort("documents", "language", descending=[True, False]).head(_SHOWN)
    return [
        Sample(
            id=row["id"],
            language=row["language"],
            source=row["source"],
            text=row["text"][:_CHARACTERS],
            characters=row["characters"],
        )
        for row in largest.iter_rows(named=True)
    ]


def _rows(tables: Tables, name: str) -> Iterator[dict[str, Any]]:
    if name in tables:
        yield from tables[name].iter_rows(named=True)
