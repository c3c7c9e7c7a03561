"""What was asked and what it cost, counted by role."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.recipe import Client, Price
from translators.llm.ledger import Amount
from translators.llm.quote import Usage
from translators.llm.request import Reply


@dataclass
class Used:
    """What one role has used in this process. What came from the cache cost nothing here.

    Args:
        calls: requests sent, repeated ones included.
        answers: replies that came.
        cached: replies that were there already, or on their way for somebody else.
        prompt_tokens: of replies that came, as the server counted them.
        completion_tokens: likewise.
        dollars: of replies that came; 0 without a price.
    """

    calls: int = 0
    answers: int = 0
    cached: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    dollars: float = 0.0

    def add(self, reply: Reply, dollars: float) -> None:
        """Count a reply that came from the server."""
        self.answers += 1
        self.prompt_tokens += reply.prompt_tokens
        self.completion_tokens += reply.completion_tokens
        self.dollars += dollars

    def __add__(self, other: Used) -> Used:
        return Used(
            self.calls + other.calls,
            self.answers + other.answers,
            self.cached + other.cached,
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.dollars + other.dollars,
        )


def amount(usage: Usage, price: Price | None, *, batch: bool = False) -> Amount:
    """What tokens cost; no dollars without a price.

    Args:
        usage: tokens sent and received.
        price: of the model.
        batch: whether they went through the Batch API.
    """
    if price is None:
        return Amount(usage.total)
    factor = price.batch if batch else 1.0
    return Amount(usage.total, factor * (price.prompt * usage.prompt + price.completion * usage.completion) / 1e6)


def unpriced(spec: Client) -> bool:
    """Whether a cap in dollars cannot be kept: nobody says what the model costs. The local one costs nothing."""
    return spec.cap is not None and spec.cap.dollars is not None and spec.price is None and not spec.local
