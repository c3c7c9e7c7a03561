"""What is wrong with a recipe as a whole: stages and values that are right alone and do not fit together."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from filters._group import GIVEN
from filters._selection import METADATA, SelectionParams
from pipelines import catalogue
from schemas import paths
from schemas.columns import DOCUMENT, SHARED
from schemas.errors import RecipeError, one_of
from schemas.recipe import Lines, Recipe
from schemas.stage import Derive, Edit, Group, Measure, Stage

if TYPE_CHECKING:
    from pipelines.plan import Step


def find(recipe: Recipe, known: list[Stage], steps: Sequence[Step[Any]], lines: Lines) -> list[str]:
    """A line for each problem.

    Args:
        recipe: the recipe.
        known: its stages, also those whose parameters are wrong: what they add is known all the same.
        steps: the stages whose parameters are right.
        lines: where the recipe's keys stand.
    """
    found: list[str] = []
    if len(known) == len(recipe.stages):  # a misspelt stage may be the one that adds the column
        found += _column_problems(known, {step.name: step for step in steps}, lines)
    return [
        *found,
        *_counting_problems(known, lines),
        *_order_problems(known, lines),
        *_client_problems(recipe, known, steps, lines),
        *_record_problems(recipe, steps, lines),
        *_derive_problems(known, steps, lines),
        *_threshold_problems(steps, lines),
        *_selection_problems(recipe, steps, lines),
        *_source_problems(recipe, steps, lines),
        *_source_order_problems(recipe, steps, lines),
        *_prefer_problems(steps, lines),
        *_against_problems(recipe, known, lines),
        *_rehydration_problems(recipe, known, lines),
    ]


def _against_problems(recipe: Recipe, known: list[Stage], lines: Lines) -> list[str]:
    if not recipe.against or any(isinstance(one, Group) for one in known):
        return []
    return [
        f"{lines.where(('against',))}: no stage looks for duplicates, so nothing is compared with these releases. "
        "Add exact_dedup or minhash, or leave `against` out."
    ]


def _prefer_problems(steps: Sequence[Step[Any]], lines: Lines) -> list[str]:
    """A column that no stage there is adds is a slip; one that this recipe's stages do not add is passed over."""
    columns = {column.name for stage in catalogue.stages().values() for column in stage.adds} | GIVEN
    return [
        f"{lines.where(('stages', step.name, 'prefer'))}: {one_of('column', name, columns)}"
        for step in steps
        if isinstance(step.stage, Group)
        for name in step.stage.prefers(step.params)
        if name not in columns
    ]


def _rehydration_problems(recipe: Recipe, known: list[Stage], lines: Lines) -> list[str]:
    """The stage that copies are counted by must be there."""
    groups = [one.name for one in known if isinstance(one, Group)]
    if recipe.rehydration is None or recipe.rehydration.stage in groups:
        return []
    where = lines.where(("rehydration", "stage"))
    if not groups:
        return [f"{where}: copies are counted by a stage that looks for duplicates. Add minhash to the stages."]
    return [f"{where}: {one_of('stage', recipe.rehydration.stage, groups)}"]


def _column_problems(known: list[Stage], steps: Mapping[str, Step[Any]], lines: Lines) -> list[str]:
    """Every stage must find the columns that it reads among those that came before."""
    found = []
    there = {column.name for column in (*DOCUMENT, *SHARED)}
    adders = {c.name: stage.name for stage in catalogue.stages().values() for c in stage.adds}
    for one in known:
        within = one.within(steps[one.name].params) if isinstance(one, Group) and one.name in steps else ()
        for name in (*one.reads, *within):
            if name in there or isinstance(one, Derive):
                continue
            hint = f"Put the stage `{adders[name]}` before it" if name in adders else "No stage adds it"
            found.append(
                f"{lines.where(('stages', one.name))}: the stage reads the column {name!r}, "
                f"which nothing before it adds. {hint}."
            )
        there |= {column.name for column in one.adds}
    return found


def _counting_problems(known: list[Stage], lines: Lines) -> list[str]:
    """What an Edit stage asks of the whole corpus is counted before anything is measured, and once."""
    counting = [one for one in known if isinstance(one, Edit) and one.counted is not None]
    if not counting:
        return []
    first, *others = counting
    found = [
        f"{lines.where(('stages', one.name))}: only one stage of a recipe can count over all documents, and "
        f"{first.name!r} does already. Take one of them out, or run a second recipe over the release of the first."
        for one in others
    ]
    measured = {c.name: one.name for one in known if isinstance(one, Measure) for c in one.adds}
    for one in known[: known.index(first) + 1]:
        for name in one.reads if isinstance(one, Edit) else ():
            if name in measured:
                found.append(
                    f"{lines.where(('stages', one.name))}: the stage reads the column {name!r}, which "
                    f"{measured[name]!r} measures; but what {first.name!r} counts is counted before anything is "
                    f"measured. "
                    + ("It cannot run in this recipe." if one is first else f"Put it behind {first.name!r}.")
                )
    return found


def _order_problems(known: list[Stage], lines: Lines) -> list[str]:
    found = []
    latest = 0
    for one in known:
        rank = 0 if isinstance(one, (Edit, Measure)) else 1 if isinstance(one, Group) else 2
        if rank < latest:
            found.append(
                f"{lines.where(('stages', one.name))}: {catalogue.kind(one)} stages run before those of an "
                "earlier line. The order: Edit and Measure, then Group (deduplication), then Derive (the LLM's)."
            )
        latest = max(latest, rank)
    return found


def _client_problems(recipe: Recipe, known: list[Stage], steps: Sequence[Step[Any]], lines: Lines) -> list[str]:
    client = recipe.client
    params = {step.name: step.params for step in steps}
    asking = [
        one.name for one in known if isinstance(one, Derive) and (one.name not in params or one.asks(params[one.name]))
    ]
    if client is None:
        return [
            f"{lines.where(('stages', name))}: the stage asks an LLM, but the recipe has no `client`. "
            "Add `client: {local: true}` or a base_url."
            for name in asking
        ]
    found = []
    if asking and not client.local and client.base_url is None:
        found.append(f"{lines.where(('client',))}: give `base_url` (an OpenAI-compatible server), or `local: true`.")
    for role in client.roles:
        one = client.of_role(role)
        if not one.local and one.base_url is None:
            found.append(f"{lines.where(('client', 'roles', role))}: give `base_url`, or `local: true`.")
    if client.cap is not None and client.cap.dollars is not None:
        priced = [(("client",), client), *((("client", "roles", role), client.of_role(role)) for role in client.roles)]
        found += [
            f"{lines.where(place)}: a cap in dollars needs `price: "
            "{prompt: …, completion: …}` (dollars for a million tokens), because what is not known cannot be kept to."
            for place, one in priced
            if one.price is None
        ]
    return found


def _record_problems(recipe: Recipe, steps: Sequence[Step[Any]], lines: Lines) -> list[str]:
    """Fields of a record are read from the metadata of their source, which no Edit stage sees."""
    found = []
    sources = recipe.all_sources()
    removing = [one.name for one in steps if isinstance(one.stage, Edit) and one.name != "normalise"]
    for step in steps:
        fields = getattr(step.params, "fields", None)
        if not isinstance(step.stage, Derive) or not fields:
            continue
        where = lines.where(("stages", step.name, "fields"))
        named = getattr(step.params, "sources", None) or list(sources)
        by_source = fields if isinstance(fields, Mapping) else {name: fields for name in named if name in sources}
        for name, of_source in by_source.items():
            if name not in sources:
                found.append(f"{where}: {one_of('source', name, sources)}")
                continue
            carried = sources[name].metadata
            heads = []
            for path in of_source:
                try:
                    first = paths.parse(path)[0]
                    heads.append(first.name if isinstance(first, paths.Key) else "")
                except RecipeError as error:
                    found.append(f"{where}: {error}")
            found += [
                f"{where}: the source {name!r} does not carry the field {head!r}. Name it in its metadata: [{head}]. "
                f"Carried are: {', '.join(carried) or 'none'}."
                for head in heads
                if head not in carried and head != "text"
            ]
            if removing and any(head in carried for head in heads):
                found.append(
                    f"{where}: fields are translated from the metadata as they came in, where {', '.join(removing)} "
                    "changes nothing. Leave that stage out, or run it over the records before."
                )
    return found


def _derive_problems(known: list[Stage], steps: Sequence[Step[Any]], lines: Lines) -> list[str]:
    found = []
    params = {step.name: step.params for step in steps}
    earlier = {"source"}
    for one in known:
        if not isinstance(one, Derive):
            continue
        of = one.of(params[one.name]) if one.name in params else "source"
        if of not in earlier:
            found.append(
                f"{lines.where(('stages', one.name))}: it works on the rows of {of!r}, which is not an earlier Derive "
                f"stage. There is: {', '.join(sorted(earlier))}."
            )
        earlier.add(one.name)
    return found


def _threshold_problems(steps: Sequence[Step[Any]], lines: Lines) -> list[str]:
    """A limit that no score can be held against, and a share that is none."""
    found = []
    for step in steps:
        shares = {rule.threshold for rule in getattr(step.stage, "rules", ()) if rule.keep == "top_share"}
        for field in step.params.thresholds():
            value = getattr(step.params, field)
            limits = [v for one in (value, *value.sources.values()) for v in (one.default, *one.languages.values())]
            for limit in dict.fromkeys(v for v in limits if v is not None):
                where = lines.where(("stages", step.name, field))
                if math.isnan(limit):
                    found.append(f"{where}: {limit} is not a number. Write null to turn the rule off.")
                elif field in shares and not 0 <= limit <= 1:
                    found.append(f"{where}: a share is from 0 to 1, but {limit} came. Write 0.9 for 90 %.")
    return found


def _selection_problems(recipe: Recipe, steps: Sequence[Step[Any]], lines: Lines) -> list[str]:
    """A share by a field that no document carries, and ranks by several models where there is one."""
    found = []
    carried = {name for source in recipe.all_sources().values() for name in source.metadata}
    for step in steps:
        params = step.params
        if not isinstance(params, SelectionParams):
            continue
        for parameter in ("strata", "compare"):
            for index, dimension in enumerate(getattr(params, parameter)):
                field = dimension.removeprefix(METADATA)
                if field != dimension and field not in carried:
                    where = lines.where(("stages", step.name, parameter, index))
                    found.append(
                        f"{where}: no source carries the field {field!r} in its metadata. Name it in source.metadata: "
                        f"[{field}]. Carried are: {', '.join(sorted(carried)) or 'none'}."
                    )
        rules = [rule for rule in getattr(step.stage, "rules", ()) if rule.keep == "top_share"]
        if params.combine is not None and not any(rule.parts for rule in rules):
            where = lines.where(("stages", step.name, "combine"))
            found.append(f"{where}: the stage gives one score, so there are no ranks to combine. Leave `combine` out.")
    return found


def _source_problems(recipe: Recipe, steps: Sequence[Step[Any]], lines: Lines) -> list[str]:
    """A threshold for a source that the recipe does not have would never be used: say so."""
    found = []
    names = set(recipe.all_sources())
    for step in steps:
        for field in step.params.thresholds():
            value = getattr(step.params, field)
            for source in value.sources:
                if source not in names:
                    where = lines.where(("stages", step.name, field, "sources", source))
                    found.append(f"{where}: {one_of('source', source, names)}")
    return found


def _source_order_problems(recipe: Recipe, steps: Sequence[Step[Any]], lines: Lines) -> list[str]:
    """A source that is preferred but not in the recipe would never stay: say so."""
    names = set(recipe.all_sources())
    return [
        f"{lines.where(('stages', step.name, 'source_order', index))}: {one_of('source', source, names)}"
        for step in steps
        for index, source in enumerate(getattr(step.params, "source_order", ()))
        if source not in names
    ]
