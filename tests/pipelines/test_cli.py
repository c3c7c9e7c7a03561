"""The command as a user meets it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from filters._classifier import card
from pipelines import catalogue, cli, starter
from pipelines.plan import PHASES
from schemas.errors import StageError
from tests import running

STAGES = {"normalise": None, "language": None, "gopher_quality": {"min_words": 20}, "exact_dedup": None}


def _rows() -> list[dict[str, Any]]:
    documents = [{"id": f"d-{n}", "text": one["text"]} for n, one in enumerate(running.sample_documents()[::40])]
    return [
        *documents,
        {"id": "short", "text": "Only a few words.", "date": "31 April"},
        {"id": "zz-twin", "text": documents[0]["text"]},
        {"id": "dead", "text": None},
        {
            "id": "[bold]brackets[/] :smile:",
            "text": documents[1]["text"] + "\n\nIn [brackets] :smile: all the same.",
            "date": "2024-05-01T01:00:00+03:00",
        },
    ]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a recipe was run, as a user would."""
    folder = tmp_path_factory.mktemp("ran")
    running.jsonl(folder / "in.jsonl", _rows())
    running.write(running.recipe("in.jsonl", STAGES), folder / "small.yaml")
    ended = running.command("run", "small.yaml", cwd=folder)
    assert ended.returncode == 0, ended.stderr
    (folder / "stdout").write_text(ended.stdout)
    (folder / "stderr").write_text(ended.stderr)
    return folder


@pytest.fixture
def there(ran: Path, glotmill: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(ran)
    return glotmill


def test_what_a_run_prints(ran: Path) -> None:
    out, err = (ran / "stdout").read_text(), (ran / "stderr").read_text()
    assert "By stage" in out and "By language" in out and "gopher_quality" in out
    assert "released to release/small in" in out
    for line in ("measure", "judge", "dedup: keys", "release"):
        assert line in err
    assert "Traceback" not in err and "WARNING" not in err


def test_run_json_is_the_last_line(there: Any) -> None:
    ended = there("run", "small.yaml", "--json")
    assert ended.code == 0
    said = ended.json
    assert said["recipe"] == "small" and said["out"] == "release/small" and said["phase"] is None
    counts = said["counts"]
    assert counts["input"] == len(_rows()) == counts["released_sources"] + counts["rejected"] + counts["dead"]
    assert json.loads(Path(said["manifest"]).read_text())["counts"]["input"] == counts["input"]


def test_run_of_one_phase_json(there: Any, tmp_path: Path) -> None:
    work = ["--work", str(tmp_path / "w"), "--out", str(tmp_path / "o"), "--json"]
    ended = there("run", "small.yaml", "--phase", "judge", *work)
    assert ended.code == 70 or ended.code == 78
    assert "phase measure is not complete: 0 of 1 shards are there. Run it first: --phase measure" in ended.err
    for phase in PHASES:
        ended = there("run", "small.yaml", "--phase", phase, *work)
        assert ended.code == 0, ended.err
        assert (ended.json["manifest"] is None) == (phase != "release")
    assert running.hashes(tmp_path / "o") == running.hashes("release/small")


def test_limit(there: Any, tmp_path: Path) -> None:
    ended = there("run", "small.yaml", "--limit", 4, "--json", "-q", "--work", tmp_path / "w", "--out", tmp_path / "o")
    assert ended.json["counts"]["input"] == 4
    assert {*running.released(tmp_path / "o")["id"]} <= {f"d-{n}" for n in range(4)}


def test_check_json(there: Any, tmp_path: Path) -> None:
    ended = there("check", "small.yaml", "--no-card", "--json")
    assert ended.code == 0
    assert [(one["phase"], one["state"]) for one in ended.json["phases"]] == [(phase, "done") for phase in PHASES]
    assert [one["stage"] for one in ended.json["stages"]] == list(STAGES)
    assert ended.json["stages"][2]["phase"] == "measure" and "word_count" in ended.json["stages"][2]["adds"]
    ended = there("check", "small.yaml", "--no-card", "--json", "--work", tmp_path / "w", "--out", tmp_path / "o")
    assert [one["state"] for one in ended.json["phases"]] == ["missing", *["unknown"] * 4]
    assert not (tmp_path / "o").exists()


def test_check_asks_for_what_only_a_person_can_say(there: Any, tmp_path: Path) -> None:
    ended = there("check", "small.yaml")
    assert ended.code == 78 and "the recipe is valid" in ended.out
    asked = ("release.card.uses", "release.card.removal", "release.licence", "--no-card")
    assert all(key in ended.err for key in asked)
    assert there("check", "small.yaml", "--json").json["unwritten"][:2] == ["release.summary", "release.licence"]
    card = "{uses: Trying, not_for: Training, removal: Write to us}"
    more = ("release.summary=A summary", "release.licence=mit", "source.licence=mit", f"release.card={card}")
    ended = there("check", "small.yaml", *(word for one in more for word in ("--set", one)))
    assert ended.code == 0, ended.err


def test_check_for_people(there: Any) -> None:
    ended = there("check", "small.yaml", "--no-card")
    assert ended.code == 0 and "the recipe is valid; the release goes to release/small" in ended.out
    assert all(phase in ended.out for phase in PHASES) and "complete" in ended.out


# --- explain ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "outcome", "told"),
    [
        ("d-1", "released", ["file: in.jsonl", "position: 2", "word_count", "≥", "20"]),
        ("short", "rejected", ["too_few_words", "reasons:", "Only a few words.", "unread_date: 31 April"]),
        ("zz-twin", "rejected", ["exact_duplicate", "twin that stayed: d-0 (cluster of 2, similarity 1.000)"]),
        ("d-0", "released", ["stayed for a cluster of 2"]),
        ("dead", "dead", ["error: null_text", "replay: glotmill run RECIPE --set source.paths=in.jsonl"]),
        ("[bold]brackets[/] :smile:", "released", ["[bold]brackets[/] :smile:", "In [brackets] :smile: all the same."]),
        ("[bold]brackets[/] :smile:", "released", ["  date: 2024-04-30T22:00:00Z\n"]),
    ],
)
def test_explain(there: Any, row: str, outcome: str, told: list[str]) -> None:
    ended = there("explain", row)
    assert ended.code == 0, ended.err
    assert ended.out.startswith(f"{row}: {outcome}\n")
    for part in told:
        assert part in ended.out
    ended = there("explain", row, "--json")
    assert ended.json["id"] == row and ended.json["outcome"] == outcome


def test_explain_json_names_every_rule(there: Any) -> None:
    story = there("explain", "short", "--json").json
    rules = {rule["reason"]: rule for rule in story["rules"]}
    wanted = {reason for name in STAGES for reason in catalogue.reasons_of(catalogue.get(name))} - {"exact_duplicate"}
    assert set(rules) == wanted
    assert rules["too_few_words"] == {
        "stage": "gopher_quality", "score": "word_count", "value": 4, "keep": "at_least", "threshold": 20.0,
        "parameter": "min_words", "reason": "too_few_words", "broken": True,
    }  # fmt: skip
    assert {rule["reason"] for rule in story["rules"] if rule["broken"]} <= set(story["reasons"])
    rejected = running.released(Path("release/small"), "rejected")
    assert story["reasons"] == rejected.filter(pl.col("id") == "short")["reasons"][0].to_list()


def test_explain_an_unknown_id(there: Any) -> None:
    ended = there("explain", "twin")
    assert ended.code == 66 and "no document with the id 'twin'" in ended.err and "zz-twin" in ended.err
    ended = there("explain", "nothing like it")
    assert ended.code == 66 and "column `id`" in ended.err


def test_explain_after_another_recipe_needs_its_name(there: Any, tmp_path: Path, glotmill: Any) -> None:
    ended = there("explain", "d-0", "--recipe", "other")
    assert ended.code == 66 and "no finished run in work/other" in ended.err


# --- what there is ---------------------------------------------------------------------------------------------------


def test_stages(glotmill: Any) -> None:
    ended = glotmill("stages")
    assert ended.code == 0
    found = glotmill("stages", "--json").json
    assert [one["stage"] for one in found] == list(catalogue.stages())
    for one in found:
        assert one["stage"] in ended.out
        assert one["summary"] and one["kind"] in ("Edit", "Measure", "Group", "Derive")
        assert all(parameter.get("description") for parameter in one["parameters"].values()), one["stage"]


def _resolve(schema: dict[str, Any], whole: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        assert schema["$ref"].startswith("#/$defs/")
        schema = whole["$defs"][schema["$ref"].removeprefix("#/$defs/")]
    return schema


_TYPES: dict[str, Any] = {
    "string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list, "object": dict,
    "null": type(None),
}  # fmt: skip


def _fits(value: Any, schema: dict[str, Any], whole: dict[str, Any]) -> bool:
    """As much of JSON Schema as the recipe's schema uses; jsonschema is not among what we install."""
    schema = _resolve(schema, whole)
    if "anyOf" in schema and not any(_fits(value, one, whole) for one in schema["anyOf"]):
        return False
    if "const" in schema and value != schema["const"]:
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    kind = schema.get("type")
    if kind and (not isinstance(value, _TYPES[kind]) or (isinstance(value, bool) and kind != "boolean")):
        return False
    if isinstance(value, dict):
        known, more = schema.get("properties", {}), schema.get("additionalProperties", True)
        if set(schema.get("required", ())) - set(value):
            return False
        for key, one in value.items():
            inner = known.get(str(key), more)
            if inner is False or (isinstance(inner, dict) and not _fits(one, inner, whole)):
                return False
    if isinstance(value, list):
        return all(_fits(one, schema.get("items", {}), whole) for one in value)
    return True


def test_schema(glotmill: Any, tmp_path: Path) -> None:
    schema = json.loads(glotmill("schema").out)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    shipped = sorted((running.ROOT / "pipelines/recipes").glob("*.yaml"))
    assert len(shipped) >= 2
    glotmill("init", "mine.yaml")
    for file in [*shipped, tmp_path / "mine.yaml"]:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        _list_of_paths(content)
        assert _fits(content, schema, schema), file
    good = running.recipe("x", {"language": None})
    assert _fits(good, schema, schema)
    for wrong in (
        {**good, "stags": {}},
        {**good, "stages": {"langauge": None}},
        {**good, "stages": {"language": {"min_confidenec": 1}}},
        {**good, "stages": {"gopher_quality": {"min_words": "many"}}},
        {**good, "source": {"path": "x"}},
        {"stages": {}},
    ):
        assert not _fits(wrong, schema, schema), wrong


def _list_of_paths(content: dict[str, Any]) -> None:
    """See the test below."""
    if quality := content["stages"].get("quality"):
        quality["train_on"] = [quality["train_on"]]


def test_schema_takes_one_pattern_to_train_on(glotmill: Any) -> None:
    schema = json.loads(glotmill("schema").out)
    content = yaml.safe_load((running.ROOT / "pipelines/recipes/web.yaml").read_text(encoding="utf-8"))
    assert _fits(content, schema, schema)


def test_every_reference_of_the_schema_leads_somewhere(glotmill: Any) -> None:
    schema = json.loads(glotmill("schema").out)

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if "$ref" in node:
                _resolve(node, schema)
            for one in node.values():
                walk(one)
        elif isinstance(node, list):
            for one in node:
                walk(one)

    walk(schema)


def test_init(glotmill: Any, tmp_path: Path) -> None:
    ended = glotmill("init", "my recipe.yaml")
    assert ended.code == 0 and "wrote my recipe.yaml" in ended.out
    text = (tmp_path / "my recipe.yaml").read_text()
    ended = glotmill("check", "my recipe.yaml", "--no-card", "--json")
    assert ended.code == 0, ended.err
    named = [one["stage"] for one in ended.json["stages"]]
    assert set(named) == set(catalogue.stages()) - starter.OFFERED
    for name, stage in catalogue.stages().items():
        assert f"{name}:" in text
        assert all(f"{field}:" in text for field in stage.params.model_fields), name
    ended = glotmill("init", "my recipe.yaml")
    assert ended.code == 73 and "is there already" in ended.err and "--force" in ended.err
    assert (tmp_path / "my recipe.yaml").read_text() == text
    assert glotmill("init", "my recipe.yaml", "--force").code == 0


@pytest.mark.parametrize("name", ["_x.yaml", ".yaml", "a b/c.yaml", "日本語.yaml", "-.yaml"])
def test_init_with_an_odd_name(glotmill: Any, tmp_path: Path, name: str) -> None:
    (tmp_path / "a b").mkdir()
    assert glotmill("init", "--", name).code == 0
    ended = glotmill("check", "--no-card", "--", name)
    assert ended.code == 0, ended.err


def test_what_init_shows_as_defaults_holds(glotmill: Any, tmp_path: Path) -> None:
    """Every commented parameter, taken out of its comment, is still a valid recipe with the same plan."""
    glotmill("init", "mine.yaml")
    lines = (tmp_path / "mine.yaml").read_text().splitlines()
    out, stage = [], ""
    for line in lines:
        bare = line.strip()
        if line.startswith("  ") and not line.startswith("   ") and bare.endswith(":"):
            stage = bare.rstrip(":")  # of a stage that is a comment whole: nothing below it is opened
        known = catalogue.stages()[stage].params.model_fields if stage in catalogue.stages() else {}
        field = bare.removeprefix("# ").partition(":")[0]
        if line.startswith("    # ") and field in known and "…" not in line and field not in ("model", "train_on"):
            line = "    " + bare.removeprefix("# ")
        out.append(line)
    assert out != lines
    (tmp_path / "open.yaml").write_text("\n".join(out))
    one, two = (glotmill("check", name, "--no-card", "--json") for name in ("mine.yaml", "open.yaml"))
    assert two.code == 0, two.err
    assert one.json["stages"] == two.json["stages"]


def test_help(glotmill: Any) -> None:
    for arguments in (["--help"], ["run", "-h"], ["explain", "--help"]):
        ended = glotmill(*arguments)
        assert ended.code == 0 and "Usage" in ended.out


# --- the quality model -----------------------------------------------------------------------------------------------


def test_train_quality_and_use_it(glotmill: Any, tmp_path: Path) -> None:
    rows = str(running.SAMPLE / "quality" / "*.jsonl")
    quick = ("--set", "training.epochs=5", "--set", "fewest=2")
    ended = glotmill("train-quality", rows, "--out", "model", *quick, "--json")
    assert ended.code == 0, ended.err
    assert set(ended.json["rows"]) == {"train", "valid", "test"} and ended.json["metrics"]["test"]["all"]["auc"] > 0.5
    running.jsonl(tmp_path / "in.jsonl", _rows()[:6])
    content = running.recipe("in.jsonl", {"language": None, "quality": {"model": "model", "share": 0.5, "fewest": 0}})
    running.write(content, tmp_path / "small.yaml")
    ended = glotmill("run", "small.yaml", "--json", "-q")
    assert ended.code == 0, ended.err
    released = running.released(tmp_path / "release/small")
    assert released["quality"].is_between(0, 1).all() and released.height == ended.json["counts"]["released_sources"]
    manifest = json.loads((tmp_path / "release/small/manifest.json").read_text())
    assert manifest["models"]["model"] == card.read(tmp_path / "model").sha256()
    (tmp_path / "spec.yaml").write_text(f"rows: {rows}\nfewest: 2\ntraining: {{epochs: 1}}\n", encoding="utf-8")
    ended = glotmill("train-quality", "spec.yaml", "--out", "other")
    assert ended.code == 0 and "test" in ended.out and "quality: {model: other}" in ended.out, ended.err
    ended = glotmill("train-quality", "spec.yaml", "--out", "other")
    assert ended.code == 73 and "--force" in ended.err
    ended = glotmill("train-quality", "spec.yaml", rows)
    assert ended.code == 78 and "give one YAML file, or labelled rows" in ended.err


# --- the release -----------------------------------------------------------------------------------------------------


def test_the_release_loads_as_its_readers_load_it(ran: Path, tmp_path: Path) -> None:
    """Every config of the card, with `datasets`, without the network, in a process of its own."""
    pytest.importorskip("datasets")
    script = """
import json, sys
import datasets
datasets.disable_progress_bars()
found = {}
for config in datasets.get_dataset_config_names(sys.argv[1]):
    loaded = datasets.load_dataset(sys.argv[1], config)
    found[config] = {split: {"rows": part.num_rows, "columns": part.column_names} for split, part in loaded.items()}
print(json.dumps(found))
"""
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path), "HF_DATASETS_CACHE": str(tmp_path)}
    ended = subprocess.run(
        [sys.executable, "-c", script, str(ran / "release/small")],
        env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    found = json.loads(ended.stdout.strip().rpartition("\n")[2])
    manifest = json.loads((ran / "release/small/manifest.json").read_text())
    rows: dict[str, int] = {}
    for file in manifest["files"]:
        if file["config"] is not None:
            rows[file["config"]] = rows.get(file["config"], 0) + file["rows"]
    loaded = {config: sum(part["rows"] for part in splits.values()) for config, splits in found.items()}
    assert {config: loaded.get(config) for config in rows} == rows
    documents = running.released(ran / "release/small")
    assert loaded.get("default", loaded.get("all", documents.height)) == documents.height


def test_the_card_agrees_with_the_data(ran: Path) -> None:
    text = (ran / "release/small/README.md").read_text()
    head = yaml.safe_load(text.split("---")[1])
    manifest = json.loads((ran / "release/small/manifest.json").read_text())
    configs = {config["config_name"] for config in head["configs"]}
    assert {file["config"] for file in manifest["files"] if file["config"]} <= configs
    for config in head["configs"]:
        for part in config["data_files"]:
            assert list((ran / "release/small").glob(part["path"])), part
    for language, counts in manifest["counts"]["by_language"].items():
        if counts["released_sources"]:
            assert language in text
    import pyarrow.parquet as pq

    for file in (ran / "release/small/data").rglob("*.parquet"):
        schema = pq.read_schema(file)
        assert all((schema.field(name).metadata or {}).get(b"description") for name in schema.names)


def test_an_error_after_ctrl_c_is_ctrl_c(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Libraries and runners turn it into errors of their own."""

    def pressed(**_: Any) -> None:
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            raise StageError("language: SystemError: returned a result with an exception set") from None

    monkeypatch.setattr(cli, "app", pressed)
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 130 and "interrupted" in capsys.readouterr().err
    assert signal.getsignal(signal.SIGINT) is before
