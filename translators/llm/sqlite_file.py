"""A SQLite file that several processes of a machine write into: opened, opened anew after a fork, and its errors told.

Write-ahead logging lets readers go on beside a writer, and a busy timeout lets writers wait for one another. SQLite's
locks do not work on most network drives: such a file belongs on a local disk.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from schemas.errors import OutputError, from_os_error

_BUSY_SECONDS = 60.0
_RETRY_SECONDS = 0.01
_INHERITED: list[sqlite3.Connection] = []  # from before a fork: closing them here could take the parent's locks away
_Result = TypeVar("_Result")


class SqliteFile:
    """One file. Safe for several threads and processes.

    Args:
        path: file; its folder is made.
        what: what it is, for messages.
        tables: columns by name; a file with other tables is refused.
        format: kept in the file; another one is refused.
        if_damaged: what to do then, for the message.

    Raises:
        OutputError: the file is damaged, is of another kind, or cannot be written.
    """

    def __init__(
        self, path: str | os.PathLike[str], what: str, tables: Mapping[str, str], format: int, if_damaged: str
    ) -> None:
        self.path = Path(path)
        self.owner = ""
        """A name for this process, another one after a fork."""
        self._what = what
        self._tables = tables
        self._format = format
        self._if_damaged = if_damaged
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._process = 0
        self.read(lambda connection: None)

    def read(self, work: Callable[[sqlite3.Connection], _Result]) -> _Result:
        """Do something with the connection.

        Raises:
            OutputError: the file cannot be used.
        """
        try:
            with self._lock:
                return work(self._opened())
        except sqlite3.Error as error:
            raise self._explain(error) from error

    def write(self, work: Callable[[sqlite3.Connection], _Result]) -> _Result:
        """Do something inside a transaction that holds the write lock from its beginning.

        Raises:
            OutputError: the file cannot be used.
        """

        def locked(connection: sqlite3.Connection) -> _Result:
            connection.execute("BEGIN IMMEDIATE")
            try:
                result = work(connection)
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            return result

        return self.read(locked)

    def close(self) -> None:
        """Close this process's connection; the next use opens it again."""
        with self._lock:
            if self._connection is not None and self._process == os.getpid():
                self._connection.close()
                self._connection = None

    def _opened(self) -> sqlite3.Connection:
        """The connection of this process; SQLite connections must not cross a fork."""
        if self._connection is not None:
            if self._process == os.getpid():
                return self._connection
            _INHERITED.append(self._connection)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise from_os_error(error, f"making the folder of {self._what} {self.path}") from error
        deadline = time.monotonic() + _BUSY_SECONDS
        while True:
            try:
                self._connection = self._connect()
            except sqlite3.OperationalError as error:
                # Two that make the same new file: changing to write-ahead logging does not wait for the other.
                if not _is_busy(error) or time.monotonic() > deadline:
                    raise
                time.sleep(_RETRY_SECONDS)
            else:
                self._process, self.owner = os.getpid(), uuid.uuid4().hex
                return self._connection

    def _connect(self) -> sqlite3.Connection:
        # autocommit: every statement is a transaction of its own
        connection = sqlite3.connect(self.path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            (found,) = connection.execute("PRAGMA user_version").fetchone()
            there = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if there and (found != self._format or not self._tables.keys() <= there):
                raise OutputError(
                    f"{self.path} is not {self._what} of format {self._format}: it is of format {found} and holds "
                    f"{', '.join(sorted(there))}. Give a file of its own."
                )
            if not there:
                connection.execute("BEGIN IMMEDIATE")  # tables and format together, whoever is first
                for name, columns in self._tables.items():
                    connection.execute(f"CREATE TABLE IF NOT EXISTS {name} ({columns}) WITHOUT ROWID")
                connection.execute(f"PRAGMA user_version = {self._format}")
                connection.execute("COMMIT")
        except BaseException:
            connection.close()
            raise
        return connection

    def _explain(self, error: sqlite3.Error) -> OutputError:
        name = getattr(error, "sqlite_errorname", "") or ""
        if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
            return OutputError(
                f"{self._what} {self.path} is damaged or is no SQLite file ({error}). {self._if_damaged}"
            )
        if _is_busy(error):
            return OutputError(
                f"{self._what} {self.path} was locked for {_BUSY_SECONDS:.0f} seconds ({error}). See that no other "
                "program holds it open, and that it lies on a local disk, not on a network drive."
            )
        if name.startswith("SQLITE_FULL"):
            return OutputError(f"no space left for {self._what} {self.path}. Free some space, then run again.")
        return OutputError(
            f"{self._what} {self.path} cannot be used ({error}). Check that the path is a file in a folder that you "
            "may write to."
        )


def _is_busy(error: sqlite3.Error) -> bool:
    return (getattr(error, "sqlite_errorname", "") or "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))
