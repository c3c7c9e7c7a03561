"""How many n-grams two texts share, and the scores that follow from it, compiled.

An n-gram is known by the number of the n-gram one shorter and its last symbol, so two of them are the same only where
they are equal, whatever their hashes are. Of an n-gram that occurs several times, as many count as occur in both texts
("clipped" counts, Papineni et al., 2002).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from translators.metrics._compiled import F64, I32, I64, compiled

_SPREAD = 0x1E3779B97F4A7C15  # odd, without a pattern: the upper bits of a product depend on all bits of the key
_FEWEST_BITS = 4


@compiled
def _bits(entries: int) -> int:
    """Size of a table, as a power of 2, that so many entries fill by half at most."""
    bits = _FEWEST_BITS
    while (1 << bits) < 2 * entries:
        bits += 1
    return bits


@compiled
def _place(keys: I64, key: Any, bits: int) -> Any:
    """Where a key is in a table, or else the empty place (-1) that it would get."""
    mask = (1 << bits) - 1
    place = ((key * _SPREAD) >> (64 - bits)) & mask
    while keys[place] != key and keys[place] != -1:
        place = (place + 1) & mask
    return place


@compiled
def _shared(
    reference: I32, r: int, r_end: int, hypothesis: I32, h: int, h_end: int, orders: int,
    reference_ids: I32, hypothesis_ids: I32, keys: I64, left: I32, counts: I64, row: int, column: int, step: int,
) -> None:  # fmt: skip
    """Write, for each order, how many n-grams the reference and the hypothesis share.

    Symbols are numbers from 0 on; one of the hypothesis below 0 is not in the reference.
    """
    bits = _bits(r_end - r)
    for i in range(r_end - r):
        reference_ids[i] = 0
    for i in range(h_end - h):
        hypothesis_ids[i] = 0
    for order in range(orders):
        shared = 0
        if order < r_end - r and order < h_end - h:
            for place in range(1 << bits):
                keys[place] = -1
            for i in range(r_end - r - order):
                key = (np.int64(reference_ids[i]) << 32) | np.int64(reference[r + i + order])
                place = _place(keys, key, bits)
                if keys[place] == -1:
                    keys[place] = key
                    left[place] = 0
                left[place] += 1
                reference_ids[i] = place
            for i in range(h_end - h - order):
                shorter, symbol = np.int64(hypothesis_ids[i]), np.int64(hypothesis[h + i + order])
                if shorter < 0:
                    continue
                hypothesis_ids[i] = -1
                if symbol < 0:
                    continue
                key = (shorter << 32) | symbol
                place = _place(keys, key, bits)
                if keys[place] == key:
                    hypothesis_ids[i] = place
                    if left[place] > 0:
                        left[place] -= 1
                        shared += 1
        counts[row, column + order * step] = shared


@compiled
def _equal(a: I32, a_begin: int, a_end: int, b: I32, b_begin: int, b_end: int) -> bool:
    if a_end - a_begin != b_end - b_begin:
        return False
    for i in range(a_end - a_begin):  # noqa: SIM110  # numba compiles no generator here
        if a[a_begin + i] != b[b_begin + i]:
            return False
    return True


@compiled
def _hash(line: I32, begin: int, end: int) -> Any:
    value = np.int64(0)
    for i in range(begin, end):
        value = (value ^ np.int64(line[i])) * _SPREAD
        value ^= value >> 29
    return value >> 8


@compiled
def number(
    r_line: I32, r_begins: I32, r_ends: I32, r_firsts: I64, h_line: I32, h_begins: I32, h_ends: I32, h_firsts: I64,
    table: I64, r_symbols: I32, h_symbols: I32,
) -> None:  # fmt: skip
    """Number the tokens of each pair of texts: equal ones alike, one that is not in the reference -1.

    Args:
        r_line: code points of the references; token t is `r_line[r_begins[t]:r_ends[t]]`.
        r_begins: see above.
        r_ends: see above.
        r_firsts: shape (n + 1,); reference i has the tokens `r_firsts[i]` to `r_firsts[i + 1]`.
        h_line: of the hypotheses, as above.
        h_begins: likewise.
        h_ends: likewise.
        h_firsts: likewise.
        table: room for four numbers for each token of the longest reference, at least 16.
        r_symbols: numbers of the references' tokens, written here.
        h_symbols: numbers of the hypotheses' tokens, written here.
    """
    for row in range(len(r_firsts) - 1):
        first, end = r_firsts[row], r_firsts[row + 1]
        mask = (1 << _bits(end - first)) - 1
        for place in range(mask + 1):
            table[place] = -1
        for t in range(first, end):
            place = _hash(r_line, r_begins[t], r_ends[t]) & mask
            while True:
                same = table[place]
                if same < 0:
                    table[place] = same = t
                    break
                if _equal(r_line, r_begins[t], r_ends[t], r_line, r_begins[same], r_ends[same]):
                    break
                place = (place + 1) & mask
            r_symbols[t] = same - first
        for t in range(h_firsts[row], h_firsts[row + 1]):
            place = _hash(h_line, h_begins[t], h_ends[t]) & mask
            symbol = -1
            while table[place] >= 0:
                same = table[place]
                if _equal(h_line, h_begins[t], h_ends[t], r_line, r_begins[same], r_ends[same]):
                    symbol = same - first
                    break
                place = (place + 1) & mask
            h_symbols[t] = symbol


@compiled
def count_bleu(
    reference: I32, r_firsts: I64, hypothesis: I32, h_firsts: I64, orders: int,
    r_ids: I32, h_ids: I32, keys: I64, left: I32, counts: I64,
) -> None:  # fmt: skip
    """Count what BLEU is made of.

    Args:
        reference: symbols of all references.
        r_firsts: shape (n + 1,); reference i has the symbols `r_firsts[i]` to `r_firsts[i + 1]`.
        hypothesis: symbols of all hypotheses; below 0 for one that the reference has not.
        h_firsts: shape (n + 1,), likewise.
        orders: longest n-gram.
        r_ids: room for as many numbers as the longest reference has symbols.
        h_ids: likewise for the hypotheses.
        keys: room for four numbers for each symbol of the longest reference, at least 16.
        left: as `keys`.
        counts: shape (n, 2 + 2 * orders), written here: length of the hypothesis, of the reference, shared n-grams of
            each order, n-grams of the hypothesis of each order.
    """
    for row in range(len(r_firsts) - 1):
        h_size, r_size = h_firsts[row + 1] - h_firsts[row], r_firsts[row + 1] - r_firsts[row]
        counts[row, 0] = h_size
        counts[row, 1] = r_size
        for order in range(orders):
            counts[row, 2 + orders + order] = max(0, h_size - order)
        _shared(
            reference, r_firsts[row], r_firsts[row + 1], hypothesis, h_firsts[row], h_firsts[row + 1], orders,
            r_ids, h_ids, keys, left, counts, row, 2, 1,
        )  # fmt: skip


@compiled
def count_chrf(
    reference: I32, r_firsts: I64, hypothesis: I32, h_firsts: I64, orders: int,
    r_ids: I32, h_ids: I32, keys: I64, left: I32, counts: I64, column: int,
) -> None:  # fmt: skip
    """Count what chrF is made of: arguments as for `count_bleu`.

    Into `counts`, shape (n, 3 * all orders), go from `column` on three numbers for each order: n-grams of the
    hypothesis (0 where the reference has none), n-grams of the reference, shared ones.
    """
    for row in range(len(r_firsts) - 1):
        h_size, r_size = h_firsts[row + 1] - h_firsts[row], r_firsts[row + 1] - r_firsts[row]
        for order in range(orders):
            counts[row, column + 3 * order] = max(0, h_size - order) if r_size > order else 0
            counts[row, column + 3 * order + 1] = max(0, r_size - order)
        _shared(
            reference, r_firsts[row], r_firsts[row + 1], hypothesis, h_firsts[row], h_firsts[row + 1], orders,
            r_ids, h_ids, keys, left, counts, row, column + 2, 3,
        )  # fmt: skip


@compiled
def count_characters_and_words(
    n: int, characters: I32, of_characters: I64, line: I32, begins: I32, ends: I32, of_words: I64, symbols: I32,
    character_orders: int, word_orders: int, r_ids: I32, h_ids: I32, keys: I64, left: I32, counts: I64,
) -> None:  # fmt: skip
    """Count all that chrF++ is made of, in one call: on short texts calls cost more than counting.

    Args:
        n: pairs.
        characters: symbols of 2 n texts, the references before the hypotheses.
        of_characters: shape (2 n + 1,); text i has the characters `of_characters[i]` to `of_characters[i + 1]`.
        line: code points; word t is `line[begins[t]:ends[t]]`.
        begins: see above.
        ends: see above.
        of_words: shape (2 n + 1,), as `of_characters`.
        symbols: room for a number for each word.
        character_orders: longest n-gram of characters.
        word_orders: longest n-gram of words.
        r_ids: as of `count_bleu`.
        h_ids: likewise.
        keys: likewise.
        left: likewise.
        counts: shape (n, 3 * all orders), written here as by `count_chrf`.
    """
    of_r, of_h = of_characters[: n + 1], of_characters[n:]
    count_chrf(characters, of_r, characters, of_h, character_orders, r_ids, h_ids, keys, left, counts, 0)
    of_r, of_h = of_words[: n + 1], of_words[n:]
    number(line, begins, ends, of_r, line, begins, ends, of_h, keys, symbols, symbols)
    column = 3 * character_orders
    count_chrf(symbols, of_r, symbols, of_h, word_orders, r_ids, h_ids, keys, left, counts, column)


@compiled
def number_and_count_bleu(
    n: int, line: I32, begins: I32, ends: I32, firsts: I64, symbols: I32, orders: int,
    r_ids: I32, h_ids: I32, keys: I64, left: I32, counts: I64,
) -> None:  # fmt: skip
    """Count what BLEU is made of, from tokens, in one call.

    Args:
        n: pairs.
        line: code points; token t is `line[begins[t]:ends[t]]`.
        begins: see above.
        ends: see above.
        firsts: shape (2 n + 1,); text i has the tokens `firsts[i]` to `firsts[i + 1]`, the references come first.
        symbols: room for a number for each token.
        orders: longest n-gram.
        r_ids: as of `count_bleu`.
        h_ids: likewise.
        keys: likewise.
        left: likewise.
        counts: likewise.
    """
    of_r, of_h = firsts[: n + 1], firsts[n:]
    number(line, begins, ends, of_r, line, begins, ends, of_h, keys, symbols, symbols)
    count_bleu(symbols, of_r, symbols, of_h, orders, r_ids, h_ids, keys, left, counts)


@compiled
def score_bleu(counts: I64, orders: int, effective: bool, scores: F64) -> None:
    """BLEU from rows of `count_bleu`, 0 to 100, with exponential smoothing (NIST's; Chen and Cherry, 2014, method 3).

    Args:
        counts: shape (n, 2 + 2 * orders).
        orders: longest n-gram.
        effective: leave out orders that the hypothesis is too short for.
        scores: shape (n,), written here.
    """
    for row in range(len(scores)):
        any_shared, last = False, 0
        for order in range(orders):
            any_shared = any_shared or counts[row, 2 + order] > 0
            if last == order and counts[row, 2 + orders + order] > 0:
                last = order + 1
        scores[row] = 0.0
        # Without `effective` an order that has no n-grams has a precision of 0, and so has the whole.
        if not any_shared or (last < orders and not effective):
            continue
        logarithms, smoothing = 0.0, 1.0
        for order in range(last):
            shared, total = counts[row, 2 + order], counts[row, 2 + orders + order]
            if shared == 0:
                smoothing *= 2
                logarithms += math.log(100.0 / (smoothing * total))
            else:
                logarithms += math.log(100.0 * shared / total)
        h_size, r_size = counts[row, 0], counts[row, 1]
        brevity = math.exp(1 - r_size / h_size) if h_size < r_size else 1.0
        scores[row] = min(100.0, brevity * math.exp(logarithms / last))


@compiled
def score_chrf(counts: I64, orders: int, beta: float, scores: F64) -> None:
    """ChrF from rows of `count_chrf`, 0 to 100: the F-score of the mean precision and mean recall over the orders.

    Args:
        counts: shape (n, 3 * orders).
        orders: of characters and words together; one that either text is too short for does not count.
        beta: weight of recall.
        scores: shape (n,), written here.
    """
    for row in range(len(scores)):
        precision, recall, used = 0.0, 0.0, 0
        for order in range(orders):
            h, r, shared = counts[row, 3 * order], counts[row, 3 * order + 1], counts[row, 3 * order + 2]
            if h > 0 and r > 0:
                precision += shared / h
                recall += shared / r
                used += 1
        scores[row] = 0.0
        if precision + recall > 0:
            precision, recall = precision / used, recall / used
            factor = beta * beta
            scores[row] = min(100.0, 100.0 * (1 + factor) * precision * recall / (factor * precision + recall))
