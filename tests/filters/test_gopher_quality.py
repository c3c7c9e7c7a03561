"""Gopher's quality rules: exact numbers on small texts, each rule at and around its limit, and where datatrove differs.

`test_gopher_conformance` holds every figure and verdict against datatrove's on real documents.
"""

from __future__ import annotations

import json
import math
from typing import Any

import polars as pl
import pytest
from conformance import Given
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from filters import _segments
from filters._stop_words import STOP_WORDS
from filters.gopher_quality import STAGE, Params
from pipelines import judge
from pipelines.plan import Step
from schemas.languages import is_label


def frame(*texts: str | None, language: str | None = "eng_Latn") -> pl.DataFrame:
    series = pl.Series("text", texts, dtype=pl.String)
    return pl.DataFrame({"text": series, "words": _segments.cut_words(series)}).with_columns(
        pl.lit(language, dtype=pl.String).alias("language"), pl.lit("web").alias("source")
    )


def scores(text: str | None, language: str | None = "eng_Latn") -> dict[str, Any]:
    return STAGE.measure(frame(text, language=language), Params(), None).to_dicts()[0]


def reasons(text: str, language: str = "eng_Latn", **params: Any) -> list[str]:
    given = frame(text, language=language)
    given_params = Params(**params)
    measured = given.with_columns(STAGE.measure(given, given_params, None).get_columns())
    return judge.reasons(measured, [Step(STAGE, given_params)])[0].to_list()


def test_exact_numbers() -> None:
    text = "• The cat sat on 12 mats…\n- It ran... #cat #mat\n\nThe end"
    # 12 words and the bullet, which datatrove does not know for punctuation; … - ... # # are words in the shares alone.
    assert scores(text) == {
        "word_count": 13,
        "mean_word_length": 35 / 13,
        "hash_ratio": 2 / 18,
        "ellipsis_ratio": 2 / 18,
        "bullet_lines": 2 / 4,  # an empty line is a line
        "ellipsis_lines": 1 / 4,
        "alphabetic_words": 11 / 18,
        "stop_words": 3,  # the, on, it
    }


def test_null_empty_and_no_words() -> None:
    assert set(scores(None).values()) == {None}
    assert set(scores("").values()) == {0}
    assert scores("•\n•\n…") == {
        "word_count": 2, "mean_word_length": 1.0, "hash_ratio": 0.0, "ellipsis_ratio": 1 / 3, "bullet_lines": 2 / 3,
        "ellipsis_lines": 1 / 3, "alphabetic_words": 0.0, "stop_words": 0,
    }  # fmt: skip
    assert "too_few_words" in reasons("") and "too_few_words" in reasons(" \n ")


@pytest.mark.parametrize(
    ("text", "language", "length"),
    [
        ("हिन्दी में", "hin_Deva", (6 + 3) / 2),  # code points, vowel signs among them
        ("ภาษาไทย", "tha_Thai", (4 + 3) / 2),
        ("ọ̀rẹ́ kan", "yor_Latn", (5 + 3) / 2),
        ("日本語を話す", "jpn_Jpan", (3 + 1 + 2) / 3),
        ("wait , what ?!", "eng_Latn", (4 + 4) / 2),  # punctuation is no word here
    ],
)
def test_length_is_in_code_points(text: str, language: str, length: float) -> None:
    assert scores(text, language)["mean_word_length"] == pytest.approx(length)


PIECES = st.sampled_from(["a", ".", "..", "…", "#", "•", "-", " ", "\t", "\u3000", "\n", "\r\n", "\r", "\x0b", "\x1c",
                          "\x85", "\u2028", "ก", "😀"])  # fmt: skip


@given(st.lists(PIECES, max_size=40).map("".join))
def test_signs_and_lines_are_counted_as_python_does(text: str) -> None:
    lines, n_words = text.splitlines(), len(frame(text)["words"][0])
    found = scores(text)
    assert found["hash_ratio"] * n_words == pytest.approx(text.count("#") if n_words else 0)
    assert found["ellipsis_ratio"] * n_words == pytest.approx(text.count("...") + text.count("…") if n_words else 0)
    assert found["bullet_lines"] * len(lines) == pytest.approx(sum(s.lstrip().startswith(("•", "-")) for s in lines))
    assert found["ellipsis_lines"] * len(lines) == pytest.approx(sum(s.rstrip().endswith(("...", "…")) for s in lines))


@pytest.mark.parametrize(
    ("text", "language", "n"),
    [
        ("The the THE cat", "eng_Latn", 1),
        ("ΤΗΣ Της της", "ell_Grek", 1),  # a final sigma in lower case only
        ("İLE ve", "tur_Latn", 2),
        ("le chat et la souris", "fra_Latn", 3),
        ("Кот и мышь в доме", "rus_Cyrl", 2),
        ("แมวและหมาอยู่ในบ้าน", "tha_Thai", 2),
        ("猫和狗在家里", "zho_Hans", 2),
        ("le chat et la souris", "eng_Latn", 0),
        ("words of a language without a list", "kal_Latn", None),
        ("no language at all", None, None),
    ],
)
def test_stop_words(text: str, language: str | None, n: int | None) -> None:
    assert scores(text, language)["stop_words"] == n


def test_stop_word_lists_can_be_found_by_the_words_as_they_are_cut() -> None:
    for language, words in STOP_WORDS.items():
        assert is_label(language) or language == "sqi_Latn", language
        assert len(words) >= 9, language
        alone = _segments.cut_words(pl.Series(sorted(words))).to_list()
        findable = [w for w, cut in zip(sorted(words), alone, strict=True) if cut == [w]]
        assert len(findable) >= 0.9 * len(words), (language, words - set(findable))


PROSE = "the dogs and cats of this town have always been very good friends"  # 13 words, 53 letters, 6 stop words


def prose(words: int) -> str:
    return " ".join((PROSE.split() * (words // 13 + 1))[:words])


LONG, LONGER = "abcdefghij ", "abcdefghijk "  # with "the of": 60 words of 600 letters


@pytest.mark.parametrize(
    ("reason", "passes", "breaks", "params"),
    [
        ("too_few_words", prose(50), prose(49), {}),
        ("too_many_words", prose(60), prose(61), {"max_words": 60}),
        ("words_too_short", "the cat " * 30, "the ca " + "the cat " * 29, {}),
        ("words_too_long", LONG * 43 + LONGER * 15 + "the of", LONG * 42 + LONGER * 16 + "the of", {}),
        ("too_many_hashes", prose(63) + " #" * 7, prose(62) + " #" * 7, {}),  # a sign is a word
        ("too_many_ellipses", prose(63) + " …" * 7, prose(62) + " …" * 7, {}),
        ("too_many_bullets", "- a\n" * 9 + prose(60), "- a\n" * 10 + prose(60), {}),
        ("too_many_ellipsis_lines", "and…\n" * 3 + "the\n" * 6 + prose(60), "and…\n" * 3 + "the\n" * 5 + prose(60), {}),
        ("too_few_alphabetic_words", prose(48) + " 123" * 12, prose(48) + " 123" * 13, {}),
        ("too_few_stop_words", "the of " + "horse " * 50, "the horse " + "horse " * 50, {}),
    ],
)
def test_each_rule_at_its_limit(reason: str, passes: str, breaks: str, params: dict[str, Any]) -> None:
    assert reason not in reasons(passes, **params)
    assert reason in reasons(breaks, **params)


def test_every_rule_is_tested_at_its_limit() -> None:
    mark = next(m for m in test_each_rule_at_its_limit.pytestmark if m.name == "parametrize")  # type: ignore[attr-defined]
    assert {case[0] for case in mark.args[1]} == set(STAGE.reasons)


# --- stop words by recipe -------------------------------------------------------------------------------------------


def test_a_language_without_a_list_has_no_stop_word_rule() -> None:
    text = "pisiniar " * 60
    assert reasons(text, "kal_Latn") == []
    assert reasons(text, "eng_Latn") == ["too_few_stop_words"]


def test_a_plain_limit_holds_only_where_there_is_a_list() -> None:
    text = "the of " + "horse " * 60
    assert reasons(text, min_stop_words=3) == ["too_few_stop_words"]
    assert reasons(text, "kal_Latn", min_stop_words=3) == []
    assert reasons(text, "kal_Latn", min_stop_words={"Latn": 3, "sources": {"web": 3}}) == []
    assert reasons(text, min_stop_words=None) == reasons(text, min_stop_words={"en": None}) == []
    assert reasons(text, min_stop_words={"sources": {"web": {"default": 2, "en": 3}}}) == ["too_few_stop_words"]


def test_a_recipe_brings_a_list() -> None:
    given_lists = {"kl": ["Aamma", "imaluunniit", "pisiniar"]}
    assert reasons("pisiniar " * 60, "kal_Latn", stop_words=given_lists) == ["too_few_stop_words"], "two, as elsewhere"
    assert reasons("pisiniar AAMMA " * 60, "kal_Latn", stop_words=given_lists) == []
    assert reasons("pisiniar " * 60, "kal_Latn", stop_words=given_lists, min_stop_words={"kal": 1}) == []
    assert reasons("horse " * 60, "eng_Latn", stop_words=given_lists) == ["too_few_stop_words"], "those that ship stay"


def test_a_recipe_replaces_a_list_or_takes_it_away() -> None:
    assert reasons("the of " + "horse " * 60, stop_words={"eng": ["horse", "cow"]}) == ["too_few_stop_words"]
    assert reasons("horse " * 60, stop_words={"eng": []}) == []


def test_lists_are_part_of_the_measure_signature() -> None:
    one, other = Params(stop_words={"kal": ["aamma"]}), Params(stop_words={"kal": ["imaluunniit"]})
    assert json.dumps(one.measured()) != json.dumps(other.measured())
    assert Params.model_validate(json.loads(json.dumps(one.model_dump(mode="json")))) == one


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"stop_words": {"qq": ["a"]}}, "'qq' is not a language code"),
        ({"stop_words": {"th": ["a"], "tha": ["b"]}}, "tha_Thai has two lists"),
        ({"stop_words": ["the", "of"]}, "stop words go by language"),
        ({"stop_words": {"en": "the of"}}, "Write a list of words"),
        ({"stop_words": {"en": None}}, "Write a list of words"),
        ({"min_stop_words": {"kal": 2}}, "kal_Latn: there is a limit, but no list of stop words"),
        ({"min_stop_words": {"sources": {"web": {"default": 1, "kal": 2}}}}, "kal_Latn: there is a limit"),
    ],
)
def test_wrong_lists_are_refused(params: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Params(**params)


# --- where datatrove is wrong: docs/conformance.md lists each with its reason -----------------------------------------


@pytest.fixture
def datatrove(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What datatrove's filter says of a text, on our words."""
    from datatrove.pipeline.filters import gopher_quality_filter as module

    given_words = Given(monkeypatch, module)
    off: dict[str, Any] = {
        "min_doc_words": None, "max_doc_words": None, "min_avg_word_length": None, "max_avg_word_length": None,
        "max_symbol_word_ratio": None, "max_bullet_lines_ratio": None, "max_ellipsis_lines_ratio": None,
        "max_non_alpha_words_ratio": None, "min_stop_words": None,
    }  # fmt: skip

    def verdict(text: str, **on: Any) -> str | None:
        return given_words.verdict(module.GopherQualityFilter(**{**off, **on}), text, words=frame(text)["words"][0])

    return verdict


def test_stop_words_at_the_beginning_of_a_sentence_count(datatrove: Any) -> None:
    text = "The And " + "horse " * 58
    assert datatrove(text, min_stop_words=2) == "gopher_enough_stop_words"
    assert scores(text)["stop_words"] == 2


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # numpy's, for the mean of nothing there
def test_a_text_without_words_is_too_short_and_breaks_nothing(datatrove: Any) -> None:
    for text in ("", " \n"):
        with pytest.raises(ZeroDivisionError):
            datatrove(text, max_symbol_word_ratio=0.1)
    assert "too_few_words" in reasons(" \n")
    assert all(math.isfinite(score) for score in scores(" \n").values())


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # numpy's, for the mean of nothing there
def test_words_of_no_length_are_too_short(datatrove: Any) -> None:
    """The mean of nothing is not a number there, and passes every limit."""
    assert datatrove("! ! !", min_avg_word_length=3) is None
    assert "words_too_short" in reasons("! ! !")


@pytest.mark.parametrize("bullet", ["‣ ", "・", "▪ ", "● ", "·", "* "])
def test_bullets_of_other_typographies_count(bullet: str, datatrove: Any) -> None:
    text = f"{bullet}{prose(6)}\n" * 10
    assert datatrove(text, max_bullet_lines_ratio=0.9) is None
    assert scores(text)["bullet_lines"] == 1


@pytest.mark.parametrize(
    ("text", "bullets"),
    [("• a", 1), ("  - a", 1), ("-5 degrees", 1), ("— Bonjour", 0), ("**a**", 0), ("*", 0), ("a • b", 0), ("3. a", 0)],
)
def test_bullets(text: str, bullets: int) -> None:
    assert scores(text)["bullet_lines"] == bullets


@pytest.mark.parametrize(
    ("text", "ends"), [("a...", 1), ("a…  ", 1), ("猫……", 1), ("a....", 1), ("a.. .", 0), ("a... b", 0), ("a.", 0)]
)
def test_ellipses(text: str, ends: int) -> None:
    assert scores(text)["ellipsis_lines"] == ends


# --- limits by language ---------------------------------------------------------------------------------------------


def test_gopher_s_limits_hold_where_nothing_else_was_measured() -> None:
    params = Params()
    for field, limit in (("min_mean_word_length", 3), ("max_mean_word_length", 10), ("min_alphabetic_words", 0.8)):
        assert getattr(params, field).for_row("web", "eng_Latn") == getattr(params, field).default == limit


def test_limits_of_scripts_hold_for_their_languages() -> None:
    params = Params()
    assert params.min_mean_word_length.for_row("web", "wuu_Hans") == 1
    assert params.max_mean_word_length.for_row("web", "mal_Mlym") == 16
    assert params.min_alphabetic_words.for_row("web", "dzo_Tibt") == 0.4


def test_running_text_keeps_the_limits_of_its_language() -> None:
    """Article 1 of the Universal Declaration or the like is in `stories`: no story has words of a wrong length."""
    from stories import STORIES

    rules = {"words_too_short", "words_too_long"}
    for name, (language, text) in STORIES.items():
        assert not rules & set(reasons(text, language)), name
