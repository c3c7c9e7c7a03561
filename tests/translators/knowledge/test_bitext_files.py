"""Bitext files of every format: the same pairs come out, hostile ones are refused, and messages name the line."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import polars as pl
import pytest

from schemas.errors import RecipeError, SourceError
from translators.knowledge import tmx
from translators.knowledge.bitext import Skipped, read
from translators.knowledge.described import BitextFile

PAIRS = [
    ("The cat sleeps.", "แมวกำลังนอน", "tha_Thai"),
    ("The cat sleeps.", "बिल्ली सो रही है।", "hin_Deva"),
    ("The cat sleeps.", "القطة نائمة.", "arb_Arab"),
    ("The cat sleeps.", "猫が寝ている。", "jpn_Jpan"),
    ("The cat sleeps.", "ድመቷ ተኝታለች።", "amh_Ethi"),
    ("The cat sleeps.", "Ológbò náà ń sùn.", "yor_Latn"),
]
TMX = """<?xml version="1.0" encoding="{encoding}"?>
{doctype}<tmx version="1.4"><header srclang="en"/><body>{units}</body></tmx>"""


def unit(*variants: tuple[str, str]) -> str:
    return "<tu>" + "".join(f'<tuv xml:lang="{code}"><seg>{text}</seg></tuv>' for code, text in variants) + "</tu>"


def pairs(path: Path | BitextFile, sources: list[str] | None, targets: list[str] | None) -> set[tuple[str, ...]]:
    frames = list(read([path if isinstance(path, BitextFile) else str(path)], sources, targets, Skipped()))
    return {row for frame in frames for row in frame.select("source", "target", "target_language").iter_rows()}


def write(folder: Path, kind: str) -> BitextFile:
    """The pairs above in one format."""
    frame = pl.DataFrame(PAIRS, schema=["source", "target", "target_language"], orient="row")
    path = folder / f"pairs{kind}"
    if kind == ".parquet":
        frame.write_parquet(path)
    elif kind == ".jsonl":
        frame.write_ndjson(path)
    elif kind == ".jsonl.gz":
        path.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in frame.to_dicts()).encode()))
    elif kind == ".csv":
        frame.write_csv(path)
    elif kind == ".tsv":
        frame.write_csv(path, separator="\t", quote_style="never")
    else:
        units = "".join(unit(("en-GB", source), (code, target)) for source, target, code in PAIRS)
        path.write_text(TMX.format(encoding="utf-8", doctype="", units=units), encoding="utf-8")
    return BitextFile(path=str(path), source_language="eng_Latn")


@pytest.mark.parametrize("kind", [".parquet", ".jsonl", ".jsonl.gz", ".csv", ".tsv", ".tmx"])
def test_every_format_gives_the_same_pairs(tmp_path: Path, kind: str) -> None:
    assert pairs(write(tmp_path, kind), ["en"], None) == set(PAIRS)


def test_one_column_a_language_gives_every_direction_that_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "wide.jsonl"
    row = {"id": "7", "eng_Latn": "Good morning", "th": "สวัสดีตอนเช้า", "jpn_Jpan": "おはよう", "amh_Ethi": None}
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    assert pairs(path, ["tha_Thai", "ja"], ["en", "am"]) == {
        ("สวัสดีตอนเช้า", "Good morning", "eng_Latn"),
        ("おはよう", "Good morning", "eng_Latn"),
    }


def test_tsv_has_no_quotes_and_may_have_no_header(tmp_path: Path) -> None:
    path = tmp_path / "plain.tsv"
    path.write_text('He said "go\tEr sagte „geh\u2028jetzt\n\nA\tB\n', encoding="utf-8")
    assert pairs(path, ["eng_Latn"], ["deu_Latn"]) == {
        ('He said "go', "Er sagte „geh\u2028jetzt", "deu_Latn"),
        ("A", "B", "deu_Latn"),
    }


def test_what_is_of_no_use_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    rows = [
        {"source": "a", "target": " ", "target_language": "de"},
        {"source": "a", "target": "b", "target_language": "fr"},
        {"source": "a", "target": "b", "target_language": "no such code"},
        {"source": "a", "target": None, "target_language": "de"},
        {"source": "a", "target": "c", "target_language": "de"},
    ]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    skipped = Skipped()
    frames = list(read([BitextFile(path=str(path), source_language="en")], None, ["de"], skipped))
    assert sum(frame.height for frame in frames) == 1
    assert (skipped.empty, skipped.other_language, skipped.unknown_language) == (2, 1, 1)


def test_tmx_leaves_inline_codes_out_and_keeps_highlighted_text(tmp_path: Path) -> None:
    path = tmp_path / "codes.tmx"
    source = 'Press <bpt i="1">&lt;b&gt;<sub>bold</sub></bpt><hi>Save</hi><ept i="1">&lt;/b&gt;</ept> &amp; go'
    units = unit(("EN-us", source), ("de", "Klicke <ph/>Speichern")) + unit(("en", "alone"))
    path.write_text(TMX.format(encoding="utf-8", doctype="", units=units), encoding="utf-8")
    assert list(tmx.units(str(path))) == [[("EN-us", "Press Save & go"), ("de", "Klicke Speichern")]]


def test_tmx_in_utf_16_with_a_document_type_that_is_only_named(tmp_path: Path) -> None:
    path = tmp_path / "wide.tmx"
    text = TMX.format(
        encoding="utf-16", doctype='<!DOCTYPE tmx SYSTEM "tmx14.dtd">', units=unit(("en", "dog"), ("yo", "ajá"))
    )
    path.write_bytes(text.encode("utf-16"))
    assert pairs(path, None, ["yor_Latn"]) == {("dog", "ajá", "yor_Latn")}


@pytest.mark.parametrize(
    ("doctype", "text", "says"),
    [
        ('<!DOCTYPE tmx [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>', "&b;", "document type"),
        ('<!DOCTYPE tmx [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "&x;", "document type"),
        ('<!DOCTYPE tmx SYSTEM "tmx14.dtd">', "&x;", "entity"),
        ("", "&x;", "not well-formed"),
        ("", "<b>", "not well-formed"),
    ],
)
def test_hostile_and_broken_tmx_is_refused_with_its_line(tmp_path: Path, doctype: str, text: str, says: str) -> None:
    path = tmp_path / "bad.tmx"
    units = unit(("en", text), ("de", "x"))
    path.write_text(TMX.format(encoding="utf-8", doctype=doctype, units=units), encoding="utf-8")
    with pytest.raises(SourceError, match=says) as error:
        list(tmx.units(str(path)))
    assert f"{path}:2:" in str(error.value)


def test_another_xml_file_is_no_tmx(tmp_path: Path) -> None:
    path = tmp_path / "page.tmx"
    path.write_text("<html><body/></html>")
    with pytest.raises(SourceError, match="not TMX"):
        list(tmx.units(str(path)))


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.jsonl", '{"source": "a", "target": "b"}\n{oops\n', "a.jsonl:2: not JSON"),
        ("a.jsonl", '["a", "b"]\n', "a.jsonl:1: a list came"),
        ("a.csv", 'source,target\n"a,b\n', "not CSV"),
        ("a.tsv", "source\ttarget\na\tb\tc\n", "a.tsv:2: 3 columns came"),
        ("a.tsv", b"source\ttarget\n\xff\tb\n", "a.tsv:2: not UTF-8: byte 0xff"),
    ],
)
def test_an_unreadable_line_is_named(tmp_path: Path, name: str, content: str | bytes, says: str) -> None:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(SourceError, match=says):
        pairs(path, ["en"], ["de"])


@pytest.mark.parametrize(
    ("name", "content", "sources", "says"),
    [
        ("a.jsonl", '{"english": "a", "german": "b"}\n', ["en"], "It has: english, german"),
        ("a.jsonl", '{"source": "a", "target": "b"}\n', None, "which language the source column is in"),
        ("a.csv", "one,two\n1,2\n", ["en"], "names no columns that are known"),
        ("a.jsonl", '{"en": "a", "eng": "b", "de": "c"}\n', ["en"], "both of eng_Latn"),
        ("a.txt", "a\n", ["en"], "has to end in"),
    ],
)
def test_a_file_that_does_not_say_what_is_in_it(
    tmp_path: Path, name: str, content: str, sources: list[str] | None, says: str
) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(RecipeError, match=says):
        pairs(tmp_path / name, sources, ["de"])


def test_no_file_behind_a_pattern(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="no file matches"):
        pairs(tmp_path / "*.tsv", ["en"], ["de"])
    with pytest.raises(SourceError, match="not found"):
        pairs(tmp_path / "gone.tsv", ["en"], ["de"])
