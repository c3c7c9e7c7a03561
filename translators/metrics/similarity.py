"""How close two texts of one language are in meaning: the cosine of their vectors.

A round trip that says the same in other words has a low BLEU and a high cosine. On round trips, similarity of
embeddings says more about quality than BLEU does, and depends less on the model that translates back ("Revisiting
Round-Trip Translation for Quality Estimation", 2004.13937).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt


class Embedder(Protocol):
    """What makes vectors of texts; the pipelines hand one in."""

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Vectors of texts, shape (n, dimension); a row of zeros for a text that the model knows nothing of."""
        ...


def similarity(sources: Sequence[str], back: Sequence[str], embedder: Embedder) -> list[float | None]:
    """The cosine of each pair, -1 to 1; None where one of the two has no vector.

    Args:
        sources: n texts.
        back: their back translations, as many, in the same language.
        embedder: makes the vectors. A text that occurs several times is embedded once.

    Raises:
        ValueError: not as many back translations as sources.
    """
    if len(sources) != len(back):
        raise ValueError(f"{len(sources)} sources and {len(back)} back translations: give one for each")
    if not len(sources):
        return []
    places = {text: place for place, text in enumerate(dict.fromkeys([*sources, *back]))}
    vectors = np.asarray(embedder.embed(list(places)), np.float64)
    one = vectors[[places[text] for text in sources]]
    other = vectors[[places[text] for text in back]]
    # Sums along rows alone, so that a pair's value does not depend on how many others there are.
    lengths = np.sqrt((one * one).sum(axis=1) * (other * other).sum(axis=1))
    products = (one * other).sum(axis=1)
    return [
        float(min(1.0, max(-1.0, product / length))) if length > 0 and np.isfinite(product / length) else None
        for product, length in zip(products, lengths, strict=True)
    ]
