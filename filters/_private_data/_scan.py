"""One pass over the bytes of a frame: where could something private stand? (numba)"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from filters._kernels.compiled import compiled
from filters._private_data.characters import AT, DIGIT, DOT, JOINER, TABLE_SIZE

# What was seen at a place; `find.py` says who looks at it.
SEEN_AT, SEEN_NUMBER, SEEN_QUAD, SEEN_COLONS, SEEN_CODE, SEEN_WALLET, SEEN_SECRET, SEEN_HYPHENS = range(8)

_LEAST_DIGITS = 7
_MOST_JOINERS = 3


@compiled
def scan(
    data: npt.NDArray[np.uint8],
    offsets: npt.NDArray[np.int64],
    classes: npt.NDArray[np.uint8],
    prefixes: npt.NDArray[np.int64],
    out: npt.NDArray[np.int64],
) -> int:
    """Places worth a closer look.

    Args:
        data: the texts, UTF-8, one after the other.
        offsets: where each text starts, and the end of the last: n + 1 numbers.
        classes: class of every code point below `TABLE_SIZE`.
        prefixes: first four (or three) bytes of known secrets, as big-endian numbers.
        out: rows of (row, first byte, byte after the last, what was seen); filled as far as it reaches.

    Returns:
        How many places there are; more than `out` holds means that it was too short.
    """
    found = 0
    room = out.shape[0]
    for row in range(offsets.size - 1):
        i = offsets[row]
        stop = offsets[row + 1]
        code: Any
        kind: Any
        # Digits joined by a few spaces, dashes, dots, brackets.
        number, number_end, digits, joiners = -1, -1, 0, 0
        # Runs of at most three digits joined by single dots.
        quad, quad_end, parts, run, dotted = -1, -1, 0, 0, False
        # Hexadecimal digits and colons.
        colon, colons, doubled = -1, 0, False
        # ASCII letters, digits, - and _.
        token, token_digits, token_letters, hyphens = -1, 0, 0, 0
        while i <= stop:
            if i == stop:
                code, width, kind = 10, 1, 0  # a line end after every text closes what is open
            else:
                byte = data[i]
                if byte < 0x80:
                    code, width = np.int64(byte), 1
                elif byte < 0xE0:
                    code, width = np.int64(byte & 0x1F) << 6, 2
                    code |= np.int64(data[i + 1] & 0x3F)
                elif byte < 0xF0:
                    code, width = np.int64(byte & 0x0F) << 12, 3
                    code |= np.int64(data[i + 1] & 0x3F) << 6 | np.int64(data[i + 2] & 0x3F)
                else:
                    code, width = np.int64(byte & 0x07) << 18, 4
                    code |= np.int64(data[i + 1] & 0x3F) << 12 | np.int64(data[i + 2] & 0x3F) << 6
                    code |= np.int64(data[i + 3] & 0x3F)
                kind = np.int64(classes[code]) if code < TABLE_SIZE else 0

            if kind == DIGIT:
                if number < 0:
                    number, digits = i, 0
                digits += 1
                joiners = 0
                number_end = i + width
                if run == 0:
                    if dotted:
                        parts += 1
                    else:
                        quad, parts = i, 1
                run += 1
                dotted = False
                quad_end = i + width
                if run > 3:
                    parts = -1_000_000
            else:
                if kind == AT:
                    if found < room:
                        out[found, 0], out[found, 1], out[found, 2], out[found, 3] = row, i, i + width, SEEN_AT
                    found += 1
                if number >= 0:
                    joiners += 1
                    if (kind != JOINER and kind != DOT) or joiners > _MOST_JOINERS:
                        if digits >= _LEAST_DIGITS:
                            if found < room:
                                out[found, 0], out[found, 1], out[found, 2] = row, number, number_end
                                out[found, 3] = SEEN_NUMBER
                            found += 1
                        number = -1
                if quad >= 0:
                    if kind == DOT and run > 0:
                        dotted = True
                    else:
                        if parts >= 4:
                            if found < room:
                                out[found, 0], out[found, 1], out[found, 2] = row, quad, quad_end
                                out[found, 3] = SEEN_QUAD
                            found += 1
                        quad, dotted = -1, False
                    run = 0

            digit = 48 <= code <= 57
            letter = 65 <= (code & 0xDF) <= 90 and code < 128
            if digit or code == 58 or (letter and (code & 0xDF) <= 70):
                if colon < 0:
                    colon, colons, doubled = i, 0, False
                if code == 58:
                    colons += 1
                    if i > colon and data[i - 1] == 58:
                        doubled = True
            elif colon >= 0:
                if (colons >= 5 or (doubled and colons >= 2)) and i - colon >= 4:
                    if found < room:
                        out[found, 0], out[found, 1], out[found, 2], out[found, 3] = row, colon, i, SEEN_COLONS
                    found += 1
                colon = -1

            if digit or letter or code == 45 or code == 95:
                if token < 0:
                    token, token_digits, token_letters, hyphens = i, 0, 0, 0
                if digit:
                    token_digits += 1
                elif letter:
                    token_letters += 1
                else:
                    hyphens += 1
            elif token >= 0:
                length = i - token
                seen = -1
                if length >= 10:
                    if length >= 19 or hyphens == 5:
                        head = (
                            np.int64(data[token]) << 24
                            | np.int64(data[token + 1]) << 16
                            | np.int64(data[token + 2]) << 8
                            | np.int64(data[token + 3])
                        )
                        for prefix in prefixes:
                            if head == prefix or head >> 8 == prefix:
                                seen = SEEN_SECRET
                    if seen >= 0:
                        pass
                    elif hyphens == 0:
                        first = data[token]
                        if length == 42 and first == 48 and data[token + 1] == 120:  # 0x
                            seen = SEEN_WALLET
                        elif (
                            25 <= length <= 62
                            and token_letters >= 5
                            and (
                                first == 49 or first == 51 or first == 55 or first == 57  # 1 3 7 9
                                or first == 65 or first == 66 or first == 68 or first == 76  # A B D L
                                or first == 77 or first == 84 or first == 88 or first == 98  # M T X b
                            )
                        ):  # fmt: skip
                            seen = SEEN_WALLET
                        elif (
                            (length == 11 or length == 16 or length == 18) and token_digits >= 6 and token_letters >= 1
                        ):
                            seen = SEEN_CODE
                    elif length == 17 and hyphens == 5 and data[token + 2] == 45 and data[token + 5] == 45:
                        seen = SEEN_HYPHENS
                    if seen >= 0:
                        if found < room:
                            out[found, 0], out[found, 1], out[found, 2], out[found, 3] = row, token, i, seen
                        found += 1
                token = -1
            i += width
    return found
