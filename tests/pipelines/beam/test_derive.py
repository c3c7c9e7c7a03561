"""The derive phase against a small OpenAI-compatible server that translates by a rule, or misbehaves when told to."""

from __future__ import annotations

import json
import os
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from schemas.errors import PermissionProblem, ServerUnavailable
from schemas.manifest import Manifest
from tests import running

TEXTS = 6
_MARKED = re.compile(r"<text-(\w+)>\n(.*)\n</text-\1>", re.DOTALL)


class Translator:
    """Translates by putting words around a text, back by taking them away, and rewrites by adding a word."""

    def __init__(self, port: int = 0) -> None:
        self.calls: list[str] = []
        self.status = 200
        self.wait = 0.0
        self.garbage: Callable[[str], bool] = lambda text: False
        translator = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
                translator.calls.append(asked["messages"][-1]["content"])
                time.sleep(translator.wait)
                data = json.dumps(translator.answer(asked)).encode()
                try:
                    self.send_response(translator.status)
                    self.send_header("content-type", "application/json")
                    self.send_header("content-length", str(len(data)))
                    self.end_headers()
                    self.wfile.write(data)
                except OSError:
                    pass  # the client was killed, as one test wants

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])
        self.base_url = f"http://127.0.0.1:{self.port}/v1"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        system, user = (message["content"] for message in asked["messages"])
        found = _MARKED.search(user)
        assert found is not None
        mark, text = found.groups()
        if "into English" in system:
            result = text.removeprefix("voici ").removesuffix(" voilà")
        elif "Translate the text from" in system:
            result = f"voici {text} voilà"
        else:
            result = f"{text} bien"
        said = "I would rather not." if self.garbage(text) else f"<result-{mark}>{result}</result-{mark}>"
        return {
            "id": "1",
            "object": "chat.completion",
            "model": "rule-1",
            "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": said}}],
            "usage": {"prompt_tokens": 9, "completion_tokens": 4},
        }

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def translator() -> Iterator[Translator]:
    server = Translator()
    yield server
    server.close()


def _recipe(folder: Path, server: Translator, **translation: Any) -> dict[str, Any]:
    lines = (running.SAMPLE / "instructions.jsonl").read_text(encoding="utf-8").strip().split("\n")
    chosen = [row for row in map(json.loads, lines) if len(row["instruction"]) > 60][:TEXTS]
    assert len(chosen) == TEXTS
    # Two files, so that there are two units.
    running.jsonl(folder / "in" / "a.jsonl", chosen[: TEXTS // 2])
    running.jsonl(folder / "in" / "b.jsonl", chosen[TEXTS // 2 :])
    return running.recipe(
        f"{folder}/in/*.jsonl",
        {
            "normalise": None,
            "language": {"min_confidence": 0.0},
            "translation": {
                "targets": ["fr", "es"],
                **running.open_gates("translation", "min_bleu", "min_chrf", "min_finished"),
                **translation,
            },
            "rewriting": {"culture_share": 0.5, **running.open_gates("rewriting", "min_finished")},
        },
        source={"fields": {"text": "instruction"}},
        client={"base_url": server.base_url, "model": "rule", "attempts": 1, "concurrency": 4},
    )


def _run(content: dict[str, Any], folder: Path) -> Manifest:
    done = running.run(content, folder)
    assert done is not None
    return done


def _derived(out: Path) -> pl.DataFrame:
    files = sorted(path for path in (out / "data").rglob("*.parquet") if "-" in path.parent.name)
    return pl.concat([pl.read_parquet(file) for file in files]) if files else pl.DataFrame()


def test_rows_add_up_and_a_rerun_asks_nothing(translator: Translator, tmp_path: Path) -> None:
    content = _recipe(tmp_path, translator)
    counts = _run(content, tmp_path).counts
    assert counts.input == counts.released_sources == TEXTS
    derived, quarantined = _derived(tmp_path / "out"), running.released(tmp_path / "out", "dead/quarantine")
    parts = [part.select("id", "stage", "parent_id") for part in (derived, quarantined) if part.height]
    made = pl.concat(parts)
    assert counts.derived == derived.height and counts.quarantined == quarantined.height
    translated = made.filter(pl.col("stage") == "translation")
    assert translated.height == 2 * TEXTS
    accepted = derived.filter(pl.col("stage") == "translation")
    assert accepted.height == 2 * TEXTS
    rewritten = made.filter(pl.col("stage") == "rewriting")
    assert rewritten.height > 0 and set(rewritten["parent_id"]) <= set(accepted["id"])
    assert made["id"].n_unique() == made.height
    assert sum(n for by in counts.derived_by_stage.values() for n in by.values()) == counts.derived
    assert set(derived["model_returned"]) == {"rule-1"} and set(derived["model"]) == {"rule"}
    asked = len(translator.calls)
    assert asked >= 4 * TEXTS
    before = running.times(tmp_path)
    _run(content, tmp_path)
    assert len(translator.calls) == asked and running.times(tmp_path) == before


def test_a_changed_gate_asks_nothing(translator: Translator, tmp_path: Path) -> None:
    counts = _run(_recipe(tmp_path, translator), tmp_path).counts
    asked = len(translator.calls)
    strict = _run(_recipe(tmp_path, translator, min_chrf={"default": 60.0, "es": 101.0}), tmp_path).counts
    assert len(translator.calls) == asked
    assert strict.by_language["spa_Latn"].derived == 0 < counts.by_language["spa_Latn"].derived
    assert strict.by_language["fra_Latn"] == counts.by_language["fra_Latn"]
    assert strict.quarantined_by_reason["low_chrf"] == TEXTS
    back = _run(_recipe(tmp_path, translator), tmp_path).counts
    assert back == counts and len(translator.calls) == asked


def test_the_same_replies_give_the_same_bytes(translator: Translator, tmp_path: Path) -> None:
    content = _recipe(tmp_path, translator)
    _run(content, tmp_path / "one")
    translator.wait = 0.002  # answers come in another order
    _run({**content, "client": {**content["client"], "concurrency": 1}}, tmp_path / "two")
    one, two = running.hashes(tmp_path / "one" / "out"), running.hashes(tmp_path / "two" / "out")
    told = {"README.md", "manifest.json"}  # they quote the recipe, with its concurrency
    assert {k: v for k, v in one.items() if k not in told} == {k: v for k, v in two.items() if k not in told}


def test_garbage_is_quarantined(translator: Translator, tmp_path: Path) -> None:
    content = _recipe(tmp_path, translator)
    first = json.loads((tmp_path / "in/a.jsonl").read_text().split("\n")[0])
    translator.garbage = lambda text: text == first["instruction"]
    counts = _run(content, tmp_path).counts
    assert counts.quarantined_by_reason["bad_answer"] == 2, "the way into both languages"
    rows = running.released(tmp_path / "out", "dead/quarantine").filter(pl.col("reasons").list.contains("bad_answer"))
    assert set(rows["document_id"]) == {first["id"]} and set(rows["raw"]) == {"I would rather not."}
    translations = _derived(tmp_path / "out").filter(pl.col("stage") == "translation")
    assert translations.height == 2 * (TEXTS - 1) == counts.derived_by_stage["translation"]["fra_Latn"] * 2
    assert counts.released_sources == TEXTS, "the source row itself stays"


@pytest.mark.end_to_end
def test_a_server_that_is_away_and_comes_back(tmp_path: Path) -> None:
    server = Translator()
    content = _recipe(tmp_path, server)
    _run(content, tmp_path / "undisturbed")
    server.close()
    recipe = running.write(content, tmp_path / "recipe.yaml")
    arguments = ["run", str(recipe), "--work", str(tmp_path / "work"), "--out", str(tmp_path / "out"), "-q"]
    ended = running.command(*arguments, cwd=tmp_path)
    assert ended.returncode == 75, ended.stderr
    assert server.base_url in ended.stderr and "Check that the server runs" in ended.stderr
    assert "Traceback" not in ended.stderr and "ExceptionGroup" not in ended.stderr
    assert not (tmp_path / "out").exists()
    again = Translator(server.port)
    try:
        ended = running.command(*arguments, cwd=tmp_path)
    finally:
        again.close()
    assert ended.returncode == 0, ended.stderr
    assert running.hashes(tmp_path / "out") == running.hashes(tmp_path / "undisturbed" / "out")


@pytest.mark.parametrize(
    ("status", "error"), [(503, ServerUnavailable), (429, ServerUnavailable), (401, PermissionProblem)]
)
def test_a_server_that_refuses(translator: Translator, tmp_path: Path, status: int, error: type[Exception]) -> None:
    translator.status = status
    content = _recipe(tmp_path, translator)
    with pytest.raises(error, match=re.escape(translator.base_url)):
        _run(content, tmp_path)
    assert not (tmp_path / "out").exists()
    translator.status = 200
    assert _run(content, tmp_path).counts.derived > 0


@pytest.mark.end_to_end
def test_killed_while_it_asks(translator: Translator, tmp_path: Path) -> None:
    """What was answered before is in the cache: it is not asked, and not paid, again."""
    content = _recipe(tmp_path, translator)
    _run(content, tmp_path / "undisturbed")
    needed = len(translator.calls)
    translator.calls.clear()
    translator.wait = 0.05
    recipe = running.write(content, tmp_path / "recipe.yaml")
    arguments = ["run", str(recipe), "--work", str(tmp_path / "work"), "--out", str(tmp_path / "out"), "-q"]
    with running.started(*arguments, cwd=tmp_path) as process:
        running.wait_for(lambda: len(translator.calls) >= needed // 2 or process.poll() is not None)
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    translator.wait = 0.0
    _run(content, tmp_path)
    at_once = content["client"]["concurrency"]
    assert needed <= len(translator.calls) <= needed + at_once, "only what was under way is asked twice"
    assert running.hashes(tmp_path / "out") == running.hashes(tmp_path / "undisturbed" / "out")
