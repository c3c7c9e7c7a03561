"""The command `glotmill`: its commands in the order of the help, and how errors end it.

A command parses, calls, prints; the work is on the floors below. To add one: a file in `pipelines/commands/` and a
line here.

Exit codes: 0 done; 75 try again later; others mend first (see `schemas.errors`); 130 interrupted.
"""

from __future__ import annotations

import logging
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import typer

from pipelines.commands import (
    calibrate,
    calibrate_pairs,
    check,
    diff,
    distribution,
    explain,
    init,
    inspect,
    label,
    prompts,
    publish,
    quote,
    replay,
    report,
    run,
    schema,
    selection,
    serve,
    stages,
    train_lid,
    train_quality,
    verify,
)
from pipelines.commands._shared import ERR, say
from schemas.errors import GlotmillError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="From raw multilingual text to a dataset release that can be trusted.",
)
app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": False})(run.run)
app.command()(check.check)
app.command()(quote.quote)
app.command()(replay.replay)
app.command()(prompts.prompts)
app.command()(stages.stages)
app.command()(schema.schema)
app.command()(init.init)
app.command()(explain.explain)
app.command()(distribution.distribution)
app.command()(selection.selection)
app.command()(report.report)
app.command()(inspect.inspect)
app.command()(publish.publish)
app.command()(verify.verify)
app.command()(diff.diff)
app.command()(calibrate.calibrate)
app.command("calibrate-pairs")(calibrate_pairs.calibrate_pairs)
app.command()(serve.serve)
app.command("train-lid")(train_lid.train_lid)
app.command("train-quality")(train_quality.train_quality)
app.command()(label.label)

_INTERRUPTED = 130


@contextmanager
def _ctrl_c() -> Iterator[None]:
    """Whatever error surfaces after Ctrl-C is Ctrl-C: libraries and runners turn it into errors of their own."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    pressed = threading.Event()

    def interrupt(*_: Any) -> NoReturn:
        pressed.set()
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    except Exception as error:
        if pressed.is_set():
            raise KeyboardInterrupt from error
        raise
    finally:
        signal.signal(signal.SIGINT, before)


def main() -> None:
    """Entry point: errors become messages and exit codes."""
    # Importing Beam warns about Google packages that nothing here needs.
    logging.getLogger().addFilter(lambda record: "apitools" not in record.getMessage())
    try:
        with _ctrl_c():
            code = app(standalone_mode=False)
        if code == _INTERRUPTED:
            raise KeyboardInterrupt
        if isinstance(code, int):  # --help and the like
            sys.exit(code)
    except GlotmillError as error:
        ERR.print("[bold red]glotmill:[/] ", end="")
        say(str(error), ERR)
        sys.exit(error.exit_code)
    except typer.Exit as stop:
        sys.exit(stop.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        ERR.print("interrupted; run the same command again to go on from here")
        sys.exit(_INTERRUPTED)
    except Exception as error:
        show = getattr(error, "show", None)  # a usage error of the command line
        if show is None:
            raise
        show()
        sys.exit(getattr(error, "exit_code", 2))


if __name__ == "__main__":
    main()
