"""What texts are compared by: their words, or graphemes where a script has no spaces, in one form, without signs.

A dictionary cuts Thai or Chinese into other words when a letter changes near by, and in other words with its next
version; a grapheme stays what it is. The form is NFKC in lower case with decimal digits as 0 to 9 and no signs inside,
so that the same text in another normal form, case, width, system of digits or typography has the same terms.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl
import regex
import xxhash

from filters import _unicode
from filters._segments import _classes

if TYPE_CHECKING:
    from filters._kernels.utf8 import Bytes, Offsets, Places

_VERSION = 1

_OTHER_DIGITS = r"[\p{Nd}--0-9]"
_LETTERS = {"ß": "ss", "ı": "i", "i\u0307": "i"}  # what capitals do not tell apart
_AM = "\u0e4d([\u0e48-\u0e4b])\u0e32"  # a Thai tone mark between the halves of sara am, as PDFs have it
# Apostrophes have two signs, soft hyphens and joiners come and go, and so does the stroke that makes Arabic longer.
_SIGNS = r"[\p{P}\p{Cf}\x{640}]"
Flags = npt.NDArray[np.bool_]
U64 = npt.NDArray[np.uint64]


class Terms(NamedTuple):
    """The terms of n texts, in order; a null text has none.

    Args:
        hashes: shape (m,): 64-bit hash of each term's form (XXH3), the same everywhere.
        single: shape (m,): whether it is a grapheme of a script without spaces (else a word).
        begins: shape (m,): first byte of each term, in the texts one after the other as UTF-8.
        ends: shape (m,): the byte behind it.
        starts: shape (n + 1,): the terms of text i are numbers `starts[i]` to `starts[i + 1]`.
    """

    hashes: U64
    single: Flags
    begins: Places
    ends: Places
    starts: Offsets


def terms(text: pl.Series) -> Terms:
    """The terms of each text; of the same column a moment ago they are still there.

    Args:
        text: strings, shape (n,).
    """
    from filters._kernels.utf8 import once

    return once(_terms, text)


def fingerprint() -> dict[str, str]:
    """What decides what the terms of a text are: our own version, and that of the Unicode tables."""
    return {"terms": str(_VERSION), "regex": version("regex")}


def shingles(of: Terms, words: int, graphemes: int) -> tuple[U64, Offsets]:
    """Hashes of the shingles of each text: runs of so many words, or so many graphemes, in mixed text in proportion.

    Args:
        of: terms of n texts.
        words, graphemes: terms in a shingle; a text that is shorter is one shingle by itself.

    Returns:
        Hashes of shape (k,), and offsets of the shingles of each text, shape (n + 1,).
    """
    from filters._kernels import terms as kernel

    out, starts = np.empty(len(of.hashes), np.uint64), np.empty(len(of.starts), np.int64)
    kernel.shingles(of.hashes, of.single, of.starts, words, graphemes, out, starts)
    return out[: starts[-1]], starts


def _terms(text: pl.Series) -> Terms:
    from filters._kernels import terms as kernel
    from filters._kernels.memory import masks, padded
    from filters._kernels.utf8 import strings
    from filters._segments._spans import room
    from filters._segments._word_scan import scan

    data, starts = strings(text)
    counts, runs = np.zeros(len(text), np.int64), np.empty(len(data) + 1, np.bool_)
    begins, ends = room(len(data), lambda b, e: scan(data, starts, _classes.classes(), b, e, counts, runs))
    runs = runs[: len(begins)]
    if runs.any():
        begins, ends, single, counts = _without_spaces(data, begins, ends, counts, runs)
    else:
        single = np.zeros(len(begins), np.bool_)
    total = len(begins)
    numbers, firsts = np.empty(total, np.int32), np.empty(total, np.int64)
    table = np.full(1 << int(2 * total + 1).bit_length(), -1, np.int32)
    found = kernel.number(
        padded(data), begins, ends, _says(), masks(), table, np.empty(total, np.uint64), numbers, firsts
    )
    different = [bytes(data[begins[term] : ends[term]]) for term in firsts[:found]]
    hashes = np.array([xxhash.xxh3_64_intdigest(form.encode()) for form in _form(different)], np.uint64)
    kept = numbers >= 0
    before = np.concatenate(([0], np.cumsum(counts)))
    return Terms(
        hashes[numbers[kept]],
        single[kept],
        begins[kept],
        ends[kept],
        np.concatenate(([0], np.cumsum(kept, dtype=np.int64)))[before],
    )


def _without_spaces(
    data: Bytes, begins: Places, ends: Places, counts: Offsets, runs: Flags
) -> tuple[Places, Places, Flags, Offsets]:
    """The words, with the graphemes of each run of a script without spaces in its place."""
    from filters._kernels.terms import graphemes

    most = len(begins) + int((ends[runs] - begins[runs]).sum())
    out_begins, out_ends = np.empty(most, np.int32), np.empty(most, np.int32)
    single, out_counts = np.empty(most, np.bool_), np.empty_like(counts)
    total = graphemes(
        data, begins, ends, counts, runs, _joins(), _classes.linkers(), out_begins, out_ends, single, out_counts
    )
    return out_begins[:total], out_ends[:total], single[:total], out_counts


def _form(different: list[bytes]) -> pl.Series:
    folded = pl.Series(different, dtype=pl.Binary).cast(pl.String).str.normalize("NFKC").str.to_lowercase()
    folded = folded.str.replace_all(_SIGNS, "").str.replace_many(_LETTERS).str.replace_all(_AM, "${1}\u0e4d\u0e32")
    other = folded.str.contains(_OTHER_DIGITS).arg_true()
    if other.is_empty():
        return folded
    return folded.scatter(other, pl.Series([_digits(word) for word in folded.gather(other)], dtype=pl.String))


def _digits(word: str) -> str:
    return regex.sub(_OTHER_DIGITS, lambda found: str(unicodedata.decimal(found[0], found[0])), word, flags=regex.V1)


@cache
def _says() -> Flags:
    return _unicode.matching(r"[\p{L}\p{N}]")


@cache
def _joins() -> Flags:
    """Code points that belong to the one before them (GB9 and GB9a of UAX #29)."""
    return _unicode.matching(r"[\p{GCB=Extend}\p{GCB=SpacingMark}\p{GCB=ZWJ}]")
