"""LaTeX: formulas and commands. Ranges are (begin, end) in code points, as in `finders`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from translators.text.breaks import Range
from translators.text.finders import BLANK_LINE, between, outermost

_DOLLARS = re.compile(r"(?<!\\)\$+")
_BEGIN = re.compile(r"\\begin\{([A-Za-z]{1,40}\*?)\}")
_COMMAND = re.compile(r"(?<!\\)\\(?:[nrt](?=[A-Z0-9\W]|$)|[A-Za-z]+\*?)")
_BRACE = re.compile(r"(?<!\\)[{}]")
_MATH_SIGN = re.compile(r"[\\^_=<>+*/|{}]")
_WORDS = re.compile(r"(?<![\\A-Za-z])[^\W\d_]{3,}[ ,]+[^\W\d_]{2,}")
_TEXT_IN_FORMULA = re.compile(r"\\(?:text\w*|math(?:rm|it|bf|sf)|mbox|operatorname)\*?\{[^{}]*\}")
_ONE_WORD = re.compile(r"[^\W\d_]{2,}")
_FEW_LETTERS = re.compile(r"[\x21-\x7e]{1,40}")
_LONGEST_FORMULA = 2000  # between single dollars
_LONGEST_ARGUMENT = 200
# Commands whose argument is text to translate.
_TEXT_COMMANDS = frozenset(
    (
        "author", "caption", "chapter", "date", "emph", "enquote", "fbox", "footnote", "footnotetext", "framebox",
        "href", "intertext", "makebox", "marginpar", "mbox", "paragraph", "parbox", "part", "section", "subparagraph",
        "subsection", "subsubsection", "subtitle", "text", "textbf", "textit", "textmd", "textnormal", "textrm",
        "textsc", "textsf", "textsl", "textsubscript", "textsuperscript", "textup", "thanks", "title", "uline",
        "underline",
    )
)  # fmt: skip
# Environments that hold text: `\begin{itemize}` alone is a command.
_TEXT_ENVIRONMENTS = frozenset(
    (
        "abstract", "center", "corollary", "definition", "description", "document", "enumerate", "example", "figure",
        "figure*", "flushleft", "flushright", "itemize", "lemma", "minipage", "proof", "quotation", "quote", "remark",
        "table", "table*", "theorem", "verse",
    )
)  # fmt: skip


def math(text: str) -> Iterator[Range]:
    """Formulas. Delimiters stand around one only if what is between them reads like one: `$5 and $10` does not."""
    found = list(_dollars(text))
    for ranges in (between(text, "\\(", "\\)"), between(text, "\\[", "\\]")):
        found += ((begin, end) for begin, end in ranges if _reads_as_formula(text[begin + 2 : end - 2]))
    missing: set[str] = set()
    for one in _BEGIN.finditer(text):
        closing = f"\\end{{{one[1]}}}"
        if closing in missing or one[1] in _TEXT_ENVIRONMENTS:
            continue
        end = text.find(closing, one.end())
        if end < 0:
            missing.add(closing)
        else:
            found.append((one.start(), end + len(closing)))
    yield from outermost(found)


def _dollars(text: str) -> Iterator[Range]:
    signs = [(one.start(), one.end()) for one in _DOLLARS.finditer(text)]
    index = 0
    while index + 1 < len(signs):
        begin, after = signs[index]
        end, closed = signs[index + 1]
        content = text[after:end] if end - after <= _LONGEST_FORMULA else ""
        single = after - begin == closed - end == 1
        double = after - begin == closed - end == 2
        if (double and _reads_as_formula(content)) or (
            single and _stands_free(text, begin, closed) and _is_tight(content) and _reads_as_formula(content)
        ):
            yield begin, closed
            index += 1
        index += 1


def _stands_free(text: str, begin: int, end: int) -> bool:
    """Whether dollars are no part of an amount or a name: `US$`, `$10`."""
    before, after = text[begin - 1 : begin], text[end : end + 1]
    return not (before.isascii() and before.isalnum()) and not (after.isascii() and (after.isalnum() or after == "{"))


def _is_tight(content: str) -> bool:
    """Whether no space stands right inside of the dollars, and there is a sign of mathematics or no space at all."""
    if not content or content[0].isspace() or content[-1].isspace():
        return False
    return bool(_MATH_SIGN.search(content) or _FEW_LETTERS.fullmatch(content))


def _reads_as_formula(content: str) -> bool:
    """Whether something stands there that is neither words nor several paragraphs."""
    bare = content.strip()
    if not bare or BLANK_LINE.search(content) or _WORDS.search(_TEXT_IN_FORMULA.sub("", content)):
        return False
    return bare == content or not _ONE_WORD.fullmatch(bare)


def commands(text: str) -> Iterator[Range]:
    r"""LaTeX commands outside of formulas. Those whose argument is text leave it: `\emph{` and `}` are two spans."""
    closing: dict[int, int] | None = None
    found: list[Range] = []
    here = 0
    for one in _COMMAND.finditer(text):
        if one.start() < here:
            continue
        name, end = one[0][1:].rstrip("*"), one.end()
        holds_text = False
        while end < len(text) and text[end] in "[{" and not holds_text:
            if closing is None:
                closing = _closing_braces(text)
            after = text.find("]", end, end + _LONGEST_ARGUMENT) + 1 if text[end] == "[" else closing.get(end, 0)
            if not after or after - end > _LONGEST_ARGUMENT + (text[end] == "{") * _LONGEST_FORMULA:
                break
            argument = text[end + 1 : after - 1]
            last = not (name == "href" and end == one.end())  # the first argument is the address
            if text[end] == "{" and last and (name in _TEXT_COMMANDS or " " in argument.strip()):
                holds_text = True
                found.append((after - 1, after))
                end += 1
            else:
                end = after
        found.append((one.start(), end))
        here = end
    yield from outermost(found)


def _closing_braces(text: str) -> dict[int, int]:
    """Where the brace that opens at a place is closed, one beyond it."""
    closing: dict[int, int] = {}
    open_: list[int] = []
    for found in _BRACE.finditer(text):
        if found[0] == "{":
            open_.append(found.start())
        elif open_:
            closing[open_.pop()] = found.end()
    return closing
