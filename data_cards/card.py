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
import yaml

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
_NAMED = 8  # how many languages or values a line names before it says how many more there are
_WIDEST = 80  # characters of a value in a table
_UNMEASURED = "A score that a rule of this stage needs could not be computed, and a failed check is not a pass."


class Code(str):
    """Text that a table shows as code."""


@dataclass(frozen=True)
class Config:
    """What `load_dataset(…, name)` loads."""

    name: str
    kind: Kind
    pattern: str
    files: int
    rows: int | None
    bytes: int


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
        gates=_reason_rows(manifest.counts.quarantined_by_reason, manifest.stages),
        stages=[_stage_row(manifest, stage) for stage in manifest.stages],
        parameters=[row for stage in manifest.stages for row in _parameter_rows(stage)],
        models=_model_rows(manifest),
        limits=_limits(manifest),
        grouped=_ran(manifest, "group"),
        meaning=_meaning,
        many=30,
    )
    # Sections that are left out leave blank lines behind. The recipe comes after this: its blank lines are its own.
    body = re.sub(r"\n{3,}", "\n\n", body.strip("\n"))
    recipe = f"<details>\n<summary>Recipe</summary>\n\n{_fenced(_yaml(manifest.recipe))}\n\n</details>"
    return f"---\n{_yaml(front_matter(manifest, configs))}---\n\n{body}\n\n{recipe}\n"


def find_configs(files: Iterable[ReleasedFile]) -> list[Config]:
    """The configs of a release, documents first."""
    by_name: dict[str, list[ReleasedFile]] = {}
    for file in files:
        if file.config is not None:
            by_name.setdefault(file.config, []).append(file)
    configs = []
    for name, members in by_name.items():
        kind: Kind = next((k for k in _ASIDE if k == name), "derived" if "-" in name else "documents")
        path = PurePosixPath(members[0].path)
        rows = [file.rows for file in members]
        configs.append(
            Config(
                name=name,
                kind=kind,
                pattern=str(path.with_name("*.parquet" if kind in _ASIDE else "train-*.parquet")),
                files=len(members),
                rows=None if None in rows else sum(row or 0 for row in rows),
                bytes=sum(file.bytes for file in members),
            )
        )
    return sorted(configs, key=lambda c: (_KINDS.index(c.kind), c.name))


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
            "data_files": [{"split": "train", "path": config.pattern}],
        }
        for config in configs
    ]
    # `datasets` compares num_examples and fails when they differ. It asks for num_bytes, too, but compares them with
    # nothing: they are the bytes of the files, the one size that is known exactly before anything is loaded.
    matter["dataset_info"] = [
        {
            "config_name": config.name,
            "splits": [{"name": "train", "num_bytes": config.bytes, "num_examples": config.rows}],
            "download_size": config.bytes,
            "dataset_size": config.bytes,
        }
        for config in configs
        if config.rows is not None
    ]
    return matter


def size_category(rows: int) -> str:
    """The Hub's name for a number of rows.

    >>> [size_category(n) for n in (0, 999, 1000, 10**12)]
    ['n<1K', 'n<1K', '1K<n<10K', 'n>1T']
    """
    return next((name for limit, name in _SIZES if rows < limit), "n>1T")


def text(value: str) -> str:
    r"""One line in which Markdown sees nothing but text.

    >>> text("a | b\n<c>")
    'a \\| b &lt;c>'
    """
    return re.sub(r"([\\`*_\[\]|~])", r"\\\1", " ".join(value.split())).replace("<", "&lt;")


def code(value: str) -> str:
    """One line as code; as plain text where a code span could not hold it inside a table."""
    value = " ".join(value.split())
    return text(value) if not value or "|" in value or "`" in value else f"`{value}`"


def cell(value: object) -> str:
    """What a table shows of a value."""
    if value is None or value == "":
        return "–"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, Code):
        return code(value)
    if re.fullmatch(r"https?://[^\s<>|]+", str(value)):
        return f"<{value}>"
    return text(str(value))


# What would start a heading, quote, list, rule, table, fence or link definition at the start of a line.
_BLOCK = re.compile(r"#{1,6}(\s|$)|>|[-+*](\s|$)|([-*_=]\s*){2,}$|=|\||`{3}|~{3}|:{3}|\[[^\]]*\]:")


def prose(value: str) -> str:
    """Paragraphs that a person wrote: Markdown within a line stays, but no block, so that the card keeps its shape."""
    paragraphs = []
    for paragraph in re.split(r"\n\s*\n", value.strip()):
        line = " ".join(paragraph.split()).replace("<", "&lt;")
        if _BLOCK.match(line):
            line = "\\" + line
        paragraphs.append(re.sub(r"^(\d{1,9})([.)])(?=\s|$)", r"\1\\\2", line))
    return "\n\n".join(paragraphs)


class _Dumper(yaml.SafeDumper):
    """Writes long texts as a person would, and keeps line breaks that only Unicode knows."""


def _represent_text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = '"' if re.search("[\x85\u2028\u2029]", value) else "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _represent_text)


def _yaml(content: object, *, flow: bool = False) -> str:
    return yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10**6, default_flow_style=flow)


def _fenced(content: str) -> str:
    """A YAML code block whose fence is longer than any in the content."""
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", content)), default=0))
    return f"{fence}yaml\n{content}{fence}"


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
        for reason, rows in sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    ]


def _stage_row(manifest: Manifest, stage: StageRecord) -> tuple[object, ...]:
    rejected = sum(manifest.counts.rejected_by_stage.get(stage.name, {}).values())
    made = sum(manifest.counts.derived_by_stage.get(stage.name, {}).values())
    effect = f"{made:,} made" if stage.kind.lower() == "derive" else f"{rejected:,} rejected" if rejected else None
    return Code(stage.name), stage.kind.lower(), stage.version, stage.summary, effect


def _parameter_rows(stage: StageRecord) -> Iterable[tuple[object, ...]]:
    for name, value in stage.parameters.items():
        if _by_language(value):
            shown = "off" if value["default"] is None else _value(value["default"])
            exceptions = [_exceptions(value.get("languages") or {})]
            for source, inside in (value.get("sources") or {}).items():
                parts = [] if inside.get("default") is None else [_value(inside["default"])]
                parts += [_exceptions(inside["languages"])] if inside.get("languages") else []
                exceptions.append(f"source {source}: {'; '.join(parts) or 'off'}")
            yield Code(stage.name), Code(name), shown, "; ".join(filter(None, exceptions))
        else:
            yield Code(stage.name), Code(name), _value(value), None


def _by_language(value: object) -> bool:
    """Whether a parameter has the form of `schemas.per_language`."""
    return isinstance(value, Mapping) and "default" in value and set(value) <= {"default", "languages", "sources"}


def _exceptions(values: Mapping[str, Any]) -> str:
    """Languages by the value that they have, a few of them by name."""
    by_value: dict[str, list[str]] = {}
    for label, value in sorted(values.items()):
        by_value.setdefault("off" if value is None else _value(value), []).append(label)
    shown = [f"{value} in {_some(labels)}" for value, labels in by_value.items()]
    return "; ".join(shown[:_NAMED]) + (f"; {len(shown) - _NAMED:,} more values" if len(shown) > _NAMED else "")


def _some(items: Sequence[str]) -> str:
    rest = len(items) - _NAMED
    return ", ".join(items[:_NAMED]) + (f" and {rest:,} more" if rest > 0 else "")


def _value(value: object) -> str:
    """A parameter as a recipe would have it, on one line and not too long."""
    shown = value if isinstance(value, str) else _yaml(value, flow=True)
    line = " ".join(shown.removesuffix("...\n").split())
    return line if len(line) <= _WIDEST else f"{line[: _WIDEST - 1]}…"


def _model_rows(manifest: Manifest) -> list[tuple[object, ...]]:
    asked = [(Code(name), None, Code(returned)) for name, returned in manifest.models.items()]
    files = [(Code(name), Code(s.name), Code(made)) for s in manifest.stages for name, made in s.fingerprint.items()]
    return [*asked, *files]


def _meaning(columns_of: Literal["documents", "duplicates", "rehydration", "derived"]) -> list[tuple[object, ...]]:
    """Columns whose reading is not plain from their names, as `schemas.columns` describes them."""
    wanted: dict[str, tuple[tuple[Column, ...], tuple[str, ...]]] = {
        "documents": (columns.DOCUMENT + columns.VERDICT, ("id", "source", "date", "reasons")),
        "duplicates": (
            columns.VERDICT,
            ("cluster_id", "cluster_size", "twin_id", "twin_release", "twin_similarity"),
        ),
        "rehydration": (columns.REHYDRATION, ("copies", "sampling_weight")),
        "derived": (columns.DERIVED, ("id", "document_id", "parent_id", "stage", "operator")),
    }
    known, names = wanted[columns_of]
    return [(Code(column.name), column.description) for column in known if column.name in names]


def _limits(manifest: Manifest) -> list[str]:
    """What the release does not promise, as far as the manifest shows it."""
    counts, recipe = manifest.counts, manifest.recipe
    ran = {stage.name for stage in manifest.stages}
    limits = ["No person has checked these rows: every verdict comes from the rules and models named above."]
    if "language" not in ran:
        limits.append("No stage identified languages: labels are what the sources declare.")
    undetermined = counts.by_language.get(languages.UNDETERMINED)
    if undetermined and undetermined.input:
        limits.append(f"Input rows of undetermined language (`{languages.UNDETERMINED}`): {undetermined.input:,}.")
    limits.append(_private_data(manifest))
    if _ran(manifest, "group"):
        earlier = " and in the earlier releases named above" if manifest.against else " only"
        limits.append(f"Duplicates were looked for in the input of this run{earlier}, not in other datasets.")
    else:
        limits.append("Duplicates were not looked for.")
    if not any("toxic" in name for name in ran):
        limits.append("Texts were not scored for toxicity.")
    if not ran & {"decontamination", "decontaminated_spans"}:
        limits.append("Texts were not compared with evaluation benchmarks: some may hold their items.")
    if not _ran(manifest, "edit"):
        limits.append("No stage changed a text: encoding errors and boilerplate are as they came.")
    if counts.derived or counts.quarantined:
        limits.append(
            "Derived rows were written by a language model and passed automatic gates, which let errors through."
        )
    if unmeasured := sum(rows for reason, rows in counts.rejected_by_reason.items() if reason.endswith("unmeasured")):
        limits.append(f"Rejections because a score could not be computed, whatever the text is like: {unmeasured:,}.")
    if unread := sum(source.unread_dates for source in manifest.sources):
        limits.append(f"Documents whose source has a date that cannot be read, which have none here: {unread:,}.")
    limits += _switched_off(manifest)
    limits += _fallback(manifest)
    if unlicensed := [source.name for source in manifest.sources if not source.licence]:
        limits.append(f"The recipe states no licence for these sources: {text(_some(unlicensed))}.")
    if not (recipe.get("release") or {}).get("licence"):
        limits.append("The recipe states no licence for the release.")
    if (recipe.get("release") or {}).get("rejected_text") is False:
        limits.append("The texts of rejected documents are left out of `rejected`.")
    return limits


# What the stage `private_data` does with what it finds, by its parameter `action`.
_DONE = {
    "redact": "replaced by placeholders",
    "generalise": "replaced by placeholders that keep a detail (as the domain of a mail address)",
    "flag": "counted and left in the text",
}


def _private_data(manifest: Manifest) -> str:
    """What became of personal data. A kind is a parameter that holds its placeholder; without one it is left alone."""
    stage = next((stage for stage in manifest.stages if stage.name == "private_data"), None)
    if stage is None:
        return "Personal data was not looked for."
    given = stage.parameters
    kinds = {name: value for name, value in given.items() if name != "action" and isinstance(value, (str, type(None)))}
    by_action: dict[str, list[str]] = {}
    for kind, placeholder in kinds.items():
        if placeholder is not None:
            by_action.setdefault(given.get("actions", {}).get(kind, given.get("action", "redact")), []).append(kind)
    told = [f"{_DONE.get(action, action)}: {_kinds(names)}" for action, names in by_action.items()]
    if len(by_action) == 1:
        told = [_DONE.get(action, action) for action in by_action]
    if ignored := [kind for kind, placeholder in kinds.items() if placeholder is None]:
        told.append(f"not looked for: {_kinds(ignored)}")
    done = "; ".join(told) or _DONE["redact"]
    return f"Personal data that patterns found was {done}. What they miss was not measured on this text."


def _kinds(names: Sequence[str]) -> str:
    return ", ".join(name.replace("_", " ") for name in names)


def _fallback(manifest: Manifest) -> list[str]:
    """Released languages whose limits are not their own."""
    counted = manifest.counts.by_language
    released = {
        label: origins
        for label, origins in sorted(manifest.thresholds.items())
        if label in counted and counted[label].released_sources
    }
    if not released:
        return []
    if not any(origins.file for origins in manifest.thresholds.values()):
        own = max(o.language + o.script for o in released.values())
        rules = max(o.source + o.language + o.script + o.default for o in released.values())
        return [f"Of {rules:,} rules at most {own:,} have a limit for the language or its script, in any language."]
    found = []
    if script := [label for label, origins in released.items() if origins.file == "script"]:
        found.append(f"Without a threshold file of their own, with that of their script: {_some(script)}.")
    if none := [label for label, origins in released.items() if origins.file is None]:
        found.append(f"Without any threshold file, with the limits that the stages ship: {_some(none)}.")
    return found


def _switched_off(manifest: Manifest) -> list[str]:
    """Rules that hold for some of the released languages only."""
    released = sorted(label for label, c in manifest.counts.by_language.items() if c.released_sources)
    found = []
    for stage in manifest.stages:
        for name, value in stage.parameters.items():
            if not _by_language(value) or not stage.rules:
                continue
            exceptions = value.get("languages") or {}
            off = [
                label
                for label in released
                if exceptions.get(label, exceptions.get(label[4:], value["default"])) is None
            ]
            if off and len(off) < len(released):
                which = f"`{stage.name}.{name}` has no value for {len(off):,} of {len(released):,} released languages"
                found.append(f"{which}, where its rule is off: {_some(off)}.")
    return found
