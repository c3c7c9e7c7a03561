"""The DAG in a real Airflow, which lives in an environment of its own (`.venv-airflow`, kept between runs)."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
DRIVE = Path(__file__).with_name("drive.py")
PHASES = ["measure", "judge", "dedup", "derive", "release"]
SECRETS = {
    "AIRFLOW__CORE__FERNET_KEY": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3I=",
    "AIRFLOW_CONN_STORE": "s3://user:secret@",
    "AIRFLOW_VAR_TOKEN": "secret",
}
# Stands in for the command: notes how it was called, then does what FAKE_PLAN says for the phase, call by call.
FAKE = """\
import json, os, subprocess, sys, time
notes, phase = os.environ["FAKE_NOTES"], sys.argv[sys.argv.index("--phase") + 1]
calls = [json.loads(line)["phase"] for line in open(notes)] if os.path.exists(notes) else []
with open(notes, "a") as file:
    print(json.dumps({"phase": phase, "argv": sys.argv[1:], "env": dict(os.environ), "pid": os.getpid()}), file=file)
plan = json.loads(os.environ.get("FAKE_PLAN", "{}")).get(phase, [])
todo = plan[calls.count(phase)] if calls.count(phase) < len(plan) else 0
print("working on", phase, file=sys.stderr, flush=True)
if todo == "hang":
    stubborn = "import signal as s, time; s.signal(s.SIGTERM, s.SIG_IGN); print('up', flush=True); time.sleep(600)"
    child = subprocess.Popen([sys.executable, "-c", stubborn], stdout=subprocess.PIPE)
    child.stdout.readline()
    with open(notes + ".pids", "w") as file:
        print(os.getpid(), child.pid, file=file)
    time.sleep(600)
print("a line before the report")
if todo == "chat":
    print("no JSON here")
elif todo == "large":
    print(json.dumps({"phase": phase, "rows": 7, "all": "x" * 100_000}))
elif todo == "killed":
    os.kill(os.getpid(), 9)
elif todo:
    print("recipe.yaml:3: stages.langauge: unknown stage", file=sys.stderr)
    sys.exit(todo)
else:
    print(json.dumps({"phase": phase, "rows": 7}))
"""

Drive = Callable[..., tuple[dict[str, Any], str]]


@pytest.fixture(scope="session")
def airflow_python() -> Path:
    """The Python of an environment with Airflow."""
    uv = shutil.which("uv")
    if uv is None:
        pytest.skip("uv is not installed: it makes the environment with Airflow")
    folder = ROOT / ".venv-airflow"
    environment = {k: v for k, v in os.environ.items() if k not in ("VIRTUAL_ENV", "PYTHONPATH")}
    subprocess.run(
        [uv, "sync", "--frozen", "--only-group", "airflow", "--python", f"{sys.version_info[0]}.{sys.version_info[1]}"],
        cwd=ROOT,
        env={**environment, "UV_PROJECT_ENVIRONMENT": str(folder)},
        check=True,
    )
    return folder / ("Scripts" if os.name == "nt" else "bin") / "python"


@pytest.fixture(scope="session")
def environment(airflow_python: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Environment of an Airflow with an empty database and our DAG folder."""
    home = tmp_path_factory.mktemp("airflow")
    foreign = ("AIRFLOW", "_AIRFLOW", "VIRTUAL_ENV", "PYTHONPATH")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    environment = {
        **kept,
        **SECRETS,
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    subprocess.run([airflow_python, "-m", "airflow", "db", "migrate"], env=environment, check=True, capture_output=True)
    return environment


@pytest.fixture
def start(airflow_python: Path, environment: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Starts the driver; `result.json` in tmp_path gets what it saw."""
    started = []

    def start(*arguments: str, **more: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [airflow_python, DRIVE, arguments[0], tmp_path / "result.json", *arguments[1:]],
            env={**environment, **more},
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def drive(start: Callable[..., Any], tmp_path: Path) -> Drive:
    """Runs the driver to its end and returns what it saw and what it logged."""

    def drive(*arguments: str, **more: str) -> tuple[dict[str, Any], str]:
        process = start(*arguments, **more)
        log, _ = process.communicate(timeout=900)
        assert process.returncode == 0, log
        return json.loads((tmp_path / "result.json").read_text()), log

    return drive


class Fake:
    """The fake command: its environment, and the calls that it noted."""

    def __init__(self, folder: Path) -> None:
        script = folder / "fake command.py"
        script.write_text(FAKE, encoding="utf-8")
        self.notes = folder / "notes.jsonl"
        self.environment = {
            "GLOTMILL_COMMAND": shlex.join([sys.executable, "-S", str(script)]),
            "FAKE_NOTES": str(self.notes),
            "SOME_API_KEY": "for the server",
        }
        self.conf = {"recipe": "quickstart", "out": str(folder / "out"), "work": str(folder / "work")}

    def plan(self, **phases: list[Any]) -> dict[str, str]:
        """The environment that makes the fake do these things, call by call."""
        return {**self.environment, "FAKE_PLAN": json.dumps(phases)}

    def calls(self) -> list[dict[str, Any]]:
        """Every call, in order."""
        return [json.loads(line) for line in self.notes.read_text().splitlines()]


@pytest.fixture
def fake(tmp_path: Path) -> Fake:
    """A fake command in a folder of this test's own."""
    return Fake(tmp_path)


def test_dag_imports_nothing_heavy_and_keeps_the_policies(drive: Drive) -> None:
    found, log = drive("inspect")
    assert found["import_errors"] == {}, log
    assert found["heavy"] == []
    assert list(found["dags"]) == ["glotmill"]
    dag = found["dags"]["glotmill"]
    assert dag["max_active_runs"] == 1
    assert dag["catchup"] is False
    assert dag["scheduled"] is False
    assert len(dag["doc_md"]) > 200
    assert "glotmill" in dag["tags"]
    assert set(dag["params"]) == {"recipe", "out", "work", "limit", "set", "workers"}
    assert [task["downstream"] for task in dag["tasks"].values()] == [[p] for p in PHASES[1:]] + [[]]
    assert list(dag["tasks"]) == PHASES
    for task in dag["tasks"].values():
        assert task["owner"] == "glotmill"
        assert task["retries"] == 2
        assert task["retry_delay"] >= 60
        assert task["doc_md"]


def test_each_phase_is_one_call_of_the_command(drive: Drive, fake: Fake) -> None:
    changes = ["stages.gopher_quality.min_words=30", "client=null", "release.title=a 'b' {{ c }}; d"]
    conf = {**fake.conf, "limit": 12, "workers": 2, "set": changes}
    found, log = drive("run", json.dumps(conf), **fake.plan(release=["large"]))
    assert found["state"] == "success", log
    calls = fake.calls()
    assert [call["phase"] for call in calls] == PHASES
    sets = [part for change in changes for part in ("--set", change)]
    for call in calls:
        assert call["argv"] == [
            "run", "quickstart", "--phase", call["phase"], "--work", conf["work"], "--out", conf["out"],
            "--limit", "12", "--workers", "2", *sets, "--json",
        ]  # fmt: skip
        # no secret of Airflow, in no variable; what the command needs is there
        got = call["env"]
        assert not [name for name in got if got[name] in SECRETS.values() or name.startswith("AIRFLOW__")]
        assert [got.get(name) for name in ("PATH", "HOME")] == [os.environ.get(name) for name in ("PATH", "HOME")]
        assert got["SOME_API_KEY"] == "for the server"
    xcoms = {name: task["xcom"] for name, task in found["tasks"].items()}
    assert xcoms == {phase: {"phase": phase, "rows": 7} for phase in PHASES}
    assert "working on dedup" in log
    assert "a line before the report" in log


def test_a_busy_server_is_tried_again(drive: Drive, fake: Fake) -> None:
    found, log = drive("run", json.dumps(fake.conf), **fake.plan(derive=[75, "killed"]))
    assert found["state"] == "success", log
    assert [call["phase"] for call in fake.calls()] == [*PHASES[:3], "derive", "derive", "derive", "release"]
    assert found["tasks"]["derive"]["tries"] == 3
    assert found["tasks"]["judge"]["tries"] == 1
    assert "was ended by signal 9" in log
    # nothing given: both are left to the recipe
    assert not {"--limit", "--workers", "--set"} & set(fake.calls()[0]["argv"])


@pytest.mark.parametrize(
    ("todo", "message"),
    [
        (78, "Phase judge failed with exit code 78:\nworking on judge\nrecipe.yaml:3: stages.langauge: unknown stage"),
        ("chat", "not JSON: 'no JSON here'"),
    ],
)
def test_what_must_be_mended_is_not_tried_again(drive: Drive, fake: Fake, todo: object, message: str) -> None:
    found, log = drive("run", json.dumps(fake.conf), **fake.plan(judge=[todo]))
    assert found["state"] == "failed"
    assert [call["phase"] for call in fake.calls()] == ["measure", "judge"]
    assert found["tasks"]["judge"]["state"] == "failed"
    assert found["tasks"]["release"]["state"] == "upstream_failed"
    assert "AirflowFailException" in log
    assert message in log


def test_a_missing_command_says_how_to_mend_it(drive: Drive, fake: Fake) -> None:
    found, log = drive("run", json.dumps(fake.conf), GLOTMILL_COMMAND="no-such-glotmill")
    assert found["state"] == "failed"
    assert found["tasks"]["measure"]["tries"] == 1
    assert "set GLOTMILL_COMMAND to the command" in log


@pytest.mark.parametrize(
    "wrong", [{"out": "relative/folder"}, {"limit": -1}, {"set": ["no equals sign"]}, {"recipe": ""}]
)
def test_wrong_parameters_never_reach_the_command(start: Callable[..., Any], fake: Fake, wrong: dict[str, Any]) -> None:
    log, _ = start("run", json.dumps({**fake.conf, **wrong}), **fake.plan()).communicate(timeout=120)
    assert f"Invalid input for param {next(iter(wrong))}" in log
    assert not fake.notes.exists()


@pytest.mark.skipif(os.name == "nt", reason="process groups")
def test_a_killed_task_leaves_no_process_behind(start: Callable[..., Any], fake: Fake) -> None:
    process = start("run", json.dumps(fake.conf), **fake.plan(measure=["hang"]))
    pids = Path(f"{fake.notes}.pids")
    _wait_until(pids.exists, 120)
    _wait_until(lambda: len(pids.read_text().split()) == 2, 10)
    group = [int(pid) for pid in pids.read_text().split()]
    process.send_signal(signal.SIGTERM)
    _wait_until(lambda: not any(_alive(pid) for pid in group), 20)
    log, _ = process.communicate(timeout=120)
    assert "was ended by signal 15" in log
    assert [call["phase"] for call in fake.calls()] == ["measure", *PHASES]  # the retry finds a command that works


def _wait_until(condition: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.1)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A zombie is over, too, whoever has to reap it.
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"


RECIPE = """\
name: dag-test
description: The shipped sample corpus through every stage that asks no LLM.
source:
  paths: sample://documents/*.jsonl
stages:
  - normalise
  - private_data
  - language
  - gopher_quality
  - gopher_repetition
  - exact_dedup
  - minhash
"""


@pytest.mark.end_to_end
def test_end_to_end_with_the_real_command(drive: Drive, tmp_path: Path) -> None:
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(RECIPE, encoding="utf-8")
    out = tmp_path / "release"
    conf = {"recipe": str(recipe), "out": str(out), "work": str(tmp_path / "work"), "set": ["client=null"]}
    command = shlex.join([sys.executable, "-m", "pipelines.cli"])
    found, log = drive("run", json.dumps(conf), GLOTMILL_COMMAND=command)
    assert found["state"] == "success", log
    assert {name: task["tries"] for name, task in found["tasks"].items()} == dict.fromkeys(PHASES, 1)

    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    counts = manifest["counts"]
    documents = sum(
        bool(line.strip())
        for file in (ROOT / "pipelines/sample/documents").glob("*.jsonl")
        for line in file.read_bytes().splitlines()
    )
    assert counts["input"] == documents > 0
    assert counts["released_sources"] > 0
    assert counts["rejected"] > 0
    for part in (counts, *counts["by_language"].values()):
        assert part["input"] == part["released_sources"] + part["rejected"] + part["dead"]
    assert sum(part["input"] for part in counts["by_language"].values()) == documents
    rows = {"released_sources": 0, "rejected": 0, "dead": 0}
    for file in manifest["files"]:
        assert (out / file["path"]).stat().st_size == file["bytes"]
        if file["rows"] is not None:
            place = file["path"].split("/")[0]
            rows["released_sources" if place == "data" else place] += file["rows"]
    assert rows == {name: counts[name] for name in rows}
    assert (out / "README.md").read_text(encoding="utf-8").startswith("---\n")
