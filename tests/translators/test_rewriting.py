"""The rewriting stage with models that answer from a function: operators, facts, gates, judges, failures."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from pipelines.tools import Tools
from schemas.columns import DERIVED
from schemas.errors import RecipeError
from tests.translators.fakes import Answer, FakeModels, text_of, wrapped
from translators.flow import verdict
from translators.llm.request import BadAnswer, NoAnswer, Reply, Request
from translators.rewriting import RULES, STAGE, RewritingParams, operators

TEXT = "Explique à moi pourquoi le ciel il devient rouge dans le soir."
NATURAL = "Explique-moi pourquoi le ciel devient rouge le soir."
HARDER = "Explique-moi pourquoi le ciel devient rouge le soir, et compare ce phénomène avec le bleu du jour."
ROW = {"id": "d1/translation/fra_Latn", "document_id": "d1", "text": TEXT, "language": "fra_Latn", "source": "web"}


def operator_of(request: Request) -> str:
    return request.prompt_version.partition("-")[0]


def good(role: str, request: Request) -> str:
    return wrapped(request, NATURAL if operator_of(request) == "naturalness" else HARDER)


def derive(models: FakeModels, row: dict[str, Any] | None = None, **given: Any) -> dict[str, Any]:
    params = RewritingParams(**given)
    one = {**ROW, **(row or {})}
    one.setdefault("variants", STAGE.variants(one, params))
    (made,) = asyncio.run(STAGE.derive(one, models, params, STAGE.equip(params, Tools())))
    return made


def reasons(row: dict[str, Any], **given: Any) -> list[str]:
    pair = f"{row['language']}>{row['language']}"
    return row["reasons"] or verdict.broken(row["scores"], RULES, RewritingParams(**given), "web", pair)


def rewritten(text: str, after: str, language: str, operator: str = "difficulty") -> list[str]:
    """Reasons of one rewrite by one operator."""
    share = {"naturalness": None, "culture": 1.0, "difficulty": 0.0}[operator]
    given = {"naturalness": operator == "naturalness", "culture_share": share}
    models = FakeModels(lambda role, request: wrapped(request, after), form="chat")
    return reasons(derive(models, {"text": text, "language": language}, **given), **given)


@pytest.mark.parametrize("form", ["chat", "completion"])
def test_naturalness_first_and_the_second_on_top_of_it(form: str) -> None:
    models = FakeModels(good, form=form)
    row = derive(models, culture_share=0)
    assert list(row) == [column.name for column in DERIVED]
    assert [request.prompt_version for _, request in models.asked] == [f"naturalness-{form}-2", f"difficulty-{form}-2"]
    assert [text_of(request) for _, request in models.asked] == [TEXT, NATURAL]
    assert {role for role, _ in models.asked} == {"rewrite"}
    assert row["id"] == "d1/translation/fra_Latn/rewriting/naturalness+difficulty"
    assert (row["operator"], row["document_id"], row["parent_id"]) == ("naturalness+difficulty", "d1", ROW["id"])
    assert (row["text"], row["parent_text"], row["back_text"]) == (HARDER, TEXT, None)
    assert reasons(row) == []
    assert [one["step"] for one in row["exchanges"]] == ["naturalness", "difficulty"]
    assert row["model_returned"] == "fake-1" and row["parameters"]["rewrite"]["form"] == form


def test_the_scores_say_what_each_operator_did() -> None:
    scores = derive(FakeModels(good), culture_share=0)["scores"]
    assert scores["naturalness_growth"] < 1 < scores["difficulty_growth"] < 2
    assert 0 < scores["naturalness_edit_distance"] < scores["edit_distance"] < 1
    assert scores["length_ratio"] == pytest.approx(82 / 51, abs=0.03)
    assert "culture_growth" not in scores and "judged" not in scores


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


def test_every_rule_reads_a_threshold_and_a_score_that_can_come() -> None:
    limits = RewritingParams.thresholds()
    assert {rule.threshold for rule in STAGE.rules} == set(limits)
    found = {
        name
        for share in (0, 1)
        for name in derive(FakeModels(good), {"text": TEXT + " Réponds en 2 phrases."}, culture_share=share)["scores"]
    }
    assert {rule.score for rule in RULES} - found == {"similarity", "judged"}
    assert len(STAGE.reasons) == len(set(STAGE.reasons))
    assert STAGE.of(RewritingParams()) == "translation" and STAGE.of(RewritingParams(of="source")) == "source"


def test_a_copy_is_refused_and_a_small_change_is_not() -> None:
    assert "copy" in reasons(derive(FakeModels(lambda role, request: wrapped(request, TEXT))))
    nothing = derive(FakeModels(lambda role, request: wrapped(request, NATURAL)), culture_share=1)
    assert "copy" in reasons(nothing), "the second operator did nothing"
    assert reasons(derive(FakeModels(lambda role, request: wrapped(request, NATURAL)), culture_share=None)) == []
    assert "copy" in reasons(
        derive(FakeModels(lambda role, request: wrapped(request, TEXT.upper().rstrip("."))), culture_share=None)
    )
    natural = {"text": NATURAL}  # was natural already: what the second operator does is what counts
    assert reasons(derive(FakeModels(good), natural, culture_share=0)) == []


@pytest.mark.parametrize(
    ("language", "before", "harder"),
    [
        (
            "tha_Thai",
            "อธิบายว่าทำไมใบไม้จึงร่วงในฤดูใบไม้ร่วง",
            "อธิบายว่าทำไมใบไม้จึงร่วงในฤดูใบไม้ร่วง แล้วเปรียบเทียบกับต้นไม้ในเขตร้อนที่เขียวตลอดปี",
        ),
        ("hin_Deva", "बताइए कि जहाज़ पानी पर क्यों तैरते हैं।", "बताइए कि लोहा डूबता है फिर भी लोहे के जहाज़ पानी पर क्यों तैरते हैं।"),
        (
            "arb_Arab",
            "اشرح لماذا تطفو السفن.",
            "اشرح لماذا تطفو السفن المصنوعة من الفولاذ مع أن الفولاذ يغرق في الماء.",
        ),
        (
            "jpn_Jpan",
            "船はなぜ浮くのか説明してください。",
            "鉄は沈むのに、鉄の船はなぜ浮くのか、荷物が重い場合も含めて説明してください。",
        ),
        ("amh_Ethi", "መርከቦች ለምን እንደሚንሳፈፉ አብራራ።", "ብረት ሲሰምጥ የብረት መርከቦች ለምን እንደሚንሳፈፉ በምሳሌ አስደግፈህ አብራራ።"),
        (
            "yor_Latn",
            "Ṣàlàyé ìdí tí ọkọ̀ ojú omi fi ń léfòó.",
            "Ṣàlàyé ìdí tí ọkọ̀ ojú omi onírin fi ń léfòó bó tilẹ̀ jẹ́ pé irin máa ń rì sínú omi.",
        ),
    ],
)
def test_six_scripts_pass_and_the_wrong_language_does_not(language: str, before: str, harder: str) -> None:
    assert rewritten(before, harder, language) == []
    english = "Explain why steel ships float although steel sinks, and what changes when one goes out to sea."
    assert "wrong_language" in rewritten(before, english, language)
    assert "not_harder" in rewritten(before, before[: len(before) // 2], language)


@pytest.mark.parametrize(
    ("operator", "before", "after", "reason"),
    [
        ("naturalness", "Give to me 3 tips for to sleep well.", "Give me 5 tips for sleeping well.", "numbers_lost"),
        (
            "naturalness",
            "Do not use no sugar in the cake for guests.",
            "Use sugar in the cake for guests.",
            "negation_lost",
        ),
        (
            "naturalness",
            "Tell the story how Anna to Berlin went.",
            "Tell the story of how Karl went home.",
            "names_lost",
        ),
        ("naturalness", "Write it to `config.yaml`, the answer all.", "Write the whole answer to it.", "markup_lost"),
        (
            "naturalness",
            "Explain how functions the pump, in 3 sentences.",
            "Explain 3 times how the pump works.",
            "instructions_lost",
        ),
        ("culture", "Name 5 birds that live near rivers.", "Which birds live near the Ganges?", "numbers_lost"),
        ("culture", "Plan a meal, but not with nuts.", "Plan a meal with dal and rice for guests.", "negation_lost"),
        (
            "culture",
            "Describe Thanksgiving as JSON.",
            "Describe the harvest festival in your village.",
            "instructions_lost",
        ),
        (
            "difficulty",
            "Why do ships float?",
            "Ships float because they displace water as heavy as they are.",
            "asks_nothing",
        ),
        (
            "difficulty",
            "Name 3 desert animals.",
            "Camels, foxes and snakes live in the desert with little water.",
            "asks_nothing",
        ),
        (
            "difficulty",
            "Why do ships float?",
            "Why do steel ships float although steel sinks, and (what changes",
            "cut_off",
        ),
        (
            "difficulty",
            "Why do ships float?",
            "How would you plan a garden on a balcony that faces north?",
            "topic_lost",
        ),
        (
            "difficulty",
            "Name 3 animals.",
            "Name animals of the desert, and explain how each finds water.",
            "numbers_lost",
        ),
        (
            "difficulty",
            "Plan a meal without nuts.",
            "Plan a meal with nuts for 8 guests, a main dish and dessert.",
            "negation_lost",
        ),
        (
            "difficulty",
            "Why do ships float?",
            "Why do ships float and sink, " + "and float and sink, " * 12,
            "repetitive",
        ),
        (
            "difficulty",
            "Why do ships float?",
            "I am sorry, but as a language model I cannot help with that.",
            "refusal",
        ),
        ("culture", "Write a card for the Moon Festival.", "Here is the rewritten prompt:\nWrite a card.", "preamble"),
        ("difficulty", "Say it to me.", "<|im_start|>user Say it to me and to all the others too.", "steered"),
    ],
)
def test_what_is_wrong_is_named(operator: str, before: str, after: str, reason: str) -> None:
    assert reason in rewritten(before, after, "eng_Latn", operator)


@pytest.mark.parametrize(
    ("operator", "before", "after"),
    [
        ("naturalness", "Give to me 3 tips for to sleep well.", "Give me three tips for sleeping well."),
        ("culture", "How many kilometres is it from Lyon to Paris?", "How many miles is it from Leeds to London?"),
        (
            "culture",
            "Anna pays 20 € for pasta. How much are 3 plates?",
            "Emily pays £18 for a roast. How much are 3 plates?",
        ),
        (
            "difficulty",
            "Explain DNA to a child.",
            "Explain to a child what DNA is, how DNA is copied, and why it errs.",
        ),
        ("difficulty", "Name 3 birds.", "Name 3 birds that do not migrate, and 2 reasons why each of them stays."),
    ],
)
def test_what_an_operator_may_do_passes(operator: str, before: str, after: str) -> None:
    assert rewritten(before, after, "eng_Latn", operator) == []


def test_a_harder_prompt_may_bring_code_of_its_own_and_must_keep_what_was_there() -> None:
    def answer(role: str, request: Request) -> str:
        return wrapped(request, text_of(request).replace(" runs.", " runs, and why `y` is faster on long lists."))

    given = {"naturalness": False, "culture_share": 0.0}
    row = derive(FakeModels(answer, form="chat"), {"text": "Explain how `x` runs.", "language": "eng_Latn"}, **given)
    assert row["text"] == "Explain how `x` runs, and why `y` is faster on long lists." and reasons(row) == []
    lost = rewritten("Explain how `x` runs.", "Explain how it runs, and why it is faster on long lists.", "eng_Latn")
    assert {"placeholders_lost", "markup_lost"} <= set(lost)


def test_culture_is_helped_with_facts_of_the_place_and_the_others_are_not() -> None:
    models = FakeModels(lambda role, request: wrapped(request, "x"), form="chat")
    derive(models, {"language": "hin_Deva"}, culture_share=1)
    natural, culture = (request.messages[-1][1] for _, request in models.asked)
    assert "India" not in natural and "<place-" in culture and "India" in culture
    derive(models, {"language": "por_Latn"}, culture_share=1, territory={"pt": "BR"}, locale_facts=3)
    assert "Brazil" in models.asked[-1][1].messages[-1][1]
    derive(models, {"language": "por_Latn"}, culture_share=1, locale_facts=0)
    assert "<place-" not in models.asked[-1][1].messages[-1][1]


def test_other_rows_get_other_facts_and_one_row_the_same() -> None:
    def place(row_id: str) -> str:
        models = FakeModels(lambda role, request: wrapped(request, NATURAL), form="chat")
        derive(models, {"id": row_id}, culture_share=1)
        return models.asked[-1][1].messages[-1][1].partition("</place")[0]

    assert place("a") == place("a")
    assert len({place(str(number)) for number in range(6)}) > 3


def test_notes_of_ones_own_and_what_the_signature_says_of_them(tmp_path: Path) -> None:
    notes = {"language": "xho_Latn", "written_by": ["me"], "sources": ["my head"], "foods": ["umngqusho"]}
    (tmp_path / "xho_Latn.yaml").write_text(json.dumps(notes))
    models = FakeModels(lambda role, request: wrapped(request, "x"), form="chat")
    derive(models, {"language": "xho_Latn"}, culture_share=1, locale_notes=[str(tmp_path)])
    assert "umngqusho" in models.asked[-1][1].messages[-1][1]
    before = STAGE.fingerprint(RewritingParams(locale_notes=[str(tmp_path)]))
    (tmp_path / "xho_Latn.yaml").write_text(json.dumps({**notes, "foods": ["umphokoqo"]}))
    after = STAGE.fingerprint(RewritingParams(locale_notes=[str(tmp_path)]))
    assert before["locale_notes"] != after["locale_notes"] and before["cldr"] == after["cldr"]
    assert STAGE.fingerprint(RewritingParams(culture_share=0)) == {}


def test_a_territory_that_is_none_is_told_before_anything_is_asked() -> None:
    with pytest.raises(RecipeError, match="territory"):
        STAGE.equip(RewritingParams(territory={"pt": "Brazil"}), Tools())
    with pytest.raises(ValidationError):
        RewritingParams(territory={"nolanguage": "BR"})


def test_the_judge_sees_what_changed_much_and_passed_everything_else() -> None:
    def answer(role: str, request: Request) -> str:
        return '{"score": 30, "reason": "another task"}' if role == "judge" else good(role, request)

    def asked(**given: Any) -> tuple[list[str], dict[str, Any]]:
        models = FakeModels(answer, form="chat", roles={"judge": {"model": "large"}})
        return models.steps[2:] or models.steps, derive(models, culture_share=0, **given) | {"steps": models.steps}

    _, row = asked(judge_above_edit=0.2)
    assert row["steps"] == ["rewrite", "rewrite", "judge"] and row["scores"]["judged"] == 30.0
    assert reasons(row) == ["judged_other"]
    _, row = asked(judge_above_edit=0.9)
    assert row["steps"] == ["rewrite", "rewrite"] and "judged" not in row["scores"]
    _, row = asked(judge_above_edit=0.2, max_difficulty_growth=1.2)
    assert row["steps"] == ["rewrite", "rewrite"], "a row that is refused already costs nothing more"


def test_a_judge_that_says_nothing_is_not_a_pass() -> None:
    models = FakeModels(lambda role, request: "fine" if role == "judge" else good(role, request), form="chat")
    row = derive(models, culture_share=0, judge_above_edit=0.0)
    assert row["scores"]["judged"] is None and reasons(row) == ["unmeasured"]


def test_a_share_of_the_rows_is_rated_and_a_failed_rating_costs_nothing() -> None:
    def answer(role: str, request: Request) -> str:
        if role != "judge":
            return good(role, request)
        if HARDER in request.messages[-1][1]:
            return '{"quality": 5, "difficulty": 4}'
        raise BadAnswer("garbage")

    row = derive(FakeModels(answer, form="chat"), culture_share=0, judge_share=1.0)
    assert (row["scores"]["quality_after"], row["scores"]["difficulty_after"]) == (5.0, 4.0)
    assert row["scores"]["quality_before"] is None and reasons(row) == []
    rated = [
        "quality_after" in derive(FakeModels(answer, form="chat"), {"id": str(one)}, judge_share=0.5)["scores"]
        for one in range(24)
    ]
    assert 4 < sum(rated) < 20


def test_limits_count_as_measuring_only_where_a_judge_is_asked() -> None:
    assert "max_echo" not in RewritingParams().measured() and "min_ends" not in RewritingParams().measured()
    assert RewritingParams(judge_share=0.1).limits_decide() and not RewritingParams().limits_decide()


class _Vectors:
    identity = "test"

    def embed(self, texts: Any) -> Any:
        import numpy as np

        return np.array([[1.0, 0.0] if "ciel" in text else [0.0, 1.0] for text in texts], np.float32)


class _Lent:
    def embedder(self, embedding: Any) -> _Vectors:
        return _Vectors()


def test_similarity_where_the_recipe_names_an_embedding() -> None:
    params = RewritingParams(culture_share=0, embedding={"backend": "model2vec", "path": "x"}, min_similarity=0.5)
    row = {**ROW, "variants": ["naturalness+difficulty"]}
    (made,) = asyncio.run(STAGE.derive(row, FakeModels(good), params, STAGE.equip(params, _Lent())))
    assert made["scores"]["similarity"] == 1.0
    other = FakeModels(
        lambda role, request: wrapped(request, "Explique pourquoi il devient rouge dans le soir et sec.")
    )
    (made,) = asyncio.run(STAGE.derive(row, other, params, STAGE.equip(params, _Lent())))
    assert made["scores"]["similarity"] == 0.0


def test_failures_are_reasons() -> None:
    def fail(error: Exception) -> Answer:
        def answer(role: str, request: Request) -> str:
            raise error

        return answer

    row = derive(FakeModels(fail(BadAnswer("garbage", "<html>"))))
    assert (row["reasons"], row["raw"], row["text"], row["scores"]) == (["bad_answer"], "<html>", None, {})
    assert derive(FakeModels(fail(NoAnswer("silence"))))["reasons"] == ["timed_out"]
    assert derive(FakeModels(good), max_characters=5)["reasons"] == ["too_long"]
    assert derive(FakeModels(lambda role, request: wrapped(request, "")))["reasons"] == ["no_answer"]
    assert derive(FakeModels(good), {"text": "  "})["reasons"] == ["no_answer"]
    assert derive(FakeModels(good), {"text": "une\ndeux"})["reasons"] == ["several_lines"]
    assert derive(FakeModels(lambda role, request: "no markers", form="chat"))["reasons"] == ["bad_answer"]
    assert set(STAGE.failures) == {"bad_answer", "too_long", "no_answer", "several_lines", "timed_out"}


def test_an_answer_that_was_cut_is_unfinished() -> None:
    def cut(role: str, request: Request) -> Reply:
        return Reply(good(role, request), "length", "fake-1", 7, 3, key=request.key("fake-rewrite"))

    assert "unfinished" in reasons(derive(FakeModels(cut)))


def test_code_between_paragraphs_stays_and_all_parts_are_asked_for_at_once() -> None:
    text = "Explique ce code à moi :\n\n```py\nx = 1\n```\n\nRéponds dans le français."

    def answer(role: str, request: Request) -> str:
        given = text_of(request)
        return wrapped(
            request, given.replace("Explique ce code à moi", "Explique-moi ce code").replace("dans le", "en")
        )

    models = FakeModels(answer, form="chat")
    row = derive(models, {"text": text}, culture_share=None)
    assert len(models.asked) == 1 and "```" not in text_of(models.asked[0][1])
    assert row["text"] == "Explique-moi ce code :\n\n```py\nx = 1\n```\n\nRéponds en français."
    assert reasons(row, culture_share=None) == []


def test_a_replay_asks_with_another_seed() -> None:
    models = FakeModels(good)
    derive(models, {"samples": {f"{ROW['id']}/rewriting/naturalness+difficulty": 2}}, culture_share=0)
    assert {(request.sample, request.seed) for _, request in models.asked} == {(2, 2)}
