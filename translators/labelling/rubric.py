"""A rubric: the measure that documents are judged by, as one YAML file. Two ship, anybody can write another."""

from __future__ import annotations

import hashlib
import math
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from schemas.errors import RecipeError, one_of
from schemas.recipe import Lines, problems

_SHIPPED = Path(__file__).parent / "rubrics"
_ENDINGS = (".yaml", ".yml")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Shown(_Part):
    """How much of a document the model sees. One that is no longer than all three together is shown whole."""

    beginning: int = Field(3000, ge=0, description="Characters from the beginning")
    middle: int = Field(1000, ge=0, description="Characters around the middle")
    end: int = Field(1000, ge=0, description="Characters before the end")

    @property
    def characters(self) -> int:
        """Characters of all three."""
        return self.beginning + self.middle + self.end

    @model_validator(mode="after")
    def _something(self) -> Shown:
        if not self.characters:
            raise ValueError("nothing of a document is shown: give beginning, middle or end")
        return self


class Example(_Part):
    """A text with its score, for the completion form."""

    text: str = Field(description="A short text, one line", min_length=1)
    score: float = Field(description="Its score")


class Rubric(_Part):
    """A measure: what is asked, the scale, and what becomes of a score.

    A row is `high` from `high_from` on and `low` up to `low_to`; between them it is neither.
    """

    name: str = Field(description="Name, used in rows", pattern=r"^[a-z][a-z0-9_]*$")
    version: int = Field(description="Raised with every change of wording or scale", ge=1)
    question: str = Field(description="What is judged, in a sentence or two", min_length=1)
    instructions: str = Field("", description="How to judge: what counts, what does not")
    levels: dict[int, str] = Field(description="Every whole score with what it means, in order and without a gap")
    high_from: float = Field(description="Score from which a row is `high`")
    low_to: float = Field(description="Score up to which a row is `low`")
    shown: Shown = Field(default_factory=lambda: Shown(), description="How much of a document the model sees")
    examples: list[Example] = Field(
        default_factory=list, description="Texts with their scores; the completion form needs two or more"
    )

    @property
    def lowest(self) -> int:
        """The lowest score."""
        return min(self.levels)

    @property
    def highest(self) -> int:
        """The highest score."""
        return max(self.levels)

    def allows(self, score: float) -> bool:
        """Whether a score is a whole or a half one of the scale."""
        return math.isfinite(score) and self.lowest <= score <= self.highest and (2 * score).is_integer()

    def label(self, score: float) -> str | None:
        """`high`, `low`, or None for a score between them."""
        return "high" if score >= self.high_from else "low" if score <= self.low_to else None

    def sha256(self) -> str:
        """SHA-256 of all that it says."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    @model_validator(mode="after")
    def _scale(self) -> Rubric:
        scores = list(self.levels)
        if len(scores) < 2 or scores != list(range(scores[0], scores[0] + len(scores))):
            raise ValueError(f"levels are whole numbers in order and without a gap, such as 0 to 5, not {scores}")
        if not self.lowest <= self.low_to < self.high_from <= self.highest:
            raise ValueError(
                f"low_to has to lie below high_from, both between {self.lowest} and {self.highest}; "
                f"{self.low_to:g} and {self.high_from:g} came"
            )
        for example in self.examples:
            if not self.allows(example.score):
                raise ValueError(f"an example has the score {example.score:g}, which is no level or half level")
        return self


def shipped() -> list[str]:
    """Names of the rubrics that ship."""
    return sorted(path.stem for path in _SHIPPED.glob("*.yaml"))


def text(name: str) -> tuple[str, str]:
    """The YAML of a rubric, and the file it stands in.

    Args:
        name: a file, or the name of one that ships.

    Raises:
        RecipeError: there is none.
    """
    path = Path(name)
    if not name.endswith(_ENDINGS):
        path = _SHIPPED / f"{name}.yaml"
        if name not in shipped():
            raise RecipeError(f"{one_of('rubric', name, shipped())}. A file of your own ends in .yaml.")
    try:
        return path.read_text(encoding="utf-8"), str(path)
    except UnicodeDecodeError as error:
        raise RecipeError(f"{path}: not UTF-8 text at byte {error.start}. Save the rubric as UTF-8.") from error
    except OSError as error:
        raise RecipeError(f"the rubric {path} cannot be read: {error}. Those that ship: {', '.join(shipped())}.") from (
            error
        )


def load(name: str) -> Rubric:
    """A rubric from a file, or one that ships by its name.

    Raises:
        RecipeError: there is none, or it is wrong; every problem at once, each with its line.
    """
    written, file = text(name)
    try:
        content = yaml.safe_load(written)
        lines = Lines(written, file)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{file}:{mark.line + 1}:{mark.column + 1}" if mark else file
        raise RecipeError(f"{place}: not YAML: {getattr(error, 'problem', None) or error}. Mend that line.") from error
    if not isinstance(content, dict):
        raise RecipeError(
            f"{file}: a rubric is a mapping with name, version, question and levels, but {type(content).__name__} "
            "came. Begin with one that ships: glotmill label --show-rubric educational_value"
        )
    if lines.twice:
        raise RecipeError("\n".join(lines.twice))
    try:
        return Rubric.model_validate(content)
    except ValidationError as error:
        raise RecipeError("\n".join(problems(error, lines, Rubric))) from error
