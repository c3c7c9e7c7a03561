"""Training a classifier as `glotmill train-quality` does: from sources to a model folder with its evaluation.

| module           | what                                                                                  |
| ---------------- | ------------------------------------------------------------------------------------- |
| `spec`           | the YAML file that says what to train from, and how                                     |
| `gather`         | rows of both classes out of sources, as many as wanted, the same ones each time           |
| `clean`          | benchmark items out of the positives; texts that stand on both sides out of both         |
| `split`          | train, valid and test by a stable hash; near-copies stay together                        |
| `families`       | fastText and embedding behind one contract: features, fit, log odds                      |
| `fitting`        | one model or one a language, each calibrated; settings by trials                          |
| `metrics`        | AUC, average precision, calibration                                                     |
| `evaluate`       | all that, by language, source and length; errors; learning curve; agreement                |
| `limits`         | thresholds by language for a false-positive rate                                          |
| `plots`, `readme`| the card that people read                                                               |
| `train`          | the whole way                                                                           |
"""
