"""What is told of each language: counts along dimensions, means, and strata that lose much more than the others."""

from __future__ import annotations

import random
from typing import Any

import polars as pl
import pytest

from pipelines import selection
from pipelines.selection import Selection, report
from schemas.columns import polars_schema
from tests.pipelines.selection.documents import drive, frame, row, steps


def told(rows: list[dict[str, Any]], size: int | None = None, **params: Any) -> tuple[pl.DataFrame, Selection]:
    whole = frame(rows)
    parts = list(whole.iter_slices(size)) if size else [whole]
    found, read, _ = drive(parts, steps(**params))
    return report.table(report.added(report.judged(part, found)[1] for part in read)), found


def line(rows: pl.DataFrame, dimension: str, stratum: str, language: str = "tha_Thai") -> tuple[Any, ...]:
    here = rows.filter(
        (pl.col("dimension") == dimension) & (pl.col("stratum") == stratum) & (pl.col("language") == language)
    )
    assert here.height == 1, here
    return here.select("documents", "competed", "kept", "passed", "mean_score").row(0)


def test_counts_by_dimension() -> None:
    rows = [
        row("a", 0.9, kind="poem", url="https://www.a.example/1"),
        row("b", 0.5, kind="poem", url="https://a.example/2", text="ก" * 600),
        row("c", 0.7, kind="news", source="forum"),
        row("d", 0.1, kind=None, toy_length=1),
        row("e", None, kind="news"),
        row("f", 0.3, kind="news", source="off"),
        row("g", 0.25, language="yor_Latn"),
        row("h", 0.1, language=None, toy_length=1),
    ]
    shares = {"default": 0.5, "sources": {"off": None}}
    found, _ = told(rows, share=shares, min_length=10, strata=["metadata.kind"], fewest_in_stratum=2)
    assert line(found, "language", "tha_Thai") == (6, 3, 2, 3, 0.7)
    assert line(found, "metadata.kind", "poem") == (2, 2, 1, 1, 0.7)
    assert line(found, "metadata.kind", "news") == (3, 1, 1, 2, 0.7)
    assert line(found, "metadata.kind", "(none)") == (1, 0, 0, 0, None)
    assert line(found, "domain", "a.example") == (2, 2, 1, 1, 0.7)
    assert line(found, "domain", "(none)") == (4, 1, 1, 2, 0.7)
    assert line(found, "length", "500-1999") == (1, 1, 0, 0, 0.5)
    assert line(found, "source", "off") == (1, 0, 0, 1, None)
    assert line(found, "language", "yor_Latn", "yor_Latn") == (1, 1, 1, 1, 0.25)
    assert line(found, "language", "und_Zyyy", "und_Zyyy") == (1, 0, 0, 0, None)
    assert dict(found.schema) == dict(polars_schema(report.COLUMNS))
    for _, of in found.group_by("language", "dimension"):
        whole = found.filter((pl.col("dimension") == "language") & (pl.col("language") == of["language"][0]))
        names = ["documents", "competed", "kept", "passed"]
        assert of.select(names).sum().row(0) == whole.select(names).row(0)


def test_the_order_of_rows() -> None:
    rows = [row(f"{k}{n}", 0.5, kind=k, language=language) for k, many in (("b", 2), ("c", 2), ("a", 1), ("d", 5))
            for n in range(many) for language in ("yor_Latn", "tha_Thai")]  # fmt: skip
    found, _ = told([{**one, "id": f"{one['language']}{one['id']}"} for one in rows], strata=["metadata.kind"])
    assert found["language"].to_list() == sorted(found["language"])
    first = found.filter(pl.col("language") == "tha_Thai")
    assert first["dimension"].unique(maintain_order=True).to_list() == [
        "language", "domain", "length", "metadata.kind", "source",
    ]  # fmt: skip
    assert first.filter(pl.col("dimension") == "metadata.kind")["stratum"].to_list() == ["d", "b", "c", "a"]


@pytest.mark.parametrize("combine", [None, "mean"])
def test_the_same_in_any_split(combine: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    draw = random.Random(2)
    rows = [
        row(f"d{n}", draw.random() / 7, kind=draw.choice("abc"), language=draw.choice(["tha_Thai", "hin_Deva"]),
            toy_parts=[draw.random() / 7, draw.random()])
        for n in range(400)
    ]  # fmt: skip
    params = {"share": 0.3, "strata": ["metadata.kind"], "combine": combine}
    whole, found = told(rows, **params)
    for size in (7, 100):
        draw.shuffle(rows)
        monkeypatch.setattr(report, "_ROWS_HELD", size)
        again, other = told(rows, size, **params)
        assert again.equals(whole)
        assert report.records(again, other) == report.records(whole, found)


def test_a_thousand_strata_have_rows_and_the_rest_one() -> None:
    rows = [
        row(f"{n}-{k}", n / 2_000, url=f"https://h{n:04d}.example/")
        for n in range(1_203)
        for k in range(1 + n // 1_000)
    ]
    found, _ = told(rows, share=0.5)
    hosts = found.filter(pl.col("dimension") == "domain")
    assert hosts.height == 1_001 and hosts["documents"].sum() == len(rows) == 1_406
    assert hosts["stratum"].to_list()[:2] == ["h1000.example", "h1001.example"], "those with most documents first"
    assert hosts["stratum"].to_list()[203:205] == ["h0000.example", "h0001.example"], "then by name"
    assert hosts.row(-1, named=True)["stratum"] == "(others)" and hosts["documents"][-1] == 203
    assert hosts["mean_score"][-1] == round(sum(range(797, 1_000)) / 203 / 2_000, 6)


def test_scores_beyond_what_a_sum_holds() -> None:
    found, _ = told([row("a", 1e300), row("b", -1e300), row("c", 0.3), row("d", float("inf"))], share=0.5)
    assert line(found, "language", "tha_Thai")[:3] == (4, 3, 2)
    assert line(found, "language", "tha_Thai")[4] == 0.1


def test_what_the_manifest_says() -> None:
    rows = [row(f"t{n}", n / 100) for n in range(100)]
    rows += [row(f"y{n}", n / 100, language="yor_Latn") for n in range(3)]
    rows += [
        row(f"j{n}", n / 100, language="jpn_Jpan", source=source) for source in ("web", "forum") for n in range(60)
    ]
    rows = [{**one, "id": f"{one['source']}{one['id']}"} for one in rows] + [row("x", None, language="amh_Ethi")]
    table, found = told(rows, share={"default": 0.3, "sources": {"forum": 0.5}}, fewest=50)
    (record,) = report.records(table, found)
    assert (record.stage, record.reason, record.score, record.combine, record.strata) == (
        "toy", "toy_low", "toy_quality", None, [],
    )  # fmt: skip
    assert list(record.by_language) == ["amh_Ethi", "jpn_Jpan", "tha_Thai", "yor_Latn"]
    thai = record.by_language["tha_Thai"]
    assert (thai.documents, thai.competed, thai.kept, thai.share, thai.threshold) == (100, 100, 30, 0.3, 0.7)
    assert thai.notice is None
    japanese = record.by_language["jpn_Jpan"]
    assert (japanese.competed, japanese.kept, japanese.share, japanese.threshold) == (120, 48, None, None)
    yoruba = record.by_language["yor_Latn"]
    assert (yoruba.competed, yoruba.kept, yoruba.share, yoruba.threshold) == (3, 3, 0.3, None)
    assert yoruba.notice == "3 documents compete for a share of 0.3, fewer than 50 (`fewest`): all stay."
    assert record.by_language["amh_Ethi"].model_dump() == {
        "documents": 1, "competed": 0, "kept": 0, "not_judged": 0, "few": False, "share": None, "threshold": None,
        "notice": None,
    }  # fmt: skip
    assert record.warnings == []
    assert report.told([record]) == [
        "toy_low: so few documents of yor_Latn (3) compete that all stay (see `fewest` of toy)"
    ]


def test_warnings_of_strata_that_lose_more_than_twice_as_much() -> None:
    rows = [row(f"n{n}", 0.5 + n / 1_000, kind="news") for n in range(200)]
    rows += [row(f"p{n}", 0.1 + n / 1_000, kind="poem") for n in range(30)]
    rows += [row(f"s{n}", 0.05 + n / 1_000, kind="song") for n in range(29)]
    table, found = told(rows, share=0.75, compare=["metadata.kind"])
    (record,) = report.records(table, found)
    assert record.warnings == [
        "tha_Thai: `toy_low` drops 100.0% of metadata.kind = poem (30 of 30 documents), but 24.7% of the language."
    ], "fewer than 30 say nothing"
    table, found = told(rows, share=0.75, strata=["metadata.kind"], compare=[])
    assert report.records(table, found)[0].warnings == []
    rows = [row(f"a{n}", 2.0 + n if n < 170 else 1.0 + n / 1_000, kind="a") for n in range(200)]
    rows += [row(f"b{n}", 500.0 + n if n < 40 else n / 1_000, kind="b") for n in range(100)]
    table, found = told(rows, share=0.7, compare=["metadata.kind"])
    assert table.filter(stratum="b")["kept"].item() == 40
    assert report.records(table, found)[0].warnings == [], "twice as much is not more than twice as much"


def test_warnings_of_strata_that_keep_less_than_half_as_much() -> None:
    def rows(poems: int, best: int) -> list[dict[str, Any]]:
        news = [row(f"n{n}", 1.0 + n / 1_000, kind="news") for n in range(900)]
        return news + [row(f"p{n}", (9.0 if n < best else 0.0) + n / 1_000, kind="poem") for n in range(poems)]

    table, found = told(rows(100, 4), share=0.1, compare=["metadata.kind"])
    assert report.records(table, found)[0].warnings == [
        "tha_Thai: `toy_low` drops 96.0% of metadata.kind = poem (96 of 100 documents), but 90.0% of the language."
    ], "where most goes, nothing can lose twice as much: it keeps less than half"
    table, found = told(rows(100, 5), share=0.1, compare=["metadata.kind"])
    assert report.records(table, found)[0].warnings == [], "half is not less than half"
    table, found = told(rows(90, 0), share=0.1, compare=["metadata.kind"])
    assert report.records(table, found)[0].warnings == [], "nine of ninety would have been kept: that may be chance"


def test_many_warnings_are_told_shortly() -> None:
    rows = [row(f"n{n}", 0.5 + n / 1_000, kind="news") for n in range(3_000)]
    rows += [row(f"{k}-{n}", n / 1_000, kind=f"k{k:02d}") for k in range(14) for n in range(30)]
    table, found = told(rows, share=0.8, compare=["metadata.kind"])
    (record,) = report.records(table, found)
    assert len(record.warnings) == 11
    assert record.warnings[0].startswith("tha_Thai: `toy_low` drops 100.0% of metadata.kind = k00 (30 of 30")
    assert "from 4 more strata of metadata.kind: all are in selection.parquet" in record.warnings[-1]
    lines = report.told([record])
    assert len(lines) == 11 and lines[-1] == "toy_low: 1 more such warnings are in the manifest"


def test_nothing_to_tell() -> None:
    table, found = told([])
    assert table.is_empty() and report.records(table, found)[0].by_language == {}
    assert report.told(report.records(table, found)) == []
    found = selection.begun(steps(share=None))
    reasons, counts = report.judged(frame([row("a", 0.1)]), found)
    assert reasons.to_list() == [[]] and counts.is_empty()
