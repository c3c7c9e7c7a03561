"""Does the answer speak about itself, before or after the text? "Sure! Here is the translation:", "Note: I kept …"."""

from __future__ import annotations

import re
from functools import lru_cache

import langcodes

from translators.gates import _scripts
from translators.gates._wording import ending, fold, phrases
from translators.gates.gate import Gate, Pair

_HEAD = 120  # characters that a head may have
_TAIL = 300  # and a tail
_LABEL = 6  # words of a label: "French translation"
_HEAD_WORDS = 12
_COLON = re.compile(r"[:：፦؛꞉](?:-|\*\*)?(?=\D|$)(?!//)")  # no time of day, no address
_SENTENCE_END = re.compile(r"[.!?。！？।።؟…]")
_QUOTES = {
    '"': '"', "“": "”", "„": "“”", "«": "»", "»": "«", "‘": "’", "'": "'", "「": "」", "『": "』", "”": "”", "‹": "›",
    "`": "`", "《": "》", "[": "]",
}  # fmt: skip
_CLOSING = frozenset("".join(_QUOTES.values()))
_QUOTE_MARKS = '"“”„«»「」『』‹›《》`[]'
_DASHES = "-–—"  # what is said in a dialogue begins with one in some languages, and stands in quotes in others
_TAG = re.compile(r"<([A-Za-z_]+)[^<>]*>.*</\1>|\{\s*\"[^\"]{1,40}\"\s*:.*\}", re.DOTALL)
_BEFORE_LABEL = re.compile(r"[(（\[*_]+")


def _score(pair: Pair) -> float:
    """1.0 where the answer has a head, a tail or a wrapping that the source has not; else 0.0.

    Heads and tails are told by their phrases (in the target's language, the source's and English), or by form alone: a
    first line that ends with a colon, where the source has fewer lines and colons. What the source says too, in its
    own language, is no preamble.
    """
    target, source = pair.target.strip(), pair.source.strip()
    if not target or not source:
        return 0.0
    own = (pair.target_language[:3], "eng", pair.source_language[:3])
    return float(_wrapped(target, source) or _head(target, source, pair, own) or _tail(target, source, pair, own))


def _wrapped(target: str, source: str) -> bool:
    """Whether the whole answer stands in quotes, a code fence or a tag, and the source does not."""
    first, last = target[0], target[-1]
    if target.startswith(("```", "~~~")):
        return target.endswith(target[:3]) and target[:3] not in source
    if first in "<{":
        return source[0] not in "<{" and _TAG.fullmatch(target) is not None
    if target.startswith("**"):
        return target.endswith("**") and target.count("**") == 2 and "**" not in source
    if first not in _QUOTES or last not in _QUOTES[first] or len(target) < 3 or source[0] in _DASHES:
        return False
    quoted = source[0] in _QUOTES and source[-1] in _CLOSING
    return not quoted and sum(map(target.count, _QUOTE_MARKS)) >= sum(map(source.count, _QUOTE_MARKS)) + 2


def _head(target: str, source: str, pair: Pair, own: tuple[str, ...]) -> bool:
    line, _, rest = target.partition("\n")
    line = line.strip()
    more_lines = bool(rest) and _lines(target) > _lines(source)
    colon = _COLON.search(target, 0, _HEAD)
    if colon is not None and not any(map(str.isalnum, target[colon.end() :])):
        colon = None  # the text itself ends so
    mine = pair.source_language[:3]
    consents = phrases("sure", *own).begins(fold(target[:_HEAD])) and not phrases("sure", mine, "eng").begins(
        fold(source[:_HEAD])
    )
    if colon is not None or (rest and len(line) <= _HEAD):
        head = fold(target[: colon.start()] if colon else line)
        more_colons = colon is not None and len(_COLON.findall(target[:400])) > len(_COLON.findall(source[:400]))
        tells = consents or phrases("here", *own).found(head)
        made = (tells or more_colons) and _made(head, pair, own)
        if made and tells and (more_colons or not _made(fold(source[:_HEAD]), pair, (mine,))):
            return True
        if more_colons and (made or tells) and len(head.split()) <= _HEAD_WORDS:
            return True
        if more_colons and more_lines and colon is not None and not line[colon.end() :].strip("* \t"):
            return True
    return consents and _only_consents(target, source, more_lines, pair, own)


def _only_consents(target: str, source: str, more_lines: bool, pair: Pair, own: tuple[str, ...]) -> bool:
    """Whether what begins with "Sure" is a head though it has no colon."""
    line = target.partition("\n")[0]
    if more_lines and len(line) <= _HEAD and len(fold(line).split()) <= _HEAD_WORDS:
        return True
    start = fold(target[:_HEAD])
    if phrases("here", *own).found(start) and _made(start, pair, own):
        return True
    end = _SENTENCE_END.search(target, 0, _HEAD)
    if end is None or end[0] not in "!！" or "!" in source or "！" in source:
        return False
    return len(fold(target[: end.start()]).split()) <= 3


def _made(folded: str, pair: Pair, iso3: tuple[str, ...]) -> bool:
    """Whether a folded text speaks of a translation or a version, or names one of the two languages."""
    if phrases("translate", *iso3).found(folded) or phrases("made", *iso3).found(folded):
        return True
    return any(map(folded.__contains__, _names(pair.source_language, pair.target_language)))


@lru_cache(maxsize=1_024)
def _names(source: str, target: str) -> tuple[str, ...]:
    """Beginnings of the names of both languages, in English and in both of them, folded."""
    found = []
    for language in (source, target):
        code = langcodes.Language.get(language[:3])
        for speaker in ("eng", source[:3], target[:3]):
            name = fold(code.display_name(speaker)).strip()
            if _scripts.letters(name).keys() & _scripts.LETTERS_A_WORD.keys():
                found.append(name)
                continue
            name = name.partition(" ")[0]
            found.append(f" {name[: max(5, len(name) - 2)]}" if len(name) > 4 else f" {name} ")
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=64)
def _lines(text: str) -> int:
    return len(list(filter(None, map(str.strip, text.splitlines()))))


def _tail(target: str, source: str, pair: Pair, own: tuple[str, ...]) -> bool:
    mine = pair.source_language[:3]
    last = target[target.rfind("\n") + 1 :].strip() if "\n" in target else ""
    if last and _lines(target) > _lines(source):
        if _is_note(last, own) or (last[0] in "(（[" and last[-1] in ")）]" and source[-1] not in ")）]"):
            return True
        if len(last) <= _TAIL:
            folded, closing = fold(last), ending(source)
            if _offers(folded, own) and not _offers(closing, (mine,)):
                return True
            if _made(folded, pair, own) and not _made(closing, pair, (mine,)):
                return True
    if target[-1] in ")）" and source[-1] not in ")）":
        at = max(target.rfind(one, max(0, len(target) - _TAIL)) for one in "(（")
        if at > 0 and _is_note(target[at:], own):
            return True
    return _last_sentence(target, source, own, mine)


def _offers(folded: str, iso3: tuple[str, ...]) -> bool:
    return phrases("offer", *iso3).found(folded) or phrases("wish", *iso3).found(folded)


def _is_note(text: str, iso3: tuple[str, ...]) -> bool:
    """Whether a text begins with a label such as "Note:"."""
    text = _BEFORE_LABEL.sub("", text[:80], count=1)
    colon = _COLON.search(text, 0, 60)
    if colon is None:
        return False
    label = fold(text[: colon.start()])
    return len(label.split()) <= _LABEL and phrases("note", *iso3).found(label)


def _sentence_ends(text: str) -> int:
    if text.isascii():
        return text.count(".") + text.count("!") + text.count("?")
    return len(_SENTENCE_END.findall(text))


def _last_sentence(target: str, source: str, own: tuple[str, ...], mine: str) -> bool:
    """Whether the last sentence is a remark or an offer, and the source has fewer sentences."""
    ends = list(_SENTENCE_END.finditer(target, max(0, len(target) - _TAIL), len(target) - 1))
    if not ends or _sentence_ends(target) <= _sentence_ends(source):
        return False
    last = target[ends[-1].end() :]
    if _is_note(last, own) and len(_COLON.findall(target)) > len(_COLON.findall(source)):
        return True
    return phrases("offer", *own).found(fold(last)) and not phrases("offer", mine, "eng").found(ending(source))


GATE = Gate(
    name="preamble",
    reason="preamble",
    keep="at_most",
    limit=0.0,
    unit="0 or 1",
    source="our choice: a text is there with its head or without it",
    why="The answer holds words about the answer, which are no part of the text.",
    score=_score,
)
