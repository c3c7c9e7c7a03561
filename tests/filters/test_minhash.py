"""MinHash: as a slow version makes it, collisions as the theory says, near copies in 13 scripts."""

from __future__ import annotations

import unicodedata
from typing import Any

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


def keys(documents: list[list[str] | None], /, **params: Any) -> list[set[bytes]]:
    """The keys of each row."""
    texts = [None if words is None else " ".join(words) for words in documents]
    found = STAGE.key(pl.DataFrame({"text": pl.Series(texts, dtype=pl.String)}), Params(**params), None)
    out: list[set[bytes]] = [set() for _ in documents]
    for row, key in found.iter_rows():
        out[row].add(key)
    return out


def slow_shingles(words: list[str], params: Params) -> set[int]:
    """The same definition in plain Python: no arrays, no overflow but by hand."""
    hashes = [xxhash.xxh3_64_intdigest(unicodedata.normalize("NFKC", word).lower().encode()) for word in words]
    weights = [params.shingle_words if word in "字日" else params.shingle_graphemes for word in words]
    full = params.shingle_words * params.shingle_graphemes
    shingles = set()
    for start in range(len(words)):
        stop = next((n for n in range(start, len(words) + 1) if sum(weights[start:n]) >= full), len(words))
        if sum(weights[start:stop]) < full and start:
            break
        state = 0
        for value in hashes[start:stop]:
            state = (state ^ value) * 0x9E3779B97F4A7C15 & MASK
            state ^= state >> 29
        shingles.add(state)
    return shingles


def slow(words: list[str], params: Params) -> set[bytes]:
    bands, rows = params.banding
    shingles = slow_shingles(words, params)
    signature = []
    for i in range(bands * rows):
        multiply = xxhash.xxh3_64_intdigest(f"multiply{i}".encode(), seed=params.seed) | 1
        add = xxhash.xxh3_64_intdigest(f"add{i}".encode(), seed=params.seed)
        signature.append(min((shingle * multiply + add) & MASK for shingle in shingles))
    return {
        xxhash.xxh3_128_digest(b"".join(v.to_bytes(8, "little") for v in signature[b * rows : (b + 1) * rows]), seed=b)
        for b in range(bands)
    }


WORDS = st.sampled_from(["a", "B", "ﬁ", "Été", "字", "日", "कि", "3"])


@given(
    st.lists(st.lists(WORDS, min_size=1, max_size=12), max_size=4),
    st.integers(1, 6),
    st.integers(1, 9),
    st.integers(1, 4),
    st.integers(1, 4),
    st.integers(0, 3),
)
def test_keys_are_those_of_a_slow_version(
    rows: list[list[str]], shingle: int, graphemes: int, bands: int, n: int, seed: int
) -> None:
    params = Params(shingle_words=shingle, shingle_graphemes=graphemes, bands=bands, rows=n, seed=seed)
    given_rows: list[list[str] | None] = [*rows]
    assert keys(given_rows, **params.model_dump(exclude_defaults=True, include=set(params.model_fields_set))) == [
        slow(words, params) for words in rows
    ]


@given(st.lists(st.lists(WORDS, max_size=12), min_size=2, max_size=6))
def test_the_true_similarity_is_that_of_sets(rows: list[list[str]]) -> None:
    params = Params()
    found = STAGE.verify.features(pl.DataFrame({"text": [" ".join(words) for words in rows]}), params, None)
    left, right = found[:-1], found[1:]
    sets = [slow_shingles(words, params) for words in rows]
    expected = [len(a & b) / len(a | b) if a | b else 1.0 for a, b in zip(sets, sets[1:], strict=False)]
    assert STAGE.verify.similarity(left, right).to_list() == pytest.approx(expected)
    assert [(a == b) for a, b in zip(left, right, strict=True)] == [one == 1.0 for one in expected]


def test_a_long_document_is_hashed_in_blocks() -> None:
    words = [str(i % 9_973) for i in range(40_000)]  # more shingles than are hashed at a time
    assert keys([words], bands=2, rows=2) == [slow(words, Params(bands=2, rows=2))]


def test_bands_rows_and_null() -> None:
    frame = pl.DataFrame({"text": ["a b", "...", None, "c"]})
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
    found = keys([["a", "b", "c"]], threshold=threshold, functions=functions)
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
