"""Strata: hosts, lengths, fields of metadata, and one name for a combination of them."""

from __future__ import annotations

import json

import polars as pl
import pytest
from pydantic import ValidationError

from filters._selection import SelectionParams
from filters.url_dedup import canonical
from pipelines.plan import Step
from pipelines.selection import dimensions
from tests import toy_quality


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("HTTP://www.Example.org:80/a?b#c", "example.org"),
        ("https://user:secret@shop.example.org/", "shop.example.org"),
        ("https://a@b@www.example.org./x", "example.org"),
        (" https://example.org?next=http://other.example ", "example.org"),
        ("https://bücher.example/", "xn--bcher-kva.example"),
        ("https://ไทย.example", "xn--o3cw4h.example"),
        ("http://[2001:DB8::1]:8080/", "[2001:db8::1]"),
        ("ftp://files.example.org/a", "files.example.org"),
        ("https://wwwhere.example", "wwwhere.example"),
        ("example.org/a", None),
        ("mailto:a@example.org", None),
        ("http:///a", None),
        ("", None),
        (None, None),
    ],
)
def test_hosts(url: str | None, host: str | None) -> None:
    assert dimensions.hosts(pl.Series([url], dtype=pl.String)).to_list() == [host]


def test_hosts_are_those_by_which_addresses_are_compared() -> None:
    urls = ["http://WWW.Example.org/a", "https://例え.テスト/b", "https://example.org:443/", "http://Ünïcode.example"]
    ours = dimensions.hosts(pl.Series(urls)).to_list()
    assert ours == [canonical(url, frozenset()).partition("/")[0] for url in urls]


def described(frame: pl.DataFrame, **params: object) -> tuple[pl.DataFrame, SelectionParams]:
    given = SelectionParams(**params)  # type: ignore[arg-type]
    return frame.hstack(dimensions.described(frame, given.dimensions).get_columns()), given


def test_lengths_are_counted_in_characters() -> None:
    texts = ["", "ก" * 499, "አ" * 500, "日" * 1_999, "ö" * 2_000, "x" * 32_000, None]
    frame, params = described(pl.DataFrame({"text": texts}), compare=["length"])
    names = frame.select(dimensions.name_of("length", params).alias("n"))["n"].to_list()
    assert names == ["0-499", "0-499", "500-1999", "500-1999", "2000-7999", "32000-", None]
    assert frame["text_bytes"].to_list() == [0, 1_497, 1_500, 5_997, 4_000, 32_000, None]
    for bands, wanted in (((), ["0-"] * 6 + [None]), ((500,), ["0-499"] * 2 + ["500-"] * 4 + [None])):
        given = SelectionParams(length_bands=bands)
        assert frame.select(dimensions.name_of("length", given).alias("n"))["n"].to_list() == wanted


def test_fields_of_metadata() -> None:
    rows = [
        {"kind": "poem", "year": 1999, "a.b": ["x", 1], 'q"\\': "odd"},
        {"kind": None, "year": 1.5, "a.b": {"z": True}},
        {"kind": "", "year": "1999", "a.b": False},
        {},
    ]
    metadata = [*(json.dumps(row) for row in rows), None]
    frame = pl.DataFrame({"text": ["x"] * 5, "metadata": metadata})
    names = ["metadata.kind", "metadata.year", "metadata.a.b", 'metadata.q"\\']
    found = dimensions.described(frame, names)
    assert found[dimensions.column("metadata.kind")].to_list() == ["poem", None, "", None, None]
    assert found[dimensions.column("metadata.year")].to_list() == ["1999", "1.5", "1999", None, None]
    assert found[dimensions.column("metadata.a.b")].to_list() == ['["x",1]', '{"z":true}', "false", None, None]
    assert found[dimensions.column('metadata.q"\\')].to_list() == ["odd", None, None, None, None]


def test_a_stratum_is_the_whole_combination() -> None:
    pairs = [("a", "b"), ("a", None), (None, "b"), (None, None), ('a","declared_language":"b', None), ("a", "null")]
    frame = pl.DataFrame(pairs, schema={"source": pl.String, "declared_language": pl.String}, orient="row")
    both = SelectionParams(strata=("source", "declared_language"))
    assert frame.select(dimensions.stratum(both).alias("s"))["s"].n_unique() == len(pairs)
    assert frame.select(dimensions.stratum(SelectionParams()).alias("s"))["s"].unique().to_list() == [""]


def test_what_is_read_and_worked_out() -> None:
    step = Step(toy_quality.STAGE, toy_quality.Params(strata=["metadata.kind", "source"], compare=["domain"]))
    assert dimensions.of([step]) == ("domain", "metadata.kind", "source")
    assert dimensions.reads(dimensions.of([step])) == ["metadata", "text", "url"]
    assert dimensions.reads(["source", "length"]) == ["text"]
    assert dimensions.described(pl.DataFrame({"text": ["x"]}), ["source"]).columns == ["text_bytes"]
    adds = {column.name for column in toy_quality.STAGE.adds}
    assert not adds & {dimensions.column(name) for name in ("domain", "length", "metadata.kind")}


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"strata": ["domian"]}, "unknown dimension 'domian' .did you mean 'domain'.*Valid: declared_language, domain"),
        ({"compare": ["metadata."]}, "unknown dimension 'metadata.'"),
        ({"strata": ["language"]}, "languages are always apart"),
        ({"strata": ["script"]}, "a part of the language"),
        ({"strata": ["source", "length", "source"]}, "source came twice"),
        ({"length_bands": [2_000, 500]}, "each above the one before"),
        ({"length_bands": [0, 500]}, "bounds above 0"),
        ({"fewest": -1}, "greater than or equal to 0"),
        ({"fewest_in_stratum": 0}, "greater than or equal to 1"),
        ({"combine": "median"}, "'mean', 'min' or 'max'"),
    ],
)
def test_wrong_parameters(params: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        SelectionParams.model_validate(params)


def test_parameters_are_judged_and_not_measured() -> None:
    names = {"fewest", "strata", "fewest_in_stratum", "length_bands", "compare", "combine"}
    assert set(SelectionParams.judging()) == names and SelectionParams.thresholds() == ()
    assert set(toy_quality.Params.judging()) == {*names, "share", "min_length"}
    assert toy_quality.Params.thresholds() == ("share", "min_length")
    one, other = toy_quality.Params(), toy_quality.Params(strata=["source"], fewest=3, combine="max", share=0.1)
    assert one.measured() == other.measured() == {} and one.judged() != other.judged()
    for name in names:
        extra = SelectionParams.model_fields[name].json_schema_extra
        assert isinstance(extra, dict) and extra["unit"] and extra["source"]
