"""`glotmill prompts`: what a model was asked for a derived row, rebuilt from the release."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from pipelines.commands._shared import JsonOption, nice_os_errors, print_json, say

_DIFFERENT = 1


def prompts(
    release: Annotated[str, typer.Argument(metavar="DIR", help="Folder of a release")],
    id_: Annotated[
        list[str] | None, typer.Option("--id", help="Id of a derived row; may be repeated [default: all, counted]")
    ] = None,
    json_: JsonOption = False,
) -> None:
    """Rebuild the requests behind derived rows, and say whether each is, byte for byte, the one that was sent."""
    from pipelines import rebuilding

    rows = requests = different = 0
    with nice_os_errors():
        for row_id, found in rebuilding.rebuild(release, id_):
            rows += 1
            requests += len(found)
            different += sum(not one.same for one in found)
            if json_:
                print_json({"id": row_id, "requests": [asdict(one) for one in found]})
            elif id_:
                say(row_id)
                for one in found:
                    told = "as it was sent" if one.same else "NOT as it was sent"
                    say(f"  {one.step} {one.key}: {told}")
                    if one.request:
                        say(json.dumps(json.loads(one.request), ensure_ascii=False, indent=2))
    if not json_:
        say(f"{requests:,} requests of {rows:,} rows rebuilt, {different:,} of them not as they were sent")
    if different:
        raise typer.Exit(_DIFFERENT)
