"""Two runs of which is known what changed between them: `diff` finds that, and what plain loops over all rows find."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq
import pytest

from pipelines import comparison
from pipelines.comparison import comparing, digests, release, rows
from schemas.changes import Changes
from schemas.errors import SourceError
from tests import running
from tests.fault_server import FaultServer
from tests.pipelines.conftest import Glotmill
from tests.pipelines.verification import small

FRENCH = (
    "Le vieux pont de pierre traverse la rivière depuis trois siècles, et les habitants du village le connaissent. "
    "Au printemps, quand les eaux montent, les enfants viennent y regarder passer les branches et les canards."
)


@dataclass(frozen=True)
class Two:
    before: Path
    after: Path


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Two:
    folder = tmp_path_factory.mktemp("compared")
    with FaultServer(small.PAIRS) as server:
        first = small.recipe(folder / "a", server)
        running.run(first, folder / "a")
        second = small.recipe(folder / "b", server)
        _change(folder / "b/in")
        second["stages"]["gopher_quality"] = {
            "min_words": {"default": 20, "yor_Latn": 10_000, "sources": {"sentences": 1}}
        }
        running.run(second, folder / "b")
    return Two(folder / "a/out", folder / "b/out")


def _change(folder: Path) -> None:
    """Another input: a row less, a row more, another text, another language, a dead row that lives, a sentence less."""
    pages = [json.loads(line) for line in (folder / "pages.jsonl").read_text().splitlines()]
    pages = [row for row in pages if row["id"] != "hin-03"]
    for row in pages:
        match row["id"]:
            case "tha-02":
                row["text"] += "\n\nบรรทัดใหม่ที่ไม่เคยมีมาก่อนในเอกสารนี้"
            case "jpn-04":
                row["text"] = FRENCH
            case "broken":
                row["text"] = FRENCH.replace("pont", "moulin").replace("traverse", "domine")
    amharic = next(row["text"] for row in pages if row["id"] == "amh-05")
    pages.append({"id": "new-1", "text": f"{amharic}\n\n{amharic[::-1]}"})
    running.jsonl(folder / "pages.jsonl", pages)
    sentences = [json.loads(line) for line in (folder / "sentences.jsonl").read_text().splitlines()]
    running.jsonl(folder / "sentences.jsonl", [row for row in sentences if row["id"] != "s-2"])


@pytest.fixture(scope="module")
def found(two: Two, tmp_path_factory: pytest.TempPathFactory) -> tuple[Changes, pl.DataFrame]:
    out = str(tmp_path_factory.mktemp("diff") / "rows.parquet")
    changes = comparing.compare(release.read(str(two.before)), release.read(str(two.after)), out)
    return changes, pl.read_parquet(out)


def _rows(folder: Path) -> dict[str, dict[str, Any]]:
    """Every row of a release by id, read without our code."""
    every: dict[str, dict[str, Any]] = {}
    manifest = json.loads((folder / "manifest.json").read_text())
    outcomes = {"rejected": "rejected", "dead": "dead", "quarantine": "quarantined"}
    for file in manifest["files"]:
        if file["config"] is None:
            continue
        outcome = outcomes.get(file["config"], "derived" if "-" in file["config"] else "released")
        for row in pq.read_table(folder / file["path"]).to_pylist():
            every[row["id"]] = {**row, "outcome": outcome, "split": file["split"]}
    return every


def test_what_was_changed_is_found(two: Two, found: tuple[Changes, pl.DataFrame]) -> None:
    changes, table = found
    by = {row["id"]: row for row in table.iter_rows(named=True)}
    assert (by["hin-03"]["change"], by["hin-03"]["outcome_after"]) == ("removed", None)
    assert (by["new-1"]["change"], by["new-1"]["outcome_before"]) == ("added", None)
    assert by["tha-02"]["change"] == "text" and {"text", "word_count"} <= set(by["tha-02"]["columns"])
    moved = by["jpn-04"]
    assert (moved["change"], moved["language_before"], moved["language_after"]) == ("language", "jpn_Jpan", "fra_Latn")
    assert {"language", "text"} <= set(moved["columns"])
    assert (by["broken"]["change"], by["broken"]["outcome_before"]) == ("added", "dead")
    assert by["broken"]["reasons_before"] == ["null_text"]
    assert changes.added_from["dead"] == {"fra_Latn": 1}
    assert changes.removed_to["absent"]["hin_Deva"] == 1
    yoruba = changes.by_language["yor_Latn"]
    assert (yoruba.after, yoruba.removed) == (0, yoruba.before) and yoruba.before > 3
    assert changes.removed_by_reason["too_few_words"] == {"yor_Latn": yoruba.before}
    assert {language: one.removed for language, one in changes.derived["translation"].items()} == {
        "fra_Latn": 1, "hin_Deva": 1,
    }  # fmt: skip
    assert changes.removed_to["absent"]["fra_Latn-translation"] == 1
    settings = {(one.of, one.name): (one.before, one.after) for one in changes.settings}
    assert settings["stage", "gopher_quality.min_words.languages.yor_Latn"] == (None, 10_000)
    assert {name: values for (of, name), values in settings.items() if of == "source"} == {"sentences.rows": (7, 6)}


def test_it_is_what_plain_loops_find(two: Two, found: tuple[Changes, pl.DataFrame]) -> None:
    changes, table = found
    before, after = _rows(two.before), _rows(two.after)
    released = ("released", "derived")
    counts: Counter[tuple[str, str, str]] = Counter()
    wanted = {}
    for name in before.keys() | after.keys():
        was, is_ = before.get(name, {}), after.get(name, {})
        held, holds = was.get("outcome") in released, is_.get("outcome") in released
        columns = {key for key in was.keys() & is_.keys() if was[key] != is_[key]} if held and holds else set()
        if holds and not held:
            change = "added"
        elif held and not holds:
            change = "removed"
        elif columns:
            change = next((one for one in ("language", "text") if one in columns), "columns")
        elif held or (was.get("outcome"), was.get("reasons")) == (is_.get("outcome"), is_.get("reasons")):
            continue
        else:
            change = "came" if not was else "gone" if not is_ else "verdict"
        wanted[name] = change, frozenset(columns)
        kind = "derived" if "document_id" in (was or is_) else "documents"
        if change in ("added", "text", "columns"):
            counts[kind, is_["language"], change] += 1
        elif change == "removed":
            counts[kind, was["language"], change] += 1
        elif change == "language":
            counts[kind, was["language"], "moved_out"] += 1
            counts[kind, is_["language"], "moved_in"] += 1
    assert {row["id"]: (row["change"], frozenset(row["columns"])) for row in table.iter_rows(named=True)} == wanted
    assert table["id"].is_sorted() and table["id"].is_unique().all()
    told = {
        (kind, language, name): n
        for kind, languages in (("documents", changes.by_language), ("derived", changes.derived["translation"]))
        for language, one in languages.items()
        for name, n in one.model_dump(exclude={"before", "after"}).items()
        if n
    }
    assert told == counts
    for one in (changes.documents, *changes.by_language.values(), *changes.derived["translation"].values()):
        assert one.after == one.before - one.removed - one.moved_out + one.added + one.moved_in
    assert changes.verdicts == sum(change == "verdict" for change, _ in wanted.values())
    assert not changes.none


def test_many_slices_give_the_same(
    two: Two, found: tuple[Changes, pl.DataFrame], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digests, "SLICE_ROWS", 9)
    monkeypatch.setattr(digests, "_TEXT_BYTES", 4_000)
    monkeypatch.setattr(digests.tempfile, "tempdir", str(tmp_path))
    a, b = release.read(str(two.before)), release.read(str(two.after))
    assert digests.slices_for(a, b) > 5
    again = comparing.compare(a, b, str(tmp_path / "rows.parquet"))
    assert again == found[0]
    assert pl.read_parquet(tmp_path / "rows.parquet").sort("id").equals(found[1])
    assert [path.name for path in tmp_path.iterdir()] == ["rows.parquet"], "what waited in files is gone"


def test_a_release_beside_itself_is_the_same_and_no_row_of_it_is_read(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digests, "frames", lambda *_: pytest.fail("read"))
    changes = comparison.summary(str(two.before), str(two.before))
    assert changes.none and not changes.settings and changes.documents.before == changes.documents.after == 64
    assert changes.removed_to == changes.added_from == changes.columns == {}


def test_backwards_it_is_the_other_way_round(two: Two, found: tuple[Changes, pl.DataFrame]) -> None:
    back = comparison.summary(str(two.after), str(two.before))
    forth = found[0]
    assert (back.added_from, back.removed_to) == (forth.removed_to, forth.added_from)
    assert (back.added_by_reason, back.removed_by_reason) == (forth.removed_by_reason, forth.added_by_reason)
    assert (back.came, back.gone, back.verdicts, back.columns) == (
        forth.gone,
        forth.came,
        forth.verdicts,
        forth.columns,
    )


def test_a_summary_before_the_manifest_is_written(two: Two, found: tuple[Changes, pl.DataFrame]) -> None:
    manifest = release.read(str(two.after)).manifest
    assert comparison.summary(str(two.before), str(two.after), manifest) == found[0]
    assert Changes.model_validate_json(found[0].model_dump_json()) == found[0]


def test_a_split_that_changed_is_a_column(two: Two, tmp_path: Path) -> None:
    """The same file, loaded as another split: its rows differ in `split`."""
    manifest = release.read(str(two.before)).manifest.model_copy(deep=True)
    file = next(one for one in manifest.files if one.config == "tha_Thai" and one.split == "test")
    file.split = "validation"
    changes = comparison.summary(str(two.before), str(two.before), manifest)
    assert changes.columns == {"split": file.rows} and changes.by_language["tha_Thai"].columns == file.rows


def test_ids_that_come_twice_and_rows_without_one() -> None:
    """Of rows that share an id the released one counts; digests of nested values see what is inside."""
    before = pl.DataFrame({"id": ["a"], "outcome": ["released"], "language": ["tha_Thai"], "stage": [None],
                           "reasons": [None], "n": [1.0]},
                          schema_overrides={"stage": pl.String, "reasons": pl.List(pl.String)})  # fmt: skip
    made, columns = rows.differing(before, before.with_columns(pl.lit(float("nan")).alias("n")))
    assert made["columns"].to_list() == [["n"]] and columns.rows() == [("n", 1)]
    made, _ = rows.differing(before, before.with_columns(pl.lit(1, pl.Int64).alias("n")))
    assert made.is_empty(), "a column of another type is no change of its rows"
    nested = pl.Series("x", [[{"a": 1}], [{"a": 2}], None])
    first, second, third = digests.digest(nested)
    assert first != second and third is None
    assert digests.hashes(pl.Series(["ไทย", None])).to_list()[1] is None


def test_the_command(two: Two, glotmill: Glotmill) -> None:
    ended = glotmill("diff", two.before, two.after, "--out", "rows.parquet")
    assert ended.code == 0, ended.err
    for told in ("yor_Latn", "too_few_words", "gopher_quality.min_words", "Rows made by translation", "absent"):
        assert told in ended.out, told
    assert pl.read_parquet("rows.parquet").schema.names() == [column.name for column in rows.COLUMNS]
    described = pq.read_schema("rows.parquet").field("change").metadata
    assert described[b"description"].startswith(b"Released rows: added")
    ended = glotmill("diff", two.before, two.after, "--json")
    assert ended.json["documents"]["added"] == 2 and ended.json["same_rows"] is False
    ended = glotmill("diff", two.before, two.before / "manifest.json")
    assert "the rows are the same" in ended.out and "settings, versions and models: the same" in ended.out


def test_what_is_no_release(two: Two, glotmill: Glotmill, tmp_path: Path) -> None:
    ended = glotmill("diff", two.before, "nowhere")
    assert ended.code == 66 and "there is no release in nowhere" in ended.err
    copy = _copied(two.before, tmp_path)
    (copy / "rejected/part-00000-of-00007.parquet").write_bytes(b"PAR1 no PAR1")
    _forget(copy, "rejected/part-00000-of-00007.parquet")
    ended = glotmill("diff", copy, two.after, "--out", "rows.parquet")
    assert ended.code == 66 and "cannot be read as Parquet" in ended.err
    assert not Path("rows.parquet").exists()
    with pytest.raises(SourceError, match="is not JSON"):
        release.parse(b"{", "manifest.json")


def test_nothing_from_a_release_reaches_the_terminal_as_it_is(two: Two, glotmill: Glotmill, tmp_path: Path) -> None:
    copy = _copied(two.before, tmp_path)
    hostile = "\x1b[31m\u202e" + "x" * 50_000
    (path,) = (copy / "dead").glob("part-*.parquet")
    table = pq.read_table(path)
    table = small.with_column("error", lambda values: [hostile] * len(values))(table)
    pq.write_table(table, path)
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["recipe"]["description"] = hostile
    manifest["libraries"][hostile] = "1"
    manifest["name"] = f"{hostile}\n\n"
    (copy / "manifest.json").write_text(json.dumps(manifest))
    _forget(copy, "dead/part-00000-of-00001.parquet")
    for arguments in ((), ("--json",)):
        ended = glotmill("diff", copy, two.after, *arguments)
        assert ended.code == 0, ended.err
        assert "\x1b" not in ended.out + ended.err and "\u202e" not in ended.out + ended.err
        assert "[U+001B][31m" in ended.out
        if not arguments:
            assert max(map(len, ended.out.splitlines())) < 1_000


def _copied(folder: Path, to: Path) -> Path:
    import shutil

    shutil.copytree(folder, to / "copy")
    return to / "copy"


def _forget(copy: Path, path: str) -> None:
    """Another hash for a file, so that it is read."""
    manifest = json.loads((copy / "manifest.json").read_text())
    next(file for file in manifest["files"] if file["path"] == path)["sha256"] = "0" * 64
    (copy / "manifest.json").write_text(json.dumps(manifest))
