"""Which of sacreBLEU's tokenizers a language gets, and what it does before tokens are cut.

`13a` cuts at spaces: it takes a Thai sentence for one word, and gives a good Thai text a BLEU of 0. So no script that
is written without spaces between words gets it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Literal

Name = Literal["13a", "zh", "ja-mecab", "ko-mecab", "char"]

_MECAB: dict[str, Name] = {"jpn": "ja-mecab", "kor": "ko-mecab"}
# Chinese and its relatives in Han characters; `zh` puts spaces around each of them and leaves the rest to 13a.
_HAN = frozenset(("Hans", "Hant", "Hani", "Hanb"))
# These write many characters of their own, beyond the basic plane, where `zh` does not cut.
_OWN_CHARACTERS = frozenset(("vie", "zyb", "zha"))
# No spaces between words, and no tokenizer of sacreBLEU's cuts words there. By the line breaking classes of their
# letters (Unicode Standard Annex 14): SA, which needs a dictionary; ID, which breaks anywhere; AK and AS, which break
# between syllables (without Grantha, whose texts of today have spaces). Tibetan marks syllables, Lontara
# phrases. Lisu, Vai, Chakma, Ol Chiki and Mongolian have spaces.
UNSPACED = frozenset(
    (
        *("Thai", "Laoo", "Khmr", "Mymr", "Lana", "Talu", "Tale", "Tavt", "Ahom"),  # SA
        *("Jpan", "Hira", "Kana", "Hrkt", "Bopo", "Yiii", "Tang", "Nshu"),  # ID
        *("Java", "Bali", "Kawi", "Batk", "Cham", "Maka", "Brah", "Diak"),  # AK, AS
        *("Tibt", "Bugi"),
    )
)
"""Scripts without spaces between words for which sacreBLEU has no tokenizer of words."""


def tokenizer(language: str) -> Name:
    """The sacreBLEU tokenizer for a label.

    >>> [tokenizer(one) for one in ("fra_Latn", "zho_Hant", "jpn_Jpan", "kor_Hang", "tha_Thai", "bod_Tibt")]
    ['13a', 'zh', 'ja-mecab', 'ko-mecab', 'char', 'char']
    """
    iso3, _, script = language.partition("_")
    if iso3 in _MECAB and script != "Latn":
        return _MECAB[iso3]
    if script in _HAN:
        return "char" if iso3 in _OWN_CHARACTERS else "zh"
    return "char" if script in UNSPACED else "13a"


def prepare(texts: Sequence[str], name: Name) -> Sequence[str]:
    """Texts as the compiled part of a tokenizer takes them: entities read (13a), or words parted by spaces (MeCab)."""
    if name in ("ja-mecab", "ko-mecab"):
        parse = _parser(name)
        return [parse(text.strip()) for text in texts]
    if name == "13a":
        joined = "\x00".join(texts)
        if "&" in joined or "-\n" in joined or "<skipped>" in joined:
            return [_read_entities(text) for text in texts]
    return texts


def _read_entities(text: str) -> str:
    """What 13a does before its rules; the order counts."""
    text = text.rstrip().replace("<skipped>", "").replace("-\n", "")
    if "&" in text:
        for entity, sign in (("&quot;", '"'), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")):
            text = text.replace(entity, sign)
    return text


_taggers = threading.local()  # MeCab's taggers hold the sentence that they work on


def _parser(name: Name) -> Callable[[str], str]:
    """This thread's MeCab, with the dictionary that sacreBLEU names."""
    if not hasattr(_taggers, name):
        # Past the tokenizer's own cache: it would keep the last 65,536 texts.
        setattr(_taggers, name, _sacrebleu(name)().tagger)
    tagger = getattr(_taggers, name)

    def parse(text: str) -> str:
        found: str | None = tagger.parse(text)
        if found is not None:
            return found
        # Too long for MeCab (from some 160,000 characters on), so sacreBLEU has no score for it: in two parts.
        middle = len(text) // 2
        cut = max(text.rfind("\n", 0, middle), text.rfind(" ", 0, middle)) + 1 or middle
        return f"{parse(text[:cut])} {parse(text[cut:])}"

    return parse


@cache
def _sacrebleu(name: Name) -> Any:
    """SacreBLEU's class for a tokenizer."""
    from sacrebleu.metrics import bleu

    return bleu._get_tokenizer(name)
