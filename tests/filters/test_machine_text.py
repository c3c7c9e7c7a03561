"""Machine-made text: scored by its own kind of model, judged by limits, flagged where the limit is null."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from pydantic import ValidationError

from filters import _segments
from filters._classifier import learn
from filters.machine_text import STAGE, Params
from schemas.errors import SourceError

SAMPLE = "sample://machine_text/*.jsonl"
# Of the style of the sample, but none of its texts.
MACHINE = {
    "eng_Latn": "Certainly! In conclusion, it is important to note that this guide plays a crucial role today.",
    "jpn_Jpan": "結論として、この包括的なガイドは重要な役割を果たしており、考慮することが不可欠です。",
    "arb_Arab": "بالتأكيد! في الختام، من المهم ملاحظة أن هذا الدليل الشامل يلعب دورا حاسما.",
    "hin_Deva": "ज़रूर! निष्कर्षतः, यह व्यापक मार्गदर्शिका एक महत्वपूर्ण भूमिका निभाता है।",
}
HUMAN = {
    "eng_Latn": "The dog ate my shoes again and nobody said a word, so we walked home without them.",
    "jpn_Jpan": "猫が祖母の茶碗をまたこぼした。誰も聞いていなかったので歩いて帰った。",
    "arb_Arab": "القطة عادت مشيا وأنا أبحث عن حذائه طول الطريق ولا أحد عندنا.",
    "hin_Deva": "बिल्ली रास्ते भर जूतों को कोसता रहा और दादी घर लौटे।",
}


@pytest.fixture(scope="module")
def params(tmp_path_factory: pytest.TempPathFactory) -> Params:
    return STAGE.prepare(Params(train_on=SAMPLE), tmp_path_factory.mktemp("machine"))


def frame(texts: dict[str, str]) -> pl.DataFrame:
    column = pl.Series("text", list(texts.values()))
    return pl.DataFrame([column, _segments.cut_words(column), pl.Series("language", list(texts))])


def test_machine_and_human(params: Params) -> None:
    models = STAGE.open(params)
    machine = STAGE.measure(frame(MACHINE), params, models)["machine_text"]
    human = STAGE.measure(frame(HUMAN), params, models)["machine_text"]
    assert machine.min() > 0.5 > human.max()


def test_another_language_is_not_judged(params: Params) -> None:
    found = STAGE.measure(frame({"yor_Latn": "Ojú ọ̀run mọ́ lónìí."}), params, STAGE.open(params))
    assert found.to_dicts() == [{"machine_text": None, "machine_text_applies": False}]


def test_a_quality_model_is_no_model_of_machine_text(tmp_path: Path) -> None:
    learn.train(
        learn.read(["sample://quality/eng_Latn.jsonl"], "quality"),
        "quality",
        Params(model="x").training,
        tmp_path / "m",
    )
    with pytest.raises(SourceError, match=r"tells high from low .* that tells machine from human"):
        STAGE.open(Params(model=str(tmp_path / "m")))


def test_parameters() -> None:
    with pytest.raises(ValidationError, match="JSON lines with text and label, machine or human"):
        Params()
    with pytest.raises(ValidationError, match="2 models came; this stage takes one"):
        Params(model=["a", "b"])
    assert Params(model="x", max_machine=None).max_machine.for_row("web", "fra_Latn") is None
    assert STAGE.reasons == ("machine_made",)
