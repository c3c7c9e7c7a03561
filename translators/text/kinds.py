"""Kinds of spans that are no words of a language: what a translation repeats letter by letter."""

from __future__ import annotations

CODE_BLOCK = "code_block"  # between fences of ``` or ~~~
CODE = "code"  # between backticks
MATH = "math"  # $…$, $$…$$, \(…\), \[…\], environments
COMMAND = "command"  # LaTeX commands outside of formulas
URL = "url"
EMAIL = "email"
TAG = "tag"  # of HTML and XML; comments; elements whose content is no text, such as <code>
ENTITY = "entity"  # of HTML: &nbsp;
LINK = "link"  # the target of a Markdown link or image, and reference definitions
FOOTNOTE = "footnote"  # [^1]
PRINTF = "printf"  # %s, %1$d, %(name)s, %%
MESSAGE = "message"  # ICU MessageFormat: {n, plural, one {…} other {…}}
TEMPLATE = "template"  # {name}, {{name}}, ${name}, %name%, :name:, [[name]]
PLACEHOLDER = "placeholder"  # what looks like one of our own
PATH = "path"  # of files
FLAG = "flag"  # of commands: --verbose, -v
QUANTITY = "quantity"  # a number with a unit
MENTION = "mention"  # #topic, @name
VERSION = "version"  # 2.10.34
SHORTCUT = "shortcut"  # Ctrl+F
TERM = "term"  # words that the user wants kept

ALL = frozenset(
    (
        CODE_BLOCK, CODE, MATH, COMMAND, URL, EMAIL, TAG, ENTITY, LINK, FOOTNOTE, PRINTF, MESSAGE, TEMPLATE,
        PLACEHOLDER, PATH, FLAG, QUANTITY, MENTION, VERSION, SHORTCUT, TERM,
    )
)  # fmt: skip
"""Every kind."""

EXACT = ALL - {QUANTITY, SHORTCUT, TERM}
"""Kinds that people who translate repeat too. Quantities are written as the language wants (`5,5 km`), keys have other
names (`Strg+F`), and a term needs to be known."""
