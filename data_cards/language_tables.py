"""The card's tables by language: how much text there is, tokens, quality, and why documents went."""

from __future__ import annotations

from collections.abc import Iterator

from data_cards.markdown import Code
from data_cards.numbers import percent, short
from schemas import languages
from schemas.manifest import LanguageFigures, Manifest

Row = tuple[object, ...]
_REASONS = 5  # of a language, the most frequent ones

TEXT = ("Language", "Label", "Documents", "Characters", "Words", "Bytes", "Duplicates", "Rejected", "Confidence")
TOKENS = ("Language", "Label", "Tokenizer", "Tokens", "Tokens a word")
QUALITY = ("Language", "Label", "Score", "5 %", "25 %", "Median", "75 %", "95 %")
REASONS = ("Language", "Label", "Input", "Rejected documents that carry the reason, of all of the language")


def text_rows(manifest: Manifest) -> list[Row]:
    """Released text of each language; duplicates and rejected documents as shares of the language's input."""
    rows: list[Row] = []
    for label, of in _largest_first(manifest):
        counts = manifest.counts.by_language[label]
        rejected = percent(counts.rejected / counts.input) if counts.input else None
        duplicates = percent(of.duplicates / counts.input) if counts.input else None
        sizes = (of.documents, of.characters, of.words, of.bytes)
        rows.append((name(label), Code(label), *sizes, duplicates, rejected, short(of.confidence)))
    return rows


def token_rows(manifest: Manifest) -> list[Row]:
    """Tokens of released text, by language and tokenizer."""
    return [
        (name(label), Code(label), Code(tokenizer), one.tokens, short(one.fertility))
        for label, of in _largest_first(manifest)
        for tokenizer, one in of.tokens.items()
    ]


def quality_rows(manifest: Manifest) -> list[Row]:
    """Quantiles of the scores by which a share of the documents is kept."""
    return [
        (name(label), Code(label), Code(score), *(short(value) for value in one.model_dump().values()))
        for label, of in _largest_first(manifest)
        for score, one in of.quality.items()
    ]


def reason_rows(manifest: Manifest) -> list[Row]:
    """The most frequent reasons of each language, as shares of its input."""
    rows: list[Row] = []
    for label, of in _largest_first(manifest):
        came = manifest.counts.by_language[label].input
        most = sorted(of.rejected_by_reason.items(), key=lambda item: (-item[1], item[0]))
        told = [f"{reason} {percent(documents / came)}" for reason, documents in most[:_REASONS] if came]
        rest = len(most) - _REASONS
        if told:
            rows.append((name(label), Code(label), came, "; ".join(told) + (f"; {rest} more" if rest > 0 else "")))
    return rows


def name(label: str) -> str:
    """A language's name in English, beside its label."""
    return languages.name(label) if languages.is_label(label) else label


def _largest_first(manifest: Manifest) -> Iterator[tuple[str, LanguageFigures]]:
    known = manifest.counts.by_language
    found = ((label, of) for label, of in manifest.figures.items() if label in known)
    yield from sorted(found, key=lambda item: (-item[1].documents, item[0]))
