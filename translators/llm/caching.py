"""What a response cache is: replies by request key, the same for everybody who asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from translators.llm.request import Reply


class Cache(Protocol):
    """Replies by request key. Safe for several threads and processes; may be pickled."""

    def get(self, key: str) -> Reply | None:
        """The reply under a key, marked as cached; None where there is none."""
        ...

    def get_many(self, keys: Sequence[str]) -> dict[str, Reply]:
        """The replies that are there, by key, in one go."""
        ...

    def put(self, key: str, reply: Reply, request: str = "") -> Reply:
        """Keep a reply, and return the one that now stands there: the first writer wins.

        Args:
            key: key of the request.
            reply: reply to keep.
            request: the request's canonical JSON, kept so that a cache can be read without the recipe.
        """
        ...

    def __len__(self) -> int:
        """Number of replies."""
        ...

    def close(self) -> None:
        """Close this process's connection; the next use opens it again."""
        ...
