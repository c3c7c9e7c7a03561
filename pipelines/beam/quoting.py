"""What the Derive stages of a recipe will cost, from a pilot: a few documents taken through all of them.

The pilot is no loss: its answers are in the cache, where the run finds them.
"""

from __future__ import annotations

import asyncio
import heapq
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl
import xxhash

from pipelines import derived
from pipelines.beam.context import Context
from pipelines.beam.phases import derive
from pipelines.beam.phases.verdicts import Verdicts
from pipelines.plan import Step
from schemas.errors import RecipeError
from schemas.stage import Derive
from translators.llm.quote import Estimate, total_by_size

_BEFORE = frozenset(("measure", "judge", "dedup"))
Line = tuple[str, str, str]
"""Stage, role, model."""


@dataclass(frozen=True)
class QuoteLine:
    """What one model will be asked in one role of one stage.

    Args:
        requests, prompt_tokens, completion_tokens: of the whole run, the pilot included.
        dollars: null without a price.
    """

    stage: str
    role: str
    model: str
    requests: Estimate
    prompt_tokens: Estimate
    completion_tokens: Estimate
    dollars: Estimate | None


@dataclass(frozen=True)
class RunQuote:
    """What a run will cost.

    Args:
        documents: that stayed, and that the Derive stages work on.
        pilot: how many of them were taken through all stages.
        lines: by stage, role and model.
        tokens: sent and received, of all lines.
        dollars: of all lines; null where one has no price.
        spent: what the pilot took, tokens.
    """

    documents: int
    pilot: int
    lines: list[QuoteLine]
    tokens: Estimate
    dollars: Estimate | None
    spent: int


def quote(context: Context, final: Verdicts, pilot: int) -> RunQuote:
    """Take a pilot through all Derive stages, and say from it what all documents will cost.

    Documents are drawn by a hash of their ids. The cost of the others follows from their lengths: a straight line
    through the pilot's, see `translators.llm.quote.total_by_size`.

    Args:
        context: the run.
        final: what stays of the sources.
        pilot: documents to take.

    Raises:
        RecipeError: no stage asks a model.
        ServerUnavailable: the server is away or keeps refusing.
        BudgetSpent: the cap does not cover the pilot.
    """
    steps = context.plan.derive_steps
    client = context.plan.recipe.client
    if client is None or not any(step.stage.asks(step.params) for step in steps):
        raise RecipeError(f"{context.plan.recipe.name}: no stage asks a model, so there is nothing to quote.")
    sizes = dict(_sizes(final, steps))
    chosen = set(heapq.nsmallest(pilot, sizes, key=lambda one: (xxhash.xxh3_64_intdigest(one.encode()), one)))
    rows = [row for row in _rows(final) if row["id"] in chosen]
    costs: dict[Line, dict[str, list[float]]] = defaultdict(lambda: defaultdict(lambda: [0.0] * 4))
    priced = True
    made: dict[str, pl.DataFrame] = {}
    endpoint = derive.endpoint_of(context, client)
    with derive.server(client) as address:
        endpoint = replace(endpoint, local_url=address())
        for step in steps:
            of = step.stage.of(step.params)
            todo = rows if of == "source" else list(derive.accepted(made[of]))
            many = min(derive.at_once(client), max(1, len(todo)))
            asked = asyncio.run(derive.ask(step, todo, derive.opened(endpoint, step), many=many))
            made[step.name] = derived.judged(pl.DataFrame(asked, schema=derived.SCHEMA, orient="row"), step)
            for row in asked:
                for one in row["exchanges"]:
                    cost = costs[step.name, one["role"], one["model"]][row["document_id"]]
                    values = (1, one["prompt_tokens"], one["completion_tokens"], one["dollars"] or 0.0)
                    for index, value in enumerate(values):
                        cost[index] += value
                    priced = priced and one["dollars"] is not None
    rest = [size for one, size in sizes.items() if one not in chosen]

    def estimate(by_document: list[dict[str, list[float]]], index: tuple[int, ...]) -> Estimate:
        """The total of some columns: what the pilot took, and what the rest will."""
        seen = [
            (sizes[one], sum(costs_of[one][at] for costs_of in by_document if one in costs_of for at in index))
            for one in sorted(chosen)
        ]
        return total_by_size(seen, rest, sum(value for _, value in seen))

    lines = [
        QuoteLine(
            *line,
            estimate([of], (0,)),
            estimate([of], (1,)),
            estimate([of], (2,)),
            estimate([of], (3,)) if priced else None,
        )
        for line, of in sorted(costs.items())
    ]
    every = list(costs.values())
    return RunQuote(
        documents=len(sizes),
        pilot=len(chosen),
        lines=lines,
        tokens=estimate(every, (1, 2)),
        dollars=estimate(every, (3,)) if priced else None,
        spent=int(sum(cost[1] + cost[2] for of in every for cost in of.values())),
    )


def before_derive(context: Context) -> Context:
    """The same run with the phases alone that a quote needs."""
    return replace(context, only=_BEFORE)


def _rows(final: Verdicts) -> Iterator[dict[str, Any]]:
    for judged in final.shards():
        yield from derive.SourceUnit(judged).rows()


def _sizes(final: Verdicts, steps: Sequence[Step[Derive]]) -> Iterator[tuple[str, float]]:
    """Id and length of each document that a stage works on."""
    first = [step for step in steps if step.stage.of(step.params) == "source"]
    for row in _rows(final):
        if any(step.stage.variants(row, step.params) for step in first):
            yield row["id"], float(len(row["text"]))
