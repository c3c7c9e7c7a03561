"""Document-level quality rules of Gopher (Rae et al. 2021, arXiv:2112.11446, table A1), in every script.

Words are those of `filters._words`; lengths leave combining marks out, so that "हिन्दी" counts its letters and not its
vowel signs. A stop word rule holds only where there is a list for the language.
"""

from __future__ import annotations

import polars as pl

from filters._stop_words import STOP_WORDS
from schemas.columns import Column
from schemas.stage import Measure, Rule, StageParams, Threshold, threshold

_GOPHER = "Gopher, arXiv:2112.11446, table A1"

# Languages whose words, as cut here, are shorter or longer than Gopher's English ones; measured on the sample corpus
# and on the Universal Declaration of Human Rights, with room on both sides.
_SHORT_WORDS = {"zho_Hans": 1, "zho_Hant": 1, "yue_Hant": 1, "jpn_Jpan": 1, "tha_Thai": 1.3, "lao_Laoo": 1.3,
                "khm_Khmr": 1.3, "mya_Mymr": 1, "bod_Tibt": 1, "kor_Hang": 1.5, "hin_Deva": 1.5, "npi_Deva": 1.5,
                "mar_Deva": 1.5, "ben_Beng": 1.5, "urd_Arab": 2, "vie_Latn": 2, "amh_Ethi": 2, "heb_Hebr": 2.5,
                "fas_Arab": 2.5, "arb_Arab": 2.5, "yor_Latn": 1.8}  # fmt: skip
_LONG_WORDS = {"tam_Taml": 14, "mal_Mlym": 16, "tel_Telu": 14, "kan_Knda": 14, "fin_Latn": 13, "hun_Latn": 12,
               "kal_Latn": 20, "zul_Latn": 14, "xho_Latn": 14, "ekk_Latn": 12, "tur_Latn": 12, "deu_Latn": 12,
               "rus_Cyrl": 12, "ukr_Cyrl": 12, "lit_Latn": 12}  # fmt: skip


class Params(StageParams):
    """Limits of the rules."""

    min_words: Threshold = threshold(50, "Words that a document needs", unit="words", source=_GOPHER)
    max_words: Threshold = threshold(100_000, "Words that a document may have", unit="words", source=_GOPHER)
    min_mean_word_length: Threshold = threshold(
        {"default": 2.5, "eng_Latn": 3, **_SHORT_WORDS}, "Mean word length at least", unit="letters",
        source=f"{_GOPHER} (3 for English); measured for the others",
    )  # fmt: skip
    max_mean_word_length: Threshold = threshold(
        {"default": 11, "eng_Latn": 10, **_LONG_WORDS}, "Mean word length at most", unit="letters",
        source=f"{_GOPHER} (10 for English); measured for the others",
    )  # fmt: skip
    max_symbol_ratio: Threshold = threshold(0.1, "Hash signs and ellipses for each word", unit="ratio", source=_GOPHER)
    max_bullet_lines: Threshold = threshold(
        0.9, "Share of lines that start with a bullet", unit="0 to 1", source=_GOPHER
    )
    max_ellipsis_lines: Threshold = threshold(
        0.3, "Share of lines that end with an ellipsis", unit="0 to 1", source=_GOPHER
    )
    min_alphabetic_words: Threshold = threshold(0.8, "Share of words that hold a letter", unit="0 to 1", source=_GOPHER)
    min_stop_words: Threshold = threshold(
        {"default": None, **dict.fromkeys(STOP_WORDS, 2)}, "Different stop words that the text must hold", unit="words",
        source=f"{_GOPHER} (2 for English), for each language with a list",
    )  # fmt: skip


_BULLET = r"(?m)^[ \t]*(?:[•‣▪●◦*·・]|[-–—] )"
_ELLIPSIS_END = r"(?m)(?:\.{3}|…|……|。。。)[ \t]*$"
_FILLED_LINE = r"(?m)^.*\S.*$"


def measure(frame: pl.DataFrame, params: Params, resource: None) -> pl.DataFrame:
    """Score each document.

    Args:
        frame: with `text`, `words` and `language`.

    Returns:
        The columns in `STAGE.adds`. Ratios of a text without words or lines are 0; a null text has null scores.
    """
    text, words = pl.col("text"), pl.col("words")
    n_words = words.list.len().cast(pl.Int64)
    lines = text.str.count_matches(_FILLED_LINE)
    letters = text.str.count_matches(r"[\p{L}\p{N}]")

    def ratio(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
        return pl.when(whole > 0).then(part / whole).when(whole == 0).then(0.0)

    # Repeated marks count once a group, as "..." is one sign.
    scores = frame.select(
        n_words.alias("word_count"),
        ratio(letters, n_words).alias("mean_word_length"),
        ratio(text.str.count_matches(r"#|\.{3}|…"), n_words).alias("symbol_ratio"),
        ratio(text.str.count_matches(_BULLET), lines).clip(upper_bound=1.0).alias("bullet_lines"),
        ratio(text.str.count_matches(_ELLIPSIS_END), lines).clip(upper_bound=1.0).alias("ellipsis_lines"),
    )
    return scores.with_columns(*_by_word(frame))


def _by_word(frame: pl.DataFrame) -> list[pl.Series]:
    """Share of words with a letter, and number of different stop words: one pass over the exploded words."""
    n = frame.height
    flat = frame.select("words", "language").with_row_index("row")
    # Words of digits alone are rare: find them on the joined text rather than word by word.
    digits = frame.select(
        pl.col("words")
        .list.eval(pl.element().str.contains(r"^[\p{N}\p{M}]+$").cast(pl.UInt32))
        .list.sum()
        .alias("digits"),
        pl.col("words").list.len().alias("n"),
    )
    alphabetic = digits.select(
        pl.when(pl.col("n") > 0).then(1 - pl.col("digits") / pl.col("n")).when(pl.col("n") == 0).then(0.0).alias("a")
    )["a"]
    stops = pl.Series([None] * n, dtype=pl.Int64)
    for language in frame["language"].unique().drop_nulls():
        if language not in STOP_WORDS:
            continue
        lower = pl.col("words").list.eval(pl.element().str.to_lowercase())
        found = lower.list.set_intersection(sorted(STOP_WORDS[language]))
        here = flat.filter(pl.col("language") == language).select("row", found.list.len().alias("n"))
        stops = stops.scatter(here["row"], here["n"].cast(pl.Int64))
    return [alphabetic.alias("alphabetic_words"), stops.alias("stop_words")]


STAGE = Measure(
    name="gopher_quality",
    version=1,
    summary="Length, word length, symbols, bullets, ellipses, alphabetic words and stop words, by Gopher's rules",
    params=Params,
    reads=("text", "words", "language"),
    adds=(
        Column("word_count", pl.Int64, "Words"),
        Column("mean_word_length", pl.Float64, "Letters and digits for each word, combining marks not counted"),
        Column("symbol_ratio", pl.Float64, "Hash signs and ellipses for each word"),
        Column("bullet_lines", pl.Float64, "Share of lines that start with a bullet"),
        Column("ellipsis_lines", pl.Float64, "Share of lines that end with an ellipsis"),
        Column("alphabetic_words", pl.Float64, "Share of words that hold a letter"),
        Column("stop_words", pl.Int64, "Different stop words; null where the language has no list"),
    ),
    measure=measure,
    rules=(
        Rule("too_few_words", "word_count", "min_words", "at_least", "Too short to be a document"),
        Rule("too_many_words", "word_count", "max_words", "at_most", "So long that it is a dump or a list"),
        Rule("words_too_short", "mean_word_length", "min_mean_word_length", "at_least", "Fragments, not words"),
        Rule("words_too_long", "mean_word_length", "max_mean_word_length", "at_most", "Paths, codes or glued words"),
        Rule("too_many_symbols", "symbol_ratio", "max_symbol_ratio", "at_most", "Tag clouds and cut-off teasers"),
        Rule("too_many_bullets", "bullet_lines", "max_bullet_lines", "at_most", "A menu or a list, not prose"),
        Rule("too_many_ellipses", "ellipsis_lines", "max_ellipsis_lines", "at_most", "Cut-off teasers"),
        Rule("too_few_alphabetic_words", "alphabetic_words", "min_alphabetic_words", "at_least", "Tables of numbers"),
        Rule("too_few_stop_words", "stop_words", "min_stop_words", "at_least",
             "Running text needs function words; keyword lists have none"),
    ),
)  # fmt: skip
