"""A stub server for faults that a real server cannot be made to show, and a fake client for the stages."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from schemas.recipe import Client
from translators.llm.request import Reply, Request


@dataclass
class Answer:
    """What the stub sends once."""

    status: int = 200
    body: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0.0


def completion(text: str | None, **more: Any) -> str:
    """The body of a good completion."""
    choice = {"index": 0, "text": text, "finish_reason": "stop"}
    usage = {"prompt_tokens": 5, "completion_tokens": 2}
    return json.dumps(
        {"id": "1", "object": "text_completion", "model": "stub-1", "choices": [choice], "usage": usage, **more}
    )


class Stub:
    """Plays its answers in order, then good ones; notes when and with what it was asked.

    Where `respond` is set, it gives the answer to a body instead.
    """

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.respond: Callable[[dict[str, Any]], Answer] | None = None
        self.asked: list[tuple[float, dict[str, Any]]] = []
        self.authorizations: list[str | None] = []
        self.most_at_once = 0
        self._at_once = 0
        self._lock = threading.Lock()
        stub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                with stub._lock:
                    stub.asked.append((time.monotonic(), body))
                    stub.authorizations.append(self.headers.get("authorization"))
                    if stub.respond is not None:
                        answer = stub.respond(body)
                    else:
                        answer = stub.answers.pop(0) if stub.answers else Answer()
                    stub._at_once += 1
                    stub.most_at_once = max(stub.most_at_once, stub._at_once)
                time.sleep(answer.wait)
                with stub._lock:
                    stub._at_once -= 1
                data = (answer.body if answer.body is not None else completion("bonjour")).encode()
                try:
                    self.send_response(answer.status)
                    for name, value in {"content-type": "application/json", **answer.headers}.items():
                        self.send_header(name, value)
                    self.send_header("content-length", str(len(data)))
                    self.end_headers()
                    self.wfile.write(data)
                except OSError:
                    pass  # the client gave up, as some tests want

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.base_url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def stub() -> Iterator[Stub]:
    server = Stub()
    yield server
    server.close()


class FakeClient:
    """Answers from a function; no server, no cache."""

    def __init__(self, answer: Callable[[Request], str | Reply], **spec: Any) -> None:
        self.spec = Client(**{"base_url": "http://fake.example/v1", "form": "completion", **spec})
        self.asked: list[Request] = []
        self._answer = answer

    async def ask(self, request: Request) -> Reply:
        self.asked.append(request)
        given = self._answer(request)
        if isinstance(given, Reply):
            return given
        return Reply(given, "stop", "fake-1", 7, 3, key=request.key("fake"))


@pytest.fixture
def fake() -> type[FakeClient]:
    return FakeClient


@pytest.fixture
def answer() -> type[Answer]:
    return Answer


@pytest.fixture
def completion_body() -> Callable[..., str]:
    return completion
