"""Figures of list, menu and index pages from the line table, compiled."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from filters._kernels.compiled import allocating, compiled
from filters._kernels.lines import COMMA, DIGIT, I64, TERMINAL
from filters._kernels.utf8 import Bytes

_ITEM_WORDS = 3.0  # words of an item in a bar of links, on the mean
_VERSE_WORDS = 3.5  # words of a verse, on the mean of a stanza; entries of menus have fewer

F64 = npt.NDArray[np.float64]


@allocating
def figures(
    data: Bytes, begin: I64, end: I64, of: I64, words: F64, letters: I64, separators: I64, last: I64, key: I64,
    most_words: float, run_length: int,    fewest_pairs: int,
) -> tuple[F64, F64, F64, F64, F64]:  # fmt: skip
    """Score each text; see `filters.lists.STAGE.adds` for what the five arrays, shape (n,), hold.

    Args:
        data, begin, end, of, words, letters, separators, last, key: from the line table.
        most_words: words up to which a line is short.
        run_length: lines from which a run of list lines is a list.
        fewest_pairs: neighbouring list lines that an order can be read from.
    """
    n = len(of) - 1
    list_lines = np.zeros(n)
    list_words = np.zeros(n)
    link_words = np.zeros(n)
    number_lines = np.zeros(n)
    sorted_lines = np.zeros(n)
    for text in range(n):
        first, stop = of[text], of[text + 1]
        if first == stop:
            continue
        total = 0.0
        in_runs = 0.0
        in_links = 0.0
        n_list = 0
        n_numbers = 0
        run = 0
        run_words = 0.0
        group = 0
        group_words = 0.0
        pairs = 0
        up = 0
        down = 0
        letters_seen = 0
        letter = np.int64(0)
        previous = False
        for i in range(first, stop):
            total += words[i]
            # Rows of a table have as many signs as their neighbours; "choose File → Open → Recent." is a sentence.
            row_of_table = (i > first and separators[i - 1] == separators[i]) or (
                i + 1 < stop and separators[i + 1] == separators[i]
            )
            bar = separators[i] >= 2 and last[i] != TERMINAL and words[i] <= _ITEM_WORDS * (separators[i] + 1)
            row_of_table = row_of_table and separators[i] > 0
            if bar and not row_of_table:
                in_links += words[i]
            n_numbers += last[i] == DIGIT
            one = (
                words[i] <= most_words
                and last[i] != TERMINAL
                and last[i] != COMMA
                and letters[i] > 0
                and not row_of_table
            )
            blank = i > first and _blank_between(data, end[i - 1], begin[i])
            if blank or not one:
                # A stanza is no list: two to eight lines between blank ones, as long as verses are.
                if blank and one and group >= 2 and group <= 8 and group_words >= _VERSE_WORDS * group:
                    if run >= run_length:
                        in_runs += run_words
                    run = 0
                    run_words = 0.0
                group = 0
                group_words = 0.0
            if one:
                n_list += 1
                group += 1
                group_words += words[i]
                run += 1
                run_words += words[i]
                if previous:
                    pairs += 1
                    up += key[i] > key[i - 1]
                    down += key[i] < key[i - 1]
                if key[i] >> 42 != letter:
                    letter = key[i] >> 42
                    letters_seen += 1
            else:
                if run >= run_length:
                    in_runs += run_words
                run = 0
                run_words = 0.0
            previous = one
        if run >= run_length:
            in_runs += run_words
        lines = stop - first
        list_lines[text] = n_list / lines
        number_lines[text] = n_numbers / lines
        if total > 0:
            list_words[text] = min(1.0, in_runs / total)
            link_words[text] = min(1.0, in_links / total)
        if pairs >= fewest_pairs and letters_seen >= 4:
            sorted_lines[text] = max(0.0, (up - down) / (lines - 1))
    return list_lines, list_words, link_words, number_lines, sorted_lines


@compiled
def _blank_between(data: Bytes, start: int, stop: int) -> bool:
    """Whether a blank line stands in this white space."""
    ends = 0
    for i in range(start, stop):
        ends += data[i] == 0x0A
    return ends >= 2
