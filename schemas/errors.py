"""The errors of Glotmill: the class says what to do, the message how to mend it.

    GlotmillError
      StopError              mend something, then run again; a retry alone will not help
        RecipeError          the recipe is wrong                                    exit 78
        StageError           a stage broke its contract (a bug in the stage)        exit 70
        SourceError          an input cannot be read at all                         exit 66
        DuplicateIdError     two rows claim one id                                  exit 65
        OutputError          cannot write: disk full, no permission, not ours       exit 73
        PermissionProblem    not allowed to read or write                           exit 77
        AccountingError      rows went missing: a bug in Glotmill                   exit 70
        ClustersError        clusters of duplicates did not settle: a bug             exit 70
        MissingPackage       an optional package is not installed                   exit 69
        ReleaseFault         a release is not what its manifest says                exit 65
        BudgetSpent          one request more could cost more than the cap leaves   exit 78
      RetryLater             nothing is wrong here; try again later                 exit 75
        ServerUnavailable    the LLM server is away or keeps refusing               exit 75

Exit codes are those of sysexits.h, so that a scheduler can tell "mend it" from "try again" (75).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class GlotmillError(Exception):
    """Base of all errors that Glotmill raises on purpose.

    Args:
        message: what came, what is allowed and how to mend it, in one or a few plain sentences.
    """

    exit_code = 70


class StopError(GlotmillError):
    """Stop: a retry alone will not help."""


class RecipeError(StopError):
    """The recipe (or an option on the command line that changes it) is wrong."""

    exit_code = 78


class StageError(StopError):
    """A stage did not keep the contract that `schemas.stage` describes."""

    exit_code = 70


class SourceError(StopError):
    """An input as a whole cannot be read: missing, a folder, a wrong format, a missing column."""

    exit_code = 66


class DuplicateIdError(StopError):
    """Two input rows carry the same id."""

    exit_code = 65


class OutputError(StopError):
    """An output cannot be written."""

    exit_code = 73


class PermissionProblem(StopError):
    """The operating system (or the store) refuses access to a file."""

    exit_code = 77


class AccountingError(StopError):
    """Input rows are not the sum of released, rejected and dead rows."""

    exit_code = 70


class ClustersError(StopError):
    """The clusters of duplicates did not settle within the rounds that every graph of their size needs."""

    exit_code = 70


class MissingPackage(StopError):
    """An optional package that the recipe needs is not installed."""

    exit_code = 69


class BudgetSpent(StopError):
    """One request more to a language model could cost more than the recipe's cap leaves."""

    exit_code = 78


class ReleaseFault(StopError):
    """A release is not what its manifest says."""

    exit_code = 65


class RetryLater(GlotmillError):
    """Nothing is wrong here: the same command may succeed later."""

    exit_code = 75


class ServerUnavailable(RetryLater):
    """The LLM server does not answer, or refuses every request."""


def one_of(what: str, came: object, allowed: Iterable[str]) -> str:
    """Say that `came` is not among `allowed`, name the nearest, and list the rest.

    >>> one_of("stage", "langauge", ["language", "quality"])
    "unknown stage 'langauge' (did you mean 'language'?). Valid: language, quality"
    """
    names = sorted(allowed)
    near = difflib.get_close_matches(str(came), names, n=1)
    hint = f" (did you mean {near[0]!r}?)" if near else ""
    return f"unknown {what} {came!r}{hint}. Valid: {', '.join(names) or 'none'}"


def from_os_error(error: OSError, doing: str) -> StopError:
    """The error of ours that fits an OSError raised while `doing` (a phrase with the path in it)."""
    import errno

    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return OutputError(
            f"no space left while {doing}. Free some space or choose another place with --work and --out, "
            "then run the same command: finished shards are kept."
        )
    if isinstance(error, PermissionError):
        return PermissionProblem(f"no permission while {doing}: {error}. Check the owner and mode of that path.")
    if isinstance(error, FileNotFoundError):
        return SourceError(f"not found while {doing}: {error}. Check the path in the recipe.")
    if isinstance(error, IsADirectoryError):
        return SourceError(f"a folder came where a file is needed while {doing}. Add a pattern such as /*.jsonl.")
    return OutputError(f"input/output error while {doing}: {error}")
