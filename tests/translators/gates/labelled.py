"""Answers with a label: what a model should not have answered, and what it should, in 24 languages.

`answers.jsonl` holds what models say about their work, as whole sentences (`kind`: refusal, opening, closing), and
short English prompts with a good translation (`pair`). It was written before the detectors' phrases, and apart from
them. Longer texts are the sample's documents. Refusals and preambles are put together with every pair of their
language; echoes and answers in a wrong language are made from documents and pairs.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from translators.gates.gate import Pair

_ENGLISH = "eng_Latn"
_JOINS = ("\n\n", "\n", " ")
_WRAPPINGS = ('"{}"', "“{}”", "「{}」", "```\n{}\n```", "**{}**", "<translation>{}</translation>")
_SAMPLE = Path(__file__).parents[3] / "pipelines" / "sample" / "documents"


@dataclass(frozen=True)
class Labelled:
    """An answer and what it is.

    Args:
        label: preamble, refusal, echo, wrong_language or clean.
        language: whose answer it is meant to be, for the figures.
        pair: the source and the answer.
    """

    label: str
    language: str
    pair: Pair


@cache
def answers() -> dict[str, dict[str, list[dict[str, str]]]]:
    """The hand-written answers by language and kind."""
    found: dict[str, dict[str, list[dict[str, str]]]] = defaultdict(lambda: defaultdict(list))
    file = Path(__file__).with_name("answers.jsonl")
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found[row["language"]][row["kind"]].append(row)
    return found


@cache
def documents() -> dict[str, list[str]]:
    """Good documents of the sample, by language: prose alone."""
    found = {}
    for file in sorted(_SAMPLE.glob("*.jsonl")):
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").split("\n") if line]
        good = [row for row in rows if row["expected"] == "keep" and not row.get("fault")]
        found[file.stem] = [row["text"] for row in good if row["kind"] in ("article", "forum")]
    return found


def pairs(language: str) -> list[Pair]:
    """Short prompts: English with its translation; into English, French with its English."""
    if language == _ENGLISH:
        return [Pair(one["text"], one["english"], "fra_Latn", _ENGLISH) for one in answers()["fra_Latn"]["pair"]]
    return [Pair(one["english"], one["text"], _ENGLISH, language) for one in answers()[language]["pair"]]


def _with(pair: Pair, target: str) -> Pair:
    return Pair(pair.source, target, pair.source_language, pair.target_language)


def refusals() -> Iterator[Labelled]:
    """Refusals in the target's language, in English and in the source's language."""
    for language, kinds in answers().items():
        said = [one["text"] for one in kinds["refusal"]]
        for pair in pairs(language):
            for text in said:
                yield Labelled("refusal", language, _with(pair, text))
                if language != _ENGLISH:  # the same, on the way into English
                    back = Pair(pair.target, text, pair.target_language, pair.source_language)
                    yield Labelled("refusal", language, back)
        if language != _ENGLISH:
            for at, text in enumerate(one["text"] for one in answers()[_ENGLISH]["refusal"]):
                yield Labelled("refusal", language, _with(pairs(language)[at % 6], text))


def preambles() -> Iterator[Labelled]:
    """Heads, tails and wrappings around good translations, in the target's language and in English."""
    for language, kinds in answers().items():
        heads, tails = ([one["text"] for one in kinds[kind]] for kind in ("opening", "closing"))
        if language != _ENGLISH:
            heads += [one["text"] for one in answers()[_ENGLISH]["opening"]]
            tails += [one["text"] for one in answers()[_ENGLISH]["closing"]]
        for at, pair in enumerate(pairs(language)):
            for number, head in enumerate(heads):
                join = _JOINS[(at + number) % 3]
                yield Labelled("preamble", language, _with(pair, head + join + pair.target))
            for number, tail in enumerate(tails):
                join = _JOINS[(at + number) % 3]
                yield Labelled("preamble", language, _with(pair, pair.target + join + tail))
            for wrapping in _WRAPPINGS:
                yield Labelled("preamble", language, _with(pair, wrapping.format(pair.target)))


def echoes() -> Iterator[Labelled]:
    """Sources given back: as they are, in capitals, with other spaces, without their end."""
    for language, texts in documents().items():
        for other in documents():
            if other == language:
                continue
            for at, text in enumerate(texts[:3]):
                yield Labelled("echo", other, Pair(text, _changed(text, at), language, other))
        if language != _ENGLISH:
            for at, pair in enumerate(pairs(language)):
                yield Labelled("echo", language, _with(pair, _changed(pair.source, at)))
                yield Labelled("echo", _ENGLISH, Pair(pair.target, _changed(pair.target, at), language, _ENGLISH))


def _changed(text: str, at: int) -> str:
    return (text, text.upper(), "  ".join(text.rstrip(".!?。।").split(" ")))[at % 3]


def wrong_languages() -> Iterator[Labelled]:
    """Texts of more than 50 characters in a language that was not asked for."""
    for language, texts in documents().items():
        for other in documents():
            if other == language:
                continue
            for text in texts[:3]:
                start = text[: text.find(" ", 140)] if " " in text[140:400] else text[:140]
                yield Labelled("wrong_language", other, Pair(documents()[_ENGLISH][-1], start, _ENGLISH, other))
                yield Labelled("wrong_language", other, Pair(documents()[_ENGLISH][-1], text, _ENGLISH, other))


def clean() -> Iterator[Labelled]:
    """Good translations of short prompts, from every language into every other."""
    languages = [language for language in answers() if language != _ENGLISH]
    for language in languages:
        for pair in pairs(language):
            yield Labelled("clean", language, pair)
            yield Labelled("clean", _ENGLISH, Pair(pair.target, pair.source, language, _ENGLISH))
        for other in languages:
            if other == language:
                continue
            for pair, same in zip(pairs(language), pairs(other), strict=True):
                yield Labelled("clean", other, Pair(pair.target, same.target, language, other))


def own_documents() -> Iterator[Labelled]:
    """Documents in their own language, whole and by paragraph; the source is a document that they do not translate."""
    for language, texts in documents().items():
        source = _ENGLISH if language != _ENGLISH else "fra_Latn"
        for text in texts:
            for part in (text, *text.split("\n\n")):
                yield Labelled("clean", language, Pair(documents()[source][0], part, source, language))
