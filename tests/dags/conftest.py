"""Markers of the DAG tests."""

from __future__ import annotations

import pytest


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "end_to_end: runs the real command from the first phase to the last")
