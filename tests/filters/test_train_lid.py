"""Training an identifier: the same rows give the same model, near-copies stay on one side, the evaluation is right."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from pydantic import ValidationError
from stories import STORIES

from filters import _train_lid
from filters._train_lid import Training, evaluate, report, train
from filters.language import STAGE, Params
from schemas.errors import RecipeError, SourceError

TINY = Training(dimension=8, epochs=15, buckets=2_000, subword=(1, 3), learning_rate=0.5)
SCRIPTS = {"Latin": "fr", "Vietnamese": "vi", "Cyrillic": "ru", "Greek": "el", "Thai": "th"}


def rows(copies: int = 40) -> pl.DataFrame:
    """Pieces of the stories, each another stretch, in five languages."""
    made = []
    for script, code in SCRIPTS.items():
        text = STORIES[script][1] * 3
        made += [(text[number : number + 40 + number % 7], code) for number in range(copies)]
    return pl.DataFrame(made, schema=["text", "language"], orient="row")


def test_a_model_folder(tmp_path: Path) -> None:
    card = train(rows(), TINY, tmp_path / "model")
    assert sorted(p.name for p in (tmp_path / "model").iterdir()) == sorted(_train_lid.FILES)
    assert json.loads((tmp_path / "model" / "card.json").read_text("utf-8")) == card
    assert set(card["labels"]) == {"fra_Latn", "vie_Latn", "rus_Cyrl", "ell_Grek", "tha_Thai"}
    assert card["training"]["threads"] == 1 and card["versions"]["fasttext-community"]
    evaluation = json.loads((tmp_path / "model" / "evaluation.json").read_text("utf-8"))
    assert evaluation["macro_f1"] == card["held_out"]["macro_f1"] > 0.8
    params = Params(model="fasttext", path=str(tmp_path / "model"))
    assert STAGE.fingerprint(params) == {"model.bin": card["sha256"]}
    frame = pl.DataFrame({"text": [STORIES[script][1] for script in SCRIPTS]})
    came = STAGE.measure(frame, params, STAGE.open(params))
    assert came["language"].to_list() == ["fra_Latn", "vie_Latn", "rus_Cyrl", "ell_Grek", "tha_Thai"]


def test_the_same_rows_give_the_same_weights_in_any_order(tmp_path: Path) -> None:
    first = train(rows(), TINY, tmp_path / "a")
    again = train(rows().reverse(), TINY, tmp_path / "b")
    assert first == again
    for file in _train_lid.FILES:
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()
    other = train(rows(), TINY.model_copy(update={"seed": 2}), tmp_path / "c")
    assert other["sha256"] != first["sha256"] and other["data_digest"] == first["data_digest"]


def test_near_copies_are_on_one_side() -> None:
    """A copy that differs in case, digits and punctuation never crosses; one with a changed word seldom does."""
    texts = [f"{STORIES[name][1]} {number * 7919:x}" for name in STORIES for number in range(20)]
    plain = pl.Series([text.lower() for text in texts])
    noisy = pl.Series([f"  {text.upper()} -- 123!" for text in texts]).str.to_lowercase()
    one, other = (_train_lid._is_held_out(lines, 0.2) for lines in (plain, noisy))
    assert one.to_list() == other.to_list()
    assert 0.02 < one.mean() < 0.6  # type: ignore[operator]
    letters = pl.Series([f"{a}{b}{c}" * 4 for a in "abcdefghij" for b in "klmnopqrst" for c in "uvwxyzabcd"])
    assert 0.15 < _train_lid._is_held_out(letters, 0.2).mean() < 0.25  # type: ignore[operator]


def test_rows_that_are_left_out(tmp_path: Path) -> None:
    more = pl.DataFrame(
        {"text": [None, "", " \n", "text", rows()["text"][0]], "language": ["fr", "fr", "fr", None, "fra"]}
    )
    card = train(pl.concat([rows(), more]), TINY.model_copy(update={"most_rows": 35}), tmp_path)
    assert card["rows_left_out"] == {"without text or language": 4, "repeated": 1, "beyond most_rows": 25}
    assert set(card["labels"].values()) == {35}


def test_the_label_takes_the_script_of_the_text(tmp_path: Path) -> None:
    latin = "Ovo je recenica na srpskom jeziku, a macka sedi na prozoru. " * 2
    cyrillic = "Ово је реченица на српском језику, а мачка седи на прозору. " * 2
    frame = pl.DataFrame(
        {"text": [t[n : n + 40] for t in (latin, cyrillic) for n in range(40)], "language": ["sr"] * 80}
    )
    assert set(train(frame, TINY, tmp_path)["labels"]) == {"srp_Cyrl", "srp_Latn"}


def test_text_cannot_name_a_label(tmp_path: Path) -> None:
    spiked = rows().with_columns(pl.concat_str(pl.lit("__label__deu_Latn "), "text").alias("text"))
    train(spiked, TINY, tmp_path)
    assert STAGE.open(Params(model="fasttext", path=str(tmp_path))).known == {"fra", "vie", "rus", "ell", "tha"}


def test_labels_that_are_no_languages(tmp_path: Path) -> None:
    frame = pl.DataFrame({"text": ["a", "b", "c"], "language": ["fr", "klingonish", "xx"]})
    with pytest.raises(SourceError, match=r"2 labels in 2 rows are no language codes: 'klingonish', 'xx'\. Labels are"):
        train(frame, TINY, tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_too_few_rows(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="1 rows in 1 languages are too few"):
        train(pl.DataFrame({"text": ["Bonjour"], "language": ["fr"]}), TINY, tmp_path)


def test_evaluation() -> None:
    gold = ["fra_Latn"] * 4 + ["deu_Latn"] * 4 + ["nld_Latn"] * 2
    said = ["fra_Latn"] * 4 + ["deu_Latn"] * 2 + ["nld_Latn"] * 2 + ["nld_Latn", "und_Zyyy"]
    found = evaluate(gold, said)
    assert found["accuracy"] == 0.7 and found["languages"] == 3
    assert found["by_language"]["deu_Latn"] == {
        "rows": 4, "precision": 1.0, "recall": 0.5, "f1": 0.666667, "false_positive_rate": 0.0,
    }  # fmt: skip
    assert found["by_language"]["nld_Latn"]["precision"] == 0.333333
    assert found["by_language"]["nld_Latn"]["false_positive_rate"] == 0.25
    assert found["macro_f1"] == pytest.approx((1 + 2 / 3 + 0.4) / 3, abs=1e-6)
    assert found["confused"][0] == {"gold": "deu_Latn", "predicted": "nld_Latn", "rows": 2, "share_of_gold": 0.5}
    text = report({**found, "not_measured": ["ita_Latn"]}, {"rows": 20})
    assert "| German `deu_Latn` | Dutch `nld_Latn` | 2 | 0.500 |" in text and "no text was held out: ita_Latn" in text


@pytest.mark.parametrize("given", [{"subword": (4, 2)}, {"epochs": 0}, {"held_out": 1.0}, {"loss": "hinge"}, {"x": 1}])
def test_parameters_that_do_not_fit(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Training(**given)
    assert "no longer give the same weights" in str(Training.model_fields["threads"].description)


# --- the command ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["jsonl", "parquet", "csv"])
def test_the_command_reads_what_recipes_read(ending: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from pipelines.commands.train_lid import train_lid

    file = tmp_path / f"rows.{ending}"
    frame = rows().rename({"text": "body", "language": "lang"})
    write = {"jsonl": frame.write_ndjson, "parquet": frame.write_parquet, "csv": frame.write_csv}[ending]
    write(str(file))
    values = [f"{name}={value}" for name, value in TINY.model_dump(mode="json").items() if value is not None]
    train_lid([str(file)], tmp_path / "model", "body", "lang", values, json_=True)
    card = json.loads(capsys.readouterr().out)
    assert card == train(rows(), TINY, tmp_path / "direct"), "the command adds nothing of its own"


def test_what_the_command_refuses(tmp_path: Path) -> None:
    from pipelines.commands.train_lid import train_lid

    file = tmp_path / "rows.jsonl"
    rows().write_ndjson(str(file))
    with pytest.raises(RecipeError, match=r"unknown training parameter 'epoch' \(did you mean 'epochs'\?\)"):
        train_lid([str(file)], tmp_path / "model", "text", "language", ["epoch=3"])
    with pytest.raises(RecipeError, match="--set epochs: Input should be greater than 0"):
        train_lid([str(file)], tmp_path / "model", "text", "language", ["epochs=0"])
    with pytest.raises(SourceError, match="no such file"):
        train_lid([str(tmp_path / "none.jsonl")], tmp_path / "model", "text", "language", [])
    with pytest.raises(SourceError, match="label"):
        train_lid([str(file)], tmp_path / "model", "text", "label", [])
    file.write_text('{"text": "Bonjour", "language": 3}\n')
    with pytest.raises(SourceError, match="column 'language' holds 3, but a language code is needed"):
        train_lid([str(file)], tmp_path / "model", "text", "language", [])


# --- real paragraphs ------------------------------------------------------------------------------------------------


@pytest.mark.skipif("GLOTMILL_CORPORA" not in os.environ, reason="needs the declarations")
def test_448_languages(tmp_path: Path) -> None:
    frame = pl.read_parquet(Path(os.environ["GLOTMILL_CORPORA"]) / "udhr_dev.parquet")
    card = train(frame.select("text", pl.col("iso639_3").alias("language")), Training(), tmp_path)
    assert card["held_out"]["macro_f1"] >= 0.90 and len(card["labels"]) >= 440
