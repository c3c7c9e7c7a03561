"""A process that is killed at any moment: main is untouched or whole, and the next run goes on from there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from pipelines.publishing.release import Release
from tests.hub_server import HubServer
from tests.hub_server.store import ATTRIBUTES
from tests.pipelines.publishing import making
from tests.running import ROOT

REPO = "org/small"
PUBLISH = """
import json, os, sys
from dataclasses import asdict
from pipelines.publishing import release
from pipelines.publishing.hub import Hub
from pipelines.publishing.publish import publish
from schemas.errors import GlotmillError
try:
    print(json.dumps(asdict(publish(release.read(sys.argv[1]), Hub(sys.argv[2], os.environ["HF_TOKEN"])))))
except GlotmillError as error:
    print(error, file=sys.stderr)
    sys.exit(error.exit_code)
"""
# Half-way through each thing that a run does, and right after it, before the answer comes.
MOMENTS: list[tuple[str, dict[str, Any]]] = [
    ("create_repo", {"action": "stall"}),
    ("create_repo", {"action": "hang"}),
    ("discussion_create", {"action": "stall"}),
    ("discussion_create", {"action": "hang"}),
    ("preupload", {"action": "stall"}),
    ("lfs_put", {"action": "stall", "after": 300, "times": 5}),
    ("lfs_put", {"action": "stall", "after": 300, "skip": 30}),
    ("lfs_put", {"action": "hang", "skip": 30}),
    ("lfs_put", {"action": "stall", "after": 300, "skip": 80}),
    ("commit", {"action": "stall"}),
    ("commit", {"action": "hang"}),
    ("commit", {"action": "stall", "skip": 1}),
    ("commit", {"action": "hang", "skip": 1}),
    ("resolve", {"action": "stall"}),
    ("status", {"action": "hang"}),
    ("merge", {"action": "stall"}),
    ("merge", {"action": "hang"}),
    ("resolve", {"action": "stall", "skip": 4}),
    ("tag", {"action": "stall"}),
    ("tag", {"action": "hang"}),
]


@pytest.fixture
def environment(server: HubServer, tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    return {
        **kept, "HF_ENDPOINT": server.address, "HF_TOKEN": server.token, "HF_HOME": str(tmp_path / "home"),
        "HF_HUB_DISABLE_XET": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1",
        "PYTHONPATH": str(ROOT),
    }  # fmt: skip


@contextmanager
def started(release: Release, environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", PUBLISH, release.folder, REPO], env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize(
    ("route", "moment"), MOMENTS, ids=[f"{r}-{'-'.join(map(str, m.values()))}" for r, m in MOMENTS]
)
def test_killed_and_run_again(
    route: str, moment: dict[str, Any], server: HubServer, tmp_path: Path, environment: dict[str, str],
    whole: Callable[..., None],
) -> None:  # fmt: skip
    release = making.write(tmp_path / "release", making.contents(shards=90, size=700))
    fault = server.fault(route, **moment)
    with started(release, environment) as process:
        fault.wait()
        process.send_signal(signal.SIGKILL)
        process.wait()
    server.well()
    if REPO in server.repos:
        main = server.repo(REPO).files("main")
        assert main in ({".gitattributes": ATTRIBUTES}, {**making.local(release), ".gitattributes": ATTRIBUTES})
    committed = {
        blob.sha256 for one in server.repos.values() for commit in one.commits.values() for blob in commit.tree.values()
    }
    server.log.clear()
    with started(release, environment) as process:
        out, told = process.communicate(timeout=120)
        assert process.returncode == 0, told
    whole(release)
    # What was up is not sent again, and no file is sent twice. (Broken requests are those of the run that was killed.)
    whole_ones = [one.path for one in server.requests("lfs_put") if one.status]
    sent = Counter(path.split("?")[0].rpartition("/")[2] for path in whole_ones)
    assert not sent.keys() & committed
    assert set(sent.values()) <= {1}
    with started(release, environment) as process:
        out, _ = process.communicate(timeout=120)
    assert '"already": true' in out
    whole(release)


def test_bytes_that_travel_twice(
    server: HubServer, tmp_path: Path, environment: dict[str, str], whole: Callable[..., None]
) -> None:
    """Killed with five files on their way: only what had left of those five travels again."""
    release = making.write(tmp_path / "release", making.contents(shards=20, size=200_000))
    fault = server.fault("lfs_put", "stall", after=100_000, skip=8, times=5)
    with started(release, environment) as process:
        fault.wait()
        process.kill()
        process.wait()
    server.well()
    with started(release, environment) as process:
        process.communicate(timeout=120)
    whole(release)
    twice = server.received() - 20 * 200_000
    assert 0 < twice <= 5 * 200_000


def test_two_runs_at_once(
    server: HubServer, tmp_path: Path, environment: dict[str, str], whole: Callable[..., None]
) -> None:
    """Each may refuse to go on beside the other; main is whole or untouched, and a run afterwards finishes."""
    release = making.write(tmp_path / "release", making.contents(shards=60, size=500))
    with started(release, environment) as one, started(release, environment) as other:
        for process in (one, other):
            process.communicate(timeout=120)
    main = server.repo(REPO).files("main")
    assert main in ({".gitattributes": ATTRIBUTES}, {**making.local(release), ".gitattributes": ATTRIBUTES})
    assert len([pull for pull in server.repo(REPO).pull_requests if pull.status != "closed"]) == 1
    with started(release, environment) as process:
        _, told = process.communicate(timeout=120)
        assert process.returncode == 0, told
    whole(release)
