"""Texts cut into windows of tokens that an encoder can take, so that the whole text counts and not its beginning alone.

Every window has the special tokens and the prefix; the vector of a text is the mean of its windows' vectors, each with
the weight of its tokens. Tokens are those of the whole text: nothing is cut into tokens twice. A text has no vector
where the tokenizer does not know half of its characters: an encoder gives all such texts of a length the same vector.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from filters._embeddings.contract import F64
from schemas.embedding import Embedding
from schemas.errors import RecipeError, SourceError

I64 = npt.NDArray[np.int64]
_AT_ONCE = 1_000_000  # bytes of text: a tokenizer takes some hundred bytes of memory for a token
_USUAL = 512
_LONGEST = 1_000_000  # tokenizers write 10^30 where they know no limit
# Their positions are counted from behind the number of the padding token, so the table holds fewer than it has rows.
_SHIFTED = ("roberta", "xlm-roberta", "xlm-roberta-xl", "camembert", "mpnet", "xmod", "longformer", "data2vec-text")


class Window(NamedTuple):
    """What an encoder gets.

    Args:
        ids: numbers of tokens, shape (t,).
        types: their segments, shape (t,).
        before: how many of them stand before the text: special tokens and the prefix.
        own: how many are of the text.
    """

    ids: I64
    types: I64
    before: int
    own: int


class Windows:
    """Cuts texts.

    Args:
        tokenizer: a tokenizer of the package tokenizers, as JSON.
        tokens: how many tokens fit into a window, special ones and prefix counted.
        most: how many windows of a text count, from its start; None for all.
        prefix: is put before the text, in each window.

    Raises:
        SourceError: that is no tokenizer.
        RecipeError: prefix and special tokens leave no room for the text.
    """

    def __init__(self, tokenizer: str, tokens: int, most: int | None, prefix: str) -> None:
        from tokenizers import Tokenizer

        try:
            self._tokenizer = Tokenizer.from_str(tokenizer)
            self._unknown = _unknown(self._tokenizer, json.loads(tokenizer)["model"])
        except Exception as error:  # the package raises nothing narrower
            raise SourceError(
                f"embedding: tokenizer.json cannot be read ({error}). Get the model's files again."
            ) from error
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._tokens, self._most, self._prefix = tokens, most, prefix
        taken = len(self._tokenizer.encode(prefix).ids)
        if taken >= tokens:
            raise RecipeError(
                f"embedding.window_tokens: special tokens and `prefix` alone are {taken} tokens, and a window has "
                f"{tokens}. Give at least {taken + 1}."
            )

    def mean(self, texts: pl.Series, encode: Callable[[Window], F64], dimension: int) -> F64:
        """Vectors of texts.

        Args:
            texts: strings, shape (n,).
            encode: the vector of a window, shape (dimension,). It is given one at a time: an encoder may let other
                windows of a batch, and padding, change it.
            dimension: length of a vector.

        Returns:
            Shape (n, dimension); zeros for a text that the tokenizer does not know.

        Raises:
            SourceError: the encoder gives numbers that are not finite.
        """
        out = np.zeros((len(texts), dimension))
        for row, windows in enumerate(self.cut(texts)):
            for window in windows:
                vector = encode(window)
                if not np.isfinite(vector).all():
                    raise SourceError(
                        f"embedding: the model gives numbers that are not finite for a window of {len(window.ids)} "
                        "tokens. Use its weights in float32."
                    )
                out[row] += window.own * vector
            out[row] /= max(1, sum(window.own for window in windows))
        return out

    def cut(self, texts: pl.Series) -> Iterator[list[Window]]:
        """The windows of each text; none of one that the tokenizer does not know."""
        sizes = np.cumsum(texts.str.len_bytes().to_numpy(), dtype=np.int64)
        for part in np.split(np.arange(len(texts)), np.flatnonzero(np.diff(sizes // _AT_ONCE)) + 1):
            yield from map(self._cut, self._tokenizer.encode_batch([self._prefix + text for text in texts[part]]))

    def trial(self) -> Window:
        """A short window, whatever the tokenizer knows."""
        ids = np.array(self._tokenizer.encode("a").ids or [0], np.int64)
        return Window(ids, np.zeros_like(ids), 0, len(ids))

    def _cut(self, given: Any) -> list[Window]:
        ids, types = np.array(given.ids, np.int64), np.array(given.type_ids, np.int64)
        spans = np.array(given.offsets, np.int64).reshape(-1, 2)
        said = np.flatnonzero(np.array(given.special_tokens_mask) == 0)
        if not len(said):
            return []
        begin, end = int(said[0]), int(said[-1]) + 1
        begin += int((spans[begin:end, 0] < len(self._prefix.rstrip())).sum())
        if begin >= end or not self._knows(ids[begin:end], spans[begin:end]):
            return []
        room = max(1, self._tokens - (len(ids) - (end - begin)))
        starts = range(begin, end, room)[: self._most]
        return [self._window(ids, types, begin, end, start, min(start + room, end)) for start in starts]

    def _window(self, ids: I64, types: I64, begin: int, end: int, start: int, stop: int) -> Window:
        """The tokens `start` to `stop` of a text that goes from `begin` to `end`, between what stands around it."""
        inside = np.r_[0:begin, start:stop, end : len(ids)]
        return Window(ids[inside], types[inside], begin, stop - start)

    def _knows(self, ids: I64, spans: I64) -> bool:
        lengths = spans[:, 1] - spans[:, 0]
        return self._unknown is None or bool(2 * lengths[ids == self._unknown].sum() <= lengths.sum())


def _unknown(tokenizer: Any, model: Mapping[str, Any]) -> int | None:
    """The number of the token for what is unknown, if the tokenizer's model has one."""
    if "unk_id" in model:
        return None if model["unk_id"] is None else int(model["unk_id"])
    number = tokenizer.token_to_id(model["unk_token"]) if model.get("unk_token") else None
    return None if number is None else int(number)


def positions(config: Mapping[str, Any]) -> int | None:
    """The most tokens that a model has positions for, by its config.json; None where that does not say."""
    most = config.get("max_position_embeddings")
    if not isinstance(most, int) or most <= 0:
        return None
    if config.get("model_type") in _SHIFTED:
        most -= 1 + int(config.get("pad_token_id") or 0)
    return most


def tokens(embedding: Embedding, said: Any, limit: int | None) -> int:
    """How many tokens a window has.

    Args:
        embedding: `window_tokens`, where the recipe says it.
        said: what the model's settings say, if it is a number that makes sense.
        limit: for how many tokens the model has positions.

    Raises:
        RecipeError: the recipe asks for more.
    """
    if embedding.window_tokens is None:
        usual = int(said) if isinstance(said, int | float) and 0 < said < _LONGEST else (limit or _USUAL)
        return usual if limit is None else min(usual, limit)
    if limit is not None and embedding.window_tokens > limit:
        raise RecipeError(
            f"embedding.window_tokens: {embedding.window_tokens} came, and the model has positions for {limit} tokens "
            "only. Give fewer, or null for what the model says."
        )
    return embedding.window_tokens
