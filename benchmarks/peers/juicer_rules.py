# /// script
# requires-python = ">=3.11,<3.12"
# dependencies = ["py-data-juicer>=1.4", "aiohttp"]
# ///
"""Data-Juicer's filters with the same purpose. Usage: uv run --no-project --script juicer_rules.py FILE."""

from __future__ import annotations

import sys
from typing import Any

import timing
from data_juicer.ops import filter as filters
from data_juicer.utils.constant import Fields

OPERATORS = (
    filters.WordsNumFilter(), filters.WordRepetitionFilter(rep_len=10), filters.CharacterRepetitionFilter(rep_len=10),
    filters.SpecialCharactersFilter(), filters.AlphanumericFilter(), filters.AverageLineLengthFilter(),
    filters.MaximumLineLengthFilter(),
)  # fmt: skip


def run(row: dict[str, Any]) -> None:
    sample = {"text": [row["text"]], Fields.stats: [{}]}
    for one in OPERATORS:
        sample = one.compute_stats_batched(sample)


if __name__ == "__main__":
    timing.by_script(timing.documents(sys.argv[1]), run)
