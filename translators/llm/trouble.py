"""What goes wrong with one attempt, told apart: what is worth another attempt, and what is the end of it."""

from __future__ import annotations

import time
from dataclasses import dataclass

import httpx2
import openai

from schemas.errors import PermissionProblem, RecipeError, StopError
from translators.llm.reading import retry_after
from translators.llm.request import BadAnswer, Request, RequestTooLong

_AGAIN = (408, 409, 425, 429)
_OVERLOADED = (429, 503, 529)
_NO_CREDIT = "insufficient_quota"
_TOO_LONG = ("context_length_exceeded", "exceed_context_size", "maximum context length", "context size")
_REFUSED = ("content_filter", "content_policy_violation")


@dataclass(eq=False)
class Trouble(Exception):
    """An attempt that is worth another one.

    Args:
        words: what happened.
        limited: 429: the server asks for patience, and nothing is wrong with the request.
        overloaded: a sign to send less at once.
        wait: seconds that the server asks for; None where it does not say.
        free: whether it cost nothing for certain.
        unsent: whether the server never saw it.
        final: whether another attempt is of no use for now.
    """

    words: str
    limited: bool = False
    overloaded: bool = False
    wait: float | None = None
    free: bool = False
    unsent: bool = False
    final: bool = False

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True)
class Server:
    """Who is asked, for messages.

    Args:
        endpoint: its identity.
        key: the key, which no message may show; empty for none.
        key_env: variable that holds it.
        setting: part of the recipe that names the server: `client` or `client.roles.<role>`.
        timeout_seconds: longest wait for one answer.
    """

    endpoint: str
    key: str
    key_env: str | None
    setting: str
    timeout_seconds: float

    def words(self, said: object) -> str:
        """What the server said, on one line, short, and never the key."""
        text = " ".join(str(said).split())
        if self.key:
            text = text.replace(self.key, "***")
        return text[:500]

    def trouble(self, error: Exception) -> Trouble | None:
        """What an error means for the next attempt; None where there should be none."""
        if isinstance(error, openai.APIStatusError):
            headers = error.response.headers
            return self.status(error.status_code, _body(error), retry_after(headers, time.time()))
        if isinstance(error, TimeoutError | openai.APITimeoutError):
            unsent = isinstance(error.__cause__, httpx2.ConnectTimeout | httpx2.PoolTimeout)
            return Trouble(
                f"no answer within {self.timeout_seconds:g} seconds ({self.setting}.timeout_seconds)",
                overloaded=True, free=unsent, unsent=unsent,
            )  # fmt: skip
        if isinstance(error, openai.APIConnectionError):
            unsent = isinstance(error.__cause__, httpx2.ConnectError)
            words = self.words(error.__cause__ or error)
            return Trouble(f"no connection ({words})", free=unsent, unsent=unsent)
        return None

    def status(self, status: int, body: object, wait: float | None) -> Trouble | None:
        """What a status means for the next attempt; None where there should be none.

        Args:
            status: of the answer, from 400.
            body: what came with it.
            wait: seconds that the server asks for.
        """
        if status not in _AGAIN and status < 500:
            return None
        limited = status == 429
        return Trouble(
            f"status {status}: {self.words(_message(body))}",
            limited=limited,
            overloaded=status in _OVERLOADED,
            wait=wait,
            free=status < 500 or status in _OVERLOADED,
            final=limited and _NO_CREDIT in _hints(body),
        )

    def explain(self, status: int, body: object, request: Request) -> StopError | BadAnswer:
        """The error of a refusal that another attempt would meet again."""
        words = self.words(_message(body))
        if status in (401, 403):
            mend = (
                f"Check the key in {self.key_env}"
                if self.key_env
                else f"Name the variable that holds the key in {self.setting}.api_key_env"
            )
            return PermissionProblem(f"{self.endpoint} refuses the key (status {status}: {words}). {mend}.")
        hints = f"{words} {_hints(body)}".lower()
        if status == 413 or (status == 400 and any(hint in hints for hint in _TOO_LONG)):
            return RequestTooLong(f"{self.endpoint} says that the text is too long (status {status}: {words})", words)
        if status in (400, 422) and any(hint in hints for hint in _REFUSED):
            return BadAnswer(f"{self.endpoint} refuses this text (status {status}: {words})", words)
        return RecipeError(
            f"{self.endpoint} cannot do this: status {status}: {words}. It was asked for model {request.model!r} in "
            f"the {request.form} form. Check model, base_url and form of {self.setting}."
        )

    def hints(self, body: object) -> str:
        """All that a refusal says of its reason, in lower case."""
        return f"{self.words(_message(body))} {_hints(body)}".lower()


def status_of(error: openai.APIStatusError) -> tuple[int, object]:
    """Status and body of a refusal."""
    return error.status_code, _body(error)


def _body(error: openai.APIStatusError) -> object:
    return error.body or error.message  # that of an empty body names the status


def _message(body: object) -> object:
    """The message in a body: `{"error": {"message": ...}}`, what is in its `error`, or text."""
    if isinstance(body, dict):
        inner = body.get("error", body)
        if isinstance(inner, dict):
            return inner.get("message") or inner.get("detail") or inner
        return inner
    return body


def _hints(body: object) -> str:
    if isinstance(body, dict) and isinstance(inner := body.get("error", body), dict):
        return " ".join(str(inner[name]) for name in ("code", "type", "param") if inner.get(name)).lower()
    return ""
