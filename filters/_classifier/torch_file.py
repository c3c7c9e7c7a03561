"""Weights out of a torch checkpoint or a safetensors file, without torch and without running what is in the file.

A checkpoint (`torch.save` since torch 1.6) is a zip: `NAME/data.pkl` says which tensors there are, `NAME/data/0`,
`NAME/data/1`, … hold their numbers. A pickle can call any function by its name; this reader knows three names (an
ordered dict, a tensor, the kind of its numbers) and the operations that torch writes. A file that asks for anything
else is refused.

safetensors: 8 bytes with the length of a JSON header, the header (kind, shape and place of each tensor), the numbers.
"""

from __future__ import annotations

import io
import json
import math
import pickle
import pickletools
import zipfile
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from schemas.errors import SourceError, from_os_error

Array = npt.NDArray[Any]
SUFFIXES = (".pt", ".pth", ".safetensors")
_TORCH = {"FloatStorage": "F32", "DoubleStorage": "F64", "HalfStorage": "F16", "BFloat16Storage": "BF16"}
_KINDS = {"F32": "f4", "F64": "f8", "F16": "f2", "BF16": "u2"}
_OPERATIONS = {
    "PROTO", "FRAME", "STOP", "GLOBAL", "STACK_GLOBAL", "REDUCE", "BUILD", "BINPERSID", "MARK", "TUPLE", "TUPLE1",
    "TUPLE2", "TUPLE3", "EMPTY_TUPLE", "EMPTY_DICT", "SETITEM", "SETITEMS", "BINPUT", "LONG_BINPUT", "MEMOIZE",
    "BINGET", "LONG_BINGET", "BINUNICODE", "SHORT_BINUNICODE", "BININT", "BININT1", "BININT2", "LONG1", "NONE",
    "NEWTRUE", "NEWFALSE",
}  # fmt: skip


class _Unreadable(Exception):
    """What is wrong with a file."""


def read(file: Path) -> dict[str, Array]:
    """The tensors of a file by name.

    Args:
        file: a state dict that `torch.save` wrote, or safetensors.

    Returns:
        Arrays of float32, float64 or float16 as in the file, each in a memory of its own; bfloat16 as float32.

    Raises:
        SourceError: there is no file, it is of another format, is cut off, holds other than tensors of floating-point
            numbers, or asks for something to be run.
    """
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise from_os_error(error, f"reading the weights {file}") from error
    try:
        return _checkpoint(raw) if raw[:2] == b"PK" else _safetensors(raw)
    except _Unreadable as error:
        raise SourceError(
            f"{file} cannot be read: {error}. It has to be a state dict that torch.save wrote, or safetensors, with "
            "tensors of float32, float64, float16 or bfloat16 alone."
        ) from error


class _Storage(NamedTuple):
    """The numbers of one or several tensors."""

    values: Array


class _Kind(NamedTuple):
    """What stands for a class such as torch.FloatStorage."""

    name: str


def _checkpoint(raw: bytes) -> dict[str, Array]:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            pickled = [name for name in archive.namelist() if name.endswith("data.pkl")]
            if len(pickled) != 1:
                raise _Unreadable("the zip holds no data.pkl, as a checkpoint of torch does")
            if any(one.compress_type != zipfile.ZIP_STORED for one in archive.infolist()):
                raise _Unreadable("the zip is compressed, as torch never does")
            found = _Unpickler(archive, pickled[0].removesuffix("data.pkl")).load()
            items = list(dict.items(found)) if isinstance(found, dict) else None  # not what the file calls `items`
    except _Unreadable:
        raise
    except Exception as error:  # a damaged pickle can raise anything
        raise _Unreadable(f"it is damaged ({type(error).__name__}: {error})") from error
    if items is None:
        raise _Unreadable(f"it holds one {type(found).__name__}, no state dict")
    for name, value in items:
        if not isinstance(name, str) or not isinstance(value, np.ndarray):
            raise _Unreadable(f"{name!r} is {type(value).__name__}, no tensor. Save model.state_dict() alone")
    return dict(items)


class _Unpickler(pickle.Unpickler):
    """Knows three names, and calls no function of any module for them."""

    def __init__(self, archive: zipfile.ZipFile, prefix: str) -> None:
        pickled = archive.read(f"{prefix}data.pkl")
        for operation, given, _ in pickletools.genops(pickled):
            if operation.name == "GLOBAL":
                self.find_class(*str(given).split(" ", 1))
            if operation.name not in _OPERATIONS:
                raise _Unreadable(f"it asks for the operation {operation.name}, which no plain state dict needs")
            if operation.name == "LONG_BINPUT" and int(given or 0) > len(pickled):  # so many places would be made
                raise _Unreadable(f"it numbers an object {given}")
        super().__init__(io.BytesIO(pickled))
        self._archive, self._prefix = archive, prefix
        order = f"{prefix}byteorder"
        self._order = ">" if order in archive.namelist() and archive.read(order) == b"big" else "<"
        self._storages: dict[str, _Storage] = {}

    def find_class(self, module: str, name: str) -> Any:
        """What a name of the file stands for."""
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _Tensor()
        if module == "torch" and name in _TORCH:
            return _Kind(_TORCH[name])
        raise _Unreadable(f"it asks for {module}.{name}, which no plain state dict needs; nothing of it was run")

    def persistent_load(self, given: Any) -> _Storage:
        """The numbers that a tensor points to: (`storage`, kind, key, device, count)."""
        what, kind, key, _, count = given
        if what != "storage" or not isinstance(kind, _Kind):
            raise _Unreadable(f"it points to a {what} of {kind}, no storage of numbers")
        if key not in self._storages:
            raw = self._archive.read(f"{self._prefix}data/{key}")
            if len(raw) != count * np.dtype(_KINDS[kind.name]).itemsize:
                raise _Unreadable(f"it has {len(raw)} bytes for {count} numbers of {kind.name}")
            self._storages[key] = _Storage(_numbers(raw, kind.name, self._order))
        return self._storages[key]


class _Tensor:
    """What stands for the function that makes a tensor of a storage; the file cannot set anything on it."""

    __slots__ = ()

    def __call__(self, storage: Any, offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *_: Any) -> Array:
        """The tensor whose numbers lie in a storage, from an offset on, with steps between them."""
        if not isinstance(storage, _Storage):
            raise _Unreadable("a tensor lies in no storage")
        values, size = storage.values, math.prod(shape)
        last = offset + sum((count - 1) * step for count, step in zip(shape, strides, strict=True))
        if min((offset, *shape, *strides)) < 0 or size > len(values) or (size and last >= len(values)):
            raise _Unreadable(f"a tensor of shape {shape} does not fit into its {len(values)} numbers")
        there = values[offset:] if size else values[:0]
        steps = [step * values.itemsize for step in strides]
        return np.lib.stride_tricks.as_strided(there, shape, steps).copy()


def _numbers(raw: bytes, kind: str, order: str = "<") -> Array:
    """Numbers of a kind, in the order of bytes of this machine."""
    read = np.frombuffer(raw, f"{order}{_KINDS[kind]}")
    if kind == "BF16":  # the upper half of a float32
        return (read.astype(np.uint32) << 16).view(np.float32)
    return read.astype(read.dtype.newbyteorder("="))


def _safetensors(raw: bytes) -> dict[str, Array]:
    if raw.startswith(b"version https://git-lfs"):
        raise _Unreadable("it is a pointer of Git LFS; the file itself was not fetched")
    if raw[:1] == b"\x80":
        raise _Unreadable("it is a bare pickle, as torch wrote before 1.6. Load it and save it again with torch")
    size = int.from_bytes(raw[:8], "little")
    if len(raw) < 8 or not 2 <= size <= len(raw) - 8 or raw[8:9] != b"{":
        raise _Unreadable("it begins neither as a zip nor as safetensors do")
    body = raw[8 + size :]
    try:
        header = json.loads(raw[8 : 8 + size])
        return {name: _told(body, told) for name, told in header.items() if name != "__metadata__"}
    except (ValueError, KeyError, TypeError) as error:
        raise _Unreadable(f"its header is damaged ({type(error).__name__}: {error})") from error


def _told(body: bytes, told: Mapping[str, Any]) -> Array:
    kind, shape, (begin, end) = told["dtype"], told["shape"], told["data_offsets"]
    if kind not in _KINDS:
        raise _Unreadable(f"it holds numbers of {kind}")
    if not 0 <= begin <= end <= len(body) or min(shape, default=0) < 0:
        raise _Unreadable(f"a tensor of shape {shape} lies at bytes {begin} to {end} of {len(body)}")
    return _numbers(body[begin:end], kind).reshape(shape)
