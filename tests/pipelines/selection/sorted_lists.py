"""Selection with plain sorted lists and fractions, as slow as it is simple."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from fractions import Fraction
from typing import Any

import xxhash

Row = dict[str, Any]


def kept(rows: list[Row], params: Any, share_of: Any, others_pass: Any) -> dict[str, bool | None]:
    """Id -> whether the rule keeps the document; null where it has no score.

    Args:
        rows: documents with `id`, `source`, `language`, `toy_quality`, `toy_parts` and a value for each stratum.
        params: as the stage has them.
        share_of: row -> its share, or null.
        others_pass: row -> whether it breaks no other rule.
    """
    found: dict[str, bool | None] = {}
    pools: dict[tuple[str, float], list[Row]] = defaultdict(list)
    for row in rows:
        share = share_of(row)
        if share is None:
            found[row["id"]] = True
        elif not _measured(row, params):
            found[row["id"]] = None
        else:
            pools[row["language"], share].append(row)
    for (_, share), pool in pools.items():
        competing = [row for row in pool if others_pass(row) and _finite(row, params)]
        found |= _pool(pool, competing, share, params)
    return found


def _pool(pool: list[Row], competing: list[Row], share: float, params: Any) -> dict[str, bool | None]:
    if not competing or (0 < share < 1 and len(competing) < params.fewest) or share >= 1:
        return {row["id"]: True for row in pool} if share > 0 or not competing else {row["id"]: False for row in pool}
    if share == 0:
        strata = {_stratum(row, competing, params) for row in competing}
        return {row["id"]: _stratum(row, competing, params) not in strata for row in pool}
    found: dict[str, bool | None] = {}
    by_stratum: dict[str, list[Row]] = defaultdict(list)
    for row in competing:
        by_stratum[_stratum(row, competing, params)].append(row)
    cuts: dict[str, Any] = {}
    before = 0
    for name in sorted(by_stratum):
        several = sorted((_key(row, competing, params) for row in by_stratum[name]), reverse=True)
        after = before + len(several)
        wanted = math.ceil(Fraction(repr(share)) * after) - math.ceil(Fraction(repr(share)) * before)
        before = after
        cuts[name] = _cut(several, wanted)
    for row in pool:
        name = _stratum(row, competing, params)
        found[row["id"]] = name not in cuts or _key(row, competing, params) >= cuts[name]
    return found


def _cut(best_first: list[tuple[Any, int]], wanted: int) -> tuple[Any, int]:
    """The last that stays; its hash matters only where others with its score go."""
    if not wanted:
        return (math.inf, 1 << 64)  # above every hash: an infinite score does not stay either
    score, least = best_first[wanted - 1]
    return score, least if wanted < len(best_first) and best_first[wanted][0] == score else 0


def _stratum(row: Row, competing: list[Row], params: Any) -> str:
    name = _name(row, params)
    return name if sum(_name(one, params) == name for one in competing) >= params.fewest_in_stratum else ""


def _name(row: Row, params: Any) -> str:
    if not params.strata:
        return ""
    values = {name: row[name.removeprefix("metadata.")] for name in params.strata}
    return json.dumps(values, separators=(",", ":"), ensure_ascii=False)


def _key(row: Row, competing: list[Row], params: Any) -> tuple[Any, int]:
    """Score (or combined rank) and hash."""
    return _score(row, competing, params), xxhash.xxh3_64_intdigest(row["id"].encode())


def _score(row: Row, competing: list[Row], params: Any) -> Any:
    if params.combine is None:
        return row["toy_quality"]
    ranks = []
    for number, mine in enumerate(row["toy_parts"]):
        others = [round(one["toy_parts"][number] * 1e6) for one in competing]
        mine = round(mine * 1e6)
        ranks.append(Fraction(2 * sum(o < mine for o in others) + sum(o == mine for o in others), 2 * len(others)))
    return {"mean": sum(ranks) / len(ranks), "min": min(ranks), "max": max(ranks)}[params.combine]


def _measured(row: Row, params: Any) -> bool:
    if params.combine is None:
        return row["toy_quality"] is not None and not math.isnan(row["toy_quality"])
    return bool(row["toy_parts"]) and all(one is not None and math.isfinite(one) for one in row["toy_parts"])


def _finite(row: Row, params: Any) -> bool:
    return params.combine is not None or math.isfinite(row["toy_quality"])
