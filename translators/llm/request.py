"""A request to a language model, and its reply.

A request has one canonical form in bytes. Its key in the response cache follows from those bytes and from who
answers, never from how the request was sent: concurrency, timeouts and API keys do not change it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol
from urllib.parse import urlsplit

from schemas.errors import GlotmillError
from schemas.recipe import Client, Role

Form = Literal["chat", "completion"]
_KEY_FORMAT = 1  # raise it when the canonical form changes, so that old cache entries are not mistaken for new ones
_DEFAULT_PORTS = {"http": 80, "https": 443}
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_-]+")


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
        schema: JSON schema of the answer, named by its `title`; chat form alone, and part of the key.
        logprobs: whether the reply shall hold the log-probability of each token.
        echo: whether the prompt shall come back before the answer; with `logprobs`, the reply then has those of the
            prompt: with `max_tokens` 1 (or 0, which not every server takes) a measure of it. Completion form; vLLM
            knows it, llama.cpp ignores it.
        role: whose model it is for, to count by; not sent and not part of the key.
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
    schema: Mapping[str, Any] | None = field(default=None, hash=False)
    logprobs: bool = False
    echo: bool = False
    role: Role | Literal[""] = ""

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
        if self.schema is not None and self.form == "chat":
            body["response_format"] = response_format(self.schema)
        if self.logprobs:
            # Of chat models a yes or no, of completions how many tokens beside each; llama.cpp takes 0 for none.
            body["logprobs"] = True if self.form == "chat" else 1
        if self.echo and self.form == "completion":
            body["echo"] = True
        return body

    def canonical(self) -> str:
        """The body as JSON with sorted keys and no spaces: equal requests have equal text."""
        return canonical_json(self.body())

    def key(self, endpoint: str) -> str:
        """The key in the response cache: 64 hexadecimal digits of SHA-256.

        Args:
            endpoint: identity of who answers, from `endpoint_identity` or `local_server.identity`.
        """
        known: tuple[str, str] | None = self.__dict__.get("_key")
        if known is None or known[0] != endpoint:
            parts = [_KEY_FORMAT, endpoint, self.form, self.body(), self.prompt_version, self.sample]
            known = endpoint, hashlib.sha256(canonical_json(parts).encode()).hexdigest()
            self.__dict__["_key"] = known  # hashed once; the fields cannot change
        return known[1]

    def of_role(self, role: Role) -> Request:
        """The same request, counted for a role. Its key is the same, and is not made again."""
        if self.role == role:
            return self
        other = object.__new__(Request)
        other.__dict__.update(self.__dict__, role=role)
        return other

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_key"}


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
        system_fingerprint: configuration that answered, in the server's word; empty if it did not say.
        logprobs: (token, natural logarithm of its probability), where the request asked for them and the server gave
            them: of the answer, or of the prompt where that was to come back (`echo`). A token without one, such as
            the first of a prompt, is left out.
    """

    text: str
    finish_reason: str
    model: str
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached: bool = False
    key: str = ""
    system_fingerprint: str = ""
    logprobs: tuple[tuple[str, float], ...] | None = None


class Asker(Protocol):
    """What the stages need of a client: the recipe's values, and answers."""

    @property
    def spec(self) -> Client:
        """The recipe's `client` part, or that of a role: model, form and sampling."""
        ...

    @property
    def endpoint(self) -> str:
        """Identity of who answers, as keys in the response cache have it."""
        ...

    async def ask(self, request: Request) -> Reply:
        """The reply to a request.

        Raises:
            BadAnswer: this one answer is of no use.
            BudgetSpent: it could cost more than is left under the cap.
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


class EchoIgnored(BadAnswer):
    """The server does not say how likely the prompt's tokens are: it knows no `echo`, or not with `logprobs`."""


class RequestTooLong(BadAnswer):
    """The text does not fit into the model's context window."""


class NoAnswer(BadAnswer):
    """The server answered others, but never this one: it timed out, broke off, or said 5xx each time."""


_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def canonical_json(value: Mapping[str, Any] | Sequence[Any]) -> str:
    """JSON with sorted keys, no spaces, and letters as they are."""
    return _CANONICAL.encode(value)


def response_format(schema: Mapping[str, Any]) -> dict[str, Any]:
    """How the chat form asks for JSON after a schema.

    `strict` is asked for where the schema lets servers keep it: every object names all its members as required and
    allows no others.
    """
    name = _NOT_IN_A_NAME.sub("_", str(schema.get("title") or "answer"))[:64]
    described = {"name": name, "strict": _closed(schema), "schema": schema}
    return {"type": "json_schema", "json_schema": described}


def _closed(schema: Any) -> bool:
    if isinstance(schema, Mapping):
        if schema.get("type") == "object":
            named = set(schema.get("properties", ()))
            if schema.get("additionalProperties") is not False or set(schema.get("required", ())) != named:
                return False
        return all(_closed(one) for one in schema.values())
    if isinstance(schema, Sequence) and not isinstance(schema, str):
        return all(_closed(one) for one in schema)
    return True


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
