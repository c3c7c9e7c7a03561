"""From documents to verdicts in one go, for as many as fit into memory."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from filters import _segments
from pipelines.clusters.keys import keys
from pipelines.clusters.links import LINKS, candidates, links
from pipelines.clusters.resolve import resolve
from pipelines.clusters.sizes import labels, sizes
from pipelines.clusters.verify import verified
from pipelines.plan import Step
from schemas.stage import Group


def whole(steps: Sequence[Step[Group]], documents: pl.DataFrame) -> pl.DataFrame:
    """The verdicts on a frame of documents.

    Args:
        steps: the Group steps in order.
        documents: `node`, `id`, the columns that steps read and prefer by, and `release`, the earlier release that has
            the document, null for one of this run.

    Returns:
        See `resolve`.
    """
    documents = documents.rechunk()  # what was made of a column is found again by its place in memory
    linked = [_links(step, documents) for step in steps]
    ends = [pl.Series("node", [], dtype=pl.UInt64), *(found[name] for found in linked for name in ("node", "root"))]
    involved = pl.concat([end.rename("node") for end in ends]).unique()
    return resolve(steps, linked, documents.filter(pl.col("node").is_in(involved.implode())))


def copies(step: Step[Group], documents: pl.DataFrame) -> pl.Series:
    """How many documents share the keys of each, itself included, directly or by others.

    Args:
        documents: `node` and the columns that the step reads.
    """
    found = keys(step, documents, step.stage.open(step.params))
    linked = links(found.with_columns(documents["node"].gather(found["row"])))
    counted = documents.select("node").join(sizes(labels(linked)), on="node", how="left", maintain_order="left")
    return counted["copies"].fill_null(1)


def _links(step: Step[Group], documents: pl.DataFrame) -> pl.DataFrame:
    resource = step.stage.open(step.params)
    found = keys(step, documents, resource)
    found = found.with_columns(
        documents["node"].gather(found["row"]), documents["release"].is_null().gather(found["row"]).alias("ours")
    )
    found = found.filter(pl.col("ours").any().over("key"))
    verify = step.stage.verify
    if verify is None or step.stage.least(step.params) is None:
        return links(found, step.stage.alike)
    pairs = candidates(found)
    asked = pairs.filter(pl.col("home").is_not_null())
    wanted = documents.filter(pl.col("node").is_in(pl.concat([asked["node"], asked["root"]]).implode()))
    features = verify.features(_segments.add(wanted, verify.reads), step.params, resource)
    compared = verified(step, asked, wanted.select("node").with_columns(features.alias("features")))
    return pl.concat([pairs.filter(pl.col("home").is_null()).select(LINKS.names()), compared])
