"""What the server is told, and the draws that follow from it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal

import orjson
import xxhash

TRANSPORT = (
    "too_many",  # 429 without Retry-After
    "too_many_seconds",  # 429 with Retry-After in seconds
    "too_many_date",  # 429 with Retry-After as an HTTP date
    "server_error",  # 500
    "unavailable",  # 503
    "slow",  # a good answer after `slow_seconds`
    "silent",  # no answer, the connection stays open
    "hang_up",  # the connection is closed, at once or within the answer
)
"""Faults that hit the first `times` attempts of a body."""
CONTENT = (
    "cut_off",  # half of the answer, finish_reason `length`
    "truncated",  # half of the text, in its markers, finish_reason `stop`
    "not_json",
    "no_choices",
    "empty",  # an answer without a text
    "wrong_language",
    "preamble",
    "refusal",
    "lost_placeholder",
    "doubled_placeholder",
    "changed_placeholder",
    "negation",  # a negation deleted, or one put in
    "changed_number",  # one digit
    "omission",  # a sentence left out
    "echo",  # the source itself
    "repetition",  # its end over and over
    "no_markers",
    "doubled_markers",
    "lost_tag",  # of several segments in one answer, one lacks one of its two tags
)
"""Faults of the answer: at most one each, the same at every attempt. An answer that cannot have it is good."""
OBEYS = "obeys"
"""Does what the text orders, where `instruction` matches it; drawn before the others."""
# What `translators.text.protection` puts in, and what it would protect: code, addresses, tags, printf, templates.
PLACEHOLDER = (
    r"X\d+X|```.*?```|`[^`\n]+`|https?://[^\s<>\"']+|[\w.+-]+@[\w-]+\.[\w.]+|</?[A-Za-z][^<>\n]*>|"
    r"⟦[^⟧]*⟧|⟪[^⟫]*⟫|\{\{[^{}]*\}\}|\{[^{}\n]*\}|%(?:\d+\$)?[sdif]|%\(\w+\)[sd]"
)


@dataclass(frozen=True)
class Settings:
    """What the server is told.

    Args:
        seed: of every draw.
        faults: share of bodies by fault; those of one kind are drawn together, so their shares add up to 1 at most.
        times: attempts of a body that a transport fault hits; 0 for all.
        retry_after: seconds, of the drawn 429s.
        latency: seconds that every good answer takes.
        slow_seconds: seconds that a `slow` one takes.
        requests_per_minute: what a lane (a model) may send; beyond, 429 with Retry-After.
        tokens_per_minute: likewise, prompt and answer together.
        burst: requests that may come at once after a pause; None for those of a second.
        token_burst: tokens that may; None for those of three seconds.
        tokens_counted: `most`: prompt and `max_tokens`, as OpenAI does; `used`: what is not used is given back.
        grace_seconds: what arrives so long after a 429 was sent may have been on its way.
        key: what clients have to know.
        models: names that exist; None for all.
        context_tokens: the longest prompt.
        refuses_response_format: status 400 for a body with `response_format`.
        echo: what becomes of `echo`: `whole`: the prompt and its log-probabilities; `text`: the prompt alone;
            `ignored`: nothing, as llama.cpp does; `refused`: status 400.
        placeholder: regular expression of what a translator leaves alone.
        instruction: regular expression of an order in a text; its first group is what the model then says.
        prompts: `module:function` that reads a prompt, see `prompts.py`.
        truth: whether texts and answers are kept for `/control/truth`.
        batch_seconds: time that a batch takes.
        batch_expires_after: share of its requests after which a batch expires; None for never.
        batch_expiries: number of batches that expire, the first ones.
        batch_requests: requests in a batch, at most.
        batch_bytes: bytes of a batch's file, at most.
    """

    seed: int = 0
    faults: dict[str, float] = field(default_factory=dict)
    times: int = 1
    retry_after: float = 1.0
    latency: float = 0.0
    slow_seconds: float = 2.0
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    burst: float | None = None
    token_burst: float | None = None
    tokens_counted: Literal["most", "used"] = "most"
    grace_seconds: float = 0.05
    key: str | None = None
    models: list[str] | None = None
    context_tokens: int | None = None
    refuses_response_format: bool = False
    echo: Literal["whole", "text", "ignored", "refused"] = "whole"
    placeholder: str = PLACEHOLDER
    instruction: str | None = None
    prompts: str = "tests.fault_server.prompts:read"
    truth: bool = True
    batch_seconds: float = 0.5
    batch_expires_after: float | None = None
    batch_expiries: int = 1
    batch_requests: int = 50_000
    batch_bytes: int = 200_000_000

    def __post_init__(self) -> None:
        known = (*TRANSPORT, *CONTENT, OBEYS)
        if unknown := sorted(set(self.faults) - set(known)):
            raise ValueError(f"unknown faults {unknown}. Valid: {', '.join(known)}")
        for kind in (TRANSPORT, CONTENT):
            if sum(self.faults.get(name, 0.0) for name in kind) > 1 + 1e-9:
                raise ValueError(f"the shares of {', '.join(set(kind) & set(self.faults))} add up to more than 1")
        re.compile(self.placeholder)
        re.compile(self.instruction or "")

    def but(self, changes: Mapping[str, Any]) -> Settings:
        """These settings with some changed."""
        names = {one.name for one in fields(self)}
        if unknown := sorted(set(changes) - names):
            raise ValueError(f"unknown settings {unknown}. Valid: {', '.join(sorted(names))}")
        return replace(self, **changes)

    def drawn(self, kind: tuple[str, ...], key: str) -> str | None:
        """The fault of a kind that a body gets; None for none."""
        if not self.faults:
            return None
        at = share(self.seed, kind[0], key)
        for name in kind:
            at -= self.faults.get(name, 0.0)
            if at < 0:
                return name
        return None

    def obeys(self, key: str) -> bool:
        """Whether an order in the text is obeyed."""
        return share(self.seed, OBEYS, key) < self.faults.get(OBEYS, 0.0)


def share(seed: int, what: str, key: str) -> float:
    """A number from 0 to below 1 that looks drawn and is always the same."""
    return xxhash.xxh3_64_intdigest(f"{seed}\0{what}\0{key}".encode()) / 2**64


def pick(count: int, seed: int, what: str, key: str) -> int:
    """A number from 0 to below `count`, likewise."""
    return int(share(seed, what, key) * count)


def key_of(body: Mapping[str, Any]) -> str:
    """The key of a request's body, whatever the order of its fields: 32 hexadecimal digits."""
    return xxhash.xxh3_128_hexdigest(orjson.dumps(body, option=orjson.OPT_SORT_KEYS))
