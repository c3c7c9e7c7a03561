"""How an estimate is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from translators.llm.quote import Estimate

DOLLARS = "${:,.4f}"
NUMBER = "{:,.0f}"
TOKENS = "{:,.0f} tokens"


def spoken(estimate: Estimate, form: str) -> str:
    """The expected value with its interval."""
    if estimate.mean is None:
        return "unknown"
    if estimate.low is None or estimate.high is None:
        return f"about {form.format(estimate.mean)}"
    if estimate.low == estimate.high:
        return form.format(estimate.mean)
    return f"{form.format(estimate.mean)} ({form.format(estimate.low)} to {form.format(estimate.high)})"
