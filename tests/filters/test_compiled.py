"""Kernels compile also where nothing can be kept."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import filters

MODULE = """
from filters._kernels.compiled import compiled

@compiled
def add(a, b):
    return a + b
"""


def test_without_a_folder_to_keep_the_code_in(tmp_path: Path) -> None:
    (tmp_path / "kernel.py").write_text(MODULE, encoding="utf-8")
    # No locator finds a place, as in a container whose disk is read-only.
    program = (
        "import numba.core.caching as c\n"
        "c.CacheImpl._locator_classes = []\n"
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "import kernel\n"
        "print(kernel.add(1, 2))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "3", done.stderr


KERNELS = {
    "inner.py": "from filters._kernels.compiled import compiled\n@compiled\ndef inner(a):\n    return a + 1\n",
    "outer.py": "from filters._kernels.compiled import compiled\nfrom filters.inner import inner\n"
    "@compiled\ndef outer(a):\n    return inner(a)\n",
}


def test_a_kernel_is_compiled_anew_when_one_that_it_calls_has_changed(tmp_path: Path) -> None:
    for name in ("__init__.py", "_kernels/__init__.py", "_kernels/compiled.py"):
        (tmp_path / "filters" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "filters" / name).write_text((Path(filters.__file__).parent / name).read_text("utf-8"), "utf-8")
    for name, source in KERNELS.items():
        (tmp_path / "filters" / name).write_text(source, "utf-8")

    def outer() -> str:
        program = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\nfrom filters.outer import outer\nprint(outer(1))"
        command = [sys.executable, "-c", program]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
        return done.stdout.strip() or done.stderr

    assert [outer(), outer()] == ["2", "2"]
    (tmp_path / "filters" / "inner.py").write_text(KERNELS["inner.py"].replace("+ 1", "+ 10"), "utf-8")
    assert outer() == "11"
