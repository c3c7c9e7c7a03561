"""No id and no cluster of duplicates in two splits of a language; derived rows in the split of their document."""

from __future__ import annotations

from collections import defaultdict

import polars as pl

from pipelines.comparison.release import Release
from pipelines.verification import keys
from pipelines.verification.findings import Findings, shown
from schemas.manifest import ReleasedFile

_KEYS = (("id", pl.col("id")), ("cluster", pl.coalesce("cluster_id", "id")))


def check(release: Release, findings: Findings) -> None:
    """See the module."""
    documents, derived = (
        [file for file in release.data if release.kind(file) == kind] for kind in ("document", "derived")
    )
    names = sorted({release.split(file) for file in [*documents, *derived]})
    findings.looked_at = ", ".join(map(shown, names))
    if len(names) < 2:
        findings.skipped = f"there is one split{f', {shown(names[0])}' if names else ''}"
        return
    by_config: dict[str, list[ReleasedFile]] = defaultdict(list)
    for file in [*documents, *derived]:
        by_config[file.config or ""].append(file)
    for config, files in sorted(by_config.items()):
        places = _places(release, files)
        if len({place.name for place in places}) > 1:
            for what, key in _KEYS if release.kind(files[0]) == "document" else _KEYS[:1]:
                both = keys.repeated(places, key, ("id", "cluster_id"), between=True)
                _tell(findings, f"config {shown(config)}: {{}} in several splits", what, both)
    if derived:
        # A document and the rows derived from it share a key: what leaks has it in two splits.
        places = _places(release, [*documents, *derived])
        leaks = keys.repeated(places, pl.coalesce("document_id", "id"), ("id", "document_id"), between=True)
        _tell(findings, "{} in another split than rows derived from it", "document", leaks)


def _places(release: Release, files: list[ReleasedFile]) -> list[keys.Place]:
    return [keys.Place(release.path(file), release.split(file), file.rows or 0) for file in files]


def _tell(findings: Findings, message: str, what: str, rows: pl.DataFrame) -> None:
    if rows.height:
        names = " and ".join(sorted(set(rows["names"][0])))
        n = f"{rows.height:,} {what}{'s' if rows.height != 1 else ''}"
        findings.add(f"{message.format(n)}; the first: {shown(rows['key'][0])} in {shown(names)}")
