"""Kernels compile also where nothing can be kept."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

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
