"""In which scripts a text is written: counts over its code points in one pass, and what follows from them.

Every script of Unicode counts, by its ISO 15924 code; characters that scripts share (digits, punctuation, marks) do
not. Hiragana and Katakana count as one, Kana: no text is in one of them alone.
"""

from __future__ import annotations

from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt
import polars as pl
import regex

from schemas import languages

Counts = npt.NDArray[np.int32]
SHARES = pl.List(pl.Struct({"script": pl.String, "share": pl.Float64}))

# All scripts of Unicode 18 (PropertyValueAliases.txt), the frequent ones first: a tie goes to the first.
_ALL = (
    "Latn Cyrl Arab Deva Grek Hebr Thai Hani Hang Kana Ethi Beng Taml Telu Knda Mlym Gujr Guru Orya Sinh Khmr Laoo "
    "Mymr Tibt Geor Armn Thaa Syrc Cher Cans Mong Olck Nkoo Tfng Vaii Java Adlm Aghb Ahom Armi Avst Bali Bamu Bass "
    "Batk Berf Bhks Bopo Brah Brai Bugi Buhd Cakm Cari Cham Chrs Copt Cpmn Cprt Diak Dogr Dsrt Dupl Egyp Elba Elym "
    "Gara Glag Gong Gonm Goth Gran Gukh Hano Hatr Hluw Hmng Hmnp Hung Ital Jurc Kali Kawi Khar Khoj Kits Krai Kthi "
    "Lana Lepc Limb Lina Linb Lisu Lyci Lydi Mahj Maka Mand Mani Marc Medf Mend Merc Mero Modi Mroo Mtei Mult Nagm "
    "Nand Narb Nbat Newa Nshu Ogam Onao Orkh Osge Osma Ougr Palm Pauc Pcun Perm Phag Phli Phlp Phnx Plrd Prti Rjng "
    "Rohg Runr Samr Sarb Saur Seal Sgnw Shaw Shrd Sidd Sidt Sind Sogd Sogo Sora Soyo Sund Sunu Sylo Tagb Takr Tale "
    "Talu Tang Tavt Tayo Tglg Tirh Tnsa Todr Tols Toto Tutg Ugar Vith Wara Wcho Xpeo Xsux Yezi Yiii Zanb"
)
CODES = tuple(_ALL.split())
_AT = {code: index for index, code in enumerate(CODES)}
_KANA, _HANI = _AT["Kana"], _AT["Hani"]
# Labels carry Jpan, Hans and Hant; single characters are Kana or Han.
_WRITTEN_WITH = {"Jpan": "Kana", "Hans": "Hani", "Hant": "Hani"}


@cache
def table() -> npt.NDArray[np.uint8]:
    """Number in `CODES`, plus one, of the script of every code point; 0 for none. Shape (1114112,)."""
    from filters import _unicode

    out = np.zeros(_unicode.CODE_POINTS, np.uint8)
    classes = {}
    for code in CODES:
        named = [rf"\p{{Script={one}}}" for one in (("Hira", "Kana") if code == "Kana" else (code,)) if _is_known(one)]
        if named:
            classes[code] = f"(?P<{code}>[{''.join(named)}]+)"
    # One search over all letters, not one over all of Unicode for each script.
    pattern = "|".join(classes.values())
    letters = np.flatnonzero(_unicode.matching(r"[^\p{Script=Zyyy}\p{Script=Zinh}\p{Script=Zzzz}]"))
    for found in regex.finditer(pattern, "".join(map(chr, letters))):
        assert found.lastgroup is not None
        out[letters[found.start() : found.end()]] = _AT[found.lastgroup] + 1
    return out


def _is_known(code: str) -> bool:
    """Whether the installed `regex` knows the script (an older one does not know the newest)."""
    try:
        regex.compile(rf"\p{{Script={code}}}")
    except regex.error:
        return False
    return True


def count(text: pl.Series) -> Counts:
    """Code points of each script in each text: shape (n, len(CODES)). A null text counts none."""
    from filters._identifiers import _script_counts
    from filters._kernels import utf8

    column = utf8.strings(text)
    return _script_counts.count(column.data, column.starts, table(), len(CODES))


def japanese(counts: Counts) -> Counts:
    """The counts with Han counted as Kana where Kana has a real share: a Japanese text may hold more Han."""
    out = counts.copy()
    rows = counts[:, _KANA].astype(np.int64) * 10 > counts[:, _HANI]
    out[rows, _KANA] += counts[rows, _HANI]
    out[rows, _HANI] = 0
    return out


def main(counts: Counts) -> pl.Series:
    """The script of most letters, with Japanese as Kana; null without letters."""
    found = pl.Series("script", CODES, dtype=pl.String).gather(pl.Series(japanese(counts).argmax(axis=1)))
    lettered = pl.Series(counts.any(axis=1))
    return pl.select(pl.when(lettered).then(found).alias("script"))["script"]


def shares(counts: Counts) -> pl.Series:
    """The share of each script that occurs, the largest first, to four digits: lists of `script` and `share`.

    Returns:
        Shape (n,), of type `SHARES`; an empty list without letters.
    """
    rows, scripts = np.nonzero(counts)
    amount = counts[rows, scripts]
    order = np.lexsort((scripts, -amount, rows))
    total = counts.sum(axis=1, dtype=np.int64)
    share = np.round(amount[order] / total[rows[order]], 4)
    flat = pl.DataFrame(
        {
            "row": rows[order].astype(np.int64),
            "script": pl.Series(CODES, dtype=pl.String).gather(pl.Series(scripts[order])),
            "share": share,
        }
    )
    lists = flat.group_by("row", maintain_order=True).agg(pl.struct("script", "share").alias("scripts"))
    every = pl.DataFrame({"row": np.arange(len(counts), dtype=np.int64)})
    joined = every.join(lists, on="row", how="left", maintain_order="left")["scripts"]
    empty = pl.lit([], dtype=SHARES)
    return joined.to_frame().select(pl.col("scripts").cast(SHARES).fill_null(empty))["scripts"]


# Languages that are written in several scripts today (CLDR, Ethnologue). Elsewhere the script of the text says no
# more than that the page holds code, names or a table: a Japanese manual full of commands is still Japanese.
_SEVERAL_SCRIPTS = {
    "srp": "Cyrl Latn", "hrv": "Latn Cyrl", "bos": "Latn Cyrl", "cnr": "Latn Cyrl", "mkd": "Cyrl Latn",
    "azj": "Latn Cyrl Arab", "azb": "Arab Latn", "uzn": "Latn Cyrl Arab", "kaz": "Cyrl Latn Arab",
    "kir": "Cyrl Latn Arab", "tat": "Cyrl Latn Arab", "tuk": "Latn Cyrl Arab", "tgk": "Cyrl Latn Arab",
    "uig": "Arab Latn Cyrl", "crh": "Latn Cyrl", "kaa": "Cyrl Latn", "bak": "Cyrl Latn",
    "kmr": "Latn Arab Cyrl", "ckb": "Arab Latn", "khk": "Cyrl Mong", "pan": "Guru Arab", "snd": "Arab Deva",
    "kas": "Arab Deva", "hin": "Deva Latn", "urd": "Arab Latn", "ben": "Beng Latn", "sat": "Olck Deva Latn Beng",
    "gom": "Deva Latn Knda", "san": "Deva Gran Latn", "mni": "Beng Mtei", "rhg": "Rohg Arab Latn",
    "zsm": "Latn Arab", "zlm": "Latn Arab", "ace": "Latn Arab", "bjn": "Latn Arab", "min": "Latn Arab",
    "jav": "Latn Java", "ban": "Latn Bali", "bug": "Latn Bugi", "sun": "Latn Sund", "vie": "Latn Hani",
    "hau": "Latn Arab", "ful": "Latn Arab Adlm", "fuv": "Latn Arab Adlm", "fuf": "Latn Arab Adlm", "wol": "Latn Arab",
    "knc": "Latn Arab", "kab": "Latn Tfng", "tzm": "Latn Tfng", "zgh": "Tfng Latn", "shi": "Latn Tfng",
    "taq": "Latn Tfng", "ber": "Latn Tfng Arab", "ron": "Latn Cyrl", "aii": "Syrc Latn", "iku": "Cans Latn",
    "ike": "Cans Latn", "chr": "Cher Latn", "bam": "Latn Nkoo", "lad": "Latn Hebr", "ydd": "Hebr Latn",
    "nan": "Hans Hant Latn", "cdo": "Latn Hans",
}  # fmt: skip


def in_script(label: pl.Series, counts: Counts) -> pl.Series:
    """The labels with the script that the text is written in.

    A model says "Serbian"; the text says in which script. The script of the label stays while at least a tenth of
    the letters are in it, so that a page half in English keeps the script of its own language.

    Args:
        label: `iso639-3_Script` or null, shape (n,).
        counts: of `count`, over the same texts.
    """
    counts = japanese(counts)
    own = label.str.slice(4).replace(_WRITTEN_WITH)
    at = own.replace_strict(_AT, default=None, return_dtype=pl.Int64)
    letters = counts[np.arange(len(counts)), at.fill_null(0).to_numpy()]
    enough = pl.Series(letters.astype(np.int64) * 10 >= counts.sum(axis=1, dtype=np.int64)) | at.is_null()
    frame = pl.DataFrame({"label": label, "main": main(counts), "enough": enough})
    kinds = frame.unique()
    told = [_relabel(*kind) for kind in kinds.rows()]
    kinds = kinds.with_columns(pl.Series("told", told, dtype=pl.String))
    on = ["label", "main", "enough"]
    return frame.join(kinds, on=on, how="left", nulls_equal=True, maintain_order="left")["told"].alias(label.name)


@lru_cache(maxsize=65_536)
def _relabel(language: str | None, script: str | None, enough: bool) -> str | None:
    if language is None or language == languages.UNDETERMINED:
        return language
    if enough or script not in _SEVERAL_SCRIPTS.get(language[:3], "").split():
        return language
    return languages.with_script(language, script)
