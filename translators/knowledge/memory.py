"""Translation memory: the translation that people gave the very same text before.

What is kept of a source text is 16 bytes of a hash; the targets are one Arrow array. A million pairs take about 32 MB
and the bytes of their targets.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from schemas.languages import label
from translators.knowledge.bitext import Skipped, read
from translators.knowledge.described import BitextFile
from translators.knowledge.keys import pair_hash

_U64 = npt.NDArray[np.uint64]
_FOLD_ROWS = 2_000_000


@dataclass(frozen=True, eq=False)
class Memory:
    """Exact matches from bitext files.

    Texts are the same where they are so in NFC with white space folded. Of several targets for one source the most
    frequent is given, of equally frequent ones the first by code points.

    Args:
        high: first 8 bytes of each source's hash, sorted, shape (n,).
        low: the other 8 bytes, in the same order.
        targets: what each source becomes, shape (n,).
        skipped: what the files held and the memory does not.
        digest: SHA-256 of all that it can answer, for signatures.
    """

    high: _U64
    low: _U64
    targets: pl.Series
    skipped: Skipped
    digest: str

    @classmethod
    def load(
        cls,
        files: Sequence[str | BitextFile],
        source_languages: Iterable[str] | None = None,
        target_languages: Iterable[str] | None = None,
    ) -> Memory:
        """A memory from files.

        Args:
            files: addresses, or files with their columns named; their order does not matter.
            source_languages: codes of the source languages that will be asked for; None: all in the files.
            target_languages: likewise.

        Raises:
            RecipeError: a file does not say its languages, or lacks a column.
            SourceError: a file cannot be read; the message says the line.
        """
        skipped = Skipped()
        counted, loose, rows = _counts([]), [], 0
        for frame in read(files, source_languages, target_languages, skipped):
            loose.append(_keyed(frame))
            rows += frame.height
            if rows >= _FOLD_ROWS:
                counted, loose, rows = _counts([counted, *loose]), [], 0
        counted = _counts([counted, *loose])
        best = (
            counted.sort("high", "low", "count", "target", descending=[False, False, True, False])
            .unique(["high", "low"], keep="first", maintain_order=True)
            .rechunk()
        )
        high, low = best["high"].to_numpy(), best["low"].to_numpy()
        targets = best["target"]
        return cls(high, low, targets, skipped, _digest(high, low, targets))

    def __len__(self) -> int:
        return len(self.high)

    def lookup(self, text: str, source_language: str, target_language: str) -> str | None:
        """The translation of exactly this text; None where the memory has none.

        Args:
            text: the whole text.
            source_language: code or label of its language.
            target_language: code or label of the language wanted.
        """
        digest = pair_hash(label(source_language), label(target_language), text)
        high = np.uint64(int.from_bytes(digest[:8], "big"))
        low = int.from_bytes(digest[8:], "big")
        at = int(np.searchsorted(self.high, high))
        while at < len(self.high) and self.high[at] == high:
            if int(self.low[at]) == low:
                return str(self.targets[at])
            at += 1
        return None


def _keyed(frame: pl.DataFrame) -> pl.DataFrame:
    digests = b"".join(
        pair_hash(source_language, target_language, source)
        for source_language, target_language, source in zip(
            frame["source_language"], frame["target_language"], frame["source"], strict=True
        )
    )
    halves = np.frombuffer(digests, ">u8").astype(np.uint64).reshape(-1, 2)
    return pl.DataFrame(
        {
            "high": halves[:, 0],
            "low": halves[:, 1],
            "target": frame["target"].str.normalize("NFC"),
            "count": pl.Series(np.ones(frame.height, np.int64)),
        }
    )


def _counts(frames: list[pl.DataFrame]) -> pl.DataFrame:
    """How often each target was given for each source."""
    if not frames:
        return pl.DataFrame(schema={"high": pl.UInt64, "low": pl.UInt64, "target": pl.String, "count": pl.Int64})
    return pl.concat(frames).group_by("high", "low", "target").agg(pl.col("count").sum())


def _digest(high: _U64, low: _U64, targets: pl.Series) -> str:
    digest = hashlib.sha256()
    for part in (high, low, targets.str.len_bytes().to_numpy()):
        digest.update(np.ascontiguousarray(part).astype("<u8").tobytes())
    for start in range(0, len(targets), 100_000):
        digest.update("".join(targets[start : start + 100_000].to_list()).encode())
    return digest.hexdigest()
