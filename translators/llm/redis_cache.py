"""The response cache on a Redis server, for runs on many machines.

Two keys a reply: `glotmill:cache:1:reply:KEY` and `glotmill:cache:1:request:KEY`. The number is that of the format
(`stored.py`), so that versions which do not understand each other do not meet. Nothing expires. See that the server
keeps what it has: `maxmemory-policy noeviction` and `appendonly yes`; otherwise answers are paid for again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from schemas.errors import OutputError
from translators.llm import stored
from translators.llm.redis_server import RedisServer
from translators.llm.request import Reply

_REPLY = f"glotmill:cache:{stored.FORMAT}:reply:"
_REQUEST = f"glotmill:cache:{stored.FORMAT}:request:"
# Keys in one command: the server does nothing else meanwhile.
_AT_ONCE = 1_000
_One = TypeVar("_One")
_READING, _WRITING = "reading the response cache", "writing the response cache"


class RedisCache:
    """Replies by request key.

    Safe for several threads, processes and machines; may be pickled and may cross a fork.

    Args:
        url: `redis://user:password@host:port/number`; `rediss` for TLS.

    Raises:
        RecipeError: not such an address.
        MissingPackage: the extra `redis` is not installed.
        ServerUnavailable: it does not answer.
        PermissionProblem: it refuses the password.
    """

    def __init__(self, url: str) -> None:
        self._server = RedisServer(url)
        self._server.call(lambda client: client.ping(), "opening the response cache")

    @property
    def identity(self) -> str:
        """The server's address, without password."""
        return self._server.identity

    def __getstate__(self) -> dict[str, Any]:
        return {"server": self._server}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._server = state["server"]

    def get(self, key: str) -> Reply | None:
        """The reply under a key, marked as cached; None where there is none."""
        found = self._server.call(lambda client: client.get(_REPLY + key), _READING)
        return None if found is None else self._read(key, found)

    def get_many(self, keys: Sequence[str]) -> dict[str, Reply]:
        """The replies that are there, by key, in the order of `keys`."""
        wanted = list(dict.fromkeys(keys))
        found: dict[str, Reply] = {}
        for some in _pieces(wanted):
            names = [_REPLY + key for key in some]
            texts = self._server.call(partial(_mget, names=names), _READING)
            for key, text in zip(some, texts, strict=True):
                if text is not None:
                    found[key] = self._read(key, text)
        return found

    def put(self, key: str, reply: Reply, request: str = "") -> Reply:
        """Keep a reply, and return the one that now stands there: the first writer wins.

        Args:
            key: key of the request.
            reply: reply to keep.
            request: the request's canonical JSON, kept so that a cache can be read without the recipe.
        """
        text = stored.dump(reply)

        def write(client: Any) -> tuple[bool, bytes]:
            with client.pipeline(transaction=True) as commands:
                commands.set(_REPLY + key, text, nx=True)
                commands.set(_REQUEST + key, request, nx=True)
                commands.get(_REPLY + key)
                first, _, stands = commands.execute()
            return bool(first), stands

        first, stands = self._server.call(write, _WRITING)
        return replace(reply, key=key) if first else self._read(key, stands)

    def put_many(self, replies: Iterable[tuple[str, Reply, str]]) -> dict[str, Reply]:
        """Keep many replies, and return those that now stand there.

        Args:
            replies: what `put` takes: key, reply, request.
        """
        new = list(replies)
        for some in _pieces(new):

            def write(client: Any, some: Sequence[tuple[str, Reply, str]] = some) -> None:
                with client.pipeline(transaction=False) as commands:
                    for key, reply, request in some:
                        commands.set(_REPLY + key, stored.dump(reply), nx=True)
                        commands.set(_REQUEST + key, request, nx=True)
                    commands.execute()

            self._server.call(write, _WRITING)
        return self.get_many([key for key, _, _ in new])

    def request(self, key: str) -> str | None:
        """The canonical JSON of the request that has this key; None where there is none."""
        found = self._server.call(lambda client: client.get(_REQUEST + key), _READING)
        return None if found is None else found.decode()

    def delete(self, keys: Sequence[str]) -> int:
        """Forget replies, so that their requests are sent again; gives how many there were."""
        gone = 0
        for some in _pieces(list(dict.fromkeys(keys))):

            def forget(client: Any, some: Sequence[str] = some) -> int:
                with client.pipeline(transaction=True) as commands:
                    commands.delete(*(_REPLY + key for key in some))
                    commands.delete(*(_REQUEST + key for key in some))
                    return int(commands.execute()[0])

            gone += self._server.call(forget, _WRITING)
        return gone

    def __len__(self) -> int:
        """Number of replies. Walks over all keys of the database: seconds for millions."""

        def count(client: Any) -> int:
            # A key may come twice while the server's table grows.
            return len(set(client.scan_iter(match=f"{_REPLY}*", count=5_000)))

        return self._server.call(count, _READING)

    def close(self) -> None:
        """Close this process's connections; the next use opens new ones."""
        self._server.close()

    def _read(self, key: str, text: bytes) -> Reply:
        try:
            return stored.load(key, text)
        except ValueError as error:
            raise OutputError(
                f"the response cache {self.identity} holds an unreadable reply under {_REPLY}{key} ({error}). Delete "
                "that key: missing replies are asked again."
            ) from error


def _mget(client: Any, names: list[str]) -> list[bytes | None]:
    found: list[bytes | None] = client.mget(names)
    return found


def _pieces(all_of_them: Sequence[_One]) -> Iterator[Sequence[_One]]:
    for start in range(0, len(all_of_them), _AT_ONCE):
        yield all_of_them[start : start + _AT_ONCE]
