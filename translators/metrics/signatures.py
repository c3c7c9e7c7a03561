"""SacreBLEU's own line of how a score came about, stored beside the score."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

from translators.metrics.tokenizers import Name, tokenizer

Metric = Literal["bleu", "chrf"]
Level = Literal["sentence", "corpus"]


def signature(metric: Metric, language: str, level: Level = "sentence") -> str:
    """The signature of a score, with the version of sacreBLEU that is installed.

    Args:
        metric: `bleu`, or `chrf` for chrF++.
        language: label of the language that the texts are in.
        level: `sentence` for the score of a pair, `corpus` for that of many pairs together.

    >>> signature("bleu", "tha_Thai").rpartition("|")[0]
    'nrefs:1|case:mixed|eff:yes|tok:char|smooth:exp'
    """
    return _signature(metric, tokenizer(language), level)


@cache
def _signature(metric: Metric, name: Name, level: Level) -> str:
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.metrics.chrf import CHRF

    made: Any = BLEU(tokenize=name, effective_order=level == "sentence") if metric == "bleu" else CHRF(word_order=2)
    made.corpus_score(["a"], [["a"]])  # it knows the number of references only after it was used
    return str(made.get_signature())
