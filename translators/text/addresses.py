"""Addresses and names of files: what of a match belongs to it. Ranges are (begin, end) in code points."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from translators.text import patterns
from translators.text.breaks import Range

# What paths are made of and what may not stand before them: `patterns.PATH` is slow, and most words are none.
_RUN = re.compile(rf"[A-Za-z0-9_.+@%~=:<>$*/{patterns.SOFT}-]{{2,}}")
_ROOTS = frozenset(
    (
        "bin", "boot", "dev", "etc", "home", "lib", "lib64", "media", "mnt", "opt", "proc", "root", "run", "sbin",
        "srv", "sys", "tmp", "usr", "var",
    )
)  # fmt: skip


def urls(text: str) -> Iterator[Range]:
    """Addresses of the web without the punctuation after them."""
    for found in patterns.URL.finditer(text):
        end = found.end()
        port = re.match(r"[^/]*://[^/@\[]*?:(?![0-9])", found[0])
        if port and "@" not in found[0]:  # https://example.org:ssa, Finnish for "at"
            end = found.start() + port.end() - 1
        end = _before_unopened(text, found.start(), end)
        end = found.start() + len(text[found.start() : end].rstrip(".,;:!?*_~-"))
        if end - found.start() > 4:
            yield found.start(), end


def _before_unopened(text: str, begin: int, end: int) -> int:
    """Where the first bracket is closed that was not opened: `(see https://example.org)`."""
    depth = {")": 0, "}": 0}
    for place in range(begin, end):
        letter = text[place]
        if letter in "({":
            depth[")" if letter == "(" else "}"] += 1
        elif letter in ")}":
            depth[letter] -= 1
            if depth[letter] < 0:
                return place
    return end


def windows_paths(text: str) -> Iterator[Range]:
    r"""`C:\Users\x` and `\\server\share`."""
    for found in patterns.WINDOWS_PATH.finditer(text):
        end = len(text[: found.end()].rstrip(".,;:!)]}"))
        if end - found.start() > 3:
            yield found.start(), end


def paths(text: str) -> Iterator[Range]:
    """Paths of files. A slash alone makes none: `and/or`, `/or`."""
    candidates = (one for one in _RUN.finditer(text) if "/" in one[0] or "." in one[0][1:-1])
    for found in chain.from_iterable(patterns.PATH.finditer(text, one.start(), one.end()) for one in candidates):
        path = found[0].rstrip(".,:")
        if path[0] == "/" and path.count("/") < 2 and path[1:] not in _ROOTS and "." not in path[2:-1]:
            continue
        if len(path.strip("./~")) > 1 or (path[0] in ".~" and len(path) > 2):
            yield found.start(), found.start() + len(path)


def versions(text: str) -> Iterator[Range]:
    """Numbers of versions that are no dates."""
    for found in patterns.VERSION.finditer(text):
        if not patterns.NO_VERSION.fullmatch(found[0]):
            yield found.start(), found.end()
