"""The plan: what cannot run is said before any data is read, all of it at once, each with its line."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

import pipelines
from pipelines import catalogue
from pipelines.plan import Plan, plan, signature
from schemas.errors import RecipeError
from schemas.recipe import read
from tests import toy_quality

HEAD = "name: small\nsource: {paths: x.jsonl}\n"
CLIENT = "client: {local: true}\n"


def checked(stages: str, more: str = "") -> Plan:
    return plan(*read(f"{HEAD}{more}stages:\n{stages}", file="r.yaml"))


def problems(stages: str, more: str = "") -> list[str]:
    with pytest.raises(RecipeError) as caught:
        checked(stages, more)
    return str(caught.value).split("\n")


def test_a_good_plan() -> None:
    found = checked("  normalise:\n  language:\n  gopher_quality: {min_words: 5}\n  exact_dedup:\n  minhash:\n")
    assert [step.name for step in found.frame_steps] == ["normalise", "language", "gopher_quality"]
    assert [step.name for step in found.measures] == ["language", "gopher_quality"]
    assert [step.name for step in found.group_steps] == ["exact_dedup", "minhash"]
    assert [step.name for step in found.steps()] == list(found.recipe.stages)
    assert found.measures[1].params.min_words.for_row("small", "fra_Latn") == 5
    assert "word_count" in [column.name for column in found.added()]


def test_no_stages_at_all() -> None:
    found = plan(read(f"{HEAD}stages: []\n")[0])
    assert list(found.steps()) == [] and found.added() == []


@pytest.mark.parametrize(
    ("stages", "more", "expected"),
    [
        (
            "  langage:\n",
            "",
            ["r.yaml:4: stages.langage: unknown stage 'langage' (did you mean 'language'?). Valid: boilerplate, c4_"],
        ),
        (
            "  gopher_quality:\n",
            "",
            [
                "r.yaml:4: stages.gopher_quality: the stage reads the column 'language', which nothing "
                "before it adds. Put the stage `language` before it."
            ],
        ),
        (
            "  gopher_quality:\n  language:\n",
            "",
            ["r.yaml:4: stages.gopher_quality: the stage reads the column 'language'"],
        ),
        (
            "  exact_dedup:\n  normalise:\n",
            "",
            ["r.yaml:5: stages.normalise: Edit stages run before those of an earlier"],
        ),
        ("  translation: {targets: [fr]}\n  minhash:\n", CLIENT, ["r.yaml:6: stages.minhash: Group stages run before"]),
        (
            "  translation: {targets: [fr]}\n",
            "",
            [
                "r.yaml:4: stages.translation: the stage asks an LLM, but the recipe has no "
                "`client`. Add `client: {local: true}`"
            ],
        ),
        ("  translation: {targets: [fr]}\n", "client: {}\n", ["r.yaml:3: client: give `base_url`"]),
        (
            "  language: {min_share: {xx: 1}}\n",
            "",
            ["r.yaml:4: stages.language.min_share: 'xx' is not a language code"],
        ),
        (
            "  language:\n    min_share:\n      sources:\n        forum: 0.1\n",
            "",
            ["r.yaml:7: stages.language.min_share.sources.forum: unknown source 'forum'. Valid: small"],
        ),
        (
            "  exact_dedup:\n    prefer: [source, longest]\n    source_order:\n      - small\n      - smal\n",
            "",
            [
                "r.yaml:8: stages.exact_dedup.source_order.1: unknown source 'smal' (did you mean 'small'?). "
                "Valid: small"
            ],
        ),
        (
            "  exact_dedup:\n    prefer: [word_cout]\n",
            "",
            ["r.yaml:5: stages.exact_dedup.prefer: unknown column 'word_cout' (did you mean 'word_count'?)"],
        ),
        ("  exact_dedup: {prefer: [source]}\n", "", ["r.yaml:4: stages.exact_dedup: prefer has `source`"]),
        ("  exact_dedup: {prefer: [-longest]}\n", "", ["r.yaml:4: stages.exact_dedup.prefer: '-longest' came"]),
        (
            "  language: {min_shar: 1}\n",
            "",
            [
                "r.yaml:4: stages.language.min_shar: unknown key 'min_shar' (did you mean "
                "'min_share'?). Valid: agree, hub, hub_file, "
            ],
        ),
        ("  language: {min_share: lots}\n", "", ["stages.language.min_share"]),
        (
            "  language: {model: fasttext}\n",
            "",
            ["r.yaml:4: stages.language: a fasttext model needs either `path` or `hub`"],
        ),
        ("  language:\n  quality:\n", "", ["r.yaml:5: stages.quality: give either `model`"]),
        (
            "  language:\n  quality: {train_on: x, training: {epoch: 3}}\n",
            "",
            ["r.yaml:5: stages.quality.training.epoch: unknown key 'epoch' (did you mean 'epochs'?). Valid: buckets"],
        ),
        (
            "  language:\n  quality: {train_on: x, share: 1.5}\n",
            "",
            ["r.yaml:5: stages.quality.share: a share is from 0 to 1, but 1.5"],
        ),
        (
            "  language:\n  quality: {train_on: x, share: {th: -1}}\n",
            "",
            ["stages.quality.share: a share is from 0 to 1, but -1.0 came"],
        ),
        (
            "  language:\n  quality:\n    train_on: x\n    strata: [source, metadata.kind]\n"
            "    compare: [metadata.topic]\n",
            "",
            [
                "r.yaml:7: stages.quality.strata.1: no source carries the field 'kind' in its metadata. Name it in "
                "source.metadata: [kind]. Carried are: none.",
                "r.yaml:8: stages.quality.compare.0: no source carries the field 'topic'",
            ],
        ),
        (
            "  language:\n  quality: {train_on: x, strata: [domian]}\n",
            "",
            ["r.yaml:5: stages.quality.strata: unknown dimension 'domian' (did you mean 'domain'?). Valid: declared_"],
        ),
        (
            "  language: {min_share: .nan}\n",
            "",
            ["r.yaml:4: stages.language.min_share: nan is not a number. Write null"],
        ),
        (
            "  rewriting: {of: translation}\n",
            CLIENT,
            ["it works on the rows of 'translation', which is not an earlier Derive stage. There is: source."],
        ),
    ],
)
def test_one_problem(stages: str, more: str, expected: list[str]) -> None:
    found = problems(stages, more)
    assert len(found) == len(expected), found
    for line, beginning in zip(found, expected, strict=True):
        assert beginning in line


def test_all_problems_at_once() -> None:
    found = problems(
        "  exact_dedup: {keep: x}\n"
        "  gopher_quality: {min_words: {sources: {forum: 3}}, max_words: .nan}\n"
        "  translation:\n"
    )
    expected = [
        "r.yaml:4: stages.exact_dedup.keep: unknown key",
        "r.yaml:6: stages.translation.targets: Field required",
        "r.yaml:5: stages.gopher_quality: the stage reads the column 'language'",
        "r.yaml:5: stages.gopher_quality: Measure stages run before",
        "r.yaml:6: stages.translation: the stage asks an LLM",
        "r.yaml:5: stages.gopher_quality.max_words: nan is not a number",
        "r.yaml:5: stages.gopher_quality.min_words.sources.forum: unknown source 'forum'",
    ]
    assert len(found) == len(expected), found
    for line, beginning in zip(found, expected, strict=True):
        assert line.startswith(beginning)


def test_a_misspelt_stage_is_not_blamed_twice() -> None:
    """`langage` may well have added the column that gopher_quality reads."""
    found = problems("  langage:\n  gopher_quality: {min_wrds: 3}\n")
    assert ["unknown stage 'langage'" in found[0], "unknown key 'min_wrds'" in found[1], len(found)] == [True, True, 2]


EXPECTED = hashlib.sha256(b'{"a":[1,2],"b":1}').hexdigest()[:16]


def test_signatures() -> None:
    assert signature({"b": 1, "a": [1, 2]}) == signature({"a": [1, 2], "b": 1}) == EXPECTED
    assert (
        len({signature(x) for x in ({}, {"a": 1}, {"a": 1.5}, {"a": "1"}, {"a": None}, [1, 2], [2, 1], "é", "e\u0301")})
        == 9
    )


def test_a_threshold_changes_the_judgement_and_not_the_measurement() -> None:
    base, judged, measured = (
        checked(f"  language: {{{more}}}\n").measures[0] for more in ("", "min_share: 0.1", "sample_bytes: 10")
    )
    assert base.measured() == judged.measured() != measured.measured()
    assert base.judged() != judged.judged() and base.judged() == measured.judged()


def test_prepare_trains_what_a_stage_needs(tmp_path: Path) -> None:
    given = checked("  language:\n  quality: {train_on: 'sample://quality/fra_Latn.jsonl', training: {epochs: 2}}\n")
    ready = given.prepared(tmp_path)
    before, after = given.measures[1], ready.measures[1]
    assert after.params.choices()[0].address.startswith(str(tmp_path))
    assert after.measured() == before.measured(), "where it lies is in no signature"


@pytest.mark.parametrize("file", sorted((Path(pipelines.__path__[0]) / "recipes").glob("*.yaml")), ids=lambda f: f.stem)
def test_what_ships_can_be_planned(file: Path) -> None:
    found = plan(*read(file.read_text(encoding="utf-8"), file=file.name))
    assert [step.name for step in found.steps()] == list(found.recipe.stages)
    assert set(found.recipe.stages) <= set(catalogue.stages())


def test_what_duplicates_have_in_common_has_to_be_known() -> None:
    stages = "  exact_dedup: {within: [language]}\n"
    (problem,) = problems(stages)
    assert problem.startswith("r.yaml:4: stages.exact_dedup: the stage reads the column 'language'")
    assert "Put the stage `language` before it" in problem
    assert checked(f"  language:\n{stages}").group_steps[0].params.within == ("language",)
    assert checked("  exact_dedup: {within: [source]}\n")


def test_strata_by_a_field_that_one_source_carries() -> None:
    sources = "sources:\n  a: {paths: x, metadata: [kind]}\n  b: {paths: y}\n"
    content = f"name: small\n{sources}stages:\n  language:\n  quality: {{train_on: x, strata: [metadata.kind]}}\n"
    assert plan(*read(content, file="r.yaml")).measures[1].params.strata == ("metadata.kind",)


def test_ranks_of_a_stage_that_gives_one_score(monkeypatch: pytest.MonkeyPatch) -> None:
    one_score = replace(toy_quality.STAGE, rules=tuple(replace(rule, parts=None) for rule in toy_quality.STAGE.rules))
    content = "name: small\nsource: {paths: x}\nstages:\n  toy: {combine: mean}\n"
    for stage, problem in ((toy_quality.STAGE, False), (one_score, True)):
        monkeypatch.setattr(catalogue, "stages", lambda stage=stage: {"toy": stage})
        if problem:
            with pytest.raises(RecipeError, match=r"r.yaml:4: stages.toy.combine: the stage gives one score"):
                plan(*read(content, file="r.yaml"))
        else:
            assert plan(*read(content, file="r.yaml")).measures[0].params.combine == "mean"
