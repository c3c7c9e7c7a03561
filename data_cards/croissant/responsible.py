"""What the RAI vocabulary asks for: facts from the manifest, and what people wrote in the recipe; nothing else.

A property that neither has anything for is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from data_cards import model_licences, parameters
from data_cards.limits import limits, private_data
from schemas.manifest import Manifest, SourceRecord, StageRecord

_FOUND = "private_data_"  # how the columns start in which the stage counts what it found


def responsible(manifest: Manifest) -> dict[str, Any]:
    """Arguments of `mlcroissant.Metadata`."""
    written = texts(manifest)
    told = {
        "data_collection": written.get("collection"),
        "data_collection_raw_data": " ".join(map(_source, manifest.sources)),
        "data_collection_missing_data": _missing(manifest),
        "data_preprocessing_protocol": [_stage(stage) for stage in manifest.stages],
        "data_annotation_protocol": _only(written.get("annotation"), *_annotated(manifest)),
        "machine_annotation_tools": list(_models(manifest)),
        "data_biases": _only(written.get("biases"), *_lost(manifest), *map(plain, manifest.warnings)),
        "data_use_cases": _only(written.get("uses"), _prefixed("Not for", written.get("not_for"))),
        "data_limitations": [plain(limit) for limit in limits(manifest)],
        "data_social_impact": written.get("social_impact"),
        "personal_sensitive_information": _only(
            written.get("personal_data"), plain(private_data(manifest)), _found(manifest)
        ),
        "data_release_maintenance_plan": "\n\n".join(
            _only(
                written.get("maintenance"),
                _prefixed("Removal", written.get("removal")),
                _prefixed("Contact", written.get("contact")),
            )
        ),
    }
    return {name: value for name, value in told.items() if value}


def texts(manifest: Manifest) -> dict[str, str]:
    """The texts of the recipe's `release.card`, those that say something."""
    card: Mapping[str, Any] = (manifest.recipe.get("release") or {}).get("card") or {}
    return {name: value.strip() for name, value in card.items() if isinstance(value, str) and value.strip()}


def plain(markdown: str) -> str:
    r"""A sentence of the card without Markdown's marks.

    >>> plain("`quality.limit` of my\\_source &lt; 3")
    'quality.limit of my_source < 3'
    """
    return re.sub(r"\\([\\`*_\[\]|~])|`", r"\1", markdown).replace("&lt;", "<")


def _only(*parts: str | None) -> list[str]:
    return [part for part in parts if part]


def _prefixed(head: str, value: str | None) -> str | None:
    return f"{head}: {value}" if value else None


def _source(source: SourceRecord) -> str:
    parts = [f"Source {source.name}: {source.rows:,} rows in {source.files:,} files"]
    parts += [f"licence {source.licence}"] if source.licence else []
    parts += [source.homepage] if source.homepage else []
    return ", ".join(parts) + "."


def _missing(manifest: Manifest) -> str | None:
    counts = manifest.counts
    if not counts.dead:
        return None
    errors = ", ".join(f"{error} {rows:,}" for error, rows in sorted(counts.dead_by_error.items()))
    return f"Input rows that could not be processed: {counts.dead:,} of {counts.input:,} ({errors}); config dead."


def _stage(stage: StageRecord) -> str:
    """A stage with its settings in the card's short form, and why its rules reject."""
    settings = []
    for _, name, value, exceptions in parameters.rows(stage):
        settings.append(f"{name} = {value}" + (f" ({exceptions})" if exceptions else ""))
    lines = [f"{stage.name} ({stage.kind.lower()}, version {stage.version}): {stage.summary}."]
    lines += [f"Parameters: {'; '.join(settings)}."] if settings else []
    lines += [f"{reason}: {why}" for reason, why in stage.rules.items()]
    lines += stage.proven
    return "\n".join(lines)


def _annotated(manifest: Manifest) -> Iterable[str]:
    """What was written beside or made of the texts by machine."""
    for stage in manifest.stages:
        if stage.kind.lower() == "measure":
            yield f"Measured on every document by the stage {stage.name}: {stage.summary}."
        elif stage.kind.lower() == "derive":
            made = sum(manifest.counts.derived_by_stage.get(stage.name, {}).values())
            yield f"Derived by the stage {stage.name}, {made:,} rows accepted: {stage.summary}."


def _models(manifest: Manifest) -> Iterable[str]:
    """Models that measured or wrote, with what the server or a digest says of them, and their licences."""
    known = dict(manifest.models)
    for stage in manifest.stages:
        if stage.kind.lower() in ("measure", "derive"):
            for name, digest in stage.fingerprint.items():
                known.setdefault(name, digest)
    for asked, returned in known.items():
        shown = asked if asked == returned else f"{asked} ({returned})"
        terms = model_licences.of(asked, manifest)
        yield f"{shown}, licence {terms}" if terms else shown


def _lost(manifest: Manifest) -> Iterable[str]:
    """Strata that lost much more than their language."""
    return (plain(warning) for rule in manifest.selection for warning in rule.warnings)


def _found(manifest: Manifest) -> str | None:
    found = {name.removeprefix(_FOUND): n for name, n in manifest.counts.edits.items() if name.startswith(_FOUND)}
    kinds = ", ".join(f"{kind.replace('_', ' ')} {n:,}" for kind, n in found.items())
    return f"Found in all input documents: {kinds}." if kinds else None
