"""Run a recipe and say what came of it: for the commands that end in a run."""

from __future__ import annotations

import time
from collections import Counter

from pipelines.commands._estimates import DOLLARS
from pipelines.commands._shared import OUT, load, make_context, nice_os_errors, print_json, say
from schemas.errors import RecipeError, one_of


def run(
    recipe: str,
    set_: list[str] | None,
    *,
    limit: int | None = None,
    out: str | None = None,
    work: str | None = None,
    phase: str | None = None,
    runner: str = "local",
    options: tuple[str, ...] = (),
    workers: int | None = None,
    frame_bytes: int | None = None,
    json_: bool = False,
    quiet: bool = False,
) -> None:
    """Run a recipe; see `pipelines.commands.run` for what the options mean."""
    from pipelines.plan import PHASES

    if phase is not None and phase not in PHASES:
        raise RecipeError(one_of("phase", phase, PHASES))
    loaded, checked = load(recipe, set_)
    only = frozenset([phase] if phase else PHASES)
    with nice_os_errors():
        from pipelines.beam import run as beam_run
        from pipelines.beam.context import Runner

        if not Runner(runner).local:  # Beam takes seconds to load: a finished run does not
            from pipelines.beam import runner as beam_runner

            beam_runner.check(runner)
        started = time.monotonic()
        ready = make_context(
            loaded, checked, work=work, out=out, limit=limit, workers=workers, frame_bytes=frame_bytes, runner=runner,
            options=options, only=only, quiet=quiet,
        )  # fmt: skip
        manifest = beam_run.run(ready)
    seconds = time.monotonic() - started
    if manifest is not None and not quiet and not json_:
        from pipelines.progress import funnel, thresholds

        for table in funnel(manifest, checked):
            OUT.print(table)
        if told := thresholds(manifest):
            say(told)
        if manifest.expected is not None:
            right, planted = manifest.expected.as_written, manifest.expected.rows
            say(f"planted verdicts: {right} of {planted} as written ({right / planted:.1%})")
            for line in manifest.expected.differing[:10]:
                say(f"  {line}")
        for earlier in manifest.against:
            say(f"left out because {earlier.name} has them: {earlier.removed:,} documents")
        if checked.derive_steps:
            say(_asked(ready.asked))
        say(f"released to {ready.out} in {seconds:.1f} s")
    if json_:
        print_json(
            {
                "recipe": loaded.name,
                "phase": phase,
                "out": ready.out,
                "work": ready.work,
                "manifest": f"{ready.out}/manifest.json" if manifest is not None else None,
                "counts": None
                if manifest is None
                else manifest.counts.model_dump(
                    include={"input", "released_sources", "rejected", "dead", "derived", "quarantined"}
                ),
                "asked": dict(ready.asked),
                "seconds": round(seconds, 1),
            }
        )


def _asked(counts: Counter[str]) -> str:
    """What language models were asked in this run."""
    calls, cached = counts["calls"], counts["cached"]
    told = f"language models: {calls:,} calls, {cached:,} answers from the cache"
    if calls:
        told += f", {counts['prompt_tokens']:,} tokens sent, {counts['completion_tokens']:,} received"
        told += f", cost {DOLLARS.format(counts['dollars'])}"
    return told
