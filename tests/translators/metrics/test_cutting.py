"""Tokens: the compiled tokenizers cut as sacreBLEU's, byte for byte, and no unspaced script gets 13a."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sacrebleu.metrics.bleu import _get_tokenizer
from sacrebleu.tokenizers.tokenizer_zh import TokenizerZh

from translators.metrics import _cutting, bleu, tokenizers
from translators.metrics.tokenizers import UNSPACED, Name, tokenizer

# Signs that the rules speak of, what stands beside them in rules, white space of all kinds, and letters.
SIGNS = ".,-5a'!/~{[`@ \t\n\r\x0b\x1c\x85\xa0\u3000\u2028&<>;\"é中。，٣ก\u0301\u200b\U00020000"
PIECES = st.one_of(
    st.sampled_from(
        ["&quot;", "&amp;", "&lt;", "&gt;", "&amp;lt;", "<skipped>", "-\n", "<skip<skipped>ped>", "3.5", ".."]
    ),
    st.text(SIGNS, max_size=6),
    st.text(max_size=3),
)
TEXTS = st.lists(PIECES, max_size=12).map("".join)


def tokens(text: str, name: Name) -> list[str]:
    """What the kernels see of a text that stands between two others."""
    found = bleu._tokens(["x. y", text, ", -"], name)
    spans = zip(found.begins[: found.firsts[-1]], found.ends[: found.firsts[-1]], strict=True)
    words = ["".join(map(chr, found.line[begin:end])) for begin, end in spans]
    return words[found.firsts[1] : found.firsts[2]]


@pytest.mark.parametrize("name", ["13a", "zh", "ja-mecab", "ko-mecab"])
@given(text=TEXTS)
@example(text="...")
@example(text="a..5.,b")
@example(text=".5")
@example(text="5.")
@example(text="1-2--3-a")
@example(text=" \u3000.5\u3000 ")
@example(text="-<skipped>\n.")
@example(text="word-\n")
def test_tokens_are_sacrebleus_own(name: Name, text: str) -> None:
    expected = _get_tokenizer(name)()(text.rstrip()).split()
    assert tokens(text, name) == expected


def test_a_text_that_is_too_long_for_mecab_is_cut_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    real = _get_tokenizer("ja-mecab")().tagger

    class Small:
        """MeCab, with less room: it refuses a sentence of several hundred thousand signs by giving none."""

        def parse(self, text: str) -> str | None:
            return real.parse(text) if len(text) < 40 else None

    monkeypatch.setattr(tokenizers, "_taggers", SimpleNamespace(**{"ja-mecab": Small()}))
    for gap in ("\n", " "):
        assert tokens(f"手紙を書く。{gap}" * 100, "ja-mecab") == ["手紙", "を", "書く", "。"] * 100
    joined = "手紙を書く。" * 100
    assert "".join(tokens(joined, "ja-mecab")) == joined
    assert "".join(tokens(" " + "a" * 100, "ja-mecab")) == "a" * 100


@given(text=TEXTS)
def test_characters_are_those_that_are_no_white_space(text: str) -> None:
    symbols, firsts, _ = bleu._characters(["a b", text])
    found = "".join(map(chr, symbols[firsts[1] : firsts[2]]))
    assert list(found) == _get_tokenizer("char")()(text.rstrip()).split()


def test_white_space_is_what_python_splits_at() -> None:
    for point in range(sys.maxunicode + 1):
        assert _cutting.is_space(point) == chr(point).isspace(), hex(point)


def test_chinese_is_what_sacrebleu_takes_for_chinese() -> None:
    is_chinese = TokenizerZh._is_chinese_char.__wrapped__
    for point in range(sys.maxunicode + 1):
        assert _cutting.is_chinese(point) == is_chinese(chr(point)), hex(point)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("fra_Latn", "13a"), ("arb_Arab", "13a"), ("hin_Deva", "13a"), ("amh_Ethi", "13a"), ("yor_Latn", "13a"),
        ("lis_Lisu", "13a"), ("vai_Vaii", "13a"), ("khk_Mong", "13a"), ("san_Gran", "13a"), ("und_Zyyy", "13a"),
        ("zho_Hans", "zh"), ("yue_Hant", "zh"), ("lzh_Hant", "zh"), ("vie_Hani", "char"), ("vie_Latn", "13a"),
        ("jpn_Jpan", "ja-mecab"), ("jpn_Latn", "13a"), ("ryu_Jpan", "char"), ("ain_Kana", "char"),
        ("kor_Hang", "ko-mecab"), ("kor_Kore", "ko-mecab"), ("jje_Hang", "13a"),
        ("tha_Thai", "char"), ("lao_Laoo", "char"), ("khm_Khmr", "char"), ("mya_Mymr", "char"), ("shn_Mymr", "char"),
        ("bod_Tibt", "char"), ("dzo_Tibt", "char"), ("jav_Java", "char"), ("jav_Latn", "13a"), ("ban_Bali", "char"),
        ("nod_Lana", "char"), ("tdd_Tale", "char"), ("khb_Talu", "char"), ("blt_Tavt", "char"), ("iii_Yiii", "char"),
        ("bug_Bugi", "char"),
    ],
)  # fmt: skip
def test_tokenizer_of_a_language(language: str, expected: str) -> None:
    assert tokenizer(language) == expected


def test_no_unspaced_script_gets_13a_in_any_language() -> None:
    for script in [*UNSPACED, "Hans", "Hant", "Hani"]:
        for iso3 in ("eng", "jpn", "kor", "zho", "und", "vie"):
            assert tokenizer(f"{iso3}_{script}") != "13a"


def test_one_sign_is_taken_off_a_word_for_chrf() -> None:
    text = "(hi) ... a. .b '' ( «x»"
    data = np.array([ord(sign) for sign in text], np.int32)
    starts, firsts = np.array([0, len(text)], np.int64), np.empty(2, np.int64)
    begins, ends = np.empty(len(text), np.int32), np.empty(len(text), np.int32)
    _cutting.cut_spaces(data, starts, True, begins, ends, firsts)
    found = [text[begins[t] : ends[t]] for t in range(firsts[1])]
    assert found == ["(hi", ")", "..", ".", "a", ".", ".", "b", "'", "'", "(", "«x»"]
