"""What goes wrong around the text of an answer: its markers, its form, its end."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.fault_server.text_faults import Work, said_outside

_TAG = re.compile(r"</?part-\d+-[0-9a-f]+>\n?")


@dataclass(frozen=True)
class Content:
    """What the model says in all.

    Args:
        text: of the answer; None where the answer holds no choice.
        manner: which of its kinds the fault is.
        finish_reason: why it ended.
        body: what is sent instead of JSON.
    """

    text: str | None
    manner: str = ""
    finish_reason: str = "stop"
    body: bytes | None = None


def cut_off(work: Work, content: str) -> Content | None:
    """The first half, and the server says so."""
    return Content(content[: len(content) // 2], "", "length") if len(content) > 3 else None


def not_json(work: Work, content: str) -> Content:
    """A page of a gateway, nothing, or half of something."""
    bodies = (b"<html><body>502 Bad Gateway</body></html>", b"", b'{"id": "chatcmpl-1", "choices": [{"mess')
    manner = work.pick(len(bodies), "body")
    return Content(None, ("page", "nothing", "half")[manner], body=bodies[manner])


def no_choices(work: Work, content: str) -> Content:
    """JSON that holds no answer."""
    bodies = (b"{}", b'{"choices": []}', b'{"choices": [{"index": 0, "finish_reason": "stop"}]}', b"null")
    return Content(None, body=bodies[work.pick(len(bodies), "body")])


def empty(work: Work, content: str) -> Content:
    """A choice whose text is empty, or blank within its markers."""
    if work.pick(2, "how") or (blank := work.task.wrap([""] * len(work.results))).strip() == "":
        return Content("", "no word")
    return Content(blank, "blank")


def no_markers(work: Work, content: str) -> Content | None:
    """The result without its markers, or with one of them."""
    bare = "\n".join(work.results)
    opening, _, _ = content.partition("\n")
    if content.strip() == bare.strip() or not opening.startswith("<"):
        return None
    closing = content.rpartition("\n")[2]
    manner = ("neither", "no end", "no beginning")[work.pick(3, "manner")]
    inside = content[len(opening) : len(content) - len(closing)].strip("\n")
    texts = {"neither": bare, "no end": f"{opening}\n{inside}", "no beginning": f"{inside}\n{closing}"}
    return Content(texts[manner], manner)


def doubled_markers(work: Work, content: str) -> Content | None:
    """The result twice, or its opening marker twice."""
    opening = content.partition("\n")[0]
    if not opening.startswith("<"):
        return None
    if work.pick(2, "manner"):
        return Content(f"{content}\n{content}", "twice")
    return Content(f"{opening}\n{content}", "opening twice")


def lost_tag(work: Work, content: str) -> Content | None:
    """Of several segments, one lacks the tag before it or the one after it."""
    if len(work.results) < 2:
        return None
    tags = list(_TAG.finditer(content))
    if not tags:
        return None
    one = tags[work.pick(len(tags), "tag")]
    return Content(content[: one.start()] + content[one.end() :], one[0])


def outside(name: str) -> Callable[[Work, str], Content]:
    """A preamble before the markers, or a refusal without any."""

    def say(work: Work, content: str) -> Content:
        words, language = said_outside(work, name)
        return Content(f"{words}\n\n{content}" if name == "preamble" else words, f"outside, {language}")

    return say
