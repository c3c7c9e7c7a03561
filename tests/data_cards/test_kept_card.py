"""The card of the sample corpus that is kept beside the code is what its manifest renders to, byte for byte."""

from __future__ import annotations

from pathlib import Path

from data_cards import card
from schemas.manifest import Manifest

KEPT = Path(__file__).parents[2] / "data_cards" / "quickstart"


def test_the_kept_card_is_what_its_manifest_renders_to() -> None:
    manifest = Manifest.model_validate_json((KEPT / "manifest.json").read_text(encoding="utf-8"))
    again = card.render(manifest)
    assert again == card.render(manifest)
    assert again == (KEPT / "README.md").read_text(encoding="utf-8"), (
        "The card changed. Where that was meant, run `glotmill run quickstart` and copy README.md and manifest.json of "
        "the release to data_cards/quickstart."
    )


def test_a_manifest_read_again_renders_the_same() -> None:
    text = (KEPT / "manifest.json").read_text(encoding="utf-8")
    manifest = Manifest.model_validate_json(text)
    assert manifest.to_json() == text
