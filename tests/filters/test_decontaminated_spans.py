"""Benchmark items cut out of documents: what goes, what stays, and that what stays reads as before."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from stories import STORIES

from filters import decontamination
from filters._decontamination.cuts import cut
from filters.decontaminated_spans import STAGE, Params, edit

ITEM = "Which of the rivers that rise in these hills reaches the sea without ever crossing a border?"
OTHER = "A tortoise that walks four metres in a minute needs how long for the eighty metres to the pond?"
END = "\u2029"


def prepared(folder: Path, items: list[str], **more: Any) -> Params:
    path = folder / "items.jsonl"
    path.write_text("".join(json.dumps({"text": item}) + "\n" for item in items), encoding="utf-8")
    benchmark = {"name": "exam", "paths": str(path), "fields": "text"}
    return STAGE.prepare(Params.model_validate({"benchmarks": [benchmark], **more}), folder / "models")


def run(params: Params, *texts: str | None) -> pl.DataFrame:
    frame = pl.DataFrame({"text": pl.Series(texts, dtype=pl.String)})
    out = edit(frame, params, STAGE.open(params))
    return out.rename({c: c.removeprefix("decontaminated_") for c in out.columns if c != "decontaminated_text"})


@pytest.fixture
def params(tmp_path: Path) -> Params:
    return prepared(tmp_path, [ITEM, OTHER])


# --- what goes and what stays ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("One. {} Two.", "One. Two."),
        ("One.\n{}\nTwo.", "One.\nTwo."),
        ("One.\n\n{}\n\nTwo.", "One.\n\nTwo."),
        ("One.\n\nFirst. {}\n\nTwo.", "One.\n\nFirst.\n\nTwo."),
        ("One.\n\n{} Last.\n\nTwo.", "One.\n\nLast.\n\nTwo."),
        ("One.\n\n{} {}\n\nTwo.", "One.\n\nTwo."),
        ("One.\n{}\n\n{}\nTwo.", "One.\n\nTwo."),
        ("- One\n- {}\n- Two", "- One\n- Two"),
        ("One\n1. {} 2. {} 3.\nTwo", "One\nTwo"),
        ("1. One\n2. {}\n3. Two", "1. One\n3. Two"),
        ("  {} One.\n", "One.\n"),
        ("\n One. {}\n", "\n One."),
        ("{}", ""),
        ("\n\n** {} **\n", ""),
        ("One.\r\n{}\r\nTwo.", "One.\r\nTwo."),
        ("One: (see {}) or Two.", "or Two."),  # a sentence ends behind the bracket
        ("One.\u2029{}\u2029Two.", "One.\u2029Two."),
    ],
)
def test_what_stays_reads_as_before(before: str, after: str, params: Params) -> None:
    out = run(params, before.replace("{}", ITEM))
    assert out["text"].to_list() == [after]
    assert out["characters"].to_list() == [len(before.replace("{}", ITEM)) - len(after)]
    assert out["item"].to_list() == ["exam/1"]


@pytest.mark.parametrize(
    ("unit", "after"),
    [("sentence", "Zero.\n\nOne. Three.\nFour.\n\nFive."), ("line", "Zero.\n\nFour.\n\nFive."),
     ("paragraph", "Zero.\n\nFive.")],
)  # fmt: skip
def test_units(unit: str, after: str, tmp_path: Path) -> None:
    params = prepared(tmp_path, [ITEM], unit=unit)
    assert run(params, f"Zero.\n\nOne. {ITEM} Three.\nFour.\n\nFive.")["text"].to_list() == [after]


def test_counts_and_evidence(params: Params) -> None:
    text = f"One. {ITEM} Two.\n\n{OTHER.upper()} Three. {OTHER}"
    out = run(params, None, "", "Clean.", text).to_dicts()
    nothing = {"spans": 0, "characters": 0, "item": None, "decontaminated_text": None}
    assert out[0] == dict.fromkeys(out[0])
    assert out[1:3] == [{"text": "", **nothing}, {"text": "Clean.", **nothing}]
    assert out[3] == {
        "text": "One. Two.\n\nThree.", "spans": 3, "characters": len(text) - 17, "item": "exam/2",
        "decontaminated_text": OTHER.upper().rstrip("?"),
    }  # fmt: skip


def test_a_stretch_of_few_matches_stays(tmp_path: Path) -> None:
    words = ITEM.split()
    assert len(words) == 17
    few, many = " ".join(words[:15]), ITEM
    params = prepared(tmp_path, [ITEM], min_ngrams=4)
    assert run(params, f"{few}. One. {many} Two.", few).rows() == [
        (f"{few}. One. Two.", 1, len(many) + 1, "exam/1", ITEM.rstrip("?")),
        (few, 0, 0, None, None),
    ]


@pytest.mark.parametrize("name", sorted(STORIES))
def test_every_script(name: str, tmp_path: Path) -> None:
    story = f"{STORIES[name][1]} {STORIES[name][1]}"
    params = prepared(tmp_path, [story])
    out = run(params, f"12 34\n\n{story}\n\n56 ... 78")
    assert out["text"].to_list() == ["12 34\n\n56 ... 78"]
    assert out["item"].to_list() == ["exam/1"]


def test_han_sentences_stand_without_spaces(tmp_path: Path) -> None:
    item = STORIES["Han"][1]
    params = prepared(tmp_path, [item])
    assert run(params, f"天黑了。{item}月亮出来了。")["text"].to_list() == ["天黑了。月亮出来了。"]


def test_what_comes_together_is_cut_too(tmp_path: Path) -> None:
    """The two halves of an item meet when another item between them goes."""
    head, tail = "Near the old ford the heron waits each evening.", "No fish swims there since the mill was shut."
    params = prepared(tmp_path, [f"{head} {tail}", ITEM])
    text = f"One. {head} {ITEM} {tail} Two."
    assert len(head.split()) + len(tail.split()) == 18
    out = run(params, text)
    assert out["text"].to_list() == ["One. Two."] and out["spans"].to_list() == [2]
    assert out["item"].to_list() == ["exam/2"], "evidence is of what stood in the text as it came"


# --- properties ------------------------------------------------------------------------------------------------------

pieces = st.sampled_from(
    [
        ITEM,
        OTHER,
        ITEM[:70],
        "One.",
        "two",
        "- ",
        "3. ",
        "\n",
        "\n\n",
        " ",
        "\r\n",
        END,
        "字。",
        "แมว",
        "!",
        "\u0301",
        "é ",
    ]
)


@given(st.lists(pieces, max_size=12).map("".join), st.sampled_from(["sentence", "line", "paragraph"]))
def test_nothing_is_left_and_nothing_is_added(tmp_path_factory: pytest.TempPathFactory, text: str, unit: str) -> None:
    folder = tmp_path_factory.getbasetemp() / f"spans-{unit}"
    folder.mkdir(exist_ok=True)
    params = prepared(folder, [ITEM, OTHER], unit=unit)
    out = run(params, text)
    after = out["text"][0]
    rest = iter(text)
    assert all(character in rest for character in after), "what stays stands in the text in this order"
    assert (after == text) == (out["spans"][0] == 0)
    assert out["characters"][0] == len(text) - len(after)
    again = run(params, after)
    assert again["text"][0] == after and again["spans"][0] == 0
    measured = decontamination.measure(
        pl.DataFrame({"text": [after]}), decontamination.Params.model_validate({"benchmarks": params.benchmarks}),
        STAGE.open(params),
    )  # fmt: skip
    assert measured["contaminated_ngrams"][0] == 0


@given(
    st.lists(pieces, min_size=1, max_size=12).map("".join), st.lists(st.integers(0, 300), min_size=2, max_size=6),
    st.sampled_from(["sentence", "line", "paragraph"]),
)  # fmt: skip
def test_whatever_a_span_touches_goes(text: str, places: list[int], unit: Any) -> None:
    inside = sorted({min(place, len(text)) for place in places})
    spans = [(a, b) for a, b in zip(inside[::2], inside[1::2], strict=False) if text[a:b].strip()]
    before = [len(text[:place].encode()) for place in range(len(text) + 1)]
    marked = [c if not any(a <= n < b for a, b in spans) else "X" for n, c in enumerate(text)]
    after, count = cut(text, [(before[a], before[b]) for a, b in spans], unit)
    assert count <= len(spans) and (count > 0) == bool(spans)
    kept = [c for c in marked if not c.isspace() and c != "X"]
    rest = iter(kept)
    assert all(character in rest for character in after if not character.isspace())


def test_rows_do_not_see_each_other(params: Params) -> None:
    texts = [None, ITEM, "One.", f"One. {ITEM} Two.", "", f"{OTHER}\n{ITEM}"]
    frame = pl.DataFrame({"text": pl.Series(texts, dtype=pl.String)})
    opened = STAGE.open(params)
    whole = edit(frame, params, opened)
    assert_frame_equal(whole, pl.concat(edit(frame[row], params, opened) for row in range(frame.height)))
    assert frame["text"].to_list() == texts


def test_the_recipe_that_ships_drops_some_and_cuts_others() -> None:
    from pipelines import local
    from pipelines.commands._shared import load
    from pipelines.readers import read
    from pipelines.readers.files import units

    _, plan = load("decontamination", None)
    (source,) = plan.recipe.all_sources().values()
    batches = [batch for unit in units("x", source) for batch in read(unit, source, 8 << 20)]
    rows = local.run(pl.concat(b.rows for b in batches), plan).documents
    came = {row["id"]: row for row in rows.iter_rows(named=True)}
    assert (
        "too_much_contaminated" in came["eng-01"]["reasons"] and came["eng-01"]["contaminated_item"] == "sample/eng-q11"
    )
    assert came["spa-01"]["reasons"] == [] and came["spa-01"]["decontaminated_item"] == "sample/spa-q13"
    assert "Hoy nadie vive allí. Sin embargo," in came["spa-01"]["text"]
    cut_from = {id_[:3] for id_, row in came.items() if row["decontaminated_spans"]}
    assert cut_from == {"eng", "deu", "spa", "kor", "tam"}
