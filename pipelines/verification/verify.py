"""All checks of a release, in order. A check that cannot be finished is one that failed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pipelines import storage
from pipelines.comparison.release import Release
from pipelines.verification.checks import (
    card,
    counts,
    croissant,
    evidence,
    figures,
    files,
    loads,
    manifest,
    parquet,
    splits,
)
from pipelines.verification.findings import SENTENCE, Findings, Problem, shown
from schemas.errors import MissingPackage, PermissionProblem, RetryLater, SourceError

__all__ = ["CHECKS", "Check", "Problem", "examine", "verify"]


@dataclass(frozen=True)
class Check:
    """A check.

    Args:
        name: of the check.
        about: what it holds a release to.
        run: looks at a release and writes down what it found.
    """

    name: str
    about: str
    run: Callable[[Release, Findings], None]


MANIFEST = "manifest"
LOADS = "loads"
CHECKS = (
    Check("files", "each file of the manifest is there, byte for byte; nothing else loads as data", files.check),
    Check("parquet", "schemas, order, ids, languages, reasons and texts of every data file", parquet.check),
    Check("counts", "every count of the manifest, counted again from the files", counts.check),
    Check("figures", "figures of languages and samples of the card, made again from the rows", figures.check),
    Check("splits", "no id, no cluster of duplicates and no derived row across splits", splits.check),
    Check("evidence", "tables of evidence, counted again from the files", evidence.check),
    Check("card", "README.md is what the manifest gives; its metadata is valid and matches the files", card.check),
    Check("croissant", "croissant.json is what the manifest gives", croissant.check),
    Check(LOADS, "`datasets` loads every config and split without a network", loads.check),
)
"""What follows the check of the manifest itself."""


def verify(folder: str, *, load: bool = True) -> list[Problem]:
    """Everything that does not hold in a release.

    Args:
        folder: where it is, any address. It has to be on this machine for `load`.
        load: whether to load every config with `datasets`, which takes time and, for the largest config, disk space.

    Raises:
        SourceError: there is no such folder, or it is not on this machine and `load` is on.
        MissingPackage: `datasets` is not installed and `load` is on.
        RetryLater: the store that has it is away.
    """
    return [problem for findings in examine(folder, load=load) for problem in findings.problems]


def examine(folder: str, *, load: bool = True) -> Iterator[Findings]:
    """The findings of each check, one after the other; see `verify`."""
    folder = manifest.folder_of(folder)
    if not storage.is_folder(folder):
        raise SourceError(f"there is no folder {folder}. Give the folder of a release of Glotmill.")
    if load:
        loads.ready(folder)
    first = Findings(MANIFEST)
    release = manifest.check(folder, first)
    yield first
    for one in CHECKS:
        findings = Findings(one.name)
        if release is None:
            findings.skipped = "there is no manifest to check by"
        elif one.name == LOADS and not load:
            findings.skipped = "left out (--no-load)"
        else:
            _run(one, release, findings)
        yield findings


def _run(check: Check, release: Release, findings: Findings) -> None:
    try:
        check.run(release, findings)
    except (RetryLater, MissingPackage, PermissionProblem):
        raise
    except Exception as error:  # a damaged file can raise anything, and what was not proven is no pass
        findings.add(f"could not be finished: {type(error).__name__}: {shown(error, SENTENCE)}")
