"""The translation stage with models that answer from a function: rows, scores, repairs, failures, provenance."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from pydantic import ValidationError

from pipelines.tools import Tools
from schemas.columns import DERIVED, EXCHANGE
from schemas.errors import ServerUnavailable
from tests.translators.fakes import FakeModels, text_of, wrapped
from translators.llm.request import BadAnswer, NoAnswer, Reply, Request, RequestTooLong
from translators.translation import STAGE, TranslationParams

ENGLISH = "Explain why the sky turns red in the evening, in 3 sentences."
FRENCH = "Explique en 3 phrases pourquoi le ciel devient rouge le soir."
WRONG = "Explique en 5 phrases pourquoi le ciel devient rouge le soir."
ROW = {
    "id": "a/1",
    "document_id": "a/1",
    "text": ENGLISH,
    "language": "eng_Latn",
    "source": "web",
    "metadata": None,
    "record": None,
}
BOTH = {ENGLISH: FRENCH, FRENCH: ENGLISH, WRONG: ENGLISH.replace("3", "5")}


def there_and_back(role: str, request: Request) -> str:
    return wrapped(request, BOTH[text_of(request)])


def derive(models: FakeModels, row: dict[str, Any] | None = None, **given: Any) -> list[dict[str, Any]]:
    params = TranslationParams(**{"targets": ["fr"], **given})
    one = {**ROW, **(row or {})}
    one.setdefault("variants", STAGE.variants(one, params))
    kit = STAGE.equip(params, Tools())
    return list(asyncio.run(STAGE.derive(one, models, params, kit)))


def test_a_row_carries_every_column_and_its_proof() -> None:
    models = FakeModels(there_and_back, roles={"back": {"model": "other"}})
    (row,) = derive(models)
    assert list(row) == [column.name for column in DERIVED]
    assert row["id"] == "a/1/translation/fra_Latn"
    assert (row["document_id"], row["parent_id"], row["stage"]) == ("a/1", "a/1", "translation")
    assert (row["text"], row["parent_text"], row["back_text"]) == (FRENCH, ENGLISH, ENGLISH)
    assert (row["source_language"], row["language"], row["operator"]) == ("eng_Latn", "fra_Latn", "translate")
    assert (row["reasons"], row["raw"], row["attempts"]) == ([], None, 1)
    assert row["scores"]["bleu"] == row["scores"]["chrf"] == pytest.approx(100)
    assert (row["scores"]["numbers_kept"], row["scores"]["in_language"], row["scores"]["finished"]) == (1.0, 1.0, 1.0)
    assert set(row["signatures"]) == {"bleu", "chrf"}
    assert (row["model"], row["model_returned"]) == (models.spec.model, "fake-1")
    assert row["parameters"]["back"]["model"] == "other"
    assert [one["key"] for one in row["exchanges"]] == [request.key(f"fake-{role}") for role, request in models.asked]
    assert set(row["exchanges"][0]) == {column.name for column in EXCHANGE}
    assert (row["prompt_tokens"], row["completion_tokens"], row["dollars"]) == (14, 6, None)


def test_the_way_back_sees_the_translation_alone_and_another_model_makes_it() -> None:
    models = FakeModels(there_and_back, roles={"back": {"model": "other"}})
    derive(models)
    (_, there), (role, back) = models.asked
    assert (there.model, role, back.model) == (models.spec.model, "back", "other")
    assert FRENCH in back.prompt and ENGLISH not in back.prompt


@pytest.mark.parametrize("proven", ["passed", "always"])
def test_what_fails_a_free_gate_goes_back_only_where_that_is_asked_for(proven: str) -> None:
    models = FakeModels(lambda role, request: wrapped(request, {ENGLISH: WRONG}.get(text_of(request), ENGLISH)))
    (row,) = derive(models, round_trip=proven)
    assert row["scores"]["numbers_kept"] < 1 and row["reasons"] == []
    assert models.steps == (["translate"] if proven == "passed" else ["translate", "back"])
    if proven == "passed":
        assert row["scores"]["chrf"] is None, "not measured: it must not pass when a limit is loosened"


def test_a_repair_is_told_what_is_wrong_and_counts_when_it_is_better() -> None:
    def answer(role: str, request: Request) -> str:
        result = WRONG if role == "translate" else BOTH[text_of(request)]
        return wrapped(request, result)

    models = FakeModels(answer, form="chat", roles={"repair": {"model": "large"}})
    (row,) = derive(models)
    assert models.steps == ["translate", "repair", "back"]
    told = models.asked[1][1]
    assert told.model == "large" and WRONG in told.messages[-1][1] and "number" in told.messages[0][1]
    assert (row["text"], row["attempts"], row["reasons"]) == (FRENCH, 2, [])
    assert [one["step"] for one in row["exchanges"]] == ["translate", "repair", "back"]


def test_a_repair_that_is_no_better_does_not_count() -> None:
    models = FakeModels(
        lambda role, request: wrapped(request, WRONG), form="chat", roles={"repair": {"model": "large"}}
    )
    (row,) = derive(models)
    assert models.steps == ["translate", "repair"] and row["attempts"] == 1 and row["text"] == WRONG


def test_without_a_role_for_it_nothing_is_repaired() -> None:
    models = FakeModels(lambda role, request: wrapped(request, WRONG), form="chat")
    derive(models)
    assert models.steps == ["translate"]


def test_the_judge_is_asked_in_the_borderline_band_alone() -> None:
    close = ENGLISH.replace("turns red", "becomes red")

    def answer(role: str, request: Request) -> str:
        if role == "judge":
            return '{"score": 55, "reason": "clumsy"}'
        return wrapped(request, {ENGLISH: FRENCH}.get(text_of(request), close))

    for below, steps in ((99.0, ["translate", "back", "judge"]), (70.0, ["translate", "back"])):
        models = FakeModels(answer, form="chat", roles={"judge": {"model": "large"}})
        (row,) = derive(models, judge_below_chrf=below)
        assert models.steps == steps
        assert row["scores"].get("judged") == (55.0 if "judge" in steps else None)


def test_a_judge_that_does_not_answer_is_not_a_pass() -> None:
    models = FakeModels(
        lambda role, request: "fine!" if role == "judge" else there_and_back(role, request), form="chat"
    )
    (row,) = derive(models, judge_below_chrf=100.0, min_chrf=0, min_bleu=0)
    assert "judged" not in row["scores"]  # a perfect way back is beyond the band
    (row,) = derive(
        FakeModels(
            lambda role, request: (
                "fine!"
                if role == "judge"
                else wrapped(request, FRENCH if role == "translate" else ENGLISH.replace("red", "blue"))
            ),
            form="chat",
        ),
        judge_below_chrf=100.0,
        min_chrf=0,
        min_bleu=0,
    )
    assert row["scores"]["judged"] is None


def test_every_rule_has_a_threshold() -> None:
    for rule in STAGE.rules:
        assert rule.threshold in TranslationParams.thresholds(), rule
    assert len(set(STAGE.reasons)) == len(STAGE.reasons)


def test_one_row_a_target_and_none_into_its_own_language() -> None:
    rows = derive(FakeModels(lambda role, request: "x"), targets=["fr", "en", "sw"])
    assert [row["language"] for row in rows] == ["fra_Latn", "swh_Latn"]


def test_rows_that_are_not_asked_for() -> None:
    models = FakeModels(there_and_back)
    assert derive(models, sources=["books"]) == []
    assert derive(models, source_languages=["de"]) == []
    assert len(derive(models, sources=["web"], source_languages=["en"])) == 1


@pytest.mark.parametrize("targets", [[], ["fr", "fra_Latn"], ["klingonese"]])
def test_wrong_targets(targets: list[str]) -> None:
    with pytest.raises(ValidationError):
        TranslationParams(targets=targets)


def test_a_chat_must_answer_in_markers() -> None:
    (row,) = derive(FakeModels(lambda role, request: FRENCH, form="chat"))
    assert row["reasons"] == ["bad_answer"]
    assert (row["text"], row["raw"]) == (None, FRENCH)
    assert len(row["exchanges"]) == 1


def test_too_long_is_kept_and_not_asked() -> None:
    models = FakeModels(there_and_back)
    (row,) = derive(models, max_characters=10)
    assert (row["reasons"], row["parent_text"], models.asked) == (["too_long"], ENGLISH, [])


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (BadAnswer("garbage", "<html>"), "bad_answer"),
        (RequestTooLong("8192 tokens"), "too_long"),
        (NoAnswer("timed out five times"), "timed_out"),
    ],
)
def test_failures_are_reasons(error: BadAnswer, reason: str) -> None:
    def raising(role: str, request: Request) -> str:
        raise error

    (row,) = derive(FakeModels(raising))
    assert row["reasons"] == [reason] and row["raw"] == (error.raw or str(error))


def test_no_answer_and_a_server_that_is_away() -> None:
    (row,) = derive(FakeModels(lambda role, request: wrapped(request, " ")))
    assert row["reasons"] == ["no_answer"]
    (row,) = derive(FakeModels(there_and_back), {"text": " \n"})
    assert row["reasons"] == ["no_answer"]

    def away(role: str, request: Request) -> str:
        raise ServerUnavailable("away")

    with pytest.raises(ServerUnavailable):
        derive(FakeModels(away))


def test_a_bad_way_back_is_not_a_pass() -> None:
    def answer(role: str, request: Request) -> str:
        if role == "translate":
            return wrapped(request, FRENCH)
        raise BadAnswer("garbage")

    (row,) = derive(FakeModels(answer))
    assert row["reasons"] == ["bad_answer"] and row["text"] == FRENCH


@pytest.mark.parametrize("cut", ["translate", "back"])
def test_cut_off_on_either_way_is_unfinished(cut: str) -> None:
    def answer(role: str, request: Request) -> Reply:
        text = BOTH[text_of(request)]
        return Reply(wrapped(request, text), "length" if role == cut else "stop", "m", key="k")

    (row,) = derive(FakeModels(answer), round_trip="always")
    assert row["scores"]["finished"] == 0.0


RECORD = {
    "table": {"header": ["river", "length"], "rows": [["The Loire", "1006"], ["The Seine", "775"]]},
    "question": "Which river is longer?",
    "label": 3,
}


def test_fields_of_a_record_are_translated_and_the_rest_stays() -> None:
    words = {
        "river": "fleuve",
        "length": "longueur",
        "The Loire": "La Loire",
        "The Seine": "La Seine",
        "Which river is longer?": "Quel fleuve est le plus long ?",
    }
    both = {**words, **{target: source for source, target in words.items()}}
    models = FakeModels(lambda role, request: wrapped(request, both[text_of(request)]))
    (row,) = derive(
        models,
        {"text": RECORD["question"], "metadata": json.dumps(RECORD)},
        fields=["question", "table.header[]", "table.rows[][]"],
    )
    assert json.loads(row["record"]) == {
        "table": {"header": ["fleuve", "longueur"], "rows": [["La Loire", "1006"], ["La Seine", "775"]]},
        "question": "Quel fleuve est le plus long ?",
        "label": 3,
    }
    assert row["text"] == "Quel fleuve est le plus long ?\n\nfleuve | longueur\n\nLa Loire | 1006\nLa Seine | 775"
    assert row["back_text"] == row["parent_text"] and row["scores"]["chrf"] == pytest.approx(100)


def test_a_record_without_the_field_is_told() -> None:
    models = FakeModels(there_and_back)
    (row,) = derive(models, {"metadata": json.dumps({"q": 1})}, fields=["question"])
    assert row["reasons"] == ["record_unfit"] and "'question'" in row["raw"] and models.asked == []


def test_labelled_stretches_are_found_again() -> None:
    sentence = "Ada Lovelace lived in London."
    record = {
        "sentence": sentence,
        "names": [{"start": 0, "end": 12, "tag": "PER"}, {"start": 22, "end": 28, "tag": "LOC"}],
    }

    def answer(role: str, request: Request) -> str:
        text = text_of(request)
        for source, target in (("lived in", "vivait à"), ("London", "Londres")):
            text = text.replace(source, target) if role == "translate" else text.replace(target, source)
        return wrapped(request, text)

    spans = [{"text": "sentence", "spans": "names"}]
    given = {"text": sentence, "metadata": json.dumps(record)}
    (row,) = derive(FakeModels(answer), given, fields=["sentence"], spans=spans)
    made = json.loads(row["record"])
    assert made["sentence"] == "Ada Lovelace vivait à Londres."
    assert [(made["sentence"][one["start"] : one["end"]], one["tag"]) for one in made["names"]] == [
        ("Ada Lovelace", "PER"),
        ("Londres", "LOC"),
    ]
    assert row["scores"]["spans_kept"] == 1.0

    def losing(role: str, request: Request) -> str:
        return wrapped(request, "Ada Lovelace vivait à Londres." if role == "translate" else sentence)

    (row,) = derive(FakeModels(losing), given, fields=["sentence"], spans=spans)
    assert row["scores"]["spans_kept"] == 0.0


def test_files_of_knowledge(tmp_path: Any) -> None:
    glossary, memory, keep = tmp_path / "terms.tsv", tmp_path / "memory.tsv", tmp_path / "keep.txt"
    glossary.write_text("eng_Latn\tfra_Latn\nsky\tfirmament\n", encoding="utf-8")
    memory.write_text("eng_Latn\tfra_Latn\nGood evening.\tBonsoir.\n", encoding="utf-8")
    keep.write_text("Explain\n", encoding="utf-8")
    models = FakeModels(lambda role, request: wrapped(request, FRENCH), form="chat")
    (row,) = derive(
        models,
        {"text": f"Good evening.\n\n{ENGLISH}"},
        segment_characters=70,
        glossary=[str(glossary)],
        memory=[str(memory)],
        keep_terms=[str(keep)],
        round_trip="always",
    )
    sent = models.asked[0][1]
    assert "sky = firmament" in sent.messages[0][1]
    assert "Good evening" not in sent.messages[-1][1] and "Explain" not in sent.messages[-1][1]
    assert row["text"].startswith("Bonsoir.\n\n") and row["scores"]["glossary_kept"] == 0.0
    params = TranslationParams(targets=["fr"], glossary=[str(glossary)])
    before = STAGE.fingerprint(params)
    glossary.write_text("eng_Latn\tfra_Latn\nsky\tciel\n", encoding="utf-8")
    assert before != STAGE.fingerprint(params)
