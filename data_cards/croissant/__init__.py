"""croissant.json: the release in the Croissant format 1.1 with its vocabulary for responsible AI (RAI 1.0).

Made through `mlcroissant`, from the manifest and nothing else. `mlcroissant` brings pandas, rdflib and networkx and
takes seconds to import, so that it is imported when a document is made and not before.
"""

from __future__ import annotations

from schemas.manifest import Manifest

NAME = "croissant.json"


def render(manifest: Manifest) -> str:
    """The croissant.json of a release: JSON-LD, the same bytes for the same manifest.

    Files that are not Parquet play no part: the manifest may or may not list README.md and croissant.json itself.

    Raises:
        StageError: a column has a type that no reader of the release can load.
    """
    from data_cards.croissant.document import document

    return document(manifest)
