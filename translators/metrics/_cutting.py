"""How texts are cut into tokens before n-grams are counted, compiled: 13a, zh, white space, characters.

A batch of n texts is the code points of all of them, one after the other, and n + 1 offsets. Tokens are stretches of
such an array: token t is `line[begins[t]:ends[t]]`, and text i has the tokens `firsts[i]` to `firsts[i + 1]`.

13a is written as rewriting rules (NIST's mteval-v13a.pl, as sacreBLEU has them): each puts spaces somewhere, from left
to right, and the next one reads what it wrote. None looks at how many spaces there are, so several are written as one.
"""

from __future__ import annotations

from translators.metrics._compiled import I32, I64, compiled

_SPACE, _COMMA, _HYPHEN, _FULL_STOP = 0x20, 0x2C, 0x2D, 0x2E


@compiled
def is_space(c: int) -> bool:
    """Whether `str.split` cuts at a code point."""
    if c <= 0x20:
        return c == 0x20 or 0x09 <= c <= 0x0D or c >= 0x1C
    if c < 0x1680:
        return c == 0x85 or c == 0xA0
    if c > 0x3000:
        return False
    return c == 0x1680 or 0x2000 <= c <= 0x200A or c in (0x2028, 0x2029, 0x202F, 0x205F, 0x3000)


@compiled
def is_chinese(c: int) -> bool:
    """Whether sacreBLEU's `zh` puts spaces around a code point.

    Its ranges for plane 2 are written as five digits behind a four-digit escape, and so mean U+2001 to U+2A6D and
    U+2F81 to U+2FA1: Han characters beyond the basic plane are not cut.
    """
    if c < 0x2001 or c > 0xFFEF:
        return False
    if c < 0x4E00:
        return (
            c <= 0x2A6D
            or 0x2E80 <= c <= 0x2FDF
            or 0x2FF0 <= c <= 0x303F
            or 0x3100 <= c <= 0x312F
            or 0x31A0 <= c <= 0x31BF
            or 0x31C0 <= c <= 0x31EF
            or 0x3200 <= c <= 0x4DB5
        )
    if c < 0xF900:
        return c <= 0x9FBB
    return (
        c <= 0xFA2D
        or 0xFA30 <= c <= 0xFA6A
        or 0xFA70 <= c <= 0xFAD9
        or 0xFE10 <= c <= 0xFE1F
        or 0xFE30 <= c <= 0xFE4F
        or c >= 0xFF00
    )


@compiled
def _is_sign(c: int) -> bool:
    """ASCII signs that 13a always cuts off: all but the apostrophe, comma, hyphen and full stop."""
    if c < 0x30:
        return c > 0x20 and c != 0x27 and not 0x2C <= c <= 0x2E
    return 0x3A <= c <= 0x40 or 0x5B <= c <= 0x60 or 0x7B <= c <= 0x7E


@compiled
def _is_punctuation(c: int) -> bool:
    """Python's `string.punctuation`, which chrF++ takes off words."""
    return 0x21 <= c <= 0x2F or 0x3A <= c <= 0x40 or 0x5B <= c <= 0x60 or 0x7B <= c <= 0x7E


@compiled
def _is_digit(c: int) -> bool:
    return 0x30 <= c <= 0x39


@compiled
def _is_stop(c: int) -> bool:
    return c in (_FULL_STOP, _COMMA)


@compiled
def _put(line: I32, start: int, at: int, c: int) -> int:
    """Write a code point, but no space behind a space. Returns the place behind it."""
    if c == _SPACE and at > start and line[at - 1] == _SPACE:
        return at
    line[at] = c
    return at + 1


@compiled
def _spread(text: I32, begin: int, end: int, chinese: bool, line: I32, start: int) -> int:
    """The first rule: spaces around signs (and Chinese characters). 13a has a space at both ends, zh has none."""
    if chinese:
        while begin < end and is_space(text[begin]):
            begin += 1
        while begin < end and is_space(text[end - 1]):
            end -= 1
    at = start
    if not chinese:
        at = _put(line, start, at, _SPACE)
    for i in range(begin, end):
        c = text[i]
        if is_space(c):
            at = _put(line, start, at, _SPACE)
        elif _is_sign(c) or (chinese and is_chinese(c)):
            at = _put(line, start, at, _SPACE)
            line[at] = c
            at = _put(line, start, at + 1, _SPACE)
        else:
            line[at] = c
            at += 1
    if not chinese:
        at = _put(line, start, at, _SPACE)
    return at


@compiled
def _part_before(line: I32, begin: int, end: int, out: I32, start: int) -> int:
    """The second rule: a full stop or comma behind anything but a digit stands alone."""
    i, at = begin, start
    while i < end:
        c = line[i]
        at = _put(out, start, at, c)
        i += 1
        if i < end and not _is_digit(c) and _is_stop(line[i]):
            at = _put(out, start, at, _SPACE)
            at = _put(out, start, at, line[i])
            at = _put(out, start, at, _SPACE)
            i += 1
    return at


@compiled
def _part_behind(line: I32, begin: int, end: int, out: I32, start: int) -> int:
    """The third rule: a full stop or comma before anything but a digit stands alone."""
    i, at = begin, start
    while i < end:
        c = line[i]
        i += 1
        if i < end and _is_stop(c) and not _is_digit(line[i]):
            at = _put(out, start, at, _SPACE)
            at = _put(out, start, at, c)
            at = _put(out, start, at, _SPACE)
            c = line[i]
            i += 1
        at = _put(out, start, at, c)
    return at


@compiled
def cut_13a(
    text: I32, starts: I64, chinese: bool, line: I32, spare: I32, begins: I32, ends: I32, firsts: I64
) -> None:  # fmt: skip
    """Cut as 13a does, or zh.

    Args:
        text: code points of n texts.
        starts: shape (n + 1,), offsets into them.
        chinese: zh.
        line: the texts with spaces put in, written here; room for 2 code points each and 3 a text.
        spare: room for 2 code points each of the longest text, and 3.
        begins: of each token in `line`, written here; room for as many as there are code points.
        ends: likewise.
        firsts: shape (n + 1,), written here.
    """
    n = start = 0
    firsts[0] = 0
    for row in range(len(starts) - 1):
        end = _spread(text, starts[row], starts[row + 1], chinese, line, start)
        end = _part_before(line, start, end, spare, 0)
        end = _part_behind(spare, 0, end, line, start)
        # The last rule: a hyphen behind a digit stands alone.
        begin = start
        for i in range(start, end):
            c = line[i]
            hyphen = c == _HYPHEN and i > start and _is_digit(line[i - 1])
            if c == _SPACE or hyphen:
                if begin < i:
                    begins[n] = begin
                    ends[n] = i
                    n += 1
                if hyphen:
                    begins[n] = i
                    ends[n] = i + 1
                    n += 1
                begin = i + 1
        if begin < end:
            begins[n] = begin
            ends[n] = end
            n += 1
        firsts[row + 1] = n
        start = end


@compiled
def cut_spaces(text: I32, starts: I64, punctuation: bool, begins: I32, ends: I32, firsts: I64) -> None:
    """Cut at white space.

    Args:
        text: code points of n texts.
        starts: shape (n + 1,), offsets into them.
        punctuation: take one sign off the end of a word, or, where it ends in none, off its beginning, as chrF++ does.
        begins: of each token in `text`, written here; room for as many as there are code points.
        ends: likewise.
        firsts: shape (n + 1,), written here.
    """
    n = 0
    firsts[0] = 0
    for row in range(len(starts) - 1):
        i, end = starts[row], starts[row + 1]
        while i < end:
            if is_space(text[i]):
                i += 1
                continue
            first = i
            while i < end and not is_space(text[i]):
                i += 1
            cut = i
            if punctuation and i - first > 1:
                if _is_punctuation(text[i - 1]):
                    cut = i - 1
                elif _is_punctuation(text[first]):
                    cut = first + 1
            begins[n] = first
            ends[n] = cut
            n += 1
            if cut < i:
                begins[n] = cut
                ends[n] = i
                n += 1
        firsts[row + 1] = n


@compiled
def without_spaces(text: I32, starts: I64, out: I32, out_starts: I64) -> None:
    """Leave out white space.

    Args:
        text: code points of n texts.
        starts: shape (n + 1,), offsets into them.
        out: code points that stay, written here; room for all.
        out_starts: shape (n + 1,), written here.
    """
    n = 0
    out_starts[0] = 0
    for row in range(len(starts) - 1):
        for i in range(starts[row], starts[row + 1]):
            if not is_space(text[i]):
                out[n] = text[i]
                n += 1
        out_starts[row + 1] = n


@compiled
def cut_chrf(
    text: I32, starts: I64, characters: I32, of_characters: I64, begins: I32, ends: I32, of_words: I64
) -> None:  # fmt: skip
    """Cut as chrF++ does, into characters and into words, in one call: on short texts calls cost more than cutting.

    Args:
        text: code points of n texts.
        starts: shape (n + 1,), offsets into them.
        characters: as `out` of `without_spaces`.
        of_characters: its `out_starts`.
        begins: of each word, as of `cut_spaces`.
        ends: likewise.
        of_words: its `firsts`.
    """
    without_spaces(text, starts, characters, of_characters)
    cut_spaces(text, starts, True, begins, ends, of_words)
