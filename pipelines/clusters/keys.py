"""The keys of a Group stage: what documents must share to be compared at all, and what decides about them."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import xxhash

from filters import _segments
from pipelines import plan
from pipelines.plan import Step
from schemas.columns import polars_schema
from schemas.stage import KEYS, Group

MADE = pl.Schema([*polars_schema(KEYS).items(), ("content", pl.UInt64)])
_POLICY = ("prefer", "source_order", "verify")


def keys(step: Step[Group], frame: pl.DataFrame, resource: Any) -> pl.DataFrame:
    """The keys of a frame. Documents that the step's `within` sets apart share none.

    Args:
        frame: with the columns that the step reads.

    Returns:
        `row`, `key`, and `content`: equal where documents are alike in all that the step compares; null for a step
        that does not look further than keys.
    """
    stage, params = step.stage, step.params
    frame = _segments.add(frame, stage.reads)
    found = _apart(stage.key(frame, params, resource), frame, stage.within(params))
    if stage.verify is None or stage.least(params) is None:
        return found.with_columns(pl.lit(None, pl.UInt64).alias("content"))
    features = stage.verify.features(_segments.add(frame, stage.verify.reads), params, resource)
    digests = pl.Series([xxhash.xxh3_64_intdigest(one) for one in features], dtype=pl.UInt64)
    return found.with_columns(digests.gather(found["row"]).alias("content"))


def reads(step: Step[Group]) -> set[str]:
    """The columns that its keys are made of."""
    verify = step.stage.verify
    compared = () if verify is None or step.stage.least(step.params) is None else verify.reads
    return {*step.stage.reads, *step.stage.within(step.params), *compared}


def made_by(step: Step[Group]) -> str:
    """Changes whenever the same documents may have other keys: who stays, and from when on, is no part of it."""
    measured = step.measured()
    params = {name: value for name, value in measured["params"].items() if name not in _POLICY}
    compared = step.stage.least(step.params) is not None
    return plan.signature([{**measured, "params": params}, compared])


def _apart(found: pl.DataFrame, frame: pl.DataFrame, apart: tuple[str, ...]) -> pl.DataFrame:
    """The keys, mixed with the columns in which documents must agree."""
    if not apart or found.is_empty():
        return found
    values = frame.select(pl.concat_str([pl.col(c).cast(pl.String).fill_null("") for c in apart], separator="\0"))
    said = values.to_series().gather(found["row"])
    salts = {value: xxhash.xxh3_128_digest(value.encode()) for value in said.unique()}
    salt = np.frombuffer(b"".join(salts[value] for value in said), np.uint8)
    mixed = np.frombuffer(b"".join(found["key"]), np.uint8) ^ salt
    salted = pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), len(found), [None, pa.py_buffer(mixed)])
    return found.with_columns(pl.Series("key", pl.from_arrow(salted.cast(pa.large_binary()))))
