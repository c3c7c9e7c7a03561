"""The whole document: what the release is, its files and records, and what RAI asks for."""

from __future__ import annotations

import json
import re
from typing import Any

import mlcroissant as mlc

from data_cards.configs import Config, find_configs
from data_cards.croissant import licence
from data_cards.croissant.responsible import responsible, texts
from data_cards.croissant.structure import (
    Files,
    configs_of,
    file_objects,
    file_set,
    of_config,
    of_kind,
    record_set,
    splits,
)
from data_cards.front_matter import front_matter
from schemas import languages
from schemas.manifest import Manifest, ReleasedFile

# Fields of a document that has a record set for each config. The time in which mlcroissant validates one grows with
# their square: 2,500 take 10 s, 4,900 take 39 s.
MOST_FIELDS = 3_000
_CROISSANT, _RAI = "http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"
# What the context of Croissant 1.1 has beyond that of 1.0, which mlcroissant starts with.
_CONTEXT = {
    "arrayShape": "cr:arrayShape",
    "containedIn": "cr:containedIn",
    "description": {"@container": "@language"},
    "isArray": "cr:isArray",
    "name": {"@container": "@language"},
}
# What could end a script element, drive a terminal, turn text round or be no UTF-8, wherever somebody pastes this.
_UNSAFE = re.compile("[<>\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def document(manifest: Manifest) -> str:
    """See `data_cards.croissant.render`."""
    configs = find_configs(manifest.files)
    ctx = mlc.Context(conforms_to=_CROISSANT)
    ctx.rdf = mlc.Rdf(context=dict(sorted({**ctx.rdf.context, **_CONTEXT}.items())))
    names = sorted({split.name for config in configs for split in config.splits}, key=lambda n: (n != "train", n))
    groups = _groups(manifest, configs, linked=len(names) > 1)
    short = any(files.with_config for files in groups)
    metadata = mlc.Metadata(
        ctx=ctx,
        conforms_to=[_CROISSANT, _RAI],
        distribution=[
            *(file_set(ctx, files) for files in groups),
            *file_objects(ctx, _listed(manifest, whole=not short)),
        ],
        record_sets=[
            *([splits(ctx, names)] if names else []),
            *([configs_of(ctx, configs)] if short else []),
            *(record_set(ctx, files) for files in groups),
        ],
        **_about(ctx, manifest),
        **responsible(manifest),
    )
    written = json.dumps(metadata.to_json(), ensure_ascii=False, indent=1)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", written) + "\n"


def _groups(manifest: Manifest, configs: list[Config], *, linked: bool) -> list[Files]:
    """A group of files for each config; for each kind where configs are so many that no tool would read them."""
    columns = manifest.columns
    known = [config for config in configs if config.kind in columns]
    if sum(len(columns[config.kind]) for config in known) <= MOST_FIELDS:
        return [of_config(config, columns[config.kind], linked=linked) for config in known]
    groups = []
    for kind in dict.fromkeys(config.kind for config in known):
        same = [config for config in known if config.kind == kind]
        if kind in ("documents", "derived"):
            groups.append(of_kind(same, columns[kind]))
        else:
            groups += [of_config(config, columns[kind], linked=linked) for config in same]
    return groups


def _listed(manifest: Manifest, *, whole: bool) -> list[ReleasedFile]:
    """Files that are named with their SHA-256: all tables, or in the short form those of evidence alone."""
    tables = [file for file in manifest.files if file.path.endswith(".parquet")]
    if whole:
        return tables
    return [file for file in tables if file.config is None and not file.path.startswith("signatures/")]


def _about(ctx: mlc.Context, manifest: Manifest) -> dict[str, Any]:
    """What Croissant says about a release as a whole, as far as the manifest knows."""
    release = manifest.recipe.get("release") or {}
    written = texts(manifest)
    creators = [name.strip() for name in (release.get("card") or {}).get("creators") or [] if name.strip()]
    counted = manifest.counts.by_language.items()
    labels = {label for label, c in counted if c.released_sources + c.derived} - {languages.UNDETERMINED}
    given = {
        "name": " ".join(manifest.title.split()) or manifest.name,
        "description": "\n\n".join(
            text.strip() for text in (manifest.recipe.get("description"), release.get("summary")) if text
        ),
        "license": [licence.address(release["licence"])] if release.get("licence") else None,
        "version": written.get("version"),
        "url": written.get("homepage"),
        "cite_as": written.get("citation"),
        "creators": [mlc.Organization(ctx=ctx, name=name) for name in creators],
        "keywords": front_matter(manifest, [])["tags"],
        "in_language": sorted({languages.bcp47(label) for label in labels}),
        "extra_properties": {"funding": written["funding"]} if "funding" in written else None,
    }
    return {name: value for name, value in given.items() if value}
