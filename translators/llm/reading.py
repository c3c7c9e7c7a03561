"""What a server sends back, read: replies, tokens, log-probabilities, and when it wants to be asked again."""

from __future__ import annotations

import email.utils
import json
import math
from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any

from translators.llm.quote import Usage
from translators.llm.request import BadAnswer, EchoIgnored, Reply, Request

_Pair = tuple[str, float | None]  # a token and the logarithm of its probability


def read_reply(answer: str, request: Request) -> Reply:
    """The reply in the body of an answer.

    Raises:
        BadAnswer: not JSON, no choice, or a choice without text.
        EchoIgnored: log-probabilities of the prompt were asked for, and the server does not give them.
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
        BadAnswer: no choice, a choice without text, or log-probabilities of which nobody can tell what they are of.
        EchoIgnored: log-probabilities of the prompt were asked for, and the server does not give them.
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
    logprobs = None
    if request.logprobs:
        pairs = _pairs(choice.get("logprobs"))
        if request.echo and request.form == "completion":
            pairs = _of_prompt(pairs or [], text, usage, request)
        logprobs = None if pairs is None else tuple((token, value) for token, value in pairs if value is not None)
    return Reply(
        text=text,
        finish_reason=str(choice.get("finish_reason") or ""),
        model=str(body.get("model") or ""),
        prompt_tokens=usage.prompt,
        completion_tokens=usage.completion,
        system_fingerprint=str(body.get("system_fingerprint") or ""),
        logprobs=logprobs,
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


def _pairs(found: Any) -> list[_Pair] | None:
    """Tokens with their log-probabilities; None for a token that has none, or for all where there are none.

    Both shapes: lists of tokens and numbers side by side (completions), or a list of mappings (chat, llama.cpp).
    """
    if not isinstance(found, Mapping):
        return None
    if isinstance(found.get("content"), list):
        pairs = [(one.get("token"), one.get("logprob")) for one in found["content"] if isinstance(one, Mapping)]
    elif isinstance(found.get("tokens"), list) and isinstance(found.get("token_logprobs"), list):
        pairs = list(zip(found["tokens"], found["token_logprobs"], strict=False))
    else:
        return None
    return [
        (token, float(value) if isinstance(value, int | float) and math.isfinite(value) else None)
        for token, value in pairs
        if isinstance(token, str)
    ]


def _of_prompt(pairs: list[_Pair], text: str, usage: Usage, request: Request) -> list[_Pair]:
    """Those of the prompt's own tokens: a server that ignores `echo` must not pass for one that obeys it.

    Raises:
        BadAnswer: where the prompt ends cannot be told, or some of its tokens have no log-probability.
        EchoIgnored: there are none of the prompt.
    """
    if not text.startswith(request.prompt):
        raise EchoIgnored(f"the server left out the prompt that it was to repeat; it answered {text[:200]!r}", text)
    seen = len(text) > len(request.prompt)
    written = max(usage.completion, int(seen)) if request.max_tokens else 0
    if len(pairs) <= max(written, int(request.max_tokens > 0)):
        # A prompt of one token may be repeated by chance.
        kind = BadAnswer if pairs and not seen else EchoIgnored
        raise kind(
            f"the text came back, but log-probabilities of {len(pairs)} tokens alone, for {usage.prompt} of the prompt "
            f"and {written} behind it",
            text,
        )
    count = _end_by_text(pairs, text, len(request.prompt))
    if count is None:
        count = len(pairs) - written
        # Some servers leave out the mark of the beginning, which they count. Where nothing can be seen of what was
        # written, that may as well be missing from the list.
        if not usage.prompt or not usage.prompt - int(seen) <= count <= usage.prompt:
            raise BadAnswer(
                f"log-probabilities of {len(pairs)} tokens came, for {usage.prompt} of the prompt and {written} behind "
                "it: which are the prompt's cannot be told",
                text,
            )
    own = pairs[:count]
    missing = sum(value is None for _, value in own)
    if missing > 1:  # of the first token nothing is known
        kind = EchoIgnored if missing == count else BadAnswer
        raise kind(f"{missing} of {count} tokens of the prompt came without a log-probability", text)
    return own


def _end_by_text(pairs: Sequence[_Pair], text: str, length: int) -> int | None:
    """How many tokens make up the first characters of a text; None where tokens are not spelled as in the text."""
    for first in (0, 1):  # a mark of the beginning stands in no text
        if "".join(token for token, _ in pairs[first:]) != text:
            continue
        at, count = 0, first
        while at < length:
            at += len(pairs[count][0])
            count += 1
        return count if at == length else None
    return None


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
