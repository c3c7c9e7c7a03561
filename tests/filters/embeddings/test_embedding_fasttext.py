"""fastText vectors: the mean of a text's words, trained to the same bytes, and files that are no such model."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import fasttext as library
import numpy as np
import polars as pl
import pytest
from stories import STORIES

from filters import _segments
from filters._embeddings import Embedding, fingerprint, open_embedder, prepare
from filters._embeddings.fasttext import FastText
from filters._embeddings.skip_gram import words
from schemas.errors import SourceError

TRAINING = {"dimension": 12, "epochs": 2, "buckets": 500}
PLAIN = {"reference": [], "directions": 0}


def write(folder: Path, given: list[str]) -> str:
    folder.mkdir(exist_ok=True)
    for number, text in enumerate(given):
        (folder / f"{number:02}.jsonl").write_text(json.dumps({"text": text}) + "\n", encoding="utf-8")
    return str(folder / "*.jsonl")


def asked(**given: Any) -> Embedding:
    return Embedding.model_validate({"backend": "fasttext", **PLAIN, **given})


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write(tmp_path_factory.mktemp("stories"), [text for _, text in STORIES.values()])


@pytest.fixture(scope="module")
def ready(stories: str, tmp_path_factory: pytest.TempPathFactory) -> Embedding:
    return prepare(asked(train_on=stories, training=TRAINING), tmp_path_factory.mktemp("models"))


def sha256(given: Embedding) -> str:
    assert given.file is not None
    return hashlib.sha256(Path(given.file).read_bytes()).hexdigest()


def test_the_same_texts_give_the_same_bytes(ready: Embedding, tmp_path: Path) -> None:
    backwards = write(tmp_path / "backwards", [text for _, text in STORIES.values()][::-1])
    again = prepare(asked(train_on=backwards, training=TRAINING), tmp_path / "models")
    assert sha256(again) == sha256(ready) and again.file != ready.file
    assert fingerprint(again) == fingerprint(ready)


def test_a_model_that_is_there_is_used_again(stories: str, tmp_path: Path) -> None:
    given = asked(train_on=stories, training=TRAINING)
    first = prepare(given, tmp_path)
    assert first.file is not None
    stamp = Path(first.file).stat().st_mtime_ns
    second = prepare(given, tmp_path)
    assert second.file == first.file and Path(first.file).stat().st_mtime_ns == stamp


def test_the_fingerprint_changes_with_what_the_vectors_are_made_from(stories: str, tmp_path: Path) -> None:
    fewer = write(tmp_path, [text for _, text in STORIES.values()][1:])
    given = [
        asked(train_on=stories, training=TRAINING),
        asked(train_on=fewer, training=TRAINING),
        asked(train_on=stories, training={**TRAINING, "epochs": 3}),
        asked(train_on=stories, training=TRAINING, lower_case=False),
        asked(train_on=stories, training=TRAINING, reference=stories),
    ]
    found = [fingerprint(one) for one in given]
    assert len({tuple(sorted(one.items())) for one in found}) == len(found)
    assert all("icu4py" in one["segments"] for one in found), "words are cut by dictionaries"


def test_a_file_is_known_by_its_digest(ready: Embedding) -> None:
    given = asked(path=ready.file)
    assert fingerprint(given)["word vectors"] == sha256(ready)
    assert prepare(given, Path("/nowhere")) is given
    texts = pl.Series([text for _, text in STORIES.values()])
    assert np.array_equal(open_embedder(given).embed(texts), open_embedder(ready).embed(texts))


def test_the_mean_of_the_words(ready: Embedding) -> None:
    """As fastText makes the vector of a sentence, of words cut in every script, without signs."""
    texts = pl.Series([text for _, text in STORIES.values()])
    model = library.load_model(ready.file)
    found = open_embedder(ready).embed(texts)
    for row, cut in zip(found, _segments.cut_words(texts).to_list(), strict=True):
        of = [model.get_word_vector(word.lower()).astype(np.float64) for word in cut if any(map(str.isalnum, word))]
        assert len(of) > 3
        mean = np.sum([vector / np.linalg.norm(vector) for vector in of], axis=0)
        assert np.allclose(row, mean / np.linalg.norm(mean), atol=1e-5)


def test_a_long_text_counts_as_a_whole(ready: Embedding) -> None:
    embedder = open_embedder(ready)
    head, tail = "the letter " * 2_000, "дверью кошка " * 6_000
    found = embedder.embed(pl.Series([head + tail, head, tail]))
    assert found[0] @ found[2] > found[0] @ found[1]


def test_words() -> None:
    texts = pl.Series(["Ein Brief, zwei BRIEFE!", "จดหมายใต้ประตู", "… !", None, ""], dtype=pl.String)
    assert words(texts, True).to_list() == [["ein", "brief", "zwei", "briefe"], ["จดหมาย", "ใต้", "ประตู"], [], None, []]
    assert words(texts, False).to_list()[0] == ["Ein", "Brief", "zwei", "BRIEFE"]


def test_a_word_that_was_never_seen_has_a_vector(ready: Embedding) -> None:
    (row,) = open_embedder(ready).embed(pl.Series(["Letterheadedness"]))
    assert np.isclose(np.linalg.norm(row), 1)


def test_before_the_run_there_is_nothing_to_open(stories: str) -> None:
    with pytest.raises(AssertionError, match="prepare runs before open"):
        FastText(asked(train_on=stories))


def test_files_that_are_no_such_model(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"embedding\.path: .*none\.bin is not a file"):
        open_embedder(asked(path=str(tmp_path / "none.bin")))
    (tmp_path / "text.bin").write_text("no model", encoding="utf-8")
    with pytest.raises(SourceError, match=r"text\.bin is no fastText model"):
        open_embedder(asked(path=str(tmp_path / "text.bin")))
    rows = tmp_path / "rows.txt"
    rows.write_text("__label__a one two\n__label__b three four\n", encoding="utf-8")
    library.train_supervised(str(rows), dim=4, epoch=1, thread=1, verbose=0, minCount=1).save_model(
        str(tmp_path / "classifier.bin")
    )
    with pytest.raises(SourceError, match=r"classifier\.bin is a fastText classifier"):
        open_embedder(asked(path=str(tmp_path / "classifier.bin")))
