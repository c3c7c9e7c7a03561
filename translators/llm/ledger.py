"""What all workers of a run share: when the next request may go, and what may still be spent.

A *lane* is one model at one server: limits on requests and tokens a minute, and a server's wish to be left alone, hold
for a lane. Money is one account for the whole recipe. Times are seconds since 1970, so that machines agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Amount:
    """What requests cost.

    Args:
        tokens: sent and received together.
        dollars: US dollars.
    """

    tokens: int = 0
    dollars: float = 0.0


@dataclass(frozen=True)
class Limits:
    """What a lane may carry; None for any number.

    Args:
        requests: a minute.
        tokens: a minute, sent and received together.
    """

    requests: int | None = None
    tokens: int | None = None


class Ledger(Protocol):
    """The book that all workers of a run write into. Calls are short and safe from any thread and process."""

    def may_send(self, lane: str, limits: Limits, tokens: int) -> float:
        """Ask to send one request.

        Args:
            lane: model and server.
            limits: of the lane.
            tokens: what the request takes at most.

        Returns:
            0.0: it may go now, and counts. Else seconds after which to ask again; nothing was counted.
        """
        ...

    def give_back(self, lane: str, limits: Limits, tokens: int) -> None:
        """Tokens that were counted and not used."""
        ...

    def hold(self, lane: str, until: float) -> None:
        """Send nothing of this lane before a time (Retry-After). A later time wins."""
        ...

    def reserve(self, most: Amount) -> bool:
        """Set aside what a request can cost at most. False: it does not fit under the cap now."""
        ...

    def settle(self, most: Amount, cost: Amount | None) -> None:
        """Put what a request did cost in place of what was set aside; None: nobody said, so that all of it counts."""
        ...

    def spent(self) -> tuple[Amount, Amount]:
        """What is spent, and what is set aside for requests whose cost is not known (yet)."""
        ...
