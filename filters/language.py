"""Language identification: which language a document is in, how sure that is, and what came second.

`cld2` (default) needs no download. Any fastText identifier works by path, or by Hub repository with a pinned
revision; `heliport` is an optional extra; an `ensemble` lets several vote. Labels of every model become
`iso639-3_Script`; the script is read off the text where a language has several. `docs/languages.md` says what each
model's confidence means and how well each does.
"""

from __future__ import annotations

import re
from typing import Literal

import numpy as np
import polars as pl
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from filters._identifiers import answer, files, sampling, scripts
from filters._identifiers.answer import Identifier
from filters._identifiers.cld2 import Cld2
from filters._identifiers.ensemble import Agree, Ensemble, Otherwise
from filters._identifiers.fasttext import FastText
from filters._identifiers.heliport import Heliport
from schemas import languages
from schemas.columns import Column
from schemas.stage import Measure, Rule, StageParams, Threshold, threshold


class _File(BaseModel):
    """Where a fastText model comes from."""

    path: str | None = Field(
        None, description="fastText model file (.bin or .ftz), or a folder made by `glotmill train-lid`"
    )
    hub: str | None = Field(None, description="Hub repository of a fastText model, such as cis-lmu/glotlid")
    hub_file: str = Field("model.bin", description="File in the Hub repository")
    revision: str | None = Field(None, description="Commit of the Hub repository (40 hexadecimal digits)")
    sha256: str | None = Field(None, description="Expected SHA-256 of the model file")

    def check_file(self, model: str) -> None:
        """Raise ValueError where the fields do not fit the model."""
        if model != "fasttext":
            if self.path or self.hub:
                raise ValueError("`path` and `hub` go with `model: fasttext`")
            return
        if (self.path is None) == (self.hub is None):
            raise ValueError("a fasttext model needs either `path` or `hub`")
        if self.hub is not None and not re.fullmatch(r"[0-9a-f]{40}", self.revision or ""):
            raise ValueError(
                "a model from the Hub needs `revision`, the full commit (40 hexadecimal digits): "
                "a branch or tag can change under you"
            )

    def file(self) -> str:
        """The model file on this machine."""
        return files.find(self.path, self.hub, self.hub_file, self.revision)


class Member(_File):
    """A model of an ensemble."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: Literal["cld2", "fasttext", "heliport"] = Field(description="Identifier")
    weight: float = Field(1.0, gt=0, description="Weight of its vote")

    @model_validator(mode="after")
    def _one_model(self) -> Member:
        self.check_file(self.model)
        return self


class Params(_File, StageParams):
    """Which model, and which languages are wanted."""

    model: Literal["cld2", "fasttext", "heliport", "ensemble"] = Field("cld2", description="Identifier")
    members: list[Member] = Field(
        default_factory=list, description="Models of an ensemble, the most trusted first, each with `model` and its own"
    )
    agree: Agree = Field(
        "majority",
        description="How many of the members that know a language must agree on it: a number, majority (more than half "
        "of their weight), all, or any",
    )
    otherwise: Otherwise = Field(
        "lower",
        description="Where too few agree: lower (the winner, its confidence times the share that agrees), first (what "
        "the first member says), most_confident, or und (undetermined)",
    )
    undetermined_below: float = Field(
        0.0,
        ge=0,
        le=1,
        description="Below this confidence the language is undetermined, and the label stands as the runner-up; cld2 "
        "and heliport already do so where the text does not fit the language",
        json_schema_extra={"unit": "0 to 1"},
    )
    sample_bytes: int = Field(
        16_000,
        gt=0,
        description="Longer documents are read in several pieces of this total, spread evenly, head and tail included",
        json_schema_extra={"unit": "bytes"},
    )
    sample_pieces: int = Field(8, gt=1, description="How many pieces")
    wanted: list[str] | None = Field(None, description="Languages that stay; null for all")
    min_confidence: Threshold = threshold(
        0.5, "Confidence that the language needs", unit="0 to 1", source="our choice; FineWeb2 clips its own to 0.3-0.9"
    )
    min_share: Threshold = threshold(
        0.7, "Share of the text that must be in its main language", unit="0 to 1", source="our choice"
    )

    @field_validator("wanted")
    @classmethod
    def _labels(cls, value: list[str] | None) -> list[str] | None:
        return None if value is None else sorted({languages.label(code) for code in value})

    @model_validator(mode="after")
    def _one_model(self) -> Params:
        self.check_file(self.model)
        if self.model != "ensemble" and self.members:
            raise ValueError("`members` goes with `model: ensemble`")
        if self.model == "ensemble" and len(self.members) < 2:
            raise ValueError(f"an ensemble needs two `members` at least, but {len(self.members)} came")
        if isinstance(self.agree, int) and not 1 <= self.agree <= max(len(self.members), 1):
            raise ValueError(f"`agree` is {self.agree}, but there are {len(self.members)} members")
        return self


def measure(frame: pl.DataFrame, params: Params, resource: Identifier) -> pl.DataFrame:
    """Identify the language of each text.

    Args:
        frame: with `text`, and `declared_language` where a source declares one.
        resource: what `open_model` returned.

    Returns:
        The columns in `STAGE.adds`. An empty text is `und_Zyyy`; a null text, or one that the model cannot read, gives
        nulls.
    """
    sampled = sampling.sample(frame["text"], params.sample_bytes, params.sample_pieces)
    empty = (sampled.str.strip_chars() == "").fill_null(False)
    where = (sampled.is_not_null() & ~empty).arg_true()
    read = sampled.gather(where)
    found = answer.unsure(resource(read.to_list()), params.undetermined_below)
    counts = scripts.count(read)
    found = found.with_columns(
        scripts.in_script(found["language"], counts),
        scripts.in_script(found["second"], counts),
        scripts.main(counts),
        scripts.shares(counts),
    )
    # Each row takes its answer, or that of an empty or of a null text, which follow the answers.
    number = np.full(frame.height, found.height + 1, np.int64)
    number[empty.to_numpy()] = found.height
    number[where.to_numpy()] = np.arange(found.height)
    rows = pl.concat([found, _OTHERS])[number]
    known = pl.col("language") != languages.UNDETERMINED
    declared = pl.lit(None, pl.String)
    if "declared_language" in frame.columns:
        declared = pl.lit(frame["declared_language"].rechunk())
    return rows.select(
        "language",
        pl.col("confidence").alias("language_confidence"),
        pl.col("second").alias("language_second"),
        (pl.col("confidence") - pl.col("second_confidence").fill_null(0.0)).alias("language_margin"),
        pl.col("share").alias("language_share"),
        "script",
        "scripts",
        pl.when(known).then(pl.col("language").str.head(3) == declared.str.head(3)).alias("language_as_declared"),
    )


# What is said of an empty text, and of a null text.
_OTHERS = pl.DataFrame(
    {
        "language": [languages.UNDETERMINED, None],
        "confidence": [0.0, None],
        "second": [None, None],
        "second_confidence": [0.0, None],
        "share": [0.0, None],
        "script": [None, None],
        "scripts": [[], None],
    },
    schema={**answer.SCHEMA, "script": pl.String, "scripts": scripts.SHARES},
)


def open_model(params: Params) -> Identifier:
    """Load the identifier; a Hub model is fetched at its pinned revision.

    Raises:
        SourceError: a model file is missing or is no identifier.
        MissingPackage: an extra is not installed.
    """
    if params.model == "ensemble":
        members = [_open(member, member.model) for member in params.members]
        return Ensemble(members, [member.weight for member in params.members], params.agree, params.otherwise)
    return _open(params, params.model)


def _open(given: _File, model: str) -> Identifier:
    match model:
        case "cld2":
            return Cld2()
        case "heliport":
            return Heliport()
        case _:
            return FastText(given.file())


def fingerprint(params: Params) -> dict[str, str]:
    """What identifies each model: its version, or the SHA-256 of the file for fastText."""
    if params.model != "ensemble":
        return dict([_digest(params, params.model)])
    named = [_digest(member, member.model) for member in params.members]
    return {f"{number} {name}": digest for number, (name, digest) in enumerate(named, start=1)}


def _digest(given: _File, model: str) -> tuple[str, str]:
    match model:
        case "cld2":
            return "cld2", Cld2.version
        case "heliport":
            return "heliport", Heliport.version()
        case _:
            file = given.file()
            return given.hub or file.replace("\\", "/").rpartition("/")[2], files.digest(file, given.sha256)


STAGE: Measure = Measure(
    name="language",
    version=2,
    summary="Identifies the language and script of each document, with confidence and runner-up",
    params=Params,
    reads=("text", "declared_language"),
    adds=(
        Column("language", pl.String, "Language of the text, as iso639-3_Script"),
        Column("language_confidence", pl.Float64, "Confidence of the identifier, 0 to 1"),
        Column("language_second", pl.String, "Runner-up; where the language is undetermined, what it would have been"),
        Column("language_margin", pl.Float64, "Confidence less that of the runner-up"),
        Column("language_share", pl.Float64, "Share of the text, by line, that is in its language, 0 to 1"),
        Column("script", pl.String, "Script of most letters, ISO 15924; Kana for Japanese"),
        Column("scripts", scripts.SHARES, "Share of the letters in each script that occurs, the largest first"),
        Column(
            "language_as_declared",
            pl.Boolean,
            "Whether the language (not the script) is the declared one; null where one of them is not known",
        ),
    ),
    open=open_model,
    fingerprint=fingerprint,
    measure=measure,
    rules=(
        Rule("language_uncertain", "language_confidence", "min_confidence", "at_least",
             "The identifier is not sure of the language, so no language's thresholds can be trusted"),
        Rule("mixed_languages", "language_share", "min_share", "at_least",
             "A large part of the text is in another language"),
        Rule("language_not_wanted", "language", "wanted", "among", "The recipe does not ask for this language"),
    ),
)  # fmt: skip
