"""The page in a real browser: it loads from this machine alone, finds, shows, and counts as the command does."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests import running
from tests.pipelines.inspection import small

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = [
    pytest.mark.skipif(not Path(CHROMIUM).is_file(), reason="there is no Chromium on this machine"),
    pytest.mark.end_to_end,
]
WAIT = 30_000  # milliseconds


@pytest.fixture(scope="module")
def address(made: small.Small, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page, served by the command as a user would start it."""
    folder = tmp_path_factory.mktemp("served")
    command = [sys.executable, "-m", "pipelines.cli", "inspect", str(made.out), "--no-browser", "--port", "0"]
    command += ["--work", str(made.work), "--recipe-out", str(folder / "changed.yaml")]
    process = subprocess.Popen(
        command, cwd=folder, env=running.environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        assert process.stdout is not None
        said = ""
        for line in process.stdout:
            said += line
            if found := re.search(r"http://127\.0\.0\.1:\d+/\?token=\S+", line):
                break
        else:
            raise AssertionError(said)
        yield found[0]
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        found = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture(params=["laptop", "phone"])
def page(browser: Any, address: str, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A page that has loaded; the test fails if the browser complained, or asked anybody but this server."""
    phone = request.param == "phone"
    size = {"width": 390, "height": 844} if phone else {"width": 1280, "height": 850}
    context = browser.new_context(viewport=size, color_scheme="dark" if phone else "light")
    context.set_default_timeout(WAIT)
    found = context.new_page()
    complaints: list[str] = []
    found.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    found.on("pageerror", lambda error: complaints.append(str(error)))
    found.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
    origin = address.partition("/?")[0]
    found.on("request", lambda asked: None if asked.url.startswith(f"{origin}/") else complaints.append(asked.url))
    found.goto(address)
    found.wait_for_selector(".tabulator-row")
    yield found
    assert complaints == []
    context.close()


def look_for(page: Any, text: str) -> None:
    before = page.inner_text(".status")
    page.fill("#search", text)
    page.keyboard.press("Enter")
    page.locator(".status", has_not_text=before).wait_for()
    page.wait_for_selector(".grid:not([aria-busy])")


def fits(page: Any) -> bool:
    return bool(page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize("language", ["tha_Thai", "arb_Arab", "jpn_Jpan"])
def test_a_document_is_found_and_shown(page: Any, frame: Any, language: str) -> None:
    document = frame.filter(language=language).sort("id").row(0, named=True)
    wanted = document["text"].partition("\n")[0][:30]
    expected = frame.filter(frame["text"].str.contains(wanted, literal=True))
    look_for(page, wanted)
    assert page.inner_text(".status").startswith(f"{expected.height} of ")
    page.click(f".tabulator-row a >> text={document['id']}")
    text = page.locator(".story .text").first
    text.wait_for()
    assert text.inner_text().split() == document["text"].split()
    assert text.get_attribute("dir") == "auto" and text.get_attribute("lang").startswith(
        {"jpn_Jpan": "ja"}.get(language, language[:2])
    )
    direction = text.evaluate("block => getComputedStyle(block).direction")
    assert (direction == "rtl") is (language == "arb_Arab")
    assert page.locator("table.rules tbody tr").count() > 20
    assert fits(page)
    page.click("text=Compare with the source")
    page.locator("text=Read again from").wait_for()


def test_a_filter_by_a_column(page: Any, frame: Any) -> None:
    page.click("text=Filter by any column")
    page.select_option("#filter-column", "word_count")
    page.select_option("#filter-operator", "below")
    page.fill(".adder input", "84")
    page.click("text=Add filter")
    expected = frame.filter(frame["word_count"] < 84).height
    page.locator(".status", has_text=f"{expected} of ").wait_for()
    page.click(".chips button")
    page.locator(".status", has_text=f"{frame.height} of ").wait_for()


def test_moving_a_threshold_changes_the_counts_to_those_of_the_command(
    page: Any, address: str, made: small.Small, glotmill: Any
) -> None:
    one = glotmill("distribution", "top_2gram", "--language", "tha_Thai", "--json", "--work", made.work).json
    (told,) = one["languages"]
    page.goto(f"{address.partition('/?')[0]}/#/thresholds/gopher_repetition/top_2gram")
    page.wait_for_selector("#after")
    page.select_option("#scope", "language:tha_Thai")
    for choice in told["choices"][:4]:
        page.fill("#limit", str(choice["threshold"]))
        expected = f"{choice['drops'] + told['unmeasured']:,}"
        assert choice["threshold"] != told["thresholds"][0]
        page.locator("b[data-reason=top_2gram]", has_text=re.compile(f"^{expected}$")).wait_for()
    assert page.locator("tr[data-language=tha_Thai] td.go").inner_text() != "–"
    page.wait_for_selector(".samples li")
    assert fits(page)
    # By the keyboard alone: the slider moves, and the number with it.
    page.focus("#slider")
    before = page.input_value("#limit")
    page.keyboard.press("End")
    page.wait_for_function("before => document.querySelector('#limit').value !== before", arg=before)
    assert float(page.input_value("#limit")) > float(before)


def test_the_recipe_is_written_from_the_page(page: Any, address: str) -> None:
    page.goto(f"{address.partition('/?')[0]}/#/thresholds/gopher_quality/too_few_words")
    page.wait_for_selector("#after")
    page.select_option("#scope", "everywhere")
    page.fill("#limit", "91")
    page.locator(".chips", has_text="91").wait_for()
    page.click("text=Write the recipe")
    if page.locator(".written >> text=/is there already|Run it with/").inner_text().count("already"):
        page.click("text=Replace that file")
    command = page.locator(".command").inner_text()
    assert command.startswith("glotmill run ")
    written = yaml.safe_load(Path(command.split()[2]).read_text(encoding="utf-8"))
    assert written["stages"]["gopher_quality"]["min_words"] == 91


def test_hostile_text_is_only_text(page: Any) -> None:
    look_for(page, "harmless things")
    shown = page.inner_text(".tabulator-row")
    assert "<script>" in shown and "[U+202E]" in shown
    page.click(".tabulator-row a")
    page.wait_for_selector(".story .text")
    assert "<script>window.hacked = 1</script>" in page.inner_text(".story .text")
    assert page.evaluate("() => window.hacked") is None
    assert page.locator("main img, main script").count() == 0


def test_a_million_characters_do_not_break_the_page(page: Any) -> None:
    page.select_option("#how", "id")
    look_for(page, "long")
    page.click(".tabulator-row a")
    page.locator("text=the first 60,000 are shown").wait_for()
    assert fits(page)
    page.click("text=Show the whole text")
    page.wait_for_function("() => document.querySelector('.story .text').textContent.length === 1000000")


def test_the_keyboard_reaches_everything(page: Any) -> None:
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("() => document.activeElement.id || document.activeElement.tagName"))
    assert {"how", "search", "language", "reason", "SUMMARY"} <= reached
    assert page.locator("main h1").count() == 1 and page.locator("main").count() == 1
    unlabelled = page.evaluate(
        "() => [...document.querySelectorAll('main input, main select')].filter("
        "one => one.type !== 'hidden' && !one.labels.length && !one.ariaLabel).map(one => one.outerHTML)"
    )
    assert unlabelled == []
