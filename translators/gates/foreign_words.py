"""Is a part of the answer left untranslated? Words in a script that is not the target's, and phrases of the source.

The "word-level pass rate" of Marchisio et al. 2024 (arXiv 2406.20052) looks for English words in answers of other
scripts. Here any script counts that is not the target's; and where source and target share a script, phrases that are
copied from the source.
"""

from __future__ import annotations

from functools import lru_cache

import regex

from translators.gates import _scripts
from translators.gates._languages import same_text
from translators.gates._plain import covered, in_a_row, ordinary, plain, units, words
from translators.gates.gate import Gate, Pair

_MIN_WORDS = 3  # of the source, to translate: fewer may stay as they are
_MIN_WORDS_OTHER_SCRIPT = 2
_MIN_ORDINARY = 3  # words of a copied phrase of five that are no names
_FEW = 2  # letters: units and abbreviations (km, pH)
_GAP = regex.compile(r"[\s\p{P}\p{S}\d]*")


def _score(pair: Pair) -> float:
    """Share of the answer's words that stand there untranslated, 0 to 1.

    A word of another script counts unless it is a name, an acronym or a unit: all in capitals, with a capital or a
    digit in the middle, of one or two letters, or with a capital at its start where fewer than three foreign words
    follow each other. Words that are foreign in the source too do not count. Phrases of five words that stand in the
    source count where at least three of the five are no names. In scripts without spaces the number of words is an
    estimate.
    """
    text = plain(pair.target)
    letters = _scripts.letters(text)
    wanted = _scripts.scripts(pair.target_language)
    score = 0.0
    if _scripts.known(pair.target_language) and not letters.keys() <= set(wanted):
        foreign = _foreign(text, pair)
        if foreign:
            score = foreign / max(foreign, _words(text, wanted) + foreign)
    if set(wanted) & set(_scripts.scripts(pair.source_language)):
        score = max(score, _copied(plain(pair.source), text))
    return score


def _words(text: str, wanted: tuple[str, ...]) -> float:
    """How many words of the target's own script there are."""
    unspaced = {one: _scripts.LETTERS_A_WORD[one] for one in wanted if one in _scripts.LETTERS_A_WORD}
    if len(unspaced) == len(wanted):
        letters = _scripts.letters(text)
        return sum(letters.get(one, 0) / a_word for one, a_word in unspaced.items())
    return float(sum(_scripts.script(next(filter(str.isalpha, one), " ")) in wanted for one in words(text)))


@lru_cache(maxsize=256)
def _outside(wanted: tuple[str, ...]) -> regex.Pattern[str]:
    """Words that begin with a letter of another script."""
    own = "".join(rf"\p{{sc={one}}}" for one in (*wanted, "Zyyy", "Zinh"))
    return regex.compile(rf"(?V1)[\p{{L}}--[{own}]][\p{{L}}\p{{M}}\p{{Nd}}'’\-.+#_]*")


def _foreign(text: str, pair: Pair) -> int:
    number = end = 0
    run: list[bool] = []  # whether each word of the stretch is an ordinary one
    mine = set(_scripts.scripts(pair.source_language))
    for found in _outside(_scripts.scripts(pair.target_language)).finditer(text):
        word = found[0].rstrip(".-'’")
        if _scripts.script(word[0]) not in mine and word in pair.source:
            continue  # the source has it as a foreign word too
        if run and not _GAP.fullmatch(text, end, found.start()):
            number += _counted(run)
            run = []
        end = found.end()
        number_of_words = max(1, round(len(word) / _scripts.LETTERS_A_WORD.get(_scripts.script(word[0]), len(word))))
        cased = _scripts.cased(word[0])
        ordinary_word = (len(word) > _FEW and word.isalpha() and word.islower()) if cased else word.isalpha()
        run.extend([ordinary_word] * number_of_words)
    return number + _counted(run)


def _counted(run: list[bool]) -> int:
    return len(run) if len(run) > 2 and any(run) else sum(run)


def _copied(before: str, after: str) -> float:
    (source, size), (target, _) = units(before), units(after)
    if not target or len(source) < size:
        return 0.0
    if sum(map(set(source).__contains__, target)) < size:
        return 0.0
    phrases = set(in_a_row(source, size))
    if not phrases.intersection(in_a_row(target, size)):
        return 0.0
    if size == 5:  # words, of which we know whether they are names
        names = {word.casefold() for word in words(before) if not (word.isalpha() and word.islower())}
        phrases = {one for one in phrases if sum(word not in names for word in one) >= _MIN_ORDINARY}
    return covered(target, phrases, size) / len(target)


def _applies(pair: Pair) -> bool:
    if same_text(pair.source_language, pair.target_language):
        return False
    shared = set(_scripts.scripts(pair.source_language)) & set(_scripts.scripts(pair.target_language))
    return ordinary(pair.source, _MIN_WORDS if shared else _MIN_WORDS_OTHER_SCRIPT)


GATE = Gate(
    name="foreign_words",
    reason="untranslated_part",
    keep="at_most",
    limit=0.15,
    unit="share of words, 0 to 1",
    source="measured: 2 of 5,055 human translations of a bitext in 21 languages have more",
    why="A part of the source was left as it was, or words of a third language came in.",
    score=_score,
    applies=_applies,
)
