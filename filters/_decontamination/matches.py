"""The runs of a frame's documents that an item holds too, and the stretches that they make."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl

from filters import _segments
from filters._decontamination import runs
from filters._decontamination.index import Index
from filters._decontamination.runs import I64, Sizes, Weighed

SHOWN = 500  # code points of a document that evidence shows


class Matches(NamedTuple):
    """Matches in n texts, in the order of their first terms.

    Args:
        rows: number of the text, shape (k,).
        begins, ends: first term, and the one behind the last, over the terms of all texts.
        entries: what matched, a number in the index.
    """

    rows: I64
    begins: I64
    ends: I64
    entries: I64


class Stretches(NamedTuple):
    """Matches that overlap or touch, put together.

    Args:
        rows: number of the text, shape (s,).
        begins, ends: first term, and the one behind the last.
        counts: matches in it.
    """

    rows: I64
    begins: I64
    ends: I64
    counts: I64


def find(weighed: Weighed, index: Index, sizes: Sizes) -> Matches:
    """All matches of some texts' terms."""
    ngrams = _ngrams(weighed, index, sizes)
    wholes = _wholes(weighed, index, sizes)
    both = [np.concatenate(pair) for pair in zip(ngrams, wholes, strict=True)]
    order = np.lexsort((both[3], both[2], both[1]))
    return Matches(*(one[order] for one in both))


def _ngrams(weighed: Weighed, index: Index, sizes: Sizes) -> Matches:
    if not len(index.ngrams):
        return _none()
    found = runs.find(weighed, sizes.full, sizes.most_terms, index.ngram_filter)
    at = np.searchsorted(index.ngrams, found.keys)
    true = np.flatnonzero(index.ngrams[np.minimum(at, len(index.ngrams) - 1)] == found.keys)
    return Matches(found.rows[true], found.begins[true], found.ends[true], at[true])


def _wholes(weighed: Weighed, index: Index, sizes: Sizes) -> Matches:
    """Where the first terms of a whole text stand, the whole of it may follow; several begin alike."""
    if not len(index.firsts):
        return _none()
    found = runs.find(weighed, sizes.least, sizes.most_terms, index.first_filter)
    first = np.searchsorted(index.firsts, found.keys)
    count = np.searchsorted(index.firsts, found.keys, side="right") - first
    of = np.repeat(np.arange(len(count)), count)
    entry = first[of] + np.arange(len(of)) - np.repeat(np.cumsum(count) - count, count)
    rows, begins = found.rows[of], found.begins[of]
    ends = begins + index.lengths[entry]
    inside = np.flatnonzero(ends <= weighed.terms.starts[rows + 1])
    rows, begins, ends, entry = rows[inside], begins[inside], ends[inside], entry[inside]
    same = np.flatnonzero(runs.keys(weighed, begins, ends) == index.wholes[entry])
    return Matches(rows[same], begins[same], ends[same], entry[same] + len(index.ngrams))


def _none() -> Matches:
    return Matches(*(np.empty(0, np.int64) for _ in range(4)))


def stretches(of: Matches) -> Stretches:
    """Put matches together that overlap or touch."""
    if not len(of.rows):
        return Stretches(*(np.empty(0, np.int64) for _ in range(4)))
    # Terms are numbered over all texts, so an end carries over to the next text, but not beyond its first term.
    reach = np.maximum.accumulate(of.ends)
    new = np.concatenate(([True], (of.begins[1:] > reach[:-1]) | (of.rows[1:] != of.rows[:-1])))
    first = np.flatnonzero(new)
    last = np.concatenate((first[1:], [len(new)])) - 1
    return Stretches(of.rows[first], of.begins[first], reach[last], last - first + 1)


def at_least(of: Matches, count: int) -> tuple[Matches, Stretches]:
    """The stretches with so many matches, and their matches."""
    parts = stretches(of)
    kept = parts.counts >= count
    inside = np.repeat(kept, parts.counts)
    return Matches(*(column[inside] for column in of)), Stretches(*(column[kept] for column in parts))


def evidence(text: pl.Series, weighed: Weighed, of: Matches, parts: Stretches, index: Index) -> pl.DataFrame:
    """What was found in each text, shape (n,).

    Returns:
        `ngrams` (matches), `share` (of the terms, in matches), `item` (name of the one with most matches, the first
        of those with as many) and `stretch` (the longest, as the text has it, cut at 500 code points); the last two
        are null where nothing was found, all are for a null text.
    """
    rows = len(text)
    names, shown = (pl.Series([None] * rows, dtype=pl.String) for _ in range(2))
    if len(parts.rows):
        begins, ends = spans(text, weighed, parts)
        longest = np.lexsort((parts.begins, parts.begins - parts.ends, parts.rows))
        found, first = np.unique(parts.rows[longest], return_index=True)
        of_row = zip(text.gather(found), begins[longest[first]].tolist(), ends[longest[first]].tolist(), strict=True)
        cut = [_segments.prefix(one.encode()[begin:end].decode(), SHOWN) for one, begin, end in of_row]
        shown = shown.scatter(found, pl.Series(cut, dtype=pl.String))
        best = _items(of, index)
        names = names.scatter(best["row"], index.names.gather(best["item"]))
    held = np.bincount(parts.rows, weights=parts.ends - parts.begins, minlength=rows)
    table = pl.DataFrame(
        {
            "ngrams": np.bincount(of.rows, minlength=rows).astype(np.int64),
            "share": held / np.maximum(np.diff(weighed.terms.starts), 1),
            "item": names,
            "stretch": shown,
        }
    )
    return table.select(pl.when(text.is_not_null()).then(pl.col(name)).alias(name) for name in table.columns)


def spans(text: pl.Series, weighed: Weighed, parts: Stretches) -> tuple[I64, I64]:
    """First byte of each stretch in its text, and the byte behind it."""
    from filters._kernels.utf8 import strings

    before = strings(text).starts[parts.rows] if len(parts.rows) else 0
    return weighed.terms.begins[parts.begins] - before, weighed.terms.ends[parts.ends - 1] - before


def _items(of: Matches, index: Index) -> pl.DataFrame:
    """For each text with a match (`row`) the item that has most of them (`item`)."""
    starts = index.owner_starts.astype(np.int64)
    counts = starts[of.entries + 1] - starts[of.entries]
    match = np.repeat(np.arange(len(counts)), counts)
    place = starts[of.entries][match] + np.arange(len(match)) - np.repeat(np.cumsum(counts) - counts, counts)
    table = pl.DataFrame({"row": of.rows[match], "item": index.owners[place].astype(np.int64)})
    table = table.group_by("row", "item").len().sort(["row", "len", "item"], descending=[False, True, False])
    return table.unique("row", keep="first", maintain_order=True)
