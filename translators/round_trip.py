"""Round-trip metrics: how close a text that was translated there and back is to what it was.

BLEU (Papineni et al., 2002) and chrF++ (Popović, 2017), both from sacreBLEU (Post, 2018), of one sentence or text at a
time, 0 to 100. The tokenizer follows the language of the source, because that is the language being compared: the
default 13a cuts at spaces and gives good Thai or Japanese a BLEU of 0.

A round trip proves less than it seems: it rewards literal translation, and leaving out a "not" costs few points. It is
one gate among several.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

# Scripts that are written without spaces between words and for which sacreBLEU has no word tokenizer.
_UNSPACED_SCRIPTS = frozenset(
    ("Thai", "Laoo", "Khmr", "Mymr", "Tibt", "Lana", "Talu", "Tavt", "Java", "Bali", "Yiii", "Hira", "Kana")
)
_BY_LANGUAGE = {"jpn": "ja-mecab", "kor": "ko-mecab"}
# Chinese and its relatives, in whatever Han script; `zh` puts spaces around each Han character and leaves the rest.
_HAN_SCRIPTS = frozenset(("Hans", "Hant", "Hani"))


def tokenizer(language: str) -> str:
    """The sacreBLEU tokenizer for a label.

    >>> [tokenizer(one) for one in ("fra_Latn", "zho_Hant", "jpn_Jpan", "kor_Hang", "tha_Thai", "bod_Tibt")]
    ['13a', 'zh', 'ja-mecab', 'ko-mecab', 'char', 'char']
    """
    iso3, _, script = language.partition("_")
    if iso3 in _BY_LANGUAGE and script != "Latn":
        return _BY_LANGUAGE[iso3]
    if script in _HAN_SCRIPTS:
        return "zh"
    return "char" if script in _UNSPACED_SCRIPTS else "13a"


@dataclass(frozen=True)
class RoundTrip:
    """Scores from 0 (nothing shared) to 100 (equal), and the signature of each metric."""

    bleu: float
    chrf: float
    bleu_signature: str
    chrf_signature: str


@lru_cache(maxsize=16)
def _bleu(tokenize: str) -> BLEU:
    # effective_order: a text of three words has no 4-grams, and must not score 0 for that
    return BLEU(tokenize=tokenize, effective_order=True)


@lru_cache(maxsize=1)
def _chrf() -> CHRF:
    return CHRF(word_order=2)  # chrF++


def round_trip(source: str, back: str, language: str) -> RoundTrip:
    """Compare a source text with its back translation.

    Args:
        source: the text before it was translated (the reference).
        back: the translation translated back (the hypothesis).
        language: label of the source's language.
    """
    bleu, chrf = _bleu(tokenizer(language)), _chrf()
    bleu_score = bleu.sentence_score(back, [source]).score
    chrf_score = chrf.sentence_score(back, [source]).score
    return RoundTrip(
        bleu=min(100.0, max(0.0, bleu_score)),  # rounding gives 100.00000000000004 for equal texts
        chrf=min(100.0, max(0.0, chrf_score)),
        bleu_signature=str(bleu.get_signature()),
        chrf_signature=str(chrf.get_signature()),
    )
