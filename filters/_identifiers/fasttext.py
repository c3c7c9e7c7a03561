"""Any fastText identifier: lid.176, GlotLID, OpenLID, NLLB's, or one that `glotmill train-lid` made.

Confidence is the model's own: the probability of the label, summed over the model's labels that mean one language here
(lid.176 has both `sh` and `hr`). The share of the document's language is over its lines of 20 characters and more, by
length: on shorter lines an identifier is mostly guessing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import polars as pl

from filters._identifiers import labels
from filters._identifiers.answer import NOTHING, Row, frame
from schemas import languages
from schemas.errors import SourceError

_LONG_ENOUGH = 20  # characters
_CANDIDATES = 4  # labels asked for: two that differ remain when some mean one language


class FastText:
    """A model file, loaded.

    Args:
        path: a `.bin` or `.ftz`.

    Raises:
        SourceError: the file is no fastText model, or none of its labels is a language.
    """

    def __init__(self, path: str) -> None:
        import fasttext

        try:
            self._model = fasttext.load_model(path)
            given = self._model.get_labels()
        except (ValueError, RuntimeError, MemoryError) as error:
            raise SourceError(
                f"stages.language: {path} is not a fastText model: {error}. Give the .bin or .ftz of a language "
                "identifier, or a folder made by `glotmill train-lid`."
            ) from error
        self._labels = labels.of_fasttext(given)
        self.known = frozenset(one[:3] for one in self._labels.values() if one != languages.UNDETERMINED)
        if not self.known:
            raise SourceError(
                f"stages.language: no label of {path} is a language; the first are {', '.join(map(repr, given[:5]))}. "
                "An identifier's labels are codes such as __label__fr, __label__fra or __label__fra_Latn."
            )

    def __call__(self, texts: list[str]) -> pl.DataFrame:
        """Identify texts; see `filters._identifiers.answer.Identifier`."""
        if not texts:
            return frame([])
        rows = [
            self._row(names, values)
            for names, values in zip(*self._model.predict([_flat(t) for t in texts], k=_CANDIDATES), strict=True)
        ]
        return frame(
            (*row[:4], share) for row, share in zip(rows, self._shares(texts, [r[0] for r in rows]), strict=True)
        )

    def _row(self, names: Sequence[str], values: Sequence[float]) -> Row:
        if len(names) == 0:  # not one known n-gram
            return NOTHING
        sums: dict[str, float] = defaultdict(float)
        for name, value in zip(names, values, strict=True):
            sums[self._labels[name]] += float(value)
        (first, confidence), *others = sorted(sums.items(), key=lambda item: -item[1])
        # What a model calls no language is nothing to be sure of.
        confidence = 0.0 if first == languages.UNDETERMINED else min(confidence, 1.0)
        second, beside = next((one for one in others if one[0] != languages.UNDETERMINED), (None, 0.0))
        return first, confidence, second, beside, None

    def _shares(self, texts: list[str], found: list[str | None]) -> list[float | None]:
        """Share of each text on lines that the model puts into the language of the whole."""
        lines: list[str] = []
        of: list[int] = []
        for row, text in enumerate(texts):
            long = [line for line in text.split("\n") if len(line) >= _LONG_ENOUGH]
            if len(long) > 1:
                lines += long
                of += [row] * len(long)
        agreeing: dict[int, int] = defaultdict(int)
        total: dict[int, int] = defaultdict(int)
        if lines:
            for row, line, names in zip(of, lines, self._model.predict(list(map(_flat, lines)), k=1)[0], strict=True):
                total[row] += len(line)
                if len(names) and self._labels[names[0]] == found[row]:
                    agreeing[row] += len(line)
        return [
            None if one is None else agreeing[row] / total[row] if row in total else 1.0
            for row, one in enumerate(found)
        ]


def _flat(text: str) -> str:
    return text.replace("\n", " ")
