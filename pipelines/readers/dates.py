"""Dates as sources write them, brought to one form: `2024-05-01T12:00:00Z`, `2024-05-01`, `2024-05` or `2024`.

What is written in one way only is read, and nothing is guessed: no order of day and month, no calendar, no time zone
by name. Years are those of ISO 8601 (Gregorian), in ASCII digits.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from filters import _segments

# Years outside are placeholders (0001, 9999) or of another calendar (2567 of the Buddhist era). Were they taken, they
# would win every comparison. 2016 of the Ethiopian calendar or 1403 of the Iranian cannot be told from our own.
FIRST_YEAR, LAST_YEAR = 1000, 2100
_SHOWN = 100  # characters of what is no date

# The one form. Days that not every month has go the long way, by the calendar; all other dates are done with this.
_PLAIN = (
    r"^(?:1[0-9]|20)[0-9]{2}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|1[0-9]|2[0-8])"
    r"(?:T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z)?)?)?$"
)
# ISO 8601 as far as it names days of a month, with a space for the T as databases write it.
_ISO = (
    r"^([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})"
    r"(?:[Tt ]([0-9]{2})(?::?([0-9]{2})(?::?([0-9]{2})(?:[.,][0-9]+)?)?)?"
    r"(?: ?(?:[Zz]|UTC|GMT|([+\-−])([0-9]{2})(?::?([0-9]{2}))?))?)?)?)?$"
)
_PARTS = ("year", "month", "day", "hour", "minute", "second", "sign", "offset_hours", "offset_minutes")
_UNSAID = {"year": 0, "month": 1, "day": 1}  # 0 for the others
_LENGTHS = {"hour": 20, "day": 10, "month": 7, "year": 4}  # characters of a date that says so much
_FORM = "%Y-%m-%dT%H:%M:%SZ"

# Unix time from 1973 on: 9 or 10 digits are seconds, three more are milliseconds.
_UNIX = r"^([0-9]{9,10})(?:[0-9]{3})?(?:\.[0-9]+)?$"
# 2024050112 may be noon on the first of May 2024 too, or a second in 2034: such numbers are no dates.
_UNIX_OR_CALENDAR = (
    r"^(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?:[01][0-9]|2[0-3])(?:[0-5][0-9])?(?:\.|$)"
)
# Other spellings, one after the other.
_SPELLINGS = (
    (r"^([0-9]+)\.0*$", "${1}"),  # a number that was read as a fraction
    (r"^([0-9]{8})([0-9]{6})$", "${1}T${2}"),  # as web archives write times
    (r"^([0-9]{4})([0-9]{2})([0-9]{2})([Tt].*)?$", "${1}-${2}-${3}${4}"),  # ISO 8601, basic
    (r"^([0-9]{4})[/.]([0-9]{2})[/.]([0-9]{2})([Tt ].*)?$", "${1}-${2}-${3}${4}"),
)


def canonical(written: pl.Series) -> pl.Series:
    """Dates in the one form; null where nothing is written, or what is no date.

    A time of day without a zone is taken as UTC; fractions of a second are left out.

    Args:
        written: length n, text.

    Returns:
        Length n, `date`.
    """
    text = written.cast(pl.String).str.strip_chars()
    other = (~text.str.contains(_PLAIN)).fill_null(False).arg_true()
    return (text.scatter(other, _read(text.gather(other))) if len(other) else text).alias("date")


def unread(written: pl.Series, dates: pl.Series) -> pl.Series:
    """What is written where no date could be read, its first characters; null elsewhere.

    Args:
        written: length n, text.
        dates: length n, what `canonical` made of it.
    """
    out = pl.repeat(None, len(written), dtype=pl.String, eager=True).alias("unread_date")
    if dates.null_count() == written.null_count():
        return out
    text = written.cast(pl.String).str.strip_chars()
    at = (dates.is_null() & (text != "")).fill_null(False).arg_true()
    return out.scatter(at, [_segments.prefix(one, _SHOWN) for one in text.gather(at)])


def _read(text: pl.Series) -> pl.Series:
    """As `canonical`, of what is not in the one form already."""
    other = (~text.str.contains(_ISO)).arg_true()
    if len(other):
        text = text.scatter(other, _respelt(text.gather(other)))
    parts = text.str.extract_groups(_ISO).struct.unnest()
    parts.columns = list(_PARTS)
    seconds, valid = _seconds(parts)
    times = pl.Series(np.where(valid, seconds, 0) * 1000).cast(pl.Datetime("ms")).dt.strftime(_FORM)
    length = pl.coalesce(pl.when(pl.col(part).is_not_null()).then(shown) for part, shown in _LENGTHS.items())
    shown = pl.lit(times).str.slice(0, length)
    return parts.select(pl.when(pl.lit(pl.Series(valid))).then(shown)).to_series()


def _respelt(text: pl.Series) -> pl.Series:
    """What is not ISO 8601 in its extended format, brought to it where it can be read; the rest as it is."""
    column = pl.col(text.name)
    seconds = column.str.extract(_UNIX).cast(pl.Int64)
    spelt = column
    for pattern, replacement in _SPELLINGS:
        spelt = spelt.str.replace(pattern, replacement)
    return (
        text.to_frame()
        .select(
            pl.when(column.str.contains(_UNIX_OR_CALENDAR))
            .then(column)
            .when(seconds.is_not_null())
            .then(pl.from_epoch(seconds, "s").dt.strftime(_FORM))
            .otherwise(spelt)
        )
        .to_series()
    )


def _seconds(parts: pl.DataFrame) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Seconds since 1970 in UTC, and whether they are those of a day that the calendar has.

    Args:
        parts: `_PARTS` as text, height n; what is not said is null.
    """
    east = pl.when(pl.col("sign") == "+").then(1).otherwise(-1).alias("sign")
    numbers = (pl.col(name).cast(pl.Int64).fill_null(_UNSAID.get(name, 0)) for name in _PARTS if name != "sign")
    year, month, day, hour, minute, second, offset_hours, offset_minutes, sign = (
        column.to_numpy() for column in parts.select(*numbers, east)
    )
    months = ((year - 1970) * 12 + month - 1).astype("M8[M]")
    days = months.astype("M8[D]") + (day - 1)
    seconds = days.astype(np.int64) * 86_400 + hour * 3600 + minute * 60 + second
    seconds -= sign * (offset_hours * 3600 + offset_minutes * 60)
    valid = (month >= 1) & (month <= 12) & (day >= 1) & (days.astype("M8[M]") == months)
    valid &= (hour < 24) | ((hour == 24) & (minute == 0) & (second == 0))  # 24:00 ends the day
    valid &= (minute < 60) & (offset_hours < 24) & (offset_minutes < 60)
    valid &= (second < 60) | ((second == 60) & (seconds % 86_400 == 0))  # leap seconds end a day of UTC
    years = seconds.astype("M8[s]").astype("M8[Y]").astype(np.int64) + 1970
    return seconds, valid & (years >= FIRST_YEAR) & (years <= LAST_YEAR)
