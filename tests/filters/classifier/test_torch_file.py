"""Weights without torch: files of torch 2.15 (data/), of safetensors, and such that want something to be run."""

from __future__ import annotations

import io
import json
import os
import pickle
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from filters._classifier import torch_file
from schemas.errors import SourceError

DATA = Path(__file__).parent / "data"
WHOLE = np.arange(24, dtype=np.float32).reshape(4, 6)


def checkpoint(path: Path, pickled: bytes, storages: dict[str, bytes] | None = None, **more: Any) -> Path:
    """A zip as torch lays it out."""
    with zipfile.ZipFile(path, "w", more.pop("compression", zipfile.ZIP_STORED)) as archive:
        archive.writestr("archive/data.pkl", pickled)
        for key, raw in (storages or {}).items():
            archive.writestr(f"archive/data/{key}", raw)
        for name, raw in more.items():
            archive.writestr(f"archive/{name}", raw)
    return path


def tensor(shape: tuple[int, ...], strides: tuple[int, ...], *, offset: int = 0, count: int = 24) -> bytes:
    """A pickle of {"a": tensor} in storage 0, written operation by operation."""

    def number(n: int) -> bytes:
        return b"J" + n.to_bytes(4, "little", signed=True)

    def numbers(of: tuple[int, ...]) -> bytes:
        return b"(" + b"".join(map(number, of)) + b"t"

    storage = b"(X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpu" + number(count)
    made = (
        b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + b"tQ" + number(offset) + numbers(shape) + numbers(strides)
    )
    return b"\x80\x02}X\x01\x00\x00\x00a" + made + b"\x89}tRs."


def test_every_kind_and_layout_that_torch_wrote() -> None:
    found = torch_file.read(DATA / "kinds.pt")
    assert list(found) == ["transposed", "stepped", "row", "double", "half", "bfloat16", "scalar", "empty"]
    for name, right in {
        "transposed": WHOLE.T, "stepped": WHOLE[1:, ::2], "row": WHOLE[2], "double": WHOLE.astype(np.float64) / 3,
        "half": WHOLE.astype(np.float16) / 3, "scalar": np.float32(3.5), "empty": np.zeros((0, 4), np.float32),
    }.items():  # fmt: skip
        assert np.array_equal(found[name], right) and found[name].dtype == right.dtype, name
    assert found["bfloat16"].dtype == np.float32
    assert np.allclose(found["bfloat16"], WHOLE / 3, rtol=2**-8) and not np.array_equal(found["bfloat16"], WHOLE / 3)
    assert all(one.flags.c_contiguous and one.base is None for one in found.values())


def test_a_state_dict_that_torch_wrote() -> None:
    """With the attribute `_metadata` that state_dict() has."""
    found = torch_file.read(DATA / "head.pt")
    assert {name: one.shape for name, one in found.items()} == {
        "classifier.0.weight": (4, 6), "classifier.0.bias": (4,), "classifier.3.weight": (1, 4),
        "classifier.3.bias": (1,),
    }  # fmt: skip
    assert found["classifier.0.weight"][0, 0] == np.float32(-0.40476715564727783)
    assert found["classifier.3.bias"][0] == np.float32(-0.360637903213501)


def test_what_the_package_safetensors_wrote(tmp_path: Path) -> None:
    from safetensors.numpy import save_file

    given = {"f4": WHOLE, "f8": WHOLE.astype(np.float64) / 7, "f2": WHOLE.astype(np.float16) / 7,
             "scalar": np.array(2, np.float32), "empty": np.zeros((0, 3), np.float32)}  # fmt: skip
    save_file(given, tmp_path / "x.safetensors", metadata={"of": "a test"})
    found = torch_file.read(tmp_path / "x.safetensors")
    assert set(found) == set(given)
    for name, right in given.items():
        assert np.array_equal(found[name], right) and found[name].dtype == right.dtype


def test_bfloat16_of_safetensors_and_the_other_order_of_bytes(tmp_path: Path) -> None:
    upper = (np.array([1, -2.5, 3e38], np.float32).view(np.uint32) >> 16).astype("<u2").tobytes()
    header = json.dumps({"a": {"dtype": "BF16", "shape": [3], "data_offsets": [0, 6]}}).encode()
    (tmp_path / "b.safetensors").write_bytes(len(header).to_bytes(8, "little") + header + upper)
    assert np.allclose(torch_file.read(tmp_path / "b.safetensors")["a"], [1, -2.5, 3e38], rtol=2**-7)
    big = checkpoint(
        tmp_path / "big.pt", tensor((4, 6), (6, 1)), {"0": WHOLE.astype(">f4").tobytes()}, byteorder=b"big"
    )
    assert np.array_equal(torch_file.read(big)["a"], WHOLE)


class Runs:
    """Asks for a function of the system, as a hostile checkpoint does."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return os.system, (f"touch {self.mark}",)


@pytest.mark.parametrize("protocol", [0, 1, 2, 3, 4, 5])
def test_a_hostile_pickle_is_refused_and_not_run(protocol: int, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    pickled = pickle.dumps(OrderedDict(a=Runs(mark)), protocol)
    file = checkpoint(tmp_path / "x.pt", pickled)
    with pytest.raises(SourceError, match=r"x\.pt cannot be read: it asks for (posix\.system|the operation)"):
        torch_file.read(file)
    assert not mark.exists()
    pickle.loads(pickled)
    assert mark.exists(), "it would have run"


@pytest.mark.parametrize(
    ("pickled", "what"),
    [
        (b"\x80\x02cos\nsystem\nX\x04\x00\x00\x00true\x85R.", r"os\.system"),
        (b"\x80\x02cbuiltins\neval\nX\x01\x00\x00\x001\x85R.", r"builtins\.eval"),
        (b"\x80\x02ctorch\nload\n.", r"torch\.load"),
        (b"\x80\x02ctorch\nLongStorage\n.", r"torch\.LongStorage"),
        (b"\x80\x02ctorch._utils\n_rebuild_parameter\n.", r"torch\._utils\._rebuild_parameter"),
        (b"\x80\x02ccollections\nOrderedDict.fromkeys\n.", r"collections\.OrderedDict\.fromkeys"),
        (b"\x80\x04\x8c\x05posix\x8c\x06system\x93.", r"posix\.system"),
        (b"\x80\x02ccollections\nOrderedDict\n)\x81.", "operation NEWOBJ"),
        (b"(icollections\nOrderedDict\n.", "operation INST"),
        (b"\x80\x02\x82\x01.", "operation EXT1"),
        (b"\x80\x02}r\xff\xff\xff\x7f.", "numbers an object"),
    ],
)
def test_what_a_state_dict_does_not_need_is_refused(pickled: bytes, what: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=f"asks for (the )?{what}|it {what}"):
        torch_file.read(checkpoint(tmp_path / "x.pt", pickled))


def test_nothing_can_be_set_on_what_stands_for_a_name(tmp_path: Path) -> None:
    """The operation BUILD sets attributes of whatever lies on the stack."""
    for name in (b"ccollections\nOrderedDict\n", b"ctorch._utils\n_rebuild_tensor_v2\n", b"ctorch\nFloatStorage\n"):
        for state in (b"}X\x01\x00\x00\x00aK\x01s", b"N}X\x01\x00\x00\x00aK\x01s\x86"):
            with pytest.raises(SourceError, match="damaged"):
                torch_file.read(checkpoint(tmp_path / "x.pt", b"\x80\x02" + name + state + b"b."))


@pytest.mark.parametrize(
    ("shape", "strides", "offset"),
    [((25,), (1,), 0), ((4, 6), (7, 1), 0), ((1,), (1,), 24), ((24,), (-1,), 23), ((3,), (1,), -1),
     ((-1,), (1,), 0), ((5, 6), (0, 1), 0), ((4, 6), (1,), 0)],
)  # fmt: skip
def test_a_tensor_lies_inside_its_storage(
    shape: tuple[int, ...], strides: tuple[int, ...], offset: int, tmp_path: Path
) -> None:
    file = checkpoint(tmp_path / "x.pt", tensor(shape, strides, offset=offset), {"0": WHOLE.tobytes()})
    with pytest.raises(SourceError, match=r"does not fit into its 24 numbers|damaged"):
        torch_file.read(file)


def test_steps_of_every_size(tmp_path: Path) -> None:
    raw = {"0": WHOLE.tobytes()}
    rows = torch_file.read(checkpoint(tmp_path / "1.pt", tensor((4, 6), (0, 1)), raw))["a"]
    assert np.array_equal(rows, np.tile(WHOLE[0], (4, 1)))
    assert torch_file.read(checkpoint(tmp_path / "2.pt", tensor((), (), offset=23), raw))["a"] == 23
    assert torch_file.read(checkpoint(tmp_path / "3.pt", tensor((0, 6), (6, 1), offset=24), raw))["a"].shape == (0, 6)


def test_files_that_are_no_weights(tmp_path: Path) -> None:
    right = tensor((4, 6), (6, 1))
    raw = {"0": WHOLE.tobytes()}
    cases = {
        "compressed": (
            checkpoint(tmp_path / "1", right, raw, compression=zipfile.ZIP_DEFLATED),
            "the zip is compressed",
        ),
        "short": (checkpoint(tmp_path / "2", right, {"0": b"1234"}), "has 4 bytes for 24 numbers of F32"),
        "without": (checkpoint(tmp_path / "3", right), "damaged .*archive/data/0"),
        "list": (checkpoint(tmp_path / "4", b"\x80\x02)."), "holds one tuple, no state dict"),
        "nested": (checkpoint(tmp_path / "5", b"\x80\x02}X\x01\x00\x00\x00a}s."), "'a' is dict, no tensor"),
    }
    for name, (file, message) in cases.items():
        with pytest.raises(SourceError, match=message):
            torch_file.read(file)
            raise AssertionError(name)
    for content, message in {
        b"": "neither as a zip nor as safetensors",
        b"PK\x03\x04 cut off": "damaged",
        b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.": "before 1.6",
        b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n": "pointer of Git LFS",
        b"\x00" * 100: "neither as a zip nor as safetensors",
    }.items():
        (tmp_path / "x.pt").write_bytes(content)
        with pytest.raises(SourceError, match=message):
            torch_file.read(tmp_path / "x.pt")
    with pytest.raises(SourceError, match="not found while reading the weights"):
        torch_file.read(tmp_path / "none.pt")


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"dtype": "I64", "shape": [1], "data_offsets": [0, 8]}, "holds numbers of I64"),
        ({"dtype": "F32", "shape": [3], "data_offsets": [0, 12]}, "bytes 0 to 12 of 8"),
        ({"dtype": "F32", "shape": [3], "data_offsets": [0, 8]}, "header is damaged"),
        ({"dtype": "F32", "shape": [-1], "data_offsets": [0, 8]}, "of shape"),
        ({"dtype": "F32", "shape": [2]}, "header is damaged"),
    ],
)
def test_safetensors_with_a_wrong_header(told: dict[str, Any], message: str, tmp_path: Path) -> None:
    header = json.dumps({"a": told}).encode()
    (tmp_path / "x.safetensors").write_bytes(len(header).to_bytes(8, "little") + header + b"\0" * 8)
    with pytest.raises(SourceError, match=message):
        torch_file.read(tmp_path / "x.safetensors")


@given(st.data())
def test_damage_is_always_told_as_such(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Whatever bytes of the pickle change: weights, or a SourceError."""
    with zipfile.ZipFile(DATA / "head.pt") as archive:
        parts = {name.split("/", 1)[1]: archive.read(name) for name in archive.namelist()}
    pickled = bytearray(parts["data.pkl"])
    for place, value in data.draw(
        st.lists(st.tuples(st.integers(0, len(pickled) - 1), st.integers(0, 255)), max_size=4)
    ):
        pickled[place] = value
    file = tmp_path_factory.mktemp("x") / "x.pt"
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, raw in (parts | {"data.pkl": bytes(pickled)}).items():
            archive.writestr(f"x/{name}", raw)
    file.write_bytes(made.getvalue())
    try:
        found = torch_file.read(file)
    except SourceError:
        return
    assert all(isinstance(one, np.ndarray) for one in found.values())
