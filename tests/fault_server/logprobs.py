"""Log-probabilities of an answer's words: made up, the same for the same word after the same word."""

from __future__ import annotations

import re
from typing import Any

from tests.fault_server.settings import share

_TOKEN = re.compile(r"\s*\S+|\s+")


def _tokens(text: str) -> list[tuple[str, float]]:
    tokens = _TOKEN.findall(text)
    return [(one, -4.0 * share(0, before, one)) for before, one in zip(["", *tokens], tokens, strict=False)]


def chat_logprobs(text: str) -> dict[str, Any]:
    """As the chat endpoint writes them."""
    tokens = _tokens(text)
    return {
        "content": [
            {"token": one, "logprob": value, "bytes": list(one.encode()), "top_logprobs": []} for one, value in tokens
        ],
        "refusal": None,
    }


def completion_logprobs(prompt: str | None, text: str) -> dict[str, Any]:
    """As the completion endpoint writes them; of the first token of an echoed prompt nothing is known.

    Args:
        prompt: what stands before the answer; None where it is not echoed.
        text: the answer.
    """
    echo = bool(prompt)
    tokens, offsets, at = _tokens(prompt or "") + _tokens(text), [], 0
    for one, _ in tokens:
        offsets.append(at)
        at += len(one)
    values: list[float | None] = [value for _, value in tokens]
    if echo and values:
        values[0] = None
    return {
        "tokens": [one for one, _ in tokens], "token_logprobs": values, "text_offset": offsets, "top_logprobs": None
    }  # fmt: skip
