"""User and password in the address of a server: `https://user:password@host` (RFC 3986, section 3.2.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from filters._private_data.kinds import Found, Kind, Options, Piece

_USER = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9+.\-]{1,15}://([^\s/:@<>\"'{}\[\]$]{1,64}):([^\s/@<>\"'{}\[\]$]{1,128})(?=@[^\s@/])"
)
# What manuals write where a password would stand.
_STANDS_FOR = re.compile(
    r"(?i)pass|passwd|password|passwort|pwd|pw|secret|token|x+|\*+|\.+|%s|mot_?de_?passe|contraseña"
)


def find(piece: Piece, options: Options) -> Iterator[Found]:
    """`user:password` in a piece; there is no detail."""
    for match in _USER.finditer(piece.text):
        if not _STANDS_FOR.fullmatch(match[2]):
            yield match.start(1), match.end(2), ""


KIND = Kind("credentials", "User and password in the address of a server", ("at",), find)
