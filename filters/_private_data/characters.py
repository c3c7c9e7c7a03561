"""Digits and separators of every script, brought to ASCII one character for one, so that spans stay in place."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

# Code point of the zero of every run of ten decimal digits (Unicode 14, general category Nd). Written out: the
# tables of Python's own `unicodedata` differ between Python versions, and results must not.
_ZEROS = (
    0x30, 0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6, 0xE50, 0xED0,
    0xF20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620,
    0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10, 0x104A0, 0x10D30, 0x11066, 0x110F0, 0x11136, 0x111D0,
    0x112F0, 0x11450, 0x114D0, 0x11650, 0x116C0, 0x11730, 0x118E0, 0x11950, 0x11C50, 0x11D50, 0x11DA0, 0x16A60,
    0x16AC0, 0x16B50, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E140, 0x1E2F0, 0x1E950, 0x1FBF0,
)  # fmt: skip
# Spaces, and the marks of direction that stand around numbers in Arabic and Hebrew text.
_SPACES = "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_MARKS = "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u061c"
_DASHES = "\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30fc\ufe58\ufe63"

_ASCII: dict[int, str] = {zero + value: str(value) for zero in _ZEROS[1:] for value in range(10)}
_ASCII |= {ord(c): " " for c in _SPACES + _MARKS}
_ASCII |= {ord(c): "-" for c in _DASHES}
# Full-width forms of the printable ASCII characters.
_ASCII |= {0xFF01 + i: chr(0x21 + i) for i in range(94)}
_ASCII |= {0x3002: ".", 0xFF61: ".", 0x066B: ".", 0x06D4: ".", 0x2024: "."}

# What the kernel tells apart, by code point.
OTHER, DIGIT, JOINER, DOT, AT = 0, 1, 2, 3, 4
TABLE_SIZE = 0x20000


class _Ascii(dict[int, str]):
    """Maps what has an ASCII form, remembers that the rest has none."""

    def __missing__(self, code: int) -> str:
        self[code] = out = chr(code)
        return out


class _Shape(dict[int, str]):
    """The class of a character: `9` digit, `A` and `a` Latin letters, punctuation itself, `!` the rest."""

    def __missing__(self, code: int) -> str:
        char = _ASCII.get(code, chr(code))
        if char in "0123456789":
            out = "9"
        elif "A" <= char <= "Z":
            out = "A"
        elif "a" <= char <= "z":
            out = "a"
        else:
            out = char if char in " -.()/+,:_#=*&?%@" else "!"
        self[code] = out
        return out


_ascii, _shape = _Ascii(_ASCII), _Shape()


def ascii_form(text: str) -> str:
    """Digits, full-width characters, dashes and spaces as ASCII; all else as it is; the same length."""
    return text if text.isascii() else text.translate(_ascii)


def shape(text: str) -> str:
    """The text with every digit as `9` and every Latin letter as `A` or `a`; the same length.

    >>> shape("No. 12-٣٤x")
    'Aa. 99-99a'
    """
    return text.translate(_shape)


def classes() -> npt.NDArray[np.uint8]:
    """Class of every code point below `TABLE_SIZE`, for the kernel."""
    table = np.zeros(TABLE_SIZE, np.uint8)
    for zero in _ZEROS:
        table[zero : zero + 10] = DIGIT
    for code, char in (_ASCII | {ord(c): c for c in " -.()/+@"}).items():
        if char in " -()/+":
            table[code] = JOINER
        elif char == ".":
            table[code] = DOT
        elif char == "@":
            table[code] = AT
    return table
