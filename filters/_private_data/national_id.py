"""National, tax and social security numbers that carry a check: digits by `python-stdnum`, places by us.

A check of one or two digits passes by chance in a tenth or a hundredth of all numbers, so the check alone is not
enough. A number counts when its written form is telling as well (`sure`), when the declared language is one of its
country's, or when a word for it stands near (`words`). Where the check is weak, the word is needed in any language.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module

from filters._private_data.kinds import ALONE_LEFT, ALONE_RIGHT, Form, Found, Kind, Options, Piece
from filters._private_data.words import has


@dataclass(frozen=True)
class _Id:
    """One number scheme.

    Args:
        country: ISO 3166-1 alpha-2.
        module: module of `stdnum` that validates it, or a function of this module.
        sure: shapes that are found anywhere.
        plain: shapes that are found beside a word or in a language of the country.
        languages: ISO 639-3, where `plain` needs no word.
        words: what stands beside it (see `words.py`).
    """

    country: str
    module: str | Callable[[str], bool]
    sure: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    languages: str = ""
    words: str = ""


def _snils(number: str) -> bool:
    """Russian pension insurance number: weighted sum of nine digits, modulo 101."""
    digits = re.sub(r"\D", "", number)
    total = sum(int(d) * (9 - i) for i, d in enumerate(digits[:9])) % 101
    return digits > "00100199800" and total % 100 == int(digits[9:])


def _emirates(number: str) -> bool:
    """Emirates id: 784, year of birth, seven digits, Luhn."""
    from stdnum import luhn

    digits = re.sub(r"\D", "", number)
    return digits.startswith("784") and "1900" <= digits[3:7] <= "2035" and bool(luhn.is_valid(digits))


def _hong_kong(number: str) -> bool:
    """Hong Kong identity card: one or two letters and six digits, weighted sum modulo 11."""
    compact = re.sub(r"[^0-9A-Z]", "", number)
    letters = re.match(r"[A-Z]{1,2}", compact)
    if letters is None:
        return False
    padded = compact.rjust(9)
    values = [36 if c == " " else int(c, 36) for c in padded]
    return sum(v * w for v, w in zip(values, (9, 8, 7, 6, 5, 4, 3, 2, 1), strict=True)) % 11 == 0


def _taiwan(number: str) -> bool:
    """Taiwanese identity card: a letter for the place, nine digits, weighted sum modulo 10."""
    place = "ABCDEFGHJKLMNPQRSTUVXYWZIO".find(number[0]) + 10
    values = [place // 10, place % 10, *(int(d) for d in number[1:])]
    return (
        number[1] in "1289"
        and sum(v * w for v, w in zip(values, (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1), strict=True)) % 10 == 0
    )


def _singapore(number: str) -> bool:
    """Singaporean identity card: S or T, seven digits, weighted sum modulo 11."""
    total = sum(int(d) * w for d, w in zip(number[1:8], (2, 7, 6, 5, 4, 3, 2), strict=True))
    return number[0] in "ST" and "JZIHGFEDCBA"[(total + 4 * (number[0] == "T")) % 11] == number[8]


def _my_number(number: str) -> bool:
    """Japanese individual number, with or without hyphens."""
    from stdnum.jp import in_

    return bool(in_.is_valid(re.sub(r"\D", "", number)))


_ID_WORDS = (
    "id! national_id identity identification personal_number ausweis identité identidad identidade identità "
    "identiteit identyfik občansk személyi kimlik căn_cước cccd! cmnd! ktp! nik! kitambulisho паспорт удостоверени "
    'посвідчення ταυτότητα תעודת_זהות ת.ז ת״ז ת"ז מספר_זהות هوية الهوية بطاقة_شخصية کد_ملی شناختی पहचान পরিচয় '
    "บัตรประชาชน 身份证 身分證 身份證 マイナンバー 주민등록 መታወቂያ"
)

_IDS: tuple[_Id, ...] = (
    _Id("IT", "it.codicefiscale", sure=("AAAAAA99A99A999A",)),
    _Id("MX", "mx.curp", sure=("AAAA999999AAAAAA99", "AAAA999999AAAAAAA9")),
    _Id("CN", "cn.ric", sure=("9{18}", "9{17}[Aa]", "999999 99999999 999[9A]")),
    _Id("KR", "kr.rrn", sure=("999999-9999999",), plain=("9{13}",), languages="kor", words="주민 rrn! resident_reg"),
    _Id("FI", "fi.hetu", sure=(r"999999[\-+A]999[9A]",)),
    _Id("BR", "br.cpf", sure=(r"999\.999\.999-99",), plain=("9{11}",), languages="por", words="cpf!"),
    _Id(
        "FR",
        "fr.nir",
        sure=(r"9 99 99 9[9A] 999 999(?: ?99)",),
        plain=("9{15}", "9{13} 99"),
        languages="fra",
        words="sécu securite_sociale nir! insee sociale",
    ),
    _Id(
        "BE",
        "be.nn",
        sure=(r"99\.99\.99-999\.99",),
        plain=("9{11}",),
        words="rijksregister registre_national insz! niss! nationaal_nummer numéro_national",
    ),
    _Id("CH", "ch.ssn", sure=(r"999\.9999\.9999\.99",), plain=("9{13}",), words="ahv avs! ssn!"),
    _Id("AE", _emirates, sure=("999-9999-9999999-9",), plain=("9{15}",), words=_ID_WORDS + " emirates"),
    _Id("RU", _snils, sure=("999-999-999 99", "999-999-999-99"), plain=("9{11}",), words="снилс страхов snils!"),
    _Id(
        "TH",
        "th.pin",
        sure=("9-9999-99999-99-9", "9 9999 99999 99 9"),
        plain=("9{13}",),
        languages="tha",
        words="บัตรประชาชน ประชาชน thai_id",
    ),
    _Id("ES", "es.dni", plain=("9{8}-?[A]", r"99\.999\.999-?A"), languages="spa cat glg eus", words="dni! nif! d.n.i"),
    _Id("ES", "es.nie", plain=("A-?9{7}-?A",), languages="spa cat glg eus", words="nie! n.i.e nif! extranjer"),
    _Id(
        "IN",
        "in_.aadhaar",
        plain=("9999([ -])9999(?:\\1)9999", "9{12}"),
        words="aadhaar aadhar आधार আধার ஆதார் ఆధార్ ಆಧಾರ್ ആധാർ આધાર ਆਧਾਰ ଆଧାର uidai",
    ),
    _Id("PL", "pl.pesel", plain=("9{11}",), languages="pol", words="pesel"),
    _Id("TR", "tr.tckimlik", plain=("9{11}",), languages="tur", words="t.c kimlik tckn tc!"),
    _Id(
        "SE",
        "se.personnummer",
        plain=(r"(?:99)?999999[\-+]9999",),
        languages="swe",
        words="personnummer pers.nr personnr samordning",
    ),
    _Id("DK", "dk.cpr", plain=("999999-?9999",), words="cpr personnummer"),
    _Id("NO", "no.fodselsnummer", plain=("999999 ?99999",), languages="nob nno", words="fødsels personnummer fnr!"),
    _Id("IS", "is_.kennitala", plain=("999999-?9999",), words="kennital kt!"),
    _Id("EE", "ee.ik", plain=("9{11}",), languages="ekk", words="isikukood ik!"),
    _Id("LT", "lt.asmens", plain=("9{11}",), languages="lit", words="asmens a.k!"),
    _Id("RO", "ro.cnp", plain=("9{13}",), languages="ron", words="cnp! cod_numeric"),
    _Id("BG", "bg.egn", plain=("9{10}",), words="егн egn!"),
    _Id("CZ", "cz.rc", plain=("999999/999?9",), languages="ces slk", words="rodné rodne rč! r.č rodné_číslo"),
    _Id("HR", "hr.oib", plain=("9{11}",), words="oib!"),
    _Id("SI", "si.emso", plain=("9{13}",), languages="slv hrv srp bos mkd", words="emšo emso jmbg јмбг емброј embg"),
    _Id("GR", "gr.amka", plain=("9{11}",), languages="ell", words="αμκα amka"),
    _Id("PT", "pt.nif", plain=("999 ?999 ?999",), words="nif! contribuinte nipc!"),
    _Id("NL", "nl.bsn", plain=(r"9{9}", r"9999\.99\.999", "999 999 999"), words="bsn! burgerservice sofinummer"),
    _Id("AT", "at.vnr", plain=("9999 ?999999",), words="sv-nummer svnr sozialvers versicherungsnummer"),
    _Id("DE", "de.idnr", plain=("9{11}", "99 999 999 999"), words="steuer idnr! tin! tax_id"),
    _Id("GB", "gb.nhs", plain=("999([ -])999(?:\\1)9999", "9{10}"), words="nhs!"),
    _Id("US", "us.ssn", plain=("999-99-9999", "999 99 9999"), words="ssn! ssns! social_security seguro_social"),
    _Id("CA", "ca.sin", plain=("999([ -])999(?:\\1)999", "9{9}"), words="sin! nas! social_insurance assurance_sociale"),
    _Id("CL", "cl.rut", plain=(r"99?\.999\.999-[9Aa]", "9{7,8}-[9Aa]"), words="rut! run! r.u.t"),
    _Id("AR", "ar.cuit", plain=("99-9{8}-9", "9{11}"), words="cuit! cuil! c.u.i"),
    _Id("ZA", "za.idnr", plain=("9{13}", "999999 9999 99 9"), words=_ID_WORDS + " id_number id-nommer said!"),
    _Id("IL", "il.idnr", plain=("9{9}", "9{8}-9"), words='ת.ז ת״ז ת"ז תעודת_זהות זהות teudat_zehut israeli_id'),
    _Id("JP", _my_number, plain=("9{12}", "9999([ -])9999(?:\\1)9999"), words="マイナンバー 個人番号 my_number"),
    _Id("UA", "ua.rntrc", plain=("9{10}",), words="рнокпп іпн ипн! податк податков"),
    _Id("RU", "ru.inn", plain=("9{12}",), words="инн! inn!"),
    _Id("MY", "my.nric", plain=("999999-99-9999",), words="mykad nric kad_pengenalan no._kp ic!"),
    _Id("PK", "pk.cnic", plain=("99999-9999999-9",), languages="urd", words="cnic شناختی"),
    _Id("HK", _hong_kong, plain=(r"AA?9{6}\([9A]\)",), languages="zho yue", words="hkid 身份證"),
    _Id("TW", _taiwan, plain=("A9{9}",), words="身分證 身份證 統一編號 國民身 identity national_id"),
    _Id("SG", _singapore, plain=("A9{7}A",), words="nric fin! identity"),
)


@lru_cache(maxsize=256)
def _validator(module: str) -> Callable[[str], bool]:
    is_valid: Callable[[str], bool] = import_module(f"stdnum.{module}").is_valid
    return is_valid


def _valid(one: _Id, number: str) -> bool:
    try:
        return one.module(number) if callable(one.module) else _validator(one.module)(number)
    except Exception:
        # The library raises what it likes where its tables have gaps (KeyError for some Chinese counties).
        return False


def _check(one: _Id, sure: bool) -> Callable[[Piece, int, int, Options], Found | None]:
    def check(piece: Piece, start: int, end: int, options: Options) -> Found | None:
        written = piece.text[start:end]
        if len({c for c in written if c.isdigit()}) < 3 or not _valid(one, written):
            return None
        if sure or piece.language[:3] in one.languages.split():
            return start, end, one.country
        if one.words and (has(one.words, piece.before(start, 60)) or has(one.words, piece.after(end, 24))):
            return start, end, one.country
        return None

    return check


# In one word: an id that begins or ends with a letter has its own boundary.
_LEFT, _RIGHT = f"{ALONE_LEFT}(?<!9 )(?<!9\\()", f"(?! 9){ALONE_RIGHT}"
KIND = Kind(
    "national_id",
    "National, tax or social security number; generalised to its country",
    ("number", "code"),
    forms=tuple(
        Form(f"{_LEFT}{shape}{_RIGHT}", _check(one, sure))
        for sure, of in ((True, "sure"), (False, "plain"))
        for one in _IDS
        for shape in getattr(one, of)
    ),
)


def countries() -> list[str]:
    """Countries whose numbers are known, sorted."""
    return sorted({one.country for one in _IDS})
