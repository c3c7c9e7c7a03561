"""What stands between a request and its answer: refusals, Retry-After, rate limits, slowness, silence."""

from __future__ import annotations

import email.utils
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.fault_server.answers import Answer, error
from tests.fault_server.settings import TRANSPORT, Settings, share


@dataclass(frozen=True)
class Verdict:
    """What happens to one request.

    Args:
        name: transport fault, `rate_limit`, or nothing.
        answer: what is sent instead of the model's answer.
        retry_after: header.
        until: the same as seconds since 1970.
        wait: seconds before a good answer.
        tokens: that were counted.
        silent: nothing is ever sent.
        close: the connection is closed: 0.0 at once, 0.5 after half of the answer; None: it is not.
    """

    name: str = ""
    answer: Answer | None = None
    retry_after: str | None = None
    until: float | None = None
    wait: float = 0.0
    tokens: int = 0
    silent: bool = False
    close: float | None = None


class Bucket:
    """A token bucket.

    Args:
        per_minute: what flows in.
        most: what it holds.
    """

    def __init__(self, per_minute: float, most: float) -> None:
        self._rate = per_minute / 60.0
        self._most = most
        self._held = most
        self._at = time.monotonic()

    def seconds_until(self, quantity: float) -> float:
        """Seconds until so much is there; 0.0 where it is. More than it holds is there when it is full."""
        now = time.monotonic()
        self._held = min(self._most, self._held + (now - self._at) * self._rate)
        self._at = now
        return max(0.0, min(quantity, self._most) - self._held) / self._rate

    def take(self, quantity: float) -> None:
        """Take it."""
        self._held -= quantity


class Traffic:
    """Decides on requests.

    Args:
        settings: what to do.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._buckets: dict[str, list[Bucket]] = {}

    def verdict(self, key: str, lane: str, number: int, body: Mapping[str, Any], prompt_tokens: int) -> Verdict:
        """What happens to one request.

        Args:
            key: of its body.
            lane: model.
            number: of the attempt with this body, from 1.
            body: of the request.
            prompt_tokens: of the request.
        """
        settings = self._settings
        name = settings.drawn(TRANSPORT, key) if not settings.times or number <= settings.times else None
        if name in ("too_many", "too_many_seconds", "too_many_date"):
            return self._too_many(name, settings.retry_after, "drawn")
        if name in ("server_error", "unavailable"):
            status = 500 if name == "server_error" else 503
            return Verdict(name, error(status, "the server has a fault of its own, drawn"))
        if name == "silent":
            return Verdict(name, silent=True)
        if name == "hang_up":
            return Verdict(name, close=0.5 if share(settings.seed, "when", key) < 0.5 else 0.0)
        most = int(body.get("max_completion_tokens") or body.get("max_tokens") or 16)
        tokens = prompt_tokens + most
        quantities = [1.0, float(tokens)]
        buckets = self._lane(lane)
        waits = [bucket.seconds_until(one) for bucket, one in zip(buckets, quantities, strict=True) if bucket]
        if max(waits, default=0.0) > 0:
            return self._too_many("rate_limit", max(1.0, math.ceil(max(waits))), "the lane is over its limit")
        for bucket, one in zip(buckets, quantities, strict=True):
            if bucket:
                bucket.take(one)
        if name == "slow":
            return Verdict(name, wait=settings.slow_seconds, tokens=tokens)
        return Verdict(wait=settings.latency, tokens=tokens)

    def answered(self, lane: str, verdict: Verdict, answer: Answer) -> None:
        """Give back tokens that were counted and not used, where they are counted so."""
        _, tokens = self._lane(lane)
        if tokens is not None and self._settings.tokens_counted == "used":
            tokens.take(answer.prompt_tokens + answer.completion_tokens - verdict.tokens)

    def _too_many(self, name: str, seconds: float, why: str) -> Verdict:
        now = time.time()
        answer = error(429, f"Rate limit reached: {why}", "rate_limit_exceeded")
        if name == "too_many":
            return Verdict(name, answer)
        if name == "too_many_date":
            until = math.ceil(now + seconds)  # a date has whole seconds
            return Verdict(name, answer, email.utils.formatdate(until, usegmt=True), float(until))
        return Verdict(name, answer, f"{seconds:g}", now + seconds)

    def _lane(self, lane: str) -> list[Bucket | None]:
        if lane not in self._buckets:
            settings = self._settings
            requests, tokens = settings.requests_per_minute, settings.tokens_per_minute
            burst = settings.burst if settings.burst is not None else max(1.0, (requests or 0) / 60.0)
            self._buckets[lane] = [  # type: ignore[assignment]
                Bucket(requests, burst) if requests else None,
                Bucket(tokens, settings.token_burst or tokens / 20.0) if tokens else None,
            ]
        return self._buckets[lane]  # type: ignore[return-value]
