"""The response cache: one SQLite file, shared by all processes of a machine.

It uses write-ahead logging, so that readers never wait for the writer, and a busy timeout, so that writers wait for
one another. SQLite's locks do not work on most network drives: keep the file on a local disk, and give machines that
work together a `redis://` address (`redis_cache.py`).
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from schemas.errors import OutputError, from_os_error
from translators.llm import stored
from translators.llm.request import Reply

_BUSY_SECONDS = 60.0
# Keys in one statement: beyond some hundred, more make it no faster, and SQLite takes 999 everywhere.
_AT_ONCE = 500
_KIBIBYTES_OF_PAGES = 16_384
_SCHEMA = "CREATE TABLE IF NOT EXISTS replies (key TEXT PRIMARY KEY, request TEXT NOT NULL, reply TEXT NOT NULL)"
_GET = "SELECT reply FROM replies WHERE key = ?"
_PUT = "INSERT INTO replies VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING"
_Result = TypeVar("_Result")
_INHERITED: list[sqlite3.Connection] = []  # from before a fork: SQLite does not want them closed in the child


class ResponseCache:
    """Replies by request key.

    Safe for several threads and processes; may be pickled and may cross a fork (each process opens the file anew).

    Args:
        path: file; its folder is made.

    Raises:
        OutputError: the file is damaged, is not such a cache, or cannot be written.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._owner = 0
        with self._lock:
            self._open()

    def __getstate__(self) -> dict[str, Any]:
        return {"path": self.path}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(state["path"])  # type: ignore[misc]

    def _open(self) -> sqlite3.Connection:
        """The connection of this process; SQLite connections must not cross a fork."""
        if self._connection is not None and self._owner == os.getpid():
            return self._connection
        if self._connection is not None:
            _INHERITED.append(self._connection)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise from_os_error(error, f"making the folder of the response cache {self.path}") from error
        try:
            # autocommit: every statement is a transaction of its own
            connection = sqlite3.connect(
                self.path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            connection.execute(f"PRAGMA busy_timeout = {int(_BUSY_SECONDS * 1000)}")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute(f"PRAGMA cache_size = -{_KIBIBYTES_OF_PAGES}")
            connection.execute(_SCHEMA)
            (found,) = connection.execute("PRAGMA user_version").fetchone()
            if found == 0:
                connection.execute(f"PRAGMA user_version = {stored.FORMAT}")
            elif found != stored.FORMAT:
                connection.close()
                raise OutputError(
                    f"{self.path} is a response cache of format {found}, this version of Glotmill writes "
                    f"{stored.FORMAT}. Give another file, or move this one away."
                )
        except sqlite3.Error as error:
            raise self._explain(error) from error
        self._connection, self._owner = connection, os.getpid()
        return connection

    def get(self, key: str) -> Reply | None:
        """The reply under a key, marked as cached; None where there is none."""
        # Written out, not through `_within`: it stands in the way of every request.
        try:
            with self._lock:
                found = self._open().execute(_GET, (key,)).fetchone()
        except sqlite3.Error as error:
            raise self._explain(error) from error
        return None if found is None else self._read(key, found[0])

    def get_many(self, keys: Sequence[str]) -> dict[str, Reply]:
        """The replies that are there, by key, in the order of `keys`."""

        def read(connection: sqlite3.Connection) -> dict[str, str]:
            found: dict[str, str] = {}
            for some, marks in _pieces(keys):
                found.update(
                    connection.execute(f"SELECT key, reply FROM replies WHERE key IN ({marks})", some).fetchall()
                )
            return found

        found = self._within(read)
        return {key: self._read(key, found[key]) for key in dict.fromkeys(keys) if key in found}

    def put(self, key: str, reply: Reply, request: str = "") -> Reply:
        """Keep a reply, and return the one that now stands there.

        The first writer wins: where two processes asked the same at once, both go on with one answer, and so does
        every later run.

        Args:
            key: key of the request.
            reply: reply to keep.
            request: the request's canonical JSON, kept so that a cache can be read without the recipe.
        """

        def write(connection: sqlite3.Connection) -> str | None:
            if connection.execute(_PUT, (key, request, stored.dump(reply))).rowcount == 1:
                return None
            return str(connection.execute(_GET, (key,)).fetchone()[0])

        first = self._within(write)
        return replace(reply, key=key) if first is None else self._read(key, first)

    def put_many(self, replies: Iterable[tuple[str, Reply, str]]) -> dict[str, Reply]:
        """Keep many replies in one transaction, and return those that now stand there.

        Args:
            replies: what `put` takes: key, reply, request.
        """
        new = list(replies)

        def write(connection: sqlite3.Connection) -> None:
            connection.execute("BEGIN IMMEDIATE")
            try:
                connection.executemany(_PUT, [(key, request, stored.dump(reply)) for key, reply, request in new])
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

        self._within(write)
        return self.get_many([key for key, _, _ in new])

    def request(self, key: str) -> str | None:
        """The canonical JSON of the request that has this key; None where there is none."""
        found = self._within(lambda c: c.execute("SELECT request FROM replies WHERE key = ?", (key,)).fetchone())
        return None if found is None else str(found[0])

    def delete(self, keys: Sequence[str]) -> int:
        """Forget replies, so that their requests are sent again; gives how many there were."""

        def write(connection: sqlite3.Connection) -> int:
            return sum(
                connection.execute(f"DELETE FROM replies WHERE key IN ({marks})", some).rowcount
                for some, marks in _pieces(keys)
            )

        return self._within(write)

    def __len__(self) -> int:
        """Number of replies."""
        return self._within(lambda connection: int(connection.execute("SELECT count(*) FROM replies").fetchone()[0]))

    def close(self) -> None:
        """Close this process's connection; the next use opens it again."""
        with self._lock:
            if self._connection is not None and self._owner == os.getpid():
                self._connection.close()
                self._connection = None

    def _within(self, work: Callable[[sqlite3.Connection], _Result]) -> _Result:
        try:
            with self._lock:
                return work(self._open())
        except sqlite3.Error as error:
            raise self._explain(error) from error

    def _read(self, key: str, text: str) -> Reply:
        try:
            return stored.load(key, text)
        except ValueError as error:
            raise OutputError(
                f"the response cache {self.path} holds an unreadable reply under {key} ({error}). Delete that row, or "
                "move the file away: missing replies are asked again."
            ) from error

    def _explain(self, error: sqlite3.Error) -> OutputError:
        name = getattr(error, "sqlite_errorname", "") or ""
        if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
            return OutputError(
                f"the response cache {self.path} is damaged or is no SQLite file ({error}). Save what can be saved "
                f"with `sqlite3 {self.path} .recover | sqlite3 mended.sqlite`, or move it and its -wal and -shm files "
                "away: missing replies are asked again."
            )
        if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            return OutputError(
                f"the response cache {self.path} was locked for {_BUSY_SECONDS:.0f} seconds ({error}). See that no "
                "other program holds it open, and that it lies on a local disk, not on a network drive."
            )
        if name.startswith("SQLITE_FULL"):
            return OutputError(f"no space left for the response cache {self.path}. Free some space, then run again.")
        return OutputError(
            f"the response cache {self.path} cannot be used ({error}). Check that the path is a file in a folder "
            "that you may write to."
        )


def _pieces(keys: Sequence[str]) -> Iterator[tuple[Sequence[str], str]]:
    """Keys for one statement at a time, with as many question marks: few different texts, so that few are prepared."""
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        yield some, ",".join("?" * len(some))
