"""The published classifiers of FineWeb2-HQ (Messmer et al. 2025, arXiv:2502.10361): one head for each language.

They stand over the mean-pooled last hidden state of FacebookAI/xlm-roberta-base (768 numbers, not of length 1) of a
text's first 512 tokens: a hidden layer of 256 units, ReLU, and one output whose sigmoid is the score. The Hub
repository epfml/FineWeb-HQ-Classifiers has a state dict of torch for each of 21 languages, `fra_Latn.pt` and so on;
epfml/FineWeb2-HQ-plus-Classifier has one head of the same form for all languages.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from filters._classifier import torch_file
from filters._classifier.card import ALL
from filters._classifier.head import Head
from schemas.errors import RecipeError, SourceError
from schemas.fineweb2_thresholds import labels_of

F32 = npt.NDArray[np.float32]
DIMENSION = 768
_NAMES = ("classifier.0.weight", "classifier.0.bias", "classifier.3.weight", "classifier.3.bias")


def find(where: Path) -> dict[str, Path]:
    """The files of heads by language label.

    Args:
        where: a folder with a file for each language (`fra_Latn.pt`; `cmn_Hani.pt` is for both Chinese scripts), or
            with one file; or a file.

    Returns:
        `all` for a file whose name is no language's; nothing where there are no such files.
    """
    files = [where] if where.is_file() else sorted(where.glob("*"))
    files = [file for file in files if file.is_file() and file.suffix in torch_file.SUFFIXES]
    found = {label: file for file in files for label in _labels(file)}
    return {ALL: files[0]} if not found and len(files) == 1 else found


def _labels(file: Path) -> tuple[str, ...]:
    try:
        return labels_of(file.stem)
    except RecipeError:  # the name of a file that is for no language
        return ()


def read(file: Path, dimension: int = DIMENSION) -> Head:
    """A head.

    Args:
        file: a state dict of torch, or safetensors, with the published names.
        dimension: the length of vectors that it has to take.

    Raises:
        SourceError: the file is missing or damaged, asks for something to be run, or holds no such head.
    """
    arrays = torch_file.read(file)
    if set(arrays) != set(_NAMES):
        raise SourceError(
            f"{file} is no classifier of FineWeb2-HQ: it holds {_listed(arrays)}, and one of FineWeb2-HQ has "
            f"{', '.join(_NAMES)} (one hidden layer). Get it from epfml/FineWeb-HQ-Classifiers."
        )
    hidden, hidden_bias, output, output_bias = (arrays[name].astype(np.float32) for name in _NAMES)
    units = hidden_bias.size
    fitting = ((units, dimension), (units,), (1, units), (1,))
    if tuple(one.shape for one in (hidden, hidden_bias, output, output_bias)) != fitting:
        raise SourceError(
            f"{file} is a head of other sizes: {_listed(arrays)}. For vectors of {dimension} numbers (XLM-RoBERTa "
            f"base) it needs ({units}, {dimension}), ({units},), (1, {units}) and (1,)."
        )
    if not all(np.isfinite(one).all() for one in (hidden, hidden_bias, output, output_bias)):
        raise SourceError(f"{file} holds numbers that are not finite. Get it again.")
    return Head(np.ascontiguousarray(hidden.T), hidden_bias, output[0], float(output_bias[0]))


def _listed(arrays: dict[str, npt.NDArray[np.floating]]) -> str:
    shown = [f"{name} {array.shape}" for name, array in arrays.items()]
    return ", ".join(shown[:6]) + (f" and {len(shown) - 6} more" if len(shown) > 6 else "") or "nothing"
