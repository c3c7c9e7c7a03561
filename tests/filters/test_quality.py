"""The quality stage: one model or several, from a folder, a file or rows; languages that a model does not know."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from pydantic import ValidationError

from filters import _segments
from filters._classifier import card, head, learn, tokens
from filters._classifier.card import ALL, Card, Weights
from filters._classifier.fasttext import FastTextTraining
from filters._embeddings import digest
from filters.quality import STAGE, Params
from schemas.errors import SourceError
from tests.filters.classifier.labelled import HIGH, LOW

SMALL = FastTextTraining(dimension=8, epochs=10)


def rows(language: bool = True) -> pl.DataFrame:
    made = [
        {"text": f"{text} {i}", "label": label, "language": code if language else None, "source": None}
        for i in range(3)
        for label, texts in (("high", HIGH), ("low", LOW))
        for code, text in texts.items()
    ]
    return pl.DataFrame(
        made, schema={"text": pl.String, "label": pl.String, "language": pl.String, "source": pl.String}
    )


def write(path: Path, items: list[dict[str, Any]]) -> str:
    path.write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items), encoding="utf-8")
    return str(path)


def frame(*texts: tuple[str | None, str | None]) -> pl.DataFrame:
    column = pl.Series("text", [text for text, _ in texts], dtype=pl.String)
    language = pl.Series("language", [code for _, code in texts], dtype=pl.String)
    return pl.DataFrame([column, _segments.cut_words(column), language])


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("quality") / "model"
    learn.train(rows(), "quality", SMALL, folder)
    return folder


def sha256(folder: Path) -> str:
    return hashlib.sha256((folder / "weights.bin").read_bytes()).hexdigest()


def measured(params: Params, given: pl.DataFrame) -> pl.DataFrame:
    return STAGE.measure(given, params, STAGE.open(params))


def test_the_same_rows_give_the_same_folder(home: Path, tmp_path: Path) -> None:
    for seed in (1, 2):
        made = learn.train(
            rows().sample(fraction=1, shuffle=True, seed=seed), "quality", SMALL, tmp_path / str(seed) / "model"
        )
        assert made.weights[ALL].sha256 == sha256(home) == sha256(tmp_path / str(seed) / "model")
    assert (tmp_path / "1/model" / card.NAME).read_bytes() == (home / card.NAME).read_bytes()
    assert sorted(file.name for file in home.iterdir()) == [card.NAME, "weights.bin"], "no temporary file is left"
    other = learn.train(rows().head(28), "quality", SMALL, tmp_path / "fewer")
    assert other.weights[ALL].sha256 != sha256(home)


def test_a_folder_is_a_model(home: Path) -> None:
    params = Params(model=str(home))
    assert STAGE.prepare(params, Path("/nowhere")) is params
    assert STAGE.fingerprint(params) == {"model": card.read(home).sha256()}
    good, bad = HIGH["tha_Thai"], LOW["tha_Thai"]
    english = [(text, "eng_Latn") for text in (HIGH["eng_Latn"], LOW["eng_Latn"], None, " ")]
    found = measured(params, frame(*english, (good, "tha_Thai"), (bad, "tha_Thai")))
    scores = found["quality"].to_list()
    assert scores[0] > 0.8 > 0.2 > scores[1] and scores[4] > 0.8 > 0.2 > scores[5]
    assert scores[2] is None and scores[3] is None, "without words there is nothing to score"
    there = [text is not None for text, _ in (*english, (good, None), (bad, None))]
    assert found["quality_of_models"].to_list() == [
        [one] if is_ else None for one, is_ in zip(scores, there, strict=True)
    ]
    assert found["quality_applies"].to_list() == [True if is_ else None for is_ in there]


def test_a_language_that_the_model_does_not_know(home: Path) -> None:
    given = frame((HIGH["eng_Latn"], "eng_Latn"), ("Ojú ọ̀run mọ́ lónìí.", "yor_Latn"), ("?", None))
    kept = measured(Params(model=str(home)), given)
    assert kept["quality_applies"].to_list() == [True, False, False]
    assert kept["quality"].is_null().to_list() == [False, True, True]
    rejected = measured(Params(model=str(home), unknown_languages="reject"), given)
    assert rejected["quality_applies"].all() and rejected["quality"].is_null().to_list() == [False, True, True]


def test_a_model_of_rows_without_languages_takes_any(tmp_path: Path) -> None:
    learn.train(rows(language=False), "quality", SMALL, tmp_path / "model")
    found = measured(Params(model=str(tmp_path / "model")), frame(("Ojú ọ̀run mọ́ lónìí.", "yor_Latn")))
    assert found["quality_applies"].all() and found["quality"].is_not_null().all()


def test_several_models_give_a_score_each_and_their_mean(home: Path, tmp_path: Path) -> None:
    learn.train(rows().head(20), "quality", SMALL, tmp_path / "other")
    params = Params(model=[str(home), str(tmp_path / "other")], combine="mean")
    given = frame((HIGH["eng_Latn"], "eng_Latn"), (LOW["rus_Cyrl"], "rus_Cyrl"))
    found = measured(params, given)
    one, two = (measured(Params(model=str(path)), given)["quality"].to_list() for path in (home, tmp_path / "other"))
    assert found["quality_of_models"].to_list() == [list(pair) for pair in zip(one, two, strict=True)]
    assert found["quality"].to_list() == pytest.approx([(a + b) / 2 for a, b in zip(one, two, strict=True)])
    assert list(STAGE.fingerprint(params)) == ["model 1", "model 2"]


def test_train_on_rows_before_the_run(home: Path, tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", rows().head(14).to_dicts())
    write(tmp_path / "b.jsonl", rows().slice(14).to_dicts())
    params = Params(train_on=[str(tmp_path / "*.jsonl")], training=SMALL)
    assert STAGE.fingerprint(params) == {"labelled rows": learn.digest(rows(), SMALL)}
    ready = STAGE.prepare(params, tmp_path / "models")
    (made,) = (tmp_path / "models").iterdir()
    assert sha256(made) == sha256(home)
    stamp = (made / "weights.bin").stat().st_mtime_ns
    assert STAGE.prepare(params, tmp_path / "models").choices() == ready.choices()
    assert (made / "weights.bin").stat().st_mtime_ns == stamp, "the model that is there is used again"
    assert ready.model_dump() == params.model_dump(), "where the model lies is this machine's affair"
    text = frame((HIGH["fra_Latn"], "fra_Latn"))
    assert measured(ready, text).equals(measured(Params(model=str(home)), text))


def test_the_digest_changes_with_what_a_model_is_made_from() -> None:
    given = rows()
    changed = [
        given,
        given.with_columns(pl.col("text") + "!"),
        given.with_columns(pl.lit("fra_Latn").alias("language")),
        given.with_columns(pl.col("label").replace({"high": "low", "low": "high"})),
        given.head(28),
        pl.concat([given, given.head(1)]),
    ]
    digests = [learn.digest(one, SMALL) for one in changed]
    digests += [learn.digest(given, SMALL.model_copy(update={"seed": 2}))]
    assert len(set(digests)) == len(digests)
    assert learn.digest(given.reverse(), SMALL) == digests[0]


@pytest.mark.parametrize(
    ("items", "message"),
    [
        ([{"text": "a", "label": "good"}, {"text": "b", "label": "low"}], "label 'good' in 1 rows: it is high or low"),
        ([{"text": "a", "label": "high"}, {"text": "b", "label": None}], "label None in 1 rows"),
        ([{"text": "a", "label": "high"}, {"text": "b"}], "label None in 1 rows"),
        ([{"text": "a", "label": "high"}, {"text": None, "label": "low"}], "both labels"),
        ([{"text": "a", "label": "high"}], "both labels, high and low; only one came"),
        ([{"text": "a", "quality": 1}], "no column label; it has text, quality"),
        ([{"content": "a", "label": "high"}], "no column text; it has content, label"),
        ([{"body": "a"}], "no column label, text"),
        (
            [{"text": "a", "label": "high", "language": "no such"}, {"text": "b", "label": "low"}],
            "language 'no such' of labelled",
        ),
    ],
)
def test_rows_that_cannot_be_learnt_from(tmp_path: Path, items: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(SourceError, match=message):
        learn.read([write(tmp_path / "rows.jsonl", items)], "quality")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "broken.jsonl").write_text("not json\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"cannot read labelled rows from .*broken"):
        learn.read([str(tmp_path / "broken.jsonl")], "quality")
    with pytest.raises(SourceError, match="no file matches what was given"):
        STAGE.fingerprint(Params(train_on=[str(tmp_path / "*.json")]))


def test_a_language_column_that_is_null_in_one_file(tmp_path: Path) -> None:
    one = write(tmp_path / "a.jsonl", [{"text": "a", "label": "high", "language": None}])
    two = write(tmp_path / "b.jsonl", [{"text": "b", "label": "low", "language": "fr"}])
    three = write(tmp_path / "c.jsonl", [{"text": "c", "label": "low"}])
    assert learn.read([one, two, three], "quality")["language"].to_list() == [None, "fra_Latn", None]


@pytest.mark.parametrize("missing", [card.NAME, "weights.bin", "both"])
def test_a_folder_without_a_model(home: Path, tmp_path: Path, missing: str) -> None:
    for name in (card.NAME, "weights.bin"):
        if missing not in (name, "both"):
            (tmp_path / name).write_bytes((home / name).read_bytes())
    params = Params(model=str(tmp_path))
    for act in (STAGE.fingerprint, STAGE.open):
        with pytest.raises(SourceError, match=r"no model in .* Train one with `glotmill train-quality"):
            act(params)


def test_no_folder() -> None:
    with pytest.raises(SourceError, match="there is no such folder or file"):
        STAGE.open(Params(model="nowhere/at/all"))


def changed_card(home: Path, folder: Path, **values: Any) -> Params:
    (folder / "weights.bin").write_bytes((home / "weights.bin").read_bytes())
    content = json.loads((home / card.NAME).read_text(encoding="utf-8"))
    (folder / card.NAME).write_text(json.dumps({**content, **values}), encoding="utf-8")
    return Params(model=str(folder))


def test_a_model_with_older_tokens(home: Path, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=f"tokens of version 0, this version of Glotmill makes {tokens.VERSION}"):
        STAGE.open(changed_card(home, tmp_path, tokens=0))


def test_a_model_of_another_kind(home: Path, tmp_path: Path) -> None:
    params = changed_card(home, tmp_path, kind="toxicity", positive="toxic", negative="clean")
    with pytest.raises(SourceError, match=r"tells toxic from clean .* here one is needed that tells high from low"):
        STAGE.open(params)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "give either `model`"),
        ({"model": "a", "train_on": "b"}, "give either `model`"),
        ({"model": "hf://org/name"}, "not pinned: write hf://ORGANISATION/NAME@COMMIT"),
        ({"model": "hf://org/name@main"}, "A branch or tag can change under you"),
        ({"model": "a", "combine": "mean"}, "joins the ranks by several models, but `model` names one"),
    ],
)
def test_wrong_parameters(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Params(**given)


def test_a_model_for_each_language(home: Path, tmp_path: Path) -> None:
    (tmp_path / "eng.bin").write_bytes((home / "weights.bin").read_bytes())
    weights = {"eng_Latn": Weights(file="eng.bin", sha256="", slope=1.0, shift=0.0)}
    made = card.read(home).model_copy(update={"weights": weights, "languages": ["eng_Latn"]})
    made.write(tmp_path)
    found = measured(Params(model=str(tmp_path)), frame((HIGH["eng_Latn"], "eng_Latn"), (HIGH["fra_Latn"], "fra_Latn")))
    expected = measured(Params(model=str(home)), frame((HIGH["eng_Latn"], "eng_Latn")))["quality"][0]
    assert found["quality"].to_list() == [expected, None]


def test_calibration_changes_the_probability_and_not_the_order(home: Path, tmp_path: Path) -> None:
    given = frame(*((text, code) for texts in (HIGH, LOW) for code, text in texts.items()))
    before = measured(Params(model=str(home)), given)["quality"]
    weights = {ALL: {**json.loads((home / card.NAME).read_text())["weights"][ALL], "slope": 0.2, "shift": -1.0}}
    after = measured(changed_card(home, tmp_path, weights=weights), given)["quality"]
    assert before.arg_sort().to_list() == after.arg_sort().to_list()
    logits = np.log(before / (1 - before))
    assert np.allclose(1 / (1 + np.exp(-(0.2 * logits - 1))), after, atol=1e-6)


def test_pieces(home: Path) -> None:
    text = HIGH["eng_Latn"] + " " + LOW["eng_Latn"]
    scores = {
        how: measured(Params(model=str(home), pieces={"characters": 75, "score": how}), frame((text, "eng_Latn")))[
            "quality"
        ][0]
        for how in ("first", "max", "mean", "length_weighted")
    }
    whole = measured(Params(model=str(home)), frame((text, "eng_Latn")))["quality"][0]
    assert scores["first"] == scores["max"] > 0.8
    assert scores["mean"] < 0.8 and scores["length_weighted"] < 0.8
    assert whole not in scores.values()


def test_a_fasttext_classifier_of_somebody_else(tmp_path: Path) -> None:
    import fasttext

    lines = [f"__label__hq {text}" for text in HIGH.values()] + [f"__label__cc {text}" for text in LOW.values()]
    (tmp_path / "rows.txt").write_text("\n".join(lines * 5) + "\n", encoding="utf-8")
    model = fasttext.train_supervised(str(tmp_path / "rows.txt"), dim=8, epoch=20, lr=0.5, thread=1, verbose=0)
    model.save_model(str(tmp_path / "other.bin"))
    params = Params(model=str(tmp_path / "other.bin"), label="hq")
    text = "The bridge\nwas built"
    found = measured(params, frame((text, "eng_Latn"), (LOW["eng_Latn"], "yor_Latn")))
    labels, values = model.predict(text.replace("\n", " "), k=2)
    assert found["quality"][0] == pytest.approx(dict(zip(labels, values, strict=True))["__label__hq"], abs=3e-5)
    assert found["quality_applies"].all(), "nobody said which languages it knows"
    assert STAGE.fingerprint(params) == {"model": digest.sha256(tmp_path / "other.bin")}
    with pytest.raises(SourceError, match="say with `label` which of its labels counts"):
        STAGE.open(Params(model=str(tmp_path / "other.bin")))


def test_heads_over_an_embedding(tmp_path: Path) -> None:
    """A head over word vectors that are trained before: the model folder keeps them."""
    from filters._classifier import embedding
    from filters._embeddings import fingerprint, prepare

    write(tmp_path / "texts.jsonl", rows().to_dicts())
    chosen = prepare(
        embedding.choice(
            {"backend": "fasttext", "train_on": [str(tmp_path / "texts.jsonl")], "training": {"dimension": 12}}
        ),
        tmp_path / "vectors",
    )
    vectors = embedding.open_vectors(chosen)(rows()["text"])
    labels = (rows()["label"] == "high").cast(pl.Float32).to_numpy()
    made = head.fit(
        vectors, labels, vectors, labels, head.HeadTraining(epochs=30, hidden=8, batch=8, learning_rate=0.01)
    )
    folder = tmp_path / "model"
    folder.mkdir()
    made.save(folder / "all.safetensors")
    Card(
        name="made", kind="quality", positive="high", negative="low", family="embedding",
        embedding=chosen.model_dump(mode="json", exclude_defaults=True) | {"backend": "fasttext"},
        embedding_files=fingerprint(chosen), weights={ALL: Weights(file="all.safetensors", sha256="")},
        languages=["eng_Latn", "tha_Thai"], training={},
    ).write(folder)  # fmt: skip
    params = Params(model=str(folder), embedding=chosen)
    found = measured(params, frame((HIGH["eng_Latn"], "eng_Latn"), (LOW["tha_Thai"], "tha_Thai"), ("...", "eng_Latn")))
    assert found["quality"][0] > 0.5 > found["quality"][1]
    assert found["quality"][2] is None, "a text without a vector has no score"
    other = embedding.choice(
        {"backend": "fasttext", "train_on": [str(tmp_path / "texts.jsonl")], "training": {"dimension": 8}}
    )
    with pytest.raises(SourceError, match=r"trained over another embedding: .* differ"):
        STAGE.open(Params(model=str(folder), embedding=prepare(other, tmp_path / "vectors")))


def test_reasons() -> None:
    assert STAGE.reasons == ("low_quality", "below_min_quality")
    given = Params(model="x", train_on=None)
    assert (
        given.train_on == []
        and given.share.for_row("web", "fra_Latn") == 0.9
        and given.min_quality.for_row("web", "fra_Latn") is None
    )
