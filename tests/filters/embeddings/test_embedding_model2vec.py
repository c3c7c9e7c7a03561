"""Static vectors through model2vec: as the package makes them, but of the whole text and of each text by itself."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from stories import STORIES

from filters._embeddings import Embedding, fingerprint, folders, model2vec, open_embedder, prepare
from schemas.errors import MissingPackage, SourceError

TEXTS = pl.Series([text for _, text in STORIES.values()])
REVISION = "0123456789abcdef0123456789abcdef01234567"
DIMENSION = 10


def unit(row: np.ndarray) -> np.ndarray:
    return row / np.linalg.norm(row)


def asked(**given: Any) -> Embedding:
    return Embedding.model_validate({"backend": "model2vec", "reference": [], "directions": 0, **given})


@pytest.fixture(scope="module")
def package() -> Any:
    return pytest.importorskip("model2vec", reason="needs the extra `embeddings`")


def tokenizer() -> Any:
    """Words of the stories and single characters, and a token for what is unknown."""
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers

    pieces = sorted({word for text in TEXTS for word in text.split()} | {char for text in TEXTS[::2] for char in text})
    made = Tokenizer(models.WordLevel({piece: i for i, piece in enumerate(["[UNK]", *pieces])}, unk_token="[UNK]"))
    made.pre_tokenizer = pre_tokenizers.Split(Regex(r"\s+"), "removed")
    return made


def save(package: Any, folder: Path, kind: str) -> str:
    made = tokenizer()
    size = made.get_vocab_size()
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(size, DIMENSION))
    more: dict[str, Any] = {}
    if kind == "int8":
        vectors = np.clip(vectors * 40, -127, 127).astype(np.int8)
    elif kind == "shared vectors":
        vectors = vectors[: size // 3].astype(np.float32)
        more = {"token_mapping": rng.integers(0, len(vectors), size), "weights": rng.uniform(0.1, 1, size)}
    else:
        vectors = vectors.astype(kind)
    package.StaticModel(vectors, made, config={"normalize": True}, normalize=True, **more).save_pretrained(folder)
    return str(folder)


@pytest.fixture(scope="module")
def folder(package: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    return save(package, tmp_path_factory.mktemp("models") / "static", "float32")


@pytest.mark.parametrize("kind", ["float32", "float16", "float64", "int8", "shared vectors"])
def test_vectors_are_those_of_the_package(package: Any, kind: str, tmp_path: Path) -> None:
    path = save(package, tmp_path / "static", kind)
    found = open_embedder(asked(path=path)).embed(TEXTS)
    theirs = package.StaticModel.from_pretrained(path).encode(TEXTS.to_list()).astype(np.float64)
    assert found.shape == (len(TEXTS), DIMENSION)
    assert theirs.any(axis=1).sum() > 20
    theirs /= np.maximum(np.linalg.norm(theirs, axis=1, keepdims=True), 1e-9)
    assert np.allclose(found, theirs, atol=2e-3 if kind == "float16" else 1e-5)


def test_all_of_a_long_text_counts(package: Any, folder: str) -> None:
    """The package's own default is 512 tokens."""
    words = sorted({word for text in TEXTS for word in text.split()})
    head, tail = " ".join(words[:100] * 6), " ".join(words[100:200] * 30)
    one, two, whole = open_embedder(asked(path=folder)).embed(pl.Series([head, tail, f"{head} {tail}"]))
    model = package.StaticModel.from_pretrained(folder, normalize=False)
    assert np.allclose(unit(model.encode([f"{head} {tail}"])[0]), unit(model.encode([head])[0]), atol=0.1), "cut there"
    lengths = np.linalg.norm(model.encode([head, tail], max_length=None), axis=1)
    assert np.allclose(whole, unit(600 * lengths[0] * one + 3_000 * lengths[1] * two), atol=1e-5)
    assert whole @ two > whole @ one


def test_a_text_in_fragments_has_no_vector(folder: str) -> None:
    """One that the tokenizer cuts into letters: few different tokens, again and again."""
    letters = " ".join(TEXTS[0][::2].replace(" ", "") * 20)
    words = " ".join(word for text in TEXTS for word in text.split())
    assert open_embedder(asked(path=folder)).embed(pl.Series([letters, words])).any(axis=1).tolist() == [False, True]


def test_a_text_of_which_little_is_known_has_no_vector(folder: str) -> None:
    known = TEXTS[0].split()
    texts = pl.Series([" ".join([*known, *["qqqq"] * n]) for n in (0, len(known), len(known) + 1)])
    assert open_embedder(asked(path=folder)).embed(texts).any(axis=1).tolist() == [True, True, False]


def test_the_texts_beside_it_do_not_change_one_bit(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    embedder = open_embedder(asked(path=folder))
    whole = embedder.embed(TEXTS)
    for i in range(len(TEXTS)):
        assert np.array_equal(embedder.embed(TEXTS[i : i + 1])[0], whole[i])
    monkeypatch.setattr(model2vec, "_AT_ONCE", 150)  # a few texts at a time
    assert np.array_equal(embedder.embed(TEXTS), whole)


def test_a_text_of_unknown_tokens_has_no_vector(folder: str) -> None:
    found = open_embedder(asked(path=folder)).embed(pl.Series(["qqqq zzzz", "", None, TEXTS[0]]))
    assert found.any(axis=1).tolist() == [False, False, False, True]
    assert open_embedder(asked(path=folder)).embed(pl.Series([], dtype=pl.String)).shape == (0, DIMENSION)


def test_the_fingerprint_is_the_digest_of_each_file(folder: str) -> None:
    found = fingerprint(asked(path=folder))
    for name in ("config.json", "model.safetensors", "tokenizer.json"):
        assert found[name] == hashlib.sha256((Path(folder) / name).read_bytes()).hexdigest()
    assert set(found) == {"config.json", "model.safetensors", "tokenizer.json", "reference"}
    given = asked(path=folder)
    assert prepare(given, Path("/nowhere")) is given


def test_a_model_from_the_hub_is_asked_for_at_its_revision(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def download(repo: str, *, revision: str, allow_patterns: list[str]) -> str:
        calls.append((repo, revision))
        assert "model.safetensors" in allow_patterns
        return folder

    monkeypatch.setattr("huggingface_hub.snapshot_download", download)
    given = asked(hub="someone/static", revision=REVISION)
    assert fingerprint(given) == fingerprint(asked(path=folder))
    assert np.array_equal(open_embedder(given).embed(TEXTS), open_embedder(asked(path=folder)).embed(TEXTS))
    assert set(calls) == {("someone/static", REVISION)}


def test_the_hub_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def download(*_: Any, **__: Any) -> str:
        raise OSError("no route to host")

    monkeypatch.setattr("huggingface_hub.snapshot_download", download)
    with pytest.raises(SourceError, match=r"cannot get someone/static at 0123.* no route to host.* give its `path`"):
        fingerprint(asked(hub="someone/static", revision=REVISION))


def test_without_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(name: str) -> Any:
        raise ModuleNotFoundError(f"No module named {name!r}")

    monkeypatch.setattr(folders, "import_module", nothing)
    with pytest.raises(MissingPackage, match=r"pip install 'glotmill\[embeddings\]'"):
        open_embedder(asked(path=str(tmp_path)))


def test_a_folder_without_a_model(package: Any, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"none is not a folder"):
        fingerprint(asked(path=str(tmp_path / "none")))
    with pytest.raises(SourceError, match="there is no model in"):
        fingerprint(asked(path=str(tmp_path)))
    with pytest.raises(SourceError, match=r"holds no model that model2vec .* can load"):
        open_embedder(asked(path=str(tmp_path)))
    (tmp_path / "config.json").write_text(json.dumps({}), encoding="utf-8")
    (tmp_path / "tokenizer.json").write_text("{", encoding="utf-8")
    (tmp_path / "model.safetensors").write_bytes(b"cut off")
    with pytest.raises(SourceError, match=r"holds no model that model2vec .* can load"):
        open_embedder(asked(path=str(tmp_path)))
