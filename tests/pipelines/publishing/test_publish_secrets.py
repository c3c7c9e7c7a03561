"""The token is nowhere but in the environment and in the header of requests."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pipelines.publishing.failures import clean
from pipelines.publishing.publish import Published
from pipelines.publishing.release import Release
from schemas.errors import GlotmillError
from tests import running
from tests.hub_server import HubServer

REPO = "org/small"
Go = Callable[..., Published]


def _errors(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 409, 429, 500, 503])
@pytest.mark.parametrize("route", ["whoami", "commit", "lfs_put", "preupload"])
def test_no_error_carries_it(
    route: str, status: int, server: HubServer, go: Go, caplog: pytest.LogCaptureFixture, capfd: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    server.fault(route, "status", status=status, times=99, message=f"sent with Bearer {server.token}")
    with pytest.raises(GlotmillError) as caught:
        go(tries=2)
    chain = list(_errors(caught.value))
    assert chain == [caught.value]  # nothing that holds a request
    told = "".join(traceback.format_exception(caught.value)) + repr(vars(caught.value))
    for where in (told, caplog.text, *capfd.readouterr()):
        assert server.token not in where


def test_clean() -> None:
    text = "PUT https://store.example/a/b?X-Signature=abc&x=1 broke\r\nwith hf_secret \x1b[31m"
    assert clean(text, "hf_secret") == "PUT https://store.example/a/b broke with *** [U+001B][31m"


@pytest.mark.end_to_end
def test_the_command(
    server: HubServer, release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environment_of: Any
) -> None:
    environment_of(monkeypatch, server, tmp_path)
    monkeypatch.setenv("HF_DEBUG", "1")
    monkeypatch.setenv("PYTHONFAULTHANDLER", "1")
    home = tmp_path / "elsewhere"
    home.mkdir()
    fault = server.fault("whoami", "stall", times=1)
    script = ("publish", release.folder, REPO, "--no-load", "--no-card")
    with unverified(tmp_path, monkeypatch), running.started(*script, cwd=home) as process:
        fault.wait()
        for name in ("cmdline", "comm"):
            assert server.token.encode() not in Path(f"/proc/{process.pid}/{name}").read_bytes()
        server.well()
        out, told = process.communicate(timeout=120)
        assert process.returncode == 0, told
        assert server.token not in out + told
        monkeypatch.setenv("HF_TOKEN", "hf_another_secret")
        refused = running.command(*script, cwd=home)
        assert refused.returncode == 77
        assert "hf_another_secret" not in refused.stdout + refused.stderr
    for place in tmp_path.rglob("*"):
        assert server.token not in str(place)
        if place.is_file():
            assert server.token.encode() not in place.read_bytes(), place


class unverified:  # noqa: N801
    """Commands inside find every release in order: the shards of these tests are no Parquet."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder, self._patch = folder / "patched", monkeypatch

    def __enter__(self) -> None:
        self._folder.mkdir(exist_ok=True)
        (self._folder / "sitecustomize.py").write_text(
            "import pipelines.commands.publish as p\np._verify = lambda place, load: []\n"
        )
        paths = f"{self._folder}:{running.ROOT}"
        self._patch.setattr(running, "environment", lambda: {**_environ(), "PYTHONPATH": paths, "COLUMNS": "200"})

    def __exit__(self, *_: object) -> None:
        pass


def _environ() -> dict[str, str]:
    import os

    return dict(os.environ)
