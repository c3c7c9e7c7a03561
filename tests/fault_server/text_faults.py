"""What goes wrong in the text of an answer. Each function changes one of the results, or says that it cannot."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tests.fault_server.dictionary import Dictionary, plain
from tests.fault_server.prompts import Task
from tests.fault_server.sayings import NEGATIONS, PREAMBLES, REFUSALS, WITHOUT_SPACES

_END = r"[\"'»”’)\]]*"
# Signs of Latin and its like end a sentence before a space alone, others anywhere.
_SENTENCE = re.compile(rf".*?(?:[.!?]+{_END}(?:\s+|$)|[。！？।॥۔؟።፧၊။།]+{_END}\s*|\n+|$)", re.DOTALL)


@dataclass(frozen=True)
class Work:
    """One request's task and results.

    Args:
        task: what was asked.
        results: good ones, one for each text.
        dictionary: that made them.
        pick: draws a number below a count, always the same for the same request and purpose.
    """

    task: Task
    results: tuple[str, ...]
    dictionary: Dictionary
    pick: Callable[[int, str], int]


@dataclass(frozen=True)
class Fault:
    """What came of it.

    Args:
        results: with the fault in one of them.
        manner: which of its kinds it is.
        finish_reason: `length` where it ran on until it was stopped.
    """

    results: tuple[str, ...]
    manner: str = ""
    finish_reason: str = "stop"


def one_of(work: Work, change: Callable[[str, int], tuple[str, str] | None]) -> Fault | None:
    """Change the first result that can be changed, beginning at a drawn one."""
    start = work.pick(len(work.results), "which")
    for step in range(len(work.results)):
        at = (start + step) % len(work.results)
        changed = change(work.results[at], at)
        if changed is not None and changed[0] != work.results[at]:
            return Fault((*work.results[:at], changed[0], *work.results[at + 1 :]), changed[1])
    return None


def wrong_language(work: Work) -> Fault | None:
    """In a language that nobody asked for: the same text, or another one."""

    def change(result: str, at: int) -> tuple[str, str]:
        task = work.task
        number = work.pick(1_000_000, "language")
        text, language = work.dictionary.in_another_language(task.texts[at], task.source, task.target, number)
        return text, language

    return None if work.task.kind == "talk" else one_of(work, change)


def preamble(work: Work) -> Fault | None:
    """Words before the text, within the markers."""
    words, language = _saying(PREAMBLES, work)
    return one_of(work, lambda result, at: (f"{words}\n{result}", f"inside, {language}"))


def refusal(work: Work) -> Fault | None:
    """Words instead of the text, within the markers."""
    words, language = _saying(REFUSALS, work)
    return one_of(work, lambda result, at: (words, f"inside, {language}"))


def said_outside(work: Work, name: str) -> tuple[str, str]:
    """A preamble or a refusal, and its language."""
    return _saying(PREAMBLES if name == "preamble" else REFUSALS, work)


def _saying(sayings: dict[str, tuple[str, ...]], work: Work) -> tuple[str, str]:
    """In the language of the target, of the source, or in English."""
    task = work.task
    wanted = [plain(task.target), plain(task.target), plain(task.source), "English"][work.pick(4, "whose")]
    language = wanted if wanted in sayings else sorted(sayings)[work.pick(len(sayings), "said")]
    said = sayings[language]
    return said[work.pick(len(said), "which words")], language


def echo(work: Work) -> Fault | None:
    """The source itself."""
    return one_of(work, lambda result, at: (work.task.texts[at], ""))


def lost_placeholder(work: Work) -> Fault | None:
    """One placeholder is gone."""
    return _at_placeholder(work, lambda text, start, end: text[:start] + text[end:].lstrip(" "))


def doubled_placeholder(work: Work) -> Fault | None:
    """One placeholder comes twice."""
    return _at_placeholder(work, lambda text, start, end: f"{text[:end]} {text[start:end]}{text[end:]}")


def changed_placeholder(work: Work) -> Fault | None:
    """One sign of a placeholder is another."""

    def change(text: str, start: int, end: int) -> str:
        places = [at for at in range(start, end) if text[at].isalnum()] or list(range(start, end))
        at = places[work.pick(len(places), "sign")]
        sign = text[at]
        other = str((int(sign) + 1) % 10) if sign.isdecimal() else ("q" if sign != "q" else "z")
        return text[:at] + other + text[at + 1 :]

    return _at_placeholder(work, change)


def _at_placeholder(work: Work, change: Callable[[str, int, int], str]) -> Fault | None:
    def at_one(result: str, at: int) -> tuple[str, str] | None:
        places = work.dictionary.placeholders(result)
        if not places:
            return None
        start, end = places[work.pick(len(places), "placeholder")]
        return change(result, start, end), result[start:end]

    return one_of(work, at_one)


def changed_number(work: Work) -> Fault | None:
    """One digit, of whatever script, is another one; not within placeholders."""

    def change(result: str, at: int) -> tuple[str, str] | None:
        taken = {place for start, end in work.dictionary.placeholders(result) for place in range(start, end)}
        places = [place for place, sign in enumerate(result) if sign.isdecimal() and place not in taken]
        if not places:
            return None
        place = places[work.pick(len(places), "digit")]
        zero = ord(result[place]) - int(result[place])
        other = chr(zero + (int(result[place]) + 1 + work.pick(9, "other")) % 10)
        return result[:place] + other + result[place + 1 :], f"{result[place]} -> {other}"

    return one_of(work, change)


def negation(work: Work) -> Fault | None:
    """A negation is deleted; where there is none, one is put in."""
    language = plain(work.task.target)
    if language not in NEGATIONS:
        return None

    def change(result: str, at: int) -> tuple[str, str] | None:
        taken = work.dictionary.placeholders(result)

        def free(place: int) -> bool:
            return not any(start < place < end for start, end in taken)

        found = [one for one in _negation(language).finditer(result) if free(one.start() + 1)]
        if found:
            one = found[work.pick(len(found), "negation")]
            return result[: one.start()] + result[one.end() :], f"deleted {one[0].strip()}"
        word, spaced = NEGATIONS[language][0], language not in WITHOUT_SPACES
        places = [place for place in range(1, len(result)) if (result[place] == " " or not spaced) and free(place)]
        if not places:
            return None
        place = places[work.pick(len(places), "place")]
        return result[:place] + (f" {word}" if spaced else word) + result[place:], f"put in {word}"

    return one_of(work, change)


def omission(work: Work) -> Fault | None:
    """A sentence is left out, or a line, or a piece between spaces where sentences have no ends."""

    def change(result: str, at: int) -> tuple[str, str] | None:
        pieces = sentences(result)
        if len(pieces) < 2 and plain(work.task.target) in WITHOUT_SPACES:
            pieces = re.findall(r"\S+\s*", result)
        if len(pieces) < 2:
            return None
        gone = work.pick(len(pieces), "sentence")
        return "".join(pieces[:gone] + pieces[gone + 1 :]).strip(), pieces[gone].strip()

    return one_of(work, change)


def truncated(work: Work) -> Fault | None:
    """The first half alone, without a word about it."""
    return one_of(work, lambda text, at: (text[: len(text) // 2].rstrip(), "") if len(text) > 3 else None)


def repetition(work: Work) -> Fault | None:
    """Its end over and over: the last sentence, or the last words."""

    def change(result: str, at: int) -> tuple[str, str] | None:
        if not result.strip():
            return None
        words = result.split()
        end = sentences(result)[-1].strip() if work.pick(2, "what") else " ".join(words[-3:])
        return f"{result} {' '.join([end[-200:]] * (20 + work.pick(20, 'times')))}", end[-200:]

    found = one_of(work, change)
    return found and Fault(found.results, found.manner, "length" if work.pick(2, "end") else "stop")


def obeys(work: Work, order: re.Pattern[str]) -> Fault | None:
    """Does what the text orders: says so alone, after the translation, or before it."""

    def change(result: str, at: int) -> tuple[str, str] | None:
        found = order.search(work.task.texts[at])
        if found is None:
            return None
        said = found[1] if order.groups else found[0]
        manner = ("alone", "after", "before")[work.pick(3, "manner")]
        return {"alone": said, "after": f"{result}\n{said}", "before": f"{said}\n{result}"}[manner], manner

    return one_of(work, change)


def sentences(text: str) -> list[str]:
    """Sentences with what stands between them; by the signs of many scripts."""
    return [found for found in _SENTENCE.findall(text) if found]


@lru_cache(maxsize=64)
def _negation(language: str) -> re.Pattern[str]:
    words: Sequence[str] = sorted(NEGATIONS[language], key=len, reverse=True)
    if language in WITHOUT_SPACES:
        return re.compile("|".join(map(re.escape, words)))
    # Not \b: the vowel signs of Indic scripts are no letters to `re`.
    before, after = r"(?:(?<=[\s\"'(«“¿¡,])|^)", r"(?:\s|(?=[.,;:!?…।۔؟،።\"')»”]|$))"
    return re.compile(f"{before}(?:{'|'.join(map(re.escape, words))}){after}", re.IGNORECASE)
