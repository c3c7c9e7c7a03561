"""How a top share is taken: parameters of every stage with such a rule. `pipelines.selection` reads them.

None of them changes what is measured.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, WithJsonSchema

from schemas.errors import one_of
from schemas.stage import JUDGED, StageParams

METADATA = "metadata."
DIMENSIONS = ("source", "domain", "length", "declared_language")
_ALLOWED = (*DIMENSIONS, f"{METADATA}FIELD")
Combine = Literal["mean", "min", "max"]


def _known(names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if name == "language":
            raise ValueError(f"{name!r} came, but languages are always apart. Valid: {', '.join(_ALLOWED)}")
        if name == "script":
            raise ValueError(f"{name!r} came, but it is a part of the language. Valid: {', '.join(_ALLOWED)}")
        if name not in DIMENSIONS and not (name.startswith(METADATA) and name != METADATA):
            raise ValueError(f"{one_of('dimension', name, _ALLOWED)}, where FIELD is one that source.metadata names")
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"{', '.join(twice)} came twice. Leave one out")
    return names


def _ascending(bands: tuple[int, ...]) -> tuple[int, ...]:
    if any(band <= 0 for band in bands) or list(bands) != sorted(set(bands)):
        raise ValueError(f"{list(bands)} came, but bands are bounds above 0, each above the one before: [500, 2000]")
    return bands


_Dimension = Annotated[
    str, WithJsonSchema({"anyOf": [{"enum": list(DIMENSIONS)}, {"type": "string", "pattern": r"^metadata\..+"}]})
]
_Dimensions = Annotated[tuple[_Dimension, ...], AfterValidator(_known), JUDGED]


def _field(default: Any, description: str, *, unit: str, source: str, **more: Any) -> Any:
    return Field(default, description=description, json_schema_extra={"unit": unit, "source": source}, **more)


class SelectionParams(StageParams):
    """Among which documents a share is taken, and what is told of it."""

    fewest: Annotated[int, JUDGED] = _field(
        100, "Where fewer documents of a language compete for a share, all of them stay; 0: however few there are",
        unit="documents", source="our choice: below it, one document is more than one per cent", ge=0,
    )  # fmt: skip
    strata: _Dimensions = _field(
        (),
        "The share is taken inside each stratum of a language: source, domain, length, declared_language or "
        "metadata.FIELD; several make a stratum of each combination",
        unit="names of dimensions", source="our choice: off",
    )  # fmt: skip
    fewest_in_stratum: Annotated[int, JUDGED] = _field(
        100, "Strata of a language with fewer documents that compete are one stratum together",
        unit="documents", source="our choice, as for `fewest`", ge=1,
    )  # fmt: skip
    length_bands: Annotated[tuple[int, ...], AfterValidator(_ascending), JUDGED] = _field(
        (500, 2_000, 8_000, 32_000), "Bounds of the bands of the dimension `length`; a band begins with its bound",
        unit="characters of the text", source="our choice: a fourfold step from a paragraph to a long report",
    )  # fmt: skip
    compare: _Dimensions = _field(
        ("source", "length", "domain"),
        "Further dimensions by which selection.parquet says what stays; those of `strata` are always there",
        unit="names of dimensions", source="our choice: what a source, a length or a site may lose unseen",
    )  # fmt: skip
    combine: Annotated[Combine | None, JUDGED] = _field(
        None,
        "With several models: a document's score is the mean, the least or the greatest of its ranks by each. "
        "Null: one score alone decides",
        unit="name of a function", source="our choice: off; Nemotron-CC (2024) takes the greatest rank of three models",
    )  # fmt: skip

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Every dimension in use, `strata` first, each once."""
        return tuple(dict.fromkeys((*self.strata, *self.compare)))
