"""The files of the Batch API: a request a line on the way there, an answer a line on the way back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from translators.llm.request import Form, Request, canonical_json

# Ends of lines that JSON leaves alone, and that some programs cut a file at.
_LINE_ENDS = {ord(end): f"\\u{ord(end):04x}" for end in "\x85\u2028\u2029"}
_PATHS: dict[Form, str] = {"chat": "/v1/chat/completions", "completion": "/v1/completions"}
EXPIRED = "batch_expired"


def path_of(form: Form) -> str:
    """What a batch of such requests is addressed to."""
    return _PATHS[form]


def line_of(key: str, request: Request) -> bytes:
    """The line of a request, named by its key in the response cache."""
    line = {"custom_id": key, "method": "POST", "url": path_of(request.form), "body": request.body()}
    return canonical_json(line).translate(_LINE_ENDS).encode() + b"\n"


def request_of(line: bytes) -> tuple[str, Request, str]:
    """Key, request and canonical body of a line that `line_of` made: as far as reading its answer needs it.

    Raises:
        ValueError: no such line.
    """
    try:
        found = json.loads(line)
        body = found["body"]
        form: Form = "chat" if "messages" in body else "completion"
        request = Request(
            model=body["model"],
            form=form,
            prompt=body.get("prompt", ""),
            logprobs="logprobs" in body,
            echo=bool(body.get("echo")),
        )
        return str(found["custom_id"]), request, canonical_json(body)
    except (KeyError, TypeError) as error:
        raise ValueError(f"no line of a batch: {error}") from error


@dataclass(frozen=True)
class Outcome:
    """What became of one request of a batch.

    Args:
        key: of the request.
        status: of its answer; 0 where it has none.
        body: of its answer, or what the server says of its absence.
        expired: whether its turn never came.
    """

    key: str
    status: int
    body: Any
    expired: bool = False


def outcome_of(line: bytes) -> Outcome | None:
    """The outcome in a line of an output or error file; None where it cannot be read."""
    try:
        found = json.loads(line)
    except ValueError:
        return None
    if not isinstance(found, Mapping) or not isinstance(found.get("custom_id"), str):
        return None
    key, response, error = found["custom_id"], found.get("response"), found.get("error")
    if isinstance(response, Mapping) and isinstance(response.get("status_code"), int):
        return Outcome(key, response["status_code"], response.get("body"))
    code = error.get("code") if isinstance(error, Mapping) else None
    return Outcome(key, 0, error, expired=code == EXPIRED)
