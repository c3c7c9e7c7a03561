"""`glotmill publish`: put a release on the Hugging Face Hub, whole and checked, or not at all."""

from __future__ import annotations

import os
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from data_cards.visible import brief, visible
from pipelines.commands._shared import ERR, OUT, JsonOption, print_json, say
from schemas.errors import PermissionProblem

if TYPE_CHECKING:
    from pipelines.publishing.preview import Preview, There
    from pipelines.publishing.publish import Published

_TOKEN = "HF_TOKEN"
_SHOWN = 20  # paths of a list
_STATES = {True: "private", False: "public", None: "unknown"}


def publish(
    folder: Annotated[str, typer.Argument(metavar="DIR", help="Folder of a release, on this machine")],
    repo: Annotated[str, typer.Argument(metavar="ORG/NAME", help="Dataset on the Hub; it is made if it is not there")],
    tag: Annotated[
        str | None, typer.Option(help="Tag of the release [default: v and 12 digits of the manifest's SHA-256]")
    ] = None,
    public: Annotated[
        bool, typer.Option("--public", help="Make it public where it is made; agree that it is where it is there")
    ] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Delete files on main that no release put there")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would go; change nothing")] = False,
    load: Annotated[
        bool, typer.Option("--load/--no-load", help="Verify that every config loads with `datasets`, too")
    ] = True,
    card: Annotated[
        bool, typer.Option("--card/--no-card", help="Refuse a card without the parts that only people can write")
    ] = True,
    json_: JsonOption = False,
) -> None:
    """Publish a release: upload to a pull request, check every file there, merge, tag. Run it again to go on."""
    from pipelines.publishing import release as releases
    from pipelines.publishing.hub import Hub
    from pipelines.publishing.patience import Patience
    from pipelines.publishing.preview import preview
    from pipelines.publishing.progress import Lines
    from pipelines.publishing.publish import check_name, check_tag, check_verified, check_written
    from pipelines.publishing.publish import publish as run

    token = os.environ.get(_TOKEN, "").strip()
    check_name(repo)
    if tag is not None:
        check_tag(tag)
    if not token and not dry_run:
        raise PermissionProblem(
            f"{_TOKEN} is not set. Make a token with write access in the settings of your account on the Hub, and set "
            f"it: only {_TOKEN} is read, no login that is stored on this machine. `--dry-run` needs none."
        )
    found = releases.read(folder)
    if card and not dry_run:
        check_written(found)
    lines = Lines(ERR)
    started = time.monotonic()
    with lines.shown():
        lines.step(f"verifying {folder}")
        check_verified(folder, lambda place: _verify(place, load))
        if dry_run:
            lines.step("looking")
            asked = Hub(repo, token, patience=Patience(tries=1), watch=lines) if token else None
            shown = preview(found, repo, tag, asked)
        else:
            hub = Hub(repo, token, watch=lines)
            done = run(found, hub, tag=tag, public=public, replace=replace, watch=lines)
    if dry_run:
        print_json({"dry_run": True, **asdict(shown)}) if json_ else _print_preview(folder, shown, public=public)
    elif json_:
        print_json({"release": folder, **asdict(done), "seconds": round(time.monotonic() - started, 1)})
    else:
        _print(done, time.monotonic() - started)


def _verify(folder: str, load: bool) -> list[object]:
    from pipelines.verification.verify import verify

    return list(verify(folder, load=load))


def _print(done: Published, seconds: float) -> None:
    if done.already:
        say(f"already published: {done.url} holds this release, tagged {done.tag}; nothing was sent")
        say(f"commit {done.commit}")
    else:
        if done.created:
            say(f"made {done.repo} ({_STATES[done.private]})")
        if done.pull_request is not None:
            say(
                f"pull request {done.pull_request}: {done.sent:,} files sent, {done.files - done.sent:,} were there, "
                f"{done.deleted:,} deleted; checked, merged"
            )
        say(f"published {done.files:,} files to {done.url} ({_STATES[done.private]}) in {seconds:.1f} s")
        say(f"commit {done.commit}, tag {done.tag}")
    if done.main != done.commit:
        say(f"main has moved on since, to {done.main[:12]}: the tag holds the release")


def _print_preview(folder: str, shown: Preview, *, public: bool) -> None:
    from pipelines.publishing.progress import size

    say(f"{folder} -> {shown.repo} (nothing is sent: --dry-run)")
    table = Table(pad_edge=False, box=SIMPLE_HEAD)
    table.add_column("folder or file")
    for heading in ("files", "bytes"):
        table.add_column(heading, justify="right", no_wrap=True)
    for one in shown.folders:
        table.add_row(Text(visible(brief(one.name, 80))), f"{one.files:,}", size(one.bytes))
    table.add_section()
    table.add_row("all", f"{shown.files:,}", size(shown.bytes))
    OUT.print(table)
    say(f"manifest {shown.sha256}")
    if shown.there is None:
        say(f"tag      {shown.tag}")
        say(f"commits  {shown.commits:,} in a pull request, if nothing is there yet; then merged and tagged")
        say(
            f"not asked: whether {shown.repo} is there and may be written to, what it has and would lose: "
            f"{shown.not_asked}"
        )
    else:
        _print_there(shown, shown.there, public=public)


def _print_there(shown: Preview, there: There, *, public: bool) -> None:
    from pipelines.publishing.progress import size

    if there.published:
        say(f"already published: the tag {shown.tag} is on this release; nothing would be sent")
        return
    say(f"tag      {shown.tag}{': taken by another commit, choose one with --tag' if there.tag_taken else ''}")
    if not there.exists:
        state = "public" if public else "private"
        say(f"dataset  not there, or not seen with this token: it would be made, {state}")
        say(f"send     {shown.files:,} files, {size(shown.bytes)}, in {shown.commits:,} commits of a pull request")
        return
    mismatch = "" if there.private or public else ": --public would have to be said"
    say(f"dataset  there, {_STATES[there.private]}{mismatch}")
    into = "a pull request" if there.pull_request is None else f"pull request {there.pull_request}, which is open"
    say(f"send     {there.missing:,} files, {size(there.missing_bytes)}, in {there.commits:,} commits of {into}")
    say(f"delete   {len(there.deleted):,} files")
    for path in there.deleted[:_SHOWN]:
        say(f"  {visible(brief(path))}")
    if len(there.deleted) > _SHOWN:
        say(f"  {len(there.deleted) - _SHOWN:,} more: see --json")
    if there.strangers:
        say(f"refuses without --replace: {len(there.strangers):,} files that no release put there")
        for path in there.strangers[:_SHOWN]:
            say(f"  {visible(brief(path))}")
