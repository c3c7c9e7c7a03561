"""Files whose languages and columns the recipe says, because they do not: in memory, glossary and examples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines import plan
from pipelines.tools import Tools
from schemas import recipe as recipes
from schemas.errors import RecipeError
from translators.knowledge.kit import Kit, fingerprint
from translators.translation import TranslationParams

LANGUAGES = {"source_language": "en", "target_language": "th"}


@pytest.fixture
def bare(tmp_path: Path) -> dict[str, str]:
    """Files that say nothing of languages."""
    (tmp_path / "terms.tsv").write_text("source\ttarget\nlayer\tเลเยอร์\n", encoding="utf-8")
    (tmp_path / "memory.csv").write_text("source,target\nThe cat sleeps.,แมวกำลังนอน\n", encoding="utf-8")
    frame = pl.DataFrame({"english": ["A cat eats."], "thai": ["แมวกิน"], "vector": [[0.5]]})
    frame.write_parquet(tmp_path / "examples.parquet")
    return {one.stem: str(one) for one in tmp_path.iterdir()}


def test_the_recipe_says_the_languages(bare: dict[str, str]) -> None:
    examples = {"path": bare["examples"], "source": "english", "target": "thai", **LANGUAGES}
    params = TranslationParams(
        targets=["th"],
        memory=[{"path": bare["memory"], **LANGUAGES}],
        glossary=[{"path": bare["terms"], **LANGUAGES}],
        examples={"bitext": [examples]},
    )
    kit = Kit(params, Tools())
    assert kit.known("The cat sleeps.", "eng_Latn", "tha_Thai") == "แมวกำลังนอน"
    assert kit.known("แมวกำลังนอน", "tha_Thai", "eng_Latn") is None
    assert [one.targets for one in kit.entries("Two layers", "eng_Latn", "tha_Thai")] == [("เลเยอร์",)]
    assert kit.entries("Two layers", "eng_Latn", "hin_Deva") == ()
    assert kit.examples("The cat eats.", "eng_Latn", "tha_Thai") == (("A cat eats.", "แมวกิน"),)


def test_what_the_recipe_says_is_in_the_signature_and_the_content_in_the_fingerprint(bare: dict[str, str]) -> None:
    def params(**more: Any) -> TranslationParams:
        return TranslationParams(targets=["th"], memory=[{"path": bare["memory"], **LANGUAGES, **more}])

    address = TranslationParams(targets=["th"], memory=[bare["memory"]])
    assert address.measured()["memory"] == [bare["memory"]], "recipes from before keep their signature"
    assert fingerprint(params()) == fingerprint(address)
    assert params(target_language="hi").measured() != params().measured()
    Path(bare["memory"]).write_text("source,target\nx,y\n", encoding="utf-8")
    assert fingerprint(params()) != fingerprint(TranslationParams(targets=["th"]))


@pytest.mark.parametrize(("name", "parameter"), [("memory", "memory"), ("terms", "glossary")])
def test_a_file_without_languages_is_told_this_way_out(bare: dict[str, str], name: str, parameter: str) -> None:
    params = TranslationParams(**{"targets": ["th"], parameter: [bare[name]]})
    with pytest.raises(RecipeError, match="nothing says which language") as told:
        Kit(params, Tools())
    assert f"{{path: {bare[name]}, source_language: eng_Latn, target_language: " in str(told.value)


def test_a_parquet_file_without_a_column_of_use_is_told_its_columns(bare: dict[str, str]) -> None:
    params = TranslationParams(targets=["th"], memory=[bare["examples"]])
    with pytest.raises(RecipeError, match=r"It has: english, thai, vector\.") as told:
        Kit(params, Tools())
    assert "source: english, target: german, source_language: eng_Latn" in str(told.value)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("memory: [{pth: a.tsv}]", "unknown key 'pth' (did you mean 'path'?)"),
        ("memory: [{path: a.tsv, source_lang: en}]", "did you mean 'source_language'?"),
        ("memory: [5]", "valid string; 5 (int) came"),
        ("glossary: [{path: a.tsv, source_language: en}]", "target_language: Field required"),
        ("glossary: [{path: a.tsv, source_language: en, target_language: eng_Latn}]", "both eng_Latn"),
        ("glossary: [{path: a.tsv, source_language: en, target_language: klingonisch}]", "'klingonisch' is not a"),
    ],
)
def test_a_wrong_description_is_told_its_line_once(given: str, says: str) -> None:
    text = (
        "name: x\nsource: {paths: sample://instructions.jsonl}\nclient: {base_url: http://x.example/v1}\nstages:\n"
        f"  translation:\n    targets: [th]\n    {given}\n"
    )
    with pytest.raises(RecipeError) as told:
        plan.plan(*recipes.read(text))
    assert says in str(told.value) and "recipe:7: " in str(told.value)
    assert not ("address" in str(told.value) and "described" in str(told.value))
