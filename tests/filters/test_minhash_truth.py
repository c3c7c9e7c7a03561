"""Near duplicates beside brute force: as many pairs are found as theory says, and what is verified is alike.

The check is tried on wrong functions and wrong bands too: it has to see them.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest
from brute_force import Pairs, by_bin, draw, expected, sharing, similar

from filters import minhash
from filters.minhash import Params
from pipelines import clusters
from pipelines.plan import Step
from schemas import sample

F64 = npt.NDArray[np.float64]
Key = Callable[[pl.DataFrame, Params], pl.DataFrame]

SEEDS = range(1, 21)
# How far recall may be from theory: in a bin, and of all pairs from 0.5 to 0.9; in a bin of the real documents.
MOST, MOST_OF_ALL, MOST_OF_REAL = 0.01, 0.003, 0.02
CHOICES = [{}, {"threshold": 0.5}, {"threshold": 0.7}, {"threshold": 0.7, "functions": 256}]
SHARES = (0.005, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08)


class Documents(NamedTuple):
    """Documents with `text` and `id`, and their pairs of similarity 0.5 or more."""

    frame: pl.DataFrame
    pairs: Pairs


def changed(text: str, share: float, rng: random.Random) -> str:
    """Some of the words are others; of the characters, in a text of few words."""
    spaced = text.count(" ") > 40
    pieces = text.split(" ") if spaced else list(text)
    for place in rng.sample(range(len(pieces)), round(share * len(pieces))):
        pieces[place] = rng.choice(pieces)
    return (" " if spaced else "").join(pieces)


@pytest.fixture(scope="module")
def stories() -> Documents:
    """The sample corpus in 24 languages, with eight copies of each document."""
    texts: list[str] = []
    for file in sorted((sample.folder() / "documents").glob("*.jsonl")):
        originals = pl.read_ndjson(file, infer_schema_length=None)["text"].drop_nulls()
        rng = random.Random(file.stem)
        for text in originals.filter(originals.str.len_chars() > 150):
            texts += [text, *(changed(text, share, rng) for share in SHARES)]
    frame = pl.DataFrame({"text": texts}).with_columns(pl.format("{}", pl.int_range(pl.len())).alias("id"))
    return Documents(frame, similar(minhash.features(frame, Params(), None), 0.5))


def stage_key(frame: pl.DataFrame, params: Params) -> pl.DataFrame:
    return minhash.STAGE.key(frame, params, None)


def off(documents: Documents, params: Params, key: Key = stage_key) -> tuple[float, float]:
    """How far recall is from theory: in the bin where it is farthest, and of all pairs from 0.5 to 0.9."""
    pairs = documents.pairs
    apart: list[F64] = []
    for seed in SEEDS:
        found = np.isin(pairs.codes(), sharing(key(documents.frame, params.model_copy(update={"seed": seed}))))
        apart.append(found - expected(pairs.similarity, params))
    mean = np.mean(apart, axis=0)
    return float(np.nanmax(np.abs(by_bin(pairs, mean)))), float(np.abs(mean[pairs.similarity < 0.9].mean()))


@pytest.mark.parametrize("given", CHOICES)
def test_as_many_pairs_are_found_as_theory_says(stories: Documents, given: dict[str, float]) -> None:
    assert np.bincount(stories.pairs.bins(), minlength=11).min() > 30
    in_a_bin, of_all = off(stories, Params.model_validate(given))
    assert in_a_bin < MOST and of_all < MOST_OF_ALL


def test_brute_force_is_brute_force() -> None:
    """Beside sets of Python, and with sets that are equal, empty, or share nothing."""
    rng = np.random.default_rng(4)
    sets = [set(rng.integers(0, 60, rng.integers(1, 60)).tolist()) for _ in range(60)]
    sets += [sets[3], set(), set(), {70}]
    features = pl.Series([np.array(sorted(one), np.uint64).tobytes() for one in sets], dtype=pl.Binary)
    every = {
        (low, high): len(sets[low] & sets[high]) / len(sets[low] | sets[high])
        for high in range(len(sets))
        for low in range(high)
        if sets[low] & sets[high]
    }
    for least in (0.0, 0.5):
        found = similar(features, least)
        listed = zip(found.low.tolist(), found.high.tolist(), strict=True)
        assert dict(zip(listed, found.similarity, strict=True)) == {p: s for p, s in every.items() if s >= least}


# --- what must not pass ---------------------------------------------------------------------------------------------


def without_a_band(frame: pl.DataFrame, params: Params) -> pl.DataFrame:
    keys = stage_key(frame, params)
    return keys.filter(pl.int_range(pl.len()).over("row") > 0)


def other_rows(more: int) -> Key:
    def key(frame: pl.DataFrame, params: Params) -> pl.DataFrame:
        bands, rows = params.banding
        return stage_key(frame, Params(bands=bands, rows=rows + more, seed=params.seed))

    return key


def same_functions_in_every_band(frame: pl.DataFrame, params: Params) -> pl.DataFrame:
    true = minhash._functions
    rows = params.banding[1]

    def repeated(count: int, seed: int) -> tuple[minhash.U64, minhash.U64]:
        multiply, add = true(rows, seed)
        return np.tile(multiply, count // rows), np.tile(add, count // rows)

    return with_functions(repeated, frame, params)


def eight_bits(frame: pl.DataFrame, params: Params) -> pl.DataFrame:
    """Of each product the lowest bits alone are left."""
    multiply, add = minhash._functions(112, params.seed)
    return with_functions(lambda count, seed: (multiply << np.uint64(56), add), frame, params)


def no_functions(frame: pl.DataFrame, params: Params) -> pl.DataFrame:
    """Every function is the shingle itself."""
    ones, nothing = np.ones(112, np.uint64), np.zeros(112, np.uint64)
    return with_functions(lambda count, seed: (ones, nothing), frame, params)


def with_functions(functions: Callable[..., object], frame: pl.DataFrame, params: Params) -> pl.DataFrame:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(minhash, "_functions", functions)
        return stage_key(frame, params)


WRONG = {
    "a band less": without_a_band,
    "a row less": other_rows(-1),
    "a row more": other_rows(1),
    "the same functions in every band": same_functions_in_every_band,
    "eight bits": eight_bits,
    "no functions": no_functions,
}


@pytest.mark.parametrize("name", sorted(WRONG))
def test_the_check_sees_what_is_wrong(stories: Documents, name: str) -> None:
    in_a_bin, of_all = off(stories, Params(), WRONG[name])
    assert in_a_bin >= MOST or of_all >= MOST_OF_ALL


# --- verified -------------------------------------------------------------------------------------------------------


def verdicts(frame: pl.DataFrame, params: Params) -> pl.DataFrame:
    """Document and twin as rows, of each document that goes."""
    node = pl.int_range(frame.height, dtype=pl.UInt64).alias("node")
    found = clusters.whole(
        [Step(minhash.STAGE, params)], frame.select(node, "id", "text", pl.lit(None, pl.String).alias("release"))
    )
    rows = {one: row for row, one in enumerate(frame["id"])}
    gone = found.filter(pl.col("reason").is_not_null())
    twins = [rows[one] for one in gone["twin_id"]]
    return gone.select(pl.col("node").cast(pl.Int64).alias("row"), pl.Series("twin", twins), "twin_similarity")


def hold_verified(frame: pl.DataFrame, params: Params) -> None:
    """Who goes is as like its twin as asked; of two that share a band and are as alike, one goes; each twin stays."""
    assert params.verify is not None
    alike = similar(minhash.features(frame, params, None), params.verify)
    true = dict(zip(alike.codes().tolist(), alike.similarity.tolist(), strict=True))
    gone = verdicts(frame, params)
    assert gone.height > frame.height / 10
    for row, twin, said in gone.iter_rows():
        assert true[min(row, twin) << 32 | max(row, twin)] == pytest.approx(said)
    assert not set(gone["twin"]) & set(gone["row"])
    stays = np.ones(frame.height, np.bool_)
    stays[gone["row"].to_numpy()] = False
    both = alike.codes()[stays[alike.low] & stays[alike.high]]
    assert not np.isin(both, sharing(stage_key(frame, params))).any()
    missed = (1 - expected(alike.similarity, params)).sum()
    assert len(both) <= missed + 5 * missed**0.5 + 5


@pytest.mark.parametrize("given", [{"verify": 0.8}, {"verify": 0.9}, {"threshold": 0.5, "verify": 0.5}])
def test_verified_duplicates_are_alike(stories: Documents, given: dict[str, float]) -> None:
    hold_verified(stories.frame, Params.model_validate(given))


# --- real documents -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real() -> Documents:
    folder = Path(os.environ["GLOTMILL_CORPORA"])
    frame = draw(sorted(folder.glob("realdocs-*.parquet")), 5_000, 10_000)
    return Documents(frame, similar(frame["features"], 0.5))


@pytest.mark.skipif("GLOTMILL_CORPORA" not in os.environ, reason="needs the folder of real text")
def test_as_many_pairs_of_real_documents_are_found(real: Documents) -> None:
    assert real.frame.height == 5_000 and np.bincount(real.pairs.bins(), minlength=11).min() > 500
    in_a_bin, _ = off(real, Params())
    assert in_a_bin < MOST_OF_REAL


@pytest.mark.skipif("GLOTMILL_CORPORA" not in os.environ, reason="needs the folder of real text")
def test_verified_duplicates_of_real_documents_are_alike(real: Documents) -> None:
    hold_verified(real.frame, Params(verify=0.8))
