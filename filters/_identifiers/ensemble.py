"""Several identifiers that vote.

A member that does not know a language cannot vote against it: of two languages that members name, only those members
decide that know both, each by the confidence that it gives the one less that for the other, times its weight. The
language that wins against all others, or against most, is the answer; a tie goes to the higher confidence over all
members, then to the earlier member.

How many agree is then counted over the members that know the winner. Where enough do, the answer stands, with the mean
of their confidences (one that names another language counts with what it gives the winner as runner-up, else 0).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Literal

import polars as pl

from filters._identifiers.answer import NOTHING, Identifier, Row, frame
from schemas import languages

Agree = int | Literal["majority", "all", "any"]
Otherwise = Literal["lower", "first", "most_confident", "und"]


class Ensemble:
    """The identifier.

    Args:
        members: at least two.
        weights: of each member's vote.
        agree: how many of the members that know the answer must give it: a number of members (fewer, where fewer know
            the language), more than half of the weight, all, or any.
        otherwise: what is answered where too few agree: the winner with its confidence times the share of the weight
            that agrees (`lower`), what the first member says, what the surest says, or nothing (`und`).
    """

    def __init__(
        self, members: Sequence[Identifier], weights: Sequence[float], agree: Agree, otherwise: Otherwise
    ) -> None:
        self._members = list(members)
        self._weights = list(weights)
        self._agree = agree
        self._otherwise = otherwise
        self.known: frozenset[str] = frozenset().union(*(member.known for member in members))

    def __call__(self, texts: list[str]) -> pl.DataFrame:
        """Identify texts; see `filters._identifiers.answer.Identifier`."""
        answers = [member(texts).rows() for member in self._members]
        return frame(self._vote(rows) for rows in zip(*answers, strict=True))

    def _vote(self, rows: tuple[Row, ...]) -> Row:
        # Members vote for a language; its script is read off the text later, and is none of their business.
        named: dict[str, float] = {}
        for row, weight in zip(rows, self._weights, strict=True):
            for language, confidence in ((_code(row[0]), row[1]), (_code(row[2]), row[3])):
                if language is not None:
                    named[language] = named.get(language, 0.0) + weight * (confidence or 0.0)
        firsts = list(dict.fromkeys(code for row in rows if (code := _code(row[0])) is not None))
        if not firsts:
            return next((row for row in rows if row[0] is not None), NOTHING)
        ranked = self._ranked(firsts, rows, named) if len(firsts) > 1 else firsts
        winner = ranked[0]
        knowing = [number for number, member in enumerate(self._members) if winner in member.known]
        agreeing = [number for number in knowing if _code(rows[number][0]) == winner]
        label = rows[agreeing[0]][0]
        share = sum(self._weights[n] for n in agreeing) / sum(self._weights[n] for n in knowing)
        confidence = self._confidence(winner, rows)
        second = next((one for one in (*ranked[1:], *sorted(named, key=lambda x: -named[x])) if one != winner), None)
        beside = 0.0 if second is None else min(self._confidence(second, rows), confidence)
        if not self._enough(agreeing, knowing, share):
            match self._otherwise:
                case "first":
                    return rows[0]
                case "most_confident":
                    return max(rows, key=lambda row: row[1] or 0.0)
                case "und":
                    return languages.UNDETERMINED, 0.0, label, 0.0, rows[agreeing[0]][4]
                case "lower":
                    confidence *= share
        return label, confidence, _label(second, rows), min(beside, confidence), rows[agreeing[0]][4]

    def _ranked(self, firsts: list[str], rows: tuple[Row, ...], named: dict[str, float]) -> list[str]:
        """The languages by how many others they win against, two by two."""
        wins = dict.fromkeys(firsts, 0)
        for one, other in combinations(firsts, 2):
            balance = 0.0
            for row, weight, member in zip(rows, self._weights, self._members, strict=True):
                if one in member.known and other in member.known:
                    balance += weight * (_given(row, one) - _given(row, other))
            wins[one] += balance > 0
            wins[other] += balance < 0
        place = {language: number for number, language in enumerate(firsts)}
        return sorted(firsts, key=lambda one: (-wins[one], -named[one], place[one]))

    def _confidence(self, language: str, rows: tuple[Row, ...]) -> float:
        """Mean over the members that know a language of the confidence that they give it."""
        knowing = [n for n, member in enumerate(self._members) if language in member.known]
        return sum(self._weights[n] * _given(rows[n], language) for n in knowing) / sum(
            self._weights[n] for n in knowing
        )

    def _enough(self, agreeing: list[int], knowing: list[int], share: float) -> bool:
        match self._agree:
            case "majority":
                return share > 0.5
            case "all":
                return len(agreeing) == len(knowing)
            case "any":
                return True
            case number:
                return len(agreeing) >= min(number, len(knowing))


def _code(label: str | None) -> str | None:
    return None if label is None or label == languages.UNDETERMINED else label[:3]


def _label(code: str | None, rows: tuple[Row, ...]) -> str | None:
    """The label of a code as a member wrote it."""
    return next((one for row in rows for one in (row[0], row[2]) if code is not None and _code(one) == code), None)


def _given(row: Row, language: str) -> float:
    """The confidence that a member gives a language: 0 where it names it neither first nor second."""
    if _code(row[0]) == language:
        return row[1] or 0.0
    return (row[3] or 0.0) if _code(row[2]) == language else 0.0
