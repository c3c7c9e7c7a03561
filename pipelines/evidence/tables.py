"""All tables of evidence."""

from __future__ import annotations

from pipelines.evidence import clusters, confusion, gates, languages, reasons, round_trips, samples, scores, tokens
from pipelines.evidence.table import Table

TABLES: tuple[Table, ...] = tuple(
    module.TABLE for module in (languages, tokens, reasons, scores, clusters, confusion, gates, round_trips, samples)
)
