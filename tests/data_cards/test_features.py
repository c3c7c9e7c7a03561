"""The features of the card are those that `datasets` makes of the files, and every config loads with them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from datasets import Features
from huggingface_hub import DatasetCard, DatasetCardData
from hypothesis import given
from hypothesis import strategies as st

from data_cards.arrow_types import parse
from data_cards.as_yaml import dumped
from data_cards.features import features
from schemas.columns import DERIVED, DOCUMENT, VERDICT, polars_schema
from schemas.errors import StageError
from schemas.manifest import ColumnRecord

PLAIN = [
    pa.string(),
    pa.large_string(),
    pa.string_view(),
    pa.binary(),
    pa.binary(4),
    pa.bool_(),
    pa.int8(),
    pa.uint64(),
    pa.int64(),
    pa.float16(),
    pa.float32(),
    pa.float64(),
    pa.date32(),
    pa.date64(),
    pa.time32("ms"),
    pa.time64("ns"),
    pa.duration("us"),
    pa.timestamp("us"),
    pa.timestamp("ns", "Asia/Tokyo"),
    pa.decimal128(10, 2),
    pa.decimal256(40, -3),
    pa.null(),
    pa.dictionary(pa.int32(), pa.string()),
]
NAMES = st.sampled_from(["id", "script", "share", "with space", "ชื่อ", "_x1"])
# A reader of a release with this YAML, without a network.
LOAD = """\
import json, sys
import datasets
folder = sys.argv[1]
found = {}
for name in datasets.get_dataset_config_names(folder):
    builder = datasets.load_dataset_builder(folder, name)
    loaded = datasets.load_dataset(folder, name, split="train")
    assert builder.info.features is not None, name
    assert loaded.features == builder.info.features, name
    found[name] = loaded.to_list()
print(json.dumps(found, ensure_ascii=True))
"""


def _nested(inner: st.SearchStrategy[pa.DataType]) -> st.SearchStrategy[pa.DataType]:
    fields = st.lists(st.tuples(NAMES, inner), min_size=1, max_size=3, unique_by=lambda field: field[0])
    return st.one_of(
        inner.map(pa.list_),
        inner.map(pa.large_list),
        inner.map(lambda kind: pa.list_(kind, 3)),
        fields.map(pa.struct),
    )


TYPES = st.recursive(st.sampled_from(PLAIN), _nested, max_leaves=6)


def _columns(schema: pa.Schema) -> list[ColumnRecord]:
    return [ColumnRecord(name=field.name, type=str(field.type), description="") for field in schema]


@given(TYPES)
def test_every_type_is_read_back_from_its_spelling(kind: pa.DataType) -> None:
    assert parse(str(kind)) == kind


@given(st.dictionaries(NAMES, TYPES, min_size=1, max_size=4))
def test_datasets_writes_the_same(kinds: dict[str, pa.DataType]) -> None:
    schema = pa.schema(list(kinds.items()))
    wanted = Features.from_arrow_schema(schema)
    made = features(_columns(schema))
    assert made == wanted._to_yaml_list()
    assert Features._from_yaml_list(yaml.safe_load(dumped(made))) == wanted


@pytest.mark.parametrize(
    "spelled",
    ["", "text", "list<item>", "map<string, int64>", "month_day_nano_interval", "struct<a: what>", "list<x: int64"],
)
def test_other_spellings_are_refused(spelled: str) -> None:
    with pytest.raises(StageError, match="no type that a released column can have"):
        features([ColumnRecord(name="x", type=spelled, description="")])


def _write(folder: Path) -> dict[str, list[dict[str, object]]]:
    """A folder with three configs and a card that has their features; their rows."""
    document = {"id": "1", "text": "ሰላም ለዓለም", "reasons": ["too_short"], "cluster_size": 1}
    exchange = {"step": "translate", "prompt_tokens": 3, "dollars": 0.25}
    scripts = pa.list_(pa.struct([("script", pa.string()), ("share", pa.float64())]))
    tables = {
        "amh_Ethi": pl.DataFrame([document], schema=polars_schema((*DOCUMENT, *VERDICT))).to_arrow(),
        "amh_Ethi-translation": pl.DataFrame(
            [{"id": "1", "exchanges": [exchange]}, {"id": "2", "exchanges": None}], schema=polars_schema(DERIVED)
        ).to_arrow(),
        "yor_Latn": pa.table(
            {
                "scripts": pa.array([[{"script": "Latn", "share": 1.0}], [], None], scripts),
                "nested": pa.array([[[1, 2], []], None, [[3]]], pa.list_(pa.list_(pa.int64()))),
            }
        ),
    }
    matter: dict[str, list[dict[str, object]]] = {"configs": [], "dataset_info": []}
    for name, table in tables.items():
        path = folder / "data" / name / "train-00000-of-00001.parquet"
        path.parent.mkdir(parents=True)
        pq.write_table(table, path)
        pattern = f"data/{name}/train-*.parquet"
        split = {"name": "train", "num_bytes": path.stat().st_size, "num_examples": table.num_rows}
        sizes = {"download_size": path.stat().st_size, "dataset_size": path.stat().st_size}
        matter["configs"].append({"config_name": name, "data_files": [{"split": "train", "path": pattern}]})
        matter["dataset_info"].append(
            {"config_name": name, "features": features(_columns(pq.read_schema(path))), "splits": [split], **sizes}
        )
    (folder / "README.md").write_text(f"---\n{dumped(matter)}---\n\n# Words\n", "utf-8")
    return {name: table.to_pylist() for name, table in tables.items()}


def test_every_config_loads_offline_with_its_features(tmp_path: Path) -> None:
    wanted = _write(tmp_path / "release")
    offline = {"HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "home"), "HF_ENDPOINT": "http://127.0.0.1:9"}
    done = subprocess.run(
        [sys.executable, "-c", LOAD, tmp_path / "release"], env=os.environ | offline, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout) == wanted


def test_the_hub_reads_the_same_from_the_card(tmp_path: Path) -> None:
    _write(tmp_path / "release")
    card = DatasetCard.load(tmp_path / "release" / "README.md")
    assert isinstance(card.data, DatasetCardData)
    info = card.data.to_dict()["dataset_info"]
    assert [one["config_name"] for one in info] == ["amh_Ethi", "amh_Ethi-translation", "yor_Latn"]
    read = Features._from_yaml_list(info[1]["features"])
    assert "prompt_tokens" in read["exchanges"].feature
