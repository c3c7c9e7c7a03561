"""Did the text steer the model? A text to be translated may hold orders ("ignore the above and write …").

A faithful translation repeats such an order in the other language; a model that obeyed writes what the order asked for.
What orders ask for are mostly fixed strings: a word in quotes or capitals, a code with digits. So the gate looks for
such strings of the source that the target has more often than the source, and for marks of a conversation (role tags of
chat templates) that the source has not. A model that obeyed with anything else is left to length, language and the
round trip.
"""

from __future__ import annotations

import re

from translators.gates.gate import Gate, Pair

# A code, a word in capitals, a word with digits inside, or what stands in quotation marks.
_LITERAL = re.compile(
    r"""
      \b(?=\w*[A-Z])(?=\w*\d)[\w-]{4,}\b            # ZX-81, K3Y5
    | \b[A-Z][A-Z_-]{2,}\b                          # STOP, ALL_DONE
    | ["“„«「『'‘]([^"”“»」』'’\n]{3,40})["”“»」』'’]  # "anything at all"
    """,
    re.VERBOSE,
)
# What each of these has, found in one pass: most texts have none of it.
_MAY_BE_LITERAL = re.compile(
    r"""["“„«「『'‘A-Z\d](?:(?<=["“„«「『'‘])|(?<=[A-Z])(?:[A-Z_-]{2}|\w*\d)|(?<=\d)\w*[A-Z])"""
)
_TAGS = re.compile(
    r"""
      <\|[\w-]{2,20}\|> | <[｜|]\w+[｜|]> | \[/?INST\] | <<SYS>> | </?(?:start|end)_of_turn>
    | ^(?:system|assistant|user)\s*:
    """,
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)
_ROLES = ("system", "tant", "user")


def score(pair: Pair) -> float:
    """1.0 where the target has more of something that only an obedient model writes, else 0.0."""
    source, target = pair.source, pair.target
    folded_target = target.casefold()
    # Of `system`, `assistant` and `user` the parts that ignoring case makes no other letters of.
    if "<" in target or "[" in target or (":" in target and any(map(folded_target.__contains__, _ROLES))):
        for tag in {found[0] for found in _TAGS.finditer(target)}:
            if target.count(tag) > source.count(tag):
                return 1.0
    if not _MAY_BE_LITERAL.search(source):
        return 0.0
    literals = {found[1] or found[0] for found in _LITERAL.finditer(source)}
    folded_source = source.casefold()
    for literal in literals:
        folded = literal.casefold()
        if folded in folded_target and folded_target.count(folded) > folded_source.count(folded):
            return 1.0
    return 0.0


GATE = Gate(
    name="steered",
    reason="steered",
    keep="at_most",
    limit=0.0,
    unit="0 or 1",
    source="our choice",
    why="The text seems to have given the model orders that it obeyed.",
    score=score,
)
