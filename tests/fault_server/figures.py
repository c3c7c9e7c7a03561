"""What arrived and what was sent, by the server's own clock."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.fault_server.answers import Answer


@dataclass
class Arrival:
    """One request.

    Args:
        at: seconds since 1970.
        key: of its body.
        lane: model.
        number: 1 for the first attempt with this body.
        status: that was sent; 0 while, or where, nothing was.
        traffic: the transport fault that hit it, `rate_limit`, or nothing.
        fault: of the answer's content.
    """

    at: float
    key: str
    lane: str
    number: int
    status: int = 0
    traffic: str = ""
    fault: str = ""


@dataclass
class Statistics:
    """Everything since the last reset.

    Args:
        grace: seconds after a 429 was sent in which requests may still have been on their way.
        keep_truth: whether texts and answers are kept.
    """

    grace: float
    keep_truth: bool = True
    arrivals: list[Arrival] = field(default_factory=list)
    attempts: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    impossible: Counter[str] = field(default_factory=Counter)
    truth: dict[str, dict[str, Any]] = field(default_factory=dict)
    violations: list[dict[str, Any]] = field(default_factory=list)
    refusals: list[dict[str, Any]] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    connections: int = 0
    abandoned: int = 0
    batched: int = 0
    paid_twice: int = 0
    late_by: float = 0.0
    """The longest that the server had to wait for its turn, in seconds: on a busy machine, arrivals are noted late."""
    tokens: Counter[str] = field(default_factory=Counter)
    _answered: set[str] = field(default_factory=set)
    _holds: dict[str, list[tuple[float, float]]] = field(default_factory=dict)

    def arrive(self, key: str, lane: str) -> Arrival:
        """Note a request, and whether it came before a Retry-After of its lane."""
        now = time.time()
        self.attempts[key] += 1
        arrival = Arrival(now, key, lane, self.attempts[key])
        self.arrivals.append(arrival)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        holds = self._holds.get(lane)
        if holds:
            holds[:] = [one for one in holds if one[1] > now]
            early = [(until - now, now - sent) for sent, until in holds if sent + self.grace < now]
            if early:
                by, since = max(early)
                self.violations.append({"at": now, "lane": lane, "key": key, "early_by": by, "since_sent": since})
        return arrival

    def refuse(self, arrival: Arrival, status: int, header: str | None, until: float | None) -> None:
        """Note a 429 or another refusal as it is sent.

        Args:
            arrival: of the request.
            status: of HTTP.
            header: Retry-After as it is written.
            until: seconds since 1970 before which nothing of this lane may come.
        """
        now = time.time()
        self.refusals.append({"at": now, "lane": arrival.lane, "status": status, "retry_after": header})
        if until is not None:
            self._holds.setdefault(arrival.lane, []).append((now, until))

    def leave(self, arrival: Arrival, answer: Answer | None) -> None:
        """Note that a request is done with; None where nothing was sent."""
        self.at_once -= 1
        if answer is None:
            self.abandoned += 1
            return
        arrival.status = answer.status
        if answer.status == 200:
            self.tell(arrival.key, answer)
            arrival.fault = answer.fault
            if arrival.key in self._answered:
                self.paid_twice += 1
            self._answered.add(arrival.key)

    def tell(self, key: str, answer: Answer) -> None:
        """Note what was answered."""
        self.tokens.update(prompt=answer.prompt_tokens, completion=answer.completion_tokens)
        if answer.fault:
            self.faults[answer.fault] += 1
        elif answer.drawn:
            self.impossible[answer.drawn] += 1
        if self.keep_truth and answer.task is not None:
            task = answer.task
            self.truth[key] = {
                "fault": answer.fault or None, "manner": answer.manner, "kind": task.kind, "source": task.source,
                "target": task.target, "texts": task.texts, "answer": answer.text,
            }  # fmt: skip

    def summary(self) -> dict[str, Any]:
        """Figures that can be told in a few lines."""
        statuses = Counter(one.status for one in self.arrivals)
        lanes: dict[str, Counter[str]] = {}
        for one in self.arrivals:
            lanes.setdefault(one.lane, Counter()).update({"arrivals": 1, f"status {one.status}": 1})
        times = [one.at for one in self.arrivals]
        good = [one.at for one in self.arrivals if one.status == 200]
        return {
            "arrivals": len(times),
            "first": min(times, default=None),
            "last": max(times, default=None),
            "first_answered": min(good, default=None),
            "last_answered": max(good, default=None),
            "statuses": {str(status): count for status, count in sorted(statuses.items())},
            "answered": statuses[200],
            "too_many": statuses[429],
            "distinct": len(self.attempts),
            "repeats": len(times) - len(self.attempts),
            "paid_twice": self.paid_twice,
            "most_at_once": self.most_at_once,
            "connections": self.connections,
            "late_by": self.late_by,
            "abandoned": self.abandoned,
            "batched": self.batched,
            "traffic": dict(Counter(one.traffic for one in self.arrivals if one.traffic)),
            "faults": dict(self.faults),
            "impossible": dict(self.impossible),
            "violations": len(self.violations),
            "worst_violations": sorted(self.violations, key=lambda one: -one["since_sent"])[:20],
            "lanes": {lane: dict(counts) for lane, counts in lanes.items()},
            "tokens": dict(self.tokens),
        }
