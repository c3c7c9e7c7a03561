"""Where two texts differ, in words; and keys that come twice, whatever fits into memory."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipelines.verification import keys
from pipelines.verification.lines import first_difference

CARD = """# Yoruba and Thai

| Language | Input | Released |
| --- | ---: | ---: |
| ไทย | 12 | 7 |
| Yorùbá \\| more | 9 | 6 |

The end.
"""


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("| 12 | 7 |", "| 12 | 8 |", "line 5: ไทย, Released: card says 8, manifest 7"),
        ("| 12 | 7 |", "| 13 | 8 |", "line 5: ไทย, Input: card says 13, manifest 12"),
        ("more | 9 |", "more | 1,009 |", "line 6: Yorùbá \\| more, Input: card says 1,009, manifest 9"),
        ("| ไทย |", "| 泰语 |", "line 5: card says '| 泰语 | 12 | 7 |', manifest '| ไทย | 12 | 7 |'"),
        ("The end.\n", "The end", "line 8: card says 'The end', manifest 'The end.'"),
        ("The end.\n", "", "line 8: card ends, manifest goes on with 'The end.'"),
        ("The end.\n", "The end.\nMore\n", "line 9: card goes on with 'More', manifest ends"),
        ("The end.\n", "The end.\r\n", "line 8: card says 'The end.\\r', manifest 'The end.'"),
        ("# Yoruba", "# Hausa", "line 1: card says '# Hausa and Thai', manifest '# Yoruba and Thai'"),
        (
            "\n\n|",
            "\n|",
            "line 2: card says '| Language | Input | Released |', manifest an empty line (7 lines differ)",
        ),
    ],
)
def test_the_first_line_that_differs_is_named_with_both_sides(before: str, after: str, told: str) -> None:
    assert CARD.count(before) == 1
    assert first_difference(CARD.replace(before, after), CARD) == told


@given(st.text(), st.text())
def test_any_two_texts_are_told_apart_on_one_line_that_steers_nothing(a: str, b: str) -> None:
    assume(a != b)
    told = first_difference(a, b)
    assert told.startswith("line ") and "\n" not in told and "\x1b" not in told and "\u202e" not in told


@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["a", "ไทย", "हिन्दी", "日本", "አማ"])), max_size=30))
def test_keys_that_come_twice_are_those_that_a_count_finds(rows: list[tuple[int, str]]) -> None:
    import tempfile

    held = keys._HELD
    with tempfile.TemporaryDirectory() as folder:
        places = []
        for number in range(3):
            frame = pl.DataFrame({"id": [key for at, key in rows if at == number]}, schema={"id": pl.String})
            path = Path(folder) / f"{number}.parquet"
            frame.write_parquet(path)
            places.append(keys.Place(str(path), f"split-{number % 2}", frame.height))
        counted = Counter(key for _, key in rows)
        splits = {key: {at % 2 for at, one in rows if one == key} for key in counted}
        try:
            for keys._HELD in (held, 3):  # all at once, and in several rounds
                twice = keys.repeated(places, pl.col("id"), ("id",))
                assert twice["key"].to_list() == sorted((k for k, n in counted.items() if n > 1), key=str.encode)
                assert [len(names) for names in twice["names"]] == [counted[key] for key in twice["key"]]
                between = keys.repeated(places, pl.col("id"), ("id",), between=True)
                assert set(between["key"]) == {key for key, found in splits.items() if len(found) > 1}
        finally:
            keys._HELD = held


def test_equal_hashes_are_no_proof(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "hashes", lambda values: pl.Series([7] * len(values), dtype=pl.UInt64))
    pl.DataFrame({"id": ["a", "b", "c", "b"]}).write_parquet(tmp_path / "x.parquet")
    found = keys.repeated([keys.Place(str(tmp_path / "x.parquet"), "x", 4)], pl.col("id"), ("id",))
    assert found["key"].to_list() == ["b"]
