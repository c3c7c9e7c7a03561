"""What each model calls a language, as `iso639-3_Script`.

`schemas.languages.label` knows codes in general. Here stands what a model means otherwise by them.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from schemas import languages

_PREFIX = "__label__"
# CLD2's tables hold Sorani under the code of all Kurdish, Hmong Daw under that of all Hmong, and Serbian in Montenegro
# is its Montenegrin (its source: internal/generated_language.cc and cld2_generated_quad0122.cc).
_CLD2 = {"ku": "ckb", "hmn": "mww", "sr-ME": "cnr"}
# Wikipedia's name for its Alemannic edition, which lid.176 was trained on; ISO 639-3 gives `als` to Tosk Albanian.
_WIKIPEDIA = {"als": "gsw"}


@lru_cache(maxsize=1_024)
def of_cld2(code: str) -> str | None:
    """The label of a CLD2 code; null for its `un` and for pseudo-codes that name a bare script (`xx-Copt`).

    >>> of_cld2("zh-Hant"), of_cld2("iw"), of_cld2("xx-Copt")
    ('zho_Hant', 'heb_Hebr', None)
    """
    found = _label(_CLD2.get(code, code))
    return None if found == languages.UNDETERMINED else found


def of_fasttext(given: Iterable[str]) -> dict[str, str]:
    """The label of each label of a fastText model; undetermined for one that is no language.

    A model that knows both `sq` and `als` goes by Wikipedia's codes, in which `als` is Alemannic.

    >>> of_fasttext(["__label__zho_Hans", "__label__sh", "__label__zxx_Latn"])
    {'__label__zho_Hans': 'zho_Hans', '__label__sh': 'hrv_Latn', '__label__zxx_Latn': 'und_Zyyy'}
    """
    codes = {one: one.removeprefix(_PREFIX) for one in given}
    own = _WIKIPEDIA if {"sq", "als"} <= set(codes.values()) else {}
    return {one: _label(own.get(code, code)) for one, code in codes.items()}


@lru_cache(maxsize=1_024)
def of_heliport(code: str) -> str:
    """The label of a HeLI code; undetermined for its `und` and `zxx`."""
    return _label(code)


@lru_cache(maxsize=16_384)
def _label(code: str) -> str:
    try:
        return languages.label(code)
    except ValueError:
        return languages.UNDETERMINED
