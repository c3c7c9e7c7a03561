"""BLEU (Papineni et al., 2002) of pairs of texts, 0 to 100, with sacreBLEU's values (Post, 2018), at speed.

A text of three words has no 4-grams and must not score 0 for that, so orders that the hypothesis is too short for are
left out of a sentence's score ("effective order").
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from translators.metrics._texts import I64, CodePoints, Tokens, blocks, code_points, table_room
from translators.metrics.tokenizers import Name, prepare, tokenizer

F64 = npt.NDArray[np.float64]
ORDERS = 4


def bleu(hypotheses: Sequence[str], references: Sequence[str], language: str) -> F64:
    """BLEU of each pair, 0 (nothing shared) to 100 (equal).

    Args:
        hypotheses: texts to be scored, n of them, such as back translations.
        references: what they should say, as many.
        language: label of the language that both are in: it decides how words are cut.

    Returns:
        Shape (n,).
    """
    return score(counts(hypotheses, references, language), effective=True)


def sentence_bleu(hypothesis: str, reference: str, language: str) -> float:
    """BLEU of one pair: see `bleu`, which is faster for many."""
    return float(bleu((hypothesis,), (reference,), language)[0])


def counts(hypotheses: Sequence[str], references: Sequence[str], language: str) -> I64:
    """What the score of each pair follows from; the sum over pairs is what the score of a corpus follows from.

    Returns:
        Shape (n, 10): tokens of the hypothesis and of the reference, shared n-grams of the orders 1 to 4, n-grams of
        the hypothesis of these orders.
    """
    name = tokenizer(language)
    out = np.empty((len(hypotheses), 2 + 2 * ORDERS), np.int64)
    for part in blocks(hypotheses, references):
        _count(hypotheses[part], references[part], name, out[part])
    return out


def score(counts: I64, *, effective: bool) -> F64:
    """The score of each row of counts.

    Args:
        counts: shape (n, 10), from `counts`.
        effective: leave out orders that the hypothesis is too short for, as is right for single sentences.
    """
    from translators.metrics import _matching

    out = np.empty(len(counts))
    _matching.score_bleu(counts, ORDERS, effective, out)
    return out


def _count(hypotheses: Sequence[str], references: Sequence[str], name: Name, out: I64) -> None:
    from translators.metrics import _matching

    number = len(out)
    texts = (*references, *hypotheses)
    if name == "char":
        symbols, firsts, longest = _characters(texts)
    else:
        line, begins, ends, firsts, longest = _tokens(texts, name)
        symbols = np.empty(firsts[-1], np.int32)
    keys = np.empty(table_room(longest), np.int64)
    r_ids, h_ids, left = (np.empty(size, np.int32) for size in (longest, longest, len(keys)))
    work = (r_ids, h_ids, keys, left, out)
    if name == "char":
        _matching.count_bleu(symbols, firsts[: number + 1], symbols, firsts[number:], ORDERS, *work)
    else:
        _matching.number_and_count_bleu(number, line, begins, ends, firsts, symbols, ORDERS, *work)


def _characters(texts: Sequence[str]) -> CodePoints:
    """Texts without white space."""
    from translators.metrics import _cutting

    data, starts, longest = code_points(texts)
    out, firsts = np.empty(len(data), np.int32), np.empty(len(starts), np.int64)
    _cutting.without_spaces(data, starts, out, firsts)
    return CodePoints(out, firsts, longest)


def _tokens(texts: Sequence[str], name: Name) -> Tokens:
    from translators.metrics import _cutting

    data, starts, longest = code_points(prepare(texts, name))
    begins, ends, firsts = np.empty(len(data), np.int32), np.empty(len(data), np.int32), np.empty(len(starts), np.int64)
    if name in ("13a", "zh"):
        line = np.empty(2 * len(data) + 3 * len(texts), np.int32)
        spare = np.empty(2 * longest + 3, np.int32)
        _cutting.cut_13a(data, starts, name == "zh", line, spare, begins, ends, firsts)
    else:
        line = data
        _cutting.cut_spaces(data, starts, False, begins, ends, firsts)
    return Tokens(line, begins, ends, firsts, longest)
