"""The manifest is there, can be read, and adds up in itself."""

from __future__ import annotations

import hashlib
from collections import Counter

from pipelines import storage
from pipelines.comparison.release import Kind, Release, is_inside, parse
from pipelines.verification.findings import SENTENCE, Findings, shown
from schemas.errors import AccountingError, SourceError
from schemas.manifest import NAME, LanguageCounts

_COUNTS: dict[Kind, str] = {
    "document": "released_sources",
    "derived": "derived",
    "rejected": "rejected",
    "dead": "dead",
    "quarantined": "quarantined",
}


def folder_of(address: str) -> str:
    """The folder of a release that is named by itself or by its manifest."""
    return address.rstrip("/").removesuffix(f"/{NAME}") or "/"


def check(folder: str, findings: Findings) -> Release | None:
    """The release, if its manifest can be read."""
    path = storage.join(folder, NAME)
    if not storage.exists(path):
        findings.add(f"there is no {NAME}: this is no release of Glotmill, or it was not finished", NAME)
        return None
    content = storage.read_bytes(path)
    try:
        release = Release(folder, parse(content, NAME), hashlib.sha256(content).hexdigest())
    except SourceError as error:
        findings.add(shown(error, SENTENCE), NAME)
        return None
    findings.looked_at = f"format {release.manifest.format}, {len(release.manifest.files):,} files"
    _adds_up(release, findings)
    _files(release, findings)
    return release


def _adds_up(release: Release, findings: Findings) -> None:
    counts = release.manifest.counts
    for language, c in [
        ("all languages", LanguageCounts(**{n: getattr(counts, n) for n in LanguageCounts.model_fields}))
    ]:
        if min(c.model_dump().values()) < 0:
            findings.add(f"a count of {language} is below 0", NAME)
    try:
        counts.check()
        for one in release.manifest.derived:
            one.check()
    except AccountingError as error:
        findings.add(shown(str(error).partition(". This is a bug")[0], SENTENCE), NAME)
    if counts.input != (rows := sum(source.rows for source in release.manifest.sources)):
        findings.add(f"input is {counts.input:,}, but the sources have {rows:,} rows", NAME)


def _files(release: Release, findings: Findings) -> None:
    several = Counter(file.path for file in release.manifest.files)
    for path, n in several.items():
        if n > 1:
            findings.add(f"is listed {n} times", path)
        if not is_inside(path) or path == NAME:
            findings.add("is no path that a manifest may list: it must name another file inside the folder", path)
    rows: Counter[Kind] = Counter()
    for file in release.data:
        if file.rows is None:
            findings.add("is data, but the manifest does not say how many rows it has", file.path)
        rows[release.kind(file)] += file.rows or 0
    for kind, name in _COUNTS.items():
        if rows[kind] != getattr(release.manifest.counts, name):
            findings.add(
                f"{name} is {getattr(release.manifest.counts, name):,}, but the {kind} files have {rows[kind]:,} rows",
                NAME,
            )
