"""The process that loads a release for `checks.loads`: it gets a job and says, line by line, what each split has.

It imports nothing of ours, so that it is what any reader of a release would run.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any


def main(job_path: str) -> None:
    """Load what a job names: `folder`, `configs` (config -> splits), `cache`; lines of JSON go to `said`."""
    job = json.loads(Path(job_path).read_text(encoding="utf-8"))
    with open(job["said"], "w", encoding="utf-8", buffering=1) as said:

        def say(**one: Any) -> None:
            said.write(json.dumps(one) + "\n")

        from datasets import get_dataset_config_names, load_dataset  # type: ignore[import-untyped]

        folder, cache = job["folder"], job["cache"]
        try:
            say(configs=sorted(get_dataset_config_names(folder)))
        except Exception as error:  # whatever it is, it is what a reader would see
            say(error=_told(error))
            return
        for config, splits in job["configs"].items():
            for split in splits:
                try:
                    rows = load_dataset(folder, config, split=split, cache_dir=cache)
                    say(config=config, split=split, rows=rows.num_rows)
                    del rows
                except Exception as error:  # as above
                    say(config=config, split=split, error=_told(error))
            shutil.rmtree(cache, ignore_errors=True)


def _told(error: Exception) -> str:
    cause = error.__cause__
    return f"{type(error).__name__}: {error}" + (f" ({type(cause).__name__}: {cause})" if cause else "")


if __name__ == "__main__":
    main(sys.argv[1])
