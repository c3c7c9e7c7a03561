# /// script
# requires-python = ">=3.11,<3.12"
# dependencies = ["dolma>=1.2"]
# ///
"""A tagger of dolma on documents. Usage: uv run --no-project --script dolma_rules.py FILE gopher_v1|c4_v2."""

from __future__ import annotations

import sys
from typing import Any

import dolma  # noqa: F401 (registers the taggers)
import timing
from dolma.core.data_types import Document
from dolma.core.registry import TaggerRegistry

if __name__ == "__main__":
    tagger: Any = TaggerRegistry.get(sys.argv[2])()
    timing.by_script(
        timing.documents(sys.argv[1]),
        lambda row: tagger.predict(Document(source="x", version="x", id="x", text=row["text"])),
    )
