"""The Content-Security-Policy of the page: nothing runs and nothing styles but what is named by its hash."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable

CHART = "plot"
"""Class of every chart; Plot writes it into the style element of each."""

CHART_STYLE = (
    f":where(.{CHART}) {{\n  --plot-background: white;\n  display: block;\n  height: auto;\n  height: intrinsic;\n"
    f"  max-width: 100%;\n}}\n:where(.{CHART} text),\n:where(.{CHART} tspan) {{\n  white-space: pre;\n}}"
)
"""That style, as the vendored version of Plot writes it."""


def policy(scripts: Iterable[str], styles: Iterable[str]) -> str:
    """The value of the meta tag.

    Args:
        scripts: every script of the page, as it stands between its tags.
        styles: every style sheet.
    """
    return (
        f"default-src 'none'; script-src {_hashes(scripts)}; style-src {_hashes([*styles, CHART_STYLE])}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _hashes(parts: Iterable[str]) -> str:
    digests = (hashlib.sha256(part.encode()).digest() for part in parts)
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
