"""Near duplicates on real documents beside brute force: recall by similarity as theory has it, precision with `verify`.

Usage: uv run python benchmarks/deduplication_truth.py FILES… [--documents 5000] [--pool 10000] [--seeds 20]
       [--markdown docs/deduplication_figures.md]

FILES are Parquet with `id` and `text`. Of the `pool` documents whose ids have the lowest XXH3, those of which another
one is a near copy come first, until there are enough. The true Jaccard similarity of all pairs comes from lists of the
documents that hold each shingle. Recall is counted for each of so many seeds of the hash functions: pairs of one
cluster share their shingles, so one seed finds many of them together or none, and only seeds are independent. With
--markdown the tables between the markers in that file are written anew. One core.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any, NamedTuple

os.environ["POLARS_MAX_THREADS"] = "1"
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import numba
import numpy as np
import numpy.typing as npt
import polars as pl
from brute_force import EDGES, Pairs, by_bin, draw, expected, sharing, similar
from segments import write

from filters import minhash
from filters.minhash import Params
from pipelines import clusters
from pipelines.plan import Step

GIVEN: list[dict[str, Any]] = [
    {},
    {"threshold": 0.5},
    {"threshold": 0.7},
    {"threshold": 0.5, "functions": 256},
    {"threshold": 0.7, "functions": 256},
    {"threshold": 0.8, "functions": 256},
]
VERIFIED: list[dict[str, Any]] = [
    {},
    {"verify": 0.7},
    {"verify": 0.8},
    {"verify": 0.9},
    {"threshold": 0.5, "verify": 0.5},
    {"threshold": 0.7, "verify": 0.7},
    {"threshold": 0.8, "functions": 256, "verify": 0.8},
]
YARDSTICK = 0.8  # where nothing is verified: from here on a removed document counts as a near copy of its twin
RECALL, SPREAD, PRECISION = (
    (f"<!-- table: benchmarks/deduplication_truth.py, {name} -->", f"<!-- end of table of {name} -->")
    for name in ("recall", "spread", "precision")
)
F64 = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+")
    parser.add_argument("--documents", type=int, default=5_000)
    parser.add_argument("--pool", type=int, default=10_000)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--markdown", type=Path)
    arguments = parser.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    frame = draw(arguments.files, arguments.documents, arguments.pool)
    every = similar(frame["features"], 0.0)
    near = Pairs(*(part[every.similarity >= EDGES[0]] for part in every))
    seeds = range(1, arguments.seeds + 1)
    size = int(frame["text"].str.len_bytes().sum())
    sections = {
        RECALL: [
            f"{frame.height:,} documents of {arguments.pool:,}, {size / 1e6:.0f} MB; "
            f"{len(near.low):,} pairs of similarity 0.5 or more; {arguments.seeds} seeds.",
            "",
            *tables(near, [recall(frame, every, near, given, seeds) for given in GIVEN]),
        ],
        SPREAD: spread(frame, near, seeds),
        PRECISION: precision(frame, every),
    }
    for (begin, end), lines in sections.items():
        print("\n".join([*lines, ""]))
        if arguments.markdown is not None:
            write(arguments.markdown, lines, begin, end)


class Recall(NamedTuple):
    """Recall with one choice of bands and rows.

    Args:
        theory: mean over the pairs of each bin, shape (11,).
        found: the same for each seed, shape (seeds, 11).
        alone: standard error of so many independent pairs with one seed, shape (11,).
        below: pairs below 0.5 that share a key, of each seed.
        unlike: how many those are in theory.
    """

    theory: F64
    found: F64
    alone: F64
    below: list[int]
    unlike: float

    @property
    def mean(self) -> F64:
        """Over the seeds."""
        return np.asarray(self.found.mean(axis=0))

    @property
    def error(self) -> F64:
        """Standard error of that mean."""
        return np.asarray(self.found.std(axis=0, ddof=1) / len(self.found) ** 0.5)


def recall(frame: pl.DataFrame, every: Pairs, near: Pairs, given: dict[str, Any], seeds: range) -> Recall:
    """Counts the pairs that share a key, seed by seed."""
    params = Params(**given)
    runs = [sharing(minhash.key(frame, Params(**given, seed=seed), None)) for seed in seeds]
    chance = expected(near.similarity, params)
    return Recall(
        theory=by_bin(near, chance),
        found=np.array([by_bin(near, np.isin(near.codes(), run)) for run in runs]),
        alone=np.sqrt(by_bin(near, chance * (1 - chance)) / counts(near)),
        below=[len(run) - int(np.isin(near.codes(), run).sum()) for run in runs],
        unlike=float(expected(every.similarity[every.similarity < EDGES[0]], params).sum()),
    )


def counts(near: Pairs) -> npt.NDArray[np.int64]:
    """Pairs of each bin."""
    return np.bincount(near.bins(), minlength=len(EDGES))


def tables(near: Pairs, of: list[Recall]) -> list[str]:
    """All that is known of the default, what matters of all choices, and how they differ from theory."""
    default, many = of[0], counts(near)
    names = [f"{' x '.join(map(str, Params(**given).banding))} ({_name(given)})" for given in GIVEN]
    return [
        "| similarity | pairs | theory | found, mean of the seeds | difference | its standard error "
        "| found, seed 1 | standard error of so many independent pairs |",
        "| --- |" + " ---: |" * 7,
        *(
            f"| {label(n)} | {many[n]:,} | {default.theory[n]:.4f} | {default.mean[n]:.4f} "
            f"| {default.mean[n] - default.theory[n]:+.4f} | {default.error[n]:.4f} | {default.found[0, n]:.4f} "
            f"| {default.alone[n]:.4f} |"
            for n in range(len(EDGES))
        ),
        "",
        "Theory / found, mean of the seeds ± its standard error:",
        "",
        f"| similarity | {' | '.join(names[1:])} |",
        "| --- |" + " ---: |" * len(names[1:]),
        *(
            f"| {label(n)} | "
            + " | ".join(f"{one.theory[n]:.4f} / {one.mean[n]:.4f} ± {one.error[n]:.4f}" for one in of[1:])
            + " |"
            for n in range(len(EDGES))
        ),
        "",
        "| bands x rows | largest difference from theory, mean of the seeds | seed 1 "
        "| pairs below 0.5 that share a key: mean | of the seeds: least to most | theory |",
        "| --- |" + " ---: |" * 5,
        *(
            f"| {name} | {np.abs(one.mean - one.theory).max():.4f} | {np.abs(one.found[0] - one.theory).max():.4f} "
            f"| {np.mean(one.below):,.0f} | {min(one.below):,} to {max(one.below):,} | {one.unlike:,.0f} |"
            for name, one in zip(names, of, strict=True)
        ),
    ]


def _name(given: dict[str, Any]) -> str:
    return ", ".join(f"`{key}: {value}`" for key, value in given.items()) or "default"


def label(number: int) -> str:
    """A bin in words."""
    return "1" if number == len(EDGES) - 1 else f"{EDGES[number]:.2f} to {EDGES[number + 1]:.2f}"


def spread(frame: pl.DataFrame, near: Pairs, seeds: range) -> list[str]:
    """How far one seed is from theory, and how far functions are that mix all bits."""
    params = Params()
    sizes = frame["features"].bin.size().to_numpy().astype(np.int64) // 8
    starts = np.concatenate(([0], np.cumsum(sizes)))
    shingles = np.frombuffer(b"".join(frame["features"]), np.uint64)
    theory = by_bin(near, expected(near.similarity, params))
    ours = [np.isin(near.codes(), sharing(minhash.key(frame, Params(seed=seed), None))) for seed in seeds]
    mixed = [_agree(near, _mixed(shingles, starts, seed, *params.banding)) for seed in seeds]
    off = [np.array([by_bin(near, run) for run in runs]) - theory for runs in (ours, mixed)]
    return [
        "| similarity | one seed off by, root mean square: multiply-add | all bits mixed "
        "| mean of the seeds off by: multiply-add | all bits mixed |",
        "| --- |" + " ---: |" * 4,
        *(
            f"| {label(number)} | {_rms(off[0][:, number]):.4f} | {_rms(off[1][:, number]):.4f} "
            f"| {off[0][:, number].mean():+.4f} | {off[1][:, number].mean():+.4f} |"
            for number in range(len(EDGES))
        ),
    ]


def _rms(values: F64) -> float:
    return float(np.sqrt((values**2).mean()))


def _agree(pairs: Pairs, signatures: npt.NDArray[np.uint64]) -> Flags:
    """Whether each pair agrees in all rows of some band; signatures have shape (n, bands, rows)."""
    agree = np.zeros(len(pairs.low), np.bool_)
    for band in range(signatures.shape[1]):
        values = signatures[:, band]
        agree |= (values[pairs.low] == values[pairs.high]).all(axis=1)
    return agree


def _mixed(
    shingles: npt.NDArray[np.uint64], starts: npt.NDArray[np.int64], seed: int, bands: int, rows: int
) -> npt.NDArray[np.uint64]:
    """Signatures by functions that mix all bits of shingle and seed twice, shape (n, bands, rows)."""
    salts = np.random.default_rng(seed).integers(0, 2**64, bands * rows, dtype=np.uint64)
    out = np.empty((len(starts) - 1, bands * rows), np.uint64)
    _least(shingles, starts, salts, out)
    return out.reshape(-1, bands, rows)


@numba.njit(nogil=True)
def _least(
    shingles: npt.NDArray[np.uint64], starts: npt.NDArray[np.int64], salts: npt.NDArray[np.uint64],
    out: npt.NDArray[np.uint64],
) -> None:  # fmt: skip
    for row in range(len(starts) - 1):
        for function in range(len(salts)):
            least = np.uint64(0xFFFFFFFFFFFFFFFF)
            for number in range(starts[row], starts[row + 1]):
                value = shingles[number] ^ salts[function]
                for _ in range(2):  # the finaliser of SplitMix64
                    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
                    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
                    value = (value ^ (value >> np.uint64(31))) + salts[function]
                least = min(least, value)
            out[row, function] = least


def precision(frame: pl.DataFrame, every: Pairs) -> list[str]:
    """What is removed for whom, and what stays though it is alike."""
    documents = frame.select(
        pl.int_range(frame.height, dtype=pl.UInt64).alias("node"),
        "id",
        "text",
        pl.lit(None, pl.String).alias("release"),
    )
    lines = [
        "| bands x rows | `verify` | removed | twin as alike as asked | precision | least similarity to the twin "
        "| pairs as alike as asked | both stay, and share a band | both stay, and share none |",
        "| --- | ---: |" + " ---: |" * 7,
    ]
    codes = every.codes()
    order = np.argsort(codes)
    for given in VERIFIED:
        params = Params(**given)
        verdicts = clusters.whole([Step(minhash.STAGE, params)], documents)
        gone = verdicts.filter(pl.col("reason").is_not_null())
        ends = np.stack(
            [gone["node"].to_numpy().astype(np.int64), frame["id"].search_sorted(gone["twin_id"]).to_numpy()]
        )
        wanted = ends.min(axis=0).astype(np.int64) << 32 | ends.max(axis=0).astype(np.int64)
        place = np.minimum(np.searchsorted(codes, wanted, sorter=order), len(codes) - 1)
        known = codes[order[place]] == wanted
        similarity = np.where(known, every.similarity[order[place]], 0.0)
        asked = params.verify or YARDSTICK
        stays = np.ones(frame.height, np.bool_)
        stays[gone["node"].to_numpy()] = False
        alike = every.similarity >= asked
        both = codes[alike & stays[every.low] & stays[every.high]]
        shares = np.isin(both, sharing(minhash.key(frame, params, None)))
        right = int((similarity >= asked).sum())
        lines.append(
            f"| {' x '.join(map(str, params.banding))} | {params.verify or 'null'} | {gone.height:,} | {right:,} "
            f"| {right / gone.height:.4f} | {similarity.min():.3f} | {alike.sum():,} | {shares.sum():,} "
            f"| {(~shares).sum():,} |"
        )
    return lines


if __name__ == "__main__":
    main()
