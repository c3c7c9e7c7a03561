"""The completion stage with models that answer from a function: messages, gates, both forms, failures."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from schemas.columns import DERIVED
from tests.translators.fakes import FakeModels
from translators.completion import RULES, STAGE, CompletionParams
from translators.flow import verdict
from translators.llm.request import BadAnswer, NoAnswer, Reply, Request

PROMPT = "Pourquoi le ciel devient-il rouge le soir ?"
ANSWER = "Parce que la lumière du soir traverse plus d'air, qui disperse le bleu et laisse passer le rouge."
ROW = {"id": "d1/rewriting/x", "document_id": "d1", "text": PROMPT, "language": "fra_Latn", "source": "web"}


def derive(models: FakeModels, row: dict[str, Any] | None = None, **given: Any) -> dict[str, Any]:
    (made,) = asyncio.run(STAGE.derive({**ROW, **(row or {})}, models, CompletionParams(**given), None))
    return made


def saying(text: str, **spec: Any) -> FakeModels:
    return FakeModels(lambda role, request: text, **{"form": "chat", **spec})


def reasons(row: dict[str, Any]) -> list[str]:
    pair = f"{row['language']}>{row['language']}"
    return row["reasons"] or verdict.broken(row["scores"], RULES, CompletionParams(), "web", pair)


def test_a_row_is_a_conversation_and_the_prompt_is_what_the_teacher_is_asked() -> None:
    models = saying(f"\n{ANSWER}\n", roles={"answer": {"model": "teacher", "temperature": 0.3}})
    row = derive(models)
    assert list(row) == [column.name for column in DERIVED]
    assert row["id"] == "d1/rewriting/x/completion/answer" and (row["stage"], row["operator"]) == (
        "completion",
        "answer",
    )
    assert (row["text"], row["parent_text"], row["language"]) == (ANSWER, PROMPT, "fra_Latn")
    assert json.loads(row["record"]) == {
        "messages": [{"role": "user", "content": PROMPT}, {"role": "assistant", "content": ANSWER}]
    }
    ((role, request),) = models.asked
    assert (role, request.model, request.temperature) == ("answer", "teacher", 0.3)
    assert request.messages[-1] == ("user", PROMPT) and "French" in request.messages[0][1]
    assert reasons(row) == [] and row["model"] == "teacher" and row["exchanges"][0]["step"] == "answer"


def test_a_base_model_gets_examples_and_one_line() -> None:
    models = saying(f" {ANSWER}", form="completion")
    row = derive(models)
    prompt = models.asked[0][1].prompt
    assert prompt.endswith(f"Question: {PROMPT}\nAnswer:") and prompt.count("Question:") == 4
    assert row["text"] == ANSWER and reasons(row) == []
    assert reasons(derive(models, {"text": "Dis-moi :\npourquoi ?"})) == ["several_lines"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Because the light of the evening goes through more air, which scatters what is blue.", "wrong_language"),
        ("Je suis désolé, mais en tant que modèle de langage, je ne peux pas répondre à cette demande.", "refusal"),
        ("La lumière traverse plus d'air, " * 8, "repetitive"),
        (PROMPT, "echo"),
    ],
)
def test_what_is_wrong_with_an_answer_is_named(text: str, reason: str) -> None:
    assert reason in reasons(derive(saying(text)))


def test_a_preamble_is_no_fault_of_an_answer_and_lists_and_code_are_welcome() -> None:
    text = (
        "Voici la réponse :\n\n- la lumière traverse plus d'air le soir ;\n- le bleu se disperse.\n\n```py\nx = 1\n```"
    )
    assert reasons(derive(saying(text))) == []


@pytest.mark.parametrize(
    ("language", "prompt", "answer"),
    [
        ("tha_Thai", "ทำไมท้องฟ้าจึงเป็นสีแดงในตอนเย็น", "เพราะแสงในตอนเย็นเดินทางผ่านอากาศมากกว่า แสงสีน้ำเงินจึงกระเจิงหายไป"),
        (
            "hin_Deva",
            "शाम को आसमान लाल क्यों हो जाता है?",
            "क्योंकि शाम की रोशनी अधिक हवा से होकर आती है और नीला रंग बिखर जाता है।",
        ),
        (
            "arb_Arab",
            "لماذا تحمر السماء في المساء؟",
            "لأن ضوء المساء يعبر طبقة أكبر من الهواء فيتشتت اللون الأزرق ويبقى الأحمر.",
        ),
        (
            "jpn_Jpan",
            "夕方の空はなぜ赤くなるのですか。",
            "夕方の光は空気の中を長く通るので、青い光が散らばって赤い光が残るからです。",
        ),
        ("amh_Ethi", "ሰማይ ምሽት ላይ ለምን ቀይ ይሆናል?", "የምሽት ብርሃን ብዙ አየር ስለሚያልፍ ሰማያዊው ብርሃን ይበተናል፤ ቀዩም ይቀራል።"),
        (
            "yor_Latn",
            "Kí ló dé tí ojú ọ̀run fi ń pupa ní ìrọ̀lẹ́?",
            "Nítorí pé ìmọ́lẹ̀ ìrọ̀lẹ́ ń la afẹ́fẹ́ púpọ̀ kọjá, àwọ̀ búlúù sì ń fọ́n ká.",
        ),
    ],
)
def test_six_scripts_pass_and_english_does_not(language: str, prompt: str, answer: str) -> None:
    row = {"text": prompt, "language": language}
    assert reasons(derive(saying(answer), row)) == []
    english = "Because the light of the evening goes through more air, which scatters the blue and leaves the red."
    assert "wrong_language" in reasons(derive(saying(english), row))
    assert "wrong_language" in reasons(derive(saying(f"{answer}\n{english}"), row)), "one line is enough"


def test_words_of_another_script_count_unless_the_prompt_has_them() -> None:
    prompt = "pandas पुस्तकालय क्या करता है, संक्षेप में बताइए?"
    row = {"text": prompt, "language": "hin_Deva"}
    assert "untranslated_part" in reasons(derive(saying("यह tables और columns को sort और merge करता है।"), row))
    assert reasons(derive(saying("pandas तालिकाओं को पढ़ता है, और pandas उन्हें जोड़ता भी है।"), row)) == []


def test_an_answer_that_was_cut_or_is_missing() -> None:
    def cut(role: str, request: Request) -> Reply:
        return Reply(ANSWER, "length", "fake-1", 7, 3, key=request.key("fake-answer"))

    assert reasons(derive(FakeModels(cut, form="chat"))) == ["unfinished"]
    empty = derive(saying("  \n"))
    assert (empty["reasons"], empty["record"], len(empty["exchanges"])) == (["no_answer"], None, 1)
    assert derive(saying(ANSWER), {"text": " "})["reasons"] == ["no_answer"]
    assert derive(saying(ANSWER), max_characters=5)["reasons"] == ["too_long"]


@pytest.mark.parametrize(
    ("error", "reason"), [(BadAnswer("no", "<html>"), "bad_answer"), (NoAnswer("no"), "timed_out")]
)
def test_failures_are_reasons(error: Exception, reason: str) -> None:
    def answer(role: str, request: Request) -> str:
        raise error

    assert derive(FakeModels(answer, form="chat"))["reasons"] == [reason]


def test_the_length_of_an_answer_is_limited_by_the_recipe_and_the_stage() -> None:
    for spec, given, wanted in (({"max_tokens": 300}, {}, 300), ({"max_tokens": 9000}, {"answer_tokens": 50}, 50)):
        models = saying(ANSWER, **spec)
        derive(models, **given)
        assert models.asked[0][1].max_tokens == wanted


def test_every_limit_has_a_rule_and_every_stage_to_work_on_a_name() -> None:
    assert {rule.threshold for rule in STAGE.rules} == set(CompletionParams.thresholds())
    assert [STAGE.of(CompletionParams(of=one)) for one in ("rewriting", "translation", "source")] == [
        "rewriting",
        "translation",
        "source",
    ]
    assert STAGE.variants(ROW, CompletionParams()) == ["answer"]
