"""How a recipe names a file: by its address, or with what is where in it, as the file does not say so itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Protocol

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, field_validator, model_validator

from schemas.languages import label


class Described(Protocol):
    """A file of which a recipe says more than its address."""

    @property
    def path(self) -> str:
        """Address, or a glob."""
        ...


def path_of(file: str | Described) -> str:
    """The address of a file, whichever way a recipe names it."""
    return file if isinstance(file, str) else file.path


def _kind(given: Any) -> str:
    """Which of the two ways that is: `address` or `described`. A wrong key is then told of that way alone."""
    return "described" if isinstance(given, Mapping) or hasattr(given, "path") else "address"


class BitextFile(BaseModel):
    """A file of pairs (or a glob of such), and what is where in it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str = Field(description="Address: .parquet, .jsonl, .csv, .tsv or .tmx, compressed or not; globs are fine")
    source: str = Field("source", description="Column with the source text")
    target: str = Field("target", description="Column with the target text")
    source_language: str | None = Field(None, description="Language of the source column, where no column says it")
    target_language: str | None = Field(None, description="Language of the target column, where no column says it")
    source_language_column: str = Field("source_language", description="Column with the source's language, if any")
    target_language_column: str = Field("target_language", description="Column with the target's language, if any")


Bitext = Annotated[Annotated[str, Tag("address")] | Annotated[BitextFile, Tag("described")], Discriminator(_kind)]
"""How a recipe names a file of pairs: by its address, or with what is where in it."""


class TermsFile(BaseModel):
    """A file of terms (or a glob of such) with columns `source` and `target`, and their languages."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str = Field(description="Address: .tsv, .csv or .jsonl, compressed or not; globs are fine")
    source_language: str = Field(description="Language of the column `source`, where no column says it")
    target_language: str = Field(description="Language of the column `target`, where no column says it")

    @field_validator("source_language", "target_language")
    @classmethod
    def _label(cls, code: str) -> str:
        return label(code)

    @model_validator(mode="after")
    def _two(self) -> TermsFile:
        if self.source_language == self.target_language:
            raise ValueError(f"source and target are both {self.source_language}: name two languages")
        return self

    @property
    def languages(self) -> tuple[str, str]:
        """Labels of source and target."""
        return self.source_language, self.target_language


Terms = Annotated[Annotated[str, Tag("address")] | Annotated[TermsFile, Tag("described")], Discriminator(_kind)]
"""How a recipe names a file of terms: by its address, or with the languages of its columns."""
