"""Translate each row into the target languages, and prove each translation by a round trip.

For each target: translate; check what can be checked for free; translate back with a model that sees only the
translation; compare with the source; ask a judge where that leaves a doubt; have a stronger model repair what failed,
once. Every score is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from schemas import languages
from schemas.embedding import Embedding
from schemas.recipe import Role
from schemas.stage import Derive, Models, Rule, Threshold, Tools, threshold
from translators.flow import material, translating
from translators.flow.gates import GateParams, rules
from translators.flow.rows import derived_row, sample_of
from translators.flow.scribe import Scribe
from translators.flow.work import Cutting
from translators.gates import registry
from translators.knowledge import kit
from translators.knowledge.described import Bitext, Terms
from translators.prompts.translate import Draft
from translators.text.protection import ALL

NAME = "translation"
_CALIBRATED = "read off round trips of the sample instructions, English to French, Spanish, Hindi and Swahili"


class TranslationParams(GateParams):
    """Parameters of the translation stage."""

    targets: list[str] = Field(
        min_length=1,
        description="Languages to translate into; any code: fr, fra, fra_Latn",
        json_schema_extra={"unit": "language codes", "source": "the recipe"},
    )
    sources: list[str] | None = Field(
        None,
        description="Sources of the recipe whose rows are translated; null for all",
        json_schema_extra={"unit": "source names", "source": "our choice"},
    )
    source_languages: list[str] | None = Field(
        None,
        description="Languages that are translated from; null for all",
        json_schema_extra={"unit": "language codes", "source": "our choice"},
    )
    fields: list[str] | dict[str, list[str]] | None = Field(
        None,
        description="Fields of the record (the source's `metadata`) that are translated, such as question, "
        "table.rows[][] or messages[].content; the others stay. `text` is the row's text. A mapping from sources to "
        "such lists where they differ. Null: the text alone",
        json_schema_extra={"unit": "paths", "source": "our choice"},
    )
    spans: list[material.SpanField] = Field(
        default_factory=list,
        description="Labelled stretches of a field (names in a sentence, say) that have to be found again",
        json_schema_extra={"unit": "paths", "source": "our choice"},
    )
    max_characters: int = Field(
        20_000,
        gt=0,
        description="A longer text is not translated; it is kept with the reason too_long",
        json_schema_extra={"unit": "characters", "source": "our choice"},
    )
    segment_characters: int = Field(
        1500,
        gt=0,
        description="A longer text is translated in pieces, cut between paragraphs or sentences; base models get lines",
        json_schema_extra={"unit": "characters", "source": "our choice: fits the context window of small models"},
    )
    segments_at_once: int = Field(
        12,
        gt=0,
        description="Most pieces in one request to a chat model; their lengths add up to one piece's at most",
        json_schema_extra={"unit": "pieces", "source": "our choice"},
    )
    context: bool = Field(
        True,
        description="Whether a chat model sees the pieces of the request before with their translation",
        json_schema_extra={"unit": "yes or no", "source": "our choice: names and terms stay the same"},
    )
    protect: list[str] = Field(
        default_factory=lambda: sorted(ALL),
        description="What is a placeholder while it is away, so that it comes back as it was",
        json_schema_extra={"unit": "kinds", "source": "our choice"},
    )
    keep_terms: list[str] = Field(
        default_factory=list,
        description="Files with words that are not translated, one a line",
        json_schema_extra={"unit": "files", "source": "our choice"},
    )
    glossary: list[Terms] = Field(
        default_factory=list,
        description="Files with terms and their translations (TSV, CSV or JSON lines): addresses, or "
        "{path, source_language, target_language} where the file does not say them",
        json_schema_extra={"unit": "files", "source": "our choice"},
    )
    memory: list[Bitext] = Field(
        default_factory=list,
        description="Files with translations: a piece that one of them has is not asked for. Addresses, or "
        "{path, source_language, target_language} and the names of columns where the file does not say them",
        json_schema_extra={"unit": "files", "source": "our choice"},
    )
    examples: kit.ExampleParams | None = Field(
        None,
        description="Translations of similar texts that the model is shown",
        json_schema_extra={"unit": "files", "source": "arXiv 2408.00397"},
    )
    embedding: Embedding | None = Field(
        None,
        description="Model for the similarity of the round trip, and of examples by embedding",
        json_schema_extra={"unit": "model", "source": "arXiv 2004.13937: embeddings tell good round trips best"},
    )
    estimator: kit.EstimatorParams | None = Field(
        None,
        description="Model that estimates quality from source and translation (unbabel-comet)",
        json_schema_extra={"unit": "model", "source": "our choice"},
    )
    round_trip: Literal["passed", "always"] = Field(
        "passed",
        description="Which translations go back: those that passed the free gates, or all (to compare gates)",
        json_schema_extra={"unit": "choice", "source": "our choice: nothing is spent on what is wrong already"},
    )
    judge_below_chrf: float | None = Field(
        None,
        ge=0,
        le=100,
        description="A round trip that passes with less chrF++ than this is shown to the model of the role `judge`; "
        "null for none",
        json_schema_extra={"unit": "chrF points, 0 to 100", "source": "our choice"},
    )
    min_bleu: Threshold = threshold(
        30.0, "Least BLEU of the round trip, by target language", unit="BLEU points, 0 to 100", source=_CALIBRATED
    )
    min_chrf: Threshold = threshold(
        60.0, "Least chrF++ of the round trip, by target language", unit="chrF points, 0 to 100", source=_CALIBRATED
    )
    min_similarity: Threshold = threshold(
        None, "Least similarity of the round trip", unit="cosine, -1 to 1", source="depends on the embedding model"
    )
    min_estimate: Threshold = threshold(
        None, "Least estimated quality", unit="the estimator's", source="depends on the model: arXiv 2606.00285"
    )
    min_judged: Threshold = threshold(
        60.0, "Least score by the judge, where it was asked", unit="0 to 100", source="our choice: 70 is clumsy"
    )
    min_glossary_kept: Threshold = threshold(
        1.0, "Least share of the glossary's terms that are translated so", unit="share, 0 to 1", source="our choice"
    )
    min_spans_kept: Threshold = threshold(
        1.0, "Least share of labelled stretches found again", unit="share, 0 to 1", source="our choice"
    )

    @field_validator("targets")
    @classmethod
    def _targets(cls, codes: list[str]) -> list[str]:
        return _labels(codes)

    @field_validator("source_languages")
    @classmethod
    def _source_languages(cls, codes: list[str] | None) -> list[str] | None:
        return None if codes is None else _labels(codes)

    @field_validator("protect")
    @classmethod
    def _kinds(cls, kinds: list[str]) -> list[str]:
        if wrong := sorted(set(kinds) - ALL):
            raise ValueError(f"{', '.join(wrong)}: nothing of that kind is protected. Valid: {', '.join(sorted(ALL))}")
        return sorted(set(kinds))

    @model_validator(mode="after")
    def _models_that_are_needed(self) -> TranslationParams:
        if self.examples is not None and "embedding" in self.examples.methods and self.embedding is None:
            raise ValueError("examples by embedding need `embedding`, the model to compare with")
        if self.spans and not self.fields:
            raise ValueError("`spans` are stretches of fields: name the fields with texts in `fields`")
        return self

    def fields_of(self, source: str | None) -> list[str] | None:
        """The fields that are translated of a row of a source; None: its text alone."""
        return self.fields.get(source or "") if isinstance(self.fields, dict) else self.fields

    def limits_decide(self) -> bool:
        """Limits decide about what goes back, to a judge, or to be repaired."""
        return True


def _labels(codes: Sequence[str]) -> list[str]:
    found = [languages.label(code) for code in codes]
    if doubled := sorted({one for one in found if found.count(one) > 1}):
        raise ValueError(f"{', '.join(doubled)} is named more than once")
    return found


def variants(row: Mapping[str, Any], params: TranslationParams) -> list[str]:
    """The target languages of a row: all but its own; none where the parameters leave the row out."""
    if params.sources is not None and row["source"] not in params.sources:
        return []
    if params.source_languages is not None and row["language"] not in params.source_languages:
        return []
    return [target for target in params.targets if target != row["language"]]


async def derive(
    row: Mapping[str, Any], models: Models, params: TranslationParams, knowledge: kit.Kit
) -> list[dict[str, Any]]:
    """One row for each target language.

    Args:
        row: `id`, `document_id`, `text`, `language` (label), `source`, `metadata`, `variants`, `samples`.
        models: who is asked.
        params: what to translate.
        knowledge: what the translation can go by.

    Raises:
        ServerUnavailable: the server is away or keeps refusing.
        StopError: the request can never succeed.
    """
    # One target after the other: the rows of a frame are what is asked at the same time.
    return [await _translate(row, target, models, params, knowledge) for target in row["variants"]]


async def _translate(
    row: Mapping[str, Any], target: str, models: Models, params: TranslationParams, knowledge: kit.Kit
) -> dict[str, Any]:
    scribe = Scribe(models, row["id"], sample_of(row, NAME, target))
    roles: list[Role] = ["translate", "back"]
    try:
        what = material.of_row(row, params.fields_of(row["source"]), params.spans)
    except material.Unfit as error:
        made = derived_row(row, stage=NAME, variant=target, operator="translate", language=target)
        made["reasons"], made["raw"] = ["record_unfit"], str(error)
        return made
    made = derived_row(row, stage=NAME, variant=target, operator="translate", language=target, text=what.text)
    made["model"] = scribe.spec("translate").model
    if len(what.text) > params.max_characters:
        made["reasons"] = ["too_long"]
        return made
    if not what.text.strip():
        made["reasons"] = ["no_answer"]
        return made
    route = translating.Route(
        source=row["language"],
        target=target,
        source_name=row["source"] or "",
        rules=RULES,
        params=params,
        cutting=Cutting(
            longest=params.segment_characters,
            at_once=params.segments_at_once,
            context=params.context,
            kinds=frozenset(params.protect),
            terms=knowledge.keep_terms,
        ),
        prove_all=params.round_trip == "always",
        judge_below=params.judge_below_chrf,
    )
    best = await translating.attempt(what, route, scribe, knowledge)
    if best.reasons and _can_repair(scribe) and not {"no_answer", "too_long"} & set(best.reasons):
        roles.append("repair")
        draft = Draft("" if best.result is None else best.result.text, _told(best.reasons))
        again = await translating.attempt(what, route, scribe, knowledge, "repair", draft)
        if len(again.reasons) < len(best.reasons) or (best.result is None and again.result is not None):
            best, made["attempts"] = again, 2
    if params.judge_below_chrf is not None:
        roles.append("judge")
    scribe.write_into(made)
    made["parameters"] = translating.parameters(scribe, roles)
    made["model_returned"] = next((one.model_returned for one in scribe.exchanges), None)
    made["scores"], made["signatures"] = best.scores, best.signatures
    made["back_text"] = best.back_text
    if best.result is not None:
        made["text"], made["record"] = best.result.text, best.result.record
    if best.result is None or set(best.reasons) & set(FAILURES):
        made["reasons"] = best.reasons  # gates are judged when the row is read
    if best.reasons:
        made["raw"] = best.raw or (scribe.exchanges[-1].answer if scribe.exchanges else None)
    return made


def _can_repair(scribe: Scribe) -> bool:
    """Whether the recipe names a model for repairs: a chat model, which can be told what is wrong."""
    return "repair" in scribe.models.spec.roles and scribe.spec("repair").form == "chat"


def _told(reasons: Sequence[str]) -> tuple[str, ...]:
    """What is wrong, in sentences."""
    why = {rule.reason: rule.why for rule in RULES}
    return tuple(why.get(reason, "Its answer could not be read.") for reason in reasons)


def _source_rows(params: TranslationParams) -> str:
    return "source"


def _equip(params: TranslationParams, tools: Tools) -> kit.Kit:
    return kit.Kit(params, tools)


FAILURES = ("no_answer", "bad_answer", "too_long", "timed_out", "record_unfit")
RULES = (
    *rules(registry.TRANSLATION),
    Rule(
        "glossary_ignored",
        "glossary_kept",
        "min_glossary_kept",
        "at_least",
        "A term of the glossary is translated otherwise.",
        applies="glossary_kept.applies",
    ),
    Rule(
        "spans_lost",
        "spans_kept",
        "min_spans_kept",
        "at_least",
        "A labelled stretch was not found again.",
        applies="spans_kept.applies",
    ),
    Rule("low_bleu", "bleu", "min_bleu", "at_least", "Too few words of the source came back from the round trip."),
    Rule("low_chrf", "chrf", "min_chrf", "at_least", "Too few letters of the source came back from the round trip."),
    Rule(
        "low_similarity",
        "similarity",
        "min_similarity",
        "at_least",
        "What came back from the round trip means something else.",
        applies="similarity.applies",
    ),
    Rule(
        "low_estimate",
        "estimate",
        "min_estimate",
        "at_least",
        "The estimated quality is low.",
        applies="estimate.applies",
    ),
    Rule(
        "judged_wrong",
        "judged",
        "min_judged",
        "at_least",
        "A model that saw source and translation found it unfaithful.",
        applies="judged.applies",
    ),
)

STAGE = Derive(
    name=NAME,
    version=3,
    summary="Translates with a language model, checks each translation, proves it by its way back, and repairs once.",
    params=TranslationParams,
    reads=("id", "text", "language", "source"),
    derive=derive,
    variants=variants,
    of=_source_rows,
    rules=RULES,
    failures=FAILURES,
    equip=_equip,
    fingerprint=kit.fingerprint,
)
