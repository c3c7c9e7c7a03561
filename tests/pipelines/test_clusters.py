"""Clusters: components as a naive union-find has them; who stays, and whose twin that is."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import networkx
import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from filters import exact_dedup, minhash
from pipelines import clusters
from pipelines.beam.phases.dedup import components as components_phase
from pipelines.plan import Step

EXACT = Step(exact_dedup.STAGE, exact_dedup.Params(prefer=("score",)))
NEAR = Step(minhash.STAGE, minhash.Params(prefer=("score",)))


def naive(edges: list[tuple[int, int]], n: int) -> list[int]:
    parent = list(range(n))

    def root(x: int) -> int:
        while parent[x] != x:
            parent[x] = x = parent[parent[x]]
        return x

    for a, b in edges:
        low, high = sorted((root(a), root(b)))
        parent[high] = low
    return [root(x) for x in range(n)]


def components(edges: list[tuple[int, int]], n: int) -> list[int]:
    a, b = (np.array([e[i] for e in edges], dtype=np.int64) for i in (0, 1))
    return clusters.components(a, b, n).tolist()


@given(
    st.integers(1, 40).flatmap(
        lambda n: st.tuples(st.just(n), st.lists(st.tuples(*[st.integers(0, n - 1)] * 2), max_size=60))
    )
)
def test_components_equal_a_naive_union_find(graph: tuple[int, list[tuple[int, int]]]) -> None:
    n, edges = graph
    assert components(edges, n) == naive(edges, n)


def library(edges: list[tuple[int, int]], n: int) -> list[int]:
    """The least member of each node's component, by networkx."""
    graph = networkx.Graph(edges)
    graph.add_nodes_from(range(n))
    least = {node: min(found) for found in networkx.connected_components(graph) for node in found}
    return [least[node] for node in range(n)]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("density", [0.3, 0.5, 0.6, 2.0])
def test_large_random_graphs_equal_a_library(seed: int, density: float) -> None:
    """Around a density of a half a giant component forms out of long chains."""
    rng = np.random.default_rng(seed)
    n = 20_000
    edges = [(int(a), int(b)) for a, b in rng.integers(0, n, (int(n * density), 2))]
    wanted = library(edges, n)
    assert components(edges, n) == wanted == naive(edges, n)
    labels, _ = settle(edges)
    assert [labels.get(node, node) for node in range(n)] == wanted, "by rounds of stars"


@pytest.mark.parametrize("order", ["along", "against", "mixed"])
def test_a_chain_of_10_000(order: str) -> None:
    n = 10_000
    name = np.arange(n)
    if order == "mixed":
        np.random.default_rng(1).shuffle(name)
    a, b = name[:-1], name[1:]
    found = clusters.components(b, a, n) if order == "against" else clusters.components(a, b, n)
    assert not found.any()


def test_a_star_of_100_000() -> None:
    n = 100_000
    centre, leaves = np.full(n - 1, n - 1), np.arange(n - 1)
    assert not clusters.components(leaves, centre, n).any()


def test_links_are_a_star_for_each_shared_key() -> None:
    keys = pl.DataFrame(
        {"key": [b"a", b"a", b"a", b"b", b"c", b"c", b"d", b"d", b"d"], "node": [5, 2, 9, 7, 9, 5, 2, 5, 2]},
        schema_overrides={"node": pl.UInt64},
    )
    found = clusters.links(keys)
    assert found.schema == clusters.LINKS
    assert found.drop("similarity").rows() == [(5, 2), (9, 2), (9, 5)]
    assert found["similarity"].to_list() == [None] * 3
    assert clusters.links(keys, 1.0)["similarity"].to_list() == [1.0] * 3
    assert clusters.links(keys.clear()).schema == clusters.LINKS


# --- verdicts -------------------------------------------------------------------------------------------------------


def linked(edges: list[tuple[int, int]]) -> pl.DataFrame:
    pairs = sorted({(max(e), min(e)) for e in edges if e[0] != e[1]})
    return pl.DataFrame([(*pair, None) for pair in pairs], schema=clusters.LINKS, orient="row")


def members(ids: list[str], scores: list[float | None]) -> pl.DataFrame:
    return pl.DataFrame(
        {"node": range(len(ids)), "id": ids, "score": scores},
        schema={"node": pl.UInt64, "id": pl.String, "score": pl.Float64},
    )


def resolve(exact: list[tuple[int, int]], near: list[tuple[int, int]], people: pl.DataFrame) -> list[dict[str, Any]]:
    found = clusters.resolve([EXACT, NEAR], [linked(exact), linked(near)], people)
    assert found.schema == clusters.VERDICTS
    return found.to_dicts()


def test_who_stays() -> None:
    found = resolve([(0, 1), (1, 2)], [], members(["c", "b", "a"], [0.5, 0.9, 0.9]))
    cluster = {"cluster_id": "a", "cluster_size": 3, "twin_release": None}
    assert found == [
        {"node": 0, "reason": "exact_duplicate", "twin_id": "a", "twin_similarity": 1.0, **cluster},
        {"node": 1, "reason": "exact_duplicate", "twin_id": "a", "twin_similarity": 1.0, **cluster},
        {"node": 2, "reason": None, "twin_id": None, "twin_similarity": None, **cluster},
    ]
    better = resolve([(0, 1), (1, 2)], [], members(["c", "b", "a"], [0.99, 0.9, None]))
    assert [row["twin_id"] for row in better] == [None, "c", "c"]
    assert {row["cluster_id"] for row in better} == {"a"}, "the least id, whoever stays"


def test_the_twin_of_a_twin_that_goes_later() -> None:
    """0 is exactly 1, and 1 is nearly 2, who is better: both find their twin in 2."""
    found = resolve([(0, 1)], [(1, 2)], members(["a", "b", "c"], [0.1, 0.2, 0.3]))
    assert [(row["reason"], row["twin_id"], row["cluster_size"]) for row in found] == [
        ("exact_duplicate", "c", 3),
        ("near_duplicate", "c", 3),
        (None, None, 3),
    ]


def test_a_near_link_of_one_that_went_is_its_twins() -> None:
    found = resolve([(0, 1)], [(0, 2)], members(["a", "b", "c"], [0.1, 0.5, 0.3]))
    assert [(row["reason"], row["twin_id"]) for row in found] == [
        ("exact_duplicate", "b"),
        (None, None),
        ("near_duplicate", "b"),
    ]


def test_near_links_inside_an_exact_cluster_change_nothing() -> None:
    people = members(["a", "b", "c"], [1.0, 1.0, 1.0])
    assert resolve([(0, 1), (1, 2)], [(0, 1), (0, 2)], people) == resolve([(0, 1), (1, 2)], [], people)


def test_nobody() -> None:
    assert resolve([], [], members([], [])) == []


def test_nodes_are_addresses_and_need_not_be_dense() -> None:
    nodes = [3 << 32 | 7, 1 << 32 | 2, (1 << 40) + 5]
    people = members(["a", "b", "c"], [1.0, 2.0, 0.5]).with_columns(pl.Series("node", nodes, dtype=pl.UInt64))
    edges = linked([(nodes[0], nodes[1]), (nodes[2], nodes[1])])
    found = clusters.resolve([EXACT], [edges], people)
    assert found["node"].to_list() == sorted(nodes)
    assert dict(found.select("node", "twin_id").iter_rows()) == {nodes[0]: "b", nodes[1]: None, nodes[2]: "b"}


graphs = st.integers(2, 14).flatmap(
    lambda n: st.tuples(
        st.just(n),
        *[st.lists(st.tuples(*[st.integers(0, n - 1)] * 2), max_size=10)] * 2,
        st.lists(st.one_of(st.none(), st.sampled_from([0.1, 0.5, 0.9])), min_size=n, max_size=n),
        st.permutations(range(n)),
    )
)


@given(graphs)
def test_properties(graph: tuple[int, Any, Any, Any, Any]) -> None:
    n, exact, near, scores, order = graph
    ids = [f"id{i:02}" for i in range(n)]
    found = {row["node"]: row for row in resolve(exact, near, members(ids, scores))}
    # Clusters are those of both kinds of links together.
    roots = naive([*exact, *near], n)
    sizes = {root: roots.count(root) for root in roots}
    assert set(found) == {i for i in range(n) if sizes[roots[i]] > 1}
    for node, row in found.items():
        assert row["cluster_size"] == sizes[roots[node]]
        assert row["cluster_id"] == min(ids[i] for i in range(n) if roots[i] == roots[node])
        assert (row["reason"] is None) == (row["twin_id"] is None)
        if row["twin_id"] is not None:
            twin = ids.index(row["twin_id"])
            assert found[twin]["reason"] is None and roots[twin] == roots[node], "a twin is one that stays"
    # One stays in each cluster, and sizes add up.
    stays = [node for node, row in found.items() if row["reason"] is None]
    assert len(stays) == len({roots[i] for i in found})
    assert sum(found[node]["cluster_size"] for node in stays) == len(found)
    # The order in which documents came does not matter: same ids and scores at other addresses.
    place = {old: new for new, old in enumerate(order)}
    moved = members([ids[i] for i in order], [scores[i] for i in order])
    again = resolve([(place[a], place[b]) for a, b in exact], [(place[a], place[b]) for a, b in near], moved)
    there = {order[row["node"]]: {**row, "node": order[row["node"]]} for row in again}
    assert there == found


TEXTS = pl.DataFrame(
    {
        "text": ["One text.", "one  text.", "One text.", "One text.", "Another."],
        "language": ["eng_Latn", "eng_Latn", "fra_Latn", None, "eng_Latn"],
        "source": ["a", "b", "a", "a", "a"],
    }
)


@pytest.mark.parametrize(
    ("within", "together"),
    [
        ((), {(0, 1, 2, 3)}),
        (("language",), {(0, 1)}),
        (("source",), {(0, 2, 3)}),
        (("language", "source"), set()),
    ],
)
def test_documents_that_are_set_apart_share_no_key(within: Any, together: set[tuple[int, ...]]) -> None:
    keys = clusters.keys(Step(exact_dedup.STAGE, exact_dedup.Params(within=within)), TEXTS, None)
    assert keys.schema == clusters.MADE and keys["key"].bin.size().unique().item() == 16
    sharing = {tuple(sorted(rows)) for rows in keys.group_by("key").agg("row")["row"].to_list() if len(rows) > 1}
    assert sharing == together
    assert clusters.keys(EXACT, TEXTS.head(0), None).is_empty()


# --- rounds of stars: components when no one holds all links ---


def settle(edges: list[tuple[int, int]]) -> tuple[dict[int, int], int]:
    """Labels as rounds of large-star and small-star find them, and how many rounds that took."""
    schema = {"node": pl.UInt64, "root": pl.UInt64}
    links = pl.DataFrame([(max(e), min(e)) for e in edges if e[0] != e[1]], schema=schema, orient="row")
    for number in range(1, 100):
        forth = links.select("node", other="root").unique()
        back = forth.select(pl.col("other").alias("node"), pl.col("node").alias("other"))
        large = clusters.large_star(pl.concat([forth, back]))
        small = clusters.small_star(large.select("node", other="root"))
        links = small.select("node", "root")
        if not large["changed"].any() and not small["changed"].any():
            assert links["node"].is_unique().all()
            return dict(links.iter_rows()), number
    raise AssertionError("did not settle")


@given(
    st.integers(1, 40).flatmap(
        lambda n: st.tuples(st.just(n), st.lists(st.tuples(*[st.integers(0, n - 1)] * 2), max_size=60))
    )
)
def test_stars_equal_a_naive_union_find(graph: tuple[int, list[tuple[int, int]]]) -> None:
    n, edges = graph
    labels, _ = settle(edges)
    assert [labels.get(node, node) for node in range(n)] == naive(edges, n)


@pytest.mark.parametrize("order", ["ascending", "descending", "shuffled"])
def test_a_long_chain_settles_in_few_rounds(order: str) -> None:
    n = 10_001
    names = np.arange(n) if order != "descending" else np.arange(n)[::-1]
    if order == "shuffled":
        names = np.random.default_rng(2).permutation(n)
    labels, rounds = settle([(int(a), int(b)) for a, b in pairwise(names)])
    assert len(labels) == n - 1 and set(labels.values()) == {0}
    assert rounds < components_phase._rounds(n - 1)


def test_one_giant_star() -> None:
    leaves = 1_000_000
    labels, rounds = settle([(0, leaf) for leaf in range(1, leaves + 1)])
    assert len(labels) == leaves and set(labels.values()) == {0} and rounds == 1
    centre = leaves + 5  # the centre is the largest: all its leaves have to learn of the least one
    labels, rounds = settle([(centre, leaf) for leaf in range(leaves)])
    assert len(labels) == leaves and set(labels.values()) == {0} and rounds <= 3
