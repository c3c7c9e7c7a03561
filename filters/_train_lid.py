"""Training a fastText language identifier from labelled text, and measuring it on texts that it has not seen.

A model folder holds `model.bin` (loads in any fastText), `card.json` (what it was made from), `evaluation.json` and
`evaluation.md`. A fifth of the texts is held out for the evaluation; the model that is written then learns from all.

Near-copies stay on one side: the side of a text follows from the smallest hash over its letters' runs of 16, which
texts share with a probability that is their similarity. Training has a fixed seed, one thread and a fixed order of
rows: the same rows give the same weights.

Joulin et al. 2017, "Bag of Tricks for Efficient Text Classification" (arXiv:1607.01759) is the classifier.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import polars as pl
import xxhash
from pydantic import BaseModel, ConfigDict, Field, model_validator

from filters._identifiers import sampling, scripts
from filters._identifiers.files import CARD, KIND, MODEL
from schemas import languages
from schemas.errors import SourceError

EVALUATION, REPORT = "evaluation.json", "evaluation.md"
FILES = (MODEL, CARD, EVALUATION, REPORT)
_RUN = 16  # code points of letters that near-copies share
_PREFIX = "__label__"
_LISTED = 50  # confused pairs that the evaluation names


class Training(BaseModel):
    """How the identifier is trained. Defaults are those that did best on 445 languages, a fifth held out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    dimension: int = Field(32, gt=0, description="Length of the vectors of words and character n-grams")
    epochs: int = Field(60, gt=0, description="Passes over the rows")
    learning_rate: float = Field(1.0, gt=0, description="Initial learning rate")
    subword: tuple[int, int] = Field((3, 6), description="Shortest and longest character n-gram")
    word_ngrams: int = Field(1, gt=0, description="Longest word n-gram")
    buckets: int = Field(
        500_000, gt=0, description="Hash buckets for n-grams; the file has about buckets x dimension x 4 bytes"
    )
    loss: Literal["ova", "softmax", "hs"] = Field(
        "ova",
        description="Loss: one against all, softmax, or hierarchical softmax (faster with thousands of languages)",
    )
    most_bytes: int = Field(
        4_000,
        gt=0,
        description="Longer texts are read in four pieces of this total",
        json_schema_extra={"unit": "bytes"},
    )
    most_rows: int | None = Field(None, gt=0, description="At most so many rows of a language, chosen by hash")
    held_out: float = Field(0.2, gt=0, lt=1, description="Share of the rows that is held out for the evaluation")
    seed: int = Field(1, ge=0, description="Seed of the random start")
    threads: int = Field(
        1, gt=0, description="Threads. With more than one, the same rows no longer give the same weights"
    )

    @model_validator(mode="after")
    def _ngrams(self) -> Training:
        if not 0 <= self.subword[0] <= self.subword[1]:
            raise ValueError(f"subword is the shortest and the longest n-gram, but {list(self.subword)} came")
        return self


def train(rows: pl.DataFrame, training: Training, folder: Path) -> dict[str, Any]:
    """Train an identifier and write its model folder.

    Args:
        rows: `text` and `language` (any code that `schemas.languages.label` knows); rows without one of them are left
            out. Where a language has several scripts, the label takes the script of the text.
        training: how.
        folder: is made; a model that is there is replaced.

    Returns:
        The card.

    Raises:
        SourceError: codes that are no languages, fewer than two languages, or no text that is held out.
    """
    clean, left_out = _clean(rows, training)
    held = clean.filter("held_out")
    seen = clean.filter(~pl.col("held_out"))
    if not held.height or seen["language"].n_unique() < 2:
        raise SourceError(
            f"{clean.height} rows in {clean['language'].n_unique()} languages are too few to hold some out for the "
            "evaluation. Give more rows (some hundred for each language), or raise held_out."
        )
    folder.mkdir(parents=True, exist_ok=True)
    trial = _fit(seen, training)
    evaluation = evaluate(held["language"].to_list(), _predict(trial, held["line"].to_list()))
    trained_on = dict(seen["language"].value_counts().iter_rows())
    evaluation["not_measured"] = sorted(set(clean["language"]) - set(held["language"]))
    for label, figures in evaluation["by_language"].items():
        figures["rows_trained_on"] = trained_on.get(label, 0)
    weights = _save(_fit(clean, training), folder)
    counts = dict(sorted(clean["language"].value_counts().iter_rows()))
    card = {
        "kind": KIND,
        "sha256": weights,
        "data_digest": _digest(clean),
        "rows": clean.height,
        "rows_left_out": left_out,
        "labels": counts,
        "label_digest": hashlib.sha256("\n".join(counts).encode()).hexdigest(),
        "training": training.model_dump(mode="json"),
        "held_out": {"rows": held.height, "macro_f1": evaluation["macro_f1"], "accuracy": evaluation["accuracy"]},
        "versions": {
            "fasttext-community": version("fasttext-community"),
            "regex": version("regex"),
            "python": ".".join(map(str, sys.version_info[:3])),
        },
    }
    _write(folder / EVALUATION, _json(evaluation))
    _write(folder / REPORT, report(evaluation, card))
    _write(folder / CARD, _json(card))
    return card


def _clean(rows: pl.DataFrame, training: Training) -> tuple[pl.DataFrame, dict[str, int]]:
    """Rows to learn from (`language`, `line`, `held_out`), in a fixed order, and what was left out, by reason."""
    given = rows.select(pl.col("text").cast(pl.String), pl.col("language").cast(pl.String))
    named = given.drop_nulls()
    named = named.with_columns(_labels(named["language"]))
    sampled = sampling.sample(named["text"], training.most_bytes, 4)
    named = named.with_columns(
        scripts.in_script(named["language"], scripts.count(sampled)),
        # A token that looks like a label would be one to fastText.
        sampled.str.replace_all(_PREFIX, " ", literal=True)
        .str.replace_all(r"\s+", " ")
        .str.strip_chars(" ")
        .alias("line"),
    )
    whole = named.filter(pl.col("line") != "")
    once = whole.unique(["language", "line"])
    order = [xxhash.xxh3_64_intdigest(f"{a}\0{b}".encode()) for a, b in once.select("language", "line").iter_rows()]
    once = once.with_columns(pl.Series("order", order, dtype=pl.UInt64)).sort("order", "language", "line")
    some = once
    if training.most_rows is not None:
        some = once.filter(pl.int_range(pl.len()).over("language") < training.most_rows)
    left_out = {
        "without text or language": given.height - whole.height,
        "repeated": whole.height - once.height,
        "beyond most_rows": once.height - some.height,
    }
    return some.select("language", "line", _is_held_out(some["line"], training.held_out)), left_out


def _labels(codes: pl.Series) -> pl.Series:
    """The labels of language codes.

    Raises:
        SourceError: some are no languages.
    """
    found: dict[str, str] = {}
    wrong = []
    for code in sorted(codes.unique()):
        try:
            found[code] = languages.label(code)
        except ValueError:
            wrong.append(code)
    if wrong:
        rows = int(codes.is_in(wrong).sum())
        raise SourceError(
            f"{len(wrong)} labels in {rows} rows are no language codes: {', '.join(map(repr, wrong[:10]))}"
            f"{', …' if len(wrong) > 10 else ''}. Labels are ISO 639 or BCP 47 codes (fr, fra, sr-Latn) or "
            "fra_Latn; for text that is in no language, und."
        )
    return codes.replace_strict(found, return_dtype=pl.String).alias("language")


def _is_held_out(lines: pl.Series, share: float) -> pl.Series:
    """Which lines are held out; the same for near-copies, and for one line at any time."""
    from filters._identifiers._likeness import smallest_hash
    from filters._kernels import utf8

    letters = lines.str.to_lowercase().str.replace_all(r"[^\p{L}\p{M}]+", "")
    column = utf8.strings(letters)
    keys = smallest_hash(column.data, column.starts, _RUN)
    limit = round(share * 1_000_000)
    # The smallest of many hashes is small: hashed once more, it falls evenly.
    held = [xxhash.xxh3_64_intdigest(key.tobytes()) % 1_000_000 < limit for key in keys.astype("<u8")]
    return pl.Series("held_out", held, dtype=pl.Boolean)


def _fit(rows: pl.DataFrame, training: Training) -> Any:
    import fasttext

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.txt"
        file.write_text(
            "".join(f"{_PREFIX}{label} {line}\n" for label, line in rows.select("language", "line").iter_rows()),
            encoding="utf-8",
        )
        return fasttext.train_supervised(
            str(file),
            dim=training.dimension,
            epoch=training.epochs,
            lr=training.learning_rate,
            wordNgrams=training.word_ngrams,
            minn=training.subword[0],
            maxn=training.subword[1],
            bucket=training.buckets,
            loss=training.loss,
            minCount=1,
            seed=training.seed,
            thread=training.threads,
            verbose=0,
        )


def _predict(model: Any, lines: list[str]) -> list[str]:
    found, _ = model.predict(lines, k=1)
    return [names[0].removeprefix(_PREFIX) if len(names) else languages.UNDETERMINED for names in found]


def evaluate(gold: Sequence[str], predicted: Sequence[str]) -> dict[str, Any]:
    """How well labels were predicted.

    Returns:
        `macro_f1` (mean of F1 over the languages of `gold`), `accuracy`, `rows`, `languages`; `by_language` with
        precision, recall, F1, and the false-positive rate (share of the rows of other languages that came out as
        this one); `confused`, the pairs that were taken for each other most often.
    """
    pairs = pl.DataFrame({"gold": gold, "predicted": predicted}, schema={"gold": pl.String, "predicted": pl.String})
    of_gold = dict(pairs["gold"].value_counts().iter_rows())
    of_predicted = dict(pairs["predicted"].value_counts().iter_rows())
    right = dict(pairs.filter(pl.col("gold") == pl.col("predicted"))["gold"].value_counts().iter_rows())
    by_language = {}
    for label in sorted(of_gold):
        true, named, there = right.get(label, 0), of_predicted.get(label, 0), of_gold[label]
        others = pairs.height - there
        by_language[label] = {
            "rows": there,
            "precision": _ratio(true, named),
            "recall": _ratio(true, there),
            "f1": _ratio(2 * true, named + there),
            "false_positive_rate": _ratio(named - true, others),
        }
    wrong = pairs.filter(pl.col("gold") != pl.col("predicted")).group_by("gold", "predicted").len("rows")
    confused = wrong.sort(["rows", "gold", "predicted"], descending=[True, False, False]).head(_LISTED)
    scores = [2 * right.get(x, 0) / (of_predicted.get(x, 0) + of_gold[x]) for x in sorted(of_gold)]
    return {
        "rows": pairs.height,
        "languages": len(of_gold),
        "macro_f1": _ratio(sum(scores), len(scores)),
        "accuracy": _ratio(sum(right.values()), pairs.height),
        "by_language": by_language,
        "confused": [
            {**pair, "share_of_gold": _ratio(pair["rows"], of_gold[pair["gold"]])} for pair in confused.to_dicts()
        ],
    }


def _ratio(part: float, whole: float) -> float | None:
    return round(part / whole, 6) if whole else None


def report(evaluation: Mapping[str, Any], card: Mapping[str, Any]) -> str:
    """The evaluation as Markdown: what was measured, the most confused pairs, and each language, the worst first."""

    def shown(value: float | None) -> str:
        return "–" if value is None else f"{value:.3f}"

    lines = [
        "# Evaluation",
        "",
        f"Macro-F1 {shown(evaluation['macro_f1'])} and accuracy {shown(evaluation['accuracy'])} over "
        f"{evaluation['languages']} languages and {evaluation['rows']:,} texts that were held out; near-copies of them "
        f"were not trained on. The model in this folder then learned from all {card['rows']:,} texts.",
        "",
    ]
    if evaluation.get("not_measured"):
        lines += [f"Not measured, because no text was held out: {', '.join(evaluation['not_measured'])}.", ""]
    lines += [
        "## Taken for each other most often",
        "",
        "| text in | taken for | texts | share |",
        "| --- | --- | --- | --- |",
    ]
    lines += [
        f"| {languages.name(p['gold'])} `{p['gold']}` | {languages.name(p['predicted'])} `{p['predicted']}` "
        f"| {p['rows']} | {shown(p['share_of_gold'])} |"
        for p in evaluation["confused"]
    ]
    lines += [
        "",
        "## By language",
        "",
        "| language | trained on | held out | precision | recall | F1 | false-positive rate |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    worst_first = sorted(evaluation["by_language"].items(), key=lambda item: (item[1]["f1"], item[0]))
    lines += [
        f"| {languages.name(label)} `{label}` | {f.get('rows_trained_on', 0)} | {f['rows']} | {shown(f['precision'])} "
        f"| {shown(f['recall'])} | {shown(f['f1'])} | {f['false_positive_rate'] or 0:.6f} |"
        for label, f in worst_first
    ]
    return "\n".join(lines) + "\n"


def _save(model: Any, folder: Path) -> str:
    """Write the model file whole or not at all; returns its SHA-256."""
    temporary = folder / f".{MODEL}.tmp-{os.getpid()}"
    model.save_model(str(temporary))
    with open(temporary, "rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
    temporary.replace(folder / MODEL)
    return digest


def _digest(rows: pl.DataFrame) -> str:
    state = xxhash.xxh3_128()
    for label, line in rows.select("language", "line").iter_rows():
        state.update(f"{label}\0{line}\0".encode())
    return state.hexdigest()


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
