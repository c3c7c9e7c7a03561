"""Is the answer in the language that was asked for? By line, so that one English paragraph in a French text is seen.

The "line-level pass rate" of Marchisio et al. 2024 (arXiv 2406.20052) counts lines; here a line counts by its letters.
The judge is CLD2 (`pycld2`, about 160 languages), asked again with a hint where it wavers, and before it the script of
the letters, which also tells something of languages that CLD2 does not know.
"""

from __future__ import annotations

from functools import lru_cache

import pycld2

from translators.gates import _scripts
from translators.gates._languages import accepted, cld2_code, iso3
from translators.gates._plain import plain, words
from translators.gates.gate import Gate, Pair

_MIN_LETTERS = 12  # fewer say too little about their language, in scripts that several languages share
_MIN_OWN_LETTERS = 3  # in a script with one large language
_ONLY_SHARE = 10  # such letters are at least a tenth, as kana are in Japanese
_PLENTY = 42  # letters of a line that is no short one any more, some 50 characters
# CLD2's score for each kilobyte of text, here for 1,024 characters: how sure it must be that a line is in another
# language, and does not change its mind when it is given the wanted one as a hint.
_EVIDENCE = 250.0
_EVIDENCE_ENGLISH = 500.0  # its words are in many others: Romance lines are taken for it with up to 450
_EVIDENCE_SHORT = 900.0
_EVIDENCE_HINT = 200.0  # for the wanted language itself: with a hint, letters at random have up to 160
# With so much no hint is given: with one, CLD2 takes Hindi for Nepali, and Spanish for Portuguese.
_EVIDENCE_SURE = 1_100.0
_EVIDENCE_LONG = 400.0  # the same for a long line
_LONG = 120  # letters
# The same where CLD2 does not know the wanted language: what it then names with less may be a neighbour.
_CERTAIN = 700.0
_LARGE = frozenset(("eng", "fra", "spa", "por", "deu", "ita", "nld", "rus", "arb", "hin", "ind", "tur", "vie", "swh"))


def _score(pair: Pair) -> float | None:
    """Share of the letters that stand in lines of the target language, 0 to 1.

    Lines that cannot be told are left out; short ones are judged together. 0.0 where no line can be told though there
    are letters enough. Code, addresses, placeholders and names that the source has too do not count.
    """
    return _measured(pair)


def _applies(pair: Pair) -> bool:
    return _measured(pair) is not None


@lru_cache(maxsize=64)
def _measured(pair: Pair) -> float | None:
    right = told = unsure = few = 0
    short = []
    enough = _MIN_LETTERS if _shared(pair.target_language) else _MIN_OWN_LETTERS
    for line in plain(pair.target).splitlines():
        letters = sum(_scripts.letters(line).values())
        if letters < enough:
            short.append(line)
            few += letters
            continue
        verdict, letters = _verdict(line, letters, pair)
        if verdict is None:
            unsure += letters
        else:
            told += letters
            right += letters * verdict
    if few:
        rest = " ".join(short)
        verdict, letters = _verdict(rest, sum(_scripts.letters(rest).values()), pair)
        if verdict is not None:
            told += letters
            right += letters * verdict
    if told:
        return right / told
    return 0.0 if unsure >= _PLENTY else None


@lru_cache(maxsize=1_024)
def _shared(label: str) -> bool:
    """Whether other large languages have all scripts of a label."""
    return _scripts.SHARED.issuperset(_scripts.scripts(label))


def _verdict(line: str, letters: int, pair: Pair) -> tuple[bool | None, int]:
    """Whether a line is in the target language (None: cannot be told), and how many of its letters say so."""
    verdict = _judge(line, letters, pair)
    if verdict or not letters:
        return verdict, letters
    names = _names(pair.source)  # what the source has too is in no language
    rest = " ".join([word for word in words(line) if word not in names])
    left = sum(_scripts.letters(rest).values())
    return (verdict, letters) if left == letters else (_judge(rest, left, pair), left)


@lru_cache(maxsize=16)
def _names(text: str) -> frozenset[str]:
    return frozenset([word for word in words(text) if word != word.lower()])


def _judge(line: str, letters: int, pair: Pair) -> bool | None:
    wanted = pair.target_language
    scripts = _scripts.scripts(wanted)
    found = _scripts.letters(line)
    own = sum(found.get(script, 0) for script in scripts)
    if _scripts.known(wanted) and own * 3 < letters:
        return False if letters >= _MIN_LETTERS or (letters >= _MIN_LETTERS // 2 and not own) else None
    only = sum(found.get(script, 0) for script in scripts if script not in _scripts.SHARED)
    if only >= _MIN_OWN_LETTERS and only * _ONLY_SHARE >= own:
        return True
    if letters < _MIN_LETTERS:
        return None
    if not line.isprintable():  # CLD2 refuses control characters
        line = "".join(letter if letter.isprintable() else " " for letter in line)
    verdict = _by_cld2(line, letters, pair)
    if verdict and wanted.startswith("zho"):
        simplified, traditional = _scripts.chinese(line)
        own, other = (traditional, simplified) if wanted.endswith("Hant") else (simplified, traditional)
        return other < 2 or other <= own
    return verdict


def _by_cld2(line: str, letters: int, pair: Pair) -> bool | None:
    wanted = pair.target_language
    code = cld2_code(wanted)
    found, evidence = _detect(line, None)
    if code is None:  # then at least not what models answer in by mistake
        mistaken = found is not None and (found == pair.source_language[:3] or found in _LARGE)
        return not (mistaken and evidence >= _CERTAIN and letters >= _PLENTY and found not in accepted(wanted))
    right = accepted(wanted)
    if found in right:
        return True
    if letters >= _PLENTY and evidence >= (_EVIDENCE_SURE if letters < _LONG else _EVIDENCE_LONG):
        return False
    if _agrees(line, code, right):
        return True
    if found is None:  # now and then a few words keep it from any answer: then a half may have one
        middle = line.find(" ", len(line) // 2)
        return True if _agrees(line[:middle], code, right) or _agrees(line[middle:], code, right) else None
    if letters < _PLENTY:
        return False if evidence >= _EVIDENCE_SHORT else None
    return False if evidence >= (_EVIDENCE_ENGLISH if found == "eng" else _EVIDENCE) else None


def _agrees(line: str, code: str, right: frozenset[str]) -> bool:
    """Whether CLD2 names the wanted language when it has it as a hint."""
    found, evidence = _detect(line, code)
    return found in right and evidence >= _EVIDENCE_HINT


def _detect(text: str, hint: str | None) -> tuple[str | None, float]:
    """CLD2's first guess as ISO 639-3 (None: none), and its score for 1,024 characters, 0 where it is not sure."""
    data = text.encode(errors="replace")
    try:
        sure, _, guesses = pycld2.detect(data, isPlainText=True, bestEffort=True, hintLanguage=hint)
    except pycld2.error:
        return None, 0.0
    # CLD2 counts by bytes, of which a letter has one to three
    return iso3(guesses[0][1]), float(guesses[0][3]) * len(data) / len(text) if sure else 0.0


GATE = Gate(
    name="in_language",
    reason="wrong_language",
    keep="at_least",
    limit=0.95,
    unit="share of letters, 0 to 1",
    source="measured: 1 of 1,440 texts of 3 to 20 good lines of a bitext has less; "
    "with one English line among five, 4 in 5 have less",
    why="Too much of the answer is in another language, or in another script.",
    score=_score,
    applies=_applies,
)
