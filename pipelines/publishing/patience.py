"""Tries again what may succeed later, after a look whether it has happened: an answer may get lost after the work."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from pipelines.publishing.failures import Failure, failure

T = TypeVar("T")
WAIT_MOST = 600.0


def _silent(_: str) -> None:
    """Nobody is told."""


@dataclass(frozen=True)
class Patience:
    """How often and how long.

    Args:
        tries: in all.
        first: seconds before the second try; twice as long before each further one.
        most: seconds before any try, unless the Hub asks for longer (up to `WAIT_MOST`).
        sleep: waits.
        tell: is told of every wait.
    """

    tries: int = 6
    first: float = 1.0
    most: float = 30.0
    sleep: Callable[[float], None] = time.sleep
    tell: Callable[[str], None] = field(default=_silent)

    def call(
        self, act: Callable[[], T], doing: str, repo: str, token: str | None, settled: Callable[[], T | None] | None
    ) -> T:
        """The result of `act`.

        Args:
            act: what to do.
            doing: a phrase for messages.
            repo: name of the dataset, for messages.
            token: kept out of messages.
            settled: looks whether it has happened although no answer came; None where it has not, or where trying
                again does no harm.

        Raises:
            GlotmillError: it cannot be done, or not now.
        """
        for number in range(1, self.tries + 1):
            try:
                return act()
            except Exception as error:
                went = failure(error, token)
            may = went.again or (went.conflict and settled is not None)
            if number < self.tries and may and (went.wait or 0) <= WAIT_MOST:
                self._wait(went, number, doing)
                if settled is not None and (found := settled()) is not None:
                    return found
            else:
                break
        # A refusal may mean that it has been done, by a try whose answer got lost or by another run.
        if settled is not None and went.status is not None and (found := settled()) is not None:
            return found
        # Outside of the except block: the error must not carry the request.
        raise went.told(doing, repo, number)

    def _wait(self, went: Failure, number: int, doing: str) -> None:
        seconds = min(self.most, self.first * 2 ** (number - 1))
        if went.wait is not None:
            seconds = max(went.wait, 0.0)
        self.tell(f"{doing}: {went.text}; again in {seconds:g} s ({number} of {self.tries - 1})")
        self.sleep(seconds)
