"""A small release with a row of every kind, in two splits and several shards; and ways to damage a copy of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

import data_cards.card
import data_cards.croissant
from pipelines.verification.verify import Problem, verify
from schemas.manifest import Manifest
from tests import running
from tests.fault_server import FaultServer
from translators.prompts.shots import SENTENCES

PAIRS = [
    {"source": source, "target": target, "source_language": "eng_Latn", "target_language": label}
    for label in ("fra_Latn", "hin_Deva")
    for source, target in zip(SENTENCES["eng_Latn"], SENTENCES[label], strict=True)
]
STAGES: dict[str, Any] = {
    "normalise": None,
    "language": {"min_confidence": 0.0, "min_share": 0.0},
    "gopher_quality": {"min_words": 20},
    "exact_dedup": None,
}
_LANGUAGES = ("tha", "hin", "arb", "jpn", "amh", "yor", "fra", "eng")


def recipe(folder: Path, server: FaultServer | None, **release: Any) -> dict[str, Any]:
    """Documents in eight languages, some twice; without a server no translations.

    The first document of each language is left out of the second recipe's input by `rows`.
    """
    documents = [
        one for one in running.sample_documents() if one["id"][:3] in _LANGUAGES and one["id"] < one["id"][:3] + "-10"
    ]
    rows: list[dict[str, Any]] = [{"id": one["id"], "text": one["text"]} for one in documents]
    rows += [{"id": f"copy-{one['id']}", "text": one["text"]} for one in documents[:4]]
    rows.append({"id": "broken", "text": None})
    running.jsonl(folder / "in/pages.jsonl", rows)
    # One that nobody translates: letter by letter it fails a gate.
    sentences = [*SENTENCES["eng_Latn"], "Three grey herons stood beside the lock and watched the barges go by."]
    running.jsonl(folder / "in/sentences.jsonl", [{"id": f"s-{n}", "text": text} for n, text in enumerate(sentences)])
    content: dict[str, Any] = {
        "name": "small",
        "sources": {
            "pages": {"paths": str(folder / "in/pages.jsonl"), "licence": "cc0-1.0"},
            "sentences": {"paths": str(folder / "in/sentences.jsonl"), "licence": "cc0-1.0"},
        },
        "stages": {**STAGES, "gopher_quality": {"min_words": {"default": 20, "sources": {"sentences": 1}}}},
        "release": {"splits": {"train": 0.6, "test": 0.4}, "shard_bytes": 2_500, **release},
    }
    if server is not None:
        content["stages"]["translation"] = {"sources": ["sentences"], "targets": ["fra_Latn", "hin_Deva"]}
        content["client"] = {"base_url": server.base_url, "model": "m"}
    return content


class Copy:
    """A copy of a release that may be damaged."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def manifest(self) -> dict[str, Any]:
        """The manifest as it is."""
        content: dict[str, Any] = json.loads((self.folder / "manifest.json").read_text())
        return content

    def write_manifest(self, manifest: Mapping[str, Any], *, card: bool = False) -> None:
        """Another manifest; with `card` the card and croissant.json that follow from it, too."""
        whole = Manifest.model_validate(manifest)
        made = {"README.md": data_cards.card.render, "croissant.json": data_cards.croissant.render} if card else {}
        for name, render in made.items():
            (self.folder / name).write_text(render(whole))
        (self.folder / "manifest.json").write_text(whole.to_json())
        for name in made:
            self.sign(name)

    def change_manifest(self, change: Callable[[dict[str, Any]], Any], *, card: bool = False) -> None:
        """Change the manifest in place."""
        content = self.manifest
        change(content)
        self.write_manifest(content, card=card)

    def sign(self, path: str, rows: int | None = None) -> None:
        """Put a file's size and SHA-256 (and rows) as they are into the manifest."""
        data = (self.folder / path).read_bytes()

        def change(manifest: dict[str, Any]) -> None:
            (entry,) = (file for file in manifest["files"] if file["path"] == path)
            entry |= {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            if rows is not None:
                entry["rows"] = rows

        self.change_manifest(change)

    def files(self, config: str) -> list[str]:
        """Paths of a config's files."""
        return [file["path"] for file in self.manifest["files"] if file["config"] == config]

    def rewrite(self, path: str, change: Callable[[pa.Table], pa.Table]) -> None:
        """Change a file's rows; the manifest says its new size, hash and rows."""
        table = change(pq.read_table(self.folder / path))
        pq.write_table(table, self.folder / path)
        self.sign(path, table.num_rows)

    def problems(self, check: str | None = None, *, load: bool = False) -> list[Problem]:
        """What verifying finds, of one check."""
        return [one for one in verify(str(self.folder), load=load) if check in (None, one.check)]

    def told(self, check: str) -> str:
        """The problems of a check as text."""
        return "\n".join(f"{one.path}: {one.message}" for one in self.problems(check))


def with_column(name: str, change: Callable[[list[Any]], list[Any]]) -> Callable[[pa.Table], pa.Table]:
    """A change of one column's values."""

    def changed(table: pa.Table) -> pa.Table:
        at = table.schema.get_field_index(name)
        field = table.schema.field(at)
        return table.set_column(at, field, pa.array(change(table[name].to_pylist()), field.type))

    return changed
