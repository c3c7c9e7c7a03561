"""dedup: keys for each shard (kept: a changed threshold does not make them again), then links, clusters and twins.

| module       | what                                                                                       |
| ------------ | ------------------------------------------------------------------------------------------ |
| `phase`      | the phase as a whole                                                                       |
| `tables`     | files of documents, of this run and of earlier releases                                    |
| `keys`       | the keys of each file                                                                      |
| `links`      | documents that share a key                                                                 |
| `verify`     | candidates compared truly                                                                  |
| `by_file`    | tables by the file of their documents                                                      |
| `components` | connected components in rounds, where links are too many for one process                   |
| `resolve`    | whole clusters resolved bucket by bucket                                                   |
| `copies`     | how many copies of each document there are, for rehydration                                |

What is shuffled are keys, addresses, scores and, for candidates that are compared, hashes of what they consist of;
text stays where it is.
"""

from pipelines.beam.phases.dedup.phase import PHASE, Deduplicated, run

__all__ = ["PHASE", "Deduplicated", "run"]
