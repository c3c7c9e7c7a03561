"""FineWeb2-HQ's published heads: which file is for which language, and what a head says, against torch's figures."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from filters._classifier import fineweb2_hq
from schemas.errors import SourceError

DATA = Path(__file__).parent / "data"
PUBLISHED = [  # assets/language_mapping.csv of epfml/fineweb2-hq, and English
    "arb_Arab", "ces_Latn", "cmn_Hani", "dan_Latn", "deu_Latn", "ell_Grek", "eng_Latn", "fas_Arab", "fra_Latn",
    "hun_Latn", "ind_Latn", "ita_Latn", "jpn_Jpan", "nld_Latn", "pol_Latn", "por_Latn", "rus_Cyrl", "spa_Latn",
    "swe_Latn", "tur_Latn", "vie_Latn",
]  # fmt: skip


def test_the_published_layout(tmp_path: Path) -> None:
    for name in PUBLISHED:
        (tmp_path / f"{name}.pt").touch()
    for name in ("README.md", ".gitattributes", "training_args.bin"):
        (tmp_path / name).touch()
    found = fineweb2_hq.find(tmp_path)
    right = {name for name in PUBLISHED if name != "cmn_Hani"} | {"zho_Hans", "zho_Hant"}
    assert set(found) == right
    assert found["fra_Latn"] == tmp_path / "fra_Latn.pt"
    assert found["zho_Hans"] == found["zho_Hant"] == tmp_path / "cmn_Hani.pt"


def test_one_file(tmp_path: Path) -> None:
    for name in ("tha_Thai.pt", "amh_Ethi.safetensors", "everything.pth", "notes.txt"):
        (tmp_path / name).touch()
    assert fineweb2_hq.find(tmp_path / "tha_Thai.pt") == {"tha_Thai": tmp_path / "tha_Thai.pt"}
    assert fineweb2_hq.find(tmp_path / "amh_Ethi.safetensors") == {"amh_Ethi": tmp_path / "amh_Ethi.safetensors"}
    assert fineweb2_hq.find(tmp_path / "everything.pth") == {"all": tmp_path / "everything.pth"}
    assert fineweb2_hq.find(tmp_path / "notes.txt") == {}
    assert set(fineweb2_hq.find(tmp_path)) == {"tha_Thai", "amh_Ethi"}


def test_one_head_for_all_languages(tmp_path: Path) -> None:
    (tmp_path / "classifier.pt").touch()
    assert fineweb2_hq.find(tmp_path) == {"all": tmp_path / "classifier.pt"}
    (tmp_path / "another.pt").touch()
    assert fineweb2_hq.find(tmp_path) == {}, "which one?"


def test_nothing_of_the_kind(tmp_path: Path) -> None:
    assert fineweb2_hq.find(tmp_path) == fineweb2_hq.find(tmp_path / "none") == {}


def test_scores_are_those_of_torch() -> None:
    """Of `sigmoid(Linear(4, 1)(ReLU(Linear(6, 4)(x))))` over the weights in data/head.pt, by torch 2.15."""
    head = fineweb2_hq.read(DATA / "head.pt", dimension=6)
    assert head.weights.dtype == np.float32 and isinstance(head.shift, float)
    rows = np.arange(12, dtype=np.float32).reshape(2, 6) / 10 - 0.5
    hidden = np.maximum(rows @ head.weights + head.bias, 0)
    scores = 1 / (1 + np.exp(-(hidden @ head.output + head.shift)))
    assert np.allclose(scores, [0.3839441239833832, 0.4073454439640045], atol=1e-6)


def write(file: Path, **changed: np.ndarray | None) -> Path:
    from safetensors.numpy import save_file

    arrays: dict[str, np.ndarray] = {
        "classifier.0.weight": np.ones((4, 6), np.float32), "classifier.0.bias": np.ones(4, np.float32),
        "classifier.3.weight": np.ones((1, 4), np.float32), "classifier.3.bias": np.ones(1, np.float32),
    }  # fmt: skip
    for name, array in changed.items():
        key = name.replace("__", ".")
        if array is None:
            del arrays[key]
        else:
            arrays[key] = array
    save_file(arrays, file)
    return file


def test_safetensors_and_half_precision(tmp_path: Path) -> None:
    file = write(tmp_path / "hin_Deva.safetensors", classifier__0__bias=np.full(4, 0.5, np.float16))
    head = fineweb2_hq.read(file, dimension=6)
    assert head.bias.dtype == np.float32 and head.bias.tolist() == [0.5] * 4
    assert head.output.shape == (4,) and head.shift == 1.0


def test_heads_of_other_sizes(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"head of other sizes: classifier\.0\.weight \(4, 6\).*it needs \(4, 768\)"):
        fineweb2_hq.read(DATA / "head.pt")
    for name, array in {
        "classifier__0__weight": np.ones((6, 4), np.float32),
        "classifier__3__weight": np.ones((2, 4), np.float32),
        "classifier__3__bias": np.ones((1, 1), np.float32),
        "classifier__0__bias": np.array(1, np.float32),
    }.items():
        with pytest.raises(SourceError, match="head of other sizes"):
            fineweb2_hq.read(write(tmp_path / "x.safetensors", **{name: array}), dimension=6)


def test_other_classifiers(tmp_path: Path) -> None:
    deeper = {"classifier__2__weight": np.ones((4, 4), np.float32), "classifier__4__bias": np.ones(1, np.float32)}
    with pytest.raises(SourceError, match=r"no classifier of FineWeb2-HQ: it holds .*classifier\.2\.weight \(4, 4\)"):
        fineweb2_hq.read(write(tmp_path / "deeper.safetensors", **deeper), dimension=6)
    with pytest.raises(SourceError, match=r"has classifier\.0\.weight, .*epfml/FineWeb-HQ-Classifiers"):
        fineweb2_hq.read(write(tmp_path / "less.safetensors", classifier__3__bias=None), dimension=6)
    with pytest.raises(SourceError, match="numbers that are not finite"):
        wrong = np.array([1, np.nan, 1, 1], np.float32)
        fineweb2_hq.read(write(tmp_path / "nan.safetensors", classifier__0__bias=wrong), dimension=6)
    shutil.copy(DATA / "kinds.pt", tmp_path / "yor_Latn.pt")
    with pytest.raises(SourceError, match=r"transposed \(6, 4\).* and 2 more"):
        fineweb2_hq.read(tmp_path / "yor_Latn.pt")
