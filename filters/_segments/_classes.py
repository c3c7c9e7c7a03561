"""The class of every code point for segmentation: Word_Break and Sentence_Break of UAX #29."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from filters import _unicode

(
    OTHER, BLANK, SPACE, ALPHABETIC, HEBREW, NUMERIC, MID_LETTER, MID_NUMBER, MID_BOTH, SINGLE_QUOTE, DOUBLE_QUOTE,
    JOINING_LOW_LINE, IGNORED, JOINER, REGIONAL, PICTOGRAPH, DICTIONARY,
) = range(17)  # fmt: skip

_WORD_BREAK = {
    ALPHABETIC: "ALetter", HEBREW: "Hebrew_Letter", NUMERIC: "Numeric", MID_LETTER: "MidLetter", MID_NUMBER: "MidNum",
    MID_BOTH: "MidNumLet", SINGLE_QUOTE: "Single_Quote", DOUBLE_QUOTE: "Double_Quote",
    JOINING_LOW_LINE: "ExtendNumLet", REGIONAL: "Regional_Indicator",
}  # fmt: skip

# Scripts whose words stand without spaces between them: UAX #29 leaves them to a dictionary. Line_Break=SA covers
# Thai, Lao, Khmer, Myanmar, Tai Tham and their like; its marks are Extend and follow their letters anyway.
_DICTIONARY = r"[\p{Line_Break=SA}\p{Han}\p{Hiragana}\p{Katakana}\p{Word_Break=Katakana}]"


@cache
def classes() -> npt.NDArray[np.uint8]:
    """Class of each code point: shape (1114112,)."""
    out = np.full(_unicode.CODE_POINTS, OTHER, np.uint8)
    out[_unicode.matching(r"\p{Extended_Pictographic}")] = PICTOGRAPH
    for number, name in _WORD_BREAK.items():
        out[_unicode.matching(rf"\p{{Word_Break={name}}}")] = number
    out[_unicode.matching(_DICTIONARY)] = DICTIONARY
    out[_unicode.matching(r"[\p{Word_Break=Extend}\p{Word_Break=Format}]")] = IGNORED
    out[0x200D] = JOINER
    # What shows nothing is no word: white space, controls, the zero-width space.
    out[_unicode.matching(r"[\s\p{Cc}\u200B\p{Word_Break=Newline}]")] = BLANK
    out[_unicode.matching(r"\p{Word_Break=WSegSpace}")] = SPACE
    return out


@cache
def linkers() -> npt.NDArray[np.bool_]:
    """Whether each code point joins a consonant to the next one (Indic_Conjunct_Break=Linker): shape (1114112,)."""
    return _unicode.matching(r"\p{InCB=Linker}")


(
    PLAIN, PARAGRAPH, WHITE, LOWER, UPPER, OTHER_LETTER, DIGIT, FULL_STOP, CONTINUING, STOP, CLOSING, MARK,
) = range(12)  # fmt: skip

_SENTENCE_BREAK = {
    WHITE: "Sp", LOWER: "Lower", UPPER: "Upper", OTHER_LETTER: "OLetter", DIGIT: "Numeric", FULL_STOP: "ATerm",
    CONTINUING: "SContinue", STOP: "STerm", CLOSING: "Close",
}  # fmt: skip


@cache
def sentence_classes() -> npt.NDArray[np.uint8]:
    """Sentence_Break class of each code point: shape (1114112,)."""
    out = np.full(_unicode.CODE_POINTS, PLAIN, np.uint8)
    for number, name in _SENTENCE_BREAK.items():
        out[_unicode.matching(rf"\p{{Sentence_Break={name}}}")] = number
    out[_unicode.matching(r"[\p{Sentence_Break=Extend}\p{Sentence_Break=Format}]")] = MARK
    out[_unicode.matching(r"[\r\n\p{Sentence_Break=Sep}]")] = PARAGRAPH
    return out
