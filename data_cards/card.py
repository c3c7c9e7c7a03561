"""The data card: a release's README.md, made from its manifest and nothing else.

The front matter is what the Hugging Face Hub and `datasets` read, the body is for people. Every number comes from the
manifest, so a card cannot say something else than the files beside it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import jinja2

from data_cards import changes_section, language_tables, model_licences, parameters, written
from data_cards.as_yaml import dumped, fenced
from data_cards.configs import KINDS, default_config, find_configs
from data_cards.front_matter import front_matter, ran
from data_cards.language_tables import name
from data_cards.limits import limits, private_data
from data_cards.markdown import Code, cell, code, prose, text
from data_cards.selection_section import sections
from data_cards.visible import visible
from schemas import columns
from schemas.columns import Column
from schemas.manifest import Manifest, StageRecord

_UNMEASURED = "A score that a rule of this stage needs could not be computed, and a failed check is not a pass."


def render(manifest: Manifest) -> str:
    """The README.md of a release.

    Raises:
        AccountingError: the manifest's counts do not add up; no card is made of them.
    """
    manifest.counts.check()
    configs = find_configs(manifest.files)
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("data_cards"),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # it is Markdown: `cell`, `text` and `prose` escape what comes from outside
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "cell": cell,
        "text": text,
        "prose": prose,
        "code": code,
        "code_value": Code,
        "list_of_one": lambda value: [value],
    }
    release: Mapping[str, Any] = manifest.recipe.get("release") or {}
    body = environment.get_template("README.md.j2").render(
        manifest=manifest,
        counts=manifest.counts,
        description=manifest.recipe.get("description") or "",
        summary=release.get("summary") or "",
        licence=release.get("licence"),
        configs=configs,
        default=default_config(configs),
        kinds={kind: [c for c in configs if c.kind == kind] for kind in KINDS},
        languages=_language_rows(manifest),
        reasons=_reason_rows(manifest.counts.rejected_by_reason, manifest.stages),
        selected=sections(manifest),
        gates=_reason_rows(manifest.counts.quarantined_by_reason, manifest.stages),
        stages=[_stage_row(manifest, stage) for stage in manifest.stages],
        parameters=[row for stage in manifest.stages for row in parameters.rows(stage)],
        models=_model_rows(manifest),
        derived=_derived_rows(manifest),
        usage=_usage_rows(manifest),
        rewrites=_rewrite_rows(manifest),
        limits=limits(manifest),
        tables=language_tables,
        text_rows=language_tables.text_rows(manifest),
        token_rows=language_tables.token_rows(manifest),
        quality_rows=language_tables.quality_rows(manifest),
        reasons_by_language=language_tables.reason_rows(manifest),
        samples=_sample_rows(manifest),
        private_data=private_data(manifest),
        written=written,
        changes=changes_section,
        grouped=ran(manifest, "group"),
        meaning=_meaning,
        many=30,
    )
    # Sections that are left out leave blank lines behind. The recipe comes after this: its blank lines are its own.
    body = re.sub(r"\n{3,}", "\n\n", body.strip("\n"))
    recipe = f"<details>\n<summary>Recipe</summary>\n\n{fenced(dumped(manifest.recipe))}\n\n</details>"
    return f"---\n{dumped(front_matter(manifest, configs))}---\n\n{body}\n\n{recipe}\n"


def _language_rows(manifest: Manifest) -> list[tuple[object, ...]]:
    by_language = manifest.counts.by_language.items()
    return [
        (name(label), Code(label), c.input, c.released_sources, c.rejected, c.dead, c.derived, c.quarantined)
        for label, c in sorted(by_language, key=lambda item: (-item[1].released_sources, item[0]))
    ]


def _reason_rows(counted: Mapping[str, int], stages: Sequence[StageRecord]) -> list[tuple[object, ...]]:
    whys = {}
    for stage in stages:
        for reason, why in stage.rules.items():
            whys[reason] = whys[f"{stage.name}.{reason}"] = why
    return [
        (Code(reason), rows, whys.get(reason) or (_UNMEASURED if reason.endswith("unmeasured") else None))
        for reason, rows in _most_first(counted)
    ]


def _stage_row(manifest: Manifest, stage: StageRecord) -> tuple[object, ...]:
    rejected = sum(manifest.counts.rejected_by_stage.get(stage.name, {}).values())
    made = sum(manifest.counts.derived_by_stage.get(stage.name, {}).values())
    effect = f"{made:,} made" if stage.kind.lower() == "derive" else f"{rejected:,} rejected" if rejected else None
    return Code(stage.name), stage.kind.lower(), stage.version, stage.summary, effect


def _model_rows(manifest: Manifest) -> list[tuple[object, ...]]:
    asked = [(one, None, returned) for one, returned in manifest.models.items()]
    files = [(one, s.name, made) for s in manifest.stages for one, made in s.fingerprint.items()]
    inside = {one for one, *_ in files}
    return [
        (Code(one), stage and Code(stage), Code(said), model_licences.of(one, manifest))
        for one, stage, said in [*(row for row in asked if row[0] not in inside), *files]
    ]


def _sample_rows(manifest: Manifest) -> list[tuple[object, ...]]:
    return [
        (name(one.language), Code(one.id), visible(one.text) + ("…" if one.characters > len(one.text) else ""))
        for one in manifest.samples
    ]


# Medians that the card shows of derived rows, where a stage has them; all are in manifest.json.
_MEDIANS = ("bleu", "chrf", "similarity", "judged")


def _derived_rows(manifest: Manifest) -> list[tuple[object, ...]]:
    """Derived rows by stage, language and operator, with the medians of what accepted ones were proven by."""
    return [
        (
            Code(one.stage),
            name(group.language),
            Code(group.language),
            group.operator,
            group.accepted,
            group.quarantined,
            ", ".join(
                f"{reason} {rows:,}" for reason, rows in sorted(group.by_reason.items(), key=lambda x: (-x[1], x[0]))
            ),
            *(group.medians.get(name) for name in _MEDIANS),
        )
        for one in manifest.derived
        for group in one.groups
    ]


def _most_first(counted: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counted.items(), key=lambda item: (-item[1], item[0]))


def _rewrite_rows(manifest: Manifest) -> list[tuple[object, ...]]:
    """What each operator did in each language: length, distance, variety, ratings, languages lost."""
    return [
        (
            one.operator,
            name(one.language),
            one.rows,
            one.accepted,
            one.length_ratio,
            one.edit_distance,
            one.distinct_before[1] if len(one.distinct_before) > 1 else None,
            one.distinct_after[1] if len(one.distinct_after) > 1 else None,
            one.quality_before,
            one.quality_after,
            one.difficulty_before,
            one.difficulty_after,
            one.perplexity_before,
            one.perplexity_after,
            one.language_loss,
        )
        for one in manifest.rewrites
    ]


def _usage_rows(manifest: Manifest) -> list[tuple[object, ...]]:
    """What the answers cost that derived rows rest on."""
    return [
        (
            Code(one.stage),
            one.role,
            Code(one.model),
            one.requests,
            one.prompt_tokens,
            one.completion_tokens,
            "not stated" if one.dollars is None else f"${one.dollars:,.4f}",
        )
        for one in manifest.usage
    ]


def _meaning(columns_of: Literal["documents", "duplicates", "rehydration", "derived"]) -> list[tuple[object, ...]]:
    """Columns whose reading is not plain from their names, as `schemas.columns` describes them."""
    wanted: dict[str, tuple[tuple[Column, ...], tuple[str, ...]]] = {
        "documents": (columns.DOCUMENT + columns.VERDICT, ("id", "source", "date", "reasons")),
        "duplicates": (
            columns.VERDICT,
            ("cluster_id", "cluster_size", "twin_id", "twin_release", "twin_similarity"),
        ),
        "rehydration": (columns.REHYDRATION, ("copies", "sampling_weight")),
        "derived": (columns.DERIVED, ("id", "document_id", "parent_id", "stage", "operator", "scores", "exchanges")),
    }
    known, names = wanted[columns_of]
    return [(Code(column.name), column.description) for column in known if column.name in names]
