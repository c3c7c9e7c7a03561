"""HeLI through the package `heliport`: 220 languages, an optional extra because its licence is GPL-3.0.

The model scores a text by its words and character n-grams (Jauhiainen et al. 2022, "HeLI-OTS"): the lower the better,
7 where it knows nothing of the text. It gives no probability. Here the confidence is

    how well the text fits the language: 0 from a score of 4.8 on, 1 up to 4.0
    x how far the runner-up is behind: 0 at no distance, 1 from 0.6 on.

Texts in a language that the model knows score 2.5 to 4.3 (medians of 110 languages, Universal Declaration of Human
Rights), the nearest known language of other texts mostly more than 4.5.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

import polars as pl

from filters._identifiers import labels
from filters._identifiers.answer import Row, frame, unsure
from schemas import languages
from schemas.errors import MissingPackage

_NO_FIT, _GOOD_FIT = 4.8, 4.0
_CLEAR = 0.6
_LEAST = 0.3  # as for CLD2
_KNOWS_NOTHING = 7.0
_LONG_ENOUGH = 20  # characters of a line, as for fastText


class Heliport:
    """The identifier.

    Raises:
        MissingPackage: the extra is not installed.
    """

    def __init__(self) -> None:
        try:
            import heliport
        except ModuleNotFoundError as error:
            raise _missing() from error
        self._model = heliport.Identifier()
        codes: dict[str, float] = self._model.get_confidence_all()
        self.known = frozenset(
            label[:3] for code in codes if (label := labels.of_heliport(code)) != languages.UNDETERMINED
        )

    @staticmethod
    def version() -> str:
        """Version of the package, whose models come with it."""
        try:
            return version("heliport")
        except PackageNotFoundError as error:
            raise _missing() from error

    def __call__(self, texts: list[str]) -> pl.DataFrame:
        """Identify texts; see `filters._identifiers.answer.Identifier`."""
        return unsure(frame(map(self._identify, texts)), _LEAST)

    def _identify(self, text: str) -> Row:
        scored = self._model.identify_topk_with_score(text, 2)
        code, score = scored[0]
        first = labels.of_heliport(code)
        if first == languages.UNDETERMINED:
            return first, 0.0, None, 0.0, 0.0
        other, behind = scored[1] if len(scored) > 1 else ("und", _KNOWS_NOTHING)
        second = labels.of_heliport(other)
        known = second != languages.UNDETERMINED
        return (
            first,
            _fit(score) * min((behind - score) / _CLEAR, 1.0),
            second if known else None,
            _fit(behind) * max(1 - (behind - score) / _CLEAR, 0.0) if known else 0.0,
            self._share(text, code),
        )

    def _share(self, text: str, code: str) -> float:
        """Share of the text, by length, on lines that the model puts into the language of the whole."""
        lines = [line for line in text.split("\n") if len(line) >= _LONG_ENOUGH]
        if len(lines) < 2:
            return 1.0
        agreeing = sum(len(line) for line in lines if self._model.identify_topk_with_score(line, 1)[0][0] == code)
        return agreeing / sum(map(len, lines))


def _missing() -> MissingPackage:
    return MissingPackage(
        "stages.language: `model: heliport` needs the package heliport (GPL-3.0). Install it with: "
        "pip install 'glotmill[heliport]'"
    )


def _fit(score: float) -> float:
    return min(max((_NO_FIT - score) / (_NO_FIT - _GOOD_FIT), 0.0), 1.0)
