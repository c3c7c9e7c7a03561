"""Addresses of files: the fsspec file system that each is in, and an OSError on the way as one of our errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fsspec.core import url_to_fs

from schemas import sample
from schemas.errors import MissingPackage, PermissionProblem, RetryLater, SourceError, from_os_error


@contextmanager
def our_errors(doing: str) -> Iterator[None]:
    """Turns an OSError raised inside into an error of ours; `doing` is a phrase with the path in it."""
    try:
        yield
    except OSError as error:
        # What came over HTTP carries the server's answer.
        status = getattr(getattr(error, "response", None), "status_code", 0) or 0
        if isinstance(error, ConnectionError | TimeoutError) or status == 429 or status >= 500:
            raise RetryLater(f"no luck while {doing}: {error}. Run the same command again later.") from error
        if status in (401, 403):
            raise PermissionProblem(
                f"no permission while {doing}: {error}. Check the address and your token."
            ) from error
        raise from_os_error(error, doing) from error


def file_system(path: str) -> tuple[Any, str]:
    """The fsspec file system of an address, and the path inside it.

    Raises:
        SourceError: nobody knows this kind of address.
        MissingPackage: fsspec knows it and needs a package for it.
    """
    path = sample.resolve(path)
    try:
        with our_errors(f"reaching {path}"):
            fs, inside = url_to_fs(path)
    except ImportError as error:
        raise MissingPackage(f"{path}: {error}") from error
    except ValueError as error:
        raise SourceError(
            f"{path}: {error}. Give a local path or an address such as hf://datasets/…, s3://…, gs://…, https://…"
        ) from error
    return fs, str(inside)
