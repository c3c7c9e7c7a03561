"""Classifiers of two classes that score documents: quality, machine-made text, toxicity.

| module        | what                                                                                      |
| ------------- | ----------------------------------------------------------------------------------------- |
| `kinds`       | what is told apart, and how the classes are called                                          |
| `params`      | the parameters that stages share: which model, pieces, languages                             |
| `address`     | where a model is: a folder, a file, the Hub at a pinned revision                              |
| `card`        | card.json of a model folder                                                                |
| `model`       | a loaded model folder: one score a document                                                 |
| `pieces`      | a long text in pieces, and one score out of those of its pieces                              |
| `calibration` | from log odds to probabilities that come true                                               |
| `rows`        | labelled rows                                                                              |
| `learn`       | training by rows alone, without evaluation: what a recipe asks for before a run              |
| `fasttext`    | the family fastText: training; `tokens` what it sees, `linear` what it says                    |
| `embedding`   | the family of embeddings: vectors of texts; `head` what is learnt over them                    |
| `fineweb2_hq` | the published classifiers of FineWeb2-HQ; `torch_file` reads their files                      |

How a model is evaluated, and everything that `glotmill train-quality` does beyond, is `pipelines.training`.
"""
