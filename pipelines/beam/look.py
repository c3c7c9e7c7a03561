"""What happened to one document: looked up in the files that the last run left."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import polars as pl

from pipelines import judge, storage
from pipelines.beam import shards
from pipelines.beam.phases import derive, verdicts
from pipelines.beam.run import LATEST
from pipelines.plan import Plan, Step
from pipelines.readers.contract import READ
from schemas import languages
from schemas.columns import VERDICT
from schemas.errors import SourceError
from schemas.recipe import Recipe

_PLAIN = {column.name for column in (*READ, *VERDICT)} | {"text_bytes"}


def latest(work: str) -> dict[str, Any]:
    """Where the last run of a recipe left its files.

    Raises:
        SourceError: there was none.
    """
    path = f"{work}/{LATEST}"
    if not storage.exists(path):
        raise SourceError(f"no finished run in {work}. Run the recipe first: glotmill run RECIPE")
    found: dict[str, Any] = storage.read_json(path)
    return found


def recipe_of(run: dict[str, Any]) -> Recipe:
    """The recipe that the last run had."""
    return Recipe.model_validate(run["recipe"])


def explain(run: dict[str, Any], plan: Plan, row_id: str) -> dict[str, Any]:
    """All that is known about a document (or a derived row).

    Args:
        run: from `latest`.
        plan: the plan of the run's recipe.
        row_id: its id.

    Returns:
        `id`, `outcome` (released, rejected, dead, derived, quarantined), the text, file and position, scores, every
        rule with its threshold and whether it was broken, `reasons`, the cluster, and the rows derived from it.

    Raises:
        SourceError: no such id; names some that are like it.
    """
    for index, entry in enumerate(run["shards"]):
        ids = shards.read(entry["verdicts"], ["row", "id"]).filter(pl.col("id") == row_id)
        if ids.height:
            return _document(run, plan, index, entry, int(ids["row"][0]))
        dead = shards.read(entry["dead"]).filter(pl.col("id") == row_id)
        if dead.height:
            return {"outcome": "dead", **dead.row(0, named=True)}
    for step, entry in zip(plan.derive_steps, run["derived"], strict=True):
        for path in entry["files"]:
            found = derive.read(path, step).filter(pl.col("id") == row_id)
            if found.height:
                return _derived_row(step, found.row(0, named=True))
    raise SourceError(f"no document with the id {row_id!r} in the last run. {_near(run, row_id)}")


def _near(run: dict[str, Any], row_id: str) -> str:
    like: list[str] = []
    for entry in run["shards"]:
        ids = shards.read(entry["verdicts"], ["id"])["id"]
        like += ids.filter(ids.str.contains(row_id, literal=True)).head(5 - len(like)).to_list()
        if len(like) >= 5:
            break
    return (
        f"Ids that contain it: {', '.join(like)}."
        if like
        else "Ids are in the column `id` of the release and of rejected/."
    )


def _document(run: dict[str, Any], plan: Plan, index: int, entry: dict[str, Any], row: int) -> dict[str, Any]:
    final = verdicts.of_shard(index, entry["verdicts"], entry["clusters"]).row(row, named=True)
    start = 0
    measured: dict[str, Any] = {}
    for frame in shards.frames(entry["documents"]):
        if row < start + frame.height:
            measured = frame.row(row - start, named=True)
            break
        start += frame.height
    rules = []
    for step in plan.measures:
        for rule in step.stage.rules:
            limit = (
                getattr(step.params, rule.threshold)
                if rule.keep == "among"
                else judge.limit(step, rule, final["source"], final["language"])
            )
            rules.append(
                {
                    "stage": step.name,
                    "score": rule.score,
                    "value": measured[rule.score],
                    "keep": rule.keep,
                    "threshold": limit,
                    "parameter": rule.threshold,
                    "reason": rule.reason,
                    "broken": rule.reason in final["reasons"],
                }
            )
    scores = {name: value for name, value in measured.items() if name not in _PLAIN}
    return {
        "id": final["id"],
        "outcome": "rejected" if final["reasons"] else "released",
        "reasons": final["reasons"],
        "source": final["source"],
        "file": measured["file"],
        "position": measured["position"],
        "language": final["language"],
        "declared_language": measured["declared_language"],
        "date": measured["date"],
        "unread_date": measured["unread_date"],
        "scores": scores,
        "rules": rules,
        "cluster_id": final["cluster_id"],
        "cluster_size": final["cluster_size"],
        "twin_id": final["twin_id"],
        "twin_release": final["twin_release"],
        "twin_similarity": final["twin_similarity"],
        "expected": final["expected"],
        "derived": _derived(run, plan, final["id"]),
        "text": measured["text"],
    }


def quarantined(run: dict[str, Any], steps: Sequence[Step[Any]]) -> pl.DataFrame:
    """The derived rows of a run that failed: `id`, `language`, `reasons`.

    Args:
        run: where its files are, as `latest` says.
        steps: its Derive steps.
    """
    empty = pl.DataFrame(schema={"id": pl.String, "language": pl.String, "reasons": pl.List(pl.String)})
    parts = [
        derive.read(path, step).filter(pl.col("reasons").list.len() > 0).select(empty.columns)
        for step, entry in zip(steps, run["derived"], strict=True)
        for path in entry["files"]
    ]
    return pl.concat([empty, *parts])


def _derived(run: dict[str, Any], plan: Plan, document_id: str) -> list[dict[str, Any]]:
    rows = []
    for step, entry in zip(plan.derive_steps, run["derived"], strict=True):
        for path in entry["files"]:
            found = derive.read(path, step).filter(pl.col("document_id") == document_id)
            rows += [_derived_row(step, row) for row in found.sort("id").iter_rows(named=True)]
    return rows


def _derived_row(step: Step[Any], row: dict[str, Any]) -> dict[str, Any]:
    scores = json.loads(row["scores"]) if row["scores"] else {}
    pair = languages.pair(row["source_language"] or row["language"], row["language"])
    limits = {
        rule.score: judge.limit(step, rule, row["source"], pair) for rule in step.stage.rules if rule.keep != "among"
    }
    return {
        **{
            name: row[name]
            for name in (
                "id",
                "document_id",
                "parent_id",
                "stage",
                "operator",
                "source_language",
                "language",
                "text",
                "record",
                "back_text",
                "parent_text",
            )
        },
        "outcome": "quarantined" if row["reasons"] else "derived",
        "reasons": row["reasons"],
        "scores": scores,
        "thresholds": limits,
        "model": row["model"],
        "attempts": row["attempts"],
        "exchanges": row["exchanges"],
        "raw": row["raw"],
    }
