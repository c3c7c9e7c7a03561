"""Releases to publish, made in no time: the manifest is true, the shards are random bytes that nobody opens."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Mapping
from pathlib import Path

from pipelines.publishing import release as releases
from pipelines.publishing.release import Release
from schemas.manifest import Counts, Manifest, ReleasedFile

LANGUAGES = ("tha_Thai", "hin_Deva", "arb_Arab", "jpn_Jpan", "amh_Ethi", "yor_Latn")
CARD = "---\nlicense: cc-by-4.0\n---\n\n# สวัสดี नमस्ते مرحبا こんにちは ሰላም Ẹ n lẹ\n"


def contents(shards: int = 6, size: int = 2000, seed: int = 1) -> dict[str, bytes]:
    """Path -> bytes of a release without its manifest."""
    draw = random.Random(seed)
    made = {
        f"data/{LANGUAGES[number % len(LANGUAGES)]}/train-{number:05d}-of-{shards:05d}.parquet": draw.randbytes(size)
        for number in range(shards)
    }
    return {**made, "README.md": f"{CARD}{seed}\n".encode(), "croissant.json": json.dumps({"name": seed}).encode()}


def write(folder: Path, files: Mapping[str, bytes]) -> Release:
    """A release with those files, and its manifest."""
    for path, content in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    manifest = Manifest(
        name="small", title="Small", recipe={}, recipe_sha256="0" * 64, counts=Counts(), sources=[], stages=[],
        models={}, libraries={},
        files=[
            ReleasedFile(
                path=path, config=None, rows=None, bytes=len(content), sha256=hashlib.sha256(content).hexdigest()
            )
            for path, content in sorted(files.items())
        ],
    )  # fmt: skip
    (folder / "manifest.json").write_text(manifest.to_json())
    return releases.read(str(folder))


def local(release: Release) -> dict[str, bytes]:
    """Path -> bytes, as they lie on disk."""
    return {file.path: Path(file.place).read_bytes() for file in release.files}
