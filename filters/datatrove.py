"""Any filter of datatrove inside a recipe, for those who bring their own.

Each document becomes datatrove's `Document` and the filters are asked one after the other, up to the first that drops
it. That is Python, row by row: where a filter cuts words, a hundredth of the speed of the other stages. What a filter
writes into the text is not used: `C4QualityFilter`, which rewrites it, is refused, and `FastTextClassifierFilter` drops
documents but removes no lines.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, field_validator

from schemas.columns import Column
from schemas.errors import MissingPackage, RecipeError, one_of
from schemas.stage import Measure, Rule, StageParams, Threshold, threshold

_HOME = "datatrove.pipeline.filters"
_REFUSED = {
    "C4QualityFilter": "it rewrites the text, and a filter cannot do so here. Use the stages c4_lines and c4_quality",
    "SamplerFilter": "it draws in the order in which documents come, so no two runs agree. Draw from the release",
}


class Filter(BaseModel):
    """One filter and what it is made with."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(
        description="Class in datatrove.pipeline.filters (GopherQualityFilter), or its whole path (my_filters.Mine)"
    )
    arguments: Mapping[str, Any] = Field(default_factory=dict, description="Arguments of the class, by name")

    @field_validator("name")
    @classmethod
    def _fits(cls, name: str) -> str:
        short = name.rpartition(".")[2]
        if short in _REFUSED and name in (short, f"{_HOME}.{short}"):
            raise ValueError(f"{short}: {_REFUSED[short]}")
        return name


class Params(StageParams):
    """Which filters run, in order."""

    filters: list[Filter] = Field(
        default_factory=list, description="Filters, asked in order up to the first that drops a document"
    )
    min_datatrove_kept: Threshold = threshold(
        1, "1: a document goes that a filter drops; null: it is only marked", unit="0 or 1", source="datatrove"
    )


def _class(name: str) -> Any:
    module, _, short = name.rpartition(".")
    try:
        home = importlib.import_module(module or _HOME)
    except ImportError as error:
        raise RecipeError(
            f"datatrove stage: cannot import {module!r} for the filter {name!r}: {error}. "
            "Install the package it is in, or put its folder on PYTHONPATH."
        ) from error
    if not hasattr(home, short):
        allowed = [n for n, one in vars(home).items() if isinstance(one, type) and hasattr(one, "filter")]
        raise RecipeError(f"datatrove stage: {one_of(f'filter of {home.__name__}', short, allowed)}")
    return getattr(home, short)


def open_filters(params: Params) -> list[tuple[str, Any]]:
    """Make the filters: name and object of each.

    Raises:
        RecipeError: there is no such filter, or it does not take these arguments.
        MissingPackage: it needs a package that is not installed.
    """
    made = []
    for one in params.filters:
        kind = _class(one.name)
        try:
            made.append((one.name.rpartition(".")[2], kind(**one.arguments)))
        except ImportError as error:
            raise MissingPackage(f"datatrove stage, {one.name}: {error}") from error
        except (TypeError, ValueError) as error:
            raise RecipeError(
                f"datatrove stage, {one.name} with {dict(one.arguments)}: {error}. "
                "Its arguments are those of the class in datatrove."
            ) from error
    return made


def prepare(params: Params, folder: Path) -> Params:
    """Make the filters once before any data is read, so that a wrong name or argument shows at once."""
    open_filters(params)
    return params


def fingerprint(params: Params) -> dict[str, str]:
    """The version of datatrove; that of a filter of your own is yours to raise, in its arguments."""
    return {"datatrove": version("datatrove")}


def measure(frame: pl.DataFrame, params: Params, resource: Any) -> pl.DataFrame:
    """Ask the filters about each document.

    Args:
        frame: with `id`, `text`, `language` and `url`.
        resource: from `open_filters`.

    Returns:
        `datatrove_kept` (1, or 0 where a filter dropped the document) and `datatrove_reason`, "filter: reason" of the
        one that did, empty where none did; null for a null text. What a filter raises is not caught: the document
        becomes a dead row.

    Raises:
        MissingPackage: a filter needs a package that is not installed, and says so only now.
    """
    from datatrove.data import Document

    kept: list[int | None] = []
    reasons: list[str | None] = []
    for key, text, language, url in frame.select("id", "text", "language", "url").iter_rows():
        if text is None:
            kept.append(None)
            reasons.append(None)
            continue
        reason = ""
        for name, one in resource:
            # A document of its own for each: one filter's change of the text must not reach the next.
            metadata = {"language": language, **({"url": url} if url is not None else {})}
            try:
                answer = one.filter(Document(text=text, id=key, metadata=metadata))
            except ImportError as error:  # datatrove looks for a tokenizer's package when it first cuts words
                raise MissingPackage(f"datatrove stage, {name}: {error}") from error
            keep, why = answer if isinstance(answer, tuple) else (answer, None)
            if not keep:
                reason = f"{name}: {why}" if why else name
                break
        kept.append(0 if reason else 1)
        reasons.append(reason)
    return pl.DataFrame(
        {"datatrove_kept": kept, "datatrove_reason": reasons},
        schema={"datatrove_kept": pl.Int64, "datatrove_reason": pl.String},
    )


STAGE = Measure(
    name="datatrove",
    version=1,
    summary="Runs any filter of datatrove inside a recipe, row by row in Python (slow)",
    params=Params,
    reads=("id", "text", "language", "url"),
    adds=(
        Column("datatrove_kept", pl.Int64, "1, or 0 where a filter of datatrove drops the document"),
        Column("datatrove_reason", pl.String, "The filter that dropped it and its reason; empty where none did"),
    ),
    open=open_filters,
    fingerprint=fingerprint,
    prepare=prepare,
    measure=measure,
    rules=(
        Rule("datatrove_dropped", "datatrove_kept", "min_datatrove_kept", "at_least", "Dropped by a datatrove filter"),
    ),
)
