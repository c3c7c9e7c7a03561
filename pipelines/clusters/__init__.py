"""Clusters of duplicates in memory, from keys over links to verdicts; `pipelines.beam.phases` does it in buckets.

A node is a document's address as one number: shard index x 2^32 + row.

| module       | what                                                                      |
| ------------ | ------------------------------------------------------------------------- |
| `keys`       | the keys of a Group stage                                                 |
| `links`      | documents that share a key: stars, or pairs to be compared                |
| `verify`     | pairs compared truly                                                      |
| `components` | connected components in memory                                            |
| `stars`      | one round of finding them where no machine has all links                  |
| `resolve`    | who stays, and each other document's twin                                 |
| `first_come` | who stays where links were verified                                       |
| `sizes`      | how many members a component has                                          |
| `whole`      | all of it for a frame                                                     |
"""

from pipelines.clusters.components import components
from pipelines.clusters.keys import MADE, keys, made_by, reads
from pipelines.clusters.links import CANDIDATES, LINKS, candidates, links
from pipelines.clusters.resolve import VERDICTS, resolve
from pipelines.clusters.sizes import SIZES, labels, sizes
from pipelines.clusters.stars import large_star, small_star
from pipelines.clusters.verify import verified
from pipelines.clusters.whole import copies, whole

__all__ = [
    "CANDIDATES", "LINKS", "MADE", "SIZES", "VERDICTS", "candidates", "components", "copies", "keys", "labels",
    "large_star", "links", "made_by", "reads", "resolve", "sizes", "small_star", "verified", "whole",
]  # fmt: skip
