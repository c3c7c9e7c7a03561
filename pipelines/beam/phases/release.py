"""release: deterministic Parquet shards, then the card, then the manifest.

Two passes, with files between them instead of a shuffle of text. *Scatter* sorts each measured shard by where its rows
go (config, shard, id), a row group for each place. *Gather* collects a place's row groups from all files, sorts them by
id and writes the shard with one writer. So a worker holds one shard at a time, on every runner.
"""

from __future__ import annotations

import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import xxhash

from pipelines import distribution, plan, rehydration, releases, storage
from pipelines.beam import shards, units
from pipelines.beam.context import Context, Pending
from pipelines.beam.phases import derive, verdicts
from pipelines.beam.phases.dedup import keys
from pipelines.beam.phases.release_layout import DEAD_PLACE, QUARANTINE, REJECTED, Layout, layout_of
from pipelines.evidence import table
from pipelines.evidence.tables import TABLES
from pipelines.plan import Plan, Step
from pipelines.selection import report
from schemas.columns import Column, polars_schema
from schemas.errors import OutputError
from schemas.manifest import NAME as MANIFEST
from schemas.stage import Group

PHASE = "release"
BUILDING = ".glotmill-building.json"
_WHOLE = "whole.json"
_REPLAY = "glotmill replay RECIPE --id '{}'"
_FRAME_BYTES = 8 << 20  # of text, whose keys are made at a time
KINDS: dict[str, table.Kind] = {
    "document": "documents",
    "derived": "derived",
    "rejected": "rejected",
    "dead": "dead",
    "quarantined": "quarantine",
}
_OURS = ("data", "signatures", REJECTED, DEAD_PLACE, QUARANTINE)


@dataclass(frozen=True)
class Sources:
    """What a release is made from."""

    final: verdicts.Verdicts
    derived: tuple[derive.DerivedRows, ...]

    def signature(self, of: Plan) -> str:
        """Changes when any released byte may."""
        return plan.signature(
            [
                self.final.deduplicated.signature,
                [[rows.signature, rows.step.judged()] for rows in self.derived],
                of.recipe.rows_content(),
                [[step.name, step.stage.version] for step in of.steps()],
            ]
        )


@dataclass(frozen=True)
class _Documents:
    """A unit of scattering: one measured shard with its dead rows."""

    judged: verdicts.JudgedShard

    @property
    def name(self) -> str:
        return self.judged.shard.name

    def frames(self, layout: Layout) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
        """Rows of one kind at a time, with the `config` and `split` of each."""
        for frame in self.judged.documents():
            passed = frame["reasons"].list.len() == 0
            kept = frame.filter(passed)
            places = kept.select(pl.col("language").alias("config"), layout.split_of(kept))
            yield layout.conform("document", kept), places
            gone = frame.filter(~passed)
            yield layout.conform("rejected", gone), _aside(gone, REJECTED)
        for frame in shards.frames(self.judged.shard.dead):
            yield layout.conform("dead", frame), _aside(frame, DEAD_PLACE)


@dataclass(frozen=True)
class _Derived:
    """A unit of scattering: one file of derived rows."""

    path: str
    rows: derive.DerivedRows
    judged: verdicts.JudgedShard  # of the documents that the rows go back to

    @property
    def name(self) -> str:
        return f"{self.rows.step.name}-{_stem(self.path)}"

    def frames(self, layout: Layout) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
        """Rows of one kind at a time, with the `config` and `split` of each."""
        frame = derive.read(self.path, self.rows.step)
        passed = frame["reasons"].list.len() == 0
        kept = frame.filter(passed)
        if len(layout.splits) > 1:
            clusters = self.judged.final().select(pl.col("id").alias("document_id"), "cluster_id")
            kept = kept.join(clusters, on="document_id", how="left", maintain_order="left")
        config = (pl.col("language") + f"-{self.rows.step.name}").alias("config")
        yield layout.conform("derived", kept), kept.select(config, layout.split_of(kept, id="document_id"))
        gone = frame.filter(~passed).with_columns(pl.format(_REPLAY, "id").alias("replay"))
        yield layout.conform("quarantined", gone), _aside(gone, QUARANTINE)


def _aside(frame: pl.DataFrame, config: str) -> pl.DataFrame:
    """The place of rows that are in no split: `datasets` loads them as one, and calls it train."""
    return frame.select(pl.repeat(config, pl.len()).alias("config"), pl.repeat("train", pl.len()).alias("split"))


def _stem(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".parquet")


@dataclass(frozen=True)
class _Scatter:
    folder: str
    layout: Layout

    def name(self, unit: _Documents | _Derived) -> str:
        return unit.name

    def open(self) -> None:
        return None

    def run(self, unit: _Documents | _Derived, resource: None, beat: units.Beat) -> dict[str, Any]:
        index: list[dict[str, Any]] = []
        with ExitStack() as stack:
            writers: dict[str, shards.ShardWriter] = {}
            groups: Counter[str] = Counter()
            # Frame by frame: a unit may be a file of any size.
            for frame, places in unit.frames(self.layout):
                if frame.is_empty():
                    continue
                kind = self.layout.kind_of_frame(frame)
                path = f"{self.folder}/{unit.name}.{kind}.parquet"
                if kind not in writers:
                    writers[kind] = stack.enter_context(shards.writing(path, self.layout.polars_schema(kind)))
                placed = frame.with_columns(
                    places["config"].alias("_config"),
                    places["split"].alias("_split"),
                    self._shard(frame, places).alias("_shard"),
                )
                parts = placed.partition_by("_config", "_split", "_shard", as_dict=True, include_key=False)
                for config, split, shard in sorted(parts):
                    writers[kind].write(parts[config, split, shard])
                    place = {"config": config, "split": split, "shard": shard}
                    index.append({**place, "path": path, "group": groups[kind]})
                    groups[kind] += 1
                beat.add(frame.height)
        return {"index": index}

    def _shard(self, frame: pl.DataFrame, places: pl.DataFrame) -> pl.Series:
        """The shard of each row: a stable hash of its id, over as many shards as its config and split have."""
        found = places.unique().sort("config", "split")
        many = found.with_columns(pl.Series("of", [self.layout.shards(*place) for place in found.iter_rows()]))
        of = places.join(many, on=["config", "split"], how="left", maintain_order="left")["of"]
        if not (of > 1).any():
            return pl.zeros(frame.height, pl.Int64, eager=True)
        numbers = [xxhash.xxh3_64_intdigest((id_ or "").encode()) % n for id_, n in zip(frame["id"], of, strict=True)]
        return pl.Series(numbers, dtype=pl.Int64)


@dataclass(frozen=True)
class Place:
    """A released file: its config, its split, its number, and where its rows are."""

    config: str
    split: str
    shard: int
    of: int
    pieces: tuple[tuple[str, int], ...]

    @property
    def path(self) -> str:
        """Path inside the release."""
        aside = {REJECTED: REJECTED, DEAD_PLACE: DEAD_PLACE, QUARANTINE: f"{DEAD_PLACE}/{QUARANTINE}"}
        if self.config in aside:
            return f"{aside[self.config]}/part-{self.shard:05d}-of-{self.of:05d}.parquet"
        return f"data/{self.config}/{self.split}-{self.shard:05d}-of-{self.of:05d}.parquet"


@dataclass(frozen=True)
class _Gather:
    folder: str
    out: str
    layout: Layout
    steps: tuple[Step[Group], ...]  # whose keys are kept for later releases
    asked: table.Asked

    def name(self, unit: Place) -> str:
        return re.sub(r"[^A-Za-z0-9_-]", "_", unit.path)

    def open(self) -> dict[str, Any]:
        return keys.opened(self.steps)

    def run(self, unit: Place, resource: dict[str, Any], beat: units.Beat) -> dict[str, Any]:
        kind = self.layout.kind_of_config(unit.config)
        by_file: dict[str, list[int]] = defaultdict(list)
        for path, group in unit.pieces:
            by_file[path].append(group)
        rows = pl.concat([shards.read_groups(path, groups) for path, groups in sorted(by_file.items())])
        order = ["id", "file", "position"] if "position" in rows.columns else ["id"]
        rows = rows.sort(order, nulls_last=True)
        path = f"{self.out}/{unit.path}"
        with storage.atomic(path) as temporary, storage.our_errors(f"writing {path}"):
            write_shard(temporary, rows, self.layout.columns(kind), self.layout.row_group_bytes)
        beat.add(rows.height)
        done = {"config": unit.config, "split": unit.split, "rows": rows.height, **_written(self.out, unit.path)}
        done["evidence"] = self._count(unit, KINDS[kind], rows)
        if kind == "document" and self.steps:
            signatures = unit.path.replace(releases.DATA, releases.SIGNATURES, 1)
            with shards.writing(f"{self.out}/{signatures}", keys.KEYS) as writer:
                for start, frame in _frames(rows):
                    writer.write(keys.of_frame(self.steps, frame, resource, start))
            done["signatures"] = {"config": None, "split": None, "rows": None, **_written(self.out, signatures)}
        return done

    def _count(self, unit: Place, kind: table.Kind, rows: pl.DataFrame) -> dict[str, str]:
        """What the file says for each table of evidence, while its rows are at hand: table -> file of the part."""
        parts = {}
        for one in TABLES:
            part = one.part(rows, kind, self.asked)
            if part.height:
                parts[one.name] = f"{self.folder}/{self.name(unit)}.{one.name}.parquet"
                shards.write(parts[one.name], part)
        return parts


def _frames(rows: pl.DataFrame) -> Iterator[tuple[int, pl.DataFrame]]:
    """The rows in pieces that are worked on at a time, each with the number of its first row."""
    height = max(1, _FRAME_BYTES * rows.height // max(1, int(rows["text"].str.len_bytes().sum() or 0)))
    for start in range(0, rows.height, height):
        yield start, rows.slice(start, height)


def _written(out: str, path: str) -> dict[str, Any]:
    """What is remembered of a file of the release."""
    there = f"{out}/{path}"
    return {
        "path": path,
        "bytes": storage.size(there),
        "sha256": storage.sha256(there),
        "modified": _modified(there),
    }


def write_shard(path: str, rows: pl.DataFrame, columns: Sequence[Column], row_group_bytes: int) -> None:
    """One released shard: one writer, zstd, page index, content-defined chunks, row groups by size.

    Column descriptions go into the field metadata. The same rows give the same bytes.
    """
    described = arrow_schema(columns)
    data = rows.select(polars_schema(columns).names()).to_arrow().cast(described)
    mean = max(1, data.nbytes // max(1, rows.height))
    with storage.open_write(path) as handle:
        writer = pq.ParquetWriter(
            handle,
            described,
            compression="zstd",
            compression_level=6,
            write_page_index=True,
            use_content_defined_chunking=True,
            write_statistics=True,
        )
        # One call to write_table closes row groups by this count and nowhere else.
        writer.write_table(data, row_group_size=max(1, row_group_bytes // mean))
        writer.close()


def arrow_schema(columns: Sequence[Column]) -> pa.Schema:
    """The schema of released files with these columns, each with its description."""
    schema = pl.DataFrame(schema=polars_schema(columns)).to_arrow().schema
    return pa.schema(
        field.with_metadata({"description": column.description})
        for field, column in zip(_plain(schema), columns, strict=True)
    )


def _plain(schema: pa.Schema) -> Iterator[pa.Field]:
    """Polars hands out large strings and views; readers of datasets know plain strings best."""
    for field in schema:
        yield pa.field(field.name, _plain_type(field.type))


def _plain_type(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return pa.string()
    if pa.types.is_large_list(kind):
        return pa.list_(_plain_type(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct([field.with_type(_plain_type(field.type)) for field in kind])
    return kind


@dataclass(frozen=True)
class Released:
    """The phase's result: one record for each file (path, config, rows, bytes, sha256), and the signature.

    `signatures` are the files with the keys of documents, whose config is null. A file's `evidence` names the parts of
    tables that were counted of it.
    """

    files: list[dict[str, Any]]
    signatures: list[dict[str, Any]]
    layout: Layout
    signature: str


def run(context: Context, sources: Sources) -> Released:
    """Write all shards that are not written yet."""
    signature = sources.signature(context.plan)
    layout = layout_of(context.plan, _sizes(sources))
    folder = context.folder(PHASE, plan.signature([signature, storage.local_path(context.out) or context.out]))
    whole = f"{folder}/{_WHOLE}"
    if storage.exists(whole):
        files: list[dict[str, Any]] = storage.read_json(whole)["files"]
        every = files + _signatures(files)
        lost = [file for file in every if not _is_there(context, file)]
        if not lost and not _foreign(context, every):
            if context.may_run(PHASE):
                storage.remove(context.folder("scatter", signature))
            return Released(files, _signatures(files), layout, signature)
        if not context.may_run(PHASE):
            raise Pending(PHASE, len(every) - len(lost), len(every))
        storage.remove(folder)  # somebody changed the released folder: write it again
    final = sources.final
    inputs: list[Any] = [_Documents(judged) for judged in final.shards()]
    of_shard = {judged.shard.name: judged for judged in final.shards()}  # a derived file has the name of its shard
    inputs += [_Derived(path, rows, of_shard[_stem(path)]) for rows in sources.derived for path in rows.files]
    scatter = _Scatter(context.folder("scatter", signature), layout)
    seconds = final.measured.text_bytes / 50_000_000
    scattered = units.run(context, PHASE, scatter, inputs, seconds=seconds)
    places = _places([entry for mark in scattered for entry in mark["index"]], layout)
    if context.may_run(PHASE):
        _make_room(context, signature, folder)
    steps = context.plan.group_steps if context.plan.recipe.release.signatures else ()
    gather = _Gather(folder, context.out, layout, steps, table.asked(context.plan))
    files = units.run(context, PHASE, gather, places, seconds=seconds)
    storage.write_json(whole, {"files": files})
    storage.remove(scatter.folder)  # the pieces hold the whole corpus once more: not needed any longer
    return Released(files, _signatures(files), layout, signature)


def _with_signatures(file: dict[str, Any]) -> list[dict[str, Any]]:
    return [file, *_signatures([file])]


def _signatures(files: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [file["signatures"] for file in files if "signatures" in file]


def _is_there(context: Context, file: dict[str, Any]) -> bool:
    """Whether a shard is as we wrote it; its bytes are read again only where its time says that somebody touched it."""
    path = f"{context.out}/{file['path']}"
    if not storage.exists(path) or storage.size(path) != file["bytes"]:
        return False
    return _modified(path) == file.get("modified", -1) or storage.sha256(path) == str(file["sha256"])


def _modified(path: str) -> int | None:
    """When a file was changed last, in nanoseconds; None where the store does not say."""
    local = storage.local_path(path)
    return None if local is None else os.stat(local).st_mtime_ns


def _foreign(context: Context, files: Sequence[dict[str, Any]]) -> list[str]:
    """Data in the released folder that is not of this release: what another release or a hand left there."""
    ours = {f"{context.out}/{file['path']}" for file in files}
    there = (storage.list_files(f"{context.out}/{name}", recursive=True) for name in _OURS)
    return [path for paths in there for path in paths if path not in ours]


def _make_room(context: Context, signature: str, folder: str) -> None:
    """Clear an older release of ours out of the way; leave alone what is not ours.

    The file BUILDING is there from before the first removal until the manifest is written, so that an interruption at
    any point leaves a folder that is known as ours. Marks in `folder` whose shard is gone go too.

    Raises:
        OutputError: the folder holds something that no release of Glotmill left there.
    """
    building = f"{context.out}/{BUILDING}"
    if storage.exists(building) and storage.read_json(building)["signature"] == signature:
        # Our own, interrupted: the shards that are whole stay.
        storage.remove_temporary(context.out)
        for mark in storage.list_files(folder):
            done = mark.endswith(units.DONE) and not mark.endswith(units.ERROR)
            if done and not all(_is_there(context, file) for file in _with_signatures(storage.read_json(mark))):
                storage.remove(mark)
        return
    there = storage.list_files(context.out, recursive=True)
    if there and not (storage.exists(building) or storage.exists(f"{context.out}/{MANIFEST}")):
        raise OutputError(
            f"{context.out} is not empty and holds no release of Glotmill (no {MANIFEST}). "
            "Choose another folder with --out, or empty it yourself."
        )
    storage.write_json(building, {"signature": None})
    cards = (MANIFEST, "README.md", "croissant.json", "report.html")
    tables = (table.FOLDER, distribution.NAME, report.NAME, rehydration.NAME)
    for name in (*_OURS, *cards, *tables):
        storage.remove(f"{context.out}/{name}")
    storage.remove(folder)
    storage.write_json(building, {"signature": signature})


def _sizes(sources: Sources) -> Mapping[str, int]:
    """Bytes of text that go to each config."""
    sizes: Counter[str] = Counter()
    final = sources.final
    for judged in final.shards():
        frame = judged.final()
        passed = pl.col("reasons").list.len() == 0
        for language, size in frame.filter(passed).group_by("language").agg(pl.col("text_bytes").sum()).iter_rows():
            sizes[language] += size
        sizes[REJECTED] += int(frame.filter(~passed)["text_bytes"].sum())
        sizes[DEAD_PLACE] += judged.shard.dead_rows * 1_000
    for rows in sources.derived:
        for path in rows.files:
            made = derive.read(path, rows.step)
            for language, size in made.group_by("language").agg(pl.col("text").str.len_bytes().sum()).iter_rows():
                sizes[f"{language}-{rows.step.name}"] += size
                sizes[QUARANTINE] += size
    return sizes


def _places(index: Sequence[dict[str, Any]], layout: Layout) -> list[Place]:
    """The files to write, from what was scattered. Shards that got no row are not written, and are not counted."""
    pieces: dict[tuple[str, str], dict[int, list[tuple[str, int]]]] = defaultdict(lambda: defaultdict(list))
    for entry in index:
        pieces[entry["config"], entry["split"]][entry["shard"]].append((entry["path"], entry["group"]))
    return [
        Place(config, split, number, len(numbered), tuple(sorted(numbered[shard])))
        for (config, split), numbered in sorted(pieces.items())
        for number, shard in enumerate(sorted(numbered))
    ]
