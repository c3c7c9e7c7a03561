"""How likely a model finds a text: perplexity from the log-probabilities of its tokens.

Perplexity for each token (the exponential of the mean negative log-probability) compares texts under one model only:
another tokenizer cuts another number of tokens. Bits for each byte of UTF-8 compare models with different tokenizers;
across scripts neither does, as a letter takes one byte in one script and three in another.

Asked for `logprobs`, any OpenAI-compatible server gives those of the tokens that it wrote. Those of a text that exists
already are another matter:

- `/v1/completions` with `echo`, `logprobs: 1` and `max_tokens: 1` gives them where the server has it, with null for the
  first token. llama.cpp takes the parameter and leaves it (its issue 27174): what comes are the log-probabilities of
  what it wrote behind the text. `translators.llm.reading` tells the two apart.
- llama.cpp, so the local model too: ask `/tokenize`, then for a completion with the grammar of `forcing_grammar`, which
  leaves the model no choice but these tokens. The log-probabilities are those before the grammar: the model's own.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

_ROUNDING = 1e-3  # a token that is certain may come with a trifle above 0


class Token(NamedTuple):
    """A token that a model wrote or read.

    Args:
        text: its UTF-8 bytes; a token may hold a part of a character.
        logprob: natural logarithm of its probability, given the tokens before it.
    """

    text: bytes
    logprob: float


@dataclass(frozen=True)
class Perplexity:
    """How likely a text is.

    Args:
        tokens: tokens that have a log-probability.
        characters: code points of their text.
        bytes: UTF-8 bytes of their text.
        logprob: natural logarithm of the probability of them all, 0 or below.
    """

    tokens: int
    characters: int
    bytes: int
    logprob: float

    @property
    def per_token(self) -> float:
        """Perplexity for each token, 1 or more; infinite where it is beyond a float."""
        return of_mean(self.logprob / self.tokens)

    @property
    def per_character(self) -> float:
        """Perplexity for each code point."""
        return _exponential(-self.logprob / self.characters)

    @property
    def per_byte(self) -> float:
        """Perplexity for each byte of UTF-8."""
        return _exponential(-self.logprob / self.bytes)

    @property
    def bits_per_byte(self) -> float:
        """Bits that a code made of the model would take for each byte of UTF-8."""
        return -self.logprob / self.bytes / math.log(2)


def perplexity(tokens: Sequence[Token] | Sequence[tuple[str, float]]) -> Perplexity | None:
    """The perplexity of tokens, one after the other.

    Args:
        tokens: (text, log-probability) pairs; a text that is a string counts as its UTF-8 bytes.

    Returns:
        None where it cannot be said: no token, no text, or a log-probability that is none (above 0, infinite).
    """
    texts = [text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text for text, _ in tokens]
    logprobs = [float(logprob) for _, logprob in tokens]
    if not all(math.isfinite(one) and one < _ROUNDING for one in logprobs):
        return None
    whole = b"".join(texts)
    if not whole:
        return None
    characters = len(whole.decode("utf-8", "replace"))
    return Perplexity(len(tokens), characters, len(whole), min(0.0, math.fsum(logprobs)))


def of_mean(logprob: float) -> float:
    """Perplexity for each token from the mean log-probability of a token; infinite where it is beyond a float."""
    return _exponential(-logprob)


def read_tokens(choice: Mapping[str, Any]) -> tuple[Token, ...] | None:
    """The tokens of a choice in an OpenAI-compatible answer that was asked for `logprobs`.

    Both forms are read: `logprobs.content` (chat, and llama.cpp everywhere), and `logprobs.tokens` with
    `logprobs.token_logprobs` (completions). A token without a log-probability, such as the first of an echo, is left
    out.

    Returns:
        None where the choice has no log-probabilities.
    """
    found = choice.get("logprobs")
    if not isinstance(found, Mapping):
        return None
    content = found.get("content")
    try:
        if isinstance(content, list):
            return tuple(Token(_bytes(one), float(one["logprob"])) for one in content if one["logprob"] is not None)
        pairs = zip(found["tokens"], found["token_logprobs"], strict=True)
        return tuple(Token(text.encode("utf-8", "surrogatepass"), float(one)) for text, one in pairs if one is not None)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _bytes(token: Mapping[str, Any]) -> bytes:
    """A token's bytes; its text has a replacement character where it ends inside a character."""
    given = token.get("bytes")
    return bytes(given) if isinstance(given, list) else str(token["token"]).encode("utf-8", "surrogatepass")


def forcing_grammar(ids: Iterable[int]) -> str:
    """A grammar for llama.cpp that leaves the model no choice but to write these tokens (numbers of its vocabulary).

    >>> forcing_grammar([818, 5279])
    'root ::= <[818]> <[5279]>'
    """
    return "root ::= " + " ".join(f"<[{int(one)}]>" for one in ids)


def _exponential(value: float) -> float:
    try:
        return math.exp(value)
    except OverflowError:
        return math.inf
