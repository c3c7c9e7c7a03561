"""Gates of rewrites: prompts that still ask, end and say their form; what harder ones keep; copies."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translators.gates import answerable, instructions, kept, rewrites, unchanged
from translators.gates.gate import Gate, Pair
from translators.prompts.answer import ANSWERS
from translators.prompts.rewrites import REWRITES
from translators.prompts.shots import SENTENCES

_SAMPLE = Path(__file__).parents[3] / "pipelines" / "sample" / "instructions.jsonl"


def passes(gate: Gate, source: str, target: str, label: str = "eng_Latn") -> bool:
    pair = Pair(source, target, label, label)
    if not gate.applies(pair):
        return True
    score = gate.score(pair)
    assert score is not None and gate.limit is not None
    return score >= gate.limit if gate.keep == "at_least" else score <= gate.limit


@pytest.mark.parametrize("label", sorted(ANSWERS))
def test_answers_ask_for_nothing(label: str) -> None:
    for prompt, answer in ANSWERS[label]:
        assert not passes(answerable.ASKS, prompt, answer, label), prompt


def test_prompts_in_all_languages_still_ask() -> None:
    for label, prompts in SENTENCES.items():
        for prompt in prompts:
            assert passes(answerable.ASKS, prompt, prompt, label), prompt
    for line in _SAMPLE.read_text(encoding="utf-8").splitlines():
        prompt = json.loads(line)["instruction"]
        assert passes(answerable.ASKS, prompt, prompt) and passes(answerable.ENDS, prompt, prompt)


@pytest.mark.parametrize(
    ("label", "prompt", "answer"),
    [
        ("tha_Thai", "อธิบายว่าทำไมใบไม้จึงร่วง", "เพราะต้นไม้ประหยัดน้ำในฤดูหนาวโดยการทิ้งใบ"),
        ("hin_Deva", "समझाइए कि पत्ते क्यों गिरते हैं।", "पेड़ सर्दियों में पानी बचाने के लिए पत्ते गिराता है।"),
        ("arb_Arab", "اشرح سبب سقوط الأوراق.", "تتخلى الشجرة في الشتاء عن أوراقها لتوفر الماء."),
        ("jpn_Jpan", "葉が落ちる理由を説明してください。", "木は冬に水を節約するために葉を落とします。"),
        ("amh_Ethi", "ቅጠሎች ለምን እንደሚረግፉ አብራራ።", "ዛፍ በክረምት ውሃ ለመቆጠብ ቅጠሎቹን ይጥላል።"),
        ("yor_Latn", "Ṣàlàyé ìdí tí ewé fi ń já.", "Igi máa ń já ewé rẹ̀ sílẹ̀ kí omi má bàa tán."),
        ("zho_Hans", "为什么树叶会落下？", "树木在冬天落叶是为了节约水分。"),
    ],
)
def test_an_answer_is_told_from_a_prompt_in_other_scripts(label: str, prompt: str, answer: str) -> None:
    assert not passes(answerable.ASKS, prompt, answer, label)
    assert passes(answerable.ASKS, prompt, prompt, label)


def test_a_prompt_that_asks_in_an_unknown_way_is_not_looked_at() -> None:
    assert not answerable.ASKS.applies(Pair("The weather in Oslo.", "It rains.", "eng_Latn", "eng_Latn"))
    assert passes(answerable.ASKS, "Fai ika.", "E ono ika.", "ton_Latn")


@pytest.mark.parametrize(
    ("before", "after", "whole"),
    [
        ("Why do ships float?", "Why do ships float, and why do stones", False),
        ("Why do ships float?", "Why do ships float, and why,", False),
        ("Why do ships float?", "Why do (steel ships float?", False),
        ("Why do ships float", "Why do steel ships float", True),
        ("Translate into French:", "Translate this into French:", True),
        ("Say why (briefly).", "Say why, briefly (in a line).", True),
        ("Sag es mir.", "Sag es mir auf „Deutsch“.", True),
        ("何ですか。", "それは何ですか。", True),
        ("船はなぜ浮くのですか。", "鉄の船はなぜ浮くのか、そして", False),
    ],
)
def test_a_rewrite_ends_like_a_whole_text(before: str, after: str, whole: bool) -> None:
    assert passes(answerable.ENDS, before, after) == whole


@pytest.mark.parametrize(
    ("label", "text", "found"),
    [
        ("eng_Latn", "Explain it in 3 sentences, as JSON.", {"3 sentence", "json"}),
        ("eng_Latn", "Use no more than 100 words and make a table.", {"100 word", "table"}),
        ("eng_Latn", "Write two paragraphs in Markdown.", {"2 paragraph", "markdown"}),
        ("fra_Latn", "Explique-le en 3 phrases, sous forme de tableau.", {"3 sentence", "table"}),
        ("deu_Latn", "Erkläre es in drei Sätzen.", {"3 sentence"}),
        ("hin_Deva", "इसे ३ वाक्यों में समझाइए।", {"3 sentence"}),
        ("jpn_Jpan", "JSONで答えてください。", {"json"}),
        ("tha_Thai", "อธิบายเป็นตาราง", {"table"}),
        ("ton_Latn", "Fai ia ʻi he CSV.", {"csv"}),
        ("eng_Latn", "Name 5 birds.", set()),
    ],
)
def test_what_a_prompt_says_about_the_form_of_its_answer(label: str, text: str, found: set[str]) -> None:
    assert set(instructions.instructions(text, label)) == found


def test_instructions_have_to_stay_and_may_be_added() -> None:
    assert passes(instructions.GATE, "In 3 sentences.", "In three sentences, as a table.")
    assert not passes(instructions.GATE, "In 3 sentences.", "In 4 sentences.")
    assert not passes(instructions.GATE, "As JSON.", "As YAML.")
    assert not instructions.GATE.applies(Pair("Why?", "Why, as JSON?", "eng_Latn", "eng_Latn"))


def test_harder_prompts_may_add_and_not_lose() -> None:
    assert passes(kept.NUMBERS, "Name 3 birds.", "Name 3 birds and 2 reasons.")
    assert passes(kept.NUMBERS, "Name 3 birds.", "Name three birds and 12 reasons.")
    assert not passes(kept.NUMBERS, "Name 3 birds and 3 fish.", "Name 3 birds and fish.")
    assert passes(kept.NUMBERS, "३ पक्षी", "3 पक्षी और 7 मछलियाँ", "hin_Deva")
    assert passes(kept.COUNT, "Pay 20 € for 3.", "Pay £18 for three.")
    assert not passes(kept.COUNT, "Name 5 birds.", "Name birds.")
    assert passes(kept.NEGATIONS, "Do not run.", "Do not run, and never shout.")
    assert not passes(kept.NEGATIONS, "Do not run.", "Run and shout.")
    assert not kept.NEGATIONS.applies(Pair("a", "b", "ton_Latn", "ton_Latn"))
    assert passes(kept.SPANS, "Call `x`.", "Call `x` and `y`.") and not passes(kept.SPANS, "Call `x`.", "Call `y`.")
    assert passes(kept.TAGS, "Say NATO.", "Say NATO and what NATO is.")
    assert not passes(kept.TAGS, "Say it.", "<|im_start|>Say it.")
    assert passes(kept.TAGS, "What does <|im_start|> mean?", "What do <|im_start|> and <|im_end|> mean?")
    assert passes(kept.TOPIC, "Why do ships float?", "Why do steel ships float although steel sinks?")
    assert not passes(kept.TOPIC, "Why do ships float?", "Describe a garden on a balcony.")
    assert not passes(kept.TOPIC, "船はなぜ浮くのですか。", "庭の作り方を教えなさい。", "jpn_Jpan")


def test_copies_are_the_same_letters() -> None:
    assert not passes(unchanged.GATE, "Why do ships float?", "why do ships float")
    assert not passes(unchanged.GATE, "เรือลอยได้อย่างไร", "เรือลอยได้อย่างไร?", "tha_Thai")
    assert passes(unchanged.GATE, "Why do ships float?", "Why do boats float?")


def test_shipped_examples_pass_their_own_gates() -> None:
    for operator, by_language in REWRITES.items():
        for label, pairs in by_language.items():
            for before, after in pairs:
                broken = [
                    gate.reason
                    for gate in (*rewrites.COMMON, *rewrites.BY_OPERATOR[operator])
                    if not passes(gate, before, after, label)
                ]
                if operator == "naturalness" and before == pairs[-1][0]:
                    # A known false alarm: `stop forgetting` for `not forget` is read as a negation that is gone.
                    broken = [one for one in broken if one != "negation_lost"]
                assert broken == [], (before, after)


def test_gates_of_one_name_share_what_a_rule_needs() -> None:
    by_name = {gate.name: gate for gate in rewrites.REWRITING}
    assert len(by_name) == len(rewrites.REWRITING)
    for gate in (*rewrites.COMMON, *(one for gates in rewrites.BY_OPERATOR.values() for one in gates)):
        same = by_name[gate.name]
        assert (gate.reason, gate.keep, gate.limit) == (same.reason, same.keep, same.limit)


@given(st.text(max_size=120), st.text(max_size=120), st.sampled_from(["eng_Latn", "tha_Thai", "arb_Arab", "ton_Latn"]))
def test_any_text_has_a_share(source: str, target: str, label: str) -> None:
    pair = Pair(source, target, label, label)
    for gate in (*answerable.GATES, instructions.GATE, unchanged.GATE, kept.NUMBERS, kept.SPANS, kept.TAGS, kept.TOPIC):
        score = gate.score(pair)
        assert score is not None and 0.0 <= score <= 1.0
        assert (
            gate.keep == "at_most"
            or not gate.applies(Pair(source, source, label, label))
            or (gate.score(Pair(source, source, label, label)) == 1.0)
        )


@pytest.mark.parametrize(
    "text", ["a" * 1_000_000, "(" * 100_000, "3 words " * 20_000, "\u200f\x00\u202e" * 1000, "?" * 100_000]
)
def test_long_and_odd_texts_do_not_hang(text: str) -> None:
    pair = Pair(text, text[: len(text) // 2], "eng_Latn", "eng_Latn")
    for gate in (*answerable.GATES, instructions.GATE, unchanged.GATE, kept.SPANS, kept.TAGS, kept.TOPIC):
        gate.score(pair)
