"""The fastText quality classifier: its features, training, and the model folder it lives in.

Features are the lower-cased words of `filters._segments` (so every script has words) and, for each thing that
careful prose seldom holds, one token at each occurrence: shouting words in capitals, exclamation and question marks,
numbers, currency and percent signs, pictographs, links. Training is single-threaded with a fixed seed:
the same rows give the same weights.

Joulin et al. 2017, "Bag of Tricks for Efficient Text Classification" (arXiv:1607.01759) is the classifier;
positives against ordinary web text follows FineWeb2-HQ (arXiv:2502.10361).
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
import xxhash
from pydantic import BaseModel, ConfigDict, Field

from filters._segments import cut_words
from schemas.errors import SourceError

HIGH, LOW = "__label__high", "__label__low"
MODEL, CARD = "model.bin", "card.json"
_FEATURES = 2  # raised when the features change: an older model then no longer fits

_SIGNS = {
    "zzcaps": r"\b\p{Lu}{3,}\b",
    "zzexcl": r"[!！¡]",
    "zzquest": r"[?？؟¿]",
    "zznum": r"\p{N}+",
    "zzcur": r"[\p{Sc}%٪％]",
    "zzpict": r"[\p{So}\x{1F000}-\x{1FAFF}]",
    "zzlink": r"https?://|www\.|@",
}


class Training(BaseModel):
    """How the classifier is trained."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    dimension: int = Field(32, gt=0, description="Length of the word vectors")
    epochs: int = Field(40, gt=0, description="Passes over the rows")
    learning_rate: float = Field(0.5, gt=0, description="Initial learning rate")
    word_ngrams: int = Field(1, gt=0, description="Longest word n-gram")
    subword: tuple[int, int] = Field((0, 0), description="Shortest and longest character n-gram; 0 for none")
    buckets: int = Field(20_000, gt=0, description="Hash buckets for n-grams")
    seed: int = Field(1, description="Seed of the random start")


def features(text: pl.Series, words: pl.Series) -> list[str]:
    """One line of tokens for each text; a null text gives an empty line."""
    frame = pl.DataFrame({"text": text, "words": words})
    signs = [
        pl.lit(f" {token}").repeat_by(pl.col("text").str.count_matches(pattern).fill_null(0)).list.join("")
        for token, pattern in _SIGNS.items()
    ]
    lines = frame.select(
        pl.concat_str(pl.col("words").list.join(" ").str.to_lowercase().fill_null(""), *signs).alias("line")
    )
    return lines["line"].str.replace_all(r"[\n\r]", " ").to_list()


def read_rows(files: Sequence[str]) -> pl.DataFrame:
    """Labelled rows from JSONL files: `text`, `label` (high or low), and `language` where given.

    Args:
        files: paths on this machine.

    Raises:
        SourceError: no file, a column or label that does not fit, or one label only.
    """
    frames = []
    for file in files:
        try:
            frame = pl.read_ndjson(file)
        except (OSError, pl.exceptions.PolarsError) as error:
            raise SourceError(
                f"cannot read labelled rows from {file}: {error}. They are JSON lines with text and label."
            ) from error
        missing = {"text", "label"} - set(frame.columns)
        if missing:
            raise SourceError(f"{file} has no column {', '.join(sorted(missing))}; it has {', '.join(frame.columns)}. "
                              "Labelled rows need text and label (high or low).")  # fmt: skip
        language = (pl.col("language") if "language" in frame.columns else pl.lit(None).alias("language")).cast(
            pl.String
        )
        frames.append(frame.select(pl.col("text").cast(pl.String), pl.col("label").cast(pl.String), language))
    if not frames:
        raise SourceError(
            "no labelled rows: no file matches what was given. Give JSON lines with text and label (high or low)."
        )
    rows = pl.concat(frames).drop_nulls("text")
    wrong = rows.filter(~pl.col("label").is_in(["high", "low"]).fill_null(False))
    if wrong.height:
        raise SourceError(f"label {wrong['label'][0]!r} in {wrong.height} rows: it is high or low, nothing else.")
    if rows["label"].n_unique() < 2:
        raise SourceError("labelled rows need both labels, high and low; only one came.")
    return rows


def digest(rows: pl.DataFrame, training: Training) -> str:
    """Digest of what a model is made from."""
    state = xxhash.xxh3_128()
    for text, label in sorted(zip(rows["text"], rows["label"], strict=True)):
        state.update(f"{label}\0{text}\0".encode())
    state.update(f"{training.model_dump_json()}{_FEATURES}".encode())
    return state.hexdigest()


def train(rows: pl.DataFrame, training: Training, folder: Path) -> dict[str, Any]:
    """Train a classifier and write its model folder: `model.bin` and `card.json`.

    A fifth of the rows, chosen by a stable hash of the text, is held out for the figures in the card; the model that is
    written learns from all rows.

    Args:
        rows: `text`, `label`, `language`.
        training: how.
        folder: is made; a model that is there is replaced.

    Returns:
        The card: digests, parameters, and accuracy and AUC on the held-out rows, over all and by language.
    """
    rows = rows.with_columns(
        pl.Series("held_out", [xxhash.xxh3_64_intdigest(t.encode()) % 5 == 0 for t in rows["text"]]),
        pl.Series("line", features(rows["text"], cut_words(rows["text"]))),
    ).sort("label", "text")  # the order of training rows decides the weights
    folder.mkdir(parents=True, exist_ok=True)
    trial = _fit(rows.filter(~pl.col("held_out")), training)
    held = rows.filter("held_out")
    metrics = _evaluate(held.with_columns(pl.Series("score", _scores(trial, held["line"].to_list()))))
    model = _fit(rows, training)
    temporary = folder / f".{MODEL}.tmp-{os.getpid()}"
    model.save_model(str(temporary))
    weights = hashlib.sha256(temporary.read_bytes()).hexdigest()
    temporary.replace(folder / MODEL)
    card = {
        "kind": "fasttext quality classifier",
        "features": _FEATURES,
        "data_digest": digest(rows, training),
        "rows": {label: int(n) for label, n in sorted(rows["label"].value_counts().iter_rows())},
        "languages": sorted(rows["language"].drop_nulls().unique()),
        "training": training.model_dump(mode="json"),
        "held_out": metrics,
        "sha256": weights,
    }
    (folder / CARD).write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return card


def _fit(rows: pl.DataFrame, training: Training) -> Any:
    import fasttext

    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.writelines(f"__label__{label} {line}\n" for label, line in zip(rows["label"], rows["line"], strict=True))
        file.flush()
        return fasttext.train_supervised(
            file.name,
            dim=training.dimension,
            epoch=training.epochs,
            lr=training.learning_rate,
            wordNgrams=training.word_ngrams,
            minn=training.subword[0],
            maxn=training.subword[1],
            bucket=training.buckets,
            minCount=1,
            seed=training.seed,
            thread=1,
            verbose=0,
        )


def _scores(model: Any, lines: list[str]) -> list[float]:
    """Probability of `high` for each line, rounded to six digits so that it is the same text everywhere."""
    if not lines:
        return []
    labels, values = model.predict(lines, k=2)
    return [
        round(min(max(float(dict(zip(names, probabilities, strict=True)).get(HIGH, 0.0)), 0.0), 1.0), 6)
        for names, probabilities in zip(labels, values, strict=True)
    ]


def _evaluate(held: pl.DataFrame) -> dict[str, Any]:
    def figures(part: pl.DataFrame) -> dict[str, Any]:
        right = ((part["score"] >= 0.5) == (part["label"] == "high")).mean() if part.height else None
        return {"rows": part.height, "accuracy": _rounded(right), "auc": _rounded(_auc(part))}

    by_language = {
        str(name): figures(part)
        for (name,), part in sorted(held.drop_nulls("language").group_by("language"), key=lambda x: str(x[0]))
    }
    return {**figures(held), "by_language": by_language}


def _auc(part: pl.DataFrame) -> float | None:
    """Area under the ROC curve by ranks (Mann-Whitney U); null without both labels."""
    high = part.filter(pl.col("label") == "high").height
    low = part.height - high
    if not high or not low:
        return None
    ranks = part.select(pl.col("score").rank("average").filter(pl.col("label") == "high").sum()).item()
    return float((ranks - high * (high + 1) / 2) / (high * low))


def _rounded(value: Any) -> float | None:
    return None if value is None else round(float(value), 4)


def read_card(folder: str) -> dict[str, Any]:
    """The card of a model folder.

    Raises:
        SourceError: there is no model in the folder.
    """
    home = Path(folder)
    try:
        if not (home / MODEL).is_file():
            raise FileNotFoundError(MODEL)
        card = json.loads((home / CARD).read_text(encoding="utf-8"))
        str(card["sha256"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SourceError(
            f"stages.quality.model: no model in {folder} (it needs {MODEL} and {CARD}). "
            "Train one with `glotmill train-quality ROWS --out FOLDER`."
        ) from error
    return dict(card)


class QualityModel:
    """A trained classifier, loaded from its folder."""

    def __init__(self, folder: str) -> None:
        import fasttext

        card = read_card(folder)
        if card.get("features") != _FEATURES:
            raise SourceError(
                f"the model in {folder} was trained with features {card.get('features')}, "
                f"this version makes {_FEATURES}. Train it again with `glotmill train-quality`."
            )
        self._model = fasttext.load_model(str(Path(folder) / MODEL))

    def score(self, text: pl.Series, words: pl.Series) -> list[float]:
        """Probability of `high` for each text."""
        return _scores(self._model, features(text, words))
