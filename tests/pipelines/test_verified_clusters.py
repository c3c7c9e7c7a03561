"""Clusters whose links were verified: which pairs are compared, who stays, and documents of earlier releases."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from filters import exact_dedup, minhash
from pipelines import clusters
from pipelines.clusters.first_come import first_come
from pipelines.plan import Step

EXACT = Step(exact_dedup.STAGE, exact_dedup.Params(prefer=("score",)))


def near(least: float, **more: Any) -> Step[Any]:
    return Step(minhash.STAGE, minhash.Params(prefer=("score",), verify=least, **more))


def keyed(rows: list[tuple[str, int, int]]) -> pl.DataFrame:
    schema = {"key": pl.String, "node": pl.UInt64, "content": pl.UInt64}
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(pl.col("key").cast(pl.Binary))


def test_every_two_contents_of_a_key_are_compared_once() -> None:
    found = clusters.candidates(
        keyed([("a", 1, 10), ("a", 2, 10), ("a", 3, 30), ("a", 4, 40), ("b", 1, 10), ("b", 3, 30)])
    )
    assert found.schema == clusters.CANDIDATES
    assert found.rows() == [
        (2, 1, 1.0, None),  # the same content
        (3, 1, None, 1),
        (4, 1, None, 1),
        (4, 3, None, 1),
    ]
    assert clusters.candidates(keyed([])).schema == clusters.CANDIDATES


def test_under_a_key_of_many_contents_each_is_compared_with_some(monkeypatch: pytest.MonkeyPatch) -> None:
    module = import_module("pipelines.clusters.links")  # the package has a function of the same name
    monkeypatch.setattr(module, "_ALL_PAIRS", 5)
    monkeypatch.setattr(module, "_HUBS", 2)
    contents = {node: 1_000 - node for node in range(10)}
    found = clusters.candidates(keyed([("a", node, content) for node, content in contents.items()]))
    pairs = {frozenset(row) for row in found.select("node", "root").iter_rows()}
    hubs = {8, 9}  # of the least content
    assert pairs == {frozenset((node, hub)) for node in contents for hub in hubs if node != hub}
    assert found.height == len(pairs) == 17
    # The same contents at other nodes: the same contents are compared.
    order = [3, 7, 1, 0, 9, 8, 2, 4, 6, 5]
    moved = clusters.candidates(keyed([("a", order[node], content) for node, content in contents.items()]))
    there = {frozenset(order.index(n) for n in row) for row in moved.select("node", "root").iter_rows()}
    assert there == pairs


graphs = st.integers(1, 12).flatmap(
    lambda n: st.tuples(
        st.just(n), st.lists(st.tuples(*[st.integers(0, n - 1)] * 2, st.floats(0.5, 0.99)), max_size=30)
    )
)


@given(graphs)
def test_first_come(graph: tuple[int, list[tuple[int, int, float]]]) -> None:
    n, edges = graph
    edges = [edge for edge in {(a, b): (a, b, s) for a, b, s in edges}.values() if edge[0] != edge[1]]
    a, b = (np.array([edge[i] for edge in edges], np.int64) for i in (0, 1))
    stays, alike = first_come(a, b, np.array([edge[2] for edge in edges]), n)
    kept: list[int] = []
    linked = {(x, y): s for x, y, s in edges} | {(y, x): s for x, y, s in edges}
    for one in range(n):  # a slow version
        takers = [other for other in kept if (one, other) in linked]
        assert stays[one] == (takers[0] if takers else one)
        assert np.isnan(alike[one]) if not takers else (alike[one] in (linked[one, takers[0]], linked[takers[0], one]))
        kept += [] if takers else [one]


def frame(
    texts: list[str], scores: list[float] | None = None, releases: list[str | None] | None = None
) -> pl.DataFrame:
    n = len(texts)
    return pl.DataFrame(
        {
            "node": range(n),
            "id": [f"id{i:02}" for i in range(n)],
            "text": texts,
            "score": scores or [0.0] * n,
            "release": releases or [None] * n,
        },
        schema_overrides={"node": pl.UInt64, "release": pl.String},
    )


def words(start: int, stop: int, between: str = " ") -> str:
    return between.join(f"w{number}" for number in range(start, stop))


def jaccard(left: str, right: str) -> float:
    features = minhash.features(pl.DataFrame({"text": [left, right]}), minhash.Params(), None)
    return float(minhash.similarity(features[:1], features[1:])[0])


CHAIN = [words(10 * step, 10 * step + 100) for step in range(5)]


def test_a_chain_is_no_cluster_of_its_own() -> None:
    """Each text is like the next one, and the first not like the last: nobody goes who is unlike all that stay."""
    assert jaccard(CHAIN[0], CHAIN[1]) > 0.7 > jaccard(CHAIN[0], CHAIN[2])
    few = {"bands": 28, "rows": 2}
    unverified = clusters.whole([Step(minhash.STAGE, minhash.Params(prefer=("score",), **few))], frame(CHAIN))
    assert unverified["reason"].null_count() == 1, "by shared bands alone one stays"
    found = clusters.whole([near(0.7, **few)], frame(CHAIN, [0, 0, 9, 0, 0]))
    assert found.select("node", "twin_id", "cluster_id", "cluster_size").rows() == [
        (1, "id02", "id01", 3),
        (2, None, "id01", 3),
        (3, "id02", "id01", 3),
    ]
    assert found["twin_similarity"].drop_nulls().to_list() == pytest.approx([jaccard(CHAIN[1], CHAIN[2])] * 2)


@given(
    st.lists(
        st.tuples(st.integers(0, 20), st.sampled_from([30, 40, 60]), st.sampled_from([" ", ", ", "  "])),
        min_size=2, max_size=12,
    ),
    st.floats(0.3, 0.95),
    st.randoms(use_true_random=False),
    st.lists(st.booleans(), min_size=12, max_size=12),
)  # fmt: skip
def test_who_goes_is_as_similar_as_asked_to_one_that_stays(
    spans: list[tuple[int, int, str]], least: float, random: Any, old: list[bool]
) -> None:
    texts = [words(start, start + size, between) for start, size, between in spans]
    scores = [random.random() for _ in texts]
    releases = ["first@0" if old[number] else None for number in range(len(texts))]
    steps = [EXACT, near(least, bands=60, rows=1)]
    found = {row["node"]: row for row in clusters.whole(steps, frame(texts, scores, releases)).to_dicts()}
    gone = {node for node, row in found.items() if row["reason"] is not None}
    for node in gone:
        row = found[node]
        twin = int(row["twin_id"][2:])
        assert twin not in gone
        similarity = jaccard(texts[node], texts[twin])
        assert similarity >= least and row["twin_similarity"] == pytest.approx(similarity)
        assert row["twin_release"] == releases[twin]
    assert all(releases[node] is None for node in found), "verdicts are on this run's documents"
    staying = [node for node in range(len(texts)) if node not in gone]
    for position, one in enumerate(staying):
        for other in staying[position + 1 :]:
            both_old = releases[one] is not None and releases[other] is not None
            assert both_old or jaccard(texts[one], texts[other]) < least, "two that stay are not as alike as that"
    # At other addresses, the same.
    order = list(range(len(texts)))
    random.shuffle(order)
    moved = frame(texts, scores, releases)[order].with_columns(pl.Series("node", range(len(texts)), dtype=pl.UInt64))
    again = {order[row["node"]]: {**row, "node": order[row["node"]]} for row in clusters.whole(steps, moved).to_dicts()}
    assert again == found


def test_the_twin_of_a_twin_in_an_earlier_release() -> None:
    """0 is exactly 1, and 1 differs from 2 in signs alone: both are old, and 0 is as like the one as the other."""
    texts = [words(0, 30), words(0, 30), words(0, 30, ", ")]
    for scores in ([0.0, 1.0, 2.0], [0.0, 2.0, 1.0]):
        found = clusters.whole([EXACT, near(0.5)], frame(texts, scores, [None, "a@1", "b@2"]))
        assert found.select("node", "reason", "twin_similarity").rows() == [(0, "exact_duplicate", 1.0)]
        assert found["twin_id"].item() == ("id02" if scores[2] > scores[1] else "id01")


def test_an_earlier_release_is_never_taken_from() -> None:
    """Both old copies stay where they are; the new one goes, though it has the best score."""
    texts = [words(0, 50)] * 3
    found = clusters.whole([EXACT], frame(texts, [0.1, 0.2, 0.9], ["a@1", "b@2", None]))
    assert found.select("node", "twin_id", "twin_release", "cluster_size").rows() == [(2, "id01", "b@2", 3)]
    assert clusters.whole([EXACT], frame(texts[:2], None, ["a@1", "b@2"])).is_empty()
