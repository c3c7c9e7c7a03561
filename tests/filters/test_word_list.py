"""Lists of words by language: whole words and phrases, anywhere where words have no spaces."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from pydantic import ValidationError

from filters import _segments
from filters.word_list import STAGE, Params, fingerprint, open_lists
from schemas.errors import SourceError

LISTS = {
    "en": "# invented\nzounds\nrotten egg\nf**l\nＷＲＥＴＣＨ\n",
    "hi": "गधा\nउल्लू का पट्ठा\n",
    "ru": "чёрт\n",
    "th": "ไอ้บ้า\n",
    "ja": "ばか\n馬鹿野郎\n",
    "am": "ደደብ\n",
}


@pytest.fixture
def params(tmp_path: Path) -> Params:
    for code, content in LISTS.items():
        (tmp_path / code).write_text(content, encoding="utf-8")
    return Params.model_validate({"lists": {code: str(tmp_path / code) for code in LISTS}})


def score(params: Params, *rows: tuple[str | None, str | None]) -> list[tuple[int | None, float | None]]:
    frame = pl.DataFrame(rows, schema={"text": pl.String, "language": pl.String}, orient="row")
    frame = _segments.add(frame, ["words"]).select("text", "words", "language")
    return STAGE.measure(frame, params, open_lists(params)).rows()


def hits(params: Params, *rows: tuple[str | None, str | None]) -> list[int | None]:
    return [row[0] for row in score(params, *rows)]


def test_whole_words_and_phrases(params: Params) -> None:
    rows = [("Zounds! Said the wretch: ZOUNDS.", "eng_Latn"), ("A rotten egg is no rotten, egg.", "eng_Latn"),
            ("What a f**l!", "eng_Latn"), ("zoundsman rotten eggs", "eng_Latn"), ("rotten egg rotten egg", "eng_Latn"),
            ("Чёрт и чертёж, чёртик.", "rus_Cyrl"), ("वह गधा नहीं, उल्लू का पट्ठा है। गधाजी", "hin_Deva"),
            ("ደደብ ነህ", "amh_Ethi")]  # fmt: skip
    assert hits(params, *rows) == [3, 1, 1, 0, 2, 1, 2, 1]


def test_anywhere_in_scripts_without_spaces(params: Params) -> None:
    rows = [
        ("เธอพูดว่าไอ้บ้าแล้วเดินจากไป", "tha_Thai"),
        ("この馬鹿野郎とばかは言った", "jpn_Jpan"),
        ("よい天気です", "jpn_Jpan"),
    ]
    assert hits(params, *rows) == [1, 2, 0]


def test_a_language_without_a_list_counts_nothing(params: Params) -> None:
    assert hits(params, ("zounds", "deu_Latn"), ("zounds", None), ("zounds", "und"), (None, "eng_Latn")) == [
        0,
        0,
        0,
        None,
    ]
    assert score(Params(), ("zounds", "eng_Latn")) == [(0, 0.0)]


def test_lists_for_every_language(params: Params, tmp_path: Path) -> None:
    (tmp_path / "all").write_text("zounds\n", encoding="utf-8")
    both = params.model_copy(update={"everywhere": [str(tmp_path / "all")]})
    assert hits(both, ("zounds", "deu_Latn"), ("zounds", "eng_Latn"), ("zounds", "tha_Thai")) == [1, 1, 1]


def test_the_share_is_by_words(params: Params) -> None:
    assert score(params, ("zounds , he said", "eng_Latn")) == [(1, 0.25)]


def test_errors_and_fingerprint(params: Params, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no_such_list"):
        open_lists(Params.model_validate({"lists": {"en": "no_such_list"}}))
    with pytest.raises(ValidationError, match="xx_bad"):
        Params.model_validate({"lists": {"xx_bad": "a"}})
    before = fingerprint(params)
    assert "eng_Latn 0" in before
    (tmp_path / "en").write_text("egad\n", encoding="utf-8")
    assert fingerprint(params) != before
