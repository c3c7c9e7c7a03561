"""Texts in windows: every token counts once, special tokens and prefix are in each, and the unknown has none."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest
from encoders import TEXTS, cut, tokenizer
from hypothesis import given
from hypothesis import strategies as st

from filters._embeddings import Embedding, windows
from filters._embeddings.windows import Windows
from schemas.errors import RecipeError, SourceError

JSON = tokenizer().to_str()
LONG = " ".join(TEXTS)


def asked(**given: object) -> Embedding:
    return Embedding.model_validate({"backend": "onnx", "path": "x", **given})


@pytest.mark.parametrize("prefix", ["", "query: ", "query:"])
@pytest.mark.parametrize("size", [8, 40, 512])
def test_windows_of_texts_in_many_scripts(size: int, prefix: str) -> None:
    """Thai and Japanese have no spaces to cut at, Arabic runs from right to left, Yoruba has two marks on a letter."""
    found = list(Windows(JSON, size, None, prefix).cut(TEXTS))
    for text, of in zip(TEXTS, found, strict=True):
        right = cut(text, size, prefix)
        assert len(of) == len(right) and max(len(window.ids) for window in of) <= size
        for window, (ids, own) in zip(of, right, strict=True):
            assert window.ids.tolist() == ids.tolist() and window.own == own
            assert window.before == len(ids) - own - 1 and not window.types.any()


@given(st.integers(3, 60), st.text(alphabet="abc ?:ดกน็字ምẹ́", max_size=80))
def test_every_token_counts_once(size: int, text: str) -> None:
    made = tokenizer()
    made.no_truncation()
    made.no_padding()
    (found,) = Windows(JSON, size, None, "").cut(pl.Series([text]))
    all_tokens = made.encode(text, add_special_tokens=False).ids
    assert [number for window in found for number in window.ids[1:-1]] in (all_tokens, [])
    assert bool(found) == _known(text)


def _known(text: str) -> bool:
    """At least half of the characters are the tokenizer's: those of an unknown token count as often as they stand."""
    made = tokenizer()
    made.no_truncation()
    made.no_padding()
    given = made.encode(text, add_special_tokens=False)
    spans = [(number, end - start) for number, (start, end) in zip(given.ids, given.offsets, strict=True)]
    return bool(spans) and 2 * sum(n for number, n in spans if number == 3) <= sum(n for _, n in spans)


def test_as_many_windows_as_are_asked_for() -> None:
    texts = pl.Series([LONG, TEXTS[0]])
    whole = list(Windows(JSON, 30, None, "").cut(texts))
    assert len(whole[0]) > 10
    for most in (1, 3):
        some = list(Windows(JSON, 30, most, "").cut(texts))
        for few, all_of_them in zip(some, whole, strict=True):
            assert [one.ids.tolist() for one in few] == [one.ids.tolist() for one in all_of_them[:most]]


def test_what_the_tokenizer_does_not_know_has_no_window() -> None:
    given = pl.Series(["ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ", "ᏣᎳᎩ", "", "  ", f"{TEXTS[0]} ᏣᎳᎩ", TEXTS[0][:5] + "ᏣᎳᎩ" * 9])
    found = [bool(of) for of in Windows(JSON, 40, None, "").cut(given)]
    assert found == [False, False, False, False, True, False]
    with_prefix = [bool(of) for of in Windows(JSON, 40, None, "query: ").cut(given)]
    assert with_prefix == found, "the prefix is known, the text is not"


def test_a_tokenizer_without_a_token_for_the_unknown() -> None:
    from tokenizers import Tokenizer, models, pre_tokenizers

    made = Tokenizer(models.BPE({char: i for i, char in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}, []))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    (found,) = Windows(made.to_str(), 10, None, "").cut(pl.Series(["ᏣᎳᎩ ᎦᏬᏂ"]))
    assert [len(window.ids) for window in found] == [10, 9], "a byte is a token"
    (found,) = Windows(made.to_str(), 10, None, "a b ").cut(pl.Series(["ሰላም"]))
    assert [(window.before, window.own) for window in found] == [(3, 7), (3, 3)], "the space goes with what follows"


def test_many_texts_are_cut_portion_by_portion(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = [[window.ids.tolist() for window in of] for of in Windows(JSON, 20, None, "").cut(TEXTS)]
    monkeypatch.setattr(windows, "_AT_ONCE", 150)
    assert [[window.ids.tolist() for window in of] for of in Windows(JSON, 20, None, "").cut(TEXTS)] == whole
    assert list(Windows(JSON, 20, None, "").cut(pl.Series([], dtype=pl.String))) == []


def test_the_mean_has_the_weights_of_the_tokens() -> None:
    """Which is that of all tokens, where a vector is the mean of the window's own."""
    made = Windows(JSON, 20, None, "query: ")
    texts = pl.Series([LONG, "ᏣᎳᎩ", TEXTS[3]])
    found = made.mean(texts, lambda window: np.array([window.ids[window.before : -1].mean(), 1.0]), 2)
    for row, text in zip(found, texts, strict=True):
        ids = np.concatenate([np.zeros(0), *[one[-own - 1 : -1] for one, own in cut(text, 20, "query: ")]])
        assert np.allclose(row, [0, 0] if "Ꮳ" in text else [ids.mean(), 1])


def test_numbers_that_are_not_finite() -> None:
    with pytest.raises(SourceError, match=r"not finite for a window of \d+ tokens"):
        Windows(JSON, 20, None, "").mean(TEXTS, lambda window: np.array([np.nan]), 1)


def test_no_room_for_the_text() -> None:
    with pytest.raises(RecipeError, match=r"alone are 4 tokens, and a window has 4\. Give at least 5"):
        Windows(JSON, 4, None, "query: ")
    (found,) = Windows(JSON, 5, None, "query: ").cut(pl.Series(["abc"]))
    assert {window.own for window in found} == {1}


@pytest.mark.parametrize("given", ["", "{}", '{"model": 3}', json.dumps({"version": "1.0", "model": {"type": "none"}})])
def test_what_is_no_tokenizer(given: str) -> None:
    with pytest.raises(SourceError, match=r"tokenizer\.json cannot be read"):
        Windows(given, 20, None, "")


def test_how_many_tokens_a_window_has() -> None:
    tokens = windows.tokens
    assert tokens(asked(), None, None) == 512
    assert tokens(asked(), 128, None) == tokens(asked(), 128, 512) == 128
    assert tokens(asked(), 10**30, None) == 512, "what tokenizers write where they know no limit"
    assert tokens(asked(), 10**30, 8192) == tokens(asked(), None, 8192) == tokens(asked(), float("inf"), 8192) == 8192
    assert tokens(asked(), 512, 256) == 256
    assert tokens(asked(window_tokens=64), 128, 256) == 64
    assert tokens(asked(window_tokens=256), 128, 256) == 256
    with pytest.raises(RecipeError, match=r"window_tokens: 257 came, and the model has positions for 256 tokens"):
        tokens(asked(window_tokens=257), 128, 256)


def test_for_how_many_tokens_a_model_has_positions() -> None:
    positions = windows.positions
    assert positions({"model_type": "xlm-roberta", "max_position_embeddings": 514, "pad_token_id": 1}) == 512
    assert positions({"model_type": "bert", "max_position_embeddings": 512, "pad_token_id": 0}) == 512
    assert positions({"model_type": "modernbert", "max_position_embeddings": 8192, "pad_token_id": 3}) == 8192
    assert positions({"model_type": "t5"}) is positions({}) is positions({"max_position_embeddings": -1}) is None
