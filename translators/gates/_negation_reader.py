"""Reads the negations of a text: how many it surely has, how many words could stand for one, and where they are."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

SURE, CONCORD, LINK, SOFT = 1, 2, 3, 4
_KNOWN_WORDS = 50_000  # words whose kind is kept; the memo is emptied when it is full
# Everything but letters, marks, digits and the apostrophe parts words; `\w` of `re` would part them at vowel signs.
_WORD = re.compile(
    "[^\\s!-&(-/:-@\\[-`{-¿×÷\u02c2-\u02df\u037e\u0387\u055a-\u055f\u0589\u05be\u060c\u061b\u061f\u066a\u066b\u06d4"
    "\u0964\u0965\u1360-\u1368\u17d4-\u17da\u2000-\u206f\u20a0-\u20bf\u2190-\u27bf\u3000-\u3004\u3008-\u301f\u30fb"
    "\uff01-\uff0f\uff1a-\uff20\uff5b-\uff65]+"
    "|[.!?;:\u061b\u061f\u06d4\u0964\u0965\u1362\u1367\u3002\uff01\uff1f\uff1b]"
)
_ENDS = frozenset(".!?;:\u061b\u061f\u06d4\u0964\u0965\u1362\u1367\u3002\uff01\uff1f\uff1b")
# Signs that change nothing: soft hyphen, zero-width characters, Arabic and Hebrew vowel signs. Letters of two shapes.
_FOLD: dict[int, str | None] = {
    ord(c): None for c in "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2069\ufeff\u0640\u0670"
}
_FOLD |= dict.fromkeys((*range(0x0591, 0x05C8), *range(0x064B, 0x0653)))
_FOLD[0x05BE] = " "
_FOLD |= {ord(a): b for a, b in zip("’‘ʼʻ＇`‐‑يىكأإآİ", "''''''--ییکاااi", strict=True)}


def folded(text: str) -> str:
    """Lower case, composed, one apostrophe, one shape of each Arabic letter, no vowel signs of Arabic and Hebrew."""
    if text.isascii():
        return text.lower()
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return text.translate(_FOLD).lower()


@dataclass(frozen=True)
class Cues:
    """How a language negates. Words stand in any order, apart by spaces; the rest are regular expressions.

    Args:
        scripts: ISO 15924 codes of the scripts that the cues are written in.
        sure: words that negate, each once (`not`).
        concord: words that negate by themselves, but add nothing near another negation (`nikdo … ne-`, `ne … pas`).
        link: as concord, but near another negation they may count or not (`nor`, `ni`).
        soft: words that may stand for a negation, and never ask for one (`unless`, `invalid`).
        forms: whole words that negate by their form (`ne-` before a Czech verb).
        soft_forms: whole words that may.
        not_forms: whole words that have such a form by chance.
        phrases: pieces of text that negate, where words are written together or a cue has several words.
        concord_phrases: the same for concord.
        soft_phrases: the same for soft.
        idioms: pieces of text that hold a cue and do not negate (`not only`). They win over everything else.
        triggers: pieces of text, apart by spaces; each text with a phrase that negates holds one. They save time.
        last: whether the verb, and what negates it, ends the sentence.
        near: words within which a concord cue belongs to another negation: about a clause.
    """

    scripts: str
    sure: str = ""
    concord: str = ""
    link: str = ""
    soft: str = ""
    forms: str = ""
    soft_forms: str = ""
    not_forms: str = ""
    phrases: str = ""
    concord_phrases: str = ""
    soft_phrases: str = ""
    idioms: str = ""
    triggers: str = ""
    near: int = 9
    last: bool = False


_MARKS = {"\ue000": 0, "\ue001": SURE, "\ue002": CONCORD, "\ue003": SOFT}
# An option of a command, such as `--no-wait`, and a placeholder, such as `%s`, say nothing.
_OPTION = r"-(?<!\w-)-?[a-z][\w-]+|%(?:\(\w+\)|\d+\$)?[a-z]"


class Reader:
    """Finds a language's cues. Threads may share it: what they write into the memo of words is the same."""

    def __init__(self, cues: Cues) -> None:
        self.last = cues.last
        self._near = cues.near
        self._table: dict[str, int] = {}
        for words, kind in ((cues.soft, SOFT), (cues.link, LINK), (cues.concord, CONCORD), (cues.sure, SURE)):
            self._table |= dict.fromkeys(folded(words).split(), kind)
        self._seen = dict(self._table) | _MARKS
        self._last: tuple[str, tuple[tuple[float, ...], tuple[float, ...]]] = ("", ((), ()))
        forms = ((cues.not_forms, 0), (cues.soft_forms, SOFT), (cues.forms, SURE))
        self._forms = [(re.compile(folded_pattern(form)).fullmatch, kind) for form, kind in forms if form]
        # Words decide whether a text is worth the slow look for phrases; where no form negates, a set of words does.
        self._cues = None if cues.forms else frozenset(word for word, kind in self._table.items() if kind != SOFT)
        self._triggers = tuple(folded_pattern(cues.triggers).split())
        negating = "|".join(filter(None, (cues.phrases, cues.concord_phrases)))
        self._negating = re.compile(folded_pattern(negating)).search if negating and not self._triggers else None
        idioms = f"{_OPTION}|{cues.idioms}" if cues.idioms else _OPTION
        phrases = (idioms, cues.soft_phrases, cues.phrases, cues.concord_phrases)
        groups = [(one, mark) for one, mark in zip(phrases, (0, SOFT, SURE, CONCORD), strict=True) if one]
        names = {kind: name for name, kind in _MARKS.items()}
        self._marks = [f" {names[mark]} " for _, mark in groups]
        self._phrases = re.compile("|".join(f"({folded_pattern(one)})" for one, _ in groups))
        if self._phrases.groups != len(groups):
            raise ValueError(f"groups of phrases must not capture: {self._phrases.pattern[:200]}")

    def sure(self, text: str) -> tuple[float, ...]:
        """Where the negations of a text are, as shares of its length, ascending."""
        plain = folded(text)
        if not self._triggered(plain):
            words = _WORD.findall(plain)
            if self._cues is not None:
                if self._cues.isdisjoint(words) and not ("'" in plain and self._quoted(words)):
                    return ()
            else:
                seen = self._seen
                kinds = [seen[word] if word in seen else self._kind(word) for word in words]
                if SURE not in kinds and CONCORD not in kinds and LINK not in kinds:
                    return ()
        return self._read(plain)[0]

    def soft(self, text: str) -> tuple[float, ...]:
        """Where words are that may stand for a negation, as shares of the text's length, ascending."""
        return self._read(folded(text))[1]

    def _triggered(self, plain: str) -> bool:
        if self._triggers:
            return any(trigger in plain for trigger in self._triggers)
        return self._negating is not None and self._negating(plain) is not None

    def _quoted(self, words: list[str]) -> bool:
        return any(0 < self._seen.get(word, self._kind(word)) < SOFT for word in words if "'" in word)

    def _mark(self, match: re.Match[str]) -> str:
        return self._marks[(match.lastindex or 1) - 1]

    def _kind(self, word: str) -> int:
        bare = word.strip("'")
        kind = self._table.get(bare, 0)
        for fits, named in () if kind else self._forms:
            if fits(bare):
                kind = named
                break
        if len(self._seen) > _KNOWN_WORDS:
            self._seen = dict(self._table) | _MARKS
        self._seen[word] = kind
        return kind

    def _read(self, plain: str) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Both of folded text; those of the last text are kept, as it is asked for twice."""
        last = self._last
        if last[0] != plain:
            self._last = last = (plain, self._found(plain))
        return last[1]

    def _found(self, plain: str) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Both, anew: phrases are put out of the way first, each by a mark of its kind."""
        plain = self._phrases.sub(self._mark, plain)
        found = list(_WORD.finditer(plain))
        seen = self._seen
        kinds = [seen[word] if (word := one.group()) in seen else self._kind(word) for one in found]
        if not any(kinds):
            return (), ()
        share = [one.start() / len(plain) for one in found]
        sentences = [place for place, one in enumerate(found) if one.group() in _ENDS]
        sure: list[float] = []
        soft: list[float] = []
        start = 0
        for end in (*sentences, len(found)):
            at = [place for place in range(start, end) if kinds[place] == SURE]
            for place in range(start, end):
                kind = kinds[place]
                if kind == SOFT:
                    soft.append(share[place])
                elif kind in (CONCORD, LINK):
                    if all(abs(place - other) > self._near for other in at):
                        at.append(place)
                    elif kind == LINK:
                        soft.append(share[place])
            sure.extend(share[place] for place in sorted(at))
            start = end + 1
        return tuple(sure), tuple(sorted(soft))


def folded_pattern(pattern: str) -> str:
    """A regular expression in the letters of folded text; it has to be in lower case already."""
    return unicodedata.normalize("NFC", pattern).translate({k: v for k, v in _FOLD.items() if v and k != ord("`")})
