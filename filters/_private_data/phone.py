"""Phone numbers, validated by the numbering plans of libphonenumber.

In international form (`+49 …`) they are found everywhere. In national form they are found where a word for a phone
stands before them, in the plans of the countries that the recipe names or that the declared language points to.
"""

from __future__ import annotations

import re
from functools import lru_cache

from filters._private_data.kinds import Form, Found, Kind, Options, Piece
from filters._private_data.words import beside

# Countries whose numbers a text in the language is likely to give in national form. No more than a few each: every
# plan that is tried adds numbers that are valid by chance.
_REGIONS: dict[str, str] = {
    "afr": "ZA", "als": "AL XK", "amh": "ET", "arb": "EG SA AE MA IQ JO", "arz": "EG", "ary": "MA", "asm": "IN",
    "azj": "AZ", "bel": "BY", "ben": "BD IN", "bod": "CN", "bos": "BA", "bul": "BG", "cat": "ES", "ces": "CZ",
    "dan": "DK", "deu": "DE AT CH", "ekk": "EE", "ell": "GR CY", "eng": "US GB AU IN", "eus": "ES", "fas": "IR",
    "pes": "IR", "fil": "PH", "fin": "FI", "fra": "FR BE CH CA", "gle": "IE", "glg": "ES", "guj": "IN", "hau": "NG",
    "heb": "IL", "hin": "IN", "hrv": "HR", "hun": "HU", "hye": "AM", "ibo": "NG", "ind": "ID", "isl": "IS",
    "ita": "IT CH", "jav": "ID", "jpn": "JP", "kan": "IN", "kat": "GE", "kaz": "KZ", "khk": "MN", "khm": "KH",
    "kin": "RW", "kir": "KG", "kor": "KR", "lao": "LA", "lit": "LT", "lvs": "LV", "mal": "IN", "mar": "IN",
    "mkd": "MK", "mlt": "MT", "mya": "MM", "nld": "NL BE", "nno": "NO", "nob": "NO", "npi": "NP", "ory": "IN",
    "pan": "IN", "pol": "PL", "por": "BR PT", "ron": "RO MD", "rus": "RU", "sin": "LK", "slk": "SK", "slv": "SI",
    "som": "SO", "spa": "ES MX AR CO", "srp": "RS", "sun": "ID", "swe": "SE", "swh": "TZ KE", "tam": "IN LK",
    "tel": "IN", "tgk": "TJ", "tha": "TH", "tir": "ER ET", "tur": "TR", "ukr": "UA", "urd": "PK IN", "uzn": "UZ",
    "vie": "VN", "xho": "ZA", "yor": "NG", "zho": "CN TW HK", "zsm": "MY", "zul": "ZA",
}  # fmt: skip

_DATE = re.compile(
    r"(?:19|20)[0-9]{2}([-./ ])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12][0-9]|3[01])(?:[ T][0-9]{1,2})?"
    r"|(?:0?[1-9]|[12][0-9]|3[01])([-./ ])(?:0?[1-9]|1[0-2])\2(?:19|20)[0-9]{2}(?: [0-9]{1,2})?"
    r"|(?:19|20)[0-9]{2} ?[-/] ?(?:19|20)[0-9]{2}"
)


@lru_cache(maxsize=65_536)
def _match(written: str, region: str | None) -> Found | None:
    """The first valid number in a short string, with its country."""
    from phonenumbers import Leniency, PhoneNumberMatcher, region_code_for_number

    for match in PhoneNumberMatcher(written, region, leniency=Leniency.VALID):
        # Numbers without a country are services (+800 …).
        return match.start, match.end, region_code_for_number(match.number) or "001"
    return None


def _international(piece: Piece, start: int, end: int, options: Options) -> Found | None:
    written = piece.text[start:end]
    found = _match(written, None)
    if found is None or found[0] > 1:
        return None
    return start + found[0], start + found[1], found[2]


def _national(piece: Piece, start: int, end: int, options: Options) -> Found | None:
    regions = (*options.regions, *_REGIONS.get(piece.language[:3], "").split())
    if not regions or not beside("phone", piece.before(start, 48)):
        return None
    written = piece.text[start:end]
    if _DATE.match(written) or beside("version", piece.before(start, 24), at_end=True):
        return None
    for region in dict.fromkeys(regions):
        found = _match(written, region)
        if found is not None and found[0] <= 1:
            return start + found[0], start + found[1], found[2]
    return None


_JOINED = r"(?:9|[ .\-/]9| ?\(9|\)[ \-]?9| [\-/] 9){6,18}"
KIND = Kind(
    "phone",
    "Phone number; generalised to its country",
    ("number",),
    forms=(
        # After a digit, a letter or a bracket that closes, and before a space, + is a sum.
        Form(rf"(?<![A-Za-z9_)=+])\+\(?9{_JOINED}", _international),
        Form(rf"(?<![A-Za-z9_+#=])(?<!9[.,:/\-*])\(?9{_JOINED}(?![A-Za-z9_]|[.,:]9)", _national),
    ),
)
