"""Which lines are furniture of the page, from the line table, compiled."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from filters._kernels.compiled import allocating, compiled
from filters._kernels.lines import COLON, COMMA, I64, TERMINAL
from filters._kernels.utf8 import Bytes, Offsets

F64 = npt.NDArray[np.float64]
U64 = npt.NDArray[np.uint64]
U8 = npt.NDArray[np.uint8]

# Why a line goes.
STAYS, BAR, MENU, REPEATED, SECTION, NOTICE = 0, 1, 2, 3, 4, 5

_ITEM_WORDS = 3.0  # words of an item in a bar, on the mean
_ENTRY_WORDS = 4.0  # words of an entry of a menu, at most
_MENU_WORDS = 3.0  # and on the mean: verses are longer
_SHORT_WORDS = 6.0  # words of a line that may repeat as navigation does, or close a page
_NOTICE_WORDS = 15.0  # words of a notice of copyright
_PROSE_WORDS = 10.0  # words from which a line that holds an end of sentence is prose
_LONG_WORDS = 18.0  # words from which a line without one is prose: Thai and Lao write none
_REPEATS = 3  # lines at head and again at tail that make navigation
_FOOTER_WORDS = 15.0  # words of a line behind the links to the sections before and behind
_FRAMED = 0.5  # share of the words from the first to the last line of prose
_ZONE = 15  # lines at head and tail that a bar is looked for in, if prose begins later or ends earlier


@allocating
def verdicts(
    data: Bytes, begin: I64, end: I64, of: I64, words: F64, letters: I64, digits: I64, symbols: I64, separators: I64,
    stops: I64,
    last: I64, digest: U64, menu_lines: int,
) -> U8:  # fmt: skip
    """Why each line goes or `STAYS`, shape (m,).

    Args:
        data, begin, end, of, words, letters, digits, symbols, separators, stops, last, digest: the line table.
        menu_lines: entries in a row that make a menu.
    """
    out = np.zeros(len(words), np.uint8)
    for text in range(len(of) - 1):
        first, stop = of[text], of[text + 1]
        head = stop  # first line of prose
        tail = first - 1  # last line of prose
        for i in range(first, stop):
            ended = stops[i] > 0 or last[i] == TERMINAL
            if (words[i] >= _PROSE_WORDS and ended) or (words[i] >= _LONG_WORDS and separators[i] < 2):
                head = min(head, i)
                tail = i
        whole = 0.0
        framed = 0.0
        for i in range(first, stop):
            whole += words[i]
            framed += words[i] if i >= head and i <= tail else 0.0
        if framed < _FRAMED * whole or tail < first:
            # Verses, a dialogue, a list: there is nothing that the rest could frame.
            continue
        for low, high, is_head in ((first, head, True), (tail + 1, stop, False)):
            _zone(
                data, begin, end, words, letters, digits, symbols, separators, last, digest, first, low, high,
                menu_lines, is_head, out,
            )  # fmt: skip
        _neighbours(data, begin, end, words, last, first, stop, tail, out)
        _repeats(words, letters, digits, last, digest, first, stop, head, tail, out)
    return out


@compiled
def _zone(
    data: Bytes, begin: I64, end: I64, words: F64, letters: I64, digits: I64, symbols: I64, separators: I64, last: I64,
    digest: U64, low: int, first: int, stop: int, menu_lines: int, head: bool, out: U8,
) -> None:  # fmt: skip
    """Judge the lines before the first prose (head) or behind the last; the text begins with line `low`."""
    run = first
    run_lines = 0
    run_words = 0.0
    for i in range(first, stop + 1):
        entry = False
        if i < stop:
            table = _like_a_neighbour(separators, i, first, stop)
            ends = last[i] == TERMINAL or last[i] == COMMA or last[i] == COLON
            # "run [ -f | --force ] NAME | -h" is a usage line: it has signs of its own.
            others = symbols[i] - separators[i]
            items = words[i] <= _ITEM_WORDS * (separators[i] + 1)
            if separators[i] >= 2 and 5 * others <= separators[i] and items and not table and not ends:
                out[i] = BAR
                continue  # a bar between the entries of a menu does not part them
            if not head and words[i] <= _NOTICE_WORDS and _copyright(data, begin[i], end[i]):
                out[i] = NOTICE
                continue
            entry = letters[i] > 0 and digits[i] == 0 and words[i] <= _ENTRY_WORDS and not ends and not table
            # A name, and nothing said twice: options, formulas and captions have signs or repeat at once.
            entry = (
                entry and others <= 1 and _plain(data, begin[i], end[i]) and (i == first or digest[i] != digest[i - 1])
            )
            # The line right before the prose is its heading.
            entry = entry and not (head and i == stop - 1)
        if entry:
            run_lines += 1
            run_words += words[i]
            continue
        # What a colon announces belongs to the text.
        announced = run > low and last[run - 1] == COLON
        if run_lines >= menu_lines and run_words <= _MENU_WORDS * run_lines and not announced:
            for j in range(run, i):
                if out[j] == STAYS:
                    out[j] = MENU
        run = i + 1
        run_lines = 0
        run_words = 0.0


@compiled
def _like_a_neighbour(separators: I64, i: int, first: int, stop: int) -> bool:
    """Whether the line has as many signs as the one before or behind it, as rows of a table have."""
    return separators[i] > 0 and (
        (i > first and separators[i - 1] == separators[i]) or (i + 1 < stop and separators[i + 1] == separators[i])
    )


@compiled
def _repeats(
    words: F64, letters: I64, digits: I64, last: I64, digest: U64, first: int, stop: int, head: int, tail: int, out: U8
) -> None:
    """Short lines that stand before the prose and again behind it are navigation: the later ones go."""
    low = max(first, head - _ZONE)
    high = min(stop, tail + 1 + _ZONE)
    for again in range(2):  # count, then mark
        found = 0
        numbered = 0
        for i in range(tail + 1, high):
            if out[i] != STAYS or words[i] > _SHORT_WORDS or last[i] == TERMINAL or letters[i] == 0:
                continue
            for j in range(low, head - 1):  # not the heading
                if digest[j] == digest[i]:
                    found += 1
                    numbered += digits[i] > 0
                    if again:
                        out[i] = REPEATED
                    break
        # One line may be a caption that two pictures share; a numbered one is a link to a part.
        if found < _REPEATS and numbered < found:
            break


@compiled
def _neighbours(
    data: Bytes, begin: I64, end: I64, words: F64, last: I64, first: int, stop: int, tail: int, out: U8
) -> None:
    """A page headed "4.18. …" ends with links to 4.17 and 4.19: from there on all is footer, if all of it is short."""
    stem, number = _section(data, begin[first], end[first])
    if number < 0:
        return
    for i in range(tail + 1, stop):
        other_stem, other = _section(data, begin[i], end[i])
        if other_stem == stem and other >= 0 and (other == number - 1 or other == number + 1):
            for j in range(i, stop):
                if words[j] > _FOOTER_WORDS or last[j] == TERMINAL or last[j] == COLON:
                    return
            for j in range(i, stop):
                if out[j] == STAYS:
                    out[j] = SECTION
            return


@compiled
def _section(data: Bytes, begin: int, end: int) -> tuple[int, int]:
    """What stands before the last part of a section's number, as a digest, and that part; -1 if the line has none."""
    at = begin
    stem = 17
    if at < end and data[at] >= 0x41 and data[at] <= 0x5A:  # A.1. in appendices
        stem = int(data[at])
        at += 1
        if at >= end or data[at] != 0x2E:
            return 0, -1
        at += 1
    number = -1
    for _ in range(6):
        part = 0
        digits = 0
        while at < end and data[at] >= 0x30 and data[at] <= 0x39 and digits < 4:
            part = part * 10 + int(data[at]) - 0x30
            digits += 1
            at += 1
        if digits == 0:
            break
        if at >= end or data[at] != 0x2E:
            return 0, -1
        at += 1
        if number >= 0:
            stem = stem * 10_007 + number
        number = part
    # A date or "1." of a numbered list is no section: it takes two parts, or a letter and one.
    if number < 0 or stem == 17 or at >= end or data[at] != 0x20:
        return 0, -1
    return stem, number


@compiled
def _plain(data: Bytes, begin: int, end: int) -> bool:
    """Whether the line is a name: no code, no bullet as lists of a text have, nothing enumerated or explained."""
    byte = data[begin]
    if byte in (0x23, 0x24, 0x28, 0x2A, 0x2D, 0x2E, 0x2F, 0x3C, 0x40, 0x5B, 0x5C, 0x7B, 0x7E):
        return False
    if byte == 0xE2:  # •, ‣, ▪, ● and ◦
        second, third = data[begin + 1], data[begin + 2]
        if (second == 0x80 and (third == 0xA2 or third == 0xA3)) or second == 0x96 or second == 0x97:
            return False
    for i in range(begin, end):
        byte = data[i]
        if byte in (0x2B, 0x2C, 0x2F, 0x3B, 0x3D, 0x5C, 0x5F):
            return False
        if byte == 0x2D and i + 1 < end and data[i + 1] == 0x20:  # "name - what it does"
            return False
        if byte == 0xE2 and data[i + 1] == 0x80 and (data[i + 2] == 0x93 or data[i + 2] == 0x94):  # with a dash too
            return False
    return True


@compiled
def _copyright(data: Bytes, begin: int, end: int) -> bool:
    """Whether the line holds ©, ® or (c) with a year."""
    digits = 0
    sign = False
    for i in range(begin, end):
        byte = data[i]
        digits = digits + 1 if byte >= 0x30 and byte <= 0x39 else 0
        if i + 1 < end and byte == 0xC2 and data[i + 1] == 0xA9:
            sign = True
        if i + 2 < end and byte == 0x28 and data[i + 1] | 0x20 == 0x63 and data[i + 2] == 0x29:
            sign = True
        if digits == 4 and sign:
            return True
    return sign and begin + 2 < end and data[begin] == 0xC2 and data[begin + 1] == 0xA9


@allocating
def without(
    data: Bytes, starts: Offsets, of: I64, begin: I64, end: I64, out: U8, changed: I64
) -> tuple[Bytes, Offsets]:
    """The texts in `changed` without the lines that go: bytes and offsets.

    Between two lines that stay stands the longest gap that stood between them, so paragraphs stay apart.
    """
    total = 0
    for c in changed:
        total += starts[c + 1] - starts[c]
    into = np.empty(total, np.uint8)
    ends = np.zeros(len(changed) + 1, np.int64)
    at = 0
    for k in range(len(changed)):
        c = changed[k]
        before = -1  # the last line that stays
        for i in range(of[c], of[c + 1]):
            if out[i] != STAYS:
                continue
            if before < 0:
                if i == of[c]:
                    at = _copy(data, starts[c], begin[i], into, at)
            else:
                gap = before
                most = -1
                for j in range(before, i):
                    breaks = 0
                    for b in range(end[j], begin[j + 1]):
                        breaks += data[b] == 0x0A
                    if breaks > most:
                        most = breaks
                        gap = j
                at = _copy(data, end[gap], begin[gap + 1], into, at)
            at = _copy(data, begin[i], end[i], into, at)
            before = i
        if before == of[c + 1] - 1:
            at = _copy(data, end[before], starts[c + 1], into, at)
        ends[k + 1] = at
    return into[:at], ends


@compiled
def _copy(data: Bytes, start: int, stop: int, into: Bytes, at: int) -> int:
    for i in range(stop - start):
        into[at + i] = data[start + i]
    return at + stop - start
