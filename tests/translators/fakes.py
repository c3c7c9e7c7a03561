"""Models that answer from a function: no server, no cache."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from schemas.recipe import Client, Role
from translators.llm.request import Reply, Request

Answer = Callable[[Role, Request], "str | Reply"]
_TEXT = re.compile(r"<text-(\w+)>\n(.*)\n</text-\1>", re.DOTALL)


class FakeAsker:
    """One role."""

    def __init__(self, role: Role, models: FakeModels) -> None:
        self.spec = models.spec.of_role(role)
        self.endpoint = f"fake-{role}"
        self._role, self._models = role, models

    async def ask(self, request: Request) -> Reply:
        """The answer of the function."""
        self._models.asked.append((self._role, request))
        given = self._models.answer(self._role, request)
        key = request.key(self.endpoint)
        if isinstance(given, Reply):
            return given
        return Reply(given, "stop", "fake-1", 7, 3, key=key, system_fingerprint="fp-1")


class FakeModels:
    """All roles.

    Args:
        answer: the model.
        spec: the recipe's `client`.
    """

    def __init__(self, answer: Answer, **spec: Any) -> None:
        self.spec = Client(**{"base_url": "http://fake.example/v1", "form": "completion", **spec})
        self.answer = answer
        self.asked: list[tuple[Role, Request]] = []

    def of(self, role: Role) -> FakeAsker:
        """The model of a role."""
        return FakeAsker(role, self)

    @property
    def steps(self) -> list[str]:
        """The roles that were asked, in order."""
        return [role for role, _ in self.asked]


def text_of(request: Request) -> str:
    """The text that a request is about, with its placeholders and tags."""
    if request.form == "completion":
        return request.prompt.rpartition("\n")[0].rpartition(": ")[2]
    found = _TEXT.search(request.messages[-1][1])
    assert found is not None
    return found[2]


def wrapped(request: Request, result: str) -> str:
    """A result between the markers that the request asks for."""
    if request.form == "completion":
        return f" {result}"
    found = _TEXT.search(request.messages[-1][1])
    assert found is not None
    return f"<result-{found[1]}>\n{result}\n</result-{found[1]}>"
