"""A quality classifier from the real corpus, in one command: labelled rows, training, evaluation on held-out sources.

Usage: uv run python benchmarks/quality.py CORPORA OUT [--held-out SOURCE …] [--family fasttext|embedding]
       [--embedding '{backend: model2vec, path: FOLDER}'] [--leave-out LANGUAGE …] [--set a.b=value …]

Rows are those of `quality_rows.py` (prose against menus, tables and indexes, labelled by the layout of the page). The
sources named by `--held-out` are not learnt from, nor are the languages named by `--leave-out`. Of an embedding it is
also measured what the model says of languages that it never saw: those, and those of held-out sources alone.
Writes OUT/rows.jsonl, OUT/spec.yaml and OUT/model.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl
import yaml

from filters._classifier import card
from filters._classifier.kinds import KINDS
from filters._classifier.model import Choice, load
from filters._segments import cut_words
from pipelines.training import metrics

ROOT = Path(__file__).parents[1]
# Chosen on the sources that are learnt from, one of them left out at a time (docs/quality_figures.md).
TRAINING = {"subword": [3, 6], "epochs": 80, "learning_rate": 0.1, "dimension": 16, "buckets": 200_000}


def never_seen(model: Path, rows: pl.DataFrame) -> None:
    """AUC of a trained model in languages that it never saw."""
    known = card.read(model).languages
    scorer = load(Choice(str(model), "quality"))
    print("\n| language never seen | rows | AUC |\n| --- | ---: | ---: |")
    for (label,), part in (
        rows.filter(~pl.col("language").is_in(known)).sort("language").group_by("language", maintain_order=True)
    ):
        frame = part.select("text", "language").with_columns(cut_words(part["text"]).alias("words"))
        found = scorer.score(frame, None, "length_weighted")
        said = np.isfinite(found)
        positive = (part["label"] == KINDS["quality"].positive).to_numpy()
        auc = metrics.auc(found[said], positive[said])
        print(f"| {label} | {part.height:,} | {'–' if auc is None else f'{auc:.3f}'} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--held-out", nargs="*", default=["manpages"])
    parser.add_argument("--family", default="fasttext", choices=("fasttext", "embedding"))
    parser.add_argument("--embedding")
    parser.add_argument("--leave-out", nargs="*", default=[])
    parser.add_argument("--rows", type=int, default=400)
    parser.add_argument("--compare", nargs="*", default=[])
    parser.add_argument("--set", action="append", default=[])
    arguments = parser.parse_args()
    out: Path = arguments.out
    out.mkdir(parents=True, exist_ok=True)
    begun = time.perf_counter()
    made = out / "all-rows.jsonl"
    here = Path(__file__).parent / "quality_rows.py"
    subprocess.run([sys.executable, here, arguments.corpora, made, "--rows", str(arguments.rows)], check=True, cwd=ROOT)
    print(f"labelled rows: {time.perf_counter() - begun:.0f} s\n", flush=True)
    rows = pl.read_ndjson(made)
    rows.filter(~pl.col("language").is_in(arguments.leave_out)).write_ndjson(out / "rows.jsonl")
    spec: dict[str, object] = {
        "name": "prose",
        "rows": [str(out / "rows.jsonl")],
        "held_out_sources": arguments.held_out,
        "family": arguments.family,
        "compare": arguments.compare,
        "training": TRAINING,
        "fewest": 10,  # small languages learn with the others
    }
    given = yaml.safe_load(arguments.embedding) if arguments.embedding else None
    if given:
        spec["embedding"] = given
    (out / "spec.yaml").write_text(yaml.safe_dump(spec, sort_keys=False), encoding="utf-8")
    begun = time.perf_counter()
    command = [
        Path(sys.executable).with_name("glotmill"),
        "train-quality",
        out / "spec.yaml",
        "--out",
        out / "model",
        "--force",
    ]
    for one in arguments.set:
        command += ["--set", one]
    subprocess.run(command, check=True, cwd=ROOT)
    print(f"glotmill train-quality: {time.perf_counter() - begun:.0f} s")
    if given:
        never_seen(out / "model", rows)


if __name__ == "__main__":
    main()
