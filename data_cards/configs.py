"""The configs of a release: what `load_dataset` loads, and from which files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from schemas.manifest import ReleasedFile

Kind = Literal["documents", "derived", "rejected", "dead", "quarantine"]
KINDS: tuple[Kind, ...] = ("documents", "derived", "rejected", "dead", "quarantine")
ASIDE = KINDS[2:]


@dataclass(frozen=True)
class Split:
    """What `load_dataset(…, config, split=name)` loads."""

    name: str
    pattern: str
    files: int
    rows: int | None
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
    def rows(self) -> int | None:
        """Rows of all splits; null where those of one are not known."""
        known = [split.rows for split in self.splits if split.rows is not None]
        return sum(known) if len(known) == len(self.splits) else None

    @property
    def bytes(self) -> int:
        """Bytes of all splits."""
        return sum(split.bytes for split in self.splits)


def find_configs(files: Iterable[ReleasedFile]) -> list[Config]:
    """The configs of a release, documents first."""
    by_name: dict[str, dict[str, list[ReleasedFile]]] = {}
    for file in files:
        if file.config is not None:  # releases of earlier versions name no split: they have one
            by_name.setdefault(file.config, {}).setdefault(file.split or "train", []).append(file)
    configs = []
    for name, splits in by_name.items():
        kind: Kind = next((k for k in ASIDE if k == name), "derived" if "-" in name else "documents")
        inside = [_split(split, kind, members) for split, members in splits.items()]
        order = sorted(inside, key=lambda split: (split.name != "train", split.name))
        configs.append(Config(name, kind, tuple(order)))
    return sorted(configs, key=lambda c: (KINDS.index(c.kind), c.name))


def _split(name: str, kind: Kind, members: Sequence[ReleasedFile]) -> Split:
    pattern = PurePosixPath(members[0].path).with_name("*.parquet" if kind in ASIDE else f"{name}-*.parquet")
    known, size = [file.rows for file in members if file.rows is not None], sum(file.bytes for file in members)
    rows = sum(known) if len(known) == len(members) else None
    return Split(name, str(pattern), len(members), rows, size)


def default_config(configs: Sequence[Config]) -> Config | None:
    """The config that is loaded where none is named: the documents of the largest language."""
    documents = [config for config in configs if config.kind == "documents"]
    return max(documents, key=lambda c: c.rows or 0, default=None)  # of equal ones the first by name
