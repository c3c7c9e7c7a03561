"""README.md of a model folder: what the classifier is, what it was made from, what it is worth."""

from __future__ import annotations

import re
from typing import Any

import jinja2

from filters._classifier.card import Card
from pipelines.training.spec import Spec

_ERRORS = 10


def render(made: Card, figures: dict[str, Any], spec: Spec) -> str:
    """The card as Markdown; the same figures give the same bytes."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("pipelines.training"),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # it is Markdown: `cell` escapes what comes from outside
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"cell": cell}
    errors = figures.get("errors", [])
    text = environment.get_template("README.md.j2").render(
        card=made, figures=figures, spec=spec, plots=figures.get("plots", {}), total=sum(
            n for part in made.rows.values() for n in part.values()
        ), errors=[e for e in errors if e["part"] == "test"][:_ERRORS],
    )  # fmt: skip
    return re.sub(r"\n{3,}", "\n\n", text)


def cell(value: object) -> str:
    r"""What a table shows of a value, on one line.

    >>> cell("a | <b>"), cell(0.12345), cell(None), cell(1234)
    ('a \\| &lt;b>', '0.123', '–', '1,234')
    """
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.3f}"
    if isinstance(value, int):
        return f"{value:,}"
    shown = "".join(c if c.isprintable() else " " for c in " ".join(str(value).split()))
    return re.sub(r"([\\`*_\[\]|~])", r"\\\1", shown).replace("<", "&lt;")
