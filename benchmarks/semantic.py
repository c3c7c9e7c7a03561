"""Semantic deduplication: recall against brute force, candidates, speed, and what pairs of several cosines look like.

Usage: uv run python benchmarks/semantic.py FILES… --embedding '{backend: fasttext, path: vectors.bin}' [--embedding …]
       [--documents N] [--threshold 0.95] [--examples N] [--model-folder FOLDER]

FILES are Parquet with a column `text`; N documents of at least 200 characters are taken (40 with `--short`), the same
ones each time. Each embedding is a value of `stages.semantic_dedup.embedding`, as YAML; `reference: vocabulary` takes
the common part from the model's first 20,000 words instead of texts. Speed is of one core (processor time, so that
what else runs on the machine does not count), keys and features together.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

os.environ["POLARS_MAX_THREADS"] = "1"

import numpy as np
import numpy.typing as npt
import polars as pl
import yaml

from filters import minhash, semantic_dedup
from filters.semantic_dedup import STAGE, Params

LEVELS = (0.80, 0.85, 0.90, 0.95, 0.98, 1.01)


def sample(files: list[str], documents: int, characters: int) -> pl.DataFrame:
    """So many documents: `text`, `language`."""
    from filters import language

    frame = pl.concat([pl.read_parquet(file).select("text") for file in files])
    frame = frame.filter(pl.col("text").str.len_chars() >= characters).unique("text", maintain_order=True)
    frame = frame.sample(min(documents, frame.height), seed=1, shuffle=True)
    params = language.Params()
    return frame.with_columns(language.measure(frame, params, language.open_model(params)).select("language"))


def cosines(features: pl.Series) -> npt.NDArray[np.float32]:
    """Cosines of all pairs, shape (n, n): -1 where one has no vector."""
    present = features.bin.size().to_numpy() > 0
    vectors = np.frombuffer(b"".join(features), "<i2").reshape(present.sum(), -1).astype(np.float64)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    out = np.full((len(features), len(features)), -1.0, np.float32)
    out[np.ix_(present, present)] = vectors @ vectors.T
    return out


def shared(keys: pl.DataFrame) -> pl.DataFrame:
    """Pairs of rows that share a key: `row` < `other`."""
    pairs = keys.join(keys, on="key").filter(pl.col("row") < pl.col("row_right"))
    return pairs.select("row", pl.col("row_right").alias("other")).unique()


def chance(cosine: npt.NDArray[np.float32], params: Params) -> npt.NDArray[np.float64]:
    """Probability that pairs of a cosine become candidates."""
    bit = 1 - np.arccos(np.clip(cosine, -1, 1).astype(np.float64)) / np.pi
    return np.asarray(1 - (1 - bit**params.bits) ** params.bands)


def vocabulary(given: dict[str, Any], folder: Path) -> str:
    """A file with the most frequent words of a model, each a text."""
    if given["backend"] == "fasttext":
        import fasttext

        words = fasttext.load_model(given["path"]).words
    else:
        from model2vec import StaticModel

        words = [token.replace("▁", " ") for token in StaticModel.from_pretrained(given["path"]).tokens]
    said = pl.DataFrame({"text": words}).filter(pl.col("text").str.contains(r"[\p{L}\p{N}]")).head(20_000)
    file = folder / f"vocabulary-{given['backend']}.jsonl"
    said.write_ndjson(file)
    return str(file)


def run(frame: pl.DataFrame, given: Any, threshold: float, folder: Path) -> dict[str, Any]:
    """All figures of an embedding."""
    if given.get("reference") == "vocabulary":
        given = {**given, "reference": vocabulary(given, folder)}
    params = STAGE.prepare(Params(embedding=given, threshold=threshold), folder)
    resource = STAGE.open(params)
    verify = STAGE.verify
    assert verify is not None
    STAGE.key(frame.head(10), params, resource)  # kernels compile, or load
    started = time.process_time()
    keys, features = STAGE.key(frame, params, resource), verify.features(frame, params, resource)
    seconds = time.process_time() - started
    every = cosines(features)
    upper = np.triu_indices(frame.height, 1)
    cosine = every[upper]
    true = cosine >= threshold
    pairs = shared(keys)
    found = every[pairs["row"].to_numpy(), pairs["other"].to_numpy()] >= threshold
    return {
        "dimension": resource.dimension, "bits": params.bits, "seconds": seconds, "cosines": every,
        "median": float(np.median(cosine)), "top": float(np.quantile(cosine, 0.99)), "pairs": int(true.sum()),
        "found": int(found.sum()), "expected": float(chance(cosine[true], params).mean()) if true.any() else 1.0,
        "candidates": pairs.height, "candidates_expected": float(chance(cosine, params).sum()), "all": len(cosine),
    }  # fmt: skip


def levels(frame: pl.DataFrame, every: npt.NDArray[np.float32], examples: int) -> None:
    """How much text the pairs of each range of cosines share, and some of them."""
    shingles = minhash.features(frame, minhash.Params(), None)
    rows, others = np.triu_indices(frame.height, 1)
    cosine = every[rows, others]
    print("\n| cosine | pairs | same language | Jaccard of phrases: 10 % | median | 90 % |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    shown: list[str] = []
    for low, high in pairwise(LEVELS):
        where = np.flatnonzero((cosine >= low) & (cosine < high))
        if not len(where):
            continue
        rng = np.random.default_rng(1)
        where = rng.permutation(where)[:3_000]
        a, b = rows[where], others[where]
        same = (frame["language"].gather(a) == frame["language"].gather(b)).to_numpy()
        jaccard = minhash.similarity(shingles.gather(a), shingles.gather(b)).to_numpy()
        tenth, middle, ninth = np.quantile(jaccard, [0.1, 0.5, 0.9])
        total = int(((cosine >= low) & (cosine < high)).sum())
        print(
            f"| {low:.2f} to {min(high, 1):.2f} | {total} | {same.mean():.0%} "
            f"| {tenth:.2f} | {middle:.2f} | {ninth:.2f} |"
        )
        seen: set[str] = set()
        for i in np.argsort(jaccard):  # those that share least say most
            language = frame["language"][int(a[i])]
            if same[i] and language not in seen and len(seen) < examples:
                seen.add(language)
                one, two = (" ".join(frame["text"][int(x[i])].split())[:110] for x in (a, b))
                shown.append(f"- {cosine[where[i]]:.3f}, {language}, Jaccard {jaccard[i]:.2f}: “{one}” / “{two}”")
    print("\n".join(["", *shown]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+")
    parser.add_argument("--embedding", action="append", required=True)
    parser.add_argument("--documents", type=int, default=2_000)
    parser.add_argument("--threshold", type=float, default=semantic_dedup.Params.model_fields["threshold"].default)
    parser.add_argument("--examples", type=int, default=0, help="pairs to show of each range, of different languages")
    parser.add_argument("--short", action="store_true", help="documents from 40 characters on")
    parser.add_argument("--model-folder", help="where models are trained; a temporary folder if not said")
    arguments = parser.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    frame = sample(arguments.files, arguments.documents, 40 if arguments.short else 200)
    size = frame["text"].str.len_bytes().sum() / 1e6
    print(f"{frame.height} documents, {size:.1f} MB, {frame['language'].n_unique()} languages\n")
    print(
        "| embedding | length | documents/s | MB/s | cosine of two: median | 99 % | bits | pairs | found | expected "
        "| candidates | expected | share of all pairs |"
    )
    print("| --- |" + " ---: |" * 12)
    last = None
    with tempfile.TemporaryDirectory() as folder:
        for text in arguments.embedding:
            of = run(frame, yaml.safe_load(text), arguments.threshold, Path(arguments.model_folder or folder))
            print(
                f"| `{text}` | {of['dimension']} | {frame.height / of['seconds']:,.0f} | {size / of['seconds']:.1f} "
                f"| {of['median']:.2f} | {of['top']:.2f} | {of['bits']} | {of['pairs']} "
                f"| {of['found'] / max(of['pairs'], 1):.1%} | {of['expected']:.1%} | {of['candidates']} "
                f"| {of['candidates_expected']:.0f} | {of['candidates'] / of['all']:.4%} |",
                flush=True,
            )
            last = of["cosines"]
    if last is not None:
        levels(frame, last, arguments.examples)


if __name__ == "__main__":
    main()
