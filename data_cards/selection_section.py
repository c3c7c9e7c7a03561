"""What a selection kept, for the card: by language, with warnings. Made from the manifest alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from data_cards.markdown import Code, text
from data_cards.numbers import percent, short
from data_cards.selection_figures import RuleFigures, figures
from data_cards.visible import brief, visible
from schemas import languages
from schemas.manifest import Manifest

_LANGUAGES = 30
_TOLD = 10  # warnings, and notices, of a rule


@dataclass(frozen=True)
class Section:
    """One rule.

    Args:
        stage: its stage.
        reason: reason that it gives.
        strata: sentence on the strata that a share was taken in; empty without.
        rows: of the table by language.
        sentences: what follows the table, as Markdown.
    """

    stage: str
    reason: str
    strata: str
    rows: list[tuple[object, ...]]
    sentences: list[str]


def sections(manifest: Manifest) -> list[Section]:
    """A section for each rule of a release that keeps the best share of a language."""
    return [
        Section(
            stage=rule.stage,
            reason=rule.reason,
            strata=f"The share was taken inside each stratum of {text(visible(brief(', '.join(rule.strata))))}."
            if rule.strata
            else "",
            rows=[
                (
                    languages.name(one.language) if languages.is_label(one.language) else one.language,
                    Code(one.language),
                    one.competed,
                    one.kept,
                    percent(one.share),
                    percent(one.kept_share),
                    short(one.threshold),
                )
                for one in rule.languages[:_LANGUAGES]
            ],
            sentences=list(_sentences(rule)),
        )
        for rule in figures(manifest)
    ]


def _sentences(rule: RuleFigures) -> Iterator[str]:
    if (more := len(rule.languages) - _LANGUAGES) > 0:
        yield f"{more:,} more language{'s' if more > 1 else ''} in `selection.parquet`."
    for what, several in (
        ("warnings", rule.warnings),
        ("notices", [f"{one.language}: {one.notice}" for one in rule.languages if one.notice]),
    ):
        yield from (text(visible(brief(one))) for one in several[:_TOLD])
        if (more := len(several) - _TOLD) > 0:
            yield f"{more:,} more {what if more > 1 else what[:-1]} in `manifest.json`."
