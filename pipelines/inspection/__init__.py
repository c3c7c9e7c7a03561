"""`glotmill inspect`: a local page over a release.

| module       | what                                                                        |
| ------------ | --------------------------------------------------------------------------- |
| `operators`  | what a column can be filtered by, as SQL with parameters                    |
| `duck`       | a DuckDB that can read some files and do nothing else                       |
| `rows`       | searching, sorting and reading the rows, with DuckDB over the Parquet files |
| `shown`      | values of rows as the page gets them: cut, and what cannot be seen made visible |
| `ran`        | the stages of a release as they ran                                         |
| `story`      | all that a release says of one row                                          |
| `change`     | a threshold that is moved, and the recipe with it                           |
| `recipe_file` | the changed recipe, checked and written                                    |
| `source`     | a text as it came, read again from its source                               |
| `population` | rows that rules judge, in memory, judged again by `pipelines.judge`         |
| `thresholds` | what other thresholds would keep                                            |
| `spread`     | how the scores of one rule are spread, in bins to draw                      |
| `guard`      | who may ask: hosts, origins, the token of a run                             |
| `asked`      | what the page sends, read                                                   |
| `app`        | the routes                                                                  |
| `serve`      | the server                                                                  |

`page/` is what the browser runs: plain modules, and in `page/vendor/` code of others.
"""
