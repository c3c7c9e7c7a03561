"""Facts of CLDR that Babel leaves out: by territory, and quotation marks by language.

From CLDR 48.2 (Unicode, Inc.): weekData, timeData, measurementData, calendarPreferenceData, delimiters. Territories are
ISO 3166 codes, days `mon` to `sun`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Measurement = Literal["metric", "US", "UK"]
Temperature = Literal["Celsius", "Fahrenheit"]
Paper = Literal["A4", "US Letter"]

_FIRST_DAY = {
    "sun": (
        "AG AS BD BR BS BT BW BZ CA CO DM DO ET GT GU HK HN ID IL IN IS JM JP KE KH KR LA MH MM MO MT MX MZ NI NP PA "
        "PE PH PK PR PT PY SA SG SV TH TT TW UM US VE VI WS YE ZA ZW"
    ),
    "sat": ("AF BH DJ DZ EG IQ IR JO KW LY OM QA SD SY"),
    "fri": ("MV"),
}
# Twelve hours with morning and afternoon; twenty-four elsewhere.
_TWELVE_HOURS = (
    "AE AG AL AR AS AU BB BD BH BM BN BO BS BT CA CL CO CR CU CY DJ DM DO DZ EC EG EH ER ET FJ FM GD GH GM GR GT GU "
    "GY HK HN IN IQ JM JO KH KI KN KP KR KW KY LB LC LR LS LY MH MO MP MR MW MX MY NA NI NZ OM PA PE PG PH PK PR PS "
    "PW PY QA SA SB SD SG SL SO SS SV SY SZ TC TD TN TO TT TW UM US UY VC VE VG VI VU WS YE ZM"
)
_MEASUREMENT: Mapping[str, Measurement] = {"GB": "UK", "LR": "US", "MM": "UK", "US": "US"}
_FAHRENHEIT = "BS BZ KY PR PW US"
_LETTER_PAPER = "BZ CA CL CO CR GT MX NI PA PH PR SV US VE"
# In order of use. The kinds of the Islamic calendar are one.
_CALENDARS = {
    "buddhist gregorian": ("TH"),
    "gregorian chinese": ("CN CX HK MO SG"),
    "gregorian coptic islamic": ("EG"),
    "gregorian dangi": ("KR"),
    "gregorian ethiopic": ("ET"),
    "gregorian hebrew islamic": ("IL"),
    "gregorian indian": ("IN"),
    "gregorian islamic": ("AE BD BH DJ DZ EH ER ID IQ JO KM KW LB LY MA MR MY NE OM PK PS QA SA SD SY TD TN YE"),
    "gregorian japanese": ("JP"),
    "gregorian roc chinese": ("TW"),
    "persian gregorian islamic": ("AF IR"),
}
_QUOTES = {
    "“”": (
        "aa ab af ak an ann apc arn as asa az ba bal bem bew bez bgc bgn bho blt bm_Nkoo bn bo bqi brx bss byn cad "
        "cch ccp ce ceb cgg cho chr cic ckb co cop csw cu cy da dav dje doi dv dz ebu ee en eo es ff_Adlm fil fo frr "
        "fy ga gaa gd gez gl gn gu guz gv ha haw hi hnj id ig ii io iu jbo jmc jv kaa kaj kam kcg kde kea kek ken "
        "kgp khq ki kl kln km kn ko kok kpe ks ksb ku kw kxv la lg lkt lmo ln lo lrc ltg lu luo lv lzz mai mas mdf "
        "mer mfe mgh mgo mhn mi mic ml mn mni moh mr ms mt mus mww my myv naq nd ne nqo nr nso nus nv ny nyn oka om "
        "or osa pa pap pcm pi pis ps pt qu quc raj rhg rif rof rwk sa saq sat sbp scn sd seh ses shn si sid skr sma "
        "smj smn sms so sq ss ssy su suz sw ta te teo tg th tig tk to tok tpi tr trv trw ts tt twq tzm und uz vai ve "
        "vec vi vmw vo vun wa wal wbp wo xh xnr xog yo yrl za zh zu"
    ),
    "«»": (
        "am ast az_Arab az_Cyrl bas be blo bm br bua ca cv dua dyo el es_US eu ewo fa fr gsw ht hy ie it jgo kab kk "
        "kkj ksf ky lij mg mua mzn nb nn nnh no oc os pms pt_AO pt_CH pt_CV pt_GQ pt_GW pt_LU pt_MO pt_MZ pt_PT "
        "pt_ST pt_TL rm ru rw sah sc sdh sg shi ti tyv uk wae yav zgh"
    ),
    "„“": ("bg bs_Cyrl cs de dsb et hr hsb is ka ksh lb lt luy mk nds prg sgs sk sl"),
    "„”": ("agq bs ff hu nmg pl ro sr szl"),
    "””": ("fi he lag rn se sn sv yi"),
    "”“": ("ar lld ms_Arab syr ur"),
    "‘’": ("fur ia nl ti_ER tn"),
    "「」": ("ja yue zh_Hant"),
    "»«": ("kk_Arab ug"),
    "“’": ("st"),
}


def _each(table: Mapping[str, str]) -> dict[str, str]:
    return {code: value for value, codes in table.items() for code in codes.split()}


_FIRST_DAY_OF = _each(_FIRST_DAY)
_CALENDARS_OF = _each(_CALENDARS)
_QUOTES_OF = _each(_QUOTES)


def first_day(territory: str) -> str:
    """The day that a week begins with: `mon`, `sat`, `sun`, `fri`. Monday is CLDR's word for the rest of the world."""
    return _FIRST_DAY_OF.get(territory, "mon")


def twelve_hours(territory: str) -> bool:
    """Whether clocks run to twelve, twice a day."""
    return territory in _TWELVE_HOURS.split()


def measurement(territory: str) -> Measurement:
    """`metric`, `US`, or `UK` (metric with miles and pints)."""
    return _MEASUREMENT.get(territory, "metric")


def temperature(territory: str) -> Temperature:
    """The unit of temperature."""
    return "Fahrenheit" if territory in _FAHRENHEIT.split() else "Celsius"


def paper(territory: str) -> Paper:
    """The usual size of a sheet."""
    return "US Letter" if territory in _LETTER_PAPER.split() else "A4"


def calendars(territory: str) -> tuple[str, ...]:
    """Calendars in use, the usual one first."""
    return tuple(_CALENDARS_OF.get(territory, "gregorian").split())


def quotes(locale: str) -> tuple[str, str] | None:
    """Opening and closing quotation mark of a locale such as `pt_PT`; None where CLDR has no such language."""
    parts = locale.split("_")
    for end in range(len(parts), 0, -1):
        found = _QUOTES_OF.get("_".join(parts[:end]))
        if found is not None:
            return found[0], found[1]
    return None
