"""Models at a pinned revision of the Hub, from a small server that answers as the Hub does.

A subprocess loads, because huggingface_hub takes its server's address from the environment when it is imported. What
the stub does not show: the real Hub's redirects to its storage, Xet, and private repositories that open.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from filters._classifier import address, learn
from filters._classifier.fasttext import FastTextTraining
from schemas.errors import SourceError
from tests.filters.classifier.labelled import HIGH, rows

ROOT = Path(__file__).parents[3]
COMMIT = "0123456789abcdef0123456789abcdef01234567"
SCORE = """
import json, sys
import polars as pl
from filters import _segments, quality
from schemas.errors import GlotmillError
text = pl.Series("text", [sys.argv[2]])
frame = pl.DataFrame([text, _segments.cut_words(text), pl.Series("language", ["tha_Thai"])])
try:
    params = quality.Params(model=sys.argv[1])
    scores = quality.measure(frame, params, quality.STAGE.open(params))["quality"].to_list()
    print(json.dumps({"scores": scores, "fingerprint": quality.STAGE.fingerprint(params)}))
except GlotmillError as error:
    print(json.dumps({"error": type(error).__name__, "message": str(error)}))
"""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hub") / "model"
    learn.train(rows(), "quality", FastTextTraining(dimension=8, epochs=10), folder)
    return folder


@pytest.fixture(scope="module")
def hub(model: Path) -> Iterator[str]:
    files = {f"hq/{file.name}": file.read_bytes() for file in model.iterdir()}

    class Hub(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path == f"/api/models/me/classifiers/tree/{COMMIT}":
                listed = [{"type": "file", "path": n, "size": len(c), "oid": "0"} for n, c in files.items()]
                return self.answer(200, json.dumps(listed).encode())
            content = files.get(path.removeprefix(f"/me/classifiers/resolve/{COMMIT}/"))
            if content is None:
                return self.answer(404, b"{}", ("X-Error-Code", "RepoNotFound"))
            etag = hashlib.sha256(content).hexdigest()
            return self.answer(200, content, ("ETag", f'"{etag}"'), ("X-Repo-Commit", COMMIT))

        def answer(self, status: int, body: bytes, *headers: tuple[str, str]) -> None:
            self.send_response(status)
            for name, value in (*headers, ("Content-Length", str(len(body))), ("Content-Type", "application/json")):
                self.send_header(name, value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def scored(address: str, hub: str, home: Path) -> dict[str, Any]:
    environment = {
        **os.environ,
        "HF_ENDPOINT": hub,
        "HF_HOME": str(home),
        "HF_HUB_DISABLE_XET": "1",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-c", SCORE, address, HIGH["tha_Thai"]]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_a_folder_of_a_repository(hub: str, model: Path, tmp_path: Path) -> None:
    there = scored(f"hf://me/classifiers@{COMMIT}/hq", hub, tmp_path)
    assert there == scored(str(model), hub, tmp_path)
    assert there["scores"][0] > 0.8


def test_what_the_hub_does_not_have(hub: str, tmp_path: Path) -> None:
    none = scored(f"hf://me/classifiers@{COMMIT}/other", hub, tmp_path)
    assert none["error"] == "SourceError" and "the repository has no other at that revision" in none["message"]
    gone = scored(f"hf://me/nothing@{COMMIT}", hub, tmp_path)
    assert gone["error"] == "SourceError" and "from the Hub" in gone["message"]


@pytest.mark.parametrize("given", ["hf://me/name", "hf://me/name@v1", "hf://name@" + COMMIT, "hf://me/name@abc/x"])
def test_an_address_that_is_not_pinned(given: str) -> None:
    with pytest.raises(SourceError, match="not pinned: write hf://ORGANISATION/NAME@COMMIT"):
        address.find(given)
