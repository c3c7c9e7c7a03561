"""The structure of a text: which blocks follow each other, and what stands around words inside of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import regex

from translators.text import kinds, patterns, spans
from translators.text.blocks import Line, lines

# Lines between these lengths are those of a paragraph that was wrapped by hand, if they do not end like sentences.
_WRAPPED = range(40, 121)
_SENTENCE_END = regex.compile(r"[\p{Sentence_Terminal}:;…][\"'”’»)\]]*$")
_STRONG = re.compile(
    r"(?<!\\)\*\*(?=[^\s*])(?:[^*\n]|\*(?!\*)){1,2000}?\*\*|(?<![\\\w])__(?=[^\s_])[^\n]{1,2000}?__(?!\w)", re.ASCII
)
_STRUCK = re.compile(r"(?<!\\)~~(?=\S)[^~\n]{1,2000}~~")
_LINKS = re.compile(r"(!?)\[[^\]\[\n]{0,1000}\]\(")
_NAME = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:.-]*)")
_VOID = frozenset(
    (
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
    )
)  # fmt: skip
_MAYBE = re.compile(
    r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]|\*\*|__|~~|<[/A-Za-z]|\]\(|^[ \t]*(?:[>#*+•‣◦▪●○|-]|[01][.)])"
)


@dataclass(frozen=True)
class Paragraph:
    """Lines of words that follow each other.

    Args:
        lines: how many they are.
        wrapped: whether they look like one paragraph that was wrapped by hand; how many lines it has then says nothing.
    """

    lines: int
    wrapped: bool


@dataclass(frozen=True)
class Structure:
    """What a translation keeps.

    Args:
        blocks: blocks in order: what a line or a block of code is, or a paragraph.
        inline: how often words are strong or struck, and linked; and how often each tag comes.
        nested: whether the tags of HTML nest.
    """

    blocks: tuple[str | Paragraph, ...]
    inline: Counter[str]
    nested: bool


def is_plain(text: str) -> bool:
    """Whether a text is surely one line without any structure."""
    return not _MAYBE.search(text)


@lru_cache(maxsize=16)
def structure(text: str) -> Structure:
    """The structure of a text. Kept for the last few texts."""
    inline, nested = _inline(text)
    return Structure(tuple(_blocks(text)), inline, nested)


def _blocks(text: str) -> Iterator[str | Paragraph]:
    paragraph: list[Line] = []
    block = -1
    for line in lines(text):
        if line.kind == "text" and not line.shape:
            paragraph.append(line)
            continue
        if paragraph:
            yield _paragraph(text, paragraph)
            paragraph = []
        prefix = " ".join(line.shape)
        if line.kind in ("code", "math", "html", "matter"):
            if line.block != block:
                yield f"{line.kind} {prefix}"
            block = line.block
        elif line.kind == "table":
            yield f"row of {cells(text[line.content : line.stop])} {prefix}"
        elif line.kind != "blank":
            yield f"{line.kind} {prefix}"
    if paragraph:
        yield _paragraph(text, paragraph)


def _paragraph(text: str, found: list[Line]) -> Paragraph:
    broken = sum(
        line.stop - line.start in _WRAPPED and not _SENTENCE_END.search(text, line.start, line.stop)
        for line in found[:-1]
    )
    return Paragraph(len(found), len(found) > 1 and 2 * broken > len(found) - 1)


def cells(row: str) -> int:
    r"""Number of cells in a row of a table.

    >>> cells("| a | b |"), cells(r"a \| b")
    (2, 1)
    """
    bare = re.sub(r"\\.", "", row.strip())
    return bare.strip().removeprefix("|").removesuffix("|").count("|") + 1


def _inline(text: str) -> tuple[Counter[str], bool]:
    found = spans.find(text, _LOOKED_INTO) if _has_signs(text) else []
    counts: Counter[str] = Counter()
    open_: list[str] = []
    nested = True
    here, parts = 0, []
    for one in found:
        parts.append(text[here : one.begin])
        here = one.end
        if one.kind == kinds.LINK:
            parts.append(text[one.begin : one.begin + 2])
            continue
        parts.append(patterns.SOFT)
        name = _NAME.match(text, one.begin) if one.kind == kinds.TAG else None
        if name is None:
            continue
        tag = name[2].lower()
        if not name[1] and text[one.begin : one.end].lower().endswith(f"</{tag}>"):
            counts[f"<{tag}> with its content"] += 1
        else:
            counts[f"<{name[1]}{tag}>"] += 1
            if name[1]:
                nested = nested and bool(open_) and open_.pop() == tag
            elif tag not in _VOID and text[one.end - 2] != "/":
                open_.append(tag)
    plain = "".join((*parts, text[here:])) if found else text
    if "**" in plain or "__" in plain:
        counts["strong"] = len(_STRONG.findall(plain))
    if "~~" in plain:
        counts["struck"] = len(_STRUCK.findall(plain))
    if "](" in plain:
        counts.update("image" if image else "link" for image in _LINKS.findall(plain))
    return +counts, nested and not open_


_LOOKED_INTO = frozenset(
    (kinds.CODE_BLOCK, kinds.CODE, kinds.TAG, kinds.MATH, kinds.URL, kinds.LINK, kinds.TEMPLATE, kinds.MESSAGE)
)


def _has_signs(text: str) -> bool:
    return any(sign in text for sign in ("**", "__", "~~", "<", "]("))
