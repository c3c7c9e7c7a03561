"""The way back of human translations: what BLEU and chrF++ a good translation gets from this model."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from pipelines.plan import Step
from schemas.stage import Derive
from translators.flow import material, translating
from translators.flow.scribe import Models, Scribe
from translators.flow.verdict import Scores
from translators.flow.work import Cutting
from translators.gates.gate import Pair

NAMES = ("bleu", "chrf")
_AT_ONCE = 32


def scores(pairs: Sequence[Pair], models: Models, step: Step[Derive]) -> list[Scores]:
    """BLEU and chrF++ of each pair's way back; null where the model gave no answer that can be read.

    Args:
        pairs: human translations.
        models: who is asked; the role `back`.
        step: whose parameters say how texts are cut.

    Raises:
        BudgetSpent: it could cost more than the cap.
        ServerUnavailable: the server is away or keeps refusing.
        StopError: the requests can never succeed.
    """
    return asyncio.run(_all(pairs, models, step))


async def _all(pairs: Sequence[Pair], models: Models, step: Step[Derive]) -> list[Scores]:
    found: list[Scores] = [{} for _ in pairs]
    left = iter(enumerate(pairs))

    async def work() -> None:
        for number, pair in left:
            found[number] = await _one(pair, number, models, step)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(min(_AT_ONCE, max(1, len(pairs)))):
                group.create_task(work())
    except BaseExceptionGroup as errors:
        raise _first(errors) from None
    finally:
        close = getattr(models, "close", None)  # connections are of this event loop
        if close is not None:
            await close()
    return found


def _first(errors: BaseExceptionGroup) -> BaseException:
    error: BaseException = errors.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error


async def _one(pair: Pair, number: int, models: Models, step: Step[Derive]) -> Scores:
    what = material.Text(pair.source)
    route = translating.Route(
        source=pair.source_language,
        target=pair.target_language,
        source_name="",
        rules=(),  # all of them go back, whatever the gates say
        params=step.params,
        cutting=Cutting(longest=step.params.segment_characters),
    )
    scribe = Scribe(models, f"pair {number + 1}")
    made = await translating.prove(translating.Attempt(what.put_together((pair.target,))), what, route, scribe)
    return {name: made.scores.get(name) for name in NAMES}
