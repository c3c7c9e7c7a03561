"""Models of the package sentence-transformers: the package itself where it is installed, a stand-in for it elsewhere.

The stand-in has what the backend uses of the package and of torch, over the same small encoder as the graphs of `onnx`.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from encoders import DIMENSION, POSITIONS, TEXTS, Weights, cut, expected, tokenizer

from filters._embeddings import Embedding, fingerprint, folders, open_backend, open_embedder, sentence_transformers
from schemas.errors import MissingPackage, RecipeError, SourceError

REVISION = "0123456789abcdef0123456789abcdef01234567"
LONG = " ".join(TEXTS)


def asked(**given: Any) -> Embedding:
    return Embedding.model_validate({"backend": "sentence_transformers", "reference": [], "directions": 0, **given})


class Vector:
    def __init__(self, values: np.ndarray) -> None:
        self._values = values

    def numpy(self) -> np.ndarray:
        return self._values.astype(np.float32)


class Torch:
    """What the backend uses of torch."""

    def __init__(self) -> None:
        self.threads: list[int] = []

    from_numpy = staticmethod(lambda array: array)
    ones_like = staticmethod(np.ones_like)
    inference_mode = contextlib.nullcontext

    def set_num_threads(self, count: int) -> None:
        self.threads.append(count)


class Config:
    max_position_embeddings = POSITIONS

    def to_dict(self) -> dict[str, Any]:
        return {"max_position_embeddings": POSITIONS}


class Encoder:
    """The first module of a model."""

    config = Config()

    @property
    def auto_model(self) -> Encoder:
        return self


class FastTokenizer:
    def __init__(self, types: bool) -> None:
        self.backend_tokenizer = tokenizer()
        self.model_input_names = ["input_ids", "attention_mask", *(["token_type_ids"] if types else [])]


class Model:
    """What the backend uses of a SentenceTransformer; `said` changes it, as the folder of a model would."""

    max_seq_length: Any = POSITIONS
    prompts: dict[str, str] | None = None
    default_prompt_name: str | None = None

    def __init__(self, path: str, *, device: str, local_files_only: bool, **said: Any) -> None:
        assert device == "cpu" and local_files_only
        if not (Path(path) / "config.json").is_file():
            raise ValueError(f"Unrecognized model in {path}")
        self.first: Any = Encoder()
        self.tokenizer: Any = FastTokenizer(said.pop("types", False))
        self.given: list[dict[str, Any]] = []
        for name, value in said.items():
            setattr(self, name, value)

    def float(self) -> Model:
        return self

    def eval(self) -> Model:
        return self

    def __getitem__(self, i: int) -> Any:
        return self.first

    def __call__(self, given: dict[str, Any]) -> dict[str, Any]:
        self.given.append(given)
        (ids,) = given["input_ids"]
        return {"sentence_embedding": [Vector(Weights().states(ids).mean(axis=0))]}

    def preprocess(self, texts: list[str]) -> dict[str, Any]:
        made = tokenizer()
        made.no_truncation()
        made.no_padding()
        return {"input_ids": np.array([made.encode(texts[0]).ids[:POSITIONS]])}


class Package:
    """The package sentence-transformers with one model."""

    __version__ = "6.2.0"

    def __init__(self, **said: Any) -> None:
        self.said, self.loaded = said, list[Model]()

    def SentenceTransformer(self, path: str, **options: Any) -> Model:
        self.loaded.append(Model(path, **options, **self.said))
        return self.loaded[-1]


@pytest.fixture
def home(tmp_path: Path) -> str:
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    return str(tmp_path)


def stand_in(monkeypatch: pytest.MonkeyPatch, **said: Any) -> tuple[Package, Torch]:
    package, torch = Package(**said), Torch()
    known = {"sentence_transformers": package, "torch": torch}
    monkeypatch.setattr(folders, "import_module", lambda name: known.get(name) or importlib.import_module(name))
    monkeypatch.setattr(sentence_transformers, "version", lambda name: "1.0")
    return package, torch


def test_vectors_of_texts_in_many_scripts(home: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _, torch = stand_in(monkeypatch)
    texts = pl.concat([TEXTS, pl.Series([LONG])])
    found = open_backend(asked(path=home))(texts)
    assert np.allclose(found, [expected(text) for text in texts], atol=1e-5)
    assert set(torch.threads) == {1}
    embedded = open_embedder(asked(path=home)).embed(texts)
    assert np.allclose(np.linalg.norm(embedded, axis=1), 1)


def test_texts_without_a_vector(home: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch)
    given = pl.Series([None, "", "!?", "ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ", TEXTS[0]], dtype=pl.String)
    made = open_backend(asked(path=home))
    assert made(given).any(axis=1).tolist() == [False] * 4 + [True]
    assert made(given.head(0)).shape == (0, DIMENSION)


def test_windows_and_prefix(home: str, monkeypatch: pytest.MonkeyPatch) -> None:
    package, _ = stand_in(monkeypatch, types=True, prompts={"all": "query: "}, default_prompt_name="all")
    texts = pl.Series([LONG, TEXTS[3]])
    found = open_backend(asked(path=home, window_tokens=20))(texts)
    assert np.allclose(found, [expected(text, window=20, prefix="query: ") for text in texts], atol=1e-5)
    for given in package.loaded[0].given[1:]:
        assert given["prompt_length"] == 3 and given["input_ids"].shape == given["attention_mask"].shape
        assert given["attention_mask"].all() and not given["token_type_ids"].any()
    first = open_backend(asked(path=home, window_tokens=20, prefix="", windows=1))(texts)
    assert np.allclose(first[1], Weights().states(cut(TEXTS[3], 20)[0][0]).mean(axis=0), atol=1e-5)
    assert len(package.loaded[1].given) == 3, "a trial and one window for each text"
    with pytest.raises(RecipeError, match=r"the model has positions for 40 tokens"):
        open_backend(asked(path=home, window_tokens=41))


def test_the_window_of_the_model(home: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for said, window in ((16, 16), (512, POSITIONS), (10**30, POSITIONS), (None, POSITIONS)):
        stand_in(monkeypatch, max_seq_length=said)
        found = open_backend(asked(path=home))(pl.Series([LONG]))
        assert np.allclose(found[0], expected(LONG, window=window), atol=1e-5)


def test_a_model_without_a_window_gets_the_whole_text(home: str, monkeypatch: pytest.MonkeyPatch) -> None:
    package, _ = stand_in(monkeypatch, first=object(), max_seq_length=float("inf"))
    found = open_backend(asked(path=home))(TEXTS)
    ids = [package.loaded[0].preprocess([text])["input_ids"][0] for text in TEXTS]
    assert np.allclose(found, [Weights().states(one).mean(axis=0) for one in ids], atol=1e-5)


def test_models_whose_texts_cannot_be_cut(home: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch, first=object(), max_seq_length=77)
    with pytest.raises(
        SourceError, match=r"begins with object and a tokenizer FastTokenizer.* Transformer with a fast"
    ):
        open_backend(asked(path=home))
    stand_in(monkeypatch, tokenizer=object())
    with pytest.raises(SourceError, match=r"begins with Encoder and a tokenizer object"):
        open_backend(asked(path=home))


def test_the_fingerprint(home: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch)
    for name in ("README.md", "onnx/model.onnx", "onnx/config.json", "pytorch_model.bin", "1_Pooling/config.json"):
        (Path(home) / name).parent.mkdir(exist_ok=True)
        (Path(home) / name).write_text(name, encoding="utf-8")
    found = fingerprint(asked(path=home))
    assert set(found) == {"config.json", "model.safetensors", "1_Pooling/config.json", "run by", "reference"}
    assert found["model.safetensors"] == hashlib.sha256(b"weights").hexdigest()
    assert found["run by"] == "sentence-transformers 1.0, transformers 1.0, torch 1.0, tokenizers 1.0"
    (Path(home) / "model.safetensors").unlink()
    assert "pytorch_model.bin" in fingerprint(asked(path=home))


def test_folders_without_a_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch)
    for ask in (fingerprint, open_backend):
        with pytest.raises(SourceError, match=r"none is not a folder.*`backend: sentence_transformers`"):
            ask(asked(path=str(tmp_path / "none")))
    with pytest.raises(SourceError, match=r"there is no model in .* model\.safetensors and a tokenizer"):
        fingerprint(asked(path=str(tmp_path)))
    with pytest.raises(SourceError, match=r"no model that sentence-transformers 6\.2\.0 can load \(ValueError: Unrec"):
        open_backend(asked(path=str(tmp_path)))


def test_a_model_from_the_hub(home: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Old weights are fetched where there are no others."""
    stand_in(monkeypatch)
    calls = []

    def download(repo: str, *, revision: str, allow_patterns: list[str]) -> str:
        calls.append((repo, revision, "*.bin" in allow_patterns))
        return home

    monkeypatch.setattr("huggingface_hub.snapshot_download", download)
    given = {"hub": "someone/encoder", "revision": REVISION}
    assert fingerprint(asked(**given)) == fingerprint(asked(path=home))
    assert calls == [("someone/encoder", REVISION, False)]
    (Path(home) / "model.safetensors").rename(Path(home) / "pytorch_model.bin")
    assert np.array_equal(open_backend(asked(**given))(TEXTS), open_backend(asked(path=home))(TEXTS))
    assert calls[1:] == [("someone/encoder", REVISION, False), ("someone/encoder", REVISION, True)]


def test_without_the_package(home: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(name: str) -> Any:
        raise ModuleNotFoundError(f"No module named {name!r}")

    monkeypatch.setattr(folders, "import_module", nothing)
    for ask in (fingerprint, open_backend):
        with pytest.raises(MissingPackage, match=r"pip install 'glotmill\[sentence-transformers\]'"):
            ask(asked(path=home))


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A model of two layers with random weights, as the package saves it."""
    package = pytest.importorskip("sentence_transformers", reason="needs the extra `sentence-transformers` (torch)")
    import torch
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("real")
    torch.manual_seed(1)
    made = tokenizer()
    config = BertConfig(
        vocab_size=made.get_vocab_size(), hidden_size=16, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=32, max_position_embeddings=POSITIONS,
    )  # fmt: skip
    BertModel(config).save_pretrained(folder / "bert")
    names = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}
    PreTrainedTokenizerFast(tokenizer_object=made, model_max_length=POSITIONS, **names).save_pretrained(folder / "bert")
    package.SentenceTransformer(str(folder / "bert"), device="cpu").save_pretrained(str(folder / "model"))
    return str(folder / "model")


def test_short_texts_are_as_the_package_has_them(real: str) -> None:
    import sentence_transformers as package

    model = package.SentenceTransformer(real, device="cpu")
    short = pl.Series(["abc", *[text[:12] for text in TEXTS]])
    theirs = model.encode(short.to_list(), batch_size=1)
    assert np.allclose(open_backend(asked(path=real))(short), theirs, atol=1e-6)
    with_prompt = model.encode(short.to_list(), batch_size=1, prompt="query: ")
    assert np.allclose(open_backend(asked(path=real, prefix="query: "))(short), with_prompt, atol=1e-6)
    cut_off = model.encode(TEXTS.to_list(), batch_size=1)
    assert np.allclose(open_backend(asked(path=real, windows=1))(TEXTS), cut_off, atol=1e-6)
    assert not np.allclose(open_backend(asked(path=real))(pl.Series([LONG])), model.encode([LONG]), atol=1e-3)


def test_the_texts_beside_it_do_not_change_one_bit(real: str) -> None:
    texts = pl.concat([TEXTS, pl.Series([LONG, None, ""], dtype=pl.String)])
    made = open_backend(asked(path=real))
    whole = made(texts)
    assert whole.any(axis=1).tolist() == [True] * (len(texts) - 2) + [False, False]
    assert np.array_equal(np.concatenate([made(texts[i : i + 1]) for i in range(len(texts))]), whole)
    assert np.array_equal(made(texts.reverse())[::-1], whole)


def test_what_the_package_says_of_other_folders(real: str, tmp_path: Path) -> None:
    assert "model.safetensors" in fingerprint(asked(path=real))
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "bert"}), encoding="utf-8")
    with pytest.raises(SourceError, match=r"holds no model that sentence-transformers .* can load"):
        open_backend(asked(path=str(tmp_path)))


def test_a_static_model_gets_the_whole_text(tmp_path: Path, real: str) -> None:
    import sentence_transformers as package
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    made = tokenizer()
    made.no_truncation()
    package.SentenceTransformer(modules=[StaticEmbedding(made, embedding_dim=6)], device="cpu").save_pretrained(
        str(tmp_path)
    )
    theirs = package.SentenceTransformer(str(tmp_path), device="cpu").encode([LONG, TEXTS[0]], batch_size=1)
    assert np.allclose(open_backend(asked(path=str(tmp_path)))(pl.Series([LONG, TEXTS[0]])), theirs, atol=1e-6)
