"""Words of a text, in every script. Cut once a frame, shared by all stages that read the column `words`.

Where words have spaces, a regular expression over the whole column cuts them: a run of letters, marks and digits
(Unicode general categories, UAX #44), joined over an apostrophe inside. Texts that hold a script without spaces
go through ICU's dictionary segmentation (UAX #29 with the CLDR dictionaries). Combining marks stay with their
letters, so Thai and Hindi words stay whole.
"""

from __future__ import annotations

import polars as pl
from icu4py.breakers import WordBreaker

# Zero-width joiner and non-joiner belong to words in Persian and in the Indic scripts.
_WORD = r"[\p{L}\p{N}][\p{L}\p{M}\p{N}\u200C\u200D]*(?:['’ʼ][\p{L}\p{M}]+)*"
_WITHOUT_SPACES = r"[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}\p{Han}\p{Hiragana}\p{Katakana}]"


def cut(text: pl.Series) -> pl.Series:
    """The words of each text, in order; null for a null text.

    Args:
        text: strings, length n.

    Returns:
        Lists of strings, length n, named `words`.
    """
    frame = pl.DataFrame({"text": text})
    dictionary = pl.col("text").str.contains(_WITHOUT_SPACES).fill_null(False)
    frame = frame.with_columns(
        dictionary.alias("dictionary"),
        pl.when(~dictionary).then(pl.col("text")).str.extract_all(_WORD).alias("words"),
    )
    if frame["dictionary"].any():
        where = frame["dictionary"].arg_true()
        apart = pl.Series("words", [_by_icu(t) for t in frame["text"].gather(where)], dtype=pl.String)
        # ICU keeps "3.5" and "a_b" whole: the same expression over its pieces, so that such a page has the same words.
        cut_by_icu = apart.str.extract_all(_WORD)
        frame = frame.with_row_index("row").update(
            pl.DataFrame({"row": where.cast(pl.UInt32), "words": cut_by_icu}), on="row"
        )
    return frame["words"]


def _by_icu(text: str) -> str:
    """The text with a line end after each piece that ICU cuts."""
    # The root locale: dictionaries go by script, and no language's special rules are wanted.
    return "\n".join(WordBreaker(text, "und"))
