"""One small release for all tests of the folder; none of them changes it."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
import pytest

from pipelines.inspection.rows import Rows
from tests import running
from tests.pipelines.inspection import small


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> small.Small:
    return small.make(tmp_path_factory.mktemp("inspected"))


@pytest.fixture(scope="session")
def rows(made: small.Small) -> Iterator[Rows]:
    found = made.rows()
    yield found
    found.close()


@pytest.fixture(scope="session")
def frame(made: small.Small) -> pl.DataFrame:
    """All documents as polars reads them."""
    parts = [running.released(made.out), running.released(made.out, "rejected")]
    return pl.concat(parts, how="diagonal_relaxed")
