"""What the readers' tests share: texts in many scripts, and a reader that checks what it hands over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines.readers import read
from pipelines.readers.contract import DEAD, READ, Batch, Unit
from pipelines.readers.rows import ERRORS
from schemas.columns import polars_schema
from schemas.recipe import Source

# One sentence each; Latin, Arabic, Han, Thai, Devanagari, Hebrew, Cyrillic, Ethiopic, Hangul, Tamil, and what is odd.
TEXTS = [
    "Le chat dort sur le lit.",
    "القطة تنام على السرير.",
    "猫在床上睡觉。",
    "แมวนอนอยู่บนเตียง",
    "बिल्ली बिस्तर पर सोती है।",
    "החתול ישן על המיטה.",
    "Кот спит на кровати.",
    "ድመቷ አልጋ ላይ ተኝታለች።",
    "고양이가 침대에서 잔다.",
    "பூனை கட்டிலில் தூங்குகிறது.",
    "nul \x00, astral 😀𐍈, combining e\u0301, \u2028 and \u200b",
]


class Everything:
    """All batches of a unit, put together."""

    def __init__(self, batches: Iterator[Batch]) -> None:
        self.batches = list(batches)
        for batch in self.batches:
            assert batch.rows.schema == polars_schema(READ)
            assert batch.dead.schema == polars_schema(DEAD)
            assert batch.rows.height + batch.dead.height > 0
            assert (
                batch.rows.select("id", "text", "source", "file", "position", "made_id")
                .null_count()
                .sum_horizontal()[0]
                == 0
            )
            needed = batch.dead.select("source", "file", "position", "error", "message", "replay")
            assert needed.null_count().sum_horizontal()[0] == 0
            assert batch.rows.filter(pl.col("date").is_not_null() & pl.col("unread_date").is_not_null()).is_empty()
        self.rows = pl.concat([b.rows for b in self.batches] or [pl.DataFrame(schema=polars_schema(READ))])
        self.dead = pl.concat([b.dead for b in self.batches] or [pl.DataFrame(schema=polars_schema(DEAD))])
        assert set(self.dead["error"]) <= set(ERRORS)
        for frame in (self.rows, self.dead):
            assert frame["position"].is_sorted()

    @property
    def texts(self) -> list[str]:
        return self.rows["text"].to_list()

    @property
    def errors(self) -> list[tuple[int, str]]:
        """Position and error of each dead row."""
        return list(zip(self.dead["position"], self.dead["error"], strict=True))


@pytest.fixture
def everything() -> Callable[..., Everything]:
    """Reads a file: `everything(path, format, frame_bytes=…, limit=…, **source)`."""

    def call(path: Path | str, format: str, frame_bytes: int = 1 << 20, **given: Any) -> Everything:
        of_unit = {key: given.pop(key) for key in ("limit", "first", "last") if key in given}
        unit = Unit(source="web", file=str(path), format=format, digest="d", size=1, **of_unit)
        return Everything(read(unit, Source(paths=[str(path)], **given), frame_bytes))

    return call


@pytest.fixture
def texts() -> list[str]:
    return list(TEXTS)
