"""The model taken apart says what fastText says, with every kind of feature."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from filters._classifier import tokens
from filters._classifier.linear import Linear
from filters._kernels.utf8 import Strings, strings
from filters._segments import cut_words
from schemas.errors import SourceError
from tests.filters.classifier.labelled import rows

SETTINGS: list[dict[str, Any]] = [
    {"wordNgrams": 1},
    {"wordNgrams": 2, "bucket": 300},
    {"wordNgrams": 3, "bucket": 1000, "minn": 2, "maxn": 4},
    {"minn": 1, "maxn": 3, "bucket": 77},
    {"minCount": 3},
]
TEXTS = [
    "Nothing of this was seen, not one WORD!", "未見の文です。新しい言葉", "คำใหม่ ที่ไม่เคยเห็น", "", "अनदेखा वाक्य १२३",
    "كلام لم يره أحد", "አዲስ ቃል ነው", "gbólóhùn tuntun ni èyí", "BUY NOW!!! 50% 💥", "The bridge of stone",
]  # fmt: skip


def train(path: Path, lines: list[str], labels: list[str], **more: Any) -> Any:
    import fasttext

    file = path.with_suffix(".txt")
    text = "".join(f"__label__{label} {line}\n" for label, line in zip(labels, lines, strict=True))
    file.write_text(text, encoding="utf-8")
    given = {"dim": 8, "epoch": 20, "lr": 0.5, "minCount": 1, "thread": 1, "verbose": 0, **more}
    model = fasttext.train_supervised(str(file), **given)
    model.save_model(str(path))
    return model


@pytest.mark.parametrize("given", SETTINGS, ids=str)
def test_it_says_what_fasttext_says(given: dict[str, Any], tmp_path: Path) -> None:
    made = rows()
    learnt = tokens.texts(tokens.lines(cut_words(made["text"])).lines)
    model = train(tmp_path / "model.bin", learnt, made["label"].to_list(), **given)
    found = tokens.lines(cut_words(pl.Series([*TEXTS, *made["text"]])))
    names, values = model.predict(tokens.texts(found.lines), k=2)
    expected = [dict(zip(n, v, strict=True))["__label__high"] for n, v in zip(names, values, strict=True)]
    logits = Linear(tmp_path / "model.bin", "high").logits(found.lines)
    assert np.allclose(1 / (1 + np.exp(-logits)), expected, atol=3e-5)
    other = Linear(tmp_path / "model.bin", "low").logits(found.lines)
    assert np.array_equal(other, -logits)


def test_a_score_depends_on_its_line_alone(tmp_path: Path) -> None:
    made = rows()
    learnt = tokens.texts(tokens.lines(cut_words(made["text"])).lines)
    train(tmp_path / "model.bin", learnt, made["label"].to_list(), wordNgrams=2, bucket=500, minn=2, maxn=3)
    model = Linear(tmp_path / "model.bin", "high")
    alone = [float(model.logits(strings(pl.Series([line])))[0]) for line in learnt]
    assert model.logits(strings(pl.Series(learnt))).tolist() == alone


def test_no_line() -> None:
    empty = Strings(np.zeros(0, np.uint8), np.zeros(1, np.int64))
    assert tokens.texts(empty) == []


@pytest.mark.parametrize(
    ("labels", "more", "message"),
    [
        (["high", "low", "odd"], {}, "labels of two|two labels is needed"),
        (["good", "bad", "bad"], {}, "has the labels .*bad.*; a classifier of two labels is needed, one of them high"),
        (["high", "low", "low"], {"loss": "ova"}, "trained with softmax"),
    ],
)
def test_models_of_another_kind(labels: list[str], more: dict[str, Any], message: str, tmp_path: Path) -> None:
    train(tmp_path / "model.bin", ["a b c"] * 3, labels, **more)
    with pytest.raises(SourceError, match=message):
        Linear(tmp_path / "model.bin", "high")


def test_no_model(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"nothing")
    for name in ("model.bin", "none.bin"):
        with pytest.raises(SourceError, match=r"is no fastText model .* train-quality"):
            Linear(tmp_path / name, "high")
