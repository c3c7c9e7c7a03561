"""`glotmill publish` as a user runs it, with a real release, and what a reader loads afterwards."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests import running
from tests.hub_server import HubServer
from tests.hub_server.store import Repo

pytestmark = pytest.mark.end_to_end
REPO = "org/small"
LOAD = """
import json, sys
import datasets
from huggingface_hub import HfFileSystem
repo, revision, configs = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
found = {}
for config in configs:
    rows = datasets.load_dataset(repo, config, split="train", revision=revision)
    found[config] = rows["id"][:]
files = HfFileSystem().find(f"datasets/{repo}@{revision}")
print(json.dumps({"ids": found, "files": len(files)}))
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    running.corpus(folder / "in", 2, 30)
    source = {"licence": "apache-2.0"}
    running.run(running.recipe(f"{folder}/in/*.jsonl", running.RULES, source=source, release=running.WRITTEN), folder)
    return folder / "out"


@pytest.fixture
def out(made: Path, tmp_path: Path, server: HubServer, environment_of: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    environment_of(monkeypatch, server, tmp_path)
    shutil.copytree(made, tmp_path / "out")
    return tmp_path / "out"


def test_killed_half_way_then_complete_then_loaded(out: Path, server: HubServer, tmp_path: Path) -> None:
    stalled = server.fault("lfs_put", "stall", after=500, skip=2, times=9)
    with running.started("publish", str(out), REPO, cwd=tmp_path) as process:
        stalled.wait(120)
        process.kill()
        process.wait()
    server.well()
    assert server.repo(REPO).files("main").keys() == {".gitattributes"}
    done = running.command("publish", str(out), REPO, "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    repo = server.repo(REPO)
    manifest = json.loads((out / "manifest.json").read_text())
    paths = {*(one["path"] for one in manifest["files"]), "manifest.json"}
    there = repo.files("main")
    assert there.keys() == {*paths, ".gitattributes"}
    assert all(there[path] == (out / path).read_bytes() for path in paths)
    assert repo.tags == {told["tag"]: told["commit"]} == {told["tag"]: repo.resolve("main").oid}
    assert [one.status for one in repo.pull_requests] == ["merged"]
    for line in ("verifying", "sending", "checking pull request 1", "merging", "checking main", "tagging"):
        assert line in done.stderr
    again = running.command("publish", str(out), REPO, cwd=tmp_path)
    assert again.returncode == 0 and "already published" in again.stdout

    configs = sorted({one["config"] for one in manifest["files"] if one["path"].startswith("data/")})
    loaded = subprocess.run(
        [sys.executable, "-c", LOAD, REPO, told["tag"], json.dumps(configs)],
        capture_output=True, text=True, timeout=240, cwd=tmp_path, env=running.environment(), check=False,
    )  # fmt: skip
    assert loaded.returncode == 0, loaded.stderr
    found = json.loads(loaded.stdout.splitlines()[-1])
    assert found["files"] == len(paths) + 1
    for config in configs:
        files = [out / one["path"] for one in manifest["files"] if one["config"] == config]
        ids = pl.concat([pl.read_parquet(file, columns=["id"]) for file in files])["id"].to_list()
        assert sorted(found["ids"][config]) == sorted(ids)


def test_dry_run(out: Path, server: HubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = ("publish", str(out), REPO, "--no-load", "--dry-run")
    asked = running.command(*arguments, cwd=tmp_path)
    assert asked.returncode == 0, asked.stderr
    assert "it would be made, private" in asked.stdout
    repo = server.repos[REPO] = Repo(REPO, False, "me")
    repo.put("main", "old\u202e.txt", b"x")
    told = json.loads(running.command(*arguments, "--json", cwd=tmp_path).stdout)
    files = json.loads((out / "manifest.json").read_text())["files"]
    assert told["files"] == told["there"]["missing"] == len(files) + 1
    assert told["there"]["deleted"] == told["there"]["strangers"] == ["old\u202e.txt"]
    shown = running.command(*arguments, cwd=tmp_path).stdout
    assert "--public would have to be said" in shown and "refuses without --replace" in shown
    assert "\u202e" not in shown
    assert {one.method for one in server.requests()} == {"GET"}
    before = len(server.log)
    monkeypatch.delenv("HF_TOKEN")
    alone = running.command(*arguments, cwd=tmp_path)
    assert alone.returncode == 0 and "HF_TOKEN is not set" in alone.stdout
    assert len(server.log) == before
    monkeypatch.setenv("HF_TOKEN", "hf_wrong")
    wrong = running.command(*arguments, cwd=tmp_path)
    assert wrong.returncode == 0 and "not asked" in wrong.stdout and "401" in wrong.stdout


def test_refusals(out: Path, server: HubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*arguments: str) -> tuple[int, str]:
        done = running.command("publish", *arguments, "--no-load", cwd=tmp_path)
        return done.returncode, done.stderr

    shard = next((out / "data").rglob("*.parquet"))
    kept = shard.read_bytes()
    shard.write_bytes(kept[:-9] + bytes([kept[-9] ^ 1]) + kept[-8:])
    code, told = refused(str(out), REPO)
    assert code == 65 and "does not verify" in told and shard.name in told
    shard.write_bytes(kept)
    assert refused(str(out), "small")[0] == 78
    manifest = (out / "manifest.json").read_text()
    (out / "manifest.json").write_text(manifest.replace('"uses": "Trying."', '"uses": ""'))
    code, told = refused(str(out), REPO)
    assert code == 65 and "its card lacks release.card.uses" in told
    (out / "manifest.json").write_text(manifest)
    assert refused(str(tmp_path / "nowhere"), REPO)[0] == 66
    server.fault("whoami", "status", status=503, times=99, headers={"Retry-After": "9999"})
    assert refused(str(out), REPO)[0] == 75
    server.well()
    monkeypatch.setenv("HF_TOKEN", "hf_wrong")
    assert refused(str(out), REPO)[0] == 77
    monkeypatch.delenv("HF_TOKEN")
    code, told = refused(str(out), REPO)
    assert code == 77 and "only HF_TOKEN is read" in told
    assert not server.repos
