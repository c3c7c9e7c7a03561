"""What of a row is worked on: its text, or fields of its record; and how results become a row again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, Field

from schemas import paths
from schemas.errors import RecipeError
from translators.flow.verdict import Scores
from translators.text import records
from translators.text.marked import BadSpans, Marked, Span, mark

TEXT = "text"
"""Path of the row's own text, where its metadata have no field of that name."""


class SpanField(BaseModel):
    """Labelled stretches of a field, which have to be found again in what becomes of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str = Field(description="Path of the field with the text")
    spans: str = Field(description="Path of the list of stretches; with a ? where some records have none: names?")
    start: str = Field("start", description="Key of a stretch's beginning, in characters (Unicode code points)")
    end: str = Field("end", description="Key of its end, which is left out")
    surface: str | None = Field(None, description="Key of its words; null where there is none")


@dataclass(frozen=True)
class Result:
    """What a row becomes.

    Args:
        text: the text; of a record, its fields as people read them.
        texts: the single texts.
        record: the record as JSON; None where the row is one text.
        scores: what the record itself was checked for.
    """

    text: str
    texts: tuple[str, ...]
    record: str | None = None
    scores: Scores = field(default_factory=dict)


class Material(Protocol):
    """What of a row is worked on."""

    @property
    def text(self) -> str:
        """All of it as people read it."""
        ...

    @property
    def texts(self) -> tuple[str, ...]:
        """The single texts that are asked for."""
        ...

    def put_together(self, texts: Sequence[str]) -> Result:
        """The row with these texts in the places of its own."""
        ...

    def rendered(self, texts: Sequence[str]) -> str:
        """These texts as people read them."""
        ...


@dataclass(frozen=True)
class Text:
    """A row that is one text."""

    text: str

    @property
    def texts(self) -> tuple[str, ...]:
        """The one text."""
        return (self.text,)

    def put_together(self, texts: Sequence[str]) -> Result:
        """The one text."""
        return Result(texts[0], tuple(texts))

    def rendered(self, texts: Sequence[str]) -> str:
        """The one text."""
        return texts[0]


class Unfit(Exception):
    """A record without the fields that the recipe names, or with others in their places."""


@dataclass(frozen=True)
class Record:
    """A row that is a record with fields.

    Args:
        record: its fields.
        paths: those that are worked on.
        places: single place of each text, in order.
        texts: the texts.
        marked: texts with labelled stretches, by place; their stretches are between markers in `texts`.
    """

    record: Mapping[str, Any]
    paths: tuple[str, ...]
    places: tuple[str, ...]
    texts: tuple[str, ...]
    marked: Mapping[str, _Stretches] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """Its fields as people read them."""
        return records.rendering(self.record, self.paths)

    def put_together(self, texts: Sequence[str]) -> Result:
        """The record with these texts in the places of its own, and its labelled stretches found again."""
        scores: Scores = {}
        plain: dict[str, str] = {}
        stretches: dict[str, tuple[Span | None, ...]] = {}
        kept = wanted = 0
        for place, text in zip(self.places, texts, strict=True):
            if place not in self.marked:
                plain[place] = text
                continue
            found = self.marked[place].marked.find(text)
            plain[place] = found.text
            stretches[place] = found.spans
            wanted += len(found.spans)
            kept += 0 if found.unknown else sum(span is not None for span in found.spans)
        if wanted:
            scores["spans_kept"] = kept / wanted
        made = paths.replace(self.record, plain)
        for place, spans in stretches.items():
            self.marked[place].write(made, spans)
        return Result(
            records.rendering(made, self.paths),
            tuple(plain[place] for place in self.places),
            json.dumps(made, ensure_ascii=False),
            scores,
        )

    def rendered(self, texts: Sequence[str]) -> str:
        """These texts as people read them."""
        return records.rendering(paths.replace(self.record, dict(zip(self.places, texts, strict=True))), self.paths)


@dataclass(frozen=True)
class _Stretches:
    """The labelled stretches of one text: where their list is, and the text with markers around them."""

    spec: SpanField
    holder: tuple[Any, ...]
    marked: Marked

    def write(self, record: dict[str, Any], spans: Sequence[Span | None]) -> None:
        """Put the new places of the stretches into a record, in place. One that was lost stays: the row is refused."""
        listed: Any = record
        for step in self.holder:
            listed = listed[step]
        for one, span in zip(listed, spans, strict=True):
            if span is None:
                continue
            one[self.spec.start], one[self.spec.end] = span.start, span.end
            if self.spec.surface is not None:
                one[self.spec.surface] = span.surface


def of_row(row: Mapping[str, Any], fields: Sequence[str] | None, spans: Sequence[SpanField] = ()) -> Material:
    """What of a row is worked on.

    Args:
        row: `text`, `metadata` and `record` (JSON objects or null).
        fields: paths of the fields that are worked on; None: the text alone.
        spans: labelled stretches of them.

    Raises:
        Unfit: the record has not these fields, or stretches outside of their text.
    """
    if not fields:
        return Text(row["text"] or "")
    held = row.get("record") or row.get("metadata")
    record: dict[str, Any] = json.loads(held) if held else {}
    if TEXT not in record and any(path == TEXT for path in fields):
        record = {TEXT: row["text"] or "", **record}
    try:
        texts = records.texts(record, fields)
        marked = dict(_marked(record, spans))
        records.rendering(record, fields)
    except (RecipeError, BadSpans, ValueError, LookupError, TypeError) as error:
        raise Unfit(str(error)) from error
    for place, one in marked.items():
        texts[place] = one.marked.text
    return Record(record, tuple(fields), tuple(texts), tuple(texts.values()), marked)


def _marked(record: Mapping[str, Any], specs: Sequence[SpanField]) -> Iterator[tuple[str, _Stretches]]:
    """The texts with labelled stretches, by their single places.

    A list of stretches belongs to the text whose place has the same numbers: `items[2].spans` to `items[2].text`.
    """
    for spec in specs:
        first = paths.parse(spec.spans)[0]
        if isinstance(first, paths.Key) and first.optional and first.name not in record:
            continue
        for place, text in paths.values(record, spec.text):
            holder = _holder(paths.parse(place), paths.parse(spec.spans))
            listed: Any = record
            for step in holder:
                listed = listed[step]
            spans = [
                Span(one[spec.start], one[spec.end], str(one[spec.surface]) if spec.surface else "") for one in listed
            ]
            if spans:
                yield place, _Stretches(spec, holder, mark(text, spans))


def _holder(place: tuple[paths.Step, ...], spans: tuple[paths.Step, ...]) -> tuple[Any, ...]:
    """Keys and numbers that lead to the list of stretches of the text at a place."""
    numbers = [step.index for step in place if isinstance(step, paths.Element)]
    steps: list[Any] = []
    for step in spans:
        if isinstance(step, paths.Key):
            steps.append(step.name)
        else:
            steps.append(
                step.index if step.index is not None else numbers[len([x for x in steps if isinstance(x, int)])]
            )
    return tuple(steps)
