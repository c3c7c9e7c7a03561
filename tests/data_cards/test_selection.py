"""The page and the card's section on a selection: right figures, and text that cannot do anything but be read."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_cards import card, selection
from data_cards.selection_figures import figures
from data_cards.selection_samples import Document, Key, Samples
from data_cards.visible import visible
from schemas.manifest import Manifest, SelectedLanguage
from tests.data_cards import pages, selected

HOSTILE = (
    "</div></article></details></main><script>alert(1)</script><img src=x onerror=alert(2)>"
    "\x1b[2J\x1b[31mred\x00\u202eevil\u2066\u2028 &amp; <!-- {{ 7 * 7 }} {% raw %} ]]> \" ' `code` | "
    "<style>*{display:none}</style>"
)
STRATA = [
    "stage",
    "reason",
    "language",
    "dimension",
    "stratum",
    "documents",
    "competed",
    "kept",
    "passed",
    "mean_score",
]
RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")


def cut(text: str, characters: int) -> str:
    return text[:characters]


def document(id_: str, text: str | None = "Text.", **more: Any) -> Document:
    values: dict[str, Any] = {"scores": (0.5,), "source": "web", "length": None if text is None else len(text)}
    values |= {"reasons": ()} | more
    return Document(id=id_, text=text, **values)


def samples_of(manifest: Manifest, text: str | None, many: int = 2) -> dict[Key, Samples]:
    """The same text as every document of every language."""
    return {
        (record.stage, record.reason, label): Samples(
            released=many,
            dropped=many,
            kept=tuple(document(f"k{n}", text) for n in range(many)),
            gone=tuple(document(f"g{n}", text, reasons=("too_short",)) for n in range(many)),
        )
        for record in manifest.selection
        for label in record.by_language
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("release")


@pytest.fixture(scope="module")
def manifest(folder: Path) -> Manifest:
    return selected.release(folder, selected.documents(), warnings=["arb_Arab: much goes.", "tha_Thai: more goes."])


@pytest.fixture(scope="module")
def page(folder: Path, manifest: Manifest) -> str:
    rules = figures(manifest, pl.read_parquet(folder / "selection.parquet"))
    return selection.render(manifest, rules, samples_of(manifest, "Text."), cut)


def _percent(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "–"


# --- figures ---------------------------------------------------------------------------------------------------------


def _by_language(folder: Path) -> dict[str, dict[str, Any]]:
    """Counted from the released and rejected rows themselves."""
    released, rejected = selected.read(folder, "data"), selected.read(folder, "rejected")
    others = rejected.filter(pl.col("reasons") != ["low_quality"])
    out = {}
    for label in selected.SIZES:
        stay, gone, other = (rows.filter(language=label) for rows in (released, rejected, others))
        few = label == "hin_Deva"
        out[label] = {
            "documents": stay.height + gone.height,
            "competed": stay.height + gone.height - other.height,
            "kept": stay.height,
            "share": selected.SHARES[label],
            "threshold": "–" if few else f"{stay['quality'].min():.6g}",
        }
    return out


def test_the_table_by_language_has_the_numbers_of_the_files(folder: Path, page: str) -> None:
    expected = [
        [
            f"{one['documents']:,}",
            f"{one['competed']:,}",
            f"{one['kept']:,}",
            _percent(one["kept"], one["competed"]),
            f"{one['share']:.1%}",
            one["threshold"],
        ]
        for one in _by_language(folder).values()
    ]
    rows = pages.table(pages.parse(page), "By language")
    assert [row[1:] for row in rows] == expected  # SIZES has those with most documents first
    assert [row[0].split()[-1] for row in rows] == list(selected.SIZES)
    assert rows[4][0] == "Yoruba yor_Latn"


@pytest.mark.parametrize("label", [*selected.SIZES])
def test_tables_of_strata_have_the_numbers_of_the_documents(page: str, label: str) -> None:
    documents = selected.judged(selected.documents()).filter(language=label)
    length = pl.col("text").str.len_chars()
    lost = documents["competed"].sum() - documents["kept"].sum()
    average = lost / documents["competed"].sum()
    here = pages.section(pages.parse(page), label)
    for title, stratum in (
        ("By source", pl.col("source")),
        ("By domain", pl.col("domain").fill_null("(none)")),
        (
            "By length in characters",
            pl.when(length < 100)
            .then(pl.lit("0-99"))
            .when(length < 500)
            .then(pl.lit("100-499"))
            .otherwise(pl.lit("500-")),
        ),
    ):
        counted = documents.group_by(stratum.alias("stratum")).agg(
            pl.len(), pl.col("competed").sum(), pl.col("kept").sum(), length.min().alias("shortest")
        )
        order = ["shortest"] if "length" in title else [-pl.col("len").cast(pl.Int64), "stratum"]
        expected = []
        for one in counted.sort(*order).iter_rows(named=True):
            loss = 1 - one["kept"] / one["competed"] if one["competed"] else None
            times = "–" if loss is None or not average else f"{loss / average:.2f}"
            counts = [f"{one[name]:,}" for name in ("len", "competed", "kept")]
            expected.append([one["stratum"], *counts, "–" if loss is None else f"{loss:.1%}", times])
        assert pages.table(here, title) == expected


def test_bars_are_as_wide_as_their_numbers_and_say_them(page: str) -> None:
    root = pages.parse(page)
    bars = 0
    for table in root.all("table"):
        if "languages" in table.attributes["aria-labelledby"]:
            continue
        rows = table.all("tbody")[0].all("tr")
        most = max(int(row.all("td")[1].said.replace(",", "")) for row in rows)
        for row in rows:
            competed, kept = (int(row.all("td")[place].said.replace(",", "")) for place in (1, 2))
            (bar,) = row.all("svg")
            assert bar.attributes["aria-label"] == f"{competed:,} before, {kept:,} after"
            wide = [float(rect.attributes["width"]) for rect in bar.all("rect")]
            assert wide == pytest.approx([400 * competed / most, 400 * kept / most], abs=0.1)
            bars += 1
    assert bars > 30


def test_what_nobody_competed_for_is_said_and_breaks_nothing(folder: Path, manifest: Manifest) -> None:
    off = SelectedLanguage(documents=5, competed=0, kept=0, share=None, threshold=None)
    record = manifest.selection[0].model_copy(update={"by_language": {"und_Zyyy": off}, "warnings": []})
    changed = manifest.model_copy(update={"selection": [record]})
    root = pages.parse(selection.render(changed, figures(changed, None), {}, cut))
    assert pages.table(root, "By language") == [["Undetermined und_Zyyy", "5", "0", "0", "–", "–", "–"]]
    assert (
        "0 documents competed in 0 languages" in root.said
        and "No warning" in root.said
        and not root.all("details", class_="language")
    )
    assert "Undetermined | `und_Zyyy` | 0 | 0 | – | – | – |" in card.render(changed)


def test_two_rules_have_a_section_each(folder: Path, manifest: Manifest) -> None:
    other = manifest.selection[0].model_copy(
        update={"reason": "not_educational", "combine": "max", "strata": ["domain"]}
    )
    changed = manifest.model_copy(update={"selection": [*manifest.selection, other]})
    table = pl.read_parquet(folder / "selection.parquet")
    both = pl.concat([table, table.with_columns(pl.lit("not_educational").alias("reason"))])
    root = pages.parse(selection.render(changed, figures(changed, both), {}, cut))
    assert [one.said for one in root.all("h2")] == ["quality: low_quality", "quality: not_educational"]
    assert "of several models the max rank; the share is taken inside each stratum of domain" in root.said
    assert len(pages.table(root, "By language")) == 2 * len(selected.SIZES)
    readme = card.render(changed)
    assert "### What the selection kept (`low_quality`)" in readme
    assert "### What the selection kept (`not_educational`)" in readme
    assert "The share was taken inside each stratum of domain." in readme


# --- the page as a page ----------------------------------------------------------------------------------------------


def test_the_page_needs_nothing_from_outside(page: str) -> None:
    root = pages.parse(page)
    census = root.census()
    assert not {"script", "link", "img", "iframe", "object", "base", "form", "video", "audio"} & set(census)
    for one in root.everything():
        assert not [name for name in one.attributes if name.startswith("on") or name in ("src", "style", "srcset")]
        assert one.attributes.get("href", "#").startswith("#")
    assert "url(" not in page and "@import" not in page and "http:" not in page and "https:" not in page


def test_the_policy_allows_the_style_of_the_page_and_nothing_else(page: str) -> None:
    root = pages.parse(page)
    (style,) = root.all("style")
    digest = base64.b64encode(hashlib.sha256(style.text.encode()).digest()).decode()
    (policy,) = [one for one in root.all("meta") if one.attributes.get("http-equiv") == "Content-Security-Policy"]
    allowed = policy.attributes["content"]
    assert allowed.startswith(f"default-src 'none'; style-src 'sha256-{digest}'")
    assert "unsafe" not in allowed
    assert "prefers-color-scheme: dark" in style.text and "forced-colors" in style.text


def test_a_screen_reader_finds_its_way(page: str) -> None:
    root = pages.parse(page)
    every = root.everything()
    levels = [int(one.tag[1]) for one in every if re.fullmatch(r"h[1-6]", one.tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))
    ids = [one.attributes["id"] for one in every if "id" in one.attributes]
    assert len(ids) == len(set(ids))
    for one in every:
        if one.tag == "th":
            assert one.attributes["scope"] in ("col", "row")
        if one.tag == "svg":
            assert one.attributes["role"] == "img" and one.attributes["aria-label"]
        if one.tag == "details":
            assert one.inside and next(e for e in one.inside if isinstance(e, pages.Element)).tag == "summary"
        assert one.attributes.get("aria-labelledby", ids[0]) in ids
        if one.attributes.get("href", "").startswith("#"):
            assert one.attributes["href"][1:] in ids
    assert root.all("html")[0].attributes["lang"] == "en"
    assert len(root.all("main")) == 1 and root.all("a", class_="skip")[0].attributes["href"] == "#content"


@pytest.mark.parametrize(
    ("label", "tag"), [("arb_Arab", "arb-Arab"), ("tha_Thai", "th"), ("jpn_Jpan", "ja"), ("amh_Ethi", "am")]
)
def test_text_says_its_language_and_finds_its_direction(folder: Path, manifest: Manifest, label: str, tag: str) -> None:
    text = selected.TEXTS[label]
    rules = figures(manifest, None)
    root = pages.parse(selection.render(manifest, rules, samples_of(manifest, text), cut))
    for shown in (*pages.samples(root, label, "released"), *pages.samples(root, label, "dropped")):
        assert shown.text == text and shown.lang == tag and shown.dir == "auto"


def test_rendering_twice_gives_the_same_bytes(folder: Path, manifest: Manifest, page: str) -> None:
    table = pl.read_parquet(folder / "selection.parquet")
    assert selection.render(manifest, figures(manifest, table), samples_of(manifest, "Text."), cut) == page
    assert card.render(manifest) == card.render(manifest)


# --- hostile text ----------------------------------------------------------------------------------------------------


def _shown_hostile(manifest: Manifest) -> tuple[str, str]:
    """Two pages with the same documents: harmless ones, and such whose every string is hostile."""
    made = []
    for text in ("harmless", HOSTILE):
        language = manifest.selection[0].by_language["tha_Thai"].model_copy(update={"notice": text})
        record = manifest.selection[0].model_copy(
            update={"by_language": {"tha_Thai": language}, "warnings": [text], "strata": [text], "combine": text}
        )
        changed = manifest.model_copy(update={"selection": [record], "title": text, "name": text})
        table = pl.DataFrame(
            [
                ("quality", "low_quality", "tha_Thai", dimension, text, 9, 8, 7, 7, 0.5)
                for dimension in ("domain", text)
            ],
            schema=STRATA,
            orient="row",
        )
        one = document(text, text, source=text, reasons=(text,))
        samples = Samples(1, 1, kept=(one,), gone=(one,), above=(one,), below=(one,))
        key = ("quality", "low_quality", "tha_Thai")
        made.append(selection.render(changed, figures(changed, table), {key: samples}, cut))
    return made[0], made[1]


def test_hostile_text_changes_nothing_but_the_text(manifest: Manifest) -> None:
    harmless, hostile = (pages.parse(one) for one in _shown_hostile(manifest))
    census = hostile.census()
    marks = len(hostile.all("bdi", class_="unseen"))
    assert marks > 0
    census["bdi"] -= marks
    assert census == harmless.census()
    for one in pages.samples(hostile, "tha_Thai", "released"):
        assert one.text == visible(HOSTILE) and one.id == visible(HOSTILE)
        assert one.facts["source"] == visible(HOSTILE) == one.facts["also broke"]
    assert hostile.all("title")[0].text == f"What the selection kept: {visible(HOSTILE)}"


def test_nothing_unseen_reaches_the_page(manifest: Manifest) -> None:
    assert not RAW.search(_shown_hostile(manifest)[1])


def test_a_name_of_a_megabyte_is_cut(manifest: Manifest) -> None:
    name = "ก" * 1_000_000
    one = document(name, "Text.", source=name, reasons=(name,))
    language = manifest.selection[0].by_language["tha_Thai"].model_copy(update={"notice": name})
    record = manifest.selection[0].model_copy(
        update={"by_language": {"tha_Thai": language}, "warnings": [name], "strata": [name]}
    )
    changed = manifest.model_copy(update={"selection": [record], "title": name})
    table = pl.DataFrame(
        [("quality", "low_quality", "tha_Thai", name, name, 9, 8, 7, 7, 0.5)], schema=STRATA, orient="row"
    )
    key = ("quality", "low_quality", "tha_Thai")
    page = selection.render(changed, figures(changed, table), {key: Samples(1, 0, (one,))}, cut)
    assert len(page.encode()) < 50_000
    (shown,) = pages.samples(pages.parse(page), "tha_Thai", "released")
    assert shown.id == "ก" * 299 + "…" == shown.facts["source"] == shown.facts["also broke"]
    assert len(_section(card.render(changed))) < 5_000


@given(st.text())
def test_every_text_is_shown_as_it_is(text: str) -> None:
    text = text.replace("\r\n", "\n")  # as every reader of HTML does
    shown = pages.parse(f"<!doctype html><p>{selection._shown(text)}</p>").all("p")[0]
    assert shown.text == visible(text)
    assert not RAW.search(visible(text))
    assert set(shown.census()) <= {"bdi"}


def test_what_scripts_need_is_left_alone() -> None:
    text = "می\u200cخواهم क\u094d\u200dष ไทย\u200bไทย א\u200fב\u200e 👩\u200d👩\u200d👧 a\tb\nc\r\nd"
    assert visible(text) == text


def test_hostile_strings_cannot_change_the_card(manifest: Manifest) -> None:
    language = manifest.selection[0].by_language["tha_Thai"].model_copy(update={"notice": HOSTILE})
    record = manifest.selection[0].model_copy(
        update={"by_language": {"tha_Thai": language}, "warnings": [HOSTILE], "strata": [HOSTILE]}
    )
    readme = card.render(manifest.model_copy(update={"selection": [record]}))
    assert "<script" not in readme and not RAW.search(readme)
    harmless = record.model_copy(update={"warnings": ["x"], "strata": ["x"]})
    plain = card.render(manifest.model_copy(update={"selection": [harmless]}))
    assert len(readme.splitlines()) == len(plain.splitlines())


# --- size ------------------------------------------------------------------------------------------------------------


def _many(manifest: Manifest, languages: int) -> Manifest:
    one = manifest.selection[0].by_language["tha_Thai"]
    letters = "abcdefghijklmnopqrstuvwxyz"
    labels = [f"q{letters[n // 26 % 26]}{letters[n % 26]}_Latn" for n in range(languages)]
    record = manifest.selection[0].model_copy(update={"by_language": dict.fromkeys(labels, one)})
    return manifest.model_copy(update={"selection": [record]})


def test_texts_are_cut_shorter_before_the_page_grows_too_big(manifest: Manifest) -> None:
    many = _many(manifest, 60)
    samples = samples_of(many, selected.TEXTS["tha_Thai"] * 20, many=20)
    page = selection.render(many, figures(many), samples, cut)
    assert 1_000_000 < len(page.encode()) <= selection.LARGEST == 5_000_000
    root = pages.parse(page)
    assert "To stay below 5 MB this page shows less" in root.said
    every = [len(one.all("article")) for one in root.all("details", class_="language")]
    assert len(every) == 60 and len(set(every)) == 1
    shown = {len(one.text) for one in root.all("div", class_="text")}
    assert shown == {max(shown)} and max(shown) < 1_000
    assert f"{max(shown):,} characters of each" in root.said


@pytest.mark.parametrize("largest", [400_000, 100_000, 30_000])
def test_less_and_less_is_shown_but_figures_of_languages_always(manifest: Manifest, folder: Path, largest: int) -> None:
    table = pl.read_parquet(folder / "selection.parquet")
    samples = samples_of(manifest, selected.TEXTS["tha_Thai"] * 20, many=20)
    page = selection.render(manifest, figures(manifest, table), samples, cut, largest)
    assert len(page.encode()) <= largest
    root = pages.parse(page)
    assert "this page shows less than it was asked for" in root.said
    assert len(pages.table(root, "By language")) == len(selected.SIZES)


def test_two_thousand_languages_fit(manifest: Manifest) -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    one = manifest.selection[0].by_language["tha_Thai"]
    labels = [f"{a}{b}{c}_Latn" for a in letters[:3] for b in letters for c in letters][:2_000]
    record = manifest.selection[0].model_copy(update={"by_language": dict.fromkeys(labels, one)})
    many = manifest.model_copy(update={"selection": [record]})
    rows = [
        ("quality", "low_quality", label, "domain", f"site-{n}.example", 9, 8, 7, 7, 0.5)
        for label in labels
        for n in range(5)
    ]
    table = pl.DataFrame(rows, schema=STRATA, orient="row")
    page = selection.render(many, figures(many, table), {}, cut)
    assert len(page.encode()) <= selection.LARGEST
    root = pages.parse(page)
    assert len(pages.table(root, "By language")) == 2_000
    left = len(root.all("details", class_="language"))
    assert f"strata of {left:,} of 2,000 languages" in root.said


def test_strata_beyond_fifty_are_counted(manifest: Manifest) -> None:
    rows = [("quality", "low_quality", "tha_Thai", "domain", f"s{n:04d}", 9, 8, 7, 7, 0.5) for n in range(1_001)]
    table = pl.DataFrame(rows, schema=STRATA, orient="row")
    root = pages.parse(selection.render(manifest, figures(manifest, table), {}, cut))
    assert len(pages.table(root, "By domain")) == 50 and "951 more are in selection.parquet" in root.said


# --- documents -------------------------------------------------------------------------------------------------------


def test_a_release_without_texts_of_rejected_documents_says_so(manifest: Manifest) -> None:
    gone = document("gone-1", None, length=None)
    key = ("quality", "low_quality", "jpn_Jpan")
    page = selection.render(manifest, figures(manifest), {key: Samples(1, 1, (document("k"),), (gone,))}, cut)
    root = pages.parse(page)
    here = pages.section(root, "jpn_Jpan")
    assert "does not hold the texts of rejected documents (release.rejected_text: false)" in here.said
    (shown,) = pages.samples(root, "jpn_Jpan", "dropped")
    assert shown == pages.Shown("gone-1", {"score": "0.5", "source": "web"}, None, None, None)
    assert pages.samples(root, "jpn_Jpan", "released")[0].text == "Text."
    kept = {key: Samples(1, 1, (document("k"),))}
    assert "release.rejected_text" not in selection.render(manifest, figures(manifest), kept, cut)


def test_what_was_cut_is_counted_and_scores_of_several_models_are_all_shown(manifest: Manifest) -> None:
    one = Document("long", (0.25, None, 0.75), "web", 12_345, (), "x" * 1_000)
    key = ("quality", "low_quality", "jpn_Jpan")
    root = pages.parse(selection.render(manifest, figures(manifest), {key: Samples(1, 0, (one,))}, cut))
    assert "11,345 more characters" in pages.section(root, "jpn_Jpan").said
    (shown,) = pages.samples(root, "jpn_Jpan", "released")
    assert shown.facts["score"] == "0.25, –, 0.75" and shown.facts["characters"] == "12,345"


# --- card ------------------------------------------------------------------------------------------------------------


def _section(readme: str) -> str:
    return readme.partition("### What the selection kept")[2].partition("\n## ")[0]


def test_the_card_has_the_numbers_of_the_files(folder: Path, manifest: Manifest) -> None:
    section = _section(card.render(manifest))
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if "| `" in line]
    expected = [
        [
            f"`{label}`",
            f"{one['competed']:,}",
            f"{one['kept']:,}",
            f"{one['share']:.1%}",
            _percent(one["kept"], one["competed"]),
            one["threshold"],
        ]
        for label, one in _by_language(folder).items()
    ]
    assert [row[1:] for row in rows] == expected
    assert "- arb\\_Arab: much goes.\n- tha\\_Thai: more goes.\n" in section
    assert "- hin\\_Deva: 11 documents compete, fewer than 20: all stay." in section


def test_the_card_says_how_many_more(manifest: Manifest) -> None:
    one = manifest.selection[0].by_language["hin_Deva"]
    many = _many(manifest, 64)
    record = many.selection[0]
    record = record.model_copy(
        update={
            "by_language": dict.fromkeys(record.by_language, one),
            "warnings": [f"warning {n}" for n in range(11)],
        }
    )
    section = _section(card.render(manifest.model_copy(update={"selection": [record]})))
    assert len([line for line in section.splitlines() if "| `" in line]) == 30
    assert "- 34 more languages in `selection.parquet`." in section
    assert "- warning 9\n- 1 more warning in `manifest.json`." in section and "warning 10" not in section
    assert section.count("all stay") == 10 and "- 54 more notices in `manifest.json`." in section


def test_without_a_selection_the_card_has_no_such_section(manifest: Manifest) -> None:
    assert "What the selection kept" not in card.render(manifest.model_copy(update={"selection": []}))
