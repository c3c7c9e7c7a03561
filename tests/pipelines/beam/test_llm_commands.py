"""Quote, replay and prompts, over real translations that a server knows by heart: every gate is on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

from pipelines import cli, rebuilding
from pipelines.beam import quoting
from pipelines.beam.run import survivors
from schemas.errors import StopError
from tests import running
from tests.fault_server import FaultServer
from translators.prompts.shots import SENTENCES

TARGETS = ("fra_Latn", "hin_Deva", "tha_Thai", "jpn_Jpan", "arb_Arab", "amh_Ethi", "yor_Latn", "swh_Latn")
PAIRS = [
    {"source": source, "target": target, "source_language": "eng_Latn", "target_language": label}
    for label in TARGETS
    for source, target in zip(SENTENCES["eng_Latn"], SENTENCES[label], strict=True)
]
PRICE = {"prompt": 1.0, "completion": 2.0}


@pytest.fixture(scope="module")
def server() -> Iterator[FaultServer]:
    with FaultServer(PAIRS) as started:
        yield started


@pytest.fixture(autouse=True)
def _faultless(server: FaultServer) -> None:
    server.configure(faults={})
    server.reset()


def _recipe(folder: Path, server: FaultServer, **client: Any) -> dict[str, Any]:
    rows = [{"id": f"s-{number}", "text": text} for number, text in enumerate(SENTENCES["eng_Latn"])]
    running.jsonl(folder / "in.jsonl", rows)
    return running.recipe(
        folder / "in.jsonl",
        {"language": {"min_confidence": 0.0, "min_share": 0.0}, "translation": {"targets": list(TARGETS)}},
        client={"base_url": server.base_url, "model": "m", "price": PRICE, **client},
    )


def _command(folder: Path, content: dict[str, Any], *arguments: str) -> Any:
    recipe = running.write(content, folder / "recipe.yaml")
    name, *more = arguments
    where = ["--work", str(folder / "work")] + (["--out", str(folder / "out")] if name == "replay" else [])
    done = CliRunner().invoke(cli.app, [name, str(recipe), *more, *where], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_good_translations_into_eight_languages_pass_every_gate(server: FaultServer, tmp_path: Path) -> None:
    manifest = running.run(_recipe(tmp_path, server), tmp_path)
    assert manifest is not None
    assert manifest.counts.quarantined_by_reason == {}
    (made,) = manifest.derived
    assert (made.rows, made.skipped, made.wanted, made.accepted) == (6, 0, 48, 48)
    assert {group.language: group.medians["chrf"] for group in made.groups} == dict.fromkeys(TARGETS, 100.0)
    assert {one.role: one.requests for one in manifest.usage} == {"translate": 48, "back": 48}
    rows = pl.concat([pl.read_parquet(path) for path in (tmp_path / "out/data").glob("*-translation/*.parquet")])
    told = sum(one.dollars or 0 for one in manifest.usage)
    assert rows["dollars"].sum() == pytest.approx(told) and told > 0
    exchanges = rows.explode("exchanges")["exchanges"].struct.unnest()
    expected = (exchanges["prompt_tokens"].sum() * 1.0 + exchanges["completion_tokens"].sum() * 2.0) / 1e6
    assert told == pytest.approx(expected)


def test_every_prompt_is_rebuilt_from_the_release_alone(server: FaultServer, tmp_path: Path) -> None:
    running.run(_recipe(tmp_path, server, structured="off"), tmp_path)
    found = dict(rebuilding.rebuild(str(tmp_path / "out")))
    assert len(found) == 48 and all(len(requests) == 2 for requests in found.values())
    assert all(one.same for requests in found.values() for one in requests)
    # A row that was tampered with is found out.
    (path,) = (tmp_path / "out/data/fra_Latn-translation").glob("*.parquet")
    rows = pl.read_parquet(path)
    rows.with_columns(pl.col("text") + ".").write_parquet(path)
    wrong = rows.with_columns(
        pl.col("exchanges").list.eval(pl.element().struct.with_fields(pl.field("key").str.replace("^.", "z")))
    )
    wrong.write_parquet(path)
    again = dict(rebuilding.rebuild(str(tmp_path / "out"), [rows["id"][0]]))
    assert not any(one.same for one in again[rows["id"][0]])


def test_a_quote_from_all_documents_is_what_the_run_costs(server: FaultServer, tmp_path: Path) -> None:
    content = _recipe(tmp_path, server, cap={"dollars": 1.0})
    context = quoting.before_derive(running.context(content, tmp_path))
    quoted = quoting.quote(context, survivors(context), 6)
    assert (quoted.documents, quoted.pilot) == (6, 6)
    asked = server.statistics()["arrivals"]
    manifest = running.run({**content, "client": {**content["client"], "cap": None}}, tmp_path)
    assert manifest is not None and quoted.dollars is not None
    assert quoted.tokens.mean == sum(one.prompt_tokens + one.completion_tokens for one in manifest.usage)
    assert quoted.dollars.low == quoted.dollars.high
    assert quoted.dollars.mean == pytest.approx(sum(one.dollars or 0 for one in manifest.usage))
    assert server.statistics()["arrivals"] == asked, "the pilot's answers are in the cache"


def test_a_quote_says_when_it_is_above_the_cap(server: FaultServer, tmp_path: Path) -> None:
    content = _recipe(tmp_path, server, cap={"tokens": 20_000})
    said = _command(tmp_path, content, "quote", "--pilot", "3", "--json")
    told = json.loads(said.strip().split("\n")[-1])
    assert told["pilot"] == 3 and told["documents"] == 6
    assert {line["role"] for line in told["lines"]} == {"translate", "back"}
    assert told["tokens"]["low"] <= told["tokens"]["mean"] <= told["tokens"]["high"]


def test_a_run_stops_at_its_cap_and_goes_on_when_it_is_raised(server: FaultServer, tmp_path: Path) -> None:
    content = _recipe(tmp_path, server, cap={"tokens": 8_000})
    with pytest.raises(StopError, match=r"client\.cap"):
        running.run(content, tmp_path)
    assert not (tmp_path / "out").exists()
    manifest = running.run({**content, "client": {**content["client"], "cap": {"tokens": 1_000_000}}}, tmp_path)
    assert manifest is not None and manifest.counts.derived == 48


def test_quarantined_rows_are_asked_for_again_on_demand(server: FaultServer, tmp_path: Path) -> None:
    content = _recipe(tmp_path, server, temperature=0.2)
    server.configure(faults={"changed_number": 0.6})
    first = running.run(content, tmp_path)
    assert first is not None and first.counts.quarantined_by_reason["numbers_lost"] > 0
    bad = running.released(tmp_path / "out", "dead/quarantine")
    assert bad["replay"][0] == f"glotmill replay RECIPE --id '{bad['id'][0]}'"
    server.configure(faults={})
    _command(tmp_path, content, "replay", "--id", bad["id"][0])
    left = running.released(tmp_path / "out", "dead/quarantine")
    assert left.height == bad.height - 1
    _command(tmp_path, content, "replay", "--reason", "numbers_lost")
    assert not (tmp_path / "out/dead/quarantine").exists()
    rows = pl.concat([pl.read_parquet(path) for path in (tmp_path / "out/data").glob("*-translation/*.parquet")])
    assert rows.height == 48
    assert set(rows.filter(pl.col("id").is_in(bad["id"].implode()))["sample"]) == {1}
