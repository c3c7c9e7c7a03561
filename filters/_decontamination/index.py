"""The index: which item a run of terms belongs to. Built once, kept as plain arrays that workers map into memory.

A text of an item that weighs an n-gram or more is known by its n-grams; a shorter one, if it is not too short, by its
whole run of terms, which is looked for wherever its first terms stand.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, fields
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import orjson
import polars as pl

from filters._decontamination import runs
from filters._decontamination.items import Items
from filters._decontamination.runs import I64, U64, Sizes

_CHUNK = 32 << 20  # bytes of text that are cut into terms at once
_NAMES, _REPORT = "items.arrow", "report.json"


@dataclass(frozen=True)
class Index:
    """What is looked for. Entries are n-grams, then whole texts; an entry's owners are items, in order.

    Args:
        ngrams: keys, sorted, shape (g,).
        ngram_filter: Bloom filter of them.
        firsts: keys of the first terms of whole texts, sorted, shape (w,).
        first_filter: Bloom filter of them.
        wholes: keys of the whole texts, by `firsts`, shape (w,).
        lengths: their terms, shape (w,).
        owner_starts: owners of each entry, offsets, shape (g + w + 1,).
        owners: numbers of items.
        names: benchmark/id of each item.
    """

    ngrams: U64
    ngram_filter: U64
    firsts: U64
    first_filter: U64
    wholes: U64
    lengths: npt.NDArray[np.int64]
    owner_starts: npt.NDArray[np.uint32]
    owners: npt.NDArray[np.uint32]
    names: pl.Series

    @property
    def bytes(self) -> int:
        """Memory that its arrays take."""
        return sum(array.nbytes for array in self._arrays().values())

    def _arrays(self) -> dict[str, Any]:
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name != "names"}

    def save(self, folder: Path, report: list[dict[str, Any]]) -> None:
        """Write the folder, whole or not at all; one that is there stays."""
        temporary = folder.with_name(f".{folder.name}.tmp-{os.getpid()}")
        temporary.mkdir(parents=True, exist_ok=True)
        for name, array in self._arrays().items():
            np.save(temporary / f"{name}.npy", array)
        pl.DataFrame({"name": self.names}).write_ipc(temporary / _NAMES)
        (temporary / _REPORT).write_bytes(orjson.dumps(report, option=orjson.OPT_INDENT_2))
        try:
            temporary.rename(folder)
        except OSError:  # another process was faster
            if not folder.is_dir():
                raise
            shutil.rmtree(temporary)


def load(folder: Path) -> Index:
    """Open an index; its arrays stay on disk until they are touched, and processes share them."""
    arrays = {f.name: np.load(folder / f"{f.name}.npy", mmap_mode="r") for f in fields(Index) if f.name != "names"}
    names = pl.read_ipc(folder / _NAMES)["name"]
    return Index(**{name: np.asarray(array) for name, array in arrays.items()}, names=names)


def report(folder: Path) -> list[dict[str, Any]]:
    """What `build` said about each benchmark."""
    return list(orjson.loads((folder / _REPORT).read_bytes()))


class _Texts(NamedTuple):
    """Texts of items: `text` (their number), `item`, `benchmark`, `weight`, `terms`, `key`, `first`; and n-grams.

    `first` is the key of the first terms that weigh enough; `ngrams` has `text` and `key`.
    """

    table: pl.DataFrame
    ngrams: pl.DataFrame


def build(items: Items, sizes: Sizes, max_texts: int) -> tuple[Index, list[dict[str, Any]]]:
    """Build the index.

    Args:
        items: of all benchmarks.
        sizes: of runs.
        max_texts: texts of one benchmark that an n-gram may stand in.

    Returns:
        The index, and for each benchmark that has items what became of them: `items`, those found by `ngrams`, those
        found `whole` alone, names of those `too_short`; `ngrams_looked_for`, `templates` (n-grams and short texts
        that are left out).
    """
    texts = _cut(items, sizes)
    # One text that several items share, a passage with its questions, is one text: the first item's.
    shared = texts.table.with_columns(
        pl.col("item").n_unique().over("benchmark", "key").alias("sharing"),
        pl.col("item").min().over("benchmark", "key").alias("owner"),
    )
    distinct = shared.unique(["benchmark", "key"], keep="first", maintain_order=True)
    grams = texts.ngrams.unique().join(distinct.select("text", "benchmark", "owner"), on="text")
    grams = grams.with_columns(pl.len().over("benchmark", "key").alias("texts"))
    kept = grams.filter(pl.col("texts") <= max_texts)
    # A text made of templates alone can still be told as a whole.
    short = pl.col("weight") < sizes.full
    whole = distinct.filter((short & (pl.col("weight") >= sizes.least) & (pl.col("sharing") <= max_texts))
                            | (~short & ~pl.col("text").is_in(kept["text"].implode())))  # fmt: skip
    ngrams = kept.select("key", "owner").unique().sort("key", "owner").group_by("key", maintain_order=True).agg("owner")
    wholes = (
        whole.select("first", "terms", "key", "owner")
        .unique()
        .sort("first", "terms", "key", "owner")
        .group_by("first", "terms", "key", maintain_order=True)
        .agg("owner")
    )
    owners = pl.concat([ngrams["owner"], wholes["owner"]])
    index = Index(
        ngrams=ngrams["key"].to_numpy(),
        ngram_filter=runs.bloom(ngrams["key"].to_numpy()),
        firsts=wholes["first"].to_numpy(),
        first_filter=runs.bloom(wholes["first"].to_numpy()),
        wholes=wholes["key"].to_numpy(),
        lengths=wholes["terms"].to_numpy(),
        owner_starts=np.concatenate(([0], np.cumsum(owners.list.len().to_numpy()))).astype(np.uint32),
        owners=owners.explode(empty_as_null=False, keep_nulls=False).to_numpy().astype(np.uint32),
        names=pl.Series("name", items.names, dtype=pl.String),
    )
    # By what its texts hold, not by who owns them: each item that shares a passage is found by it.
    by_ngrams = shared.join(kept.select("text").unique(), on="text", how="semi").select("benchmark", "key")
    return index, _report(items, shared, grams, by_ngrams, whole.select("benchmark", "key"), max_texts, sizes)


def _cut(items: Items, sizes: Sizes) -> _Texts:
    """The texts of all items with what they are known by, in chunks."""
    texts = pl.Series(items.texts, dtype=pl.String)
    chunk = (texts.str.len_bytes().cast(pl.Int64).cum_sum() // _CHUNK).to_numpy()
    tables, ngrams = [], []
    for first, part in _parts(texts, chunk):
        weighed = runs.weigh(part, sizes)
        starts = weighed.terms.starts
        before = np.concatenate(([0], np.cumsum(weighed.weights, dtype=np.int64)))
        weights = before[starts[1:]] - before[starts[:-1]]
        heads = runs.find(weighed, sizes.least, sizes.most_terms)
        of_head, at = np.unique(heads.rows, return_index=True)
        firsts = np.zeros(len(part), np.uint64)
        firsts[of_head] = heads.keys[at]
        found = runs.find(weighed, sizes.full, sizes.most_terms)
        numbers = np.arange(first, first + len(part), dtype=np.int64)
        tables.append(
            pl.DataFrame(
                {
                    "text": numbers,
                    "weight": weights,
                    "terms": np.diff(starts),
                    "key": runs.keys(weighed, starts[:-1], starts[1:]),
                    "first": firsts,
                }
            )
        )
        ngrams.append(pl.DataFrame({"text": found.rows + first, "key": found.keys}))
    owners = np.array(items.owners, np.int64)
    table = pl.concat(tables).with_columns(pl.Series("item", owners))
    table = table.with_columns(pl.Series("benchmark", np.array(items.benchmarks, np.int64)[owners]))
    return _Texts(table.filter(pl.col("terms") > 0), pl.concat(ngrams))


def _parts(texts: pl.Series, chunk: I64) -> list[tuple[int, pl.Series]]:
    """Stretches of texts with the same chunk number, and where each begins."""
    cuts = [0, *(np.flatnonzero(np.diff(chunk)) + 1).tolist(), len(texts)]
    return [(a, texts.slice(a, b - a)) for a, b in pairwise(cuts)]


def _report(
    items: Items, shared: pl.DataFrame, grams: pl.DataFrame, by_ngrams: pl.DataFrame, whole: pl.DataFrame,
    max_texts: int, sizes: Sizes,
) -> list[dict[str, Any]]:  # fmt: skip
    """What became of the items of each benchmark."""
    every = pl.DataFrame({"item": range(len(items.names)), "benchmark": items.benchmarks})
    on = ["benchmark", "key"]
    found = every.with_columns(
        pl.col("item").is_in(shared.join(by_ngrams.unique(), on=on, how="semi")["item"].implode()).alias("ngrams"),
        pl.col("item").is_in(shared.join(whole.unique(), on=on, how="semi")["item"].implode()).alias("whole"),
        pl.Series("name", items.names, dtype=pl.String),
    )
    different = grams.unique(["benchmark", "key"])
    templates = shared.filter((pl.col("weight") < sizes.full) & (pl.col("weight") >= sizes.least))
    templates = templates.filter(pl.col("sharing") > max_texts).unique(on)
    out = []
    for (number,), part in found.group_by("benchmark", maintain_order=True):
        here = different.filter(pl.col("benchmark") == number)
        missed = part.filter(~pl.col("ngrams") & ~pl.col("whole"))
        out.append(
            {
                "items": part.height,
                "ngrams": part["ngrams"].sum(),
                "whole": (part["whole"] & ~part["ngrams"]).sum(),
                "too_short": missed["name"].to_list(),
                "ngrams_looked_for": here.filter(pl.col("texts") <= max_texts).height,
                "templates": here.filter(pl.col("texts") > max_texts).height
                + templates.filter(pl.col("benchmark") == number).height,
            }
        )
    return out
