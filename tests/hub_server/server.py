"""HTTP/1.1 on threads, accounts and rights, the log."""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from tests.hub_server import reading, writing
from tests.hub_server.faults import Action, Fault, Faults
from tests.hub_server.routes import Answer, Request, find, give
from tests.hub_server.store import Problem, Repo

__all__ = ["HubServer", "Logged", "reading", "writing"]
_BLOCK = 1 << 16


@dataclass(frozen=True)
class Logged:
    """A request as it went: its route, what came, what was answered (0: the connection was broken)."""

    route: str
    method: str
    path: str
    received: int
    status: int


class HubServer:
    """The server, for the time of a `with`.

    Args:
        port: 0 for any free one.
        page: entries on a page of a listing.
    """

    def __init__(self, port: int = 0, page: int = 1000) -> None:
        self.page = page
        self.xet = False
        self.signature = secrets.token_hex(8)
        self.token = f"hf_{secrets.token_hex(17)}"
        self.accounts = {self.token: "me"}
        self.rights: dict[str, set[str]] = {"me": {"me", "org"}}
        self.repos: dict[str, Repo] = {}
        self.log: list[Logged] = []
        self.lock = threading.RLock()
        self._faults = Faults()
        self._http = _Http(("127.0.0.1", port), _Handler)
        self._http.hub = self
        self.address = f"http://127.0.0.1:{self._http.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._faults.clear()
        self._http.shutdown()
        self._http.server_close()

    def account(self, name: str, *namespaces: str) -> str:
        """A token of another account, which may write in those namespaces and its own."""
        token = f"hf_{secrets.token_hex(17)}"
        self.accounts[token] = name
        self.rights[name] = {name, *namespaces}
        return token

    def fault(self, route: str, action: Action, **settings: Any) -> Fault:
        """Let something go wrong; see `Fault`."""
        return self._faults.add(Fault(route, action, **settings))

    def well(self) -> None:
        """Nothing goes wrong any more."""
        self._faults.clear()

    def repo(self, name: str) -> Repo:
        return self.repos[name]

    def requests(self, route: str | None = None) -> list[Logged]:
        """What came, of one route or of all."""
        with self.lock:
            return [one for one in self.log if route in (None, one.route) and one.route != "harnesses"]

    def received(self, route: str = "lfs_put") -> int:
        """Bytes of bodies that came to a route, those of broken requests too."""
        return sum(one.received for one in self.requests(route))

    # For the routes

    def may_write(self, account: str | None, name: str) -> bool:
        return name.partition("/")[0] in self.rights.get(account or "", ())

    def readable(self, request: Request) -> Repo:
        """The repository of a request, if its account may read it."""
        repo = self.repos.get(request.repo)
        if repo is None or (repo.private and not self.may_write(request.account, repo.name)):
            raise Problem(401 if request.account is None else 404, "Repository not found", "RepoNotFound")
        if repo.gated and not self.may_write(request.account, repo.name):
            raise Problem(403, f"Access to dataset {repo.name} is restricted", "GatedRepo")
        return repo

    def writable(self, request: Request) -> Repo:
        """The repository of a request, if its account may write to it."""
        repo = self.readable(request)
        if not self.may_write(request.account, repo.name):
            raise Problem(403, "you have no right to write here")
        return repo


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    hub: HubServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is what these tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Http
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_GET(self) -> None:
        hub, address = self.server.hub, urlsplit(self.path)
        known = find(self.command, address.path)
        name = known[0] if known else "unknown"
        fault = hub._faults.take(name)
        received, status = 0, 0
        try:
            body, whole = self._body(fault)
            received = len(body)
            if not whole:
                return self._break()
            if fault is not None and fault.action == "slow":
                time.sleep(fault.seconds)
            if fault is not None and fault.action == "status":
                fault.reached.set()
                answer = give({"error": fault.message}, fault.status, **fault.headers)
            elif known is None:
                answer = give({"error": f"no route {address.path}"}, 404)
            else:
                answer = self._answer(known, address.query, body)
            if fault is not None and fault.action in ("lost", "hang"):
                fault.reached.set()
                if fault.action == "hang":
                    fault.stalled()
                return self._break()
            status = answer.status
        finally:
            with hub.lock:
                hub.log.append(Logged(name, self.command, self.path, received, status))
        self._send(answer)
        return None

    do_POST = do_PUT = do_HEAD = do_GET  # noqa: N815

    def _answer(self, known: Any, query: str, body: bytes) -> Answer:
        hub, (_, parts, function) = self.server.hub, known
        headers = {key.lower(): value for key, value in self.headers.items()}
        token = headers.get("authorization", "").removeprefix("Bearer ")
        if token and token not in hub.accounts:
            return give({"error": "Invalid credentials in Authorization header"}, 401)
        request = Request(
            self.command, parts, dict(parse_qsl(query, keep_blank_values=True)), headers, body, hub.accounts.get(token)
        )
        with hub.lock:
            try:
                answer: Answer = function(hub, request)
                return answer
            except Problem as problem:
                code = {"X-Error-Code": problem.code} if problem.code else {}
                return give({"error": problem.message}, problem.status, **code, **{"X-Error-Message": problem.message})

    def _body(self, fault: Fault | None) -> tuple[bytes, bool]:
        """What came, and whether it is to go on with."""
        stops = fault is not None and fault.action in ("drop", "stall")
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            content = self._chunks()
        else:
            left = int(self.headers.get("Content-Length") or 0)
            if stops and fault is not None:
                left = min(left, fault.after)
            blocks = []
            while left and (block := self.rfile.read(min(left, _BLOCK))):
                blocks.append(block)
                left -= len(block)
            content = b"".join(blocks)
            if left:
                return content, False  # the client went away
        if not stops or fault is None:
            return content, True
        fault.reached.set()
        if fault.action == "stall":
            fault.stalled()
            self.close_connection = True
        return content, False

    def _chunks(self) -> bytes:
        blocks = []
        while size := int(self.rfile.readline().split(b";")[0] or b"0", 16):
            blocks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(blocks)

    def _break(self) -> None:
        self.close_connection = True
        try:
            self.connection.shutdown(2)
        except OSError:
            pass

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        length = len(answer.body) if answer.length is None else answer.length
        for name, value in {"Content-Length": str(length), **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)
        self.wfile.flush()

    def log_message(self, *_: object) -> None:
        """Says nothing: `HubServer.log` has it."""
