"""`glotmill verify`: whether a release is what it says."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from data_cards.visible import brief, visible
from pipelines.commands._shared import OUT, JsonOption, nice_os_errors, print_json, say
from schemas.errors import ReleaseFault

if TYPE_CHECKING:
    from pipelines.verification.findings import Findings

_WIDTH = 9  # of the name of a check
_TOLD = 100  # problems of a check


def verify(
    release: Annotated[str, typer.Argument(metavar="DIR", help="Folder of a release, any address")],
    load: Annotated[
        bool, typer.Option("--load/--no-load", help="Load every config and split with `datasets`; needs a local folder")
    ] = True,
    json_: JsonOption = False,
) -> None:
    """Check files, counts, card, splits and loading of a release; exit code 65 if something does not hold."""
    from pipelines.verification.verify import examine

    found: list[Findings] = []
    with nice_os_errors():
        for findings in examine(release, load=load):
            found.append(findings)
            if not json_:
                _print(findings)
    failed = [findings.check for findings in found if findings.problems]
    if json_:
        print_json({"release": release, "holds": not failed, "checks": [_safe(one) for one in found]})
    if failed:
        n = sum(len(findings.problems) for findings in found)
        raise ReleaseFault(
            f"{release} is not what it says: {n:,} problem{'s' if n != 1 else ''} in {', '.join(failed)}. "
            "Run its recipe again: what was damaged is written anew."
        )


def _print(findings: Findings) -> None:
    """One line for the check, one for each problem."""
    if findings.problems:
        mark, style, told = "✗", "bold red", findings.looked_at
    elif findings.skipped is not None:
        mark, style, told = "–", "dim", findings.skipped
    else:
        mark, style, told = "✓", "green", findings.looked_at
    line = Text.assemble((mark, style), f" {findings.check:<{_WIDTH}} {visible(told)}")
    OUT.print(line, soft_wrap=True, highlight=False)
    for problem in findings.problems[:_TOLD]:
        where = f"{visible(brief(problem.path))}: " if problem.path is not None else ""
        say(f"    {where}{visible(problem.message)}")
    if len(findings.problems) > _TOLD:
        say(f"    {len(findings.problems) - _TOLD:,} more: see --json")
    for note in findings.notes:
        say(f"    note: {visible(note)}")


def _safe(findings: Findings) -> dict[str, object]:
    """As JSON may show it on a terminal."""
    whole = asdict(findings)
    for problem in whole["problems"]:
        problem["path"] = None if problem["path"] is None else visible(problem["path"])
    return whole
