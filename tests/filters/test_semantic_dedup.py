"""Semantic duplicates: keys as a slow version makes them, collisions as in theory, the same whatever the frame."""

from __future__ import annotations

import json
import math
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest
import xxhash
from pydantic import ValidationError
from stories import STORIES

from filters._embeddings import Embedder
from filters.semantic_dedup import STAGE, Params, features, similarity
from schemas import sample
from schemas.stage import Verify

F64 = npt.NDArray[np.float64]
EMBEDDING = {"backend": "fasttext", "train_on": "sample://quality/*.jsonl", "training": {"epochs": 5}}
VERIFY = STAGE.verify
assert isinstance(VERIFY, Verify)


class Fixed:
    """Gives the vectors that a test wants."""

    def __init__(self, vectors: F64) -> None:
        self._vectors = vectors.astype(np.float32)
        self.dimension = vectors.shape[1]

    def embed(self, texts: pl.Series) -> npt.NDArray[np.float32]:
        return self._vectors[[int(text) for text in texts]]


def params(**given: Any) -> Params:
    return Params.model_validate({"embedding": EMBEDDING, **given})


def numbered(n: int) -> pl.DataFrame:
    return pl.DataFrame({"text": [str(i) for i in range(n)]})


def keys_of(frame: pl.DataFrame, given: Params, embedder: Any) -> list[list[bytes]]:
    out: list[list[bytes]] = [[] for _ in range(frame.height)]
    for row, key in STAGE.key(frame, given, embedder).iter_rows():
        out[row].append(key)
    return out


def pairs_at(cosine: float, n: int, dimension: int, seed: int) -> F64:
    """Rows 2i and 2i + 1 are unit vectors of this cosine."""
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=(2, n, dimension))
    a /= np.linalg.norm(a, axis=1, keepdims=True)
    b -= (a * b).sum(axis=1, keepdims=True) * a
    b /= np.linalg.norm(b, axis=1, keepdims=True)
    return np.stack([a, cosine * a + math.sqrt(1 - cosine**2) * b], axis=1).reshape(2 * n, dimension)


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Params, Embedder]:
    ready = STAGE.prepare(params(), tmp_path_factory.mktemp("vectors"))
    return ready, STAGE.open(ready)


@pytest.fixture(scope="session")
def documents() -> pl.DataFrame:
    """The sample documents."""
    rows = []
    for file in sorted((sample.folder() / "documents").glob("*.jsonl")):
        for line in file.read_bytes().split(b"\n"):
            if line.startswith(b"{"):
                row = json.loads(line)
                rows.append({"id": row["id"], "text": row["text"], "expected": row["expected"]})
    return pl.DataFrame(rows)


# --- keys ------------------------------------------------------------------------------------------------------------


def slow(vector: npt.NDArray[np.float32], bands: int, bits: int) -> list[bytes]:
    """The same definition in whole numbers of Python."""
    code = [round(float(x) * 32_767) for x in vector]
    out = []
    for band in range(bands):
        packed = bytearray((bits + 7) // 8)
        for bit in range(bits):
            plane = band * bits + bit
            total = 0
            for i, component in enumerate(code):
                hashed = xxhash.xxh3_64_intdigest(i.to_bytes(4, "little") + plane.to_bytes(4, "little"))
                total += component * (hashed.bit_count() - 32)
            if total > 0:
                packed[bit // 8] |= 0x80 >> bit % 8
        out.append(xxhash.xxh3_128_digest(bytes(packed), seed=band))
    return out


@pytest.mark.parametrize(("threshold", "bands"), [(0.95, 32), (0.8, 10), (0.99, 3)])
def test_keys_are_those_of_a_slow_version(threshold: float, bands: int) -> None:
    vectors = pairs_at(0.9, 4, 24, 1)
    given = params(threshold=threshold, bands=bands)
    embedder = Fixed(vectors)
    found = keys_of(numbered(8), given, embedder)
    assert found == [slow(vector, bands, given.bits) for vector in vectors.astype(np.float32)]


def test_keys_are_fixed_for_ever() -> None:
    """A run that goes on with another version or machine must make the same keys."""
    vector = np.array([[((7 * i) % 13 - 6) / 20 for i in range(40)]])
    (found,) = keys_of(numbered(1), params(), Fixed(vector))
    assert len(found) == 32 and len(set(found)) == 32
    assert xxhash.xxh3_128_hexdigest(b"".join(found)) == "e7a5da7a8ef01154957911a173818a44"


@pytest.mark.parametrize("cosine", [0.3, 0.7, 0.9, 0.95, 0.98])
def test_collisions_are_as_frequent_as_the_theory_says(cosine: float) -> None:
    given = params(threshold=0.9, bands=20)
    n = 600
    found = keys_of(numbered(2 * n), given, Fixed(pairs_at(cosine, n, 100, 5)))
    share = sum(bool(set(a) & set(b)) for a, b in zip(found[::2], found[1::2], strict=True)) / n
    expected = 1 - (1 - (1 - math.acos(cosine) / math.pi) ** given.bits) ** given.bands
    assert abs(share - expected) < 4 * (expected * (1 - expected) / n) ** 0.5 + 0.005, (share, expected)


@pytest.mark.parametrize("threshold", [0.5, 0.8, 0.9, 0.95, 0.99])
@pytest.mark.parametrize("bands", [8, 32])
@pytest.mark.parametrize("recall", [0.8, 0.95])
def test_bits_for_a_threshold(threshold: float, bands: int, recall: float) -> None:
    """As many bits as still find enough pairs at the threshold."""
    bits = params(threshold=threshold, bands=bands, recall=recall).bits
    same = 1 - math.acos(threshold) / math.pi
    assert 1 - (1 - same**bits) ** bands >= recall > 1 - (1 - same ** (bits + 1)) ** bands


def test_too_few_bands() -> None:
    with pytest.raises(ValidationError, match=r"1 bands find fewer than 90% of the pairs of cosine 0\.5: give"):
        params(threshold=0.5, bands=1)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"threshold": 1.0}, "less than 1"),
        ({"recall": 0}, "greater than 0"),
        ({"embedding": {"backend": "fasttext", "train_on": "x", "dimension": 3}}, "Extra inputs are not permitted"),
        ({"embedding": {"train_on": "x"}}, "backend\n  Field required"),
    ],
)
def test_parameters_that_do_not_fit(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        params(**given)


def test_documents_without_words_have_no_key(trained: tuple[Params, Embedder]) -> None:
    texts = pl.Series("text", [None, "", " \n", "…!?", "👍🏽", "ok", "字"], dtype=pl.String)
    frame = texts.to_frame()
    assert STAGE.key(frame, *trained)["row"].unique().sort().to_list() == [5, 6]
    assert (features(frame, *trained).bin.size() > 0).to_list() == [False] * 5 + [True] * 2


# --- the comparison --------------------------------------------------------------------------------------------------


def test_similarity_is_the_cosine() -> None:
    cosines = [1.0, 0.99, 0.95, 0.6, 0.0, -0.5]
    vectors = np.concatenate([pairs_at(cosine, 1, 64, i) for i, cosine in enumerate(cosines)])
    made = features(numbered(len(vectors)), params(), Fixed(vectors))
    found = similarity(made.gather_every(2), made.gather_every(2, 1))
    assert found.dtype == pl.Float64
    assert np.allclose(found.to_numpy(), [max(c, 0) for c in cosines], atol=2e-4)
    assert similarity(made, made).to_list() == [1.0] * len(vectors)


def test_similarity_without_a_vector() -> None:
    one = features(numbered(1), params(), Fixed(pairs_at(0.5, 1, 8, 1)[:1]))[0]
    left, right = (pl.Series(values, dtype=pl.Binary) for values in ([one, b"", one, b""], [b"", one, one, b""]))
    assert similarity(left, right).to_list() == [0, 0, 1, 0]
    assert similarity(left.head(0), right.head(0)).to_list() == []


def test_many_pairs_at_once() -> None:
    vectors = pairs_at(0.8, 5_000, 16, 2)
    made = features(numbered(len(vectors)), params(), Fixed(vectors))
    found = similarity(made.gather_every(2), made.gather_every(2, 1)).to_numpy()
    assert np.allclose(found, 0.8, atol=5e-4)


def test_the_threshold_is_what_pairs_need() -> None:
    assert STAGE.least(params(threshold=0.9)) == 0.9 and STAGE.least(params()) == 0.95


# --- the same, whatever the frame ------------------------------------------------------------------------------------

PROGRAM = """
import sys, pickle, polars as pl, xxhash
from filters.semantic_dedup import STAGE
with open(sys.argv[1], "rb") as handle:
    params, text = pickle.load(handle)
frame = pl.DataFrame({"text": text})
resource = STAGE.open(params)
keys = STAGE.key(frame, params, resource)
print(xxhash.xxh3_128_hexdigest(b"".join(keys["key"])), xxhash.xxh3_128_hexdigest(
    b"".join(STAGE.verify.features(frame, params, resource))))
"""


def test_the_same_keys_with_one_thread_and_with_two(
    trained: tuple[Params, Embedder], documents: pl.DataFrame, tmp_path: Path
) -> None:
    given, embedder = trained
    file = tmp_path / "given.pickle"
    file.write_bytes(pickle.dumps((given, documents["text"].to_list())))
    digests = {
        xxhash.xxh3_128_hexdigest(b"".join(STAGE.key(documents, given, embedder)["key"]))
        + " "
        + xxhash.xxh3_128_hexdigest(b"".join(features(documents, given, embedder)))
    }
    for threads in ("1", "2"):
        names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS")
        environment = {**os.environ, **dict.fromkeys(names, threads)}
        environment["PYTHONPATH"] = str(Path(__file__).parents[2])
        command = [sys.executable, "-c", PROGRAM, str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
        assert done.returncode == 0, done.stderr
        digests.add(done.stdout.strip())
    assert len(digests) == 1


def test_the_same_key_in_a_frame_of_one_and_of_a_thousand(
    trained: tuple[Params, Embedder], documents: pl.DataFrame
) -> None:
    many = pl.concat([documents, documents, documents, documents]).head(1_000)
    keys, made = keys_of(many, *trained), features(many, *trained)
    for row in (0, 7, 287, 500, 999):
        one = many.slice(row, 1)
        assert keys_of(one, *trained) == [keys[row]]
        assert features(one, *trained)[0] == made[row]


# --- what it finds ---------------------------------------------------------------------------------------------------


def found_pairs(frame: pl.DataFrame, given: Params, embedder: Any) -> dict[tuple[int, int], float]:
    """Pairs that share a key and are similar enough."""
    keys, made = STAGE.key(frame, given, embedder), features(frame, given, embedder)
    pairs = keys.join(keys, on="key").filter(pl.col("row") < pl.col("row_right")).select("row", "row_right").unique()
    alike = similarity(made.gather(pairs["row"]), made.gather(pairs["row_right"]))
    return {(a, b): s for (a, b), s in zip(pairs.iter_rows(), alike, strict=True) if s >= given.threshold}


def test_the_planted_copies_of_the_sample(trained: tuple[Params, Embedder], documents: pl.DataFrame) -> None:
    """Each language has one document with a copy, exact or near; no other two documents are that near."""
    pairs = found_pairs(documents, *trained)
    planted = documents.filter(pl.col("expected").str.contains("exact_duplicate|near_duplicate"))["id"].to_list()
    assert len(planted) == 24
    assert sorted(max(documents["id"][a], documents["id"][b]) for a, b in pairs) == sorted(planted)


@pytest.mark.parametrize("script", ["Latin", "Cyrillic", "Arabic", "Devanagari", "Thai", "Han", "Kana", "Ethiopic"])
def test_sentences_in_another_order_are_the_same(
    script: str, trained: tuple[Params, Embedder], documents: pl.DataFrame
) -> None:
    """What phrases do not show at once: a text whose lines stand in another order, with a word more."""
    language = STORIES[script][0]
    here = documents.filter(pl.col("id").str.starts_with(language[:3]) & (pl.col("expected") == "keep"))
    assert here.height >= 6
    other = pl.Series([_backwards(text) for text in here["text"]])
    frame = pl.DataFrame({"text": pl.concat([here["text"], other])})
    n = here.height
    pairs = found_pairs(frame, *trained)
    assert {(i, n + i) for i in range(n)} <= set(pairs)
    assert {(a % n, b % n) for a, b in pairs} == {(i, i) for i in range(n)}


def _backwards(text: str) -> str:
    from filters import _segments

    (sentences,) = _segments.cut_sentences(pl.Series([text])).to_list()
    return " ".join(reversed([one.strip() for one in sentences]))


def brute_force(made: pl.Series) -> F64:
    vectors = np.frombuffer(b"".join(made), "<i2").reshape(len(made), -1).astype(np.float64)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors @ vectors.T)


Sample = Callable[[Path], pl.DataFrame]


def _pages(folder: Path) -> pl.DataFrame:
    frame = pl.concat([pl.read_parquet(file) for file in sorted(folder.glob("realdocs-*.parquet"))[:2]])
    return frame.filter(pl.col("text").str.len_chars() > 200).sample(2_000, seed=4).select("text")


def _declarations(folder: Path) -> pl.DataFrame:
    return pl.read_parquet(folder / "udhr_dev.parquet").sample(2_000, seed=4).select("text")


@pytest.mark.skipif("GLOTMILL_CORPORA" not in os.environ, reason="needs the folder of real text")
@pytest.mark.parametrize(("sample_of", "threshold"), [(_pages, 0.95), (_declarations, 0.8)])
def test_recall_on_real_text(sample_of: Sample, threshold: float, trained: tuple[Params, Embedder]) -> None:
    """Of the pairs that brute force finds, as many as the theory says."""
    frame = sample_of(Path(os.environ["GLOTMILL_CORPORA"]))
    ready, embedder = trained
    given = ready.model_copy(update={"threshold": threshold})
    known = features(frame, given, embedder).bin.size() > 0
    assert known.mean() > 0.95  # type: ignore[operator]
    frame = frame.filter(known)
    cosine = brute_force(features(frame, given, embedder))
    rows, others = np.triu_indices(frame.height, 1)
    true = {(int(a), int(b)) for a, b in zip(rows, others, strict=True) if cosine[a, b] >= given.threshold}
    assert len(true) > 100
    found = found_pairs(frame, given, embedder)
    assert set(found) <= true
    at = np.array([cosine[pair] for pair in true])
    expected = (1 - (1 - (1 - np.arccos(np.clip(at, -1, 1)) / np.pi) ** given.bits) ** given.bands).mean()
    assert abs(len(found) / len(true) - expected) < 0.03, (len(found), len(true), expected)


# --- the stage -------------------------------------------------------------------------------------------------------


def test_a_trained_model_is_no_part_of_the_signature(trained: tuple[Params, Embedder]) -> None:
    ready, _ = trained
    assert ready.measured() == params().measured()
    assert ready.embedding.file is not None and pickle.loads(pickle.dumps(ready)).embedding.file == ready.embedding.file


def test_the_reason() -> None:
    assert STAGE.reason == "semantic_duplicate" and STAGE.why
