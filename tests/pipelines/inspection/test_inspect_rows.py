"""Rows: every operator against polars, hostile values, and a DuckDB that can do nothing but read the release."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.comparison import release as releases
from pipelines.inspection import duck
from pipelines.inspection.operators import OPERATORS, QuestionError
from pipelines.inspection.rows import Filter, Question, Rows
from schemas.errors import SourceError
from tests.pipelines.inspection import small

C = pl.col
TEXT, NUMBER, LIST = C("text"), C("word_count"), C("reasons")


def ids(rows: Rows, question: Question) -> list[Any]:
    found = rows.find(question)
    return [row["values"]["id"] for row in rows.page(found.addresses(0, 10_000), ["id"])]


CASES: list[tuple[str, str, tuple[Any, ...], pl.Expr]] = [
    ("text", "contains", ("THE ",), TEXT.str.to_lowercase().str.contains("the ", literal=True)),
    ("text", "contains_case", ("น้ำ",), TEXT.str.contains("น้ำ", literal=True)),
    ("text", "lacks", ("the ",), ~TEXT.str.to_lowercase().str.contains("the ", literal=True)),
    ("text", "matches", (r"\d{4}",), TEXT.str.contains("[0-9]{4}")),
    ("text", "starts", ("<script>",), TEXT.str.starts_with("<script>")),
    ("language", "is", ("jpn_Jpan",), C("language") == "jpn_Jpan"),
    ("language", "is_not", ("jpn_Jpan",), C("language").ne_missing("jpn_Jpan")),
    ("language", "one_of", ("arb_Arab", "tha_Thai"), C("language").is_in(["arb_Arab", "tha_Thai"])),
    ("url", "null", (), C("url").is_null()),
    ("url", "known", (), C("url").is_not_null()),
    ("word_count", "at_least", (60,), NUMBER >= 60),
    ("word_count", "at_most", (60,), NUMBER <= 60),
    ("word_count", "above", (60,), NUMBER > 60),
    ("word_count", "below", (60.5,), NUMBER < 60.5),
    ("word_count", "between", (50, 70), NUMBER.is_between(50, 70)),
    ("word_count", "is", (60,), NUMBER == 60),
    ("word_count", "is_not", (60,), NUMBER.ne_missing(60)),
    ("quality", "null", (), C("quality").is_null()),
    ("quality", "known", (), C("quality").is_not_null()),
    ("quality_applies", "true", (), C("quality_applies").eq_missing(True)),
    ("quality_applies", "false", (), C("quality_applies").eq_missing(False)),
    ("quality_applies", "null", (), C("quality_applies").is_null()),
    ("quality_applies", "known", (), C("quality_applies").is_not_null()),
    ("reasons", "has", ("too_few_words",), LIST.list.contains("too_few_words")),
    ("reasons", "has_not", ("too_few_words",), ~LIST.list.contains("too_few_words").fill_null(False)),
    ("reasons", "only", ("exact_duplicate",), LIST.list.unique() == ["exact_duplicate"]),
    ("reasons", "empty", (), LIST.list.len() == 0),
    ("reasons", "filled", (), LIST.list.len() > 0),
    ("reasons", "null", (), LIST.is_null()),
    ("reasons", "known", (), LIST.is_not_null()),
    (
        "scripts",
        "contains",
        ("Thai",),
        C("scripts").list.eval(pl.element().struct.field("script") == "Thai").list.any(),
    ),
    ("scripts", "null", (), C("scripts").is_null()),
    ("scripts", "known", (), C("scripts").is_not_null()),
    ("language", "null", (), C("language").is_null()),
    ("word_count", "null", (), NUMBER.is_null()),
    ("word_count", "known", (), NUMBER.is_not_null()),
]


@pytest.mark.parametrize(("column", "operator", "values", "expected"), CASES)
def test_every_operator_finds_what_polars_finds(
    rows: Rows, frame: pl.DataFrame, column: str, operator: str, values: tuple[Any, ...], expected: pl.Expr
) -> None:
    came = ids(rows, Question(filters=(Filter(column, operator, values),)))
    assert sorted(came) == sorted(frame.filter(expected)["id"])


def test_no_operator_is_left_out(rows: Rows) -> None:
    tried = {(rows.type("all", column), operator) for column, operator, *_ in CASES}
    assert tried == {(kind, name) for kind, known in OPERATORS.items() for name in known}


def test_a_search_looks_for_any_form_of_a_text(rows: Rows, frame: pl.DataFrame) -> None:
    for language in ("arb_Arab", "tha_Thai", "jpn_Jpan", "amh_Ethi", "hin_Deva"):
        wanted = frame.filter(language=language).sort("id")["text"][0][10:16]
        expected = frame.filter(TEXT.str.contains(wanted, literal=True))["id"]
        assert len(expected) and sorted(ids(rows, Question(search=wanted))) == sorted(expected)
    assert ids(rows, Question(search="copy-of-", how="id")) == sorted(
        frame.filter(C("id").str.starts_with("copy"))["id"]
    )
    decomposed = ids(rows, Question(search="é", kind="documents"))
    assert decomposed == ids(rows, Question(search="e\u0301", kind="documents")) != []


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("column", ["word_count", "quality", "language"])
def test_rows_are_sorted_with_nulls_last_and_read_page_by_page(
    rows: Rows, frame: pl.DataFrame, column: str, descending: bool
) -> None:
    found = rows.find(Question(sort=column, descending=descending))
    pages = [rows.page(found.addresses(start, 50), ["id", column]) for start in range(0, len(found), 50)]
    came = [row["values"] for page in pages for row in page]
    assert len({one["id"] for one in came}) == len(came) == frame.height
    assert [one[column] for one in came] == frame[column].sort(descending=descending, nulls_last=True).to_list()


def test_addresses_lead_to_their_rows(rows: Rows, frame: pl.DataFrame) -> None:
    found = rows.find(Question(kind="rejected"))
    for address in found.addresses(0, 3):
        row = rows.row(address)
        (brief,) = rows.page([address], ["id", "text"])
        assert brief["values"]["id"] == row["id"] and brief["outcome"] == "rejected"
        assert row["text"] == frame.filter(id=row["id"])["text"][0]
        assert rows.where("id", row["id"], ["all"], 5) == [address]


@pytest.mark.parametrize(
    ("question", "told"),
    [
        (Question(sort="nope"), "unknown column 'nope'"),
        (Question(kind='all"; DROP VIEW "all'), "unknown kind"),  # type: ignore[arg-type]
        (Question(sort='id"; --'), "unknown column"),
        (Question(sort="reasons"), "holds lists"),
        (Question(search="(", how="pattern"), "missing )"),
        (Question(search="x", how="sql"), "unknown search 'sql'"),
        (Question(filters=(Filter("language", "at_least", ("x",)),)), "unknown operator 'at_least'"),
        (Question(filters=(Filter("word_count", "at_least", ("1 OR 1=1",)),)), "is no number"),
        (Question(filters=(Filter("word_count", "at_least", (True,)),)), "is no number"),
        (Question(filters=(Filter("word_count", "at_least", (10**400,)),)), "is no number"),
        (Question(filters=(Filter("word_count", "between", (1,)),)), "it takes 2"),
        (Question(filters=(Filter("language", "one_of", ()),)), "1 to 1,000"),
        (Question(filters=(Filter("language", "is", (1,)),)), "a text of at most"),
    ],
)
def test_what_cannot_be_asked_says_so(rows: Rows, question: Question, told: str) -> None:
    with pytest.raises(QuestionError, match="^" + ".*" + told.replace("(", r"\(").replace(")", r"\)")):
        rows.find(question)


@given(st.text(max_size=40))
def test_a_value_is_never_sql(rows: Rows, value: str) -> None:
    before = rows.count("all")
    for filter_ in (
        Filter("id", "is", (value,)),
        Filter("reasons", "has", (value,)),
        Filter("text", "contains", (value,)),
    ):
        try:
            found = rows.find(Question(filters=(filter_,)))
        except QuestionError:
            continue
        assert len(found) <= before
    assert len(rows.find(Question())) == before


@pytest.mark.parametrize("value", ["' OR '1'='1", '\'; DROP VIEW "all"; --', '" OR 1=1 --', "\\", "%", "\x00", "$1"])
def test_injections_find_nothing(rows: Rows, value: str) -> None:
    assert ids(rows, Question(filters=(Filter("id", "is", (value,)),))) == []
    assert ids(rows, Question(search=value, how="id")) == []
    assert rows.where("id", value, ["all"], 5) == []


def test_hostile_column_names_are_only_names(made: small.Small, tmp_path: Path) -> None:
    out = tmp_path / "it's [a] release"
    shutil.copytree(made.out, out)
    name = 'x" FROM "all"; --{c}?'
    for file in (out / "rejected").glob("*.parquet"):
        table = pq.read_table(file)
        pq.write_table(table.append_column(name, table["id"]), file)
    found = Rows(releases.read(str(out)))
    try:
        wanted = Question(kind="rejected", filters=(Filter(name, "is", ("long",)),), sort=name)
        (row,) = found.page(found.find(wanted).addresses(0, 5), ["id", name])
        assert row["values"] == {"id": "long", name: "long"}
        # Files of released documents lack it.
        assert len(found.find(Question(filters=(Filter(name, "null"),)))) == found.count("documents")
    finally:
        found.close()


def test_duckdb_can_read_the_release_and_nothing_else(made: small.Small, tmp_path: Path) -> None:
    file = next((made.out / "rejected").glob("*.parquet"))
    other = tmp_path / "other.parquet"
    pl.DataFrame({"secret": [1]}).write_parquet(other)
    connection = duck.connection([str(file)])
    try:
        assert connection.execute(f"SELECT count(*) FROM read_parquet({duck.literal(str(file))})").fetchone()[0] > 0
        for sql in (
            f"SELECT * FROM read_parquet('{other}')",
            "SELECT * FROM read_text('/etc/hostname')",
            f"COPY (SELECT 1) TO '{tmp_path / 'written.csv'}'",
            f"ATTACH '{tmp_path / 'written.db'}'",
            "INSTALL httpfs",
            "LOAD httpfs",
            "SET enable_external_access = true",
            "RESET lock_configuration",
            "SET allowed_paths = []",
        ):
            with pytest.raises(duckdb.Error):
                connection.execute(sql).fetchall()
        assert not (tmp_path / "written.csv").exists() and not (tmp_path / "written.db").exists()
    finally:
        connection.close()


def test_a_file_that_is_gone_is_named(made: small.Small, tmp_path: Path) -> None:
    shutil.copytree(made.out, tmp_path / "out")
    (gone,) = (tmp_path / "out" / "rejected").glob("*.parquet")
    gone.unlink()
    with pytest.raises(SourceError, match=r"rejected/part-.*not there"):
        Rows(releases.read(str(tmp_path / "out")))
