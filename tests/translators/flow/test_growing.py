"""Passages are drawn from documents, rounds and moves from ids; a dialogue keeps what it has."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.translators.fakes import FakeModels
from translators.flow import growing
from translators.flow.scribe import Scribe
from translators.llm.request import BadAnswer, Reply
from translators.prompts.question_shots import SHOTS

IDS = [f"doc/{number}" for number in range(4_000)]


def drawn_moves(row_id: str, **given) -> tuple[str, ...]:
    return growing.moves(row_id, **{"fewest": 2, "most": 10, "first_stop": 0.1, "depth_share": 0.5, **given})


def test_the_chance_to_stop_doubles_with_every_round() -> None:
    counts = Counter(len(drawn_moves(one)) for one in IDS)
    assert set(counts) == {2, 3, 4, 5, 6}
    left, stop = len(IDS), 0.1
    for rounds in range(2, 7):
        assert counts[rounds] / left == pytest.approx(min(1.0, stop), abs=0.05)
        left, stop = left - counts[rounds], 2 * stop


def test_moves_are_drawn_by_half_and_the_first_is_the_first() -> None:
    every = [drawn_moves(one) for one in IDS]
    assert {moves[0] for moves in every} == {"first"}
    later = Counter(move for moves in every for move in moves[1:])
    assert set(later) == {"depth", "breadth"} and later["depth"] / later.total() == pytest.approx(0.5, abs=0.02)
    assert set(drawn_moves("a", depth_share=1.0)[1:]) == {"depth"}
    assert set(drawn_moves("a", depth_share=0.0)[1:]) == {"breadth"}


def test_draws_depend_on_id_and_seed_alone() -> None:
    assert [drawn_moves(one) for one in IDS] == [drawn_moves(one) for one in IDS]
    assert [drawn_moves(one) for one in IDS] != [drawn_moves(one, seed=1) for one in IDS]
    assert len(drawn_moves("a", fewest=1, most=1)) == 1 and len(drawn_moves("a", fewest=4, most=4)) == 4


PARAGRAPHS = [f"Paragraph {number} is about {'the old harbour and its boats. ' * 12}".strip() for number in range(9)]


def test_a_short_document_is_one_passage() -> None:
    text = " ข้าวแช่\n\nกินในหน้าร้อน \n"
    assert growing.passage_of(text, "tha_Thai", "a", longest=2_000) == growing.Passage(text.strip(), 1)


def test_a_long_document_is_cut_between_paragraphs_and_any_part_may_be_drawn() -> None:
    text = "\n\n".join(PARAGRAPHS)
    found = {growing.passage_of(text, "eng_Latn", one, longest=900) for one in IDS[:200]}
    assert {one.number for one in found} == {1, 2, 3, 4, 5} - ({5} if len(PARAGRAPHS[0]) * 2 < 900 else set())
    for one in found:
        assert one.text in text and len(one.text) <= 900
        assert set(one.text.split("\n\n")) <= set(PARAGRAPHS)


@given(
    st.text(alphabet="aก日ሀب .\n。।|`-", min_size=1, max_size=400).filter(str.strip),
    st.integers(1, 120),
    st.sampled_from(["eng_Latn", "tha_Thai", "jpn_Jpan"]),
)
def test_every_passage_is_a_stretch_of_its_document(text: str, longest: int, label: str) -> None:
    for one in IDS[:5]:
        passage = growing.passage_of(text, label, one, longest=longest).text
        assert passage and passage in text and len(passage) <= longest


SHOT = SHOTS["hin_Deva"][0]


def grow(models: FakeModels, plan, good=lambda made: True) -> tuple[growing.Dialogue, Scribe, Exception | None]:
    made, scribe = growing.Dialogue(), Scribe(models, "a")
    try:
        growing_now = growing.grow(
            made, SHOT.passage, "hin_Deva", plan, scribe, question_tokens=50, answer_tokens=70, good=good
        )
        asyncio.run(growing_now)
    except (growing.Empty, BadAnswer) as error:
        return made, scribe, error
    return made, scribe, None


def said(role: str, request) -> str:
    step = request.prompt_version.split("-")[1]
    return {"first": SHOT.question, "depth": SHOT.depth, "breadth": SHOT.breadth}.get(step, SHOT.answer)


def test_rounds_follow_the_plan_and_each_role_has_its_room() -> None:
    models = FakeModels(said)
    made, scribe, _ = grow(models, ("first", "breadth", "depth"))
    assert made.questions == [SHOT.question, SHOT.breadth, SHOT.depth] and made.answers == [SHOT.answer] * 3
    assert made.moves == ["first", "breadth", "depth"]
    assert models.steps == ["ask", "answer"] * 3
    assert [one.step for one in scribe.exchanges][-2:] == ["depth 3", "answer 3"]
    assert [request.max_tokens for _, request in models.asked] == [50, 70] * 3
    assert [one["role"] for one in made.messages()] == ["user", "assistant"] * 3


def test_it_stops_where_going_on_is_of_no_use() -> None:
    models = FakeModels(said)
    made, _, _ = grow(models, ("first", "depth", "depth"), lambda made: len(made.rounds) < 2)
    assert len(made.rounds) == 2 and len(models.asked) == 4


@pytest.mark.parametrize("answer", ["", "  "])
def test_an_empty_turn_ends_it_and_whole_rounds_stay(answer: str) -> None:
    models = FakeModels(lambda role, request: answer if "depth" in request.prompt_version else said(role, request))
    made, _, error = grow(models, ("first", "depth"))
    assert isinstance(error, growing.Empty) and made.rounds == [(SHOT.question, SHOT.answer)]


def test_what_cannot_be_read_is_kept_raw() -> None:
    made, _, error = grow(FakeModels(lambda role, request: "I think: why?", form="chat"), ("first",))
    assert isinstance(error, BadAnswer) and error.raw == "I think: why?" and made.rounds == []


def test_scores_take_the_worst_turn_and_hold_the_first_round_against_the_passage() -> None:
    good = growing.Dialogue([(SHOT.question, SHOT.answer), (SHOT.depth, SHOT.answer)], ["first", "depth"])
    found = growing.scores(good, SHOT.passage, "hin_Deva")
    assert (found["in_language"], found["asks"], found["grounded"], found["rounds"]) == (1.0, 1.0, 1.0, 2.0)
    english = "They begin on that day because the moon is full and everybody comes to the river."
    for worse, name in (
        ([(SHOT.question, SHOT.answer), (SHOT.depth, english)], "in_language"),
        ([(SHOT.question, SHOT.answer), (SHOT.answer, SHOT.answer)], "asks"),
        ([(SHOT.question, SHOTS["hin_Deva"][1].answer), (SHOT.depth, SHOT.answer)], "grounded"),
    ):
        score = growing.scores(growing.Dialogue(worse, ["first", "depth"]), SHOT.passage, "hin_Deva")[name]
        assert score is not None and score < 0.6, name
    later = growing.Dialogue(
        [(SHOT.question, SHOT.answer), (SHOT.depth, SHOTS["hin_Deva"][1].answer)], ["first", "depth"]
    )
    assert growing.scores(later, SHOT.passage, "hin_Deva")["grounded"] == 1.0, "later answers may go beyond"


def test_one_reply_that_was_cut_off_makes_the_dialogue_unfinished() -> None:
    models = FakeModels(
        lambda role, request: Reply(
            said(role, request), "length" if "depth" in request.prompt_version else "stop", "m", key="k"
        )
    )
    assert grow(models, ("first", "depth"))[0].finished == 0.0
    assert grow(models, ("first", "breadth"))[0].finished == 1.0
