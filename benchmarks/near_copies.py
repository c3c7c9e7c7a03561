"""Planted near copies by script and kind of edit: recall, true similarity, false links; and lengths of shingles.

Usage: uv run python benchmarks/near_copies.py --declarations FILE [--documents 200] [--bytes 2000] [--seeds 10]
       [--markdown docs/deduplication_figures.md]

The file of declarations has `udhr_code` and `text` (the Universal Declaration of Human Rights by paragraphs). Documents
are phrases of four to nine words, cut from the declaration at random and put into another order, three to a sentence,
behind every other one a number. Each edit (`tests/planted.py`) makes a copy of each document, the same one each time.
Recall and false links are means over the seeds of the hash functions. With --markdown the tables between the markers in
that file are written anew.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import NamedTuple

os.environ["POLARS_MAX_THREADS"] = "1"
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import numpy as np
import numpy.typing as npt
import polars as pl
from brute_force import sharing, similar
from planted import CHANGES, FORMS, SHARES, Document, copies, documents, writing
from segments import write

from filters import minhash
from filters.minhash import Params

# Language -> its declaration; the first one is what the others are held against.
LANGUAGES = {
    "eng_Latn": "eng", "deu_Latn": "deu_1996", "fra_Latn": "fra", "tur_Latn": "tur", "vie_Latn": "vie",
    "yor_Latn": "yor", "rus_Cyrl": "rus", "ukr_Cyrl": "ukr", "ell_Grek": "ell_monotonic", "hye_Armn": "hye",
    "kat_Geor": "kat", "arb_Arab": "arb", "urd_Arab": "urd", "heb_Hebr": "heb", "hin_Deva": "hin", "ben_Beng": "ben",
    "tam_Taml": "tam", "amh_Ethi": "amh", "bod_Tibt": "bod", "kor_Hang": "kor", "zho_Hans": "cmn_hans_tianjin",
    "jpn_Jpan": "jpn", "tha_Thai": "tha", "lao_Laoo": "lao", "khm_Khmr": "khm", "mya_Mymr": "mya",
}  # fmt: skip
FIRST = "eng_Latn"
LEAST = 0.95  # recall that no script may miss where the first language has it
ONE = "words 2%"  # the edit for which lengths of shingles are compared by recall
GRAPHEMES = (5, 7, 8, 10, 13)
LOW = {"threshold": 0.5, "functions": 256}
CHANGED, FORMED, THRESHOLD, UNRELATED, SHINGLES = (
    (f"<!-- table: benchmarks/near_copies.py, {name} -->", f"<!-- end of table of {name} -->")
    for name in ("changes", "forms", "threshold", "unrelated", "shingles")
)
F64 = npt.NDArray[np.float64]


class Planted(NamedTuple):
    """The documents of a language, and the copies that each edit made of them, null where it changes nothing."""

    originals: list[str]
    copies: dict[str, list[str] | None]


class Result(NamedTuple):
    """What became of the pairs of a language.

    Args:
        recall, similarity: share found, and mean true similarity, by edit.
        false: share of the pairs of different documents that share a key.
        mean, highest: similarity of those pairs.
    """

    recall: dict[str, float]
    similarity: dict[str, float]
    false: float
    mean: float
    highest: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--declarations", required=True)
    parser.add_argument("--documents", type=int, default=200)
    parser.add_argument("--bytes", type=int, default=2_000)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--markdown", type=Path)
    arguments = parser.parse_args()
    planted = plant(pl.read_parquet(arguments.declarations), arguments.documents, arguments.bytes)
    seeds = range(1, arguments.seeds + 1)
    default, low = (
        {
            label: result(one, [Params.model_validate({**given, "seed": seed}) for seed in seeds])
            for label, one in planted.items()
        }
        for given in ({}, LOW)
    )
    sections = {
        CHANGED: [*table(default, list(CHANGES)), "", *failing(default, list(CHANGES))],
        FORMED: [*table(default, list(FORMS)), "", *failing(default, list(FORMS))],
        THRESHOLD: recall_alone(low, list(CHANGES)),
        UNRELATED: unrelated(default, low),
        SHINGLES: lengths(planted, seeds),
    }
    for (begin, end), lines in sections.items():
        print("\n".join([*lines, ""]))
        if arguments.markdown is not None:
            write(arguments.markdown, lines, begin, end)


def plant(declarations: pl.DataFrame, count: int, size: int) -> dict[str, Planted]:
    """Documents and copies of each language."""
    out = {}
    for label, code in LANGUAGES.items():
        paragraphs = declarations.filter(pl.col("udhr_code") == code).sort("paragraph")["text"].to_list()
        made: list[Document] = documents(paragraphs, label, count, size)
        edits = {name: copies(made, edit, f"{label} {name}") for name, edit in {**CHANGES, **FORMS}.items()}
        out[label] = Planted([document.text for document in made], edits)
    return out


def result(planted: Planted, seeds: list[Params]) -> Result:
    """Recall of the copies, and links between documents that are none.

    Args:
        seeds: the same parameters with several seeds.
    """
    features, keys = _looked(planted.originals, seeds)
    recall, similarity = {}, {}
    for name, made in planted.copies.items():
        if made is not None:
            others, theirs = _looked(made, seeds)
            recall[name] = float(np.mean([_linked(*both).mean() for both in zip(keys, theirs, strict=True)]))
            similarity[name] = _mean(minhash.similarity(features, others))
    every = similar(features, 0.0)
    pairs = len(features) * (len(features) - 1) // 2
    false = float(np.mean([len(sharing(one)) for one in keys])) / pairs
    return Result(recall, similarity, false, float(every.similarity.sum() / pairs), float(every.similarity.max()))


def _looked(texts: list[str], seeds: list[Params]) -> tuple[pl.Series, list[pl.DataFrame]]:
    """Sets of shingles, and the keys with each seed."""
    frame = pl.DataFrame({"text": texts})
    return minhash.features(frame, seeds[0], None), [minhash.key(frame, params, None) for params in seeds]


def _linked(left: pl.DataFrame, right: pl.DataFrame) -> npt.NDArray[np.bool_]:
    """Whether each row shares a key with its own copy."""
    shared = left.join(right, on=["row", "key"])["row"].unique()
    return np.isin(left["row"].unique().to_numpy(), shared.to_numpy())


def _mean(values: pl.Series) -> float:
    return float(values.to_numpy().mean())


def table(results: dict[str, Result], edits: list[str]) -> list[str]:
    """Recall, and in brackets the mean true similarity."""
    lines = [f"| language | {' | '.join(edits)} |", "| --- |" + " ---: |" * len(edits)]
    for label, one in results.items():
        cells = [f"{one.recall[e]:.3f} ({one.similarity[e]:.2f})" if e in one.recall else "–" for e in edits]
        lines.append(f"| {label} | {' | '.join(cells)} |")
    return lines


def failing(results: dict[str, Result], edits: list[str]) -> list[str]:
    """Where a language is below the least recall though the first one is not.

    Graphemes are held against words, and a form that the first language has not against 1.
    """
    bad = []
    for name in edits:
        wanted = results[FIRST].recall.get(name.replace("graphemes", "words"), 1.0)
        low = [f"{label} {one.recall[name]:.3f}" for label, one in results.items() if one.recall.get(name, 1) < LEAST]
        if wanted >= LEAST and low:
            bad.append(f"- {name}: {', '.join(low)}")
    return [f"Below {LEAST} where {FIRST} is not:" if bad else f"Nothing is below {LEAST} where {FIRST} is not.", *bad]


def recall_alone(results: dict[str, Result], edits: list[str]) -> list[str]:
    """Recall with the low threshold."""
    lines = [f"| language | {' | '.join(edits)} |", "| --- |" + " ---: |" * len(edits)]
    for label, one in results.items():
        cells = [f"{one.recall[name]:.3f}" if name in one.recall else "–" for name in edits]
        lines.append(f"| {label} | {' | '.join(cells)} |")
    return lines


def unrelated(default: dict[str, Result], low: dict[str, Result]) -> list[str]:
    """Similarity of different documents, and how many of their pairs are linked."""
    names = [" x ".join(map(str, params.banding)) for params in (Params(), Params.model_validate(LOW))]
    lines = [
        f"| language | similarity: mean | highest | linked by {names[0]}, in a million | by {names[1]} |",
        "| --- |" + " ---: |" * 4,
    ]
    for label, one in default.items():
        million = f"{one.false * 1e6:.1f} | {low[label].false * 1e6:.1f}"
        lines.append(f"| {label} | {one.mean:.3f} | {one.highest:.2f} | {million} |")
    return lines


def lengths(planted: dict[str, Planted], seeds: range) -> list[str]:
    """Similarity by `shingle_graphemes` in scripts without spaces, beside the first language and its five words."""
    words, graphemes = ([f"{kind} {share:.0%}" for share in SHARES[:-1]] for kind in ("words", "graphemes"))
    spaced = _similarities(planted[FIRST], Params(), words)
    lines = [
        f"| language | graphemes in a shingle | {' | '.join([*words, *graphemes])} "
        f"| off by, words | off by, graphemes | recall, {ONE} |",
        "| --- |" + " ---: |" * (2 * len(words) + 4),
        f"| {FIRST} | – | {' | '.join(f'{value:.2f}' for value in spaced)} |"
        + " – |" * (len(words) + 2)
        + f" {_recall(planted[FIRST], Params(), seeds):.3f} |",
    ]
    off: dict[int, list[list[float]]] = {length: [] for length in GRAPHEMES}
    for label, one in planted.items():
        if writing(label).spaced:
            continue
        for length in GRAPHEMES:
            params = Params(shingle_graphemes=length)
            found = _similarities(one, params, [*words, *graphemes])
            apart = [*np.abs(found.reshape(2, -1) - spaced).mean(axis=1), _recall(one, params, seeds)]
            off[length].append(apart)
            cells = " | ".join(f"{value:.2f}" for value in found)
            lines.append(f"| {label} | {length} | {cells} | {' | '.join(f'{value:.3f}' for value in apart)} |")
    for length, values in off.items():
        mean = " | ".join(f"{value:.3f}" for value in np.mean(values, axis=0))
        lines.append(f"| mean | {length} |" + " |" * (2 * len(words)) + f" {mean} |")
    return lines


def _recall(planted: Planted, params: Params, seeds: range) -> float:
    """Recall of the copies with some words changed."""
    changed = planted.copies[ONE]
    assert changed is not None
    several = [params.model_copy(update={"seed": seed}) for seed in seeds]
    keys = (_looked(texts, several)[1] for texts in (planted.originals, changed))
    return float(np.mean([_linked(*both).mean() for both in zip(*keys, strict=True)]))


def _similarities(planted: Planted, params: Params, edits: list[str]) -> F64:
    """Mean true similarity of the copies of each edit."""
    features = minhash.features(pl.DataFrame({"text": planted.originals}), params, None)
    return np.array(
        [
            _mean(minhash.similarity(features, minhash.features(pl.DataFrame({"text": made}), params, None)))
            for made in (planted.copies[name] for name in edits)
            if made is not None
        ]
    )


if __name__ == "__main__":
    main()
