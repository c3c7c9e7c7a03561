"""Runs a COMET model in another Python, for `comet`: one JSON message a line in, one out.

It imports nothing of Glotmill: that environment has other versions of everything. First message: the settings; answer:
`identity`. Then `pairs`, answered by `scores`. A failure is answered by `error` (package, model or reference) and
`message`.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import sys
from collections.abc import Callable
from importlib import import_module, metadata
from pathlib import Path
from typing import Any


def main() -> None:
    """Answer messages until there are no more."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what libraries print must not get among the answers

    def say(**answer: Any) -> None:
        answers.write(json.dumps(answer) + "\n")
        answers.flush()

    settings = json.loads(sys.stdin.buffer.readline() or b"{}")
    try:
        score, identity = _load(settings)
    except _Unfit as error:
        say(error=error.kind, message=str(error))
        return
    say(identity=identity)
    for line in sys.stdin.buffer:
        try:
            say(scores=score(json.loads(line)["pairs"]))
        except Exception as error:
            say(error="model", message=f"the model fails on a pair ({type(error).__name__}: {error})")


class _Unfit(Exception):
    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def _load(settings: Any) -> tuple[Callable[[Any], list[float | None]], str]:
    try:
        comet, torch = import_module("comet"), import_module("torch")
    except ImportError as error:
        raise _Unfit(
            "package",
            f"the package unbabel-comet cannot be loaded by {sys.executable} ({error}). It needs an environment of its "
            "own: `uv venv --python 3.11 comet && uv pip install --python comet/bin/python unbabel-comet "
            "'setuptools<81'`, then give comet/bin/python as `python`.",
        ) from error
    logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)
    torch.set_num_threads(settings["threads"])
    given = settings["model"]
    here = Path(given).exists()
    try:
        file = _checkpoint(Path(given) if here else _fetched(given, settings["revision"]))
        model = comet.load_from_checkpoint(str(file))
    except Exception as error:  # whatever its parsers and the Hub raise
        raise _Unfit(
            "model",
            f"{given} cannot be loaded ({type(error).__name__}: {error}). A model is a folder with hparams.yaml and "
            "checkpoints/model.ckpt, or a name on the Hub; the tokenizer of the encoder that hparams.yaml names has "
            "to be there too.",
        ) from error
    if model.requires_references():
        raise _Unfit(
            "reference",
            f"{given} compares translations with reference translations. Give a model that needs none, such as a "
            "COMETKiwi.",
        )
    versions = ", ".join(f"{name} {_version(name)}" for name in ("unbabel-comet", "torch", "transformers"))
    who = f"{Path(given).name}@{_sha256(file)}" if here else f"{given}@{settings['revision']}"

    def score(pairs: Any) -> list[float | None]:
        readable = [_fits(model, source, target) for source, target in pairs]
        samples = [{"src": s, "mt": t} for (s, t), fits in zip(pairs, readable, strict=True) if fits]
        if not samples:
            return [None for _ in pairs]
        said = model.predict(
            samples,
            batch_size=settings["batch"],
            gpus=1 if settings["gpu"] else 0,
            num_workers=0,
            progress_bar=False,
            length_batching=settings["batch"] > 1,
        )
        scores = iter(said["scores"])
        return [float(next(scores)) if fits else None for fits in readable]

    return score, f"{who} ({versions})"


def _fetched(name: str, revision: str) -> Path:
    return Path(import_module("huggingface_hub").snapshot_download(name, revision=revision))


def _checkpoint(model: Path) -> Path:
    return model if model.is_file() else model / "checkpoints" / "model.ckpt"


def _fits(model: Any, source: str, target: str) -> bool:
    """Whether the package would leave nothing out of a pair."""
    encoder = model.encoder
    tokens = [len(encoder.tokenizer(text)["input_ids"]) for text in (source, target)]
    each = bool(max(tokens) <= encoder.max_positions - 2)
    if "input_segments" not in model.hparams:
        return each
    # Both texts in one row: the package counts a start and a separator behind each text, instead of each one's own two.
    return each and bool(sum(tokens) - 4 <= encoder.max_positions - (1 + 2 * encoder.size_separator))


def _sha256(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as handle:
        while block := handle.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "unknown"


if __name__ == "__main__":
    main()
