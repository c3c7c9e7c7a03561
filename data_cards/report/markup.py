"""How values become HTML: the template environment and its filters."""

from __future__ import annotations

from functools import cache

import jinja2
import regex
from markupsafe import Markup, escape

from data_cards.numbers import percent, short
from data_cards.report.labels import language, pair
from data_cards.visible import brief, pieces, visible

_GRAPHEMES = regex.compile(r"\X")
_LONGEST = 32  # code points that a grapheme is looked for in


@cache
def environment() -> jinja2.Environment:
    """Templates of `page/`: everything is escaped, and an unknown name is an error."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("data_cards.report", "page"),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {
        "number": "{:,}".format,
        "percent": percent,
        "short": short,
        "language": language,
        "pair": pair,
        "plain": lambda value: visible(brief(value)),
        "shown": lambda value: text(brief(value)),
        "text": text,
    }
    return made


def text(value: str) -> Markup:
    """Text from outside: escaped, and what cannot be seen of it as a mark of its own."""
    mark = Markup('<bdi dir="ltr" class="unseen">{}</bdi>')
    return Markup("").join(mark.format(piece) if unseen else escape(piece) for piece, unseen in pieces(value))


def beginning(value: str, characters: int) -> str:
    """At most so many code points of a text; the last grapheme is whole, unless it is longer than any should be.

    >>> beginning("नमस्ते", 4)
    'नम'
    """
    if len(value) <= characters:
        return value
    start = max(0, characters - _LONGEST)
    end = start
    for found in _GRAPHEMES.finditer(value, start, characters + _LONGEST):
        if found.end() > characters:
            break
        end = found.end()
    return value[: end if end > start else characters]
