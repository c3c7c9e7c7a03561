"""A small server with files and batches, whose every step a test can bend."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Said = tuple[int, Any]


def good(body: dict[str, Any], prompt: int = 10, completion: int = 2) -> Said:
    """A good answer: the prompt in capitals."""
    asked = body["prompt"] if "prompt" in body else body["messages"][-1]["content"]
    text = asked.upper()
    choice = {"text": text} if "prompt" in body else {"message": {"content": text}}
    usage = {"prompt_tokens": prompt, "completion_tokens": completion}
    return 200, {"choices": [{**choice, "finish_reason": "stop"}], "model": "batched", "usage": usage}


class BatchStub:
    """Batches end as soon as they are looked at, unless they are held.

    `answer` gives status and body of one request (None: its turn never comes), `ends` the status of each batch in
    turn (`completed` when it is empty), `failures` what the first requests to a path meet: (method and path, status),
    where a status of 0 does the work and then breaks the connection.
    """

    def __init__(self) -> None:
        self.answer: Callable[[dict[str, Any]], Said | None] = good
        self.ends: list[str] = []
        self.errors: list[dict[str, Any]] = []
        self.failures: list[tuple[str, int]] = []
        self.held = False
        self.files: dict[str, bytes] = {}
        self.batches: dict[str, dict[str, Any]] = {}
        self.asked: list[str] = []
        """Method and path of every request, in order."""
        self._lock = threading.RLock()
        self._number = 0
        stub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                stub._handle(self, "POST")

            def do_GET(self) -> None:
                stub._handle(self, "GET")

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.base_url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()

    def sent(self) -> list[list[str]]:
        """The prompts of each batch that was made."""
        found = []
        for batch in self.batches.values():
            lines = [json.loads(line) for line in self.files[batch["input_file_id"]].splitlines()]
            found.append([one["body"].get("prompt") or one["body"]["messages"][-1]["content"] for one in lines])
        return found

    def _handle(self, handler: BaseHTTPRequestHandler, method: str) -> None:
        data = handler.rfile.read(int(handler.headers.get("content-length") or 0))
        path = handler.path.partition("?")[0].removeprefix("/v1")
        with self._lock:
            self.asked.append(f"{method} {path}")
            failure = None
            if self.failures and f"{method} {path}".startswith(self.failures[0][0]):
                failure = self.failures.pop(0)[1]
            if failure:
                status, body = failure, json.dumps({"error": {"message": "not now"}}).encode()
            else:
                status, body = self._route(method, path, handler.headers.get("content-type") or "", data)
        handler.send_response(status)
        handler.send_header("content-length", str(len(body)))
        handler.send_header("content-type", "application/json")
        handler.end_headers()
        if failure == 0:
            handler.wfile.write(body[: len(body) // 2])
            handler.close_connection = True
        else:
            handler.wfile.write(body)

    def _route(self, method: str, path: str, kind: str, data: bytes) -> tuple[int, bytes]:
        parts = path.strip("/").split("/")
        if parts == ["files"]:
            boundary = kind.partition("boundary=")[2].encode()
            part = next(one for one in data.split(b"--" + boundary) if b'name="file"' in one)
            return 200, json.dumps(self._file(part.partition(b"\r\n\r\n")[2].removesuffix(b"\r\n"))).encode()
        if parts[0] == "files":
            return (200, self.files[parts[1]]) if parts[1] in self.files else (404, b'{"error": {"message": "gone"}}')
        if parts == ["batches"] and method == "POST":
            return 200, json.dumps(self._make(json.loads(data))).encode()
        if parts == ["batches"]:
            newest = list(reversed(self.batches.values()))
            return 200, json.dumps({"object": "list", "data": newest, "has_more": False}).encode()
        if parts[0] == "batches" and parts[1] in self.batches:
            return 200, json.dumps(self._look(self.batches[parts[1]])).encode()
        return 404, b'{"error": {"message": "no such path"}}'

    def _file(self, data: bytes) -> dict[str, Any]:
        self._number += 1
        id = f"file-{self._number}"
        self.files[id] = data
        return {
            "id": id, "object": "file", "bytes": len(data), "created_at": 1, "filename": "x", "purpose": "batch",
            "status": "processed",
        }  # fmt: skip

    def _make(self, said: dict[str, Any]) -> dict[str, Any]:
        assert said["completion_window"] == "24h"
        self._number += 1
        id = f"batch_{self._number}"
        self.batches[id] = {
            "id": id, "object": "batch", "status": "validating", "created_at": 2_000_000_000,
            "completion_window": "24h", "endpoint": said["endpoint"], "input_file_id": said["input_file_id"],
        }  # fmt: skip
        return self.batches[id]

    def _look(self, batch: dict[str, Any]) -> dict[str, Any]:
        if self.held or batch["status"] not in ("validating", "in_progress"):
            return batch
        batch["status"] = self.ends.pop(0) if self.ends else "completed"
        if batch["status"] == "failed":
            batch["errors"] = {"object": "list", "data": self.errors}
            return batch
        output, errors = [], []
        for line in reversed(self.files[batch["input_file_id"]].split(b"\n")):  # in another order than they came
            if not line:
                continue
            one = json.loads(line)
            said = self.answer(one["body"])
            name = {"id": "r", "custom_id": one["custom_id"]}
            if said is None:
                error = {"code": "batch_expired", "message": "not in time"}
                errors.append({**name, "response": None, "error": error})
            else:
                response = {"status_code": said[0], "request_id": "q", "body": said[1]}
                (output if said[0] == 200 else errors).append({**name, "response": response, "error": None})
        for field, lines in (("output_file_id", output), ("error_file_id", errors)):
            if lines:
                # Letters as they are: ends of lines that are none in JSON stand in the middle of a line.
                text = "\n".join(json.dumps(one, ensure_ascii=False) for one in lines)
                batch[field] = self._file(text.encode())["id"]
        return batch
