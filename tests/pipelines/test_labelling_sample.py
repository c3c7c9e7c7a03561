"""The stratified sample: how many of each stratum, which ones, in which language; and what of a document is shown."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters import _segments
from pipelines import plan
from pipelines.labelling import edits, strata
from pipelines.labelling.excerpt import excerpt
from pipelines.labelling.sample import Sample, draw
from pipelines.labelling.strata import KEYS, Size, Strata, bands, shares
from schemas import recipe
from schemas.errors import SourceError
from schemas.recipe import Fields, Source
from tests import running
from translators.labelling.prompt import OMITTED
from translators.labelling.rubric import Shown

THAI = "ป่าชายเลนขึ้นอยู่ตรงรอยต่อระหว่างแผ่นดินกับทะเล ต้นไม้ที่นี่ต้องทนทั้งน้ำเค็มและดินเลน"
ENGLISH = "A peat bog looks lifeless from the road, yet it is one of the slowest builders in nature."
FRENCH = "Avant de couler une cloche, le fondeur doit en construire une fausse, en argile, qui a la forme voulue."


# --- shares -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sizes", "wanted", "given_"),
    [([9, 9, 9], 6, [2, 2, 2]), ([1, 9, 9], 9, [1, 4, 4]), ([1, 2, 9], 12, [1, 2, 9]), ([1, 2, 9], 10, [1, 2, 7]),
     ([5, 5, 5], 7, [3, 2, 2]), ([0, 4], 3, [0, 3]), ([4, 4], 0, [0, 0]), ([], 5, [])],
)  # fmt: skip
def test_even_shares(sizes: list[int], wanted: int, given_: list[int]) -> None:
    keys = [(str(n),) for n in range(len(sizes))]
    found = shares(dict(zip(keys, sizes, strict=True)), wanted, lambda key: int(key[0]))
    assert list(found.values()) == given_


@given(st.lists(st.integers(0, 12), max_size=8), st.integers(0, 60))
def test_shares_are_as_even_as_sizes_allow(sizes: list[int], wanted: int) -> None:
    keyed = {(n,): size for n, size in enumerate(sizes)}
    found = shares(keyed, wanted, lambda key: -int(key[0]))
    assert sum(found.values()) == min(wanted, sum(sizes))
    assert all(0 <= found[key] <= keyed[key] for key in keyed)
    full = [found[key] for key in keyed if found[key] < keyed[key]]
    if full:  # who has more to give gives as much as anybody, up to the one over
        assert max(found.values()) - min(full) <= 1
        assert max(full) - min(full) <= 1


# --- strata -----------------------------------------------------------------------------------------------------------


def rows(count: int, seed: int) -> pl.DataFrame:
    draw_ = random.Random(seed)
    made = []
    for n in range(count):
        text = f"{n if draw_.random() < 0.9 else n // 10} " + "x" * draw_.choice([3, 300, 500, 2_000, 7_000])
        language = draw_.choices(["eng_Latn", "tha_Thai", "yor_Latn", "amh_Ethi"], [70, 20, 9, 1])[0]
        made.append({"id": f"d{n:04}", "text": text, "language": language, "source": draw_.choice("ab")})
    return pl.DataFrame(made)


def drawn(frames: list[pl.DataFrame], size: Size) -> pl.DataFrame:
    collected = Strata(size)
    for frame in frames:
        collected.add(frame)
    return collected.drawn()


def brute(every: pl.DataFrame, size: Size) -> list[str]:
    """The sample by sorting all there is: one more of the least-served at a time, language first."""
    every = every.with_columns(bands(every["text"]), strata.hashes(every["text"], size.seed))
    every = every.sort("hash", "id").unique([*KEYS, "text"], keep="first", maintain_order=True)
    waiting: dict[tuple[Any, ...], list[str]] = {}
    for language, source, band, id in every.select(*KEYS, "id").iter_rows():
        waiting.setdefault((language, source, band), []).append(id)
    counts = {key: len(ids) for key, ids in waiting.items()}

    def divide(depth: int, inside: dict[tuple[Any, ...], int], wanted: int) -> dict[tuple[Any, ...], int]:
        sizes: Counter[tuple[Any, ...]] = Counter()
        for key, n in inside.items():
            sizes[key[:depth]] += n
        if depth == 1 and size.per_language is not None:
            given_ = {key: min(n, size.per_language) for key, n in sizes.items()}
        else:
            order = Strata(size)._even(dict(sizes), wanted, 0)
            given_ = dict(order)
        if depth == 3:
            return given_
        found: dict[tuple[Any, ...], int] = {}
        for key, n in given_.items():
            found |= divide(depth + 1, {k: v for k, v in inside.items() if k[:depth] == key}, n)
        return found

    return sorted(id for key, n in divide(1, counts, size.documents or 0).items() for id in waiting[key][:n])


@given(st.integers(0, 400), st.integers(1, 120), st.booleans(), st.integers(0, 3), st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_the_same_sample_whatever_the_order_and_the_frames(
    count: int, wanted: int, per_language: bool, seed: int, draw_: random.Random
) -> None:
    every = rows(count + 1, seed)
    size = Size(None, wanted, seed) if per_language else Size(wanted, None, seed)
    found = drawn([every], size)
    assert sorted(found["id"]) == brute(every, size)
    shuffled = every.sample(fraction=1, shuffle=True, seed=draw_.randint(0, 2**30))
    cuts = sorted({0, shuffled.height, *(draw_.randint(0, shuffled.height) for _ in range(5))})
    frames = [shuffled[a:b] for a, b in zip(cuts, cuts[1:], strict=False)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(strata, "_WAITING_BYTES", 1)  # forgets after every frame
        assert drawn(frames, size).equals(found)


def test_no_more_is_kept_than_can_be_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strata, "_WAITING_BYTES", 1)
    size = Size(documents=40)
    collected = Strata(size)
    for frame in rows(5_000, 1).iter_slices(100):
        collected.add(frame)
        assert collected._kept is not None
        assert collected._kept.height <= 40 + 2 * 4 * 2 * 4
    assert sum(collected.seen.values()) == 5_000


def test_every_language_gets_as_much() -> None:
    found = drawn([rows(3_000, 2)], Size(documents=60))
    assert set(found["language"].value_counts()["count"]) == {15}
    inside = found.filter(pl.col("language") == "eng_Latn").group_by("source").len()["len"].to_list()
    assert sorted(inside) == [7, 8]


def test_another_seed_draws_others() -> None:
    every = rows(2_000, 3)
    one, other = (set(drawn([every], Size(50, None, seed))["id"]) for seed in (0, 1))
    assert len(one & other) < 20


def test_length_bands() -> None:
    texts = pl.Series(["", "x" * 399, "ก" * 400, "あ" * 1_599, "አ" * 1_600, "x" * 6_399, "x" * 6_400])
    assert bands(texts).to_list() == [0, 0, 1, 1, 2, 2, 3]


# --- samples of files -------------------------------------------------------------------------------------------------


def source(path: Path, **more: Any) -> dict[str, Source]:
    return {"s": Source(paths=[str(path)], **more)}


def test_whose_word_on_the_language_counts(tmp_path: Path) -> None:
    documents = [
        {"id": "column", "text": ENGLISH, "language": "fr", "declared_language": "de"},
        {"id": "declared", "text": ENGLISH + " b", "declared_language": "de"},
        {"id": "nonsense", "text": ENGLISH + " c", "language": "Klingon?", "declared_language": "de"},
        {"id": "undetermined", "text": ENGLISH + " d", "language": "und"},
        {"id": "number", "text": FRENCH, "language": 5},
        {"id": "identified", "text": THAI},
        {"id": "nobody", "text": "12 34 56 78"},
    ]
    running.jsonl(tmp_path / "a.jsonl", documents)
    found = draw(source(tmp_path / "a.jsonl"), Size())
    assert dict(found.rows.select("id", "language").iter_rows()) == {
        "column": "fra_Latn", "declared": "deu_Latn", "nonsense": "deu_Latn", "undetermined": "eng_Latn",
        "number": "fra_Latn", "identified": "tha_Thai", "nobody": "und_Zyyy",
    }  # fmt: skip
    assert found.origins == {"column": 1, "declared": 2, "identified": 4}
    assert draw(source(tmp_path / "a.jsonl"), Size(), language_field=None).origins["column"] == 0


@pytest.mark.parametrize("ending", ["parquet", "csv", "jsonl.gz"])
def test_the_language_column_of_every_format(tmp_path: Path, ending: str) -> None:
    frame = pl.DataFrame({"id": ["1", "2"], "text": [ENGLISH, THAI], "language": ["sw", None]})
    path = tmp_path / f"a.{ending}"
    if ending == "parquet":
        frame.write_parquet(path)
        frame.drop("language").with_columns(pl.Series("id", ["3", "4"])).write_parquet(tmp_path / f"b.{ending}")
    elif ending == "csv":
        frame.write_csv(path)
        frame.drop("language").with_columns(pl.Series("id", ["3", "4"])).write_csv(tmp_path / f"b.{ending}")
    else:
        import gzip

        path.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in frame.to_dicts()).encode()))
        other = [{"id": "3", "text": ENGLISH}, {"id": "4", "text": THAI}]
        (tmp_path / f"b.{ending}").write_bytes(gzip.compress("".join(json.dumps(r) + "\n" for r in other).encode()))
    found = draw(source(tmp_path / f"*.{ending}"), Size())
    languages = dict(found.rows.select("id", "language").iter_rows())
    # A copy in the same stratum counts once: Thai stands in both files, and the smaller id stays.
    assert languages == {"1": "swh_Latn", "2": "tha_Thai", "3": "eng_Latn"}


def test_a_missing_text_column_is_still_an_error(tmp_path: Path) -> None:
    pl.DataFrame({"body": ["a"]}).write_parquet(tmp_path / "a.parquet")
    with pytest.raises(SourceError, match="no column 'text'"):
        draw(source(tmp_path / "a.parquet"), Size())


def test_ids_and_metadata_are_those_of_a_run(tmp_path: Path) -> None:
    running.jsonl(tmp_path / "a.jsonl", [{"text": ENGLISH, "language": "en", "topic": "bogs"}, {"text": THAI}])
    plain = draw(source(tmp_path / "a.jsonl", metadata=["topic"]), Size(), language_field=None)
    found = draw(source(tmp_path / "a.jsonl", metadata=["topic"]), Size())
    assert set(found.rows["id"]) == set(plain.rows["id"])
    assert set(found.rows["metadata"]) == set(plain.rows["metadata"]) == {'{"topic":"bogs"}', None}
    own = draw(source(tmp_path / "a.jsonl", metadata=["language"]), Size())
    assert '{"language":"en"}' in own.rows["metadata"].to_list()


def test_what_no_document_is_made_of_is_counted(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "  \\n "}\nno json\n{"text": null}\n{"text": "words enough"}\n')
    found = draw(source(tmp_path / "a.jsonl"), Size())
    assert (found.documents, found.blank, found.dead, found.rows.height) == (2, 1, 2, 1)


def test_nothing_to_label(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": " "}\n')
    with pytest.raises(SourceError, match="1 documents were read, 1 of them blank"):
        draw(source(tmp_path / "a.jsonl"), Size())


def test_files_order_and_frames_do_not_matter(tmp_path: Path) -> None:
    documents = [{"id": row["id"], "text": row["text"]} for row in running.sample_documents()]
    running.jsonl(tmp_path / "one" / "a.jsonl", documents)
    random.Random(1).shuffle(documents)
    for n in range(5):
        running.jsonl(tmp_path / "many" / f"{n}.jsonl", documents[n::5])

    def look(found: Sample) -> Any:
        return found.rows.drop("file", "position"), found.strata, found.documents, found.origins

    one = look(draw(source(tmp_path / "one" / "*"), Size(60)))
    many = look(draw(source(tmp_path / "many" / "*"), Size(60), frame_bytes=5_000))
    assert one[0].equals(many[0])
    assert one[1:] == many[1:]


def test_a_limit_reads_the_first_rows(tmp_path: Path) -> None:
    running.jsonl(tmp_path / "a.jsonl", [{"id": str(n), "text": f"{ENGLISH} {n}"} for n in range(9)])
    assert set(draw(source(tmp_path / "a.jsonl"), Size(), limit=4).rows["id"]) == {"0", "1", "2", "3"}


def test_the_fields_of_a_source_count(tmp_path: Path) -> None:
    running.jsonl(tmp_path / "a.jsonl", [{"body": THAI, "key": "k", "lang": "lo"}])
    fields = Fields(text="body", id="key", declared_language="lang")
    found = draw(source(tmp_path / "a.jsonl", fields=fields), Size())
    assert found.rows.select("id", "language").row(0) == ("k", "lao_Laoo")


# --- what is shown ----------------------------------------------------------------------------------------------------


@given(st.text(st.sampled_from("a e\u0301กำ한👩\u200d👩\u200d👧\n。"), max_size=300))
def test_an_excerpt_splits_no_grapheme(text: str) -> None:
    shown = Shown(beginning=20, middle=8, end=12)
    found = excerpt(text, shown)
    stripped = text.strip()
    if len(stripped) <= 40:
        assert found == stripped
        return
    pieces = found.split(f"\n{OMITTED}\n")
    assert len(found) <= 40 + 2 * len(f"\n{OMITTED}\n")
    whole = _segments.cut_graphemes(pl.Series([stripped]))[0].to_list()
    starts = {sum(map(len, whole[:n])) for n in range(len(whole) + 1)}
    at = 0
    for piece in pieces:
        at = next(n for n in range(at, len(stripped)) if stripped.startswith(piece, n) and n in starts)
        at += len(piece)
        assert at in starts


def test_an_excerpt_keeps_vowels_with_their_consonants() -> None:
    found = excerpt("กำ" * 500, Shown(beginning=21, middle=9, end=13)).split(f"\n{OMITTED}\n")
    assert found == ["กำ" * 10, "กำ" * 4, "กำ" * 6]


def test_an_excerpt_has_beginning_middle_and_end() -> None:
    text = "".join(f"{n:04}" for n in range(1_000))
    found = excerpt(text, Shown(beginning=8, middle=8, end=8)).split(f"\n{OMITTED}\n")
    assert found[0] == "00000001"
    assert found[1] in text[1_900:2_100]
    assert found[2] == "09980999"
    assert excerpt(text, Shown(beginning=8, middle=0, end=0)) == "00000001"


# --- edits ------------------------------------------------------------------------------------------------------------


def planned(path: Path, stages: Any) -> plan.Plan:
    content = running.recipe(str(path), stages)
    import yaml

    return plan.plan(*recipe.read(yaml.safe_dump(content, sort_keys=False)))


def test_the_recipe_changes_the_text_first(tmp_path: Path) -> None:
    running.jsonl(tmp_path / "a.jsonl", [{"id": "mail", "text": f"{ENGLISH} Write to jane.doe@example.org for more."}])
    found = draw(source(tmp_path / "a.jsonl"), Size())
    stages = {"normalise": {}, "private_data": {}, "language": {}, "gopher_quality": {}}
    after = edits.edited(found.rows, planned(tmp_path / "a.jsonl", stages))
    assert "jane.doe" not in after["text"][0]
    assert after["text"][0].startswith(ENGLISH)
    assert after["why"].to_list() == [None]
    untouched = edits.edited(found.rows, planned(tmp_path / "a.jsonl", {"language": {}}))
    assert untouched.drop("why").equals(found.rows)


def test_what_an_edit_leaves_empty_is_not_asked_about(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    running.jsonl(tmp_path / "a.jsonl", [{"id": n, "text": f"{ENGLISH} {n}"} for n in ("empty", "fails", "stays")])
    found = draw(source(tmp_path / "a.jsonl"), Size())
    made = planned(tmp_path / "a.jsonl", {"normalise": {}})

    def edit(frame: pl.DataFrame, params: Any, resource: Any) -> pl.DataFrame:
        if frame["id"].is_in(["fails"]).any():
            raise ValueError("no")
        empty = pl.when(pl.col("id") == "empty").then(pl.lit(" ")).otherwise("text").alias("text")
        adds = [pl.lit(0).cast(c.dtype).alias(c.name) for c in made.frame_steps[0].stage.adds]
        return frame.select(empty, *adds)

    step = made.frame_steps[0]
    object.__setattr__(step, "stage", type(step.stage)(**{**vars(step.stage), "edit": edit}))
    after = edits.edited(found.rows, made)
    assert dict(after.select("id", "why").iter_rows()) == {"empty": "blank", "fails": "stage_failed", "stays": None}
