"""A pool of pairs that examples are taken from."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from schemas.errors import RecipeError
from schemas.languages import label
from translators.knowledge.bitext import Skipped, read
from translators.knowledge.described import BitextFile
from translators.knowledge.keys import loose
from translators.knowledge.ranking import I64

Pair = tuple[str, str]


class NoPairs(RecipeError):
    """The files hold no pair of the two languages."""


"""Source text, target text."""


@dataclass(frozen=True, eq=False)
class Pool:
    """Pairs of one language pair, sorted, each once, white space folded: an example is one line of a prompt.

    Args:
        source: source sides, shape (n,).
        target: target sides, shape (n,).
        source_language: label.
        target_language: label.
        left_out: pairs that are in the files and not in the pool, by why: `empty`, `long`, `untranslated`.
        digest: SHA-256 of the pairs, for signatures.
    """

    source: pl.Series
    target: pl.Series
    source_language: str
    target_language: str
    left_out: dict[str, int]
    digest: str

    @classmethod
    def load(
        cls,
        files: Sequence[str | BitextFile],
        source_language: str,
        target_language: str,
        *,
        longest: int = 500,
    ) -> Pool:
        """A pool from bitext files.

        Args:
            files: addresses, or files with their columns named; their order does not matter.
            source_language: code or label of the language that is translated from.
            target_language: code or label of the language that is translated into.
            longest: characters that either side may have.

        Raises:
            NoPairs: the files hold no pair of the two languages.
            RecipeError: no pair of these languages, or a file does not say its languages.
            SourceError: a file cannot be read; the message says the line.
        """
        source, target = label(source_language), label(target_language)
        skipped = Skipped()
        folded = pl.col("source", "target").str.normalize("NFC").str.replace_all(r"\s+", " ").str.strip_chars()
        frames = [frame.select(folded) for frame in read(files, [source], [target], skipped)]
        pairs = pl.concat(frames).unique().sort("source", "target") if frames else pl.DataFrame()
        if not pairs.height:
            names = ", ".join(file if isinstance(file, str) else file.path for file in files)
            raise NoPairs(
                f"no pair of {source} and {target} in {names or 'no file'}: there is nothing to take examples from. "
                "Name the files' columns and languages, or leave the examples out."
            )
        short = pairs.filter(pl.max_horizontal(pl.col("source", "target").str.len_chars()) <= longest)
        same = [loose(one) == loose(other) for one, other in short.iter_rows()]
        kept = short.filter(~pl.Series(same, dtype=pl.Boolean)).rechunk()
        left_out = {
            "empty": skipped.empty, "long": pairs.height - short.height, "untranslated": short.height - kept.height,
        }  # fmt: skip
        return cls(kept["source"], kept["target"], source, target, left_out, _digest(kept, source, target))

    def __len__(self) -> int:
        return len(self.source)

    def pairs(self, numbers: I64) -> list[Pair]:
        """Some pairs, in the order asked for."""
        return list(zip(self.source.gather(numbers).to_list(), self.target.gather(numbers).to_list(), strict=True))


def _digest(pairs: pl.DataFrame, source_language: str, target_language: str) -> str:
    digest = hashlib.sha256(f"{source_language}\n{target_language}\n".encode())
    for source, target in pairs.iter_rows():
        digest.update(f"{source}\n{target}\n".encode())
    return digest.hexdigest()
