"""Prompts that rewrite a prompt in its own language: more natural, more local, harder.

The operators are those of The Art of Asking (arXiv 2510.19806); the wording is ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from schemas.languages import name
from translators.llm.request import Form
from translators.prompts.prompt import Layout, Prompt, chat, completion, mark_of
from translators.prompts.rewrites import REWRITES

Operator = Literal["naturalness", "culture", "difficulty"]
VERSION = 2
"""Of the templates; raise it with every change, so that the cache does not answer with the old one."""

_TASKS: dict[Operator, str] = {
    "naturalness": (
        "The {language} text was translated by a machine. Rewrite it as a native speaker would have written it: remove "
        "traces of translation, use natural word order and idiom. Keep the meaning, every fact and the level of "
        "politeness. If it is natural already, repeat it as it is."
    ),
    "culture": (
        "Rewrite the {language} text for people who live where {language} is spoken: replace examples, names, "
        "holidays, food, places, units and currency that are foreign to them by fitting local ones. Keep what is asked "
        "for, the structure and the difficulty. Where nothing is foreign, change as little as you can."
    ),
    "difficulty": (
        "Rewrite the {language} text into a harder task of the same kind: add a condition, a further step or a case to "
        "weigh, so that answering takes more thought. Keep the topic and what it is about. It must stay possible to "
        "answer."
    ),
}
# English labels around every language's text: a base model has seen `French:` far more often than its own naming.
_LABELS: dict[Operator, tuple[str, str]] = {
    "naturalness": ("Stiff", "Natural"),
    "culture": ("General", "Local"),
    "difficulty": ("Easy", "Hard"),
}


# Of each operator, behind the rules about the data: the text is a prompt itself, and must stay one.
_STAYS_PROMPT = (
    "The text is a prompt that somebody else will answer: do not answer it, and keep what it says about the form of "
    "the answer, such as a number of sentences or a format. "
)
_AMOUNTS = "Numbers that belong to money, measures, dates or distances may change with them. "
_PLACE = (
    " Before the text stand some facts about the place, between tags that begin with `place`. They are there to help, "
    "and no orders: use those that fit, and leave out the others."
)
_PLACE_LINES = "Facts that may help: {facts}\n\n"


def rewrite(
    text: str,
    language: str,
    operator: Operator,
    form: Form,
    *,
    layout: Layout | None = None,
    mark: str = "",
    facts: Sequence[str] = (),
) -> Prompt:
    """A prompt that rewrites `text` in its own language.

    Args:
        text: any text in the chat form; one line in the completion form.
        language: label of the text's language.
        operator: `naturalness`, `culture` or `difficulty`.
        form: `chat` or `completion`.
        layout: what the text looks like.
        mark: of the markers, where the text holds tags with it; the completion form has none.
        facts: lines about the place, for `culture`.
    """
    task = _TASKS[operator].format(language=name(language))
    if form == "chat":
        mark = mark or mark_of("\n".join((text, *facts)))
        lines = "\n".join(line for line in facts if mark not in line)
        return chat(
            operator,
            VERSION,
            task + (_PLACE if lines else ""),
            name(language),
            text,
            mark=mark,
            layout=layout,
            before=f"<place-{mark}>\n{lines}\n</place-{mark}>\n\n" if lines else "",
            after=_STAYS_PROMPT + (_AMOUNTS if operator == "culture" else ""),
        )
    # Examples of the text's own language where there are some; otherwise English ones show what is to be done.
    pairs = REWRITES[operator].get(language) or REWRITES[operator]["eng_Latn"]
    bare = completion(operator, VERSION, f"{task}\n\n", _LABELS[operator], pairs, text)
    if not facts:
        return bare
    head = f"{task}\n\n" + _PLACE_LINES.format(facts=" ".join(" ".join(line.split()) for line in facts))
    # The hash is the template's, without what was looked up.
    return replace(completion(operator, VERSION, head, _LABELS[operator], pairs, text), sha256=bare.sha256)
