"""Each fault that a release can have is found, by the check that it belongs to, and named."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from pipelines.verification import verify as verification
from tests.pipelines.verification.small import Copy, with_column

DEAD, QUARANTINE = "dead/part-00000-of-00001.parquet", "dead/quarantine/part-00000-of-00001.parquet"


def test_a_release_as_it_was_made_holds(copy: Copy) -> None:
    found = {one.check: one for one in verification.examine(str(copy.folder), load=False)}
    assert list(found) == ["manifest", *(check.name for check in verification.CHECKS)]
    assert not [problem for one in found.values() for problem in one.problems]
    assert not [note for one in found.values() for note in one.notes]
    assert copy.manifest["figures"] and copy.manifest["samples"]
    for name in ("manifest", "files", "parquet", "counts", "figures", "splits", "evidence", "card", "croissant"):
        assert found[name].skipped is None and found[name].looked_at, name
    assert found["splits"].looked_at == "test, train"


# The three faults that the issue names.


def test_one_changed_byte_is_found(copy: Copy) -> None:
    path = copy.files("tha_Thai")[0]
    data = bytearray((copy.folder / path).read_bytes())
    data[len(data) // 2] ^= 1
    (copy.folder / path).write_bytes(data)
    (problem,) = copy.problems("files")
    assert problem.path == path and "other bytes" in problem.message


def test_a_page_that_cannot_be_unpacked_is_a_fault_of_its_file(copy: Copy) -> None:
    """Arrow raises an OSError for it, as the system does for a broken disk."""
    (path, *_) = copy.files("tha_Thai")
    data = bytearray((copy.folder / path).read_bytes())
    place = pq.ParquetFile(copy.folder / path).metadata.row_group(0).column(1)
    assert place.path_in_schema == "text"
    begin = place.dictionary_page_offset or place.data_page_offset
    for at in range(begin + 30, begin + place.total_compressed_size - 4):
        data[at] ^= 0xFF
    (copy.folder / path).write_bytes(data)
    copy.sign(path)
    told = {one.path: one.message for one in copy.problems("parquet")}
    assert list(told) == [path] and "it cannot be read as Parquet" in told[path]


def test_a_row_that_was_removed_is_found_even_where_hash_and_rows_were_put_right(copy: Copy) -> None:
    (path, *_) = [p for p in copy.files("jpn_Jpan") if pq.read_metadata(copy.folder / p).num_rows > 1]
    copy.rewrite(path, lambda table: table.slice(1))
    assert not copy.problems("files")
    told = copy.manifest["counts"]["by_language"]["jpn_Jpan"]["released_sources"]
    assert f"jpn_Jpan: released_sources: the files have {told - 1}, the manifest says {told}" in copy.told("counts")
    assert "released_sources is 64, but the document files have 63 rows" in copy.told("manifest")
    assert "jpn_Jpan: documents: the files have" in copy.told("evidence")
    assert "rows of source pages" in copy.told("counts")


def test_one_changed_number_in_the_card_is_found(copy: Copy) -> None:
    card = copy.folder / "README.md"
    text = card.read_text()
    assert text.count("| Released | 64 | one config a language |") == 1
    card.write_text(text.replace("| Released | 64 | one config", "| Released | 65 | one config"))
    copy.sign("README.md")
    (problem,) = copy.problems()
    assert (problem.check, problem.path) == ("card", "README.md")
    assert problem.message.endswith("Released, Number: card says 65, manifest 64")
    # A card by another version may differ without anybody's fault: that is said.
    copy.change_manifest(lambda manifest: manifest["libraries"].update(glotmill="0.0.1"))
    assert "Glotmill 0.0.1 made the release, this is" in copy.told("card")


# The manifest.


def test_no_manifest_and_one_that_cannot_be_read(copy: Copy) -> None:
    path = copy.folder / "manifest.json"
    content = copy.manifest
    for text, told in (
        ("{", "is not JSON"),
        (json.dumps({**content, "format": 2}), "has the format 2; this Glotmill knows 1"),
        (json.dumps({**content, "extra": 1}), "extra: Extra inputs"),
        (json.dumps({**content, "files": 7}), "files: Input should be a valid list"),
    ):
        path.write_text(text)
        found = list(verification.examine(str(copy.folder), load=False))
        assert [one.check for one in found if one.problems] == ["manifest"]
        assert told in found[0].problems[0].message
        assert all(one.skipped for one in found[1:])
    path.unlink()
    assert "no manifest.json" in copy.told("manifest")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda m: m["counts"].update(rejected=0), "rows went missing in all languages"),
        (lambda m: m["sources"][0].update(rows=1), "but the sources have"),
        (lambda m: m["derived"][0].update(accepted=99), "derived rows went missing in translation"),
        (lambda m: m["files"].append(m["files"][0]), "is listed 2 times"),
        (lambda m: m["files"][0].update(path="../secret.parquet"), "is no path that a manifest may list"),
        (lambda m: m["files"][0].update(path="data/./x.parquet"), "is no path that a manifest may list"),
        (lambda m: m["files"][0].update(rows=None), "does not say how many rows"),
        (lambda m: m["counts"].update(derived=-1), "below 0"),
    ],
)
def test_a_manifest_that_does_not_add_up(copy: Copy, change: Callable[[dict[str, Any]], Any], told: str) -> None:
    copy.change_manifest(change)
    assert told in copy.told("manifest")


# Files.


def test_files_that_are_missing_cut_or_too_many(copy: Copy) -> None:
    lost, cut = copy.files("hin_Deva")[0], copy.files("arb_Arab")[0]
    (copy.folder / lost).unlink()
    (copy.folder / cut).write_bytes((copy.folder / cut).read_bytes()[:-9])
    stray = "data/fra_Latn/train-00009-of-00009.parquet"
    shutil.copy(copy.folder / copy.files("fra_Latn")[0], copy.folder / stray)
    (copy.folder / "notes.txt").write_text("mine")
    (copy.folder / ".gitattributes").write_text("")
    (copy.folder / ".glotmill-building.json").write_text("{}")
    files = next(one for one in verification.examine(str(copy.folder), load=False) if one.check == "files")
    told = {one.path: one.message for one in files.problems}
    assert told[lost] == "is missing"
    assert "bytes, the manifest says" in told[cut]
    assert "would be loaded as data" in told[stray]
    assert "being written or was interrupted" in told[".glotmill-building.json"]
    assert len(told) == 4 and files.notes == ["notes.txt is not in the manifest"]
    # What cannot be counted is no pass.
    assert copy.problems("counts") and copy.problems("parquet")


# Parquet.


def _last_first(table: pa.Table) -> pa.Table:
    return table.take(list(reversed(range(table.num_rows))))


def _without_descriptions(table: pa.Table) -> pa.Table:
    return table.cast(pa.schema([field.remove_metadata() for field in table.schema]))


def _first_twice(table: pa.Table) -> pa.Table:
    return pa.concat_tables([table.slice(0, 1), table])


@pytest.mark.parametrize(
    ("config", "change", "told"),
    [
        ("tha_Thai", _last_first, "rows are not in the order of their ids; the first: id tha-"),
        ("yor_Latn", _first_twice, "1 rows have the id of the row before"),
        ("hin_Deva", lambda table: table.slice(0, 0), "has no rows"),
        ("jpn_Jpan", lambda table: table.drop_columns(["source"]), "lacks the columns source"),
        ("jpn_Jpan", lambda table: table.drop_columns(["word_count"]), "has another schema than the first file"),
        ("amh_Ethi", _without_descriptions, "has columns without a description: id, text"),
        ("arb_Arab", with_column("language", lambda v: ["fas_Arab", *v[1:]]), "1 rows have another language than arb"),
        ("arb_Arab", with_column("text", lambda v: [None, *v[1:]]), "1 rows have no text"),
        ("arb_Arab", with_column("id", lambda v: [None, *v[1:]]), "1 rows have no id"),
        ("rejected", with_column("reasons", lambda v: [[], *v[1:]]), "1 rows carry no reason; the first: id"),
        ("quarantine", with_column("reasons", lambda v: [None]), "1 rows carry no reason"),
        ("fra_Latn-translation", with_column("language", lambda v: ["hin_Deva"] * len(v)), "another language than fra"),
    ],
)  # fmt: skip
def test_what_is_wrong_inside_a_data_file(copy: Copy, config: str, change: Any, told: str) -> None:
    path = max(copy.files(config), key=lambda one: (pq.read_metadata(copy.folder / one).num_rows, one))
    copy.rewrite(path, change)
    assert not copy.problems("files")
    found = [one for one in copy.problems("parquet") if one.path == path]
    assert told in "\n".join(one.message for one in found)


def test_rows_that_the_manifest_does_not_have(copy: Copy) -> None:
    path = copy.files("eng_Latn")[0]
    rows = pq.read_metadata(copy.folder / path).num_rows
    copy.sign(path, rows + 1)
    assert f"{path}: has {rows} rows, the manifest says {rows + 1}" in copy.told("parquet")


def test_an_id_in_two_shards(copy: Copy) -> None:
    first, second = copy.files("eng_Latn")[-2:]
    row = pq.read_table(copy.folder / first).slice(0, 1)
    name = row["id"][0].as_py()
    copy.rewrite(second, lambda table: pa.concat_tables([table, row]).sort_by("id"))
    assert f"config eng_Latn: 1 ids come more than once; the first: id {name} in {first} and {second}" in copy.told(
        "parquet"
    )
    assert not copy.problems("splits"), "both are in train"


def test_text_that_is_no_utf8(copy: Copy) -> None:
    path = copy.files("tha_Thai")[0]

    def spoil(table: pa.Table) -> pa.Table:
        at = table.schema.get_field_index("text")
        field = table.schema.field(at)
        raw = pc.cast(table["text"], pa.binary()).combine_chunks().to_pylist()
        bad = pa.array([b"\xff\xfe" + raw[0][3:], *raw[1:]], pa.binary())
        return table.set_column(at, field, pa.Array.from_buffers(pa.string(), len(bad), bad.buffers()))

    copy.rewrite(path, spoil)
    assert "damaged values in the column text" in copy.told("parquet")


def test_a_file_that_is_no_parquet(copy: Copy) -> None:
    path, table = copy.files("yor_Latn")[0], "evidence/languages.parquet"
    for one in (path, table):
        (copy.folder / one).write_bytes(b"PAR1 not really PAR1")
        copy.sign(one)
    told = {one.path: one.message for one in copy.problems("parquet")}
    assert "cannot be read as Parquet" in told[path] and "cannot be read as Parquet" in told[table]
    assert str(copy.folder) not in told[path]


# Counts: each field of the manifest, one by one, with a card made anew, so that nothing else could find it.


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda c: c["rejected_by_reason"].update(exact_duplicate=1), "rejected for exact_duplicate"),
        (lambda c: c["rejected_by_reason"].update(made_up=3), "rejected for made_up: the files have 0"),
        (lambda c: c["rejected_by_stage"]["exact_dedup"].pop("amh_Ethi"), "rejected by exact_dedup: amh_Ethi"),
        (lambda c: c["dead_by_error"].update(null_text=2), "dead for null_text: the files have 1, the manifest says 2"),
        (lambda c: c["quarantined_by_reason"].clear(), "quarantined for wrong_language"),
        (lambda c: c["derived_by_stage"]["translation"].update(fra_Latn=9), "derived by translation: fra_Latn"),
        (lambda c: c["edits"].update(normalise_nfc=12345), "edits normalise_nfc"),
    ],
)  # fmt: skip
def test_a_count_that_the_files_do_not_have(copy: Copy, change: Callable[[dict[str, Any]], Any], told: str) -> None:
    copy.change_manifest(lambda manifest: change(manifest["counts"]), card=True)
    assert {one.check for one in copy.problems()} == {"counts"}
    assert told in copy.told("counts")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda m: m["usage"][0].update(requests=1), "requests: the files have"),
        (lambda m: m["usage"][0].update(prompt_tokens=1), "tokens sent: the files have"),
        (lambda m: m["derived"][0]["groups"][0].update(repaired=7), "repaired: the files have 0, the manifest says 7"),
        (lambda m: m["derived"][0]["groups"][0]["medians"].update(chrf=1.5), "median of chrf: the files have 100.0"),
        (lambda m: m["derived"][0]["groups"].pop(), "the manifest has no such group"),
    ],
)
def test_counts_of_derived_rows(copy: Copy, change: Callable[[dict[str, Any]], Any], told: str) -> None:
    copy.change_manifest(change, card=True)
    assert told in copy.told("counts")


def test_languages_that_change_places(copy: Copy) -> None:
    """All sums are right, and still two languages have what the other one has."""

    def change(manifest: dict[str, Any]) -> None:
        by = manifest["counts"]["by_language"]
        by["tha_Thai"], by["yor_Latn"] = by["yor_Latn"], by["tha_Thai"]

    copy.change_manifest(change, card=True)
    assert not copy.problems("manifest")
    assert "tha_Thai: released_sources: the files have 9, the manifest says 6" in copy.told("counts")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda f: f["tha_Thai"].update(characters=1), "figures of tha_Thai: characters: the files have"),
        (lambda f: f["tha_Thai"].update(bytes=1), "figures of tha_Thai: bytes: the files have"),
        (lambda f: f["jpn_Jpan"].update(words=None), "the manifest says none"),
        (lambda f: f["amh_Ethi"].update(duplicates=0), "figures of amh_Ethi: duplicates: the files have 5"),
        (lambda f: f["fra_Latn"]["rejected_by_reason"].clear(), "figures of fra_Latn: rejected for"),
        (lambda f: f["yor_Latn"].update(confidence=0.123), "figures of yor_Latn: median confidence: the files have"),
        (lambda f: f["yor_Latn"]["quality"].update(score=dict.fromkeys(["q05", "q25", "q50", "q75", "q95"], 0.5)),
         "figures of yor_Latn: quantiles of score: the files have none"),
        (lambda f: f["hin_Deva"]["tokens"].update(bpe={"tokens": 7, "fertility": 1.0}), "tokens by bpe: the files"),
        (lambda f: f.pop("arb_Arab"), "arb_Arab has none in the manifest"),
        (lambda f: f.update(deu_Latn=dict(f["tha_Thai"])), "the files have no row of deu_Latn"),
    ],
)  # fmt: skip
def test_figures_of_a_language_that_the_rows_do_not_give(
    copy: Copy, change: Callable[[dict[str, Any]], Any], told: str
) -> None:
    copy.change_manifest(lambda manifest: change(manifest["figures"]), card=True)
    assert {one.check for one in copy.problems()} == {"figures"}
    assert told in copy.told("figures")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"id": "nobody"}, "sample nobody: no released document has that id"),
        ({"text": "Something else"}, "its text does not begin as the manifest has it"),
        ({"characters": 3}, "characters: the files have"),
        ({"source": "elsewhere"}, "source: the files have"),
        ({"language": "deu_Latn"}, "language: the files have"),
    ],
)
def test_a_sample_on_the_card_that_is_no_released_text(copy: Copy, change: dict[str, Any], told: str) -> None:
    assert copy.manifest["samples"]
    copy.change_manifest(lambda manifest: manifest["samples"][0].update(change), card=True)
    assert told in copy.told("figures")


# Splits.


def test_an_id_a_cluster_and_a_derived_row_in_two_splits(copy: Copy) -> None:
    train = next(one for one in copy.files("eng_Latn") if "/train-" in one)
    test = next(one for one in copy.files("eng_Latn") if "/test-" in one)
    row = pq.read_table(copy.folder / train).slice(0, 1)
    name = row["id"][0].as_py()
    copy.rewrite(test, lambda table: pa.concat_tables([table, row]).sort_by("id"))
    assert f"config eng_Latn: 1 id in several splits; the first: {name} in test and train" in copy.told("splits")


def test_a_cluster_in_two_splits(copy: Copy) -> None:
    for name in ("train", "test"):
        path = next(one for one in copy.files("tha_Thai") if f"/{name}-" in one)
        copy.rewrite(path, with_column("cluster_id", lambda values: ["tha-00", *values[1:]]))
    assert "config tha_Thai: 1 cluster in several splits; the first: tha-00 in test and train" in copy.told("splits")


def test_a_derived_row_whose_document_is_in_another_split(copy: Copy) -> None:
    train = next(one for one in copy.files("hin_Deva-translation") if "/train-" in one)
    test = next(one for one in copy.files("hin_Deva-translation") if "/test-" in one)
    row = pq.read_table(copy.folder / train).slice(0, 1)
    document = row["document_id"][0].as_py()
    copy.rewrite(train, lambda table: table.slice(1))
    copy.rewrite(test, lambda table: pa.concat_tables([table, row]).sort_by("id"))
    told = f"1 document in another split than rows derived from it; the first: {document} in test and train"
    assert told in copy.told("splits")


# Evidence.


@pytest.mark.parametrize(
    ("name", "column", "told"),
    [
        ("languages", "characters", "characters: the files have"),
        ("languages", "bytes", "bytes: the files have"),
        ("languages", "words", "words: the files have"),
        ("reasons", "alone", "alone: the files have"),
        ("reasons", "first", "first: the files have"),
        ("clusters", "clusters", "clusters: the files have"),
    ],
)
def test_a_table_of_evidence_that_the_rows_do_not_give(copy: Copy, name: str, column: str, told: str) -> None:
    path = f"evidence/{name}.parquet"
    before = pq.read_table(copy.folder / path)
    changed = with_column(column, lambda values: [*values[:-1], values[-1] + 1])(before)
    pq.write_table(changed, copy.folder / path)
    copy.sign(path)
    (problem,) = copy.problems("evidence")
    assert problem.path == path and told in problem.message
    pq.write_table(before.slice(1), copy.folder / path)
    copy.sign(path)
    assert "the table says none" in copy.told("evidence"), "a row that is missing is found, too"


# The card and what stands beside it.


def test_metadata_that_the_hub_would_not_take_or_that_misses_files(copy: Copy) -> None:
    card = copy.folder / "README.md"
    text = card.read_text()

    def told(before: str, after: str) -> str:
        assert before in text, before
        card.write_text(text.replace(before, after, 1))
        return copy.told("card")

    assert "size_categories lots is none that the Hub knows" in told(
        "size_categories:\n- n<1K", "size_categories:\n- lots"
    )
    assert "language Thai is no code of two or three letters" in told("language:\n- am", "language:\n- Thai\n- am")
    assert "metadata is not valid" in told("pretty_name:", "pretty_name: [")
    assert "config tha_Thai, split test does not find just its files" in told(
        "path: data/tha_Thai/test-*.parquet", "path: data/tha_Thai/t*.parquet"
    )
    assert "config yor_Latn, split test is missing" in told(
        "  - split: test\n    path: data/yor_Latn/test-*.parquet\n", ""
    )
    assert "card says 7 rows, manifest" in told("num_examples: 1\n", "num_examples: 7\n")
    manifest = copy.manifest
    copy.change_manifest(lambda one: one.update(title="a\ufffdb"), card=True)
    assert not copy.problems("card")
    card.write_bytes(card.read_bytes().replace("\ufffd".encode(), b"\xff"))
    assert "card is not UTF-8 text" in copy.told("card")
    copy.write_manifest(manifest)
    card.unlink()
    assert copy.told("card") == "README.md: is missing"


def test_croissant_that_the_manifest_does_not_give(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    (copy.folder / "croissant.json").write_text('{\n  "name": "small"\n}\n')
    entry = {"path": "croissant.json", "config": None, "split": None, "rows": None, "bytes": 0, "sha256": ""}

    def listed(manifest: dict[str, Any]) -> None:
        manifest["files"] = [file for file in manifest["files"] if file["path"] != "croissant.json"] + [dict(entry)]

    copy.change_manifest(listed)
    copy.sign("croissant.json")
    assert copy.told("croissant").startswith('croissant.json: line 2: croissant.json says \'  "name": "small"\'')
    monkeypatch.setattr("data_cards.croissant.render", lambda manifest: f'{{\n  "name": "{manifest.title}"\n}}\n')
    assert not copy.problems("croissant")
    monkeypatch.setattr("data_cards.croissant.render", lambda manifest: '{\n  "name": "large"\n}\n')
    assert copy.told("croissant") == (
        'croissant.json: line 2: croissant.json says \'  "name": "small"\', manifest \'  "name": "large"\''
    )
    (copy.folder / "croissant.json").unlink()
    assert copy.told("croissant") == "croissant.json: is missing"


# Loading.


def test_every_config_is_loaded_and_one_that_cannot_be_is_named(copy: Copy) -> None:
    assert not copy.problems("loads", load=True)
    text = (copy.folder / "README.md").read_text()
    (copy.folder / "README.md").write_text(text.replace("num_examples: 1\n", "num_examples: 2\n", 1))
    path = copy.files("rejected")[0]
    (copy.folder / path).write_bytes(b"nothing")
    other = next(one for one in copy.files("tha_Thai") if "/test-" in one)
    copy.sign(other, pq.read_metadata(copy.folder / other).num_rows + 1)
    told = [one.message for one in copy.problems("loads", load=True)]
    assert any("config tha_Thai, split test loads with" in one for one in told)
    assert any("config amh_Ethi, split test cannot be loaded: NonMatchingSplitsSizesError" in one for one in told)
    assert any("config rejected, split train cannot be loaded" in one for one in told)


def test_a_process_that_dies_while_it_loads_is_a_problem(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipelines.verification.checks import loads

    child = copy.folder.parent / "child.py"
    child.write_text("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    monkeypatch.setattr(loads, "_CHILD", child)
    (problem,) = copy.problems("loads", load=True)
    assert "was killed (SIGKILL)" in problem.message
    child.write_text("raise SystemExit('no \\x1b[31m luck')")
    (problem,) = copy.problems("loads", load=True)
    assert "ended with 1: no [U+001B][31m luck" in problem.message
    child.write_text("")
    (problem,) = copy.problems("loads", load=True)
    assert "was not loaded" in problem.message
