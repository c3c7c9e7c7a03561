"""Rewrite prompts so that they read as if they had been written in their language, after The Art of Asking.

The paper (arXiv 2510.19806) removes the traces of translation first (naturalness), then either moves the prompt into
the local culture or makes it harder, half of the rows each. Which of the two a row gets follows from a hash of its id,
so that neither order nor number of workers changes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

import xxhash
from pydantic import Field, field_validator, model_validator

from schemas import languages
from schemas.embedding import Embedding
from schemas.recipe import Role
from schemas.stage import Derive, Models, Rule, StageParams, Threshold, Tools, threshold
from translators.flow import gates, likelihood, rewriting, translating, verdict
from translators.flow.places import Kit, fingerprint
from translators.flow.rows import derived_row, sample_of
from translators.flow.scribe import Scribe
from translators.gates import rewrites
from translators.llm.request import BadAnswer
from translators.prompts.rewrite import Operator

NAME = "rewriting"
_LENGTH = "ratio of columns, ten added to both"

if TYPE_CHECKING:
    _Limits = StageParams
else:  # made from the gates, each of which says its limit once
    _Limits = gates.params("RewriteLimits", rewrites.REWRITING)


class RewritingParams(_Limits):
    """Parameters of the rewriting stage."""

    of: Literal["translation", "source"] = Field(
        "translation",
        description="Rows that are rewritten: accepted translations, or the source rows themselves",
        json_schema_extra={"unit": "stage", "source": "arXiv 2510.19806"},
    )
    naturalness: bool = Field(
        True,
        description="Whether traces of translation are removed first",
        json_schema_extra={"unit": "yes or no", "source": "arXiv 2510.19806"},
    )
    culture_share: float | None = Field(
        0.5,
        ge=0,
        le=1,
        description="Share of rows that get local examples; the others get harder. Null: naturalness alone",
        json_schema_extra={"unit": "share, 0 to 1", "source": "arXiv 2510.19806: half of the rows each"},
    )
    seed: int = Field(
        0,
        description="Draws the rows anew that get culture, and those that are rated",
        json_schema_extra={"unit": "any integer", "source": "our choice"},
    )
    max_characters: int = Field(
        4000,
        gt=0,
        description="A longer text is not rewritten; it is kept with the reason too_long",
        json_schema_extra={"unit": "characters", "source": "our choice: fits the context window of small models"},
    )
    locale_facts: int = Field(
        6,
        ge=0,
        le=40,
        description="Lines about the place that culture is helped with, other ones for each row; 0 for none",
        json_schema_extra={"unit": "lines", "source": "our choice"},
    )
    locale_notes: list[str] = Field(
        default_factory=list,
        description="Folders with notes about places (hin_Deva.yaml), over those that ship",
        json_schema_extra={"unit": "folders", "source": "our choice"},
    )
    territory: dict[str, str] = Field(
        default_factory=dict,
        description="Territory that culture moves a language's prompts to, such as `pt: BR`; others: where the "
        "language is most at home",
        json_schema_extra={"unit": "ISO 3166 codes by language", "source": "CLDR: likely subtags"},
    )
    embedding: Embedding | None = Field(
        None,
        description="Model for the similarity of a prompt and its rewrite",
        json_schema_extra={"unit": "model", "source": "our choice"},
    )
    judge_above_edit: float | None = Field(
        None,
        ge=0,
        le=1,
        description="A rewrite that passes and was changed by more than this is shown to the model of the role "
        "`judge`: does it ask for the same? Null for none",
        json_schema_extra={"unit": "normalised edit distance, 0 to 1", "source": "our choice"},
    )
    judge_share: float = Field(
        0.0,
        ge=0,
        le=1,
        description="Share of the rewrites that pass whose quality and difficulty the role `judge` rates, before and "
        "after",
        json_schema_extra={"unit": "share, 0 to 1", "source": "arXiv 2510.19806 rates prompts so"},
    )
    min_naturalness_growth: Threshold = threshold(
        0.5, "Least length after naturalness, by the length before", unit=_LENGTH, source="our choice"
    )
    max_naturalness_growth: Threshold = threshold(
        2.0, "Most length after naturalness, by the length before", unit=_LENGTH, source="our choice"
    )
    min_culture_growth: Threshold = threshold(
        0.5, "Least length after culture, by the length before", unit=_LENGTH, source="our choice"
    )
    max_culture_growth: Threshold = threshold(
        2.5, "Most length after culture, by the length before", unit=_LENGTH, source="our choice"
    )
    min_difficulty_growth: Threshold = threshold(
        1.1, "Least length after difficulty, by the length before", unit=_LENGTH, source="our choice"
    )
    max_difficulty_growth: Threshold = threshold(
        5.0,
        "Most length after difficulty, by the length before",
        unit=_LENGTH,
        source="arXiv 2510.19806: harder prompts are about 4.8 times as long",
    )
    min_similarity: Threshold = threshold(
        None, "Least similarity of a prompt and its rewrite", unit="cosine, -1 to 1", source="depends on the model"
    )
    min_judged: Threshold = threshold(
        60.0, "Least score by the judge, where it was asked", unit="0 to 100", source="our choice"
    )

    @field_validator("territory")
    @classmethod
    def _territories(cls, given: dict[str, str]) -> dict[str, str]:
        return {languages.label(code): place for code, place in given.items()}

    @model_validator(mode="after")
    def _something_to_do(self) -> RewritingParams:
        if not self.naturalness and self.culture_share is None:
            raise ValueError("naturalness is off and culture_share is null, so nothing is left to do: set one of them")
        return self

    def limits_decide(self) -> bool:
        """Whether limits decide about what a judge sees."""
        return self.judge_above_edit is not None or self.judge_share > 0


def operators(row_id: str, params: RewritingParams) -> tuple[Operator, ...]:
    """The operators that a row gets, in order. The same id, seed and share always give the same."""
    first: tuple[Operator, ...] = ("naturalness",) if params.naturalness else ()
    if params.culture_share is None:
        return first
    return (*first, "culture" if _drawn(row_id, params.seed) < params.culture_share else "difficulty")


def _drawn(text: str, seed: int) -> float:
    return xxhash.xxh3_64_intdigest(f"{seed}\n{text}".encode()) / 2**64  # at least 0, below 1


def variants(row: Mapping[str, Any], params: RewritingParams) -> list[str]:
    """One row, named after the operators that it gets."""
    return ["+".join(operators(str(row["id"]), params))]


async def derive(row: Mapping[str, Any], models: Models, params: RewritingParams, kit: Kit) -> list[dict[str, Any]]:
    """The rewritten row; each operator works on what the one before it made.

    Args:
        row: `id`, `document_id`, `text`, `language` (label), `variants`, `samples`.
        models: who is asked.
        params: what to do.
        kit: facts about places.

    Raises:
        ServerUnavailable: the server is away or keeps refusing.
        StopError: the request can never succeed.
    """
    text: str = row["text"] or ""
    language: str = row["language"]
    todo = operators(str(row["id"]), params)
    operator = "+".join(todo)
    made = derived_row(row, stage=NAME, variant=operator, operator=operator, language=language)
    scribe = Scribe(models, row["id"], sample_of(row, NAME, operator))
    made["model"] = scribe.spec("rewrite").model
    asked: list[Role] = ["rewrite"]
    if params.judge_above_edit is not None or params.judge_share:
        asked.append("judge")
    made["parameters"] = translating.parameters(scribe, asked)
    if likelihood.wanted(models):
        made["parameters"] |= translating.parameters(likelihood.scribe_of(scribe), [likelihood.ROLE])
    if len(text) > params.max_characters:
        made["reasons"] = ["too_long"]
        return [made]
    try:
        done = await rewriting.apply(
            text, language, todo, scribe, params.max_characters, lambda: kit.facts(language, str(row["id"]))
        )
        made["text"] = done.text
        if done.text.strip():
            made["scores"] = rewriting.scores(done, language)
            await _more(done, made["scores"], row, scribe, params, kit)
        else:
            made["reasons"] = ["no_answer"]
    except rewriting.SeveralLines:
        made["reasons"] = ["several_lines"]
    except BadAnswer as error:
        made["reasons"], made["scores"] = [translating.reason_of(error)], {}
        made["raw"] = error.raw or str(error)
    scribe.write_into(made)
    made["model_returned"] = next((one.model_returned for one in scribe.exchanges), None)
    return [made]


async def _more(
    done: rewriting.Rewrite,
    scores: verdict.Scores,
    row: Mapping[str, Any],
    scribe: Scribe,
    params: RewritingParams,
    kit: Kit,
) -> None:
    """Scores that a model gives, where one is named; added in place."""
    if params.embedding is not None:
        scores["similarity"] = kit.similarity(done.texts[0], done.text)
    if likelihood.wanted(scribe.models):  # of every rewrite, so that no limit decides about what is asked
        scores |= await likelihood.likelihood(done.texts[0], done.text, scribe)
    if params.judge_above_edit is None and not params.judge_share:
        return
    pair = f"{row['language']}{languages.TO}{row['language']}"
    if verdict.broken(scores, RULES, params, row.get("source") or "", pair):
        return
    if params.judge_above_edit is not None and (scores["edit_distance"] or 0.0) > params.judge_above_edit:
        scores["judged"] = await rewriting.judged(done, row["language"], scribe)
    # Rows of another draw than that of the operators, so that all operators are rated.
    if _drawn(f"rate\n{row['id']}", params.seed) < params.judge_share:
        scores |= await rewriting.ratings(done, row["language"], scribe)


def _works_on(params: RewritingParams) -> str:
    return params.of


def _equip(params: RewritingParams, tools: Tools) -> Kit:
    return Kit(params, tools)


def _growth(operator: Operator) -> tuple[Rule, Rule]:
    score, applies = f"{operator}_growth", f"{operator}_growth.applies"
    short, why = f"{operator}_too_short", "So short a rewrite leaves something out."
    if operator == "difficulty":
        short, why = "not_harder", "Nothing was added to the prompt."
    wordy = "So long a rewrite is no prompt any more."
    return (
        Rule(short, score, f"min_{score}", "at_least", why, applies=applies),
        Rule(f"{operator}_too_wordy", score, f"max_{score}", "at_most", wordy, applies=applies),
    )


RULES = (
    *gates.rules(rewrites.REWRITING),
    *_growth("naturalness"),
    *_growth("culture"),
    *_growth("difficulty"),
    Rule(
        "low_similarity",
        "similarity",
        "min_similarity",
        "at_least",
        "The rewrite means something else.",
        applies="similarity.applies",
    ),
    Rule(
        "judged_other",
        "judged",
        "min_judged",
        "at_least",
        "A model that saw both found that the rewrite asks for something else.",
        applies="judged.applies",
    ),
)

STAGE = Derive(
    name=NAME,
    version=3,
    summary="Rewrites prompts: removes traces of translation, then brings in local culture or makes them harder.",
    params=RewritingParams,
    reads=("id", "text", "language"),
    derive=derive,
    variants=variants,
    of=_works_on,
    rules=RULES,
    failures=("no_answer", "bad_answer", "too_long", "timed_out", "several_lines"),
    equip=_equip,
    fingerprint=fingerprint,
)
