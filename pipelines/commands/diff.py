"""`glotmill diff`: what changed from one release to another."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from data_cards.visible import brief, visible
from pipelines.commands._shared import OUT, JsonOption, nice_os_errors, print_json, say

if TYPE_CHECKING:
    from schemas.changes import Changes, RowChanges, Setting

_ROWS = 40  # of a table
_NAME = 80  # characters of a name
_VALUE = 60  # and of a setting or its value
_FIELDS = ("before", "added", "removed", "moved_in", "moved_out", "text", "columns", "after")


def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="Folder of the earlier release, any address")],
    after: Annotated[str, typer.Argument(metavar="B", help="Folder of the later release, any address")],
    out: Annotated[
        str | None, typer.Option(metavar="FILE.parquet", help="Write every row that differs, with where it was and is")
    ] = None,
    json_: JsonOption = False,
) -> None:
    """Compare two releases: rows added, removed and changed, by language and reason, and changed settings."""
    from pipelines.comparison import comparing, release

    with nice_os_errors():
        earlier, later = release.read(before), release.read(after)
        changes = comparing.compare(earlier, later, out)
    if json_:
        print_json(
            _safe({"later": later.name, "same_rows": changes.none, "out": out, **changes.model_dump(mode="json")})
        )
        return
    say(f"{_shown(earlier.name)} -> {_shown(later.name)}")
    _print(changes)
    if out is not None:
        say(f"rows that differ: {out}")


def _print(changes: Changes) -> None:
    if changes.none:
        say("the rows are the same")
    else:
        _print_rows("Documents", changes.by_language, changes.documents)
        for stage, languages in changes.derived.items():
            _print_rows(f"Rows made by {_shown(stage)}", languages, None)
        _print_counts("Removed rows are now", changes.removed_to)
        _print_counts("Removed rows now carry", changes.removed_by_reason)
        _print_counts("Added rows were before", changes.added_from)
        _print_counts("Added rows carried before", changes.added_by_reason)
    if changes.columns:
        told = [f"{_shown(name)} {n:,}" for name, n in list(changes.columns.items())[:_ROWS]]
        say(f"Columns that differ, of rows in both: {', '.join(told)}{_more(len(changes.columns))}")
    for what, names in (("New columns", changes.new_columns), ("Columns that are gone", changes.lost_columns)):
        if names:
            say(f"{what}: {', '.join(map(_shown, names[:_ROWS]))}{_more(len(names))}")
    if changes.verdicts or changes.came or changes.gone:
        say(
            f"Rows that neither released: {changes.verdicts:,} with another verdict, {changes.came:,} only in the "
            f"later release, {changes.gone:,} only in the earlier one"
        )
    if any(changes.nameless):
        say(f"Dead rows without an id, which cannot be compared: {changes.nameless[0]:,}, now {changes.nameless[1]:,}")
    _print_settings(changes.settings)


def _shown(value: str, most: int = _NAME) -> str:
    return visible(brief(value, most))


def _more(there: int) -> str:
    return f" and {there - _ROWS:,} more" if there > _ROWS else ""


def _print_rows(title: str, languages: Mapping[str, RowChanges], total: RowChanges | None) -> None:
    """By language: those first in which most rows changed."""
    order = sorted(languages, key=lambda one: (-_moves(languages[one]), one))
    table = _table(title, ("language",), [name.replace("_", " ") for name in _FIELDS])
    for name in order[:_ROWS]:
        table.add_row(Text(_shown(name)), *_numbers(languages[name]))
    if len(order) > _ROWS:
        table.add_row(f"{len(order) - _ROWS:,} more: see --json")
    if total is not None:
        table.add_section()
        table.add_row("all", *_numbers(total))
    OUT.print(table)


def _moves(one: RowChanges) -> int:
    return sum(getattr(one, name) for name in _FIELDS if name not in ("before", "after"))


def _numbers(one: RowChanges) -> list[str]:
    return [f"{n:,}" if n else "–" for n in (getattr(one, name) for name in _FIELDS)]


def _print_counts(title: str, counted: Mapping[str, Mapping[str, int]]) -> None:
    """Outcomes or reasons, with the configs that have most such rows."""
    if not counted:
        return
    table = _table(title, ("", ""), ("rows",))
    for name, configs in list(counted.items())[:_ROWS]:
        most = sorted(configs.items(), key=lambda item: (-item[1], item[0]))
        told = ", ".join(f"{_shown(config)} {n:,}" for config, n in most[:5]) + (", …" if len(most) > 5 else "")
        table.add_row(Text(_shown(name)), Text(told), f"{sum(configs.values()):,}")
    if len(counted) > _ROWS:
        table.add_row(f"{len(counted) - _ROWS:,} more: see --json")
    OUT.print(table)


def _print_settings(settings: Sequence[Setting]) -> None:
    if not settings:
        say("settings, versions and models: the same")
        return
    table = _table("Settings that differ", ("of", "setting", "before", "after"), ())
    for one in settings[:_ROWS]:
        cells = (one.of, one.name, _value(one.before), _value(one.after))
        table.add_row(*(Text(_shown(cell, _VALUE)) for cell in cells))
    if len(settings) > _ROWS:
        table.add_row("", f"{len(settings) - _ROWS:,} more: see --json")
    OUT.print(table)


def _value(value: Any) -> str:
    return "–" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _table(title: str, left: Sequence[str], right: Sequence[str]) -> Table:
    table = Table(title=Text(title), title_justify="left", pad_edge=False, box=SIMPLE_HEAD)
    for heading in left:
        table.add_column(heading, overflow="fold")
    for heading in right:
        table.add_column(heading, justify="right", no_wrap=True)
    return table


def _safe(value: Any) -> Any:
    """A value of JSON with nothing in its texts that steers a terminal."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, Mapping):
        return {visible(str(name)): _safe(one) for name, one in value.items()}
    return [_safe(one) for one in value] if isinstance(value, list) else value
