"""The real local model: start, stop, same answers in any order, and both stages for real."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipelines.tools import Tools
from schemas.errors import MissingPackage
from schemas.recipe import Client
from translators import rewriting, translation
from translators.llm import local_server
from translators.llm.cache import ResponseCache
from translators.llm.client import OpenAIClient
from translators.llm.local_server import MODEL, LocalServer, identity
from translators.llm.models import Models
from translators.llm.request import Reply, Request
from translators.prompts.translate import translate

pytest.importorskip("xllamacpp", reason="needs glotmill[local-llm]")
pytestmark = pytest.mark.local_llm

SENTENCES = (
    "Explain why leaves are green.",
    "List 4 games for a rainy day.",
    "Write a short poem about the sea.",
    "Do not use any salt in this recipe.",
    "How many hours are there in 2 days?",
    "Describe the command `ls` in one sentence.",
)
ROWS = [
    {"id": f"s{n}", "document_id": f"s{n}", "text": text, "language": "eng_Latn", "source": "test", "url": None}
    for n, text in enumerate(SENTENCES)
]
SPEC = Client(local=True, form="completion", max_tokens=64, timeout_seconds=300)


@pytest.fixture(scope="module")
def server() -> Iterator[LocalServer]:
    with LocalServer() as running:
        yield running


def client_for(server: LocalServer, cache: ResponseCache | None = None, **spec: Any) -> OpenAIClient:
    return OpenAIClient(SPEC.model_copy(update=spec), cache, base_url=server.base_url, endpoint=identity())


def models_for(server: LocalServer, cache: ResponseCache | None = None) -> Models:
    spec = SPEC.model_copy(update={"local": True})
    return Models(spec, cache, local_url=server.base_url, local_identity=identity())


def derive_all(models: Models, stage: Any, params: Any, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    kit = stage.equip(params, Tools())

    async def run() -> list[dict[str, Any]]:
        given = [{**row, "variants": stage.variants(row, params)} for row in rows]
        async with models:
            made = await asyncio.gather(*(stage.derive(row, models, params, kit) for row in given))
        return [row for rows in made for row in rows]

    return asyncio.run(run())


def test_round_trips_gates_and_a_second_pass_without_calls(server: LocalServer, tmp_path: Path) -> None:
    params = translation.TranslationParams(targets=["fr", "sw"], round_trip="always")
    models = models_for(server, ResponseCache(tmp_path / "c"))
    rows = derive_all(models, translation.STAGE, params, ROWS)
    assert [row["id"] for row in rows] == [f"s{n}/translation/{t}" for n in range(6) for t in ("fra_Latn", "swh_Latn")]
    answered = [row for row in rows if not row["reasons"]]
    assert len(answered) >= 8  # of 12; a small model may leave an answer empty
    for row in answered:
        assert row["text"] and row["back_text"] is not None
        assert row["model_returned"] == MODEL
        for score in ("bleu", "chrf"):
            assert 0.0 <= row["scores"][score] <= 100.0
        assert row["scores"]["shortest_ratio"] > 0
        assert row["prompt_tokens"] > row["completion_tokens"] > 0
    # Gates measure something: French is not all good and not all bad.
    french = [row["scores"]["chrf"] for row in answered if row["language"] == "fra_Latn"]
    assert max(french) > 40
    # Two rows may have led to the same way back: it is sent once.
    assert models.calls == len({one["key"] for row in rows for one in row["exchanges"]})
    again = models_for(server, ResponseCache(tmp_path / "c"))
    assert derive_all(again, translation.STAGE, params, ROWS) == rows
    assert again.calls == 0


def test_rewriting_runs_for_real(server: LocalServer) -> None:
    rows = derive_all(models_for(server), rewriting.STAGE, rewriting.RewritingParams(of="source"), ROWS[:3])
    assert [row["parent_id"] for row in rows] == ["s0", "s1", "s2"]
    assert all(row["operator"] in ("naturalness+culture", "naturalness+difficulty") for row in rows)
    assert all(row["reasons"] or row["scores"]["finished"] in (0.0, 1.0) for row in rows)


def test_the_same_answer_alone_together_and_backwards(server: LocalServer) -> None:
    def run(concurrency: int, order: list[int]) -> list[str]:
        async def ask() -> list[Reply]:
            requests = [
                Request(model="m", form="completion", prompt=prompt.prompt, stop=prompt.stop, max_tokens=32)
                for prompt in (translate(text, "eng_Latn", "fra_Latn", "completion") for text in SENTENCES)
            ]
            async with client_for(server, concurrency=concurrency) as client:
                return await asyncio.gather(*(client.ask(requests[index]) for index in order))

        return [reply.text for _, reply in sorted(zip(order, asyncio.run(ask()), strict=True))]

    forward = list(range(len(SENTENCES)))
    alone = run(1, forward)
    assert run(6, forward) == alone
    assert run(6, forward[::-1]) == alone


def gone(pid: int, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        stat = Path(f"/proc/{pid}/stat")
        if not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.1)
    return False


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_it_stops_when_told() -> None:
    with LocalServer() as server:
        pid = server.pid
        assert pid is not None and server.base_url.startswith("http://127.0.0.1:")
    assert gone(pid)


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_it_dies_with_a_parent_that_is_killed() -> None:
    code = (
        "import os, time\n"
        "from translators.llm.local_server import LocalServer\n"
        "server = LocalServer(); server.start()\n"
        "if os.fork() == 0:\n"  # a child that holds the pipe open, as forked workers do
        "    time.sleep(30); os._exit(0)\n"
        "print(server.pid, flush=True)\n"
        "time.sleep(30)\n"
    )
    root = str(Path(local_server.__file__).parent.parent)
    parent = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": root},
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    try:
        parent.kill()
        parent.wait()
        assert gone(pid)
    finally:
        os.killpg(parent.pid, signal.SIGKILL)  # the forked child
        parent.stdout.close()


def test_a_missing_package_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    with pytest.raises(MissingPackage, match=r"glotmill\[local-llm\]"):
        LocalServer().start()


def test_damaged_weights_are_built_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLOTMILL_CACHE", str(tmp_path))
    path = local_server.weights()
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.truncate(1000)
    assert local_server.weights() == path
    assert path.stat().st_size == size
    assert list(tmp_path.iterdir()) == [path]  # nothing half-built is left


def test_the_identity_names_the_weights_and_no_port() -> None:
    name, _, digest = identity().partition("@")
    assert name == MODEL == "gemma-3-270m-q4_k_m"
    assert len(digest) == 64
