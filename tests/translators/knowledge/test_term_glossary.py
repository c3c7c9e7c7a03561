"""Glossaries: what is found in a text, in which languages, and what a wrong file is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import RecipeError
from translators.knowledge.glossary import Glossary
from translators.knowledge.inflection import is_form, lowered, may_be_form
from translators.knowledge.terms import Finder, Term

WIDE = """eng_Latn\tdeu_Latn\ttha_Thai\thin_Deva\tarb_Arab\tjpn_Jpan\tamh_Ethi\tyor_Latn\tnote
layer\tEbene\tเลเยอร์\tपरत\tطبقة\tレイヤー\tንብርብር\tìpele\tof an image
layer mask\tEbenenmaske\tหน้ากากเลเยอร์\tपरत मुखौटा\tقناع الطبقة\tレイヤーマスク\tየንብርብር ጭምብል\tìbòjú ìpele\t
brush|paintbrush\tPinsel\tแปรง\tब्रश\tفرشاة\tブラシ\tብሩሽ\tbúrọ́ọ̀ṣì\t
"""


def glossary(folder: Path, content: str = WIDE, name: str = "terms.tsv", **more: object) -> Glossary:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return Glossary.load([str(path)], **more)  # type: ignore[arg-type]


def found(terms: Glossary, text: str, source: str, target: str) -> list[tuple[str, str]]:
    return [(entry.source, entry.target) for entry in terms.entries_for(text, source, target)]


@pytest.mark.parametrize(
    ("language", "text", "terms"),
    [
        ("eng_Latn", "Paintbrushes paint on the layer, LAYER MASKS hide it; one more layer.", [2, 0, 1]),
        ("eng_Latn", "A player on the sublayer", []),
        ("tha_Thai", "หน้ากากเลเยอร์ซ่อนเลเยอร์", [1, 0]),
        ("hin_Deva", "ब्रश से परत पर रंग भरें", [2, 0]),
        ("arb_Arab", "استخدم فرشاة على طبقة", [2, 0]),
        ("jpn_Jpan", "レイヤーマスクを選び、ブラシで描く", [1, 2]),
        ("amh_Ethi", "ብሩሽ እና ንብርብር", [2, 0]),
        ("yor_Latn", "Lo búrọ́ọ̀ṣì lórí ìpele", [2, 0]),
        ("deu_Latn", "Die Ebenenmaske der Ebene, mit zwei Pinseln", [1, 0, 2]),
    ],
)
def test_terms_are_found_in_every_script_the_longest_first(
    tmp_path: Path, language: str, text: str, terms: list[int]
) -> None:
    rows = [line.split("\t") for line in WIDE.splitlines()]
    target = "eng_Latn" if language != "eng_Latn" else "jpn_Jpan"
    column = rows[0].index(target)
    expected = [rows[term + 1][column].split("|")[0] for term in terms]
    assert [to for _, to in found(glossary(tmp_path), text, language, target)] == expected


def test_marks_tell_words_apart(tmp_path: Path) -> None:
    content = "yor_Latn\teng_Latn\nọkọ\thusband\nọkọ̀\tvehicle\n"
    assert found(glossary(tmp_path, content), "ọkọ̀ tuntun", "yor_Latn", "eng_Latn") == [("ọkọ̀", "vehicle")]
    content = "vie_Latn\teng_Latn\nbán\tsell\nbạn\tfriend\n"
    assert found(glossary(tmp_path, content), "Bạn tôi", "vie_Latn", "eng_Latn") == [("bạn", "friend")]


def test_a_thai_mark_belongs_to_its_letter(tmp_path: Path) -> None:
    terms = glossary(tmp_path, "tha_Thai\teng_Latn\nกา\tcrow\nเขา\tmountain\n")
    assert found(terms, "ก่า กา้", "tha_Thai", "eng_Latn") == []
    assert found(terms, "กาบินข้ามเขา", "tha_Thai", "eng_Latn") == [("กา", "crow"), ("เขา", "mountain")]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("C++ and C", ["c++", "c"]),
        ("c++,c", ["c++", "c"]),
        ("AT&T uses node.js", ["at&t", "node.js"]),
        ("nodexjs, anode.js and node.jsx", []),
        ("user-interface and user interface", ["user interface"]),
        ("user. Interface", []),
        ("GIMPでレイヤーを開く", ["gimp", "レイヤー"]),
    ],
)
def test_signs_and_scripts_beside_each_other(tmp_path: Path, text: str, terms: list[str]) -> None:
    names = ["C++", "C", "AT&T", "node.js", "user interface", "GIMP", "レイヤー"]
    content = "eng_Latn\tdeu_Latn\n" + "".join(f"{name}\tx{name}\n" for name in names)
    here = glossary(tmp_path, content)
    assert [source.lower() for source, _ in found(here, text, "eng_Latn", "deu_Latn")] == terms


def test_case_counts_where_it_is_asked_for(tmp_path: Path) -> None:
    content = "source,target,case_sensitive\nApple,Apple,true\napple,Apfel,\nIT,IT,yes\n"
    here = glossary(tmp_path, content, "a.csv", languages=("en", "de"))
    assert found(here, "Apple sells apples; it does.", "eng_Latn", "deu_Latn") == [
        ("Apple", "Apple"),
        ("apple", "Apfel"),
    ]
    assert found(here, "APPLE", "eng_Latn", "deu_Latn") == [("apple", "Apfel")]


def test_kept_terms_are_told_apart_by_case_and_not_inflected(tmp_path: Path) -> None:
    path = tmp_path / "keep.txt"
    path.write_text("# names\nGIMP\nScript-Fu\n\nการบินไทย\n", encoding="utf-8")
    here = Glossary.load([], keep=[str(path)])
    entries = here.entries_for("Script-Fu in GIMP, not gimp or GIMPs", "eng_Latn", "tha_Thai")
    assert [(entry.source, entry.targets, entry.kept) for entry in entries] == [
        ("Script-Fu", ("Script-Fu",), True),
        ("GIMP", ("GIMP",), True),
    ]
    assert [one.source for one in here.entries_for("ไปกับการบินไทย", "tha_Thai", "eng_Latn")] == ["การบินไทย"]


def test_inflection_can_be_turned_off(tmp_path: Path) -> None:
    assert found(glossary(tmp_path), "two layers", "eng_Latn", "deu_Latn") == [("layer", "Ebene")]
    assert found(glossary(tmp_path, inflected=False), "two layers", "eng_Latn", "deu_Latn") == []


def test_rows_of_one_term_count_together(tmp_path: Path) -> None:
    rows = [
        {"source": "seat", "target": ["Sitz", "Platz"], "note": "in a train"},
        {"source": "Seat", "target": "Sessel|Sitz", "source_language": "en", "target_language": "de"},
        {"source": "seat", "target": "siège", "source_language": "en", "target_language": "fr"},
    ]
    content = "\n".join(json.dumps(row) for row in rows)
    entry = glossary(tmp_path, content, "a.jsonl", languages=("eng_Latn", "deu_Latn")).entries_for(
        "A seat.", "eng_Latn", "deu_Latn"
    )[0]
    assert (entry.source, entry.targets, entry.note) == ("seat", ("Sitz", "Platz", "Sessel"), "in a train")


def test_a_direction_that_is_not_there_has_no_terms(tmp_path: Path) -> None:
    directed = glossary(tmp_path, "source\ttarget\nlayer\tEbene\n", languages=("eng_Latn", "deu_Latn"))
    assert found(directed, "Ebene", "deu_Latn", "eng_Latn") == []
    assert found(glossary(tmp_path), "layer", "eng_Latn", "swh_Latn") == []
    assert found(glossary(tmp_path), "layer", "eng_Latn", "eng_Latn") == []


def test_the_digest_is_that_of_the_content(tmp_path: Path) -> None:
    one = glossary(tmp_path)
    assert one.digest == glossary(tmp_path, name="other.tsv").digest
    assert one.digest != glossary(tmp_path, WIDE.replace("Ebene\t", "Lage\t")).digest
    assert one.digest != glossary(tmp_path, inflected=False).digest


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.tsv", "eng_Latn\tdeu_Latn\nlayer\tEbene\nmask\t\n", "a.tsv:3: a term in one language alone"),
        ("a.tsv", "source\ttarget\nlayer\tEbene\n", "a.tsv:2: nothing says which languages"),
        ("a.csv", "eng_Latn,deu_Latn,domain\na,b,c\n", "a.csv:2: unknown column 'domain'"),
        ("a.csv", "eng_Latn,notes\na,b\n", r"unknown column 'notes' \(did you mean 'note'"),
        ("a.csv", "id,eng_Latn,deu_Latn\n1,a,b\n", "a.csv:2: a column 'id' came. Write ind_Latn"),
        ("a.csv", "eng_Latn,deu_Latn,case_sensitive\na,b,perhaps\n", "a.csv:2: case_sensitive: 'perhaps' came"),
        ("a.csv", "eng_Latn,eng_Latn\na,b\n", "a.csv:1: the column 'eng_Latn' stands twice"),
        ("a.csv", "en,eng,de\na,b,c\n", "both of eng_Latn"),
        ("a.csv", "source,target,source_language,target_language\na,b,en,klingonisch\n", "a.csv:2: the languages"),
        ("a.csv", "source,target,source_language,target_language\na,b,en,eng\n", "are both eng_Latn"),
        ("a.csv", "eng_Latn,deu_Latn\na,b,c\n", "a.csv:2: 3 columns came"),
        ("a.jsonl", '{"eng_Latn": "a", "deu_Latn": 7}\n', "a.jsonl:1: deu_Latn: a int came"),
        ("a.jsonl", '{"eng_Latn": "a", "deu_Latn": "b"}\n{"eng_Latn"\n', "a.jsonl:2: not JSON"),
        ("a.jsonl", '{"eng_Latn": "a"}\n', "one column for each of two languages"),
        ("a.xlsx", "", "has to end in .tsv, .csv, .jsonl"),
    ],
)
def test_a_wrong_file_is_told_where_and_what(tmp_path: Path, name: str, content: str, says: str) -> None:
    with pytest.raises(RecipeError, match=says):
        glossary(tmp_path, content, name)


def test_all_problems_of_a_file_at_once(tmp_path: Path) -> None:
    with pytest.raises(RecipeError) as error:
        glossary(tmp_path, "eng_Latn\tdeu_Latn\na\t\nb\tB\n\tc\n")
    assert "terms.tsv:2:" in str(error.value)
    assert "terms.tsv:4:" in str(error.value)


@pytest.mark.parametrize(
    ("language", "term", "word", "strict", "kind"),
    [
        ("eng_Latn", "layer", "layers", True, True),
        ("eng_Latn", "copy", "copies", True, True),
        ("eng_Latn", "plan", "planning", True, True),
        ("eng_Latn", "use", "using", True, False),
        ("eng_Latn", "color", "colony", False, True),
        ("rus_Cyrl", "картинка", "картинки", True, True),
        ("rus_Cyrl", "слой", "слоя", False, True),
        ("ell_Grek", "εικόνα", "εικόνας", True, True),
        ("deu_Latn", "ebene", "ebenenmaske", False, True),
        ("kor_Hang", "레이어", "레이어를", False, True),
        ("amh_Ethi", "መጽሐፍ", "መጽሐፉን", False, True),
        ("arb_Arab", "كتاب", "الكتاب", False, True),
        ("arb_Arab", "مدرسة", "مدرستهم", False, True),
        ("swh_Latn", "kitabu", "vitabu", False, True),
        ("swh_Latn", "mtoto", "watoto", False, True),
        ("yor_Latn", "ọkọ", "ọkọ̀", False, False),
        ("hin_Deva", "कमरा", "कमरे", False, True),
    ],
)
def test_forms_of_words(language: str, term: str, word: str, strict: bool, kind: bool) -> None:
    assert (is_form(term, word, language), may_be_form(term, word, language)) == (strict, kind)


@given(text=st.text(max_size=60))
def test_lower_case_has_the_same_length(text: str) -> None:
    assert len(lowered(text)) == len(text)


WORDS = ["a", "ab", "abc", "layer", "layers", "mask", "แมว", "नीति", "كتاب", "木", "ውሻ", "ọ̀", "C++"]


@given(
    terms=st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join), unique=True, max_size=12),
    text=st.lists(st.sampled_from([*WORDS, ".", ",", "x"]), max_size=15).map(" ".join),
)
def test_what_is_found_stands_there(terms, text) -> None:
    numbers = Finder([Term(term, inflected=False) for term in terms], "eng_Latn").find(text)
    assert len(numbers) == len(set(numbers))
    spaced = f" {lowered(text)} "
    for number in numbers:
        assert f" {lowered(terms[number])} " in spaced
    # A term of one word that stands in the text is found, or is part of a longer one that is.
    for number, term in enumerate(terms):
        if f" {lowered(term)} " in spaced and number not in numbers:
            mine = set(lowered(term).split())
            assert any(mine & set(lowered(terms[other]).split()) for other in numbers)
