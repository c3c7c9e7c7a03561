"""Notes about a locale: those that ship, folders laid over them, wrong files, and what is drawn for a prompt."""

from __future__ import annotations

from pathlib import Path

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import RecipeError
from translators.knowledge.locales import facts
from translators.knowledge.notes import LISTS, load, notes, pick, shipped

SCRIPTS = {"Jpan": r"\p{Han}|\p{Hiragana}|\p{Katakana}", "Hans": r"\p{Han}", "Hang": r"\p{Hangul}"}
HEAD = "language: {}\nwritten_by: [me]\nsources: [my aunt]\n"
ENGLISH = ("schools", "politeness", "units", "brands")


def test_the_paper_s_twelve_languages_and_more_ship() -> None:
    twelve = ["deu", "spa", "ces", "ukr", "ell", "hun", "slk", "hrv", "lit", "lvs", "eus", "cym"]
    scripts = ["tha", "hin", "arb", "jpn", "amh", "kor", "zho", "ben", "fas", "rus"]
    others = ["yor", "swh", "fra", "tur", "ind", "vie"]
    assert {one[:3] for one in shipped()} >= {*twelve, *scripts, *others}


@pytest.mark.parametrize("label", shipped())
def test_shipped_notes_are_whole_and_say_that_nobody_has_read_them(label: str) -> None:
    known = notes(label)
    assert known is not None
    assert known.territory == facts(label).territory
    assert known.checked_by == ()
    assert "general knowledge" in known.sources
    script = SCRIPTS.get(label[4:], rf"\p{{{label[4:]}}}")
    for name in LISTS:
        items = getattr(known, name)
        assert len(items) >= 2, name
        if name not in ENGLISH:
            assert sum(bool(regex.search(script, item)) for item in items) * 3 >= len(items) * 2, (name, items)


def test_a_folder_adds_and_replaces(tmp_path: Path) -> None:
    shipped_names = notes("yor_Latn").given_names  # type: ignore[union-attr]
    file = tmp_path / "yor_Latn.yaml"
    file.write_text(HEAD.format("yor_Latn") + "given_names: [Mofẹ́, Táíwò]\n", encoding="utf-8")
    added = notes("yor_Latn", [str(tmp_path)])
    assert added is not None
    assert added.given_names == (*shipped_names, "Mofẹ́")
    assert added.written_by == ("the Glotmill authors", "me")
    assert added.checked_by == ()
    file.write_text(HEAD.format("yor_Latn") + "replace: true\ngiven_names: [Mofẹ́]\nfoods: []\n", encoding="utf-8")
    replaced = notes("yor_Latn", [str(tmp_path)])
    assert replaced is not None
    assert (replaced.given_names, replaced.foods) == (("Mofẹ́",), ())
    assert replaced.places == added.places
    assert len({one.digest for one in (added, replaced, notes("yor_Latn"))}) == 3  # type: ignore[union-attr]


def test_later_folders_lie_over_earlier_ones(tmp_path: Path) -> None:
    for name, food in (("one", "ኪንቼ"), ("two", "ጨጨብሳ")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "amh_Ethi.yml").write_text(
            HEAD.format("amh_Ethi") + f"replace: true\nfoods: [{food}]\n", encoding="utf-8"
        )
    folders = [str(tmp_path / "one"), str(tmp_path / "two")]
    assert notes("amh_Ethi", folders).foods == ("ጨጨብሳ",)  # type: ignore[union-attr]
    assert notes("amh_Ethi", folders[::-1]).foods == ("ኪንቼ",)  # type: ignore[union-attr]


def test_territories_are_not_mixed(tmp_path: Path) -> None:
    (tmp_path / "spa_Latn-MX.yaml").write_text(
        HEAD.format("spa_Latn") + "territory: MX\nplaces: [Oaxaca]\n", encoding="utf-8"
    )
    folders = [str(tmp_path)]
    assert notes("spa_Latn", folders, territory="MX").places == ("Oaxaca",)  # type: ignore[union-attr]
    assert "Oaxaca" not in notes("spa_Latn", folders).places  # type: ignore[union-attr]
    assert notes("spa_Latn", folders, territory="AR") is None
    assert notes("mai_Deva", folders) is None


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("hin_Deva.yaml", HEAD.format("hin_Deva") + "nicknames: [x]\n", "hin_Deva.yaml:4: nicknames: unknown key"),
        ("hin_Deva.yaml", HEAD.format("hin_Deva") + "foods:\n  - दाल\n  - no\n", "hin_Deva.yaml:6: foods.1: .*False"),
        ("hin_Deva.yaml", HEAD.format("hin_Deva") + "foods: [दाल, दाल]\n", "hin_Deva.yaml:4: foods: 'दाल' stands"),
        ("hin_Deva.yaml", HEAD.format("hin_Deva") + "foods: ['']\n", "hin_Deva.yaml:4: foods: '' came"),
        ("hin_Deva.yaml", HEAD.format("hin_Deva") + "foods: दाल\n", "hin_Deva.yaml:4: foods: "),
        ("hin_Deva.yaml", "language: hin_Deva\nsources: [a]\n", "hin_Deva.yaml:1: written_by: Field required"),
        ("hin_Deva.yaml", HEAD.format("hindi"), "hin_Deva.yaml:1: language: 'hindi' is no label"),
        ("hin_Deva.yaml", HEAD.format("tha_Thai"), "tha_Thai came in a file that is called after hin_Deva"),
        (
            "hin_Deva.yaml",
            HEAD.format("hin_Deva") + "foods: [a]\nfoods: [b]\n",
            "hin_Deva.yaml:5: foods: written twice",
        ),
        ("hin_Deva.yaml", "a: [\n", "hin_Deva.yaml:2:1: not YAML"),
        ("hin_Deva.yaml", "- a\n", "but list came"),
        ("hindi.yaml", HEAD.format("hin_Deva"), "hindi.yaml: notes are called after a label"),
    ],
)
def test_a_wrong_file_is_told_where_and_what(tmp_path: Path, name: str, content: str, says: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(RecipeError, match=says):
        notes("hin_Deva", [str(tmp_path)])


def test_folders_and_files_that_are_not_there_or_not_text(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="no such folder"):
        notes("hin_Deva", [str(tmp_path / "gone")])
    (tmp_path / "hin_Deva.yaml").write_bytes(b"language: \xff")
    with pytest.raises(RecipeError, match="not UTF-8 text at byte 10"):
        load(str(tmp_path / "hin_Deva.yaml"))
    (tmp_path / "hin_Deva.yml").write_text("")
    with pytest.raises(RecipeError, match=r"both hin_Deva\.yaml and hin_Deva\.yml"):
        notes("hin_Deva", [str(tmp_path)])


@pytest.mark.parametrize("label", ["tha_Thai", "hin_Deva", "arb_Arab", "jpn_Jpan", "amh_Ethi", "yor_Latn"])
def test_rows_get_different_lines(label: str) -> None:
    known, about = notes(label), facts(label)
    drawn = [pick(known, about, f"row {number}", 6) for number in range(200)]
    assert all(len(lines) == len(set(lines)) == 6 and lines[0] == about.lines()[0] for lines in drawn)
    assert len(set(drawn)) > 190
    assert known is not None
    everything = "\n".join(line for lines in drawn for line in lines)
    assert all(name in everything for name in (*known.given_names, *known.foods, *known.politeness))


@given(seed=st.text(max_size=20), n=st.integers(-1, 40))
def test_drawing_is_the_same_whatever_the_order_of_the_lists(seed: str, n: int) -> None:
    known, about = notes("jpn_Jpan"), facts("jpn_Jpan")
    assert known is not None
    turned = known.model_copy(update={name: getattr(known, name)[::-1] for name in LISTS})
    lines = pick(known, about, seed, n)
    assert lines == pick(turned, about, seed, n)
    assert len(lines) == max(min(n, len(LISTS) + len(about.lines())), 0)


def test_without_notes_there_are_facts() -> None:
    lines = pick(None, facts("mai_Deva"), "row 1", 4)
    assert len(lines) == 4
    assert set(lines) <= set(facts("mai_Deva").lines())
