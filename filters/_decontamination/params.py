"""What a recipe says about benchmarks: which, and what is looked for. Shared by the two stages."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, field_validator, model_validator

from filters._list_files import Paths
from schemas.stage import StageParams

_Names = Annotated[
    tuple[str, ...],
    BeforeValidator(lambda v: [v] if isinstance(v, str) else v, json_schema_input_type=list[str] | str),
]


class Benchmark(BaseModel):
    """One benchmark: where its items are, and which of their fields are text."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, description="Name that evidence gives")
    paths: Paths = Field(
        min_length=1,
        description="Files or patterns, on this machine or at any fsspec address (hf://datasets/org/name@revision/…): "
        "JSON lines, Parquet or CSV, also .gz and .zst",
    )
    fields: _Names = Field(
        min_length=1,
        description="Fields that hold text, such as question and choices; a.b is the field b of the field a. Each is a "
        "text of its own, and so is each member of a list",
    )
    id: str | None = Field(None, description="Field that names an item; its number in the file without one")


class BenchmarkParams(StageParams):
    """Benchmarks, and how much of an item makes a match."""

    benchmarks: tuple[Benchmark, ...] = Field(min_length=1, description="The benchmarks whose items are looked for")
    ngram_words: int = Field(
        13, ge=2, le=64, description="Words in a row that make a match (GPT-3, arXiv:2005.14165, appendix C: 13)",
        json_schema_extra={"unit": "words"},
    )  # fmt: skip
    ngram_ideographs: int = Field(
        21, ge=2, le=128, description="The same in Chinese and Japanese, in graphemes (characters)",
        json_schema_extra={"unit": "graphemes"},
    )  # fmt: skip
    ngram_graphemes: int = Field(
        36, ge=2, le=256, description="The same in Thai, Lao, Khmer, Burmese and other scripts without spaces",
        json_schema_extra={"unit": "graphemes"},
    )  # fmt: skip
    min_words: int = Field(
        8, ge=1,
        description="A text of an item that is shorter than an n-gram is looked for as a whole, if it has so many "
        "words (graphemes in proportion); a shorter one would match everywhere and is not looked for",
        json_schema_extra={"unit": "words"},
    )  # fmt: skip
    max_texts: int = Field(
        10, ge=1,
        description="An n-gram that stands in more different texts of one benchmark is a template of prompts and not "
        "looked for, nor is a short text that more items have; a passage that items share counts once",
        json_schema_extra={"unit": "texts"},
    )  # fmt: skip

    # Where `prepare` has put the index: a matter of this machine, so in no recipe, signature or manifest.
    _index: Path | None = PrivateAttr(default=None)

    @field_validator("benchmarks")
    @classmethod
    def _names(cls, given: tuple[Benchmark, ...]) -> tuple[Benchmark, ...]:
        names = [one.name for one in given]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two benchmarks are called {twice[0]!r}: give each a name of its own")
        return given

    @model_validator(mode="after")
    def _shorter(self) -> Self:
        if self.min_words > self.ngram_words:
            raise ValueError(
                f"min_words is {self.min_words}, but an n-gram has {self.ngram_words} words: give at most as many"
            )
        return self

    @property
    def index(self) -> Path:
        """Folder of the index."""
        assert self._index is not None, "prepare runs before open"
        return self._index

    def with_index(self, folder: Path) -> Self:
        """The same, for a worker to open."""
        ready = self.model_copy()
        ready._index = folder
        return ready
