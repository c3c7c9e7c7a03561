"""`@compiled`: a kernel over arrays, compiled by numba when it is first called and kept for the next process.

Kernels release the interpreter lock. Importing this module loads numba, so those who use a kernel import it inside the
function that calls it. A kernel calls kernels of its own module alone: numba compiles anew when a kernel's module has
changed, and does not look at others.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt

F = TypeVar("F", bound=Callable[..., Any])
I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]


def compiled(function: F) -> F:
    """Compile a kernel: arrays and numbers in, numbers out or arrays written. It allocates nothing."""
    options: dict[str, Any] = {"nogil": True, "_nrt": False}  # without numba's reference counts
    try:
        return cast(F, numba.njit(cache=True, **options)(function))
    except RuntimeError as error:  # no folder can be written: each process compiles for itself
        if "no locator" not in str(error):
            raise
        return cast(F, numba.njit(**options)(function))
