"""What the figures share: documents, recipes, and the rows of a release, read with polars alone."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from schemas.languages import label
from tests import running

MODEL = "rule"
WORDS = (
    "harbour", "lantern", "ferry", "island", "bicycle", "keeper", "market", "bridge", "copper", "orchard", "winter",
    "ladder", "kitchen", "garden", "window", "letter", "mountain", "basket", "painter", "signal", "borrow", "measure",
    "carry", "open", "repair", "quiet", "narrow", "early", "before", "between", "under", "seven", "always",
)  # fmt: skip


def prompts(
    count: int, *, seed: int = 1, paragraphs: int = 2, length: int = 14, code: bool = False
) -> list[dict[str, Any]]:
    """English prompts, no two of them alike, with numbers that say which paragraph is which.

    Args:
        count: how many.
        seed: of their words.
        paragraphs: of each.
        length: words of a paragraph.
        code: whether fenced code stands between paragraphs, so that each is a segment of its own.
    """
    draw = random.Random(seed)
    rows = []
    gap = "\n\n```\nload()\n```\n\n" if code else "\n\n"
    for number in range(count):
        parts = [
            f"Notice {number} part {part}: {' '.join(draw.choices(WORDS, k=length))}."
            for part in range(1, paragraphs + 1)
        ]
        rows.append({"id": f"p{number:05d}", "text": gap.join(parts), "lang": "en"})
    return rows


def write(folder: Path, rows: Sequence[Mapping[str, Any]], files: int = 1) -> str:
    """Rows in so many files; the address of all of them."""
    for number in range(files):
        running.jsonl(folder / f"{number:03d}.jsonl", rows[number::files])
    return f"{folder}/*.jsonl"


def recipe(paths: str, base_url: str, stages: Mapping[str, Any], **client: Any) -> dict[str, Any]:
    """A recipe of Derive stages alone, over rows that say their language."""
    return running.recipe(
        paths, dict(stages), source={"fields": {"declared_language": "lang"}},
        client={"base_url": base_url, "model": MODEL, "concurrency": 32, **client},
    )  # fmt: skip


def translation(target: str | Sequence[str] = "fr", *keep: str, **more: Any) -> dict[str, Any]:
    """The translation stage with all limits off but for `keep`: what is made letter by letter is no real language."""
    targets = [target] if isinstance(target, str) else list(target)
    kept = ("min_bleu", "min_chrf", "min_finished", "min_placeholders_kept", *keep)
    return {"translation": {"targets": targets, **running.open_gates("translation", *kept), **more}}


def accepted(out: Path, stage: str = "translation") -> pl.DataFrame:
    """The rows that a Derive stage released."""
    return _read(sorted((out / "data").glob(f"*-{stage}/*.parquet")))


def quarantined(out: Path) -> pl.DataFrame:
    """The derived rows that did not pass."""
    return _read(sorted((out / "dead" / "quarantine").glob("*.parquet")))


def documents(out: Path, place: str = "data") -> pl.DataFrame:
    """The source documents in `data`, `rejected` or `dead`."""
    found = (out / place).glob("*/*.parquet" if place == "data" else "*.parquet")
    return _read(sorted(path for path in found if place != "data" or "-" not in path.parent.name))


def _read(files: Iterable[Path]) -> pl.DataFrame:
    frames = [pl.read_parquet(file) for file in files]
    return pl.concat(frames) if frames else pl.DataFrame()


def manifest(out: Path) -> dict[str, Any]:
    """The manifest as JSON has it."""
    return dict(json.loads((out / "manifest.json").read_text(encoding="utf-8")))


def declarations(corpora: Path, codes: Iterable[str]) -> dict[str, dict[int, str]]:
    """The Universal Declaration of Human Rights: label -> number of a paragraph -> its text."""
    table = pl.read_parquet(corpora / "udhr_dev.parquet").sort("iso639_3", "udhr_code", "paragraph")
    found: dict[str, dict[int, str]] = {}
    for code in codes:
        own = table.filter(pl.col("iso639_3") == code)
        texts: dict[int, str] = {}
        for number, text in own.select("paragraph", "text").iter_rows():
            texts.setdefault(number, text.strip())
        found[label(code)] = {number: text for number, text in texts.items() if text}
    return found
