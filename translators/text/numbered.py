"""Several segments in one request: each between tags with its number, and each found again or reported missing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise


def tag(number: int, mark: str) -> str:
    """The tag before a segment; the one after it has a slash.

    >>> tag(1, "1f0c")
    '<part-1-1f0c>'
    """
    return f"<part-{number}-{mark}>"


def join(segments: Sequence[str], mark: str) -> str:
    """One text of all segments, numbered from 1.

    Args:
        segments: in order.
        mark: something that no segment contains.

    Raises:
        ValueError: a segment contains the mark, or the mark is empty.
    """
    if not mark or any(mark in segment for segment in segments):
        raise ValueError(f"the mark {mark!r} is in a segment: choose one that is in none")
    return "\n".join(
        f"{tag(number, mark)}\n{segment}\n</{tag(number, mark)[1:]}" for number, segment in enumerate(segments, start=1)
    )


def split(answer: str, mark: str, count: int) -> list[str | None]:
    """The segments of an answer, without white space around them.

    Strict: a segment counts only if both of its tags are there exactly once, next to each other, after those of the
    segments before it. None stands for one that does not. Words outside of all tags could belong to any segment: then
    none counts. (Words beside a tag without its other half are those of that segment, which does not count.)

    Args:
        answer: what came.
        mark: as it was given to `join`.
        count: number of segments.
    """
    found: list[str | None] = [None] * count
    if not mark:
        return found
    tags = list(re.finditer(rf"<(/?)part-([0-9]{{1,9}})-{re.escape(mark)}>", answer))
    seen: dict[tuple[str, int], int] = {}
    for one in tags:
        seen[one[1], int(one[2])] = seen.get((one[1], int(one[2])), 0) + 1
    # Between two tags: words that belong to nobody, unless one of the tags lacks its other half.
    gaps = [answer[one.end() : other.start()] for one, other in pairwise(tags)]
    before, after = (answer[: tags[0].start()], answer[tags[-1].end() :]) if tags else (answer, "")
    if (before.strip() and not (tags and tags[0][1])) or (after.strip() and tags[-1][1]):
        return found
    highest, index = 0, 0
    while index < len(tags):
        number = int(tags[index][2])
        paired = (
            index + 1 < len(tags) and not tags[index][1] and tags[index + 1][1] and int(tags[index + 1][2]) == number
        )
        if not paired:
            index += 1
            continue
        inside = gaps[index]
        if seen["", number] == seen["/", number] == 1 and highest < number <= count and mark not in inside:
            found[number - 1] = inside.strip()
        highest = max(highest, number)
        index += 2
        if index < len(tags) and gaps[index - 1].strip() and not tags[index][1]:
            return [None] * count
    return found
