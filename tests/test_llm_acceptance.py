"""The acceptance figures of the stages that ask an LLM, small: the checks of `benchmarks/llm_stages` on whole runs."""

from __future__ import annotations

from pathlib import Path

from benchmarks.llm_stages import books, injections, resuming, rewriting, texts
from tests import running
from tests.translators.text import adversarial
from translators.prompts.shots import SENTENCES


def test_a_killed_run_asks_nothing_twice_and_ends_in_the_same_bytes(tmp_path: Path) -> None:
    killed, warm = resuming.resume(tmp_path, 120, (0.5,), workers=1, concurrency=8)
    at = killed.seen["killed_at_50%"]
    assert killed.met, killed.seen
    assert 60 <= at["arrived before"] < killed.seen["requests"] == 120
    assert at["re-sent"] <= killed.seen["window"] == 8
    # Speed is no matter of tests: that there is no call, and that the bytes are the same, is.
    assert warm.seen["calls"] == 0
    assert warm.seen["identical"]


def test_the_cache_tells_apart_what_changes_an_answer_and_nothing_else(tmp_path: Path) -> None:
    found = resuming.mutations(tmp_path, 1)
    assert found.seen["not_missed"] == [], found.seen
    assert found.seen["not_hit"] == []
    assert found.seen["missed"] >= 20
    assert found.met


def test_no_corrupted_placeholder_is_accepted(tmp_path: Path) -> None:
    found = texts.placeholders(tmp_path, 24, share=0.3)
    for name in ("faultless", "corrupted"):
        assert found.seen[name]["silent"] == 0, found.seen[name]
        assert found.seen[name]["literals checked"] > 10
        assert found.seen[name]["accepted"] + found.seen[name]["quarantined"] == 24
    assert found.seen["faultless"]["accepted"] > found.seen["corrupted"]["accepted"]
    assert found.seen["corrupted"]["answers corrupted"] > 5


def test_the_checker_of_corrupted_placeholders_sees_each_kind() -> None:
    before = "Open `pip list` at https://example.org/a_(b)?q=1&r=2 or v2.10.34, not twov2.10.34."
    assert texts.silent("Run `pip list` twice.", "`pip list` laufen lassen.") == []
    assert texts.silent("Run `pip list` twice.", "Laufen lassen.") == ["`pip list`"]
    assert texts.silent("Run `pip list` twice.", "`pip list` `pip list`") == ["`pip list`"]
    assert texts.silent("Run `pip list` twice.", "`pip lost` laufen lassen.") == ["`pip list`"]
    assert texts.silent(before, before.replace("twov2", "zweiv3")) == []
    assert any(literal in document for document in adversarial.documents(20) for literal in texts.LITERALS)


def test_scores_of_round_trips_are_those_of_sacrebleu() -> None:
    found: dict[str, list[str]] = {label: list(sentences) for label, sentences in SENTENCES.items()}
    for one in running.sample_documents():
        if (label := one.get("declared_language")) in texts.UNSPACED:
            found.setdefault(label, []).append(one["text"][:300])
    figure = texts.scores(found, 2)
    assert figure.met, figure.seen
    assert figure.seen["of_them_unspaced"] >= 3


def test_a_model_that_obeys_documents_is_not_believed(tmp_path: Path) -> None:
    real = {label: dict(enumerate(sentences)) for label, sentences in SENTENCES.items()}
    found = injections.injections(tmp_path, real, 5)
    assert found.met, found.seen
    assert found.seen["languages"] == 10
    assert found.seen["faithful"]["accepted"] > 10  # gates do not refuse whatever holds an order
    assert found.seen["obeying"]["orders obeyed"] == 50


def test_parts_of_an_answer_keep_their_places_where_tags_are_lost(tmp_path: Path) -> None:
    found = texts.alignment(tmp_path, 12, share=0.5)
    assert found.seen["with_faults"]["answers that lost a tag"] > 5
    assert found.seen["with_faults"]["requests"] > found.seen["faultless"]["requests"]
    for name in ("faultless", "with_faults"):
        assert found.seen[name]["out of place"] == 0
        assert found.seen[name]["accepted"] + found.seen[name]["quarantined"] == 12
        assert found.seen[name]["accepted"] > 0


def test_no_row_goes_missing_and_every_prompt_can_be_made_again(tmp_path: Path) -> None:
    conserved, rebuilt = books.books(tmp_path, 33)
    assert conserved.met, conserved.seen
    assert rebuilt.met, rebuilt.seen
    assert rebuilt.seen["requests"] > 100


def test_rewrites_are_measured_and_those_that_never_end_are_warned_of(tmp_path: Path) -> None:
    found = rewriting.rewriting(tmp_path)
    assert found.met, found.seen
