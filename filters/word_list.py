"""Words that stand on a list of yours, by language, as C4 counts bad words. No list is shipped.

How entries are matched: `filters._word_lists`.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from filters._word_lists import Entries, ListParams, count, fingerprint, open_lists
from schemas.columns import Column
from schemas.stage import Measure, Rule, Threshold, threshold


class Params(ListParams):
    """The lists, and how much of them a document may hold."""

    max_listed_words: Threshold = threshold(
        0, "Listed words and phrases in the document", unit="hits", source="C4, JMLR 21/140: none"
    )
    max_listed_share: Threshold = threshold(
        None, "Hits by the words of the document; off by default", unit="0 to 1", source="our choice"
    )


def measure(frame: pl.DataFrame, params: Params, resource: Mapping[str, Entries]) -> pl.DataFrame:
    """Count what is listed.

    Args:
        frame: with `text`, `words` and `language`.
        resource: from `open_lists`.

    Returns:
        The columns in `STAGE.adds`; 0 where the language has no list, null for a null text.
    """
    return count(frame, resource).rename({"hits": "listed_words", "share": "listed_share"})


STAGE = Measure(
    name="word_list",
    version=1,
    summary="Words and phrases on lists that you give by path and language, matched in every script",
    params=Params,
    reads=("text", "words", "language"),
    adds=(
        Column("listed_words", pl.Int64, "Listed words and phrases found; 0 where the language has no list"),
        Column("listed_share", pl.Float64, "Hits by the words of the document"),
    ),
    open=open_lists,
    fingerprint=fingerprint,
    measure=measure,
    rules=(
        Rule("listed_words", "listed_words", "max_listed_words", "at_most", "Words of a list stand in the text"),
        Rule("too_many_listed_words", "listed_share", "max_listed_share", "at_most", "Many words of a list"),
    ),
)
