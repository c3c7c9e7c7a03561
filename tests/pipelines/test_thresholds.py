"""Threshold files under a recipe: what wins, what is wrong, and what a changed value does to the signatures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipelines import catalogue
from pipelines.plan import Plan, plan
from schemas.errors import RecipeError
from schemas.fineweb2_thresholds import mapped
from schemas.recipe import read

# Published by FineWeb2 (huggingface/fineweb-2, configs); shortened.
FINEWEB2 = {
    "fra_Latn": (0.824, 0.264, 2, 11, 0.812, (0.161, 0.149, 0.134)),
    "hin_Deva": (0.692, 0.206, 2, 21, 0.837, (0.208, 0.198, 0.161)),
    "swh_Latn": (0.3, 0.302, 3, 9, 0.802, (0.396, 0.282, 0.231)),
}


def folder(path: Path, **files: str) -> Path:
    path.mkdir(exist_ok=True)
    for name, text in files.items():
        (path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return path


def own(code: str, **parameters: Any) -> str:
    return f"language: {code}\nstages:\n  gopher_quality: {parameters}\n".replace("None", "null")


def fineweb2(path: Path) -> Path:
    path.mkdir()
    for label, (score, lines, least, most, letters, top) in FINEWEB2.items():
        pairs = "".join(f"- - {n}\n  - {value}\n" for n, value in zip((2, 3, 4), top, strict=True))
        (path / f"{label}.yml").write_text(
            f"language_score: {score}\ndup_line_frac: {lines}\nmin_avg_word_length: {least}\n"
            f"max_avg_word_length: {most}\nmax_non_alpha_words_ratio: {letters}\nline_punct_thr: 0.1\n"
            f"new_line_ratio: 0.185\nstopwords: [aa, bb]\ntop_n_grams:\n{pairs}dup_n_grams: [[5, 0.15], [10, 0.1]]\n"
        )
    return path


def made(paths: Any, stages: str = "  language:\n  gopher_quality:\n") -> Plan:
    listed = paths if isinstance(paths, list) else [paths]
    text = f"name: small\nsource: {{paths: x.jsonl}}\nthresholds: {[str(p) for p in listed]}\nstages:\n{stages}"
    return plan(*read(text, file="r.yaml"))


def limit(of: Plan, parameter: str, code: str, stage: str = "gopher_quality", source: str = "small") -> Any:
    step = next(step for step in of.steps() if step.name == stage)
    return getattr(step.params, parameter).for_row(source, code)


def problems(paths: Any, stages: str = "  language:\n  gopher_quality:\n") -> str:
    with pytest.raises(RecipeError) as caught:
        made(paths, stages)
    return str(caught.value)


def test_files_are_laid_over_what_ships(tmp_path: Path) -> None:
    here = folder(tmp_path / "t", a=own("th", min_words=20), b=own("fr", min_mean_word_length=2.25))
    found = made(here)
    assert limit(found, "min_words", "tha_Thai") == 20
    assert limit(found, "min_words", "fra_Latn") == 50
    assert limit(found, "min_mean_word_length", "fra_Latn") == 2.25
    assert limit(found, "max_symbol_ratio", "tha_Thai") == 0.1
    assert found.threshold_files == {"tha_Thai", "fra_Latn"}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("{}", [20, 30, 50]),
        ("{min_words: 7}", [7, 7, 7]),
        ("{min_words: null}", [None, None, None]),
        ("{min_words: {default: 7}}", [20, 30, 7]),
        ("{min_words: {th: 7}}", [7, 30, 50]),
        ("{min_words: {sources: {small: 7}}}", [7, 7, 7]),
        ("{min_words: {sources: {small: {default: 7, fr: 8}}}}", [7, 8, 7]),
    ],
)
def test_the_recipe_is_laid_over_the_files(tmp_path: Path, written: str, expected: list[Any]) -> None:
    here = folder(tmp_path / "t", a=own("th", min_words=20), b=own("fr", min_words=30))
    found = made(here, f"  language:\n  gopher_quality: {written}\n")
    assert [limit(found, "min_words", code) for code in ("tha_Thai", "fra_Latn", "deu_Latn")] == expected


def test_of_several_paths_the_last_wins_and_a_file_is_a_path(tmp_path: Path) -> None:
    one = folder(tmp_path / "one", a=own("th", min_words=20, max_words=900), b=own("fr", min_words=30))
    two = folder(tmp_path / "two", a=own("th", min_words=40))
    found = made([one, two / "a.yaml"])
    assert limit(found, "min_words", "tha_Thai") == 40
    assert limit(found, "max_words", "tha_Thai") == 900
    assert limit(found, "min_words", "fra_Latn") == 30


def test_a_script_serves_its_languages(tmp_path: Path) -> None:
    found = made(folder(tmp_path / "t", a=own("Deva", min_words=20), b=own("hi", min_words=30)))
    assert [limit(found, "min_words", code) for code in ("hin_Deva", "mar_Deva", "fra_Latn")] == [30, 20, 50]


def test_stop_words_of_a_language_without_a_list(tmp_path: Path) -> None:
    text = own("guj", stop_words=["છે", "અને", "આ"], min_stop_words=2)
    found = made(folder(tmp_path / "t", a=text), "  language:\n  gopher_quality: {stop_words: {mar: [x, y]}}\n")
    step = found.measures[1]
    assert step.params.stop_words["guj_Gujr"] == ("છે", "અને", "આ")
    assert step.params.stop_words["mar_Deva"] == ("x", "y")
    assert limit(found, "min_stop_words", "guj_Gujr") == 2
    assert limit(found, "min_stop_words", "zul_Latn") == 2, "and those with a list that ships keep their limit"
    ours = made(tmp_path / "t", "  language:\n  gopher_quality: {stop_words: {gu: [x, y]}}\n")
    assert ours.measures[1].params.stop_words["guj_Gujr"] == ("x", "y"), "the recipe wins"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (own("fr", min_wrods=1), "a.yaml:3: stages.gopher_quality.min_wrods: unknown parameter 'min_wrods' (did you"),
        (own("fr", min_words="many"), "a.yaml:3: stages.gopher_quality.min_words: Input should be a valid number"),
        (own("fr", min_words=float("nan")).replace("nan", ".nan"), "nan is not a number. Write null"),
        (own("guj", min_stop_words=2), "a.yaml:3: stages.gopher_quality.min_stop_words: guj_Gujr: there is a"),
        ("language: fr\nstages: {gopher: {}}\n", "a.yaml:2: stages.gopher: unknown stage 'gopher' (did you mean"),
        (
            "language: fr\nstages: {language: {model: cld2}}\n",
            "a.yaml:2: stages.language.model: model is one value for all languages: write it into the recipe. By",
        ),
    ],
)
def test_what_is_wrong_in_a_file(tmp_path: Path, text: str, told: str) -> None:
    said = problems(folder(tmp_path / "t", a=text))
    assert told in said and str(tmp_path / "t" / "a.yaml") in said


def test_what_is_wrong_with_a_path(tmp_path: Path) -> None:
    assert "r.yaml:3: thresholds.0: nowhere: no such folder or file of thresholds" in problems("nowhere")
    (tmp_path / "empty").mkdir()
    assert "holds no threshold files: *.yaml or *.yml" in problems(tmp_path / "empty")
    twice = folder(tmp_path / "t", a=own("fr", min_words=1), b=own("fra_Latn", min_words=1))
    assert "fra_Latn has a file already" in problems(twice)
    (tmp_path / "latin.yaml").write_bytes(b"language: \xff\n")
    assert "not UTF-8 text at byte 10" in problems(tmp_path / "latin.yaml")


def test_all_problems_at_once_those_of_the_recipe_too(tmp_path: Path) -> None:
    here = folder(tmp_path / "t", a=own("fr", x=1), b=own("th", y=1))
    said = problems(here, "  language:\n  gopher_quality: {z: 1}\n")
    assert [name for name in ("'x'", "'y'", "'z'") if name not in said] == []


def test_a_stage_that_does_not_run_is_no_problem(tmp_path: Path) -> None:
    found = made(folder(tmp_path / "t", a=own("fr", min_words=1)), "  language:\n")
    assert found.thresholds_sha256 is None


def signatures(of: Plan) -> tuple[Any, Any]:
    return [s.measured() for s in of.frame_steps], [s.judged() for s in of.measures]


def test_values_change_the_judgement_and_paths_do_not(tmp_path: Path) -> None:
    one = made(folder(tmp_path / "one", a=own("fr", min_words=10)))
    same = made(folder(tmp_path / "two", other=own("fra", min_words=10)))
    other = made(folder(tmp_path / "three", a=own("fr", min_words=11)))
    assert signatures(one) == signatures(same)
    assert one.thresholds_sha256 == same.thresholds_sha256 != other.thresholds_sha256
    assert one.recipe.content() == same.recipe.content() == other.recipe.content()
    assert signatures(one)[0] == signatures(other)[0] and signatures(one)[1] != signatures(other)[1]


def test_other_stop_words_are_measured_again(tmp_path: Path) -> None:
    one = made(folder(tmp_path / "one", a=own("fr", stop_words=["de", "la"])))
    other = made(folder(tmp_path / "two", a=own("fr", stop_words=["de", "le"])))
    assert signatures(one)[0] != signatures(other)[0]


def test_a_settled_recipe_needs_no_files(tmp_path: Path) -> None:
    here = folder(tmp_path / "t", a=own("fr", min_words=10, stop_words=["de", "la"]), b=own("Deva", min_words=5))
    found = made(here, "  language:\n  gopher_quality: {min_words: {th: 7}}\n  exact_dedup:\n")
    settled = plan(found.settled())
    assert settled.recipe.thresholds == []
    assert signatures(settled) == signatures(found)


def test_every_key_of_fineweb2_has_a_parameter() -> None:
    stages = catalogue.stages()
    assert [p for p in mapped() if p[0] not in stages or p[1] not in stages[p[0]].params.model_fields] == []


def test_a_folder_of_fineweb2_loads_as_it_is(tmp_path: Path) -> None:
    stages = "  language:\n  gopher_repetition:\n  fineweb_quality:\n  gopher_quality:\n"
    found = made(fineweb2(tmp_path / "configs"), stages)
    for label, (score, lines, least, most, letters, top) in FINEWEB2.items():
        assert limit(found, "min_confidence", label, "language") == score
        assert limit(found, "max_duplicate_lines", label, "gopher_repetition") == lines
        grams = [limit(found, f"max_top_{n}gram", label, "gopher_repetition") for n in (2, 3, 4)]
        assert tuple(grams) == top
        assert limit(found, "min_mean_word_length", label) == least
        assert limit(found, "max_mean_word_length", label) == most
        assert limit(found, "min_alphabetic_words", label) == letters
        assert limit(found, "min_stop_words", label) == 2
        assert limit(found, "max_duplicate_characters", label, "fineweb_quality") == 0.1
        assert limit(found, "max_short_lines", label, "fineweb_quality") is None
    assert limit(found, "max_short_lines", "deu_Latn", "fineweb_quality") is not None
    assert found.measures[3].params.stop_words["swh_Latn"] == ("aa", "bb")


def test_of_two_fineweb2_files_for_one_label_that_of_its_name_counts(tmp_path: Path) -> None:
    for name, score in (("swa_Latn", 0.4), ("swh_Latn", 0.5)):
        (tmp_path / f"{name}.yml").write_text(f"language_score: {score}\n")
    assert limit(made(tmp_path), "min_confidence", "swh_Latn", "language") == 0.5
