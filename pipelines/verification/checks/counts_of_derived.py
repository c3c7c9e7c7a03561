"""Derived rows by stage, language and operator, with their medians; and the requests behind them."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict

import orjson
import polars as pl

from pipelines.verification.findings import Findings, shown
from schemas.manifest import Manifest

_Group = tuple[str, str, str]  # stage, language, operator


class Derived:
    """What the files hold of derived rows."""

    COLUMNS = ("stage", "language", "operator", "reasons", "scores", "attempts", "exchanges")

    def __init__(self, manifest: Manifest) -> None:
        self.manifest = manifest
        self.accepted, self.quarantined, self.repaired = (Counter[_Group]() for _ in range(3))
        self.reasons: dict[_Group, Counter[str]] = defaultdict(Counter)
        self.scores: dict[tuple[_Group, str], list[float]] = defaultdict(list)
        self._requests: list[pl.DataFrame] = []

    def add(self, frame: pl.DataFrame, *, accepted: bool) -> None:
        """Count rows, all accepted or all quarantined."""
        by = ("stage", "language", "operator")
        for key, rows in frame.partition_by(*by, as_dict=True).items():
            group: _Group = (str(key[0]), str(key[1]), str(key[2]))
            if not accepted:
                self.quarantined[group] += rows.height
                self.reasons[group].update(rows["reasons"].explode().drop_nulls().to_list())
                continue
            self.accepted[group] += rows.height
            self.repaired[group] += rows.filter(pl.col("attempts") > 1).height
            for text in rows["scores"].drop_nulls():
                for name, value in orjson.loads(text).items():
                    if isinstance(value, int | float):
                        self.scores[group, name].append(float(value))
        self._requests.append(_requests(frame))

    def compare(self, findings: Findings) -> None:
        """Compare all that with the manifest."""
        told = {
            (one.stage, group.language, group.operator): group for one in self.manifest.derived for group in one.groups
        }
        for key in sorted(self.accepted.keys() | self.quarantined.keys() | told.keys()):
            name = " ".join(map(shown, key))
            group = told.get(key)
            if group is None:
                findings.add(f"{name}: the files have such rows, the manifest has no such group")
                continue
            findings.compare(f"{name}: accepted", self.accepted[key], group.accepted)
            findings.compare(f"{name}: quarantined", self.quarantined[key], group.quarantined)
            findings.compare(f"{name}: repaired", self.repaired[key], group.repaired)
            findings.compare_all(f"{name}: quarantined for", self.reasons[key], group.by_reason)
            medians = {n: round(statistics.median(values), 4) for (k, n), values in self.scores.items() if k == key}
            for score in sorted(medians.keys() | group.medians.keys()):
                findings.compare(f"{name}: median of {shown(score)}", medians.get(score), group.medians.get(score))
        self._usage(findings)

    def _usage(self, findings: Findings) -> None:
        """Each request counts once for a stage, role and model, however many rows rest on it."""
        told = {(one.stage, one.role, one.model): one for one in self.manifest.usage}
        every = pl.concat(self._requests).unique() if self._requests else None
        counted = {} if every is None else {
            (str(stage), str(role), str(model)): (n, sent, came)
            for stage, role, model, n, sent, came in every.group_by("stage", "role", "model")
            .agg(pl.len(), pl.col("prompt_tokens").sum(), pl.col("completion_tokens").sum())
            .iter_rows()
        }  # fmt: skip
        for key in sorted(counted.keys() | told.keys()):
            name = " ".join(map(shown, key))
            usage = told.get(key)
            wanted = (usage.requests, usage.prompt_tokens, usage.completion_tokens) if usage else (0, 0, 0)
            for what, here, there in zip(
                ("requests", "tokens sent", "tokens received"), counted.get(key, (0, 0, 0)), wanted, strict=True
            ):
                findings.compare(f"{name}: {what}", here, there)


def _requests(frame: pl.DataFrame) -> pl.DataFrame:
    """The different requests of some rows."""
    return (
        frame.select("stage", pl.col("exchanges").alias("one"))
        .explode("one")
        .filter(pl.col("one").is_not_null())
        .select(
            "stage",
            *(pl.col("one").struct.field(n) for n in ("role", "model", "key", "prompt_tokens", "completion_tokens")),
        )
        .unique(["stage", "role", "model", "key"], maintain_order=True)
    )
