"""Language identification: which language a document is in, how sure that is, and what came second.

`cld2` (default) needs no download. Any fastText identifier works by path, or by Hub repository with a pinned
revision. Labels of every model become `iso639-3_Script`; the script is read off the text where a language has several.

Confidence is the model's own for fastText (its probability). CLD2 gives none: here it is the share of the text's bytes
that CLD2 puts into the language, halved where CLD2 itself calls its result unreliable.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from typing import Literal

import polars as pl
import pycld2
from pydantic import Field, field_validator, model_validator

from schemas import languages
from schemas.columns import Column
from schemas.errors import SourceError
from schemas.stage import Measure, Rule, StageParams, Threshold, threshold


class Params(StageParams):
    """Which model, and which languages are wanted."""

    model: Literal["cld2", "fasttext"] = Field("cld2", description="Identifier")
    path: str | None = Field(None, description="fastText model file (.bin or .ftz)")
    hub: str | None = Field(None, description="Hub repository of a fastText model, such as cis-lmu/glotlid")
    hub_file: str = Field("model.bin", description="File in the Hub repository")
    revision: str | None = Field(None, description="Commit of the Hub repository (40 hexadecimal digits)")
    sha256: str | None = Field(None, description="Expected SHA-256 of the model file")
    sample_bytes: int = Field(
        200_000,
        gt=0,
        description="Longer documents are read in three pieces of this total: head, middle, tail",
        json_schema_extra={"unit": "bytes"},
    )
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
        if self.model == "fasttext":
            if (self.path is None) == (self.hub is None):
                raise ValueError("a fasttext model needs either `path` or `hub`")
            if self.hub is not None and not re.fullmatch(r"[0-9a-f]{40}", self.revision or ""):
                raise ValueError(
                    "a model from the Hub needs `revision`, the full commit (40 hexadecimal digits): "
                    "a branch or tag can change under you"
                )
        elif self.path or self.hub:
            raise ValueError("`path` and `hub` go with `model: fasttext`")
        return self


# One row of scores: label, confidence, runner-up, its confidence, share of the main language.
Guess = tuple[str | None, float | None, str | None, float | None, float | None]
Identifier = Callable[[list[str]], Iterable[Guess]]
_NOTHING: Guess = (None, None, None, None, None)


def measure(frame: pl.DataFrame, params: Params, resource: Identifier) -> pl.DataFrame:
    """Identify the language of each text.

    Args:
        frame: with the column `text`.
        resource: what `open_model` returned.

    Returns:
        `language`, `language_confidence`, `language_second`, `language_margin`, `language_share`, `script`.
        An empty text is `und_Zyyy`; a null text, or one that the model cannot read, gives nulls.
    """
    text = frame["text"]
    sampled = _sample(text, params.sample_bytes)
    known = sampled.is_not_null() & (sampled.str.strip_chars() != "")
    where = known.fill_null(False).arg_true()
    guesses: list[Guess] = list(resource(sampled.gather(where).to_list()))
    found = pl.DataFrame(
        guesses,
        schema={"language": pl.String, "language_confidence": pl.Float64, "language_second": pl.String,
                "second": pl.Float64, "language_share": pl.Float64},
        orient="row",
    )  # fmt: skip
    letters = letters_by_script(sampled.gather(where))
    found = found.with_columns(
        where.cast(pl.UInt32).alias("row"), main_script(letters), in_script(found["language"], letters)
    )
    out = frame.select("text").with_row_index("row").join(found, on="row", how="left", maintain_order="left")
    empty = pl.col("text").str.strip_chars() == ""
    return out.select(
        pl.when(empty).then(pl.lit(languages.UNDETERMINED)).otherwise("language").alias("language"),
        pl.when(empty).then(0.0).otherwise("language_confidence").alias("language_confidence"),
        "language_second",
        pl.when(empty)
        .then(0.0)
        .otherwise(pl.col("language_confidence") - pl.col("second").fill_null(0.0))
        .alias("language_margin"),
        pl.when(empty).then(0.0).otherwise("language_share").alias("language_share"),
        "script",
    )


def _sample(text: pl.Series, limit: int) -> pl.Series:
    """Long texts cut to three pieces, on character borders; a piece is a third of the limit in bytes, about."""
    if (text.str.len_bytes() <= limit).fill_null(True).all():
        return text
    third = limit // 3
    chars = pl.col("text").str.len_chars()
    take = (third * chars / pl.col("text").str.len_bytes()).cast(pl.Int64)
    middle = (chars // 2 - take // 2).cast(pl.Int64)
    pieces = (pl.col("text").str.head(take), pl.col("text").str.slice(middle, take), pl.col("text").str.tail(take))
    long = pl.col("text").str.len_bytes() > limit
    frame = pl.DataFrame({"text": text})
    return frame.select(pl.when(long).then(pl.concat_str(pieces, separator="\n")).otherwise("text").alias("text"))[
        "text"
    ]


# ISO 15924 code of each script that a living written language commonly uses, by its Unicode name.
_SCRIPTS = {
    "Latn": "Latin", "Cyrl": "Cyrillic", "Arab": "Arabic", "Deva": "Devanagari", "Grek": "Greek", "Hebr": "Hebrew",
    "Thai": "Thai", "Hani": "Han", "Hang": "Hangul", "Kana": "Hiragana|Katakana", "Ethi": "Ethiopic", "Beng": "Bengali",
    "Taml": "Tamil", "Telu": "Telugu", "Knda": "Kannada", "Mlym": "Malayalam", "Gujr": "Gujarati", "Guru": "Gurmukhi",
    "Orya": "Oriya", "Sinh": "Sinhala", "Khmr": "Khmer", "Laoo": "Lao", "Mymr": "Myanmar", "Tibt": "Tibetan",
    "Geor": "Georgian", "Armn": "Armenian", "Thaa": "Thaana", "Syrc": "Syriac", "Cher": "Cherokee",
    "Cans": "Canadian_Aboriginal",
    "Mong": "Mongolian", "Olck": "Ol_Chiki", "Nkoo": "Nko", "Tfng": "Tifinagh", "Vaii": "Vai", "Java": "Javanese",
}  # fmt: skip


def letters_by_script(text: pl.Series) -> pl.DataFrame:
    """Letters of the first 1,000 characters of each text, one column for each script in ISO 15924 codes."""
    head = pl.DataFrame({"text": text.str.head(1_000)})
    counts = head.select(
        pl.col("text")
        .str.count_matches("|".join(rf"\p{{{one}}}" for one in name.split("|")))
        .cast(pl.Int64)
        .alias(code)
        for code, name in _SCRIPTS.items()
    )
    # A Japanese text may hold more Han than kana; any real share of kana tells.
    japanese = pl.col("Kana") * 10 > pl.col("Hani")
    return counts.with_columns(
        pl.when(japanese).then(pl.col("Kana") + pl.col("Hani")).otherwise("Kana").alias("Kana"),
        pl.when(japanese).then(0).otherwise("Hani").alias("Hani"),
    )


def main_script(letters: pl.DataFrame) -> pl.Series:
    """The script of most letters (a column name of `letters`); null without letters."""
    best = pl.max_horizontal(letters.columns)
    first = pl.coalesce(pl.when((pl.col(c) == best) & (best > 0)).then(pl.lit(c)) for c in letters.columns)
    return letters.select(first.alias("script"))["script"]


# Labels carry Jpan, Hang, Hans and Hant; single characters are Kana, Hangul or Han.
_WRITTEN_WITH = {"Jpan": "Kana", "Hans": "Hani", "Hant": "Hani"}


def in_script(language: pl.Series, letters: pl.DataFrame) -> pl.Series:
    """The labels with the script that the text is written in.

    A model says "Serbian"; the text says in which script. The script of the label stays while at least a tenth of
    the letters are in it, so that a page half in English keeps the script of its own language.
    """
    main = main_script(letters)
    total = letters.select(pl.sum_horizontal(letters.columns)).to_series()
    labels = [
        _relabel(one, script, one is None or row[_COLUMN[_WRITTEN_WITH.get(one[4:], one[4:])]] * 10 >= n)
        if one is None or _WRITTEN_WITH.get(one[4:], one[4:]) in _COLUMN
        else one
        for one, script, row, n in zip(language, main, letters.iter_rows(), total, strict=True)
    ]
    return pl.Series(language.name, labels, dtype=pl.String)


_COLUMN = {code: index for index, code in enumerate(_SCRIPTS)}


# Languages that are written in several scripts today (CLDR, Ethnologue). Elsewhere the script of the text says no
# more than that the page holds code, names or a table: a Japanese manual full of commands is still Japanese.
_SEVERAL_SCRIPTS = {
    "srp": "Cyrl Latn", "hrv": "Latn Cyrl", "bos": "Latn Cyrl", "cnr": "Latn Cyrl", "mkd": "Cyrl Latn",
    "azj": "Latn Cyrl Arab", "uzn": "Latn Cyrl Arab", "kaz": "Cyrl Latn Arab", "kir": "Cyrl Latn Arab",
    "tat": "Cyrl Latn Arab", "tuk": "Latn Cyrl Arab", "tgk": "Cyrl Latn Arab", "uig": "Arab Latn Cyrl",
    "kmr": "Latn Arab Cyrl", "ckb": "Arab Latn", "khk": "Cyrl Mong", "pan": "Guru Arab", "snd": "Arab Deva",
    "kas": "Arab Deva", "hin": "Deva Latn", "urd": "Arab Latn", "ben": "Beng Latn", "sat": "Olck Deva Latn Beng",
    "mni": "Beng Mtei", "zsm": "Latn Arab", "hau": "Latn Arab", "ful": "Latn Arab", "wol": "Latn Arab",
    "kab": "Latn Tfng", "zgh": "Tfng Latn", "ber": "Latn Tfng Arab", "jav": "Latn Java", "ron": "Latn Cyrl",
    "aii": "Syrc Latn", "iku": "Cans Latn", "chr": "Cher Latn", "bam": "Latn Nkoo", "lad": "Latn Hebr",
    "ydd": "Hebr Latn",
}  # fmt: skip


@lru_cache(maxsize=65_536)
def _relabel(language: str | None, script: str | None, as_expected: bool) -> str | None:
    if language is None or language == languages.UNDETERMINED:
        return language
    if as_expected or script not in _SEVERAL_SCRIPTS.get(language[:3], "").split():
        return language
    return languages.with_script(language, script)


def _cld2(texts: list[str]) -> Iterable[Guess]:
    for text in texts:
        try:
            reliable, _, top = pycld2.detect(text, bestEffort=False)
            if top[0][1] == "un":
                reliable, _, top = pycld2.detect(text, bestEffort=True)
        except pycld2.error:  # it refuses some rare code points; judge then says `unmeasured`
            yield _NOTHING
            continue
        share = top[0][2] / 100
        first = _cld2_label(top[0][1])
        second = _cld2_label(top[1][1])
        yield (
            first or languages.UNDETERMINED,
            0.0 if first is None else share if reliable else share / 2,  # nobody is sure of no language
            second,
            top[1][2] / 100 if second else 0.0,
            share,
        )


@lru_cache(maxsize=1_024)
def _cld2_label(code: str) -> str | None:
    """The label of a CLD2 code; null for its `un` and for pseudo-codes that name a bare script (`xx-Copt`)."""
    if code == "un":
        return None
    try:
        return languages.label(code)
    except ValueError:
        return None


@lru_cache(maxsize=65_536)
def _fasttext_label(given: str) -> str:
    """`__label__fra_Latn`, `__label__fr` and the like as a label; undetermined for a code that nobody knows."""
    code = given.removeprefix("__label__")
    try:
        return languages.label(code)
    except ValueError:
        return languages.UNDETERMINED


class _FastText:
    """A fastText identifier over lists of texts."""

    def __init__(self, path: str) -> None:
        import fasttext

        self._model = fasttext.load_model(path)

    def __call__(self, texts: list[str]) -> Iterable[Guess]:
        if not texts:
            return
        labels, scores = self._model.predict([t.replace("\n", " ") for t in texts], k=2)
        for text, names, values in zip(texts, labels, scores, strict=True):
            if len(names) == 0:
                yield _NOTHING
                continue
            first = _fasttext_label(names[0])
            second, margin = (_fasttext_label(names[1]), float(values[1])) if len(names) > 1 else (None, 0.0)
            yield first, min(float(values[0]), 1.0), second, margin, self._share(text, first)

    def _share(self, text: str, language: str) -> float:
        """Share of the text, by length, on lines that the model puts into the language of the whole."""
        lines = [line for line in text.split("\n") if len(line) >= _LONG_ENOUGH]
        if len(lines) < 2:
            return 1.0
        labels, _ = self._model.predict(lines, k=1)
        agreeing = sum(
            len(line)
            for line, names in zip(lines, labels, strict=True)
            if len(names) and _fasttext_label(names[0]) == language
        )
        return agreeing / sum(map(len, lines))


_LONG_ENOUGH = 20  # characters; on shorter lines a fastText identifier is mostly guessing


def open_model(params: Params) -> Identifier:
    """Load the identifier; a Hub model is fetched at its pinned revision."""
    if params.model == "cld2":
        return _cld2
    return _FastText(_model_file(params))


def _model_file(params: Params) -> str:
    if params.path is not None:
        if not Path(params.path).is_file():
            raise SourceError(
                f"stages.language.path: {params.path} is not a file. Give the path of a fastText .bin or .ftz"
            )
        return params.path
    from huggingface_hub import hf_hub_download

    assert params.hub is not None
    return str(hf_hub_download(params.hub, params.hub_file, revision=params.revision))


def fingerprint(params: Params) -> dict[str, str]:
    """What identifies the model: version for cld2, SHA-256 of the file for fastText."""
    if params.model == "cld2":
        return {"cld2": str(pycld2.VERSION)}
    file = _model_file(params)
    with open(file, "rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
    if params.sha256 is not None and digest != params.sha256:
        raise SourceError(
            f"stages.language: the model file has SHA-256 {digest}, but the recipe asks for {params.sha256}. "
            "Download it again, or mend `sha256`."
        )
    return {params.hub or Path(file).name: digest}


STAGE: Measure = Measure(
    name="language",
    version=1,
    summary="Identifies the language and script of each document, with confidence and runner-up",
    params=Params,
    reads=("text",),
    adds=(
        Column("language", pl.String, "Language of the text, as iso639-3_Script"),
        Column("language_confidence", pl.Float64, "Confidence of the identifier, 0 to 1"),
        Column("language_second", pl.String, "Runner-up"),
        Column("language_margin", pl.Float64, "Confidence less that of the runner-up"),
        Column("language_share", pl.Float64, "Share of the text in its main language, 0 to 1"),
        Column("script", pl.String, "Script of most letters, ISO 15924"),
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
