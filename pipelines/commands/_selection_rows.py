"""Documents of a release that the page of its selection shows.

One pass reads ids, languages and scores, and chooses; a second one reads the texts of what was chosen.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from data_cards.selection_figures import RuleFigures
from data_cards.selection_samples import CHARACTERS, Document, Key, Samples
from filters._segments import prefix
from pipelines.beam import shards
from pipelines.selection import keys
from schemas import languages
from schemas.manifest import Manifest

_NEAR = 5  # documents on either side of the cut
_ROWS_HELD = 100_000  # of several row groups, before they are chosen from
_CHOSEN = pl.Schema(
    {"language": pl.String, "id": pl.String, "score": pl.Float64, "hash": pl.UInt64, "file": pl.Int64, "row": pl.Int64}
)


def cut(text: str, characters: int) -> str:
    """The beginning of a text, of at most so many code points, that ends with a whole grapheme.

    A grapheme that is longer alone (a letter under a thousand marks) is cut all the same.
    """
    return prefix(text, characters) or text[:characters]


def find(folder: str, manifest: Manifest, rules: Sequence[RuleFigures], count: int) -> dict[Key, Samples]:
    """Documents of each rule and language, the same ones for the same release.

    Args:
        folder: of the release.
        manifest: its manifest.
        rules: which rules, with the languages that are wanted.
        count: how many of those that stayed, and of those that went. They are those whose ids have the least xxh3_64:
            as good as drawn by lot.

    Returns:
        For languages in which documents competed. Where the rule has one cut and the release the score, also those
        that lie next to it.
    """
    found = {}
    for rule in rules:
        wanted = {one.language: one.threshold for one in rule.languages if one.competed}
        released = _Pile(rule, wanted, count, rejected=False)
        dropped = _Pile(rule, wanted, count, rejected=True)
        for file in manifest.files:
            if file.config in wanted:
                released.add(f"{folder}/{file.path}")
            elif file.config == "rejected":
                dropped.add(f"{folder}/{file.path}")
        stayed, gone = released.documents(), dropped.documents()
        for language in wanted:
            found[rule.stage, rule.reason, language] = Samples(
                released=released.heights[language],
                dropped=dropped.heights[language],
                kept=stayed.lot[language],
                gone=gone.lot[language],
                above=stayed.near[language][::-1],
                below=gone.near[language],
            )
    return found


@dataclass(frozen=True)
class _Shown:
    """Documents by language: by lot, and next to the cut (the nearest first)."""

    lot: Mapping[str, tuple[Document, ...]]
    near: Mapping[str, tuple[Document, ...]]


@dataclass
class _Pile:
    """The released documents of a rule, or those that it dropped."""

    rule: RuleFigures
    cuts: Mapping[str, float | None]
    count: int
    rejected: bool
    heights: Counter[str] = field(default_factory=Counter)
    paths: list[str] = field(default_factory=list)
    lot: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_CHOSEN))
    near: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_CHOSEN))
    held: list[pl.DataFrame] = field(default_factory=list)  # rows not yet chosen from

    def add(self, path: str) -> None:
        """Choose among the rows of a file, too."""
        names = ["id", "language", *(["reasons"] if self.rejected else [])]
        if self.rule.score in shards.columns_of(path):
            names.append(self.rule.score)
        start = 0
        for frame in shards.frames(path, names):
            self.held.append(self._candidates(frame, start))
            start += frame.height
            if sum(one.height for one in self.held) > _ROWS_HELD:
                self._choose()
        self.paths.append(path)

    def _candidates(self, frame: pl.DataFrame, start: int) -> pl.DataFrame:
        score = pl.lit(None, pl.Float64)
        if self.rule.score in frame.columns and frame.schema[self.rule.score].is_numeric():
            score = pl.col(self.rule.score).cast(pl.Float64)
        rows = frame.select(
            pl.col("language").fill_null(languages.UNDETERMINED),
            pl.col("id").fill_null(""),
            score.alias("score"),
            pl.lit(len(self.paths), pl.Int64).alias("file"),
            (pl.int_range(pl.len(), dtype=pl.Int64) + start).alias("row"),
            (pl.col("reasons").list.contains(self.rule.reason) if self.rejected else pl.lit(True)).alias("ours"),
        ).filter(pl.col("ours") & pl.col("language").is_in(list(self.cuts)))
        self.heights.update(dict(rows.group_by("language").len().iter_rows()))
        return rows.with_columns(pl.Series("hash", keys.of_ids(rows["id"]), dtype=pl.UInt64)).select(_CHOSEN.names())

    def _choose(self) -> None:
        """Keep of all rows so far those that may be shown."""
        held, self.held = self.held, []
        rows = pl.concat([self.lot, *held]).sort("hash", "id", "file", "row")
        self.lot = _first(rows, self.count)
        limits = {"language": list(self.cuts), "cut": list(self.cuts.values())}
        cuts = pl.DataFrame(limits, schema={"language": pl.String, "cut": pl.Float64})
        beyond = pl.col("score") <= pl.col("cut") if self.rejected else pl.col("score") >= pl.col("cut")
        rows = pl.concat([self.near, *held]).filter(pl.col("score").is_finite())
        rows = rows.join(cuts, on="language").filter(beyond)
        rows = rows.sort("score", "hash", "id", "file", "row", descending=[self.rejected, False, False, False, False])
        self.near = _first(rows, _NEAR if self.count else 0)

    def documents(self) -> _Shown:
        """What was chosen, with its texts."""
        self._choose()
        read = self._read(pl.concat([self.lot, self.near]).select("file", "row").unique().sort("file", "row"))
        return _Shown(*(_by_language(chosen, read) for chosen in (self.lot, self.near)))

    def _read(self, chosen: pl.DataFrame) -> dict[tuple[int, int], Document]:
        found = {}
        for (number,), rows in chosen.group_by("file", maintain_order=True):
            path = self.paths[int(number)]
            there = shards.columns_of(path)
            names = ("id", "text", "source", "reasons", self.rule.score)
            for start, frame in shards.frames_with(path, rows["row"], [name for name in names if name in there]):
                here = rows["row"].filter(rows["row"].is_between(start, start + frame.height, closed="left"))
                for row, values in zip(here, frame[(here - start).to_list()].iter_rows(named=True), strict=True):
                    found[int(number), int(row)] = self._document(values)
        return found

    def _document(self, row: Mapping[str, Any]) -> Document:
        text, score = row.get("text"), row.get(self.rule.score)
        return Document(
            id=row["id"] or "",
            scores=() if score is None else tuple(score) if isinstance(score, list) else (float(score),),
            source=row["source"],
            length=None if text is None else len(text),
            reasons=tuple(reason for reason in row.get("reasons") or () if reason != self.rule.reason),
            text=None if text is None else cut(text, CHARACTERS),
        )


def _first(rows: pl.DataFrame, many: int) -> pl.DataFrame:
    """The first rows of each language."""
    return rows.filter(pl.int_range(pl.len()).over("language") < many).select(_CHOSEN.names())


def _by_language(chosen: pl.DataFrame, read: Mapping[tuple[int, int], Document]) -> Mapping[str, tuple[Document, ...]]:
    found: dict[str, tuple[Document, ...]] = defaultdict(tuple)
    for (language,), rows in chosen.group_by("language", maintain_order=True):
        found[str(language)] = tuple(read[place] for place in rows.select("file", "row").iter_rows())
    return found
