"""E-mail addresses: RFC 5322 as people write them, with letters of any script (RFC 6531)."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from filters._private_data.kinds import Found, Kind, Options, Piece


def _address(but: str) -> regex.Pattern[str]:
    first, inner = rf"[[\p{{L}}\p{{N}}]{but}]", rf"[[\p{{L}}\p{{M}}\p{{N}}]{but}]"
    local = rf"{first}[[\p{{L}}\p{{M}}\p{{N}}._%+\-]{but}]{{0,63}}"
    label = rf"[[\p{{L}}\p{{M}}\p{{N}}\-]{but}]"
    top = rf"[\p{{L}}{but}][[\p{{L}}\p{{M}}]{but}]{{1,62}}"
    return regex.compile(
        rf"{local}@({first}(?:{label}{{0,62}}{inner})?(?:\.{label}{{1,63}}){{0,8}}\.{top})", regex.V1 | regex.UNICODE
    )


# Where words have no spaces, and where particles stand before or after a word without one (Korean, Amharic, Arabic,
# Hebrew), an address in Latin letters stands in the middle of a run of letters: look for it alone first. What else has
# an @ is an address in such a script.
_APART = _address(
    r"--[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}\p{Ethiopic}\p{Arabic}"
    r"\p{Hebrew}\u30FC\u3005]"
)
_WHOLE = _address("")

# `icon@2x.png`, `getty@tty1.service`: files and units, not hosts.
_NO_HOSTS = frozenset(
    {
        *("png", "jpg", "jpeg", "gif", "svg", "webp", "ico", "bmp", "tiff"),
        *("css", "html", "htm", "xml", "json", "yaml", "yml", "pdf", "php", "js", "ts", "txt"),
        *("service", "socket", "timer", "target", "mount", "slice", "path", "device"),
    }
)
# The users that version control logs in as: they name nobody.
_NOBODY = frozenset({"git", "hg", "svn"})
_VERSION = regex.compile(r"[0-9]+\.[0-9]+(?:\.[0-9]+)*(?:[.\-][a-z]|$)")


def find(piece: Piece, options: Options) -> Iterator[Found]:
    """Addresses in a piece; the detail is the domain."""
    taken: list[tuple[int, int]] = []
    for pattern in (_APART, _WHOLE):
        for match in pattern.finditer(piece.text):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            local, domain = match[0][: match.start(1) - match.start() - 1], match[1].lower()
            if domain.rpartition(".")[2] in _NO_HOSTS or local.lower() in _NOBODY or _VERSION.match(domain):
                continue
            taken.append(match.span())
            yield match.start(), match.end(), domain


KIND = Kind("email", "E-mail address; generalised to its domain", ("at",), find)
