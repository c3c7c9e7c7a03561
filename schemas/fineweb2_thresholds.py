"""FineWeb2's per-language files (`configs/fra_Latn.yml` in huggingface/fineweb-2), read as they are.

Each of its 1,929 files has ten keys. What its pipeline sets for every language (`fineweb-2-pipeline.py` there: two stop
words, `char_duplicates_ratio` 0.1, the rules of short lines and of repeated paragraphs off) belongs to their meaning
and comes with them. `language_score` is a limit for GlotLID's confidence: other identifiers have other scales.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from schemas import languages
from schemas.errors import RecipeError, one_of
from schemas.recipe import Lines

Place = tuple[str, str]  # stage, parameter

_PLAIN: Mapping[str, Place] = {
    "language_score": ("language", "min_confidence"),
    "dup_line_frac": ("gopher_repetition", "max_duplicate_lines"),
    "line_punct_thr": ("fineweb_quality", "min_line_punctuation"),
    "new_line_ratio": ("fineweb_quality", "max_new_line_ratio"),
    "min_avg_word_length": ("gopher_quality", "min_mean_word_length"),
    "max_avg_word_length": ("gopher_quality", "max_mean_word_length"),
    # The name says the opposite of what it is: the least share of words with a letter.
    "max_non_alpha_words_ratio": ("gopher_quality", "min_alphabetic_words"),
    "stopwords": ("gopher_quality", "stop_words"),
}
_BY_N: Mapping[str, Mapping[int, Place]] = {
    "top_n_grams": {n: ("gopher_repetition", f"max_top_{n}gram") for n in (2, 3, 4)},
    "dup_n_grams": {n: ("gopher_repetition", f"max_duplicate_{n}grams") for n in range(5, 11)},
}
# Set by the pipeline for every language, with the key whose presence brings it.
_ALWAYS: Mapping[Place, tuple[str, float | None]] = {
    ("gopher_quality", "min_stop_words"): ("stopwords", 2),
    ("fineweb_quality", "max_duplicate_characters"): ("line_punct_thr", 0.1),
    ("fineweb_quality", "max_short_lines"): ("line_punct_thr", None),
    ("gopher_repetition", "max_duplicate_line_characters"): ("dup_line_frac", None),
    ("gopher_repetition", "max_duplicate_paragraphs"): ("dup_line_frac", None),
    ("gopher_repetition", "max_duplicate_paragraph_characters"): ("dup_line_frac", None),
}
KEYS = (*_PLAIN, *_BY_N)


def mapped() -> list[Place]:
    """Every stage and parameter that a file may set."""
    return [*_PLAIN.values(), *(place for by_n in _BY_N.values() for place in by_n.values()), *_ALWAYS]


def is_ours(content: Mapping[str, Any]) -> bool:
    """Whether a file's top-level mapping has this layout: at least one of the ten keys."""
    return any(key in content for key in KEYS)


def labels_of(stem: str) -> tuple[str, ...]:
    """The labels that a file named `stem` is for.

    GlotLID does not tell the two Chinese scripts apart (`cmn_Hani`), so that file is for both. A code that ISO 639-3
    does not know gives none: no document can carry it.

    >>> labels_of("fra_Latn"), labels_of("cmn_Hani")
    (('fra_Latn',), ('zho_Hans', 'zho_Hant'))

    Raises:
        RecipeError: the name has not the form of a label.
    """
    if not re.fullmatch(r"[a-z]{3}_[A-Z][a-z]{3}", stem):
        raise RecipeError(
            f"a file with FineWeb2's keys is called {stem!r}, but its language is read from its name. "
            "Call it as FineWeb2 does, such as fra_Latn.yml, or write `language` and `stages` into it."
        )
    try:
        label = languages.label(stem)
    except ValueError:
        return ()
    return ("zho_Hans", "zho_Hant") if stem.endswith("_Hani") and label.startswith("zho") else (label,)


def stages_of(
    content: Mapping[str, Any], lines: Lines
) -> tuple[dict[str, dict[str, Any]], dict[Place, tuple[str, ...]]]:
    """The values by stage and parameter, and the key in the file that each comes from.

    Raises:
        RecipeError: an unknown key, or a list of n-gram limits that is none.
    """
    found = [f"{lines.where((key,))}: {one_of('key', key, KEYS)}" for key in content if key not in KEYS]
    values: dict[Place, Any] = {place: value for place, (key, value) in _ALWAYS.items() if key in content}
    places: dict[Place, tuple[str, ...]] = {p: (key,) for p, (key, _) in _ALWAYS.items() if key in content}
    for key, place in _PLAIN.items():
        if key in content:
            values[place], places[place] = content[key], (key,)
    for key, by_n in _BY_N.items():
        if key not in content:
            continue
        for n, value in _pairs(content[key]):
            if isinstance(n, int) and n in by_n:
                values[by_n[n]], places[by_n[n]] = value, (key,)
            else:
                sizes = ", ".join(map(str, by_n))
                found.append(f"{lines.where((key,))}: pairs of size and limit with the sizes {sizes}, but {n!r} came")
    if found:
        raise RecipeError("\n".join(found))
    stages: dict[str, dict[str, Any]] = {}
    for (stage, parameter), value in values.items():
        stages.setdefault(stage, {})[parameter] = value
    return stages, places


def _pairs(written: Any) -> list[tuple[Any, Any]]:
    """`[[2, 0.161], …]`, or the same numbers in one flat list; what is neither comes back as a pair nobody knows."""
    if not isinstance(written, list):
        return [(str(written), None)]
    flat = [one for item in written for one in (item if isinstance(item, list) else [item])]
    return list(zip(flat[::2], flat[1::2], strict=True)) if len(flat) % 2 == 0 else [(str(written), None)]
