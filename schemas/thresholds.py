"""Threshold files: one YAML for a language, a script or a language pair, with its rules' values and their evidence.

    language: fra_Latn                  # any code, a script (Deva) for languages without a file, or a pair (en>fr)
    stages:
      gopher_quality:
        min_mean_word_length: 2.1
        stop_words: [de, la, le]
      language: {min_confidence: 0.83}
    evidence: {…}                       # how the values came about; for readers, never for the pipeline

FineWeb2's own files (`fra_Latn.yml`) are read as they are, see `schemas.fineweb2_thresholds`. This module knows the
shape of the files; whether a stage has such a parameter is checked by `pipelines.thresholds`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import yaml

from schemas import fineweb2_thresholds as fineweb2
from schemas import languages
from schemas.errors import RecipeError, one_of
from schemas.recipe import Lines

ENDINGS = (".yaml", ".yml")
_KEYS = ("language", "stages", "evidence")
Stages = Mapping[str, Mapping[str, Any]]


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The safe loader, compiled where PyYAML has it: FineWeb2's folder holds 1,929 files."""


# How PyYAML writes the pairs of FineWeb2's n-gram limits if nobody turns them into lists.
_Loader.add_constructor("tag:yaml.org,2002:python/tuple", lambda loader, node: loader.construct_sequence(node))


@dataclass(frozen=True)
class ThresholdFile:
    """One file.

    Args:
        file: its name, for messages.
        labels: language labels (or the one script) that the values are for.
        stages: stage -> parameter -> value.
        exact: whether the file's name is the label itself; of two FineWeb2 files for one label that one counts.
        text: the YAML.
        places: (stage, parameter) -> path of the value in the YAML, where it is not stages.<stage>.<parameter>.
    """

    file: str
    labels: tuple[str, ...]
    stages: Stages
    exact: bool
    text: str
    places: Mapping[tuple[str, str], tuple[str, ...]]

    @property
    def foreign(self) -> bool:
        """Whether it has FineWeb2's layout."""
        return bool(self.places)

    @cached_property
    def _lines(self) -> Lines:
        return Lines(self.text, self.file)

    def where(self, stage: str, parameter: str | None = None) -> str:
        """`file:line: key` of a stage or of one of its values."""
        own = ("stages", stage) if parameter is None else ("stages", stage, parameter)
        return self._lines.where(self.places.get((stage, parameter or ""), own))


def parse(text: str, file: str) -> ThresholdFile:
    """A threshold file of either layout.

    Args:
        text: the YAML.
        file: its path; FineWeb2's layout takes the language from its name.

    Raises:
        RecipeError: not YAML, not of this shape, or a language that nobody knows; with the line.
    """
    try:
        content = yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{file}:{mark.line + 1}" if mark else file
        raise RecipeError(f"{place}: not YAML: {getattr(error, 'problem', None) or error}. Mend that line.") from error
    stem = file.rpartition("/")[2].rpartition(".")[0]
    if not isinstance(content, dict):
        raise RecipeError(
            f"{file}: a threshold file is a mapping with `language` and `stages`, but {type(content).__name__} came."
        )
    if fineweb2.is_ours(content) and "stages" not in content:
        lines = Lines(text, file)
        stages, places = fineweb2.stages_of(content, lines)
        return ThresholdFile(file, fineweb2.labels_of(stem), stages, languages.is_label(stem), text, places)
    return _own(content, text, file)


def _own(content: dict[str, Any], text: str, file: str) -> ThresholdFile:
    lines = Lines(text, file)
    found = list(lines.twice)
    found += [f"{lines.where((key,))}: {one_of('key', key, _KEYS)}" for key in content if key not in _KEYS]
    labels: tuple[str, ...] = ()
    code = content.get("language")
    try:
        labels = (languages.place(str(code)),)
    except ValueError as error:
        found.append(
            f"{lines.where(('language',))}: {error}. Write a label such as tha_Thai, a script such as Thai, or a pair "
            "such as en>th."
        )
    stages = content.get("stages") or {}
    if not isinstance(stages, dict):
        found.append(f"{lines.where(('stages',))}: a mapping from stages to values, but {type(stages).__name__} came")
        stages = {}
    for stage, values in stages.items():
        if not isinstance(values, dict):
            found.append(
                f"{lines.where(('stages', stage))}: a mapping from parameters to values, but "
                f"{type(values).__name__} came"
            )
    if found:
        raise RecipeError("\n".join(found))
    return ThresholdFile(file, labels, stages, True, text, {})


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """The safe dumper, with every list and mapping written where it stands."""

    def ignore_aliases(self, data: Any) -> bool:
        """Two equal lists are two lists: no anchors."""
        return True


def dump(language: str, stages: Stages, evidence: Mapping[str, Any]) -> str:
    """A threshold file as text; the same values give the same bytes.

    Args:
        language: a label or a script.
        stages: stage -> parameter -> value.
        evidence: plain values.
    """
    values = {"language": language, "stages": stages}

    def written(content: Mapping[str, Any], flow: bool | None) -> str:
        return str(
            yaml.dump(content, Dumper=_Dumper, default_flow_style=flow, sort_keys=False, allow_unicode=True, width=110)
        )

    return written(values, False) + written({"evidence": evidence}, None)
