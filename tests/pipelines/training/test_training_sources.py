"""Rows out of sources: weights, caps, languages, the same rows in any order; benchmark items and near-copies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.training import clean, gather, spec, split
from schemas.errors import RecipeError

THAI = "น้ำทะเลไหลผ่านบ่อตื้นหลายบ่อจนเกิดเกลือขึ้นที่พื้น ชาวนาเกลือจึงกวาดเก็บไว้ในยุ้งก่อนฝนแรกจะมาถึง"
ENGLISH = (
    "Salt is won by leading sea water through a row of shallow basins, where sun and wind take the water away until "
    "crystals form on the ground and can be raked together before the first rain of the year."
)
YORUBA = "Àwọn ará abúlé náà máa ń kó iyọ̀ jọ sínú agbọ̀n ńlá kí òjò tó bẹ̀rẹ̀ sí í rọ̀, wọ́n sì ń tà á ní ọjà ní ìlú."


def write(path: Path, items: list[dict[str, Any]]) -> str:
    path.write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items), encoding="utf-8")
    return str(path)


def made(folder: Path, **more: Any) -> spec.Spec:
    files = {
        "books": [f"{ENGLISH} Volume {i}." for i in range(30)] + [f"{THAI} {i}" for i in range(6)],
        "wiki": [f"Another text. {ENGLISH} Entry {i}." for i in range(30)] + [f"{YORUBA} {i}" for i in range(5)],
        "crawl": [
            f"CLICK HERE to win prize number {i}!!! All the best offers of today are only for you." for i in range(40)
        ],
    }
    for name, texts in files.items():
        write(folder / f"{name}.jsonl", [{"text": text, "declared_language": "en"} for text in texts])
    content = {
        "positive": {
            "books": {"paths": str(folder / "books.jsonl"), "weight": 2},
            "wiki": {"paths": str(folder / "wiki.jsonl")},
        },
        "negative": {"crawl": {"paths": str(folder / "crawl.jsonl")}},
        "documents": 20,
    }  # fmt: skip
    return spec.check({**content, **more})


def counts(rows: pl.DataFrame, *by: str) -> dict[Any, int]:
    return {tuple(row[:-1]): row[-1] for row in rows.group_by(by).len().iter_rows()}


def test_sources_by_weight_and_languages_as_found(tmp_path: Path) -> None:
    found = gather.gather(made(tmp_path))
    by = counts(found.rows, "label", "language", "source")
    # Of 20 English rows two in three come from the source with twice the weight.
    assert by["high", "eng_Latn", "books"] == 13 and by["high", "eng_Latn", "wiki"] == 7
    assert by["low", "eng_Latn", "crawl"] == 20
    assert by["high", "tha_Thai", "books"] == 6 and by["high", "yor_Latn", "wiki"] == 5
    assert found.left_out == {"more than wanted": 30 + 30 - 20 + 40 - 20}


def test_languages_as_declared_and_those_that_are_wanted(tmp_path: Path) -> None:
    found = gather.gather(made(tmp_path, language="declared", languages=["en"]))
    assert found.rows["language"].unique().to_list() == ["eng_Latn"]
    found = gather.gather(made(tmp_path, languages=["th", "yo"]))
    assert sorted(found.rows["language"].unique()) == ["tha_Thai", "yor_Latn"]
    assert found.left_out["language not wanted"] == 100


def test_the_order_of_rows_and_files_changes_nothing(tmp_path: Path) -> None:
    one = gather.gather(made(tmp_path)).rows
    lines = (tmp_path / "books.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "books.jsonl").write_text("".join(reversed(lines[:20])), encoding="utf-8")
    (tmp_path / "more.jsonl").write_text("".join(lines[20:]), encoding="utf-8")
    given = made(tmp_path)
    both = given.positive["books"].model_copy(
        update={"paths": [str(tmp_path / "more.jsonl"), str(tmp_path / "books2.jsonl")]}
    )
    (tmp_path / "books2.jsonl").write_text("".join(reversed(lines[:20])), encoding="utf-8")
    again = gather.gather(given.model_copy(update={"positive": {**given.positive, "books": both}})).rows
    assert one.equals(again)


def test_a_row_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    given = made(tmp_path)
    with (tmp_path / "crawl.jsonl").open("a", encoding="utf-8") as file:
        file.write("not json\n")
    found = gather.gather(given)
    assert found.left_out["cannot be read"] == 1
    assert "crawl.jsonl row 41" in found.dead[0]


def test_labelled_rows_keep_their_language_and_source(tmp_path: Path) -> None:
    file = write(tmp_path / "rows.jsonl", [
        {"text": f"{THAI} {i}", "label": label, "language": "th" if i % 2 else None, "source": "judged"}
        for i, label in enumerate(["high", "low"] * 5)
    ] + [{"text": f"{YORUBA} {i}", "label": "high"} for i in range(3)])  # fmt: skip
    rows = gather.gather(spec.check({"rows": file})).rows
    assert counts(rows, "language", "source") == {("tha_Thai", "judged"): 10, ("yor_Latn", gather.LABELLED): 3}


@given(
    st.dictionaries(st.sampled_from("abcde"), st.tuples(st.integers(0, 50), st.floats(0.1, 10)), min_size=1),
    st.integers(0, 120),
)
def test_quotas_add_up(sources: dict[str, tuple[int, float]], most: int) -> None:
    there, weights = {k: n for k, (n, _) in sources.items()}, {k: w for k, (_, w) in sources.items()}
    found = gather.quotas(there, weights, most)
    assert sum(found.values()) == min(most, sum(there.values()))
    assert all(0 <= found[k] <= there[k] for k in there)
    full = {k for k in there if found[k] == there[k]}
    for a in there.keys() - full:  # who has more to give gets its weight's share, up to rounding
        for b in there.keys() - full:
            assert found[a] / weights[a] <= (found[b] + 1) / weights[b] + 1 / weights[a]


def test_benchmark_items_leave_the_positives(tmp_path: Path) -> None:
    items = write(tmp_path / "bench.jsonl", [{"id": "q7", "question": ENGLISH}])
    given = made(
        tmp_path, documents=1000, decontaminate=[{"name": "exam", "paths": items, "fields": ["question"], "id": "id"}]
    )
    rows = gather.gather(given).rows
    found = clean.decontaminated(rows, given)
    assert found.removed["benchmarks"] == {"exam": 60} and found.removed["rows"] == 60
    assert found.removed["examples"][0]["contaminated_item"].startswith("exam")
    assert counts(found.rows, "label", "language") == {
        ("high", "tha_Thai"): 6, ("high", "yor_Latn"): 5, ("low", "eng_Latn"): 40
    }  # fmt: skip
    assert clean.decontaminated(rows, given.model_copy(update={"decontaminate": []})).rows.equals(rows)


def frame(texts: list[str], labels: list[str] | None = None, sources: list[str] | None = None) -> pl.DataFrame:
    import xxhash

    return pl.DataFrame({
        "text": texts, "label": labels or ["high"] * len(texts), "language": ["eng_Latn"] * len(texts),
        "source": sources or ["a"] * len(texts),
        "content": pl.Series([xxhash.xxh3_64_intdigest(t.encode()) for t in texts], dtype=pl.UInt64),
    })  # fmt: skip


def different(n: int) -> list[str]:
    return [" ".join(f"w{i}x{k}" for k in range(60)) for i in range(n)]


def test_near_copies_fall_together() -> None:
    own = different(120)
    copies = [text + " and one word more" for text in own]
    rows = frame(own + copies)
    clusters = split.near_copies(rows)
    assert clusters[:120].equals(clusters[120:]) and clusters.n_unique() == 120
    parts = split.parts(rows, clusters, [])
    assert parts[:120].equals(parts[120:])
    shares = dict(parts.value_counts(normalize=True).iter_rows())
    assert 0.7 < shares["train"] < 0.9 and 0.03 < shares["valid"] < 0.2 and 0.03 < shares["test"] < 0.2


@settings(deadline=None, max_examples=20)
@given(st.permutations(range(40)))
def test_a_text_is_in_the_same_part_whatever_stands_beside_it(order: list[int]) -> None:
    texts = different(40)
    rows = frame(texts)
    whole = dict(zip(texts, split.parts(rows, split.near_copies(rows), []), strict=True))
    some = frame([texts[i] for i in order[:25]])
    for text, part in zip(some["text"], split.parts(some, split.near_copies(some), []), strict=True):
        assert part == whole[text]


def test_a_held_out_row_with_a_near_copy_that_is_learnt_goes() -> None:
    texts = different(10)
    rows = frame([*texts, texts[0] + " and one word more", *different(14)[12:]], sources=["a"] * 10 + ["b"] * 3)
    parts = split.parts(rows, split.near_copies(rows), ["b"])
    assert parts[10] is None and parts[11:].to_list() == ["held_out"] * 2
    assert "held_out" not in parts[:10].to_list()


def test_what_stands_on_both_sides_goes_from_both() -> None:
    texts = different(3)
    rows = frame([*texts, texts[1] + " and one word more"], ["high", "high", "high", "low"])
    kept, clusters, gone = clean.of_one_side(rows, split.near_copies(rows))
    assert gone == 2 and kept["text"].to_list() == [texts[0], texts[2]] and len(clusters) == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({}, "there is nothing to train from"),
        ({"positive": {"a": {"paths": "x"}}}, "give sources of both sides"),
        ({"positive": {"a": {"paths": "x"}}, "negative": {"a": {"paths": "y"}}}, "'a' stands on both sides"),
        ({"rows": "x", "familly": "fasttext"}, "familly.*family"),
        ({"rows": "x", "training": {"epoch": 3}}, "epoch.*epochs"),
        ({"rows": "x", "family": "embedding"}, "`embedding` goes with `family: embedding`"),
        ({"rows": "x", "languages": ["no such"]}, "no such"),
        ({"positive": {"a": {"paths": "x", "wieght": 2}}, "negative": {"b": {"paths": "y"}}}, "wieght.*weight"),
        ({"rows": "x", "kind": "spam"}, "kind"),
    ],
)
def test_a_spec_that_is_wrong(content: dict[str, Any], message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        spec.check(content)


def test_errors_name_the_line(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text("rows: x\nname: model\nfamilly: fasttext\ntrials: -1\n", encoding="utf-8")
    with pytest.raises(RecipeError, match=r"spec.yaml:3.*familly") as caught:
        spec.read(tmp_path / "spec.yaml", [])
    assert "spec.yaml:4" in str(caught.value)
    given = spec.read(write_spec(tmp_path / "good.yaml"), ["training.epochs=7", "trials=2"])
    assert given.training.epochs == 7 and given.trials == 2
    with pytest.raises(RecipeError, match="write it as name=value"):
        spec.read(tmp_path / "good.yaml", ["trials"])


def write_spec(path: Path) -> Path:
    path.write_text("rows: x\n", encoding="utf-8")
    return path
