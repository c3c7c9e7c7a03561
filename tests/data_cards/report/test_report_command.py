"""`glotmill report`: the page of a folder, and a page that the manifest names is left alone."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from data_cards.report import render
from pipelines import cli
from schemas.manifest import Manifest, ReleasedFile
from tests.data_cards.report import reported


def _written(folder: Path) -> tuple[Manifest, reported.Tables]:
    manifest, tables = reported.whole(reported.release())
    (folder / "evidence").mkdir()
    for name, table in tables.items():
        path = f"{name}.parquet" if name in ("distributions", "selection") else f"evidence/{name}.parquet"
        table.write_parquet(folder / path)
        manifest.files.append(ReleasedFile(path=path, config=None, rows=None, bytes=1, sha256="0"))
    (folder / "manifest.json").write_text(manifest.to_json())
    return manifest, tables


def _run(*arguments: str) -> int:
    try:
        code = cli.app(["report", *arguments], standalone_mode=False)
    except cli.GlotmillError as error:
        return error.exit_code
    return code or 0


def test_the_page_is_written_from_the_files_of_the_release(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    manifest, tables = _written(tmp_path)
    assert _run(str(tmp_path), "--json") == 0
    told = json.loads(capsys.readouterr().out)
    page = (tmp_path / "report.html").read_bytes()
    assert told == {"release": str(tmp_path), "page": f"{tmp_path}/report.html", "bytes": len(page)}
    assert page.decode() == render(manifest, tables)


def test_the_manifest_itself_may_be_named(tmp_path: Path) -> None:
    _written(tmp_path)
    assert _run(f"{tmp_path}/manifest.json", "--out", str(tmp_path / "other.html")) == 0
    assert (tmp_path / "other.html").stat().st_size > 500_000
    assert not (tmp_path / "report.html").exists()


@pytest.mark.parametrize("same", [True, False])
def test_a_page_that_is_part_of_the_release_stays_what_it_is(tmp_path: Path, same: bool) -> None:
    manifest, tables = _written(tmp_path)
    digest = hashlib.sha256(render(manifest, tables).encode()).hexdigest() if same else "0" * 64
    manifest.files.append(ReleasedFile(path="report.html", config=None, rows=None, bytes=1, sha256=digest))
    (tmp_path / "manifest.json").write_text(manifest.to_json())
    assert _run(str(tmp_path)) == (0 if same else 73)
    assert (tmp_path / "report.html").exists() == same
    assert _run(str(tmp_path), "--out", str(tmp_path / "elsewhere.html")) == 0


def test_no_release_is_said_so(tmp_path: Path) -> None:
    assert _run(str(tmp_path)) == 66
    (tmp_path / "manifest.json").write_text("{}")
    assert _run(str(tmp_path)) == 66
