"""Quality of a translation without a reference, estimated by a model.

Estimates are one gate among several and need a limit for each pair of languages: no model is good for all
(2606.00285 compares nine on 41,412 pairs). The rule that an empty text, or one in a wrong language, is worth nothing is
laCOMET's ("In-Context Example Selection", 2408.00397): models of the kind give fluent text in a wrong language good
scores.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from translators.gates.gate import Pair

F64 = npt.NDArray[np.float64]


class Estimator(Protocol):
    """A model that says how good a translation is; higher is better, and 0 is worthless."""

    @property
    def identity(self) -> str:
        """What measured: name and revision of the model, versions of what runs it. A row keeps it with its score."""
        ...

    def score(self, pairs: Sequence[Pair]) -> F64:
        """The score of each pair, shape (n,); NaN where the model cannot read the whole pair.

        A pair's score depends on nothing but the pair: not on those beside it, nor on their order.
        """
        ...


def estimate(
    pairs: Sequence[Pair], estimator: Estimator, wrong_language: Sequence[bool] | None = None
) -> list[float | None]:
    """The estimated quality of each pair.

    Args:
        pairs: source texts and their translations.
        estimator: the model. It is not asked about a pair that is worth 0 anyway; of equal pairs it is asked once.
        wrong_language: for each pair, whether the translation was found to be in another language than it should.

    Returns:
        0 for an empty translation, or one in a wrong language; None where the model could not read the whole pair.

    Raises:
        ValueError: not one `wrong_language` for each pair.
    """
    wrong = [False] * len(pairs) if wrong_language is None else list(wrong_language)
    if len(wrong) != len(pairs):
        raise ValueError(f"{len(pairs)} pairs and {len(wrong)} values of wrong_language: give one for each")
    worthless = [bad or not pair.target.strip() for pair, bad in zip(pairs, wrong, strict=True)]
    asked = list(dict.fromkeys(pair for pair, zero in zip(pairs, worthless, strict=True) if not zero))
    found = dict(zip(asked, estimator.score(asked), strict=True)) if asked else {}
    scores = [0.0 if zero else float(found[pair]) for pair, zero in zip(pairs, worthless, strict=True)]
    return [score if np.isfinite(score) else None for score in scores]
