"""`hf://` addresses, read from a small server that answers as the Hub does.

A subprocess reads, because huggingface_hub takes its server's address from the environment when it is imported.
What the stub does not show: the real Hub's redirects to its storage, Xet, and private repositories that open.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

ROOT = Path(__file__).parents[3]
READ = """
import json, sys
from pipelines.readers import files, read
from schemas.errors import GlotmillError
from schemas.recipe import Source
try:
    source = Source(paths=sys.argv[1:])
    units = files.units("web", source)
    texts = [t for unit in units for batch in read(unit, source, 1000) for t in batch.rows["text"]]
    print(json.dumps({"files": [u.file for u in units], "digests": [u.digest for u in units], "texts": texts}))
except GlotmillError as error:
    print(json.dumps({"error": type(error).__name__, "message": str(error)}))
"""


def parquet() -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table({"text": ["ភាសាខ្មែរ", "ລາວ"]}), out)
    return out.getvalue()


FILES = {
    "data/a.jsonl": '{"text": "සිංහල"}\n{"text": "አማርኛ"}\n'.encode(),
    "data/b.parquet": parquet(),
}


class Hub(BaseHTTPRequestHandler):
    """The few routes that reading needs."""

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path.startswith("/api/datasets/me/busy"):
            return self.answer(503, b"{}")
        if path.startswith("/api/datasets/me/closed"):
            return self.answer(403, b"{}")
        if path in ("/api/datasets/me/box", "/api/datasets/me/box/revision/main"):
            return self.answer(200, json.dumps({"id": "me/box", "sha": "0" * 40}).encode())
        if path.startswith("/api/datasets/me/box/tree/main"):
            entries: list[dict[str, Any]] = [
                {"type": "file", "path": name, "size": len(content), "oid": f"oid-{len(content)}"}
                for name, content in FILES.items()
            ]
            if path.endswith("/main"):
                entries = [{"type": "directory", "path": "data", "size": 0, "oid": "t"}]
            return self.answer(200, json.dumps(entries).encode())
        content = FILES.get(path.removeprefix("/datasets/me/box/resolve/main/"))
        if content is None:
            return self.answer(404, b"{}", ("X-Error-Code", "EntryNotFound"))
        ranged = self.headers.get("Range")
        if ranged:
            first, _, last = ranged.removeprefix("bytes=").partition("-")
            return self.answer(206, content[int(first) : int(last) + 1 if last else None])
        return self.answer(200, content)

    def answer(self, status: int, body: bytes, *headers: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in (*headers, ("Content-Length", str(len(body))), ("Content-Type", "application/json")):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def read(endpoint: str, home: Path, *paths: str) -> dict[str, Any]:
    environment = {**os.environ, "HF_ENDPOINT": endpoint, "HF_HOME": str(home), "HF_HUB_DISABLE_XET": "1"}
    environment.pop("HF_HUB_OFFLINE", None)
    environment["NO_PROXY"] = environment["no_proxy"] = "127.0.0.1"
    done = subprocess.run(
        [sys.executable, "-c", READ, *paths], env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_files_of_a_dataset(endpoint: str, tmp_path: Path) -> None:
    found = read(endpoint, tmp_path, "hf://datasets/me/box/data/*")
    assert found == {
        "files": ["hf://datasets/me/box/data/a.jsonl", "hf://datasets/me/box/data/b.parquet"],
        "digests": [f"blob_id:oid-{len(content)}" for content in FILES.values()],
        "texts": ["සිංහල", "አማርኛ", "ភាសាខ្មែរ", "ລາວ"],
    }


def test_what_is_not_there_closed_or_busy(endpoint: str, tmp_path: Path) -> None:
    missing = read(endpoint, tmp_path, "hf://datasets/me/box/data/aa.jsonl")
    assert missing["error"] == "SourceError"
    assert "Did you mean 'a.jsonl'?" in missing["message"]
    assert read(endpoint, tmp_path, "hf://datasets/me/closed/a.jsonl")["error"] == "PermissionProblem"
    assert read(endpoint, tmp_path, "hf://datasets/me/busy/a.jsonl")["error"] == "RetryLater"
