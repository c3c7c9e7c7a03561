"""`glotmill verify`: what it prints, how it ends, and that nothing from a file reaches the terminal as it is."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from pipelines.verification.checks import loads
from tests.pipelines.conftest import Glotmill
from tests.pipelines.verification.small import Copy, with_column

HOSTILE = "\x1b[31m\u202e\x9b2J" + "x" * 100_000
STEERING = ("\x1b", "\u202e", "\x9b")


def test_a_release_that_holds(copy: Copy, glotmill: Glotmill) -> None:
    ended = glotmill("verify", copy.folder, "--no-load")
    assert ended.code == 0, ended.err
    lines = ended.out.splitlines()
    assert [line.split()[:2] for line in lines] == [
        ["✓", "manifest"], ["✓", "files"], ["✓", "parquet"], ["✓", "counts"], ["✓", "figures"],
        ["✓", "splits"], ["✓", "evidence"], ["✓", "card"], ["✓", "croissant"], ["–", "loads"],
    ]  # fmt: skip
    assert "left out (--no-load)" in lines[-1]
    ended = glotmill("verify", copy.folder / "manifest.json", "--no-load", "--json")
    assert ended.code == 0 and ended.json["holds"] is True
    assert ended.json["checks"][0]["check"] == "manifest"


def test_one_that_does_not_hold_ends_with_65_and_names_every_problem(copy: Copy, glotmill: Glotmill) -> None:
    (copy.folder / copy.files("tha_Thai")[0]).write_bytes(b"")
    ended = glotmill("verify", copy.folder, "--no-load")
    assert ended.code == 65
    assert "✗ files" in ended.out and f"{copy.files('tha_Thai')[0]}: has 0 bytes" in ended.out
    assert "problems in files, parquet, counts" in ended.err
    ended = glotmill("verify", copy.folder, "--no-load", "--json")
    assert ended.code == 65 and ended.json["holds"] is False
    files = next(one for one in ended.json["checks"] if one["check"] == "files")
    assert files["problems"][0]["path"] == copy.files("tha_Thai")[0]


def test_no_folder_no_package_and_a_folder_elsewhere(
    copy: Copy, glotmill: Glotmill, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = glotmill("verify", "nowhere")
    assert ended.code == 66 and "there is no folder nowhere" in ended.err
    ended = glotmill("verify", "memory://nowhere", "--no-load")
    assert ended.code == 66
    monkeypatch.setattr(loads, "find_spec", lambda name: None)
    ended = glotmill("verify", copy.folder)
    assert ended.code == 69 and "install the extra `hub`" in ended.err and "--no-load" in ended.err


def test_a_release_elsewhere_is_verified_without_loading(copy: Copy, glotmill: Glotmill) -> None:
    import fsspec

    store = fsspec.filesystem("memory")
    store.put(f"{copy.folder}/", "/elsewhere/", recursive=True)
    try:
        ended = glotmill("verify", "memory://elsewhere", "--no-load")
        assert ended.code == 0, ended.out + ended.err
        ended = glotmill("verify", "memory://elsewhere")
        assert ended.code == 66 and "is not on this machine" in ended.err
        store.pipe("/elsewhere/data/tha_Thai/train-7.parquet", b"PAR1")
        ended = glotmill("verify", "memory://elsewhere", "--no-load")
        assert ended.code == 65 and "data/tha_Thai/train-7.parquet: is not in the manifest" in ended.out
    finally:
        store.rm("/elsewhere", recursive=True)


def test_nothing_from_a_file_reaches_the_terminal_as_it_is(copy: Copy, glotmill: Glotmill) -> None:
    path = copy.files("eng_Latn")[-1]

    def hostile(table: pa.Table) -> pa.Table:
        table = with_column("id", lambda values: [f"{HOSTILE}{n}" for n in range(len(values), 0, -1)])(table)
        return with_column("language", lambda values: [HOSTILE] * len(values))(table)

    copy.rewrite(path, hostile)
    copy.rewrite(copy.files("dead")[0], with_column("error", lambda values: [HOSTILE] * len(values)))

    def change(manifest: dict[str, Any]) -> None:
        manifest["counts"]["rejected_by_reason"][HOSTILE] = 3
        manifest["files"][0]["path"] = f"{HOSTILE}.parquet"

    copy.change_manifest(change)
    (copy.folder / "a\x1b[2Jb.txt").write_text("stray")
    card = copy.folder / "README.md"
    card.write_text(card.read_text().replace("| Released | ", f"| Released | {HOSTILE}"))
    for arguments in ((), ("--json",)):
        ended = glotmill("verify", copy.folder, "--no-load", *arguments)
        assert ended.code == 65
        assert not any(sign in ended.out + ended.err for sign in STEERING)
        assert "[U+001B][31m[U+202E][U+009B]2J" in ended.out
        if not arguments:
            assert max(map(len, ended.out.splitlines())) < 1_000


@pytest.mark.parametrize(
    "check", ["files", "parquet", "counts", "figures", "splits", "evidence", "card", "croissant", "loads"]
)
def test_a_check_that_breaks_is_one_that_failed(copy: Copy, check: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipelines.verification import verify as verification

    def broken(*_: Any) -> None:
        raise ZeroDivisionError("a\x1b[31mb")

    checks = tuple(
        verification.Check(one.name, one.about, broken if one.name == check else lambda *_: None)
        for one in verification.CHECKS
    )
    monkeypatch.setattr(verification, "CHECKS", checks)
    (problem,) = copy.problems(load=True)
    assert (problem.check, problem.message) == (check, "could not be finished: ZeroDivisionError: a[U+001B][31mb")
