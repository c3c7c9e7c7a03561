"""A Redis server, for what many machines share: one connection pool a process, and errors that say what is wrong."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

from schemas.errors import (
    GlotmillError,
    MissingPackage,
    OutputError,
    PermissionProblem,
    RecipeError,
    ServerUnavailable,
)

SCHEMES = ("redis", "rediss")
_SECONDS_FOR_AN_ANSWER = 10.0
_SECONDS_TO_CONNECT = 5.0
# A server that restarts or hands over to its replica is back within seconds: 0.05 + 0.1 + ... + 1.6.
_ATTEMPTS = 7
_FIRST_WAIT_SECONDS = 0.05
# A connection that was idle for longer may have been closed on the way.
_IDLE_SECONDS = 20.0
_SAMPLE = "redis://host:6379/0, rediss://host:6380/0 for TLS, redis://user:password@host:6379/0"
_Result = TypeVar("_Result")


def identity(url: str) -> str:
    """The address without user, password and options: what a message may show.

    >>> identity("redis://me:secret@Cache.example.org/2?password=secret")
    'redis://cache.example.org:6379/2'

    Raises:
        RecipeError: not the address of a Redis server.
    """
    scheme, host, port, number = _parts(url)
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}/{number}"


def _parts(url: str) -> tuple[str, str, int, int]:
    try:
        parts = urlsplit(url.strip())
        port = parts.port or 6379
    except ValueError:  # whose words may hold the password
        raise RecipeError(f"not the address of a Redis server: its port is no number. Write {_SAMPLE}.") from None
    host = (parts.hostname or "").lower()
    if parts.scheme.lower() not in SCHEMES or not host:
        came = f"scheme {parts.scheme!r}, host {host!r}"
        raise RecipeError(f"not the address of a Redis server: {came}. Write {_SAMPLE}.")
    path = parts.path.strip("/")
    path = path or parse_qs(parts.query).get("db", ["0"])[-1]
    if not (path.isascii() and path.isdigit()):  # the client library would take database 0 without a word
        raise RecipeError(f"redis address of {host}: the database is a number from 0, not {path!r}. Write {_SAMPLE}.")
    return parts.scheme.lower(), host, port, int(path)


class RedisServer:
    """A server at an address.

    Safe for several threads; may be pickled and may cross a fork (each process connects anew).

    Args:
        url: `redis://user:password@host:port/number`; `rediss` for TLS. Options of redis-py after `?`.

    Raises:
        RecipeError: not such an address.
        MissingPackage: the extra `redis` is not installed.
    """

    def __init__(self, url: str) -> None:
        self.identity = identity(url)
        scheme, colon, rest = url.strip().partition(":")
        self._url = f"{scheme.lower()}{colon}{rest}"  # redis-py takes no capitals
        self._errors = _package().exceptions
        self._lock = threading.Lock()
        self._client: Any = None
        self._scripts: dict[str, Any] = {}
        self._owner = 0
        self._used = 0.0

    def __getstate__(self) -> dict[str, Any]:
        return {"url": self._url}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(state["url"])  # type: ignore[misc]

    def call(self, work: Callable[[Any], _Result], doing: str, *, once: bool = False) -> _Result:
        """What `work` makes of the client.

        Args:
            work: commands to send.
            doing: what for, in messages.
            once: whether the commands must not arrive twice. Otherwise a lost connection is made anew and they are
                sent again.

        Raises:
            ServerUnavailable: no connection, or no answer in time.
            PermissionProblem: wrong password, or a command is not allowed.
            OutputError: no memory left, a read-only replica, or something else that is not ours.
        """
        if once and time.monotonic() - self._used > _IDLE_SECONDS:
            self.call(lambda client: client.ping(), doing)  # a fresh connection, so that the one try does not fail
        attempts = 1 if once else _ATTEMPTS
        for attempt in range(1, attempts + 1):
            try:
                result = work(self._connect())
            except (self._errors.RedisError, OSError) as error:
                self._used = 0.0
                if attempt == attempts or not self._passes(error):
                    raise self._explain(error, doing) from error
            except (TypeError, ValueError) as error:  # an option in the address that redis-py does not know
                if self._used:
                    raise
                raise RecipeError(f"redis address {self.identity}: {error}. Check what stands after `?`.") from error
            else:
                self._used = time.monotonic()
                return result
            time.sleep(_FIRST_WAIT_SECONDS * 2 ** (attempt - 1) * random.uniform(0.5, 1.0))
        raise AssertionError("the last attempt returns or raises")

    def run(self, script: str, keys: Sequence[str], arguments: Sequence[Any], doing: str, *, once: bool = False) -> Any:
        """What a Lua script gives, which the server runs whole; it is sent once, and then named by its digest.

        Raises:
            GlotmillError: as `call`.
        """

        def work(client: Any) -> Any:
            if script not in self._scripts:
                self._scripts[script] = client.register_script(script)
            return self._scripts[script](keys=keys, args=arguments, client=client)

        return self.call(work, doing, once=once)

    def close(self) -> None:
        """Close this process's connections; the next use opens new ones."""
        with self._lock:
            client, self._client = self._client, None
            if client is not None and self._owner == os.getpid():
                client.close()

    def _connect(self) -> Any:
        """The client of this process: connections must not cross a fork."""
        client = self._client
        if client is not None and self._owner == os.getpid():
            return client
        with self._lock:
            if self._client is None or self._owner != os.getpid():
                redis = _package()
                self._client = redis.Redis.from_url(
                    self._url,
                    protocol=2,  # every server and proxy knows it
                    socket_timeout=_SECONDS_FOR_AN_ANSWER,
                    socket_connect_timeout=_SECONDS_TO_CONNECT,
                    retry=redis.retry.Retry(redis.backoff.NoBackoff(), 0),  # what may be sent twice is ours to say
                )
                self._owner = os.getpid()
            return self._client

    def _passes(self, error: Exception) -> bool:
        """Whether it may be gone in a moment."""
        known = self._errors
        if isinstance(error, (known.AuthenticationError, known.AuthorizationError)):
            return False
        return isinstance(error, (known.ConnectionError, known.TimeoutError, OSError))

    def _explain(self, error: Exception, doing: str) -> GlotmillError:
        known, words = self._errors, self._without_password(str(error))
        where = f"the Redis server {self.identity}"
        if isinstance(error, (known.AuthenticationError, known.AuthorizationError)) or words.startswith("NOAUTH"):
            return PermissionProblem(
                f"{where} refuses user and password while {doing} ({words}). Write them into the address: "
                "redis://user:password@host:port/number."
            )
        if isinstance(error, known.NoPermissionError):
            return PermissionProblem(
                f"{where} does not allow this user a command while {doing} ({words}). Give the user "
                "`+@read +@write +@scripting +@connection +@transaction +time` and the keys `~glotmill:*`."
            )
        if isinstance(error, (known.ConnectionError, known.TimeoutError, OSError)):
            return ServerUnavailable(
                f"{where} does not answer while {doing} ({words}). Check that it runs and can be reached from this "
                "machine, then run the same command again: answers so far are kept there."
            )
        if isinstance(error, known.OutOfMemoryError):
            return OutputError(
                f"{where} has no memory left while {doing} ({words}). Raise its `maxmemory`, or give another server; "
                "then run the same command again."
            )
        if isinstance(error, known.ReadOnlyError):
            return OutputError(f"{where} is a replica that cannot be written to, while {doing}. Give the primary.")
        if words.startswith("MISCONF"):
            return OutputError(f"{where} cannot write to its disk while {doing} ({words}). Mend that, then run again.")
        if "DB index is out of range" in words:
            return RecipeError(f"{where} has no database of that number. Write a smaller one, such as /0.")
        return OutputError(
            f"{where} cannot be used while {doing} ({words}). Check that its version is 5.0 or later, and that keys "
            "beginning with `glotmill:` are not used by another program."
        )

    def _without_password(self, words: str) -> str:
        parts = urlsplit(self._url)
        secrets = [parts.password, *parse_qs(parts.query).get("password", [])]
        for secret in secrets:
            if secret:
                words = words.replace(secret, "***")
        return words[:300]


def _package() -> Any:
    try:
        return import_module("redis")
    except ImportError as error:
        raise MissingPackage(
            f"a redis:// address needs the package redis, which cannot be loaded ({error}). Install it with "
            "`pip install 'glotmill[redis]'`, or give a file instead."
        ) from error
