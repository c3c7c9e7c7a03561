"""Human translations and what the gates say of them: a bitext by language pair, scored as our own translations are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl
import xxhash

from schemas import languages
from translators.flow import verdict
from translators.flow.verdict import Scores
from translators.gates import registry
from translators.gates.gate import Gate, Pair
from translators.knowledge import bitext
from translators.knowledge.bitext import Skipped
from translators.knowledge.described import BitextFile

_LANGUAGES = ("source_language", "target_language")
_HALF_SEED = 1


@dataclass(frozen=True)
class Humans:
    """The human translations of one language pair.

    Args:
        label: `eng_Latn>fra_Latn`.
        pairs: in an order that the file does not decide.
        first: of each, whether it is of the half that limits are read off; the others check them. Shape (n,).
    """

    label: str
    pairs: Sequence[Pair]
    first: npt.NDArray[np.bool_]

    def chosen(self, keep: npt.NDArray[np.bool_]) -> Humans:
        """Some of them, by a mask of shape (n,)."""
        kept = [pair for pair, yes in zip(self.pairs, keep, strict=True) if yes]
        return replace(self, pairs=kept, first=self.first[keep])

    @property
    def digest(self) -> str:
        """xxh3-128 of all texts."""
        found = xxhash.xxh3_128()
        for pair in self.pairs:
            found.update(f"{pair.source}\0{pair.target}\0".encode())
        return found.hexdigest()


def read(files: Sequence[BitextFile], most: int | None, skipped: Skipped) -> list[Humans]:
    """The pairs of some files by language pair, each once.

    A hash of the source decides which are taken and which half they are of, so a sentence and its copies are of one
    half.

    Args:
        files: what to read.
        most: pairs of a language pair; None for all.
        skipped: counts what is left out.

    Raises:
        RecipeError: a file does not say its languages, or lacks a column.
        SourceError: a file cannot be read.
    """
    held: pl.DataFrame | None = None
    for frame in bitext.read(files, None, None, skipped):
        drawn = frame.with_columns(
            pl.Series("drawn", [_drawn(*row) for row in frame.select("source", "target").rows()])
        )
        both = drawn if held is None else pl.concat([held, drawn])
        held = both.unique(("source", "target", *_LANGUAGES)).sort(*_LANGUAGES, "drawn", "source", "target")
        if most is not None:
            held = held.group_by(_LANGUAGES, maintain_order=True).head(most)
    return [] if held is None else list(_by_pair(held))


def _by_pair(frame: pl.DataFrame) -> Iterator[Humans]:
    for part in frame.partition_by(_LANGUAGES, maintain_order=True):
        source, target = part.row(0, named=True)["source_language"], part.row(0, named=True)["target_language"]
        pairs = [Pair(before, after, source, target) for before, after in part.select("source", "target").rows()]
        first = [xxhash.xxh3_64_intdigest(pair.source.encode(), _HALF_SEED) % 2 == 0 for pair in pairs]
        yield Humans(languages.pair(source, target), pairs, np.array(first, dtype=bool))


def _drawn(source: str, target: str) -> int:
    return int(xxhash.xxh3_64_intdigest(f"{source}\0{target}".encode()))


def free_scores(pair: Pair) -> Scores:
    """Scores of all gates that ask no model, of a text that is one segment."""
    return verdict.worst(registry.TRANSLATION, (pair,))


def orient(value: float, keep: str) -> float:
    """A score or a limit, so that more is worse whichever way the gate looks."""
    return -value if keep == "at_least" else value


def badness(scores: Sequence[Mapping[str, float | None]], name: str, keep: str) -> npt.NDArray[np.float64]:
    """How bad each pair is to one gate, shape (n,): -inf where the gate does not apply, inf where it could not tell."""
    return np.array([_bad(of_pair, name, keep) for of_pair in scores], dtype=np.float64)


def _bad(scores: Mapping[str, float | None], name: str, keep: str) -> float:
    if name not in scores:
        return -np.inf
    score = scores[name]
    return np.inf if score is None or np.isnan(score) else orient(score, keep)


def gate(name: str) -> Gate | None:
    """The gate of a score; None for those of a round trip."""
    return next((one for one in registry.TRANSLATION if one.name == name), None)
