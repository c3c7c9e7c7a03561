"""`glotmill inspect` before it serves, and the way back to the source."""

from __future__ import annotations

import gzip
import importlib.util
import socket
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines import readers
from pipelines.commands import inspect
from pipelines.comparison import release as releases
from pipelines.inspection import serve, source
from pipelines.inspection.guard import Pass
from pipelines.readers import files
from schemas.errors import SourceError
from schemas.recipe import Source
from tests import running
from tests.pipelines.inspection import small


def test_a_missing_package_names_the_extra(glotmill: Any, made: small.Small, monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "duckdb" else found(name))
    ended = glotmill("inspect", made.out, "--no-browser")
    assert ended.code == 69 and "pip install 'glotmill[inspect]'" in ended.err and "duckdb" in ended.err


def test_a_port_that_is_taken(glotmill: Any, made: small.Small) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ended = glotmill("inspect", made.out, "--no-browser", "--port", taken.getsockname()[1])
    assert ended.code == 78 and "Choose another with --port" in ended.err


def test_no_release(glotmill: Any, tmp_path: Path) -> None:
    ended = glotmill("inspect", tmp_path)
    assert ended.code == 66 and "there is no release" in ended.err


def test_another_host_is_warned_about(glotmill: Any, made: small.Small, monkeypatch: pytest.MonkeyPatch) -> None:
    served = []
    monkeypatch.setattr(serve, "serve", lambda inspected, listener, allowed, **more: served.append(allowed))
    ended = glotmill("inspect", made.out, "--no-browser", "--port", 0, "--host", "0.0.0.0")
    assert ended.code == 0 and "whoever can reach this machine" in ended.err
    ended = glotmill("inspect", made.out, "--no-browser", "--port", 0)
    assert ended.code == 0 and "warning" not in ended.err
    assert [one.is_loopback for one in served] == [False, True]
    assert len({one.token for one in served}) == 2 and all(len(one.token) >= 32 for one in served)


def test_the_address_has_the_token() -> None:
    with serve.listening("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        assert serve.address(listener, Pass(token="t")) == f"http://127.0.0.1:{port}/?token=t"


def test_the_work_folder_tells_the_text_before_edits(made: small.Small, tmp_path: Path) -> None:
    release = releases.read(str(made.out))
    read, _ = inspect._source(release, str(made.work))
    assert read is not None
    told = read(small.HOSTILE_ID)
    assert told["raw"] == small.HOSTILE and "\u202e" not in told["text"]
    nothing, why = inspect._source(release, str(tmp_path))
    assert nothing is None and "no finished run" in why
    other = releases.Release(str(tmp_path / "other"), release.manifest, release.sha256)
    nothing, why = inspect._source(other, str(made.work))
    assert nothing is None and "made another release" in why


@pytest.mark.parametrize("ending", ["jsonl", "jsonl.gz", "parquet", "csv"])
def test_a_text_is_read_from_its_place(tmp_path: Path, ending: str) -> None:
    rows = [{"id": f"d{n}", "text": f"ข้อความ\u202e {n}"} for n in range(1, 8)]
    path = tmp_path / f"in.{ending}"
    frame = pl.DataFrame(rows)
    if ending == "parquet":
        frame.write_parquet(path, row_group_size=3)
    elif ending == "csv":
        frame.write_csv(path)
    else:
        plain = running.jsonl(tmp_path / "plain", rows).read_bytes()
        path.write_bytes(gzip.compress(plain) if ending.endswith("gz") else plain)
    given = Source(paths=[str(path)])
    (unit,) = files.units("web", given)
    read = pl.concat([batch.rows for batch in readers.read(unit, given, 1 << 20)])
    places = dict(read.select("id", "position").iter_rows())
    for n in (1, 4, 7):
        assert source.text("web", given, str(path), places[f"d{n}"], f"d{n}") == rows[n - 1]["text"]
    with pytest.raises(SourceError, match="changed since the run"):
        source.text("web", given, str(path), places["d4"], "d5")
    with pytest.raises(SourceError, match="changed since the run"):
        source.text("web", given, str(path), 99, "d99")
    path.unlink()
    with pytest.raises(SourceError, match="in"):
        source.text("web", given, str(path), 1, "d1")
