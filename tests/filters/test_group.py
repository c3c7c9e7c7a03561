"""Who stays in a group: every policy, ties, nulls; the order of the rows decides nothing."""

from __future__ import annotations

import math
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from filters import exact_dedup, minhash, url_dedup
from filters._group import GroupParams, choose, prefers
from pipelines import catalogue

NAN = math.nan
SCHEMA = pl.Schema(
    {
        "group": pl.Int64,
        "id": pl.String,
        "quality": pl.Float64,
        "word_count": pl.Int64,
        "text_bytes": pl.Int64,
        "date": pl.String,
        "source": pl.String,
    }
)


def order(params: GroupParams, **columns: list[Any]) -> str:
    """The ids of one group in order; ids are letters from a."""
    height = len(next(iter(columns.values())))
    ids = [chr(ord("a") + number) for number in range(height)]
    frame = pl.DataFrame({"group": [0] * height, "id": ids, **columns}, schema_overrides=SCHEMA, strict=False)
    return "".join(choose(frame, params)["id"])


def by(*prefer: str, source_order: tuple[str, ...] = ()) -> GroupParams:
    return GroupParams(prefer=prefer, source_order=source_order)


@pytest.mark.parametrize(
    ("prefer", "columns", "expected"),
    [
        (("quality",), {"quality": [0.1, 0.9, 0.5]}, "bca"),
        (("-quality",), {"quality": [0.1, 0.9, 0.5]}, "acb"),
        (("quality", "word_count"), {"quality": [0.5, 0.5, 0.9], "word_count": [1, 2, 0]}, "cba"),
        (("quality", "-word_count"), {"quality": [0.5, 0.5, 0.9], "word_count": [1, 2, 0]}, "cab"),
        (("longest",), {"text_bytes": [5, 70, 6]}, "bca"),
        (("-text_bytes",), {"text_bytes": [5, 70, 6]}, "acb"),
        (("earliest",), {"date": ["2024-05-01", "2023-12-31T23:59:59Z", "2024-04"]}, "bca"),
        (("latest",), {"date": ["2024-05-01", "2023-12-31T23:59:59Z", "2024-04"]}, "acb"),
        (("earliest", "longest"), {"date": ["2024", None, "2024"], "text_bytes": [1, 9, 2]}, "cab"),
        (("longest", "earliest"), {"date": ["2024", None, "2023"], "text_bytes": [1, 9, 1]}, "bca"),
        ((), {"quality": [0.1, 0.9]}, "ab"),
    ],
)
def test_policies(prefer: tuple[str, ...], columns: dict[str, list[Any]], expected: str) -> None:
    assert order(by(*prefer), **columns) == expected


@pytest.mark.parametrize("prefer", ["quality", "-quality"])
def test_null_and_nan_come_last_and_are_alike(prefer: str) -> None:
    first = "ce" if prefer == "quality" else "ec"
    assert order(by(prefer), quality=[NAN, None, 2.0, NAN, -1.0]) == f"{first}abd"


@pytest.mark.parametrize(("prefer", "column"), [("longest", "text_bytes"), ("-word_count", "word_count")])
def test_null_comes_last_among_whole_numbers(prefer: str, column: str) -> None:
    assert order(by(prefer), **{column: [None, 0, None]}) == "bac"


@pytest.mark.parametrize("prefer", ["earliest", "latest"])
def test_a_document_without_a_date_comes_last(prefer: str) -> None:
    assert order(by(prefer), date=[None, "2024-05-01", None]) == "bac"
    assert order(by(prefer), date=[None, None]) == "ab"
    # A frame without a single date may have no type for them.
    members = pl.DataFrame({"group": [0, 0], "id": ["b", "a"], "date": [None, None]})
    assert choose(members, by(prefer))["id"].to_list() == ["a", "b"]


def test_a_date_that_says_less_counts_as_its_beginning() -> None:
    alike = ["2024", "2024-01", "2024-01-01", "2024-01-01T00:00:00Z"]
    for prefer in ("earliest", "latest"):
        assert order(by(prefer), date=alike) == order(by(prefer), date=alike[::-1]) == "abcd"
    later = ["2024-01-01T00:00:01Z", "2024-01-02", "2024-02", "2025"]
    for date in alike:
        for other in later:
            assert order(by("earliest"), date=[other, date]) == "ba"
            assert order(by("latest"), date=[date, other]) == "ba"
    assert order(by("earliest"), date=["2024", "2023-12-31T23:59:59Z"]) == "ba"


def test_sources_in_their_order_and_the_others_behind_them_as_equals() -> None:
    params = by("source", source_order=("books", "news"))
    assert order(params, source=["web", "news", "books", "forum", "news", None]) == "cbeadf"
    params = by("source", "longest", source_order=("books", "news"))
    assert order(params, source=["web", "news", "forum", "news"], text_bytes=[1, 5, 9, 7]) == "dbca"


def test_a_column_that_nobody_adds_is_passed_over() -> None:
    assert order(by("quality", "longest"), text_bytes=[1, 2]) == "ba"
    assert order(by("-quality", "earliest"), text_bytes=[1, 2]) == "ab"


def test_zero_is_zero() -> None:
    assert order(by("quality"), quality=[-0.0, 0.0]) == order(by("-quality"), quality=[0.0, -0.0]) == "ab"


def test_no_members() -> None:
    params = by("source", "earliest", "quality", source_order=("web",))
    assert choose(pl.DataFrame(schema=SCHEMA), params).schema == SCHEMA


def test_all_columns_stay_as_they_were() -> None:
    members = pl.DataFrame(
        {"group": [1, 0, 1], "id": ["c", "b", "a"], "quality": [NAN, 0.5, None], "date": ["2024", None, "2023-05"]}
    )
    chosen = choose(members, by("quality", "earliest"))
    assert chosen.equals(members[[1, 2, 0]])


def test_what_choose_wants_to_see() -> None:
    params = by("-quality", "source", "earliest", "longest", "word_count", source_order=("web",))
    assert prefers(params) == ("quality", "source", "date", "text_bytes", "word_count")
    assert prefers(by("latest")) == ("date",)
    assert GroupParams().prefer == prefers(GroupParams()) == ("quality", "word_count")
    assert prefers(by()) == ()


def test_no_stage_adds_a_column_that_is_a_word() -> None:
    added = {column.name for stage in catalogue.stages().values() for column in stage.adds}
    assert not added & {"longest", "earliest", "latest", "source", "date", "text_bytes"}


@pytest.mark.parametrize(
    ("given_", "told"),
    [
        ({"prefer": ("source",)}, "prefer has `source`, so source_order must say which"),
        ({"source_order": ("web",)}, "source_order came, but prefer has no `source`"),
        ({"prefer": ("earliest", "latest")}, "both 'earliest' and 'latest' came: the second never decides"),
        ({"prefer": ("quality", "longest", "quality")}, "'quality' came twice"),
        ({"prefer": ("quality", "-quality")}, "both 'quality' and '-quality' came"),
        ({"prefer": ("longest", "-text_bytes")}, "both 'longest' and '-text_bytes' came"),
        ({"prefer": ("-longest",)}, "only columns take a minus. Write -text_bytes"),
        ({"prefer": ("-earliest",)}, "only columns take a minus. Write latest"),
        ({"prefer": ("-source",), "source_order": ("web",)}, "only columns take a minus. Write another source_order"),
        ({"prefer": ("date",)}, "dates go by words. Write latest"),
        ({"prefer": ("-date",)}, "dates go by words. Write earliest"),
        ({"prefer": ("",)}, "an entry is a column, -column, or one of: earliest, latest, longest, source"),
        ({"prefer": ("-",)}, "'-' came, but an entry is a column"),
        ({"prefer": ("--quality",)}, "'--quality' came, but an entry is a column"),
        ({"prefer": ("source",), "source_order": ("a", "b", "a")}, "source_order names 'a' twice"),
    ],
)
def test_what_a_recipe_may_not_say(given_: dict[str, Any], told: str) -> None:
    for params in (exact_dedup.Params, minhash.Params, url_dedup.Params):
        with pytest.raises(ValidationError) as caught:
            params(**given_)
        assert told in str(caught.value)


DATE = st.sampled_from(
    ["1999", "2024", "2024-01", "2024-01-01", "2024-01-01T00:00:00Z", "2024-01-01T00:00:01Z", "2024-02-29"]
)
SOURCE = st.sampled_from(["web", "books", "นิตยสาร", "ዜና"])
MEMBER = st.tuples(
    st.integers(0, 2),
    st.sampled_from([None, NAN, -1.0, -0.0, 0.0, 0.5, math.inf, -math.inf]),
    st.none() | st.integers(-2, 2),
    st.none() | st.integers(0, 3),
    st.none() | DATE,
    st.none() | SOURCE,
)
PREFER = st.permutations(
    ["quality", "-quality", "word_count", "-word_count", "longest", "-text_bytes", "earliest", "latest", "source"]
)


def params_of(entries: list[str], sources: list[str]) -> GroupParams:
    """Of the entries those that can stand together."""
    columns: dict[str, str] = {}
    for entry in entries:
        columns.setdefault(prefers(by(entry, source_order=("x",) if entry == "source" else ()))[0], entry)
    return by(*columns.values(), source_order=tuple(sources) if "source" in columns.values() else ())


def rank(entry: str, row: dict[str, Any], params: GroupParams) -> tuple[bool, Any]:
    """What Python sorts by to do the same: last where there is nothing, then the value."""
    if entry == "source":
        known = row["source"] in params.source_order
        return (not known, params.source_order.index(row["source"]) if known else 0)
    if entry in ("earliest", "latest"):
        if row["date"] is None:
            return (True, 0)
        year, month, day, *time = (int(part) for part in filled(row["date"]))
        seconds = ((year * 12 + month) * 31 + day) * 86_400 + time[0] * 3600 + time[1] * 60 + time[2]
        return (False, seconds if entry == "earliest" else -seconds)
    value = row["text_bytes" if entry == "longest" else entry.removeprefix("-")]
    if value is None or value != value:
        return (True, 0)
    return (False, value if entry.startswith("-") else -value)


def filled(date: str) -> list[str]:
    """Year, month, day, hour, minute, second."""
    day, _, time = date.rstrip("Z").partition("T")
    parts = [*day.split("-"), "01", "01"][:3]
    return [*parts, *(time or "00:00:00").split(":")]


@settings(deadline=None, max_examples=200)
@given(st.lists(MEMBER, max_size=12), PREFER, st.integers(0, 9), st.permutations(["web", "books", "ዜና"]), st.randoms())
def test_the_order_is_that_of_the_policy_and_not_that_of_the_rows(
    members: list[tuple[Any, ...]], entries: list[str], many: int, sources: list[str], random: Any
) -> None:
    params = params_of(entries[:many], sources[:2])
    rows = [dict(zip(SCHEMA, (m[0], f"id-{n}", *m[1:]), strict=True)) for n, m in enumerate(members)]
    wanted = sorted(rows, key=lambda row: (row["group"], *(rank(e, row, params) for e in params.prefer), row["id"]))
    for _ in range(3):
        chosen = choose(pl.DataFrame(rows, schema=SCHEMA), params)
        assert chosen["id"].to_list() == [row["id"] for row in wanted]
        random.shuffle(rows)
