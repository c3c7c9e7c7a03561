"""In how many documents a key occurs over the whole corpus, for the Edit stage that asks (`schemas.stage.Counted`).

Copies of a document count once. So a key keeps the fingerprints of the documents that have it, the smallest first and
no more than `KEPT`: with fewer, they are counted; beyond, the largest one kept says how many there are (Bar-Yossef et
al. 2002, with a standard error of 3 %). Such tables add up: of frames to those of a file, of files to those of the
corpus, in any order and to the same result. A group's own documents are counted under a key that equals the group.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from pipelines.plan import Step
from schemas.columns import polars_schema
from schemas.errors import StageError
from schemas.stage import COUNTED, Counted, Edit

COUNTS = pl.Schema({"group": pl.UInt64, "key": pl.UInt64, "document": pl.UInt64})
KEPT = 1024
_SORTED = ("key", "group", "document")


def asked(step: Step[Edit]) -> Counted:
    """What a counting stage asks."""
    assert step.stage.counted is not None, step.name
    return step.stage.counted


def count(frame: pl.DataFrame, step: Step[Edit]) -> pl.DataFrame:
    """What a frame adds to the counts.

    Args:
        frame: documents as the stage will see them.
        step: a counting stage.

    Returns:
        The columns `COUNTS`: `document` is the fingerprint of a document that has the key.

    Raises:
        StageError: the stage broke its contract.
    """
    found = asked(step).keys(frame, step.params)
    wanted = polars_schema(COUNTED)
    if dict(found.schema) != dict(wanted):
        raise StageError(
            f"stage {step.name!r} must return the keys that it counts with the columns {', '.join(wanted.names())}; "
            f"it returned {', '.join(found.columns)}. This is a bug in the stage."
        )
    if found.is_empty():
        return pl.DataFrame(schema=COUNTS)
    found = found if found["row"].is_sorted() else found.sort("row")
    starts = np.flatnonzero(np.diff(found["row"].to_numpy().astype(np.int64), prepend=-1))
    # The sum, which wraps around, does not depend on the order of a document's lines.
    fingerprints = np.add.reduceat(found["key"].to_numpy(), starts)
    sizes = np.diff(np.append(starts, found.height))
    of_keys = found.select("group", "key", pl.Series("document", np.repeat(fingerprints, sizes)))
    groups = found["group"].gather(starts)
    of_groups = pl.DataFrame({"group": groups, "key": groups, "document": fingerprints}, schema=COUNTS)
    return pl.concat([of_keys, of_groups])


def add(rows: pl.DataFrame, step: Step[Edit]) -> pl.DataFrame:
    """Counts added up: sorted by key, with no more fingerprints of each than decide.

    Args:
        rows: columns `COUNTS`, of several tables one after the other.
        step: the counting stage.
    """
    rows = rows.sort(_SORTED)
    new = _new(rows, _SORTED)
    rows = rows.filter(pl.Series(new))
    starts = np.flatnonzero(_new(rows, _SORTED[:2]))
    rank = np.arange(rows.height) - np.repeat(starts, np.diff(np.append(starts, rows.height)))
    return rows.filter(pl.Series(rank < _kept(step)))


def repeated(counts: pl.DataFrame, step: Step[Edit]) -> pl.DataFrame:
    """The keys that enough different documents have.

    Args:
        counts: from `add`, with all there is of each key.
        step: the counting stage.

    Returns:
        `group`, `key` and `documents` (Float64: how many have it, about so if many); also the groups' own keys.
    """
    starts = np.flatnonzero(_new(counts, _SORTED[:2]))
    sizes = np.diff(np.append(starts, counts.height))
    enough = sizes >= asked(step).least(step.params)
    starts, sizes = starts[enough], sizes[enough]
    largest = counts["document"].to_numpy()[starts + sizes - 1].astype(np.float64)
    kept = _kept(step)
    documents = np.where(sizes < kept, sizes, (kept - 1) * 2.0**64 / (largest + 1))
    return counts.select("group", "key")[starts].with_columns(pl.Series("documents", documents, dtype=pl.Float64))


def common(repeated: pl.DataFrame, step: Step[Edit]) -> npt.NDArray[np.uint64]:
    """The keys that a good share of their group's documents have, sorted: what `edit` gets.

    Args:
        repeated: from `repeated`; of a group with any key also its own.
        step: the counting stage.
    """
    totals = repeated.filter(pl.col("key") == pl.col("group")).select("group", total="documents")
    rows = repeated.filter(pl.col("key") != pl.col("group")).join(totals, on="group", how="inner", validate="m:1")
    kept = rows.filter(pl.col("documents") >= asked(step).share(step.params) * pl.col("total"))
    return kept["key"].unique().sort().to_numpy()


def _kept(step: Step[Edit]) -> int:
    return max(KEPT, asked(step).least(step.params))


def _new(rows: pl.DataFrame, columns: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    """Which rows differ from the one before them."""
    new = np.zeros(rows.height, np.bool_)
    new[:1] = True
    for name in columns:
        values = rows[name].to_numpy()
        new[1:] |= values[1:] != values[:-1]
    return new
