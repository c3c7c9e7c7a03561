"""Words of a text, for counting: what ICU's rules and dictionaries cut (UAX #29, CLDR), without white space.

Punctuation marks are words of their own. Thai, Lao, Khmer, Burmese, Chinese and Japanese are cut by dictionaries, and
Tibetan at its syllable marks. Other scripts without spaces have no dictionary: there a word is a grapheme.
"""

from __future__ import annotations

from icu4py.breakers import CharacterBreaker, WordBreaker

from translators.metrics.tokenizers import UNSPACED

_CUT_BY_ICU = frozenset(("Thai", "Laoo", "Khmr", "Mymr", "Jpan", "Hira", "Kana", "Hrkt", "Tibt"))


def words(text: str, language: str) -> list[str]:
    """The words of a text, in order.

    Args:
        text: any text.
        language: label; its script says how words are cut.

    >>> words("Don't stop, go!", "eng_Latn")
    ["Don't", 'stop', ',', 'go', '!']
    """
    script = language.partition("_")[2]
    breaker = CharacterBreaker if script in UNSPACED and script not in _CUT_BY_ICU else WordBreaker
    # The root locale: dictionaries go by script, and no language's special rules are wanted.
    return [word for word in breaker(text, "und") if not word.isspace()]
