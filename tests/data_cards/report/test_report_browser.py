"""The page in a real browser, without a network: it draws, answers, fits, and runs nothing that a document says."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from data_cards.report import render
from tests.data_cards.report import reported

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
pytestmark = pytest.mark.skipif(not Path(CHROMIUM).exists(), reason=f"there is no Chromium at {CHROMIUM}")
CHARTS = ["funnel", "reasons", "scores", "confusion", "clusters", "selection", "gates", "round-trips"]
Open = Callable[..., Any]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(render(*reported.whole(reported.release())), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hostile") / "report.html"
    manifest, tables = reported.whole(reported.release(text=reported.HOSTILE))
    long = tables["samples"].with_columns(pl.lit("x" * 1_000_000).alias("text"), pl.lit("y" * 9_000).alias("id"))
    tables["samples"] = pl.concat([tables["samples"], long.head(3)])
    path.write_text(render(manifest, tables), encoding="utf-8")
    return path


@pytest.fixture
def visit(browser: Any) -> Iterator[Open]:
    """Opens a page; at the end nothing must have been asked of a network, or said on the console."""
    contexts, problems = [], []

    def opened(path: Path, **options: Any) -> Any:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        context.set_offline(True)
        page = context.new_page()
        page.on("console", lambda message: problems.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: problems.append(f"error: {error}"))
        page.on("dialog", lambda dialog: problems.append(f"dialog: {dialog.message}"))
        page.on("request", lambda one: problems.append(one.url) if one.url != path.as_uri() else None)
        page.goto(path.as_uri())
        if options.get("java_script_enabled", True):
            page.wait_for_selector("html[data-ready]", state="attached")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert problems == []


def _choose(page: Any, query: str) -> None:
    page.fill("#language", query)
    page.keyboard.press("Enter")


def test_every_chart_is_drawn_and_named(visit: Open, file: Path) -> None:
    page = visit(file)
    for name in CHARTS:
        chart = page.locator(f"#{name}-chart [role=img]")
        assert chart.get_attribute("aria-label"), name
        assert chart.locator("svg :is(rect, path, circle)").count() > 2, name


def test_a_click_on_a_reason_shows_its_documents(visit: Open, file: Path) -> None:
    page = visit(file)
    carried = reported.documents().filter(pl.col("reasons").list.contains("too_few_words"))["id"].to_list()
    page.locator("#reasons-rows a", has_text="too_few_words").click()
    group = page.locator("details[data-reason=too_few_words]")
    assert group.get_attribute("open") is not None
    shown = group.locator("article:visible h4").all_inner_texts()
    assert len(shown) == min(20, len(carried))
    assert set(shown) <= set(carried)
    assert group.locator("summary").first.evaluate("one => one === document.activeElement")
    top = group.bounding_box()["y"]
    assert 0 <= top < 200


def test_a_score_is_shown_among_all_scores(visit: Open, file: Path) -> None:
    page = visit(file)
    page.locator("#reasons-rows a", has_text="too_many_hashes").click()
    page.locator("details[data-reason=too_many_hashes] button").first.click()
    assert page.locator("#scores-rule option:checked").inner_text() == "too_many_hashes"
    assert "The chosen document has" in page.locator("#scores-told").inner_text()


def test_a_language_changes_the_figures(visit: Open, file: Path) -> None:
    page = visit(file)
    _choose(page, "thai")
    assert page.locator("#language").input_value() == "Thai"
    rows = reported.documents().filter(language="tha_Thai")
    kept = rows.filter(pl.col("reasons").list.len() == 0).height
    steps = page.locator("#funnel-rows tr").all_inner_texts()
    assert steps[0].split()[:2] == ["read", str(rows.height)]
    assert steps[-1].split()[-1] == str(kept)
    reasons = {line.split()[0]: int(line.split("\t")[1]) for line in page.locator("#reasons-rows tr").all_inner_texts()}
    assert reasons == dict(rows.explode("reasons").drop_nulls("reasons")["reasons"].value_counts().iter_rows())
    page.select_option("#scores-rule", label="too_few_words")
    short = rows.filter(pl.col("words") < 30).height
    told = page.locator("#scores-told").inner_text()
    assert f"words at least 30: {rows.height - short} documents pass, {short} do not" in told
    page.locator("#reasons-rows a", has_text="too_few_words").click()
    shown = page.locator("details[data-reason=too_few_words] article:visible h4").all_inner_texts()
    assert shown
    assert all(one.startswith("tha-") for one in shown)


def test_the_search_box_finds_by_name_and_label_and_says_when_it_does_not(visit: Open, file: Path) -> None:
    page = visit(file)
    page.fill("#language", "yor_")
    assert page.locator("[role=option] span:first-child").all_inner_texts() == ["Yoruba"]
    page.fill("#language", "klingon")
    assert "No such language" in page.locator("#language-options").inner_text()
    page.keyboard.press("Escape")
    assert page.locator("#language").input_value() == "All languages"
    page.locator("#language").click()
    page.locator("[role=option]", has_text="Amharic").click()
    assert page.locator("#language").input_value() == "Amharic"


def test_figures_behind_a_chart_add_up(visit: Open, file: Path) -> None:
    page = visit(file)
    page.locator("#scores-chart summary").click()
    page.locator("#scores-chart tbody tr").first.wait_for()
    rows = page.locator("#scores-chart tbody tr").all_inner_texts()
    passed, dropped = (sum(int(row.split()[place].replace(",", "")) for row in rows) for place in (2, 3))
    assert passed + dropped == reported.documents().height
    assert f"{dropped:,} do not" in page.locator("#scores-told").inner_text()


def test_the_keyboard_reaches_reasons_and_texts(visit: Open, file: Path) -> None:
    page = visit(file)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('#reasons-rows') !== null"):
            break
    else:
        pytest.fail("no reason within 60 stops")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    assert page.evaluate("document.activeElement.parentElement.open")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark_follow_the_system_and_the_switch(visit: Open, file: Path, scheme: str) -> None:
    page = visit(file, color_scheme=scheme)

    def dark() -> bool:
        colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
        return sum(int(n) for n in re.findall(r"\d+", colour)[:3]) < 3 * 80

    assert dark() == (scheme == "dark")
    seen = []
    for _ in range(3):
        page.locator(".theme").click()
        seen.append((page.locator(".theme").inner_text(), dark()))
    assert seen == [("Theme: light", False), ("Theme: dark", True), ("Theme: auto", scheme == "dark")]


@pytest.mark.parametrize("name", ["file", "hostile"])
def test_a_phone_needs_no_horizontal_scrolling(visit: Open, name: str, request: pytest.FixtureRequest) -> None:
    page = visit(request.getfixturevalue(name), viewport={"width": 360, "height": 740})
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    page.wait_for_timeout(200)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    wide = page.evaluate(
        "[...document.querySelectorAll('main section > *')].filter(one => one.getBoundingClientRect().right > 361)"
        ".map(one => one.outerHTML.slice(0, 99))"
    )
    assert wide == []


def test_hostile_text_runs_nothing_and_is_shown(visit: Open, hostile: Path) -> None:
    page = visit(hostile)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    _choose(page, "thai")
    for control in page.locator("select").all():
        for value in control.locator("option").evaluate_all("all => all.map(one => one.value)"):
            control.select_option(value)
    page.wait_for_timeout(200)
    assert page.evaluate("window.ran") is None
    text = page.locator("#kept article:visible .text").first.inner_text()
    assert "<script>window.ran = 1</script>" in text
    assert "[U+202E]evil" in text
    assert page.locator("img").count() == 0
    assert page.locator("body").is_visible()


def test_tables_and_texts_need_no_script(visit: Open, file: Path) -> None:
    page = visit(file, java_script_enabled=False)
    assert page.locator("noscript").count() == 1
    assert page.locator("#reasons-rows tr").count() == 4
    assert not page.locator("#bar").is_visible()
    page.locator("#reasons-rows a", has_text="too_few_words").click()
    page.locator("details[data-reason=too_few_words] > summary").click()
    assert page.locator("details[data-reason=too_few_words] .text").first.is_visible()


def test_a_page_of_many_languages_opens(visit: Open, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(render(*reported.many(400, 10), largest=2_000_000), encoding="utf-8")
    page = visit(path)
    _choose(page, "acb_")
    assert page.locator("#funnel-rows tr").first.inner_text().split() == ["read", "3"]
    page.locator("#language").click()
    assert 20 < page.locator("[role=option]").count() <= 60
