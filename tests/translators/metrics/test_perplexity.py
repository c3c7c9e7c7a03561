"""Perplexity: from log-probabilities, from servers' answers, and from the local model itself."""

from __future__ import annotations

import json
import math
import urllib.request
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translators.metrics.perplexity import Token, forcing_grammar, perplexity, read_tokens


def test_the_figures_of_a_known_text() -> None:
    found = perplexity([("ab", math.log(0.5)), (" é", math.log(0.125))])
    assert found is not None
    assert (found.tokens, found.characters, found.bytes) == (2, 4, 5)
    assert found.per_token == pytest.approx(4.0)  # the root of 2 times 8
    assert found.per_character == pytest.approx(2.0)
    assert found.per_byte == pytest.approx(16 ** (1 / 5))
    assert found.bits_per_byte == pytest.approx(4 / 5)


@given(st.lists(st.tuples(st.text(min_size=1, max_size=4), st.floats(-50, 0)), min_size=1, max_size=20))
def test_how_a_text_is_cut_does_not_change_bits_per_byte(tokens: list[tuple[str, float]]) -> None:
    whole = [("".join(text for text, _ in tokens), math.fsum(logprob for _, logprob in tokens))]
    one, other = perplexity(tokens), perplexity(whole)
    assert one is not None and other is not None
    assert one.bits_per_byte == pytest.approx(other.bits_per_byte)
    assert one.bytes == other.bytes and one.bits_per_byte >= 0


def test_half_characters_count_once() -> None:
    first, second = "ก".encode()[:2], "ก".encode()[2:]
    found = perplexity([Token(first, -1.0), Token(second, -1.0)])
    assert found is not None and (found.characters, found.bytes) == (1, 3)


@pytest.mark.parametrize(
    "tokens", [[], [("", -1.0)], [("a", math.nan)], [("a", -math.inf)], [("a", 0.5)], [("a", math.inf), ("b", -1.0)]]
)
def test_what_cannot_be_said_is_none(tokens: list[tuple[str, float]]) -> None:
    assert perplexity(tokens) is None


def test_a_hopeless_text_is_infinitely_perplexing() -> None:
    found = perplexity([("a", -1e6)])
    assert found is not None and found.per_token == math.inf and found.bits_per_byte == pytest.approx(1e6 / math.log(2))


def test_certain_tokens_that_a_server_rounded_up() -> None:
    found = perplexity([("a", 1e-7)])
    assert found is not None and found.per_token == 1.0


CONTENT = {"content": [{"token": "\ufffd", "bytes": [0xE0, 0xB8], "logprob": -1.5}, {"token": "a", "logprob": -0.5}]}
LISTS = {"tokens": ["The", " cat"], "token_logprobs": [None, -2.0]}


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ({"logprobs": CONTENT}, (Token(b"\xe0\xb8", -1.5), Token(b"a", -0.5))),
        ({"logprobs": LISTS}, (Token(b" cat", -2.0),)),
        ({"logprobs": {"content": []}}, ()),
        ({"logprobs": None}, None),
        ({}, None),
        ({"logprobs": {"content": [{"token": "a"}]}}, None),
        ({"logprobs": {"content": [{"token": "a", "logprob": "low"}]}}, None),
        ({"logprobs": {"tokens": ["a"], "token_logprobs": []}}, None),
        ({"logprobs": {"tokens": None, "token_logprobs": None}}, None),
        ({"logprobs": {}}, None),
    ],
)
def test_servers_answers_are_read(choice: dict[str, Any], expected: tuple[Token, ...] | None) -> None:
    assert read_tokens(choice) == expected


@pytest.mark.local_llm
def test_the_local_model_finds_sense_likelier_than_none() -> None:
    pytest.importorskip("xllamacpp", reason="needs glotmill[local-llm]")
    from translators.llm.local_server import MODEL, LocalServer

    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def post(address: str, body: dict[str, Any]) -> Any:
        request = urllib.request.Request(address, json.dumps(body).encode(), {"Content-Type": "application/json"})
        with direct.open(request, timeout=300) as answer:
            return json.loads(answer.read())

    with LocalServer() as server:

        def tokens(prompt: str, **more: Any) -> tuple[Token, ...]:
            body = {"model": MODEL, "prompt": prompt, "temperature": 0, "logprobs": 1, **more}
            found = read_tokens(post(f"{server.base_url}/completions", body)["choices"][0])
            assert found is not None
            return found

        def bits_per_byte(text: str) -> float:
            ids = [
                one["id"]
                for one in post(f"{server.base_url[:-3]}/tokenize", {"content": text, "with_pieces": True})["tokens"]
            ]
            found = tokens("", max_tokens=len(ids), grammar=forcing_grammar(ids))
            assert b"".join(token.text for token in found).decode() == text
            value = perplexity(found)
            assert value is not None
            return value.bits_per_byte

        for good, bad in (
            ("The cat sat on the mat.", "Mat the the sat. cat on"),
            ("วันนี้อากาศดีมาก", "มากดีอากาศวันนี้นี้"),
            ("人々は平和を望んでいる。", "る。いで望を平和ん人は々"),
        ):
            assert bits_per_byte(good) < bits_per_byte(bad)
        # What the docstring says of `echo`: the tokens are not those of the prompt.
        echoed = tokens("The cat sat", echo=True, max_tokens=1)
        assert len(echoed) == 1 and not b"".join(token.text for token in echoed).startswith(b"The cat")
