"""From a request to an answer: which route a path is, and what every route gets and gives."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

if TYPE_CHECKING:
    from tests.hub_server.server import HubServer


@dataclass(frozen=True)
class Request:
    """What came.

    Args:
        method: of HTTP.
        parts: groups of the route's pattern, unquoted.
        query: of the address; the last of equal names.
        headers: by lower-case name.
        body: all of it.
        account: whose token came; None without one.
    """

    method: str
    parts: tuple[str, ...]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    account: str | None

    @property
    def json(self) -> Any:
        return json.loads(self.body or b"{}")

    @property
    def repo(self) -> str:
        return f"{self.parts[0]}/{self.parts[1]}"


@dataclass(frozen=True)
class Answer:
    """What goes back."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None


Route = Callable[["HubServer", Request], Answer]
_ROUTES: list[tuple[str, re.Pattern[str], str, Route]] = []
_REPO = r"([^/]+)/([^/]+)"


def route(name: str, methods: str, pattern: str) -> Callable[[Route], Route]:
    """Registers a function for a path; `{repo}` stands for two parts, namespace and name."""

    def add(function: Route) -> Route:
        _ROUTES.append((methods, re.compile(pattern.replace("{repo}", _REPO) + r"\Z"), name, function))
        return function

    return add


def find(method: str, path: str) -> tuple[str, tuple[str, ...], Route] | None:
    """Name, parts and function of the route of a quoted path."""
    for methods, pattern, name, function in _ROUTES:
        if method in methods.split() and (found := pattern.match(path)):
            return name, tuple(unquote(part or "") for part in found.groups()), function
    return None


def give(value: Any, status: int = 200, **headers: str) -> Answer:
    """An answer in JSON."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Answer(status, json.dumps(value).encode(), {"Content-Type": "application/json", **named})
