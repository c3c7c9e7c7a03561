"""Exported encoders: as numpy says, the whole text, of each text by itself, and what is missing in a folder."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from encoders import DIMENSION, POSITIONS, TEXTS, WINDOW, expected, graph, save, tokenizer

from filters._embeddings import Embedding, fingerprint, folders, open_backend, open_embedder, prepare
from schemas.errors import MissingPackage, RecipeError, SourceError

REVISION = "0123456789abcdef0123456789abcdef01234567"
LONG = " ".join(TEXTS)
POOLING = "1_Pooling/config.json"


def asked(**given: Any) -> Embedding:
    return Embedding.model_validate({"backend": "onnx", "reference": [], "directions": 0, **given})


def unit(row: np.ndarray) -> np.ndarray:
    return row / np.linalg.norm(row)


def vectors(texts: pl.Series, **given: Any) -> np.ndarray:
    return open_backend(asked(**given))(texts)


def modules(*names: str) -> list[dict[str, Any]]:
    """A modules.json of sentence-transformers."""
    places = {"Transformer": "", "Pooling": "1_Pooling"}
    return [
        {"idx": i, "name": str(i), "path": places.get(name, f"{i}_{name}"), "type": f"sentence_transformers.{name}"}
        for i, name in enumerate(names)
    ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    return save(tmp_path_factory.mktemp("models") / "encoder")


@pytest.mark.parametrize("pooling", ["mean", "cls"])
def test_vectors_are_those_of_the_model_in_every_script(folder: str, pooling: str) -> None:
    """Thai, Hindi, Arabic, Japanese, Amharic, Yoruba among them, short texts and long ones."""
    texts = pl.concat([TEXTS, pl.Series([LONG, TEXTS[5] * 30])])
    found = vectors(texts, path=folder, pooling=pooling)
    assert found.shape == (len(texts), DIMENSION) and found.dtype == np.float32
    for row, text in zip(found, texts, strict=True):
        assert np.allclose(row, expected(text, pooling=pooling), atol=1e-5)
    of_length_1 = open_embedder(asked(path=folder, pooling=pooling)).embed(texts)
    assert np.allclose(of_length_1, [unit(row) for row in found], atol=1e-6)


def test_all_of_a_long_text_counts(folder: str) -> None:
    head, tail = TEXTS[0], " ".join(TEXTS[3:6].to_list() * 10)
    given = pl.Series([f"{head} {tail}", f"{head} {TEXTS[9] * 30}"])
    whole, first = (vectors(given, path=folder, windows=n) for n in (None, 1))
    alone = vectors(pl.Series([tail]), path=folder)[0]
    assert unit(whole[0]) @ unit(alone) > unit(first[0]) @ unit(alone)
    assert np.array_equal(first[0], first[1]) and not np.allclose(whole[0], whole[1], atol=0.01)


def test_the_first_window_is_what_a_package_keeps_that_cuts_texts_off(folder: str) -> None:
    """As FineWeb2-HQ does: tokens behind the window are not seen, and it has its closing token."""
    made = tokenizer()
    made.enable_truncation(20)
    made.no_padding()
    given = pl.Series([LONG, *TEXTS])
    found = vectors(given, path=folder, windows=1, window_tokens=20)
    from encoders import Weights

    for row, one in zip(found, made.encode_batch(given.to_list()), strict=True):
        assert np.allclose(row, Weights().states(np.array(one.ids)).mean(axis=0), atol=1e-5)


def test_the_texts_beside_it_do_not_change_one_bit(folder: str) -> None:
    texts = pl.concat([TEXTS, pl.Series([LONG])])
    made = open_backend(asked(path=folder))
    whole = made(texts)
    assert np.array_equal(np.concatenate([made(texts[i : i + 1]) for i in range(len(texts))]), whole)
    assert np.array_equal(made(texts.reverse())[::-1], whole)
    assert np.array_equal(vectors(texts, path=folder), whole), "opened again"


def test_nor_do_they_in_a_graph_that_quantises_as_it_runs(folder: str, tmp_path: Path) -> None:
    """Its scales are those of the whole batch: other texts in it would change the vector."""
    import onnxruntime
    from onnxruntime.quantization import quantize_dynamic

    shutil.copytree(folder, tmp_path / "int8")
    quantize_dynamic(Path(folder) / "model.onnx", tmp_path / "int8" / "model.onnx")
    session = onnxruntime.InferenceSession(str(tmp_path / "int8" / "model.onnx"))
    ids = np.arange(60).reshape(6, 10)
    (batch,), *alone = (
        session.run(None, {"input_ids": some, "attention_mask": np.ones_like(some)})
        for some in (ids, *np.split(ids, 6))
    )
    assert not np.allclose(batch, np.concatenate([one[0] for one in alone]), atol=1e-3), "in a batch they would"
    made = open_backend(asked(path=str(tmp_path / "int8")))
    whole = made(TEXTS)
    assert np.array_equal(np.concatenate([made(TEXTS[i : i + 1]) for i in range(len(TEXTS))]), whole)
    assert np.allclose([unit(row) for row in whole], [unit(expected(text)) for text in TEXTS], atol=0.1)


def test_texts_without_a_vector(folder: str) -> None:
    given = pl.Series([None, "", " \n", "…!?", "ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ", TEXTS[0], "a", None], dtype=pl.String)
    for found in (vectors(given, path=folder), open_embedder(asked(path=folder)).embed(given)):
        assert found.any(axis=1).tolist() == [False] * 5 + [True, True, False]
    nothing = pl.Series([], dtype=pl.String)
    assert (
        vectors(nothing, path=folder).shape == open_embedder(asked(path=folder)).embed(nothing).shape == (0, DIMENSION)
    )


def test_a_prefix_stands_in_each_window(folder: str) -> None:
    for text in (TEXTS[6], LONG):
        found = vectors(pl.Series([text]), path=folder, prefix="query: ")[0]
        assert np.allclose(found, expected(text, prefix="query: "), atol=1e-5)
        assert not np.allclose(found, expected(text), atol=1e-3)


def test_the_prompt_of_the_settings(tmp_path: Path) -> None:
    prompts = {"prompts": {"search": "query: ", "none": ""}, "default_prompt_name": "search"}
    path = save(tmp_path, {"config_sentence_transformers.json": prompts, "tokenizer_config.json": WINDOW})
    text = pl.Series([TEXTS[2]])
    assert np.allclose(vectors(text, path=path)[0], expected(TEXTS[2], prefix="query: "), atol=1e-5)
    assert np.allclose(vectors(text, path=path, prefix="")[0], expected(TEXTS[2]), atol=1e-5)


def test_inputs_are_those_that_the_graph_asks_for(tmp_path: Path) -> None:
    every = ("input_ids", "attention_mask", "token_type_ids", "position_ids")
    for i, (inputs, whole) in enumerate([(every, "INT64"), (every[1::-1], "INT32")]):
        path = save(tmp_path / str(i), inputs=inputs, whole=whole)
        assert np.allclose(vectors(TEXTS[:3], path=path), [expected(text) for text in TEXTS[:3]], atol=1e-5)
    with pytest.raises(SourceError, match=r"asks for an input task_id \(tensor\(int64\)\); what it can be given is"):
        vectors(TEXTS, path=save(tmp_path / "more", inputs=("input_ids", "attention_mask", "task_id")))


def test_a_graph_that_pools(tmp_path: Path) -> None:
    path = save(tmp_path, pooled="sentence_embedding")
    assert np.allclose(vectors(TEXTS, path=path, pooling="none"), [expected(text) for text in TEXTS], atol=1e-5)
    assert np.allclose(vectors(TEXTS, path=path), [expected(text) for text in TEXTS], atol=1e-5)
    named = save(tmp_path / "named", pooled="dense")
    assert np.allclose(vectors(TEXTS, path=named, pooling="none"), [expected(text) for text in TEXTS], atol=1e-5)


def test_outputs_that_are_something_else(folder: str, tmp_path: Path) -> None:
    """A language model's graph has one number for each token of its vocabulary."""
    message = r"no output with vectors of tokens \(last_hidden_state or token_embeddings\); it has logits .*alone"
    with pytest.raises(SourceError, match=message):
        vectors(TEXTS, path=save(tmp_path, output="logits"))
    with pytest.raises(SourceError, match=r"vectors of texts .* it has last_hidden_state .* `pooling: mean` or `cls`"):
        vectors(TEXTS, path=folder, pooling="none")
    hidden = save(tmp_path / "hidden", output="encoded")
    assert np.allclose(vectors(TEXTS[:2], path=hidden), [expected(text) for text in TEXTS[:2]], atol=1e-5)


@pytest.mark.parametrize(
    ("said", "pooling"),
    [({"pooling_mode": "cls"}, "cls"), ({"pooling_mode": ["mean"]}, "mean"), ({"pooling_mode_cls_token": True}, "cls"),
     ({"pooling_mode_mean_tokens": True, "pooling_mode_cls_token": False}, "mean"), ({}, "mean")],
)  # fmt: skip
def test_pooling_as_the_settings_say(said: dict[str, Any], pooling: str, tmp_path: Path) -> None:
    path = save(tmp_path, {POOLING: said, "tokenizer_config.json": WINDOW})
    found = vectors(TEXTS, path=path)
    assert np.allclose(found, [expected(text, pooling=pooling) for text in TEXTS], atol=1e-5)
    other = "mean" if pooling == "cls" else "cls"
    found = vectors(TEXTS, path=path, pooling=other)
    assert np.allclose(found, [expected(text, pooling=other) for text in TEXTS], atol=1e-5), "the recipe says otherwise"


def test_pooling_and_layers_that_are_not_here(tmp_path: Path) -> None:
    path = save(tmp_path / "max", {POOLING: {"pooling_mode": ["mean", "max"]}})
    with pytest.raises(
        SourceError, match=r"pools by mean and max; `backend: onnx` does mean and cls\. .*`pooling: none`"
    ):
        vectors(TEXTS, path=path)
    settings = {
        "modules.json": modules("Transformer", "Pooling", "Dense", "Normalize"),
        "tokenizer_config.json": WINDOW,
    }
    path = save(tmp_path / "dense", settings, pooled="sentence_embedding")
    with pytest.raises(SourceError, match=r"goes through Dense, Normalize after pooling.*`pooling: none`"):
        vectors(TEXTS, path=path)
    assert np.allclose(vectors(TEXTS, path=path, pooling="none"), [expected(text) for text in TEXTS], atol=1e-5)


def test_windows_of_length_1(tmp_path: Path) -> None:
    settings = {"modules.json": modules("Transformer", "Pooling", "Normalize"), "tokenizer_config.json": WINDOW}
    path = save(tmp_path, settings)
    short, long = vectors(pl.Series(["abc", LONG]), path=path)
    assert np.allclose(short, unit(expected("abc")), atol=1e-5)
    from encoders import Weights, cut

    parts = cut(LONG, POSITIONS)
    ones = [unit(Weights().states(ids).mean(axis=0)) for ids, _ in parts]
    assert np.allclose(long, np.average(ones, axis=0, weights=[own for _, own in parts]), atol=1e-5)


def test_the_mean_without_the_prompt(tmp_path: Path) -> None:
    path = save(tmp_path, {POOLING: {"pooling_mode": "mean", "include_prompt": False}, "tokenizer_config.json": WINDOW})
    from encoders import Weights, cut

    ((ids, own),) = cut("abc", POSITIONS, "query: ")
    found = vectors(pl.Series(["abc"]), path=path, prefix="query: ")[0]
    assert np.allclose(found, Weights().states(ids)[-own - 1 :].mean(axis=0), atol=1e-5)


@pytest.mark.parametrize(
    ("settings", "window"),
    [
        ({"sentence_bert_config.json": {"max_seq_length": 16}, "tokenizer_config.json": {"model_max_length": 30}}, 16),
        ({"tokenizer_config.json": {"model_max_length": 30}, "config.json": {"max_position_embeddings": 24}}, 24),
        ({"config.json": {"model_type": "xlm-roberta", "max_position_embeddings": 22, "pad_token_id": 1}}, 20),
        ({"tokenizer_config.json": {"model_max_length": 10**30}, "config.json": {"max_position_embeddings": 24}}, 24),
        ({"config.json": {}, "onnx/config.json": {"max_position_embeddings": 24}}, 24),
    ],
)  # fmt: skip
def test_the_window_as_the_settings_say(settings: dict[str, Any], window: int, tmp_path: Path) -> None:
    path = save(tmp_path, settings, graph_file="onnx/model.onnx")
    assert np.allclose(vectors(pl.Series([LONG]), path=path)[0], expected(LONG, window=window), atol=1e-5)
    found = vectors(pl.Series([LONG]), path=path, window_tokens=12)[0]
    assert np.allclose(found, expected(LONG, window=12), atol=1e-5)


def test_a_window_that_is_too_long(folder: str, tmp_path: Path) -> None:
    path = save(tmp_path, {"config.json": {"max_position_embeddings": 24}})
    with pytest.raises(RecipeError, match=r"window_tokens: 25 came, and the model has positions for 24 tokens"):
        vectors(TEXTS, path=path, window_tokens=25)
    with pytest.raises(SourceError, match=r"cannot run a window of 100 tokens: .* lower embedding\.window_tokens"):
        vectors(pl.Series([LONG]), path=folder, window_tokens=100)


def test_which_graph(tmp_path: Path) -> None:
    path = save(tmp_path, graph_file="onnx/model_quantized.onnx")
    with pytest.raises(
        SourceError, match=r"no model\.onnx or onnx/model\.onnx in .* It has onnx/model_quantized\.onnx"
    ):
        vectors(TEXTS, path=path)
    with pytest.raises(SourceError, match=r"there is no other\.onnx in"):
        fingerprint(asked(path=path, graph="other.onnx"))
    found = vectors(TEXTS, path=path, graph="onnx/model_quantized.onnx")
    assert np.allclose(found, [expected(text) for text in TEXTS], atol=1e-5)


def test_weights_in_a_file_of_their_own(tmp_path: Path) -> None:
    path = save(tmp_path, outside=True)
    assert np.allclose(vectors(TEXTS, path=path), [expected(text) for text in TEXTS], atol=1e-5)
    first = fingerprint(asked(path=path))
    weights = tmp_path / "model.onnx_data"
    assert first["model.onnx_data"] == hashlib.sha256(weights.read_bytes()).hexdigest()
    weights.rename(tmp_path / "elsewhere")
    with pytest.raises(SourceError, match=r"cannot load .*model\.onnx: .* has to be beside the graph"):
        vectors(TEXTS, path=path)


def test_folders_without_a_model(tmp_path: Path) -> None:
    for ask in (fingerprint, open_backend):
        with pytest.raises(SourceError, match=r"embedding\.path: .*none is not a folder.*`backend: onnx`"):
            ask(asked(path=str(tmp_path / "none")))
        with pytest.raises(SourceError, match=r"no model\.onnx or onnx/model\.onnx in .*optimum-cli export onnx"):
            ask(asked(path=str(tmp_path)))
    graph(tmp_path / "model.onnx")
    for ask in (fingerprint, open_backend):
        with pytest.raises(SourceError, match=r"there is no tokenizer\.json in"):
            ask(asked(path=str(tmp_path)))
    (tmp_path / "tokenizer.json").write_text("{", encoding="utf-8")
    with pytest.raises(SourceError, match=r"tokenizer\.json cannot be read"):
        open_backend(asked(path=str(tmp_path)))
    (tmp_path / "config.json").write_text("{", encoding="utf-8")
    with pytest.raises(SourceError, match=r"cannot read .*config\.json"):
        open_backend(asked(path=str(tmp_path)))
    (tmp_path / "config.json").unlink()
    (tmp_path / "model.onnx").write_bytes(b"version https://git-lfs.github.com/spec/v1")
    with pytest.raises(SourceError, match=r"onnxruntime .* cannot load .*model\.onnx"):
        open_backend(asked(path=str(tmp_path)))


def test_the_fingerprint(folder: str, tmp_path: Path) -> None:
    import onnxruntime
    import tokenizers

    found = fingerprint(asked(path=folder))
    assert set(found) == {"model.onnx", "tokenizer.json", "tokenizer_config.json", "run by", "reference"}
    for name in ("model.onnx", "tokenizer.json", "tokenizer_config.json"):
        assert found[name] == hashlib.sha256((Path(folder) / name).read_bytes()).hexdigest()
    assert found["run by"] == f"onnxruntime {onnxruntime.__version__}, tokenizers {tokenizers.__version__}"
    other = save(tmp_path, {"tokenizer_config.json": WINDOW, POOLING: {"pooling_mode": "cls"}})
    (tmp_path / "README.md").write_text("text", encoding="utf-8")
    assert fingerprint(asked(path=other)) == found | {
        POOLING: hashlib.sha256(json.dumps({"pooling_mode": "cls"}).encode()).hexdigest()
    }
    given = asked(path=folder)
    assert prepare(given, Path("/nowhere")) is given


def test_a_model_from_the_hub_is_asked_for_at_its_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from fnmatch import fnmatch

    settings = {POOLING: {"pooling_mode": "cls"}, "onnx/config.json": {"max_position_embeddings": POSITIONS}}
    path = save(tmp_path, settings, graph_file="onnx/model.onnx")
    calls = []

    def download(repo: str, *, revision: str, allow_patterns: list[str]) -> str:
        calls.append((repo, revision))
        wanted = ("onnx/model.onnx", "onnx/model.onnx_data", "tokenizer.json", "onnx/config.json", POOLING)
        assert all(any(fnmatch(name, one) for one in allow_patterns) for name in wanted)
        others = ("onnx/model_O4.onnx", "model.safetensors", "pytorch_model.bin", "README.md")
        assert not any(fnmatch(name, one) for name in others for one in allow_patterns)
        return path

    monkeypatch.setattr("huggingface_hub.snapshot_download", download)
    given = {"hub": "someone/encoder", "revision": REVISION}
    assert fingerprint(asked(**given)) == fingerprint(asked(path=path))
    assert np.array_equal(vectors(TEXTS, **given), vectors(TEXTS, path=path))
    assert set(calls) == {("someone/encoder", REVISION)}


def test_without_the_package(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(name: str) -> Any:
        raise ModuleNotFoundError(f"No module named {name!r}")

    monkeypatch.setattr(folders, "import_module", nothing)
    for ask in (fingerprint, open_backend):
        with pytest.raises(MissingPackage, match=r"`backend: onnx` needs .* pip install 'glotmill\[onnx\]'"):
            ask(asked(path=folder))
