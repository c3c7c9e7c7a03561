"""How many tokens named tokenizers make of a text: what a model will see of it, and what a word costs.

Any tokenizer of the package `tokenizers` (a `tokenizer.json`), from a file or from the Hub at a pinned revision.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import Field, field_validator

from filters import _hub
from schemas.columns import Column
from schemas.errors import MissingPackage, SourceError
from schemas.stage import Measure, StageParams

_PINNED = re.compile(r"hf://(?P<repository>[\w.-]+/[\w.-]+)@(?P<revision>[0-9a-f]{40})(?:/(?P<path>.+))?")
_FILE = "tokenizer.json"
_AT_ONCE = 4 << 20  # bytes of text whose tokens are held at a time
_KIND = pl.List(pl.Struct({"tokenizer": pl.String, "tokens": pl.Int64}))


class Params(StageParams):
    """Which tokenizers count."""

    tokenizers: dict[str, str] = Field(
        default_factory=dict,
        description="Name for the card -> a tokenizer.json, or hf://ORGANISATION/NAME@COMMIT (40 hexadecimal digits)",
    )

    @field_validator("tokenizers")
    @classmethod
    def _pinned(cls, given: dict[str, str]) -> dict[str, str]:
        for name, address in given.items():
            if address.startswith("hf://") and not _PINNED.fullmatch(address):
                raise ValueError(
                    f"{name}: {address} is not pinned: write hf://ORGANISATION/NAME@COMMIT with 40 hexadecimal digits, "
                    "because a branch or tag can change under you"
                )
        return dict(sorted(given.items()))


def _find(name: str, address: str) -> Path:
    pinned = _PINNED.fullmatch(address)
    if pinned is None:
        given = Path(address)
        path = given / _FILE if given.is_dir() else given
        if not path.is_file():
            raise SourceError(f"tokens.tokenizers.{name}: there is no file {path}. Give a {_FILE}, or its folder.")
        return path
    from huggingface_hub import hf_hub_download

    with _hub.asked(f"tokens.tokenizers.{name}: cannot get {address}", f"download its {_FILE} and give the path"):
        file = pinned["path"] or _FILE
        return Path(hf_hub_download(pinned["repository"], file, revision=pinned["revision"]))


def fingerprint(params: Params) -> dict[str, str]:
    """SHA-256 of each tokenizer."""
    return {
        name: hashlib.sha256(_find(name, address).read_bytes()).hexdigest()
        for name, address in params.tokenizers.items()
    }


def open_tokenizers(params: Params) -> dict[str, Any]:
    """Load them.

    Raises:
        MissingPackage: the extra `tokenizers` is not installed.
        SourceError: a file is not there, or is no tokenizer.
    """
    if not params.tokenizers:
        return {}
    try:
        from tokenizers import Tokenizer
    except ModuleNotFoundError as error:
        raise MissingPackage(
            "the stage tokens needs the package tokenizers. Install it with: pip install 'glotmill[tokenizers]'"
        ) from error
    opened = {}
    for name, address in params.tokenizers.items():
        path = _find(name, address)
        try:
            one = Tokenizer.from_str(path.read_text(encoding="utf-8"))
        except Exception as error:  # the package raises nothing narrower
            raise SourceError(f"tokens.tokenizers.{name}: {path} is no tokenizer of that package: {error}") from error
        one.no_truncation()
        one.no_padding()
        opened[name] = one
    return opened


def measure(frame: pl.DataFrame, params: Params, resource: Mapping[str, Any]) -> pl.DataFrame:
    """Count the tokens of each text, special ones left out.

    Args:
        frame: with `text`.
        resource: from `open_tokenizers`.

    Returns:
        The column in `STAGE.adds`; null for a null text.
    """
    texts = frame["text"]
    counts = {name: _counts(texts, tokenizer) for name, tokenizer in resource.items()}
    rows = [
        [{"tokenizer": name, "tokens": counts[name][at]} for name in counts] if there else None
        for at, there in enumerate(texts.is_not_null())
    ]
    return pl.DataFrame({"tokens": pl.Series(rows, dtype=_KIND)})


def _counts(texts: pl.Series, tokenizer: Any) -> list[int]:
    found: list[int] = []
    held: list[str] = []
    size = 0
    for text in texts:
        held.append(text or "")
        size += len(held[-1])
        if size >= _AT_ONCE:
            found += _lengths(held, tokenizer)
            held, size = [], 0
    return found + _lengths(held, tokenizer)


def _lengths(texts: list[str], tokenizer: Any) -> list[int]:
    return [len(one) for one in tokenizer.encode_batch_fast(texts, add_special_tokens=False)] if texts else []


STAGE = Measure(
    name="tokens",
    version=1,
    summary="Tokens of each text by tokenizers that you name, for the card's fertility",
    params=Params,
    reads=("text",),
    adds=(Column("tokens", _KIND, "Tokens of the text by each tokenizer of the recipe, special ones left out"),),
    open=open_tokenizers,
    fingerprint=fingerprint,
    measure=measure,
)
