"""MinHash: as a slow version makes it, collisions as the theory says, near copies in 13 scripts."""

from __future__ import annotations

import unicodedata

import numpy as np
import polars as pl
import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st
from stories import STORIES

from filters import _segments
from filters.minhash import STAGE, Params

MASK = (1 << 64) - 1


def keys(documents: list[list[str] | None], /, **params: int) -> list[set[bytes]]:
    """The keys of each row."""
    frame = pl.DataFrame({"words": pl.Series(documents, dtype=pl.List(pl.String))})
    found = STAGE.key(frame, Params(**params), None)
    out: list[set[bytes]] = [set() for _ in documents]
    for row, key in found.iter_rows():
        out[row].add(key)
    return out


def slow(words: list[str], params: Params) -> set[bytes]:
    """The same definition in plain Python: no arrays, no overflow but by hand."""
    hashes = [xxhash.xxh3_64_intdigest(unicodedata.normalize("NFKC", word).lower().encode()) for word in words]
    size = min(params.shingle_words, len(hashes))
    shingles = set()
    for start in range(len(hashes) - size + 1):
        state = 0
        for value in hashes[start : start + size]:
            state = (state ^ value) * 0x9E3779B97F4A7C15 & MASK
            state ^= state >> 29
        shingles.add(state)
    signature = []
    for i in range(params.bands * params.rows):
        multiply = xxhash.xxh3_64_intdigest(f"multiply{i}".encode(), seed=params.seed) | 1
        add = xxhash.xxh3_64_intdigest(f"add{i}".encode(), seed=params.seed)
        signature.append(min((shingle * multiply + add) & MASK for shingle in shingles))
    bands = [signature[b * params.rows : (b + 1) * params.rows] for b in range(params.bands)]
    return {
        xxhash.xxh3_128_digest(b"".join(value.to_bytes(8, "little") for value in band), seed=number)
        for number, band in enumerate(bands)
    }


@given(
    st.lists(st.lists(st.sampled_from(["a", "B", "ﬁ", "Été", "字", "कि", "3"]), min_size=1, max_size=12), max_size=4),
    st.integers(1, 6),
    st.integers(1, 4),
    st.integers(1, 4),
    st.integers(0, 3),
)
def test_keys_are_those_of_a_slow_version(rows: list[list[str]], shingle: int, bands: int, n: int, seed: int) -> None:
    params = Params(shingle_words=shingle, bands=bands, rows=n, seed=seed)
    given_rows: list[list[str] | None] = [*rows]
    assert keys(given_rows, shingle_words=shingle, bands=bands, rows=n, seed=seed) == [
        slow(words, params) for words in rows
    ]


def test_a_long_document_is_hashed_in_blocks() -> None:
    words = [str(i % 9_973) for i in range(40_000)]  # more shingles than are hashed at a time
    assert keys([words], bands=2, rows=2) == [slow(words, Params(bands=2, rows=2))]


def test_bands_rows_and_null() -> None:
    frame = pl.DataFrame({"words": [["a", "b"], [], None, ["c"]]})
    found = STAGE.key(frame, Params(), None)
    assert found["row"].to_list() == [0] * 14 + [3] * 14
    assert found["key"].n_unique() == 28


@pytest.mark.parametrize("similarity", [0.5, 0.7, 0.8, 0.9])
def test_collisions_are_as_frequent_as_the_theory_says(similarity: float) -> None:
    """Pairs of sets of Jaccard similarity s share a key with probability 1 - (1 - s^r)^b."""
    bands, rows, pairs, size = 14, 8, 300, 100
    rng = np.random.default_rng(11)
    shared = round(2 * size * similarity / (1 + similarity))
    documents: list[list[str] | None] = []
    for _ in range(pairs):
        numbers = [str(n) for n in rng.choice(10**9, 2 * size - shared, replace=False)]
        documents += [numbers[:size], numbers[size - shared :]]
    exact = shared / (2 * size - shared)
    found = keys(documents, bands=bands, rows=rows, shingle_words=1)
    share = sum(bool(a & b) for a, b in zip(found[::2], found[1::2], strict=True)) / pairs
    expected = 1 - (1 - exact**rows) ** bands
    margin = 4 * (expected * (1 - expected) / pairs) ** 0.5 + 0.01
    assert abs(share - expected) < margin, (share, expected)


@pytest.mark.parametrize("threshold", [0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95])
@pytest.mark.parametrize("functions", [112, 256])
def test_bands_for_a_threshold(threshold: float, functions: int) -> None:
    """As many rows as still find nine in ten pairs at the threshold."""
    bands, rows = Params(threshold=threshold, functions=functions).banding
    assert bands * rows <= functions
    assert 1 - (1 - threshold**rows) ** bands >= 0.9
    more = rows + 1
    assert 1 - (1 - threshold**more) ** (functions // more) < 0.9
    found = keys([["a", "b", "c"]], threshold=threshold, functions=functions)  # type: ignore[arg-type]
    assert found == [slow(["a", "b", "c"], Params(bands=bands, rows=rows))]


def test_a_threshold_and_bands_exclude_each_other() -> None:
    assert Params(threshold=0.8).banding == (14, 8) == Params().banding
    with pytest.raises(ValueError, match="leave out bands and rows, or threshold"):
        Params(threshold=0.8, bands=14, rows=8)
    with pytest.raises(ValueError, match="give more functions, or a higher threshold"):
        Params(threshold=0.01, functions=10)


def test_short_documents() -> None:
    """Shorter than a shingle: the whole is one shingle, and only the same words share a key."""
    found = keys([["a", "b"], ["A", "b"], ["a", "b", "c"], ["a"], ["b", "a"]])
    assert found[0] == found[1]
    for i, one in enumerate(found[1:], 1):
        for other in found[i + 1 :]:
            assert not one & other


def test_order_of_words_matters_and_repetition_does_not() -> None:
    words = [f"w{i}" for i in range(30)]
    forward, backward, twice = keys([words, words[::-1], words * 3])
    assert not forward & backward
    assert forward & twice  # 26 of 30 shingles


SCRIPTS = ["Latin", "Vietnamese", "Cyrillic", "Greek", "Arabic", "Hebrew", "Devanagari", "Bengali", "Thai", "Han"]
SCRIPTS += ["Kana", "Hangul", "Ethiopic"]


@pytest.mark.parametrize("script", SCRIPTS)
def test_near_copies_are_linked_and_other_texts_are_not(script: str) -> None:
    """A long text with two words changed; and the same words in another order, which is another text."""
    words = _segments.cut_words(pl.Series([STORIES[script][1]])).to_list()[0]
    rng = np.random.default_rng(5)
    long = [words[i] for i in rng.integers(0, len(words), 300)]
    near = [*long]
    near[100], near[200] = "ok", "no"
    other = [words[i] for i in rng.integers(0, len(words), 300)]
    first, second, third = keys([long, near, other])
    assert first & second
    assert not first & third and not second & third


def test_the_seed_changes_the_functions() -> None:
    words: list[list[str] | None] = [["a", "b", "c", "d", "e", "f"]]
    assert not keys(words, seed=1)[0] & keys(words, seed=2)[0]


def test_signatures_are_fixed_for_ever() -> None:
    """A run that goes on with another version or machine must make the same keys."""
    (found,) = keys([["one", "two", "three", "four", "five", "six"]])
    assert xxhash.xxh3_128_hexdigest(b"".join(sorted(found))) == "6524babed912e12cd48d28e30448821f"


def test_the_reason() -> None:
    assert STAGE.reason == "near_duplicate" and STAGE.why
