"""One release for all tests of verifying, copied for each."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests import running
from tests.fault_server import FaultServer
from tests.pipelines.verification import small


@pytest.fixture(scope="session")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("verified")
    with FaultServer(small.PAIRS) as server:
        manifest = running.run(small.recipe(folder, server), folder)
    assert manifest is not None
    counts = manifest.counts
    # Without a row of every kind the tests below would prove nothing.
    assert counts.released_sources and counts.rejected and counts.dead and counts.derived and counts.quarantined
    assert {file.split for file in manifest.files} == {None, "train", "test"}
    return folder / "out"


@pytest.fixture
def copy(_made: Path, tmp_path: Path) -> small.Copy:
    shutil.copytree(_made, tmp_path / "release")
    return small.Copy(tmp_path / "release")
