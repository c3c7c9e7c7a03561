"""A server that speaks the Hub's API, and a client that waits for nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from huggingface_hub import constants

from pipelines.publishing.hub import Hub
from pipelines.publishing.patience import Patience
from pipelines.publishing.publish import Published, publish
from pipelines.publishing.release import Release
from pipelines.publishing.watch import Watch
from tests.hub_server import HubServer
from tests.hub_server.store import ATTRIBUTES
from tests.pipelines.publishing import making

REPO = "org/small"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[HubServer]:
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_TELEMETRY", True)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1")
    # The library waits by itself before it sends again; here it need not.
    monkeypatch.setattr("huggingface_hub.utils._http.time.sleep", lambda seconds: None)
    logging.getLogger("huggingface_hub")
    with HubServer() as server:
        yield server


@pytest.fixture
def waits() -> list[float]:
    """Seconds that were waited."""
    return []


@pytest.fixture
def client(server: HubServer, waits: list[float]) -> Callable[..., Hub]:
    """A client of the server."""

    def make(repo: str = REPO, token: str | None = None, watch: Watch | None = None, tries: int = 6) -> Hub:
        watch = watch or Watch()
        patience = Patience(tries=tries, sleep=waits.append, tell=watch.note)
        return Hub(
            repo, server.token if token is None else token, endpoint=server.address, patience=patience, watch=watch
        )

    return make


@pytest.fixture
def release(tmp_path: Path) -> Release:
    return making.write(tmp_path / "release", making.contents())


@pytest.fixture
def go(client: Callable[..., Hub], release: Release) -> Callable[..., Published]:
    """Publishes."""

    def run(what: Release | None = None, **more: object) -> Published:
        of_client = {name: more.pop(name) for name in ("repo", "token", "tries") if name in more}
        watch = more.get("watch")
        return publish(what or release, client(watch=watch, **of_client), **more)  # type: ignore[arg-type]

    return run


@pytest.fixture
def whole(server: HubServer) -> Callable[..., None]:
    """Main is exactly the release, merged once and tagged once."""

    def check(release: Release, repo: str = REPO, tags: int = 1, merged: int = 1) -> None:
        there = server.repo(repo)
        assert there.files("main") == {**making.local(release), ".gitattributes": ATTRIBUTES}
        assert len(there.tags) == tags
        assert there.tags[release.tag] == there.resolve("main").oid
        assert [one.status for one in there.pull_requests if one.status != "closed"] == ["merged"] * merged
        assert len(there.history("main")) == 1 + merged

    return check


@pytest.fixture
def environment_of() -> Callable[..., None]:
    """Lets commands speak to the server."""

    def settle(monkeypatch: pytest.MonkeyPatch, server: HubServer, tmp_path: Path) -> None:
        said = {
            "HF_ENDPOINT": server.address, "HF_TOKEN": server.token, "HF_HOME": str(tmp_path / "home"),
            "HF_HUB_DISABLE_XET": "1", "HF_HUB_DISABLE_TELEMETRY": "1",
        }  # fmt: skip
        for name, value in said.items():
            monkeypatch.setenv(name, value)
        monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)

    return settle
