"""Errors: what came, what is allowed, the nearest; and exit codes that say what to do."""

from __future__ import annotations

import errno

import pytest

from schemas import errors
from schemas.errors import GlotmillError, RetryLater, StopError, from_os_error, one_of


def all_errors() -> list[type[GlotmillError]]:
    return [v for v in vars(errors).values() if isinstance(v, type) and issubclass(v, GlotmillError)]


def test_one_of_names_the_nearest_and_lists_the_rest() -> None:
    assert one_of("stage", "langauge", ["quality", "language"]) == (
        "unknown stage 'langauge' (did you mean 'language'?). Valid: language, quality"
    )
    assert one_of("key", "zzz", {"b", "a"}) == "unknown key 'zzz'. Valid: a, b"
    assert one_of("key", 7, []) == "unknown key 7. Valid: none"


def test_exit_codes_are_those_of_sysexits() -> None:
    codes = {error.__name__: error.exit_code for error in all_errors()}
    assert codes == {
        "GlotmillError": 70, "StopError": 70, "RecipeError": 78, "StageError": 70, "SourceError": 66,
        "DuplicateIdError": 65, "OutputError": 73, "PermissionProblem": 77, "AccountingError": 70,
        "ClustersError": 70, "MissingPackage": 69, "BudgetSpent": 78, "ReleaseFault": 65, "RetryLater": 75,
        "ServerUnavailable": 75,
    }  # fmt: skip


def test_75_means_try_again_and_nothing_else_does() -> None:
    for error in all_errors():
        assert (error.exit_code == 75) == issubclass(error, RetryLater)
        assert error is GlotmillError or issubclass(error, RetryLater) != issubclass(error, StopError)
        assert error.__doc__


@pytest.mark.parametrize(
    ("error", "kind", "message"),
    [
        (OSError(errno.ENOSPC, "full"), errors.OutputError, "no space left while writing x"),
        (OSError(errno.EDQUOT, "quota"), errors.OutputError, "no space left while writing x"),
        (PermissionError(errno.EACCES, "denied", "x"), errors.PermissionProblem, "no permission while writing x"),
        (PermissionError(errno.EPERM, "denied", "x"), errors.PermissionProblem, "Check the owner and mode"),
        (FileNotFoundError(errno.ENOENT, "gone", "x"), errors.SourceError, "not found while writing x"),
        (IsADirectoryError(errno.EISDIR, "folder", "x"), errors.SourceError, "Add a pattern such as"),
        (OSError(errno.EIO, "broken"), errors.OutputError, "input/output error while writing x"),
        (ConnectionResetError("reset"), errors.OutputError, "input/output error"),
    ],
)
def test_from_os_error(error: OSError, kind: type[StopError], message: str) -> None:
    found = from_os_error(error, "writing x")
    assert type(found) is kind and message in str(found)
