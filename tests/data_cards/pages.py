"""The page of a selection as a browser and a screen reader see it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

_VOID = {"meta", "br", "img", "link", "input", "hr", "rect"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    inside: list[Any] = field(default_factory=list)  # elements and strings, in order

    @property
    def text(self) -> str:
        return "".join(one if isinstance(one, str) else one.text for one in self.inside)

    @property
    def said(self) -> str:
        """The text on one line, without hyphens that only show where a line breaks."""
        return " ".join(self.text.replace("\u00ad", "").split())

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """Elements below, in order, by tag and attributes (`class_` for a class among others)."""
        found = []
        for one in self.inside:
            if isinstance(one, Element):
                if one.tag == tag and all(self._has(one, name, value) for name, value in attributes.items()):
                    found.append(one)
                found += one.all(tag, **attributes)
        return found

    @staticmethod
    def _has(one: Element, name: str, value: str) -> bool:
        if name == "class_":
            return value in one.attributes.get("class", "").split()
        return one.attributes.get(name) == value

    def census(self) -> Counter[str]:
        """How often each tag occurs below."""
        found: Counter[str] = Counter()
        for one in self.inside:
            if isinstance(one, Element):
                found[one.tag] += 1
                found += one.census()
        return found

    def everything(self) -> list[Element]:
        return [self] + [below for one in self.inside if isinstance(one, Element) for below in one.everything()]


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("root", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> has an attribute twice"
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inside.append(element)
        if tag not in _VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].inside.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data[:80]}")


def parse(html: str) -> Element:
    """The document; every element that is opened is closed in its place."""
    assert html.startswith("<!doctype html>")
    parser = _Parser()
    parser.feed(html)
    parser.close()
    assert parser.open == [parser.root]
    return parser.root


def table(root: Element, title: str) -> list[list[str]]:
    """The rows of the tables whose heading is so, each cell on one line."""
    headings = {
        one.attributes["id"]: one.said
        for one in root.everything()
        if re.fullmatch(r"h[1-6]", one.tag) and "id" in one.attributes
    }
    found = [one for one in root.all("table") if headings[one.attributes["aria-labelledby"]] == title]
    return [
        [cell.said for cell in row.inside if isinstance(cell, Element)]
        for one in found
        for row in one.all("tbody")[0].all("tr")
    ]


@dataclass(frozen=True)
class Shown:
    """A document on the page."""

    id: str
    facts: dict[str, str]
    text: str | None
    lang: str | None
    dir: str | None


def documents(details: Element) -> list[Shown]:
    """The documents of a foldable part, in order."""
    found = []
    for one in details.all("article"):
        facts = {}
        for span in one.all("p", class_="facts")[0].all("span"):
            value = span.all("bdi")[0].text
            facts[span.text.removesuffix(value).strip()] = value
        text = one.all("div", class_="text")
        found.append(
            Shown(
                one.all("h5")[0].text,
                facts,
                text[0].text if text else None,
                text[0].attributes["lang"] if text else None,
                text[0].attributes["dir"] if text else None,
            )
        )
    return found


def section(root: Element, label: str) -> Element:
    """The foldable part of one language."""
    (found,) = [one for one in root.all("details", class_="language") if one.attributes["id"].endswith(f"-{label}")]
    return found


def samples(root: Element, label: str, what: str) -> list[Shown]:
    """Documents of one language whose part is titled so (a piece of the title)."""
    for one in section(root, label).all("details", class_="samples"):
        if what in one.all("summary")[0].said:
            return documents(one)
    return []
