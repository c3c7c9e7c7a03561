"""One text of a pair with its numbers: those in digits, and those that its words say."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from translators.gates import _han_numbers, _locale_facts, _number_words
from translators.gates._number_tokens import Token, tokens

_ROMAN = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
          (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))  # fmt: skip
# Scripts that part words: a number after a letter belongs to a name.
_SPACED_SCRIPTS = frozenset(("Latn", "Cyrl", "Grek", "Armn", "Geor", "Hebr", "Arab"))
_WITH_ARTICLE = "cat dan deu fra glg hun ita nld nno nob oci por ron spa swe"
_ARTICLE_IS_ONE = frozenset(_WITH_ARTICLE.split())
_COUNTED = re.compile(r"[ \u00a0\u202f-][^\W\d_]{2}")


class Side:
    """One text of the pair, with its numbers."""

    def __init__(self, text: str, language: str, *, spaced: bool = False) -> None:
        self.original = text
        self.text = _number_words.folded(text, language)
        self.language = language
        self.magnitude = _locale_facts.magnitude(language)
        found = tokens(self.text, _locale_facts.decimal_sign(language), spaced=spaced)
        self.tokens = self._summed(self._scaled(found))

    def _scaled(self, found: list[Token]) -> list[Token]:
        """Gives each number the power that the word beside it says."""
        for one in found:
            one.stop = one.end
            if self.magnitude is None:
                continue
            after = self.magnitude.after and self.magnitude.after.match(self.text, one.end)
            if after:
                one.power, one.sure = self.magnitude.worth(after.group(1))
                one.stop = after.end()
            elif self.magnitude.before and (
                before := self.magnitude.before.search(self.text, max(0, one.start - 24), one.start)
            ):
                one.power, one.sure = self.magnitude.worth(before.group(1))
        return found

    def _summed(self, found: list[Token]) -> list[Token]:
        """1億2000万 is one number."""
        out: list[Token] = []
        for one in found:
            last = out[-1] if out else None
            if (
                last is not None
                and last.sure
                and one.power < last.power
                and (one.start == last.stop or (one.power > 1 and one.start - last.stop == 1))
                and last.values
                and one.values
            ):
                total = max(last.values) * last.power + max(one.values) * one.power
                out[-1] = Token(last.key, last.start, one.end, frozenset((total,)), power=1, sure=True, stop=one.stop)
                out[-1].key = f"={total}"
            else:
                out.append(one)
        return out

    def spelled(self, number: int) -> int:
        """How often the text has the number as a word, a Roman numeral, the name of a month or a power of ten."""
        count = 0
        pattern = _number_words.pattern(self.language, number)
        if pattern is not None:
            count += len(pattern.findall(self.text))
        if self.language[:3] in _han_numbers.LANGUAGES:
            count += self._han()[number]
        if 1 <= number < 4000:
            count += len(_roman(number).findall(self.original))
        if 1 <= number <= 12 and number in (months := _locale_facts.months(self.language)):
            count += len(months[number].findall(self.text))
        if not count and number >= 1000:
            count = self._with_power(number)
        return count

    def _han(self) -> Counter[int]:
        if not hasattr(self, "_han_values"):
            self._han_values = _han_numbers.values(self.text)
        return self._han_values

    def _with_power(self, number: int) -> int:
        """Two million in words, where the table of words does not have it."""
        if self.magnitude is None:
            return 0
        for worth, words in self.magnitude.words.items():
            count, rest = divmod(number, worth)
            if not rest and 1 <= count <= 100 and worth >= 100:
                found = _number_words.with_word(self.language, count, tuple(words))
                if found is not None and found.search(self.text):
                    return 1
        return 0

    def may_be_spelled(self, token: Token, other: str) -> bool:
        """Whether the number is one that a translator would write out.

        A number that hangs on a letter or a sign is not (MP3, #1, 16:1). Where the word for one is the article, which
        is everywhere, 1 has to count something: it does in "1 pixel" and does not in "Figure 1 shows".
        """
        text, start, end = self.text, token.start, token.end
        if start and (text[start - 1].isalpha() or text[start - 1] in "#:_"):
            return self.language[4:] not in _SPACED_SCRIPTS
        if token.key != "1" or other[:3] not in _ARTICLE_IS_ONE:
            return True
        counts = bool(_COUNTED.match(text, end)) and (start == 0 or text[start - 1] in " (\u00a0-–")
        if counts and len(self.original) == len(text):
            before = self.original[max(0, start - 40) : start].rstrip().rpartition(" ")[2]
            return not before[:1].isupper()
        return counts


@lru_cache(maxsize=4_096)
def _roman(number: int) -> re.Pattern[str]:
    """Finds a Roman numeral: XIX, and with the ending of an ordinal XIXe. A single letter is mostly something else."""
    rest, out = number, ""
    for worth, letters in _ROMAN:
        out += letters * (rest // worth)
        rest %= worth
    tail = "[a-zèé]{0,3}" if len(out) > 1 else "(?:er?|[.°ºª])?"
    return re.compile(rf"(?<![\w'’]){out}{tail}(?![\w'’])")
