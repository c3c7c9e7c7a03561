"""The ledger of one process: nothing is shared, and nothing outlives it."""

from __future__ import annotations

import threading
import time

from schemas.recipe import Cap
from translators.llm import ledger_arithmetic as arithmetic
from translators.llm.ledger import Amount, Limits


class MemoryLedger:
    """Rates, holds and a cap for one process. Safe for several threads.

    Args:
        cap: what may not be exceeded; None for any amount.
    """

    def __init__(self, cap: Cap | None = None) -> None:
        self.cap = cap
        self._lock = threading.Lock()
        self._until: dict[str, float] = {}
        self._arrivals: dict[str, tuple[float, float]] = {}  # theoretical, of requests and of tokens
        self._spent = (0, 0)  # tokens, nanodollars
        self._lost = (0, 0)
        self._open = (0, 0)

    def may_send(self, lane: str, limits: Limits, tokens: int) -> float:
        """See `Ledger.may_send`."""
        with self._lock:
            requests, taken = self._arrivals.get(lane, (0.0, 0.0))
            wait, requests, taken = arithmetic.may_send(
                time.time(), self._until.get(lane, 0.0), (requests, limits.requests), (taken, limits.tokens), tokens
            )
            if limits.requests is not None or limits.tokens is not None:
                self._arrivals[lane] = (requests, taken)
            return wait

    def give_back(self, lane: str, limits: Limits, tokens: int) -> None:
        """See `Ledger.give_back`."""
        if limits.tokens is None:
            return
        with self._lock:
            requests, taken = self._arrivals.get(lane, (0.0, 0.0))
            self._arrivals[lane] = (requests, arithmetic.given_back(taken, limits.tokens, tokens))

    def hold(self, lane: str, until: float) -> None:
        """See `Ledger.hold`."""
        with self._lock:
            self._until[lane] = max(until, self._until.get(lane, 0.0))

    def reserve(self, most: Amount) -> bool:
        """See `Ledger.reserve`."""
        with self._lock:
            aside = _sum(self._lost, self._open)
            wanted = arithmetic.counted(most)
            if not arithmetic.within(self.cap, self._spent, aside, wanted):
                return False
            self._open = _sum(self._open, wanted)
            return True

    def settle(self, most: Amount, cost: Amount | None) -> None:
        """See `Ledger.settle`."""
        with self._lock:
            tokens, nano = arithmetic.counted(most)
            self._open = _sum(self._open, (-tokens, -nano))
            if cost is None:
                self._lost = _sum(self._lost, (tokens, nano))
            else:
                self._spent = _sum(self._spent, arithmetic.counted(cost))

    def spent(self) -> tuple[Amount, Amount]:
        """See `Ledger.spent`."""
        with self._lock:
            return arithmetic.amount(self._spent), arithmetic.amount(_sum(self._lost, self._open))

    def in_flight(self) -> Amount:
        """What is set aside for requests that are on their way."""
        with self._lock:
            return arithmetic.amount(self._open)

    def close(self) -> None:
        """Nothing to close; here so that every ledger has it."""


def _sum(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return one[0] + other[0], one[1] + other[1]
