"""Calibration from end to end, on a small corpus written by rule in three scripts."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import yaml

from pipelines.calibration import calibrate as calibration
from pipelines.calibration.calibrate import Settings, calibrate
from pipelines.calibration.reference import Text, measured
from pipelines.plan import Plan, plan
from schemas.errors import OutputError, RecipeError
from schemas.recipe import read
from tests import running

STAGES = "  normalise:\n  language:\n  gopher_quality:\n  gopher_repetition:\n  fineweb_quality:\n"
# Common words first: they come up more often.
WORDS = {
    "en": "the of and to in is that it for on with water house tree river mountain people country market children"
    " morning evening history language building",
    "hi": "के में है की और से का को हैं पर यह पानी घर पेड़ नदी पहाड़ लोग देश बाज़ार बच्चे सुबह शाम इतिहास भाषा इमारत",
    "mr": "आणि आहे या हे ते तो व की ही एक पण पाणी घर झाड नदी डोंगर लोक देश बाजार मुले सकाळ संध्याकाळ इतिहास भाषा इमारत",
    "ru": "и в не что это был она чтобы ещё только были когда если вода дерево река люди страна рынок дети дом",
}


def texts(code: str, n: int, seed: int = 1) -> list[str]:
    draw = random.Random(f"{code}{seed}")
    words = WORDS[code].split()
    weights = [1 / (rank + 1) for rank in range(len(words))]
    end = "।" if code in ("hi", "mr") else "."
    made = []
    for _ in range(n):
        lines = [
            " ".join(draw.choices(words, weights, k=draw.randint(6, 14))) + (end if draw.random() < 0.8 else "")
            for _ in range(draw.randint(8, 16))
        ]
        made.append("\n".join(lines))
    return made


def write(path: Path, counts: dict[str, int]) -> Path:
    rows = [{"text": text, "language": code} for code, n in counts.items() for text in texts(code, n)]
    random.Random(5).shuffle(rows)
    return running.jsonl(path, rows)


def planned(stages: str = STAGES) -> Plan:
    return plan(*read(f"name: small\nsource: {{paths: x.jsonl}}\nstages:\n{stages}"))


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("reference") / "r.jsonl", {"en": 80, "hi": 70, "mr": 20, "ru": 60})


@pytest.fixture(scope="module")
def result(file: Path) -> calibration.Result:
    return calibrate(planned(), [Text((str(file),))], Settings())


def of(result: calibration.Result, label: str) -> calibration.Calibration:
    return next(one for one in result.files if one.label == label)


def test_a_file_for_each_language_and_script_with_enough_text(result: calibration.Result) -> None:
    assert {one.label: one.documents for one in result.files} == {
        "Cyrl": 60, "Deva": 90, "eng_Latn": 80, "hin_Deva": 70, "rus_Cyrl": 60,
    }  # fmt: skip
    assert result.too_few == {"mar_Deva": 20}
    assert of(result, "Deva").evidence["languages"] == ["hin_Deva", "mar_Deva"]


def test_each_stage_has_its_method_and_the_figures_are_those_of_numpy(file: Path, result: calibration.Result) -> None:
    needed = ["line_punctuation", "top_2gram", "mean_word_length"]
    scores = measured(planned(), [Text((str(file),))], needed)
    hindi, english = scores["hin_Deva"], scores["eng_Latn"]
    rules = of(result, "hin_Deva").evidence["rules"]

    told = rules["fineweb_quality.few_line_ends_punctuated"]
    ends = hindi.of("line_punctuation")
    assert told["method"] == "10tail" and told["scores"] == 70
    exact = -np.quantile(-ends, 0.9, method="inverted_cdf")
    assert told.get("clipped_from", told["threshold"]) == pytest.approx(exact, abs=0.001)
    assert told["mean"] == pytest.approx(ends.mean(), rel=1e-5)
    assert told["quantiles"]["p25"] == pytest.approx(np.quantile(ends, 0.25), rel=1e-5)

    told = rules["gopher_repetition.top_2gram"]
    k = (0.2 - english.of("top_2gram").mean()) / english.of("top_2gram").std()
    grams = hindi.of("top_2gram")
    assert told["method"] == "mean_std"
    exact = grams.mean() + k * grams.std()
    assert told.get("clipped_from", told["threshold"]) == pytest.approx(exact, rel=0.01)
    assert told["drops"] == pytest.approx((grams > told["threshold"]).mean(), abs=1e-5)

    told = rules["gopher_quality.words_too_short"]
    assert (told["asked"], told["method"]) == ("quantile", "mean_std"), "no English document has words as short"


def test_counts_are_left_out_and_english_stays_as_it_is(result: calibration.Result) -> None:
    for one in result.files:
        assert "min_words" not in one.stages["gopher_quality"] and "max_words" not in one.stages["gopher_quality"]
    english = of(result, "eng_Latn")
    assert english.stages["gopher_repetition"]["max_top_2gram"] == 0.2
    assert "stop_words" not in english.stages["gopher_quality"]


def test_stop_words_are_the_frequent_ones(result: calibration.Result) -> None:
    values = of(result, "hin_Deva").stages["gopher_quality"]
    assert values["stop_words"][:3] == ["के", "में", "है"]
    assert 8 <= len(values["stop_words"]) <= 25 and values["min_stop_words"] == 2
    assert "stop_words" not in of(result, "Deva").stages["gopher_quality"]


def test_confidence(result: calibration.Result) -> None:
    told = of(result, "eng_Latn").evidence["rules"]["language.language_uncertain"]
    cut = of(result, "eng_Latn").stages["language"]["min_confidence"]
    assert told["threshold"] == cut
    exact = np.clip(told["quantiles"]["p50"] - told["std"], 0.3, 0.9)
    assert told.get("too_strict", cut) == pytest.approx(exact, abs=0.002)
    assert told["drops"] <= 0.01 or cut == 0.5, "known good text stays, unless the recipe's own limit drops it"


def test_a_limit_is_stricter_than_the_recipe_s_only_where_the_reference_stays(file: Path) -> None:
    asked = {"top_2gram": "10tail", "few_line_ends_punctuated": "10tail"}
    texts = [Text((str(file),))]
    all_of = of(calibrate(planned(), texts, Settings(asked, loss=1)), "hin_Deva")
    kept = of(calibrate(planned(), texts, Settings(asked)), "hin_Deva")
    joined = of(calibrate(planned(), texts, Settings(asked, least=20, join=900)), "hin_Deva")
    name = "fineweb_quality.few_line_ends_punctuated"
    free, held, none = (one.evidence["rules"][name] for one in (all_of, kept, joined))
    assert free["drops"] > 0.01 and free["threshold"] > 0.12, "a tenth of what is known to be good"
    assert 0.12 < held["threshold"] < free["threshold"] and held["drops"] <= 0.01
    assert held["too_strict"] == pytest.approx(free["threshold"], abs=0.001)
    assert none["threshold"] == 0.12, "joined rows are more alike than documents"


def test_nothing_depends_on_the_order_of_languages_or_the_size_of_frames(file: Path) -> None:
    scores = ["top_2gram", "line_punctuation"]
    for join in (0, 900):
        one = measured(planned(), [Text((str(file),))], scores, join=join)
        other = measured(planned(), [Text((str(file),))], scores, join=join, frame_bytes=3_000)
        assert one.keys() == other.keys()
        for label in one:
            assert (one[label].documents, one[label].digest) == (other[label].documents, other[label].digest)
            for score in scores:
                assert np.array_equal(one[label].of(score), other[label].of(score))
            assert one[label].counts.sort("word").equals(other[label].counts.sort("word"))


def test_joined_rows_hold_all_text_of_their_language(tmp_path: Path) -> None:
    rows = [{"text": f"{code} {n}", "language": code} for n in range(50) for code in ("en", "ru")]
    file = running.jsonl(tmp_path / "r.jsonl", rows)
    english = measured(planned("  normalise:\n"), [Text((str(file),))], [], join=40)["eng_Latn"]
    lengths = sum(len(row["text"]) for row in rows if row["language"] == "en")
    assert lengths // 40 <= english.documents < 20
    assert english.characters == lengths + 50 - english.documents, "with the line breaks between rows"


def test_without_english_text_the_tail_decides_and_english_keeps_its_values(tmp_path: Path) -> None:
    file = write(tmp_path / "r.jsonl", {"ru": 60})
    found = calibrate(planned(), [Text((str(file),))], Settings())
    told = of(found, "rus_Cyrl").evidence["rules"]["gopher_repetition.top_2gram"]
    assert (told["method"], told["asked"]) == ("10tail", "mean_std")
    assert [one.label for one in found.files] == ["Cyrl", "rus_Cyrl"]


def test_english_in_another_field(tmp_path: Path) -> None:
    pairs = zip(texts("en", 60), texts("ru", 60), strict=True)
    file = running.jsonl(tmp_path / "r.jsonl", [{"en": a, "to": b, "lang": "ru"} for a, b in pairs])
    both = [Text((str(file),), "to", "lang"), Text((str(file),), "en", None, "eng_Latn")]
    found = calibrate(planned(), both, Settings())
    assert of(found, "rus_Cyrl").evidence["rules"]["gopher_repetition.top_2gram"]["method"] == "mean_std"


def test_methods_by_name(file: Path) -> None:
    asked = {
        "gopher_repetition": "none", "gopher_quality": "median_ratio", "too_few_words": "10tail",
        "min_alphabetic_words": "english",
    }  # fmt: skip
    found = calibrate(planned(), [Text((str(file),))], Settings(asked, stop_words=False))
    rules = of(found, "hin_Deva").evidence["rules"]
    assert not any(name.startswith("gopher_repetition") for name in rules)
    assert rules["gopher_quality.words_too_long"]["method"] == "median_ratio"
    assert rules["gopher_quality.too_few_words"]["method"] == "10tail", "a count, but it was asked for by name"
    assert rules["gopher_quality.too_few_alphabetic_words"]["method"] == "english"
    assert "stop_words" not in of(found, "hin_Deva").stages["gopher_quality"]


@pytest.mark.parametrize(
    ("asked", "stages", "told"),
    [
        ({"gopher": "10tail"}, STAGES, "unknown stage, reason or parameter 'gopher' (did you mean"),
        ({"gopher_quality": "tenth"}, STAGES, "--method gopher_quality: unknown method 'tenth'"),
        ({}, "  normalise:\n", "none of the recipe's stages has a rule to calibrate"),
    ],
)
def test_what_cannot_be_calibrated(asked: dict[str, str], stages: str, told: str) -> None:
    with pytest.raises(RecipeError, match=re.escape(told)):
        calibrate(planned(stages), [], Settings(asked))


def test_what_is_written_is_read_again_and_is_not_overwritten(tmp_path: Path, result: calibration.Result) -> None:
    here = str(tmp_path / "t")
    calibration.write(result, here)
    before = running.hashes(here)
    with pytest.raises(OutputError, match="--force"):
        calibration.write(result, here)
    (tmp_path / "t" / "old.yaml").write_text("language: fr\n")
    calibration.write(result, here, force=True)
    assert running.hashes(here) == before
    text = f"name: small\nsource: {{paths: x.jsonl}}\nthresholds: {here}\nstages:\n{STAGES}"
    found = plan(*read(text))
    hindi = of(result, "hin_Deva").stages
    for step in found.measures:
        for name, value in hindi.get(step.name, {}).items():
            if name != "stop_words":
                assert getattr(step.params, name).for_row("small", "hin_Deva") == value


def test_the_command(file: Path, tmp_path: Path, glotmill: Any) -> None:
    recipe = tmp_path / "small.yaml"
    recipe.write_text(f"name: small\nsource: {{paths: x.jsonl}}\nstages:\n{STAGES}")
    ended = glotmill("calibrate", file, "--recipe", recipe, "--out", "one")
    assert ended.code == 0, ended.err
    assert "mar_Deva 20" in ended.out and "wrote 5 files to one" in ended.out
    again = glotmill("calibrate", file, "--recipe", recipe, "--out", "two", "--json")
    assert {one["label"] for one in again.json["files"]} >= {"hin_Deva", "Deva"}
    assert running.hashes(tmp_path / "one") == running.hashes(tmp_path / "two"), "the same input, the same bytes"
    evidence = yaml.safe_load((tmp_path / "one" / "hin_Deva.yaml").read_text())["evidence"]
    assert evidence["reference"]["documents"] == 70 and len(evidence["reference"]["digest"]) == 32
    assert "2026" not in json.dumps(evidence["reference"]), "no date"
    assert glotmill("calibrate", file, "--recipe", recipe, "--out", "one").code == 73
    wrong = glotmill("calibrate", file, "--recipe", recipe, "--out", "x", "--method", "too_few")
    assert wrong.code == 78 and "NAME=METHOD" in wrong.err


def test_words_above_the_limit_are_forgotten_only_when_they_are_rare(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipelines.calibration import reference

    monkeypatch.setattr(reference, "_TYPES", 10)
    rare = [f"word{'abcdefghij'[n % 10]}{'abcdefghij'[n // 10]} the the" for n in range(100)]
    file = running.jsonl(tmp_path / "r.jsonl", [{"text": text, "language": "en"} for text in rare])
    found = measured(planned("  language:\n"), [Text((str(file),))], [])["eng_Latn"].counts
    assert found.filter(pl.col("word") == "the")["n"].to_list() == [200] and found.height == 1


def test_a_text_counts_once(tmp_path: Path) -> None:
    rows = [{"text": text, "language": code} for code in ("en", "ru") for text in ["same", "same", "other", "same"]]
    found = measured(planned("  normalise:\n"), [Text((str(running.jsonl(tmp_path / "r.jsonl", rows)),))], [])
    assert {label: one.documents for label, one in found.items()} == {"eng_Latn": 2, "rus_Cyrl": 2}


def test_rules_of_lines_need_a_reference_with_lines(tmp_path: Path) -> None:
    rows = [
        {"text": line, "language": code}
        for code in ("en", "ru")
        for line in "\n".join(texts(code, 40)).split("\n")
    ]  # fmt: skip
    paths = (str(running.jsonl(tmp_path / "r.jsonl", rows)),)
    for join in (0, 600):
        found = calibrate(planned(), [Text(paths)], Settings(join=join, least=20))
        russian = of(found, "rus_Cyrl")
        assert "fineweb_quality" not in russian.stages, "all its scores are of lines"
        assert "max_duplicate_lines" not in russian.stages["gopher_repetition"]
        assert "max_top_2gram" in russian.stages["gopher_repetition"]
        told = russian.evidence["rules"]["fineweb_quality.few_line_ends_punctuated"]
        assert told == {"note": "left out: the reference does not show how pages are divided into lines"}
    named = calibrate(planned(), [Text(paths)], Settings({"few_line_ends_punctuated": "english"}, least=20))
    assert of(named, "rus_Cyrl").stages["fineweb_quality"] == {"min_line_punctuation": 0.12}


def test_documents_in_another_language_are_left_out_where_the_identifier_knows_the_declared_one(tmp_path: Path) -> None:
    rows = [{"text": text, "language": "hi"} for text in texts("hi", 30)]
    rows += [{"text": text, "language": code} for code in ("hi", "tlh") for text in texts("en", 25, seed=ord(code[0]))]
    paths = (str(running.jsonl(tmp_path / "r.jsonl", rows)),)
    found = measured(planned(), [Text(paths)], ["top_2gram"])
    counts = {label: (one.documents, one.left_out, len(one.of("top_2gram"))) for label, one in found.items()}
    assert counts["hin_Deva"] == (30, 25, 30)
    assert counts["tlh_Latn"] == (25, 0, 25), "no identifier knows Klingon"
    told = calibrate(planned(), [Text(paths)], Settings(least=20))
    assert "hin_Deva 25 of 55" in told.warnings[0]
    assert of(told, "hin_Deva").evidence["reference"]["left_out"] == 25


def test_what_speaks_against_a_reference_or_a_limit_is_said(tmp_path: Path) -> None:
    rows = [{"text": text.split("\n")[0], "language": "en"} for text in texts("en", 60)]
    paths = (str(running.jsonl(tmp_path / "r.jsonl", rows)),)
    strict = STAGES.replace("  gopher_quality:\n", "  gopher_quality: {min_alphabetic_words: 0.99}\n")
    short = calibrate(planned(strict), [Text(paths)], Settings(least=20)).warnings
    assert any("documents are short" in one and "eng_Latn" in one and "--join" in one for one in short)
    assert any("gopher_quality.min_alphabetic_words" in one and "0.99, drops" in one for one in short)
    joined = calibrate(planned(), [Text(paths)], Settings(least=5, join=900)).warnings
    assert len(joined) == 1 and "rows were joined" in joined[0] and "--loss 1" in joined[0]
    assert not calibrate(planned(), [Text(paths)], Settings(least=5, join=900, loss=1)).warnings
