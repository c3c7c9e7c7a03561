"""Eight bytes at a time: unaligned loads and stores, and hashes of stretches of bytes.

Numba has neither unaligned loads nor products of 128 bits, but the machine has them, and LLVM knows how to ask for
them. Arrays that are read here must go on for `PAD` bytes behind what is meant.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir  # type: ignore[import-untyped]  # numba's own back end
from numba import types
from numba.extending import intrinsic

from filters._kernels.compiled import compiled
from filters._kernels.utf8 import Bytes

Hashes = npt.NDArray[np.uint64]
Masks = npt.NDArray[np.uint64]

PAD = 16
_SHORT = 16  # bytes of a stretch that is hashed without a loop
K1 = np.uint64(0x9E3779B97F4A7C15)  # odd numbers without a pattern: 2^64 over the golden ratio, and a prime
K2 = np.uint64(0xA0761D6478BD642F)
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
_WORD, _WIDE = ir.IntType(64), ir.IntType(128)


def _builtin(function: Any) -> Any:
    """Numba's `intrinsic`, which hands over the typing context itself."""
    return intrinsic(function)


def _place(context: Any, builder: Any, kind: Any, array: Any, at: Any) -> Any:
    data = context.make_array(kind)(context, builder, array).data
    return builder.bitcast(builder.gep(data, [at]), _WORD.as_pointer())


@_builtin
def load(typing_context: Any, data: Any, at: Any) -> Any:
    """The eight bytes from `at` on, the first one lowest: uint64."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.load(_place(context, builder, signature.args[0], arguments[0], arguments[1]), align=1)

    return types.uint64(data, types.int64), generate


@_builtin
def store(typing_context: Any, data: Any, at: Any, value: Any) -> Any:
    """Write eight bytes from `at` on."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        builder.store(arguments[2], _place(context, builder, signature.args[0], arguments[0], arguments[1]), align=1)
        return context.get_dummy_value()

    return types.void(data, types.int64, types.uint64), generate


@_builtin
def fold(typing_context: Any, a: Any, b: Any) -> Any:
    """The upper and the lower half of the product of two uint64, XORed: mixes both well."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        product = builder.mul(*(builder.zext(argument, _WIDE) for argument in arguments))
        upper = builder.trunc(builder.lshr(product, ir.Constant(_WIDE, 64)), _WORD)
        return builder.xor(builder.trunc(product, _WORD), upper)

    return types.uint64(types.uint64, types.uint64), generate


def masks() -> Masks:
    """For each size up to 16 the bits of its bytes in two words of eight: shape (17, 2)."""
    sizes = np.arange(_SHORT + 1)[:, None] - np.array([0, 8])
    bits = 8 * np.clip(sizes, 0, 8)
    return np.array([[(1 << int(n)) - 1 for n in row] for row in bits], np.uint64)


@compiled
def digest(data: Bytes, begin: int, end: int, masks: Masks) -> Any:
    """Hash of a stretch of bytes: uint64, evenly spread over all its bits.

    Without a branch for the common sizes: words and short phrases have up to 16 bytes.
    """
    size = end - begin
    short = min(size, _SHORT)
    value = fold(
        load(data, begin) & masks[short, 0] ^ K1 ^ np.uint64(size), load(data, begin + 8) & masks[short, 1] ^ K2
    )
    if size > _SHORT:
        value = _rest(data, begin + _SHORT, end, value)
    return value


@compiled
def _rest(data: Bytes, at: int, end: int, value: np.uint64) -> Any:
    while end - at >= 8:
        value = fold(value ^ load(data, at), K1)
        at += 8
    if end > at:
        value = fold(value ^ load(data, at) & (_ALL >> np.uint64(64 - 8 * (end - at))), K1)
    return value


@compiled
def zero(data: Bytes, size: int) -> None:
    """Clear the first bytes, up to seven more than `size`."""
    for at in range(0, size, 8):
        store(data, at, np.uint64(0))


@compiled
def copy(data: Bytes, begin: int, end: int, into: Bytes) -> None:
    """Copy a stretch to the beginning of another array."""
    for at in range(end - begin):
        into[at] = data[begin + at]
