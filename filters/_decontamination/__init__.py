"""Benchmark items inside documents: read, indexed by their runs of terms, found, cut out.

| module    | what                                                              |
| --------- | ----------------------------------------------------------------- |
| `params`  | what a recipe says                                                |
| `files`   | the benchmarks' files, wherever they are, and their digests       |
| `items`   | the texts of their items                                          |
| `runs`    | runs of terms, measured by weight, and their keys                 |
| `index`   | which item a run belongs to; built once, opened by each worker    |
| `ready`   | what happens before a run, and what is said about it              |
| `matches` | the runs of a frame's documents that an item holds too            |
| `cuts`    | the sentences around them taken out                               |
"""
