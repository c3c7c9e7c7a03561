"""Putting one piece of work together from its replies."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.translators.fakes import FakeModels, text_of, wrapped
from translators.flow.scribe import Scribe
from translators.flow.work import Asked, Cutting, Done, work
from translators.llm.request import BadAnswer, Reply, Request
from translators.prompts.prompt import Prompt
from translators.prompts.translate import Aids, translate

CODE = "```python\nprint('no')\n```"


def run(models: FakeModels, *texts: str, **cutting: Any) -> tuple[Done, Scribe]:
    form = models.spec.form
    scribe = Scribe(models, "row-1")

    def fill(asked: Asked) -> Prompt:
        aids = Aids(before=asked.before)
        return translate(asked.text, "eng_Latn", "fra_Latn", form, layout=asked.layout, mark=asked.mark, aids=aids)

    done = asyncio.run(work(texts, "eng_Latn", scribe, "translate", "translate", fill, Cutting(**cutting)))
    return done, scribe


def shouting(role: str, request: Request) -> str:
    """A model that writes all words in capitals and leaves placeholders and tags alone."""
    upper = re.sub(r"(<[^<>]*>)|(\b[a-z]+\b)", lambda found: found[1] or found[2].upper(), text_of(request))
    return wrapped(request, upper)


def test_a_base_model_gets_line_by_line_and_what_is_no_text_stays() -> None:
    models = FakeModels(shouting)
    done, _ = run(models, f"one day\n\n{CODE}\n\n- two days  \n")
    assert done.texts == (f"ONE DAY\n\n{CODE}\n\n- TWO DAYS  \n",)
    assert [text_of(request) for _, request in models.asked] == ["one day", "two days"]
    assert done.segments == (("one day", "ONE DAY"), ("two days", "TWO DAYS"))


def test_a_chat_model_gets_several_pieces_in_one_request() -> None:
    models = FakeModels(shouting, form="chat")
    done, _ = run(models, "red apple", f"green pear\n\n{CODE}\n\nblue plum", at_once=3)
    assert done.texts == ("RED APPLE", f"GREEN PEAR\n\n{CODE}\n\nBLUE PLUM")
    assert len(models.asked) == 1 and done.alone == 0
    assert "3 parts" in models.asked[0][1].messages[0][1]


def test_the_pieces_before_are_shown_with_their_result() -> None:
    models = FakeModels(shouting, form="chat")
    run(models, "red apple", "green pear", "blue plum", at_once=2)
    (_, first), (_, second) = models.asked
    assert "before-" not in first.messages[-1][1]
    assert "red apple\ngreen pear\n\nRED APPLE\nGREEN PEAR" in second.messages[-1][1]
    run(plain := FakeModels(shouting, form="chat"), "red apple", "green pear", at_once=1, context=False)
    assert all("before-" not in request.messages[-1][1] for _, request in plain.asked)


@pytest.mark.parametrize("spoil", [lambda text: text.replace("</", "<", 2), lambda text: "pears"])
def test_what_lacks_its_tags_is_asked_for_alone(spoil: Callable[[str], str]) -> None:
    def answer(role: str, request: Request) -> str:
        good = shouting(role, request)
        inside = good.partition(">\n")[2].rpartition("\n<")[0]
        return good if "parts" not in request.messages[0][1] else wrapped(request, spoil(inside))

    done, scribe = run(FakeModels(answer, form="chat"), "red apple", "green pear", "blue plum")
    assert done.texts == ("RED APPLE", "GREEN PEAR", "BLUE PLUM")
    assert 1 <= done.alone <= 3 and len(scribe.exchanges) == 1 + done.alone


def test_an_answer_without_markers_even_alone_is_an_error() -> None:
    with pytest.raises(BadAnswer, match="lacks its markers") as caught:
        run(FakeModels(lambda role, request: "Sure! Here it is: pomme", form="chat"), "apple tree")
    assert caught.value.raw == "Sure! Here it is: pomme" and len(caught.value.keys) == 1


def test_placeholders_are_away_and_come_back() -> None:
    models = FakeModels(shouting)
    text = "see `git log` at https://example.org/a?b=c or mail ada@example.org now"
    done, _ = run(models, text)
    sent = text_of(models.asked[0][1])
    assert "git" not in sent and "example.org" not in sent
    assert done.texts == ("SEE `git log` AT https://example.org/a?b=c OR MAIL ada@example.org NOW",)


def test_max_tokens_follow_the_text_up_to_the_recipes_limit() -> None:
    models = FakeModels(shouting, max_tokens=100)
    run(models, "short\n" + "long " * 50)
    assert [request.max_tokens for _, request in models.asked] == [48 + 2 * 5, 100]


def test_one_cut_line_makes_the_whole_unfinished() -> None:
    def answer(role: str, request: Request) -> Reply:
        return Reply("x", "length" if "two" in text_of(request) else "stop", "m", 1, 1, key="k")

    done, scribe = run(FakeModels(answer), "one\ntwo\nthree")
    assert done.finished == 0.0 and done.texts == ("x\nx\nx",)
    assert [one.finish_reason for one in scribe.exchanges] == ["stop", "length", "stop"]


def test_what_is_known_is_not_asked() -> None:
    models = FakeModels(shouting)
    scribe = Scribe(models, "row-1")

    def fill(asked: Asked) -> Prompt:
        return translate(asked.text, "eng_Latn", "fra_Latn", "completion")

    known = {"one day": "un jour"}.get
    done = asyncio.run(
        work(("one day\ntwo days",), "eng_Latn", scribe, "translate", "translate", fill, Cutting(), known)
    )
    assert done.texts == ("un jour\nTWO DAYS",) and done.remembered == 1 and len(models.asked) == 1


@pytest.mark.parametrize("text", ["", " \n ", "42", "---", CODE])
def test_what_has_no_words_is_not_asked(text: str) -> None:
    models = FakeModels(shouting)
    done, _ = run(models, text)
    assert done.texts == (text,) and models.asked == []


def test_the_scribe_writes_every_exchange_down() -> None:
    models = FakeModels(shouting, price={"prompt": 1, "completion": 2})
    _, scribe = run(models, "one day\ntwo days")
    row: dict[str, Any] = {}
    scribe.write_into(row)
    assert (row["prompt_tokens"], row["completion_tokens"], row["sample"]) == (14, 6, 0)
    assert row["dollars"] == pytest.approx(2 * (7 + 2 * 3) / 1e6)
    (first, _) = row["exchanges"]
    assert first["key"] == models.asked[0][1].key("fake-translate")
    assert (first["endpoint"], first["system_fingerprint"], first["prompt"]) == (
        "fake-translate",
        "fp-1",
        "translate-completion-2",
    )


def test_a_replay_asks_for_another_sample() -> None:
    models = FakeModels(shouting, seed=5)

    def fill(asked: Asked) -> Prompt:
        return translate(asked.text, "eng_Latn", "fra_Latn", "completion")

    for sample in (0, 2):
        scribe = Scribe(models, "row-1", sample)
        asyncio.run(work(("one day",), "eng_Latn", scribe, "translate", "translate", fill, Cutting()))
    (_, first), (_, again) = models.asked
    assert (first.seed, first.sample, first.temperature) == (5, 0, 0.0)
    assert (again.seed, again.sample, again.temperature) == (7, 2, 0.7)
    assert first.key("e") != again.key("e")
