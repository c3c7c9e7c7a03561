"""Exact duplicates: documents whose text is the same but for white space, case and compatibility forms.

The key is XXH3-128 (a fixed function, the same on every machine and in every version) of the text in NFKC, case-folded,
with every run of white space as one space.
"""

from __future__ import annotations

import polars as pl
import xxhash

from filters import _unicode
from filters._group import GroupParams, choose, prefers, within
from schemas.columns import polars_schema
from schemas.stage import KEYS, Group

_OTHER_THAN_ONE_SPACE = r"\s{2,}|[\s--\x20]"  # most white space is one space already: no need to replace it


class Params(GroupParams):
    """Who stays."""


def key(frame: pl.DataFrame, params: Params, resource: None) -> pl.DataFrame:
    """One key for each document that has any text.

    Args:
        frame: with `text`.

    Returns:
        `row` and `key`; a null or blank text has no key: it is not the duplicate of another.
    """
    form = frame["text"]
    changed = form.str.contains(_unicode.may_change("NFKC")).fill_null(False).arg_true()
    if not changed.is_empty():
        form = form.clone().scatter(changed, form.gather(changed).str.normalize("NFKC"))
    folded = form.str.to_lowercase().str.replace_all(_OTHER_THAN_ONE_SPACE, " ").str.strip_chars()
    text = folded.alias("text").to_frame().with_row_index("row")
    text = text.filter(pl.col("text").is_not_null() & (pl.col("text") != ""))
    keys = [xxhash.xxh3_128_digest(t.encode()) for t in text["text"]]
    return pl.DataFrame({"row": text["row"], "key": keys}, schema=polars_schema(KEYS))


STAGE = Group(
    name="exact_dedup",
    version=1,
    summary="Finds documents whose text is the same but for white space, case and compatibility forms",
    params=Params,
    reads=("text",),
    key=key,
    choose=choose,
    prefers=prefers,
    within=within,
    alike=1.0,
    reason="exact_duplicate",
    why="The same text stays once",
)
