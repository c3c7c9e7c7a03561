"""Text normalised: encoding damage repaired, control characters and odd white space gone, Unicode NFC.

What was changed is counted. Repair comes first, because damaged text often holds the very control characters and
no-break spaces that the later steps remove. Mojibake is undone by ftfy, which is asked only about texts that show
its marks; it changes nothing else there (no quotes, no ligatures, no width).
"""

from __future__ import annotations

from functools import lru_cache

import ftfy
import polars as pl
from pydantic import Field

from filters import _unicode
from schemas.columns import Column
from schemas.stage import Edit, StageParams

# UTF-8 read as a single-byte encoding shows a lead byte (C2..F4 in Latin-1 or Windows-1252) before a continuation
# byte (80..BF there); read as Windows-1251 the lead bytes D0 and D1 show as Cyrillic Р and С before a symbol.
_MOJIBAKE = (
    r"[\u00C2-\u00F4][\u0080-\u00BF\u0152\u0153\u0160\u0161\u0178\u017D\u017E\u0192\u02C6\u02DC\u2013-\u203A\u20AC\u2122]"
    r"|[РС][\u00A0-\u00BF\u2013-\u203A\u20AC\u2116\u2122ЂЃѓЉЊЌЋЏђљњќћџЎўЈҐЁЄЇІіґёєјЅѕї]"
    r"|вЂ"
)
# C0 and C1 controls but tab and newline, the byte order mark, noncharacters, zero-width space, soft hyphen,
# word joiner, and the bidirectional overrides, which reorder what a reader sees. Joiners (U+200C, U+200D) and
# direction marks (U+200E, U+200F) stay: Persian, Indic scripts and emoji are written with them.
_INVISIBLE = (
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u200b\u2060\u202a-\u202e\u2066-\u2069\ufeff"
    "\ufdd0-\ufdef\ufffe\uffff]"
)
_ODD_SPACE = "[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\t]"
_LINE_END = "\r\n|[\r\u0085\u2028\u2029]"


class Params(StageParams):
    """What is normalised."""

    mojibake: bool = Field(True, description="Repair text that was decoded with the wrong encoding (ftfy)")
    white_space: bool = Field(
        True, description="Turn every kind of space into U+0020, runs of spaces into one, and trim lines and text"
    )
    blank_lines: int = Field(
        1, ge=0, description="Longest run of blank lines that stays", json_schema_extra={"unit": "lines"}
    )


_COUNT = {
    "normalise_mojibake": "Texts in which wrongly decoded characters were repaired (0 or 1)",
    "normalise_invisible": "Control and invisible characters removed",
    "normalise_white_space": "Odd spaces and line ends replaced",
    "normalise_nfc": "Texts that were not in Unicode NFC (0 or 1)",
}


def edit(frame: pl.DataFrame, params: Params, resource: None) -> pl.DataFrame:
    """Normalise `text`.

    Args:
        frame: with the column `text`.

    Returns:
        `text` and the counts, of the frame's height. A null text stays null, with null counts.
    """
    out = _once(frame["text"], params)
    rows = (out["text"] != frame["text"]).fill_null(False)
    # Mojibake may show only now: a zero-width space stood in its middle, or NFC composed it. Each round repairs
    # some, which makes the text shorter, so the rounds end.
    while params.mojibake and (rows := rows & out["text"].str.contains(_MOJIBAKE).fill_null(False)).any():
        again = _once(out["text"].filter(rows), params)
        where, before = rows.arg_true(), out.filter(rows)
        rows = pl.repeat(False, out.height, dtype=pl.Boolean, eager=True).scatter(
            where, again["normalise_mojibake"] > 0
        )
        out = out.with_columns(
            out["text"].scatter(where, again["text"]),
            *(out[name].scatter(where, _together(name, before[name], again[name])) for name in _COUNT),
        )
    return out


def _together(name: str, first: pl.Series, second: pl.Series) -> pl.Series:
    """The counts of two rounds as one: those that say whether anything was done stay 0 or 1."""
    both = first + second
    return both.clip(upper_bound=1) if name in ("normalise_mojibake", "normalise_nfc") else both


def _once(text: pl.Series, params: Params) -> pl.DataFrame:
    """One round of repair, cleaning and NFC. Most texts are clean: they are looked through once and left alone."""
    repaired = _repair(text) if params.mojibake else text
    mended = (repaired != text).fill_null(False)
    rows = repaired.str.contains(_unclean(params)).fill_null(False).arg_true()
    out = repaired.alias("text").to_frame().with_columns(pl.lit(0, pl.Int64).alias(name) for name in _COUNT)
    if not rows.is_empty():
        cleaned = _clean(repaired.gather(rows), params)
        out = out.with_columns(out[name].scatter(rows, cleaned[name]) for name in cleaned.columns)
    there = pl.col("text").is_not_null()
    return out.with_columns(mended.cast(pl.Int64).alias("normalise_mojibake")).with_columns(
        pl.when(there).then(pl.col(name)).alias(name) for name in _COUNT
    )


@lru_cache(maxsize=8)
def _unclean(params: Params) -> str:
    """What a text holds that `_clean` may change."""
    found = [_INVISIBLE, _LINE_END, _unicode.may_change("NFC")]
    if params.white_space:
        blank = f"\n{{{params.blank_lines + 2},}}"
        found += [_ODD_SPACE, " {2}", " \n", "\n ", blank, r"\A\s", r"\s\z"]
    return "|".join(found)


def _clean(text: pl.Series, params: Params) -> pl.DataFrame:
    """Texts without what is invisible and odd, in NFC, and the counts of both."""
    out = text.alias("text").to_frame()
    invisible = pl.col("text").str.count_matches(_INVISIBLE).cast(pl.Int64).alias("normalise_invisible")
    spaces = pl.col("text").str.count_matches(f"{_LINE_END}|{_ODD_SPACE}").cast(pl.Int64)
    out = out.with_columns(invisible, (spaces if params.white_space else spaces * 0).alias("normalise_white_space"))
    clean = pl.col("text").str.replace_all(_LINE_END, "\n").str.replace_all(_INVISIBLE, "")
    if params.white_space:
        clean = clean.str.replace_all(_ODD_SPACE, " ").str.replace_all(" {2,}", " ")
        clean = clean.str.replace_all(" ?\n ?", "\n").str.strip_chars()
        clean = clean.str.replace_all(f"\n{{{params.blank_lines + 2},}}", "\n" * (params.blank_lines + 1))
    out = out.with_columns(clean).with_columns(pl.col("text").str.normalize("NFC").alias("nfc"))
    out = out.with_columns((pl.col("text") != pl.col("nfc")).cast(pl.Int64).alias("normalise_nfc"))
    return out.select(pl.col("nfc").alias("text"), "normalise_invisible", "normalise_white_space", "normalise_nfc")


def _repair(text: pl.Series) -> pl.Series:
    suspicious = text.str.contains(_MOJIBAKE).fill_null(False).arg_true()
    if suspicious.is_empty():
        return text
    # Line by line: one damaged quotation in a long page must not put the rest at risk.
    lines = pl.DataFrame({"row": suspicious, "line": text.gather(suspicious).str.split("\n")}).explode("line")
    damaged = lines["line"].str.contains(_MOJIBAKE).arg_true()
    fixed = pl.Series([ftfy.fix_encoding(line) for line in lines["line"].gather(damaged)], dtype=pl.String)
    mended = lines.with_columns(lines["line"].scatter(damaged, fixed)).group_by("row", maintain_order=True)
    return text.clone().scatter(suspicious, mended.agg(pl.col("line").str.join("\n"))["line"])


STAGE = Edit(
    name="normalise",
    version=2,
    summary="Repairs mojibake, removes control characters and odd white space, brings text to Unicode NFC",
    params=Params,
    reads=("text",),
    adds=tuple(Column(name, pl.Int64, description) for name, description in _COUNT.items()),
    edit=edit,
)
