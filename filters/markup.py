"""Share of a text that is markup or code: left-over tags and templates, source files, logs.

Signs of markup and code are ASCII in every script, so one scan serves all languages. Shares are of characters, not of
lines: a page of prose that shows ten short commands is prose.
"""

from __future__ import annotations

import polars as pl

from schemas.columns import Column
from schemas.stage import Measure, Rule, StageParams, Threshold, threshold

_MEASURED = "measured on 26,940 pages of manuals in 35 languages, read by eye around the limit; see docs/rules.md"

# Words that begin lines of code and seldom lines of prose in any language ("for" and "if" need further signs anyway).
_WORDS = (
    "def", "class", "import", "from", "return", "if", "elif", "else", "for", "while", "switch", "case", "try", "catch",
    "except", "finally", "function", "func", "fn", "let", "const", "var", "public", "private", "protected", "static",
    "void", "int", "char", "long", "double", "float", "bool", "string", "struct", "enum", "typedef", "unsigned",
    "namespace",
    "using", "package", "interface", "extends", "throw", "new", "delete", "print", "printf", "echo", "export", "sudo",
    "SELECT", "INSERT", "UPDATE", "CREATE", "extern", "size_t", "ssize_t", "fi", "done", "esac", "end",
)  # fmt: skip


class Params(StageParams):
    """Limits of the rules."""

    max_markup_share: Threshold = threshold(
        0.25, "Share of the characters in tags, entities, templates, LaTeX and wiki signs",
        unit="0 to 1", source=_MEASURED,
    )  # fmt: skip
    max_url_share: Threshold = threshold(
        0.4, "Share of the characters in web addresses", unit="0 to 1", source=_MEASURED
    )
    max_code_share: Threshold = threshold(
        0.4, "Share of the characters in lines that look like code", unit="0 to 1", source=_MEASURED
    )
    max_code_lines: Threshold = threshold(
        None, "Share of the lines that look like code; off by default, because a page of short commands with long "
        "explanations is prose", unit="0 to 1", source="our choice",
    )  # fmt: skip


def measure(frame: pl.DataFrame, params: Params, resource: None) -> pl.DataFrame:
    """Score each document.

    Args:
        frame: with `text`.

    Returns:
        The columns in `STAGE.adds`; 0 for a text without characters, null for a null text.
    """
    from filters._kernels.markup import scan
    from filters._kernels.utf8 import strings

    data, starts = strings(frame["text"])
    words, ends = strings(pl.Series(_WORDS))
    scores = pl.DataFrame(dict(zip([c.name for c in STAGE.adds], scan(data, starts, words, ends), strict=True)))
    there = frame["text"].is_not_null()
    return scores.select(pl.when(there).then(pl.col(c.name)).alias(c.name) for c in STAGE.adds)


STAGE = Measure(
    name="markup",
    version=1,
    summary="Share of the text that is markup (tags, templates, LaTeX, wiki signs, addresses) or code",
    params=Params,
    reads=("text",),
    adds=(
        Column("markup_share", pl.Float64, "Share of the characters that are markup"),
        Column("url_share", pl.Float64, "Share of the characters that are of web addresses"),
        Column("code_share", pl.Float64, "Share of the characters in lines that look like code"),
        Column("code_lines", pl.Float64, "Share of the lines that look like code"),
    ),
    measure=measure,
    rules=(
        Rule("too_much_markup", "markup_share", "max_markup_share", "at_most", "Markup that extraction left over"),
        Rule("too_many_urls", "url_share", "max_url_share", "at_most", "A list of links, not a text"),
        Rule("too_much_code", "code_share", "max_code_share", "at_most", "A source file or a log, not a text"),
        Rule("too_many_code_lines", "code_lines", "max_code_lines", "at_most", "Mostly lines of code"),
    ),
)  # fmt: skip
