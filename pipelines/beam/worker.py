"""A worker process of the local runner: Beam's own, but silent unless something breaks, gone when its parent is.

Beam logs every start-up step of a worker as information, and a killed launcher may leave its workers behind.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import threading
import time
from contextlib import suppress


def main() -> None:
    """Run the worker until the runner lets it go."""
    launcher, alive = int(sys.argv[1]), sys.argv[2]
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the launcher too, and it tells us
    threading.Thread(target=_leave_with, args=(launcher, alive), daemon=True).start()
    # What goes wrong with a unit travels as a file; what Beam has to say when its launcher dies helps nobody.
    logging.disable(logging.CRITICAL)
    options = json.loads(os.environ.get("PIPELINE_OPTIONS") or "{}")
    options["beam:option:default_sdk_harness_log_level:v1"] = "ERROR"
    os.environ["PIPELINE_OPTIONS"] = json.dumps(options)
    from apache_beam.runners.worker import sdk_worker_main

    sdk_worker_main.main(sys.argv[:1])


def _leave_with(launcher: int, alive: str) -> None:
    # Our parent is the launcher: `exec` in the command replaced the shell. When it dies, another process adopts us.
    while os.getppid() == launcher and os.path.exists(alive):
        time.sleep(0.2)
    with suppress(OSError):
        os.unlink(alive)  # a killed launcher could not
    os._exit(1)


if __name__ == "__main__":
    main()
