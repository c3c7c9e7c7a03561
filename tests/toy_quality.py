"""A stage whose scores stand in the text, with one rule that keeps a top share: for tests of selection.

A text such as `0.5 0.25 1|some words` has a score by each of three models; `quality` is the first of them. What is no
number is a score that could not be measured.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import polars as pl

from filters._selection import SelectionParams
from schemas.columns import Column
from schemas.stage import Measure, Rule, Threshold, threshold
from tests import running


class Params(SelectionParams):
    """How much stays."""

    share: Threshold = threshold(0.5, "Share that stays", unit="0 to 1", source="the test")
    min_length: Threshold = threshold(0, "Least length", unit="characters", source="the test")


def _number(word: str) -> float | None:
    try:
        return float(word)
    except ValueError:
        return None


def measure(frame: pl.DataFrame, params: Params, resource: None) -> pl.DataFrame:
    """The numbers before the bar."""
    parts = [[_number(word) for word in (text or "").partition("|")[0].split()] or None for text in frame["text"]]
    return pl.DataFrame(
        {
            "toy_quality": pl.Series([None if one is None else one[0] for one in parts], dtype=pl.Float64),
            "toy_parts": pl.Series(parts, dtype=pl.List(pl.Float64)),
            "toy_length": frame["text"].str.len_chars().cast(pl.Int64),
        }
    )


STAGE = Measure(
    name="toy",
    version=1,
    summary="Scores that stand in the text",
    params=Params,
    reads=("text",),
    adds=(
        Column("toy_quality", pl.Float64, "Score by the first model"),
        Column("toy_parts", pl.List(pl.Float64), "Score by each model"),
        Column("toy_length", pl.Int64, "Characters"),
    ),
    measure=measure,
    rules=(
        Rule("toy_low", "toy_quality", "share", "top_share", "Not among the best", parts="toy_parts"),
        Rule("toy_short", "toy_length", "min_length", "at_least", "Too short"),
    ),
)


def stages(real: Any) -> dict[str, Any]:
    """The stages that there are, and this one: for `monkeypatch.setattr(catalogue, "stages", …)`."""
    return {**real, STAGE.name: STAGE}


def corpus(folder: Path, *, files: int, rows: int, seed: int = 4) -> Path:
    """Documents in four languages, of several kinds, sites and lengths, with scores that tie."""
    draw = random.Random(seed)
    languages = ("tha_Thai", "hin_Deva", "amh_Ethi", "yor_Latn")
    for number in range(files):
        made = []
        for index in range(rows):
            kind = draw.choice(["poem", "news", "ጽሑፍ", None])
            scores = [round(draw.random() / (3 if kind == "poem" else 1), 1) for _ in range(3)]
            words = f"{draw.choice(['ก', 'क', 'ẹ'])} {number} {index}{' more' * draw.randrange(9)}"
            text = f"{' '.join(map(str, scores))}|{words}"
            made.append(
                {
                    "id": f"{number}-{index}",
                    "text": text if draw.random() < 0.97 else text.replace("0.", "zero", 1),
                    "url": draw.choice([None, f"https://www.{draw.choice('abc')}.example/{index}"]),
                    "declared_language": languages[min(draw.randrange(5), 3)],
                    "kind": kind,
                }
            )
        running.jsonl(folder / f"{number:04d}.jsonl", made)
    return folder
