"""datatrove's filters inside a recipe: the same verdicts, its reasons, and errors that say what is missing."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from pydantic import ValidationError

from filters.datatrove import STAGE, Params, fingerprint, open_filters, prepare
from schemas.errors import MissingPackage, RecipeError

REGEX = {"name": "RegexFilter", "arguments": {"regex_exp": "lorem"}}


def run(
    filters: list[dict[str, Any]], *texts: str | None, url: str | None = None
) -> list[tuple[int | None, str | None]]:
    params = Params.model_validate({"filters": filters})
    frame = pl.DataFrame(
        {"id": [str(i) for i in range(len(texts))], "text": texts, "language": "eng_Latn", "url": url},
        schema={"id": pl.String, "text": pl.String, "language": pl.String, "url": pl.String},
    )
    return STAGE.measure(frame, params, open_filters(params)).rows()


def test_verdicts_and_reasons_are_those_of_datatrove() -> None:
    fineweb = {"name": "datatrove.pipeline.filters.FineWebQualityFilter"}
    assert run([fineweb], "one\ntwo\nthree\n" * 3) == [(0, "FineWebQualityFilter: line_punct_ratio")]
    lenient = {**fineweb, "arguments": {"line_punct_thr": 0}}
    assert run([lenient], "one\ntwo") == [(0, "FineWebQualityFilter: short_line_ratio")]


def test_a_package_that_is_missed_only_later() -> None:
    class Cutter:
        def filter(self, document: Any) -> bool:
            raise ImportError("Please install `cutter`")

    frame = pl.DataFrame({"id": ["1"], "text": ["a"], "language": ["eng_Latn"], "url": [None]})
    with pytest.raises(MissingPackage, match="Cutter: Please install `cutter`"):
        STAGE.measure(frame, Params(), [("Cutter", Cutter())])


def test_the_first_filter_that_drops_says_why() -> None:
    never = {"name": "RegexFilter", "arguments": {"regex_exp": "ipsum"}}
    assert run([REGEX, never], "lorem ipsum", "ipsum", "ok") == [(0, "RegexFilter"), (0, "RegexFilter"), (1, "")]
    assert run([], "any") == [(1, "")]
    assert run([REGEX], None) == [(None, None)]


class ByUrl:
    """A filter of one's own, which also writes into the text."""

    def filter(self, document: Any) -> bool | tuple[bool, str]:
        document.text = ""
        return (
            (False, "url") if "bad" in document.metadata.get("url", "") else document.metadata["language"] == "eng_Latn"
        )


def test_a_filter_of_ones_own() -> None:
    mine = {"name": f"{__name__}.ByUrl"}
    assert run([mine, REGEX], "lorem") == [(0, "RegexFilter")], "what it wrote into the text reaches nobody"
    assert run([mine], "ok", url="https://bad.example") == [(0, "ByUrl: url")]


def test_what_a_filter_raises_is_not_caught() -> None:
    class Broken:
        def filter(self, document: Any) -> bool:
            raise KeyError("no")

    frame = pl.DataFrame({"id": ["1"], "text": ["a"], "language": ["eng_Latn"], "url": [None]})
    with pytest.raises(KeyError):
        STAGE.measure(frame, Params(), [("Broken", Broken())])


def test_errors_say_how_to_mend_it(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, message in (("GopherQualtyFilter", "did you mean 'GopherQualityFilter'"), ("no_such.Filter", "no_such")):
        with pytest.raises(RecipeError, match=message):
            prepare(Params.model_validate({"filters": [{"name": name}]}), tmp_path)
    with pytest.raises(RecipeError, match="no_such_argument"):
        open_filters(
            Params.model_validate({"filters": [{"name": "RegexFilter", "arguments": {"no_such_argument": 1}}]})
        )
    for name, message in (("C4QualityFilter", "c4_lines"), ("SamplerFilter", "no two runs agree")):
        with pytest.raises(ValidationError, match=message):
            Params.model_validate({"filters": [{"name": name}]})
    from datatrove.pipeline.filters import RegexFilter

    monkeypatch.setattr(RegexFilter, "_requires_dependencies", ["no_such_package_at_all"], raising=False)
    with pytest.raises(MissingPackage, match="no_such_package_at_all"):
        open_filters(Params.model_validate({"filters": [REGEX]}))


def test_the_version_of_datatrove_is_in_the_signature() -> None:
    assert set(fingerprint(Params())) == {"datatrove"}
