"""croissant.json is byte for byte what the manifest gives."""

from __future__ import annotations

from importlib import import_module

from pipelines import storage
from pipelines.comparison.release import Release
from pipelines.verification.findings import Findings
from pipelines.verification.lines import first_difference

NAME = "croissant.json"


def check(release: Release, findings: Findings) -> None:
    """See the module."""
    if NAME not in {file.path for file in release.manifest.files}:
        findings.skipped = "the release has none"
        return
    render = import_module("data_cards.croissant").render
    path = storage.join(release.folder, NAME)
    if not storage.exists(path):
        findings.add("is missing", NAME)
        return
    there, wanted = storage.read_bytes(path).decode("utf-8", "replace"), str(render(release.manifest))
    findings.looked_at = f"{len(there.splitlines()):,} lines"
    if there != wanted:
        findings.add(first_difference(there, wanted, NAME), NAME)
