"""The data card: a release's README.md, made from its manifest and nothing else.

The front matter is what the Hugging Face Hub and `datasets` read, the body is for people. Every number comes from the
manifest, so a card cannot say something else than the files beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Literal

import jinja2

from data_cards import parameters
from data_cards.as_yaml import dumped, fenced
from data_cards.limits import limits
from data_cards.markdown import Code, cell, code, prose, text
from data_cards.selection_section import sections
from schemas import columns, languages
from schemas.columns import Column
from schemas.manifest import Manifest, ReleasedFile, StageRecord

Kind = Literal["documents", "derived", "rejected", "dead", "quarantine"]
_KINDS: tuple[Kind, ...] = ("documents", "derived", "rejected", "dead", "quarantine")
_ASIDE = _KINDS[2:]
_SIZES = (
    (10**3, "n<1K"),
    (10**4, "1K<n<10K"),
    (10**5, "10K<n<100K"),
    (10**6, "100K<n<1M"),
    (10**7, "1M<n<10M"),
    (10**8, "10M<n<100M"),
    (10**9, "100M<n<1B"),
    (10**10, "1B<n<10B"),
    (10**11, "10B<n<100B"),
    (10**12, "100B<n<1T"),
)
_UNMEASURED = "A score that a rule of this stage needs could not be computed, and a failed check is not a pass."


@dataclass(frozen=True)
class Split:
    """What `load_dataset(…, config, split=name)` loads."""

    name: str
    pattern: str
    files: int
    rows: int
    bytes: int


@dataclass(frozen=True)
class Config:
    """What `load_dataset(…, name)` loads."""

    name: str
    kind: Kind
    splits: tuple[Split, ...]

    @property
    def files(self) -> int:
        """Files of all splits."""
        return sum(split.files for split in self.splits)

    @property
    def rows(self) -> int:
        """Rows of all splits."""
        return sum(split.rows for split in self.splits)

    @property
    def bytes(self) -> int:
        """Bytes of all splits."""
        return sum(split.bytes for split in self.splits)


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
        default=_default(configs),
        kinds={kind: [c for c in configs if c.kind == kind] for kind in _KINDS},
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
        grouped=_ran(manifest, "group"),
        meaning=_meaning,
        many=30,
    )
    # Sections that are left out leave blank lines behind. The recipe comes after this: its blank lines are its own.
    body = re.sub(r"\n{3,}", "\n\n", body.strip("\n"))
    recipe = f"<details>\n<summary>Recipe</summary>\n\n{fenced(dumped(manifest.recipe))}\n\n</details>"
    return f"---\n{dumped(front_matter(manifest, configs))}---\n\n{body}\n\n{recipe}\n"


def find_configs(files: Iterable[ReleasedFile]) -> list[Config]:
    """The configs of a release, documents first."""
    by_name: dict[str, dict[str, list[ReleasedFile]]] = {}
    for file in files:
        if file.config is not None:  # releases of earlier versions name no split: they have one
            by_name.setdefault(file.config, {}).setdefault(file.split or "train", []).append(file)
    configs = []
    for name, splits in by_name.items():
        kind: Kind = next((k for k in _ASIDE if k == name), "derived" if "-" in name else "documents")
        inside = [_split(split, kind, members) for split, members in splits.items()]
        order = sorted(inside, key=lambda split: (split.name != "train", split.name))
        configs.append(Config(name, kind, tuple(order)))
    return sorted(configs, key=lambda c: (_KINDS.index(c.kind), c.name))


def _split(name: str, kind: Kind, members: Sequence[ReleasedFile]) -> Split:
    pattern = PurePosixPath(members[0].path).with_name("*.parquet" if kind in _ASIDE else f"{name}-*.parquet")
    rows, size = (sum(file.rows or 0 for file in members), sum(file.bytes for file in members))
    return Split(name, str(pattern), len(members), rows, size)


def front_matter(manifest: Manifest, configs: Sequence[Config]) -> dict[str, Any]:
    """The card's metadata, as the Hub and `datasets` read it."""
    counts = manifest.counts
    released = {label for label, c in counts.by_language.items() if c.released_sources + c.derived}
    released -= {languages.UNDETERMINED}
    licence = (manifest.recipe.get("release") or {}).get("licence")
    matter: dict[str, Any] = {"pretty_name": " ".join(manifest.title.split()) or manifest.name}
    if codes := sorted({languages.bcp47(label).split("-")[0] for label in released}):
        matter["language"] = codes
    if licence:
        matter["license"] = licence.lower()  # SPDX writes Apache-2.0, the Hub apache-2.0
    if released:
        matter["multilinguality"] = ["multilingual" if len(released) > 1 else "monolingual"]
        if sum(counts.derived_by_stage.get("translation", {}).values()):
            matter["multilinguality"].append("translation")
    matter["size_categories"] = [size_category(counts.released_sources + counts.derived)]
    tags = ["glotmill"]
    tags += ["deduplicated"] if _ran(manifest, "group") else []
    tags += ["synthetic"] if counts.derived else []
    matter["tags"] = tags
    if not configs:
        matter["viewer"] = False  # or the Hub takes manifest.json for the data
        return matter
    default = _default(configs)
    matter["configs"] = [
        {
            "config_name": config.name,
            **({"default": True} if config is default else {}),
            "data_files": [{"split": split.name, "path": split.pattern} for split in config.splits],
        }
        for config in configs
    ]
    # `datasets` compares num_examples and fails when they differ. It asks for num_bytes, too, but compares them with
    # nothing: they are the bytes of the files, the one size that is known exactly before anything is loaded.
    matter["dataset_info"] = [
        {
            "config_name": config.name,
            "splits": [
                {"name": split.name, "num_bytes": split.bytes, "num_examples": split.rows} for split in config.splits
            ],
            "download_size": config.bytes,
            "dataset_size": config.bytes,
        }
        for config in configs
    ]
    return matter


def size_category(rows: int) -> str:
    """The Hub's name for a number of rows.

    >>> [size_category(n) for n in (0, 999, 1000, 10**12)]
    ['n<1K', 'n<1K', '1K<n<10K', 'n>1T']
    """
    return next((name for limit, name in _SIZES if rows < limit), "n>1T")


def _default(configs: Sequence[Config]) -> Config | None:
    documents = [config for config in configs if config.kind == "documents"]
    return max(documents, key=lambda c: c.rows or 0, default=None)  # of equal ones the first by name


def _ran(manifest: Manifest, kind: str) -> bool:
    return any(stage.kind.lower() == kind for stage in manifest.stages)


def _name(label: str) -> str:
    return languages.name(label) if languages.is_label(label) else label


def _language_rows(manifest: Manifest) -> list[tuple[object, ...]]:
    by_language = manifest.counts.by_language.items()
    return [
        (_name(label), Code(label), c.input, c.released_sources, c.rejected, c.dead, c.derived, c.quarantined)
        for label, c in sorted(by_language, key=lambda item: (-item[1].released_sources, item[0]))
    ]


def _reason_rows(counted: Mapping[str, int], stages: Sequence[StageRecord]) -> list[tuple[object, ...]]:
    whys = {}
    for stage in stages:
        for reason, why in stage.rules.items():
            whys[f"{stage.name}.{reason.removeprefix(f'{stage.name}.')}"] = why
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
    asked = [(Code(name), None, Code(returned)) for name, returned in manifest.models.items()]
    files = [(Code(name), Code(s.name), Code(made)) for s in manifest.stages for name, made in s.fingerprint.items()]
    return [*asked, *files]


# Medians that the card shows of derived rows, where a stage has them; all are in manifest.json.
_MEDIANS = ("bleu", "chrf", "similarity", "judged")


def _derived_rows(manifest: Manifest) -> list[tuple[object, ...]]:
    """Derived rows by stage, language and operator, with the medians of what accepted ones were proven by."""
    return [
        (
            Code(one.stage),
            _name(group.language),
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
            _name(one.language),
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
