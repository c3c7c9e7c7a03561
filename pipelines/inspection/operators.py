"""What a column can be filtered by. Every operator is SQL with a quoted column and parameters: nothing is pasted in."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from schemas.errors import RecipeError, one_of

Type = Literal["text", "number", "boolean", "list", "nested"]
_MOST_VALUES = 1_000
_LONGEST = 10_000  # characters of a value


class QuestionError(RecipeError):
    """What was asked for cannot be: no such column, an operator of another type, a wrong value, a wrong pattern."""


@dataclass(frozen=True)
class Operator:
    """One comparison.

    Args:
        label: for the page.
        sql: with `{c}` for the column and `?` for each value; `{many}` for as many as come.
        values: how many values it takes; null: any number, one at least.
    """

    label: str
    sql: str
    values: int | None = 1


_KNOWN = {
    "known": Operator("is there", "{c} IS NOT NULL", 0),
    "null": Operator("is null", "{c} IS NULL", 0),
}
# NaN is above every number to DuckDB, but no score that a limit could be held against.
_NUMBER = "NOT isnan(CAST({c} AS DOUBLE)) AND "
OPERATORS: dict[Type, dict[str, Operator]] = {
    "text": {
        "contains": Operator("contains", "regexp_matches({c}, ?, 'il')"),
        "contains_case": Operator("contains, with this case", "contains({c}, ?)"),
        "lacks": Operator("does not contain", "NOT coalesce(regexp_matches({c}, ?, 'il'), false)"),
        "is": Operator("is", "{c} = ?"),
        "is_not": Operator("is not", "{c} IS DISTINCT FROM ?"),
        "one_of": Operator("is one of", "{c} IN ({many})", None),
        "starts": Operator("starts with", "starts_with({c}, ?)"),
        "matches": Operator("matches the pattern (RE2)", "regexp_matches({c}, ?)"),
        **_KNOWN,
    },
    "number": {
        "at_least": Operator("≥", _NUMBER + "{c} >= ?"),
        "at_most": Operator("≤", "{c} <= ?"),
        "above": Operator(">", _NUMBER + "{c} > ?"),
        "below": Operator("<", "{c} < ?"),
        "between": Operator("between", "{c} BETWEEN ? AND ?", 2),
        "is": Operator("=", "{c} = ?"),
        "is_not": Operator("≠", "{c} IS DISTINCT FROM ?"),
        **_KNOWN,
    },
    "boolean": {
        "true": Operator("is true", "{c} IS TRUE", 0),
        "false": Operator("is false", "{c} IS FALSE", 0),
        **_KNOWN,
    },
    "list": {
        "has": Operator("has", "list_contains({c}, ?)"),
        "has_not": Operator("has not", "NOT coalesce(list_contains({c}, ?), false)"),
        "only": Operator("has nothing but", "len({c}) > 0 AND list_distinct({c}) = [CAST(? AS VARCHAR)]"),
        "empty": Operator("is empty", "len({c}) = 0", 0),
        "filled": Operator("is not empty", "len({c}) > 0", 0),
        **_KNOWN,
    },
    "nested": {"contains": Operator("contains", "regexp_matches(CAST({c} AS VARCHAR), ?, 'il')"), **_KNOWN},
}
_INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
_NUMBERS = {"DOUBLE", "FLOAT", *_INTEGERS, *(f"U{name}" for name in _INTEGERS)}


def type_of(duckdb_type: str) -> Type:
    """The type of a column by DuckDB's name for it."""
    if duckdb_type == "VARCHAR":
        return "text"
    if duckdb_type in _NUMBERS or duckdb_type.startswith("DECIMAL"):
        return "number"
    if duckdb_type == "BOOLEAN":
        return "boolean"
    return "list" if duckdb_type == "VARCHAR[]" else "nested"


def quoted(name: str) -> str:
    """A column's name as an identifier of SQL."""
    return '"' + name.replace('"', '""') + '"'


def condition(column: str, kind: Type, operator: str, values: Sequence[Any]) -> tuple[str, list[Any]]:
    """One filter as SQL and its parameters.

    Args:
        column: a column that there is.
        kind: its type.
        operator: name in `OPERATORS[kind]`.
        values: as the page sent them.

    Raises:
        QuestionError: no such operator, or values that it does not take.
    """
    known = OPERATORS[kind].get(operator)
    if known is None:
        raise QuestionError(f"{column}: {one_of('operator', operator, OPERATORS[kind])}")
    if (known.values is None and not 1 <= len(values) <= _MOST_VALUES) or known.values not in (None, len(values)):
        wanted = f"1 to {_MOST_VALUES:,}" if known.values is None else str(known.values)
        raise QuestionError(f"{column} {known.label}: {len(values)} values came, but it takes {wanted}.")
    read = _number if kind == "number" else text
    given = [read(column, value) for value in values]
    sql = known.sql.replace("{many}", ", ".join("?" * len(given))).replace("{c}", quoted(column))
    return f"({sql})", given


def _number(column: str, value: Any) -> float | int:
    try:
        if isinstance(value, bool):
            raise ValueError
        number = value if isinstance(value, int) else float(value)
        if not math.isfinite(number) or abs(number) > 2**62:
            raise ValueError
    except (TypeError, ValueError, OverflowError) as error:
        raise QuestionError(f"{column}: {str(value)[:80]!r} is no number. Write one such as 0.25 or 50.") from error
    return number


def text(column: str, value: Any) -> str:
    """A text to look for, in the form that texts of a release have (Unicode NFC).

    Raises:
        QuestionError: not a text, or a very long one.
    """
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise QuestionError(f"{column}: a text of at most {_LONGEST:,} characters is needed.")
    # Half of a pair of surrogates is no text; what is looked for would not be found anyway.
    return unicodedata.normalize("NFC", value.encode("utf-8", "replace").decode("utf-8"))


Search = Literal["text", "case", "pattern", "id"]
SEARCHES: dict[Search, str] = {
    "text": "regexp_matches({c}, ?, 'il')",
    "case": "contains({c}, ?)",
    "pattern": "regexp_matches({c}, ?)",
    "id": "starts_with({c}, ?)",
}


def search(columns: Sequence[str], how: str, wanted: str) -> tuple[str, list[Any]]:
    """A search in any of some columns, as SQL and its parameters.

    Raises:
        QuestionError: no such search, or a text that is none.
    """
    known = next((sql for name, sql in SEARCHES.items() if name == how), None)
    if known is None:
        raise QuestionError(one_of("search", how, SEARCHES))
    value = text("search", wanted)
    parts = [known.replace("{c}", quoted(column)) for column in columns]
    return f"({' OR '.join(parts) or 'false'})", [value] * len(parts)
