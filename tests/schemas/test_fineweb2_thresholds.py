"""FineWeb2's own files. The figures are those that it published for French (huggingface/fineweb-2, configs)."""

from __future__ import annotations

import pytest

from schemas.errors import RecipeError
from schemas.fineweb2_thresholds import labels_of
from schemas.thresholds import parse

FRENCH = """dup_line_frac: 0.264
dup_n_grams:
- - 5
  - 0.15
- - 10
  - 0.1
language_score: 0.824
line_punct_thr: 0.1
max_avg_word_length: 11
max_non_alpha_words_ratio: 0.812
min_avg_word_length: 2
new_line_ratio: 0.185
stopwords:
- de
- "\\xE0"
top_n_grams:
- - 2
  - 0.161
- - 3
  - 0.149
- - 4
  - 0.134
"""
PAIRS = {
    "nested": "- - 2\n  - 0.161\n- - 3\n  - 0.149\n- - 4\n  - 0.134\n",
    "inline": "- [2, 0.161]\n- [3, 0.149]\n- [4, 0.134]\n",
    "tuples": "- !!python/tuple [2, 0.161]\n- !!python/tuple\n  - 3\n  - 0.149\n- !!python/tuple [4, 0.134]\n",
    "flat": "[2, 0.161, 3, 0.149, 4, 0.134]\n",
}


def test_every_key_finds_its_parameter() -> None:
    file = parse(FRENCH, "configs/fra_Latn.yml")
    assert file.labels == ("fra_Latn",) and file.foreign
    assert file.stages == {
        "language": {"min_confidence": 0.824},
        "gopher_repetition": {
            "max_duplicate_lines": 0.264,
            "max_top_2gram": 0.161,
            "max_top_3gram": 0.149,
            "max_top_4gram": 0.134,
            "max_duplicate_5grams": 0.15,
            "max_duplicate_10grams": 0.1,
            "max_duplicate_line_characters": None,
            "max_duplicate_paragraphs": None,
            "max_duplicate_paragraph_characters": None,
        },
        "fineweb_quality": {
            "min_line_punctuation": 0.1,
            "max_new_line_ratio": 0.185,
            "max_duplicate_characters": 0.1,
            "max_short_lines": None,
        },
        "gopher_quality": {
            "min_mean_word_length": 2,
            "max_mean_word_length": 11,
            "min_alphabetic_words": 0.812,
            "stop_words": ["de", "à"],
            "min_stop_words": 2,
        },
    }


def test_the_line_of_a_value_is_that_of_its_key() -> None:
    assert parse(FRENCH, "fra_Latn.yml").where("gopher_quality", "min_alphabetic_words") == (
        "fra_Latn.yml:10: max_non_alpha_words_ratio"
    )


@pytest.mark.parametrize("pairs", PAIRS.values(), ids=PAIRS)
def test_pairs_in_every_spelling(pairs: str) -> None:
    file = parse(f"top_n_grams:{' ' if pairs[0] == '[' else chr(10)}{pairs}", "fra_Latn.yml")
    assert file.stages["gopher_repetition"] == {"max_top_2gram": 0.161, "max_top_3gram": 0.149, "max_top_4gram": 0.134}


@pytest.mark.parametrize(
    ("text", "name", "told"),
    [
        ("language_score: 0.3\nnew: 1\n", "fra_Latn.yml", "fra_Latn.yml:2: new: unknown key 'new'"),
        ("language_score: 0.3\n", "french.yml", "a file with FineWeb2's keys is called 'french'"),
        ("top_n_grams: [[5, 0.1]]\n", "fra_Latn.yml", "fra_Latn.yml:1: top_n_grams: pairs of size and limit with"),
        ("top_n_grams: 3\n", "fra_Latn.yml", "fra_Latn.yml:1: top_n_grams: pairs of size and limit with the sizes 2"),
        ("dup_n_grams: [5, 0.1, 6]\n", "fra_Latn.yml", "fra_Latn.yml:1: dup_n_grams: pairs"),
    ],
)
def test_what_is_wrong(text: str, name: str, told: str) -> None:
    with pytest.raises(RecipeError) as caught:
        parse(text, name)
    assert told in str(caught.value)


def test_names() -> None:
    assert labels_of("swh_Latn") == ("swh_Latn",)
    assert labels_of("cmn_Hani") == ("zho_Hans", "zho_Hant"), "GlotLID has one label for both"
    assert labels_of("zzq_Latn") == (), "no document can carry a code that ISO 639-3 does not know"
