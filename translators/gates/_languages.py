"""What CLD2 knows: its codes for our labels, and which of its answers count as which language."""

from __future__ import annotations

from functools import lru_cache

import pycld2

from schemas import languages
from translators.gates import _scripts

# Languages whose good texts CLD2 takes for each other, hint or not: it cannot prove that the one is not the other.
# Measured on the paragraphs of the UDHR (about 30 a language, 90 to 250 letters); the share is that of such errors.
_CONFUSED = (
    ("bos", "hrv", "srp", "cnr", "hbs"),  # one language with four standards: 12 to 70 % of lines
    ("ind", "zsm", "zlm"),  # two standards of Malay: 28 % of Indonesian lines
    ("nob", "nno", "dan"),  # Bokmål grew out of Danish, Nynorsk is written beside it: 3 %, short lines more
    ("hin", "bho", "mag", "mai", "awa", "hne"),  # Hindi and the languages around it: 15 %
    ("zul", "xho", "ssw", "nbl"),  # Nguni languages: 4 %, Ndebele all
    ("tsn", "sot", "nso"),  # Sotho-Tswana languages: 10 %
    ("kin", "run"),  # Rwanda-Rundi, understood by each other's speakers: 42 % of Rundi lines
    ("fas", "prs"),  # Persian of Iran and of Afghanistan, spelled alike
    ("ceb", "war"),  # Visayan languages: 12 % of Waray lines
    ("mfe", "crs", "hat", "acf", "gcf", "gcr"),  # French-based creoles
    ("quy", "quz", "quh", "qug", "qul", "qva", "qvc", "qvh", "qvm", "qvn", "qwh", "qxn", "qxu"),  # CLD2 has one Quechua
    ("arb", "ars", "arz", "apc", "ajp", "acm", "acq", "aeb", "ary"),  # written Arabic and what is spoken
    ("bod", "dzo"),  # both spelled as classical Tibetan: 3 %
    ("zho", "yue", "wuu", "lzh", "gan", "hsn", "hak", "nan", "cjy"),  # CLD2 has one Chinese
    ("ces", "slk"),  # short lines are both
)
# Standards of one language: a paragraph of the UDHR has up to 0.93 of its phrases in common with its translation.
_STANDARDS = (
    frozenset(("bos", "hrv", "srp", "cnr", "hbs")),
    frozenset(("fas", "prs")),
    frozenset(("ind", "zsm", "zlm")),
)
_GROUPS = {one: frozenset(group) for group in _CONFUSED for one in group}
# The same, but one way: what good texts of the first are taken for, and not the other way round.
_TAKEN_FOR = {
    "mkd": ("srp", "bul"),  # 23 % of its lines
    "bul": ("srp", "mkd"),  # 17 % of its lines of eight words
    "mai": ("npi",),  # 30 %: CLD2 has no Maithili, and knows Bhojpuri less well
    "sco": ("eng",),  # half of its lines
    "pcm": ("eng",),
    "jam": ("eng",),
    "kri": ("eng",),
    "evn": ("rus",),
    "niv": ("rus",),
    "kea": ("por",),
    "mwl": ("por",),
    "cri": ("por",),
    "pov": ("por",),
    "lad": ("spa",),
    "pap": ("spa",),
    "ast": ("spa",),
    "min": ("ind", "zsm"),
    "bjn": ("ind", "zsm"),
    "pmy": ("ind", "zsm"),
    "abs": ("ind", "zsm"),
    "gsw": ("deu",),
    "crh": ("tur",),
    "gag": ("tur",),
    "slr": ("tur",),
    "nds": ("deu", "nld"),
}
# CLD2 has a name for these, but does not find them in a tenth or more of the UDHR's lines.
_UNRELIABLE = frozenset(("oci", "ina", "ile", "kmr", "hmn", "tlh", "vol"))
# CLD2 names a language without its script; it finds these in these alone, others in the usual one.
_FOUND_IN = {
    "srp": ("Cyrl", "Latn"), "bos": ("Latn", "Cyrl"), "cnr": ("Latn", "Cyrl"), "uzn": ("Latn", "Cyrl"),
    "tuk": ("Latn", "Cyrl"), "khk": ("Cyrl", "Mong"), "zho": ("Hans", "Hant"), "azj": ("Latn",),
}  # fmt: skip


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    """ISO 639-3 codes of the languages that CLD2 detects, each with CLD2's own code."""
    codes = dict(pycld2.LANGUAGES)
    known: dict[str, str] = {}
    for name in pycld2.DETECTED_LANGUAGES:
        code = codes.get(name)
        found = iso3(code) if code else None
        if code and found:
            known.setdefault(found, code)
    return known


@lru_cache(maxsize=1_024)
def iso3(code: str) -> str | None:
    """ISO 639-3 of a code of CLD2's; None for "unknown" and for its names of scripts (`xx-Goth`)."""
    try:
        found = languages.label(code).partition("_")[0]
    except ValueError:
        return None
    return None if found == "und" else found


@lru_cache(maxsize=1_024)
def accepted(label: str) -> frozenset[str]:
    """The languages, ISO 639-3, that CLD2 may name for a text of this label."""
    wanted = label.partition("_")[0]
    return _GROUPS.get(wanted, frozenset((wanted,))).union(_TAKEN_FOR.get(wanted, ()))


@lru_cache(maxsize=1_024)
def cld2_code(label: str) -> str | None:
    """CLD2's code of a label's language, to be used as a hint; None where it does not know the language so written.

    >>> cld2_code("fra_Latn"), cld2_code("zho_Hant"), cld2_code("bam_Latn"), cld2_code("azj_Cyrl")
    ('fr', 'zh-Hant', None, None)
    """
    wanted, _, script = label.partition("_")
    if wanted in _UNRELIABLE:
        return None
    if (wanted, script) == ("zho", "Hant"):
        return "zh-Hant"
    near = wanted if wanted in _codes() else min(_GROUPS.get(wanted, frozenset()) & _codes().keys(), default="")
    if not near:
        return None
    usual = (languages.label(_codes()[near]).partition("_")[2],)
    found_in = {one for name in _FOUND_IN.get(wanted, usual) for one in _scripts.scripts(f"{wanted}_{name}")}
    return _codes()[near] if found_in & set(_scripts.scripts(label)) else None


@lru_cache(maxsize=1_024)
def same_text(one: str, other: str) -> bool:
    """Whether a translation from one label into the other may be the text itself.

    >>> same_text("hrv_Latn", "bos_Latn"), same_text("nob_Latn", "dan_Latn"), same_text("srp_Latn", "srp_Cyrl")
    (True, False, False)
    """
    return one == other or (one[4:] == other[4:] and any({one[:3], other[:3]} <= group for group in _STANDARDS))
