"""What C4's line rules look up: what each code point is to them, and an automaton that finds phrases in any case."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from filters import _unicode

# What a code point is, combined.
SPACE = 1
LINE_END = 2
LETTER = 4
DIGIT = 8
TERMINAL = 16  # ends a sentence
TERMINAL_FOR = 32  # ends a sentence in one script, and means something else in others
QUOTE = 64  # closes a quotation: a line may end with it
CLOSER = 128  # closes a bracket: may stand behind what ends the sentence
STOP = 256  # three of them are an ellipsis
UNSPACED = 512  # of a script that has no white space between words
UNENDED = 1024  # of a script that has no sign for the end of a sentence
OPENING = 2048  # [
CURLY = 4096  # {

# What a line holds, combined.
LOREM, JAVASCRIPT, POLICY = 1, 2, 4

_PUBLISHED_ENDS, _PUBLISHED_QUOTES = ".?!", "\"'"
# Beside Sentence_Terminal: the Tibetan shad and its kin, which Unicode calls phrase ends, and the letter ga, behind
# which the shad is left out.
MORE_ENDS = "།༎༏༐༑༔ག"
_QUOTES = "\"'’‘”“»«›‹」』｣〞＂＇"
_STOPS = ".。．｡۔"
# Thai, Lao, Khmer, Burmese, Tai Tham, Han, kana, and others that Unicode breaks by dictionary or syllable.
_UNSPACED = (
    r"[\p{Line_Break=SA}\p{Line_Break=AK}\p{Line_Break=AS}\p{Han}\p{Hiragana}\p{Katakana}\p{Tibetan}\p{Tangut}\p{Yi}]"
)


@cache
def kinds(published: bool) -> npt.NDArray[np.uint16]:
    """What each code point is: shape (1114112,).

    Args:
        published: as C4 has it, where `.?!"'` end a line and white space ends a word, whatever the script.
    """
    flags = _unicode.flags()
    out = np.zeros(_unicode.CODE_POINTS, np.uint16)
    for flag, kind in (
        (_unicode.SPACE, SPACE),
        (_unicode.LINE_END, LINE_END),
        (_unicode.ALPHA, LETTER),
        (_unicode.DIGIT, DIGIT),
    ):
        out[(flags & flag) > 0] |= kind
    out[ord("[")] |= OPENING
    out[ord("{")] |= CURLY
    if published:
        for characters, kind in ((_PUBLISHED_ENDS, TERMINAL), (".", STOP), (_PUBLISHED_QUOTES, QUOTE)):
            out[[ord(c) for c in characters]] |= kind
        return out
    out[(flags & _unicode.TERMINAL) > 0] |= TERMINAL
    for characters, kind in ((MORE_ENDS, TERMINAL), (_STOPS, STOP), (_QUOTES, QUOTE), (";:፡", TERMINAL_FOR)):
        out[[ord(c) for c in characters]] |= kind
    out[_unicode.matching(r"\p{Pe}") & ((out & QUOTE) == 0)] |= CLOSER
    # Digits and punctuation of these scripts are left out: they cut words.
    out[_unicode.matching(rf"(?=[\p{{L}}\p{{M}}]){_UNSPACED}")] |= UNSPACED
    out[ord("፡")] |= UNSPACED  # the Ethiopic word space, where it is still written
    out[_unicode.matching(r"[\p{Thai}\p{Lao}\p{Tai_Tham}]")] |= UNENDED
    return out


HITS = 3  # bits of a move that say what was found


class Automaton(NamedTuple):
    """Finds phrases in one pass (Aho and Corasick 1975), over classes of code points that are the same but for case.

    Args:
        classes: class of each code point, shape (1114112,); 0 is every code point that no phrase has.
        moves: the next move of each state and class, one row of classes after the other, begun with 0. The upper bits
            (`>> HITS`) say where the row of the next state begins, so that a step is an addition and a look; the lower
            ones what was found on reaching it: the kinds of all phrases that end there, combined.
    """

    classes: npt.NDArray[np.uint16]
    moves: npt.NDArray[np.int32]


@cache
def automaton(phrases: tuple[tuple[str, int], ...], published: bool) -> Automaton:
    """The automaton for phrases with their kinds.

    Args:
        phrases: each phrase with `LOREM`, `JAVASCRIPT` or `POLICY`.
        published: fold case as `str.lower` does; else also what typists mix up: kinds of apostrophes, no-break
            spaces, the two sigmas, and the Turkish letters i.
    """
    extra = {} if published else _SAME
    composed = [(unicodedata.normalize("NFC", phrase).lower(), kind) for phrase, kind in phrases if phrase]
    lowered = [("".join(extra.get(c, c) for c in phrase), kind) for phrase, kind in composed]
    letters = {c: i for i, c in enumerate(sorted({c for phrase, _ in lowered for c in phrase}), start=1)}
    classes = np.zeros(_unicode.CODE_POINTS, np.uint16)
    for upper in np.flatnonzero(_changed_by_lower()):
        classes[upper] = letters.get(extra.get(chr(upper), chr(upper).lower()), 0)
    for letter, number in letters.items():
        classes[ord(letter)] = number
    for other, letter in extra.items():
        classes[ord(other)] = letters.get(letter, 0)
    width = len(letters) + 1
    states, found = _machine([([letters[c] for c in p], kind) for p, kind in lowered], width)
    return Automaton(classes, ((states.astype(np.int64) * width << HITS) | found[states]).astype(np.int32).ravel())


_SAME = {"’": "'", "\u00a0": " ", "\u202f": " ", "ς": "σ", "ı": "i", "İ": "i"}


@cache
def _changed_by_lower() -> npt.NDArray[np.bool_]:
    upper = _unicode.matching(r"\p{Changes_When_Lowercased}")
    upper[ord("İ")] = False  # its small letter is two code points
    return upper


def _machine(
    phrases: Iterable[tuple[Sequence[int], int]], width: int
) -> tuple[npt.NDArray[np.integer], npt.NDArray[np.uint8]]:
    tree: list[dict[int, int]] = [{}]
    found = [0]
    for phrase, kind in phrases:
        state = 0
        for symbol in phrase:
            if symbol not in tree[state]:
                tree[state][symbol] = len(tree)
                tree.append({})
                found.append(0)
            state = tree[state][symbol]
        found[state] |= kind
    moves = np.zeros((len(tree), width), np.int32)
    back = [0] * len(tree)
    queue = [0]
    for state in queue:  # shorter prefixes first, so what a state falls back on is complete
        if state:
            moves[state] = moves[back[state]]
            found[state] |= found[back[state]]
        for symbol, child in tree[state].items():
            back[child] = int(moves[state, symbol]) if state else 0
            moves[state, symbol] = child
            queue.append(child)
    return moves, np.array(found, np.uint8)
