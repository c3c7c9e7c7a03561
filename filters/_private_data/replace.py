"""Counts what was found and writes what the recipe asks for in its place."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import polars as pl

from filters._private_data.find import KINDS, Span, find
from filters._private_data.kinds import Options


@dataclass(frozen=True)
class Treatment:
    """What happens to one kind.

    Args:
        action: `flag`, `redact` or `generalise`.
        placeholder: what stands in its place; the detail goes before its closing bracket.
    """

    action: str
    placeholder: str

    def instead(self, detail: str) -> str:
        """What is written."""
        if self.action != "generalise" or not detail:
            return self.placeholder
        head, tail = self._halves()
        return f"{head} {detail}{tail}"

    def written(self) -> str:
        """A pattern of all that may have been written with a detail."""
        head, tail = self._halves()
        return rf"{re.escape(head)} [^\s<>\[\](){{}}]{{1,320}}{re.escape(tail)}"

    def _halves(self) -> tuple[str, str]:
        closed = self.placeholder[-1:] in tuple(">])}»")
        return (self.placeholder[:-1], self.placeholder[-1:]) if closed else (self.placeholder, "")


def replace(
    text: pl.Series, language: pl.Series, treatments: Mapping[str, Treatment], options: Options
) -> tuple[pl.Series, dict[str, pl.Series]]:
    """Texts without private data, and how much there was.

    Args:
        text: strings, length n; may be null.
        language: declared labels, length n; may be null.
        treatments: kind -> what happens to it. Kinds that are missing are not looked for.
        options: what the recipe says to the kinds.

    Returns:
        The texts, and for every kind the counts (Int64, length n; null for a null text).
    """
    counts = {kind.name: np.zeros(len(text), np.int64) for kind in KINDS}
    guards = [t.written() for t in treatments.values() if t.action == "generalise"]
    guard = re.compile("|".join(guards)) if guards else None
    changed: dict[int, str] = {}
    now, languages, rows = text, language, list(range(len(text)))
    first = True
    # What is put in changes the surroundings of what is left: texts that changed are looked at until nothing is found,
    # so that a second run finds nothing. Every turn takes something private away, so it ends.
    while rows:
        spans: dict[int, list[Span]] = defaultdict(list)
        for place, of in groupby(find(now, languages, treatments, options), key=lambda s: s.row):
            here = list(of)
            if guard is not None:
                here = _unguarded(here, now[place].encode(), guard)
            for span in here:
                action = treatments[span.kind].action
                if first or action != "flag":
                    counts[span.kind][rows[place]] += 1
                if action != "flag":
                    spans[place].append(span)
        changed |= {rows[place]: _write(now[place], here, treatments) for place, here in spans.items()}
        places = list(spans)
        now = pl.Series([changed[rows[p]] for p in places], dtype=pl.String)
        languages = languages.gather(places)
        rows = [rows[p] for p in places]
        first = False
    columns = {name: pl.Series(name, values).set(text.is_null(), None) for name, values in counts.items()}
    if changed:
        text = text.clone().scatter(list(changed), pl.Series(list(changed.values()), dtype=pl.String))
    return text, columns


def _unguarded(spans: list[Span], raw: bytes, guard: re.Pattern[str]) -> list[Span]:
    text = raw.decode()
    taken = [(len(text[: m.start()].encode()), len(text[: m.end()].encode())) for m in guard.finditer(text)]
    return [s for s in spans if all(s.end <= start or end <= s.start for start, end in taken)]


def _write(text: str, spans: list[Span], treatments: Mapping[str, Treatment]) -> str:
    raw, parts, end = text.encode(), [], 0
    for span in spans:
        parts += [raw[end : span.start], treatments[span.kind].instead(span.detail).encode()]
        end = span.end
    return b"".join([*parts, raw[end:]]).decode()
