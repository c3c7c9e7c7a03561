"""Who may ask: the person at this machine, through the page that this run served.

A page on the web can send a browser to any address, and can make a name of its own point to this machine. So the name
that the browser asked for has to be one of ours, a question has to come from our own page, and it carries a token that
only that page knows. The policy sent with each answer lets the page run its own files and nothing else.
"""

from __future__ import annotations

import hmac
import ipaddress
import secrets
import socket
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "x-glotmill-token"
_LARGEST = 1 << 20  # bytes of a question
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_POLICY = "; ".join(
    (
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'",
        "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
    )
)  # fmt: skip
_ANSWERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


@dataclass(frozen=True)
class Pass:
    """What a run lets in.

    Args:
        host: that the server listens on.
        token: of the run.
    """

    host: str = "127.0.0.1"
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    @property
    def is_loopback(self) -> bool:
        """Whether nobody else can reach the server."""
        return _is_loopback(self.host)

    def knows(self, host: str) -> bool:
        """Whether a `Host` header names this server.

        On a network the page may be asked for by any of the machine's addresses: those are no names, which somebody
        else could make point here.
        """
        name = _name(host)
        if name in _LOOPBACK or name == self.host.lower().strip("[]"):
            return True
        return not self.is_loopback and (_is_address(name) or name in _own_names())

    def admits(self, token: str) -> bool:
        """Whether a token is that of the run."""
        return hmac.compare_digest(token.encode("utf-8", "replace"), self.token.encode())

    def cookie(self, port: int | None) -> str:
        """Name of the cookie: browsers share those of one host over all its ports."""
        return f"glotmill-{port or 0}"


class Guard:
    """Middleware that turns away whoever has no pass, and puts the policy on every answer."""

    def __init__(self, app: ASGIApp, allowed: Pass) -> None:
        self.app = app
        self.allowed = allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, or refuse with a plain sentence."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _ANSWERS.items():
                    headers[name] = value
            await send(message)

        refused = self._refused(scope)
        if refused is None:
            await self.app(scope, receive, guarded)
        else:
            await PlainTextResponse(refused + "\n", status_code=403)(scope, receive, guarded)

    def _refused(self, scope: Scope) -> str | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not self.allowed.knows(host) or len(headers.getlist("host")) != 1:
            return "This name is not one of this server. Open the address that the command printed."
        if scope["method"] not in ("GET", "HEAD"):
            if headers.get("origin") not in (f"http://{host}", f"https://{host}"):
                return "This came from another page. Use the page that this server shows."
            if not headers.get("content-length", "").isdecimal() or int(headers["content-length"]) > _LARGEST:
                return f"A question has at most {_LARGEST:,} bytes."
        if scope["path"].startswith("/api/"):
            if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
                return "This came from another page. Use the page that this server shows."
            if not self.allowed.admits(headers.get(HEADER, "")):
                return "The token is not that of this run. Open the address that the command printed."
        if scope["path"] == "/" and not self._has_come_in(scope, headers):
            return "The page needs the token of this run. Open the address that the command printed."
        return None

    def _has_come_in(self, scope: Scope, headers: Headers) -> bool:
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [])
        if given:
            return self.allowed.admits(given[0])
        try:
            cookies: Any = SimpleCookie(headers.get("cookie", ""))
        except CookieError:
            return False
        cookie = cookies.get(self.allowed.cookie((scope.get("server") or (None, None))[1]))
        return cookie is not None and self.allowed.admits(cookie.value)


def _name(host: str) -> str:
    """The host of a `Host` header, without its port."""
    name = host.lower()
    if name.startswith("["):
        return name[1:].partition("]")[0]
    return name.rpartition(":")[0] if name.count(":") == 1 else name


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    name = host.lower().strip("[]")
    return name == "localhost" or (_is_address(name) and ipaddress.ip_address(name).is_loopback)


def _own_names() -> frozenset[str]:
    return frozenset({socket.gethostname().lower(), socket.getfqdn().lower()})
