"""Toxic text: by a model, by lists of words, by both."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from pydantic import ValidationError

from filters import _segments
from filters.toxicity import STAGE, Params

LISTS = {"en": "moron\nshut up\n", "hi": "गधा\n", "th": "ไอ้บ้า\n", "ja": "ばか\n"}
TEXTS = [
    ("You moron, shut up now", "eng_Latn", 2, 1 / 3),
    ("A moronic oxymoron shuts up shop", "eng_Latn", 0, 0.0),
    ("तू गधा है", "hin_Deva", 1, 1 / 3),
    ("เขาพูดว่าไอ้บ้าแล้ว", "tha_Thai", 1, None),
    ("Tais-toi, moron", "fra_Latn", 0, 0.0),
]


@pytest.fixture
def lists(tmp_path: Path) -> dict[str, str]:
    for code, content in LISTS.items():
        (tmp_path / code).write_text(content, encoding="utf-8")
    return {code: str(tmp_path / code) for code in LISTS}


def frame(*texts: tuple[Any, ...]) -> pl.DataFrame:
    column = pl.Series("text", [text for text, *_ in texts], dtype=pl.String)
    return pl.DataFrame([column, _segments.cut_words(column), pl.Series("language", [one[1] for one in texts])])


def measured(params: Params, given: pl.DataFrame, folder: Path) -> pl.DataFrame:
    ready = STAGE.prepare(params, folder)
    return STAGE.measure(given, ready, STAGE.open(ready))


def test_words_of_lists(lists: dict[str, str], tmp_path: Path) -> None:
    found = measured(Params(lists=lists), frame(*TEXTS), tmp_path)
    assert found["toxic_words"].to_list() == [one[2] for one in TEXTS]
    for share, (_, _, _, expected) in zip(found["toxic_share"], TEXTS, strict=True):
        assert expected is None or share == pytest.approx(expected)
    assert found["toxic_words_apply"].all()
    assert not found["toxicity_applies"].any() and found["toxicity"].is_null().all(), "there is no model to judge by"


def test_a_model_with_and_without_lists(lists: dict[str, str], tmp_path: Path) -> None:
    items = [
        {"text": f"{text} {i}", "label": label, "language": "en"}
        for i in range(8)
        for text, label in (("you are a moron and a fool", "toxic"), ("you are a friend and a help", "clean"))
    ]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(one) + "\n" for one in items), encoding="utf-8")
    alone = Params(train_on=str(tmp_path / "rows.jsonl"))
    given = frame(("what a moron and fool", "eng_Latn"), ("what a friend and help", "eng_Latn"), ("ばか", "jpn_Jpan"))
    found = measured(alone, given, tmp_path / "models")
    assert found["toxicity"][0] > 0.5 > found["toxicity"][1] and found["toxicity"][2] is None
    assert found["toxicity_applies"].to_list() == [True, True, False]
    assert found["toxic_words"].is_null().all() and not found["toxic_words_apply"].any()
    both = Params(train_on=str(tmp_path / "rows.jsonl"), lists=lists)
    found = measured(both, given, tmp_path / "models")
    assert found["toxicity"].is_null().to_list() == [False, False, True]
    assert found["toxic_words"].to_list() == [1, 0, 1]
    assert set(STAGE.fingerprint(both)) > set(STAGE.fingerprint(alone))


def test_something_to_go_by_is_needed() -> None:
    with pytest.raises(ValidationError, match="give a `model`"):
        Params()
    with pytest.raises(ValidationError, match="toxic or clean"):
        Params(model="a", train_on="b")
