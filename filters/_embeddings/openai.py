"""`openai`: any server with an OpenAI-compatible /v1/embeddings. Texts are sent in batches, one request at a time.

| what the server does                        | what happens                                           |
| ------------------------------------------- | ------------------------------------------------------ |
| 429, 5xx, timeout, no connection, no vectors | waits, as Retry-After says or longer each time; again  |
| still so after `attempts`                   | `ServerUnavailable`: run the same command later        |
| 401, 403                                    | `PermissionProblem`, names the variable with the key   |
| 400, 404 and the like                       | `RecipeError` with the server's words                  |

Most servers give the same text a vector that differs in the last digits when other texts are in the batch. Keys and
features of documents are made once and kept, so a run that goes on keeps its vectors; a new run may find, of two texts
that are as similar as the threshold, one pair more or less.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import polars as pl

from filters._embeddings.common import unit
from filters._embeddings.contract import F64
from schemas.embedding import Embedding
from schemas.errors import PermissionProblem, RecipeError, ServerUnavailable

_AGAIN = (408, 409, 425, 429)
_LONGEST_WAIT_SECONDS = 30.0
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Server:
    """A server, asked once for the length of its vectors.

    Args:
        embedding: its address and how to ask.
        first_wait_seconds: wait before the second attempt; it doubles with each further one.

    Raises:
        PermissionProblem: the variable that should hold the key is not set.
    """

    def __init__(self, embedding: Embedding, first_wait_seconds: float = 0.5) -> None:
        import openai

        assert embedding.base_url is not None and embedding.model is not None
        self._spec, self._first_wait = embedding, first_wait_seconds
        self._key = os.environ.get(embedding.api_key_env, "").strip() if embedding.api_key_env else "none"
        if not self._key:
            raise PermissionProblem(
                f"the environment variable {embedding.api_key_env} (embedding.api_key_env) is empty. Set it to the "
                f"key for {embedding.base_url}, for example: export {embedding.api_key_env}=..."
            )
        # A proxy cannot reach this machine's own loopback address.
        own = (urlsplit(embedding.base_url).hostname or "").lower() in _LOOPBACK
        self._http = openai.OpenAI(
            base_url=embedding.base_url,
            api_key=self._key,
            max_retries=0,
            timeout=embedding.timeout_seconds,
            http_client=openai.DefaultHttpx2Client(trust_env=not own),
        )
        self._dimension = self._ask(["a"]).shape[1]

    def __call__(self, texts: pl.Series) -> F64:
        """See `contract.Backend`; but a server may let its other texts change the last digits."""
        pieces = [
            (row, piece) for row, text in enumerate(texts) for piece in _pieces(text, self._spec.piece_characters)
        ]
        out = np.zeros((len(texts), self._dimension))
        for start in range(0, len(pieces), self._spec.batch):
            part = pieces[start : start + self._spec.batch]
            vectors = unit(self._ask([piece for _, piece in part]))
            if vectors.shape[1] != self._dimension:
                raise ServerUnavailable(
                    f"{self._spec.base_url} gave vectors of length {self._dimension}, now of {vectors.shape[1]}: its "
                    f"model {self._spec.model!r} has changed. Start again when it stays the same."
                )
            for (row, piece), vector in zip(part, vectors, strict=True):
                out[row] += len(piece) * vector
        return out

    def _ask(self, texts: Sequence[str]) -> F64:
        """The vectors of some texts, after as many attempts as are allowed."""
        import openai

        spec = self._spec
        trouble = ""
        for attempt in range(1, spec.attempts + 1):
            wait = min(_LONGEST_WAIT_SECONDS, self._first_wait * 2 ** (attempt - 1))
            try:
                answer = self._http.embeddings.with_raw_response.create(
                    input=list(texts),
                    model=spec.model or "",
                    dimensions=openai.omit if spec.dimensions is None else spec.dimensions,
                    encoding_format="float",
                )
                return _read(answer.text, len(texts))
            except openai.APIStatusError as error:
                said = self._words(error)
                if error.status_code not in _AGAIN and error.status_code < 500:
                    raise self._explain(error.status_code, said) from error
                trouble = f"status {error.status_code}: {said}"
                wait = max(wait, _retry_after(error.response.headers.get("retry-after")))
            except openai.APITimeoutError:
                trouble = f"no answer within {spec.timeout_seconds:g} seconds (embedding.timeout_seconds)"
            except openai.APIConnectionError as error:
                trouble = f"no connection ({error.__cause__ or error})"
            except ValueError as error:
                trouble = str(error)
            if attempt < spec.attempts:
                time.sleep(min(wait, _LONGEST_WAIT_SECONDS))
        raise ServerUnavailable(
            f"{spec.base_url} gave no vectors of model {spec.model!r} after {spec.attempts} attempts; the last: "
            f"{trouble}. Check that the server runs, then run the same command again."
        )

    def _words(self, error: Any) -> str:
        """What the server said, short, and never the key."""
        said = error.body.get("message") if isinstance(error.body, dict) else None
        text = " ".join(str(said or error.message).split())
        return (text if self._key == "none" else text.replace(self._key, "***"))[:500]

    def _explain(self, status: int, said: str) -> PermissionProblem | RecipeError:
        spec = self._spec
        if status in (401, 403):
            mend = f"Check the key in {spec.api_key_env}" if spec.api_key_env else "Name its variable in api_key_env"
            return PermissionProblem(f"{spec.base_url} refuses the key (status {status}: {said}). {mend}.")
        return RecipeError(
            f"{spec.base_url} makes no vectors: status {status}: {said}. It was asked for model {spec.model!r}. Check "
            "embedding.model and base_url; if a text is too long for it, lower embedding.piece_characters."
        )


def _pieces(text: str, size: int) -> Iterator[str]:
    """The text in pieces that hold something, as long as allowed, cut behind white space where there is any."""
    start = 0
    while start < len(text):
        end = start + size
        if end < len(text):
            space = max(text.rfind(" ", start, end), text.rfind("\n", start, end))
            end = space + 1 if space > start else end
        if text[start:end].strip():
            yield text[start:end]
        start = end


def _read(body: str, texts: int) -> F64:
    """The vectors in an answer, in the order of the texts.

    Raises:
        ValueError: it does not hold them.
    """
    try:
        items = sorted(json.loads(body)["data"], key=lambda item: int(item["index"]))
        vectors = np.array([item["embedding"] for item in items], np.float64)
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"an answer without vectors: {body[:200]}") from error
    if [item["index"] for item in items] != list(range(texts)) or vectors.ndim != 2 or vectors.shape[1] == 0:
        raise ValueError(f"an answer with {len(items)} vectors for {texts} texts")
    if not np.isfinite(vectors).all():
        raise ValueError("an answer with numbers that are not finite")
    return vectors


def _retry_after(header: str | None) -> float:
    try:
        return float(header or 0)
    except ValueError:
        return 0.0
