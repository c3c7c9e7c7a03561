"""Values by language pair."""

from __future__ import annotations

import pytest

from schemas import languages, thresholds
from schemas.errors import RecipeError
from schemas.per_language import PerLanguage


def test_a_pair_goes_before_its_target() -> None:
    value = PerLanguage[float].model_validate({"default": 1, "Deva": 2, "fr": 3, "en>fr": 4, "de > hi": 5})
    found = {pair: value.resolve(pair) for pair in ("eng_Latn>fra_Latn", "deu_Latn>fra_Latn", "eng_Latn>hin_Deva")}
    assert found == {"eng_Latn>fra_Latn": 4, "deu_Latn>fra_Latn": 3, "eng_Latn>hin_Deva": 2}
    assert value.resolve("deu_Latn>hin_Deva") == 5 and value.resolve("eng_Latn>yor_Latn") == 1
    assert value.origin("eng_Latn>hin_Deva") == "script" and value.origin("eng_Latn>fra_Latn") == "language"


def test_a_pair_of_unknown_languages_is_an_error() -> None:
    with pytest.raises(ValueError, match="a pair such as en>th"):
        PerLanguage[float].model_validate({"default": 1, "en>qqx9": 2})


def test_a_threshold_file_can_be_of_a_pair() -> None:
    text = thresholds.dump("eng_Latn>yor_Latn", {"translation": {"min_chrf": 41.5}}, {"pairs": 10})
    assert thresholds.parse(text, "eng_Latn-yor_Latn.yaml").labels == ("eng_Latn>yor_Latn",)
    with pytest.raises(RecipeError, match="pair such as en>th"):
        thresholds.parse("language: en>qqx9\nstages: {}\n", "x.yaml")


def test_places() -> None:
    assert languages.place("am") == "amh_Ethi"
    assert languages.pair("eng_Latn", "yor_Latn") == languages.place("en>yo") == "eng_Latn>yor_Latn"
