"""What is wrong is said: what came, where, and how to mend it; and the exit code tells mending from trying again."""

# ruff: noqa: E501

from __future__ import annotations

import errno
import gzip
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines import storage
from pipelines.plan import PHASES
from tests import running

STAGES = ["normalise", "language", "gopher_quality", "exact_dedup"]


def _good(number: int = 3, start: int = 0) -> list[dict[str, Any]]:
    return [
        {"id": f"good-{start + n}", "text": one["text"]}
        for n, one in enumerate(running.sample_documents()[start : start + number])
    ]


# --- recipes ---------------------------------------------------------------------------------------------------------

RECIPES = [
    ("not YAML", "name: x\nsource: [\n", [r"recipe.yaml:3:1: not YAML", "glotmill init"]),
    ("a list", "- a\n", ["a recipe is a mapping", "list came"]),
    ("empty", "", ["a recipe is a mapping", "NoneType came"]),
    ("unknown stage", "name: x\nsource: {paths: a}\nstages:\n  langauge:\n", ["recipe.yaml:4: stages.langauge", "did you mean 'language'", "minhash"]),
    ("wrong type", "name: x\nsource: {paths: a}\nstages:\n  language:\n  gopher_quality:\n    min_words: many\n", ["recipe.yaml:6", "min_words", "'many' (str) came"]),
    ("missing column", "name: x\nsource: {paths: a}\nstages: [gopher_quality]\n", ["gopher_quality", "reads the column 'language'", "Put the stage `language` before it"]),
    ("wrong order", "name: x\nsource: {paths: a}\nstages: [exact_dedup, normalise]\n", ["normalise", "Edit and Measure, then Group"]),
    ("no such language", "name: x\nsource: {paths: a}\nstages:\n  language:\n  gopher_quality:\n    min_words: {xx_Qqqq: 3}\n", ["recipe.yaml:6", "'xx_Qqqq' is not a language code"]),
    ("no such source", "name: x\nsource: {paths: a}\nstages:\n  language:\n  gopher_quality:\n    min_words: {sources: {forum: 3}}\n", ["unknown source 'forum'", "Valid: x"]),
    ("unknown key", "name: x\nsource: {paths: a}\nstags: {}\nstages: {}\n", ["recipe.yaml:3: stags", "unknown key 'stags'", "did you mean 'stages'", "release"]),
    ("unknown key inside", "name: x\nsource: {path: a}\nstages: {}\n", ["recipe.yaml:2: source.path", "did you mean 'paths'", "max_document_bytes"]),
    ("unknown parameter", "name: x\nsource: {paths: a}\nstages:\n  normalise:\n    nfd: true\n", ["recipe.yaml:5: stages.normalise.nfd", "unknown key 'nfd'", "mojibake"]),
    ("no source", "name: x\nstages: {}\n", ["either `source` (one) or `sources`"]),
    ("a name with a slash", "name: ../x\nsource: {paths: a}\nstages: {}\n", ["recipe.yaml:1: name", "'../x' (str) came"]),
    ("no client", "name: x\nsource: {paths: a}\nstages:\n  language:\n  translation: {targets: [fr]}\n", ["translation", "no `client`", "local: true"]),
    ("a model that is not there", "name: x\nsource: {paths: 'sample://instructions.jsonl', fields: {text: instruction}}\nstages:\n  language:\n  quality: {model: nowhere}\n", ["stages.quality.model", "nowhere", "train-quality"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "told"), [case[1:] for case in RECIPES], ids=[case[0] for case in RECIPES])
def test_a_wrong_recipe(text: str, told: list[str], glotmill: Any, tmp_path: Path) -> None:
    (tmp_path / "recipe.yaml").write_text(text)
    ended = glotmill("run", "recipe.yaml")
    assert ended.code in (78, 66), ended.err
    for part in told:
        assert part in ended.err
    assert "Traceback" not in ended.err
    assert not (tmp_path / "release").exists()


def test_all_problems_of_a_recipe_at_once(glotmill: Any, tmp_path: Path) -> None:
    (tmp_path / "recipe.yaml").write_text(
        "name: x\nsource: {paths: a}\nstages:\n  nonsense:\n  normalise: {mojibake: perhaps}\n  gopher: {}\n"
    )
    ended = glotmill("check", "recipe.yaml")
    assert ended.code == 78
    assert all(part in ended.err for part in ("recipe.yaml:4", "recipe.yaml:5", "recipe.yaml:6"))


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["run", "quickstrat"], 78, ["no recipe file 'quickstrat'", "did you mean 'quickstart'", "web"]),
        (["run", "."], 78, ["It is a folder"]),
        (["run", "bytes.yaml"], 78, ["not UTF-8 text at byte 6", "Save the recipe as UTF-8"]),
        (["run", "web", "--set", "source.paths"], 78, ["--set 'source.paths'", "a.b=value"]),
        (["run", "web", "--set", "name.x=1"], 78, ["name is a str, nothing can be set inside it"]),
        (["run", "web", "--set", "source.paths=["], 78, ["the value is not YAML"]),
        (["run", "web", "--set", "release.titel=x"], 78, ["unknown key 'titel'", "did you mean 'title'"]),
        (["run", "web", "--phase", "mesure"], 78, ["unknown phase 'mesure'", "did you mean 'measure'", *PHASES]),
        (["run", "web", "--runner", "nope"], 78, ["unknown runner 'nope'", "FlinkRunner", "local", "module.Class"]),
        (["run", "web", "--runner", "locla"], 78, ["did you mean 'local'"]),
        (["run", "web", "--runner", "no.such.Class"], 78, ["--runner no.such.Class: No module named 'no'", "local"]),
        (["run", "web", "--runner", "os.getcwd"], 78, ["that is no class of a runner"]),
        (["run", "web", "--workers", "0"], 2, ["--workers", "greater than or equal to 1"]),
        (["run", "web", "--limit", "some"], 2, ["--limit", "valid integer"]),
        (["run"], 2, ["RECIPE"]),
        (["rnu"], 2, ["rnu"]),
        (["explain", "x"], 66, ["no finished run in work", "--work"]),
        (["train-quality", "nothing.jsonl"], 66, ["no labelled rows", "label (high or low)"]),
        (["train-quality", "x.jsonl", "--set", "training.epoch=3"], 78, ["training.epoch", "did you mean", "epochs"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_wrong_command_line(arguments: list[str], code: int, told: list[str], glotmill: Any, tmp_path: Path) -> None:
    (tmp_path / "bytes.yaml").write_bytes(b"name: \xff\n")
    ended = glotmill(*arguments)
    assert ended.code == code, ended.err
    for part in told:
        assert part in ended.err
    assert "Traceback" not in ended.err
    assert not (tmp_path / "work").exists(), "work was begun"


# --- data ------------------------------------------------------------------------------------------------------------


def _run(glotmill: Any, tmp_path: Path, paths: Any, *more: object, **source: Any) -> Any:
    running.write(running.recipe(paths, STAGES, source=source), tmp_path / "recipe.yaml")
    return glotmill("run", "recipe.yaml", "--json", "-q", "--workers", "1", *more)


def test_an_empty_file_beside_a_good_one(glotmill: Any, tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_bytes(b"")
    running.jsonl(tmp_path / "good.jsonl", _good())
    ended = _run(glotmill, tmp_path, "*.jsonl")
    assert ended.code == 0, ended.err
    assert ended.json["counts"] == {
        "input": 3, "released_sources": 3, "rejected": 0, "dead": 0, "derived": 0, "quarantined": 0,
    }  # fmt: skip


@pytest.mark.parametrize("name", ["empty.jsonl", "empty.csv", "empty.jsonl.gz"])
def test_nothing_but_an_empty_file(glotmill: Any, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(gzip.compress(b"") if name.endswith(".gz") else b"")
    ended = _run(glotmill, tmp_path, name)
    assert ended.code == 0, ended.err
    assert ended.json["counts"]["input"] == 0
    assert not list((tmp_path / "release").rglob("*.parquet")), "an empty shard"
    manifest = json.loads((tmp_path / "release/small/manifest.json").read_text())
    assert [file["path"] for file in manifest["files"]] == ["report.html", "croissant.json", "README.md"]
    assert _run(glotmill, tmp_path, name).code == 0, "the second run fails"


def test_a_truncated_gz_keeps_what_could_be_read(glotmill: Any, tmp_path: Path) -> None:
    lines = "".join(json.dumps(row) + "\n" for row in _good(60)).encode()
    (tmp_path / "cut.jsonl.gz").write_bytes(gzip.compress(lines)[:-2_000])
    ended = _run(glotmill, tmp_path, "cut.jsonl.gz")
    assert ended.code == 0, ended.err
    counts = ended.json["counts"]
    assert counts["released_sources"] > 10 and counts["dead"] == 1
    dead = running.released(tmp_path / "release/small", "dead").row(0, named=True)
    assert dead["error"] == "damaged_file" and "cut.jsonl.gz" in dead["replay"]


def test_rows_that_cannot_be_used(glotmill: Any, tmp_path: Path) -> None:
    rows = [json.dumps(row).encode() for row in _good(2)]
    bad = [
        b'{"id": "utf8", "text": "caf\xe9 au lait"}',
        b'{"id": "null", "text": null}',
        b'{"id": "none"}',
        b'{"id": "number", "text": 7}',
        b'{"id": "cut", "text": "never en',
        b"[1, 2]",
    ]
    (tmp_path / "in.jsonl").write_bytes(b"\n".join([rows[0], *bad, rows[1]]))
    ended = _run(glotmill, tmp_path, "in.jsonl")
    assert ended.code == 0, ended.err
    assert ended.json["counts"]["dead"] == 6 and ended.json["counts"]["released_sources"] == 2
    dead = running.released(tmp_path / "release/small", "dead")
    errors = dict(dead.select("position", "error").iter_rows())
    assert errors == {
        2: "invalid_utf8", 3: "null_text", 4: "missing_text", 5: "text_not_a_string", 6: "invalid_json",
        7: "not_an_object",
    }  # fmt: skip
    assert dead["message"].is_not_null().all() and dead["raw"].is_not_null().all()


def test_a_document_of_50_megabytes(glotmill: Any, tmp_path: Path) -> None:
    running.jsonl(tmp_path / "in.jsonl", [*_good(1), {"id": "huge", "text": "слово " * 4_600_000}, *_good(1, 5)])
    ended = _run(glotmill, tmp_path, "in.jsonl")
    assert ended.code == 0, ended.err
    assert ended.json["counts"]["released_sources"] == 2
    dead = running.released(tmp_path / "release/small", "dead").row(0, named=True)
    assert (dead["id"], dead["position"], dead["error"]) == ("huge", 2, "document_too_long")
    assert "source.max_document_bytes" in dead["message"] and len(dead["raw"]) <= 2_000


def test_a_million_empty_rows(tmp_path: Path) -> None:
    """More than pyarrow puts into one row group; ids collide, all of them."""
    rows = (1 << 20) + 10
    (tmp_path / "in.jsonl").write_bytes(b'{"text": ""}\n' * rows)
    running.write(running.recipe("in.jsonl", STAGES), tmp_path / "recipe.yaml")
    ended = running.command("run", "recipe.yaml", "--json", "-q", "--workers", "1", cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr
    counts = json.loads(ended.stdout)["counts"]
    assert counts["input"] == counts["rejected"] == rows
    rejected = pl.scan_parquet(tmp_path / "release/small/rejected/*.parquet")
    assert rejected.select(pl.col("id").n_unique()).collect()[0, 0] == rows


@pytest.mark.parametrize("kind", ["jsonl", "parquet", "csv"])
def test_a_missing_column(glotmill: Any, tmp_path: Path, kind: str) -> None:
    frame = pl.DataFrame({"id": ["1", "2"], "content": ["a text", "another"]})
    getattr(frame, {"jsonl": "write_ndjson", "parquet": "write_parquet", "csv": "write_csv"}[kind])(
        tmp_path / f"in.{kind}"
    )
    ended = _run(glotmill, tmp_path, f"in.{kind}")
    if kind == "jsonl":  # any line may have it: each row says so
        assert ended.code == 0 and ended.json["counts"]["dead"] == 2
        message = running.released(tmp_path / "release/small", "dead")["message"][0]
    else:
        assert ended.code == 66
        message = ended.err
    assert "'text'" in message and "content" in message and "source.fields.text" in message


def test_the_same_id_twice(glotmill: Any, tmp_path: Path) -> None:
    rows = _good(4)
    running.jsonl(tmp_path / "a.jsonl", rows)
    running.jsonl(tmp_path / "b.jsonl", [{"id": "other", "text": "x"}, rows[2]])
    ended = _run(glotmill, tmp_path, ["a.jsonl", "b.jsonl"])
    assert ended.code == 65
    assert "'good-2'" in ended.err and "a.jsonl row 3" in ended.err and "b.jsonl row 2" in ended.err
    assert "source.fields.id" in ended.err
    assert not (tmp_path / "release").exists()
    assert _run(glotmill, tmp_path, ["a.jsonl", "b.jsonl"], fields={"id": None}).code == 0


def test_a_folder_instead_of_a_file(glotmill: Any, tmp_path: Path) -> None:
    running.jsonl(tmp_path / "in" / "a.jsonl", _good())
    ended = _run(glotmill, tmp_path, "in")
    assert ended.code == 66 and "in is a folder" in ended.err and "in/*.jsonl" in ended.err


@pytest.mark.parametrize(
    ("path", "told"), [("goood.jsonl", "Did you mean 'good.jsonl'?"), ("*.csv", "no file matches")]
)
def test_a_file_that_is_not_there(glotmill: Any, tmp_path: Path, path: str, told: str) -> None:
    running.jsonl(tmp_path / "good.jsonl", _good())
    ended = _run(glotmill, tmp_path, path)
    assert ended.code == 66 and path in ended.err and told in ended.err


def _refuse(monkeypatch: pytest.MonkeyPatch, name: str, part: str, number: int) -> None:
    """From now on `storage.<name>` fails for addresses with `part` in them."""
    real = getattr(storage, name)

    def refused(path: str, *more: Any) -> Any:
        if part in path:
            with storage.our_errors(f"opening {path}"):
                raise OSError(number, os.strerror(number), path)
        return real(path, *more)

    monkeypatch.setattr(storage, name, refused)


def test_no_permission_to_read(glotmill: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    running.jsonl(tmp_path / "a.jsonl", _good())
    running.jsonl(tmp_path / "secret.jsonl", _good(3, 5))
    with monkeypatch.context() as patch:
        _refuse(patch, "open_read", "secret.jsonl", errno.EACCES)
        ended = _run(glotmill, tmp_path, "*.jsonl")
    assert ended.code == 77 and "secret.jsonl" in ended.err and "no permission" in ended.err
    assert _run(glotmill, tmp_path, "*.jsonl").code == 0


@pytest.mark.parametrize("place", ["work/small/measure", "release/small"])
def test_no_permission_to_write(glotmill: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    running.jsonl(tmp_path / "a.jsonl", _good())
    with monkeypatch.context() as patch:
        _refuse(patch, "open_write", place, errno.EACCES)
        ended = _run(glotmill, tmp_path, "a.jsonl")
    assert ended.code == 77 and "no permission" in ended.err and "Traceback" not in ended.err
    assert _run(glotmill, tmp_path, "a.jsonl").code == 0


_undisturbed: dict[str, str] = {}


@pytest.mark.parametrize(
    "place",
    ["work/small/measure", "work/small/ids", "work/small/judge", "work/small/keys", "work/small/links",
     "work/small/dedup", "work/small/scatter", "work/small/.latest.json", "release/small/data", "release/small/.README",
     "release/small/.manifest", "release/small/"],
)  # fmt: skip
def test_a_disk_that_is_full_anywhere(
    glotmill: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    running.jsonl(tmp_path / "a.jsonl", _good(6))
    with monkeypatch.context() as patch:
        _refuse(patch, "open_write", place, errno.ENOSPC)
        ended = _run(glotmill, tmp_path, "a.jsonl")
    assert ended.code == 73, ended.err
    assert "no space left" in ended.err and "--work and --out" in ended.err and "Traceback" not in ended.err
    assert _run(glotmill, tmp_path, "a.jsonl").code == 0
    if not _undisturbed:  # paths are relative: the same bytes in every test's folder
        assert _run(glotmill, tmp_path, "a.jsonl", "--work", "fresh", "--out", "fresh/out").code == 0
        _undisturbed.update(running.hashes(tmp_path / "fresh/out"))
    assert running.hashes(tmp_path / "release/small") == _undisturbed


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "tiny"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=48k", "tmpfs", str(folder)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("mounting needs root")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.parametrize("place", ["--work", "--out"])
def test_a_disk_that_is_really_full(glotmill: Any, tmp_path: Path, tiny_disk: Path, place: str) -> None:
    running.jsonl(tmp_path / "a.jsonl", _good(200))
    arguments = {"--work": str(tmp_path / "work"), "--out": str(tmp_path / "out"), place: str(tiny_disk / "x")}
    options = [part for pair in arguments.items() for part in pair]
    ended = _run(glotmill, tmp_path, "a.jsonl", *options)
    assert ended.code == 73, ended.err
    assert "no space left" in ended.err and "Traceback" not in ended.err
    subprocess.run(["mount", "-o", "remount,size=20m", str(tiny_disk)], check=True)
    ended = _run(glotmill, tmp_path, "a.jsonl", *options)
    assert ended.code == 0, ended.err
    assert _run(glotmill, tmp_path, "a.jsonl", "--work", "fresh", "--out", "fresh/out").code == 0
    assert running.hashes(Path(arguments["--out"])) == running.hashes(tmp_path / "fresh/out")


def test_a_folder_of_somebody_else_is_refused(glotmill: Any, tmp_path: Path) -> None:
    running.jsonl(tmp_path / "a.jsonl", _good())
    ended = _run(glotmill, tmp_path, "a.jsonl", "--out", ".")
    assert ended.code == 73 and "holds no release of Glotmill" in ended.err and "--out" in ended.err
    assert (tmp_path / "a.jsonl").exists() and not (tmp_path / "data").exists()


def test_a_stage_that_fails_on_one_document(glotmill: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug in a stage costs the document, not the run; and all rows still add up."""
    from dataclasses import replace

    from pipelines import catalogue

    stage = catalogue.get("exact_dedup")
    quality = catalogue.get("gopher_quality")
    real = quality.measure  # type: ignore[attr-defined]

    def fails(frame: pl.DataFrame, *more: Any) -> pl.DataFrame:
        if frame["id"].is_in(["good-3"]).any():
            raise ZeroDivisionError("planted")
        return real(frame, *more)

    found = {**catalogue.stages(), "gopher_quality": replace(quality, measure=fails)}
    monkeypatch.setattr(catalogue, "stages", lambda: found)
    assert stage.name in found
    running.jsonl(tmp_path / "a.jsonl", _good(7))
    ended = _run(glotmill, tmp_path, "a.jsonl")
    assert ended.code == 0, ended.err
    counts = ended.json["counts"]
    assert counts["dead"] == 1 and counts["input"] == 7
    dead = running.released(tmp_path / "release/small", "dead").row(0, named=True)
    assert dead["id"] == "good-3" and dead["error"] == "stage_failed" and "planted" in dead["message"]


def test_a_row_that_goes_missing_is_noticed(glotmill: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check of promise 1 can fail: here a released shard loses a row on its way to the disk."""
    from pipelines.beam.phases import release

    real = release.write_shard
    monkeypatch.setattr(release, "write_shard", lambda path, rows, *more: real(path, rows.head(rows.height - 1), *more))
    running.jsonl(tmp_path / "a.jsonl", _good(7))
    ended = _run(glotmill, tmp_path, "a.jsonl")
    assert ended.code == 70 and "rows went missing" in ended.err
    assert not (tmp_path / "release/small/manifest.json").exists()
