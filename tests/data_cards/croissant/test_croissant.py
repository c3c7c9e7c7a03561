"""croissant.json is valid, says what the manifest says, and the records can be read back by it, without a network."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import small_release

from data_cards import croissant
from schemas.errors import StageError
from schemas.manifest import ColumnRecord, Manifest, ReleasedFile


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **more: object) -> None:
        raise AssertionError(f"the network was touched: {args}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("small")


@pytest.fixture(scope="module")
def manifest(folder: Path) -> Manifest:
    return small_release.write(folder)


@pytest.fixture(scope="module")
def dataset(folder: Path, manifest: Manifest) -> Any:
    import mlcroissant

    (folder / "croissant.json").write_text(croissant.render(manifest), "utf-8")
    return mlcroissant.Dataset(jsonld=folder / "croissant.json")


@pytest.fixture
def short(folder: Path, manifest: Manifest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The form for very many configs."""
    import mlcroissant

    from data_cards.croissant import document

    monkeypatch.setattr(document, "MOST_FIELDS", 5)
    (folder / "short.json").write_text(croissant.render(manifest), "utf-8")
    return mlcroissant.Dataset(jsonld=folder / "short.json")


def _with_card(manifest: Manifest, card: dict[str, Any]) -> Manifest:
    copy = manifest.model_copy(deep=True)
    copy.recipe["release"]["card"] = card
    return copy


def _written(manifest: Manifest) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(croissant.render(manifest))
    return found


def _record_sets(content: dict[str, Any]) -> dict[str, Any]:
    return {one["@id"]: one for one in content["recordSet"]}


def test_it_is_valid_and_lacks_only_what_nobody_said(dataset: Any) -> None:
    issues = dataset.metadata.ctx.issues
    assert not issues.errors
    lacking = sorted(re.findall(r'"\S+[/#](\w+)" is recommended', " ".join(issues.warnings)))
    assert lacking == ["citeAs", "datePublished", "version"]
    assert len(lacking) == len(issues.warnings)


def test_the_context_is_the_one_of_croissant_1_1(manifest: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    import mlcroissant

    content = _written(manifest)
    assert content["conformsTo"] == ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"]
    told: list[str] = []
    monkeypatch.setattr("absl.logging.warning", lambda message, *args: told.append(message))
    mlcroissant.Metadata.from_json(ctx=mlcroissant.Context(conforms_to=content["conformsTo"]), json_=content)
    assert told == []


def test_the_same_manifest_gives_the_same_bytes_in_any_process(manifest: Manifest, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(manifest.to_json())
    program = (
        "import sys\nfrom pathlib import Path\n"
        "from data_cards import croissant\nfrom schemas.manifest import Manifest\n"
        "assert 'mlcroissant' not in sys.modules\n"
        "manifest = Manifest.model_validate_json(Path(sys.argv[1]).read_text())\n"
        "sys.stdout.buffer.write(croissant.render(manifest).encode())"
    )
    for seed in ("1", "2"):
        made = subprocess.run(
            [sys.executable, "-c", program, tmp_path / "manifest.json"],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(filter(None, sys.path)), "HOME": str(tmp_path)},
            cwd=tmp_path,
            capture_output=True,
            check=True,
        )
        assert made.stdout.decode() == croissant.render(manifest)


def test_card_report_and_the_file_itself_play_no_part(manifest: Manifest) -> None:
    later = manifest.model_copy(deep=True)
    for name in ("README.md", "report.html", "croissant.json"):
        later.files.append(ReleasedFile(path=name, config=None, rows=None, bytes=9, sha256="cd" * 32))
    assert croissant.render(later) == croissant.render(manifest)


def test_records_come_back_as_they_were_written(dataset: Any) -> None:
    found = {row["fra_Latn/id"].decode(): row for row in dataset.records("fra_Latn")}
    assert sorted(found) == ["fra_Latn-0", "fra_Latn-1", "fra_Latn-2"]
    for number in range(3):
        row, wanted = found[f"fra_Latn-{number}"], small_release.document("fra_Latn", number)
        assert row["fra_Latn/text"].decode() == wanted["text"]
        assert row["fra_Latn/scripts"] == [
            {"fra_Latn/scripts/script": one["script"].encode(), "fra_Latn/scripts/share": one["share"]}
            for one in wanted["scripts"]
        ]
        assert row["fra_Latn/tags"] == [tag.encode() for tag in wanted["tags"]]
        assert (row["fra_Latn/words"], row["fra_Latn/quality"]) == (wanted["words"], wanted["quality"])
        assert row["fra_Latn/whole"] is wanted["whole"]
        assert row["fra_Latn/split"] == (b"validation" if number == 2 else b"train")


def test_one_split_can_be_asked_for(folder: Path, dataset: Any, caplog: pytest.LogCaptureFixture) -> None:
    import mlcroissant

    list(dataset.records("fra_Latn"))
    assert "Could not match" not in caplog.text
    dataset = mlcroissant.Dataset(jsonld=folder / "croissant.json")  # it narrows its files for good when it filters
    rows = list(dataset.records("fra_Latn", filters={"fra_Latn/split": "validation"}))
    assert [row["fra_Latn/id"] for row in rows] == [b"fra_Latn-2"]


def test_with_one_split_records_can_be_read_again_and_again(folder: Path, manifest: Manifest) -> None:
    import mlcroissant

    files = [file for file in manifest.files if file.split != "validation"]
    (folder / "train.json").write_text(croissant.render(manifest.model_copy(update={"files": files})), "utf-8")
    dataset = mlcroissant.Dataset(jsonld=folder / "train.json")
    for _ in range(2):
        rows = list(dataset.records("fra_Latn"))
        assert [row["fra_Latn/split"] for row in rows] == [b"train", b"train"]


def test_dead_rows_do_not_mix_with_quarantined_ones(dataset: Any) -> None:
    assert [row["dead/error"] for row in dataset.records("dead")] == [b"not_json"]
    (quarantined,) = dataset.records("quarantine")
    assert quarantined["quarantine/id"] == b"d1"
    assert [row["rejected/reasons"] for row in dataset.records("rejected")] == [[b"gopher_quality.too_few_words"]]


def test_lists_of_structs_of_derived_rows(dataset: Any) -> None:
    (row,) = dataset.records("fra_Latn-translation")
    own = "fra_Latn-translation/exchanges"
    assert [one[f"{own}/step"] for one in row[own]] == [b"translate", b"judge"]
    assert [one[f"{own}/prompt_tokens"] for one in row[own]] == [12, None]
    assert [one[f"{own}/dollars"] for one in row[own]] == [None, 0.5]


def test_every_column_is_a_field_with_its_type_and_meaning(manifest: Manifest) -> None:
    sets = _record_sets(_written(manifest))
    assert list(sets) == ["splits", "fra_Latn", "tha_Thai", "fra_Latn-translation", "rejected", "dead", "quarantine"]
    fields = {one["name"]: one for one in sets["tha_Thai"]["field"]}
    assert list(fields) == ["split", *small_release.DOCUMENTS.names]
    assert sets["tha_Thai"]["key"] == {"@id": "tha_Thai/id"}
    assert fields["quality"]["description"] == "Score, 0 to 1"
    assert [fields[name]["dataType"] for name in ("text", "words", "quality", "whole")] == [
        "sc:Text",
        "cr:Int64",
        "cr:Float64",
        "sc:Boolean",
    ]
    assert (fields["tags"]["isArray"], fields["tags"]["arrayShape"], fields["tags"]["dataType"]) == (
        True,
        "-1",
        "sc:Text",
    )
    assert "dataType" not in fields["scripts"]
    assert [one["dataType"] for one in fields["scripts"]["subField"]] == ["sc:Text", "cr:Float64"]
    assert fields["split"]["references"] == {"field": {"@id": "splits/name"}}
    assert sets["splits"]["data"] == [{"splits/name": "train"}, {"splits/name": "validation"}]


@pytest.mark.parametrize(
    ("spelled", "wanted"),
    [
        ("list<item: list<item: double>>", {"isArray": True, "arrayShape": "-1,-1", "dataType": "cr:Float64"}),
        ("fixed_size_list<item: float>[256]", {"isArray": True, "arrayShape": "256", "dataType": "cr:Float32"}),
        ("timestamp[us, tz=UTC]", {"dataType": "sc:DateTime"}),
        ("date32[day]", {"dataType": "sc:Date"}),
        ("dictionary<values=string, indices=int32, ordered=0>", {"dataType": "sc:Text"}),
        ("decimal128(10, 2)", {"dataType": "sc:Text", "description": "Amount (Arrow type decimal128(10, 2))"}),
    ],
)
def test_other_types(manifest: Manifest, spelled: str, wanted: dict[str, object]) -> None:
    copy = manifest.model_copy(deep=True)
    copy.columns["documents"].append(ColumnRecord(name="odd name", type=spelled, description="Amount"))
    field = _record_sets(_written(copy))["fra_Latn"]["field"][-1]
    assert field["@id"] == "fra_Latn/odd%20name"
    assert field["source"]["extract"] == {"column": "odd name"}
    assert {name: field.get(name) for name in wanted} == wanted


def test_a_type_that_nobody_can_read_is_refused(manifest: Manifest) -> None:
    copy = manifest.model_copy(deep=True)
    copy.columns["documents"].append(ColumnRecord(name="x", type="map<string, int64>", description=""))
    with pytest.raises(StageError, match="map<string, int64>"):
        croissant.render(copy)


def test_files_have_their_sha256(folder: Path, manifest: Manifest) -> None:
    objects = {one["contentUrl"]: one for one in _written(manifest)["distribution"] if one["@type"] == "cr:FileObject"}
    assert {path: one["sha256"] for path, one in objects.items()} == {one.path: one.sha256 for one in manifest.files}
    assert all((folder / path).stat().st_size == int(one["contentSize"].split()[0]) for path, one in objects.items())


def test_the_release_as_a_whole(manifest: Manifest) -> None:
    content = _written(manifest)
    assert content["name"] == "A small release"
    assert content["description"] == "What it is.\n\nHow it was made."
    assert content["license"] == "https://spdx.org/licenses/CC-BY-4.0.html"
    assert content["inLanguage"] == ["fr", "th"]
    assert content["keywords"] == ["glotmill", "synthetic"]
    assert not {"creator", "url", "version", "citeAs", "funding", "datePublished"} & set(content)


def test_facts_for_responsible_use_come_from_the_manifest(manifest: Manifest) -> None:
    content = _written(manifest)
    assert content["rai:dataCollectionRawData"] == (
        "Source web: 7 rows in 2 files, licence odc-by, https://example.org/web."
    )
    assert "1 of 7 (not_json 1)" in content["rai:dataCollectionMissingData"]
    gopher = content["rai:dataPreprocessingProtocol"][1]
    assert gopher.startswith("gopher_quality (measure, version 3): Counts words.")
    assert "min_words = 50 (30 in tha_Thai)" in gopher
    assert "too_few_words: Short texts say little" in gopher
    assert content["rai:machineAnnotationTools"] == ["qwen (qwen-3-8b)", "words.bin (sha256:12ab)"]
    assert len(content["rai:dataAnnotationProtocol"]) == 2
    assert content["rai:dataBiases"] == "fra_Latn: low_quality drops 50% of source = forum, but 10% of the language."
    personal = content["rai:personalSensitiveInformation"]
    assert personal[0].startswith("Personal data that patterns found was")
    assert personal[1].endswith("email 1,234.")
    assert "Duplicates were not looked for." in content["rai:dataLimitations"]
    unsaid = ("dataCollection", "dataUseCases", "dataSocialImpact", "dataReleaseMaintenancePlan")
    assert not {f"rai:{name}" for name in unsaid} & set(content)


def test_what_people_wrote_is_there(manifest: Manifest) -> None:
    import mlcroissant

    card = {
        "uses": "Training.",
        "not_for": "medicine",
        "biases": "ภาษาไทยน้อย",
        "social_impact": "Ọ̀rọ̀",
        "personal_data": "Some names stay.",
        "collection": "By hand.",
        "annotation": "Nobody.",
        "maintenance": "Twice a year.",
        "removal": "Write to us.",
        "contact": "us@example.org",
        "citation": "@misc{small}",
        "creators": ["Ada", " "],
        "homepage": "https://example.org/small",
        "version": "1.2.0",
        "funding": "Grant 7",
        "models": {"qwen": "Apache-2.0"},
    }
    content = _written(_with_card(manifest, card))
    assert content["rai:dataUseCases"] == ["Training.", "Not for: medicine"]
    assert content["rai:dataBiases"][0] == "ภาษาไทยน้อย"
    assert content["rai:dataSocialImpact"] == "Ọ̀rọ̀"
    assert content["rai:personalSensitiveInformation"][0] == "Some names stay."
    assert content["rai:dataCollection"] == "By hand."
    assert content["rai:dataAnnotationProtocol"][0] == "Nobody."
    assert content["rai:dataReleaseMaintenancePlan"] == (
        "Twice a year.\n\nRemoval: Write to us.\n\nContact: us@example.org"
    )
    assert content["rai:machineAnnotationTools"][0] == "qwen (qwen-3-8b), licence Apache-2.0"
    assert (content["citeAs"], content["url"]) == ("@misc{small}", "https://example.org/small")
    assert (content["version"], content["funding"]) == ("1.2.0", "Grant 7")
    assert content["creator"] == {"@type": "sc:Organization", "name": "Ada"}
    read = mlcroissant.Dataset(jsonld=content).metadata
    assert not read.ctx.issues.errors
    assert [warning for warning in read.ctx.issues.warnings if "datePublished" not in warning] == []
    assert read.data_social_impact == "Ọ̀rọ̀"


def test_hostile_text_neither_ends_a_script_nor_turns_the_page(manifest: Manifest) -> None:
    hostile = '</script><script>alert(1)</script> \x1b[31m \x9b31m \u202egnp\u2066 \u2028 \ud800 @id {"@id": 1}'
    copy = _with_card(manifest, {"uses": hostile, "version": "newest", "homepage": "javascript:alert(1)"})
    made = croissant.render(copy)
    assert not re.search("[<>\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]", made)
    assert json.loads(made)["rai:dataUseCases"] == hostile


def test_very_many_configs_share_a_record_set(short: Any, manifest: Manifest) -> None:
    assert not short.metadata.ctx.issues.errors
    names = [one.uuid for one in short.metadata.record_sets]
    assert names == ["splits", "configs", "documents", "derived", "rejected", "dead", "quarantine"]
    configs = {row["configs/name"]: row["configs/rows"] for row in short.records("configs")}
    assert {str(name): rows for name, rows in configs.items()} == {
        "fra_Latn": 3,
        "tha_Thai": 2,
        "fra_Latn-translation": 1,
        "rejected": 1,
        "dead": 1,
        "quarantine": 1,
    }
    listed = {one.content_url for one in short.metadata.file_objects}
    assert listed == {"evidence/languages.parquet"}


def test_one_config_or_split_of_many_can_be_asked_for(short: Any) -> None:
    def ids(record_set: str, **filters: str) -> list[str]:
        given = {f"{record_set}/{name}": value for name, value in filters.items()} or None
        return sorted(row[f"{record_set}/id"].decode() for row in short.records(record_set, filters=given))

    assert len(ids("documents")) == 5
    (derived,) = short.records("derived")
    assert (derived["derived/config"], derived["derived/split"]) == (b"fra_Latn-translation", b"train")
    assert ids("documents", config="tha_Thai") == ["tha_Thai-0", "tha_Thai-1"]
    assert ids("documents", split="validation") == ["fra_Latn-2"]
    assert ids("documents", split="train") == ["fra_Latn-0", "fra_Latn-1", "tha_Thai-0", "tha_Thai-1"]
    assert ids("derived") == ids("derived", config="fra_Latn-translation") == ["d1"]


def test_a_release_without_files(manifest: Manifest) -> None:
    import mlcroissant

    bare = manifest.model_copy(update={"files": [], "columns": {}})
    assert not mlcroissant.Dataset(jsonld=_written(bare)).metadata.ctx.issues.errors


def test_numbers_of_rows_that_nobody_counted_are_left_out(manifest: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    import mlcroissant

    from data_cards.croissant import document

    copy = manifest.model_copy(deep=True)
    next(file for file in copy.files if file.config == "tha_Thai").rows = None
    sets = _record_sets(_written(copy))
    assert sets["fra_Latn"]["description"] == "Released documents in the config fra_Latn: 3 rows."
    assert sets["tha_Thai"]["description"] == "Released documents in the config tha_Thai."
    monkeypatch.setattr(document, "MOST_FIELDS", 5)
    content = _written(copy)
    assert {"configs/name": "tha_Thai"} in _record_sets(content)["configs"]["data"]
    assert not mlcroissant.Dataset(jsonld=content).metadata.ctx.issues.errors
