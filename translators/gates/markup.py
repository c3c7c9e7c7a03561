"""Code, addresses, placeholders, tags and the like: is each of them in the target exactly as often as in the source?"""

from __future__ import annotations

import re
from collections import Counter

from translators.gates.gate import Gate, Pair
from translators.text.kinds import EXACT
from translators.text.spans import spans_of

# What every span of these kinds has, found in one pass: most texts have none. Each branch begins with a sign, so that
# `re` skips to it, and looks back from there.
_MAYBE = re.compile(
    r"""
      [`⟦⦃⟬⦗{<\\|@$^&%/#\[~\]:.-](?:
        (?<=[`⟦⦃⟬⦗{<\\|@$^&%/#\[]) | (?<=~)~~ | (?<=\])[(\[:]
      | (?<=:)(?://|[A-Za-z_]|(?<=mailto:)|(?<=tel:)|(?<=data:)|(?<=doi:))
      | (?<=\.)(?:(?<=www\.)|(?<=[A-Za-z0-9*_+-]\.)(?:[A-Za-z]|7z|[0-9]{1,5}\.[0-9]))
      | (?<=-)(?<![A-Za-z0-9-]-)-?[A-Za-z]
      )
    | v[0-9]
    """,
    re.VERBOSE,
)
_ENDING_AFTER = "'’:-"  # between an address and its case ending: example.org'da, example.org:ssa


def share_kept(source: str, target: str) -> float:
    """Share of protected spans that both texts have, 0 to 1; 1.0 where neither has any.

    Spans are compared letter by letter, those of `translators.text.kinds.EXACT`. One that the target adds costs as much
    as one that it loses: the share is of the text that has more of them.
    """
    if not _MAYBE.search(source) and not _MAYBE.search(target):
        return 1.0
    before, after = spans_of(source, EXACT), spans_of(target, EXACT)
    if before == after:
        return 1.0
    wanted, found = Counter(before), Counter(after)
    kept = (wanted & found).total()
    lost, added = sorted((wanted - found).elements()), sorted((found - wanted).elements())
    inflected = _inflected(lost, added, target, after)
    return (kept + inflected) / max(len(before), kept + inflected + len(added))


def _inflected(lost: list[str], added: list[str], target: str, after: tuple[str, ...]) -> int:
    """How many lost spans are there with an ending right behind them, as in Turkish, Finnish or Hindi.

    Those are taken out of `added`, where they are with their endings.
    """
    rest = target
    for one in after:
        rest = rest.replace(one, "\x00", 1)
    count = 0
    for one in lost:
        with_ending = next((other for other in added if other.startswith(one) and _ends(one, other[len(one) :])), None)
        if with_ending is not None:
            added.remove(with_ending)
        elif _ends(one, rest.partition(one)[2]) and one in rest:
            rest = rest.replace(one, "\x00", 1)
        else:
            continue
        count += 1
    return count


def _ends(span: str, ending: str) -> bool:
    """Whether what follows a span is an ending: letters of another script, or after a sign, or after a conversion."""
    first = ending[:1]
    if not first.isalpha():
        return first != "" and first in _ENDING_AFTER and ending[1:2].isalpha()
    return not first.isascii() or (span.startswith("%") and span[-1] in "ds")


def _score(pair: Pair) -> float:
    return share_kept(pair.source, pair.target)


GATE = Gate(
    name="markup_kept",
    reason="markup_lost",
    keep="at_least",
    limit=1.0,
    unit="share",
    source="our choice: one lost placeholder breaks a program",
    why="Code, addresses, LaTeX, placeholders and tags have to come through letter by letter.",
    score=_score,
)
