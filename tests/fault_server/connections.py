"""HTTP/1.1 on asyncio, no more of it than API clients use: thousands of requests a second on one core."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus

_MOST_BYTES = 400_000_000
_REASONS = {status.value: status.phrase for status in HTTPStatus}


@dataclass
class Call:
    """One request as it came.

    Args:
        method: in capitals.
        path: without the query.
        headers: by name in lower case.
        body: bytes.
    """

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """What is sent.

    Args:
        body: bytes.
        status: of HTTP.
        headers: more than length and type.
        kind: content type.
        part: share of the bytes that is sent before the connection is closed; None: all, and it stays open.
    """

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    kind: str = "application/json"
    part: float | None = None


class Connection(asyncio.Protocol):
    """One connection: its requests one after the other.

    Args:
        handle: called with a request and this connection; it calls `send` once, now or later, or never.
        gone: called with this connection when it closes.
        come: called with this connection when it opens.
    """

    def __init__(
        self,
        handle: Callable[[Call, Connection], None],
        come: Callable[[Connection], None],
        gone: Callable[[Connection], None],
    ) -> None:
        self._handle = handle
        self._come, self._gone = come, gone
        self._transport: asyncio.Transport | None = None
        self._bytes = bytearray()
        self._busy = False
        self.waiting: Callable[[], None] | None = None
        """What to call when the client goes before it has its answer."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._come(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self.waiting is not None:
            waiting, self.waiting = self.waiting, None
            waiting()
        self._gone(self)

    @property
    def open(self) -> bool:
        """Whether the client is still there."""
        return self._transport is not None

    def data_received(self, data: bytes) -> None:
        self._bytes += data
        self._next()

    def close(self) -> None:
        """Close it without a word."""
        if self._transport is not None:
            self._transport.abort()

    def send(self, reply: Reply) -> None:
        """Answer the request that was handed over last."""
        self.waiting = None
        if self._transport is None:
            return
        lines = [
            f"HTTP/1.1 {reply.status} {_REASONS.get(reply.status, '')}",
            f"content-type: {reply.kind}",
            f"content-length: {len(reply.body)}",
            *(f"{name}: {value}" for name, value in reply.headers.items()),
        ]
        whole = "\r\n".join(lines).encode() + b"\r\n\r\n" + reply.body
        if reply.part is not None:
            self._transport.write(whole[: int(len(whole) * reply.part)])
            self._transport.close()
            return
        self._transport.write(whole)
        self._busy = False
        if self._bytes:
            asyncio.get_running_loop().call_soon(self._next)

    def _next(self) -> None:
        if self._busy or self._transport is None:
            return
        end = self._bytes.find(b"\r\n\r\n")
        if end < 0:
            if len(self._bytes) > 65_536:
                self.close()
            return
        first, *rest = self._bytes[:end].decode("latin-1").split("\r\n")
        headers = {}
        for line in rest:
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        try:
            method, target, _ = first.split(" ", 2)
            length = int(headers.get("content-length", "0"))
        except ValueError:
            self.close()
            return
        if headers.get("transfer-encoding", "").lower() == "chunked":
            body, after = self._chunks(end + 4)
            if body is None:
                return
        else:
            after = end + 4 + length
            if length > _MOST_BYTES:
                self.close()
                return
            if len(self._bytes) < after:
                if headers.get("expect", "").lower() == "100-continue" and len(self._bytes) == end + 4:
                    self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
                return
            body = bytes(self._bytes[end + 4 : after])
        del self._bytes[:after]
        self._busy = True
        self._handle(Call(method.upper(), target.partition("?")[0], headers, body), self)

    def _chunks(self, at: int) -> tuple[bytes | None, int]:
        """The body that came in chunks and where it ends; None while it is not whole."""
        parts = []
        while (end := self._bytes.find(b"\r\n", at)) >= 0:
            try:
                length = int(self._bytes[at:end].split(b";")[0], 16)
            except ValueError:
                self.close()
                return None, 0
            at = end + 2 + length + 2
            if len(self._bytes) < at:
                return None, 0
            if length == 0:
                return b"".join(parts), at
            parts.append(bytes(self._bytes[end + 2 : at - 2]))
        return None, 0
