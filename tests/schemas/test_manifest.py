"""The accounts: every input row ended in one place, in total and by language."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import AccountingError
from schemas.manifest import Counts, LanguageCounts, Manifest

one_language = st.builds(
    lambda r, j, d, v, q: LanguageCounts(
        input=r + j + d, released_sources=r, rejected=j, dead=d, derived=v, quarantined=q
    ),
    *(st.integers(0, 50) for _ in range(5)),
)
by_language = st.dictionaries(st.sampled_from(["fra_Latn", "tha_Thai", "und_Zyyy"]), one_language)
COLUMNS = list(LanguageCounts.model_fields)


def total(parts: dict[str, LanguageCounts]) -> Counts:
    sums: Any = {name: sum(getattr(one, name) for one in parts.values()) for name in COLUMNS}
    return Counts(**sums, by_language=parts)


@given(by_language)
def test_what_adds_up_passes(parts: dict[str, LanguageCounts]) -> None:
    total(parts).check()


@given(by_language, st.sampled_from(COLUMNS), st.sampled_from([-3, -1, 1, 7]))
def test_a_row_too_many_or_too_few_in_the_total(parts: dict[str, LanguageCounts], column: str, by: int) -> None:
    counts = total(parts)
    wrong = counts.model_copy(update={column: getattr(counts, column) + by})
    with pytest.raises(AccountingError, match=r"in all languages|over the languages"):
        wrong.check()


@given(by_language.filter(bool), st.sampled_from(["input", "released_sources", "rejected", "dead"]))
def test_a_row_that_moves_from_one_language_to_another(parts: dict[str, LanguageCounts], column: str) -> None:
    """The totals stay right, so that only the languages can tell."""
    first = next(iter(parts))
    parts = {**parts, "zul_Latn": LanguageCounts(**{column: -1})}
    parts[first] = parts[first].model_copy(update={column: getattr(parts[first], column) + 1})
    with pytest.raises(AccountingError, match=r"rows went missing in (fra_Latn|tha_Thai|und_Zyyy|zul_Latn)"):
        total(parts).check()


def test_the_message_shows_both_sides() -> None:
    with pytest.raises(AccountingError, match=r"input 5 is not released 2 \+ rejected 1 \+ dead 1"):
        Counts(input=5, released_sources=2, rejected=1, dead=1).check()


def test_the_manifest_is_the_same_text_again() -> None:
    manifest = Manifest(
        name="a", title="Ä 字", recipe={"b": 1, "a": 2}, recipe_sha256="0", counts=Counts(), sources=[], stages=[],
        models={}, libraries={},
    )  # fmt: skip
    text = manifest.to_json()
    assert text.endswith("}\n") and "Ä 字" in text
    assert Manifest.model_validate_json(text).to_json() == text
