"""The figures of each language and the samples that the card shows, made again from the released rows."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from typing import Any

import polars as pl

from pipelines import distribution
from pipelines.comparison.release import Release, frames
from pipelines.verification.findings import Findings, shown
from schemas.languages import UNDETERMINED
from schemas.manifest import LanguageFigures, Manifest, Quantiles

_CONFIDENCE, _TOKENS = "language_confidence", "tokens"
_SHARES = {"q05": 0.05, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q95": 0.95}
_SIZES = ("documents", "characters", "words", "bytes", "duplicates")


def check(release: Release, findings: Findings) -> None:
    """See the module."""
    if not release.manifest.figures and not release.manifest.samples:
        findings.skipped = "the manifest has none"
        return
    counted = _Counted(release.manifest)
    for file in release.data:
        match release.kind(file):
            case "document":
                for frame in frames(release.path(file), counted.columns):
                    counted.documents(frame)
            case "rejected":
                for frame in frames(release.path(file), ("language", "reasons")):
                    counted.rejected(frame)
    counted.compare(findings)
    findings.looked_at = f"{len(counted.sizes):,} languages, {len(release.manifest.samples):,} samples"


class _Counted:
    """What the rows give."""

    def __init__(self, manifest: Manifest) -> None:
        self.manifest = manifest
        self.sizes: dict[str, Counter[str]] = defaultdict(Counter)
        self.reasons: dict[str, Counter[str]] = defaultdict(Counter)
        self.tokens: dict[str, Counter[str]] = defaultdict(Counter)
        self.has_words: set[str] = set()
        self.bins: dict[tuple[str, str], Counter[float]] = defaultdict(Counter)
        self.found: dict[str, dict[str, Any]] = {}
        scores = {name for one in manifest.figures.values() for name in one.quality}
        self.scores = [_CONFIDENCE, *sorted(scores)]
        self.columns = ["id", "language", "source", "text", "word_count", _TOKENS, *self.scores]
        self._wanted = pl.Series([one.id for one in manifest.samples], dtype=pl.String)
        # Reasons of deduplication, of which a document has at most one.
        self._duplicates = {reason for one in manifest.stages if one.kind.lower() == "group" for reason in one.rules}

    def documents(self, frame: pl.DataFrame) -> None:
        """Count released documents."""
        for row in frame.filter(pl.col("id").is_in(self._wanted.implode())).iter_rows(named=True):
            self.found[row["id"]] = row
        for language, rows in _by_language(frame):
            size = self.sizes[language]
            size["documents"] += rows.height
            size["characters"] += int(rows["text"].str.len_chars().sum())
            size["bytes"] += int(rows["text"].str.len_bytes().sum())
            if "word_count" in rows.columns and rows["word_count"].count():
                self.has_words.add(language)
                size["words"] += int(rows["word_count"].sum())
            if _TOKENS in rows.columns:
                flat = rows.select(pl.col(_TOKENS).explode()).drop_nulls().unnest(_TOKENS)
                self.tokens[language].update(dict(flat.group_by("tokenizer").agg(pl.col("tokens").sum()).iter_rows()))
            for name in self.scores:
                if name in rows.columns:
                    values = rows[name].cast(pl.Float64).fill_nan(None).drop_nulls()
                    bins = pl.Series(distribution.rounded(values.to_numpy(), "at_least")).value_counts()
                    self.bins[language, name].update(dict(bins.iter_rows()))

    def rejected(self, frame: pl.DataFrame) -> None:
        """Count rejected documents."""
        for language, rows in _by_language(frame):
            each = rows["reasons"].explode().drop_nulls()
            self.reasons[language].update(dict(each.value_counts().iter_rows()))
            self.sizes[language]["rejected"] += rows.height

    def compare(self, findings: Findings) -> None:
        """Compare all that with the manifest."""
        told = self.manifest.figures
        for language in sorted(self.sizes.keys() | told.keys()) if told else ():
            if language not in told:
                findings.add(f"figures: {shown(language)} has none in the manifest")
                continue
            if language not in self.sizes:
                findings.add(f"figures: the files have no row of {shown(language)}")
                continue
            self._language(findings, language, told[language])
        for one in self.manifest.samples:
            row = self.found.get(one.id)
            name = f"sample {shown(one.id)}"
            if row is None:
                findings.add(f"{name}: no released document has that id")
                continue
            findings.compare(f"{name}: language", row["language"], one.language)
            findings.compare(f"{name}: source", row["source"], one.source)
            findings.compare(f"{name}: characters", len(row["text"]), one.characters)
            if not row["text"].startswith(one.text):
                findings.add(f"{name}: its text does not begin as the manifest has it")

    def _language(self, findings: Findings, language: str, told: LanguageFigures) -> None:
        name, size = f"figures of {shown(language)}", self.sizes[language]
        size["duplicates"] = sum(n for reason, n in self.reasons[language].items() if reason in self._duplicates)
        for field in _SIZES:
            here: int | None = size[field]
            if field == "words" and language not in self.has_words:
                here = None
            findings.compare(f"{name}: {field}", here, getattr(told, field))
        findings.compare_all(f"{name}: rejected for", self.reasons[language], told.rejected_by_reason)
        tokens = self.tokens[language]
        findings.compare_all(f"{name}: tokens by", tokens, {n: one.tokens for n, one in told.tokens.items()})
        for tokenizer, one in told.tokens.items():
            fertility = round(tokens[tokenizer] / size["words"], 3) if size["words"] else None
            findings.compare(f"{name}: tokens a word by {shown(tokenizer)}", fertility, one.fertility)
        confidence = _quantiles(self.bins[language, _CONFIDENCE])
        findings.compare(f"{name}: median confidence", confidence.q50 if confidence else None, told.confidence)
        for score, quantiles in told.quality.items():
            findings.compare(f"{name}: quantiles of {shown(score)}", _quantiles(self.bins[language, score]), quantiles)


def _by_language(frame: pl.DataFrame) -> list[tuple[str, pl.DataFrame]]:
    parts = frame.with_columns(pl.col("language").fill_null(UNDETERMINED)).partition_by("language", as_dict=True)
    return [(str(language), rows) for (language,), rows in parts.items()]


def _quantiles(bins: Counter[float]) -> Quantiles | None:
    """The value of the document at place ceil(share x n), counted from 1; None without documents."""
    if not bins:
        return None
    values = pl.DataFrame({"value": list(bins), "documents": list(bins.values())}).sort("value")
    reached, many = values["documents"].cum_sum(), bins.total()
    at = {name: int((reached < max(1, math.ceil(share * many))).sum()) for name, share in _SHARES.items()}
    return Quantiles(**{name: float(values["value"][place]) for name, place in at.items()})
