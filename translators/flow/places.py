"""What rewrites go by, loaded once a worker: facts and notes about the place of a language, and an embedder."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Protocol

import babel

from schemas import languages
from schemas.addresses import file_system
from schemas.embedding import Embedding
from schemas.stage import Embedder, Tools
from translators.knowledge import locales, notes
from translators.metrics.similarity import similarity


class Params(Protocol):
    """The parameters that name what is loaded."""

    culture_share: float | None
    locale_facts: int
    locale_notes: list[str]
    territory: dict[str, str]
    embedding: Embedding | None


class Kit:
    """What rewrites go by: facts about places, and an embedder.

    Args:
        params: what the recipe names.
        tools: what opens an embedding model.

    Raises:
        RecipeError: a territory or a file of notes is wrong.
    """

    def __init__(self, params: Params, tools: Tools) -> None:
        self._params = params
        self._embedder: Embedder | None = None if params.embedding is None else tools.embedder(params.embedding)
        self._notes: dict[str, notes.Notes | None] = {}
        for label in params.territory:
            self._about(label)

    def facts(self, label: str, row_id: str) -> tuple[str, ...]:
        """Lines about the place of a language, other ones for each row; none where nothing is known."""
        if not self._params.locale_facts or label == languages.UNDETERMINED or not languages.is_label(label):
            return ()
        about = locales.facts(label, self._params.territory.get(label))
        return notes.pick(self._about(label), about, row_id, self._params.locale_facts)

    def similarity(self, before: str, after: str) -> float | None:
        """Cosine of two texts; None where the model knows too little of them."""
        assert self._embedder is not None
        return similarity([before], [after], self._embedder)[0]

    def _about(self, label: str) -> notes.Notes | None:
        if label not in self._notes:
            place = locales.facts(label, self._params.territory.get(label)).territory
            self._notes[label] = notes.notes(label, self._params.locale_notes, place)
        return self._notes[label]


def fingerprint(params: Params) -> dict[str, str]:
    """Digests of the notes about places, and the version of CLDR's data: both stand in prompts."""
    if not params.locale_facts or not params.culture_share:
        return {}
    whole = hashlib.sha256()
    for folder in (str(Path(notes.__file__).parent / "locales"), *params.locale_notes):
        fs, inside = file_system(folder)
        for path in sorted(str(one) for one in fs.ls(inside, detail=False)):
            if path.endswith((".yaml", ".yml")):
                name = path.rpartition("/")[2]
                whole.update(f"{name}\n{hashlib.sha256(fs.cat_file(path)).hexdigest()}\n".encode())
    return {"locale_notes": whole.hexdigest(), "cldr": f"babel {babel.__version__}"}
