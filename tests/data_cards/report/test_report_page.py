"""The page as text: complete, right, escaped, small enough, the same every time."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from pathlib import Path

import polars as pl
import pytest

from data_cards.report import TABLES, assets, render
from data_cards.report.markup import beginning
from data_cards.report.policy import CHART_STYLE
from schemas.manifest import Manifest
from tests.data_cards import pages
from tests.data_cards.report import reported

VENDOR = Path(assets.__file__).parent / "vendor"
RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
SECTIONS = {
    "distributions": "scores", "selection": "selection", "reasons": "reasons", "clusters": "clusters",
    "confusion": "confusion", "gates": "gates", "round_trips": "round-trips", "samples": "rejected",
}  # fmt: skip


@pytest.fixture(scope="module")
def made() -> tuple[Manifest, reported.Tables]:
    return reported.whole(reported.release())


@pytest.fixture(scope="module")
def page(made: tuple[Manifest, reported.Tables]) -> str:
    return render(*made)


def _own(page: str) -> str:
    """The page without the code of others, which holds what it likes."""
    for script in assets.vendored():
        page = page.replace(script, "")
    return page


def _data(page: str) -> dict:
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)[1])


def _table(page: str, caption: str) -> list[list[str]]:
    """Cells of the body of the table with that caption."""
    for table in pages.parse(page).all("table"):
        if table.all("caption")[0].said == caption:
            rows = table.all("tbody")[0].all("tr")
            return [[one.said for one in row.inside if isinstance(one, pages.Element)] for row in rows]
    raise AssertionError(caption)


# --- figures ---------------------------------------------------------------------------------------------------------


def test_the_funnel_adds_up(made: tuple[Manifest, reported.Tables], page: str) -> None:
    counts = made[0].counts
    rows = _table(page, "Documents after each stage")
    assert [row[0] for row in rows] == ["Read", "Dead", "language", "length", "symbols", "dedup", "Released"]
    left = counts.input
    for row in rows[1:-1]:
        left -= int(row[1])
        assert int(row[3]) == left
    assert left == counts.released_sources == int(rows[-1][3])


def test_reasons_have_the_counts_of_the_documents(page: str) -> None:
    rejected = reported.documents().filter(pl.col("reasons").list.len() > 0)
    rows = {row[0].split()[0]: row[1:] for row in _table(page, "Rejected documents by reason")}
    flat = rejected.explode("reasons", empty_as_null=False, keep_nulls=False)["reasons"]
    assert {name: int(row[0]) for name, row in rows.items()} == dict(flat.value_counts().iter_rows())
    first = rejected["reasons"].list.first().value_counts()
    assert {name: int(row[2]) for name, row in rows.items() if int(row[2])} == dict(first.iter_rows())
    assert sum(int(row[2]) for row in rows.values()) == rejected.height


def test_histograms_have_the_counts_of_the_documents(page: str) -> None:
    data, rows = _data(page)["scores"], reported.documents()
    for label in reported.SIZES:
        own = rows.filter(language=label)
        for place, (_, reason, _, keep, _) in enumerate(data["rules"]):
            held = data["languages"][label][str(place)]
            sides = sum(held["c"][: held["s"]]), sum(held["c"][held["s"] :])
            dropped, kept = reversed(sides) if keep == "at_most" else sides
            words = own.filter(pl.col("words") < reported.least_words(label)).height
            hashes = own.filter(pl.col("hashes") > reported.MOST_HASHES).height
            assert dropped == (words if reason == "too_few_words" else hashes)
            assert dropped + kept == own.height


def test_a_dropped_document_says_where_its_score_lies(page: str) -> None:
    rows = reported.documents().filter(language="tha_Thai")
    one = rows.filter(pl.col("words") < 30).row(0, named=True)
    beyond = rows.filter(pl.col("words") > one["words"]).height / rows.height
    article = re.search(
        rf'<article class="sample" data-language="tha_Thai">\s*<h4 class="id"><bdi>{one["id"]}<.*?</article>',
        page.partition('id="rejected"')[2],
        re.DOTALL,
    )
    told = html.unescape(re.sub("<[^>]+>", "", article[0])) if article else ""
    assert "limit at least 30" in told
    assert f"lower than {beyond:.1%} of documents in Thai" in told


def test_scores_without_a_language_are_those_of_undetermined_ones(made: tuple[Manifest, reported.Tables]) -> None:
    manifest, tables = made
    unknown = tables["distributions"].head(1).with_columns(language=pl.lit(""))
    page = render(manifest, {**tables, "distributions": pl.concat([tables["distributions"], unknown])})
    held = _data(page)["scores"]["languages"]["und_Zyyy"]
    assert [sum(one.get("c", [])) for one in held.values()] == [unknown["documents"].sum()]


def test_texts_carry_language_script_and_direction(page: str) -> None:
    for tag, script in (
        ("arb-Arab", "Arab"),
        ("th", "Thai"),
        ("ja", "Jpan"),
        ("am", "Ethi"),
        ("hi", "Deva"),
        ("yo-Latn", "Latn"),
    ):
        assert re.search(rf'<div class="text" dir="auto" lang="{tag}" data-script="{script}"', page), tag


# --- form ------------------------------------------------------------------------------------------------------------


def test_the_same_release_gives_the_same_bytes(made: tuple[Manifest, reported.Tables], page: str) -> None:
    manifest, tables = made
    again = {
        name: table.sample(fraction=1, shuffle=True, seed=3)
        for name, table in reversed(tables.items())
        if name != "samples"
    }
    assert render(manifest, {**again, "samples": tables["samples"]}) == page


@pytest.mark.parametrize("name", TABLES)
def test_a_missing_or_empty_table_leaves_its_section_out(made: tuple[Manifest, reported.Tables], name: str) -> None:
    manifest, tables = made
    page = render(manifest, {key: table for key, table in tables.items() if key != name})
    assert page == render(manifest, {**tables, name: tables[name].clear()})
    for table, anchor in SECTIONS.items():
        assert (f'<section id="{anchor}"' in page) == (table != name), anchor
        assert (f'href="#{anchor}"' in page) == (table != name), anchor


def test_nothing_but_a_manifest_is_a_page(made: tuple[Manifest, reported.Tables]) -> None:
    page = render(made[0], {})
    assert "From read to released" in page
    assert "Models and cost" in page


def test_every_link_inside_the_page_has_its_place(page: str) -> None:
    places = set(re.findall(r'\sid="([^"]+)"', page))
    links = set(re.findall(r'href="#([^"]+)"', page))
    assert links
    assert links <= places


def test_ids_are_unique(page: str) -> None:
    places = re.findall(r'<[a-z0-9]+[^>]*\sid="([^"]+)"', _own(page))
    assert len(places) == len(set(places))


def test_the_policy_names_every_script_and_style_by_its_hash(page: str) -> None:
    policy = html.unescape(re.search(r'Content-Security-Policy" content="([^"]+)"', page)[1])
    found = [
        *re.findall(r"<script>(.*?)</script>", page, re.DOTALL),
        *re.findall(r"<style>(.*?)</style>", page, re.DOTALL),
        CHART_STYLE,
    ]
    assert len(found) == 5
    for part in found:
        assert f"'sha256-{base64.b64encode(hashlib.sha256(part.encode()).digest()).decode()}'" in policy
    assert policy.count("'sha256-") == 5
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<[^>]+\son[a-z]+=", _own(page))
    assert not re.search(r"<[^>]+\sstyle=", _own(page))


def test_nothing_is_fetched(page: str) -> None:
    assert not re.search(r'<(?:script|img|iframe|object|embed)[^>]+src=|<link(?! rel="icon" href="data:,")', _own(page))
    assert "@import" not in assets.style()
    assert set(re.findall(r"url\(([^)]*)\)", assets.style())) == {'"#hatch"'}


# --- hostile text ----------------------------------------------------------------------------------------------------


def test_hostile_text_stays_text() -> None:
    manifest, tables = reported.whole(reported.release(text=reported.HOSTILE))
    page = _own(render(manifest, tables))
    assert "<script>window" not in page
    assert "<img src=x" not in page
    assert page.count("<script") == 4
    assert page.count("</script") == 4
    assert not RAW.search(page.replace("\n", ""))
    text = pages.parse(page).text
    assert "<script>window.ran = 1</script>" in text
    assert "[U+202E]evil" in text
    assert _data(render(manifest, tables))["confusion"]["languages"]


def test_a_text_of_a_megabyte_is_cut() -> None:
    manifest, tables = reported.release(reported.documents({"amh_Ethi": 12}), text="ሀ" * 1_000_000)
    page = render(manifest, tables)
    assert len(page.encode()) < 5_000_000
    assert "999,000 more characters" in page


@pytest.mark.parametrize(
    ("text", "characters", "expected"),
    [
        ("short", 10, "short"),
        ("นี้คือข้อความ", 2, "นี้"[:0] + "นี้"[:2]),
        ("नमस्ते", 4, "नम"),
        ("a👩‍👩‍👧b", 3, "a"),
        ("e" + "\u0301" * 100, 50, "e" + "\u0301" * 49),
    ],
)
def test_a_text_ends_with_a_whole_grapheme_where_it_can(text: str, characters: int, expected: str) -> None:
    assert beginning(text, characters) == expected


# --- size ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def large() -> tuple[Manifest, reported.Tables]:
    return reported.many(1_900, 40)


@pytest.mark.parametrize("largest", [5_000_000, 2_000_000])
def test_1900_languages_fit(large: tuple[Manifest, reported.Tables], largest: int) -> None:
    page = render(*large, largest=largest)
    assert len(page.encode()) <= largest
    assert "shows less than it could" in page
    data = _data(page)
    assert len(data["languages"]) == 1_901
    assert 0 < len(data["scores"]["languages"]) < 1_900
    assert len(data["scores"]["all"]) == 40
    assert re.search(r"Single languages: the [\d,]+ with most documents of 1,901", page)


def test_a_page_that_fits_says_nothing_of_cuts(page: str) -> None:
    assert "shows less than it could" not in page


# --- code of others --------------------------------------------------------------------------------------------------


def test_vendored_files_are_those_that_are_written_down() -> None:
    listed = dict(re.findall(r"\| `([\w.]+\.js)` \|.*`([0-9a-f]{64})` \|", (VENDOR / "README.md").read_text()))
    there = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in VENDOR.glob("*.js")}
    assert listed == there


def test_licences_travel_with_the_page(page: str) -> None:
    for name, licence in assets.licences():
        assert f"<h3>{name}</h3>" in page
        assert html.escape(licence.splitlines()[0], quote=False) in html.unescape(page)
    assert {"d3", "plot"} <= {name for name, _ in assets.licences()}


def test_modules_are_put_together_in_the_order_of_their_imports() -> None:
    script = assets.script()
    modules = re.findall(r"^const \$([a-z_]+) = ", script, re.MULTILINE)
    assert modules[-1] == "main"
    assert sorted(modules) == sorted(path.stem for path in (VENDOR.parent / "page").glob("*.js"))
    for found in re.finditer(r"= \$([a-z_]+);", script):
        assert modules.index(found[1]) < len(re.findall(r"^const \$", script[: found.start()], re.MULTILINE)) - 1
    assert not re.search(r"^(?:import|export) ", script, re.MULTILINE)
