"""The card agrees with its manifest and its files, whatever the recipe's author wrote into it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from markdown_it import MarkdownIt

from data_cards import card, front_matter
from schemas.changes import Changes, RowChanges, Setting
from schemas.errors import AccountingError
from schemas.manifest import (
    Counts,
    ExpectedVerdicts,
    LanguageCounts,
    LanguageFigures,
    Manifest,
    Quantiles,
    ReleasedFile,
    Sample,
    SourceRecord,
    StageRecord,
    ThresholdOrigins,
    Tokens,
)

ROWS = {
    "data/fra_Latn/train-00000-of-00002.parquet": 3,
    "data/fra_Latn/train-00001-of-00002.parquet": 1,
    "data/zho_Hans/train-00000-of-00001.parquet": 1002,
    "data/fra_Latn-translation/train-00000-of-00001.parquet": 2,
    "rejected/part-00000-of-00001.parquet": 3,
    "dead/part-00000-of-00001.parquet": 1,
    "dead/quarantine/part-00000-of-00001.parquet": 1,
}
# Loads every config of a release as a reader would, and prints how many rows came.
LOAD = """\
import json, sys
import datasets
folder = sys.argv[1]
names = datasets.get_dataset_config_names(folder)
rows = {name: datasets.load_dataset(folder, name, split="train").num_rows for name in names}
default = datasets.get_dataset_default_config_name(folder)
print(json.dumps({"rows": rows, "default": default}))
"""


def _config(path: str) -> str:
    parts = path.split("/")
    return parts[1] if parts[0] == "data" else parts[-2]


def _release(folder: Path) -> list[ReleasedFile]:
    files = []
    for path, rows in ROWS.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        columns: dict[str, list[Any]] = {"id": [f"{path}-{i}" for i in range(rows)], "text": ["Bonjour."] * rows}
        if _config(path) == "rejected":
            columns["reasons"] = [["gopher_quality.too_few_words"]] * rows
        pl.DataFrame(columns).write_parquet(target)
        files.append(
            ReleasedFile(
                path=path,
                config=_config(path),
                rows=rows,
                bytes=target.stat().st_size,
                sha256=hashlib.sha256(target.read_bytes()).hexdigest(),
            )
        )
    return files


def _manifest(files: list[ReleasedFile], **more: Any) -> Manifest:
    threshold = {
        "default": 50,
        "languages": {"zho_Hans": 30, "tha_Thai": 30},
        "sources": {"forum": {"default": None, "languages": {}}},
    }
    values: dict[str, Any] = {
        "name": "demo",
        "title": "Demo",
        "recipe": {
            "name": "demo",
            "description": "What it is for.",
            "source": {"paths": ["in/*.jsonl"]},
            "stages": {"gopher_quality": {}},
            "release": {"summary": "A summary.", "licence": "CC-BY-4.0"},
        },
        "recipe_sha256": "ab" * 32,
        "counts": Counts(
            input=1010,
            released_sources=1006,
            rejected=3,
            dead=1,
            derived=2,
            quarantined=1,
            by_language={
                "fra_Latn": LanguageCounts(input=6, released_sources=4, rejected=2, derived=2, quarantined=1),
                "zho_Hans": LanguageCounts(input=1003, released_sources=1002, rejected=1),
                "und_Zyyy": LanguageCounts(input=1, dead=1),
            },
            rejected_by_reason={"gopher_quality.too_few_words": 3, "gopher_quality.unmeasured": 1},
            rejected_by_stage={"gopher_quality": {"fra_Latn": 2, "zho_Hans": 1}},
            dead_by_error={"not_json": 1},
            quarantined_by_reason={"translation.numbers_differ": 1},
            derived_by_stage={"translation": {"fra_Latn": 2}},
            edits={"emails": 4321},
        ),
        "sources": [SourceRecord(name="web", licence=None, homepage="https://example.org/a_b", files=2, rows=1010)],
        "stages": [
            StageRecord(
                name="gopher_quality",
                kind="measure",
                version=2,
                summary="Rules on the shape of a text.",
                parameters={
                    "min_words": threshold,
                    "min_stop_words": {"default": None, "languages": {"fra_Latn": 2}, "sources": {}},
                },
                rules={"too_few_words": "Too short to be prose.", "few_stop_words": "Not prose."},
            ),
            StageRecord(
                name="minhash",
                kind="group",
                version=1,
                summary="Near duplicates.",
                parameters={"bands": 14},
                fingerprint={"tokenizer": "sha256:0123"},
            ),
            StageRecord(
                name="translation",
                kind="derive",
                version=1,
                summary="Translates.",
                parameters={},
                rules={"numbers_differ": "Numbers must survive."},
            ),
        ],
        "models": {"model-asked": "model-returned"},
        "libraries": {"polars": "2.1.0", "apache-beam": "2.77.0"},
        "expected": ExpectedVerdicts(rows=10, as_written=9, differing=["fra-1: expected keep, came reject"]),
        "files": [*files, ReleasedFile(path="croissant.json", config=None, rows=None, bytes=3, sha256="00")],
    }
    return Manifest(**{**values, **more})


def _plain_files() -> list[ReleasedFile]:
    return [
        ReleasedFile(path=path, config=_config(path), rows=rows, bytes=10 * rows, sha256="00")
        for path, rows in ROWS.items()
    ]


def _front_matter(readme: str) -> dict[str, Any]:
    _, matter, _ = re.split(r"^---$\n", readme, maxsplit=2, flags=re.MULTILINE)
    content = yaml.safe_load(matter)
    assert isinstance(content, dict)
    return content


def _body(readme: str) -> str:
    return re.split(r"^---$\n", readme, maxsplit=2, flags=re.MULTILINE)[2]


def _tables(readme: str) -> dict[str, list[list[str]]]:
    """Rows of each table, by the head of its first column, as a Markdown reader sees them."""
    tables: dict[str, list[list[str]]] = {}
    rows: list[list[str]] = []
    tokens = MarkdownIt("commonmark").enable("table").parse(_body(readme))
    for before, token in pairwise(tokens):
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline" and before.type in ("th_open", "td_open"):
            rows[-1].append("".join(child.content for child in token.children or []))
        elif token.type == "table_close":
            tables[" ".join(rows[0][:2])] = rows[1:]
            rows = []
    return tables


def _load(folder: Path, cache: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "HF_HUB_OFFLINE": "1",
        "HF_HOME": str(cache),
        "HF_DATASETS_CACHE": str(cache / "datasets"),
    }
    return subprocess.run(
        [sys.executable, "-c", LOAD, str(folder)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_every_config_loads_with_the_rows_that_the_card_says(tmp_path: Path) -> None:
    folder = tmp_path / "release"
    manifest = _manifest(_release(folder))
    (folder / "manifest.json").write_text(manifest.to_json(), encoding="utf-8")
    (folder / "README.md").write_text(card.render(manifest), encoding="utf-8")
    loaded = _load(folder, tmp_path / "cache")
    assert loaded.returncode == 0, loaded.stderr
    assert "Ignoring part of dataset_info" not in loaded.stderr
    assert json.loads(loaded.stdout) == {
        "rows": {"fra_Latn": 4, "zho_Hans": 1002, "fra_Latn-translation": 2, "rejected": 3, "dead": 1, "quarantine": 1},
        "default": "zho_Hans",
    }


def test_a_wrong_count_makes_loading_fail(tmp_path: Path) -> None:
    folder = tmp_path / "release"
    readme = card.render(_manifest(_release(folder)))
    (folder / "README.md").write_text(readme.replace("num_examples: 1002", "num_examples: 1001"), encoding="utf-8")
    loaded = _load(folder, tmp_path / "cache")
    assert loaded.returncode != 0
    assert "NonMatchingSplitsSizesError" in loaded.stderr


def test_front_matter_comes_from_the_manifest() -> None:
    manifest = _manifest(_plain_files())
    matter = _front_matter(card.render(manifest))
    assert matter["pretty_name"] == "Demo"
    assert matter["language"] == ["fr", "zh"]
    assert matter["license"] == "cc-by-4.0"
    assert matter["multilinguality"] == ["multilingual", "translation"]
    assert matter["size_categories"] == ["1K<n<10K"]
    assert matter["tags"] == ["glotmill", "deduplicated", "synthetic"]
    assert [c["config_name"] for c in matter["configs"] if c.get("default")] == ["zho_Hans"]
    assert {c["config_name"]: c["data_files"] for c in matter["configs"]} == {
        "fra_Latn": [{"split": "train", "path": "data/fra_Latn/train-*.parquet"}],
        "zho_Hans": [{"split": "train", "path": "data/zho_Hans/train-*.parquet"}],
        "fra_Latn-translation": [{"split": "train", "path": "data/fra_Latn-translation/train-*.parquet"}],
        "rejected": [{"split": "train", "path": "rejected/*.parquet"}],
        "dead": [{"split": "train", "path": "dead/*.parquet"}],
        "quarantine": [{"split": "train", "path": "dead/quarantine/*.parquet"}],
    }
    french = next(info for info in matter["dataset_info"] if info["config_name"] == "fra_Latn")
    assert french == {
        "config_name": "fra_Latn",
        "splits": [{"name": "train", "num_bytes": 40, "num_examples": 4}],
        "download_size": 40,
        "dataset_size": 40,
    }


def test_what_is_unknown_or_absent_is_left_out() -> None:
    files = [file for file in _plain_files() if file.config in ("fra_Latn", "zho_Hans")]
    files[0] = files[0].model_copy(update={"rows": None})
    matter = _front_matter(card.render(_manifest(files, recipe={"name": "demo"}, stages=[])))
    assert [info["config_name"] for info in matter["dataset_info"]] == ["zho_Hans"]
    assert [c["config_name"] for c in matter["configs"]] == ["fra_Latn", "zho_Hans"]
    assert "license" not in matter
    assert matter["tags"] == ["glotmill", "synthetic"]


def test_norwegian_is_not_false() -> None:
    counts = Counts(input=1, released_sources=1, by_language={"nno_Latn": LanguageCounts(input=1, released_sources=1)})
    assert _front_matter(card.render(_manifest([], counts=counts)))["language"] == ["nn"]
    assert _front_matter(card.render(_manifest([], counts=counts)))["multilinguality"] == ["monolingual"]


def test_tables_hold_the_numbers_of_the_manifest() -> None:
    manifest = _manifest(_plain_files())
    readme = card.render(manifest)
    tables = _tables(readme)
    assert [row[1] for row in tables["Rows Number"]] == ["1,010", "1,006", "3", "1", "2", "1"]
    assert tables["Language Label"] == [
        ["Chinese (Simplified)", "zho_Hans", "1,003", "1,002", "1", "0", "0", "0"],
        ["French", "fra_Latn", "6", "4", "2", "0", "2", "1"],
        ["Undetermined", "und_Zyyy", "1", "0", "0", "1", "0", "0"],
    ]
    reasons = tables["Reason Documents"]
    assert reasons[0] == ["gopher_quality.too_few_words", "3", "Too short to be prose."]
    assert reasons[1][:2] == ["gopher_quality.unmeasured", "1"]
    assert "failed check" in reasons[1][2]
    assert tables["Reason Rows"] == [["translation.numbers_differ", "1", "Numbers must survive."]]
    assert tables["Error Rows"] == [["not_json", "1"]]
    assert tables["What changed Sum over all documents"] == [["emails", "4,321"]]
    assert tables["Stage Kind"] == [
        ["gopher_quality", "measure", "2", "Rules on the shape of a text.", "3 rejected"],
        ["minhash", "group", "1", "Near duplicates.", "–"],
        ["translation", "derive", "1", "Translates.", "2 made"],
    ]
    assert tables["Stage Parameter"] == [
        ["gopher_quality", "min_words", "50", "30 in tha_Thai, zho_Hans; source forum: off"],
        ["gopher_quality", "min_stop_words", "off", "2 in fra_Latn"],
        ["minhash", "bands", "14", "–"],
    ]
    assert tables["Model or file Stage"] == [
        ["model-asked", "–", "model-returned", "–"],
        ["tokenizer", "minhash", "sha256:0123", "–"],
    ]
    assert tables["Source Licence"] == [["web", "not stated", "2", "1,010", "https://example.org/a_b"]]
    assert {row[0]: row[1] for row in tables["Config Rows"]} == {
        "fra_Latn": "4",
        "zho_Hans": "1,002",
        "fra_Latn-translation": "2",
        "rejected": "3",
        "dead": "1",
        "quarantine": "1",
    }
    assert {"cluster_id", "cluster_size", "twin_id", "document_id"} <= {
        row[0] for row in _tables(readme)["Column Meaning"]
    } | set(re.findall(r"^\| `(\w+)` \|", readme, re.MULTILINE))
    assert "9 of 10 documents" in readme
    assert "apache-beam 2.77.0, polars 2.1.0" in readme


def test_known_limits_follow_from_the_manifest() -> None:
    readme = card.render(_manifest(_plain_files()))
    limits = readme.partition("## Known limits")[2].partition("\n## ")[0]
    for said in (
        "No person has checked",
        "No stage identified languages",
        "in the input of this run only",
        "`gopher_quality.min_stop_words` has no value for 1 of 2 released languages, where its rule is off: zho_Hans.",
        "no licence for these sources: web",
    ):
        assert said in limits
    language = StageRecord(name="language", kind="measure", version=1, summary="", parameters={})
    bare = card.render(_manifest(_plain_files(), stages=[language]))
    assert "No stage identified languages" not in bare
    assert "Duplicates were not looked for" in bare
    assert "cluster_size" not in bare


KINDS = {
    "email": "<email>",
    "national_id": "<id>",
    "wallet": None,
    "keep_local_ip": True,
    "ip_prefix": 16,
    "regions": [],
}


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({"action": "redact"}, "was replaced by placeholders; not looked for: wallet."),
        ({"action": "flag"}, "was counted and left in the text; not looked for: wallet."),
        ({"action": "generalise"}, "was replaced by placeholders that keep a detail"),
        ({"action": "flag", "wallet": "<w>"}, "was counted and left in the text. What they miss"),
        (
            {"action": "redact", "actions": {"email": "flag"}},
            "was counted and left in the text: email; replaced by placeholders: national id; not looked for: wallet.",
        ),
    ],
)
def test_what_became_of_personal_data(parameters: dict[str, Any], told: str) -> None:
    stage = StageRecord(
        name="private_data", kind="edit", version=2, summary="", parameters={"actions": {}, **KINDS, **parameters}
    )
    readme = card.render(_manifest(_plain_files(), stages=[stage]))
    assert f"Personal data that patterns found {told}" in readme.partition("## Personal data")[2].partition("\n## ")[0]


def test_a_card_says_that_nobody_looked_for_personal_data() -> None:
    readme = card.render(_manifest(_plain_files()))
    assert "Personal data was not looked for." in readme.partition("## Personal data")[2].partition("\n## ")[0]


def test_what_was_proven_of_a_stage_stands_beside_what_it_did() -> None:
    stage = StageRecord(
        name="private_data", kind="edit", version=2, summary="", parameters={**KINDS}, proven=["Recall is 0.9."]
    )
    assert "Recall is 0.9." in card.render(_manifest(_plain_files(), stages=[stage])).partition("## Personal data")[2]


def test_languages_without_limits_of_their_own_are_named() -> None:
    def limits(**origins: ThresholdOrigins) -> str:
        return card.render(_manifest(_plain_files(), thresholds=origins)).partition("## Known limits")[2]

    plain = limits(fra_Latn=ThresholdOrigins(language=1, default=9), zho_Hans=ThresholdOrigins(script=2, default=8))
    assert "Of 10 rules at most 2 have a limit for the language or its script, in any language." in plain
    filed = limits(
        fra_Latn=ThresholdOrigins(file="script", script=5, default=5),
        zho_Hans=ThresholdOrigins(default=10),
        und_Zyyy=ThresholdOrigins(default=10),
    )
    assert "Without a threshold file of their own, with that of their script: fra_Latn." in filed
    assert "Without any threshold file, with the limits that the stages ship: zho_Hans." in filed
    own = limits(fra_Latn=ThresholdOrigins(file="language"), zho_Hans=ThresholdOrigins(file="language"))
    assert "threshold file" not in own and "have a limit for the language" not in own


def test_a_rule_that_is_off_for_a_script_is_off_for_its_languages() -> None:
    value = {"default": 0.12, "languages": {"Hans": None, "fra_Latn": 0.2}, "sources": {}}
    stage = StageRecord(
        name="fineweb_quality", kind="measure", version=1, summary="", parameters={"min_line_punctuation": value},
        rules={"few_line_ends_punctuated": "Lists."},
    )  # fmt: skip
    readme = card.render(_manifest(_plain_files(), stages=[stage]))
    assert "has no value for 1 of 2 released languages, where its rule is off: zho_Hans." in readme


def test_rendering_twice_gives_the_same_bytes() -> None:
    manifest = _manifest(_plain_files())
    readme = card.render(manifest)
    assert readme == card.render(Manifest.model_validate_json(manifest.to_json()))
    assert readme.endswith("</details>\n")
    assert "\n\n\n" not in readme


def test_counts_that_do_not_add_up_make_no_card() -> None:
    with pytest.raises(AccountingError):
        card.render(_manifest([], counts=Counts(input=2, released_sources=1)))


def test_empty_release() -> None:
    bare = Manifest(
        name="empty",
        title="Empty",
        recipe={},
        recipe_sha256="00",
        counts=Counts(),
        sources=[],
        stages=[],
        models={},
        libraries={},
    )
    readme = card.render(bare)
    matter = _front_matter(readme)
    assert matter["size_categories"] == ["n<1K"]
    assert matter["viewer"] is False
    assert not {"configs", "dataset_info", "language", "multilinguality"} & set(matter)
    assert "holds no data files" in readme
    assert "load_dataset" not in readme


def test_nothing_released_but_rejected_rows_to_read() -> None:
    counts = Counts(input=3, rejected=3, by_language={"fra_Latn": LanguageCounts(input=3, rejected=3)})
    files = [file for file in _plain_files() if file.config == "rejected"]
    readme = card.render(_manifest(files, counts=counts))
    matter = _front_matter(readme)
    assert matter["configs"] == [
        {"config_name": "rejected", "data_files": [{"split": "train", "path": "rejected/*.parquet"}]}
    ]
    assert "language" not in matter
    assert 'load_dataset("<path or repo>", "rejected"' in readme


def test_thousands_of_languages_stay_readable() -> None:
    labels = [f"{a}{b}{c}_Latn" for a in "abcdefghijklm" for b in "abcdefghijklm" for c in "abcdefghijkl"][:1900]
    counts = Counts(
        input=1900,
        released_sources=1900,
        by_language={label: LanguageCounts(input=1, released_sources=1) for label in labels},
    )
    files = [
        ReleasedFile(path=f"data/{label}/train-00000-of-00001.parquet", config=label, rows=1, bytes=9, sha256="")
        for label in labels
    ]
    stage = StageRecord(
        name="gopher_quality",
        kind="measure",
        version=1,
        summary="Rules.",
        parameters={
            "same": {"default": 1, "languages": dict.fromkeys(labels, 2), "sources": {}},
            "each": {"default": None, "languages": {label: i for i, label in enumerate(labels[5:])}, "sources": {}},
            "long": ["word"] * 5000,
        },
        rules={"short": "Short."},
    )
    readme = card.render(_manifest(files, counts=counts, stages=[stage]))
    assert max(map(len, _body(readme).splitlines())) < 400
    tables = _tables(readme)
    assert len(tables["Language Label"]) == len(tables["Config Rows"]) == 1900
    assert tables["Stage Parameter"][0][3].endswith("and 1,892 more")
    assert tables["Stage Parameter"][1][3].endswith("1,887 more values")
    assert len(_front_matter(readme)["configs"]) == 1900


HOSTILE = (
    "a | b",
    "a\\|b\\",
    "`open",
    "``two`` | `",
    "```\nfence",
    "~~~",
    "---",
    "x\n---\ny",
    "\n\n---\n\nlicense: mit\n",
    "{{ 7 * 7 }}{% for x in y %}{# no #}",
    "<!-- open",
    "</details></table>",
    "<script>alert(1)</script>",
    "# heading",
    "- item\n\n1. one\n\n> quote",
    "===",
    "[x]: y",
    "| a |\n| --- |",
    "    indented",
    "key: [unclosed",
    "\u2028\u0085line",
)


def _shape(readme: str) -> list[str]:
    """What a Markdown reader makes of the body: kinds of blocks in order, without the text in them."""
    tokens = MarkdownIt("commonmark").enable("table").parse(_body(readme))
    return [
        token.type + token.tag for token in tokens if token.type not in ("inline", "paragraph_open", "paragraph_close")
    ]


def _with(value: str) -> Manifest:
    """A manifest with a value in every place that somebody outside can write to."""
    kind: dict[str, Any] = {
        "version": 1,
        "summary": value,
        "parameters": {value: value, "p": {"default": value, "languages": {}}},
    }
    return _manifest(
        _plain_files(),
        title=value,
        recipe={
            "name": "demo",
            "description": value,
            "release": {
                "summary": value,
                "licence": value,
                "card": {
                    **dict.fromkeys(("uses", "not_for", "removal", "contact", "personal_data", "citation"), value),
                    "creators": [value],
                    "models": {value: value},
                },
            },
            "more": {value: value},
        },
        samples=[Sample(id=value, language="fra_Latn", source=value, text=value, characters=10**6)],
        figures={
            "fra_Latn": LanguageFigures(
                documents=4,
                characters=9,
                words=3,
                bytes=9,
                duplicates=0,
                rejected_by_reason={value: 2},
                confidence=0.9,
                tokens={value: Tokens(tokens=3, fertility=1.0)},
                quality={value: Quantiles(q05=0, q25=0, q50=0, q75=0, q95=0)},
            )
        },
        changes=Changes(
            earlier=value,
            earlier_sha256="0",
            documents=RowChanges(),
            derived={},
            by_language={"fra_Latn": RowChanges(before=1, added=1, after=2)},
            removed_to={value: {"fra_Latn": 1}},
            removed_by_reason={value: {"fra_Latn": 1}},
            added_from={},
            added_by_reason={},
            columns={},
            new_columns=[value],
            lost_columns=[],
            verdicts=0,
            came=0,
            gone=0,
            nameless=(0, 0),
            settings=[Setting(of="recipe", name=value, before=value, after=None)],
        ),
        counts=_manifest([]).counts.model_copy(
            update={
                "rejected_by_reason": {value: 3},
                "quarantined_by_reason": {value: 1},
                "dead_by_error": {value: 1},
                "edits": {value: 2},
            }
        ),
        sources=[SourceRecord(name=value, licence=value, homepage=value, files=1, rows=1010)],
        stages=[StageRecord(name="s", kind="edit", rules={value: value}, fingerprint={value: value}, **kind)],
        models={value: value},
        libraries={value: value},
        expected=ExpectedVerdicts(rows=1, as_written=0, differing=[value]),
    )


@pytest.mark.parametrize("value", HOSTILE)
def test_strings_cannot_change_the_shape_of_the_card(value: str) -> None:
    readme = card.render(_with(value))
    # description and summary may be several paragraphs, which the shape leaves out
    assert _shape(readme) == _shape(card.render(_with("plain")))
    words = " ".join(value.split())
    matter = _front_matter(readme)
    assert matter["pretty_name"] == words
    assert set(matter) == set(_front_matter(card.render(_with("plain"))))
    tables = _tables(readme)
    for table, column in (("Source Licence", 0), ("Error Rows", 0), ("Model or file Stage", 2), ("Stage Parameter", 2)):
        shown = tables[table][0][column]
        assert shown.replace("&lt;", "<") == words, table
    fence = re.search(r"<summary>Recipe</summary>\n\n(`{3,})yaml\n(.*?)\n\1\n", readme, re.DOTALL)
    assert fence is not None
    recipe: Mapping[str, Any] = yaml.safe_load(fence[2])
    assert recipe["description"] == value


@pytest.mark.parametrize(
    ("rows", "name"),
    [(0, "n<1K"), (999, "n<1K"), (1000, "1K<n<10K"), (10**6, "1M<n<10M"), (10**12 - 1, "100B<n<1T"), (10**12, "n>1T")],
)
def test_size_categories(rows: int, name: str) -> None:
    assert front_matter.size_category(rows) == name
