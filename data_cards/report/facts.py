"""What the page shows whatever its size, gathered from manifest and tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
from markupsafe import Markup

from data_cards.report import assets, clusters, confusion, funnel, gates, reasons, round_trips, samples, strata
from data_cards.report.distributions import Distributions
from data_cards.report.escaping import as_json
from data_cards.report.policy import policy
from data_cards.selection_figures import RuleFigures, figures
from schemas.languages import UNDETERMINED
from schemas.manifest import Manifest

_SCORES, _REASONS, _STRATA, _GATES = 0.2, 0.06, 0.03, 0.05  # of the page's bytes, for single languages


@dataclass(frozen=True)
class Facts:
    """What every level shows, and all samples.

    Args:
        shown: values of the template.
        samples: documents to read; a level cuts them.
        languages: how many there are.
    """

    shown: dict[str, Any]
    samples: samples.Samples
    languages: int


def facts(manifest: Manifest, tables: Mapping[str, pl.DataFrame], largest: int) -> Facts:
    """Everything but the cuts.

    Args:
        manifest: of the release.
        tables: by name; an empty one counts as missing.
        largest: bytes that the page may have.
    """
    tables = {name: table for name, table in tables.items() if table.height}
    if "distributions" in tables:  # they write no language where nobody could identify one
        language = pl.col("language").fill_null("").replace("", UNDETERMINED)
        tables["distributions"] = tables["distributions"].with_columns(language)
    rows = funnel.rows(manifest)
    labels = [row.label for row in rows]
    found = samples.groups(tables.get("samples"), tables.get("distributions"), tables.get("round_trips"))
    given = reasons.given(manifest, tables["reasons"]) if "reasons" in tables else []
    selected = figures(manifest, tables["selection"], strata.MOST) if "selection" in tables else ()
    sizes = clusters.classes(tables["clusters"]) if "clusters" in tables else []
    confused = confusion.confusion(tables["confusion"]) if "confusion" in tables else None
    ways = round_trips.ways(tables["round_trips"], tables.get("gates")) if "round_trips" in tables else None
    refused, gates_left_out = gates.gates(tables["gates"]) if "gates" in tables else ([], 0)
    data = {
        "stages": funnel.stages(manifest),
        "languages": funnel.as_data(rows),
        "reasons": _reasons(tables, given, labels, largest),
        "scores": _scores(manifest, tables, labels, largest),
        "gates": _gates(manifest, tables, largest),
        "confusion": confused.square if confused else None,
        "clusters": clusters.as_data(tables["clusters"], labels) if sizes else None,
        "strata": strata.as_data(selected, int(largest * _STRATA)) if selected else None,
        "roundTrips": ways.points if ways else None,
    }
    written = as_json(data)
    scripts = [*assets.vendored(), assets.script()]
    shown = {
        "manifest": manifest,
        "title": manifest.title or manifest.name,
        "policy": policy(scripts, [assets.style()]),
        "style": Markup(assets.style()),  # ours, and a style element is no place for entities
        "scripts": [Markup(script) for script in scripts],
        "data": Markup(written),  # escaped for where it stands
        "rows": rows,
        "stages": funnel.stages(manifest),
        "steps": funnel.steps(manifest),
        "reasons": given,
        "by_stage": _by_stage(given),
        "whys": {one.name: one.why for one in given},
        "licences": assets.licences(),
        "sizes": _sizes(tables),
        "tokens": _tokens(tables),
        "scores": data["scores"],
        "selected": _most(selected),
        "clusters": sizes,
        "confusion": confused,
        "gates": refused,
        "gates_left_out": gates_left_out,
        "ways": ways,
    }
    return Facts(shown, found, len(rows))


def _by_stage(given: list[reasons.Reason]) -> dict[str, list[reasons.Reason]]:
    found: dict[str, list[reasons.Reason]] = {}
    for one in sorted(given, key=lambda reason: (-reason.first, reason.name)):
        if one.first:
            found.setdefault(one.stage, []).append(one)
    return found


def _reasons(
    tables: Mapping[str, pl.DataFrame], given: list[reasons.Reason], labels: list[str], largest: int
) -> dict[str, Any] | None:
    if not given:
        return None
    return {
        "names": [reason.shown for reason in given],
        "stages": [reason.stage for reason in given],
        "all": [[place, one.documents, one.first, one.alone] for place, one in enumerate(given)],
        "languages": reasons.by_language(tables["reasons"], given, labels, int(largest * _REASONS)),
    }


def _scores(
    manifest: Manifest, tables: Mapping[str, pl.DataFrame], labels: list[str], largest: int
) -> dict[str, Any] | None:
    if "distributions" not in tables:
        return None
    held = Distributions(tables["distributions"], "documents", reasons.whys(manifest), funnel.order(manifest))
    return held.as_data(labels, int(largest * _SCORES))


def _gates(manifest: Manifest, tables: Mapping[str, pl.DataFrame], largest: int) -> dict[str, Any] | None:
    if "gates" not in tables:
        return None
    table = tables["gates"]
    held = Distributions(table, "rows", reasons.whys(manifest), funnel.order(manifest))
    sums = table.group_by("language").agg(pl.col("rows").sum()).sort("rows", "language", descending=[True, False])
    return held.as_data(sums["language"].to_list(), int(largest * _GATES))


def _sizes(tables: Mapping[str, pl.DataFrame]) -> dict[str, tuple[int | None, int | None]] | None:
    """Label -> characters and words of its released documents."""
    if "languages" not in tables:
        return None
    own = tables["languages"].filter(pl.col("kind") == "documents")
    return {
        label: (characters, words)
        for label, characters, words in own.select("language", "characters", "words").iter_rows()
    }


def _tokens(tables: Mapping[str, pl.DataFrame]) -> dict[str, dict[str, int]]:
    """Tokenizer -> label -> tokens of its released documents."""
    found: dict[str, dict[str, int]] = {}
    if "tokens" in tables:
        for language, tokenizer, tokens in tables["tokens"].select("language", "tokenizer", "tokens").iter_rows():
            found.setdefault(tokenizer, {})[language] = tokens
    return {name: found[name] for name in sorted(found)}


def _most(selected: tuple[RuleFigures, ...]) -> tuple[RuleFigures, ...]:
    """Rules that have something to show."""
    return tuple(rule for rule in selected if rule.languages)
