"""Rows of both classes out of sources: as many as wanted, the same ones whatever the order of files and rows."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

import polars as pl
import xxhash

from filters import _segments, language, normalise
from filters._classifier import learn
from filters._classifier.kinds import KINDS
from pipelines.readers import files, read
from pipelines.training.spec import Side, Spec
from schemas import languages
from schemas.columns import ADDRESS

SCHEMA = pl.Schema(
    {"text": pl.String, "label": pl.String, "language": pl.String, "source": pl.String, "content": pl.UInt64}
)
"""`content` is XXH3 of the text, 64 bits: rows are chosen, split and sorted by it."""
LABELLED = "labelled rows"
FRAME_BYTES = 8 << 20
_AGAIN, _MORE = "the same text again", "more than wanted"


class Gathered(NamedTuple):
    """What sources gave.

    Args:
        rows: the columns `SCHEMA`, sorted; each text of a label once.
        left_out: what was left out, and how many rows of it.
        dead: rows that a reader could not use: where, and why; the first few.
    """

    rows: pl.DataFrame
    left_out: dict[str, int]
    dead: list[str]


class _Least:
    """The rows with the least hashes of each label, language and source."""

    def __init__(self, most: int, left_out: dict[str, int]) -> None:
        self._most, self._held, self._waiting, self._left_out = most, pl.DataFrame(schema=SCHEMA), 0, left_out

    def add(self, rows: pl.DataFrame) -> None:
        self._held = pl.concat([self._held, rows])
        self._waiting += rows.height
        if self._waiting > 4 * self._most:
            self._prune()

    def _prune(self) -> None:
        keys = ["label", "language", "source"]
        once = self._held.unique(["content", *keys], keep="any", maintain_order=False)
        kept = once.filter(pl.col("content").rank("ordinal").over(keys) <= self._most)
        _count(self._left_out, _AGAIN, self._held.height - once.height)
        _count(self._left_out, _MORE, once.height - kept.height)
        self._held, self._waiting = kept, 0

    def rows(self) -> pl.DataFrame:
        self._prune()
        return self._held


def gather(spec: Spec) -> Gathered:
    """Read all sources.

    Raises:
        SourceError: a file cannot be read at all, or labelled rows are wrong.
    """
    classes = KINDS[spec.kind]
    left_out: dict[str, int] = {}
    dead: list[str] = []
    kept = _Least(spec.documents, left_out)
    weights: dict[tuple[str, str], float] = {}
    for label, sides in ((classes.positive, spec.positive), (classes.negative, spec.negative)):
        for name, side in sorted(sides.items()):
            weights[label, name] = side.weight
            for frame in _frames(name, side, dead, left_out):
                kept.add(_known(_labelled(frame, label, name, spec, None), spec, left_out))
    if spec.rows:
        given = learn.read(spec.rows, spec.kind)
        for (label,), part in given.group_by("label", maintain_order=True):
            for (source,), rows in part.group_by("source", maintain_order=True):
                name = LABELLED if source is None else str(source)
                weights.setdefault((str(label), name), 1.0)
                for frame in rows.iter_slices(20_000):
                    kept.add(_known(_labelled(frame, str(label), name, spec, frame["language"]), spec, left_out))
    rows = _shared_out(kept.rows(), weights, spec, left_out)
    return Gathered(rows.sort("label", "language", "content", "text"), left_out, dead)


def _frames(name: str, side: Side, dead: list[str], left_out: dict[str, int]) -> Iterator[pl.DataFrame]:
    for unit in files.units(name, side):
        for batch in read(unit, side, FRAME_BYTES):
            for file, position, message in batch.dead.select([c.name for c in ADDRESS] + ["message"]).iter_rows():
                _count(left_out, "cannot be read", 1)
                if len(dead) < 5:
                    dead.append(f"{file} row {position}: {message}")
            if batch.rows.height:
                yield batch.rows


def _labelled(frame: pl.DataFrame, label: str, source: str, spec: Spec, given: pl.Series | None) -> pl.DataFrame:
    """Rows as a run would see them: normalised, in the language that the language stage finds."""
    text = normalise.STAGE.edit(frame.select("text"), normalise.STAGE.params(), None)["text"]
    text = pl.Series("text", [_segments.prefix(t, spec.most_characters) for t in text], dtype=pl.String)
    declared = given if given is not None else frame["declared_language"]
    if spec.language == "identified":
        params = language.Params()
        found = language.measure(text.to_frame(), params, _identifier())["language"]
        code = found if given is None else pl.select(pl.coalesce(given, found)).to_series()
    else:
        code = declared
    content = pl.Series("content", [xxhash.xxh3_64_intdigest(t.encode()) for t in text], dtype=pl.UInt64)
    return pl.DataFrame(
        [text, pl.repeat(label, len(text), eager=True).alias("label"), code.cast(pl.String).alias("language"),
         pl.repeat(source, len(text), eager=True).alias("source"), content]
    )  # fmt: skip


@cache
def _identifier() -> Any:
    return language.open_model(language.Params())


def _known(rows: pl.DataFrame, spec: Spec, left_out: dict[str, int]) -> pl.DataFrame:
    """The rows of languages that are wanted and known, which say something."""
    known = rows.filter(pl.col("language").is_not_null() & (pl.col("language") != languages.UNDETERMINED))
    said = known.filter(pl.col("text").str.contains(r"[\p{L}\p{N}]"))
    wanted = said if spec.languages is None else said.filter(pl.col("language").is_in(spec.languages))
    for why, n in (
        ("language unknown", rows.height - known.height),
        ("no letter or digit", known.height - said.height),
        ("language not wanted", said.height - wanted.height),
    ):
        _count(left_out, why, n)
    return wanted


def _count(left_out: dict[str, int], why: str, rows: int) -> None:
    if rows:
        left_out[why] = left_out.get(why, 0) + rows


def _shared_out(
    rows: pl.DataFrame, weights: Mapping[tuple[str, str], float], spec: Spec, left_out: dict[str, int]
) -> pl.DataFrame:
    """As many rows of each source as its weight says; what one lacks the others fill up."""
    if rows.is_empty():
        return rows
    parts = []
    held_out = pl.col("source").is_in(spec.held_out_sources)
    for (label, _), part in rows.group_by(["label", "language"], maintain_order=False):
        # A text that several sources have counts for the first of them by name.
        once = part.sort("content", "source").unique("content", keep="first", maintain_order=True)
        _count(left_out, _AGAIN, part.height - once.height)
        part = once
        parts.append(part.filter(held_out))  # they take no room of what is learnt
        learnt = part.filter(~held_out)
        there = dict(learnt["source"].value_counts().sort("source").iter_rows())
        wanted = quotas(there, {name: weights[str(label), name] for name in there}, spec.documents)
        for name, most in wanted.items():
            own = learnt.filter(pl.col("source") == name).sort("content")
            parts.append(own.head(most))
            _count(left_out, _MORE, max(0, own.height - most))
    return pl.concat(parts)


def quotas(there: Mapping[str, int], weights: Mapping[str, float], most: int) -> dict[str, int]:
    """How many rows of each source to take.

    >>> quotas({"a": 100, "b": 100, "c": 5}, {"a": 2, "b": 1, "c": 1}, 65)
    {'a': 40, 'b': 20, 'c': 5}

    Args:
        there: rows that each source has.
        weights: how much of the whole each should give.
        most: rows of all together.
    """
    out: dict[str, int] = {}
    left, open_ = min(most, sum(there.values())), dict(sorted(there.items()))
    while open_:
        total = sum(weights[name] for name in open_)
        short = {name: n for name, n in open_.items() if n <= left * weights[name] / total}
        if not short:
            before, done = 0.0, 0
            for name in open_:  # cumulative rounding: the sum is exact
                before += left * weights[name] / total
                out[name], done = math.floor(before + 0.5) - done, math.floor(before + 0.5)
            return dict(sorted(out.items()))
        for name, n in short.items():
            out[name] = n
            left -= n
            del open_[name]
    return dict(sorted(out.items()))
