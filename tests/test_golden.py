"""The sample corpus, with the verdict written beside each document, through the recipe that ships."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import pipelines
from pipelines import local
from pipelines.catalogue import reasons_of, stages
from pipelines.plan import Plan, plan
from pipelines.readers import read
from pipelines.readers.files import units
from schemas import recipe, sample
from schemas.languages import is_label

RECIPE = Path(pipelines.__path__[0]) / "recipes" / "quickstart.yaml"
KINDS = {"article", "code", "forum", "poem", "product", "recipe", "table"}
FAULTS = {
    "control_characters", "empty", "exact_copy", "keyword_spam", "low_quality", "menu", "mojibake", "near_copy",
    "null_text", "other_language_inside", "private_data", "repeated_lines", "too_short", "very_long", "wrong_declared",
}  # fmt: skip
# Reserved for documentation, RFC 2606 and RFC 5737.
EXAMPLES = re.compile(
    r"(?:[\w-]+\.)*example(?:\.(?:com|org|net))?$|^(?:192\.0\.2|198\.51\.100|203\.0\.113)\.\d+$", re.I
)


def rows_of(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_bytes().split(b"\n") if line]


@pytest.fixture(scope="module")
def corpus() -> list[dict[str, Any]]:
    files = sorted((sample.folder() / "documents").glob("*.jsonl"))
    return [row for file in files for row in rows_of(file)]


@pytest.fixture(scope="module")
def instructions() -> list[dict[str, Any]]:
    return rows_of(sample.folder() / "instructions.jsonl")


@pytest.fixture(scope="module")
def checked() -> Plan:
    overrides = ["stages.translation=false", "stages.rewriting=false", "client=null"]
    return plan(*recipe.read(RECIPE.read_text(encoding="utf-8"), file=RECIPE.name, overrides=overrides))


@pytest.fixture(scope="module")
def came(checked: Plan) -> dict[str, dict[str, Any]]:
    """Id -> what came of the document: `fate` (keep, reject, dead), `reasons`, `language`, `text`."""
    batches = [
        batch
        for name, source in checked.recipe.all_sources().items()
        for unit in units(name, source)
        for batch in read(unit, source, 8 << 20)
    ]
    judged = local.run(pl.concat(b.rows for b in batches), checked)
    out = {
        row["id"]: {**row, "fate": "reject" if row["reasons"] else "keep"}
        for row in judged.documents.iter_rows(named=True)
    }
    for dead in (judged.dead, *(b.dead for b in batches)):
        out |= {row["id"]: {**row, "fate": "dead", "reasons": [], "text": None} for row in dead.iter_rows(named=True)}
    return out


def as_expected(expected: str, row: dict[str, Any]) -> bool:
    """`top_ngram` stands for any of `top_2gram`, `top_3gram` and `top_4gram`."""
    fate, _, reasons = expected.partition(":")
    got = {re.sub(r"^top_\dgram$", "top_ngram", reason) for reason in row["reasons"]}
    return row["fate"] == fate and (not reasons or bool(got & set(reasons.split("|"))))


def test_every_document_ends_in_one_place(
    corpus: list[dict[str, Any]], instructions: list[dict[str, Any]], came: dict[str, dict[str, Any]]
) -> None:
    assert set(came) == {row["id"] for row in (*corpus, *instructions)}


def test_planted_verdicts(
    corpus: list[dict[str, Any]], instructions: list[dict[str, Any]], came: dict[str, dict[str, Any]]
) -> None:
    rows = [*corpus, *instructions]
    differing = [
        f"{row['id']}: expected {row['expected']}, came {came[row['id']]['fate']} {came[row['id']]['reasons']}"
        for row in rows
        if not as_expected(row["expected"], came[row["id"]])
    ]
    print("\n".join(differing))
    assert len(differing) <= 0.05 * len(rows), differing


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_every_fault_is_found_in_most_languages(
    fault: str, corpus: list[dict[str, Any]], came: dict[str, dict[str, Any]]
) -> None:
    rows = [row for row in corpus if row["fault"] == fault]
    right = sum(as_expected(row["expected"], came[row["id"]]) for row in rows)
    assert right >= 0.75 * len(rows)


def test_languages(corpus: list[dict[str, Any]], came: dict[str, dict[str, Any]]) -> None:
    rows = [row for row in corpus if row["expected_language"] is not None]
    differing = [
        f"{row['id']}: expected {row['expected_language']}, came {came[row['id']]['language']}"
        for row in rows
        if came[row["id"]]["language"] != row["expected_language"]
    ]
    print("\n".join(differing))
    assert rows and len(differing) <= 0.05 * len(rows), differing


def test_a_wrongly_declared_language_is_seen(corpus: list[dict[str, Any]], came: dict[str, dict[str, Any]]) -> None:
    rows = [row for row in corpus if row["fault"] == "wrong_declared"]
    assert rows
    for row in rows:
        assert row["declared_language"] != came[row["id"]]["language"] == row["expected_language"]


def test_released_texts_hold_what_they_must(corpus: list[dict[str, Any]], came: dict[str, dict[str, Any]]) -> None:
    rows = [r for r in corpus if (r["must_contain"] or r["must_not_contain"]) and came[r["id"]]["fate"] == "keep"]
    assert len(rows) >= 20
    for row in rows:
        text = came[row["id"]]["text"]
        for piece in row["must_contain"]:
            assert piece in text, row["id"]
            assert piece not in row["text"], f"{row['id']}: {piece} was there before: this proves nothing"
        for piece in row["must_not_contain"]:
            assert piece not in text, row["id"]
            assert piece in row["text"], f"{row['id']}: {piece} was never there: this proves nothing"


def test_every_released_text_has_a_language_and_a_quality(came: dict[str, dict[str, Any]]) -> None:
    kept = [row for row in came.values() if row["fate"] == "keep"]
    assert len(kept) > 180
    for row in kept:
        assert is_label(row["language"]) and row["language"] != "und_Zyyy" and 0 <= row["quality"] <= 1


def test_duplicates_name_a_twin_that_is_released(came: dict[str, dict[str, Any]]) -> None:
    twins = [row for row in came.values() if {"exact_duplicate", "near_duplicate"} & set(row["reasons"])]
    assert len(twins) >= 20
    for row in twins:
        twin = came[row["twin_id"]]
        assert twin["fate"] == "keep" and twin["language"] == row["language"]
        assert twin["cluster_id"] == row["cluster_id"] and twin["cluster_size"] == row["cluster_size"] >= 2


# --- the corpus itself ----------------------------------------------------------------------------------------------


def test_size_and_variety(corpus: list[dict[str, Any]], instructions: list[dict[str, Any]]) -> None:
    languages = {row["expected_language"] for row in corpus} - {None}
    assert len(corpus) >= 240
    assert len(languages) >= 18 and all(map(is_label, languages))
    assert len({label[4:] for label in languages}) >= 10
    assert len(instructions) == 24
    assert {row["kind"] for row in corpus} == KINDS
    assert {row["fault"] for row in corpus} - {None} == FAULTS
    ids = Counter(row["id"] for row in (*corpus, *instructions))
    assert max(ids.values()) == 1


def test_expected_verdicts_are_ones_that_can_come(corpus: list[dict[str, Any]]) -> None:
    known = {reason for stage in stages().values() for reason in reasons_of(stage)} | {"top_ngram"}
    for row in corpus:
        fate, _, reasons = row["expected"].partition(":")
        assert fate in ("keep", "reject", "dead")
        assert (fate == "reject") == bool(reasons) and set(filter(None, reasons.split("|"))) <= known
        assert row["why"]
        if fate == "dead":
            assert row["fault"] == "null_text" and row["text"] is None
        elif row["fault"] is None:
            assert fate == "keep" or reasons


def test_no_host_but_those_reserved_for_examples() -> None:
    files = list(sample.folder().rglob("*.jsonl"))
    assert len(files) >= 40
    for file in files:
        for row in rows_of(file):
            text = row.get("text") or row.get("instruction") or ""
            hosts = re.findall(r"(?:https?://|www\.|@)([A-Za-z0-9.-]+[A-Za-z0-9])", text)
            hosts += re.findall(r"\b\d{1,3}(?:\.\d{1,3}){3}\b", text)
            hosts += re.findall(r"(?<![\w.])[a-z0-9-]+\.(?:com|org|net|io|info|fr|de|ru|cn|jp)\b", text)
            for host in hosts:
                assert EXAMPLES.search(host.removeprefix("www.")), f"{file.name}: {host}"
