"""Files and the Batch API: requests in, answers and errors out, some time later; expired and cancelled ones in part."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
import xxhash

from tests.fault_server.answers import Answer, error
from tests.fault_server.settings import Settings

_DAY = 86_400
_DONE = ("completed", "expired", "cancelled", "failed")


@dataclass
class _Batch:
    id: str
    input: str
    endpoint: str
    created: float
    expires: float | None
    lines: list[dict[str, Any]]
    metadata: Any = None
    errors: list[dict[str, Any]] = field(default_factory=list)
    status: str = "validating"
    cancelled: float | None = None
    ended: float | None = None
    output: str | None = None
    failures: str | None = None
    completed: int = 0
    failed: int = 0


class Batches:
    """Files and batches of one server.

    Args:
        settings: what to do.
        answer: the answer to one body of a batch.
    """

    def __init__(self, settings: Settings, answer: Callable[[dict[str, Any]], Answer]) -> None:
        self.settings = settings
        self._answer = answer
        self._numbers = itertools.count(1)
        self._files: dict[str, tuple[dict[str, Any], bytes]] = {}
        self._batches: dict[str, _Batch] = {}
        self._expiries = 0

    def upload(self, kind: str, body: bytes) -> Answer:
        """A file from a form.

        Args:
            kind: content type with its boundary.
            body: `multipart/form-data` with the fields `purpose` and `file`.
        """
        parts = _multipart(kind, body)
        if "file" not in parts or "purpose" not in parts:
            return error(400, "a form with the fields `purpose` and `file` is needed")
        name, data = parts["file"]
        return _json(self._keep(data, name or "upload.jsonl", parts["purpose"][1].decode()))

    def file(self, id: str) -> Answer:
        """What is known of a file."""
        found = self._files.get(id)
        return error(404, f"no such file {id}") if found is None else _json(found[0])

    def content(self, id: str) -> Answer:
        """The bytes of a file."""
        found = self._files.get(id)
        return error(404, f"no such file {id}") if found is None else Answer(200, found[1])

    def forget(self, id: str) -> Answer:
        """Delete a file."""
        gone = self._files.pop(id, None) is not None
        return _json({"id": id, "object": "file", "deleted": True}) if gone else error(404, f"no such file {id}")

    def create(self, said: dict[str, Any]) -> Answer:
        """A batch of an uploaded file."""
        found = self._files.get(said.get("input_file_id", ""))
        endpoint = said.get("endpoint", "")
        if found is None or endpoint not in ("/v1/chat/completions", "/v1/completions"):
            return error(400, "a batch needs `input_file_id` of an uploaded file and a known `endpoint`")
        if said.get("completion_window") != "24h":
            return error(400, "`completion_window` has to be 24h")
        lines, errors = self._lines(found[1], endpoint)
        share = self.settings.batch_expires_after
        expires = None
        if share is not None and self._expiries < self.settings.batch_expiries and not errors:
            self._expiries += 1
            expires = share
        batch = _Batch(
            f"batch_{next(self._numbers)}", said["input_file_id"], endpoint, time.time(), expires, lines,
            said.get("metadata"), errors,
        )  # fmt: skip
        self._batches[batch.id] = batch
        return _json(self._told(batch))

    def batch(self, id: str) -> Answer:
        """How far a batch is."""
        batch = self._batches.get(id)
        return error(404, f"no such batch {id}") if batch is None else _json(self._told(batch))

    def all(self) -> Answer:
        """All batches, the newest first."""
        data = [self._told(batch) for batch in reversed(self._batches.values())]
        return _json({"object": "list", "data": data, "has_more": False})

    def cancel(self, id: str) -> Answer:
        """Stop a batch; what is done by then is kept."""
        batch = self._batches.get(id)
        if batch is None:
            return error(404, f"no such batch {id}")
        self._move(batch)
        if batch.status in _DONE:
            return error(409, f"batch {id} is {batch.status}")
        batch.cancelled = time.time()
        batch.status = "cancelling"
        return _json(self._told(batch, move=False))

    def _lines(self, data: bytes, endpoint: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        lines: list[dict[str, Any]] = []
        errors: list[dict[str, Any]] = []
        names: set[str] = set()

        def problem(code: str, message: str, number: int | None) -> None:
            errors.append({"code": code, "message": message, "line": number, "param": None})

        for number, line in enumerate(data.splitlines(), 1):
            try:
                one = orjson.loads(line)
                name = one["custom_id"]
                if one["url"] != endpoint or one["method"] != "POST" or not isinstance(one["body"], dict):
                    problem("mismatched_endpoint", "method and url have to be those of the batch", number)
            except (ValueError, KeyError, TypeError):
                problem("invalid_json_line", "not a request", number)
                continue
            if name in names:
                problem("duplicate_custom_id", f"custom_id {name} comes twice", number)
            names.add(name)
            lines.append(one)
        if not lines and not errors:
            problem("empty_file", "the file holds no request", None)
        if len(lines) > self.settings.batch_requests:
            problem("too_many_tasks", f"at most {self.settings.batch_requests} requests", None)
        if len(data) > self.settings.batch_bytes:
            problem("file_too_large", f"at most {self.settings.batch_bytes} bytes", None)
        if len({one["body"].get("model") for one in lines if isinstance(one.get("body"), dict)}) > 1:
            problem("mismatched_model", "one model in one batch", None)
        return lines, errors

    def _move(self, batch: _Batch) -> None:
        """Where a batch stands by now."""
        if batch.status in _DONE:
            return
        now = time.time()
        at = (now - batch.created) / max(self.settings.batch_seconds, 1e-9)
        if batch.errors:
            batch.status, batch.ended = "failed", now
        elif batch.cancelled is not None:
            done = (batch.cancelled - batch.created) / max(self.settings.batch_seconds, 1e-9)
            self._finish(batch, "cancelled", min(1.0, done), "batch_cancelled", "This request was cancelled.")
        elif batch.expires is not None and at >= batch.expires:
            why = "This request could not be executed before the completion window expired."
            self._finish(batch, "expired", batch.expires, "batch_expired", why)
        elif at >= 1:
            self._finish(batch, "completed", 1.0, "", "")
        elif at >= 0.1:
            batch.status, batch.completed = "in_progress", int(at * len(batch.lines))

    def _finish(self, batch: _Batch, status: str, share: float, code: str, why: str) -> None:
        # In an order of its own, as the real one does: nobody may go by the order of the file.
        order = sorted(batch.lines, key=lambda one: xxhash.xxh3_64_intdigest(f"{batch.id} {one['custom_id']}".encode()))
        done = int(share * len(order))
        good, bad = [], []
        for number, one in enumerate(order):
            base = {"id": f"{batch.id}_{number}", "custom_id": one["custom_id"]}
            if number >= done:
                bad.append({**base, "response": None, "error": {"code": code, "message": why}})
                continue
            answer = self._answer(one["body"])
            try:
                body = orjson.loads(answer.body)
            except ValueError:  # what is no JSON cannot stand in a file of JSON
                answer = error(500, "the server has a fault of its own")
                body = orjson.loads(answer.body)
            response = {"status_code": answer.status, "request_id": f"req_{base['id']}", "body": body}
            (good if answer.status == 200 else bad).append({**base, "response": response, "error": None})
        batch.status, batch.ended, batch.completed, batch.failed = status, time.time(), len(good), len(bad)
        for name, lines in (("output", good), ("failures", bad)):
            if lines:
                data = b"\n".join(map(orjson.dumps, lines)) + b"\n"
                setattr(batch, name, self._keep(data, f"{batch.id}_{name}.jsonl", "batch_output")["id"])

    def _told(self, batch: _Batch, move: bool = True) -> dict[str, Any]:
        if move:
            self._move(batch)
        created, ended = int(batch.created), batch.ended and int(batch.ended)
        return {
            "id": batch.id, "object": "batch", "endpoint": batch.endpoint, "input_file_id": batch.input,
            "completion_window": "24h", "status": batch.status, "created_at": created, "expires_at": created + _DAY,
            "output_file_id": batch.output, "error_file_id": batch.failures, "metadata": batch.metadata,
            "errors": {"object": "list", "data": batch.errors[:50]} if batch.status == "failed" else None,
            **{f"{status}_at": ended if batch.status == status else None for status in _DONE},
            "in_progress_at": None if batch.status == "validating" else created,
            "finalizing_at": ended, "cancelling_at": batch.cancelled and int(batch.cancelled),
            "request_counts": {"total": len(batch.lines), "completed": batch.completed, "failed": batch.failed},
        }  # fmt: skip

    def _keep(self, data: bytes, name: str, purpose: str) -> dict[str, Any]:
        id = f"file-{next(self._numbers)}"
        about = {
            "id": id, "object": "file", "bytes": len(data), "created_at": int(time.time()), "filename": name,
            "purpose": purpose, "status": "processed",
        }  # fmt: skip
        self._files[id] = (about, data)
        return about


def _json(value: dict[str, Any]) -> Answer:
    return Answer(200, orjson.dumps(value))


def _multipart(kind: str, body: bytes) -> dict[str, tuple[str, bytes]]:
    """File name and bytes of each field of a form."""
    _, _, boundary = kind.partition("boundary=")
    boundary = boundary.partition(";")[0].strip().strip('"')
    found: dict[str, tuple[str, bytes]] = {}
    if not boundary:
        return found
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary.encode())[1:]:
        head, parted, data = part.partition(b"\r\n\r\n")
        if not parted:
            continue
        about = {}
        for line in head.decode("utf-8", "replace").split("\r\n"):
            if line.lower().startswith("content-disposition:"):
                for item in line.split(";")[1:]:
                    name, _, value = item.strip().partition("=")
                    about[name.lower()] = value.strip('"')
        found[about.get("name", "")] = (about.get("filename", ""), data)
    return found
