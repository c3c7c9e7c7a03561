"""All that a release says of one row: its text, its scores against the limits, its twins, what was made of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pipelines import judge
from pipelines.inspection import shown
from pipelines.inspection.ran import Ran
from pipelines.inspection.rows import Address, Kind, Rows
from pipelines.plan import Step
from schemas import languages
from schemas.manifest import Manifest
from schemas.stage import Derive, Rule

_EVERYWHERE: tuple[Kind, ...] = ("all", "derived", "quarantine", "dead")
_FACTS = (
    "source", "url", "date", "declared_language", "file", "position", "metadata", "expected", "copies",
    "sampling_weight", "operator", "stage", "attempts", "sample", "model", "model_returned", "parameters",
    "prompt_tokens", "completion_tokens", "dollars", "error", "message", "replay",
)  # fmt: skip
_CLUSTER = 50
_DERIVED = 100
_TEXTS = {"text", "parent_text", "back_text", "record", "raw"}


def of(rows: Rows, ran: Ran, address: Address, characters: int = shown.CHARACTERS) -> dict[str, Any]:
    """The story of a row.

    Args:
        rows: of the release.
        ran: its stages.
        address: of the row.
        characters: of a text.

    Raises:
        QuestionError: no such row.
    """
    row = rows.row(address)
    outcome = rows.outcomes[address[0]]
    file = rows.release.data[address[0]]
    language = row.get("language")
    told: dict[str, Any] = {
        "file": address[0],
        "row": address[1],
        "id": shown.cell(row.get("id"), 1_000),
        "outcome": outcome,
        "language": {"label": shown.cell(language), "name": shown.name(language)},
        "config": file.config,
        "split": file.split if outcome in ("released", "derived") else None,
        "path": file.path,
        "reasons": [ran.why(reason) for reason in row.get("reasons") or ()],
        "facts": [[name, shown.plain(row[name], 2_000)] for name in _FACTS if row.get(name) is not None],
        "text": shown.text(row.get("text"), language, characters),
    }
    if outcome in ("released", "rejected"):
        return {**told, **_document(rows, ran, row, characters)}
    if outcome == "dead":
        return {**told, "raw": shown.text(row.get("raw"), None, characters)}
    return {**told, **_derived(rows, ran, row, characters)}


def find(rows: Rows, row_id: str) -> Address | None:
    """Where the row with an id is; None where there is none."""
    found = rows.where("id", row_id, _EVERYWHERE, 1)
    return found[0] if found else None


def _document(rows: Rows, ran: Ran, row: Mapping[str, Any], characters: int) -> dict[str, Any]:
    limits = [_rule(step, rule, row) for step in ran.measures for rule in step.stage.rules if rule.score in row]
    reasons = set(row.get("reasons") or ())
    for one in limits:
        one["broken"] = one["reason"] in reasons
        one["cut"] = _cut(rows.release.manifest, one, row.get("language"))
    ruled = {one["score"] for one in limits}
    described = {c.name: c.description for c in rows.release.manifest.columns.get("documents", ())}
    kinds = {record.name: record.kind.lower() for record in rows.release.manifest.stages}
    edits: list[dict[str, Any]] = []
    others: list[dict[str, Any]] = []
    skipped = {*_FACTS, *_TEXTS, *ruled, "id", "language", "reasons", *_OF_CLUSTER}
    for name, value in row.items():
        if name in skipped or value is None:
            continue
        one = {"name": name, "value": shown.plain(value, 500), "meaning": described.get(name, "")}
        edited = any(kinds.get(stage) == "edit" for stage in _stages_of(name, kinds))
        (edits if edited else others).append(one)
    return {
        "rules": sorted(limits, key=lambda one: (not one["broken"], one["threshold"] is None)),
        "edits": [one for one in edits if one["value"] not in (0, 0.0, False)],
        "edits_known": bool(edits),
        "scores": others,
        "cluster": _cluster(rows, row, characters),
        "derived": [
            of_derived
            for place in rows.where("document_id", row["id"], ("derived", "quarantine"), _DERIVED)
            for of_derived in [_brief(rows, place, ("id", "language", "source_language", "stage", "operator", "text"))]
        ],
        "parts": None,
    }


_OF_CLUSTER = ("cluster_id", "cluster_size", "twin_id", "twin_release", "twin_similarity")


def _stages_of(column: str, kinds: Mapping[str, str]) -> list[str]:
    """The stages that a column is named after: `private_data_email` is of `private_data`."""
    return [name for name in kinds if column == name or column.startswith(f"{name}_")]


def _rule(step: Step[Any], rule: Rule, row: Mapping[str, Any], language: str | None = None) -> dict[str, Any]:
    source, of_language = row.get("source") or "", language or row.get("language") or ""
    if rule.keep == "among":
        allowed = getattr(step.params, rule.threshold)
        limit: Any = None if allowed is None else list(allowed)
        origin = None
    else:
        limit = judge.limit(step, rule, source, of_language)
        origin = getattr(step.params, rule.threshold).origin_for_row(source, of_language)
    return {
        "stage": step.name,
        "score": rule.score,
        "value": shown.plain(row.get(rule.score)),
        "keep": rule.keep,
        "threshold": shown.plain(limit),
        "origin": origin,
        "parameter": rule.threshold,
        "reason": rule.reason,
        "why": rule.why,
        "applies": rule.applies is None or row.get(rule.applies) is not False,
    }


def _cut(manifest: Manifest, rule: Mapping[str, Any], language: Any) -> float | None:
    """Where a rule that keeps a share cut the language, as the manifest tells."""
    for record in manifest.selection:
        if (record.stage, record.reason) == (rule["stage"], rule["reason"]) and language in record.by_language:
            return record.by_language[language].threshold
    return None


def _cluster(rows: Rows, row: Mapping[str, Any], characters: int) -> dict[str, Any] | None:
    """The duplicates of a document: how many, the one that stayed with its text, and the others."""
    if not row.get("cluster_id") and not row.get("twin_id"):
        return None
    found: dict[str, Any] = {name: shown.cell(row.get(name)) for name in _OF_CLUSTER}
    found["twin"] = None
    if row.get("twin_id") and not row.get("twin_release"):
        place = find(rows, row["twin_id"])
        if place is not None:
            twin = rows.row(place)
            found["twin"] = {
                **_brief(rows, place, ("id", "language", "url")),
                "text": shown.text(twin.get("text"), twin.get("language"), characters),
            }
    members = rows.where("cluster_id", row["cluster_id"], ("all",), _CLUSTER + 1) if row.get("cluster_id") else []
    briefs = [_brief(rows, place, ("id", "language", "url", "twin_similarity")) for place in members[:_CLUSTER]]
    found["members"] = [one for one in briefs if one["values"]["id"] != shown.cell(row["id"])]
    found["more"] = len(members) > _CLUSTER
    return found


def _brief(rows: Rows, place: Address, columns: Sequence[str]) -> dict[str, Any]:
    (row,) = rows.page([place], [*columns, "reasons"])
    language = row["values"].get("language")
    row["values"] = {name: shown.cell(value) for name, value in row["values"].items()}
    return {**row, "lang": shown.tag(language), "language_name": shown.name(language)}


def _derived(rows: Rows, ran: Ran, row: Mapping[str, Any], characters: int) -> dict[str, Any]:
    step = next((one for one in ran.derives if one.name == row.get("stage")), None)
    scores = _json(row.get("scores"))
    source_language = row.get("source_language") or row.get("language")
    document = find(rows, row["document_id"]) if row.get("document_id") else None
    parent = find(rows, row["parent_id"]) if row.get("parent_id") else None
    source = rows.row(document).get("source") if document is not None else None
    return {
        "rules": [] if step is None else _gates(step, scores, row, source),
        "scores": [
            {"name": shown.cell(name), "value": shown.plain(value, 500), "meaning": ""}
            for name, value in scores.items()
            if step is None or name not in {rule.score for rule in step.stage.rules}
        ],
        "document": None if document is None else _brief(rows, document, ("id", "language")),
        "parent": None if parent in (None, document) else _brief(rows, parent, ("id", "language")),
        "source_language": {"label": shown.cell(source_language), "name": shown.name(source_language)},
        "parts": {
            "source": shown.text(row.get("parent_text"), source_language, characters),
            "made": shown.text(row.get("text"), row.get("language"), characters),
            "back": shown.text(row.get("back_text"), source_language, characters),
            "record": shown.text(_pretty(row.get("record")), row.get("language"), characters),
        },
        "raw": shown.text(row.get("raw"), row.get("language"), characters),
        "signatures": shown.plain(_json(row.get("signatures")), 500),
        "exchanges": [
            {
                **{name: shown.plain(value, 500) for name, value in one.items() if name != "answer"},
                "answer": shown.text(one.get("answer"), None, characters),
            }
            for one in row.get("exchanges") or ()
        ],
    }


def _gates(
    step: Step[Derive], scores: Mapping[str, Any], row: Mapping[str, Any], source: str | None
) -> list[dict[str, Any]]:
    pair = languages.pair(row.get("source_language") or row["language"], row["language"])
    broken = set(row.get("reasons") or ())
    found = []
    for rule in step.stage.rules:
        if rule.score not in scores:
            continue  # the gate had nothing to say of the row
        told = _rule(step, rule, {**scores, "source": source}, pair)
        found.append({**told, "broken": rule.reason in broken, "cut": None})
    return sorted(found, key=lambda one: (not one["broken"], one["threshold"] is None))


def _json(value: Any) -> dict[str, Any]:
    try:
        read = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _pretty(value: Any) -> str | None:
    if not isinstance(value, str):
        return None
    try:
        return json.dumps(json.loads(value), ensure_ascii=False, indent=2)
    except ValueError:
        return value
