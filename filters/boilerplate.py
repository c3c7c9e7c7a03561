"""Furniture of the page removed from head and tail of a text: menus, bars of links, breadcrumbs, notices.

What goes is told by how lines look and where they stand, not by words, so it holds in every language. Lines between the
first and the last line of prose are never touched, nor is a text without prose (verse, dialogue, a list), nor the line
right before the prose (its heading), nor a page of which most is no prose, nor what a colon announces, nor rows of a
table. It is careful: a page keeps some furniture rather than lose a line of its text. What repeats over many
pages is the business of deduplication.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
from pydantic import Field

from schemas.columns import Column
from schemas.stage import Edit, StageParams

# By the numbers that the kernel gives (`_boilerplate_scan.BAR` and on).
_COUNT = {
    "boilerplate_bars": "Lines removed: bars of links and breadcrumbs (signs such as | or » between short items)",
    "boilerplate_menus": "Lines removed: menus (runs of short lines without punctuation or digits)",
    "boilerplate_repeated": "Lines removed: navigation that stands at head and tail",
    "boilerplate_sections": "Lines removed: links to the sections before and behind, and what follows them",
    "boilerplate_notices": "Lines removed: notices of copyright at the tail",
}
_CHARACTERS = "boilerplate_characters"


I64 = npt.NDArray[np.int64]


class Params(StageParams):
    """What is removed."""

    menu_lines: int = Field(
        6, ge=2, description="Short lines in a row that make a menu", json_schema_extra={"unit": "lines"}
    )


def edit(frame: pl.DataFrame, params: Params, resource: None) -> pl.DataFrame:
    """Remove furniture from `text`.

    Args:
        frame: with the column `text`.

    Returns:
        `text` and the counts, of the frame's height. A null text stays null, with null counts. A second pass finds
        nothing.
    """
    text = frame["text"]
    counts = np.zeros((text.len(), len(_COUNT)), np.int64)
    rows = np.arange(text.len(), dtype=np.int64)
    now = text.clone()
    # Without a bar a menu may be longer, or another line the last: look again at what was changed.
    while len(rows):
        changed, shorter, removed = _once(now.gather(rows), params)
        rows = rows[changed]
        counts[rows] += removed
        now = now.scatter(rows, shorter) if len(rows) else now
    out = pl.DataFrame({name: counts[:, i] for i, name in enumerate(_COUNT)})
    lost = (text.str.len_chars().cast(pl.Int64) - now.str.len_chars().cast(pl.Int64)).alias(_CHARACTERS)
    there = text.is_not_null()
    return pl.DataFrame({"text": now}).with_columns(
        *(pl.when(there).then(out[name]).alias(name) for name in _COUNT), lost
    )


def _once(text: pl.Series, params: Params) -> tuple[I64, pl.Series, I64]:
    """Rows that changed, their new texts, and how many lines went from each by reason, shape (rows, reasons)."""
    from filters._kernels import boilerplate as scan
    from filters._kernels.lines import lines
    from filters._kernels.utf8 import strings

    table, data = lines(text)
    out = scan.verdicts(
        data, table.begin, table.end, table.of, table.words, table.letters, table.digits, table.symbols,
        table.separators, table.stops, table.last, table.digest, params.menu_lines,
    )  # fmt: skip
    gone = np.flatnonzero(out)
    counts = np.zeros((text.len(), len(_COUNT)), np.int64)
    np.add.at(counts, (table.row[gone], out[gone].astype(np.int64) - 1), 1)
    changed = np.unique(table.row[gone])
    into, ends = scan.without(data, strings(text).starts, table.of, table.begin, table.end, out, changed)
    array = pa.LargeStringArray.from_buffers(len(changed), pa.py_buffer(ends), pa.py_buffer(into))
    shorter = pl.Series(pl.from_arrow(array))
    return changed, shorter, counts[changed]


STAGE = Edit(
    name="boilerplate",
    version=1,
    summary="Removes menus, bars of links, breadcrumbs and notices of copyright from head and tail, by how lines look",
    params=Params,
    reads=("text",),
    adds=(
        *(Column(name, pl.Int64, description) for name, description in _COUNT.items()),
        Column(_CHARACTERS, pl.Int64, "Characters removed with all these lines"),
    ),
    edit=edit,
)
