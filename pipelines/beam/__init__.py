"""Floor 3: the only code that imports Beam. Phases as pipelines, with files between them.

`units` runs a function over addresses of shards, `exchange` shuffles small tables by key, `phases` says what each phase
does, `run` puts them in order.
"""

import logging

# While it is imported, Beam warns about the clients of a cloud that nobody asked for.
logging.getLogger().addFilter(lambda record: "apitools not found" not in record.getMessage())
