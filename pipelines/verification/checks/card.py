"""README.md is byte for byte what the manifest gives; its metadata is what the Hub reads, and finds just the files."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from data_cards import card
from pipelines import storage
from pipelines.comparison.release import Release
from pipelines.verification.findings import SENTENCE, Findings, shown
from pipelines.verification.lines import first_difference
from schemas.errors import GlotmillError

NAME = "README.md"
_LANGUAGE = re.compile(r"[a-z]{2,3}|code|multilingual")
_SIZES = ("n<1K", "1K<n<10K", "10K<n<100K", "100K<n<1M", "1M<n<10M", "10M<n<100M", "100M<n<1B", "1B<n<10B",
          "10B<n<100B", "100B<n<1T", "n>1T", "other")  # fmt: skip
_MULTILINGUALITY = ("monolingual", "multilingual", "translation", "other")


def check(release: Release, findings: Findings) -> None:
    """See the module."""
    path = storage.join(release.folder, NAME)
    if not storage.exists(path):
        findings.add("is missing", NAME)
        return
    content = storage.read_bytes(path)
    text = content.decode("utf-8", "replace")
    findings.looked_at = f"{len(text.splitlines()):,} lines"
    try:
        wanted = card.render(release.manifest)
    except GlotmillError as error:
        findings.add(f"no card can be made of the manifest: {shown(error, SENTENCE)}", NAME)
    else:
        if content != wanted.encode():
            findings.add(first_difference(text, wanted) + _made_elsewhere(release), NAME)
    _metadata(release, text, findings)


def _made_elsewhere(release: Release) -> str:
    """That another version of Glotmill made the release, whose cards may differ."""
    made_by, here = release.manifest.libraries.get("glotmill"), version("glotmill")
    if made_by in (None, here):
        return ""
    return f"; Glotmill {shown(made_by)} made the release, this is {here}, whose cards may differ: run the recipe again"


def _metadata(release: Release, text: str, findings: Findings) -> None:
    """The front matter by the Hub's own classes and lists, and by the manifest. For `datasets` see `loads`."""
    from huggingface_hub import DatasetCard, DatasetCardData

    try:
        parsed: Any = DatasetCard(text, ignore_metadata_errors=False).data
        data = parsed.to_dict()
        DatasetCardData(**data)
    except Exception as error:  # a YAML error, a wrong type, a missing part: they have no class in common
        findings.add(f"its metadata is not valid: {shown(error, SENTENCE)}", NAME)
        return
    for name, allowed in (("size_categories", _SIZES), ("multilinguality", _MULTILINGUALITY)):
        for value in _listed(data.get(name)):
            if value not in allowed:
                findings.add(f"metadata: {name} {shown(value)} is none that the Hub knows: {', '.join(allowed)}", NAME)
    for value in _listed(data.get("language")):
        if not _LANGUAGE.fullmatch(str(value)):
            findings.add(f"metadata: language {shown(value)} is no code of two or three letters", NAME)
    _configs(release, data, findings)


def _configs(release: Release, data: Mapping[str, Any], findings: Findings) -> None:
    """Every split of every config finds just its files, and says how many rows they have."""
    files: dict[tuple[str, str], set[str]] = defaultdict(set)
    rows: dict[tuple[str, str], int] = defaultdict(int)
    for file in release.data:
        files[str(file.config), release.split(file)].add(file.path)
        rows[str(file.config), release.split(file)] += file.rows or 0
    matched: dict[tuple[str, str], set[str]] = {}
    for config in data.get("configs") or ():
        for part in config.get("data_files") or ():
            pattern = re.compile("[^/]*".join(map(re.escape, str(part["path"]).split("*"))))
            found = {file.path for file in release.data if pattern.fullmatch(file.path)}
            matched[str(config["config_name"]), str(part["split"])] = found
    for key in sorted(files.keys() | matched.keys()):
        name = f"metadata: config {shown(key[0])}, split {shown(key[1])}"
        if key not in matched:
            findings.add(f"{name} is missing, its files would not be loaded", NAME)
        elif key not in files:
            findings.add(f"{name} has no files in the manifest", NAME)
        elif matched[key] != files[key]:
            other = sorted(matched[key] ^ files[key])
            findings.add(f"{name} does not find just its files: {shown(other[0])}", NAME)
    for info in _infos(data.get("dataset_info")):
        for split in info.get("splits") or ():
            key = str(info.get("config_name")), str(split.get("name"))
            if key in rows and split.get("num_examples") != rows[key]:
                findings.add(
                    f"metadata: config {shown(key[0])}, split {shown(key[1])}: card says "
                    f"{shown(split.get('num_examples'))} rows, manifest {rows[key]}",
                    NAME,
                )


def _infos(value: Any) -> list[Mapping[str, Any]]:
    return [value] if isinstance(value, Mapping) else list(value or ())


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
