"""One Glotmill run as an Airflow DAG: a task a phase, each a call of the `glotmill` command.

Glotmill lives in another environment than Airflow, so nothing of it is imported here. Where the command is not on
the worker's PATH, set GLOTMILL_COMMAND, for example to `/opt/glotmill/bin/glotmill`; arguments may follow.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import shlex
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Mapping
from datetime import timedelta
from typing import IO, TYPE_CHECKING, Any

from airflow.sdk import DAG, BaseOperator, Param, chain
from airflow.sdk.exceptions import AirflowException, AirflowFailException

if TYPE_CHECKING:
    from airflow.sdk import Context

PHASES = {
    "measure": "Read the sources, edit the texts, and score every document.",
    "judge": "Hold the scores against the recipe's thresholds and write down every broken rule.",
    "dedup": "Find duplicates and choose which one stays.",
    "derive": "Translate and rewrite the survivors, where the recipe asks for it.",
    "release": "Write the Parquet files, the manifest with its proof that no row is missing, and the card.",
}
TRY_LATER = 75  # EX_TEMPFAIL of sysexits.h: nothing is wrong, the same command may succeed later
GRACE_SECONDS = 3.0  # shorter than the 5 seconds after which Airflow's supervisor kills the task process itself
MESSAGE_LINES = 20
XCOM_BYTES = 16_384
# Airflow's configuration, connections and variables hold secrets, and its context is of no use to the command.
PRIVATE = ("AIRFLOW__", "AIRFLOW_CONN_", "AIRFLOW_VAR_", "_AIRFLOW")


def command_line(phase: str, params: Mapping[str, Any], command: str) -> list[str]:
    """The arguments that run one phase."""
    line = [*shlex.split(command), "run", params["recipe"], "--phase", phase]
    line += ["--work", params["work"], "--out", params["out"]]
    for option in ("limit", "workers"):
        if params[option]:  # 0 leaves it to the recipe
            line += [f"--{option}", str(params[option])]
    for override in params["set"]:
        line += ["--set", override]
    return [*line, "--json"]


def child_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment that the command gets: the worker's, without what belongs to Airflow."""
    return {name: value for name, value in environment.items() if not name.startswith(PRIVATE)}


class GlotmillOperator(BaseOperator):
    """Runs one phase of a Glotmill run and returns what the command reports as JSON.

    Exit code 75 and death by a signal fail the task so that Airflow retries it; finished shards are kept, so the retry
    goes on where the run stopped. Every other code needs somebody to mend something, and is not retried.

    Args:
        phase: the phase to run.
    """

    ui_color = "#e8f1ea"

    def __init__(self, *, phase: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.phase = phase
        self._process: subprocess.Popen[bytes] | None = None

    def execute(self, context: Context) -> Any:
        """Run the command, pass its output on to the log, and judge its exit code."""
        line = command_line(self.phase, context["params"], os.environ.get("GLOTMILL_COMMAND") or "glotmill")
        self.log.info("Running %s", shlex.join(line))
        try:
            process = subprocess.Popen(
                line,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=child_environment(os.environ),
                start_new_session=True,  # a process group of its own, so that its workers can be ended with it
            )
        except OSError as error:
            raise AirflowFailException(
                f"Cannot start {line[0]!r}: {error}. Install Glotmill on this worker in an environment of its own, "
                "or set GLOTMILL_COMMAND to the command."
            ) from error
        self._process = process
        try:
            report, errors = self._follow(process)
            code = process.wait()
        finally:
            # Also on a timeout, which Airflow raises right out of the lines above.
            self._end(process)
            self._process = None
        return self._result(code, report, errors)

    def on_kill(self) -> None:
        """End the whole process group. Runs in a signal handler: it must not wait for what `execute` holds."""
        process = self._process
        if process is None:
            return
        _signal_group(process.pid, signal.SIGTERM)
        last_resort = threading.Timer(GRACE_SECONDS, _signal_group, (process.pid, signal.SIGKILL))
        last_resort.daemon = True
        last_resort.start()
        self.log.info("Ended the process group of %s", process.pid)

    def _follow(self, process: subprocess.Popen[bytes]) -> tuple[str, list[str]]:
        """Log the lines of both outputs as they come; return the last of stdout and the last ones of stderr."""
        lines: queue.SimpleQueue[tuple[str, str | None]] = queue.SimpleQueue()
        for name in ("stdout", "stderr"):
            threading.Thread(target=_read, args=(name, getattr(process, name), lines), daemon=True).start()
        report, errors, open_streams = "", deque[str](maxlen=MESSAGE_LINES), 2
        ended: float | None = None
        while open_streams:
            try:
                name, text = lines.get(timeout=0.5)
            except queue.Empty:
                # A process left behind may hold the outputs open long after the command has ended.
                if process.poll() is not None:
                    ended = ended or time.monotonic()
                    if time.monotonic() - ended > GRACE_SECONDS:
                        break
                continue
            if text is None:
                open_streams -= 1
            elif name == "stderr":
                errors.append(text)
                self.log.info("%s", text)
            elif text.strip():
                if report:
                    self.log.info("%s", report)
                report = text
        return report, list(errors)

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        """Make sure that nothing of the process group is left."""
        if process.poll() is None:
            _signal_group(process.pid, signal.SIGTERM)
            try:
                process.wait(GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                self.log.warning("%s did not end within %s seconds and is killed", process.pid, GRACE_SECONDS)
        _signal_group(process.pid, signal.SIGKILL)
        process.wait()

    def _result(self, code: int, report: str, errors: list[str]) -> Any:
        if report:
            self.log.info("%s", report)
        said = "\n".join(errors) or "(nothing on stderr)"
        if code == TRY_LATER:
            raise AirflowException(f"Phase {self.phase} asks to be tried again later (exit code {code}):\n{said}")
        if code < 0 or code > 128:  # by shells and wrappers, 128 + the signal
            number = -code if code < 0 else code - 128
            raise AirflowException(f"Phase {self.phase} was ended by signal {number}:\n{said}")
        if code:
            raise AirflowFailException(f"Phase {self.phase} failed with exit code {code}:\n{said}")
        try:
            result = json.loads(report)
        except ValueError as error:
            raise AirflowFailException(
                f"Phase {self.phase} ended well, but the last line on stdout is not JSON: {report[:200]!r}. "
                "Check that GLOTMILL_COMMAND names the glotmill command."
            ) from error
        if len(report) > XCOM_BYTES and isinstance(result, dict):
            # XCom lives in Airflow's database; the whole report is in the log above.
            result = {key: value for key, value in result.items() if len(json.dumps(value)) < 512}
        return result


def _read(name: str, stream: IO[bytes], lines: queue.SimpleQueue[tuple[str, str | None]]) -> None:
    with stream:
        for line in stream:
            lines.put((name, line.decode("utf-8", "backslashreplace").rstrip("\r\n")))
    lines.put((name, None))


def _signal_group(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):  # nothing is left of the group
        os.killpg(group, number)


ABSOLUTE = "^(/|[A-Za-z][A-Za-z0-9+.-]*://)"

with DAG(
    dag_id="glotmill",
    description="Raw multilingual text to a dataset release, one task a phase",
    doc_md="""\
# Glotmill

Runs one recipe, one task a phase: **measure → judge → dedup → derive → release**.

- Every phase leaves files in `work`. A retry, or a new run with the same parameters, does only what is missing.
- Exit code 75 (a server is busy) is retried. Every other error needs somebody to mend something: the end of the
  command's messages is in the task's error, all of them are in its log.
- A killed task ends the command and all its workers.
- Each task returns the command's JSON report. `manifest.json` in `out` has the counts and the proof that no row is
  missing.

The worker needs the `glotmill` command, or `GLOTMILL_COMMAND` set to it. Keys of LLM servers come from the worker's
environment, under the name that the recipe gives.
""",
    schedule=None,
    catchup=False,
    max_active_runs=1,  # two runs must not write to the same work folder
    tags=["glotmill", "multilingual", "datasets"],
    default_args={"owner": "glotmill", "retries": 2, "retry_delay": timedelta(minutes=5)},
    params={
        "recipe": Param(
            "quickstart",
            type="string",
            minLength=1,
            title="Recipe",
            description="Name of a recipe that ships, or the full path of a recipe file",
        ),
        "out": Param(
            type="string",
            pattern=ABSOLUTE,
            title="Release folder",
            description="Where the release is written: a full path, or an address such as s3://bucket/release",
        ),
        "work": Param(
            type="string",
            pattern=ABSOLUTE,
            title="Work folder",
            description="Where files between phases are kept; every worker must reach it",
        ),
        "limit": Param(
            0, type="integer", minimum=0, title="Limit", description="Only the first so many documents; 0 for all"
        ),
        "set": Param(
            [],
            type="array",
            items={"type": "string", "pattern": "^[^=]+="},
            title="Changes to the recipe",
            description="One a line: stages.gopher_quality.min_words=30",
        ),
        "workers": Param(
            0, type="integer", minimum=0, title="Workers", description="Worker processes; 0 for what the recipe says"
        ),
    },
) as dag:
    chain(
        *(
            GlotmillOperator(task_id=phase, phase=phase, doc_md=f"{what} Runs `glotmill run --phase {phase}`.")
            for phase, what in PHASES.items()
        )
    )
