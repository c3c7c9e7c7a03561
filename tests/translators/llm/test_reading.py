"""What servers send back, read: both shapes of everything, and never more than was said."""

from __future__ import annotations

import json
from typing import Any

import pytest

from translators.llm.quote import Usage
from translators.llm.reading import read_reply, retry_after, retry_after_seconds, usage_of, usage_of_text
from translators.llm.request import BadAnswer, EchoIgnored, Request

CHAT = Request(model="m", form="chat", messages=(("user", "สวัสดี"),))
COMPLETION = Request(model="m", form="completion", prompt="नमस्ते दुनिया", logprobs=True)
NOW = 1_790_000_000.0


def chat(message: dict[str, Any], **more: Any) -> str:
    return json.dumps({"choices": [{"message": message, "finish_reason": "stop", **more}], "model": "m-1"})


def completion(text: str, logprobs: Any) -> str:
    return json.dumps({"choices": [{"text": text, "finish_reason": "length", "logprobs": logprobs}]})


def test_a_whole_reply() -> None:
    body = json.dumps(
        {
            "choices": [{"message": {"content": "สวัสดี\n"}, "finish_reason": "stop"}],
            "model": "m-1",
            "system_fingerprint": "fp_9",
            "usage": {"prompt_tokens": 7, "completion_tokens": 3},
        }
    )
    reply = read_reply(body, CHAT)
    assert (reply.text, reply.finish_reason, reply.model, reply.system_fingerprint) == ("สวัสดี\n", "stop", "m-1", "fp_9")
    assert (reply.prompt_tokens, reply.completion_tokens, reply.logprobs) == (7, 3, None)


def test_a_refusal_in_a_field_of_its_own_is_told() -> None:
    with pytest.raises(BadAnswer, match="the model refuses: I cannot"):
        read_reply(chat({"content": None, "refusal": "I cannot do that."}), CHAT)


def test_log_probabilities_in_lists_side_by_side() -> None:
    found = {"tokens": ["a", "b", "c"], "token_logprobs": [None, -0.5, -2]}
    assert read_reply(completion("bc", found), COMPLETION).logprobs == (("b", -0.5), ("c", -2.0))


def test_log_probabilities_in_a_list_of_mappings() -> None:
    found = {"content": [{"token": "a", "logprob": -0.1}, {"token": "b", "logprob": None}, {"logprob": -1}, "junk"]}
    assert read_reply(completion("ab", found), COMPLETION).logprobs == (("a", -0.1),)
    asked = Request(model="m", form="chat", messages=(("user", "x"),), logprobs=True)
    assert read_reply(chat({"content": "a"}, logprobs=found), asked).logprobs == (("a", -0.1),)


@pytest.mark.parametrize("found", [None, {}, [], "x", {"tokens": ["a"]}, {"content": "a"}])
def test_no_log_probabilities_is_not_an_error(found: Any) -> None:
    assert read_reply(completion("a", found), COMPLETION).logprobs is None


def test_log_probabilities_that_were_not_asked_for_are_not_kept() -> None:
    found = {"tokens": ["a"], "token_logprobs": [-1.0]}
    assert read_reply(completion("a", found), Request(model="m", form="completion", prompt="x")).logprobs is None


def test_a_server_that_leaves_out_the_echo_gives_no_measure_of_the_prompt() -> None:
    scored = Request(model="m", form="completion", prompt="नमस्ते", logprobs=True, echo=True, max_tokens=1)
    found = {"tokens": ["नम", "स्ते", "!"], "token_logprobs": [None, -3.0, -0.1]}
    assert read_reply(completion("नमस्ते!", found), scored).logprobs == (("स्ते", -3.0),)
    with pytest.raises(EchoIgnored, match=r"left out the prompt.*'!'"):  # as llama.cpp does
        read_reply(completion("!", found), scored)


BYTES = ["<s>", "â\x96\x81à¸", "ª", "à¸§", "!"]  # no text that any part of the prompt is spelled with


@pytest.mark.parametrize(
    ("tokens", "values", "text", "usage", "expected"),
    [
        # A token that was written and cannot be seen: the end.
        (["ส", "วย", ""], [None, -2, -1], "สวย", (2, 1), [-2]),
        (["<s>", "ส", "วย", "!"], [None, -3, -2, -1], "สวย!", (3, 1), [-3, -2]),
        (["<s>", "ส", "วย", "!"], [None, -3, -2, -1], "สวย!", None, [-3, -2]),
        (BYTES, [None, -4, -3, -2, -1], "สวย!", (4, 1), [-4, -3, -2]),
        # The mark of the beginning is counted, and not in the list.
        (BYTES[1:], [None, -3, -2, -1], "สวย!", (4, 1), [-3, -2]),
        # Nothing was counted behind the prompt, yet it can be seen.
        (BYTES, [None, -4, -3, -2, -1], "สวย!", (4, 0), [-4, -3, -2]),
        (BYTES, [None, -4, -3, -2, -1], "สวย", (4, 1), [-4, -3, -2]),
    ],
)
def test_the_tokens_behind_an_echo_are_no_part_of_it(
    tokens: list[str], values: list[Any], text: str, usage: tuple[int, int] | None, expected: list[float]
) -> None:
    body = echoed(tokens, values, text, usage)
    found = read_reply(
        body, Request(model="m", form="completion", prompt="สวย", logprobs=True, echo=True, max_tokens=1)
    )
    assert [value for _, value in found.logprobs or ()] == expected


@pytest.mark.parametrize(
    ("tokens", "values", "text", "usage", "problem", "kind"),
    [
        (["!"], [-1], "สวย!", (2, 1), "of 1 tokens alone", EchoIgnored),
        ([], [], "สวย!", (2, 1), "of 0 tokens alone", EchoIgnored),
        (["ส", "วย", "!"], [None, None, -1], "สวย!", (2, 1), "2 of 2 tokens", EchoIgnored),
        (["ส", "ว", "ย", "!"], [None, None, -2, -1], "สวย!", (3, 1), "2 of 3 tokens", BadAnswer),
        # What cannot be told of one text may be told of the next.
        (["สวย"], [-1], "สวย", (1, 1), "of 1 tokens alone", BadAnswer),
        (BYTES, [None, -4, -3, -2, -1], "สวย!", (7, 1), "cannot be told", BadAnswer),
        (BYTES, [None, -4, -3, -2, -1], "สวย!", None, "cannot be told", BadAnswer),
        # The mark of the beginning left out, or the mark of the end?
        (BYTES[1:], [None, -3, -2, -1], "สวย", (4, 1), "cannot be told", BadAnswer),
        (["ส", "ว", "ย", "!"], [None, -3, float("-inf"), -1], "สวย!", (3, 1), "2 of 3", BadAnswer),
    ],
)
def test_what_does_not_measure_the_prompt_is_no_measure(
    tokens: list[str],
    values: list[Any],
    text: str,
    usage: tuple[int, int] | None,
    problem: str,
    kind: type[BadAnswer],
) -> None:
    asked = Request(model="m", form="completion", prompt="สวย", logprobs=True, echo=True, max_tokens=1)
    with pytest.raises(BadAnswer, match=problem) as told:
        read_reply(echoed(tokens, values, text, usage), asked)
    assert type(told.value) is kind


def echoed(tokens: list[str], values: list[Any], text: str, usage: tuple[int, int] | None) -> str:
    choice = {"text": text, "finish_reason": "length", "logprobs": {"tokens": tokens, "token_logprobs": values}}
    counted = None if usage is None else {"prompt_tokens": usage[0], "completion_tokens": usage[1]}
    return json.dumps({"model": "m", "choices": [choice], "usage": counted})


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        ({"prompt_tokens": 5, "completion_tokens": 2}, Usage(5, 2)),
        ({"prompt_tokens": 5}, Usage(5, 0)),
        ({"prompt_tokens": 5, "completion_tokens": "2"}, Usage(5, 0)),
        ({"prompt_tokens": -5, "completion_tokens": 2}, None),
        ({"completion_tokens": 2}, None),
        ({}, None), (None, None), ("5", None),
    ],
)  # fmt: skip
def test_tokens(usage: Any, expected: Usage | None) -> None:
    assert usage_of({"usage": usage}) == expected
    assert usage_of_text(json.dumps({"usage": usage})) == expected


@pytest.mark.parametrize("answer", ["", "<html>", "[]", "null", "7"])
def test_no_tokens_in_garbage(answer: str) -> None:
    assert usage_of_text(answer) is None


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "3"}, 3.0),
        ({"retry-after-ms": "2500"}, 2.5),
        ({"retry-after": "2", "retry-after-ms": "2500"}, 2.5),  # the later one
        ({"retry-after": "3", "retry-after-ms": "2500"}, 3.0),
        ({"retry-after-ms": "soon"}, None),
        ({"retry-after-ms": "-5"}, 0.0),
        ({"retry-after-ms": "inf", "retry-after": "1"}, 1.0),
    ],
)
def test_when_to_come_back(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers, NOW) == seconds


def test_a_date_goes_by_the_servers_clock() -> None:
    headers = {"date": "Thu, 01 Jan 1970 00:10:00 GMT", "retry-after": "Thu, 01 Jan 1970 00:10:05 GMT"}
    assert retry_after(headers, NOW) == 5.0
    assert retry_after({"retry-after": "Thu, 01 Jan 1970 00:10:05 GMT"}, 600.0) == 5.0


def test_a_date_without_a_zone_is_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    assert retry_after_seconds("Thu, 01 Jan 1970 00:10:05 -0000", 600.0) == 5.0
