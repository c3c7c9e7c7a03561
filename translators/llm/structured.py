"""Answers as JSON after a schema, where the server can; where it says that it cannot, it is not asked again.

That a server refused is kept in the response cache, under a key of its own: a later run asks in words from the start,
and finds the answers that were given to requests without a schema.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

from translators.llm.caching import Cache
from translators.llm.request import Reply, Request, canonical_json

_KEY_FORMAT = 1
# What servers call it: OpenAI, vLLM (guided decoding, structured outputs, xgrammar), llama.cpp (grammars).
_NAMES = ("response_format", "response format", "json_schema", "json schema", "guided", "grammar", "structured output")


class Demotions:
    """Which models of a server refused a schema.

    Args:
        cache: where that is kept; None: until the process ends.
        endpoint: identity of the server.
    """

    def __init__(self, cache: Cache | None, endpoint: str) -> None:
        self._cache = cache
        self._endpoint = endpoint
        self._known: dict[str, bool] = {}

    def __contains__(self, model: str) -> bool:
        known = self._known.get(model)
        if known is None:
            known = self._cache is not None and self._cache.get(self._key(model)) is not None
            self._known[model] = known
        return known

    def add(self, model: str, words: str) -> None:
        """Keep that a model refused, unless that is known.

        Args:
            model: its name.
            words: what the server said.
        """
        if model in self:
            return
        self._known[model] = True
        if self._cache is not None:
            self._cache.put(self._key(model), Reply(words, "no structured output", model), "")

    def _key(self, model: str) -> str:
        parts = ["no structured output", _KEY_FORMAT, self._endpoint, model]
        return hashlib.sha256(canonical_json(parts).encode()).hexdigest()


def refuses_schema(status: int, hints: str) -> bool:
    """Whether a refusal is about the schema.

    Args:
        status: of the answer.
        hints: what the server said, in lower case.
    """
    return status in (400, 422) and any(name in hints for name in _NAMES)


def without_schema(request: Request) -> Request:
    """The request as it is sent to who cannot do it."""
    return replace(request, schema=None)
