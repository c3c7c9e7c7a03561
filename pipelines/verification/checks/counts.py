"""Every count of the manifest that the released files hold, counted again with polars alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

import polars as pl

from pipelines.comparison.release import Kind, Release, frames
from pipelines.verification.checks.counts_of_derived import Derived
from pipelines.verification.findings import Findings, shown
from schemas import languages
from schemas.manifest import LanguageCounts, Manifest

_FIELDS: dict[Kind, str] = {
    "document": "released_sources",
    "derived": "derived",
    "rejected": "rejected",
    "dead": "dead",
    "quarantined": "quarantined",
}
_SMALL = ("id", "language", "reasons", "error", "stage", "source", "twin_release", "expected")
_UNMEASURED = "unmeasured"


def check(release: Release, findings: Findings) -> None:
    """See the module."""
    counted = _Counted(release.manifest)
    derived = Derived(release.manifest)
    for file in release.data:
        kind = release.kind(file)
        columns = [*_SMALL, *release.manifest.counts.edits]
        for frame in frames(release.path(file), columns):
            counted.add(frame, kind)
        if kind in ("derived", "quarantined"):
            for frame in frames(release.path(file), Derived.COLUMNS):
                derived.add(frame, accepted=kind == "derived")
    counted.compare(findings)
    derived.compare(findings)
    findings.looked_at = f"{counted.input:,} rows in, {len(counted.by_language):,} languages"


class _Counted:
    """What the files hold."""

    def __init__(self, manifest: Manifest) -> None:
        self.manifest = manifest
        self.by_language: dict[str, Counter[str]] = defaultdict(Counter)
        self.by_reason, self.by_error, self.by_gate, self.sources, self.edits, self.against = (
            Counter[str]() for _ in range(6)
        )
        self.by_stage, self.derived = (defaultdict[str, Counter[str]](Counter) for _ in range(2))
        self.planted = self.as_written = 0
        self._owners = {
            reason: stage.name for stage in manifest.stages if stage.kind.lower() != "derive" for reason in stage.rules
        }

    @property
    def input(self) -> int:
        """Rows that came in: each is released, rejected or dead."""
        return sum(counts[name] for counts in self.by_language.values() for name in _FIELDS.values() if _came(name))

    def add(self, frame: pl.DataFrame, kind: Kind) -> None:
        """Count rows of one kind."""
        label = pl.col("language").fill_null(languages.UNDETERMINED) if "language" in frame.columns else None
        frame = frame.with_columns((pl.lit(languages.UNDETERMINED) if label is None else label).alias("language"))
        for language, n in _tally(frame, "language"):
            self.by_language[language][_FIELDS[kind]] += n
        if kind in ("document", "rejected", "dead"):
            self.sources.update(dict(_tally(frame, "source")))
            self._verdicts(frame, kind)
        if kind in ("document", "rejected"):
            for name in self.manifest.counts.edits:
                if name in frame.columns:
                    self.edits[name] += int(frame[name].sum())
        if kind == "rejected":
            self.by_reason.update(dict(_tally(frame.explode("reasons"), "reasons")))
            self.against.update(dict(_tally(frame, "twin_release")))
            first = frame.select("language", pl.col("reasons").list.first().alias("first"))
            for language, reason, n in first.group_by("language", "first").len().iter_rows():
                self.by_stage[self._owners.get(reason, _UNMEASURED)][language] += n
        elif kind == "dead":
            self.by_error.update(dict(_tally(frame, "error")))
        elif kind == "derived":
            for stage, language, n in frame.group_by("stage", "language").len().iter_rows():
                self.derived[stage][language] += n
        elif kind == "quarantined":
            self.by_gate.update(dict(_tally(frame.explode("reasons"), "reasons")))

    def _verdicts(self, frame: pl.DataFrame, kind: Kind) -> None:
        """Planted verdicts: `keep`, `dead`, `reject`, or `reject:` with reasons of which one has to be there."""
        if "expected" not in frame.columns:
            return
        came = {"document": "keep", "dead": "dead", "rejected": "reject"}[kind]
        planted = frame.drop_nulls("expected")
        wanted = pl.col("expected").str.splitn(":", 2)
        carried = pl.col("reasons") if kind == "rejected" else pl.lit([], pl.List(pl.String))
        named = wanted.struct.field("field_1").str.split("|")
        right = (wanted.struct.field("field_0") == came) & (
            wanted.struct.field("field_1").fill_null("").eq("") | (named.list.set_intersection(carried).list.len() > 0)
        )
        self.planted += planted.height
        self.as_written += int(planted.select(right.fill_null(False)).to_series().sum())

    def compare(self, findings: Findings) -> None:
        """Compare all that with the manifest."""
        counts = self.manifest.counts
        for language in sorted(self.by_language.keys() | counts.by_language.keys()):
            told = counts.by_language.get(language, LanguageCounts())
            here = self.by_language[language]
            findings.compare(f"{shown(language)}: input", sum(here[n] for n in here if _came(n)), told.input)
            for name in _FIELDS.values():
                findings.compare(f"{shown(language)}: {name}", here[name], getattr(told, name))
        findings.compare("all languages: input", self.input, counts.input)
        for name in _FIELDS.values():
            here_of_all = sum(one[name] for one in self.by_language.values())
            findings.compare(f"all languages: {name}", here_of_all, getattr(counts, name))
        findings.compare_all("rejected for", self.by_reason, counts.rejected_by_reason)
        findings.compare_all("dead for", self.by_error, counts.dead_by_error)
        findings.compare_all("quarantined for", self.by_gate, counts.quarantined_by_reason)
        _compare_nested(findings, "rejected by", self.by_stage, counts.rejected_by_stage)
        _compare_nested(findings, "derived by", self.derived, counts.derived_by_stage)
        findings.compare_all("rows of source", self.sources, {one.name: one.rows for one in self.manifest.sources})
        findings.compare_all("edits", {n: k for n, k in self.edits.items() if n in counts.edits}, counts.edits)
        findings.compare_all("left out for", self.against, {one.name: one.removed for one in self.manifest.against})
        planted = self.manifest.expected
        if planted is not None or self.planted:
            findings.compare("planted verdicts", self.planted, planted.rows if planted else 0)
            findings.compare("verdicts that came out as planted", self.as_written, planted.as_written if planted else 0)


def _came(name: str) -> bool:
    return name in ("released_sources", "rejected", "dead")


def _tally(frame: pl.DataFrame, column: str) -> Sequence[tuple[str, int]]:
    if column not in frame.columns:
        return ()
    return list(frame.drop_nulls(column).group_by(column).len().iter_rows())


def _compare_nested(
    findings: Findings, what: str, counted: dict[str, Counter[str]], told: dict[str, dict[str, int]]
) -> None:
    for name in sorted(counted.keys() | told.keys()):
        findings.compare_all(f"{what} {shown(name)}:", counted.get(name, Counter()), told.get(name, {}))
