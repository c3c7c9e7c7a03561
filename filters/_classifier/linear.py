"""A fastText classifier of two classes as one number a feature: what it says of a line, at the speed of reading it.

fastText takes the mean of the vectors of a line's features and, for each class, the product with the class's vector.
The difference of both products is the mean over features of one number each, so the vectors are not needed any more.
Scores are those of fastText up to its rounding (32-bit floats), and do not depend on what else is scored.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import polars as pl

from schemas.errors import SourceError

if TYPE_CHECKING:
    from filters._kernels.utf8 import Strings

_PREFIX = "__label__"
_END = "</s>"


class Linear:
    """A supervised fastText model, taken apart.

    Args:
        path: a .bin of two labels with softmax, not quantised.
        positive: the label whose probability counts, without `__label__`.

    Raises:
        SourceError: no such model, or none of this kind.
    """

    def __init__(self, path: Path, positive: str) -> None:
        from filters._kernels import linear as kernel
        from filters._kernels.utf8 import strings

        model = _load(path)
        args = model.f.getArgs()
        labels = [label.removeprefix(_PREFIX) for label in model.labels]
        if positive not in labels or len(labels) != 2:
            raise SourceError(
                f"{path} has the labels {', '.join(labels) or '(none)'}; a classifier of two labels is needed, one of "
                f"them {positive}."
            )
        if model.is_quantized() or str(args.loss).rpartition(".")[2] != "softmax":
            kind = "quantised" if model.is_quantized() else f"trained with the loss {args.loss}"
            raise SourceError(
                f"{path} is {kind}. Give a model that was trained with softmax and saved as .bin, not .ftz."
            )
        own = labels.index(positive)
        outputs = model.get_output_matrix().astype(np.float64)
        vectors = model.get_input_matrix()
        numbers = np.empty(len(vectors), np.float32)
        kernel.products(vectors, outputs[own] - outputs[1 - own], numbers)
        words = pl.Series(model.words, dtype=pl.String)
        data, starts = strings(words)
        self._buckets = np.ascontiguousarray(numbers[len(words) :]) if args.bucket else np.zeros(1, np.float32)
        self._sums = numbers[: len(words)].astype(np.float64)
        self._counts = np.ones(len(words), np.int64)
        self._ngrams, self._range = int(args.wordNgrams), (int(args.minn), int(args.maxn))
        ends = (words == _END).arg_true()
        self._end = int(ends[0]) if len(ends) else -1
        if self._range[1]:
            before = self._sums[self._end]
            kernel.words(data, starts, *self._range, self._buckets, self._sums, self._counts)
            if self._end >= 0:  # the end of a line has no character n-grams
                self._sums[self._end], self._counts[self._end] = before, 1
        size = 1 << max(4, int(2 * len(words)).bit_length())
        self._keys, self._slots = np.zeros(size, np.uint64), np.full(size, -1, np.int32)
        given = np.empty(len(words), np.uint64)
        kernel.digests(data, starts, given)
        kernel.fill(given, self._keys, self._slots)

    def logits(self, lines: Strings) -> npt.NDArray[np.float64]:
        """Log odds of the positive class for each line, shape (m,); NaN for a line without a known feature."""
        from filters._kernels import linear as kernel

        longest = int(np.diff(lines.starts).max(initial=0))
        out = np.empty(len(lines.starts) - 1)
        kernel.means(
            lines.data, lines.starts, self._keys, self._slots, self._sums, self._counts, self._buckets, self._ngrams,
            *self._range, self._end, np.empty(longest // 2 + 2, np.uint64), out,
        )  # fmt: skip
        return out


def _load(path: Path) -> Any:
    import fasttext

    try:
        return fasttext.load_model(str(path))
    except ValueError as error:
        raise SourceError(
            f"{path} is no fastText model ({error}). Give a .bin that fastText has saved, or train one with "
            "`glotmill train-quality`."
        ) from error
