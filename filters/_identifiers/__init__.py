"""Language identifiers, one a module, behind one shape (`answer.Identifier`), and what surrounds them.

| module     | what                                                         |
| ---------- | ------------------------------------------------------------ |
| `cld2`     | CLD2, needs no download                                      |
| `fasttext` | any fastText identifier                                      |
| `heliport` | HeLI, an optional extra                                      |
| `ensemble` | several that vote                                            |
| `labels`   | what each model calls a language, as `iso639-3_Script`       |
| `scripts`  | in which scripts a text is written                           |
| `sampling` | reading a long document in several places                    |
| `files`    | where a model's file is, and its digest                      |
"""
