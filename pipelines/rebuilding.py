"""The prompts of derived rows, rebuilt from a release alone: recipe, parent row, and the answers that the row carries.

A row says what each request was by the SHA-256 of its canonical form. The stage is run again with answers from the row
instead of a server; a request that comes out as it was has the same key, byte for byte.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from pipelines import plan, storage
from pipelines.plan import Step
from pipelines.tools import Tools
from schemas import recipe as recipes
from schemas.columns import DERIVED, polars_schema
from schemas.errors import RecipeError, SourceError
from schemas.manifest import NAME, Manifest
from schemas.recipe import Client, Role
from schemas.stage import Derive
from translators.llm.request import BadAnswer, Reply, Request

_COLUMNS = tuple(polars_schema(DERIVED))


@dataclass(frozen=True)
class Rebuilt:
    """One request of a row.

    Args:
        step: what it was for.
        key: its key, as the row has it; empty where the row has no such request.
        request: its canonical JSON.
        same: whether the request that was rebuilt is the one that was sent.
    """

    step: str
    key: str
    request: str
    same: bool


class _Recorded:
    """A role's client that answers from a row."""

    def __init__(self, spec: Client, role: Role, row: _Row) -> None:
        self.spec, self._role, self._row = spec, role, row
        self.endpoint = next((one["endpoint"] for one in row.left if one["role"] == role), "")

    async def ask(self, request: Request) -> Reply:
        """The answer that the row has to this request."""
        return self._row.answer(request, self._role)


class _Row:
    """The answers of one row, each given once, in their order."""

    def __init__(self, client: Client, exchanges: Iterable[Mapping[str, Any]]) -> None:
        self.spec = client
        self.left = [dict(one) for one in exchanges]
        self.rebuilt: list[Rebuilt] = []
        self._roles: dict[Role, _Recorded] = {}

    def of(self, role: Role) -> _Recorded:
        """The recorded client of a role."""
        if role not in self._roles:
            self._roles[role] = _Recorded(self.spec.of_role(role), role, self)
        return self._roles[role]

    def answer(self, request: Request, role: Role) -> Reply:
        """The answer to a request, which is held against the row's next one of that role."""
        # A server that refuses a schema was asked without it.
        for form in (request, replace(request, schema=None)) if request.schema is not None else (request,):
            for one in self.left:
                if one["key"] == form.key(one["endpoint"]):
                    self.left.remove(one)
                    self.rebuilt.append(Rebuilt(one["step"], one["key"], form.canonical(), True))
                    return Reply(
                        one["answer"],
                        one["finish_reason"],
                        one["model_returned"],
                        one["prompt_tokens"],
                        one["completion_tokens"],
                        True,
                        one["key"],
                        one["system_fingerprint"],
                    )
        self.rebuilt.append(Rebuilt(role, "", request.canonical(), False))
        raise BadAnswer("the row has no such request")


def rebuild(release: str, ids: Iterable[str] | None = None) -> Iterator[tuple[str, list[Rebuilt]]]:
    """The requests of derived rows, each row with its own.

    Args:
        release: folder of a release.
        ids: derived rows; None for all.

    Yields:
        Id of a row, and its requests in order; one that was not rebuilt has `same` false. Requests that ended without
        an answer are not in a row, and not here.

    Raises:
        SourceError: no release, or no such row.
        RecipeError: the release's recipe has no Derive stage, or points to files (glossaries) that are gone.
    """
    path = f"{release.rstrip('/')}/{NAME}"
    if not storage.exists(path):
        raise SourceError(f"{release} holds no release: there is no {NAME} in it.")
    manifest = Manifest.model_validate(storage.read_json(path))
    checked = plan.plan(recipes.Recipe.model_validate(manifest.recipe))
    client = checked.recipe.client
    if client is None or not checked.derive_steps:
        raise RecipeError(f"{release}: its recipe asks no language model, so there are no prompts.")
    rows = _rows(release, manifest)
    wanted = None if ids is None else set(ids)
    for step in checked.derive_steps:
        kit = step.stage.equip(step.params, Tools())
        own = rows.filter(pl.col("stage") == step.name)
        if wanted is not None:
            own = own.filter(pl.col("id").is_in(wanted))
        parents = _parents(release, manifest, rows, step, own)
        for row in own.sort("id").iter_rows(named=True):
            if wanted is not None:
                wanted.discard(row["id"])
            yield row["id"], asyncio.run(_again(step, row, parents[row["parent_id"]], client, kit))
    if wanted:
        raise SourceError(f"{release} has no derived row {sorted(wanted)[0]!r} (in data/ or dead/quarantine/).")


async def _again(
    step: Step[Derive], row: Mapping[str, Any], parent: Mapping[str, Any], client: Client, kit: Any
) -> list[Rebuilt]:
    recorded = _Row(client, row["exchanges"] or ())
    variant = str(row["id"]).removeprefix(f"{parent['id']}/{step.name}/")
    one = {**parent, "samples": {row["id"]: row["sample"] or 0}, "variants": (variant,)}
    await step.stage.derive(one, recorded, step.params, kit)
    missed = [Rebuilt(left["step"], left["key"], "", False) for left in recorded.left]
    return recorded.rebuilt + missed


def _rows(release: str, manifest: Manifest) -> pl.DataFrame:
    """Derived rows, accepted and quarantined."""
    names = {step["name"] for step in (stage.model_dump() for stage in manifest.stages) if step["kind"] == "Derive"}
    files = [
        file.path
        for file in manifest.files
        if file.config is not None and (file.config == "quarantine" or file.config.rpartition("-")[2] in names)
    ]
    wanted = ("id", "document_id", "parent_id", "stage", "language", "text", "record", "sample", "exchanges")
    frames = [pl.read_parquet(f"{release.rstrip('/')}/{path}", columns=list(wanted)).select(wanted) for path in files]
    if not frames:
        raise SourceError(f"{release} has no derived rows.")
    return pl.concat(frames)


def _parents(
    release: str, manifest: Manifest, rows: pl.DataFrame, step: Step[Derive], own: pl.DataFrame
) -> dict[str, dict[str, Any]]:
    """The rows that derived rows were made from, by id."""
    ids = own["parent_id"].unique()
    columns = ("id", "text", "language")
    if step.stage.of(step.params) != "source":
        found = rows.filter(pl.col("id").is_in(ids.implode())).select(
            *columns, "document_id", "record", pl.lit(None).alias("metadata"), pl.lit("").alias("source")
        )
        return {row["id"]: row for row in found.iter_rows(named=True)}
    parents: dict[str, dict[str, Any]] = {}
    for file in manifest.files:
        if file.config is None or not file.path.startswith(f"data/{file.config}/") or "-" in file.config:
            continue
        frame = pl.scan_parquet(f"{release.rstrip('/')}/{file.path}").filter(pl.col("id").is_in(ids.implode()))
        there = frame.select(*columns, "source", "metadata").collect()
        for row in there.iter_rows(named=True):
            parents[row["id"]] = {**row, "document_id": row["id"], "record": None}
    return parents
