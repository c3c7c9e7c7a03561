"""A small release on disk with every kind of config, and its manifest."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from schemas.columns import DEAD, DERIVED, EXCHANGE, empty
from schemas.manifest import (
    ColumnRecord,
    Counts,
    LanguageCounts,
    Manifest,
    ReleasedFile,
    SelectionRecord,
    SourceRecord,
    StageRecord,
)

_SCRIPTS = pa.list_(pa.struct([("script", pa.string()), ("share", pa.float64())]))
DOCUMENTS = pa.schema(
    [
        pa.field("id", pa.string(), metadata={"description": "Id of the document"}),
        pa.field("text", pa.string(), metadata={"description": "Text"}),
        pa.field("language", pa.string(), metadata={"description": "Language"}),
        pa.field("scripts", _SCRIPTS, metadata={"description": "Scripts of the text and their shares"}),
        pa.field("tags", pa.list_(pa.string()), metadata={"description": "Words of the source"}),
        pa.field("words", pa.int64(), metadata={"description": "Words"}),
        pa.field("quality", pa.float64(), metadata={"description": "Score, 0 to 1"}),
        pa.field("whole", pa.bool_(), metadata={"description": "Whether it is whole"}),
    ]
)
TEXTS = {
    "fra_Latn": ["Bonjour à tous.", "La nuit tombe.", "Il pleut sur la ville."],
    "tha_Thai": ["สวัสดีทุกคน", "ฝนตกหนักมาก"],
    "hin_Deva": ["नमस्ते दुनिया"],
}


def document(label: str, number: int) -> dict[str, Any]:
    """A row; every third value of some columns is null."""
    return {
        "id": f"{label}-{number}",
        "text": TEXTS[label][number],
        "language": label,
        "scripts": [{"script": label[4:], "share": 0.75}, {"script": "Zyyy", "share": 0.25}],
        "tags": ["a", "b"][:number],
        "words": None if number == 2 else number + 1,
        "quality": None if number == 1 else 0.5,
        "whole": number == 0,
    }


def derived() -> pl.DataFrame:
    """One translation with two exchanges."""
    exchange: dict[str, Any] = {column.name: None for column in EXCHANGE}
    exchanges = [exchange | {"step": "translate", "prompt_tokens": 12}, exchange | {"step": "judge", "dollars": 0.5}]
    row: dict[str, Any] = {column.name: None for column in DERIVED}
    row |= {"id": "d1", "text": "Salut.", "language": "fra_Latn", "reasons": [], "attempts": 1, "exchanges": exchanges}
    schema = {column.name: column.dtype for column in DERIVED}
    return pl.DataFrame([row], schema=schema)


def _plain(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_large_list(kind):
        return pa.list_(_plain(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct([(field.name, _plain(field.type)) for field in kind])
    return pa.string() if pa.types.is_string_view(kind) or pa.types.is_large_string(kind) else kind


def _arrow(frame: pl.DataFrame) -> pa.Table:
    table = frame.to_arrow()
    return table.cast(pa.schema([(field.name, _plain(field.type)) for field in table.schema]))


def _records(schema: pa.Schema) -> list[ColumnRecord]:
    described = [((field.metadata or {}).get(b"description") or b"").decode() for field in schema]
    return [
        ColumnRecord(name=field.name, type=str(field.type), description=text)
        for field, text in zip(schema, described, strict=True)
    ]


def write(folder: Path) -> Manifest:
    """The release in a folder: documents in two splits, translations, rejected, dead and quarantined rows."""
    rows = {
        ("fra_Latn", "train"): [document("fra_Latn", 0), document("fra_Latn", 1)],
        ("fra_Latn", "validation"): [document("fra_Latn", 2)],
        ("tha_Thai", "train"): [document("tha_Thai", 0), document("tha_Thai", 1)],
    }
    tables = {
        f"data/{config}/{split}-00000-of-00001.parquet": (config, split, pa.Table.from_pylist(inside, DOCUMENTS))
        for (config, split), inside in rows.items()
    }
    made = _arrow(derived())
    rejected = pa.Table.from_pylist([document("hin_Deva", 0)], DOCUMENTS).append_column(
        pa.field("reasons", pa.list_(pa.string())), pa.array([["gopher_quality.too_few_words"]])
    )
    dead = _arrow(pl.concat([empty(DEAD), pl.DataFrame({"id": ["x"], "error": ["not_json"]})], how="diagonal"))
    tables |= {
        "data/fra_Latn-translation/train-00000-of-00001.parquet": ("fra_Latn-translation", "train", made),
        "rejected/part-00000-of-00001.parquet": ("rejected", "train", rejected),
        "dead/part-00000-of-00001.parquet": ("dead", "train", dead),
        "dead/quarantine/part-00000-of-00001.parquet": ("quarantine", "train", made),
        "evidence/languages.parquet": (None, None, pa.table({"language": ["fra_Latn"]})),
        "signatures/fra_Latn/train-00000-of-00001.parquet": (None, None, pa.table({"key": [1]})),
    }
    files = []
    for path, (config, split, table) in tables.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, target)
        content = target.read_bytes()
        files.append(
            ReleasedFile(
                path=path,
                config=config,
                split=split,
                rows=table.num_rows if config else None,
                bytes=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
            )
        )
    columns = {
        "documents": _records(DOCUMENTS),
        "derived": _records(made.schema),
        "rejected": _records(rejected.schema),
        "dead": _records(dead.schema),
        "quarantine": _records(made.schema),
    }
    return manifest(files, columns)


def manifest(files: list[ReleasedFile], columns: dict[str, list[ColumnRecord]]) -> Manifest:
    """The manifest of the release, without anything that a person would write on its card."""
    counts = Counts(
        input=7,
        released_sources=5,
        rejected=1,
        dead=1,
        derived=1,
        quarantined=1,
        by_language={
            "fra_Latn": LanguageCounts(input=3, released_sources=3, derived=1, quarantined=1),
            "hin_Deva": LanguageCounts(input=1, rejected=1),
            "tha_Thai": LanguageCounts(input=2, released_sources=2),
            "und_Zyyy": LanguageCounts(input=1, dead=1),
        },
        rejected_by_reason={"gopher_quality.too_few_words": 1},
        dead_by_error={"not_json": 1},
        derived_by_stage={"translation": {"fra_Latn": 1}},
        edits={"private_data_email": 1234, "normalise_nfc": 3},
    )
    warning = "fra\\_Latn: `low_quality` drops 50% of source = forum, but 10% of the language."
    return Manifest(
        name="small",
        title="A small\nrelease",
        recipe={
            "name": "small",
            "description": "What it is.",
            "stages": {},
            "release": {"summary": "How it was made.", "licence": "cc-by-4.0"},
        },
        recipe_sha256="ab" * 32,
        counts=counts,
        sources=[SourceRecord(name="web", licence="odc-by", homepage="https://example.org/web", files=2, rows=7)],
        stages=[
            StageRecord(
                name="private_data", kind="Edit", version=2, summary="Replaces", parameters={"email": "<email>"}
            ),
            StageRecord(
                name="gopher_quality",
                kind="Measure",
                version=3,
                summary="Counts words",
                parameters={"min_words": {"default": 50, "languages": {"tha_Thai": 30}}},
                fingerprint={"words.bin": "sha256:12ab"},
                rules={"too_few_words": "Short texts say little"},
            ),
            StageRecord(name="translation", kind="Derive", version=1, summary="Translates", parameters={}),
        ],
        models={"qwen": "qwen-3-8b"},
        libraries={},
        selection=[
            SelectionRecord(
                stage="quality",
                reason="low_quality",
                score="quality",
                combine=None,
                strata=[],
                by_language={},
                warnings=[warning],
            )
        ],
        columns=columns,
        files=files,
    )
