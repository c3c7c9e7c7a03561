"""Eight bytes at a time: unaligned loads and stores, and hashes of stretches of bytes.

Numba has neither unaligned loads nor products of 128 bits, but the machine has them, and LLVM knows how to ask for
them. Arrays that are read here must go on for `PAD` bytes behind what is meant, where nothing else is said.
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
_LINE_FEED, _U1 = 0x0A, np.uint64(1)
_FEEDS = np.uint64(0x0A0A0A0A0A0A0A0A)
_ONES = np.uint64(0x0101010101010101)
_HIGHS = np.uint64(0x8080808080808080)
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


@_builtin
def trailing_zeros(typing_context: Any, value: Any) -> Any:
    """How many of the lowest bits of a uint64 are zero; 64 for zero."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 0))

    return types.int64(types.uint64), generate


@_builtin
def ones(typing_context: Any, value: Any) -> Any:
    """How many bits of a uint64 are set."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.int64(types.uint64), generate


def masks() -> Masks:
    """For each size up to 16 the bits of its bytes in two words of eight: shape (17, 2)."""
    sizes = np.arange(_SHORT + 1)[:, None] - np.array([0, 8])
    bits = 8 * np.clip(sizes, 0, 8)
    return np.array([[(1 << int(n)) - 1 for n in row] for row in bits], np.uint64)


def padded(data: Bytes) -> Bytes:
    """A copy with `PAD` zeros behind it."""
    return np.concatenate((data, np.zeros(PAD, np.uint8)))


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
        value = _rest(data, begin + _SHORT, end, value, masks)
    return value


@compiled
def _rest(data: Bytes, at: int, end: int, value: np.uint64, masks: Masks) -> Any:
    while end - at >= 16:
        value = fold(value ^ load(data, at), K2 ^ load(data, at + 8))
        at += 16
    return fold(value ^ load(data, at) & masks[end - at, 0], K2 ^ load(data, at + 8) & masks[end - at, 1])


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


@compiled
def next_line_feed(text: Bytes, at: int, end: int) -> int:
    """Place of the next line feed, or `end`."""
    while at < end:
        differs = load(text, at) ^ _FEEDS
        if (differs - _ONES) & ~differs & _HIGHS:  # one of the eight bytes is zero now
            while at < end and text[at] != _LINE_FEED:
                at += 1
            return at
        at += 8
    return end


@compiled
def line_feeds(text: Bytes, begin: int, end: int) -> int:
    """How many line feeds a stretch holds."""
    n = 0
    while end - begin >= 8:
        differs = load(text, begin) ^ _FEEDS
        n += 8 - ones((((differs & ~_HIGHS) + ~_HIGHS) | differs) & _HIGHS)
        begin += 8
    for at in range(begin, end):
        n += text[at] == _LINE_FEED
    return n


@compiled
def characters(text: Bytes, begin: int, end: int) -> int:
    """How many code points a stretch of UTF-8 holds."""
    n = end - begin
    while end - begin >= 8:
        word = load(text, begin)
        n -= ones(word & ~(word << _U1) & _HIGHS)  # bytes 10xxxxxx
        begin += 8
    for at in range(begin, end):
        n -= (text[at] & 0xC0) == 0x80
    return n
