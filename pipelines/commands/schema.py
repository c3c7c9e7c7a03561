"""`glotmill schema`: recipes as a JSON schema."""

from __future__ import annotations

import json
import sys


def schema() -> None:
    """Print the JSON schema of recipes, for editors."""
    from pipelines import catalogue

    sys.stdout.write(json.dumps(catalogue.recipe_schema(), indent=2, ensure_ascii=False) + "\n")
