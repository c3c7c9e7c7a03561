"""Reading glossaries and lists of terms that are not translated; every problem names the file and the line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from schemas.errors import RecipeError, SourceError, one_of
from translators.knowledge.files import ending, expand, lines
from translators.knowledge.tables import columns_of_languages, json_records, label_of, table_rows
from translators.knowledge.terms import normalised

ENDINGS = (".tsv", ".csv", ".jsonl")
LIST_ENDINGS = (".txt", ".list")
_PLAIN = ("source", "target", "source_language", "target_language", "case_sensitive", "note")
_TRUE, _FALSE = ("true", "yes", "1"), ("false", "no", "0", "")


@dataclass(frozen=True)
class Row:
    """A row of a glossary.

    Args:
        terms: by label, the ways in which a language says it; the first is the preferred one.
        direction: source and target label; None where every language may be translated into every other.
        case_sensitive: whether upper and lower case are told apart in the source.
        note: for the prompt.
    """

    terms: Mapping[str, tuple[str, ...]]
    direction: tuple[str, str] | None
    case_sensitive: bool
    note: str


def read(path: str, languages: tuple[str, str] | None) -> list[Row]:
    """The rows of a glossary.

    Args:
        path: a file, or a glob.
        languages: labels of the columns `source` and `target`, where no column says it.

    Raises:
        RecipeError: the file is not a glossary; all its problems, each with its line.
    """
    rows: list[Row] = []
    problems: list[str] = []
    try:
        for file in expand([path], ENDINGS):
            header: frozenset[str] = frozenset()
            for number, cells in _records(file):
                place = f"{file}:{number}"
                if frozenset(cells) != header:
                    header = frozenset(cells)
                    problem = _wrong_columns(file, place, list(cells), languages)
                    if problem:
                        problems.append(problem)
                        break
                row = _row(file, place, cells, languages)
                if isinstance(row, str):
                    problems.append(row)
                else:
                    rows.append(row)
    except SourceError as error:
        raise RecipeError(str(error)) from error
    if problems:
        more = f"\n… and {len(problems) - 20} more" if len(problems) > 20 else ""
        raise RecipeError("\n".join(problems[:20]) + more)
    return rows


def read_list(path: str) -> list[str]:
    """Terms of a list, one a line; empty lines and lines that begin with # are none.

    Raises:
        RecipeError: the file is not UTF-8, or its name ends otherwise.
    """
    try:
        kept = [line.strip() for file in expand([path], LIST_ENDINGS) for _, line in lines(file)]
    except SourceError as error:
        raise RecipeError(str(error)) from error
    return [normalised(line) for line in kept if line and not line.startswith("#")]


def _records(file: str) -> Iterator[tuple[int, dict[str, Any]]]:
    if ending(file) == ".jsonl":
        yield from json_records(file)
        return
    rows = table_rows(file)
    first = next(rows, None)
    if first is None:
        return
    header = [cell.strip() for cell in first[1]]
    twice = sorted({cell for cell in header if header.count(cell) > 1})
    if twice:
        raise RecipeError(f"{file}:{first[0]}: the column {twice[0]!r} stands twice. Rename or remove one.")
    for number, cells in rows:
        if len(cells) > len(header):
            raise RecipeError(
                f"{file}:{number}: {len(cells)} columns came where the first line has {len(header)}. "
                "Put quotes (CSV) around a cell with the separator in it."
            )
        yield number, dict(zip(header, [*cells, *[""] * (len(header) - len(cells))], strict=True))


def _wrong_columns(file: str, place: str, columns: Sequence[str], languages: tuple[str, str] | None) -> str:
    """What is wrong with the columns of a file; nothing where they are fine."""
    if "id" in columns:  # a number of the row, far more often than Indonesian
        return f"{place}: a column 'id' came. Write ind_Latn for Indonesian terms, and leave numbers of rows out."
    unknown = [column for column in columns if column not in _PLAIN and label_of(column) is None]
    if unknown:
        return f"{place}: {one_of('column', unknown[0], _PLAIN)}, or languages such as eng_Latn."
    named = columns_of_languages(file, [column for column in columns if column not in _PLAIN])
    direct = {"source", "target"} <= set(columns)
    if direct and not named:
        if languages is None and not {"source_language", "target_language"} <= set(columns):
            return (
                f"{place}: nothing says which languages the columns source and target are in. Say it in the recipe, "
                f"as in {{path: {file}, source_language: eng_Latn, target_language: deu_Latn}}; or name the columns by "
                "their languages instead (eng_Latn, deu_Latn), or add columns source_language and target_language."
            )
        return ""
    if len(named) < 2 or direct or {"source", "target"} & set(columns):
        return (
            f"{place}: the columns are {', '.join(columns)}. A glossary has either source and target, or one column "
            "for each of two languages or more, such as eng_Latn and deu_Latn."
        )
    return ""


def _row(file: str, place: str, cells: Mapping[str, Any], languages: tuple[str, str] | None) -> Row | str:
    says = str(cells.get("case_sensitive") or "").strip().lower()
    if says not in (*_TRUE, *_FALSE):
        return f"{place}: case_sensitive: {cells['case_sensitive']!r} came; write true or false, or leave it empty."
    named = {} if "source" in cells else columns_of_languages(file, [name for name in cells if name not in _PLAIN])
    columns = named or {"source": "source", "target": "target"}
    terms: dict[str, tuple[str, ...]] = {}
    for name, column in columns.items():
        ways = _ways(cells.get(column))
        if ways is None:
            return f"{place}: {column}: a {type(cells[column]).__name__} came; write a text, or a list of texts."
        if ways:
            terms[name] = ways
    if len(terms) < 2:
        return (
            f"{place}: a term in one language alone, or in none ({', '.join(map(str, cells.values()))}). Give it in "
            "two or more, or put it into a list of terms that are not translated."
        )
    direction: tuple[str, str] | None = None
    if not named:
        direction = languages
        if cells.get("source_language") or cells.get("target_language"):
            codes = str(cells.get("source_language") or ""), str(cells.get("target_language") or "")
            source, target = label_of(codes[0]), label_of(codes[1])
            if source is None or target is None:
                return (
                    f"{place}: the languages {codes[0]!r} and {codes[1]!r} came. Write them like eng_Latn, en or pt-BR."
                )
            direction = source, target
        if direction is None:
            return f"{place}: source_language and target_language are empty. Write them like eng_Latn, en or pt-BR."
        if direction[0] == direction[1]:
            return f"{place}: source and target are both {direction[0]}. A term is translated from one into another."
        terms = {direction[0]: terms["source"], direction[1]: terms["target"]}
    return Row(terms, direction, says in _TRUE, " ".join(str(cells.get("note") or "").split()))


def _ways(cell: Any) -> tuple[str, ...] | None:
    """The ways in which a cell says a term, `first|second`; None where it holds something else."""
    parts = (
        cell.split("|") if isinstance(cell, str) else cell if isinstance(cell, list) else [] if cell is None else None
    )
    if parts is None or not all(isinstance(part, str) for part in parts):
        return None
    return tuple(dict.fromkeys(clean for part in parts if (clean := " ".join(normalised(part).split()))))
