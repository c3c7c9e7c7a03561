"""What each line of a text is in Markdown: words, table row, code, formula, and so on.

Goes by CommonMark and the tables of GitHub, with these differences, because most texts were not written as Markdown:

- Indented lines after a blank line are code only if they do not read as prose.
- Display formulas, LaTeX environments and front matter are blocks.
- For list items see `prefixes`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, NamedTuple

import regex

from translators.text.prefixes import Prefixes, Shape, columns, is_prefixed

Kind = Literal["blank", "text", "table", "ruler", "rule", "code", "math", "html", "matter"]
VERBATIM: frozenset[str] = frozenset(("blank", "ruler", "rule", "code", "math", "html", "matter"))
"""Kinds of lines that hold nothing to translate."""

_FENCE = re.compile(r"`{3,}+(?!.*`)|~{3,}+")
_RAW = re.compile(r"<(script|style|pre|textarea)(?=[\s>]|$)", re.IGNORECASE)
_ENVIRONMENT = re.compile(
    r"\\begin\{((?:equation|align|alignat|aligned|gather|gathered|multline|flalign|eqnarray|math|displaymath|array|"
    r"cases|[bBpvV]?matrix|smallmatrix|split|verbatim|lstlisting|minted|tikzpicture|algorithmic)\*?)\}"
)
_TABLE_RULER = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?")
_KEY = re.compile(r"[\w.\"' -]+[:=]")
_LONGEST_MATTER = 200  # lines
# A line of prose: words and the punctuation between them, and no sign that programs are full of.
_PROSE = regex.compile(r"[^\W_][\w\s.,;:!?'’‘“”«»()„…、。，；：！？।॥؟،።፣-]*")  # `re` knows no vowel signs as letters
_CODE_SIGN = re.compile(r";$|\(\)|\w\(|::|--|^(?:def|class|if|for|while|return|import|from|else|end)\b")
_WORDS = re.compile(r"(?:[^\W\d_]{1,20}['’,]?\s){3}[^\W\d_]")
_SENTENCE = re.compile(r"[\"'(]?[A-Z][a-z ]|.*[.,!?][\"')]?$")  # begins or ends like one: no `cp one two three`
_TOLD_BY = 400  # characters of a line, enough to tell prose


class Line(NamedTuple):
    """One line. Offsets are in Unicode code points of the whole text.

    Args:
        kind: what it is. Headings, items and quotes are `text` with a shape.
        start: where it begins.
        content: where its words begin, after indentation and prefixes.
        stop: where its words end, before white space and closing hashes.
        end: where the next line begins.
        shape: its prefixes.
        block: number of the code block, formula or table that it belongs to; lines of one have the same.
    """

    kind: Kind
    start: int
    content: int
    stop: int
    end: int
    shape: Shape = ()
    block: int = 0


@lru_cache(maxsize=16)
def lines(text: str) -> tuple[Line, ...]:
    """Every line of a text; all line separators that Unicode knows end one.

    Kept for the last few texts, since cutting and checking look at the same ones.
    """
    return tuple(_Reader(text).read())


def letters(text: str) -> bool:
    """Whether there is a letter of any script."""
    return any(map(str.isalpha, text))


class _Reader:
    def __init__(self, text: str) -> None:
        self._starts = [0]
        self._lines: list[str] = []  # without white space at their ends
        for line in text.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))
            self._lines.append(line.rstrip())
        self._found: list[Line] = []
        self._block = 0
        self._prefixes = Prefixes()
        self._nowhere: dict[str, int] = {}  # lines before this one are known to have no closing text of that kind

    def read(self) -> list[Line]:
        here = self._matter()
        while here < len(self._lines):
            here = self._next(here)
        return self._found

    def _add(self, kind: Kind, index: int, content: int = 0, shape: Shape = (), stop: int | None = None) -> None:
        start = self._starts[index]
        stop = len(self._lines[index]) if stop is None else stop
        self._found.append(
            Line(kind, start, start + min(content, stop), start + stop, self._starts[index + 1], shape, self._block)
        )

    def _verbatim(self, kind: Kind, first: int, end: int, shape: Shape = ()) -> int:
        """Lines from `first` to before `end` as one block."""
        self._block += 1
        for index in range(first, end):
            self._add(kind, index, shape=shape)
        return end

    def _next(self, index: int) -> int:
        """Read a line, or the block that it begins; returns the line after it."""
        line = self._lines[index]
        if not line:
            self._add("blank", index)
            return index + 1
        last = self._found[-1].kind if self._found else "blank"
        if line[0] in " \t" and last in ("blank", "code") and (end := self._indented(index)) > index:
            return end
        content, shape = self._prefixes.read(line, after_blank=last == "blank")
        rest = line[content:]
        end = index
        match rest[:1]:
            case "`" | "~":
                end = self._fenced(index, content, shape)
            case "$" | "\\":
                end = self._formula(index, rest, shape)
            case "<":
                end = self._html(index, rest, shape)
            case "|" | "-" | ":":
                end = self._table(index, content, rest, shape)
        if end > index:
            return end
        if "|" in rest and self._in_table():
            self._add("table", index, content, shape)
        elif not shape and not any(map(str.isalnum, rest)):
            self._block += 1
            self._add("rule", index)
        else:
            stop = len(line)
            if shape and shape[-1][0] == "#" and line[-1] == "#":
                bare = line.rstrip("#")
                stop = len(bare.rstrip()) if bare[-1:] in (" ", "\t") else stop
            self._add("text", index, content, shape, stop)
        return index + 1

    def _matter(self) -> int:
        """Front matter at the very beginning: YAML between `---`, TOML between `+++`."""
        lines = self._lines
        if len(lines) < 3 or lines[0] not in ("---", "+++") or not _KEY.match(lines[1]):
            return 0
        for index in range(2, min(len(lines), _LONGEST_MATTER)):
            if lines[index] == lines[0] or lines[index] == "...":
                return self._verbatim("matter", 0, index + 1)
        return 0

    def _indented(self, index: int) -> int:
        least = self._prefixes.column + 4
        end = index
        while end < len(self._lines) and self._lines[end] and columns(self._lines[end]) >= least:
            end += 1
        chunk = [line.strip() for line in self._lines[index:end]]
        if not chunk or all(map(_is_prose, chunk)) or (is_prefixed(chunk[0]) and chunk[0][0] not in "#>"):
            return index
        return self._verbatim("code", index, end)

    def _fenced(self, index: int, content: int, shape: Shape) -> int:
        found = _FENCE.match(self._lines[index], content)
        if not found:
            return index
        fence, quotes = found[0], shape.count(">")
        end = index + 1
        while end < len(self._lines):
            line = self._lines[end]
            for _ in range(quotes):
                line = line.lstrip()
                if not line.startswith(">"):  # the quote is over, and so is what it holds
                    return self._verbatim("code", index, end, shape)
                line = line[1:]
            line = line.strip()
            end += 1
            if line.startswith(fence) and not line.strip(fence[0]):
                break
        return self._verbatim("code", index, end, shape)

    def _formula(self, index: int, rest: str, shape: Shape) -> int:
        blanks = False
        if found := _ENVIRONMENT.match(rest):
            opening, closing, blanks = found[0], f"\\end{{{found[1]}}}", True
        else:
            opening = rest[:2]
            closing = {"$$": "$$", "\\[": "\\]"}.get(opening, "")
        if not closing:
            return index
        if closing in rest[len(opening) :]:
            whole = rest.find(closing, len(opening)) == len(rest) - len(closing)
            return self._verbatim("math", index, index + 1, shape) if whole else index
        if index < self._nowhere.get(closing, 0):
            return index
        end = index + 1
        while end < len(self._lines) and (blanks or self._lines[end]):
            end += 1
            if self._lines[end - 1].endswith(closing):
                return self._verbatim("math", index, end, shape)
        self._nowhere[closing] = end
        return index  # never closed: no formula

    def _html(self, index: int, rest: str, shape: Shape) -> int:
        if rest.startswith("<!--"):
            closing = "-->"
        elif found := _RAW.match(rest):
            closing = f"</{found[1].lower()}>"
        else:
            return index
        end = index
        while end < len(self._lines):
            end += 1
            if closing in self._lines[end - 1].lower():
                break
        return self._verbatim("html", index, end, shape)

    def _table(self, index: int, content: int, rest: str, shape: Shape) -> int:
        """The line under a table's head, or a row between borders."""
        last = self._found[-1] if self._found else None
        headed = last is not None and (last.kind == "table" or (last.kind == "text" and "|" in self._lines[index - 1]))
        if headed and "|" in rest and _TABLE_RULER.fullmatch(rest):
            assert last is not None
            if last.kind == "text":
                self._block += 1
                self._found[-1] = Line("table", last.start, last.content, last.stop, last.end, last.shape, self._block)
            self._add("ruler", index, content, shape)
            return index + 1
        if rest[0] == "|" == rest[-1] and rest.count("|") > 2:
            if not self._in_table():
                self._block += 1
            self._add("table", index, content, shape)
            return index + 1
        return index

    def _in_table(self) -> bool:
        last = self._found[-1] if self._found else None
        return last is not None and last.kind in ("table", "ruler") and last.block == self._block


def _is_prose(line: str) -> bool:
    """Whether a line reads as words of a language rather than as a program."""
    line = line[:_TOLD_BY]
    if not _PROSE.fullmatch(line):
        return False
    if not line.isascii():
        return True
    return bool(_WORDS.search(line) and _SENTENCE.match(line) and not _CODE_SIGN.search(line))
