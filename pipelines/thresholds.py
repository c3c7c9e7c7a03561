"""Threshold files between what stages ship and what a recipe writes.

Precedence for one parameter: shipped < threshold files < recipe. Each is laid over the one before: a mapping by
language replaces what it names, a plain value in the recipe replaces all.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_origin

from pydantic import ValidationError

from pipelines import catalogue, storage
from schemas import languages, thresholds
from schemas.errors import RecipeError, SourceError, one_of
from schemas.per_language import PerLanguage, overlay
from schemas.recipe import Lines
from schemas.stage import Stage, StageParams
from schemas.thresholds import ENDINGS, ThresholdFile

ByLabel = dict[str, Any]  # language label or script -> value


@dataclass(frozen=True)
class Thresholds:
    """The values of all files.

    Args:
        values: stage -> parameter -> label or script -> value.
        origins: label or script -> its files, the one that wins last.
    """

    values: Mapping[str, Mapping[str, ByLabel]] = field(default_factory=dict)
    origins: Mapping[str, Sequence[ThresholdFile]] = field(default_factory=dict)

    @property
    def labels(self) -> frozenset[str]:
        """Languages and scripts that have a file."""
        return frozenset(self.origins)

    def sha256(self, stages: Sequence[str]) -> str | None:
        """Digest of the values of some stages, wherever they were read from; None when there are none."""
        held = {stage: self.values[stage] for stage in sorted(stages) if stage in self.values}
        if not held:
            return None
        canonical = json.dumps(held, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    def laid_under(self, stage: Stage, given: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters that a recipe gives a stage, laid over those of the files."""
        merged = dict(given)
        for name, by_label in self.values.get(stage.name, {}).items():
            info = stage.params.model_fields[name]
            if _is_per_language(stage.params, name):
                merged[name] = overlay(info.get_default(call_default_factory=True), by_label)
                if name in given:
                    try:
                        merged[name] = overlay(merged[name], given[name])
                    except ValueError:  # a wrong code is reported by the field itself, with its place
                        merged[name] = given[name]
            elif isinstance(given.get(name, {}), Mapping):
                merged[name] = {**by_label, **{_label(code): value for code, value in given.get(name, {}).items()}}
        return merged


def load(paths: Sequence[str], lines: Lines) -> Thresholds:
    """Read and check threshold files.

    Args:
        paths: folders or files, any fsspec address; a later one is laid over those before.
        lines: of the recipe, for messages about the paths.

    Raises:
        RecipeError: a path that is not there or holds no such file, two files of a folder for one language, unknown
            stages or parameters, wrong values; all at once, each with file and line.
    """
    found: list[str] = []
    values: dict[str, dict[str, ByLabel]] = {}
    origins: dict[str, list[ThresholdFile]] = {}
    owner: dict[tuple[str, str, str], ThresholdFile] = {}
    for index, path in enumerate(paths):
        try:
            read = list(_files(path))
        except (SourceError, RecipeError) as error:
            found.append(
                f"{lines.where(('thresholds', index))}: {error}" if isinstance(error, SourceError) else str(error)
            )
            continue
        found += _twice(read)
        for one in read:
            for label in one.labels:
                origins.setdefault(label, []).append(one)
                for stage, parameter, value in _flat(one):
                    values.setdefault(stage, {}).setdefault(parameter, {})[label] = value
                    owner[stage, parameter, label] = one
    found += _unknown({file.file: file for files in origins.values() for file in files}.values())
    if not found:
        found += _wrong(values, owner)
    if found:
        raise RecipeError("\n".join(dict.fromkeys(found)))
    return Thresholds(values, origins)


def _files(path: str) -> Iterator[ThresholdFile]:
    """The files of a folder by name (or the one file), each label from one FineWeb2 file at most."""
    files = [path]
    if storage.is_folder(path):
        files = [file for file in storage.list_files(path) if file.endswith(ENDINGS)]
        if not files:
            raise SourceError(
                f"{path} holds no threshold files: {' or '.join('*' + e for e in ENDINGS)}, one a language. "
                "Write them with `glotmill calibrate`."
            )
    elif not storage.exists(path):
        raise SourceError(f"{path}: no such folder or file of thresholds. Write one with `glotmill calibrate`.")
    read, problems = [], []
    for file in files:
        try:
            read.append(thresholds.parse(storage.read_bytes(file).decode("utf-8"), file))
        except UnicodeDecodeError as error:
            problems.append(f"{file}: not UTF-8 text at byte {error.start}. Save it as UTF-8.")
        except RecipeError as error:
            problems.append(str(error))
    if problems:
        raise RecipeError("\n".join(problems))
    # FineWeb2 has files for codes that are one label with us: the one of that very name counts.
    taken: dict[str, ThresholdFile] = {}
    for one in sorted((f for f in read if f.foreign), key=lambda f: (not f.exact, f.file)):
        for label in one.labels:
            taken.setdefault(label, one)
    for one in read:
        if not one.foreign or any(taken[label] is one for label in one.labels):
            yield one


def _twice(read: Sequence[ThresholdFile]) -> list[str]:
    first: dict[str, ThresholdFile] = {}
    found = []
    for one in read:
        for label in one.labels:
            other = first.setdefault(label, one)
            if other is not one and other.foreign == one.foreign:
                found.append(f"{one.file}: {label} has a file already, {other.file}. Keep one of the two.")
    return found


def _flat(file: ThresholdFile) -> Iterator[tuple[str, str, Any]]:
    for stage, parameters in file.stages.items():
        for parameter, value in parameters.items():
            yield stage, parameter, value


def _unknown(files: Any) -> list[str]:
    found = []
    for file in files:
        for stage, parameters in file.stages.items():
            if stage not in catalogue.stages():
                found.append(f"{file.where(stage)}: {one_of('stage', stage, catalogue.stages())}")
                continue
            params = catalogue.get(stage).params
            allowed = [name for name in params.model_fields if is_by_language(params, name)]
            for parameter in parameters:
                if parameter in allowed:
                    continue
                if parameter in params.model_fields:
                    said = f"{parameter} is one value for all languages: write it into the recipe. By language: "
                    found.append(f"{file.where(stage, parameter)}: {said}{', '.join(sorted(allowed)) or 'none'}")
                else:
                    found.append(f"{file.where(stage, parameter)}: {one_of('parameter', parameter, allowed)}")
    return found


def _wrong(
    values: Mapping[str, Mapping[str, ByLabel]], owner: Mapping[tuple[str, str, str], ThresholdFile]
) -> list[str]:
    """Values that a stage does not take. All languages are checked at once: there may be 1,900."""
    found = []
    for stage, parameters in values.items():
        for parameter, by_label in parameters.items():
            for label, value in by_label.items():
                if isinstance(value, float) and math.isnan(value):
                    where = owner[stage, parameter, label].where(stage, parameter)
                    found.append(f"{where}: {value} is not a number. Write null to turn the rule off.")
        try:
            catalogue.get(stage).params.model_validate(parameters)
        except ValidationError as error:
            for item in error.errors(include_url=False):
                by_label = parameters.get(str(item["loc"][0]), {}) if item["loc"] else {}
                if not by_label:
                    continue  # a parameter that only the recipe gives
                parameter, message = str(item["loc"][0]), item["msg"].removeprefix("Value error, ")
                at = next((str(part) for part in item["loc"][1:] if part in by_label), None)
                # A check of the whole parameter names the languages that it does not like.
                label = at or next((one for one in by_label if one in message), next(iter(by_label)))
                came = "" if at is None else f"; {item['input']!r} ({type(item['input']).__name__}) came"
                found.append(f"{owner[stage, parameter, label].where(stage, parameter)}: {message}{came}")
    return found


def is_by_language(params: type[StageParams], name: str) -> bool:
    """Whether a parameter can differ by language: a threshold and the like, or a mapping by label."""
    annotation: Any = params.model_fields[name].annotation
    return _is_per_language(params, name) or get_origin(annotation) in (dict, Mapping)


def _is_per_language(params: type[StageParams], name: str) -> bool:
    annotation: Any = params.model_fields[name].annotation
    return isinstance(annotation, type) and issubclass(annotation, PerLanguage)


def _label(code: Any) -> Any:
    try:
        return languages.label(str(code))
    except ValueError:
        return code
