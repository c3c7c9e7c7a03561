"""CLD2: about 160 languages, no download, the fastest.

CLD2 (github.com/CLD2Owners/cld2) scores pieces of the text by quadgrams, in scripts of several languages; in a script
of one language the script decides. It gives no confidence. Here it is

    share of the text's bytes that it puts into the language
    x 1/2 where it calls its own answer unreliable
    x how well the text fits the language: its score against the median of texts in that language.

The fit is what tells a language that CLD2 does not know from the known one beside it (Crimean Tatar from Turkish,
Kituba from Lingala): such texts score a half to two thirds of what the language's own do. It is 0 up to 0.4 times the
median, 1 from 0.75 times on. Medians are in `_cld2_scores`. Below a fit of 0.3 the language is undetermined.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
import pycld2
import regex

from filters._identifiers import labels
from filters._identifiers._cld2_scores import MEDIANS
from filters._identifiers.answer import NOTHING, Row, frame
from schemas import languages

# CLD2 refuses a text that holds one of these (control characters and noncharacters).
_REFUSED = regex.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\p{Noncharacter_Code_Point}]+")
_NO_FIT, _GOOD_FIT = 0.4, 0.75
_ALL = 98  # per cent: CLD2 rounds down, twice
_SHORT, _LONG = 40, 400  # characters; see `_detect`
_LEAST = 0.3  # the least confidence that FineWeb2 takes in any language (arXiv:2506.20920)


_LABELS = [labels.of_cld2(code) for name, code in pycld2.LANGUAGES if name in pycld2.DETECTED_LANGUAGES]


class Cld2:
    """The identifier."""

    version = str(pycld2.VERSION)
    known = frozenset(label[:3] for label in _LABELS if label is not None)

    def __call__(self, texts: list[str]) -> pl.DataFrame:
        """Identify texts; see `filters._identifiers.answer.Identifier`."""
        return frame(map(_identify, texts))


def _identify(text: str) -> Row:
    try:
        found = _detect(text)
    except pycld2.error:
        try:
            found = _detect(_REFUSED.sub(" ", text))
        except pycld2.error:
            return NOTHING
    reliable, _, top, chunks = found
    _, code, percent, score = top[0]
    first = labels.of_cld2(code)
    second = labels.of_cld2(top[1][1])
    beside = top[1][2] / 100 if second else 0.0
    if first is None:
        return languages.UNDETERMINED, 0.0, second, 0.0, 0.0
    fit = _fit(code, score) if reliable else _fit(code, score) / 2
    confidence = percent / 100 * fit
    share = _share(chunks, code, percent)
    if fit < _LEAST:
        return languages.UNDETERMINED, confidence, first, confidence, share
    return first, confidence, second, beside, share


def _detect(text: str) -> Any:
    """What CLD2 says; where it gives up, its best guess, which has to fit as every answer.

    Only on a text that is short or long: what it gives up on in between is mostly in a language that it does not know.
    """
    found = pycld2.detect(text, returnVectors=True)
    if found[2][0][1] != "un" or _SHORT <= len(text) < _LONG:
        return found
    return pycld2.detect(text, returnVectors=True, bestEffort=True)


def _fit(code: str, score: float) -> float:
    """How well a text fits a language, 0 to 1, by its score for each kilobyte; 1 where a script decides."""
    median = MEDIANS.get(code)
    if median is None:
        return 1.0
    return min(max((score / median - _NO_FIT) / (_GOOD_FIT - _NO_FIT), 0.0), 1.0)


def _share(chunks: Sequence[tuple[int, int, str, str]], code: str, percent: int) -> float:
    """Share of the text, by bytes, in the language: the lesser of what CLD2 sums up and of what its pieces say.

    A piece is some lines or words. One that CLD2 cannot place counts for neither: its sum has already shared it out.
    """
    total = sum(chunk[1] for chunk in chunks if chunk[3] != "un")
    own = sum(chunk[1] for chunk in chunks if chunk[3] == code)
    summed = 1.0 if percent >= _ALL else percent / 100
    return min(summed, own / total) if total else summed
