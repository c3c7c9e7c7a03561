"""Which batches are on their way: written into the response cache before anything is waited for.

A cache knows one thing that a journal needs, "the first writer wins". So the batches of a server are numbered, and each
number is taken once; who ended a batch is decided in the same way. Every worker and every later run that has the cache
sees the same list, in a file or on a Redis server.
"""

from __future__ import annotations

import hashlib
import json
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from translators.llm.caching import Cache
from translators.llm.ledger import Amount
from translators.llm.request import Reply, canonical_json

_KEY_FORMAT = 1
_AT_ONCE = 64  # numbers that are looked up together


@dataclass(frozen=True)
class Sent:
    """A batch that was sent, or was about to be.

    Args:
        number: in the journal.
        input_file: id of the file with its requests.
        batch: id of the batch; empty where it is not known whether the server has made it.
        keys: keys of its requests.
        most: what was set aside for it.
        at: seconds since 1970 when it was written down.
    """

    number: int
    input_file: str
    batch: str
    keys: frozenset[str]
    most: Amount
    at: float


class Journal:
    """The batches of one server.

    Args:
        cache: where it is kept.
        endpoint: identity of the server.
    """

    def __init__(self, cache: Cache, endpoint: str) -> None:
        self._cache = cache
        self._endpoint = endpoint
        self._from = 0  # all batches before are done

    def open(self) -> list[Sent]:
        """The batches that nobody has collected, in the order of sending."""
        found: list[Sent] = []
        first = self._from
        while True:
            numbers = range(first, first + _AT_ONCE)
            names = {(what, number): self._key(what, number) for number in numbers for what in ("sent", "made", "done")}
            replies = self._cache.get_many(list(names.values()))
            for number in numbers:
                sent = replies.get(names["sent", number])
                if sent is None:
                    return found
                if names["done", number] in replies:
                    if number == self._from:
                        self._from += 1
                    continue
                made = replies.get(names["made", number])
                found.append(self._read(number, json.loads(sent.text), "" if made is None else made.text))
            first += _AT_ONCE

    def sending(self, input_file: str, keys: Sequence[str], most: Amount) -> Sent:
        """Write down a batch that is about to be made.

        Args:
            input_file: id of its file, which the server has.
            keys: of its requests.
            most: what was set aside for it.
        """
        self._put(self._key("keys", input_file), canonical_json(sorted(keys)))
        now = time.time()
        written = {
            "input_file": input_file, "tokens": most.tokens, "dollars": most.dollars, "at": now, "by": uuid.uuid4().hex,
        }  # fmt: skip
        text = canonical_json(written)
        number = self._from
        while self._put(self._key("sent", number), text) != text:
            number += 1
        return Sent(number, input_file, "", frozenset(keys), most, now)

    def made(self, sent: Sent, batch: str) -> Sent:
        """Write down that the server has made a batch."""
        return replace(sent, batch=self._put(self._key("made", sent.number), batch))

    def done(self, sent: Sent) -> bool:
        """Write down that a batch is collected, or never was. False: somebody else did so first."""
        mine = uuid.uuid4().hex
        return self._put(self._key("done", sent.number), mine) == mine

    def _read(self, number: int, written: dict[str, Any], batch: str) -> Sent:
        keys = self._cache.get(self._key("keys", written["input_file"]))
        return Sent(
            number,
            written["input_file"],
            batch,
            frozenset(json.loads(keys.text)) if keys is not None else frozenset(),
            Amount(written["tokens"], written["dollars"]),
            written["at"],
        )

    def _put(self, key: str, text: str) -> str:
        return self._cache.put(key, Reply(text, "journal of batches", "")).text

    def _key(self, what: str, which: object) -> str:
        parts = ["batches", _KEY_FORMAT, self._endpoint, what, which]
        return hashlib.sha256(canonical_json(parts).encode()).hexdigest()
