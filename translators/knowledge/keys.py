"""Two texts taken for one: letter for letter as a memory does, and loosely, to tell copies from examples."""

from __future__ import annotations

import unicodedata

import regex
import xxhash

_DIGITS = regex.compile(r"\p{Nd}+")
_NO_WORD = regex.compile(r"[^\p{L}\p{M}\p{N}]+")


def exact(text: str) -> str:
    """NFC, and one space for each run of white space: what a translation memory goes by."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def pair_hash(source_language: str, target_language: str, source: str) -> bytes:
    """16 bytes for the `exact` form of a source text and its languages; two alike by chance: 1 in 10^25 for 10^7."""
    return xxhash.xxh3_128_digest(f"{source_language}\n{target_language}\n{exact(source)}".encode())


def loose(text: str) -> str:
    """Words without case, punctuation and the values of numbers; compatibility forms folded.

    >>> loose("Figure 17.270.  Granularity — EXAMPLE!")
    'figure 0 0 granularity example'

    A text without letters and digits is itself, in NFKC.
    """
    folded = text.lower()
    if not text.isascii():
        folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return _NO_WORD.sub(" ", _DIGITS.sub("0", folded)).strip() or " ".join(folded.split())
