"""Markup and code in a text, found in one pass over its bytes, compiled.

All signs of markup and code are ASCII, so the scan walks bytes and counts code points at their first byte. What it
takes for code is a line, by points for what only code has; see `docs/rules.md` for the list.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from filters._kernels.compiled import allocating, compiled
from filters._kernels.utf8 import Bytes, Offsets

F64 = npt.NDArray[np.float64]

_TAG_LIMIT = 4_000  # bytes: the drawing path of an icon stands in one tag
_COMMENT_LIMIT = 1_000
_NAME_LIMIT = 60  # bytes of the name in \begin{name}
_TEMPLATE_LIMIT = 200
_CODE_POINTS = 3  # points from which a line counts as code


@allocating
def scan(data: Bytes, starts: Offsets, words: Bytes, word_ends: Offsets) -> tuple[F64, F64, F64, F64]:
    """Share of markup, web address and code characters, and of code lines: four arrays, shape (n,).

    Args:
        data, starts: the texts.
        words, word_ends: words that begin lines of code, ASCII, and where each ends.
    """
    n = len(starts) - 1
    markup_share = np.zeros(n)
    url_share = np.zeros(n)
    code_share = np.zeros(n)
    code_lines = np.zeros(n)
    for text in range(n):
        stop = starts[text + 1]
        at = starts[text]
        characters = 0
        markup = 0
        urls = 0
        code = 0
        lines = 0
        lines_of_code = 0
        markup_until = at  # bytes before this one are markup
        url_until = at
        in_code = False  # whether the line before was code
        while at < stop:
            end = at
            while end < stop and data[end] != 0x0A and data[end] != 0x0D:
                end += 1
            markup_here, urls_here, here, markup_until, url_until = _spans(data, at, end, stop, markup_until, url_until)
            if here > 0:
                lines += 1
                points = _points(data, at, end, words, word_ends)
                # A line between lines of code needs less to be one of them.
                looks = points >= _CODE_POINTS or (in_code and points >= _CODE_POINTS - 1)
                # What is markup already is not counted as code too.
                if looks and 2 * (markup_here + urls_here) <= here:
                    lines_of_code += 1
                    code += here - markup_here - urls_here
                in_code = looks
            characters += here
            markup += markup_here
            urls += urls_here
            at = end + 1
        if characters > 0:
            markup_share[text] = markup / characters
            url_share[text] = urls / characters
            code_share[text] = code / characters
        if lines > 0:
            code_lines[text] = lines_of_code / lines
    return markup_share, url_share, code_share, code_lines


@compiled
def _letter(byte: Any) -> bool:
    return bool((byte >= 0x61 and byte <= 0x7A) or (byte >= 0x41 and byte <= 0x5A))


@compiled
def _spans(
    data: Bytes, at: int, end: int, stop: int, markup_until: int, url_until: int
) -> tuple[int, int, int, int, int]:
    """Characters of the line in markup, in web addresses, and in all, and where its markup and its addresses end.

    White space is left out. A code point of Chinese, Japanese or Korean counts three: a word of theirs has that many
    fewer, and one address must not outweigh a paragraph.
    """
    markup = 0
    urls = 0
    characters = 0
    for i in range(at, end):
        byte = data[i]
        if byte <= 0x20 or (byte & 0xC0) == 0x80:
            continue
        one = 3 if byte >= 0xE3 and byte <= 0xED else 1
        characters += one
        if byte < 0x80 and i >= markup_until and i >= url_until:
            if byte | 0x20 == 0x68:
                if _url(data, i, stop):
                    url_until = i
                    while url_until < stop and _in_url(data[url_until]):
                        url_until += 1
            elif not _letter(byte):
                markup_until = max(markup_until, _span(data, i, stop))
        if i < url_until:
            urls += one
        elif i < markup_until:
            markup += one
    return markup, urls, characters, markup_until, url_until


@compiled
def _in_url(byte: int) -> bool:
    return byte > 0x20 and byte < 0x7F and byte != 0x3C and byte != 0x3E and byte != 0x22


@compiled
def _span(data: Bytes, i: int, stop: int) -> int:
    """Where the markup that begins at byte i ends; i if none begins there."""
    byte = data[i]
    after = data[i + 1] if i + 1 < stop else np.uint8(0)
    if byte == 0x3C:  # <tag …>, </tag>, <!-- … -->, <?xml … ?>
        opens = _letter(after) or after == 0x2F or after == 0x21 or after == 0x3F
        if opens and not (after | 0x20 == 0x68 and _url(data, i + 1, stop)):  # <https://example.org>
            return _tag(data, i, stop)
    elif byte == 0x26:  # &nbsp; &#160;
        j = i + 1
        while (
            j < stop and j < i + 10 and (_letter(data[j]) or data[j] == 0x23 or (data[j] >= 0x30 and data[j] <= 0x39))
        ):
            j += 1
        if j > i + 2 and j < stop and data[j] == 0x3B:
            return j + 1
    elif byte == 0x7B and (after == 0x7B or after == 0x25 or after == 0x7C):  # {{…}}, {%…%}, {|…|}
        close = np.uint8(0x7D) if after == 0x7B else after
        j = i + 2
        while j + 1 < stop and j < i + _TEMPLATE_LIMIT:
            if data[j] == close and data[j + 1] == 0x7D:
                return j + 2
            j += 1
        return i + 2
    elif (byte == 0x7D and after == 0x7D) or (byte == 0x5B and after == 0x5B) or (byte == 0x5D and after == 0x5D):
        return i + 2
    elif byte == 0x27 and after == 0x27:  # '''bold'''
        j = i
        while j < stop and data[j] == 0x27:
            j += 1
        return j
    elif byte == 0x5C and _letter(after):  # \command, and the name in \begin{name}
        j = i + 1
        while j < stop and _letter(data[j]):
            j += 1
        if j - i < 3:  # "C:\a" and "\n" are no LaTeX
            return i
        if j < stop and data[j] == 0x7B and j - i in (4, 6):  # \end{…}, \begin{…}
            close = j
            while close < stop and close < j + _NAME_LIMIT and data[close] != 0x7D and data[close] != 0x0A:
                close += 1
            return close + 1 if close < stop and data[close] == 0x7D else j
        return j
    return i


@compiled
def _tag(data: Bytes, i: int, stop: int) -> int:
    comment = i + 3 < stop and data[i + 1] == 0x21 and data[i + 2] == 0x2D and data[i + 3] == 0x2D
    j = i + 1
    limit = _COMMENT_LIMIT if comment else _TAG_LIMIT
    while j < stop and j < i + limit:
        byte = data[j]
        if byte == 0x3E and (not comment or (data[j - 1] == 0x2D and data[j - 2] == 0x2D)):
            return j + 1
        if byte == 0x3C and not comment:
            return i
        if byte == 0x40 and not comment:  # <name@example.org>
            return i
        j += 1
    return i


@compiled
def _url(data: Bytes, i: int, stop: int) -> bool:
    """Whether http:// or https:// begins at byte i."""
    if i + 8 > stop or data[i + 1] | 0x20 != 0x74 or data[i + 2] | 0x20 != 0x74 or data[i + 3] | 0x20 != 0x70:
        return False
    j = i + 4
    if data[j] | 0x20 == 0x73:
        j += 1
    return j + 2 < stop and data[j] == 0x3A and data[j + 1] == 0x2F and data[j + 2] == 0x2F


@compiled
def _points(data: Bytes, at: int, end: int, words: Bytes, word_ends: Offsets) -> int:
    """How much the line data[at:end] looks like code: the more points the more."""
    first = at
    while first < end and data[first] <= 0x20:
        first += 1
    last = end - 1
    while last > first and data[last] <= 0x20:
        last -= 1
    points = 0
    if first - at >= 2 or (first > at and data[at] == 0x09):
        points += 1
    signs = 0  # brackets, operators and quotes of code
    letters = 0
    others = 0  # code points beyond ASCII: prose in another script is not code, but its comments and strings are
    operators = 0
    brackets = 0
    spaces = 0
    for i in range(first, last + 1):
        byte = data[i]
        if byte >= 0x80:
            others += (byte & 0xC0) != 0x80
            continue
        if _letter(byte):
            letters += 1
            continue
        if byte <= 0x20:
            spaces += 1
            continue
        after = data[i + 1] if i < last else np.uint8(0)
        before = data[i - 1] if i > first else np.uint8(0)
        if byte == 0x7B or byte == 0x7D or byte == 0x5B or byte == 0x5D or byte == 0x28 or byte == 0x29:
            signs += 1
            # name(…) and name[…] stand close in code; prose puts a space before a bracket.
            brackets += (byte == 0x28 or byte == 0x5B) and (_letter(before) or before == 0x5F)
        elif byte == 0x3D:
            signs += 1
            # = between words or with another operator sign; not "====" under a heading
            operators += after != 0x3D or before != 0x3D
        elif byte in (
            0x3C,
            0x3E,
            0x26,
            0x7C,
            0x2B,
            0x2A,
            0x2F,
            0x5C,
            0x24,
            0x40,
            0x25,
            0x5E,
            0x7E,
            0x22,
            0x60,
            0x5F,
            0x23,
        ):
            signs += 1
            operators += (
                (byte == 0x26 and after == 0x26) or (byte == 0x7C and after == 0x7C) or (byte == 0x2B and after == 0x2B)
                or (byte == 0x2B and after == 0x3D) or (byte == 0x3C and after == 0x3C)
                or (byte == 0x3E and after == 0x3E)
            )  # fmt: skip
        elif (byte == 0x3A and after == 0x3A) or (byte == 0x2D and after == 0x3E):
            operators += 1
        elif byte == 0x3B:
            signs += 1
    length = letters + others + signs
    if length == 0:
        return 0
    final = data[last]
    if final == 0x7B or final == 0x7D or (final == 0x3B and others * 4 < length):
        points += 2
    elif final == 0x3B or final == 0x5C or final == 0x29 or final == 0x5B or final == 0x5D:
        points += 1
    if last == first and (final == 0x7D or final == 0x5D or final == 0x29):
        points += 1
    points += min(2, operators) + min(1, brackets)
    if signs * 5 >= length:
        points += 1
    if signs * 3 >= length:
        points += 1
    start = data[first]
    second = data[first + 1] if first < last else np.uint8(0)
    if (start == 0x2F and (second == 0x2F or second == 0x2A)) or (start == 0x23 and second == 0x21):  # //, /*, #!
        points += 3
    elif (
        (start == 0x23 and _letter(second))  # #include
        or ((start == 0x24 or start == 0x23) and second == 0x20)  # $ command
        or (start == 0x40 and _letter(second))  # @decorator
        or (start == 0x22 and _key(data, first, last))  # "key":
    ):
        points += 2
    if _begins(data, first, last, words, word_ends):
        points += 1
    if _trace(data, first, last):
        points += 3
    # Long lines of words with spaces are prose with an aside in it, whatever stands in the aside.
    if spaces >= 12 and signs * 6 < length:
        points -= 2
    if others * 2 > length:
        points -= 1
    return points


@compiled
def _key(data: Bytes, first: int, last: int) -> bool:
    """Whether the line begins with "…": as JSON does."""
    i = first + 1
    while i < last and data[i] != 0x22:
        i += 1
    return i < last and data[i + 1] == 0x3A


@compiled
def _begins(data: Bytes, first: int, last: int, words: Bytes, word_ends: Offsets) -> bool:
    """Whether a word that begins lines of code stands first, with a space or a bracket behind it."""
    for w in range(len(word_ends) - 1):
        size = word_ends[w + 1] - word_ends[w]
        if first + size > last:
            continue
        same = True
        for i in range(size):
            if data[first + i] != words[word_ends[w] + i]:
                same = False
                break
        if same:
            behind = data[first + size]
            if behind <= 0x20 or behind == 0x28 or behind == 0x7B or behind == 0x3A:
                return True
    return False


@compiled
def _trace(data: Bytes, first: int, last: int) -> bool:
    """Whether the line is of a stack trace: `at a.b.C(D.java:12)`, `File "x.py", line 3`."""
    if last - first < 8:
        return False
    if data[first] == 0x61 and data[first + 1] == 0x74 and data[first + 2] == 0x20 and data[last] == 0x29:
        for i in range(first + 3, last - 2):
            if data[i] == 0x3A and data[i + 1] >= 0x30 and data[i + 1] <= 0x39:
                return True
    return bool(
        data[first] == 0x46 and data[first + 1] == 0x69 and data[first + 2] == 0x6C and data[first + 3] == 0x65
        and data[first + 4] == 0x20 and data[first + 5] == 0x22
    )  # fmt: skip
