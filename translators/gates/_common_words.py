"""Whether an English word is an ordinary one, so that a capital does not make it a name: "New Layer", "Toolbox"."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

_ENDINGS = (
    ("ies", "y"), ("ied", "y"), ("ier", "y"), ("iest", "y"), ("ily", "y"), ("iness", "y"), ("es", ""), ("s", ""),
    ("ed", ""), ("ed", "e"), ("ing", ""), ("ing", "e"), ("er", ""), ("er", "e"), ("est", ""), ("est", "e"), ("ly", ""),
    ("ness", ""), ("ers", ""), ("ers", "e"), ("ings", ""), ("d", ""), ("r", ""),
)  # fmt: skip
# Only for looking up, so that new technical words are known: "tileable", "colorize", "desaturate".
_MORE_ENDINGS = (
    ("able", ""), ("able", "e"), ("ize", ""), ("ise", ""), ("ized", ""), ("ization", ""), ("ization", "e"),
    ("ation", "e"), ("ity", ""), ("ity", "e"), ("al", ""), ("ally", ""), ("less", ""), ("ist", ""), ("ism", ""),
    ("like", ""), ("ness", ""), ("ive", "e"), ("izer", ""), ("or", "e"), ("ability", "able"),
)  # fmt: skip
_PREFIXES = (
    "un", "de", "re", "pre", "anti", "auto", "sub", "super", "over", "under", "inter", "multi", "non", "mis", "dis",
    "semi", "hyper", "meta", "micro", "counter",
)  # fmt: skip
_DOUBLED = frozenset(("ed", "ing", "er", "est", "ers", "ings"))


def stems(word: str) -> Iterator[str]:
    """What a word can be an inflected form of.

    >>> sorted(set(stems("stopped")))
    ['stop', 'stopp', 'stoppe']
    """
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            stem = word.removesuffix(ending) + instead
            yield stem
            if not instead and ending in _DOUBLED and len(stem) > 3 and stem[-1] == stem[-2]:
                yield stem[:-1]


@lru_cache(maxsize=1)
def _lists() -> tuple[frozenset[str], frozenset[str]]:
    """Ordinary words, and names that the rules would take for ordinary ones ("Newton", "Manchester")."""
    text = Path(__file__).with_name("_common_words_eng.txt").read_text(encoding="ascii")
    words = [word for line in text.splitlines() if line[:1] != "#" for word in line.split()]
    return frozenset(word for word in words if word.islower()), frozenset(
        word.lower() for word in words if word.istitle()
    )


def _words() -> frozenset[str]:
    return _lists()[0]


def _inflected(word: str) -> bool:
    words = _words()
    return word in words or any(
        stem in words or any(further in words for further in stems(stem)) for stem in stems(word)
    )


@lru_cache(maxsize=65_536)
def common(word: str) -> bool:
    """Whether a lower-case English word is ordinary: in the list, a form of one, or made of two.

    >>> [common(one) for one in ("layers", "toolbox", "desaturate", "kimball")]
    [True, True, True, False]
    """
    if word in _words():
        return True
    return word not in _lists()[1] and derived(word)


def derived(word: str) -> bool:
    """Whether a word follows from ordinary ones by the rules."""
    if _inflected(word):
        return True
    for ending, instead in _MORE_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4 and _inflected(word.removesuffix(ending) + instead):
            return True
    for prefix in _PREFIXES:
        if word.startswith(prefix) and len(word) - len(prefix) >= 4 and _inflected(word.removeprefix(prefix)):
            return True
    return len(word) >= 7 and any(word[:at] in _words() and word[at:] in _words() for at in range(3, len(word) - 2))
