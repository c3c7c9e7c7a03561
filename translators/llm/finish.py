"""Whether an answer ended by itself."""

from __future__ import annotations

_FINISHED = frozenset(("stop", "eos", "end_turn"))


def finished(finish_reason: str) -> float:
    """1.0 where the model ended by itself; 0.0 where it was cut off, or where the server did not say."""
    return float(finish_reason in _FINISHED)
