"""A model folder from a spec: what is in it, that it loads, and that the same spec gives the same bytes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import yaml

from filters import _segments, machine_text, quality
from filters._classifier import card
from pipelines import plan
from pipelines.training import spec, train
from schemas import recipe, thresholds
from schemas.errors import OutputError, SourceError

SAMPLE = "sample://quality/*.jsonl"
QUICK = {"epochs": 10, "dimension": 8}


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(f.relative_to(folder)): f.read_bytes() for f in sorted(folder.rglob("*")) if f.is_file()}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("train") / "model"
    given = spec.check({"rows": SAMPLE, "fewest": 2, "training": QUICK, "name": "made", "licence": "apache-2.0"})
    train.train(given, folder)
    return folder


def test_the_folder(made: Path) -> None:
    held = card.read(made)
    assert held.kind == "quality" and len(held.languages) > 15
    assert any("name benchmarks under `decontaminate`" in one for one in held.data["notices"])
    assert held.weights["all"].slope > 0
    assert sum(n for part in held.rows.values() for n in part.values()) <= 384
    assert held.metrics["test"]["all"]["auc"] > 0.9
    assert {"README.md", "card.json", "metrics.json", "errors.jsonl", "weights/all.bin", "plots/auc.svg"} <= set(
        files_of(made)
    )
    figures = json.loads((made / "metrics.json").read_text(encoding="utf-8"))
    assert set(figures["test"]["by_language"]) <= set(held.languages)
    assert [point["share"] for point in figures["learning_curve"]] == [0.05, 0.1, 0.25, 0.5, 1.0]
    assert figures["learning_curve"][-1]["auc"] == figures["test"]["all"]["auc"], "the last point is the model itself"


def test_the_card_says_what_the_figures_say(made: Path) -> None:
    text = (made / "README.md").read_text(encoding="utf-8")
    figures = json.loads((made / "metrics.json").read_text(encoding="utf-8"))
    for label, one in figures["test"]["by_language"].items():
        auc = "–" if one["auc"] is None else f"{one['auc']:.3f}"
        assert f"| {label.replace('_', chr(92) + '_')} | {one['rows']} | {one['positive']} | {auc} |" in text
    assert "apache-2.0" in text and "{{" not in text and "None" not in text


def test_the_same_spec_gives_the_same_bytes(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = spec.check({"rows": SAMPLE, "fewest": 2, "training": QUICK, "name": "made", "licence": "apache-2.0"})
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    train.train(given, tmp_path / "model")
    assert files_of(made) == files_of(tmp_path / "model")


def test_it_scores(made: Path) -> None:
    params = quality.Params(model=str(made))
    texts = pl.Series(
        "text", ["It rained all night, and in the morning the river had risen.", "BUY!!! 50% OFF 💥 CLICK"]
    )
    given = pl.DataFrame([texts, _segments.cut_words(texts), pl.Series("language", ["eng_Latn"] * 2)])
    found = quality.measure(given, params, quality.STAGE.open(params))["quality"]
    assert found[0] > found[1]


def test_a_model_that_is_there_is_not_replaced_by_chance(made: Path, tmp_path: Path) -> None:
    given = spec.check({"rows": SAMPLE, "fewest": 2, "training": QUICK})
    with pytest.raises(OutputError, match="a model is there already: give --force"):
        train.train(given, made)
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="it exists and holds no model"):
        train.train(given, tmp_path, force=True)


def test_nothing_is_left_of_a_training_that_failed(tmp_path: Path) -> None:
    given = spec.check({"rows": SAMPLE, "fewest": 5000})
    with pytest.raises(SourceError, match=r"no language has 5000 rows of high and of low .*\(.*6/"):
        train.train(given, tmp_path / "model")
    assert list(tmp_path.iterdir()) == []


def test_a_model_for_each_language(tmp_path: Path) -> None:
    given = {
        "rows": SAMPLE,
        "fewest": 4,
        "training": QUICK,
        "per_language": True,
        "languages": ["en", "th", "yo", "am"],
    }
    held = train.train(spec.check(given), tmp_path / "model").card
    assert set(held.weights) == set(held.languages) and len(held.weights) > 1
    assert len({one.sha256 for one in held.weights.values()}) == len(held.weights)
    points = [p["share"] for p in held.metrics["learning_curve"]]
    assert points[-1] == 1.0, "one model over all languages at each point, the last one too"


def test_trials_take_the_best_on_the_valid_rows(tmp_path: Path) -> None:
    given = {
        "rows": SAMPLE,
        "fewest": 2,
        "training": {"epochs": 1, "dimension": 2, "learning_rate": 0.001},
        "trials": 3,
    }
    held = train.train(spec.check({**given, "learning_curve": False}), tmp_path / "model").card
    tried = json.loads((tmp_path / "model/metrics.json").read_text(encoding="utf-8"))["trials"]
    assert len(tried) == 4
    best = max(tried, key=lambda one: one["auc"])
    assert {k: v for k, v in best.items() if k != "auc"} == held.training
    assert len({json.dumps({**one, "auc": 0}) for one in tried}) == 4


def test_embedding_and_head(tmp_path: Path, made: Path) -> None:
    given: dict[str, Any] = {
        "rows": SAMPLE, "fewest": 2, "family": "embedding", "compare": [str(made)],
        "embedding": {"backend": "fasttext", "train_on": SAMPLE, "training": {"dimension": 24}},
        "head": {"hidden": 16, "epochs": 40, "batch": 16, "learning_rate": 0.01},
    }  # fmt: skip
    held = train.train(spec.check(given), tmp_path / "model").card
    assert held.embedding is not None and held.embedding["path"].startswith("embedding/")
    assert held.metrics["test"]["all"]["auc"] > 0.6
    agreed = held.metrics["agreement"][0]
    assert agreed["model"] == "model" and -1 <= agreed["spearman"] <= 1 and agreed["by_language"]
    # The folder can be moved: the word vectors that were trained lie in it.
    moved = (tmp_path / "model").rename(tmp_path / "moved")
    params = quality.Params(model=str(moved))
    texts = pl.Series("text", ["It rained all night, and in the morning the river had risen."])
    one = pl.DataFrame([texts, _segments.cut_words(texts), pl.Series("language", ["eng_Latn"])])
    assert quality.measure(one, params, quality.STAGE.open(params))["quality"].is_not_null().all()
    train.train(spec.check(given), tmp_path / "again" / "model")
    assert files_of(moved)["weights/all.safetensors"] == files_of(tmp_path / "again/model")["weights/all.safetensors"]


def test_an_embedding_that_knows_none_of_the_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(_: Any) -> Any:
        return lambda texts: np.zeros((len(texts), 3), np.float32)

    monkeypatch.setattr("filters._classifier.embedding.open_vectors", nothing)
    embedding = {"backend": "fasttext", "train_on": SAMPLE, "training": {"dimension": 4, "epochs": 1}}
    given = {"rows": SAMPLE, "fewest": 2, "family": "embedding", "embedding": embedding}
    with pytest.raises(SourceError, match=r"too little to learn from: of one class no row is left"):
        train.train(spec.check(given), tmp_path / "model")
    assert not (tmp_path / "model").exists()


def test_machine_text_with_thresholds_for_a_rate(tmp_path: Path) -> None:
    begins = {
        ("human", "eng_Latn"): "We walked home in the rain and",
        ("human", "tha_Thai"): "เราเดินกลับบ้านกลางสายฝน",
        ("machine", "eng_Latn"): "As a language model I am happy to",
        ("machine", "tha_Thai"): "ในฐานะแบบจำลองภาษา ฉันยินดี",
    }
    with (tmp_path / "rows.jsonl").open("w", encoding="utf-8") as file:
        for i in range(640):
            (label, language), text = list(begins.items())[i % 4]
            # Numbers of its own, or all rows of one pattern would be near-copies of each other.
            own = " ".join(str((i * 31 + k * k * 17) % 9973) for k in range(40))
            row = {"text": f"{text} {own}", "label": label, "language": language}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    given = {
        "rows": str(tmp_path / "rows.jsonl"), "kind": "machine_text", "false_positive_rate": 0.2, "training": QUICK,
    }  # fmt: skip
    held = train.train(spec.check(given), tmp_path / "model").card
    told = held.metrics["limits"]
    assert set(told) == {"eng_Latn", "tha_Thai"}
    for label, one in told.items():
        file = thresholds.parse(
            (tmp_path / f"model/thresholds/{label}.yaml").read_text(encoding="utf-8"), f"{label}.yaml"
        )
        assert file.stages == {"machine_text": {"max_machine": one["threshold"]}}
    text = yaml.safe_dump({
        "name": "r", "source": {"paths": "x"}, "thresholds": str(tmp_path / "model/thresholds"),
        "stages": {"language": None, "machine_text": {"model": str(tmp_path / "model")}},
    })  # fmt: skip
    read, lines = recipe.read(text, file="r.yaml", overrides=())
    checked = plan.plan(read, lines)
    step = next(step for step in checked.measures if step.name == "machine_text")
    assert isinstance(step.params, machine_text.Params)
    assert step.params.max_machine.for_row("x", "tha_Thai") == told["tha_Thai"]["threshold"]
    assert step.params.max_machine.for_row("x", "fra_Latn") == 0.5
