"""What placeholders look like, and what models make of them.

A placeholder is a number between two signs. Which numbers are free follows from the text: those that nothing in it
could be mistaken for.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

_SPACES = " \u00a0\u2009\u202f\u3000"
_SPACE = f"[{_SPACES}]"
_LETTER = r"[A-Za-z\u00c0-\u052f\uff21-\uff3a\uff41-\uff5a]"  # Latin, Greek, Cyrillic
_STEP = 100  # from one first number to the next that is tried


@dataclass(frozen=True)
class Mark:
    """A form of placeholders.

    Args:
        opening, closing: what stands around the number.
        like_opening, like_closing: characters that models write instead, those themselves among them.
        twice: whether models double them.
    """

    opening: str
    closing: str
    like_opening: str
    like_closing: str
    twice: bool = False

    def token(self, number: int) -> str:
        """The placeholder with a number.

        >>> LETTERS.token(1), BRACKETS.token(1)
        ('X1X', '⟦1⟧')
        """
        return f"{self.opening}{number}{self.closing}"

    @cached_property
    def _like(self) -> re.Pattern[str]:
        exact = rf"{re.escape(self.opening)}(\d{{1,9}}){re.escape(self.closing)}"
        times = "{1,2}" if self.twice else ""
        opening, closing = (rf"[{re.escape(one)}]{times}" for one in (self.like_opening, self.like_closing))
        tight = rf"{opening}(\d{{1,9}}){closing}"
        # Spaces on both sides or on none: `X1 X` may be a piece of a placeholder before an X of the text.
        spaced = rf"{opening}{_SPACE}(\d{{1,9}}){_SPACE}{closing}"
        if self.is_word:
            tight = rf"(?<!\d){tight}(?!\d)"  # 3x4x5
            spaced = rf"(?<!{_LETTER}){spaced}(?!{_LETTER})"
        return re.compile(rf"{exact}|{tight}|{spaced}")

    @cached_property
    def _begun(self) -> re.Pattern[str]:
        """What each of them begins with or goes on with: quicker to look for, and most texts have none."""
        return re.compile(rf"[{re.escape(self.like_opening)}]{_SPACE}?\d")

    @cached_property
    def _broken(self) -> re.Pattern[str]:
        opening, closing = re.escape(self.opening), re.escape(self.closing)
        if self.is_word:
            return re.compile(rf"{opening}(\d{{1,9}})|(\d{{1,9}}){closing}")
        return re.compile(rf"{opening}|{closing}")

    def find(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Begin, end and number of everything that reads as a placeholder."""
        if not self._begun.search(text):
            return iter(())
        return ((one.start(), one.end(), int(one[1] or one[2] or one[3])) for one in self._like.finditer(text))

    def broken(self, text: str) -> list[str]:
        """Pieces of placeholders, in a text from which the whole ones were taken out."""
        if self.opening not in text and self.closing not in text:
            return []
        return [one[0] for one in self._broken.finditer(text)]

    @property
    def is_word(self) -> bool:
        """Whether its signs are letters."""
        return self.opening.isalpha()

    def beside(self, before: str, after: str) -> tuple[int, int]:
        """How many characters beside a placeholder could be taken for a part of it: signs, and a space up to them.

        Args:
            before: the text before it.
            after: the text after it.

        Returns:
            At the end of the one, at the beginning of the other.
        """
        signs = self.like_opening + self.like_closing
        left = before[len(before.rstrip(signs + _SPACES)) :].lstrip(_SPACES)
        right = after[: len(after) - len(after.lstrip(signs + _SPACES))].rstrip(_SPACES)
        return len(left), len(right)

    def first(self, text: str, count: int) -> Iterator[int]:
        """Numbers from which on `count` placeholders can be told from everything in a text, the lowest first."""
        taken = [number for _, _, number in self.find(text)]
        taken += (int(digits) for piece in self.broken(text) for digits in re.findall(r"\d+", piece))
        taken.sort()
        number = 1
        while True:
            index = bisect_left(taken, number)
            if index == len(taken) or taken[index] >= number + count:
                yield number
            number += _STEP * (1 + count // _STEP)


LETTERS = Mark("X", "X", "XxＸｘХхΧχ×", "XxＸｘХхΧχ×")
"""`X1X`. The form that a small model keeps best: a sign of its own is often dropped, a word is not."""

BRACKETS = Mark("⟦", "⟧", "⟦〚【[［", "⟧〛】]］", twice=True)
"""`⟦1⟧`. Where letters will not do, and for large models that know it."""
