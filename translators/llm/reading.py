"""What a server sends back, read: replies, tokens, log-probabilities, and when it wants to be asked again."""

from __future__ import annotations

import email.utils
import json
import math
from collections.abc import Mapping
from datetime import UTC
from typing import Any

from translators.llm.quote import Usage
from translators.llm.request import BadAnswer, Reply, Request


def read_reply(answer: str, request: Request) -> Reply:
    """The reply in the body of an answer.

    Raises:
        BadAnswer: not JSON, no choice, or a choice without text.
    """
    try:
        body = json.loads(answer)
    except ValueError as error:
        raise BadAnswer("the server's answer is not JSON", answer) from error
    return reply_of(body, answer, request)


def reply_of(body: Any, raw: str, request: Request) -> Reply:
    """The reply in a body that is read already.

    Args:
        body: what the JSON holds.
        raw: its text, for the error.
        request: what was asked.

    Raises:
        BadAnswer: no choice, or a choice without text.
    """
    try:
        choice = body["choices"][0]
        chat = "message" in choice
        text = choice["message"]["content"] if chat else choice["text"]
    except (KeyError, IndexError, TypeError) as error:
        raise BadAnswer("the server's answer holds no choice with a text", raw) from error
    if not isinstance(text, str):
        refusal = choice["message"].get("refusal") if chat else None
        if isinstance(refusal, str):
            raise BadAnswer(f"the model refuses: {refusal[:500]}", raw)
        raise BadAnswer("the text of the server's answer is missing", raw)
    usage = usage_of(body) or Usage()
    return Reply(
        text=text,
        finish_reason=str(choice.get("finish_reason") or ""),
        model=str(body.get("model") or ""),
        prompt_tokens=usage.prompt,
        completion_tokens=usage.completion,
        system_fingerprint=str(body.get("system_fingerprint") or ""),
        logprobs=_logprobs(choice.get("logprobs"), text, request) if request.logprobs else None,
    )


def usage_of(body: Any) -> Usage | None:
    """Tokens that an answer cost, as the server counted them; None where it did not say.

    A count of the prompt alone is one: a server that wrote nothing may leave the other out.
    """
    usage = body.get("usage") if isinstance(body, Mapping) else None
    if not isinstance(usage, Mapping) or not _count(usage.get("prompt_tokens")):
        return None
    return Usage(_count(usage.get("prompt_tokens")), _count(usage.get("completion_tokens")))


def usage_of_text(answer: str) -> Usage | None:
    """Tokens that an answer cost, whatever else it holds; None where it does not say."""
    try:
        return usage_of(json.loads(answer))
    except ValueError:
        return None


def _count(value: object) -> int:
    return value if isinstance(value, int) and value >= 0 else 0


def _logprobs(found: Any, text: str, request: Request) -> tuple[tuple[str, float], ...] | None:
    """Both shapes: lists of tokens and numbers side by side (completions), or a list of mappings (chat, llama.cpp)."""
    if not isinstance(found, Mapping):
        return None
    if request.echo and not text.startswith(request.prompt):
        return None  # the server left the prompt out: what it gives is not what was asked for
    if isinstance(found.get("content"), list):
        pairs = [(one.get("token"), one.get("logprob")) for one in found["content"] if isinstance(one, Mapping)]
    elif isinstance(found.get("tokens"), list) and isinstance(found.get("token_logprobs"), list):
        pairs = list(zip(found["tokens"], found["token_logprobs"], strict=False))
    else:
        return None
    return tuple(
        (token, float(value))
        for token, value in pairs
        if isinstance(token, str) and isinstance(value, int | float) and math.isfinite(value)
    )


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds for which a server wants to be left alone; None where it does not say or cannot be read.

    `Retry-After` in seconds or as a date (RFC 9110, section 10.2.3), and `retry-after-ms` as OpenAI sends it; the later
    of them. A date goes by the server's own clock where it tells the time (`Date`).

    Args:
        headers: of the answer; names in any case if the mapping does not mind it.
        now: seconds since 1970.
    """
    dated = _date(headers.get("date"))
    waits = [retry_after_seconds(headers.get("retry-after"), now if dated is None else dated)]
    if (milliseconds := _number(headers.get("retry-after-ms"))) is not None:
        waits.append(max(0.0, milliseconds / 1000))
    return max((wait for wait in waits if wait is not None), default=None)


def retry_after_seconds(header: str | None, now: float) -> float | None:
    """What a Retry-After header asks for (RFC 9110, section 10.2.3), in seconds from now; None if it cannot be read.

    Args:
        header: a number of seconds or an HTTP date.
        now: seconds since 1970.
    """
    if header is None:
        return None
    try:
        seconds: float | None = float(header)
    except ValueError:
        dated = _date(header)
        seconds = None if dated is None else dated - now
    return max(0.0, seconds) if seconds is not None and math.isfinite(seconds) else None


def _number(header: str | None) -> float | None:
    try:
        value = float(header) if header is not None else math.nan
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _date(header: str | None) -> float | None:
    if header is None:
        return None
    try:
        date = email.utils.parsedate_to_datetime(header)
    except (ValueError, TypeError, OverflowError):
        return None
    # A date with the zone -0000 comes without one; HTTP knows only UTC.
    return (date.replace(tzinfo=UTC) if date.tzinfo is None else date).timestamp()
