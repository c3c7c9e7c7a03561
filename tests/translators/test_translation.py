"""The translation stage with a fake client: rows, scores, failures, provenance."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from pydantic import ValidationError

from schemas.columns import DERIVED
from schemas.errors import ServerUnavailable
from translators.llm.request import BadAnswer, Reply, Request, RequestTooLong
from translators.translation import STAGE, TranslationParams

ENGLISH = "Explain why the sky turns red in the evening, in 3 sentences."
FRENCH = "Explique en 3 phrases pourquoi le ciel devient rouge le soir."
ROW = {"id": "a/1", "document_id": "d1", "text": ENGLISH, "language": "eng_Latn", "source": "web", "url": None}


def there_and_back(request: Request) -> str:
    return f" {FRENCH}" if request.prompt.endswith("French:") else f" {ENGLISH}"


def derive(client: Any, row: dict[str, Any] | None = None, **params: Any) -> list[dict[str, Any]]:
    given = TranslationParams(**{"targets": ["fr"], **params})
    return list(asyncio.run(STAGE.derive(row or ROW, client, given)))  # type: ignore[arg-type]


def test_a_row_carries_every_column(fake: Any) -> None:
    client = fake(there_and_back, back_model="other")
    (row,) = derive(client)
    assert list(row) == [column.name for column in DERIVED]
    assert row["id"] == "a/1/translation/fra_Latn"
    assert (row["document_id"], row["parent_id"], row["stage"]) == ("d1", "a/1", "translation")
    assert (row["text"], row["parent_text"], row["back_text"]) == (FRENCH, ENGLISH, ENGLISH)
    assert (row["language"], row["operator"], row["reasons"]) == ("fra_Latn", "translate", [])
    assert row["scores"] == {
        "length_ratio": pytest.approx(1.0, abs=0.2),
        "echo": 0.0,
        "numbers_kept": 1.0,
        "markup_kept": 1.0,
        "in_language": 1.0,
        "finished": 1.0,
        "bleu": pytest.approx(100),
        "chrf": pytest.approx(100),
    }
    assert set(row["signatures"]) == {"bleu", "chrf"}
    assert set(row["prompts"]) == {"translate", "back_translate"}
    assert (row["model"], row["model_returned"]) == (client.spec.model, "fake-1")
    assert row["parameters"]["back_model"] == "other"
    assert row["requests"] == [request.key("fake") for request in client.asked]
    assert (row["prompt_tokens"], row["completion_tokens"]) == (14, 6)


def test_the_way_back_sees_the_translation_alone(fake: Any) -> None:
    client = fake(there_and_back, back_model="other")
    derive(client)
    there, back = client.asked
    assert (there.model, back.model) == (client.spec.model, "other")
    assert FRENCH in back.prompt and ENGLISH not in back.prompt


def test_every_rule_reads_a_score_and_a_threshold(fake: Any) -> None:
    (row,) = derive(fake(there_and_back))
    for rule in STAGE.rules:
        assert rule.score in row["scores"]
        assert rule.threshold in TranslationParams.thresholds()
    assert len(set(STAGE.reasons)) == len(STAGE.reasons)


def test_thresholds_do_not_change_what_is_asked() -> None:
    one, two = TranslationParams(targets=["fr"]), TranslationParams(targets=["fra"], min_bleu={"th": 5})  # type: ignore[arg-type]
    assert one.measured() == two.measured()
    assert two.min_bleu.for_row("web", "tha_Thai") == 5
    assert two.min_bleu.for_row("web", "fra_Latn") == one.min_bleu.for_row("web", "fra_Latn")


def test_one_row_a_target_and_none_into_its_own_language(fake: Any) -> None:
    rows = derive(fake(lambda request: "x"), targets=["fr", "en", "sw"])
    assert [row["language"] for row in rows] == ["fra_Latn", "swh_Latn"]


def test_rows_that_are_not_asked_for(fake: Any) -> None:
    client = fake(there_and_back)
    assert derive(client, sources=["books"]) == []
    assert derive(client, source_languages=["de"]) == []
    assert len(derive(client, sources=["web"], source_languages=["en"])) == 1


@pytest.mark.parametrize("targets", [[], ["fr", "fra_Latn"], ["klingonese"]])
def test_wrong_targets(targets: list[str]) -> None:
    with pytest.raises(ValidationError):
        TranslationParams(targets=targets)


def test_lines_are_translated_one_by_one_and_keep_their_places(fake: Any) -> None:
    client = fake(lambda request: f" {request.prompt.rpartition(': ')[2].splitlines()[0].upper()}")
    (row,) = derive(client, {**ROW, "text": "one\n\ntwo"})
    assert row["text"] == "ONE\n\nTWO"
    assert len(row["requests"]) == 4


def test_a_chat_gets_the_text_whole_and_must_answer_in_markers(fake: Any) -> None:
    def answer(request: Request) -> str:
        mark = request.messages[1][1].partition("<text-")[2].partition(">")[0]
        return f"<result-{mark}>\n{FRENCH}\n{FRENCH}\n</result-{mark}>"

    (row,) = derive(fake(answer, form="chat"), {**ROW, "text": "one\n\ntwo"})
    assert row["text"] == f"{FRENCH}\n{FRENCH}" and row["reasons"] == []
    (row,) = derive(fake(lambda request: FRENCH, form="chat"))
    assert row["reasons"] == ["bad_answer"]
    assert (row["text"], row["raw"]) == (None, FRENCH)
    assert len(row["requests"]) == 1


def test_too_long_is_kept_and_not_asked(fake: Any) -> None:
    client = fake(there_and_back)
    (row,) = derive(client, max_characters=10)
    assert (row["reasons"], row["parent_text"], client.asked) == (["too_long"], ENGLISH, [])


def test_failures_are_reasons(fake: Any) -> None:
    def raising(error: Exception) -> Any:
        def answer(request: Request) -> str:
            raise error

        return fake(answer)

    (row,) = derive(raising(BadAnswer("garbage", "<html>")))
    assert (row["reasons"], row["raw"]) == (["bad_answer"], "<html>")
    (row,) = derive(raising(RequestTooLong("8192 tokens")))
    assert row["reasons"] == ["too_long"]
    (row,) = derive(fake(lambda request: " "))
    assert row["reasons"] == ["no_answer"]
    (row,) = derive(fake(there_and_back), {**ROW, "text": " \n"})
    assert row["reasons"] == ["no_answer"]
    with pytest.raises(ServerUnavailable):
        derive(raising(ServerUnavailable("away")))
    assert {"bad_answer", "too_long", "no_answer"} == set(STAGE.failures)


def test_a_bad_way_back_is_not_a_pass(fake: Any) -> None:
    def answer(request: Request) -> str:
        if request.prompt.endswith("French:"):
            return FRENCH
        raise BadAnswer("garbage")

    (row,) = derive(fake(answer))
    assert row["reasons"] == ["bad_answer"] and row["scores"]["bleu"] is None


def test_an_empty_way_back_scores_zero(fake: Any) -> None:
    (row,) = derive(fake(lambda request: FRENCH if request.prompt.endswith("French:") else ""))
    assert (row["scores"]["bleu"], row["scores"]["chrf"]) == (0.0, 0.0)


@pytest.mark.parametrize("cut", ["French:", "English:"])
def test_cut_off_on_either_way_is_unfinished(fake: Any, cut: str) -> None:
    def answer(request: Request) -> Reply:
        return Reply(FRENCH, "length" if request.prompt.endswith(cut) else "stop", "m")

    (row,) = derive(fake(answer))
    assert row["scores"]["finished"] == 0.0
