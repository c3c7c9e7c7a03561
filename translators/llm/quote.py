"""What many requests will cost, from the usage of a few: plain arithmetic, for every stage that asks a model.

The few are a random sample of all. Their mean gives the total of the rest, Student's t its interval: for m seen values
with mean x and standard deviation s, the sum of r further ones is r x ± t s r sqrt(1/m + 1/r), with m - 1 degrees of
freedom. What is known already is added and has no uncertainty. The values of one request and another are taken to be
independent and roughly normal; with few seen and one very long document among the rest, the truth can lie outside.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

CONFIDENCE = 0.95
# What a server puts around a prompt (roles, beginning and end), in tokens, at most.
_AROUND = 64


@dataclass(frozen=True)
class Price:
    """What a server charges, in US dollars for a million tokens.

    Args:
        prompt: tokens sent.
        completion: tokens received.
    """

    prompt: float
    completion: float

    def dollars(self, prompt_tokens: float, completion_tokens: float) -> float:
        """US dollars for so many tokens."""
        return (self.prompt * prompt_tokens + self.completion * completion_tokens) / 1e6


@dataclass(frozen=True)
class Usage:
    """Tokens of one request or of many, as the server counted them."""

    prompt: int = 0
    completion: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(self.prompt + other.prompt, self.completion + other.completion)

    @property
    def total(self) -> int:
        """Tokens in both directions."""
        return self.prompt + self.completion


@dataclass(frozen=True)
class Estimate:
    """A total that is not known yet.

    Args:
        mean: the expected value; None where nothing was seen.
        low, high: ends of the interval; None where fewer than two values were seen.
    """

    mean: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Quote:
    """What a piece of work will cost in all, what is paid already included.

    Args:
        requests: of the whole work.
        answered: of these, how many are.
        seen: how many answers the estimate rests on.
        prompt_tokens, completion_tokens, tokens: in, out, and both.
        dollars: None without a price.
    """

    requests: int
    answered: int
    seen: int
    prompt_tokens: Estimate
    completion_tokens: Estimate
    tokens: Estimate
    dollars: Estimate | None


def quote(seen: Sequence[Usage], rest: int, answered: int, known: Usage, price: Price | None = None) -> Quote:
    """Cost of a piece of work.

    Args:
        seen: usage of requests that stand for the rest.
        rest: requests that are not answered.
        answered: requests that are.
        known: what these cost together.
        price: for dollars.
    """

    def estimate(values: list[float], before: float) -> Estimate:
        return total(values, rest, before)

    return Quote(
        requests=rest + answered,
        answered=answered,
        seen=len(seen),
        prompt_tokens=estimate([one.prompt for one in seen], known.prompt),
        completion_tokens=estimate([one.completion for one in seen], known.completion),
        tokens=estimate([one.total for one in seen], known.total),
        dollars=None
        if price is None
        else estimate(
            [price.dollars(one.prompt, one.completion) for one in seen], price.dollars(known.prompt, known.completion)
        ),
    )


def total(seen: Sequence[float], rest: int, known: float = 0.0, confidence: float = CONFIDENCE) -> Estimate:
    """The sum of what is known and of `rest` further values like those seen.

    >>> total([10, 10, 10], 7, known=30)
    Estimate(mean=100.0, low=100.0, high=100.0)
    """
    if rest == 0:
        return Estimate(float(known), float(known), float(known))
    if not seen:
        return Estimate(None, None, None)
    mean = known + rest * statistics.fmean(seen)
    if len(seen) < 2:
        return Estimate(mean, None, None)
    half = student_t(len(seen) - 1, confidence) * statistics.stdev(seen) * rest * math.sqrt(1 / len(seen) + 1 / rest)
    return Estimate(mean, max(float(known), mean - half), mean + half)


def total_by_size(
    seen: Sequence[tuple[float, float]], rest: Sequence[float], known: float = 0.0, confidence: float = CONFIDENCE
) -> Estimate:
    """The sum of what is known and of further values that depend on a size, as the seen ones do.

    A straight line through the seen values (least squares) gives the rest, and Student's t with m - 2 degrees of
    freedom the interval of their sum: for m seen with residual variance s2 and r others with mean size x', its variance
    is s2 (r + r2 (1/m + (x' - x)2 / Sxx)) (Draper and Smith, Applied Regression Analysis, 1.4).

    Args:
        seen: size and value of each.
        rest: sizes of the others.
        known: what is added.
        confidence: probability inside the interval.
    """
    values = [value for _, value in seen]
    sizes = [size for size, _ in seen]
    spread = len(set(sizes)) > 1
    if not rest or len(seen) < 3 or not spread:
        return total(values, len(rest), known, confidence)
    mean = statistics.fmean(sizes)
    squares = math.fsum((size - mean) ** 2 for size in sizes)
    slope = math.fsum((size - mean) * value for size, value in seen) / squares
    level = statistics.fmean(values) - slope * mean
    residual = math.fsum((value - level - slope * size) ** 2 for size, value in seen) / (len(seen) - 2)
    count, other = len(rest), statistics.fmean(rest)
    middle = known + count * level + slope * math.fsum(rest)
    variance = residual * (count + count**2 * (1 / len(seen) + (other - mean) ** 2 / squares))
    half = student_t(len(seen) - 2, confidence) * math.sqrt(variance)
    return Estimate(max(known, middle), max(float(known), middle - half), middle + half)


def student_t(freedom: int, confidence: float = CONFIDENCE) -> float:
    """Half the width of the central interval of Student's t: 12.706 for one degree of freedom and 0.95.

    Args:
        freedom: degrees of freedom, from 1.
        confidence: probability inside, above 0 and below 1.
    """
    if freedom < 1 or not 0 < confidence < 1:
        raise ValueError(f"degrees of freedom from 1 and a confidence between 0 and 1, not {freedom} and {confidence}")
    low, high = 0.0, 1.0
    while _inside(high, freedom) < confidence:
        low, high = high, 2 * high
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if _inside(middle, freedom) < confidence else (low, middle)
    return high


def _inside(t: float, freedom: int) -> float:
    """Probability that Student's t lies between -t and t (Abramowitz and Stegun, 26.7.3 and 26.7.4)."""
    angle = math.atan(t / math.sqrt(freedom))
    square = math.cos(angle) ** 2
    odd = freedom % 2
    term = series = (math.cos(angle) if odd else 1.0) if freedom > 1 else 0.0
    for n in range(2 + odd, freedom - 1, 2):
        term *= square * (n - 1) / n
        series += term
    return 2 / math.pi * (angle + math.sin(angle) * series) if odd else math.sin(angle) * series


def prompt_tokens_at_most(prompt_bytes: int, shared_bytes: int = 0, shared_tokens: int | None = None) -> int:
    """Tokens that a prompt can have at most: what to set aside before it is sent.

    Tokenizers of language models fall back to bytes, so that no text has more tokens than UTF-8 bytes. That is two to
    five times too much for most text; what all prompts share is therefore taken from a prompt that was counted.

    Args:
        prompt_bytes: bytes of UTF-8 of the whole prompt.
        shared_bytes: of these, bytes of the template that all prompts share.
        shared_tokens: tokens of any prompt with that template, so no fewer than the template alone has; the least that
            was seen serves best. None before the first.
    """
    if shared_tokens is None:
        return prompt_bytes + _AROUND
    return min(prompt_bytes + _AROUND, shared_tokens + prompt_bytes - shared_bytes)
