"""The contract that every stage keeps. A new stage is tested by being there: nothing here names one."""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_args

import polars as pl
import pytest
import yaml
from polars.testing import assert_frame_equal
from pydantic import ValidationError
from stories import STORIES

import pipelines
from filters import _segments
from filters._selection import SelectionParams
from pipelines import catalogue
from pipelines.readers.contract import READ
from schemas.columns import DERIVED, DOCUMENT, SHARED, VERDICT, Column, conform, polars_schema
from schemas.stage import KEYS, Derive, Edit, Group, Keep, Measure, Stage, StageParams

ALL = catalogue.stages()
FRAME_STAGES = [name for name, stage in ALL.items() if isinstance(stage, (Edit, Measure))]
GROUP_STAGES = [name for name, stage in ALL.items() if isinstance(stage, Group)]
ROW_STAGES = FRAME_STAGES + GROUP_STAGES

ODD: dict[str, str | None] = {
    "null": None,
    "empty": "",
    "blank": " \n\t ",
    "emoji": "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 7️⃣ 🇪🇹",
    "NUL": "before\x00after",
    "lone combining marks": "\u0301\u0302\u0483 \u064b \u093e \u0e31",
    "right-to-left marks": "\u200f\u200eשלום\u200f abc \u202eoverride\u202c",
    "noncharacters": "\ufffe \uffff \U0010ffff \ufdd0",
    "private use and unassigned": "\ue000 \U000e0080 \U000f0000",
    "replacement": "\ufffd" * 20,
    "digits": "1 22 ٣٣ ४४ ๕๕ 666",
    "punctuation": "... !!! --- ### *** …… 。。。",
    "line ends": "a\r\nb\rc\u2028d\u2029e\x85f\x0bg\x0ch",
    "mojibake": "cafÃ© dÃ©jÃ  vu",
    "addresses": "kim@example.org 203.0.113.9 version 1.2.3.400",
    "repeated": "again and again\n" * 30,
    "one character": "字",
    "scripts in one": "Ab Яб Ωα אב اب कख กข あア 漢字 한글 ሀለ",
    "long word": "ab" * 5_000,
    "one megabyte in a line": "quick brown fox " * 65_536,
    "one megabyte of Thai": "แมวนอน" * 60_000,
}


@cache
def corpus() -> pl.DataFrame:
    """Texts in every script and what is odd, with the columns that a reader hands over."""
    rows = {name: text for name, (_, text) in STORIES.items()} | ODD
    frame = pl.DataFrame({"id": list(rows), "text": pl.Series(list(rows.values()), dtype=pl.String)})
    frame = conform(frame.with_row_index("position", offset=1), READ)
    declared = [label for label, _ in STORIES.values()] + [None] * len(ODD)
    frame = frame.with_columns(pl.Series("declared_language", declared, dtype=pl.String))
    # Every other row has an address.
    url = pl.when(pl.col("position") % 2 == 0).then(pl.format("https://example.org/{}", "position")).alias("url")
    return frame.with_columns(url, pl.lit("source").alias("source"), pl.lit("file").alias("file"))


def recipes() -> Iterator[dict[str, Any]]:
    for file in sorted((Path(pipelines.__path__[0]) / "recipes").glob("*.yaml")):
        yield yaml.safe_load(file.read_text(encoding="utf-8"))


def params_of(stage: Stage) -> StageParams:
    """What the stage ships; where a parameter is required, what a recipe that ships says."""
    try:
        return stage.params()
    except ValidationError:
        for recipe in recipes():
            if stage.name in recipe["stages"]:
                return stage.params.model_validate(recipe["stages"][stage.name] or {})
    raise AssertionError(f"{stage.name} needs parameters, and no recipe in pipelines/recipes shows how to give them")


class Opened:
    """A stage with its parameters and its resource, ready to be run."""

    def __init__(self, name: str, folder: Path) -> None:
        self.stage: Any = ALL[name]
        self.params = self.stage.prepare(params_of(self.stage), folder)
        self.resource = self.stage.open(self.params)
        if isinstance(self.stage, Edit) and self.stage.counted is not None:  # let every other key be common
            self.resource = self.stage.counted.keys(corpus(), self.params)["key"].unique().sort()[::2].to_numpy()

    def run(self, frame: pl.DataFrame) -> pl.DataFrame:
        match self.stage:
            case Edit():
                return self.stage.edit(frame, self.params, self.resource)
            case Measure():
                return self.stage.measure(frame, self.params, self.resource)
            case _:
                return self.stage.key(frame, self.params, self.resource)

    def read(self, frame: pl.DataFrame) -> pl.DataFrame:
        """A frame with the columns that the stage reads (and no others that it might use without saying so)."""
        return frame.select(*dict.fromkeys(["id", "text", *self.stage.reads]))


@pytest.fixture(scope="session")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("models")
    return cache(lambda name: Opened(name, folder))


@pytest.fixture(scope="session")
def whole(opened: Any) -> pl.DataFrame:
    """The corpus with every column that any stage reads."""
    frame = _segments.add(corpus(), [c.name for c in SHARED])
    wanted = {name for stage in ALL.values() for name in stage.reads}
    adders = {c.name: name for name in FRAME_STAGES for c in ALL[name].adds if isinstance(ALL[name], Measure)}
    while missing := wanted - set(frame.columns):
        ready = [adders[m] for m in sorted(missing) if m in adders and set(ALL[adders[m]].reads) <= set(frame.columns)]
        assert ready, f"no Measure stage adds {missing}, or they wait for each other"
        one = opened(ready[0])
        frame = frame.with_columns(one.run(one.read(frame)).get_columns())
    return frame


@pytest.fixture(scope="session")
def results(opened: Any, whole: pl.DataFrame) -> Any:
    """Stage -> what it makes of the whole corpus, once."""
    return cache(lambda name: opened(name).run(opened(name).read(whole)))


# --- what a stage says about itself ---------------------------------------------------------------------------------


def test_there_are_stages_of_every_kind() -> None:
    assert {catalogue.kind(stage) for stage in ALL.values()} == {"Edit", "Measure", "Group", "Derive"}


@pytest.mark.parametrize("name", ALL)
def test_name_and_summary(name: str) -> None:
    stage = ALL[name]
    assert stage.name == name and name.isidentifier() and name == name.lower()
    assert stage.version >= 1
    assert len(stage.summary) > 20 and "\n" not in stage.summary and "|" not in stage.summary
    assert stage.params.__module__.rpartition(".")[2] == name or isinstance(stage, Derive), "one module, one stage"


@pytest.mark.parametrize("name", ALL)
def test_parameters_are_described(name: str) -> None:
    model = ALL[name].params
    assert issubclass(model, StageParams)
    for field, info in model.model_fields.items():
        assert info.description and len(info.description) > 2, f"{name}.{field} has no description"
    for field in model.judging():
        extra = model.model_fields[field].json_schema_extra
        assert isinstance(extra, dict) and extra.get("unit") and extra.get("source"), f"{name}.{field}: unit, source"


@pytest.mark.parametrize("name", ALL)
def test_an_unknown_parameter_is_refused(name: str) -> None:
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        ALL[name].params.model_validate({"no_such_parameter": 1})


@pytest.mark.parametrize("name", ALL)
def test_columns_are_described_and_nobody_elses(name: str) -> None:
    taken = (
        {c.name for c in (*DOCUMENT, *VERDICT, *READ)} | {c.name for c in SHARED} | {"row", "node", "group", "index"}
    )
    for column in ALL[name].adds:
        assert isinstance(column, Column) and len(column.description) > 3
        assert column.name not in taken


@pytest.mark.parametrize("name", ALL)
def test_rules_fit_scores_and_parameters(name: str) -> None:
    stage: Any = ALL[name]
    for rule in getattr(stage, "rules", ()):
        assert rule.keep in get_args(Keep)
        assert rule.threshold in stage.params.model_fields
        if rule.keep != "among":
            assert rule.threshold in stage.params.thresholds(), f"{rule.threshold} is no Threshold"
        assert len(rule.why) > 5
        if isinstance(stage, Measure):
            dtype = {column.name: column.dtype for column in stage.adds}[rule.score]
            assert dtype.is_numeric() or (rule.keep == "among" and dtype == pl.String)
        if rule.keep == "top_share":
            assert issubclass(stage.params, SelectionParams), "it says how the share is taken"
        if isinstance(stage, Derive):
            assert rule.applies in (None, f"{rule.score}.applies"), "derived rows have the score, or have not"
        elif rule.applies is not None:
            assert {column.name: column.dtype for column in stage.adds}[rule.applies] == pl.Boolean
        if rule.parts is not None:
            assert {column.name: column.dtype for column in stage.adds}[rule.parts] == pl.List(pl.Float64)
    for threshold in stage.params.thresholds():
        assert threshold in {rule.threshold for rule in stage.rules}, f"no rule reads {threshold}"


def test_reasons_are_unique_over_the_stages_that_judge_documents() -> None:
    counts = Counter(
        reason for stage in ALL.values() if not isinstance(stage, Derive) for reason in catalogue.reasons_of(stage)
    )
    assert counts and max(counts.values()) == 1, counts.most_common(3)
    assert catalogue.UNMEASURED not in counts
    for stage in ALL.values():
        reasons = [*(rule.reason for rule in getattr(stage, "rules", ())), *getattr(stage, "failures", ())]
        assert len(reasons) == len(set(reasons))
        assert all(reason.isidentifier() and reason == reason.lower() for reason in reasons)


@pytest.mark.parametrize("name", ALL)
def test_stage_and_parameters_can_be_pickled(name: str) -> None:
    stage = ALL[name]
    again = pickle.loads(pickle.dumps(stage))
    assert again == stage and again.params is stage.params
    params = params_of(stage)
    assert pickle.loads(pickle.dumps(params)) == params


@pytest.mark.parametrize("name", ALL)
def test_parameters_survive_json_and_make_a_stable_signature(name: str) -> None:
    params = params_of(ALL[name])
    again = type(params).model_validate(params.model_dump(mode="json"))
    assert again.measured() == params.measured() and again.judged() == params.judged()
    assert not set(params.measured()) & set(params.judged())
    assert set(params.measured()) | set(params.judged()) == set(type(params).model_fields)


@pytest.mark.parametrize("name", ALL)
def test_the_documentation_names_it(name: str) -> None:
    pages = {file.parent.name: text for file, text in catalogue.readmes().items()}
    package = ALL[name].params.__module__.partition(".")[0]
    assert f"| `{name}` {ALL[name].version} |" in pages[package]
    assert sum(f"| `{name}` " in page for page in pages.values()) == 1


def test_the_readmes_are_current() -> None:
    for file, text in catalogue.readmes().items():
        assert file.read_text(encoding="utf-8") == text, f"{file}: run `python -m pipelines.catalogue`"


# --- what Derive stages say (what they do needs a model, and is tested in tests/translators) -------------------------


@pytest.mark.parametrize("name", [n for n, s in ALL.items() if isinstance(s, Derive)])
def test_derive_stages(name: str) -> None:
    stage: Any = ALL[name]
    params = params_of(stage)
    assert stage.of(params) == "source" or isinstance(ALL.get(stage.of(params)), Derive)
    assert callable(stage.derive) and stage.failures
    document = {column.name for column in (*DOCUMENT, *DERIVED)} | {c.name for s in ALL.values() for c in s.adds}
    assert set(stage.reads) <= document
    assert not stage.adds, "derived rows have the columns DERIVED"


# --- what frame and group stages do ---------------------------------------------------------------------------------


def declared(name: str) -> pl.Schema:
    stage = ALL[name]
    match stage:
        case Edit():
            return pl.Schema({"text": pl.String, **polars_schema(stage.adds)})
        case Measure():
            return polars_schema(stage.adds)
        case _:
            return polars_schema(KEYS)


@pytest.mark.parametrize("name", ROW_STAGES)
def test_declared_columns_with_declared_types_and_the_same_height(name: str, results: Any) -> None:
    out = results(name)
    assert dict(out.schema) == dict(declared(name))
    if name in FRAME_STAGES:
        assert out.height == corpus().height
    else:
        assert out.height and out["row"].max() < corpus().height
        assert out["row"].null_count() == out["key"].null_count() == 0
        assert out["key"].bin.size().unique().to_list() == [16]


@pytest.mark.parametrize("name", ROW_STAGES)
def test_the_input_is_untouched(name: str, opened: Any, whole: pl.DataFrame) -> None:
    one = opened(name)
    frame = one.read(whole)
    before = pickle.dumps(frame.to_dict(as_series=False))
    one.run(frame)
    assert pickle.dumps(frame.to_dict(as_series=False)) == before


@pytest.mark.parametrize("name", ROW_STAGES)
def test_the_empty_frame(name: str, opened: Any, whole: pl.DataFrame) -> None:
    out = opened(name).run(opened(name).read(whole).clear())
    assert out.height == 0 and dict(out.schema) == dict(declared(name))


@pytest.mark.parametrize("name", ROW_STAGES)
def test_a_frame_of_null_texts(name: str, opened: Any, whole: pl.DataFrame) -> None:
    rows = opened(name).read(whole.filter(pl.col("id") == "null"))
    frame = pl.concat([rows, rows, rows])
    assert frame["text"].null_count() == 3
    out = opened(name).run(frame)
    if name in FRAME_STAGES:
        assert out.height == 3 and out.null_count().row(0) == (3,) * out.width, "nothing can be said of no text"
    else:
        assert out.height == 0, "no text is nobody's duplicate"


@pytest.mark.parametrize("name", ROW_STAGES)
def test_numbers_are_finite_or_null(name: str, results: Any) -> None:
    for column in results(name).get_columns():
        if column.dtype.is_float():
            assert column.is_finite().all(ignore_nulls=True), column.name
        if name in FRAME_STAGES and column.name != "text":
            of_stories = column.head(corpus().height - len(ODD))
            assert column.name == "language_second" or not of_stories.is_null().all(), f"{column.name}: no story has it"


@pytest.mark.parametrize("name", [n for n in ROW_STAGES if isinstance(ALL[n], Edit)])
def test_an_edit_gives_null_for_null_alone(name: str, results: Any) -> None:
    assert results(name)["text"].is_null().to_list() == corpus()["text"].is_null().to_list()


def comparable(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.sort(frame.columns) if frame.columns == ["row", "key"] else frame


@pytest.mark.parametrize("name", ROW_STAGES)
def test_again_gives_the_same(name: str, opened: Any, whole: pl.DataFrame, results: Any) -> None:
    frame = opened(name).read(whole)
    assert_frame_equal(opened(name).run(frame), results(name), check_exact=True)


@pytest.mark.parametrize("name", ROW_STAGES)
@pytest.mark.parametrize("size", [1, 20])
def test_the_size_of_a_frame_does_not_matter(
    name: str, size: int, opened: Any, whole: pl.DataFrame, results: Any
) -> None:
    frame = opened(name).read(whole)
    parts = []
    for start in range(0, frame.height, size):
        out = opened(name).run(frame.slice(start, size))
        parts.append(out if name in FRAME_STAGES else out.with_columns(pl.col("row") + pl.lit(start, pl.UInt32)))
    assert_frame_equal(comparable(pl.concat(parts)), comparable(results(name)), check_exact=True)


@pytest.mark.parametrize("name", ROW_STAGES)
def test_the_order_of_rows_does_not_matter(name: str, opened: Any, whole: pl.DataFrame, results: Any) -> None:
    n = whole.height
    back = opened(name).run(opened(name).read(whole).reverse())
    if name in FRAME_STAGES:
        assert_frame_equal(back.reverse(), results(name), check_exact=True)
    else:
        there = back.with_columns((pl.lit(n - 1) - pl.col("row").cast(pl.Int64)).cast(pl.UInt32).alias("row"))
        assert_frame_equal(comparable(there), comparable(results(name)), check_exact=True)


@pytest.mark.parametrize("name", [n for n in ALL if not isinstance(ALL[n], Derive)])
def test_the_fingerprint_is_made_of_strings_and_stays(name: str, opened: Any) -> None:
    stage = ALL[name]
    first = dict(stage.fingerprint(params_of(stage)))
    assert all(isinstance(k, str) and isinstance(v, str) and v for k, v in first.items())
    assert dict(stage.fingerprint(params_of(stage))) == first
    assert dict(stage.fingerprint(opened(name).params)) == first, "prepare must not change the signature"


# --- Group stages: who stays ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", GROUP_STAGES)
def test_copies_share_a_key_and_different_stories_do_not(name: str, opened: Any) -> None:
    stories = [text for _, text in STORIES.values()]
    text = pl.Series("text", stories + stories, dtype=pl.String)
    urls = [f"https://example.org/{number}" for number in range(len(stories))]
    frame = pl.DataFrame(
        {"id": [str(i) for i in range(len(text))], "text": text, "words": _segments.cut_words(text), "url": urls + urls}
    )
    keys = opened(name).run(opened(name).read(frame))
    n = len(stories)
    sharing = {tuple(sorted(rows)) for rows in keys.group_by("key").agg("row")["row"].to_list()}
    assert sharing == {(i, n + i) for i in range(n)}


@pytest.mark.parametrize("name", GROUP_STAGES)
def test_choose_orders_by_preference_and_then_by_id(name: str) -> None:
    stage: Any = ALL[name]
    params = params_of(stage)
    preferred = stage.prefers(params)
    assert preferred and set(preferred) <= {c.name for s in ALL.values() for c in s.adds}
    members = pl.DataFrame({"group": [7, 3, 3, 7, 3, 7], "id": ["f", "c", "b", "e", "a", "d"]}).with_columns(
        pl.Series(column, [1.0, 0.5, 0.5, None, None, 2.0]) for column in preferred
    )
    for seed in range(5):
        ordered = stage.choose(members.sample(fraction=1, shuffle=True, seed=seed), params)
        assert ordered.select("group", "id").rows() == [(3, "b"), (3, "c"), (3, "a"), (7, "d"), (7, "f"), (7, "e")]
    without = stage.choose(members.drop(preferred), params)
    assert without["id"].to_list() == ["a", "b", "c", "d", "e", "f"]
