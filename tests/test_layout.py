"""Our top-level folders are importable packages with common names: nobody else may own them."""

from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

FOLDERS = ("pipelines", "filters", "translators", "schemas", "dags", "data_cards", "tests")
ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_installed_package_owns_our_folder_name(folder: str) -> None:
    owners = set(packages_distributions().get(folder, ())) - {"glotmill"}
    assert not owners, f"{folder} is also installed by {', '.join(owners)}: one would hide the other"


@pytest.mark.parametrize("folder", [f for f in FOLDERS if f != "tests"])
def test_our_folder_is_what_gets_imported(folder: str) -> None:
    module = __import__(folder)
    assert Path(next(iter(module.__path__))).resolve() == (ROOT / folder).resolve()
