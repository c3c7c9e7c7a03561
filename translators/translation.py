"""Translate each row into the target languages, and prove each translation by a round trip.

For each target: translate; check what can be checked for free; translate back with a model that sees only the
translation; compare with the source. Every score is kept, so that other thresholds need no new request.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field, field_validator

from schemas import languages
from schemas.stage import Client, Derive, Rule, StageParams, Threshold, threshold
from translators import prompts
from translators.asking import work
from translators.gates import free as gates
from translators.llm.request import Asker, BadAnswer, RequestTooLong
from translators.round_trip import round_trip
from translators.rows import add_answer, derived_row, sampling

NAME = "translation"


def _labels(codes: Sequence[str]) -> list[str]:
    found = [languages.label(code) for code in codes]
    if doubled := sorted({one for one in found if found.count(one) > 1}):
        raise ValueError(f"{', '.join(doubled)} is named more than once")
    return found


class TranslationParams(StageParams):
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
    max_characters: int = Field(
        4000,
        gt=0,
        description="A longer text is not translated; it is kept with the reason too_long",
        json_schema_extra={"unit": "characters", "source": "our choice: fits the context window of small models"},
    )
    min_bleu: Threshold = threshold(
        30.0,
        "Least BLEU of the round trip, by target language",
        unit="BLEU points, 0 to 100",
        source="read off 96 round trips of the sample instructions, English to French, Spanish, Hindi and Swahili",
    )
    min_chrf: Threshold = threshold(
        60.0,
        "Least chrF++ of the round trip, by target language",
        unit="chrF points, 0 to 100",
        source="read off 96 round trips of the sample instructions, English to French, Spanish, Hindi and Swahili",
    )
    min_length_ratio: Threshold = threshold(
        0.4, "Shortest translation, by the source's length", unit="ratio of columns", source="our choice"
    )
    max_length_ratio: Threshold = threshold(
        2.5, "Longest translation, by the source's length", unit="ratio of columns", source="our choice"
    )
    min_numbers_kept: Threshold = threshold(
        1.0,
        "Least share of the source's numbers",
        unit="share, 0 to 1",
        source="our choice: a wrong number is an error",
    )
    min_markup_kept: Threshold = threshold(
        1.0, "Least share of code, addresses and placeholders", unit="share, 0 to 1", source="our choice"
    )
    min_in_language: Threshold = threshold(
        1.0,
        "1 asks for a translation in the target language as CLD2 sees it; null where CLD2 does not know the language",
        unit="0 or 1",
        source="our choice",
    )
    max_echo: Threshold = threshold(
        0.0, "0 refuses translations that equal their source; 1 lets them pass", unit="0 or 1", source="our choice"
    )
    min_finished: Threshold = threshold(
        1.0, "1 asks that the model ended by itself, there and back", unit="0 or 1", source="our choice"
    )

    @field_validator("targets")
    @classmethod
    def _targets(cls, codes: list[str]) -> list[str]:
        return _labels(codes)

    @field_validator("source_languages")
    @classmethod
    def _source_languages(cls, codes: list[str] | None) -> list[str] | None:
        return None if codes is None else _labels(codes)


async def derive(row: Mapping[str, Any], client: Client, params: TranslationParams) -> list[dict[str, Any]]:
    """One row for each target language but the text's own; none where the parameters leave the row out.

    Args:
        row: `id`, `document_id`, `text`, `language` (label), `source`.
        client: a `translators.llm.client.OpenAIClient`, or another `Asker`.
        params: what to translate.

    Raises:
        ServerUnavailable: the server is away or keeps refusing.
        StopError: the request can never succeed.
    """
    asker: Asker = client  # type: ignore[assignment]  # the stage contract names `ask` alone
    if params.sources is not None and row["source"] not in params.sources:
        return []
    if params.source_languages is not None and row["language"] not in params.source_languages:
        return []
    # One target after the other: the rows of a frame are what is asked at the same time.
    return [await _translate(row, target, asker, params) for target in params.targets if target != row["language"]]


async def _translate(row: Mapping[str, Any], target: str, client: Asker, params: TranslationParams) -> dict[str, Any]:
    made = derived_row(row, stage=NAME, variant=target, operator="translate", language=target)
    source: str = row["text"] or ""
    language: str = row["language"]
    spec = client.spec
    back_model = spec.of_role("back").model
    made["model"] = spec.model
    made["parameters"] = {**sampling(client), "back_model": back_model}
    if len(source) > params.max_characters:
        made["reasons"] = ["too_long"]
        return made
    if not source.strip():
        made["reasons"] = ["no_answer"]
        return made
    try:
        there = await work(
            client,
            lambda text: prompts.translate(text, language, target, spec.form),
            source,
            model=spec.model,
            purpose=f"the translation of {row['id']} into {target}",
        )
        add_answer(made, "translate", there)
        made["model_returned"] = there.model_returned
        made["text"] = there.text
        if there.raw.strip() != there.text:
            made["raw"] = there.raw
        if not there.text:
            made["reasons"] = ["no_answer"]
            return made
        made["scores"] = {
            "length_ratio": gates.length_ratio(source, there.text),
            "echo": gates.echo(source, there.text),
            "numbers_kept": gates.numbers_kept(source, there.text),
            "markup_kept": gates.markup_kept(source, there.text),
            "in_language": gates.in_language(there.text, target),
            "finished": there.finished,
            "bleu": None,
            "chrf": None,
        }
        back = await work(
            client,
            lambda text: prompts.translate(text, target, language, spec.form),
            there.text,
            model=back_model,
            purpose=f"the way back of {row['id']} from {target}",
        )
    except BadAnswer as error:
        made["reasons"] = ["too_long" if isinstance(error, RequestTooLong) else "bad_answer"]
        made["raw"] = error.raw or str(error)
        made["requests"].extend(error.keys)
        return made
    add_answer(made, "back_translate", back)
    made["parameters"]["back_model_returned"] = back.model_returned
    made["back_text"] = back.text
    compared = round_trip(source, back.text, language)
    made["scores"].update(bleu=compared.bleu, chrf=compared.chrf, finished=min(there.finished, back.finished))
    made["signatures"] = {"bleu": compared.bleu_signature, "chrf": compared.chrf_signature}
    return made


def _source_rows(params: TranslationParams) -> str:
    return "source"


RULES = (
    Rule(
        "unfinished", "finished", "min_finished", "at_least", "The model was cut off, so that the end may be missing."
    ),
    Rule("echo", "echo", "max_echo", "at_most", "The translation is the source itself."),
    Rule("wrong_language", "in_language", "min_in_language", "at_least", "The translation is in another language."),
    Rule("too_short", "length_ratio", "min_length_ratio", "at_least", "So short a translation leaves something out."),
    Rule("too_wordy", "length_ratio", "max_length_ratio", "at_most", "So long a translation adds something."),
    Rule("numbers_lost", "numbers_kept", "min_numbers_kept", "at_least", "A number of the source is missing."),
    Rule("markup_lost", "markup_kept", "min_markup_kept", "at_least", "Code, an address or a placeholder was changed."),
    Rule("low_bleu", "bleu", "min_bleu", "at_least", "Too few words of the source came back from the round trip."),
    Rule("low_chrf", "chrf", "min_chrf", "at_least", "Too few letters of the source came back from the round trip."),
)

STAGE = Derive(
    name=NAME,
    version=1,
    summary="Translates with a language model, checks each translation, and compares its way back with the source.",
    params=TranslationParams,
    reads=("id", "text", "language", "source"),
    derive=derive,
    of=_source_rows,
    rules=RULES,
    failures=("no_answer", "bad_answer", "too_long"),
)
