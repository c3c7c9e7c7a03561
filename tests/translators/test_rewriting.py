"""The rewriting stage with a fake client: operators, their order and their share."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from pydantic import ValidationError

from schemas.columns import DERIVED
from translators.llm.request import BadAnswer, Request
from translators.rewriting import STAGE, RewritingParams, operators

TEXT = "Explique à moi pourquoi le ciel il devient rouge dans le soir."
NATURAL = "Explique-moi pourquoi le ciel devient rouge le soir."
HARDER = "Explique-moi pourquoi le ciel devient rouge le soir, et compare ce phénomène avec le bleu du jour."
ROW = {"id": "d1/translation/fra_Latn", "document_id": "d1", "text": TEXT, "language": "fra_Latn", "url": None}


def answer(request: Request) -> str:
    return NATURAL if request.prompt_version.startswith("naturalness") else HARDER


def derive(client: Any, row: dict[str, Any] | None = None, **params: Any) -> dict[str, Any]:
    (made,) = asyncio.run(STAGE.derive(row or ROW, client, RewritingParams(**params)))
    return made


def test_naturalness_first_and_the_second_on_top_of_it(fake: Any) -> None:
    client = fake(answer)
    row = derive(client, culture_share=0)
    assert list(row) == [column.name for column in DERIVED]
    assert [one.prompt_version for one in client.asked] == ["naturalness-completion-1", "difficulty-completion-1"]
    assert TEXT in client.asked[0].prompt and TEXT not in client.asked[1].prompt and NATURAL in client.asked[1].prompt
    assert row["id"] == "d1/translation/fra_Latn/rewriting/naturalness+difficulty"
    assert (row["operator"], row["document_id"], row["parent_id"]) == ("naturalness+difficulty", "d1", ROW["id"])
    assert (row["text"], row["parent_text"], row["back_text"]) == (HARDER, TEXT, None)
    assert row["reasons"] == [] and row["scores"]["in_language"] == 1.0 and row["scores"]["echo"] == 0.0
    assert set(row["prompts"]) == {"naturalness", "difficulty"} and len(row["requests"]) == 2


def test_operators_follow_the_parameters() -> None:
    assert operators("x", RewritingParams(culture_share=1)) == ("naturalness", "culture")
    assert operators("x", RewritingParams(culture_share=0, naturalness=False)) == ("difficulty",)
    assert operators("x", RewritingParams(culture_share=None)) == ("naturalness",)
    with pytest.raises(ValidationError, match="nothing is left to do"):
        RewritingParams(culture_share=None, naturalness=False)


def test_the_share_holds_is_stable_and_follows_the_seed() -> None:
    ids = [f"row-{number}" for number in range(4000)]
    params = RewritingParams(culture_share=0.3)
    drawn = [operators(one, params)[-1] for one in ids]
    assert 0.27 < drawn.count("culture") / len(ids) < 0.33
    assert drawn == [operators(one, params)[-1] for one in ids]
    assert drawn != [operators(one, RewritingParams(culture_share=0.3, seed=1))[-1] for one in ids]
    # Fixed for good: another split would give released rows other operators.
    assert "".join(operator[0] for operator in drawn[:12]) == "cccdddddddcd"
    # A larger share adds rows to culture and takes none away.
    wider = [operators(one, RewritingParams(culture_share=0.6))[-1] for one in ids]
    assert all(after == "culture" for before, after in zip(drawn, wider, strict=True) if before == "culture")


def test_every_rule_reads_a_score_and_a_threshold(fake: Any) -> None:
    row = derive(fake(answer))
    for rule in STAGE.rules:
        assert rule.score in row["scores"]
        assert rule.threshold in RewritingParams.thresholds()
    assert STAGE.of(RewritingParams()) == "translation"
    assert STAGE.of(RewritingParams(of="source")) == "source"


def test_nothing_rewritten_is_an_echo(fake: Any) -> None:
    assert derive(fake(lambda request: TEXT))["scores"]["echo"] == 1.0
    assert derive(fake(lambda request: NATURAL))["scores"]["echo"] == 1.0  # the second operator did nothing
    assert derive(fake(lambda request: NATURAL), culture_share=None)["scores"]["echo"] == 0.0


def test_another_language_scores_zero(fake: Any) -> None:
    row = derive(fake(lambda request: "Explain to me why the sky turns red in the evening."))
    assert row["scores"]["in_language"] == 0.0


def test_failures_are_reasons(fake: Any) -> None:
    def bad(request: Request) -> str:
        raise BadAnswer("garbage", "<html>")

    assert derive(fake(bad))["reasons"] == ["bad_answer"]
    assert derive(fake(answer), max_characters=5)["reasons"] == ["too_long"]
    assert derive(fake(lambda request: ""))["reasons"] == ["no_answer"]
    assert derive(fake(answer), {**ROW, "text": "une\ndeux"})["reasons"] == ["several_lines"]
    assert set(STAGE.failures) == {"bad_answer", "too_long", "no_answer", "several_lines"}


def test_a_chat_takes_several_lines(fake: Any) -> None:
    def chat(request: Request) -> str:
        mark = request.messages[1][1].partition("<text-")[2].partition(">")[0]
        return f"<result-{mark}>{answer(request)}\nligne</result-{mark}>"

    row = derive(fake(chat, form="chat"), {**ROW, "text": "une\ndeux"})
    assert row["reasons"] == [] and row["text"].endswith("\nligne")
