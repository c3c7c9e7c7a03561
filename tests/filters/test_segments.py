"""Words, sentences and graphemes in every script: whole, in order, with their marks."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from icu4py.breakers import CharacterBreaker, SentenceBreaker, WordBreaker
from stories import STORIES

from filters import _segments
from filters._segments._classes import (
    ALPHABETIC,
    BLANK,
    DICTIONARY,
    DOUBLE_QUOTE,
    HEBREW,
    IGNORED,
    JOINER,
    MID_BOTH,
    MID_LETTER,
    NUMERIC,
    OTHER,
    SPACE,
    classes,
)

cut = _segments.cut_words


def words(text: str | None) -> list[str] | None:
    return cut(pl.Series([text], dtype=pl.String)).to_list()[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The cat, the dog – and 3.5 birds!", ["The", "cat", ",", "the", "dog", "–", "and", "3.5", "birds", "!"]),
        ("l'eau c’est aujourd'hui 'quoted'", ["l'eau", "c’est", "aujourd'hui", "'", "quoted", "'"]),
        ("ภาษาไทยง่าย", ["ภาษา", "ไทย", "ง่าย"]),
        ("हिन्दी में लिखो।", ["हिन्दी", "में", "लिखो", "।"]),
        ("日本語を話す。", ["日本語", "を", "話す", "。"]),
        ("猫在床上睡觉。", ["猫", "在", "床上", "睡觉", "。"]),
        ("ខ្ញុំចូលចិត្តភាសាខ្មែរ", ["ខ្ញុំ", "ចូលចិត្ត", "ភាសាខ្មែរ"]),
        ("ດີໃຈ ພາສາລາວ", ["ດີໃຈ", "ພາສາ", "ລາວ"]),
        ("မြန်မာစာ", ["မြန်မာ", "စာ"]),
        ("བོད་ཡིག", ["བོད", "་", "ཡིག"]),
        ("ድመቷ አልጋ ላይ፣ ተኝታለች።", ["ድመቷ", "አልጋ", "ላይ", "፣", "ተኝታለች", "።"]),
        ("Kọ lẹ́tà kúkúrú sí ọ̀rẹ́.", ["Kọ", "lẹ́tà", "kúkúrú", "sí", "ọ̀rẹ́", "."]),
        ("او می\u200cخواهد", ["او", "می\u200cخواهد"]),
        ("우체부가 편지를 썼다.", ["우체부가", "편지를", "썼다", "."]),
        ("وَالقِطَّةُ نائمة", ["وَالقِطَّةُ", "نائمة"]),
        ("日本 can't stop e\u0301te\u0301", ["日本", "can't", "stop", "e\u0301te\u0301"]),
        ("ก ๓.๕ 3.5 snake_case abcไทย", ["ก", "๓.๕", "3.5", "snake_case", "abc", "ไทย"]),
        ("x\x00y 👩\u200d👧 🇪🇹🇫🇷 ok", ["x", "y", "👩\u200d👧", "🇪🇹", "🇫🇷", "ok"]),
        ('צה"ל 1,000.5 a.b a,b', ['צה"ל', "1,000.5", "a.b", "a", ",", "b"]),
        ("B.4.9 v2.0 3.The end. 2nd", ["B.4.9", "v2.0", "3", ".", "The", "end", ".", "2nd"]),
        ("... !!! -=- …… \u0301 \u00ad —", ["...", "!!!", "-", "=", "-", "……", "—"]),
        ("", []),
        (None, None),
    ],
)
def test_words(text: str | None, expected: list[str] | None) -> None:
    assert words(text) == expected


@pytest.mark.parametrize("script", STORIES)
def test_a_story_has_words_of_a_usual_length(script: str) -> None:
    found = words(STORIES[script][1])
    assert found is not None and 8 <= len(found) <= 44
    assert max(map(len, found)) <= 16


@pytest.mark.parametrize("script", STORIES)
def test_a_line_in_a_script_without_spaces_does_not_change_the_others(script: str) -> None:
    """English words stay whole when the page also holds Thai, and so takes the way through ICU."""
    story = STORIES[script][1]
    assert words(f"{story}\nthe quick brown fox") == [*words(story), "the", "quick", "brown", "fox"]  # type: ignore[misc]


ALPHABET = "ab'’ \n.,1²éक्\u093eनก็า字漢かアー한글אבم\u200c\u200d\u0301😀\x00_-"


@given(st.text(ALPHABET, max_size=30))
def test_words_are_a_subsequence_of_the_text(text: str) -> None:
    rest = text
    for word in words(text) or []:
        assert word and word in rest
        rest = rest[rest.index(word) + len(word) :]


@given(st.text(ALPHABET, max_size=30))
def test_no_letter_or_digit_is_left_out(text: str) -> None:
    kept = "".join(words(text) or [])
    assert [c for c in kept if c.isalpha()] == [c for c in text if c.isalpha()]
    assert [c for c in kept if c.isdecimal()] == [c for c in text if c.isdecimal()]


@given(st.lists(st.text(ALPHABET, max_size=12) | st.none(), max_size=6))
def test_rows_do_not_touch_each_other(items: list[str | None]) -> None:
    series = pl.Series("text", items, dtype=pl.String)
    assert cut(series).to_list() == [words(text) for text in items]
    assert cut(series).name == "words" and cut(series).dtype == pl.List(pl.String)


def kind_of(text: str) -> int:
    """Class of the last character that is no mark."""
    kinds = [int(classes()[ord(c)]) for c in text]
    return next((kind for kind in reversed(kinds) if kind not in (IGNORED, JOINER)), OTHER)


def icu_words(text: str) -> list[str]:
    """ICU's pieces but white space and marks that stand on nothing; a row of one sign is one word, and so is B.4.9."""
    pieces = list(WordBreaker(text, "und"))
    found: list[str] = []
    row = ""  # the sign that the piece before consists of
    whole = False  # whether the last word goes on with this piece
    for number, piece in enumerate(pieces):
        kind = classes()[ord(piece[0])]
        following = pieces[number + 1] if number + 1 < len(pieces) else ""
        dotted = (
            number > 0
            and kind == MID_BOTH
            and kind_of(pieces[number - 1]) in (ALPHABETIC, HEBREW)
            and bool(following)
            and classes()[ord(following[0])] == NUMERIC
            and kind_of(piece) == MID_BOTH
        )
        if whole or dotted or row == piece[0]:
            found[-1] += piece
        elif kind not in (BLANK, IGNORED, JOINER, SPACE):
            found.append(piece)
        whole = dotted
        sign = kind == OTHER or MID_LETTER <= kind <= DOUBLE_QUOTE
        row = piece[0] if sign and len(piece) == 1 and not dotted else ""
    return found


# ICU's root rules set Hangul apart from Latin letters and put a soft hyphen with the space before it.
SPACED = "ab'’\" \n.,:;1²éक्\u093eא\u05b0ב\u0301م\u064bሀ_-–\U0001f600\U0001f1ea\u200d"


@given(st.text(SPACED, max_size=30))
def test_where_words_have_spaces_the_scanner_cuts_as_icu_does(text: str) -> None:
    assert (words(text) or []) == icu_words(text)


@pytest.mark.skipif("GLOTMILL_CORPORA" not in os.environ, reason="needs the folder of real text")
def test_real_text_is_cut_as_icu_does() -> None:
    file = Path(os.environ["GLOTMILL_CORPORA"]) / "udhr_dev.parquet"
    texts = pl.read_parquet(file)["text"]
    differing = total = 0
    for text, found in zip(texts, cut(texts), strict=True):
        if not any(classes()[ord(c)] == DICTIONARY or "\uac00" <= c <= "\ud7a3" for c in text):
            total += 1
            differing += found.to_list() != icu_words(text)
    assert total > 13_000 and differing / total < 0.001


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("How are you? Fine. Good", ["How are you?", "Fine.", "Good"]),
        ("你好。再见！", ["你好。", "再见！"]),
        ("नमस्ते। कैसे हैं?\nठीक", ["नमस्ते।", "कैसे हैं?", "ठीक"]),
        ("ሰላም። እንዴት ነህ?", ["ሰላም።", "እንዴት ነህ?"]),
        ("كيف حالك؟ بخير.", ["كيف حالك؟", "بخير."]),
        ("Version 3.5 is out. It costs 1.20 today.", ["Version 3.5 is out.", "It costs 1.20 today."]),
        (" \n\n ", []),
        ("", []),
        (None, None),
    ],
)
def test_sentences(text: str | None, expected: list[str] | None) -> None:
    found = _segments.cut_sentences(pl.Series([text, "x"], dtype=pl.String))
    assert found.to_list() == [expected, ["x"]] and found.name == "sentences"


def icu_sentences(text: str) -> list[str]:
    return [piece.strip() for piece in SentenceBreaker(text, "und") if piece.strip()]


@given(st.text("aBé.?!…。।,:;-)\"' \n\r\t1२漢ก\u0301\u200d\u00ad", max_size=30))
def test_sentences_are_cut_as_icu_does(text: str) -> None:
    assert _segments.cut_sentences(pl.Series([text])).to_list() == [icu_sentences(text)]


@pytest.mark.skipif("GLOTMILL_CORPORA" not in os.environ, reason="needs the folder of real text")
def test_sentences_of_real_text_are_cut_as_icu_does() -> None:
    folder = Path(os.environ["GLOTMILL_CORPORA"])
    texts = pl.concat(
        [pl.read_parquet(folder / "udhr_dev.parquet")["text"], pl.read_parquet(folder / "bitext.parquet")["target"]]
    )
    for text, found in zip(texts, _segments.cut_sentences(texts), strict=True):
        assert found.to_list() == icu_sentences(text)


def test_a_text_of_signs_alone_has_more_words_than_room_was_made_for() -> None:
    text = "a-b" * 20_000
    assert words(text) == ["a", "-", "b" + "a", "-"][:2] + ["ba", "-"] * 19_999 + ["b"]
    assert words(".,;" * 20_000) == [*".,;"] * 20_000


CLUSTERS = "aéก็าำก้ำนกक्षि\u0301\u200d👩👧🇪🇹한\u1112\u1161\u11ab\r\n ا\u064bཀྵ"


@given(st.text(CLUSTERS, max_size=40), st.integers(0, 45))
def test_a_prefix_and_a_suffix_split_no_grapheme(text: str, characters: int) -> None:
    whole = list(CharacterBreaker(text, "und"))
    borders = {sum(map(len, whole[:n])) for n in range(len(whole) + 1)}
    first, last = _segments.prefix(text, characters), _segments.suffix(text, characters)
    assert text.startswith(first) and text.endswith(last)
    assert len(first) == max(b for b in borders if b <= characters)
    assert len(text) - len(last) == min(b for b in borders if len(text) - b <= characters)
    assert _segments.cut_graphemes(pl.Series([text])).to_list() == [whole]


def grapheme_borders(text: str) -> set[int]:
    at, borders = 0, {0}
    for piece in CharacterBreaker(text, "und"):
        at += len(piece)
        borders.add(at)
    return borders


def splits_a_grapheme(text: str, found: list[str]) -> bool:
    at, borders = 0, grapheme_borders(text)
    for word in found:
        begin = text.index(word, at)
        at = begin + len(word)
        if not {begin, at} <= borders:
            return True
    return False


LETTERS = st.sampled_from([text for _, text in STORIES.values()]).flatmap(
    lambda story: st.text(story + "\u1039\u17d2\u103a\u094d\u0301\u200d", max_size=20)
)


@given(LETTERS)
def test_no_word_splits_a_grapheme_in_any_script(text: str) -> None:
    assert not splits_a_grapheme(text, words(text) or [])


@pytest.mark.skipif("GLOTMILL_CORPORA" not in os.environ, reason="needs the folder of real text")
def test_no_word_splits_a_grapheme_in_448_languages() -> None:
    texts = pl.read_parquet(Path(os.environ["GLOTMILL_CORPORA"]) / "udhr_dev.parquet")["text"]
    found = zip(texts, cut(texts), strict=True)
    assert [text for text, cut_ in found if splits_a_grapheme(text, cut_.to_list())] == []
