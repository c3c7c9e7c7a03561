"""Reference text for calibration: what is measured of it, by language. Scores are kept, texts are not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import polars as pl
import xxhash

from filters import _segments
from pipelines import measure
from pipelines.plan import Plan
from pipelines.readers import files, read
from schemas import languages
from schemas.recipe import Fields, Source

ENGLISH = "eng_Latn"
FRAME_BYTES = 8 << 20
_TYPES = 200_000  # different words of a language that are counted at a time
_LETTERS_ONLY = r"^[\p{L}\p{M}]+$"


@dataclass(frozen=True)
class Text:
    """Where reference text is.

    Args:
        paths: files, as a recipe's source has them.
        field: field with the text.
        language_field: field with the language; None where `language` says it.
        language: label of all rows.
    """

    paths: tuple[str, ...]
    field: str = "text"
    language_field: str | None = "language"
    language: str | None = None


@dataclass
class Reference:
    """What was measured of one language.

    Args:
        scores: score column -> its values, a null left out.
        identified: score column -> its values over documents that were identified as this language.
        words: lower-case words of letters -> how often they occur.
        digest: sum of the digests of all texts, modulo 2^128; the order of the texts does not matter.
        with_lines: documents of several lines, as they were written.
        left_out: documents that were identified as another language; nothing else here counts them.
    """

    documents: int = 0
    characters: int = 0
    words: int = 0
    digest: int = 0
    with_lines: int = 0
    left_out: int = 0
    scores: dict[str, list[np.ndarray[Any, Any]]] = field(default_factory=lambda: defaultdict(list))
    identified: dict[str, list[np.ndarray[Any, Any]]] = field(default_factory=lambda: defaultdict(list))
    counts: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema={"word": pl.String, "n": pl.Int64}))

    @property
    def laid_out(self) -> bool:
        """Whether it shows how documents are divided into lines: half of them have several, and nobody joined them."""
        return 2 * self.with_lines >= self.documents > 0

    def of(self, score: str, *, identified: bool = False) -> np.ndarray[Any, Any]:
        """All values of a score."""
        parts = (self.identified if identified else self.scores).get(score, [])
        return np.concatenate(parts) if parts else np.empty(0)

    def merged(self, other: Reference) -> Reference:
        """Both together, without the words: what they have in common says nothing about a script."""
        out = Reference(
            self.documents + other.documents, self.characters + other.characters, self.words + other.words,
            (self.digest + other.digest) % (1 << 128), self.with_lines + other.with_lines,
            self.left_out + other.left_out,
        )  # fmt: skip
        for one in (self, other):
            for name, parts in one.scores.items():
                out.scores[name] += parts
        return out


def measured(
    plan: Plan, texts: Sequence[Text], scores: Sequence[str], *, join: int = 0, frame_bytes: int = FRAME_BYTES
) -> dict[str, Reference]:
    """Measure reference text. A text that a language has twice counts once.

    A document that is identified as another language is left out, if the identifier knows the right one: if it found
    that in any document. Reference text in many languages is seldom free of what nobody translated.

    Args:
        plan: its Edit and Measure steps run; the caller leaves out what is not needed.
        texts: where the text is. A row without a known language counts for the language that was identified.
        scores: columns to keep.
        join: rows of a language are joined in order until they hold so many characters; 0: a row is a document.
        frame_bytes: text worked on at a time; memory follows it, no figure does.

    Returns:
        Label -> what was measured.
    """
    own: dict[str, Reference] = defaultdict(Reference)
    other: dict[str, Reference] = defaultdict(Reference)
    known: set[str] = set()  # labels that the identifier gives
    with TemporaryDirectory() as folder:
        ready = plan.prepared(Path(folder))
        resources = measure.open_resources(ready)
        for text in texts:
            for frame in _joined(_rows(text, frame_bytes), join):
                rows = _measure(frame, ready, resources)
                known.update(rows["identified"].drop_nulls())
                _add(own, other, rows, scores, joined=bool(join))
    found = {}
    for label in sorted(own.keys() | other.keys()):
        if label in known:
            found[label] = own[label]
            found[label].left_out = other[label].documents
        else:
            found[label] = other[label]  # nobody knows better than the one who declared it
    return found


def _rows(text: Text, frame_bytes: int) -> Iterator[pl.DataFrame]:
    source = Source(
        paths=list(text.paths), fields=Fields(text=text.field, id=None, declared_language=text.language_field)
    )
    seen: set[tuple[str | None, int]] = set()
    for unit in files.units("reference", source):
        for batch in read(unit, source, frame_bytes):
            rows = batch.rows
            if text.language is not None:
                rows = rows.with_columns(pl.lit(text.language).alias("declared_language"))
            new = []
            for label, written in rows.select("declared_language", "text").iter_rows():
                key = label, xxhash.xxh3_64_intdigest(written.encode())
                new.append(key not in seen)
                seen.add(key)
            yield rows.filter(pl.Series(new, dtype=pl.Boolean))


def _joined(frames: Iterator[pl.DataFrame], size: int) -> Iterator[pl.DataFrame]:
    """Rows of a language joined by line breaks until they hold `size` characters, whatever frames they came in."""
    if not size:
        yield from frames
        return
    waiting: pl.DataFrame | None = None
    key = pl.col("declared_language")
    before = pl.DataFrame(schema={"key": pl.String, "before": pl.Int64})
    for whole_frame in frames:
        yield whole_frame.filter(pl.col("declared_language").is_null())  # nobody knows what belongs together
        frame = whole_frame.filter(pl.col("declared_language").is_not_null())
        new = frame.with_columns(key.alias("key")).join(before, on="key", how="left", maintain_order="left")
        length = pl.col("text").str.len_chars().cast(pl.Int64)
        run = pl.col("before").fill_null(0) + length.cum_sum().over("key")
        new = new.with_columns(run.alias("after"), ((run - length) // size).alias("part"))
        last = new.group_by("key").agg(pl.col("after").last().alias("before"))
        before = pl.concat([before.join(last, on="key", how="anti"), last])
        held = new.drop("before", "after") if waiting is None else pl.concat([waiting, new.drop("before", "after")])
        whole = pl.col("part") < pl.col("part").last().over("key")
        waiting = held.filter(~whole)
        yield _glued(held.filter(whole))
    if waiting is not None:
        yield _glued(waiting)


def _glued(rows: pl.DataFrame) -> pl.DataFrame:
    others = [name for name in rows.columns if name not in ("key", "part", "text")]
    glued = rows.group_by("key", "part", maintain_order=True).agg(pl.col("text").str.join("\n"), pl.col(others).first())
    return glued.drop("key", "part")


def _measure(frame: pl.DataFrame, plan: Plan, resources: Mapping[str, Any]) -> pl.DataFrame:
    """Scores, with `language` (the label that a document counts for) and `identified`."""
    # What reads the language shall read the right one: identify first, then put the declared one in its place.
    names = [step.name for step in plan.frame_steps]
    cut = next((i + 1 for i, s in enumerate(plan.frame_steps) if _adds(s, "language")), len(names))
    first = measure.measure(frame, replace(plan, frame_steps=plan.frame_steps[:cut]), resources)[0]
    labelled = first.with_columns(
        pl.col("language").alias("identified"), pl.coalesce("declared_language", "language").alias("language")
    )
    return measure.measure(labelled, replace(plan, frame_steps=plan.frame_steps[cut:]), resources)[0]


def _adds(step: Any, column: str) -> bool:
    return any(c.name == column for c in step.stage.adds)


def _add(
    own: dict[str, Reference], other: dict[str, Reference], frame: pl.DataFrame, scores: Sequence[str], *, joined: bool
) -> None:
    """Add documents to those of their language, apart: which were identified as it, and which as another."""
    known = frame.filter(pl.col("language").is_not_null() & (pl.col("language") != languages.UNDETERMINED))
    same = (pl.col("identified") == pl.col("language")).fill_null(False)
    for (label, right), part in known.group_by("language", same.alias("right"), maintain_order=True):
        one = (own if right else other)[str(label)]
        one.documents += part.height
        one.characters += int(part["text"].str.len_chars().sum())
        if not joined:
            one.with_lines += int(part["text"].str.strip_chars().str.contains("\n", literal=True).sum())
        one.digest = (one.digest + sum(xxhash.xxh3_128_intdigest(text.encode()) for text in part["text"])) % (1 << 128)
        for name in scores:
            one.scores[name].append(_values(part, name))
        _count_words(one, part["text"])
    for (label,), part in known.group_by("identified", maintain_order=True):
        if label not in (None, languages.UNDETERMINED):
            for name in scores:
                own[str(label)].identified[name].append(_values(part, name))


def _values(frame: pl.DataFrame, name: str) -> np.ndarray[Any, Any]:
    values = frame[name].cast(pl.Float64).drop_nulls()
    return values.filter(values.is_finite()).to_numpy()


def _count_words(one: Reference, text: pl.Series) -> None:
    """Count words of letters. Above `_TYPES` different words those that occurred once are forgotten."""
    words = _segments.cut_words(text).explode().drop_nulls().str.to_lowercase()
    words = words.filter(words.str.contains(_LETTERS_ONLY)).rename("word")
    one.words += len(words)
    new = words.to_frame().group_by("word").agg(pl.len().cast(pl.Int64).alias("n"))
    one.counts = pl.concat([one.counts, new]).group_by("word").agg(pl.col("n").sum())
    if one.counts.height > _TYPES:
        one.counts = one.counts.filter(pl.col("n") > 1)
