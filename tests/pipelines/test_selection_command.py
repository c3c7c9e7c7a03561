"""`glotmill selection`: finds a release, prints and writes the figures of its files, and picks documents from them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import fsspec
import polars as pl
import pytest
import xxhash

from data_cards.selection_samples import CHARACTERS
from data_cards.visible import visible
from pipelines.commands import _selection_rows as rows
from tests import running
from tests.data_cards import pages, selected
from tests.data_cards.test_selection import HOSTILE, RAW

WARNINGS = ["arb_Arab: `low_quality` drops much.", "tha_Thai: `low_quality` drops more."]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    selected.release(folder, selected.documents(), warnings=WARNINGS)
    return folder


def _page(path: Path) -> pages.Element:
    return pages.parse(path.read_text(encoding="utf-8"))


# --- what is printed -------------------------------------------------------------------------------------------------


def test_warnings_come_first_then_languages_then_strata(glotmill: Any, made: Path) -> None:
    ended = glotmill("selection", made)
    assert ended.code == 0, ended.err
    lines = ended.out.splitlines()
    places = [
        next(n for n, line in enumerate(lines) if what in line)
        for what in (*WARNINGS, "threshold", "domain", "length", "source  ")
    ]
    assert places == sorted(places)
    thai = selected.judged(selected.documents()).filter(language="tha_Thai")
    kept, competed = thai["kept"].sum(), thai["competed"].sum()
    cut = f"{thai.filter('kept')['quality'].min():.6g}"
    told = next(line for line in lines if line.strip().startswith("tha_Thai"))
    assert told.split() == [
        "tha_Thai", str(thai.height), str(competed), str(kept), "50.0%", f"{kept / competed:.1%}", cut,
    ]  # fmt: skip
    assert "hin_Deva: 11 documents compete, fewer than 20: all stay." in ended.out


def test_one_language_and_one_dimension(glotmill: Any, made: Path) -> None:
    out = glotmill("selection", made, "--language", "ar", "--dimension", "domain").out
    assert "arb_Arab" in out and "tha_Thai" not in out and "drops more" not in out
    assert "forum.example" in out and "books" not in out
    arabic = selected.judged(selected.documents()).filter(language="arb_Arab", domain="forum.example")
    line = next(line for line in out.splitlines() if "forum.example" in line)
    counts = [arabic.height, arabic["competed"].sum(), arabic["kept"].sum()]
    assert line.split()[2:5] == [str(n) for n in counts]


@pytest.mark.parametrize(
    ("option", "told"),
    [
        (("--language", "xx"), "'xx' is not a language code"),
        (("--language", "fr"), "unknown language 'fra_Latn'"),
        (("--dimension", "sauce"), "unknown dimension 'sauce' (did you mean 'source'?). Valid: domain, length, source"),
    ],
)
def test_wrong_options_say_what_is_there(glotmill: Any, made: Path, option: tuple[str, str], told: str) -> None:
    ended = glotmill("selection", made, *option)
    assert ended.code == 78 and told in ended.err


def test_json_has_every_stratum_of_the_file(glotmill: Any, made: Path) -> None:
    said = glotmill("selection", made, "--json").json
    (rule,) = said["rules"]
    assert said["release"] == str(made) and said["page"] is None
    assert (rule["stage"], rule["reason"], rule["score"], rule["warnings"]) == (
        "quality", "low_quality", "quality", WARNINGS,
    )  # fmt: skip
    table = pl.read_parquet(made / "selection.parquet")
    loss = 1 - pl.col("kept") / pl.col("competed")
    of_language = table.filter(dimension="language").select("language", (loss).alias("average"))
    expected = table.filter(pl.col("dimension") != "language").join(of_language, on="language")
    expected = expected.with_columns(loss.alias("loss"), (loss / pl.col("average")).fill_nan(None).alias("times"))
    came = pl.DataFrame(
        [
            {"language": one["language"], "dimension": dimension, **stratum}
            for one in rule["languages"]
            for dimension, strata in one["dimensions"].items()
            for stratum in strata
        ]
    )
    names = [
        "language",
        "dimension",
        "stratum",
        "documents",
        "competed",
        "kept",
        "passed",
        "mean_score",
        "loss",
        "times",
    ]
    key = ["language", "dimension", "stratum"]
    came, expected = (frame.select(names).sort(key) for frame in (came, expected))
    assert came.drop("loss", "times").equals(expected.drop("loss", "times"))
    assert came.height == table.filter(pl.col("dimension") != "language").height
    for name in ("loss", "times"):
        assert came[name].to_list() == pytest.approx(expected[name].to_list())
    assert {one["language"]: one["share"] for one in rule["languages"]} == selected.SHARES


def test_hostile_strata_cannot_steer_the_terminal(glotmill: Any, tmp_path: Path) -> None:
    name = "\x1b[2J\u202e[bold]x[/]\nfaked: 100% "
    documents = selected.documents().with_columns((name + pl.col("domain")).alias("domain"))
    selected.release(tmp_path / "r", documents, warnings=[f"arb_Arab: {name}{HOSTILE}"])
    ended = glotmill("selection", tmp_path / "r")
    assert ended.code == 0, ended.err
    assert not RAW.search(ended.out.replace("\n", "")) and "[U+001B][2J[U+202E][bold]x[/] faked: 100% " in ended.out
    assert not [line for line in ended.out.splitlines() if line.startswith("faked")]


def test_many_strata_are_left_to_one_language(glotmill: Any, tmp_path: Path) -> None:
    documents = selected.documents().with_columns(("s" + pl.col("id").str.tail(2) + ".example").alias("domain"))
    selected.release(tmp_path / "r", documents)
    out = glotmill("selection", tmp_path / "r", "--dimension", "domain").out
    strata = documents.select("language", "domain").n_unique()
    assert out.count(".example") == 20 and f"{strata - 20:,} more by domain" in out
    out = glotmill("selection", tmp_path / "r", "--dimension", "domain", "--language", "tha_Thai").out
    assert out.count(".example") == 60 and "more by domain" not in out
    glotmill("selection", tmp_path / "r", "--out", "page.html")
    arabic = pages.section(_page(tmp_path / "page.html"), "arb_Arab")
    assert len(pages.table(arabic, "By domain")) == 50 and "40 more are in selection.parquet" in arabic.said


# --- which release ---------------------------------------------------------------------------------------------------


def test_a_release_is_found_by_folder_manifest_and_recipe(glotmill: Any, made: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(made, elsewhere)
    recipe = running.write(
        running.recipe("in.jsonl", ["normalise"], run={"out": str(elsewhere), "work": "scratch"}), tmp_path / "r.yaml"
    )
    shutil.copytree(made, tmp_path / "release/other")
    (tmp_path / "work/ran").mkdir(parents=True)
    (tmp_path / "work/ran/latest.json").write_text(json.dumps({"out": str(made)}))
    for name, folder in (
        (made, made),
        (f"{made}/", made),
        (made / "manifest.json", made),
        (f"file://{made}", f"file://{made}"),
        (recipe, elsewhere),
        ("other", "release/other"),
        ("ran", made),
    ):
        ended = glotmill("selection", name, "--json", "--language", "th")
        assert ended.code == 0, (name, ended.err)
        assert ended.json["release"] == str(folder)
        assert ended.json["rules"][0]["languages"][0]["documents"] == 60


def test_a_release_in_a_store(glotmill: Any, made: Path) -> None:
    store = fsspec.filesystem("memory")
    store.put(str(made), "/store", recursive=True)
    try:
        ended = glotmill("selection", "memory://store", "--out", "memory://page.html", "--json")
        assert ended.code == 0, ended.err
        page = store.cat("/page.html")
        glotmill("selection", made, "--out", "page.html")
        assert page == Path("page.html").read_bytes()
    finally:
        store.rm("/store", recursive=True)
        store.rm("/page.html")


def test_what_is_no_release_is_an_error(glotmill: Any, tmp_path: Path) -> None:
    ended = glotmill("selection", "nowhere")
    assert ended.code == 66 and "there is no release in nowhere (no manifest.json)" in ended.err
    (tmp_path / "broken.yaml").write_text("stages: [")
    assert glotmill("selection", "broken.yaml").code == 78
    (tmp_path / "r").mkdir()
    (tmp_path / "r/manifest.json").write_text("{}")
    ended = glotmill("selection", "r")
    assert ended.code == 66 and "is no manifest that this Glotmill can read" in ended.err


def test_a_release_without_a_selection_is_an_error(glotmill: Any, made: Path, tmp_path: Path) -> None:
    content = selected.manifest(made)
    content["selection"] = []
    (tmp_path / "r").mkdir()
    (tmp_path / "r/manifest.json").write_text(json.dumps(content))
    ended = glotmill("selection", "r")
    assert ended.code == 66 and "nothing was selected" in ended.err


def test_without_the_file_of_strata_languages_are_shown_and_it_is_said(
    glotmill: Any, made: Path, tmp_path: Path
) -> None:
    shutil.copytree(made, tmp_path / "r")
    (tmp_path / "r/selection.parquet").unlink()
    ended = glotmill("selection", "r", "--out", "page.html")
    assert ended.code == 0 and "selection.parquet is not there" in ended.err
    assert "tha_Thai" in ended.out and "forum.example" not in ended.out
    assert len(pages.table(_page(tmp_path / "page.html"), "By language")) == len(selected.SIZES)


# --- the page --------------------------------------------------------------------------------------------------------


def _lot(frame: pl.DataFrame, many: int) -> list[str]:
    return sorted(frame["id"], key=lambda one: xxhash.xxh3_64_intdigest(one.encode()))[:many]


@pytest.mark.parametrize("label", ["arb_Arab", "jpn_Jpan", "hin_Deva"])
@pytest.mark.parametrize("many", [20, 3])
def test_documents_are_those_with_the_least_hashes(
    glotmill: Any, made: Path, tmp_path: Path, label: str, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "_ROWS_HELD", 10)
    assert glotmill("selection", made, "--samples", many, "--out", "page.html").code == 0
    root = _page(tmp_path / "page.html")
    kept = selected.read(made, "data").filter(language=label)
    gone = selected.read(made, "rejected").filter(
        pl.col("reasons").list.contains("low_quality"), pl.col("language") == label
    )
    for what, frame in (("released documents", kept), ("documents that the rule dropped", gone)):
        shown = pages.samples(root, label, what)
        assert [one.id for one in shown] == _lot(frame, many)
        for one in shown:
            row = frame.row(by_predicate=pl.col("id") == one.id, named=True)
            others = [reason for reason in row.get("reasons", []) if reason != "low_quality"]
            assert one.facts == {
                "score": f"{row['quality']:.6g}",
                "source": row["source"],
                "characters": f"{len(row['text']):,}",
                **({"also broke": ", ".join(others)} if others else {}),
            }
            assert one.text is not None and row["text"].startswith(one.text) and len(one.text) <= CHARACTERS
        if shown:
            assert f"{len(shown)} of {frame.height} {what}" in pages.section(root, label).said
    cut = None if label == "hin_Deva" else kept["quality"].min()
    near = [] if cut is None else [*kept.sort("quality")["id"][:5][::-1], *gone.sort("quality")["id"][::-1][:5]]
    assert [one.id for one in pages.samples(root, label, "just above the cut")] == near


def test_no_documents_are_asked_for(glotmill: Any, made: Path, tmp_path: Path) -> None:
    assert glotmill("selection", made, "--samples", 0, "--out", "page.html").code == 0
    assert not _page(tmp_path / "page.html").all("article")


def test_the_same_release_gives_the_same_bytes(glotmill: Any, made: Path, tmp_path: Path) -> None:
    glotmill("selection", made, "--out", "a.html")
    glotmill("selection", made, "--out", "b.html")
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_documents_do_not_depend_on_files_and_row_groups(glotmill: Any, made: Path, tmp_path: Path) -> None:
    shutil.copytree(made, tmp_path / "r")
    content = selected.manifest(made)
    whole = selected.read(made, "data").filter(language="arb_Arab").sort("id")
    for file in content["files"]:
        if file["config"] == "arb_Arab":
            (tmp_path / "r" / file["path"]).unlink()
    content["files"] = [one for one in content["files"] if one["config"] != "arb_Arab"]
    path = "data/arb_Arab/train-00000-of-00001.parquet"
    whole.write_parquet(tmp_path / "r" / path)
    content["files"].append({"path": path, "config": "arb_Arab", "rows": whole.height, "bytes": 1, "sha256": ""})
    (tmp_path / "r/manifest.json").write_text(json.dumps(content))
    glotmill("selection", made, "--out", "a.html")
    glotmill("selection", "r", "--out", "b.html")
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_rejected_documents_without_texts(glotmill: Any, tmp_path: Path) -> None:
    selected.release(tmp_path / "r", selected.documents(), rejected_text=False)
    assert glotmill("selection", "r", "--out", "page.html").code == 0
    root = _page(tmp_path / "page.html")
    shown = pages.samples(root, "tha_Thai", "documents that the rule dropped")
    assert len(shown) == 20 and all(one.text is None and "characters" not in one.facts for one in shown)
    assert "rejected_text: false" in pages.section(root, "tha_Thai").said
    assert all(one.text for one in pages.samples(root, "tha_Thai", "released documents"))


def test_scores_that_the_release_does_not_hold(glotmill: Any, made: Path, tmp_path: Path) -> None:
    shutil.copytree(made, tmp_path / "r")
    for file in (tmp_path / "r").glob("*/**/*.parquet"):
        pl.read_parquet(file).drop("quality").write_parquet(file)
    assert glotmill("selection", "r", "--out", "page.html").code == 0
    root = _page(tmp_path / "page.html")
    shown = pages.samples(root, "tha_Thai", "released documents")
    assert len(shown) == 20 and all("score" not in one.facts for one in shown)
    assert not pages.samples(root, "tha_Thai", "just above the cut")


def test_hostile_documents(glotmill: Any, tmp_path: Path) -> None:
    """Markup, controls, overrides, one line of a megabyte, a letter under a thousand marks, a flag at the cut."""
    documents = selected.documents().filter(pl.col("language") == "arb_Arab")
    texts = {
        "arb-000": HOSTILE,
        "arb-001": "x" * 1_000_000,
        "arb-002": "e" + "\u0301" * 5_000,
        "arb-003": "a" * (CHARACTERS - 1) + "👩\u200d👩\u200d👧" + "b" * 10,
        "arb-004": "\n" * 3_000,
    }
    first = pl.col("id") == "arb-000"  # dropped, and breaks another rule; all others stay
    none = pl.lit([], dtype=pl.List(pl.String))
    hostile = documents.with_columns(
        pl.col("id").replace_strict(texts, default=pl.col("text"), return_dtype=pl.String).alias("text"),
        pl.when(first).then(pl.lit(HOSTILE)).otherwise("source").alias("source"),
        pl.when(first).then(pl.lit([HOSTILE])).otherwise(none).alias("others"),
        pl.when(first).then(0.0).otherwise(1.0).alias("quality"),
    )
    harmless = hostile.with_columns(
        pl.lit("Text.").alias("text"),
        pl.lit("web").alias("source"),
        pl.col("others").list.eval(pl.element().str.head(1)),
    )
    for name, frame in (("harmless", harmless), ("hostile", hostile)):
        selected.release(tmp_path / name, frame)
        ended = glotmill("selection", name, "--samples", 200, "--out", f"{name}.html")
        assert ended.code == 0, ended.err
    page = (tmp_path / "hostile.html").read_bytes()
    assert len(page) < 5_000_000 and not RAW.search(page.decode())
    root = _page(tmp_path / "hostile.html")
    census = root.census()
    assert "script" not in census and "img" not in census
    assert census["style"] == 1 and census["article"] == _page(tmp_path / "harmless.html").census()["article"]
    shown = {
        one.id: one
        for what in ("released documents", "documents that the rule dropped")
        for one in pages.samples(root, "arb_Arab", what)
    }
    assert shown["arb-000"].text == visible(HOSTILE)
    assert shown["arb-000"].facts["source"] == visible(HOSTILE) == shown["arb-000"].facts["also broke"]
    assert shown["arb-001"].text == "x" * CHARACTERS and shown["arb-001"].facts["characters"] == "1,000,000"
    assert shown["arb-002"].text == ("e" + "\u0301" * 5_000)[:CHARACTERS]  # no grapheme fits: cut all the same
    assert shown["arb-003"].text == "a" * (CHARACTERS - 1)  # the family did not fit whole
    assert shown["arb-004"].text == "\n" * CHARACTERS


# --- a real run ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of the sample corpus by the tool itself."""
    folder = tmp_path_factory.mktemp("ran")
    stages = {
        "normalise": None,
        "language": None,
        "quality": {"train_on": "sample://quality/*.jsonl", "share": {"default": 0.5, "fra_Latn": 0.8}, "fewest": 5},
        "exact_dedup": None,
    }
    running.run(running.recipe("sample://documents/*.jsonl", stages), folder)
    return folder / "out"


def test_page_and_card_of_a_run_have_the_numbers_of_its_files(glotmill: Any, ran: Path, tmp_path: Path) -> None:
    ended = glotmill("selection", ran, "--out", "page.html", "--json")
    assert ended.code == 0, ended.err
    released, rejected = selected.read(ran, "data"), selected.read(ran, "rejected")
    reasons = pl.col("reasons").list
    gone = rejected.filter(reasons.contains("low_quality"))
    only = gone.filter(reasons.len() == 1)
    twins = rejected.filter(reasons.join("|") == "exact_duplicate")
    root = _page(tmp_path / "page.html")
    by_label = {row[0].split()[-1]: row[1:] for row in pages.table(root, "By language")}
    card = (ran / "README.md").read_text(encoding="utf-8")
    for label in released["language"].unique():
        stay, drop = released.filter(language=label).height, only.filter(language=label).height
        kept = stay + twins.filter(language=label).height  # what a twin took the place of was kept by this rule
        documents = stay + rejected.filter(language=label).height
        if by_label[label][1] == "0":
            continue
        assert by_label[label][:3] == [str(documents), str(kept + drop), str(kept)]
        assert f"`{label}` | {kept + drop} | {kept} |" in card
        shown = pages.samples(root, label, "released documents")
        assert [one.id for one in shown] == _lot(released.filter(language=label), 20)
        dropped = pages.samples(root, label, "documents that the rule dropped")
        assert [one.id for one in dropped] == _lot(gone.filter(language=label), 20)
    assert by_label["fra_Latn"][4] == "80.0%" and len(by_label) > 20
