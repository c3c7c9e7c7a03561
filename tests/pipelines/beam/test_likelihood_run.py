"""A run that names the role `likelihood`: perplexity before and after, from a server that may know no `echo`."""

from __future__ import annotations

import json
import math
import shutil
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines import rebuilding
from schemas.errors import RecipeError
from schemas.manifest import Manifest
from tests import running
from tests.fault_server import FaultServer
from tests.fault_server.logprobs import completion_logprobs
from translators.prompts.rewrites import REWRITES

LANGUAGES = ("eng_Latn", "fra_Latn", "hin_Deva")
PAIRS = [
    {"source": before, "target": after, "source_language": language, "target_language": language}
    for language in LANGUAGES
    for before, after in REWRITES["difficulty"][language]
]
PRICE = {"prompt": 1.0, "completion": 2.0}


@pytest.fixture(scope="module")
def server() -> Iterator[FaultServer]:
    with FaultServer(PAIRS) as started:
        yield started


@pytest.fixture(autouse=True)
def _as_told(server: FaultServer) -> None:
    server.configure(echo="whole")
    server.reset()


def _run(folder: Path, server: FaultServer, roles: dict[str, Any], **params: Any) -> Manifest:
    rows = [{"id": f"p-{number}", "text": pair["source"]} for number, pair in enumerate(PAIRS)]
    running.jsonl(folder / "in.jsonl", rows)
    rewriting = {"of": "source", "naturalness": False, "culture_share": 0.0, **running.open_gates("rewriting")}
    content = running.recipe(
        folder / "in.jsonl",
        {"language": {"min_confidence": 0.0, "min_share": 0.0}, "rewriting": {**rewriting, **params}},
        client={"base_url": server.base_url, "model": "m", "price": PRICE, "temperature": 0.3, "roles": roles},
    )
    done = running.run(content, folder)
    assert done is not None
    return done


def _rows(folder: Path) -> pl.DataFrame:
    files = sorted((folder / "out/data").glob("*-rewriting/*.parquet"))
    return pl.concat([pl.read_parquet(file) for file in files]).sort("id")


def _mean(text: str) -> tuple[float, int]:
    values = completion_logprobs(text, "")["token_logprobs"][1:]
    return statistics.fmean(values), len(values)


def test_perplexity_before_and_after_is_that_of_the_servers_numbers(server: FaultServer, tmp_path: Path) -> None:
    manifest = _run(tmp_path, server, {"likelihood": {"model": "base", "price": PRICE}})
    rows = _rows(tmp_path)
    assert rows.height == len(PAIRS)
    perplexities: dict[str, list[tuple[float, float]]] = {}
    for row in rows.iter_rows(named=True):
        scores = json.loads(row["scores"])
        both = []
        for when, text in (("before", row["parent_text"]), ("after", row["text"])):
            mean, tokens = _mean(text)
            assert scores[f"log_likelihood_{when}"] == pytest.approx(mean)
            assert scores[f"likelihood_tokens_{when}"] == tokens
            both.append(math.exp(-mean))
        perplexities.setdefault(row["language"], []).append((both[0], both[1]))
        assert json.loads(row["parameters"])["likelihood"] == {
            "model": "base", "form": "completion", "temperature": 0.0, "seed": None, "max_tokens": 1,
        }  # fmt: skip
        steps = [one["step"] for one in row["exchanges"]]
        assert steps == ["difficulty", "likelihood before", "likelihood after"]
    assert {one.language for one in manifest.rewrites} == perplexities.keys()
    for one in manifest.rewrites:
        known = perplexities[one.language]
        assert one.perplexity_before == pytest.approx(statistics.median(before for before, _ in known))
        assert one.perplexity_after == pytest.approx(statistics.median(after for _, after in known))
    usage = {one.role: one for one in manifest.usage}
    assert usage["likelihood"].requests == 2 * len(PAIRS) and usage["likelihood"].model == "base"
    assert usage["likelihood"].dollars and usage["likelihood"].prompt_tokens > 0


def test_a_warm_run_asks_nothing_and_every_request_is_rebuilt(server: FaultServer, tmp_path: Path) -> None:
    roles = {"likelihood": {"model": "base", "price": PRICE}}
    first = _run(tmp_path, server, roles)
    asked = server.statistics()["arrivals"]
    assert asked == 3 * len(PAIRS)
    hashes = running.hashes(tmp_path / "out")
    shutil.rmtree(tmp_path / "work" / "small")  # the cache lies beside it
    shutil.rmtree(tmp_path / "out")
    assert _run(tmp_path, server, roles) == first
    assert server.statistics()["arrivals"] == asked and running.hashes(tmp_path / "out") == hashes
    found = dict(rebuilding.rebuild(str(tmp_path / "out")))
    assert all(len(requests) == 3 and all(one.same for one in requests) for requests in found.values())


def test_without_the_role_nothing_is_asked_and_nothing_is_said(server: FaultServer, tmp_path: Path) -> None:
    manifest = _run(tmp_path, server, {"judge": {"model": "m", "price": PRICE}}, judge_share=1.0)
    assert {one.role for one in manifest.usage} == {"rewrite", "judge"}
    assert not any("likelihood" in text for text in _rows(tmp_path)["scores"])
    for one in manifest.rewrites:
        assert one.perplexity_before is None and one.perplexity_after is None
        # The judge's ratings: the least that the schema allows is what this server says.
        assert one.rated == one.rows > 0
        assert (one.quality_before, one.difficulty_after) == (1.0, 1.0)


@pytest.mark.parametrize(
    ("echo", "said"),
    [("ignored", "left out the prompt"), ("text", "tokens alone"), ("refused", "only no echo is supported")],
)
def test_a_server_without_echo_is_told_from_one_that_has_it(
    server: FaultServer, tmp_path: Path, echo: str, said: str
) -> None:
    server.configure(echo=echo)
    with pytest.raises(RecipeError, match=said) as told:
        _run(tmp_path, server, {"likelihood": {"model": "base", "price": PRICE}})
    assert "client.roles.likelihood" in str(told.value) and "vLLM" in str(told.value)
    assert not (tmp_path / "out").exists()
    # Its answer is not kept: where a server that can takes the address over, the same command goes on.
    server.configure(echo="whole")
    done = _run(tmp_path, server, {"likelihood": {"model": "base", "price": PRICE}})
    assert all(one.perplexity_after is not None for one in done.rewrites)
