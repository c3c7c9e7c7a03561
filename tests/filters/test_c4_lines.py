"""C4's line rules: each check by itself and in order, every script, and what stays."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from stories import STORIES, texts

from filters._policy_phrases import POLICY_PHRASES
from filters.c4_lines import STAGE, Params
from schemas.languages import is_label

NONE = {
    "c4_lines_long_word": 0, "c4_lines_no_punctuation": 0, "c4_lines_few_words": 0, "c4_lines_javascript": 0,
    "c4_lines_policy": 0, "c4_citations": 0,
}  # fmt: skip


def edit(text: str | None, **params: Any) -> dict[str, Any]:
    return STAGE.edit(texts(text), Params(**params), None).to_dicts()[0]


def kept(text: str, **params: Any) -> str:
    return str(edit(text, **params)["text"])


def test_each_check_is_counted_and_the_rest_stays() -> None:
    text = (
        "The mill stands by the river.[12]\n"
        "Home\n"
        "\n"
        "Too short.\n"
        "Please enable JavaScript to see the map.\n"
        "This site uses cookies to know you better.\n"
        f"A word of {'x' * 1_001} letters.\n"
        "  It grinds rye [citation needed] and wheat.  \n"
    )
    assert edit(text) == {
        "text": "The mill stands by the river.\nIt grinds rye  and wheat.",
        "c4_lines_long_word": 1,
        "c4_lines_no_punctuation": 1,
        "c4_lines_few_words": 1,
        "c4_lines_javascript": 1,
        "c4_lines_policy": 1,
        "c4_citations": 2,
    }


def test_null_empty_and_blank() -> None:
    assert set(edit(None).values()) == {None}
    for text in ("", "\n", " \n\t\n"):
        assert edit(text) == {"text": "", **NONE}, "blank lines go uncounted"


def test_rows_do_not_mix() -> None:
    rows = ["One line stays here.", None, "gone", "", "Another line stays here.\nAnd one more stays.", None]
    out = STAGE.edit(texts(*rows), Params(), None)
    assert out["text"].to_list() == ["One line stays here.", None, "", "", rows[4], None]
    assert out["c4_lines_no_punctuation"].to_list() == [0, None, 1, 0, 0, None]


@pytest.mark.parametrize(
    ("check", "line", "off"),
    [
        ("c4_lines_long_word", f"The {'x' * 1_001} is long.", {"max_word_length": None}),
        ("c4_lines_no_punctuation", "A line that goes on", {"terminal_punctuation": False}),
        ("c4_lines_few_words", "Not enough.", {"min_words_per_line": 2}),
        ("c4_lines_javascript", "You need javascript for this.", {"javascript": False}),
        ("c4_lines_policy", "Please read the terms of use.", {"policy": False}),
    ],
)
def test_every_check_can_be_turned_off(check: str, line: str, off: dict[str, Any]) -> None:
    assert edit(line) == {"text": "", **NONE, check: 1}
    assert edit(line, **off) == {"text": line, **NONE}


def test_citations_can_stay() -> None:
    assert kept("Rye is a grass [3] of the fields.", citations=False) == "Rye is a grass [3] of the fields."
    assert kept("Rye is a grass.[3]", citations=False) == "", "the mark ends the line"


def test_a_line_counts_for_the_first_check_that_it_breaks() -> None:
    def first(line: str) -> str:
        return next(name for name, n in edit(line).items() if name != "text" and n)

    long = "x" * 1_001
    assert first(f"{long} javascript") == "c4_lines_long_word"
    assert first("javascript cookie policy") == "c4_lines_no_punctuation"
    assert first("javascript.") == "c4_lines_few_words"
    assert first("The javascript cookie policy.") == "c4_lines_javascript"


@pytest.mark.parametrize(
    "line", ["Lorem ipsum javascript cookie policy.", "A cookie policy in { brackets.", "lorem IPSUM dolor sit amet."]
)
def test_a_line_that_condemns_the_document_stays(line: str) -> None:
    assert kept(line) == line


def test_the_order_of_checks_decides_what_condemns() -> None:
    assert kept("Lorem ipsum {") == "", "no punctuation comes first"
    assert kept("function() { javascript } is here.") == "", "javascript comes before the bracket"


@pytest.mark.parametrize(
    "line",
    [
        "इस गाँव में एक पुरानी चक्की है।", "የድሮ ወፍጮ በመንደሩ አለ።", "የድሮ ወፍጮ በመንደሩ አለ፡፡", "اس گاؤں میں ایک چکی ہے۔",
        "هل رأيت الطاحونة القديمة؟", "Είδες τον παλιό μύλο;", "Գյուղում կա հին ջրաղաց։", "Գյուղում կա հին ջրաղաց:",
        "村里有一座古老的磨坊。", "村には古い水車小屋がある。", "마을에 오래된 방앗간이 있다.", "រោងម៉ាស៊ីនកិនស្រូវចាស់មួយ។",
        "ရွာမှာ စက်ရုံဟောင်း တစ်ခု ရှိတယ်။", "གྲོང་གསེབ་ལ་རང་འཐག་རྙིང་པ་ཞིག་ཡོད།", "སྔོན་མའི་རང་འཐག་ཅིག",
        "ในหมู่บ้านมีโรงสีเก่าแก่อยู่หลังหนึ่ง", "ໃນບ້ານມີໂຮງສີເກົ່າຢູ່ຫຼັງໜຶ່ງ", "Er sagte: „Die Mühle ist alt.“",
        "Il a dit : « Le moulin est vieux. »", "老人说：“磨坊很旧了。”", "「水車小屋は古いよ。」",
        "The mill (it is old.)", "Die Mühle ist »sehr alt«", "Is the old mill there?!", "It’s “an old mill”",
        "የድሮ፡ወፍጮ፡በመንደሩ፡አለ።",
    ],
)  # fmt: skip
def test_a_sentence_of_any_script_stays(line: str) -> None:
    assert edit(line) == {"text": line, **NONE}


@pytest.mark.parametrize(
    "line",
    [
        "And so it goes on...", "And so it goes on…", "磨坊很旧了。。。", "磨坊很旧了……",
        "The mill, the river and the road", "The old mill (see below)", "इस गाँव में एक चक्की",
        "what I have; the old mill;", "see the old mill:",
        "የድሮ ወፍጮ በመንደሩ አለ፡", "(And so on...)", "村里有一座古老的磨坊", "()", "”)",
    ],
)  # fmt: skip
def test_a_line_without_an_end_goes(line: str) -> None:
    assert edit(line) == {"text": "", **NONE, "c4_lines_no_punctuation": 1}


@pytest.mark.parametrize("script", STORIES)
def test_a_story_of_any_script_stays(script: str) -> None:
    assert kept(STORIES[script][1]) == STORIES[script][1]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("水。", 1), ("磨坊。", 1), ("古老磨坊。", 2), ("我们去磨坊。", 3), ("水車小屋。", 2),
        ("แมว", 1), ("แมวนอน", 2), ("ແມວ ນອນ", 2), ("Windows 很好。", 2), ("One two.", 2), ("One two three.", 3),
    ],
)  # fmt: skip
def test_where_words_have_no_spaces_a_dictionary_counts_them(line: str, words: int) -> None:
    assert kept(line, min_words_per_line=words) == line
    assert edit(line, min_words_per_line=words + 1)["c4_lines_few_words"] == 1


def test_a_long_line_without_spaces_is_no_long_word() -> None:
    for line in ("磨坊很旧了，" * 400 + "是吗？", "แมวนอน" * 400, "ཡོད་" * 400 + "།"):
        assert kept(line) == line
    assert edit("磨" * 3 + "x" * 1_001 + "。")["c4_lines_long_word"] == 1


@pytest.mark.parametrize("language", POLICY_PHRASES)
def test_policy_phrases_of_every_language_are_found_in_any_case(language: str) -> None:
    assert is_label(language)
    for phrase in POLICY_PHRASES[language]:
        for written in (phrase, phrase.upper(), phrase.title()):
            assert edit(f"a b c {written} d e f.")["c4_lines_policy"] == 1, written


def test_there_are_phrases_for_many_languages_and_no_story_has_one() -> None:
    assert len(POLICY_PHRASES) >= 20
    assert not any(edit(text)["c4_lines_policy"] for _, text in STORIES.values())


def test_case_is_folded_as_typists_write() -> None:
    for line in (
        "Lütfen GİZLİLİK POLİTİKASI sayfasını okuyun.", "Voir les CONDITIONS D’UTILISATION du site.",
        "Διαβάστε τους ΌΡΟΥΣ ΧΡΉΣΗΣ του ιστότοπου.", "Read the terms\u00a0of\u00a0use first.",
    ):  # fmt: skip
        assert edit(line)["c4_lines_policy"] == 1, line
        assert edit(line, published=True)["c4_lines_policy"] == 0, "str.lower and English phrases alone"


def test_phrases_by_language_replace_and_add() -> None:
    line = "Diese Seite speichert Krümel auf dem Gerät."
    assert kept(line) == line
    assert edit(line, policy_phrases={"de": ["speichert krümel"]})["c4_lines_policy"] == 1
    german = "Siehe unsere Datenschutzerklärung dazu."
    assert edit(german)["c4_lines_policy"] == 1
    assert kept(german, policy_phrases={"de": []}) == german
    assert edit(german, policy_phrases={"sv": []})["c4_lines_policy"] == 1
    assert edit("Nusaq pi taku inna uku.", policy_phrases={"quy": ["taku inna"]})["c4_lines_policy"] == 1


def test_wrong_phrases_are_refused() -> None:
    with pytest.raises(ValidationError, match="ordinary prose"):
        Params(policy_phrases={"de": ["ein"]})
    with pytest.raises(ValidationError, match="language code"):
        Params(policy_phrases={"Klingonisch": ["datenschutz"]})


@pytest.mark.parametrize(
    "mark", ["[12]", "[]", "[٣]", "[edit]", "[要出典]", "[править]", "[réf. nécessaire]", "[编辑]"]
)
def test_citation_marks_and_the_space_before_them_go(mark: str) -> None:
    assert edit(f"Rye is a grass. {mark}") == {"text": "Rye is a grass.", **NONE, "c4_citations": 1}
    assert kept(f"{mark} Rye is a grass.") == "Rye is a grass."


@pytest.mark.parametrize("mark", ["[12, 13]", "[sic]", "[12", "12]", "[1a]", "[Edit]", "[ edit]"])
def test_other_brackets_stay(mark: str) -> None:
    assert kept(f"Rye is {mark} a grass.") == f"Rye is {mark} a grass."


def test_published_is_to_the_letter() -> None:
    for line in ("村里有一座古老的磨坊。", "ในหมู่บ้านมีโรงสีเก่าแก่", "Rye is a grass. [12]", "Die Mühle ist »alt«"):
        assert kept(line, published=True) == ""
    assert kept("Rye is a grass.[12]", published=True) == "Rye is a grass."
    assert kept("Siehe unsere Datenschutzerklärung dazu.", published=True) != ""


LINES = st.lists(
    st.one_of(
        st.text(max_size=30),
        st.sampled_from(
            ["A line of prose stays here.", "[1]", "cookie policy", "javascript", "{", "磨坊很旧了。", "\n"]
        ),
    ),
    max_size=12,
).map("\n".join)


@given(LINES, st.booleans())
@settings(max_examples=300, deadline=None)
def test_what_stays_is_made_of_lines_that_were_there_and_stays_again(text: str, published: bool) -> None:
    once = kept(text, published=published, citations=False)
    assert once == once.strip()
    there = {line.strip() for line in text.splitlines()}
    assert set(once.split("\n")) - {""} <= there
    assert edit(once, published=published, citations=False) == {"text": once, **NONE}


@given(st.lists(LINES, max_size=5))
@settings(max_examples=50, deadline=None)
def test_a_frame_is_its_rows(rows: list[str]) -> None:
    together = STAGE.edit(texts(*rows), Params(), None)
    assert together.to_dicts() == [edit(text) for text in rows]


def test_a_sliced_column_is_read_from_its_start() -> None:
    frame = texts("Gone", "One line stays here.", "Another line stays here.")
    out = STAGE.edit(frame.slice(1), Params(), None)
    assert out["text"].to_list() == ["One line stays here.", "Another line stays here."]
    assert isinstance(out, pl.DataFrame)
