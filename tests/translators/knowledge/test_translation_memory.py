"""The memory answers as a dictionary of all pairs would, whatever their order and their files."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from translators.knowledge.memory import Memory

LANGUAGES = ("eng_Latn", "tha_Thai", "yor_Latn")
TEXTS = st.sampled_from(
    ["dog", "dog  house", "dog house", " dog", "Dog", "สุนัข", "अच्छा", "الكلب", "犬", "ውሻ", "ọ̀rẹ́", "e\u0301", "é"]
)
ROWS = st.lists(st.tuples(TEXTS, TEXTS, st.sampled_from(LANGUAGES), st.sampled_from(LANGUAGES)), max_size=40)


def write(path: Path, rows: list[tuple[str, str, str, str]]) -> str:
    names = ("source", "target", "source_language", "target_language")
    path.write_text("".join(json.dumps(dict(zip(names, row, strict=True))) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


@given(rows=ROWS, cut=st.integers(0, 40))
def test_lookup_equals_brute_force(tmp_path_factory, rows, cut) -> None:
    folder = tmp_path_factory.mktemp("memory")
    files = [write(folder / "one.jsonl", rows[:cut]), write(folder / "two.jsonl", rows[cut:])]
    memory = Memory.load(files)
    counts: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    for source, target, language, wanted in rows:
        if language != wanted:
            counts[folded(source), language, wanted][unicodedata.normalize("NFC", target.strip())] += 1
    for source, _, language, wanted in rows:
        known = counts.get((folded(source), language, wanted))
        best = min(known, key=lambda text: (-known[text], text)) if known else None
        assert memory.lookup(source, language, wanted) == best
    assert len(memory) == len(counts)
    again = Memory.load(list(reversed(files)))
    assert again.digest == memory.digest


def test_the_most_frequent_target_wins_and_ties_go_by_text(tmp_path: Path) -> None:
    pair = ("eng_Latn", "deu_Latn")
    rows = [("seat", "Sitz", *pair), ("seat", "Platz", *pair), ("seat", "Platz", *pair)]
    rows += [("bank", "Ufer", *pair), ("bank", "Bank", *pair)]
    memory = Memory.load([write(tmp_path / "a.jsonl", rows)])
    assert memory.lookup("seat", "en", "de") == "Platz"
    assert memory.lookup("  bank\n", "eng_Latn", "deu_Latn") == "Bank"
    assert memory.lookup("bank", "eng_Latn", "fra_Latn") is None
    assert memory.lookup("banks", "eng_Latn", "deu_Latn") is None


def test_only_languages_that_are_asked_for_are_kept(tmp_path: Path) -> None:
    rows = [("dog", "chien", "eng_Latn", "fra_Latn"), ("dog", "ajá", "eng_Latn", "yor_Latn")]
    memory = Memory.load([write(tmp_path / "a.jsonl", rows)], ["en"], ["yo"])
    assert memory.lookup("dog", "eng_Latn", "yor_Latn") == "ajá"
    assert memory.lookup("dog", "eng_Latn", "fra_Latn") is None
    assert memory.skipped.other_language == 1


def test_another_target_changes_the_digest(tmp_path: Path) -> None:
    one = Memory.load([write(tmp_path / "a.jsonl", [("dog", "ውሻ", "eng_Latn", "amh_Ethi")])])
    other = Memory.load([write(tmp_path / "b.jsonl", [("dog", "ውሾች", "eng_Latn", "amh_Ethi")])])
    assert one.digest != other.digest


def test_an_empty_memory_knows_nothing(tmp_path: Path) -> None:
    memory = Memory.load([write(tmp_path / "a.jsonl", [])])
    assert len(memory) == 0
    assert memory.lookup("dog", "en", "th") is None
