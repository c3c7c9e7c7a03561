"""The recipe `dialogues` over its sample: what is pruned before anything is asked, and of which source what is."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from tests import running
from tests.translators.conftest import Answer, Stub
from translators.gates import grounded
from translators.gates.gate import Pair

SAMPLE = running.SAMPLE / "dialogues"
LANGUAGES = {"tha_Thai", "hin_Deva", "arb_Arab", "jpn_Jpan", "yor_Latn", "amh_Ethi"}
_MARKED = re.compile(r"<text-(\w+)>\n(.*)\n</text-\1>", re.DOTALL)


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (SAMPLE / name).read_text(encoding="utf-8").splitlines()]


def recipe() -> dict[str, Any]:
    return dict(yaml.safe_load((running.ROOT / "pipelines/recipes/dialogues.yaml").read_text(encoding="utf-8")))


def test_the_sample_is_what_the_stage_asks_for() -> None:
    passages, agnostic = lines("passages.jsonl"), lines("agnostic.jsonl")
    assert {one["declared_language"] for one in passages} == LANGUAGES
    assert all(300 <= len(one["text"]) <= 10_000 for one in passages)
    assert len(agnostic) == 24 and sum("copy_of" in one for one in agnostic) == 4
    for one in agnostic:
        roles = [message["role"] for message in one["messages"]]
        assert roles == ["user", "assistant"] * (len(roles) // 2) and roles


@pytest.mark.end_to_end
def test_copies_and_english_bound_dialogues_go_before_anything_is_asked(tmp_path: Path) -> None:
    content = recipe()
    for name in ("questions", "translation"):
        del content["stages"][name]
    del content["client"]
    assert running.run(content, tmp_path) is not None
    agnostic = lines("agnostic.jsonl")
    copies = {one["id"] for one in agnostic if "copy_of" in one}
    bound = {one["id"] for one in agnostic if "bound" in one}
    gone = running.released(tmp_path / "out", "rejected")
    reasons = {row["id"]: row["reasons"] for row in gone.iter_rows(named=True)}
    assert reasons == {one: ["near_duplicate"] for one in copies} | {one: ["listed_words"] for one in bound}
    kept = running.released(tmp_path / "out").select("id", "source", "language")
    assert set(kept.filter(source="passages")["id"]) == {one["id"] for one in lines("passages.jsonl")}
    assert set(kept.filter(source="passages")["language"]) == LANGUAGES
    assert set(kept.filter(source="agnostic")["id"]) == {one["id"] for one in agnostic} - copies - bound


class Speaker:
    """A rule in a model's place: asks about a passage's first words, answers with it, translates by adding a word."""

    def __init__(self) -> None:
        self.steps: Counter[str] = Counter()
        self.texts: set[str] = set()

    def __call__(self, body: dict[str, Any]) -> str:
        user = body["messages"][-1]["content"]
        if "response_format" in body:
            field = body["response_format"]["json_schema"]["name"]
            self.steps[field] += 1
            passage = user.partition("\n")[2].partition("\n</passage-")[0].split("\n")[0]
            before = user.count("\nAnswer: ")
            said = passage if field == "answer" else f"{passage[before * 20 : before * 20 + 40]}?"
            return json.dumps({field: said}, ensure_ascii=False)
        found = _MARKED.search(user)
        assert found is not None
        self.steps["translation"] += 1
        self.texts.add(found[2])
        return f"<result-{found[1]}>{found[2]}</result-{found[1]}>"


@pytest.fixture
def speaker() -> Iterator[tuple[Speaker, str]]:
    said, server = Speaker(), Stub()

    def respond(body: dict[str, Any]) -> Answer:
        message = {"role": "assistant", "content": said(body)}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        usage = {"prompt_tokens": 9, "completion_tokens": 4}
        return Answer(
            body=json.dumps(
                {"id": "1", "object": "chat.completion", "model": "rule-1", "choices": [choice], "usage": usage}
            )
        )

    server.respond = respond
    yield said, server.base_url
    server.close()


@pytest.mark.end_to_end
def test_passages_are_asked_about_and_the_other_dialogues_translated(
    tmp_path: Path, speaker: tuple[Speaker, str]
) -> None:
    said, base_url = speaker
    content = recipe()
    del content["stages"]["semantic_dedup"]  # nothing in this test depends on it, and it trains a model first
    content["stages"]["questions"] |= {
        "fewest_rounds": 2,
        "most_rounds": 2,
        **running.open_gates("questions", "min_in_language", "min_grounded", "min_finished"),
    }
    content["stages"]["translation"] |= {"targets": ["th"], **running.open_gates("translation", "min_finished")}
    content["client"] = {"base_url": base_url, "model": "rule", "concurrency": 4}
    manifest = running.run(content, tmp_path)
    assert manifest is not None
    made = {}
    for folder in sorted((tmp_path / "out" / "data").glob("*-questions")):
        for row in running.released(folder.parent, folder.name).iter_rows(named=True):
            made[row["document_id"]] = row
    assert set(made) == {one["id"] for one in lines("passages.jsonl")}
    for row in made.values():
        record = json.loads(row["record"])
        assert [one["role"] for one in record["messages"]] == ["user", "assistant"] * 2
        assert record["passage_id"] == f"{row['document_id']}#1" and record["moves"][0] == "first"
        assert row["language"] in LANGUAGES
        first = Pair(row["parent_text"], record["messages"][1]["content"], row["language"], row["language"])
        assert grounded.GROUNDED.score(first) == 1.0
    assert said.steps["question"] == said.steps["answer"] == 2 * len(made)
    counts = {(one.stage): one for one in manifest.derived}
    assert (counts["questions"].wanted, counts["questions"].accepted) == (12, 12)
    assert counts["translation"].wanted == 17, "one for each dialogue that was left, and none for the passages"
    copies = [one["messages"][0]["content"] for one in lines("agnostic.jsonl") if "copy_of" in one]
    assert not any(copy in text for copy in copies for text in said.texts), "nothing is paid for a copy"
    translated = pl.concat(
        running.released(folder.parent, folder.name)
        for folder in sorted((tmp_path / "out" / "data").glob("*-translation"))
    )
    for row in translated.iter_rows(named=True):
        assert [one["role"] for one in json.loads(row["record"])["messages"]][:2] == ["user", "assistant"]
