"""Operators one after the other, and the scores that come of them."""

from __future__ import annotations

import asyncio

import pytest

from tests.translators.fakes import FakeModels, text_of, wrapped
from translators.flow import rewriting
from translators.flow.rewriting import Rewrite
from translators.flow.scribe import Scribe
from translators.llm.request import Request
from translators.prompts.rewrite import Operator


def apply(models: FakeModels, text: str, *operators: Operator) -> Rewrite:
    facts = ("Language: English, in Ireland.",)
    return asyncio.run(rewriting.apply(text, "eng_Latn", operators, Scribe(models, "r"), 4000, lambda: facts))


def appending(role: str, request: Request) -> str:
    return wrapped(request, f"{text_of(request)} {request.prompt_version[0].upper()}.")


def test_each_operator_works_on_what_the_one_before_made() -> None:
    made = apply(FakeModels(appending), "Say it.", "naturalness", "culture")
    assert made.texts == ["Say it.", "Say it. N.", "Say it. N. C."] and made.operators == ["naturalness", "culture"]
    assert made.text == "Say it. N. C." and made.finished == made.whole == 1.0


def test_an_empty_text_ends_the_work() -> None:
    models = FakeModels(lambda role, request: wrapped(request, ""))
    made = apply(models, "Say it.", "naturalness", "difficulty")
    assert made.operators == ["naturalness"] and len(models.asked) == 1


def test_a_base_model_gets_one_line_of_whatever_came_before() -> None:
    with pytest.raises(rewriting.SeveralLines):
        apply(FakeModels(appending), "Say\nit.", "naturalness")
    chat = apply(FakeModels(appending, form="chat"), "Say\nit.", "naturalness")
    assert chat.text == "Say\nit. N."


def test_quantities_are_free_for_culture_and_code_is_not() -> None:
    models = FakeModels(appending, form="chat")
    apply(models, "Walk 5 miles with `x` and 20 €.", "culture")
    asked = text_of(models.asked[0][1])
    assert "5 miles" in asked and "20 €" in asked and "`x`" not in asked


def test_a_harder_prompt_has_room() -> None:
    models = FakeModels(appending, form="chat", max_tokens=10_000)
    apply(models, "Say it again. " * 20, "naturalness")
    apply(models, "Say it again. " * 20, "difficulty")
    (_, natural), (_, harder) = models.asked
    assert harder.max_tokens > 2 * natural.max_tokens


def test_of_two_operators_the_worse_counts() -> None:
    lost = Rewrite(
        ["Name 3 of 4 birds.", "Name 3 birds now.", "Name 3 birds now, and why."], ["naturalness", "difficulty"]
    )
    scores = rewriting.scores(lost, "eng_Latn")
    assert scores["numbers_kept"] is not None and scores["numbers_kept"] < 1
    first, second = scores["naturalness_growth"], scores["difficulty_growth"]
    assert first is not None and second is not None and first < second


def test_instructions_are_held_against_the_first_text_too() -> None:
    made = Rewrite(["Say it as JSON.", "Say it.", "Say it, but slowly."], ["naturalness", "difficulty"])
    assert rewriting.scores(made, "eng_Latn")["instructions_kept"] == 0.0


def test_only_the_last_operator_must_change_something() -> None:
    kept = Rewrite(["Say it now.", "Say it now.", "Say it now, and say why."], ["naturalness", "difficulty"])
    assert rewriting.scores(kept, "eng_Latn")["unchanged"] == 0.0
    idle = Rewrite(["Say now it.", "Say it now.", "Say it now."], ["naturalness", "culture"])
    assert rewriting.scores(idle, "eng_Latn")["unchanged"] == 1.0
    back = Rewrite(["Say it now.", "Now say it.", "Say it now."], ["naturalness", "culture"])
    assert rewriting.scores(back, "eng_Latn")["unchanged"] == 1.0, "back to where it came from"


def test_scores_come_in_one_order() -> None:
    one = Rewrite(["Say it now.", "Say it at once."], ["naturalness"])
    names = list(rewriting.scores(one, "eng_Latn"))
    assert names[:2] == ["finished", "placeholders_kept"] and names[-2:] == ["length_ratio", "edit_distance"]
    assert names == list(rewriting.scores(one, "eng_Latn"))
