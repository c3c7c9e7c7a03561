"""The parameters of an embedding: what goes with which backend, and what a wrong one is told."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from filters._embeddings import Embedding
from pipelines import plan
from schemas import recipe
from schemas.errors import RecipeError

REVISION = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"backend": "word2vec"}, "'model2vec', 'fasttext', 'onnx', 'sentence_transformers' or 'openai'"),
        ({"backend": "model2vec"}, "either `path` .* or `hub`"),
        ({"backend": "model2vec", "path": "a", "hub": "b/c", "revision": REVISION}, "either `path` .* or `hub`"),
        ({"backend": "model2vec", "hub": "b/c"}, "needs `revision`, the full commit"),
        ({"backend": "model2vec", "hub": "b/c", "revision": "main"}, "needs `revision`, the full commit"),
        ({"backend": "model2vec", "path": "a", "train_on": "b"}, "`train_on` goes with `backend: fasttext`; model2vec"),
        ({"backend": "fasttext"}, "either `path` .* or `train_on`"),
        ({"backend": "fasttext", "path": "a", "train_on": "b"}, "either `path` .* or `train_on`"),
        ({"backend": "fasttext", "path": "a", "hub": "b/c"}, "`hub` goes with `backend: model2vec` or `backend: onnx`"),
        ({"backend": "onnx"}, "onnx needs either `path` .* or `hub`"),
        ({"backend": "sentence_transformers", "path": "a", "hub": "b/c"}, "sentence_transformers needs either `path`"),
        ({"backend": "onnx", "hub": "b/c", "revision": "v1"}, "needs `revision`, the full commit"),
        ({"backend": "onnx", "path": "a", "graph": "../model.onnx"}, "`graph` is a path in the model's folder"),
        ({"backend": "onnx", "path": "a", "graph": "/model.onnx"}, "'/model.onnx' came"),
        ({"backend": "onnx", "path": "a", "pooling": "max"}, "'mean', 'cls' or 'none'"),
        ({"backend": "onnx", "path": "a", "window_tokens": 0}, "greater than 0"),
        ({"backend": "sentence_transformers", "path": "a", "pooling": "cls"}, "`pooling` goes with `backend: onnx`;"),
        ({"backend": "model2vec", "path": "a", "windows": 1}, "`windows` goes with `backend: onnx` or `backend: sent"),
        ({"backend": "fasttext", "path": "a", "batch": 3}, "`batch` goes with `backend: openai`"),
        ({"backend": "fasttext", "train_on": "a", "training": {"window": 3}}, "Extra inputs"),
        ({"backend": "openai", "model": "m"}, "openai needs `base_url`.* None came"),
        ({"backend": "openai", "model": "m", "base_url": "localhost:8080"}, "'localhost:8080' came"),
        ({"backend": "openai", "base_url": "http://localhost:8080/v1"}, "openai needs `model`"),
        ({"backend": "openai", "base_url": "http://a/v1", "model": "m", "path": "x"}, "`path` goes with"),
        ({"backend": "fasttext", "path": "a", "directions": -1}, "greater than or equal to 0"),
    ],
)
def test_values_that_do_not_fit_together(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Embedding.model_validate(given)


def test_one_path_or_several() -> None:
    one = Embedding.model_validate({"backend": "fasttext", "train_on": "a", "reference": "b"})
    assert one.train_on == ["a"] and one.reference == ["b"]


def test_where_a_trained_model_lies_is_in_no_dump() -> None:
    given = Embedding.model_validate({"backend": "fasttext", "train_on": "a"})
    ready = given.trained("/somewhere/model.bin")
    assert (given.file, ready.file) == (None, "/somewhere/model.bin")
    assert pickle.loads(pickle.dumps(ready)).file == "/somewhere/model.bin"
    assert ready.model_dump() == given.model_dump()
    assert Embedding.model_validate(ready.model_dump(mode="json")) == given


def test_a_dump_has_what_decides_about_vectors() -> None:
    given = {"backend": "openai", "base_url": "http://a/v1", "model": "m", "dimensions": 8}
    dump = Embedding.model_validate({**given, "timeout_seconds": 3, "attempts": 9}).model_dump(mode="json")
    assert dump == Embedding.model_validate(given).model_dump(mode="json")
    assert given.items() <= dump.items()
    own = {"backend", "base_url", "model", "api_key_env", "dimensions", "batch", "piece_characters"}
    assert set(dump) == own | {"reference", "directions"}
    assert Embedding.model_validate(dump).model_dump(mode="json") == dump


def test_a_dump_of_an_encoder() -> None:
    given = {"backend": "onnx", "hub": "b/c", "revision": REVISION, "windows": 1, "prefix": "", "pooling": "cls"}
    dump = Embedding.model_validate(given).model_dump(mode="json")
    assert given.items() <= dump.items()
    assert set(dump) == {*given, "path", "graph", "window_tokens", "reference", "directions"}
    assert Embedding.model_validate(dump).model_dump(mode="json") == dump


def test_a_recipe_is_told_the_keys_and_the_line(tmp_path: Path) -> None:
    text = (
        "name: x\nsource: {paths: a.jsonl}\nstages:\n  semantic_dedup:\n    embedding:\n      backend: fasttext\n"
        "      train_om: a.jsonl\nrelease: {title: x}\n"
    )
    with pytest.raises(RecipeError, match=r"r\.yaml:7: .*train_om.*did you mean 'train_on'.*Valid: api_key_env, "):
        plan.plan(*recipe.read(text, file="r.yaml"))
