"""card.json: what a model folder holds, how it was made, and what was measured of it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from filters._classifier.kinds import Kind
from schemas.errors import SourceError

NAME = "card.json"
FORMAT = 2
ALL = "all"
Family = Literal["fasttext", "embedding"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Weights(_Part):
    """One file of weights."""

    file: str = Field(description="Path inside the folder")
    sha256: str
    slope: float = Field(1.0, description="Calibration: factor of the log odds")
    shift: float = Field(0.0, description="Calibration: added to the log odds")


class Card(_Part):
    """A model folder."""

    format: Literal[2] = 2
    name: str
    kind: Kind
    positive: str = Field(description="Class whose probability is the score")
    negative: str
    family: Family
    tokens: int | None = Field(None, description="fastText: version of the tokens that it was trained on")
    embedding: dict[str, Any] | None = Field(None, description="Embedding that the head was trained on")
    embedding_files: dict[str, str] = Field(default_factory=dict, description="Digests of what decides about vectors")
    piece_characters: int | None = Field(None, description="Length of the pieces that it was trained on")
    weights: dict[str, Weights] = Field(description="Language label -> weights; `all` for one model of all languages")
    languages: list[str] = Field(description="Languages that it was trained on; empty: nobody said")
    rows: dict[str, dict[str, int]] = Field(
        default_factory=dict, description="Part (train, valid, test) -> class -> rows"
    )
    training: dict[str, Any]
    data: dict[str, Any] = Field(default_factory=dict, description="Digest of the rows, sources, what was left out")
    metrics: dict[str, Any] = Field(default_factory=dict, description="What was measured on rows that it never saw")
    licence: str | None = None

    def write(self, folder: Path) -> None:
        """Write card.json; the last file of a folder, so a folder with a card is whole."""
        text = self.model_dump_json(indent=2)
        (folder / NAME).write_text(text + "\n", encoding="utf-8")

    def sha256(self) -> str:
        """What decides about scores: digest over the weights, how they are read and the calibration."""
        told = self.model_dump_json(include={"kind", "family", "tokens", "embedding", "embedding_files", "weights"})
        return hashlib.sha256(told.encode()).hexdigest()


def read(folder: Path) -> Card:
    """The card of a model folder.

    Raises:
        SourceError: there is none, it is of another format, or a file of weights is missing.
    """
    try:
        card = Card.model_validate_json((folder / NAME).read_bytes())
        for one in card.weights.values():
            if not (folder / one.file).is_file():
                raise FileNotFoundError(one.file)
    except (OSError, ValidationError) as error:
        said = f"{error.error_count()} wrong values, first {error.errors()[0]['loc']}: {error.errors()[0]['msg']}" if (
            isinstance(error, ValidationError)
        ) else str(error)  # fmt: skip
        raise SourceError(
            f"no model in {folder} (it needs {NAME}, format {FORMAT}, and the weights that it names): {said}. "
            "Train one with `glotmill train-quality ROWS --out FOLDER`."
        ) from error
    return card
