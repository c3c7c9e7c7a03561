"""Dates: one form from every format, nothing guessed, and what is no date is kept beside the row."""

from __future__ import annotations

import csv
import datetime
import json
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.warcwriter import WARCWriter

from pipelines.readers import dates
from schemas.errors import SourceError

Read = Callable[..., Any]

READ = [
    # ISO 8601, as far as it says
    ("2024", "2024"),
    ("2024-05", "2024-05"),
    ("2024-05-01", "2024-05-01"),
    ("2024-05-01T12:00:00Z", "2024-05-01T12:00:00Z"),
    ("2024-05-01T12:00Z", "2024-05-01T12:00:00Z"),
    ("2024-05-01T12", "2024-05-01T12:00:00Z"),
    ("20240501", "2024-05-01"),
    ("20240501T120000Z", "2024-05-01T12:00:00Z"),
    ("20240501T1200+0530", "2024-05-01T06:30:00Z"),
    # zones: in UTC; without one it is UTC
    ("2024-05-01T12:00:00", "2024-05-01T12:00:00Z"),
    ("2024-05-01T01:00:00+03:00", "2024-04-30T22:00:00Z"),
    ("2024-12-31T23:59:59-05:00", "2025-01-01T04:59:59Z"),
    ("2024-05-01T12:00:00+05", "2024-05-01T07:00:00Z"),
    ("2024-05-01T12:00:00\u221203:30", "2024-05-01T15:30:00Z"),
    ("2024-05-01t12:00:00z", "2024-05-01T12:00:00Z"),
    # as databases, Python and crawlers write it
    ("2024-05-01 12:00:00", "2024-05-01T12:00:00Z"),
    ("2024-05-01 12:00:00 UTC", "2024-05-01T12:00:00Z"),
    ("2024-05-01 12:00:00 +0200", "2024-05-01T10:00:00Z"),
    ("2024-05-01 12:00:00.123456+00:00", "2024-05-01T12:00:00Z"),
    ("1969-12-31T23:59:59.9Z", "1969-12-31T23:59:59Z"),
    ("20240501120000", "2024-05-01T12:00:00Z"),
    ("2024/05/01", "2024-05-01"),
    ("2024.05.01 03:04:05", "2024-05-01T03:04:05Z"),
    ("  2024-05-01\n", "2024-05-01"),
    # numbers
    ("2024.0", "2024"),
    ("1714521600", "2024-05-01T00:00:00Z"),
    ("1714521600.75", "2024-05-01T00:00:00Z"),
    ("1714521600123", "2024-05-01T00:00:00Z"),
    ("1714521600000.0", "2024-05-01T00:00:00Z"),
    ("946684799", "1999-12-31T23:59:59Z"),
    ("946684799999", "1999-12-31T23:59:59Z"),
    # the calendar
    ("2024-02-29", "2024-02-29"),
    ("2000-02-29", "2000-02-29"),
    ("2024-12-31T24:00:00Z", "2025-01-01T00:00:00Z"),
    ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
    ("2017-01-01T05:29:60+05:30", "2017-01-01T00:00:00Z"),
    ("1000", "1000"),
    ("2100-12-31", "2100-12-31"),
    # of another calendar, and nobody can tell: years stay what they are
    ("2016-09-01", "2016-09-01"),  # 2024 in Addis Ababa's calendar
    ("1403-02-12", "1403-02-12"),  # 2024 in Tehran's
]
UNREAD = [
    "0000-00-00", "2024-00-00", "2024-13-01", "2024-04-31", "2023-02-29", "1900-02-29", "2024-05-32",
    "2024-05-01T25:00:00Z", "2024-05-01T24:00:01Z", "2024-05-01T12:60:00Z", "2024-05-01T12:30:60Z",
    "2024-05-01T12:00:00+24:00", "2024-05-01T12:00:00+05:60",
    # placeholders, and years of the Buddhist era: neither is taken, neither is converted
    "0001-01-01", "0999", "1000-01-01T00:00:00+01:00", "2101", "9999-12-31", "9999-12-31T23:59:59Z", "10000-01-01",
    "+002024-05-01", "-0044-03-15", "2567", "2567-05-01", "25670501",
    # digits that are not ASCII often go with another calendar
    "٢٠٢٤-٠٥-٠١", "۱۴۰۳-۰۲-۱۲", "๒๕๖๗-๐๕-๐๑", "२०८१-०१-१९", "၂၀၂၄-၀၅-၀၁", "២០២៤-០៥-០១", "２０２４-０５-０１", "፳፻፲፮",
    # which is the day, which the month, which the language
    "01/05/2024", "05-01-2024", "24-05-01", "2024-5-1", "1 May 2024", "2024年5月1日", "1 พฤษภาคม 2567",
    "ሚያዝያ 23 ቀን 2016",
    "Wed, 01 May 2024 12:00:00 GMT", "2024-05-01T12:00:00 EST", "2024-W18-3", "2024-122", "2024-05-01/2024-06-01",
    # numbers that may be two things, or none
    "0", "1", "-1714521600", "99999999", "17145216", "2024050112", "2024050112.0", "202405011200", "17145216001",
    "1714521600123456", "1.7145216e9", "2024.5",
    "null", "NaN", "n.d.", "2024-05-01\x00", "[2024]",
]  # fmt: skip


def canonical(*written: str | None) -> list[str | None]:
    return dates.canonical(pl.Series("d", written, dtype=pl.String)).to_list()


@pytest.mark.parametrize(("written", "date"), READ)
def test_what_is_a_date(written: str, date: str) -> None:
    assert canonical(written) == canonical(date) == [date]


@pytest.mark.parametrize("written", UNREAD)
def test_what_is_none(written: str) -> None:
    found = dates.canonical(pl.Series([written]))
    assert found.to_list() == [None]
    assert dates.unread(pl.Series([written]), found).to_list() == [written.strip()]


def test_a_frame_of_all_of_them() -> None:
    values = [*UNREAD, None, "", " \t", *(written for written, _ in READ)]
    wanted = [None] * (len(UNREAD) + 3) + [date for _, date in READ]
    for order in (slice(None), slice(None, None, -1)):
        written = pl.Series("x", values[order], dtype=pl.String)
        found = dates.canonical(written)
        assert found.to_list() == wanted[order] and found.name == "date"
        unread = dates.unread(written, found)
        assert unread.drop_nulls().to_list() == UNREAD[order] and unread.name == "unread_date"


def test_nothing_written() -> None:
    for values in ([], [None], ["", None, "  "]):
        written = pl.Series("x", values, dtype=pl.String)
        found = dates.canonical(written)
        assert found.dtype == pl.String and found.to_list() == [None] * len(values)
        assert dates.unread(written, found).to_list() == [None] * len(values)


def test_a_long_text_in_the_place_of_a_date_is_cut_between_characters() -> None:
    written = pl.Series(["a" * 99 + "กำ" + "b" * 5000, "2024", "ศ" * 100])
    unread = dates.unread(written, dates.canonical(written))
    assert unread.to_list() == ["a" * 99, None, "ศ" * 100]


@settings(deadline=None)
@given(
    st.datetimes(datetime.datetime(1000, 1, 3), datetime.datetime(2100, 12, 29)),
    st.integers(-24 * 60 + 1, 24 * 60 - 1),
    st.sampled_from([datetime.datetime.isoformat, str, lambda d: d.strftime("%Y%m%dT%H%M%S.%f%z")]),
)
def test_what_python_writes_is_read_as_python_means_it(
    moment: datetime.datetime, minutes: int, spelt: Callable[[datetime.datetime], str]
) -> None:
    there = moment.replace(tzinfo=datetime.timezone(datetime.timedelta(minutes=minutes)))
    wanted = there.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert canonical(spelt(there), spelt(moment)) == [wanted, moment.strftime("%Y-%m-%dT%H:%M:%SZ")]
    assert canonical(str(moment.date())) == [str(moment.date())]


@settings(deadline=None)
@given(st.integers(100_000_000, 1_899_999_999))
def test_seconds_and_milliseconds_since_1970(seconds: int) -> None:
    wanted = datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert canonical(str(seconds), f"{seconds}.25") == [wanted, wanted]
    milliseconds = f"{seconds}999"
    could_be_a_time = len(milliseconds) == 12 and milliseconds[:2] in ("19", "20")
    assert canonical(milliseconds)[0] in ((wanted, None) if could_be_a_time else (wanted,))


@settings(deadline=None)
@given(st.lists(st.none() | st.text(max_size=30) | st.from_regex(r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\Z"), max_size=8))
def test_any_text_is_a_date_or_is_kept(values: list[str | None]) -> None:
    written = pl.Series("x", values, dtype=pl.String)
    found = dates.canonical(written)
    unread = dates.unread(written, found)
    assert canonical(*found) == found.to_list(), "what is in the one form stays"
    for value, date, kept in zip(values, found, unread, strict=True):
        if value is None or not pl.Series([value]).str.strip_chars().item():
            assert (date, kept) == (None, None)
        elif date is None:
            assert kept is not None and kept in value
        else:
            assert kept is None
            day = datetime.date.fromisoformat((date + "-01-01")[:10] if len(date) < 10 else date[:10])
            assert dates.FIRST_YEAR <= day.year <= dates.LAST_YEAR


# --- every format ----------------------------------------------------------------------------------------------------

VALUES: list[Any] = [
    "2024-05-01T12:00:00+02:00", "2024-05-01", "2024", 2024, 1714521600, 1714521600.5, 1714521600123, "31 April", None,
    "", "٢٠٢٤-٠٥-٠١", "2567-05-01", True, [2024], {"$date": "2024-05-01"}, 0,
]  # fmt: skip
DATES = [
    "2024-05-01T10:00:00Z", "2024-05-01", "2024", "2024", *["2024-05-01T00:00:00Z"] * 3, None, None,
    None, None, None, None, None, None, None,
]  # fmt: skip
KEPT = [
    *[None] * 7, "31 April", None,
    None, "٢٠٢٤-٠٥-٠١", "2567-05-01", "true", "[2024]", '{"$date":"2024-05-01"}', "0",
]  # fmt: skip


def rows_of(found: Any) -> list[tuple[str, str | None, str | None]]:
    assert found.dead.is_empty()
    rows: list[tuple[str, str | None, str | None]] = found.rows.select("id", "date", "unread_date").rows()
    return rows


@pytest.fixture
def wanted() -> list[tuple[str, str | None, str | None]]:
    return [(str(number), date, kept) for number, (date, kept) in enumerate(zip(DATES, KEPT, strict=True))]


def test_json_lines(everything: Read, tmp_path: Path, wanted: list[Any]) -> None:
    path = tmp_path / "a.jsonl"
    lines = [json.dumps({"id": n, "text": "ሰላም", "date": value}) for n, value in enumerate(VALUES)]
    path.write_text("\n".join([*lines, '{"id": "none", "text": "x"}']), encoding="utf-8")
    assert rows_of(everything(path, "jsonl")) == [*wanted, ("none", None, None)]
    assert rows_of(everything(path, "jsonl", frame_bytes=1)) == [*wanted, ("none", None, None)]
    assert everything(path, "jsonl", fields={"date": None}).rows["unread_date"].null_count() == len(wanted) + 1


@pytest.mark.parametrize(("name", "separator"), [("a.csv", ","), ("a.tsv", "\t")])
def test_csv(everything: Read, tmp_path: Path, wanted: list[Any], name: str, separator: str) -> None:
    path = tmp_path / name
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, delimiter=separator)
        writer.writerow(["id", "text", "published"])
        for n, value in enumerate(VALUES):
            plain = value is None or (isinstance(value, (str, int, float)) and not isinstance(value, bool))
            writer.writerow([n, "สวัสดี", value if plain else json.dumps(value, separators=(",", ":"))])
    assert rows_of(everything(path, "csv", fields={"date": "published"})) == wanted
    assert everything(path, "csv").rows["date"].null_count() == len(wanted)
    with pytest.raises(SourceError, match=r"source\.fields\.date.*'publishd'.*did you mean 'published'"):
        everything(path, "csv", fields={"date": "publishd"})


def parquet(path: Path, column: Any) -> Path:
    ids = [str(n) for n in range(len(column))]
    pq.write_table(pa.table({"id": ids, "text": ["ជំរាបសួរ"] * len(ids), "date": column}), path)
    return path


def test_parquet_with_text(everything: Read, tmp_path: Path, wanted: list[Any]) -> None:
    texts = [value if value is None or isinstance(value, str) else json.dumps(value) for value in VALUES]
    texts[-2] = '{"$date":"2024-05-01"}'
    column = pa.array(texts)
    for kind in (pa.string(), pa.large_string(), pa.string_view(), pa.binary()):
        assert rows_of(everything(parquet(tmp_path / "a.parquet", column.cast(kind)), "parquet")) == wanted
    path = parquet(tmp_path / "a.parquet", column.dictionary_encode())
    assert rows_of(everything(path, "parquet", frame_bytes=1)) == wanted
    with pytest.raises(SourceError, match=r"source\.fields\.date.*'dat'.*did you mean 'date'"):
        everything(path, "parquet", fields={"date": "dat"})
    assert everything(path, "parquet", fields={"date": None}).rows["date"].null_count() == len(wanted)


NOON = datetime.datetime(2024, 5, 1, 12)
EARLY = datetime.datetime(1969, 12, 31, 23, 59, 59, 999_000)
ZONED = NOON.replace(tzinfo=datetime.UTC)
N = None


@pytest.mark.parametrize(
    ("column", "found", "kept"),
    [
        (pa.array([NOON.date(), None, datetime.date(1851, 1, 2)]), ["2024-05-01", N, "1851-01-02"], [N, N, N]),
        (pa.array([NOON.date(), None], pa.date64()), ["2024-05-01", N], [N, N]),
        (pa.array([datetime.date(9999, 12, 31), datetime.date(1, 1, 1)]), [N, N], ["9999-12-31", "0001-01-01"]),
        (pa.array([NOON, EARLY], pa.timestamp("ms")), ["2024-05-01T12:00:00Z", "1969-12-31T23:59:59Z"], [N, N]),
        (pa.array([NOON, EARLY], pa.timestamp("us")), ["2024-05-01T12:00:00Z", "1969-12-31T23:59:59Z"], [N, N]),
        (pa.array([NOON, None], pa.timestamp("ns")), ["2024-05-01T12:00:00Z", N], [N, N]),
        # A zone says how a moment is shown, not which it is; and Thailand's does not change the calendar.
        (pa.array([ZONED], pa.timestamp("us", "Asia/Bangkok")), ["2024-05-01T12:00:00Z"], [N]),
        (pa.array([ZONED], pa.timestamp("ms", "-03:30")), ["2024-05-01T12:00:00Z"], [N]),
        (pa.array([ZONED], pa.timestamp("ms", "Mars/Olympus")), ["2024-05-01T12:00:00Z"], [N]),
        (pa.array([2024, 1714521600, None, 7]), ["2024", "2024-05-01T00:00:00Z", N, N], [N, N, N, "7"]),
        (pa.array([2024], pa.uint16()), ["2024"], [N]),
        (pa.array([2024.0, 1714521600.5, float("nan"), 1e300]), ["2024", DATES[4], N, N], [N, N, N, "1e+300"]),
        (pa.array([2024.0], pa.float32()), ["2024"], [N]),
        (pa.array([Decimal("1714521600.00")]), ["2024-05-01T00:00:00Z"], [N]),
        (pa.array([2024, 1999]).dictionary_encode(), ["2024", "1999"], [N, N]),
        # No dates, though there is a number in them.
        (pa.array([True]), [N], ["true"]),
        (pa.array([datetime.time(20, 24)]), [N], ["20:24:00.000000"]),
        (pa.array([2024], pa.duration("s")), [N], ["PT33M44S"]),
        (pa.array([{"year": 2024}, None]), [N, N], ['{"year":2024}', N]),
        (pa.array([[2024]]), [N], ["[2024]"]),
        (pa.nulls(2), [N, N], [N, N]),
    ],
    ids=lambda one: str(one.type) if isinstance(one, pa.Array) else "",
)  # fmt: skip
def test_parquet_of_every_kind(
    everything: Read, tmp_path: Path, column: Any, found: list[str | None], kept: list[str | None]
) -> None:
    rows = everything(parquet(tmp_path / "a.parquet", column), "parquet").rows
    assert rows["date"].to_list() == found
    assert rows["unread_date"].to_list() == kept


def test_parquet_dates_that_are_not_utf8_cost_no_row(everything: Read, tmp_path: Path) -> None:
    offsets = pa.array([0, 4, 6, 10], pa.int32()).buffers()[1]
    column = pa.Array.from_buffers(pa.string(), 3, [None, offsets, pa.py_buffer(b"2024\xff\xfe2023")])
    nested = pa.ListArray.from_arrays(pa.array([0, 1, 2, 3], pa.int32()), column)
    assert rows_of(everything(parquet(tmp_path / "a.parquet", column), "parquet")) == [
        ("0", "2024", None), ("1", None, "\ufffd\ufffd"), ("2", "2023", None),
    ]  # fmt: skip
    assert rows_of(everything(parquet(tmp_path / "a.parquet", nested), "parquet")) == [
        ("0", None, '["2024"]'), ("1", None, "\ufffd"), ("2", None, '["2023"]'),
    ]  # fmt: skip


def test_warc(everything: Read, tmp_path: Path) -> None:
    out = BytesIO()
    writer = WARCWriter(out, gzip=False)
    said = ["2024-05-01T12:00:00Z", "2024-05-01T12:00:00.123456Z", "2024-05", "1 May 2024", "2024-05-?01"]
    for number, date in enumerate(said):
        headers = {"WARC-Date": date, "WARC-Record-ID": f"<{number}>"}
        text = BytesIO("Чего нет, того нет.".encode())
        record = writer.create_warc_record(
            "a", "resource", text, warc_content_type="text/plain", warc_headers_dict=headers
        )
        writer.write_record(record)
    (tmp_path / "a.warc").write_bytes(out.getvalue().replace(b"-?", b"-\xff"))
    found = everything(tmp_path / "a.warc", "warc")
    assert rows_of(found) == [
        ("0", "2024-05-01T12:00:00Z", None), ("1", "2024-05-01T12:00:00Z", None), ("2", "2024-05", None),
        ("3", None, "1 May 2024"), ("4", None, found.rows["unread_date"][4]),
    ]  # fmt: skip
    assert found.rows["unread_date"][4].startswith("2024-05-")
    assert everything(tmp_path / "a.warc", "warc", fields={"date": None}).rows["date"].null_count() == len(said)


def test_plain_text_has_none(everything: Read, tmp_path: Path) -> None:
    (tmp_path / "2024-05-01.txt").write_text("2024-05-01\n")
    assert everything(tmp_path / "2024-05-01.txt", "text").rows["date"].to_list() == [None]


def test_a_made_id_does_not_depend_on_the_date(everything: Read, tmp_path: Path) -> None:
    ids = set()
    for date in ('"2024"', '"31 April"', "null", "1714521600"):
        (tmp_path / "a.jsonl").write_text('{"text": "ሰላም", "date": ' + date + "}\n", encoding="utf-8")
        ids |= set(everything(tmp_path / "a.jsonl", "jsonl").rows["id"])
    assert ids == {"b0cd22acebd1e095d46b4fba8a83b72d"}
