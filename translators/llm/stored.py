"""How a reply is written down: the same JSON in every cache.

A cache outlives the version of Glotmill that filled it, in both directions. A field that the writer did not know yet
takes its default. A field that only the writer knew is left out: the answer was paid for and its text is whole, and a
cache that several machines share must serve an older one while they are brought up to date. What changes the meaning of
a field raises `FORMAT` instead, and with it the cache's name or number.
"""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

import orjson

from translators.llm.request import Reply

FORMAT = 1
_SAID_ELSEWHERE = ("cached", "key")
_NAMES = tuple(field.name for field in fields(Reply) if field.name not in _SAID_ELSEWHERE)
# JSON has lists alone.
_TUPLES = tuple(field.name for field in fields(Reply) if "tuple" in str(field.type))


def dump(reply: Reply) -> str:
    """A reply as JSON, without what the cache says of it."""
    found = {name: getattr(reply, name) for name in _NAMES}
    try:
        return orjson.dumps(found, option=orjson.OPT_SORT_KEYS).decode()
    except TypeError:  # half of a surrogate pair, which a server may send escaped and UTF-8 cannot hold
        return json.dumps(found, sort_keys=True)


def load(key: str, text: str | bytes) -> Reply:
    """The reply in such JSON, marked as cached.

    Args:
        key: key that it stands under.
        text: what `dump` gave, now or in another version.

    Raises:
        ValueError: not JSON, or no text in it.
    """
    try:
        found: dict[str, Any] = orjson.loads(text)
    except ValueError:
        found = json.loads(text)  # reads half surrogate pairs too
    try:
        reply = Reply(**found, cached=True, key=key)
    except TypeError:
        reply = _of_another_version(key, found)
    if not isinstance(reply.text, str):
        raise ValueError("a reply without a text")
    return _with_tuples(reply) if _TUPLES else reply


def _of_another_version(key: str, found: Any) -> Reply:
    try:
        known = {name: found[name] for name in _NAMES if name in found}
        return Reply(**known, cached=True, key=key)
    except TypeError as error:
        raise ValueError(f"no reply: {error}") from error


def _with_tuples(reply: Reply) -> Reply:
    for name in _TUPLES:
        value = getattr(reply, name)
        if isinstance(value, list):
            object.__setattr__(reply, name, _tuple(value))  # nobody else has seen it yet
    return reply


def _tuple(value: Any) -> Any:
    return tuple(_tuple(one) for one in value) if isinstance(value, list) else value
