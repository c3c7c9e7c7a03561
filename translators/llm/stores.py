"""Where answers and the book are kept: an address in a recipe, opened. A file, or a Redis server for many machines."""

from __future__ import annotations

from urllib.parse import urlsplit

from schemas.errors import RecipeError, one_of
from schemas.recipe import Cap
from translators.llm import redis_server
from translators.llm.cache import ResponseCache
from translators.llm.caching import Cache
from translators.llm.ledger import Ledger

_FILE = "file"


def open_cache(address: str) -> Cache:
    """The response cache at an address.

    Args:
        address: path of a file, or `redis://host:port/number`, or `rediss://...`.

    Raises:
        RecipeError: another scheme, or not such an address.
        OutputError: the file cannot be used.
        MissingPackage: the extra `redis` is not installed.
        ServerUnavailable: the server does not answer.
        PermissionProblem: the server refuses the password.
    """
    if _scheme(address) in redis_server.SCHEMES:
        from translators.llm.redis_cache import RedisCache

        return RedisCache(address)
    return ResponseCache(_path(address))


def open_ledger(address: str, cap: Cap | None = None, account: str = "") -> Ledger:
    """The ledger at an address.

    Args:
        address: as for `open_cache`; the same Redis server may have both, a file may not.
        cap: the most that may be spent; None for any amount.
        account: whose money it is: one for each recipe, the same in all its runs.

    Raises:
        RecipeError, OutputError, MissingPackage, ServerUnavailable, PermissionProblem: as `open_cache`.
    """
    if _scheme(address) in redis_server.SCHEMES:
        from translators.llm.redis_ledger import RedisLedger

        return RedisLedger(address, cap=cap, account=account)
    from translators.llm.sqlite_ledger import SqliteLedger

    return SqliteLedger(_path(address), cap=cap, account=account)


def identity(address: str) -> str:
    """The address as a message may show it: without user and password.

    >>> identity("redis://me:secret@localhost"), identity("work/answers.sqlite")
    ('redis://localhost:6379/0', 'work/answers.sqlite')
    """
    return redis_server.identity(address) if _scheme(address) in redis_server.SCHEMES else _path(address)


def _scheme(address: str) -> str:
    """In lower case; `file` for a path.

    Raises:
        RecipeError: one that is not known here.
    """
    if "://" not in address:
        return _FILE
    scheme = urlsplit(address.strip()).scheme.lower()
    if scheme not in (_FILE, *redis_server.SCHEMES):
        raise RecipeError(
            f"an address of answers: {one_of('scheme', scheme, (_FILE, *redis_server.SCHEMES))}. Write a path such "
            "as work/answers.sqlite, or redis://host:6379/0."
        )
    return scheme


def _path(address: str) -> str:
    path = address.strip()
    path = path[len("file://") :] if path.lower().startswith("file://") else path
    if not path:
        raise RecipeError("an address of answers is empty. Write a path such as work/answers.sqlite.")
    return path
