"""The manifest, counted from the released files; card and distributions; and the check that no row went missing."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from typing import Any

import polars as pl

import data_cards.report
from data_cards import card, croissant
from pipelines import (
    accounts,
    catalogue,
    clusters,
    comparison,
    distribution,
    fallback,
    rehydration,
    releases,
    rewrites,
    storage,
)
from pipelines.beam import shards
from pipelines.beam.context import Context
from pipelines.beam.phases.measure import Measured
from pipelines.beam.phases.release import KINDS, Released, arrow_schema, write_shard
from pipelines.beam.phases.verdicts import Verdicts
from pipelines.evidence import figures
from pipelines.evidence.table import Table
from pipelines.evidence.tables import TABLES
from pipelines.plan import Plan, Step
from pipelines.selection import report
from schemas import languages
from schemas.columns import DERIVED, Column, conform, polars_schema
from schemas.manifest import (
    NAME,
    ColumnRecord,
    Counts,
    DerivedCounts,
    EarlierRelease,
    ExpectedVerdicts,
    LanguageCounts,
    Manifest,
    ReleasedFile,
    RewriteRecord,
    SelectionRecord,
    SourceRecord,
    StageRecord,
)
from schemas.stage import Derive, Measure

# Packages whose version can change a released byte.
_LIBRARIES = (
    "glotmill",
    "apache-beam",
    "fasttext-community",
    "ftfy",
    "icu4py",
    "numpy",
    "polars",
    "pyarrow",
    "pycld2",
    "sacrebleu",
    "xxhash",
)
_SHOWN = 100
_REPORT = "report.html"
_ROW_GROUP = 100_000_000  # bytes of a table of evidence


def write(context: Context, final: Verdicts, released: Released) -> Manifest:
    """Count, check, and write README.md, the distributions and manifest.json; the manifest last.

    Raises:
        AccountingError: input rows are not released + rejected + dead.
    """
    manifest = _build(context.plan, final.measured, released, context.out)
    manifest.counts.check()
    manifest.files += [
        ReleasedFile(**{name: file[name] for name in ReleasedFile.model_fields}) for file in released.signatures
    ]
    if shards.rows_of(final.judged.distributions):  # no rule or no document: nothing to show, and no empty file
        manifest.files.append(_copied(final.judged.distributions, context.out, distribution.NAME))
    of = final.judged
    if of.strata is not None and of.told is not None and shards.rows_of(of.strata):
        manifest.files.append(_copied(of.strata, context.out, report.NAME))
        manifest.selection = [SelectionRecord.model_validate(one) for one in storage.read_json(of.told)]
    weights = final.deduplicated.weights
    if weights is not None and shards.rows_of(weights):
        manifest.files.append(_copied(weights, context.out, rehydration.NAME))
    tables = _tables(released)
    manifest.files += [_written(context.out, one, tables[one.name]) for one in TABLES if one.name in tables]
    _tell(manifest, context.plan, tables)
    if context.plan.recipe.release.previous is not None:
        manifest.changes = comparison.summary(context.plan.recipe.release.previous, context.out, manifest)
    # Report and card are made of the manifest without the files that are no data: none of them waits for another.
    shown = {**tables, **_shown(context.out, manifest.files)}
    manifest.files.append(_text(context.out, _REPORT, data_cards.report.render(manifest, shown)))
    manifest.files.append(_text(context.out, croissant.NAME, croissant.render(manifest)))
    manifest.files.append(_text(context.out, "README.md", card.render(manifest)))
    storage.write_bytes_atomic(f"{context.out}/{NAME}", manifest.to_json().encode())
    return manifest


def _tables(released: Released) -> dict[str, pl.DataFrame]:
    """The tables behind card and report, from the parts that were counted of each file; none without a row."""
    files = sorted(released.files, key=lambda file: str(file["path"]))
    parts = {
        one: [shards.read(file["evidence"][one.name]) for file in files if one.name in file["evidence"]]
        for one in TABLES
    }
    return {one.name: one.whole(found) for one, found in parts.items() if found}


def _written(out: str, table: Table, rows: pl.DataFrame) -> ReleasedFile:
    there = f"{out}/{table.path}"
    with storage.atomic(there) as temporary, storage.our_errors(f"writing {there}"):
        write_shard(temporary, rows, table.columns, _ROW_GROUP)
    size = storage.size(there)
    return ReleasedFile(path=table.path, config=None, rows=None, bytes=size, sha256=storage.sha256(there))


def _tell(manifest: Manifest, plan: Plan, tables: figures.Tables) -> None:
    """What the card says of each language, and the texts that it shows."""
    top = [rule.score for step in plan.measures for rule in step.stage.rules if rule.keep == "top_share"]
    duplicates = [step.stage.reason for step in plan.group_steps]
    if "languages" in tables:
        manifest.figures = figures.figures(tables, duplicates=duplicates, quality=list(dict.fromkeys(top)))
    manifest.samples = figures.samples(tables)


def _shown(out: str, files: Iterable[ReleasedFile]) -> dict[str, pl.DataFrame]:
    """Tables of the report that other phases left in the release."""
    names = (distribution.NAME, report.NAME)
    return {
        file.path.removesuffix(".parquet"): shards.read(f"{out}/{file.path}") for file in files if file.path in names
    }


def _text(out: str, name: str, content: str) -> ReleasedFile:
    data = content.encode()
    storage.write_bytes_atomic(f"{out}/{name}", data)
    return ReleasedFile(path=name, config=None, rows=None, bytes=len(data), sha256=hashlib.sha256(data).hexdigest())


def _copied(path: str, out: str, name: str) -> ReleasedFile:
    """A file of the work folder, put into the release."""
    storage.write_bytes_atomic(f"{out}/{name}", storage.read_bytes(path))
    there = f"{out}/{name}"
    return ReleasedFile(path=name, config=None, rows=None, bytes=storage.size(there), sha256=storage.sha256(there))


def recipe_sha256(plan: Plan) -> str:
    """SHA-256 of what the recipe says about the release, as canonical JSON (stages in their order)."""
    content = plan.recipe.content()
    content["stages"] = list(content["stages"].items())
    if plan.thresholds_sha256 is not None:
        content["thresholds"] = plan.thresholds_sha256  # what the files say, not where they lie
    if plan.against:
        content["against"] = [release.sha256 for release in plan.against]
    if plan.recipe.release.previous is not None:
        content["previous"] = releases.sha256(plan.recipe.release.previous)
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def _recipe(plan: Plan) -> dict[str, Any]:
    """The recipe with everything in a fixed order but the stages, whose order says something."""
    content = plan.recipe.content()
    for name in ("stages", "sources"):
        if name in content:
            content[name] = {key: _sorted(one) for key, one in content[name].items()}
    if plan.recipe.thresholds:
        content["thresholds"] = plan.recipe.thresholds
    if "sources" in content:
        content["sources"] = dict(sorted(content["sources"].items()))
    return content


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value, key=str)}
    return [_sorted(one) for one in value] if isinstance(value, list) else value


def _build(plan: Plan, measured: Measured, released: Released, out: str) -> Manifest:
    frames = {file["path"]: _summary_columns(f"{out}/{file['path']}") for file in released.files}
    kinds = {file["path"]: released.layout.kind_of_config(file["config"]) for file in released.files}
    counts = _counts(plan, measured, frames, kinds)
    signed = plan.recipe.release.signatures
    made = [path for path, kind in kinds.items() if kind in ("derived", "quarantined")]
    measured_rewrites = _rewrites([f"{out}/{path}" for path in made])
    return Manifest(
        name=plan.recipe.name,
        title=plan.recipe.release.title or plan.recipe.name,
        recipe=_recipe(plan),
        recipe_sha256=recipe_sha256(plan),
        counts=counts,
        sources=_sources(plan, measured),
        stages=[_stage(step) for step in plan.steps()],
        thresholds=fallback.origins(plan, [code for code, c in counts.by_language.items() if c.input]),
        models=_models(plan, [frames[path] for path in made]),
        libraries={name: version(name) for name in _LIBRARIES},
        derived=_derived(plan, frames, kinds, out),
        rewrites=[RewriteRecord.model_validate(one.as_dict()) for one in measured_rewrites],
        warnings=rewrites.problems(measured_rewrites),
        usage=accounts.usage([shards.read(f"{out}/{path}", ["stage", "exchanges"]) for path in made]),
        expected=_expected(frames, kinds),
        against=_against(plan, [frames[path] for path, kind in kinds.items() if kind == "rejected"]),
        made_by={step.name: clusters.made_by(step) for step in plan.group_steps} if signed else {},
        columns=_columns(released, set(kinds.values())),
        files=[
            ReleasedFile(**{name: f[name] for name in ReleasedFile.model_fields})
            for f in sorted(released.files, key=lambda f: f["path"])
        ],
    )


def _columns(released: Released, kinds: set[str]) -> dict[str, list[ColumnRecord]]:
    return {
        name: [
            ColumnRecord(name=field.name, type=str(field.type), description=column.description)
            for field, column in zip(arrow_schema(columns), columns, strict=True)
        ]
        for kind, name in KINDS.items()
        if kind in kinds
        for columns in [released.layout.columns(kind)]
    }


def _summary_columns(path: str) -> pl.DataFrame:
    """The small columns that counting needs, as they were written."""
    wanted = (
        "id",
        "language",
        "reasons",
        "error",
        "stage",
        "expected",
        "model",
        "model_returned",
        "twin_release",
        "source",
    )
    there = shards.columns_of(path)
    return shards.read(path, [name for name in wanted if name in there])


def _counts(plan: Plan, measured: Measured, frames: Mapping[str, pl.DataFrame], kinds: Mapping[str, str]) -> Counts:
    column = {
        "document": "released_sources",
        "rejected": "rejected",
        "dead": "dead",
        "derived": "derived",
        "quarantined": "quarantined",
    }
    by_language: dict[str, LanguageCounts] = defaultdict(LanguageCounts)
    counts = Counts()
    by_reason: Counter[str] = Counter()
    by_error: Counter[str] = Counter()
    by_gate: Counter[str] = Counter()
    by_stage: dict[str, Counter[str]] = defaultdict(Counter)
    derived: dict[str, Counter[str]] = defaultdict(Counter)
    owners = {
        reason: step.name
        for step in plan.steps()
        if not isinstance(step.stage, Derive)
        for reason in catalogue.reasons_of(step.stage)
    }
    for path, frame in frames.items():
        kind = kinds[path]
        language = (
            pl.col("language").fill_null(languages.UNDETERMINED)
            if "language" in frame.columns
            else pl.lit(languages.UNDETERMINED)
        )
        frame = frame.with_columns(language.alias("language"))
        for code, n in frame.group_by("language").len().iter_rows():
            setattr(by_language[code], column[kind], getattr(by_language[code], column[kind]) + n)
        if kind == "rejected":
            by_reason.update(_tally(frame["reasons"].explode()))
            first = (
                frame.select("language", pl.col("reasons").list.first().alias("first"))
                .group_by("language", "first")
                .len()
            )
            for code, reason, n in first.iter_rows():
                by_stage[owners.get(reason, catalogue.UNMEASURED)][code] += n
        elif kind == "dead":
            by_error.update(_tally(frame["error"]))
        elif kind == "derived":
            for stage, code, n in frame.group_by("stage", "language").len().iter_rows():
                derived[stage][code] += n
        elif kind == "quarantined":
            by_gate.update(_tally(frame["reasons"].explode()))
    # What came in is counted where it came in: in the footers of the measured shards.
    came: Counter[str] = Counter()
    for shard in measured.shards:
        for code, n in shards.read(shard.documents, ["language"]).group_by("language").len().iter_rows():
            came[code or languages.UNDETERMINED] += n
        came[languages.UNDETERMINED] += shards.rows_of(shard.dead)
    for code, n in came.items():
        if n:
            by_language[code].input = n
    counts.by_language = dict(sorted(by_language.items()))
    for name in LanguageCounts.model_fields:
        setattr(counts, name, sum(getattr(c, name) for c in by_language.values()))
    counts.rejected_by_reason = dict(sorted(by_reason.items()))
    counts.dead_by_error = dict(sorted(by_error.items()))
    counts.quarantined_by_reason = dict(sorted(by_gate.items()))
    order = [step.name for step in plan.steps()] + [catalogue.UNMEASURED]
    counts.rejected_by_stage = {name: dict(sorted(by_stage[name].items())) for name in order if name in by_stage}
    counts.derived_by_stage = {name: dict(sorted(derived[name].items())) for name in order if name in derived}
    edits: Counter[str] = Counter()
    for shard in measured.shards:
        edits.update(shard.edits)
    counts.edits = dict(edits)
    return counts


def _rewrites(paths: Iterable[str]) -> list[rewrites.Measures]:
    """What the rewriting did, from its accepted and quarantined rows."""
    columns = [column for column in DERIVED if column.name in rewrites.COLUMNS]
    rows = []
    for path in paths:
        there = shards.columns_of(path)
        frame = shards.read(path, [column.name for column in columns if column.name in there])
        kept = frame.filter(pl.col("stage") == rewrites.STAGE)
        if kept.height:
            rows.append(conform(kept, columns))
    return rewrites.measures(pl.concat(rows)) if rows else []


def _derived(plan: Plan, frames: Mapping[str, pl.DataFrame], kinds: Mapping[str, str], out: str) -> list[DerivedCounts]:
    """What each Derive stage made of the released rows that it works on."""
    empty = pl.DataFrame(schema={**{n: polars_schema(DERIVED).get(n) for n in accounts.MADE}, "accepted": pl.Boolean})
    made = [
        shards.read(f"{out}/{path}", [n for n in accounts.MADE if n in shards.columns_of(f"{out}/{path}")])
        .with_columns(pl.lit(kind == "derived").alias("accepted"))
        .pipe(lambda frame: conform(frame, [Column(n, t, "") for n, t in empty.schema.items()]))
        for path, kind in kinds.items()
        if kind in ("derived", "quarantined")
    ]
    every = pl.concat([empty, *made])

    def rows(step: Step[Derive]) -> Iterator[dict[str, Any]]:
        of = step.stage.of(step.params)
        for path, kind in kinds.items():
            frame = frames[path]
            if of == "source" and kind == "document":
                yield from frame.select("id", "language", "source").iter_rows(named=True)
            elif kind == "derived":
                own = frame.filter(pl.col("stage") == of).select("id", "language", pl.lit(None).alias("source"))
                yield from own.iter_rows(named=True)

    return [accounts.derived(step, rows(step), every) for step in plan.derive_steps]


def _tally(values: pl.Series) -> dict[str, int]:
    return {str(value): n for value, n in values.drop_nulls().value_counts().iter_rows()}


def _sources(plan: Plan, measured: Measured) -> list[SourceRecord]:
    out = []
    for name, source in plan.recipe.all_sources().items():
        here = [shard for shard in measured.shards if shard.source == name]
        out.append(
            SourceRecord(
                name=name,
                licence=source.licence,
                homepage=source.homepage,
                files=len({shard.file for shard in here}),
                rows=sum(shard.rows + shard.dead_rows for shard in here),
                unread_dates=sum(shards.read(s.documents, ["unread_date"])["unread_date"].count() for s in here),
            )
        )
    return out


def _stage(step: Step[Any]) -> StageRecord:
    # Where a trained model lies is this machine's affair; what it was made from is in the fingerprint.
    parameters = step.params.model_dump(mode="json")
    if parameters.get("train_on"):
        parameters.pop("model", None)
    return StageRecord(
        name=step.name,
        kind=catalogue.kind(step.stage),
        version=step.stage.version,
        summary=step.stage.summary,
        parameters=parameters,
        fingerprint=dict(step.stage.fingerprint(step.params)),
        rules=catalogue.reasons_of(step.stage),
        proven=list(step.stage.proven),
    )


def _models(plan: Plan, derived: Iterable[pl.DataFrame]) -> dict[str, str]:
    models: dict[str, str] = {}
    for step in plan.measures:
        assert isinstance(step.stage, Measure)
        models |= dict(step.stage.fingerprint(step.params))
    for frame in derived:
        for asked, returned in frame.select("model", "model_returned").unique().sort(pl.all()).iter_rows():
            if asked is not None:
                models[asked] = returned or models.get(asked, "")
    return dict(sorted(models.items()))


def _against(plan: Plan, rejected: Iterable[pl.DataFrame]) -> list[EarlierRelease]:
    removed: Counter[str] = Counter()
    for frame in rejected:
        removed.update(_tally(frame["twin_release"]))
    return [
        EarlierRelease(name=release.name, manifest_sha256=release.sha256, removed=removed[release.name])
        for release in plan.against
    ]


def _expected(frames: Mapping[str, pl.DataFrame], kinds: Mapping[str, str]) -> ExpectedVerdicts | None:
    """How planted verdicts came out: kept as `keep`, dead as `dead`, rejected with one of the reasons named."""
    rows = as_written = 0
    differing = []
    for path, frame in frames.items():
        if "expected" not in frame.columns or kinds[path] in ("derived", "quarantined"):
            continue
        for row in frame.drop_nulls("expected").iter_rows(named=True):
            rows += 1
            wanted, _, reasons = str(row["expected"]).partition(":")
            came = {"document": "keep", "dead": "dead", "rejected": "reject"}[kinds[path]]
            right = wanted == came and (not reasons or bool(set(reasons.split("|")) & set(row.get("reasons") or ())))
            as_written += right
            if not right:
                got = came + (":" + "|".join(row["reasons"]) if row.get("reasons") else "")
                differing.append(f"{row['id']}: expected {row['expected']}, came {got}")
    if not rows:
        return None
    return ExpectedVerdicts(rows=rows, as_written=as_written, differing=sorted(differing)[:_SHOWN])
