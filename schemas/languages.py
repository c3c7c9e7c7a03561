"""Language labels: `iso639-3_Script`, as FineWeb2 and most multilingual datasets on the Hub write them.

Whatever code comes in (ISO 639-1 or -3, BCP 47, retired codes, macro-languages) goes out as one label.
Scripts are ISO 15924 codes, likely scripts come from CLDR through `langcodes`.
"""

from __future__ import annotations

import re
from functools import lru_cache

import langcodes
from langcodes.tag_parser import LanguageTagError

UNDETERMINED = "und_Zyyy"

# A macro-language becomes the individual language that corpora mean by it (ISO 639-3 macro-language
# mappings; the choices are those of the FLORES-200 and FineWeb2 labels).
_INDIVIDUAL = {
    "ara": "arb",
    "aze": "azj",
    "est": "ekk",
    "grn": "gug",
    "kok": "gom",
    "kur": "kmr",
    "lav": "lvs",
    "mlg": "plt",
    "mon": "khk",
    "msa": "zsm",
    "nep": "npi",
    "nor": "nob",
    "ori": "ory",
    "orm": "gaz",
    "pus": "pbt",
    "que": "quy",
    "san": "san",
    "sqi": "als",
    "swa": "swh",
    "syr": "aii",
    "uzb": "uzn",
    "yid": "ydd",
    "cmn": "zho",
    "hbs": "hrv",
    "tgl": "fil",
}
# Codes that identifiers still give out, and that BCP 47 no longer knows or reads otherwise.
_RETIRED = {
    "iw": "he",
    "in": "id",
    "ji": "yi",
    "jw": "jv",
    "mo": "ro",
    "sh": "hr",
    "bh": "bho",
    "un": "und",
    "xxx": "und",
}
_LABEL = re.compile(r"[a-z]{3}_[A-Z][a-z]{3}")


@lru_cache(maxsize=16_384)
def label(code: str) -> str:
    """The `iso3_Script` label of any language code.

    >>> [label(c) for c in ("fr", "zh-TW", "iw", "swa", "sr-Latn", "th_TH", "un")]
    ['fra_Latn', 'zho_Hant', 'heb_Hebr', 'swh_Latn', 'srp_Latn', 'tha_Thai', 'und_Zyyy']

    Raises:
        ValueError: `code` names no language that ISO 639 knows.
    """
    tag = code.strip().replace("_", "-")
    head, _, rest = tag.partition("-")
    tag = "-".join(filter(None, (_RETIRED.get(head.lower(), head), rest)))
    try:
        language = langcodes.Language.get(tag, normalize=True)
    except (LanguageTagError, LookupError) as error:
        raise ValueError(f"{code!r} is not a language code") from error
    if language.language in (None, "und") or not language.is_valid():
        if head.lower() in ("und", "un", "xxx") or (language.language in (None, "und") and language.is_valid()):
            return UNDETERMINED
        raise ValueError(f"{code!r} is not a language code that ISO 639-3 knows")
    try:
        iso3 = language.to_alpha3()
    except LookupError as error:
        raise ValueError(f"{code!r} has no ISO 639-3 code") from error
    script = language.script or language.maximize().script or "Zyyy"
    # "Hangul with Han" and bare "Han" are what CLDR and some models say; corpora write Hang and Hans.
    script = {"Kore": "Hang", "Hani": "Hans"}.get(script, script) if iso3 in ("kor", "zho", "cmn") else script
    return f"{_INDIVIDUAL.get(iso3, iso3)}_{script}"


def is_label(text: str) -> bool:
    """Whether `text` has the form of a label and names a known language."""
    if not _LABEL.fullmatch(text):
        return False
    try:
        return text == UNDETERMINED or label(text) == text
    except ValueError:
        return False


@lru_cache(maxsize=16_384)
def with_script(language: str, script: str) -> str:
    """The label of `language` (a label) when it is written in `script` (ISO 15924)."""
    return f"{language[:3]}_{script}"


@lru_cache(maxsize=16_384)
def name(language: str) -> str:
    """The English name of a label, with the script where the language has several.

    >>> name("fra_Latn"), name("zho_Hant")
    ('French', 'Chinese (Traditional)')
    """
    if language == UNDETERMINED:
        return "Undetermined"
    iso3, _, script = language.partition("_")
    plain = langcodes.Language.get(iso3)
    likely = plain.maximize().script
    english = plain.display_name("en")
    # CLDR calls the individual codes by longer names than readers know; the macro name is the common one.
    english = english.removesuffix(" (individual language)")
    if iso3 == "zho":
        return f"Chinese ({'Traditional' if script == 'Hant' else 'Simplified'})"
    if likely and script != likely and (iso3, script) != ("kor", "Hang"):  # CLDR: Kore, Hangul with Han
        return f"{english} ({langcodes.Language.make(script=script).script_name('en')} script)"
    return english


@lru_cache(maxsize=16_384)
def bcp47(language: str) -> str:
    """The BCP 47 tag that the Hub's `language` and `language_details` fields take (`fr`, `zh-Hant`)."""
    if language == UNDETERMINED:
        return "und"
    return str(langcodes.standardize_tag(language.replace("_", "-"), macro=False))
