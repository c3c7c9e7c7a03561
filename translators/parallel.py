"""Score and clean translations that there are already: a bitext through the same gates as our own translations.

Each row carries its translation in a field of its metadata. Free gates ask nobody; with `round_trip` the translation is
also translated back, as one of our own would be.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import Field, field_validator

from schemas import languages
from schemas.stage import Derive, Models, Rule, Threshold, threshold
from translators.flow import material, translating
from translators.flow.gates import GateParams, rules
from translators.flow.rows import derived_row, sample_of
from translators.flow.scribe import Scribe
from translators.flow.work import Cutting, Done
from translators.gates import registry

NAME = "parallel"


class ParallelParams(GateParams):
    """Parameters of the parallel stage."""

    target: str = Field(
        "target",
        description="Field of the source's `metadata` with the translation",
        json_schema_extra={"unit": "field", "source": "the recipe"},
    )
    target_language: str | None = Field(
        None,
        description="Language of all translations; null where each row says its own",
        json_schema_extra={"unit": "language code", "source": "the recipe"},
    )
    language_field: str = Field(
        "target_language",
        description="Field of the source's `metadata` with the language of the translation",
        json_schema_extra={"unit": "field", "source": "the recipe"},
    )
    round_trip: bool = Field(
        False,
        description="Whether translations that pass the free gates are translated back by the role `back`",
        json_schema_extra={"unit": "yes or no", "source": "our choice: the free gates cost nothing"},
    )
    segment_characters: int = Field(
        1500,
        gt=0,
        description="A longer translation is translated back in pieces",
        json_schema_extra={"unit": "characters", "source": "our choice"},
    )
    min_bleu: Threshold = threshold(
        None,
        "Least BLEU of the round trip, by target language",
        unit="BLEU points, 0 to 100",
        source="to be calibrated",
    )
    min_chrf: Threshold = threshold(
        None,
        "Least chrF++ of the round trip, by target language",
        unit="chrF points, 0 to 100",
        source="to be calibrated",
    )

    @field_validator("target_language")
    @classmethod
    def _label(cls, code: str | None) -> str | None:
        return None if code is None else languages.label(code)

    def limits_decide(self) -> bool:
        """Whether limits decide about what goes back."""
        return self.round_trip


def variants(row: Mapping[str, Any], params: ParallelParams) -> list[str]:
    """One row for each translation."""
    return ["pair"]


async def derive(row: Mapping[str, Any], models: Models, params: ParallelParams, kit: None) -> list[dict[str, Any]]:
    """The translation of a row with the scores of its gates.

    Args:
        row: `id`, `document_id`, `text`, `language` (label), `source`, `metadata`.
        models: who is asked for the way back.
        params: where the translation is.
        kit: nothing.

    Raises:
        ServerUnavailable: the server is away or keeps refusing.
        StopError: the request can never succeed.
    """
    made = derived_row(row, stage=NAME, variant="pair", operator="parallel", language=languages.UNDETERMINED)
    held: dict[str, Any] = json.loads(row["metadata"]) if row["metadata"] else {}
    target, code = held.get(params.target), params.target_language or held.get(params.language_field)
    if not isinstance(target, str) or not isinstance(code, str):
        missing = params.target if not isinstance(target, str) else params.language_field
        made["reasons"], made["raw"] = ["record_unfit"], f"the metadata have no text {missing!r}: {row['metadata']}"
        return [made]
    try:
        label = languages.label(code)
    except ValueError as error:
        made["reasons"], made["raw"] = ["record_unfit"], str(error)
        return [made]
    made["language"], made["text"] = label, target
    if not target.strip() or not row["text"].strip():
        made["reasons"] = ["no_answer"]
        return [made]
    route = translating.Route(
        source=row["language"],
        target=label,
        source_name=row["source"] or "",
        rules=RULES,
        params=params,
        cutting=Cutting(longest=params.segment_characters),
    )
    what = material.Text(row["text"])
    found = translating.Attempt(what.put_together((target,)))
    assert found.result is not None
    found.scores = translating.free_scores(what, found.result, Done((target,), ((row["text"], target),), 1.0), route)
    del found.scores["finished"]  # nobody was asked
    if params.round_trip:
        scribe = Scribe(models, row["id"], sample_of(row, NAME, "pair"))
        found = await translating.prove(found, what, route, scribe)
        scribe.write_into(made)
        made["parameters"] = translating.parameters(scribe, ["back"])
        made["model"] = scribe.spec("back").model
        made["model_returned"] = next((one.model_returned for one in scribe.exchanges), None)
    made["scores"], made["signatures"], made["back_text"] = found.scores, found.signatures, found.back_text
    if set(found.reasons) & set(FAILURES):
        made["reasons"], made["raw"] = found.reasons, found.raw
    return [made]


def _source_rows(params: ParallelParams) -> str:
    return "source"


def _asks(params: ParallelParams) -> bool:
    return params.round_trip


FAILURES = ("no_answer", "bad_answer", "too_long", "timed_out", "record_unfit")
RULES = (
    *rules(registry.TRANSLATION),
    Rule(
        "low_bleu",
        "bleu",
        "min_bleu",
        "at_least",
        "Too few words of the source came back from the round trip.",
        applies="bleu.applies",
    ),
    Rule(
        "low_chrf",
        "chrf",
        "min_chrf",
        "at_least",
        "Too few letters of the source came back from the round trip.",
        applies="chrf.applies",
    ),
)

STAGE = Derive(
    name=NAME,
    version=2,
    summary="Holds translations that there are already against the gates of our own, and may prove them by a way back.",
    params=ParallelParams,
    reads=("id", "text", "language", "source"),
    derive=derive,
    variants=variants,
    of=_source_rows,
    rules=RULES,
    failures=FAILURES,
    asks=_asks,
)
