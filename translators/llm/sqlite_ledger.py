"""The ledger in one SQLite file, shared by all processes of a machine.

As the response cache, it uses write-ahead logging and a busy timeout, and needs a local disk. Every change is one
transaction that takes the write lock before it reads; whoever has to wait is told so from a read alone.

What a worker that was killed had set aside stays counted: nobody knows what its requests cost. So a cap can be reached
a little early, and never late.
"""

from __future__ import annotations

import os
import socket
import sqlite3
import sys
import time
from typing import Any

from schemas.recipe import Cap
from translators.llm import ledger_arithmetic as arithmetic
from translators.llm.ledger import Amount, Limits
from translators.llm.sqlite_file import SqliteFile

_FORMAT = 1
_TABLES = {
    "lanes": "name TEXT PRIMARY KEY, until REAL NOT NULL DEFAULT 0, requests REAL NOT NULL DEFAULT 0, "
    "tokens REAL NOT NULL DEFAULT 0",
    "accounts": "name TEXT PRIMARY KEY, spent_tokens INTEGER NOT NULL DEFAULT 0, "
    "spent_nano INTEGER NOT NULL DEFAULT 0, lost_tokens INTEGER NOT NULL DEFAULT 0, "
    "lost_nano INTEGER NOT NULL DEFAULT 0",
    "open": "account TEXT NOT NULL, worker TEXT NOT NULL, host TEXT NOT NULL, pid INTEGER NOT NULL, "
    "tokens INTEGER NOT NULL, nano INTEGER NOT NULL, PRIMARY KEY (account, worker)",
}
_IF_DAMAGED = (
    "Move it and its -wal and -shm files away; a new one begins with nothing spent, so lower client.cap by what was "
    "spent before."
)
_OF_LANE = "SELECT until, requests, tokens FROM lanes WHERE name = ?"
_OF_ACCOUNT = "SELECT spent_tokens, spent_nano, lost_tokens, lost_nano FROM accounts WHERE name = ?"
_OPEN = "SELECT coalesce(sum(tokens), 0), coalesce(sum(nano), 0) FROM open WHERE account = ?"


class SqliteLedger:
    """The book that all workers of a run on one machine write into.

    Safe for several threads and processes; may be pickled and may cross a fork (each process opens the file anew).

    Args:
        path: file; its folder is made. Not the file of the response cache.
        cap: the most that `account` may spend; None for any amount.
        account: whose money it is: one for each recipe, the same in all its runs.

    Raises:
        OutputError: the file is damaged, is not such a ledger, or cannot be written.
    """

    def __init__(self, path: str | os.PathLike[str], *, cap: Cap | None = None, account: str = "") -> None:
        self.cap = cap
        self.account = account
        self._file = SqliteFile(path, "the ledger", _TABLES, _FORMAT, _IF_DAMAGED)

    def __getstate__(self) -> dict[str, Any]:
        return {"path": self._file.path, "cap": self.cap, "account": self.account}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(state["path"], cap=state["cap"], account=state["account"])  # type: ignore[misc]

    def may_send(self, lane: str, limits: Limits, tokens: int) -> float:
        """See `Ledger.may_send`.

        Raises:
            OutputError: the file cannot be used.
        """

        def ask(connection: sqlite3.Connection) -> tuple[float, float, float]:
            until, requests, taken = connection.execute(_OF_LANE, (lane,)).fetchone() or (0.0, 0.0, 0.0)
            return arithmetic.may_send(time.time(), until, (requests, limits.requests), (taken, limits.tokens), tokens)

        wait = self._file.read(ask)[0]
        if wait > 0 or (limits.requests is None and limits.tokens is None):
            return wait

        def count(connection: sqlite3.Connection) -> float:
            wait, requests, taken = ask(connection)
            if wait == 0:
                connection.execute(
                    "INSERT INTO lanes (name, requests, tokens) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET "
                    "requests = excluded.requests, tokens = excluded.tokens",
                    (lane, requests, taken),
                )
            return wait

        return self._file.write(count)

    def give_back(self, lane: str, limits: Limits, tokens: int) -> None:
        """See `Ledger.give_back`.

        Raises:
            OutputError: the file cannot be used.
        """
        if limits.tokens is None:
            return
        earlier = -arithmetic.given_back(0.0, limits.tokens, tokens)
        self._file.write(lambda c: c.execute("UPDATE lanes SET tokens = tokens - ? WHERE name = ?", (earlier, lane)))

    def hold(self, lane: str, until: float) -> None:
        """See `Ledger.hold`.

        Raises:
            OutputError: the file cannot be used.
        """
        self._file.write(
            lambda c: c.execute(
                "INSERT INTO lanes (name, until) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET "
                "until = max(until, excluded.until)",
                (lane, until),
            )
        )

    def reserve(self, most: Amount) -> bool:
        """See `Ledger.reserve`.

        Raises:
            OutputError: the file cannot be used.
        """
        wanted = arithmetic.counted(most)

        def set_aside(connection: sqlite3.Connection) -> bool:
            spent, lost, still = self._sums(connection)
            aside = (lost[0] + still[0], lost[1] + still[1])
            if not arithmetic.within(self.cap, spent, aside, wanted):
                return False
            self._add_open(connection, *wanted)
            return True

        return self._file.write(set_aside)

    def settle(self, most: Amount, cost: Amount | None) -> None:
        """See `Ledger.settle`. What another process had set aside (a batch) may be settled here.

        Raises:
            OutputError: the file cannot be used.
        """
        aside = arithmetic.counted(most)
        added = aside if cost is None else arithmetic.counted(cost)
        sums = ("lost_tokens", "lost_nano") if cost is None else ("spent_tokens", "spent_nano")

        def put(connection: sqlite3.Connection) -> None:
            self._add_open(connection, -aside[0], -aside[1])
            connection.execute("INSERT OR IGNORE INTO accounts (name) VALUES (?)", (self.account,))
            connection.execute(
                f"UPDATE accounts SET {sums[0]} = {sums[0]} + ?, {sums[1]} = {sums[1]} + ? WHERE name = ?",
                (*added, self.account),
            )

        self._file.write(put)

    def spent(self) -> tuple[Amount, Amount]:
        """See `Ledger.spent`.

        Raises:
            OutputError: the file cannot be used.
        """

        def read(connection: sqlite3.Connection) -> tuple[Amount, Amount]:
            connection.execute("BEGIN")  # both tables as they were at one moment
            try:
                spent, lost, still = self._sums(connection)
            finally:
                connection.execute("COMMIT")
            return arithmetic.amount(spent), arithmetic.amount((lost[0] + still[0], lost[1] + still[1]))

        return self._file.read(read)

    def in_flight(self) -> Amount:
        """What workers that live have set aside for requests on their way. Those of other machines count as alive.

        Raises:
            OutputError: the file cannot be used.
        """
        found = self._file.read(
            lambda c: c.execute(
                "SELECT host, pid, tokens, nano FROM open WHERE account = ?", (self.account,)
            ).fetchall()
        )
        here = socket.gethostname()
        living = [(tokens, nano) for host, pid, tokens, nano in found if host != here or _lives(pid)]
        # A worker that settled what another one had set aside owes less than nothing.
        return arithmetic.amount((max(0, sum(one[0] for one in living)), max(0, sum(one[1] for one in living))))

    def close(self) -> None:
        """Close this process's connection; the next use opens it again."""
        self._file.close()

    def _sums(self, connection: sqlite3.Connection) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int]]:
        """Spent, lost and open, each in tokens and nanodollars."""
        found = connection.execute(_OF_ACCOUNT, (self.account,)).fetchone() or (0, 0, 0, 0)
        tokens, nano = connection.execute(_OPEN, (self.account,)).fetchone()
        return (found[0], found[1]), (found[2], found[3]), (tokens, nano)

    def _add_open(self, connection: sqlite3.Connection, tokens: int, nano: int) -> None:
        connection.execute(
            "INSERT INTO open VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (account, worker) DO UPDATE SET "
            "tokens = tokens + excluded.tokens, nano = nano + excluded.nano",
            (self.account, self._file.owner, socket.gethostname(), os.getpid(), tokens, nano),
        )


def _lives(pid: int) -> bool:
    """Whether a process of this machine is there. A number that was given again counts as the old process."""
    if sys.platform == "win32":  # there, signal 0 is Ctrl-C
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:  # not ours
        return True
    return True
