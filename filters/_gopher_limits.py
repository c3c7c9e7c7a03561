"""Where Gopher's limits, made for English, do not fit running text of a language: measured, by script and language.

Measured on the Universal Declaration of Human Rights in 448 languages and on the sample corpus, in documents of about
120 words as `filters._segments` cuts them. Where nineteen of twenty documents come within a tenth of Gopher's limit
for word length, or half of them break the one for alphabetic words, there is a value here, with room behind what was
measured. A script stands for all its languages; a language in Latin, Cyrillic, Arabic or Devanagari for itself.
"""

from __future__ import annotations

from collections.abc import Mapping


def _spread(lists: Mapping[float | None, str]) -> dict[str, float | None]:
    return {code: limit for limit, codes in lists.items() for code in codes.split()}


# Mean word length at least: tones and particles apart, characters that are syllables or words.
SHORT_WORDS: dict[str, float | None] = _spread({
    1: "Hani Hans Hant Jpan Tibt Vaii",
    1.5: "Mymr chj_Latn",
    2: (
        "Ethi Hang Tavt ada_Latn bba_Latn bci_Latn bvi_Latn dga_Latn dyu_Latn emk_Latn fon_Latn gjn_Latn "
        "haw_Latn kri_Latn lns_Latn mfq_Latn mos_Latn mxv_Latn ote_Latn pbt_Arab tem_Latn tiv_Latn "
        "ton_Latn urd_Arab wwa_Latn yor_Latn"
    ),
    2.5: (
        "ajg_Latn cfm_Latn cri_Latn dag_Latn ddn_Latn idu_Latn kqs_Latn lob_Latn pcm_Latn pnb_Arab "
        "shk_Latn skr_Arab vie_Latn xsm_Latn zam_Latn"
    ),
})  # fmt: skip

# Mean word length at most. Tai Tham and Javanese have no spaces and no dictionary here: the rule is off.
LONG_WORDS: dict[str, float | None] = _spread({
    12: "Knda amc_Latn ese_Latn mcd_Latn not_Latn piu_Latn quy_Latn qvm_Latn zul_Latn",
    13: "Cans Telu cic_Latn cni_Latn qxu_Latn",
    14: "Taml",
    15: "Yiii cot_Latn cpu_Latn",
    16: "Mlym",
    21: "kal_Latn",
    None: "Java Lana",
})  # fmt: skip

# Share of words with a letter: signs between words (Ethiopic, Tibetan), apostrophes and the like are words here.
ALPHABETIC: dict[str, float | None] = _spread({
    0.4: "Java Tibt",
    0.45: "Ethi Yiii",
    0.5: "cbt_Latn",
    0.55: "nio_Cyrl",
    0.6: "cas_Latn cbu_Latn chj_Latn mtp_Latn orh_Latn pbb_Latn",
    0.65: "amr_Latn cbr_Latn cbs_Latn cof_Latn evn_Cyrl gld_Cyrl mcf_Latn mlt_Latn qxu_Latn san_Deva",
    0.7: (
        "Gran ayr_Latn buc_Latn cjs_Cyrl cni_Latn dyu_Latn eve_Cyrl kbp_Latn mxv_Latn pcd_Latn qul_Latn "
        "sna_Latn ton_Latn udu_Latn ztu_Latn"
    ),
})  # fmt: skip
