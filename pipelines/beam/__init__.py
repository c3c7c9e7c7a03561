"""Floor 3: the only code that imports Beam. Phases as pipelines, with files between them.

`units` runs a function over addresses of shards, `exchange` shuffles small tables by key, `phases` says what each phase
does, `run` puts them in order.
"""
