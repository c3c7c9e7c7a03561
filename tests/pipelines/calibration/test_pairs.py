"""`calibrate-pairs`: limits by language pair from a bitext, as files that a recipe takes."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from typer.testing import CliRunner

from pipelines import plan as plans
from pipelines.calibration import pair_round_trip, pair_scores, pairs
from pipelines.commands.calibrate_pairs import calibrate_pairs
from pipelines.commands.check import check
from pipelines.plan import Plan
from schemas import recipe as recipes
from schemas.errors import OutputError, RecipeError
from tests.translators.fakes import FakeModels
from translators.gates.gate import Pair
from translators.knowledge.bitext import BitextFile, Skipped

RECIPE = {
    "name": "pairs",
    "source": {"paths": "sample://parallel/*.jsonl", "fields": {"text": "source"}, "metadata": ["target"],
               "licence": "apache-2.0"},
    "stages": {"normalise": {}, "parallel": {"target": "target", "target_language": "de"}},
    "release": {"title": "Pairs", "licence": "apache-2.0"},
}  # fmt: skip
PLACES = ("Hafen", "Bahnhof", "Garten", "Museum", "Turm")
ENGLISH = {"Hafen": "harbour", "Bahnhof": "station", "Garten": "garden", "Museum": "museum", "Turm": "tower"}


def bitext(rows: int, seed: int = 1) -> list[dict[str, str]]:
    """German pairs: one in five has a number less, one in ten was never translated."""
    rng = random.Random(seed)
    made = []
    for number in range(rows):
        place, count = rng.choice(PLACES), 12 + number
        source = f"The old {ENGLISH[place]} of the town has {count} windows and a large wooden door."
        target = f"Der alte Ort der Stadt, ein {place}, hat {count} Fenster und eine große hölzerne Tür."
        if number % 10 == 0:
            target = source
        elif number % 5 == 1:
            target = target.replace(f"{count} ", "viele ")
        made.append({"source": source, "target": target, "source_language": "en", "target_language": "de"})
    return made


def written(folder: Path, rows: list[dict[str, str]]) -> Path:
    path = folder / "bitext.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def plan_of(**more: Any) -> Plan:
    loaded, lines = recipes.read(yaml.safe_dump(RECIPE | more), file="pairs.yaml")
    return plans.plan(loaded, lines)


def calibrated(path: Path, **settings: Any) -> pairs.Result:
    humans = pair_scores.read([BitextFile(path=str(path))], None, Skipped())
    return pairs.calibrate(plan_of(), humans, pairs.Settings(**settings))


def test_a_gate_that_refuses_too_many_is_loosened_and_the_others_stay(tmp_path: Path) -> None:
    result = calibrated(written(tmp_path, bitext(300)))
    (file,) = result.files
    assert file.label == "eng_Latn>deu_Latn"
    assert file.stages == {"parallel": {"min_numbers_kept": 0}}
    told = file.evidence["parallel"]["refused"]
    assert told["first_half"]["given"] > 0.1
    assert told["first_half"]["calibrated"] <= 0.05
    assert told["second_half"]["calibrated"] <= 0.05
    assert told["first_half"]["pairs"] + told["second_half"]["pairs"] == file.pairs == 270
    assert any("numbers_lost" in warning for warning in result.warnings)


def test_faults_of_the_bitext_are_left_out_and_listed(tmp_path: Path) -> None:
    path = written(tmp_path, bitext(300))
    result = calibrated(path)
    (file,) = result.files
    assert len(file.faults) == file.evidence["bitext"]["left_out"] == 30
    assert all("echo" in reasons for _, reasons in file.faults)
    (kept,) = calibrated(path, keep_faults=True).files
    assert (kept.pairs, list(kept.faults)) == (300, [])
    assert kept.limits["echo"] == 1.0, "rows that were never translated make it say nothing"
    pairs.write(result, str(tmp_path / "out"))
    lines = (tmp_path / "out" / pairs.FAULTS).read_text(encoding="utf-8").splitlines()
    assert len(lines) == 30
    assert json.loads(lines[0]).keys() == {"pair", "reasons", "source", "target"}


def test_the_order_of_rows_and_copies_change_nothing(tmp_path: Path) -> None:
    rows = bitext(200)
    pairs.write(calibrated(written(tmp_path, rows)), str(tmp_path / "one"))
    random.Random(5).shuffle(rows)
    pairs.write(calibrated(written(tmp_path, rows + rows[:50])), str(tmp_path / "two"))
    for file in sorted((tmp_path / "one").iterdir()):
        assert (tmp_path / "two" / file.name).read_bytes() == file.read_bytes()


def test_too_few_pairs_get_no_file(tmp_path: Path) -> None:
    result = calibrated(written(tmp_path, bitext(105)))
    assert (result.files, result.too_few) == ([], {"eng_Latn>deu_Latn": 94})


def test_files_that_are_there_are_not_replaced(tmp_path: Path) -> None:
    result = calibrated(written(tmp_path, bitext(200)))
    pairs.write(result, str(tmp_path / "out"))
    with pytest.raises(OutputError, match="--force"):
        pairs.write(result, str(tmp_path / "out"))
    pairs.write(result, str(tmp_path / "out"), force=True)


def test_a_recipe_without_translations_is_refused() -> None:
    with pytest.raises(RecipeError, match="parallel"):
        pairs.stages_of(plan_of(stages={"normalise": {}}))


def test_the_command_writes_files_that_check_takes(tmp_path: Path) -> None:
    app = typer.Typer()
    app.command()(calibrate_pairs)
    app.command()(check)
    recipe = tmp_path / "pairs.yaml"
    recipe.write_text(yaml.safe_dump(RECIPE), encoding="utf-8")
    path, out = written(tmp_path, bitext(300)), tmp_path / "thresholds"
    ran = CliRunner().invoke(app, ["calibrate-pairs", str(recipe), str(path), "--out", str(out), "--json"])
    assert ran.exit_code == 0, ran.output
    assert json.loads(ran.stdout)["files"][0]["stages"] == {"parallel": {"min_numbers_kept": 0}}
    written_ = yaml.safe_load((out / "eng_Latn-deu_Latn.yaml").read_text(encoding="utf-8"))
    assert written_["language"] == "eng_Latn>deu_Latn"
    recipe.write_text(yaml.safe_dump(RECIPE | {"thresholds": str(out)}), encoding="utf-8")
    ran = CliRunner().invoke(app, ["check", "--no-card", str(recipe)])
    assert ran.exit_code == 0, ran.output
    loaded, lines = recipes.read(recipe.read_text(encoding="utf-8"), file=str(recipe))
    (step,) = plans.plan(loaded, lines).derive_steps
    assert step.params.min_numbers_kept.for_row("", "eng_Latn>deu_Latn") == 0  # type: ignore[attr-defined]
    assert step.params.min_numbers_kept.for_row("", "eng_Latn>fra_Latn") == 1  # type: ignore[attr-defined]


def test_a_round_trip_gets_limits_too(tmp_path: Path) -> None:
    humans = pair_scores.read([BitextFile(path=str(written(tmp_path, bitext(300))))], None, Skipped())
    known = {pair.target: pair.source for one in humans for pair in one.pairs}

    def answer(role: Any, request: Any) -> str:
        assert role == "back"
        german = next(text for text in known if text in request.prompt)
        return known[german].replace("large wooden", "big")

    models = FakeModels(answer)

    def back(of: Any, step: Any) -> Any:
        return pair_round_trip.scores(of, models, step)  # type: ignore[arg-type]

    (file,) = pairs.calibrate(plan_of(), humans, pairs.Settings(), back).files
    assert len(models.asked) == 270, "faults of the bitext are not paid for"
    values = file.stages["parallel"]
    assert 20 < values["min_bleu"] < 95
    assert 40 < values["min_chrf"] < 98
    assert file.evidence["parallel"]["refused"]["first_half"]["calibrated"] <= 0.05


def test_an_answer_that_cannot_be_read_is_not_guessed() -> None:
    models = FakeModels(lambda role, request: "")
    (step,) = pairs.stages_of(plan_of())
    pair = Pair("A cat sleeps.", "Eine Katze schläft.", "eng_Latn", "deu_Latn")
    (found,) = pair_round_trip.scores([pair], models, step)
    assert set(found) == {"bleu", "chrf"}
    assert found["bleu"] in (None, 0.0)
