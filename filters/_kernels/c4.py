"""C4's rules over UTF-8 bytes: which lines go and why, the text that is left, and what is counted on a whole text."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from filters._kernels.c4_tables import (
    CLOSER,
    CURLY,
    DIGIT,
    HITS,
    JAVASCRIPT,
    LETTER,
    LINE_END,
    LOREM,
    OPENING,
    POLICY,
    QUOTE,
    SPACE,
    STOP,
    TERMINAL,
    TERMINAL_FOR,
    UNENDED,
    UNSPACED,
)
from filters._kernels.compiled import compiled
from filters._kernels.memory import characters, next_line_feed
from filters._kernels.utf8 import Bytes, Offsets, decode, width

Kinds = npt.NDArray[np.uint16]
Moves = npt.NDArray[np.int32]

# What becomes of a line.
KEPT, LONG_WORD, NO_PUNCTUATION, FEW_WORDS, HAS_JAVASCRIPT, HAS_POLICY, BLANK = range(7)
# Letters of a script without spaces, for each word asked for, that hold as many words without a look: no such
# script has words of 16 letters one after the other.
_LETTERS_A_WORD = 16
_DOTS = 3


@compiled
def count_lines(data: Bytes, texts: int) -> int:
    """An upper bound of the lines in `texts` texts: the bytes that may end one, and the last line of each."""
    found = 0
    for byte in data:
        found += (byte < 0x20) | (byte == 0x85) | (byte == 0xA8) | (byte == 0xA9)
    return found + texts


@compiled
def _before(data: Bytes, at: int) -> int:
    """First byte of the code point that ends before byte `at`."""
    at -= 1
    while data[at] & 0xC0 == 0x80:
        at -= 1
    return at


@compiled
def _trim(data: Bytes, begin: int, end: int, kinds: Kinds) -> tuple[int, int]:
    """The span without white space at its ends."""
    while begin < end and kinds[decode(data, begin)] & SPACE:
        begin += width(data[begin])
    while end > begin:
        last = _before(data, end)
        if not kinds[decode(data, last)] & SPACE:
            break
        end = last
    return begin, end


@compiled
def _citation(data: Bytes, at: int, end: int, kinds: Kinds, marks: Bytes, mark_starts: Offsets) -> int:
    """The byte behind the citation mark whose bracket opens at byte `at`; 0 where there is none."""
    inside = behind = at + 1
    while behind < end and kinds[decode(data, behind)] & DIGIT:
        behind += width(data[behind])
    if behind < end and data[behind] == ord("]"):
        return behind + 1
    for mark in range(len(mark_starts) - 1):
        first = mark_starts[mark]
        size = mark_starts[mark + 1] - first
        if inside + size >= end or data[inside + size] != ord("]"):
            continue
        same = True
        for i in range(size):
            if data[inside + i] != marks[first + i]:
                same = False
                break
        if same:
            return int(inside + size + 1)
    return 0


@compiled
def _without_citations(
    data: Bytes, begin: int, end: int, kinds: Kinds, marks: Bytes, mark_starts: Offsets, out: Bytes, to: int
) -> tuple[int, int]:
    """Copy a line to byte `to` of `out` without citation marks.

    Returns:
        The byte behind the copy, and how many marks were left out.
    """
    found = 0
    at = begin
    while at < end:
        behind = 0
        if data[at] == ord("["):
            behind = _citation(data, at, end, kinds, marks, mark_starts)
        if behind:
            found += 1
            at = behind
        else:
            out[to] = data[at]
            to += 1
            at += 1
    return to, found


@compiled
def _is_ended(data: Bytes, begin: int, end: int, kinds: Kinds) -> bool:
    """Whether a line ends with terminal punctuation or a quotation mark, and not with an ellipsis."""
    if begin == end:
        return False
    last = _before(data, end)
    if kinds[decode(data, last)] & QUOTE:
        return True
    closed = False
    while kinds[decode(data, last)] & (CLOSER | QUOTE) or (closed and kinds[decode(data, last)] & SPACE):
        closed = True
        if last == begin:
            return False
        end = last
        last = _before(data, end)
    point = decode(data, last)
    kind = kinds[point]
    if kind & TERMINAL_FOR:
        return _ends_for_script(data, begin, last, point)
    if not kind & TERMINAL:
        return False
    if kind & STOP:
        dots = 1
        while dots < _DOTS and last > begin:
            last = _before(data, last)
            if decode(data, last) != point:
                break
            dots += 1
        return dots < _DOTS
    return True


@compiled
def _ends_for_script(data: Bytes, begin: int, last: int, sign: int) -> bool:
    """Whether a sign that ends sentences in one script stands behind a letter of that script."""
    double = False
    at = last
    while at > begin:
        at = _before(data, at)
        point = decode(data, at)
        if point == sign:
            double = True
        elif point != 0x20:
            if sign == ord(";"):  # the Greek question mark
                return bool(0x370 <= point < 0x400 or 0x1F00 <= point < 0x2000)
            if 0x530 <= point < 0x590:  # a colon typed for the Armenian full stop
                return bool(sign == ord(":"))
            # Two word spaces (or colons) typed for the Ethiopic full stop.
            return bool(double and 0x1200 <= point < 0x13A0)
    return False


@compiled
def _phrases(data: Bytes, begin: int, end: int, classes: Kinds, moves: Moves) -> int:
    """Which kinds of phrases a line holds: `LOREM`, `JAVASCRIPT`, `POLICY` or 0, combined."""
    found = move = 0
    at = begin
    while at < end:
        move = int(moves[(move >> HITS) + classes[decode(data, at)]])
        found |= move
        at += width(data[at])
    return found & ((1 << HITS) - 1)


@compiled
def examine(
    data: Bytes, starts: Offsets, kinds: Kinds, classes: Kinds, moves: Moves,
    marks: Bytes, mark_starts: Offsets, cite: bool, trim_again: bool, longest_word: int, least_words: int,
    punctuated: bool, begins: Offsets, ends: Offsets, fates: npt.NDArray[np.uint8], unsure: npt.NDArray[np.bool_],
    citing: npt.NDArray[np.bool_], lines: Offsets, scratch: Bytes,
) -> int:  # fmt: skip
    """What becomes of each line of each text.

    Args:
        data: UTF-8 bytes, offsets `starts` of n texts.
        kinds: flags of each code point, from `c4_tables.kinds`.
        classes: class of each code point in the automaton of phrases.
        moves: its moves.
        marks: what stands in brackets as citation mark, UTF-8 bytes with offsets `mark_starts`.
        cite: whether citation marks are taken out.
        trim_again: whether white space goes that stood before a citation mark.
        longest_word: code points that a word may have.
        least_words: words that a line needs.
        punctuated: whether a line needs terminal punctuation.
        begins: written: first byte of each line without white space at its ends.
        ends: written: the byte behind it.
        fates: written: `KEPT` or why it goes.
        unsure: written: whether a dictionary has to say if it has words enough, before `fates` holds.
        citing: written: whether citation marks have to be taken out of it.
        lines: written: lines of each text, shape (n,).
        scratch: room for the longest line.

    Returns:
        How many lines there are.
    """
    total = 0
    for row in range(len(starts) - 1):
        first_line = total
        at, stop = starts[row], starts[row + 1]
        while at < stop:
            first = at
            seen = np.uint16(0)
            words = longest = length = 0
            apart = 1  # whether white space (or nothing) stands before
            move = held = 0
            # Without branches: they would be guessed wrong at every other word. The automaton waits for memory at each
            # step; in the same loop its waiting costs nothing.
            while at < stop:
                byte = data[at]
                if byte < 0x80:
                    point = np.int64(byte)
                    size = 1
                else:
                    point = decode(data, at)
                    size = width(byte)
                kind = kinds[point]
                if kind & LINE_END:
                    break
                move = int(moves[(move >> HITS) + classes[point]])
                held |= move
                seen |= kind
                shown = int((kind & SPACE) == 0)
                words += shown & apart
                apart = shown ^ 1
                # Where words have no spaces, a run of letters is no word.
                length = (length + 1) & -int((kind & (SPACE | UNSPACED)) == 0)
                longest = max(longest, length)
                at += size
            begin, end = _trim(data, first, at, kinds)
            if at < stop:  # behind the line end; \r\n is one
                at += 2 if data[at] == 0x0D and at + 1 < stop and data[at + 1] == 0x0A else width(data[at])
            begins[total], ends[total] = begin, end
            doubt = cited = False
            text, left, right = data, begin, end
            if cite and seen & OPENING:
                right, found = _without_citations(data, begin, end, kinds, marks, mark_starts, scratch, 0)
                if found:
                    cited = True
                    text, left = scratch, 0
                    if trim_again:
                        left, right = _trim(scratch, left, right, kinds)
                else:
                    right = end
            unended = unspaced = 0
            if seen & (UNSPACED | UNENDED):
                letters = 0
                here = begin
                while here < end:
                    kind = kinds[decode(data, here)]
                    letters += (kind & LETTER) != 0
                    unspaced += (kind & UNSPACED) != 0
                    unended += (kind & (UNENDED | LETTER)) == (UNENDED | LETTER)
                    here += width(data[here])
                unended = 2 * unended > letters
            if longest > longest_word:
                fate = LONG_WORD
            elif punctuated and not unended and not _is_ended(text, left, right, kinds):
                fate = NO_PUNCTUATION if words else BLANK
            elif words < least_words and unspaced == 0:
                fate = FEW_WORDS if words else BLANK
            else:
                doubt = words < least_words and unspaced <= _LETTERS_A_WORD * least_words
                if cited:
                    held = _phrases(text, left, right, classes, moves)
                # A text with filler or a curly bracket goes as a whole: the line stays for that rule to see.
                if held & LOREM:
                    fate = KEPT
                elif held & JAVASCRIPT:
                    fate = HAS_JAVASCRIPT
                elif held & POLICY and not seen & CURLY:
                    fate = HAS_POLICY
                else:
                    fate = KEPT
            fates[total] = fate
            unsure[total] = doubt
            citing[total] = cited
            total += 1
        lines[row] = total - first_line
    return total


@compiled
def write(
    data: Bytes, begins: Offsets, ends: Offsets, fates: npt.NDArray[np.uint8], lines: Offsets, kinds: Kinds,
    citing: npt.NDArray[np.bool_], marks: Bytes, mark_starts: Offsets, trim_again: bool, out: Bytes,
    out_starts: Offsets, counts: npt.NDArray[np.int64], citations: Offsets,
) -> None:  # fmt: skip
    """The lines that stay, joined, and counts of what went.

    Args:
        data: as for `examine`, with `kinds`, `marks`, `mark_starts` and `trim_again`.
        begins: from `examine`, with `ends`, `fates`, `citing` and `lines` (shape (n,)).
        out: written: UTF-8 bytes of the texts; as long as `data`.
        out_starts: written: their offsets, shape (n + 1,).
        counts: written: lines of each fate, shape (n, 7).
        citations: written: citation marks taken out of the lines that stay, shape (n,).
    """
    to = 0
    line = 0
    for row in range(len(lines)):
        first = to
        kept = 0
        for _ in range(lines[row]):
            fate = fates[line]
            counts[row, fate] += 1
            begin, end, cited = begins[line], ends[line], citing[line]
            line += 1
            if fate != KEPT:
                continue
            if kept:
                out[to] = 0x0A
                to += 1
            kept += 1
            left = to
            if cited:
                to, found = _without_citations(data, begin, end, kinds, marks, mark_starts, out, to)
                citations[row] += found
                if trim_again:
                    to = _shift(out, left, to, kinds)
            else:
                for i in range(end - begin):
                    out[to + i] = data[begin + i]
                to += end - begin
        to = _shift(out, first, to, kinds)
        out_starts[row + 1] = to


@compiled
def _shift(out: Bytes, begin: int, end: int, kinds: Kinds) -> int:
    """Trim what was written from byte `begin` on; returns where it ends now."""
    left, right = _trim(out, begin, end, kinds)
    if left > begin:
        for i in range(right - left):
            out[begin + i] = out[left + i]
    return begin + right - left


@compiled
def third_longest(data: Bytes, starts: Offsets, out: Offsets) -> None:
    """Code points of the third longest line of each text, 0 where there are fewer.

    Args:
        data: UTF-8 bytes with padding behind them, offsets `starts` of n texts.
        out: written: shape (n,).
    """
    for row in range(len(starts) - 1):
        a = b = c = 0  # the three longest lines, longest first
        at, stop = starts[row], starts[row + 1]
        while at < stop:
            begin, at = at, next_line_feed(data, at, stop)
            length = characters(data, begin, at)
            if length > a:
                a, b, c = length, a, b
            elif length > b:
                b, c = length, b
            elif length > c:
                c = length
            at += 1
        out[row] = c
