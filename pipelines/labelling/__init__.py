"""Labelled documents out of sources: a stratified sample is drawn, a model is asked about it, rows are written.

| module   | what                                                            |
| -------- | --------------------------------------------------------------- |
| strata   | how many documents each stratum gives, and which                |
| sample   | the sample out of files                                         |
| excerpt  | what is shown of a long document                                |
| edits    | the recipe's changes to the text of the sample                  |
| asking   | questions, pilot and quote, answers                             |
| output   | rows and summary                                                |
"""
