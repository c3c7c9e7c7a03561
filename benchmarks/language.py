"""Language identification measured: macro-F1 and speed of every model and of ensembles, on labelled paragraphs.

    python benchmarks/language.py udhr_dev.parquet --fasttext lid.176=lid.176.ftz

The file has `text` and a column with an ISO 639-3 code. Models that need training are trained on four fifths of it and
measured on the other fifth, beside all others on the same fifth. `docs/languages.md` says how scores are counted.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

os.environ.setdefault("POLARS_MAX_THREADS", "1")

import polars as pl
import xxhash

from filters import _train_lid
from filters.language import STAGE, Params
from schemas import languages
from schemas.errors import MissingPackage

# A declaration in one member of a macro-language, and the code by which models name the macro-language.
SAME = {
    "zlm": "zsm",
    "pbu": "pbt",
    "src": "srd",
    "hea": "mww",
    "hnj": "mww",
    "hmn": "mww",
    "quz": "quy",
}


def code(label: str | None) -> str:
    """The language of a label, without script, in the space that all models share."""
    language = (label or languages.UNDETERMINED)[:3]
    return SAME.get(language, language)


def macro_f1(gold: list[str], predicted: list[str], known: Iterable[str]) -> tuple[float, int]:
    """Mean of F1 over the languages of `gold` that are known, and how many they are."""
    there, named = Counter(gold), Counter(predicted)
    right = Counter(g for g, p in zip(gold, predicted, strict=True) if g == p)
    counted = ({code(one) for one in known} & set(there)) - {"und"}
    return sum(2 * right[one] / (there[one] + named[one]) for one in counted) / len(counted), len(counted)


def measured(frame: pl.DataFrame, params: Params, repeats: int) -> tuple[list[str], frozenset[str], float]:
    """Predictions, known languages, and rows a second (best of `repeats`, through the stage)."""
    resource = STAGE.open(params)
    STAGE.measure(frame.head(100), params, resource)  # compile
    best = 0.0
    for _ in range(repeats):
        started = time.perf_counter()
        out = STAGE.measure(frame, params, resource)
        best = max(best, frame.height / (time.perf_counter() - started))
    return [code(one) for one in out["language"]], resource.known, best


def table(frame: pl.DataFrame, models: dict[str, dict[str, Any]], repeats: int) -> None:
    """Print one line for each model: F1 over what it knows, and over what each single model knows."""
    gold = [code(languages.label(one)) for one in frame["code"]]
    found = {}
    for name, given in models.items():
        try:
            found[name] = measured(frame, Params.model_validate(given), repeats)
        except MissingPackage as error:
            print(f"({name} left out: {error})")
    singles = [name for name, given in models.items() if name in found and given["model"] != "ensemble"]
    print(f"{frame.height:,} paragraphs, {len(set(frame['code']))} codes\n")
    print("| model | its own languages | " + " | ".join(f"those of {one}" for one in singles) + " | paragraphs/s |")
    print("| --- " * (len(singles) + 3) + "|")
    for name, (predicted, known, speed) in found.items():
        f1, n = macro_f1(gold, predicted, known)
        cells = [f"{macro_f1(gold, predicted, found[one][1])[0]:.3f}" for one in singles]
        print(f"| {name} | {f1:.3f} ({n}) | {' | '.join(cells)} | {speed:,.0f} |")
    print()


def ensemble(*members: dict[str, Any], **given: Any) -> dict[str, Any]:
    return {"model": "ensemble", "members": list(members), **given}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", help="Parquet file of labelled paragraphs")
    parser.add_argument("--text", default="text")
    parser.add_argument("--code", default="iso639_3")
    parser.add_argument("--fasttext", action="append", default=[], metavar="NAME=FILE", help="a fastText model")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--without-training", action="store_true")
    options = parser.parse_args()
    frame = pl.read_parquet(options.file).select(pl.col(options.text).alias("text"), pl.col(options.code).alias("code"))
    cld2, heli = {"model": "cld2"}, {"model": "heliport"}
    given = {name: {"model": "fasttext", "path": path} for name, path in (x.split("=", 1) for x in options.fasttext)}
    singles = {"cld2": cld2, "heliport": heli, **given}
    both = {"cld2 + heliport": ensemble(cld2, heli, undetermined_below=0.2)}
    table(frame, {**singles, **both}, options.repeats)
    if options.without_training:
        return
    held = pl.Series([xxhash.xxh3_64_intdigest(text.encode()) % 5 == 0 for text in frame["text"]])
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        rows = frame.filter(~held).rename({"code": "language"})
        _train_lid.train(rows, _train_lid.Training(), Path(folder))
        print(f"train-lid on {rows.height:,} paragraphs, with its evaluation: {time.perf_counter() - started:.0f} s\n")
        own = {"model": "fasttext", "path": folder}
        half = {"weight": 0.5}
        voting = {
            "train-lid + cld2": ensemble(own, cld2 | half),
            "train-lid + cld2 + heliport": ensemble(own, cld2 | half, heli | half),
        }
        table(frame.filter(held), {**singles, "train-lid": own, **both, **voting}, options.repeats)


if __name__ == "__main__":
    main()
