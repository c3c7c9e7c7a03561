"""What classifiers tell apart, and how the two classes are called. The score is the probability of the first one."""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal["quality", "machine_text", "toxicity"]


class Classes(NamedTuple):
    """The two classes of a kind."""

    positive: str
    negative: str


KINDS: dict[Kind, Classes] = {
    "quality": Classes("high", "low"),
    "machine_text": Classes("machine", "human"),
    "toxicity": Classes("toxic", "clean"),
}
