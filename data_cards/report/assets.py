"""Scripts and styles of the page, put together from the files of `page/` and `vendor/`.

The modules in `page/` are plain ES modules that import each other; a page that is one file cannot import, so each
becomes a function whose result is what it exports, in the order in which they need each other.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_FIRST = "main"
_STYLES = ("colours", "layout", "controls", "tables", "charts", "texts")
_VENDOR = ("d3.min.js", "plot.umd.min.js")
_LICENCE = "LICENSE-"
_IMPORT = re.compile(r'^import \{([^}]+)\} from "\./([a-z_]+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const) ([A-Za-z_]+))", re.MULTILINE)


@cache
def style() -> str:
    """The style sheet."""
    return "".join(_read("page", f"{name}.css") for name in _STYLES)


@cache
def vendored() -> tuple[str, ...]:
    """The libraries, in the order in which they are loaded."""
    return tuple(_read("vendor", name) for name in _VENDOR)


@cache
def licences() -> tuple[tuple[str, str], ...]:
    """Name of each package in the libraries and its licence, which every copy of them has to carry."""
    found = sorted(
        one.name for one in (files("data_cards.report") / "vendor").iterdir() if one.name.startswith(_LICENCE)
    )
    return tuple((name.removeprefix(_LICENCE), _read("vendor", name).strip()) for name in found)


@cache
def script() -> str:
    """The page's own script."""
    parts: dict[str, str] = {}
    _gather(_FIRST, parts)
    return '"use strict";\n' + "".join(parts.values())


def _gather(name: str, parts: dict[str, str]) -> None:
    source = _read("page", f"{name}.js")
    lines = []
    for names, other in _IMPORT.findall(source):
        if other not in parts:
            _gather(other, parts)
        lines.append(f"const {{{names}}} = ${other};\n")
    exported = ", ".join(_EXPORT.findall(source))
    body = _EXPORT.sub("", _IMPORT.sub("", source))
    parts[name] = f"const ${name} = (() => {{\n{''.join(lines)}{body}return {{ {exported} }};\n}})();\n"


def _read(folder: str, name: str) -> str:
    text = (files("data_cards.report") / folder / name).read_text(encoding="utf-8").replace("\r\n", "\n")
    if "</script" in text or "</style" in text or "<!--" in text:
        raise ValueError(f"data_cards/report/{folder}/{name} holds a tag that would end its element early")
    return text
