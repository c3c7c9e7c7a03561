"""Files and records: which files there are, which configs they make up, and the fields of their rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import mlcroissant as mlc

from data_cards.configs import Config, Split
from data_cards.croissant.fields import field, identifier
from schemas.manifest import ColumnRecord, ReleasedFile

SPLITS = "splits"
# A folder of documents: those of derived rows have a stage after the label.
_LABELS = "data/[a-z][a-z][a-z]_[A-Z][a-z][a-z][a-z]"
_KINDS = {
    "documents": "released documents",
    "derived": "rows made by a stage from released documents",
    "rejected": "documents that broke a rule, with every reason",
    "dead": "input rows that could not be processed, with the error",
    "quarantine": "derived rows that failed a gate, with every reason",
}
_TEXT, _SPLIT = mlc.DataType.TEXT, mlc.DataType.SPLIT


@dataclass(frozen=True)
class Files:
    """Files whose rows have the same columns: one config, or all of a kind.

    `place` is the folder before the shard's name: a regular expression that reads the same as a glob pattern, because
    mlcroissant makes one of the other when it filters. `linked` says whether rows refer to the record set of splits:
    mlcroissant then joins, which takes all files of the config into memory, and gives no row when read a second time.
    """

    name: str
    description: str
    includes: tuple[str, ...]
    place: str
    splits: tuple[str, ...]
    columns: Sequence[ColumnRecord]
    with_config: bool = False
    linked: bool = False


def of_config(config: Config, columns: Sequence[ColumnRecord], *, linked: bool) -> Files:
    """The files of one config; with `linked` its rows refer to the record set of splits."""
    folder = str(PurePosixPath(config.splits[0].pattern).parent)
    return Files(
        name=config.name,
        description=f"{_KINDS[config.kind].capitalize()} in the config {config.name}{_rows([config])}.",
        includes=tuple(_pattern(split) for split in config.splits),
        place=folder,
        splits=tuple(split.name for split in config.splits if _in_its_files(split)),
        columns=columns,
        linked=linked,
    )


def of_kind(configs: Sequence[Config], columns: Sequence[ColumnRecord]) -> Files:
    """The files of all configs of a kind that lies in `data/`: not linked, or mlcroissant could not tell the config."""
    kind = configs[0].kind
    place = _LABELS + ("" if kind == "documents" else "-.+")
    names = sorted({split.name for config in configs for split in config.splits})
    return Files(
        name=kind,
        description=f"{_KINDS[kind].capitalize()} of all {len(configs):,} configs{_rows(configs)}. "
        "Ask for one config by the field `config`.",
        includes=tuple(f"{place.replace('.+', '*')}/{name}-*.parquet" for name in names),
        place=place,
        splits=tuple(names),
        columns=columns,
        with_config=True,
    )


def _rows(configs: Sequence[Config]) -> str:
    """Their number of rows; nothing where it is not known of all."""
    known = [config.rows for config in configs if config.rows is not None]
    return f": {sum(known):,} rows" if len(known) == len(configs) else ""


def _in_its_files(split: Split) -> bool:
    """Whether the files say which split they are of: those of documents do, rejected ones have none."""
    return PurePosixPath(split.pattern).name.startswith(f"{split.name}-")


def _pattern(split: Split) -> str:
    """Croissant's globs go into folders below: dead/*.parquet would have dead/quarantine/ in it."""
    path = PurePosixPath(split.pattern)
    return str(path if _in_its_files(split) else path.with_name("part-*.parquet"))


def file_set(ctx: mlc.Context, files: Files) -> mlc.FileSet:
    """The Parquet files that have the rows."""
    return mlc.FileSet(
        ctx=ctx,
        id=_files_id(files),
        name=f"{files.name} files",
        description=f"Parquet files of {files.name}.",
        encoding_formats=[mlc.EncodingFormat.PARQUET],
        includes=list(files.includes),
    )


def record_set(ctx: mlc.Context, files: Files) -> mlc.RecordSet:
    """Rows and their fields; `id` is the key where there is one. The split is read off the file's path."""
    own, names = identifier(files.name), {column.name for column in files.columns}
    fields = []
    if files.with_config and "config" not in names:
        folder = files.place.rpartition("/")[2]
        fields.append(_from_path(ctx, files, "config", "Config that the row is in", rf"data/({folder})/.+parquet$"))
    if files.splits and "split" not in names:
        # Both ends may be missing: mlcroissant applies the pattern to what it found once more after the join.
        pattern = rf"(?:{files.place}/)?({'|'.join(files.splits)})(?:-.+parquet)?$"
        fields.append(_from_path(ctx, files, "split", "Split that the row is in", pattern))
    fields += [field(ctx, own, _files_id(files), column) for column in files.columns]
    key = [f"{own}/id"] if "id" in names else None
    return mlc.RecordSet(ctx=ctx, id=own, name=files.name, description=files.description, key=key, fields=fields)


def _from_path(ctx: mlc.Context, files: Files, name: str, description: str, pattern: str) -> mlc.Field:
    """A field that the path of the file says."""
    source = mlc.Source(
        ctx=ctx,
        file_set=_files_id(files),
        extract=mlc.Extract(ctx=ctx, file_property="fullpath"),
        transforms=[mlc.Transform(ctx=ctx, regex=pattern)],
    )
    shared = {"ctx": ctx, "id": f"{identifier(files.name)}/{name}", "name": name, "description": description}
    if name == "split" and files.linked:
        shared["references"] = mlc.Source(ctx=ctx, field=f"{SPLITS}/name")
    return mlc.Field(**shared, data_types=[_TEXT], source=source)


def _files_id(files: Files) -> str:
    return f"files/{identifier(files.name)}"


def splits(ctx: mlc.Context, names: Sequence[str]) -> mlc.RecordSet:
    """The splits, as Croissant wants them: a record set of their own, whose key the records name."""
    name = mlc.Field(ctx=ctx, id=f"{SPLITS}/name", name="name", description="Name of the split", data_types=[_TEXT])
    return mlc.RecordSet(
        ctx=ctx,
        id=SPLITS,
        name=SPLITS,
        description="Splits of the release.",
        data_types=[_SPLIT],
        key=[f"{SPLITS}/name"],
        fields=[name],
        data=[{f"{SPLITS}/name": one} for one in names],
    )


def configs_of(ctx: mlc.Context, configs: Sequence[Config]) -> mlc.RecordSet:
    """The configs by name, where they have no record sets of their own."""
    fields = [mlc.Field(ctx=ctx, id="configs/name", name="name", description="Name of the config", data_types=[_TEXT])]
    data: list[dict[str, Any]] = [{"configs/name": config.name} for config in configs]
    if all(config.rows is not None for config in configs):
        number = mlc.DataType.INT64
        fields.append(mlc.Field(ctx=ctx, id="configs/rows", name="rows", description="Rows", data_types=[number]))
        data = [one | {"configs/rows": config.rows} for one, config in zip(data, configs, strict=True)]
    return mlc.RecordSet(
        ctx=ctx,
        id="configs",
        name="configs",
        description="Configs of the release.",
        key=["configs/name"],
        fields=fields,
        data=data,
    )


def file_objects(ctx: mlc.Context, files: Iterable[ReleasedFile]) -> Iterator[mlc.FileObject]:
    """Each file with its size and SHA-256."""
    for file in files:
        yield mlc.FileObject(
            ctx=ctx,
            id=identifier(*file.path.split("/")),
            name=PurePosixPath(file.path).name,
            content_url=file.path,
            content_size=f"{file.bytes} B",
            encoding_formats=[mlc.EncodingFormat.PARQUET],
            sha256=file.sha256,
        )
