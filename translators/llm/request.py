"""A request to a language model, and its reply.

A request has one canonical form in bytes. Its key in the response cache follows from those bytes and from who
answers, never from how the request was sent: concurrency, timeouts and API keys do not change it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol
from urllib.parse import urlsplit

from schemas.errors import GlotmillError
from schemas.recipe import Client

Form = Literal["chat", "completion"]
_KEY_FORMAT = 1  # raise it when the canonical form changes, so that old cache entries are not mistaken for new ones
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Request:
    """One request.

    Args:
        model: model to ask.
        form: `chat` sends `messages`, `completion` sends `prompt`.
        messages: (role, content) pairs of the chat form.
        prompt: text to complete.
        temperature: sampling temperature, 0 to 2.
        seed: sampling seed; None is not sent.
        max_tokens: longest answer, in tokens.
        stop: texts that end the answer.
        purpose: what it is for, in messages to people; not sent and not part of the key.
        prompt_version: version of the template, part of the key, because the parser of the answer goes with it.
        sample: number of this answer among several to the same request, from 0.
    """

    model: str
    form: Form
    messages: tuple[tuple[str, str], ...] = ()
    prompt: str = ""
    temperature: float = 0.0
    seed: int | None = 0
    max_tokens: int = 512
    stop: tuple[str, ...] = ()
    purpose: str = ""
    prompt_version: str = ""
    sample: int = 0

    def body(self) -> dict[str, Any]:
        """What is sent, as the OpenAI API names it."""
        body: dict[str, Any] = {
            "model": self.model,
            "temperature": float(self.temperature),
            "max_tokens": self.max_tokens,
        }
        if self.form == "chat":
            body["messages"] = [{"role": role, "content": content} for role, content in self.messages]
        else:
            body["prompt"] = self.prompt
        if self.seed is not None:
            body["seed"] = self.seed
        if self.stop:
            body["stop"] = list(self.stop)
        return body

    def canonical(self) -> str:
        """The body as JSON with sorted keys and no spaces: equal requests have equal text."""
        return canonical_json(self.body())

    def key(self, endpoint: str) -> str:
        """The key in the response cache: 64 hexadecimal digits of SHA-256.

        Args:
            endpoint: identity of who answers, from `endpoint_identity` or `local_server.identity`.
        """
        parts = [_KEY_FORMAT, endpoint, self.form, self.body(), self.prompt_version, self.sample]
        return hashlib.sha256(canonical_json(parts).encode()).hexdigest()


@dataclass(frozen=True)
class Reply:
    """A good reply.

    Args:
        text: what the model wrote, untouched.
        finish_reason: why it ended, in the server's word (`stop`, `length`, ...); empty if it did not say.
        model: model as the server named it.
        prompt_tokens: tokens sent, as the server counted them; 0 if it did not.
        completion_tokens: tokens received, likewise.
        cached: whether it came from the cache.
        key: key of the request in the cache.
    """

    text: str
    finish_reason: str
    model: str
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached: bool = False
    key: str = ""


class Asker(Protocol):
    """What the stages need of a client: the recipe's values, and answers."""

    @property
    def spec(self) -> Client:
        """The recipe's `client` part: model, form and sampling."""
        ...

    async def ask(self, request: Request) -> Reply:
        """The reply to a request.

        Raises:
            BadAnswer: this one answer is of no use.
            ServerUnavailable: the server is away or keeps refusing.
            StopError: the request can never succeed (key, model name).
        """
        ...


class BadAnswer(GlotmillError):
    """One request has no usable answer. The item is quarantined; the others go on. Never cached.

    Args:
        message: what came.
        raw: the first characters of what came.
        keys: keys of the requests that led to it.
    """

    def __init__(self, message: str, raw: str = "", keys: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.raw = raw[:2000]
        self.keys = tuple(keys)


class RequestTooLong(BadAnswer):
    """The text does not fit into the model's context window."""


def canonical_json(value: Mapping[str, Any] | Sequence[Any]) -> str:
    """JSON with sorted keys, no spaces, and letters as they are."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def endpoint_identity(base_url: str) -> str:
    """One spelling for one server: scheme and host in lower case, no default port, no slash at the end.

    >>> endpoint_identity("HTTPS://LLM.Example.org:443/v1/")
    'https://llm.example.org/v1'

    User name, password, query and fragment are left out: they are credentials or do not change the answer.
    """
    parts = urlsplit(base_url.strip())
    host = (parts.hostname or "").lower()
    host = f"[{host}]" if ":" in host else host
    port = "" if parts.port in (None, _DEFAULT_PORTS.get(parts.scheme.lower())) else f":{parts.port}"
    return f"{parts.scheme.lower()}://{host}{port}{parts.path.rstrip('/')}"
