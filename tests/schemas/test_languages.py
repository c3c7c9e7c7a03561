"""Language labels: whatever code comes in, one label goes out."""

from __future__ import annotations

import doctest

import pytest
from stories import STORIES

from schemas import languages, sample
from schemas.languages import bcp47, is_label, label, name, with_script


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        # ISO 639-1, ISO 639-3, BCP 47, labels, and how people type them.
        ("fr", "fra_Latn"),
        ("fra", "fra_Latn"),
        ("fr-CA", "fra_Latn"),
        ("FR", "fra_Latn"),
        ("fra_Latn", "fra_Latn"),
        (" fr ", "fra_Latn"),
        ("fr_FR", "fra_Latn"),
        ("th_TH", "tha_Thai"),
        ("yo", "yor_Latn"),
        ("am", "amh_Ethi"),
        # Scripts.
        ("zh", "zho_Hans"),
        ("zh-TW", "zho_Hant"),
        ("zh-Hant", "zho_Hant"),
        ("zho_Hani", "zho_Hans"),
        ("cmn", "zho_Hans"),
        ("yue", "yue_Hant"),
        ("sr", "srp_Cyrl"),
        ("sr-Latn", "srp_Latn"),
        ("srp_Latn", "srp_Latn"),
        ("ja", "jpn_Jpan"),
        ("ko", "kor_Hang"),
        ("pa", "pan_Guru"),
        ("pa-PK", "pan_Arab"),
        ("az-Cyrl", "azj_Cyrl"),
        ("hin_Latn", "hin_Latn"),
        # Retired, and read otherwise today.
        ("iw", "heb_Hebr"),
        ("in", "ind_Latn"),
        ("ji", "ydd_Hebr"),
        ("jw", "jav_Latn"),
        ("mo", "ron_Latn"),
        ("sh", "hrv_Latn"),
        ("IW", "heb_Hebr"),
        ("bh", "bho_Deva"),
        # Macro-languages become the language that corpora mean.
        ("ar", "arb_Arab"),
        ("ara", "arb_Arab"),
        ("swa", "swh_Latn"),
        ("sw", "swh_Latn"),
        ("ms", "zsm_Latn"),
        ("fa", "fas_Arab"),
        ("no", "nob_Latn"),
        ("nb", "nob_Latn"),
        ("nn", "nno_Latn"),
        ("et", "ekk_Latn"),
        ("lv", "lvs_Latn"),
        ("uz", "uzn_Latn"),
        ("az", "azj_Latn"),
        ("sq", "als_Latn"),
        ("ne", "npi_Deva"),
        ("mn", "khk_Cyrl"),
        ("ps", "pbt_Arab"),
        ("ku", "kmr_Latn"),
        ("tl", "fil_Latn"),
        ("fil", "fil_Latn"),
        # Varieties of a place.
        ("pt-BR", "por_Latn"),
        ("es-419", "spa_Latn"),
        ("en-GB", "eng_Latn"),
        ("zh-HK", "zho_Hant"),
        ("fa-AF", "prs_Arab"),
        ("prs", "prs_Arab"),
        ("pes", "fas_Arab"),
        ("sr-ME", "srp_Latn"),
        ("cnr", "cnr_Latn"),
        ("cnr_Cyrl", "cnr_Cyrl"),
        # Further macro-languages, and those that stay.
        ("ak", "twi_Latn"),
        ("ay", "ayr_Latn"),
        ("ff", "fuv_Latn"),
        ("iu", "ike_Cans"),
        ("kr", "knc_Latn"),
        ("kg", "kng_Latn"),
        ("kv", "kpv_Cyrl"),
        ("lah", "pnb_Arab"),
        ("za", "zyb_Latn"),
        ("zza", "diq_Latn"),
        ("hbs", "hrv_Latn"),
        ("hmn", "hmn_Latn"),
        ("srd", "srd_Latn"),
        # Retired, Wikipedia's, and bibliographic codes.
        ("eml", "egl_Latn"),
        ("scc", "srp_Cyrl"),
        ("mol", "ron_Latn"),
        ("be-x-old", "bel_Cyrl"),
        ("zh-min-nan", "nan_Hans"),
        ("bat-smg", "sgs_Latn"),
        ("ger", "deu_Latn"),
        # A bare or a mixed script is the one that corpora write.
        ("cmn_Hani", "zho_Hans"),
        ("yue_Hani", "yue_Hant"),
        ("ko-Kore", "kor_Hang"),
        ("jpn_Hira", "jpn_Jpan"),
        ("vie_Hani", "vie_Hani"),
        # The usual script of today, where CLDR has another or none.
        ("azb", "azb_Arab"),
        ("xal", "xal_Cyrl"),
        ("aii", "aii_Syrc"),
        ("ojb", "ojb_Cans"),
        ("mww", "mww_Latn"),
        ("yrk", "yrk_Cyrl"),
        ("crh", "crh_Latn"),
        # Undetermined.
        ("zxx_Latn", "und_Zyyy"),
        ("mul", "und_Zyyy"),
        ("und_Latn", "und_Zyyy"),
        ("und", "und_Zyyy"),
        ("un", "und_Zyyy"),
        ("und_Zyyy", "und_Zyyy"),
        ("xxx", "und_Zyyy"),
    ],
)
def test_labels(code: str, expected: str) -> None:
    assert label(code) == expected
    assert label(expected) == expected, "a label is its own label"
    assert is_label(expected)


@pytest.mark.parametrize(
    "code",
    ["", "  ", "xx", "q", "zzz", "english", "123", "fr--", "eng_Xxxx", "f r", "fra\n_Latn", "日本", "-", "_Latn"],
)
def test_what_is_no_language(code: str) -> None:
    with pytest.raises(ValueError, match="not a language code"):
        label(code)
    assert not is_label(code)


@pytest.mark.parametrize(
    "text", ["fr", "fra", "fra-Latn", "FRA_LATN", "fra_latn", "fra_Latn ", "cmn_Hans", "ara_Arab", "xyz_Latn"]
)
def test_what_is_no_label(text: str) -> None:
    assert not is_label(text)


SAMPLE = (sample.folder() / "documents").glob("*.jsonl")
SHIPPED = sorted({file.stem for file in SAMPLE} | {language for language, _ in STORIES.values()})


@pytest.mark.parametrize("language", SHIPPED)
def test_there_and_back_by_bcp47(language: str) -> None:
    assert is_label(language)
    assert label(bcp47(language)) == language
    assert label(language.replace("_", "-")) == language
    assert name(language) and "_" not in name(language)


@pytest.mark.parametrize(
    ("language", "tag", "english"),
    [
        ("fra_Latn", "fr", "French"),
        ("zho_Hant", "zh-Hant", "Chinese (Traditional)"),
        ("zho_Hans", "zh-Hans", "Chinese (Simplified)"),
        ("srp_Latn", "sr-Latn", "Serbian (Latin script)"),
        ("srp_Cyrl", "sr-Cyrl", "Serbian"),
        ("kor_Hang", "ko-Hang", "Korean"),
        ("und_Zyyy", "und", "Undetermined"),
    ],
)
def test_names_and_tags(language: str, tag: str, english: str) -> None:
    assert name(language) == english
    assert label(bcp47(language)) == language
    assert bcp47(language).partition("-")[0] == tag.partition("-")[0]


def test_with_script() -> None:
    assert with_script("srp_Cyrl", "Latn") == "srp_Latn"


def test_the_examples_in_the_documentation() -> None:
    result = doctest.testmod(languages)
    assert result.attempted >= 2 and result.failed == 0
