"""The response cache: one SQLite file, shared by all processes of a machine.

It uses write-ahead logging, so that readers never wait for the writer, and a busy timeout, so that writers wait for
one another. SQLite's locks do not work on most network drives: keep the file on a local disk.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from schemas.errors import OutputError, from_os_error
from translators.llm.request import Reply

_BUSY_SECONDS = 60.0
_FORMAT = 1
_SCHEMA = "CREATE TABLE IF NOT EXISTS replies (key TEXT PRIMARY KEY, request TEXT NOT NULL, reply TEXT NOT NULL)"


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
            connection.execute(_SCHEMA)
            (found,) = connection.execute("PRAGMA user_version").fetchone()
            if found == 0:
                connection.execute(f"PRAGMA user_version = {_FORMAT}")
            elif found != _FORMAT:
                connection.close()
                raise OutputError(
                    f"{self.path} is a response cache of format {found}, this version of Glotmill writes {_FORMAT}. "
                    "Give another file, or move this one away."
                )
        except sqlite3.Error as error:
            raise self._explain(error) from error
        self._connection, self._owner = connection, os.getpid()
        return connection

    def get(self, key: str) -> Reply | None:
        """The reply under a key, marked as cached; None where there is none."""
        try:
            with self._lock:
                found = self._open().execute("SELECT reply FROM replies WHERE key = ?", (key,)).fetchone()
        except sqlite3.Error as error:
            raise self._explain(error) from error
        return None if found is None else self._read(key, found[0])

    def put(self, key: str, reply: Reply, request: str = "") -> Reply:
        """Keep a reply, and return the one that now stands there.

        The first writer wins: where two processes asked the same at once, both go on with one answer, and so does
        every later run.

        Args:
            key: key of the request.
            reply: reply to keep.
            request: the request's canonical JSON, kept so that a cache can be read without the recipe.
        """
        fields = asdict(reply)
        del fields["cached"], fields["key"]
        text = json.dumps(fields, ensure_ascii=False, sort_keys=True)
        try:
            with self._lock:
                connection = self._open()
                done = connection.execute("INSERT OR IGNORE INTO replies VALUES (?, ?, ?)", (key, request, text))
                if done.rowcount == 1:
                    return replace(reply, key=key)
                found = connection.execute("SELECT reply FROM replies WHERE key = ?", (key,)).fetchone()
        except sqlite3.Error as error:
            raise self._explain(error) from error
        return self._read(key, found[0])

    def __len__(self) -> int:
        """Number of replies."""
        try:
            with self._lock:
                return int(self._open().execute("SELECT count(*) FROM replies").fetchone()[0])
        except sqlite3.Error as error:
            raise self._explain(error) from error

    def close(self) -> None:
        """Close this process's connection; the next use opens it again."""
        with self._lock:
            if self._connection is not None and self._owner == os.getpid():
                self._connection.close()
            self._connection = None

    def _read(self, key: str, text: str) -> Reply:
        try:
            return Reply(**json.loads(text), cached=True, key=key)
        except (ValueError, TypeError) as error:
            raise OutputError(
                f"the response cache {self.path} holds an unreadable reply under {key}. Delete that row, or move the "
                "file away: missing replies are asked again."
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
