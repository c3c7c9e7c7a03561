"""Which documents a rule keeps that keeps a top share: exactly, over all files, by rounds of counting.

| module       | what                                                                    |
| ------------ | ----------------------------------------------------------------------- |
| `dimensions` | strata: what documents of a language are told apart by                    |
| `keys`       | scores and ids as whole numbers that can be counted in bins               |
| `ranks`      | several models: ranks among those that compete, and one rank of these     |
| `cuts`       | where a share ends                                                        |
| `rule`       | one rule: who competes, and its rounds                                    |
| `selection`  | all rules of a recipe                                                     |
| `report`     | what stays along dimensions, and warnings                                 |
"""

from pipelines.selection.dimensions import described, reads
from pipelines.selection.selection import COUNTS, Selection, added, begun, whole

__all__ = ["COUNTS", "Selection", "added", "begun", "described", "reads", "whole"]
