"""`@compiled`: a kernel over arrays, compiled by numba when it is first called and kept for the next process.

Kernels release the interpreter lock. The compiled code is kept beside the module, or in the user's cache folder; where
neither can be written (a container without a home), each process compiles for itself.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Compile a kernel: arrays and numbers in, numbers out or arrays written; no strings, lists or mappings.

    It allocates nothing, so it does without numba's reference counts: an array handed to a function in an inner loop
    costs two atomic operations otherwise, 10 ns a call where the call itself takes 2.
    """
    return _compiled(function, _nrt=False)


def allocating(function: F) -> F:
    """`compiled` for a kernel that makes arrays or returns them. Inner loops belong into `compiled` functions."""
    return _compiled(function)


def _compiled(function: F, **options: Any) -> F:
    try:
        kernel = numba.njit(cache=True, nogil=True, **options)(function)
    except RuntimeError as error:
        if "no locator" not in str(error):
            raise
        return cast(F, numba.njit(nogil=True, **options)(function))
    # Numba keeps a kernel while its own module is the same, and does not see that a function from another module,
    # which is compiled into it, has changed. So every kernel's stamp holds the state of all modules with kernels.
    # Numba has no public way to say so; with another numba the test in tests/filters/test_compiled.py would fail.
    index: Any = getattr(kernel._cache, "_cache_file", None)
    if hasattr(index, "_source_stamp"):
        index._source_stamp = (index._source_stamp, _sources())
    return cast(F, kernel)


@cache
def _sources() -> tuple[tuple[str, int, int], ...]:
    """Name, size and time of change of each module under `filters`."""
    root = Path(__file__).parents[1]
    found = ((path, path.stat()) for path in sorted(root.rglob("*.py")))
    return tuple((str(path.relative_to(root)), stat.st_size, stat.st_mtime_ns) for path, stat in found)
