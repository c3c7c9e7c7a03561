"""Routes: what each address answers."""

from __future__ import annotations

import asyncio
import email.utils
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import orjson

from tests.fault_server.answers import Answer, Answers, error, tokens_of
from tests.fault_server.batches import Batches
from tests.fault_server.connections import Call, Connection, Reply
from tests.fault_server.figures import Arrival, Statistics
from tests.fault_server.settings import TRANSPORT, Settings, key_of
from tests.fault_server.traffic import Traffic, Verdict

_ASKED = {"/v1/chat/completions": "messages", "/v1/completions": "prompt"}
_LOOK_SECONDS = 0.02


class Server:
    """One server.

    Args:
        settings: what to do.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._answers = Answers(settings)
        self._traffic = Traffic(settings)
        self._batches = Batches(settings, self._in_batch)
        self._statistics = Statistics(settings.grace_seconds, settings.truth)
        self._connections: set[Connection] = set()
        self._server: asyncio.Server | None = None

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listen, and say where: `http://host:port`."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: Connection(self._handle, self._come, self._gone), host, port, backlog=4_096
        )
        self._look(loop, loop.time())
        return f"http://{host}:{self._server.sockets[0].getsockname()[1]}"

    def _look(self, loop: asyncio.AbstractEventLoop, due: float) -> None:
        """Note how late this is."""
        now = loop.time()
        self._statistics.late_by = max(self._statistics.late_by, now - due)
        loop.call_at(now + _LOOK_SECONDS, self._look, loop, now + _LOOK_SECONDS)

    async def stop(self) -> None:
        """Close everything."""
        if self._server is not None:
            self._server.close()
        for connection in list(self._connections):
            connection.close()

    def learn(self, pairs: list[Mapping[str, str]]) -> int:
        """Add pairs to the dictionary."""
        return self._answers.learn(pairs)

    def _come(self, connection: Connection) -> None:
        self._connections.add(connection)
        self._statistics.connections += 1

    def _gone(self, connection: Connection) -> None:
        self._connections.discard(connection)

    def _handle(self, call: Call, connection: Connection) -> None:
        try:
            if call.method == "POST" and call.path in _ASKED:
                self._ask(call, connection)
            elif call.path.startswith("/control/"):
                connection.send(self._control(call))
            else:
                connection.send(_sent(self._other(call)))
        except Exception as problem:  # 400, not 500: nobody tries again what can never work
            connection.send(_sent(error(400, f"the fault server cannot do this: {type(problem).__name__}: {problem}")))

    def _ask(self, call: Call, connection: Connection) -> None:
        """A request for a model."""
        try:
            body = orjson.loads(call.body)
            lane = str(body["model"])
            body[_ASKED[call.path]]
        except (ValueError, KeyError, TypeError):
            connection.send(_sent(error(400, "not a request that this address takes")))
            return
        if self._unknown(call):
            connection.send(_sent(error(401, "Incorrect API key provided", "invalid_api_key")))
            return
        key = key_of(body)
        statistics = self._statistics
        arrival = statistics.arrive(key, lane)
        prompt = body.get("prompt") or "".join(str(one.get("content")) for one in body.get("messages") or ())
        verdict = self._traffic.verdict(key, lane, arrival.number, body, tokens_of(str(prompt)))
        arrival.traffic = verdict.name
        connection.waiting = lambda: statistics.leave(arrival, None)
        if verdict.answer is not None:
            connection.send(Reply(verdict.answer.body, verdict.answer.status, _headers(verdict)))
            statistics.refuse(arrival, verdict.answer.status, verdict.retry_after, verdict.until)
            statistics.leave(arrival, verdict.answer)
        elif verdict.close == 0.0:
            connection.close()
        elif verdict.silent:
            pass  # until the client gives up
        else:
            # Before the wait: what the answer is does not hang on when it is sent.
            answer = self._answers.answer(body, key)
            if verdict.wait > 0:
                asyncio.get_running_loop().call_later(
                    verdict.wait, self._send, answer, verdict, arrival, connection, statistics
                )
            else:
                self._send(answer, verdict, arrival, connection, statistics)

    def _send(
        self, answer: Answer, verdict: Verdict, arrival: Arrival, connection: Connection, statistics: Statistics
    ) -> None:
        if connection.waiting is None:
            return  # the client has gone, and that is noted
        self._traffic.answered(arrival.lane, verdict, answer)
        kind = "text/html" if answer.body[:1] == b"<" else "application/json"
        connection.send(Reply(answer.body, answer.status, kind=kind, part=verdict.close))
        statistics.leave(arrival, None if verdict.close is not None else answer)

    def _in_batch(self, body: dict[str, Any]) -> Answer:
        """The answer to one body of a batch; of transport faults, `server_error` alone is known there."""
        key = key_of(body)
        self._statistics.batched += 1
        if self.settings.drawn(TRANSPORT, key) in ("server_error", "unavailable"):
            return error(500, "the server has a fault of its own, drawn")
        answer = self._answers.answer(body, key)
        if answer.status == 200:
            self._statistics.tell(key, answer)
        return answer

    def _other(self, call: Call) -> Answer:
        """Everything of OpenAI's that is not a completion."""
        if self._unknown(call):
            return error(401, "Incorrect API key provided", "invalid_api_key")
        method, parts, batches = call.method, call.path.strip("/").split("/")[1:], self._batches
        if not call.path.startswith("/v1/"):
            return error(404, f"no such address: {call.path}")
        if (method, parts) == ("GET", ["models"]):
            data = [{"id": name, "object": "model"} for name in self.settings.models or ["faults"]]
            return Answer(200, orjson.dumps({"object": "list", "data": data}))
        if parts[0] == "files":
            if method == "POST" and len(parts) == 1:
                return batches.upload(call.headers.get("content-type", ""), call.body)
            if len(parts) == 3 and parts[2] == "content":
                return batches.content(parts[1])
            if len(parts) == 2:
                return batches.forget(parts[1]) if method == "DELETE" else batches.file(parts[1])
        if parts[0] == "batches":
            if len(parts) == 1:
                return batches.create(orjson.loads(call.body)) if method == "POST" else batches.all()
            if len(parts) == 3 and parts[2] == "cancel" and method == "POST":
                return batches.cancel(parts[1])
            if len(parts) == 2:
                return batches.batch(parts[1])
        return error(404, f"no such address: {method} {call.path}")

    def _control(self, call: Call) -> Reply:
        """What tests ask; nothing of this counts."""
        statistics, name = self._statistics, call.path.removeprefix("/control/")
        said: Any = orjson.loads(call.body) if call.body else None
        told: Any = {}
        match name:
            case "statistics":
                told = statistics.summary()
            case "arrivals":
                told = [asdict(one) for one in statistics.arrivals]
            case "refusals":
                told = statistics.refusals
            case "violations":
                told = statistics.violations
            case "truth":
                told = statistics.truth
            case "pairs":
                told = {"texts": self.learn(said)}
            case "settings":
                if said:
                    self._follow(self.settings.but(said))
                told = asdict(self.settings)
            case "reset":
                self._statistics = Statistics(self.settings.grace_seconds, self.settings.truth)
                self._traffic = Traffic(self.settings)
            case _:
                return Reply(b"{}", 404)
        return Reply(orjson.dumps(told))

    def _follow(self, settings: Settings) -> None:
        self.settings = settings
        self._answers.configure(settings)
        self._traffic = Traffic(settings)
        self._batches.settings = settings
        self._statistics.grace, self._statistics.keep_truth = settings.grace_seconds, settings.truth

    def _unknown(self, call: Call) -> bool:
        return self.settings.key is not None and call.headers.get("authorization") != f"Bearer {self.settings.key}"


def _headers(verdict: Verdict) -> dict[str, str]:
    dated = {"date": email.utils.formatdate(usegmt=True)}
    return dated if verdict.retry_after is None else {**dated, "retry-after": verdict.retry_after}


def _sent(answer: Answer) -> Reply:
    return Reply(answer.body, answer.status)
