"""Vectors from a server: batches, pieces of long texts, patience, and what each fault means. The server is a stub."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import polars as pl
import pytest

from filters._embeddings import Embedding, fingerprint, open_embedder
from filters._embeddings.openai import Server, _pieces
from schemas.errors import PermissionProblem, RecipeError, RetryLater, ServerUnavailable


@dataclass
class Answer:
    """What the stub sends once."""

    status: int = 200
    body: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0.0


def vector(text: str, dimension: int = 3) -> list[float]:
    """Counts of a few letters: long texts have long vectors, of which only the direction may count."""
    return [float(text.lower().count(letter)) + 0.5 for letter in "abcdefgh"[:dimension]]


class Stub:
    """Plays its answers in order, then good ones in odd order; notes what it was asked."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.paths: list[str] = []
        self.dimension = 3
        stub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                stub.asked.append(body)
                stub.keys.append(self.headers.get("authorization"))
                stub.paths.append(self.path)
                answer = stub.answers.pop(0) if stub.answers else Answer()
                time.sleep(answer.wait)
                items = [
                    {"object": "embedding", "index": i, "embedding": vector(text, stub.dimension)}
                    for i, text in enumerate(body["input"])
                ]
                data = (json.dumps({"data": items[::-1]}) if answer.body is None else answer.body).encode()
                try:
                    self.send_response(answer.status)
                    for name, value in {"content-type": "application/json", **answer.headers}.items():
                        self.send_header(name, value)
                    self.send_header("content-length", str(len(data)))
                    self.end_headers()
                    self.wfile.write(data)
                except OSError:
                    pass  # the client gave up, as a test wants

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.base_url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"
        threading.Thread(target=lambda: self._server.serve_forever(0.01), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def stub() -> Iterator[Stub]:
    one = Stub()
    yield one
    one.close()


def asked(stub: Stub, **given: Any) -> Embedding:
    plain = {"backend": "openai", "base_url": stub.base_url, "model": "m", "reference": [], "directions": 0}
    return Embedding.model_validate({**plain, **given})


def server(stub: Stub, **given: Any) -> Server:
    """A server that was asked for the length of its vectors already."""
    made = Server(asked(stub, **given), first_wait_seconds=0.001)
    stub.asked.clear()
    return made


def unit(values: Any) -> Any:
    return np.array(values) / np.linalg.norm(values)


def test_the_vectors_of_texts_in_their_order(stub: Stub) -> None:
    texts = pl.Series(["aab", None, "b", "…", "字", "c a b"], dtype=pl.String)
    found = open_embedder(asked(stub, batch=2)).embed(texts)
    expected = [unit(vector(text)) if text not in (None, "…") else np.zeros(3) for text in texts]
    assert found.dtype == np.float32 and np.allclose(found, expected, atol=1e-6)
    assert [body["input"] for body in stub.asked] == [["a"], ["aab", "b"], ["字", "c a b"]]
    assert {(body["model"], body["encoding_format"]) for body in stub.asked} == {("m", "float")}
    assert all("dimensions" not in body for body in stub.asked) and set(stub.paths) == {"/v1/embeddings"}


def test_the_length_can_be_asked_for(stub: Stub) -> None:
    stub.dimension = 5
    assert open_embedder(asked(stub, dimensions=5)).dimension == 5
    assert stub.asked[0]["dimensions"] == 5


def test_a_long_text_is_the_mean_of_its_pieces(stub: Stub) -> None:
    made = server(stub, piece_characters=20)
    text = "aaaa bbbb cccc " * 5
    (found,) = made(pl.Series([text]))
    pieces = [piece for body in stub.asked for piece in body["input"]]
    assert "".join(pieces) == text and max(map(len, pieces)) <= 20 and len(pieces) > 3
    assert np.allclose(unit(found), unit(sum(len(piece) * unit(vector(piece)) for piece in pieces)))


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", []),
        ("ab", ["ab"]),
        ("ab cd ef", ["ab ", "cd ef"]),
        ("abcdefgh", ["abcde", "fgh"]),
        ("a\nbcdefg", ["a\n", "bcdef", "g"]),
        ("ab          cd", ["ab   ", "  cd"]),
        ("กขคงจฉ", ["กขคงจ", "ฉ"]),
    ],
)
def test_pieces(text: str, pieces: list[str]) -> None:
    assert list(_pieces(text, 5)) == pieces


@pytest.mark.parametrize(
    "answer",
    [
        Answer(429, "{}"),
        Answer(429, "{}", {"retry-after": "0.01"}),
        Answer(500, "{}"),
        Answer(503, "busy", {"retry-after": "soon"}),
        Answer(200, "not json"),
        Answer(200, "{}"),
        Answer(200, json.dumps({"data": []})),
        Answer(200, json.dumps({"data": [{"index": 1, "embedding": [1, 2, 3]}]})),
        Answer(200, json.dumps({"data": [{"index": 0, "embedding": "AAAA"}]})),
        Answer(200, '{"data": [{"index": 0, "embedding": [1, NaN, 3]}]}'),
        Answer(200, wait=0.5),
    ],
    ids=lambda answer: f"{answer.status} {answer.body}",
)
def test_a_fault_that_passes(stub: Stub, answer: Answer) -> None:
    made = server(stub, timeout_seconds=0.25)
    stub.answers = [answer]
    assert np.allclose(made(pl.Series(["abc"])), unit(vector("abc")) * 3)
    assert [body["input"] for body in stub.asked] == [["abc"]] * 2


def test_a_server_that_keeps_refusing(stub: Stub) -> None:
    made = server(stub, attempts=3)
    stub.answers = [Answer(503, json.dumps({"error": {"message": "loading the model"}}))] * 9
    with pytest.raises(
        ServerUnavailable, match=r"after 3 attempts; the last: status 503: .*Check that the server runs"
    ):
        made(pl.Series(["abc"]))
    assert len(stub.asked) == 3


def test_a_server_that_is_away(stub: Stub) -> None:
    given = asked(stub, attempts=2)
    stub.close()
    with pytest.raises(RetryLater, match=r"after 2 attempts; the last: no connection"):
        Server(given, first_wait_seconds=0.001)


def test_a_server_that_never_answers_with_vectors(stub: Stub) -> None:
    made = server(stub, attempts=2)
    stub.answers = [Answer(200, json.dumps({"data": []}))] * 9
    with pytest.raises(ServerUnavailable, match="an answer with 0 vectors for 1 texts"):
        made(pl.Series(["abc"]))


def test_a_server_whose_model_changes(stub: Stub) -> None:
    made = server(stub)
    stub.dimension = 4
    with pytest.raises(ServerUnavailable, match=r"vectors of length 3, now of 4: its model 'm' has changed"):
        made(pl.Series(["abc"]))


@pytest.mark.parametrize("status", [400, 404, 413, 422])
def test_what_can_never_work_stops_at_once(stub: Stub, status: int) -> None:
    made = server(stub)
    stub.answers = [Answer(status, json.dumps({"error": {"message": "no such model"}}))]
    with pytest.raises(RecipeError, match=rf"status {status}: .*no such model.*piece_characters"):
        made(pl.Series(["abc"]))
    assert len(stub.asked) == 1


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_is_not_shown(stub: Stub, status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", "secret-123")
    made = server(stub, api_key_env="MY_KEY")
    stub.answers = [Answer(status, json.dumps({"error": {"message": "wrong key secret-123"}}))]
    with pytest.raises(PermissionProblem, match=r"Check the key in MY_KEY") as raised:
        made(pl.Series(["abc"]))
    assert "secret-123" not in str(raised.value) and stub.keys[-1] == "Bearer secret-123"


def test_a_key_that_is_not_set(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MY_KEY", raising=False)
    with pytest.raises(PermissionProblem, match=r"variable MY_KEY .* is empty"):
        Server(asked(stub, api_key_env="MY_KEY"))


def test_the_reference_is_asked_for_too(stub: Stub) -> None:
    stub.dimension = 8
    given = asked(stub, reference=["sample://quality/fra_Latn.jsonl"], directions=2)
    found = open_embedder(given).embed(pl.Series(["abc def", "gg hh"]))
    assert np.allclose(np.linalg.norm(found, axis=1), 1)
    assert sum(len(body["input"]) for body in stub.asked) == 1 + 16 + 2
    assert list(fingerprint(given)) == ["reference"]
