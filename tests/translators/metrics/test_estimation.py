"""Estimated quality: what is worth nothing, and COMET models in a Python of their own.

Models run in an environment with a small stand-in for the package; the last tests take the real one, in the Python that
GLOTMILL_COMET_PYTHON names, with a model of random weights.
"""

from __future__ import annotations

import math
import os
import subprocess
import venv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from schemas.errors import MissingPackage, RecipeError, SourceError
from translators.gates.gate import Pair
from translators.metrics.comet import Comet
from translators.metrics.estimation import estimate

# The part of the package that is used: a score is the share of the source's letters that the target has; `!` fails.
COMET = """
import pathlib

print("chatter on standard output")


class Encoder:
    max_positions = 40
    size_separator = 2

    def tokenizer(self, text):
        return {"input_ids": [0, *text.encode(), 2]}


class Model:
    encoder = Encoder()

    def __init__(self, words):
        self.words = words
        self.hparams = {"input_segments": ["mt", "src"]} if "unified" in words else {}

    def requires_references(self):
        return "reference" in self.words

    def predict(self, samples, batch_size, gpus, num_workers, progress_bar, length_batching):
        assert (gpus, num_workers, progress_bar) == (0, 0, False)
        if any("!" in sample["src"] for sample in samples):
            raise ValueError("a ! came")
        if any("die" in sample["src"] for sample in samples):
            import os, sys
            sys.stderr.write("out of memory, say")
            sys.stderr.flush()
            os._exit(3)
        print("more chatter")
        shares = [len(set(one["src"]) & set(one["mt"])) / len(set(one["src"])) for one in samples]
        return {"scores": shares}


def load_from_checkpoint(path):
    if not pathlib.Path(path).is_file():
        raise Exception("Invalid checkpoint path: " + path)
    return Model(pathlib.Path(path).read_text())
"""


def pair(source: str, target: str) -> Pair:
    return Pair(source, target, "tha_Thai", "eng_Latn")


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An interpreter that has the stand-in."""
    home = tmp_path_factory.mktemp("comet")
    venv.create(home, with_pip=False, symlinks=os.name != "nt")
    packages = next(home.rglob("site-packages"))
    (packages / "comet.py").write_text(COMET, "utf-8")
    (packages / "torch.py").write_text("def set_num_threads(n):\n    assert n == 1\n", "utf-8")
    return str(home / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))


def model(folder: Path, words: str = "") -> str:
    (folder / "checkpoints").mkdir(exist_ok=True)
    (folder / "checkpoints" / "model.ckpt").write_text(words, "utf-8")
    return str(folder)


class Lengths:
    """Scores a pair by the length of its target, and notes what it is asked."""

    identity = "lengths"

    def __init__(self) -> None:
        self.asked: list[Pair] = []

    def score(self, pairs: Sequence[Pair]) -> npt.NDArray[np.float64]:
        self.asked += pairs
        return np.array([math.nan if "long" in one.target else len(one.target) / 10 for one in pairs])


def test_an_empty_or_wrong_text_is_worth_nothing_and_is_not_asked_about() -> None:
    lengths = Lengths()
    pairs = [pair("ก", "abc"), pair("ก", " \n"), pair("ก", "abcd"), pair("ก", "long"), pair("ก", "abc")]
    assert estimate(pairs, lengths, [False, False, True, False, False]) == [0.3, 0.0, 0.0, None, 0.3]
    assert lengths.asked == [pairs[0], pairs[3]]
    assert estimate([pair("ก", "")], lengths) == [0.0]
    assert estimate([], lengths) == []
    with pytest.raises(ValueError, match="one for each"):
        estimate(pairs, lengths, [True])


def test_a_model_scores_pairs_in_a_python_of_its_own(python: str, tmp_path: Path) -> None:
    with Comet(model(tmp_path), python=python) as comet:
        assert comet.identity.startswith(f"{tmp_path.name}@e3b0c44298fc1c14")  # SHA-256 of nothing
        assert "unbabel-comet unknown" in comet.identity
        pairs = [pair("abcd", "ab"), pair("กข", 'ก "\n\u2028'), pair("ab", "xy"), pair("a", "")]
        assert comet.score(pairs).tolist() == [0.5, 0.5, 0.0, 0.0]
        assert comet.score(pairs * 200).tolist() == [0.5, 0.5, 0.0, 0.0] * 200
        assert comet.score([]).shape == (0,)


@pytest.mark.parametrize(("words", "fits"), [("", (38 - 2, 38 - 2)), ("unified", (18, 17))])
def test_what_the_model_would_cut_off_has_no_score(
    python: str, tmp_path: Path, words: str, fits: tuple[int, int]
) -> None:
    comet = Comet(model(tmp_path, words), python=python)
    one, other = ("a" * size for size in fits)
    found = comet.score([pair(one, other), pair(one + "a", other), pair(one, other + "a")])
    comet.stop()
    assert found[0] == 1.0 and np.isnan(found[1:]).all()


def test_errors_of_a_model_say_what_to_do(python: str, tmp_path: Path) -> None:
    with pytest.raises(MissingPackage, match="unbabel-comet"):
        Comet(model(tmp_path)).start()  # this environment cannot have it
    with pytest.raises(MissingPackage, match="cannot be started"):
        Comet(model(tmp_path), python=str(tmp_path / "nothing")).start()
    with pytest.raises(RecipeError, match="none, such as"):
        Comet(model(tmp_path, "reference"), python=python).start()
    with pytest.raises(RecipeError, match="40 hexadecimal digits"):
        Comet("Unbabel/wmt22-cometkiwi-da", revision="main", python=python)
    with pytest.raises(SourceError, match="Invalid checkpoint path"):
        Comet(str(tmp_path / "checkpoints"), python=python).start()


def test_a_pair_that_fails_and_a_process_that_dies(python: str, tmp_path: Path) -> None:
    with Comet(model(tmp_path), python=python) as comet:
        with pytest.raises(SourceError, match="a ! came"):
            comet.score([pair("!", "a")])
        assert comet.score([pair("a", "a")]).tolist() == [1.0]
        with pytest.raises(SourceError, match="out of memory, say"):
            comet.score([pair("die", "a")])


REAL = os.environ.get("GLOTMILL_COMET_PYTHON")


@pytest.mark.skipif(REAL is None, reason="needs GLOTMILL_COMET_PYTHON, a Python with unbabel-comet")
@pytest.mark.parametrize("kind", ["referenceless_regression_metric", "unified_metric"])
def test_the_real_package(tmp_path: Path, kind: str) -> None:
    assert REAL is not None
    script = Path(__file__).with_name("tiny_comet.py")
    subprocess.run([REAL, "-I", str(script), str(tmp_path / "model"), kind], check=True, capture_output=True)
    pairs = [pair("สวัสดี", "Hello"), pair("ไป", "Go now"), pair("ก" * 200, "k"), pair("one", "two")]
    with Comet(str(tmp_path / "model"), python=REAL) as comet:
        found = comet.score(pairs)
        assert "unbabel-comet 2" in comet.identity
        assert np.isnan(found[2]) and ((found[[0, 1, 3]] > 0) & (found[[0, 1, 3]] < 1)).all()
        assert np.array_equal(comet.score(pairs[::-1])[::-1], found, equal_nan=True)
        assert comet.score(pairs[:1]).tolist() == found[:1].tolist()


@pytest.mark.skipif(REAL is None, reason="needs GLOTMILL_COMET_PYTHON, a Python with unbabel-comet")
def test_the_real_package_has_models_that_need_references(tmp_path: Path) -> None:
    assert REAL is not None
    script = Path(__file__).with_name("tiny_comet.py")
    command = [REAL, "-I", str(script), str(tmp_path / "model"), "regression_metric"]
    subprocess.run(command, check=True, capture_output=True)
    with pytest.raises(RecipeError, match="reference translations"):
        Comet(str(tmp_path / "model"), python=REAL).start()
