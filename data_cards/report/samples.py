"""Documents to read: what was dropped by each reason, what stayed of each language, what was derived."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from data_cards.numbers import percent, short
from data_cards.report.labels import Language, language
from data_cards.report.markup import beginning
from data_cards.report.positions import Position, Positions
from schemas.languages import UNDETERMINED

CHARACTERS = 1_000  # of a text
MOST = 20  # of a reason, or of a language
_BY = {"rejected": "reason", "documents": "language", "quarantine": "reason", "derived": "language"}
_SCORES = 40  # of a derived row
_SENTENCES = {"at_most": ("at most", "higher"), "at_least": ("at least", "lower"), "top_share": ("at least", "lower")}


@dataclass(frozen=True)
class Text:
    """A text, and what to know to show it right; `left_out`: characters that are not shown, if that is known."""

    title: str
    language: Language
    text: str
    left_out: int


@dataclass(frozen=True)
class Sample:
    """A row to read.

    Args:
        id: its id.
        language: its language.
        facts: names and values.
        texts: one; of a derived row its source and way back too. None if the release does not hold them.
        scores: of a derived row.
        value: score that its reason goes by.
    """

    id: str
    language: Language
    facts: tuple[tuple[str, str], ...]
    texts: tuple[Text, ...]
    scores: tuple[tuple[str, float], ...]
    value: float | None


@dataclass(frozen=True)
class Group:
    """Samples with something in common.

    Args:
        name: reason, or label of the language.
        anchor: its id on the page.
        samples: the documents.
    """

    name: str
    anchor: str
    samples: tuple[Sample, ...]


Samples = dict[str, tuple[Group, ...]]
"""Kind of row (documents, rejected, derived, quarantine) -> its groups."""


def groups(table: pl.DataFrame | None, distributions: pl.DataFrame | None, round_trips: pl.DataFrame | None) -> Samples:
    """All samples of a release.

    Args:
        table: evidence of samples; without it there are none.
        distributions: scores by rule, source and language.
        round_trips: they know the languages that were translated.
    """
    if table is None:
        return dict.fromkeys(_BY, ())
    positions = None if distributions is None else Positions(distributions, table)
    sources = {} if round_trips is None else dict(round_trips.select("id", "source_language").iter_rows())
    found: Samples = {}
    for kind, by in _BY.items():
        own = table.filter(pl.col("kind") == kind).with_columns(pl.col(by).fill_null(UNDETERMINED))
        several: list[Group] = []
        for (name,), rows in own.partition_by(by, as_dict=True, maintain_order=True).items():
            read = tuple(_sample(row, positions, sources) for row in rows.head(MOST).iter_rows(named=True))
            several.append(Group(str(name), f"{kind}-{len(several) + 1}", read))
        found[kind] = tuple(several)
    return found


def shortened(samples: Samples, characters: int, most: int, kept: int) -> Samples:
    """The same with shorter texts and fewer documents.

    Args:
        samples: from `groups`.
        characters: of a text.
        most: of a reason.
        kept: of a language.
    """
    limits = {"rejected": most, "quarantine": most, "documents": kept, "derived": kept}
    return {
        kind: tuple(
            Group(one.name, one.anchor, tuple(_cut(sample, characters) for sample in one.samples[: limits[kind]]))
            for one in several
            if limits[kind]
        )
        for kind, several in samples.items()
    }


def _cut(sample: Sample, characters: int) -> Sample:
    texts = []
    for one in sample.texts:
        text = beginning(one.text, characters)
        texts.append(Text(one.title, one.language, text, one.left_out + len(one.text) - len(text)))
    return Sample(sample.id, sample.language, sample.facts, tuple(texts), sample.scores, sample.value)


def _sample(row: Mapping[str, Any], positions: Positions | None, sources: Mapping[str, str]) -> Sample:
    own = language(row["language"] or UNDETERMINED)
    derived = row["kind"] in ("derived", "quarantine")
    text = row["text"]
    texts = []
    if derived and row["parent_text"] is not None:
        texts.append(_text("Source", language(sources.get(row["id"], UNDETERMINED)), row["parent_text"], None))
    if text is not None:
        texts.append(_text("Derived" if derived else "Text", own, text, row["characters"]))
    if derived and row["back_text"] is not None:
        texts.append(_text("Way back", language(sources.get(row["id"], UNDETERMINED)), row["back_text"], None))
    facts = [("language", own.name)]
    if row["source"]:
        facts.append(("source", row["source"]))
    if row["characters"] is not None:
        facts.append(("characters", f"{row['characters']:,}"))
    if row["url"]:
        facts.append(("address", row["url"]))
    if row["twin_id"]:
        facts.append(("stayed in its place", row["twin_id"]))
    facts += _score(row, own, positions)
    others = [reason for reason in row["reasons"] or [] if reason != row["reason"]]
    if others:
        facts.append(("further reasons", ", ".join(others)))
    scores = _scores(row["scores"]) if derived else ()
    return Sample(row["id"] or "", own, tuple(facts), tuple(texts), scores, row["value"])


def _text(title: str, own: Language, text: str, characters: int | None) -> Text:
    shown = beginning(text, CHARACTERS)
    whole = len(text) if characters is None else max(characters, len(text))
    return Text(title, own, shown, whole - len(shown))


def _score(row: Mapping[str, Any], own: Language, positions: Positions | None) -> list[tuple[str, str]]:
    if not row["score"] or row["value"] is None:
        return []
    value = row["value"]
    facts = [(row["score"], short(value))]
    found = None if positions is None else positions.of(row["reason"], row["language"], row["source"], value)
    if found is not None:
        facts.append(("limit", _limit(found)))
        facts.append(("place", f"{_SENTENCES[found.keep][1]} than {percent(found.beyond)} of documents in {own.name}"))
    return facts


def _limit(found: Position) -> str:
    return "no single one" if found.threshold is None else f"{_SENTENCES[found.keep][0]} {short(found.threshold)}"


def _scores(given: str | None) -> tuple[tuple[str, float], ...]:
    try:
        read = json.loads(given) if given else {}
    except ValueError:
        return ()
    if not isinstance(read, dict):
        return ()
    numbers = [(str(k), float(v)) for k, v in read.items() if isinstance(v, (int, float)) and not isinstance(v, bool)]
    return tuple(sorted(numbers)[:_SCORES])
