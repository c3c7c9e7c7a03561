"""Benchmark items inside documents: the same matches as a slow search, in every script, with evidence that is true."""

from __future__ import annotations

import gzip
import importlib.util
import json
import logging
import os
import subprocess
import sys
import threading
import unicodedata
from collections import defaultdict
from http.server import ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from pydantic import ValidationError
from stories import STORIES

from filters import _terms
from filters._decontamination import index, matches, ready, runs
from filters._decontamination.items import Items
from filters.decontamination import STAGE, Params, measure
from schemas.errors import SourceError

LONG = (
    "Before the first frost the miller opens the lower gate, lets the pond run dry, and walks along its bed to count "
    "the eels that have not yet left for the sea"
)
QUESTION = "Which bird builds its nest from mud under bridges?"  # nine words
NUMBERS = count()


def write(folder: Path, rows: list[dict[str, Any]], name: str = "items.jsonl") -> str:
    path = folder / name
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def params_for(path: str | list[str], fields: Any = "text", **more: Any) -> Params:
    benchmark = {"name": "exam", "paths": path, "fields": fields, **{k: more.pop(k) for k in ("id",) if k in more}}
    return Params.model_validate({"benchmarks": [benchmark], **more})


def prepared(tmp_path: Path, items: list[Any], **more: Any) -> Params:
    """Parameters with an index of items: texts, or rows with a field `text`."""
    rows = [{"text": item} if isinstance(item, str) else item for item in items]
    path = write(tmp_path, rows, f"items-{next(NUMBERS)}.jsonl")
    return STAGE.prepare(params_for(path, **more), tmp_path / "models")


def look(params: Params, *texts: str | None) -> list[dict[str, Any]]:
    frame = pl.DataFrame({"text": pl.Series(texts, dtype=pl.String)})
    out = measure(frame, params, STAGE.open(params))
    return out.rename(lambda name: name.removeprefix("contaminated_")).to_dicts()


def hashes(text: str) -> list[int]:
    return list(_terms.terms(pl.Series([text])).hashes)


# --- the same as a slow search ---------------------------------------------------------------------------------------

SMALL = {"ngram_words": 3, "ngram_ideographs": 4, "ngram_graphemes": 6, "min_words": 2}
PIECES = ["one ", "two ", "Two, ", "three ", "字", "と", "ก", "ข", "កា", "5 ", "٥ ", "? "]
texts = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


def slow(given_items: list[list[str]], documents: list[str], params: Params) -> set[tuple[Any, ...]]:
    """Row, first and last term of each match within its document, and the items it is of; by tuples, without hashes."""
    of = runs.sizes(params)

    def cut(text: str) -> tuple[tuple[int, ...], list[int]]:
        weighed = runs.weigh(pl.Series([text]), of)
        return tuple(map(int, weighed.terms.hashes)), [
            of.word if not single else of.ideograph if text.encode()[begin:].decode()[0] in "字と" else of.grapheme
            for single, begin in zip(weighed.terms.single, weighed.terms.begins, strict=True)
        ]

    def grams(terms: tuple[int, ...], weights: list[int]) -> list[tuple[int, int]]:
        found = []
        for begin in range(len(terms)):
            end = begin
            while end < len(terms) and sum(weights[begin:end]) < of.full:
                end += 1
            if sum(weights[begin:end]) >= of.full:
                found.append((begin, end))
        return found

    sharing: dict[tuple[int, ...], list[int]] = defaultdict(list)
    weights_of = {}
    for number, item in enumerate(given_items):
        for text in item:
            terms, weights = cut(text)
            if terms:
                sharing[terms].append(number)
                weights_of[terms] = weights
    standing = defaultdict(set)
    for terms, weights in weights_of.items():
        for begin, end in grams(terms, weights):
            standing[terms[begin:end]].add(terms)
    wanted: dict[tuple[str, tuple[int, ...]], set[int]] = {}
    looked_for = set()
    for gram, holders in standing.items():
        if len(holders) <= params.max_texts:
            wanted["ngram", gram] = {min(sharing[terms]) for terms in holders}
            looked_for |= holders
    for terms, weights in weights_of.items():
        total = sum(weights)
        short = of.least <= total < of.full and len(set(sharing[terms])) <= params.max_texts
        if short or (total >= of.full and terms not in looked_for):
            wanted["whole", terms] = {min(sharing[terms])}
    found = set()
    for row, document in enumerate(documents):
        terms, weights = cut(document)
        for begin, end in grams(terms, weights):
            if owners := wanted.get(("ngram", terms[begin:end])):
                found.add((row, begin, end, tuple(sorted(owners))))
        for (kind, whole), owners in wanted.items():
            for begin in range(len(terms)) if kind == "whole" else ():
                if terms[begin : begin + len(whole)] == whole:
                    found.add((row, begin, begin + len(whole), tuple(sorted(owners))))
    return found


@given(
    st.lists(st.lists(texts, max_size=3), min_size=1, max_size=6), st.lists(texts, min_size=1, max_size=4),
    st.integers(1, 3),
)  # fmt: skip
def test_the_matches_are_those_of_a_slow_search(items: list[list[str]], documents: list[str], most: int) -> None:
    params = params_for("x", **SMALL, max_texts=most)
    flat = [(number, text) for number, item in enumerate(items) for text in item if text.strip()]
    if not flat:
        return
    names = [str(number) for number in range(len(items))]
    given_items = Items(names, [0] * len(items), [text for _, text in flat], [number for number, _ in flat])
    built, _ = index.build(given_items, runs.sizes(params), most)
    weighed = runs.weigh(pl.Series(documents, dtype=pl.String), runs.sizes(params))
    found = matches.find(weighed, built, runs.sizes(params))
    first = weighed.terms.starts[found.rows]
    owners = [
        tuple(map(int, built.owners[built.owner_starts[e] : built.owner_starts[e + 1]])) for e in found.entries.tolist()
    ]
    came = list(
        zip(found.rows.tolist(), (found.begins - first).tolist(), (found.ends - first).tolist(), owners, strict=True)
    )
    assert len(came) == len(set(came))
    assert set(came) == slow(items, documents, params)


def test_a_filter_passes_all_that_is_in_it_and_little_else() -> None:
    chance = np.random.default_rng(1)
    for size in (0, 1, 5, 1_000, 100_000):
        keys = chance.integers(0, 2**64, size, np.uint64)
        bloom = runs.bloom(keys)
        assert 16 * size <= 64 * len(bloom) <= max(64, 32 * size)
        others = pl.Series([f"w{number}" for number in range(20_000)]).str.join(" ")
        weighed = runs.weigh(others, runs.sizes(params_for("x")))
        everything = runs.find(weighed, runs.sizes(params_for("x")).full, 64)
        assert len(everything.keys) == 20_000 - 12
        passed = runs.find(weighed, runs.sizes(params_for("x")).full, 64, bloom)
        assert len(passed.keys) < 0.01 * len(everything.keys)
        own = runs.find(weighed, runs.sizes(params_for("x")).full, 64, runs.bloom(everything.keys))
        assert np.array_equal(own.keys, everything.keys)


def test_the_key_of_a_run_is_the_same_from_wherever_it_is_reached() -> None:
    weighed = runs.weigh(pl.Series([LONG, "x y z " + LONG]), runs.sizes(params_for("x")))
    found = runs.find(weighed, runs.sizes(params_for("x")).full, 64)
    again = runs.keys(weighed, found.begins, found.ends)
    assert np.array_equal(found.keys, again)
    here, there = (set(found.keys[found.rows == row].tolist()) for row in (0, 1))
    assert here < there and len(there) == len(here) + 3


# --- what is found, in every script ----------------------------------------------------------------------------------


def two(name: str) -> str:
    """The story twice over, changed, so that it is long enough for n-grams in every script."""
    return f"{STORIES[name][1]} {STORIES[name][1]}"


@pytest.mark.parametrize("name", sorted(STORIES))
def test_evidence_points_at_the_text(name: str, tmp_path: Path) -> None:
    item = two(name)
    params = prepared(tmp_path, ["something else altogether that nobody will ever have written in a book", item])
    document = f"<p>12, 13</p>\n{item.upper()}\n— 14"
    clean, dirty = look(params, "12, 13\n14", document)
    assert clean == {"ngrams": 0, "share": 0.0, "item": None, "text": None}
    assert dirty["item"] == "exam/2" and dirty["ngrams"] >= 1
    assert dirty["text"] in document
    assert hashes(dirty["text"]) == hashes(item)
    whole, inside = len(hashes(document)), len(hashes(item))
    assert dirty["share"] == pytest.approx(inside / whole)


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


@pytest.mark.parametrize("name", sorted(STORIES))
@pytest.mark.parametrize(
    "edit",
    [str.upper, lambda t: unicodedata.normalize("NFD", t), lambda t: unicodedata.normalize("NFC", t), full_width,
     lambda t: t.replace(" ", "\n\t "), lambda t: t.replace(" ", "\u00a0"), lambda t: f"<b>**{t}**</b>",
     lambda t: f"word word\n\n{t}\n\nword" * 2],
    ids=["upper", "NFD", "NFC", "wide", "breaks", "nbsp", "markup", "twice"],
)  # fmt: skip
def test_forms_of_the_same_text(name: str, edit: Any, tmp_path: Path) -> None:
    params = prepared(tmp_path, [two(name)])
    found = look(params, edit(two(name)))[0]
    assert found["item"] == "exam/1" and found["share"] > 0.5


def test_digits_of_any_script(tmp_path: Path) -> None:
    item = "In 1998 the 3 dams of the valley held 45 million litres, 12 more than in 2006"
    params = prepared(tmp_path, [item])
    own = item.translate(str.maketrans("0123456789", "०१२३४५६७८९"))
    assert look(params, own)[0]["share"] == 1.0
    assert look(params, item.replace("1998", "1999").replace("45", "46"))[0]["ngrams"] == 0


def test_a_changed_word_leaves_both_sides(tmp_path: Path) -> None:
    params = prepared(tmp_path, [LONG])
    assert len(hashes(LONG)) == 32
    found = look(params, LONG, LONG.replace("along", "across"), LONG.replace("dry", "low").replace("along", "across"))
    assert [one["ngrams"] for one in found] == [20, 5 + 2, 2 + 2]
    assert (
        found[1]["text"] == "Before the first frost the miller opens the lower gate, lets the pond run dry, and walks"
    )


def test_a_part_of_an_item_is_enough_and_less_than_an_ngram_is_not(tmp_path: Path) -> None:
    params = prepared(tmp_path, [LONG])
    words = LONG.split()
    half, thirteen, twelve = (" ".join(words[:size]) for size in (16, 13, 12))
    assert [one["ngrams"] for one in look(params, half, thirteen, twelve)] == [4, 1, 0]


@pytest.mark.parametrize(
    ("script", "sizes"),
    [("Han", (21, "ngram_ideographs")), ("Kana", (21, "ngram_ideographs")), ("Thai", (36, "ngram_graphemes")),
     ("Khmer", (36, "ngram_graphemes")), ("Burmese", (36, "ngram_graphemes")), ("Lao", (36, "ngram_graphemes"))],
)  # fmt: skip
def test_an_ngram_of_a_script_without_spaces(script: str, sizes: tuple[int, str], tmp_path: Path) -> None:
    size, name = sizes
    story = two(script)
    terms = _terms.terms(pl.Series([story]))

    def first(number: int) -> str:
        return story.encode()[: terms.ends[number - 1]].decode()

    assert terms.single.all() and len(terms.hashes) > 40
    assert [one["ngrams"] for one in look(prepared(tmp_path, [story]), first(size), first(size - 1))] == [1, 0]
    fewer = prepared(tmp_path, [story], **{name: 12})
    assert [one["ngrams"] for one in look(fewer, first(12), first(11))] == [1, 0]


def test_words_and_graphemes_together_are_measured_in_proportion(tmp_path: Path) -> None:
    item = "one two three four five six seven 山川草木花鳥風月春夏"  # 7/13 + 10/21 is more than one, 9/21 less
    params = prepared(tmp_path, [item, LONG])
    assert [one["ngrams"] for one in look(params, item, item[:-1])] == [1, 0]


# --- short items -----------------------------------------------------------------------------------------------------


def test_a_short_item_is_found_as_a_whole(tmp_path: Path) -> None:
    params = prepared(tmp_path, [QUESTION, "Which bird builds its nest from mud and feathers?"])
    found = look(params, f"Quiz. {QUESTION.upper()} The swallow.", QUESTION.replace("bridges", "roofs"))
    assert [one["ngrams"] for one in found] == [1, 0]
    assert found[0]["item"] == "exam/1"
    assert found[0]["text"] == QUESTION.upper().rstrip("?")
    # The end of a document is the end of the search, though the next one goes on.
    assert [one["ngrams"] for one in look(params, QUESTION[:-9], "bridges")] == [0, 0]


def test_what_is_too_short_is_named_and_not_looked_for(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    rows = [{"id": f"q{n}", "text": "Who wrote it, and when?"} for n in range(11)] + [{"id": "long", "text": LONG}]
    with caplog.at_level(logging.WARNING):
        params = prepared(tmp_path, rows, id="id")
    assert [one["ngrams"] for one in look(params, "Who wrote it, and when?", LONG)] == [0, 20]
    (line,) = [record.getMessage() for record in caplog.records]
    assert line.startswith("benchmark exam: 12 items, 1 looked for by n-grams, 0 as a whole; 11 cannot be looked for")
    assert "exam/q0, exam/q1" in line and "and 3 more" in line
    (told,) = index.report(params.index)
    assert told["too_short"] == [f"exam/q{n}" for n in range(11)]
    lower = prepared(tmp_path, rows, id="id", min_words=3, max_texts=20)
    assert look(lower, "Who wrote it, and when?")[0]["item"] == "exam/q0"


def test_nothing_is_said_where_all_is_looked_for(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        prepared(tmp_path, [LONG, QUESTION])
    assert not caplog.records


def test_a_benchmark_of_which_nothing_can_be_found_stops(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"none of its 2 items can be looked for.*shorter than 8 words"):
        prepared(tmp_path, ["yes", "no"])


# --- templates -------------------------------------------------------------------------------------------------------

TEMPLATE = "Read the statement below with care and then choose the one answer out of four which fits it best:"
ENDS = [f"{name} lays blue eggs in the hedge behind the old brick barn at Hill Farm" for name in "ABCDEFGHIJKL"]


def test_a_template_of_prompts_is_not_looked_for(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        params = prepared(tmp_path, [f"{TEMPLATE} {end}" for end in ENDS])
    found = look(params, f"{TEMPLATE} nothing", f"{TEMPLATE} {ENDS[4]}")
    assert [one["ngrams"] for one in found] == [0, 13]  # those that the letter is in
    assert found[1]["item"] == "exam/5"
    (told,) = index.report(params.index)
    assert told["templates"] == 7 + 2 and told["ngrams_looked_for"] == 12 * 13
    assert "9 phrases are left out, being templates" in caplog.text
    many = prepared(tmp_path, [f"{TEMPLATE} {end}" for end in ENDS], max_texts=12)
    assert look(many, f"{TEMPLATE} nothing")[0]["ngrams"] == 7


def test_a_passage_that_items_share_is_no_template(tmp_path: Path) -> None:
    rows = [{"text": [LONG, f"Question {n}?"]} for n in range(20)]
    params = prepared(tmp_path, rows)
    assert look(params, LONG)[0] == {"ngrams": 20, "share": 1.0, "item": "exam/1", "text": LONG}
    assert index.report(params.index)[0]["too_short"] == []


def test_a_short_text_of_many_items_is_a_template(tmp_path: Path) -> None:
    answer = "None of these four answers is the right one"
    rows = [{"text": [f"{LONG} {'x' * n}y", answer]} for n in range(11)]
    assert look(prepared(tmp_path, rows), answer)[0]["ngrams"] == 0
    assert look(prepared(tmp_path, rows[:10]), answer)[0]["ngrams"] == 1


def test_a_text_of_templates_alone_is_found_as_a_whole(tmp_path: Path) -> None:
    words = TEMPLATE.split()
    items = [" ".join(words[:size]) for size in range(13, 17)]
    params = prepared(tmp_path, items, max_texts=1)
    told = index.report(params.index)[0]
    assert (told["ngrams"], told["whole"]) == (1, 3)  # the longest has one n-gram that no other has
    assert look(params, items[0])[0]["item"] == "exam/1"


# --- items and fields ------------------------------------------------------------------------------------------------

ROW = {
    "id": 7, "question": QUESTION, "choices": ["the swallow that comes in April and leaves us in autumn again", "b"],
    "answers": {"text": [LONG], "start": [3]}, "options": [{"text": QUESTION, "label": "A"}], "gold": 2, "a.b": LONG,
    "nothing": None,
}  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "document"),
    [("question", QUESTION), (["gold", "question"], QUESTION), ("choices", ROW["choices"][0]), ("answers.text", LONG),
     ("options.text", QUESTION), ("a.b", LONG)],
)  # fmt: skip
def test_fields(fields: Any, document: str, tmp_path: Path) -> None:
    path = write(tmp_path, [ROW, {"question": "?", "choices": [], "id": None}])
    params = STAGE.prepare(params_for(path, fields, id="id"), tmp_path)
    assert look(params, document)[0]["item"] == "exam/7"
    assert STAGE.prepare(params_for(path, fields), tmp_path).index != params.index
    assert look(STAGE.prepare(params_for(path, fields), tmp_path), document)[0]["item"] == "exam/1"


def test_choices_in_another_order_and_questions_apart(tmp_path: Path) -> None:
    choices = [f"{LONG} {word}" for word in ("north", "south")]
    params = prepared(tmp_path, [{"text": [QUESTION, *choices]}])
    other_order = f"{QUESTION}\n(B) {choices[1]}\n(A) {choices[0]}"
    found = look(params, QUESTION, "\n".join(choices), other_order)
    assert [one["ngrams"] for one in found] == [1, 42, 43]


def test_the_item_with_most_matches_is_named(tmp_path: Path) -> None:
    words = LONG.split()
    params = prepared(tmp_path, [" ".join(words[:20]), LONG, " ".join(words[12:])])
    assert look(params, LONG)[0]["item"] == "exam/2"
    assert look(params, " ".join(words[:20]))[0]["item"] == "exam/1"  # as many of the second, which comes later
    assert look(params, " ".join(words[5:] + words[:20]))[0]["item"] == "exam/2"


def test_a_long_stretch_is_cut_at_a_grapheme(tmp_path: Path) -> None:
    item = "กำ" * 400
    found = look(prepared(tmp_path, [item]), item)[0]
    assert len(found["text"]) <= 500 and item.startswith(found["text"]) and len(found["text"]) > 490
    assert found["text"].endswith("กำ")


def gz(data: bytes) -> bytes:
    return gzip.compress(data)


def zst(data: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(data)


@pytest.mark.parametrize("ending", ["jsonl", "json", "list.json", "ndjson.gz", "jsonl.zst", "parquet", "csv", "tsv.gz"])
def test_formats(ending: str, tmp_path: Path) -> None:
    frame = pl.DataFrame({"text": ["short", LONG], "n": [1, 2]})
    path = tmp_path / f"items.{ending}"
    kind = ending.split(".")[0]
    if kind == "parquet":
        frame.write_parquet(path)
    else:
        data = (
            frame.write_csv(separator="\t" if kind == "tsv" else ",").encode()
            if kind in ("csv", "tsv")
            else json.dumps(frame.to_dicts()).encode()
            if kind == "list"
            else b"\xef\xbb\xbf" + frame.write_ndjson().encode()
        )
        path.write_bytes(gz(data) if ending.endswith(".gz") else zst(data) if ending.endswith(".zst") else data)
    params = STAGE.prepare(params_for(str(path)), tmp_path)
    assert look(params, LONG)[0]["item"] == "exam/2"


def test_several_files_and_benchmarks(tmp_path: Path) -> None:
    write(tmp_path, [{"text": QUESTION}], "a.jsonl")
    write(tmp_path, [{"text": "short"}, {"text": LONG}], "b.jsonl")
    (tmp_path / "folder.jsonl").mkdir()
    given_twice = [str(tmp_path / "[ab].jsonl"), (tmp_path / "a.jsonl").as_uri()]
    rows = write(tmp_path, [{"q": LONG.split(", ", 1)[0]}, {"q": LONG}], "c.jsonl")
    params = Params.model_validate(
        {"benchmarks": [{"name": "exam", "paths": given_twice, "fields": "text"},
                        {"name": "other", "paths": rows, "fields": "q"}]}
    )  # fmt: skip
    made = STAGE.prepare(params, tmp_path)
    assert [one["item"] for one in look(made, QUESTION, LONG, LONG.split(", ", 1)[0])] == [
        "exam/a.jsonl:1",
        "exam/b.jsonl:2",
        "other/1",  # ten words, looked for as a whole
    ]
    assert sorted(STAGE.fingerprint(params)) == ["exam 0", "exam 1", "other 0", "regex", "terms"]
    assert [one["items"] for one in index.report(made.index)] == [3, 2]


# --- what is wrong ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "fields", "message"),
    [
        (
            "a.jsonl",
            '{"text": "a", "n": 1}\n{"text": "b"}',
            "question",
            "no item has a value in question. There is text, n",
        ),
        ("a.jsonl", '{"text": 1}\n{"text": 2}', "text", "hold no text .* but numbers alone"),
        ("a.jsonl", '{"text": null}', "text", "no item has a value in text"),
        ("a.jsonl", "", "text", "holds no items"),
        ("a.csv", "", "text", "holds no items"),
        ("a.csv", "text\n", "text", "holds no items"),
        ("a.json", "[]", "text", "holds no items"),
        ("a.jsonl", '{"text": "a"}\n{"text": ', "text", "not JSON behind item 1"),
        ("a.jsonl", '{"text": "a"}\n3', "text", "item 2: not an object with fields: '3'"),
        ("a.jsonl", '{"text": {"en": "a"}}', "text", r"text holds fields of its own \(en\). Name one of them: text.en"),
        ("a.parquet", "no", "text", "cannot read"),
        ("a.jsonl.gz", "no", "text", "cannot be unpacked"),
        ("a.txt", "words", "text", "its name does not say what it is. Known endings: .jsonl"),
    ],
)
def test_files_that_do_not_fit(name: str, content: str, fields: str, message: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(SourceError, match=message):
        STAGE.prepare(params_for(str(tmp_path / name), fields), tmp_path)


def test_paths_that_lead_nowhere(tmp_path: Path) -> None:
    for path, message in (
        (str(tmp_path / "none.jsonl"), "benchmark 'exam': .*none.jsonl: no such file"),
        (str(tmp_path), "is a folder. Add a pattern"),
        (str(tmp_path / "*.jsonl"), "no file matches this pattern"),
        ("nosuch://bucket/a.jsonl", "Give a local path or an address"),
    ):
        with pytest.raises(SourceError, match=message):
            STAGE.prepare(params_for(path), tmp_path)
        with pytest.raises(SourceError, match=message):
            STAGE.fingerprint(params_for(path))


def test_parameters_that_do_not_fit() -> None:
    one = {"name": "a", "paths": "x", "fields": "text"}
    for wrong, message in (
        ({"benchmarks": []}, "at least 1"),
        ({}, "Field required"),
        ({"benchmarks": [one, one]}, "two benchmarks are called 'a'"),
        ({"benchmarks": [{**one, "fields": []}]}, "at least 1"),
        ({"benchmarks": [{**one, "paths": []}]}, "at least 1"),
        ({"benchmarks": [{**one, "fild": "x"}]}, "Extra inputs"),
        ({"benchmarks": [one], "min_words": 14}, "min_words is 14, but an n-gram has 13 words"),
        ({"benchmarks": [one], "ngram_words": 1}, "greater than or equal to 2"),
    ):
        with pytest.raises(ValidationError, match=message):
            Params.model_validate(wrong)


# --- the index -------------------------------------------------------------------------------------------------------


def test_the_index_is_built_once_and_again_when_its_items_change(tmp_path: Path) -> None:
    path = write(tmp_path, [{"text": LONG}])
    params = params_for(path)
    first = STAGE.prepare(params, tmp_path / "models")
    seen = {file: file.stat().st_mtime_ns for file in first.index.iterdir()}
    assert STAGE.prepare(params, tmp_path / "models") == first
    assert {file: file.stat().st_mtime_ns for file in first.index.iterdir()} == seen
    assert STAGE.prepare(params_for(path, ngram_words=12), tmp_path / "models").index != first.index
    digest = STAGE.fingerprint(params)
    write(tmp_path, [{"text": QUESTION}])
    assert STAGE.fingerprint(params)["exam 0"] != digest["exam 0"]
    second = STAGE.prepare(params, tmp_path / "models")
    assert second.index != first.index and look(second, LONG)[0]["ngrams"] == 0
    assert sorted(file.name for file in (tmp_path / "models").iterdir() if file.name.startswith(".")) == []


def test_where_the_index_is_stands_in_no_recipe_and_no_signature(tmp_path: Path) -> None:
    params = params_for(write(tmp_path, [{"text": LONG}]))
    made = STAGE.prepare(params, tmp_path)
    assert made.measured() == params.measured() and str(made.index) not in made.model_dump_json()


def test_the_size_of_an_index(tmp_path: Path) -> None:
    words = pl.Series([f"w{number}" for number in range(200_000)])
    texts = [" ".join(words[start : start + 20]) for start in range(0, len(words), 20)]
    built, _ = index.build(
        Items(list(map(str, range(len(texts)))), [0] * len(texts), texts, list(range(len(texts)))),
        runs.sizes(params_for("x")), 10,
    )  # fmt: skip
    assert len(built.ngrams) == 8 * len(texts)
    assert 18 <= built.bytes / len(built.ngrams) <= 20.5


def test_chunks_of_items_make_no_difference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [story for _, story in STORIES.values()] * 2 + [LONG, QUESTION, "", "?"]
    given_items = Items(list(map(str, range(len(texts)))), [0] * len(texts), texts, list(range(len(texts))))
    of = runs.sizes(params_for("x"))
    whole, told = index.build(given_items, of, 10)
    monkeypatch.setattr(index, "_CHUNK", 300)
    parts, told_again = index.build(given_items, of, 10)
    assert told == told_again
    for name, array in whole._arrays().items():
        assert np.array_equal(array, getattr(parts, name)), name


def test_rows_do_not_see_each_other(tmp_path: Path) -> None:
    params = prepared(tmp_path, [LONG, QUESTION, *(two(name) for name in STORIES)])
    texts = [None, "", LONG, QUESTION, f"{QUESTION} {LONG}", *(two(name) for name in STORIES), "..."]
    frame = pl.DataFrame({"text": pl.Series(texts, dtype=pl.String)})
    opened = STAGE.open(params)
    whole = measure(frame, params, opened)
    assert_frame_equal(whole, pl.concat(measure(frame[row], params, opened) for row in range(frame.height)))
    assert whole["contaminated_ngrams"].to_list()[:5] == [None, 0, 20, 1, 21]


def test_the_rules_judge_by_matches_and_by_share(tmp_path: Path) -> None:
    from pipelines.judge import reasons
    from pipelines.plan import Step

    params = prepared(tmp_path, [QUESTION])
    frame = pl.DataFrame({"text": [QUESTION, f"{LONG} {QUESTION}", LONG]})
    scores = measure(frame, params, STAGE.open(params)).with_columns(
        pl.lit("web").alias("source"), pl.Series("language", ["eng_Latn", "tha_Thai", "eng_Latn"])
    )

    def judged(**limits: Any) -> list[list[str]]:
        given_limits = Params.model_validate({**params.model_dump(), **limits})
        return reasons(scores, [Step(STAGE, given_limits)]).to_list()

    assert judged() == [["contaminated"], ["contaminated"], []]
    assert judged(max_ngrams=None, max_share=0.5) == [["too_much_contaminated"], [], []]
    assert judged(max_ngrams={"default": 0, "tha_Thai": 1}) == [["contaminated"], [], []]


# --- the Hub ---------------------------------------------------------------------------------------------------------

READ = """
import json, sys
from pathlib import Path
from filters.decontamination import STAGE, Params
from schemas.errors import GlotmillError
paths, folder = sys.argv[1:]
try:
    params = Params.model_validate(
        {"benchmarks": [{"name": "hub", "paths": paths, "fields": "text"}], "min_words": 1}
    )
    print(json.dumps([STAGE.prepare(params, Path(folder)).index.name, STAGE.fingerprint(params)]))
except GlotmillError as error:
    print(json.dumps([type(error).__name__, str(error)]))
"""


def test_benchmarks_on_the_hub(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location(
        "hub_stub", Path(__file__).parents[1] / "pipelines/readers/test_hub.py"
    )
    assert spec is not None and spec.loader is not None
    stub = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(stub)
    server = ThreadingHTTPServer(("127.0.0.1", 0), stub.Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    environment = {
        **os.environ, "HF_ENDPOINT": f"http://127.0.0.1:{server.server_port}", "HF_HOME": str(tmp_path),
        "HF_HUB_DISABLE_XET": "1", "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1",
    }  # fmt: skip
    environment.pop("HF_HUB_OFFLINE", None)

    def read(path: str) -> Any:
        done = subprocess.run(
            [sys.executable, "-c", READ, path, str(tmp_path)], env=environment, cwd=Path(__file__).parents[2],
            capture_output=True, text=True, timeout=120, check=True,
        )  # fmt: skip
        return json.loads(done.stdout)

    try:
        name, fingerprint = read("hf://datasets/me/box/data/*")
        assert name.startswith("decontamination-")
        assert {"hub 0", "hub 1"} < set(fingerprint) and len(fingerprint["hub 0"]) == 64
        assert [row["items"] for row in index.report(tmp_path / name)] == [4]
        assert read("hf://datasets/me/box/data/aa.jsonl")[0] == "SourceError"
        assert read("hf://datasets/me/closed/a.jsonl")[0] == "PermissionProblem"
        assert read("hf://datasets/me/busy/a.jsonl")[0] == "RetryLater"
    finally:
        server.shutdown()
        server.server_close()


def test_prepare_runs_before_open(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="prepare runs before open"):
        ready.open_index(params_for(write(tmp_path, [{"text": LONG}])))
