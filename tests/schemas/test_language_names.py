"""Names of languages without the tables that hold all names of all languages."""

from __future__ import annotations

import subprocess
import sys

import langcodes
import pytest

from schemas import languages
from tests import running


@pytest.mark.parametrize("code", sorted({*languages._ISO_NAMES, "fra", "hin", "tha", "amh", "yor", "jpn", "eng"}))
def test_names_are_those_of_iso_and_cldr(code: str) -> None:
    told = langcodes.Language.get(code).display_name("en").removesuffix(" (individual language)")
    label = languages.label(code)
    assert languages.name(label) == told or languages.name(label).startswith(f"{told} (")


def test_names_of_the_sample_take_little_memory() -> None:
    code = (
        "import sys; from schemas import languages\n"
        "for one in ('fr', 'sw', 'ar', 'lv', 'uz', 'am', 'yo'): languages.name(languages.label(one))\n"
        "print([m for m in sys.modules if m.startswith('language_data')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=running.environment(), check=True
    )
    assert done.stdout.strip() == "[]"
