"""Keys and tokens that their issuers gave a form of their own: found by that form alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from filters._private_data.kinds import Found, Kind, Options, Piece

# Issuer -> form. Sources: the issuers' documentation of their key formats.
_FORMS: dict[str, str] = {
    "aws": r"(?:AKIA|ASIA)[A-Z2-7]{16}",
    "github": r"gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}",
    "gitlab": r"glpat-[A-Za-z0-9_\-]{20,64}",
    "google": r"AIza[A-Za-z0-9_\-]{35}",
    "huggingface": r"hf_[A-Za-z]{34}",
    "npm": r"npm_[A-Za-z0-9]{36}",
    "pypi": r"pypi-AgE[A-Za-z0-9_\-]{50,255}",
    "slack": r"xox[abprs]-[0-9]{8,14}-[A-Za-z0-9\-]{10,150}",
    "stripe": r"[rs]k_live_[A-Za-z0-9]{24,99}",
    "jwt": r"eyJ[A-Za-z0-9_\-]{16,}\.eyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{20,}",
    "pem": r"-----BEGIN (?:[A-Z]{2,10} ){0,2}PRIVATE KEY-----[^-]{64,8000}"
    r"-----END (?:[A-Z]{2,10} ){0,2}PRIVATE KEY-----",
}
_SECRET = re.compile("|".join(f"(?P<{name}>{form})" for name, form in _FORMS.items()))
# What the scan looks for: the first four bytes, or three where the fourth differs.
PREFIXES = (
    *("AKIA", "ASIA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "gith", "glpa", "AIza", "hf_", "npm_", "pypi"),
    *("xoxa", "xoxb", "xoxp", "xoxr", "xoxs", "rk_l", "sk_l", "eyJ", "----"),
)


def find(piece: Piece, options: Options) -> Iterator[Found]:
    """The secret that starts at the place; the detail is the issuer."""
    match = _SECRET.match(piece.original, piece.start)
    # Documentation writes EXAMPLE into keys that open nothing.
    if match is not None and "EXAMPLE" not in match[0]:
        yield match.start(), match.end(), match.lastgroup or ""


KIND = Kind("secret", "Key or token of a known form; generalised to its issuer", ("secret",), find)
