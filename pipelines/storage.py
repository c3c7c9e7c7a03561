"""The only door to files: local paths, `file://`, `sample://` (what ships in the package) and any fsspec address.

Every function takes an address as `str`. An OSError leaves as one of our errors:

    SourceError        not there, a folder, or an address that fsspec does not know
    PermissionProblem  not allowed
    OutputError        disk full, input/output error
    RetryLater         the connection broke or timed out, the server is busy
    MissingPackage     the address needs a package that is not installed
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, BinaryIO, cast

import fsspec
import orjson

from schemas import sample
from schemas.addresses import file_system, our_errors
from schemas.errors import SourceError

SAMPLE = sample.PREFIX
_BLOCK = 1 << 20


def local_path(path: str) -> str | None:
    """The absolute path of a file on this machine; None for any other address."""
    fs, inside = file_system(path)
    return inside if isinstance(fs, fsspec.get_filesystem_class("file")) else None


def same_place(path: str, other: str) -> bool:
    """Whether two addresses are the same."""
    (here, inside), (there, its_inside) = file_system(path), file_system(other)
    return bool(here == there) and inside.rstrip("/") == its_inside.rstrip("/")


def open_read(path: str) -> BinaryIO:
    """The file, opened for reading bytes; it can seek."""
    fs, inside = file_system(path)
    with our_errors(f"opening {path}"):
        return cast(BinaryIO, fs.open(inside, "rb"))


def open_write(path: str) -> BinaryIO:
    """The file, opened for writing bytes (what was there is gone). For whole files see `atomic`."""
    fs, inside = file_system(path)
    with our_errors(f"opening {path} for writing"):
        return cast(BinaryIO, fs.open(inside, "wb"))


def read_bytes(path: str) -> bytes:
    """The whole content of a file."""
    with our_errors(f"reading {path}"), open_read(path) as handle:
        return handle.read()


def exists(path: str) -> bool:
    """Whether there is a file or a folder."""
    fs, inside = file_system(path)
    with our_errors(f"looking for {path}"):
        # fsspec's own `exists` calls every error an absence, a refused permission too.
        try:
            fs.info(inside)
        except FileNotFoundError:
            return False
        return True


def is_folder(path: str) -> bool:
    """Whether there is a folder."""
    fs, inside = file_system(path)
    with our_errors(f"looking at {path}"):
        try:
            return bool(fs.info(inside)["type"] == "directory")
        except FileNotFoundError:
            return False


def size(path: str) -> int:
    """Bytes of a file."""
    fs, inside = file_system(path)
    with our_errors(f"looking at {path}"):
        found = fs.info(inside)["size"]
    if found is None:
        raise SourceError(f"{path}: the server does not say how big the file is. Download it first.")
    return int(found)


def list_files(folder: str, *, recursive: bool = False) -> list[str]:
    """Addresses of the files in a folder, sorted, in the form of `folder`; none when it is not there.

    Temporary files of `atomic` are left out.
    """
    fs, inside = file_system(folder)
    with our_errors(f"listing {folder}"):
        fs.invalidate_cache()
        try:
            found = fs.find(inside, maxdepth=None if recursive else 1)
        except FileNotFoundError:
            return []
    root = inside.rstrip("/")
    names = [str(name)[len(root) :].lstrip("/") for name in found if str(name) != inside]
    return sorted(join(folder, name) for name in names if not is_temporary(name))


def join(folder: str, name: str) -> str:
    """The address of `name` inside `folder`."""
    return f"{folder.rstrip('/')}/{name}" if folder.rstrip("/") or folder.startswith("/") else name


def is_temporary(path: str) -> bool:
    """Whether a name is one that `atomic` gives while it writes."""
    name = path.rpartition("/")[2]
    return name.startswith(".") and ".tmp-" in name


def remove_temporary(folder: str) -> None:
    """Removes what a killed process was just writing with `atomic`, in a folder and below it."""
    fs, inside = file_system(folder)
    with our_errors(f"tidying {folder}"):
        for path in fs.find(inside):
            if is_temporary(path):
                fs.rm(path)


def remove(path: str) -> None:
    """Removes a file, or a folder with all that is in it; fine when it is not there."""
    fs, inside = file_system(path)
    with our_errors(f"removing {path}"), suppress(FileNotFoundError):
        fs.rm(inside, recursive=True)


def make_folder(path: str) -> None:
    """Makes a folder and those above it; fine when it is there. Stores without folders do nothing."""
    fs, inside = file_system(path)
    with our_errors(f"making the folder {path}"):
        fs.makedirs(inside, exist_ok=True)


@contextmanager
def atomic(path: str) -> Iterator[str]:
    """A temporary address in the same folder; what is written there becomes `path` when the block ends.

    After an exception the temporary file is removed and `path` stays as it was. The folder is made.
    """
    fs, inside = file_system(path)
    folder, _, name = inside.rpartition("/")
    temporary = f".{name}.tmp-{os.getpid()}-{secrets.token_hex(4)}"
    with our_errors(f"writing {path}"):
        if folder:
            fs.makedirs(folder, exist_ok=True)
        inside_temporary = f"{folder}/{temporary}" if "/" in inside else temporary
        try:
            yield path[: len(path) - len(name)] + temporary
            if isinstance(fs, fsspec.get_filesystem_class("file")):
                # Without fsync a power cut may leave a renamed but empty file.
                with open(inside_temporary, "rb") as handle:
                    os.fsync(handle.fileno())
                os.replace(inside_temporary, inside)
            else:
                fs.mv(inside_temporary, inside)
        except BaseException:
            with suppress(OSError):
                fs.rm(inside_temporary)
            raise


def write_bytes_atomic(path: str, data: bytes) -> None:
    """Writes a whole file, or nothing."""
    with atomic(path) as temporary, open_write(temporary) as handle:
        handle.write(data)


def read_json(path: str) -> Any:
    """The value in a JSON file.

    Raises:
        SourceError: not there, or not JSON.
    """
    try:
        return orjson.loads(read_bytes(path))
    except orjson.JSONDecodeError as error:
        raise SourceError(f"{path} is not JSON: {error}. Remove it and run the same command again.") from error


def write_json(path: str, value: Any) -> None:
    """Writes a value as JSON, indented, keys in the order given, whole or not at all."""
    write_bytes_atomic(path, orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def sha256(path: str) -> str:
    """SHA-256 of a file's bytes, in hex."""
    digest = hashlib.sha256()
    with our_errors(f"reading {path}"), open_read(path) as handle:
        while block := handle.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


__all__ = [
    "SAMPLE",
    "atomic",
    "exists",
    "file_system",
    "is_folder",
    "is_temporary",
    "join",
    "list_files",
    "local_path",
    "make_folder",
    "open_read",
    "open_write",
    "our_errors",
    "read_bytes",
    "read_json",
    "remove",
    "remove_temporary",
    "sha256",
    "size",
    "write_bytes_atomic",
    "write_json",
]
