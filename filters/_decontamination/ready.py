"""What happens before a run: items are read and indexed once, and what cannot be looked for is said."""

from __future__ import annotations

import hashlib
import json
import logging
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from filters import _terms
from filters._decontamination import files, index, items, runs
from filters._decontamination.params import BenchmarkParams
from schemas.errors import SourceError

_LOG = logging.getLogger("glotmill.decontamination")
_VERSION = 1  # raised when the same items give another index
_SHOWN = 8
P = TypeVar("P", bound=BenchmarkParams)


def fingerprint(params: BenchmarkParams) -> dict[str, str]:
    """SHA-256 of each benchmark's files, and what decides what their terms are."""
    digests = {
        f"{one.name} {place}": files.sha256(file)
        for one in params.benchmarks
        for place, file in enumerate(files.find(one.name, list(one.paths)))
    }
    return {**digests, **_terms.fingerprint()}


def prepare(params: P, folder: Path) -> P:
    """Build the index, if it is not there from an earlier run, and say what of the benchmarks cannot be found."""
    of = runs.sizes(params)
    fields = [(one.name, one.fields, one.id) for one in params.benchmarks]
    made_of = [_VERSION, fields, sorted(fingerprint(params).items()), of, params.max_texts]
    digest = hashlib.sha256(json.dumps(made_of).encode()).hexdigest()[:32]
    home = folder / f"decontamination-{digest}"
    if not home.is_dir():
        built, told = index.build(items.read(params.benchmarks), of, params.max_texts)
        rows = [{"benchmark": one.name, **row} for one, row in zip(params.benchmarks, told, strict=True)]
        _refuse_empty(rows, params)
        built.save(home, rows)
    _tell(home)
    return params.with_index(home)


def _refuse_empty(rows: list[dict[str, Any]], params: BenchmarkParams) -> None:
    for row in rows:
        if not row["ngrams"] and not row["whole"]:
            raise SourceError(
                f"benchmark {row['benchmark']!r}: none of its {row['items']:,} items can be looked for: their texts "
                f"are shorter than {params.min_words} words, or templates alone. Name fields with longer text, or "
                "lower `min_words`."
            )


@cache
def _tell(home: Path) -> None:
    """Say it once, though two stages may look for the same items."""
    for row in index.report(home):
        if line := notice(row, home):
            _LOG.warning(line)


def notice(row: dict[str, Any], home: Path) -> str | None:
    """One benchmark's line, where something of it is not looked for."""
    if not row["too_short"] and not row["templates"]:
        return None
    said = f"benchmark {row['benchmark']}: {row['items']:,} items, {row['ngrams']:,} looked for by n-grams, "
    said += f"{row['whole']:,} as a whole"
    if names := row["too_short"]:
        shown = ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else "")
        said += f"; {len(names):,} cannot be looked for, being too short or templates alone: {shown}"
    if row["templates"]:
        said += f"; {row['templates']:,} phrases are left out, being templates"
    return f"{said} (all in {home / 'report.json'})"


def open_index(params: BenchmarkParams) -> index.Index:
    """The index, for a worker."""
    return index.load(params.index)
