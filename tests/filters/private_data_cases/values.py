"""Values for the sentences: private ones that are made up, with checks that hold, and others that only look private.

Hosts and networks are those reserved for documentation (RFC 2606, 3849, 5737, 7042), phone numbers are the example
numbers of libphonenumber or those kept free for drama (Ofcom, NANPA 555-01xx), the rest comes from a seeded generator.
"""

from __future__ import annotations

import hashlib
from random import Random

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType
from stdnum import luhn, verhoeff
from stdnum.iso7064 import mod_11_10, mod_97_10

NATIVE = {"arb_Arab": "٠١٢٣٤٥٦٧٨٩", "hin_Deva": "०१२३४५६७८९", "ben_Beng": "০১২৩৪৫৬৭৮৯", "tha_Thai": "๐๑๒๓๔๕๖๗๘๙"}
NATIVE |= {"jpn_Jpan": "０１２３４５６７８９"}
_REGION = {
    "eng_Latn": "US", "deu_Latn": "DE", "fra_Latn": "FR", "spa_Latn": "ES", "tur_Latn": "TR", "vie_Latn": "VN",
    "rus_Cyrl": "RU", "heb_Hebr": "IL", "arb_Arab": "EG", "hin_Deva": "IN", "ben_Beng": "BD", "tha_Thai": "TH",
    "amh_Ethi": "ET", "yor_Latn": "NG", "jpn_Jpan": "JP", "zho_Hans": "CN", "kor_Hang": "KR", "por_Latn": "BR",
    "ita_Latn": "IT", "pol_Latn": "PL", "swe_Latn": "SE", "fin_Latn": "FI", "nld_Latn": "NL", "ukr_Cyrl": "UA",
}  # fmt: skip
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def _digits(random: Random, count: int) -> str:
    return "".join(random.choice("0123456789") for _ in range(count))


def _weighted(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(d) * w for d, w in zip(digits, weights, strict=True))


def _date(random: Random, form: str) -> str:
    return form.format(y=random.randrange(1950, 1999), m=random.randrange(1, 13), d=random.randrange(1, 29))


# --- to be found ------------------------------------------------------------------------------------------------------


def email(random: Random, language: str) -> str:
    local = random.choice(["ann.b", "kiln", "choir+list", "m_okoro", "lea-42", "office", "j.s.k", "r2"])
    return f"{local}@{random.choice(['example.org', 'mail.example.net', 'post.example.com', 'example.co.uk'])}"


def phone(random: Random, language: str) -> str:
    if language == "eng_Latn":
        return random.choice(["(212) 555-{}", "212-555-{}", "312.555.{}"]).format("01" + _digits(random, 2))
    kind = random.choice([PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE])
    number = phonenumbers.example_number_for_type(_REGION[language], kind)
    written = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    return random.choice([written, written.replace(" ", "-") if "(" not in written else written])


def phone_int(random: Random, language: str) -> str:
    region = random.choice([_REGION[language], "GB", "FR", "IN", "BR", "KE", "JP", "EG"])
    kind = random.choice([PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE])
    number = phonenumbers.example_number_for_type(region, kind)
    return phonenumbers.format_number(number, random.choice([PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.E164]))


def ip(random: Random, language: str) -> str:
    return f"{random.choice(['203.0.113', '198.51.100', '192.0.2'])}.{random.randrange(1, 255)}"


def ipv6(random: Random, language: str) -> str:
    groups = [format(random.randrange(1, 65536), "x") for _ in range(6)]
    return random.choice(
        [f"2001:db8::{groups[0]}", f"2001:db8:{groups[0]}::{groups[1]}:{groups[2]}", f"2001:0db8:{':'.join(groups)}"]
    )


def iban(random: Random, language: str) -> str:
    # n: digits, a: letters, 0: zero.
    country, form = random.choice(
        [("DE", "n" * 18), ("FR", "n" * 23), ("GB", "aaaa" + "n" * 14), ("NL", "aaaa" + "n" * 10), ("ES", "n" * 20),
         ("TR", "nnnnn0" + "n" * 16), ("SA", "n" * 20), ("BR", "n" * 23 + "an"), ("PL", "n" * 24),
         ("MT", "aaaa" + "n" * 23)]
    )  # fmt: skip
    body = "".join({"n": _digits(random, 1), "a": random.choice("BCDFGHKLMNP"), "0": "0"}[c] for c in form)
    check = mod_97_10.calc_check_digits(body + country)
    whole = f"{country}{check}{body}"
    return random.choice([whole, " ".join(whole[i : i + 4] for i in range(0, len(whole), 4))])


def _card(random: Random) -> str:
    length, head = random.choice(
        [(16, "4"), (16, "51"), (16, "55"), (15, "37"), (16, "6011"), (16, "3530"), (16, "62")]
    )
    body = head + _digits(random, length - len(head) - 1)
    return body + luhn.calc_check_digit(body)


def card(random: Random, language: str) -> str:
    number = random.choice([_card(random), "4111111111111111", "378282246310005", "5555555555554444"])
    cuts = (4, 10) if len(number) == 15 else (4, 8, 12)
    parts = [number[a:b] for a, b in zip((0, *cuts), (*cuts, len(number)), strict=True)]
    return random.choice([" ", "-"]).join(parts)


def card_plain(random: Random, language: str) -> str:
    return _card(random)


def mac(random: Random, language: str) -> str:
    last = format(random.randrange(256), "02X")
    return random.choice([f"00:00:5E:00:53:{last}", f"00-00-5E-00-53-{last}", f"00:00:5e:00:53:{last.lower()}"])


def wallet(random: Random, language: str) -> str:
    seed = hashlib.sha256(_digits(random, 12).encode()).digest()
    if random.random() < 0.3:
        return "0x" + seed.hex()[:40]
    if random.random() < 0.2:
        return "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"  # test vector of BIP 173
    raw = bytes([random.choice([0x00, 0x05, 0x30, 0x1E])]) + seed[:20]
    raw += hashlib.sha256(hashlib.sha256(raw).digest()).digest()[:4]
    number, out = int.from_bytes(raw, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        out = _BASE58[rest] + out
    return "1" * (len(raw) - len(raw.lstrip(b"\0"))) + out


def _token(random: Random, alphabet: str, count: int) -> str:
    return "".join(random.choice(alphabet) for _ in range(count))


_ALNUM = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789"


def secret(random: Random, language: str) -> str:
    # Put together here, so that no file of this repository holds what looks like a key.
    return random.choice(
        [
            "AK" + "IA" + _token(random, "ABCDEFGHJKLMNPQR234567", 16),
            "gh" + "p_" + _token(random, _ALNUM, 36),
            "gl" + "pat-" + _token(random, _ALNUM, 20),
            "AI" + "za" + _token(random, _ALNUM, 35),
            "sk" + "_live_" + _token(random, _ALNUM, 28),
            "xo" + "xb-" + _digits(random, 11) + "-" + _token(random, _ALNUM, 24),
        ]
    )


def credentials(random: Random, language: str) -> str:
    user, word = random.choice(["ann", "backup", "m.okoro"]), _token(random, _ALNUM, random.randrange(6, 12))
    scheme = random.choice(["https", "ftp", "postgres"])
    return f"{scheme}://\x01{user}:{word}\x02@files.example.org"


def id(random: Random, language: str) -> str:
    return _IDS[language](random)


def _nir(r: Random) -> str:
    body = f"{r.choice('12')}{_date(r, '{y}{m:02}')[2:]}75{r.randrange(1, 990):03}{r.randrange(1, 990):03}"
    whole = body + f"{97 - int(body) % 97:02}"
    spaced = " ".join((whole[0], whole[1:3], whole[3:5], whole[5:7], whole[7:10], whole[10:13], whole[13:]))
    return r.choice([whole, spaced])


def _dni(r: Random) -> str:
    number = r.randrange(10_000_000, 99_999_999)
    return f"{number}{r.choice(['', '-'])}{'TRWAGMYFPDXBNJZSQVHLCKE'[number % 23]}"


def _idnr(r: Random) -> str:
    # One digit twice, eight once, one not at all.
    while True:
        pool = r.sample("0123456789", 9)
        pool.insert(r.randrange(1, 9), r.choice(pool))
        body = "".join(pool)
        if body[0] != "0":
            return body + mod_11_10.calc_check_digit(body)


def _kimlik(r: Random) -> str:
    body = str(r.randrange(100_000_000, 999_999_999))
    odd, even = sum(int(c) for c in body[::2]), sum(int(c) for c in body[1::2])
    tenth = (odd * 7 - even) % 10
    return body + str(tenth) + str((sum(int(c) for c in body) + tenth) % 10)


def _snils(r: Random) -> str:
    body = str(r.randrange(112_000_000, 999_999_999))
    check = _weighted(body, (9, 8, 7, 6, 5, 4, 3, 2, 1)) % 101 % 100
    return f"{body[:3]}-{body[3:6]}-{body[6:]} {check:02}"


def _teudat(r: Random) -> str:
    body = str(r.randrange(10_000_000, 39_999_999))
    return body + luhn.calc_check_digit(body)


def _emirates(r: Random) -> str:
    body = f"784{r.randrange(1950, 2005)}{_digits(r, 7)}"
    return f"784-{body[3:7]}-{body[7:]}-{luhn.calc_check_digit(body)}"


def _aadhaar(r: Random) -> str:
    while True:
        body = str(r.randrange(20_000_000_000, 99_999_999_999))
        whole = body + verhoeff.calc_check_digit(body)
        if whole != whole[::-1]:
            return r.choice([f"{whole[:4]} {whole[4:8]} {whole[8:]}", whole])


def _thai(r: Random) -> str:
    body = r.choice("12345678") + _digits(r, 11)
    check = (11 - _weighted(body, tuple(range(13, 1, -1))) % 11) % 10
    return r.choice([f"{body[0]}-{body[1:5]}-{body[5:10]}-{body[10:]}-{check}", f"{body}{check}"])


def _my_number(r: Random) -> str:
    body = _digits(r, 11)
    rest = _weighted(body, (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
    whole = body + str(0 if rest <= 1 else 11 - rest)
    return r.choice([whole, f"{whole[:4]}-{whole[4:8]}-{whole[8:]}"])


def _resident(r: Random) -> str:
    body = f"110101{_date(r, '{y}{m:02}{d:02}')}{_digits(r, 3)}"
    weights = tuple(2 ** (17 - i) % 11 for i in range(17))
    return body + "10X98765432"[_weighted(body, weights) % 11]


def _rrn(r: Random) -> str:
    body = f"{_date(r, '{y}{m:02}{d:02}')[2:]}{r.choice('12')}{r.randrange(0, 90):02}{_digits(r, 3)}"
    check = (11 - _weighted(body, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)) % 11) % 10
    return f"{body[:6]}-{body[6:]}{check}"


def _ssn(r: Random) -> str:
    return f"{r.randrange(101, 665)}-{r.randrange(11, 99)}-{r.randrange(1001, 9999)}"


def _cpf(r: Random) -> str:
    body = _digits(r, 9)
    for count in (10, 11):
        rest = _weighted(body, tuple(range(count, 1, -1))) % 11
        body += str(0 if rest < 2 else 11 - rest)
    return r.choice([body, f"{body[:3]}.{body[3:6]}.{body[6:9]}-{body[9:]}"])


def _codice(r: Random) -> str:
    from stdnum.it import codicefiscale

    letters = _token(r, "BCDFGLMNPRST", 6)
    body = f"{letters}{r.randrange(50, 99)}{r.choice('ABCDEHLMPRST')}{r.randrange(10, 28)}H501"[:14] + "1"
    return body + codicefiscale.calc_check_digit(body)


def _pesel(r: Random) -> str:
    body = _date(r, "{y}{m:02}{d:02}")[2:] + _digits(r, 4)
    return body + str(-_weighted(body, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)) % 10)


def _personnummer(r: Random) -> str:
    body = _date(r, "{y}{m:02}{d:02}")[2:] + _digits(r, 3)
    return f"{body[:6]}-{body[6:]}{luhn.calc_check_digit(body)}"


def _hetu(r: Random) -> str:
    day, serial = _date(r, "{d:02}{m:02}{y}"), r.randrange(2, 900)
    head = day[:4] + day[6:]
    return f"{head}-{serial:03}{'0123456789ABCDEFHJKLMNPRSTUVWXY'[int(f'{head}{serial:03}') % 31]}"


def _bsn(r: Random) -> str:
    while True:
        body = str(r.randrange(10_000_000, 99_999_999))
        check = _weighted(body, (9, 8, 7, 6, 5, 4, 3, 2)) % 11
        if check < 10:
            return body + str(check)


def _rntrc(r: Random) -> str:
    body = str(r.randrange(200_000_000, 399_999_999))
    return body + str(_weighted(body, (-1, 5, 7, 9, 4, 6, 10, 5, 7)) % 11 % 10)


_IDS = {
    "eng_Latn": _ssn, "deu_Latn": _idnr, "fra_Latn": _nir, "spa_Latn": _dni, "tur_Latn": _kimlik, "rus_Cyrl": _snils,
    "heb_Hebr": _teudat, "arb_Arab": _emirates, "hin_Deva": _aadhaar, "ben_Beng": _aadhaar, "tha_Thai": _thai,
    "jpn_Jpan": _my_number, "zho_Hans": _resident, "kor_Hang": _rrn, "por_Latn": _cpf, "ita_Latn": _codice,
    "pol_Latn": _pesel, "swe_Latn": _personnummer, "fin_Latn": _hetu, "nld_Latn": _bsn, "ukr_Cyrl": _rntrc,
}  # fmt: skip


# --- to be left -------------------------------------------------------------------------------------------------------


def _like(r: Random, *forms: str) -> str:
    """One of the forms, with a digit for every `#`."""
    return "".join(r.choice("0123456789") if c == "#" else c for c in r.choice(forms))


def quad(r: Random) -> str:
    small = f"{r.randrange(1, 12)}.{r.randrange(30)}.{r.randrange(20)}.{r.randrange(90)}"
    return r.choice([small, f"10.4.{r.randrange(99)}.{r.randrange(300, 9999)}", f"120.0.6099.{r.randrange(200)}"])


def date(r: Random) -> str:
    return _date(r, r.choice(["{y}-{m:02}-{d:02}", "{d:02}.{m:02}.{y}", "{d}/{m}/{y}", "{y}/{m:02}/{d:02}"]))


def isbn(r: Random) -> str:
    body = "978" + r.choice("0134579") + _digits(r, 8)
    check = str(-sum(int(c) * (1 + 2 * (i % 2)) for i, c in enumerate(body)) % 10)
    return r.choice([body + check, f"978-{body[3]}-{body[4:6]}-{body[6:]}-{check}"])


def price(r: Random) -> str:
    return _like(r, "1#,## €", "$#,###,000.00", "₹1#,##,###", "#.###.000")


def score(r: Random) -> str:
    return _like(r, "#:#", "6-4 3-6 7-5 6-#", "10#-9#")


def count(r: Random) -> str:
    return _like(r, "1###", "2######", "3 ### ###")


def pages(r: Random) -> str:
    first = r.randrange(1000, 8000)
    return r.choice(
        [f"{first}-{first + 17}", f"{first}–{first + 9}", f"{first}-{first + 3}, {first + 40}-{first + 51}"]
    )


def issn(r: Random) -> str:
    return _like(r, "1###-####", "2###-###X")


def doi(r: Random) -> str:
    return _like(r, "10.1###/s#####-###-#####-#", "10.2###/j.abc.#####-###-#####-#", "10.3###/#####-###-#####-#")


def arxiv(r: Random) -> str:
    return f"{r.randrange(10, 25)}{r.randrange(1, 13):02}.{_digits(r, 5)}{r.choice(['', 'v2'])}"


def coordinates(r: Random) -> str:
    return _like(r, "4#.######, 1#.######", "4#.######, -7#.######", "4#°3#'1#.#\" N")


def part(r: Random) -> str:
    return _like(r, "###-####-##A", "XR########", "######-###")


def sha(r: Random) -> str:
    digest = hashlib.sha256(_digits(r, 9).encode()).hexdigest()
    return r.choice([digest, digest[:40], digest[:12], digest[:32]])


def time(r: Random) -> str:
    return _like(r, "1#:2#", "1#:4#:5#")


def timestamp(r: Random) -> str:
    day = _date(r, "{y}-{m:02}-{d:02}")
    return _like(r, "15########", f"{day}T10:2#:07Z", "16###########", f"{day.replace('-', '')}######")


def addition(r: Random) -> str:
    return _like(r, "##### + ##### = ######", "3*########-1", "2^##=#########")


def handle(r: Random) -> str:
    return r.choice(["@kiln_and_clay", "@choir1987", "@annb"])


def file(r: Random) -> str:
    return r.choice(["logo@2x.png", "icons@3x.svg", "getty@tty1.service"])


def barcode(r: Random) -> str:
    return r.choice(["40", "50", "87"]) + _digits(r, 11)


LOOKS = {
    f.__name__: f
    for f in (quad, date, isbn, price, score, count, pages, issn, doi, arxiv, coordinates, part, sha, time, timestamp,
              addition, handle, file, barcode)
}  # fmt: skip
PRIVATE = {
    f.__name__: f
    for f in (email, phone, phone_int, ip, ipv6, iban, card, card_plain, mac, wallet, secret, credentials, id)
}
