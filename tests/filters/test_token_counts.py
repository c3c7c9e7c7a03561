"""Tokens by named tokenizers, counted beside the tokenizers' own encoding, up to the card's fertility."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers

from filters.tokens import STAGE, Params, measure, open_tokenizers
from schemas.errors import SourceError
from tests import running

TEXTS = [
    "The mill grinds slowly.", "โรงสีอยู่ริมแม่น้ำ", "चक्की नदी के किनारे है।", "الطاحونة على ضفة النهر.",
    "水車小屋は川のそばにある。", "ወፍጮው በወንዙ ዳር ነው።", "Ọlọ náà wà ní ẹ̀bá odò.", "", None,
]  # fmt: skip


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Two tokenizers, trained here: bytes in pairs (with a special token in front), and single bytes."""
    folder = tmp_path_factory.mktemp("tokenizers")
    found = {}
    for name, size in (("pairs", 400), ("bytes", 257)):
        tokenizer = Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.decoder = decoders.ByteLevel()
        alphabet = pre_tokenizers.ByteLevel.alphabet()
        trainer = trainers.BpeTrainer(
            vocab_size=size, special_tokens=["<s>"], initial_alphabet=alphabet, show_progress=False
        )
        tokenizer.train_from_iterator([text for text in TEXTS if text] * 3, trainer)
        tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 0)])
        tokenizer.save(str(folder / f"{name}.json"))
        found[name] = str(folder / f"{name}.json")
    return found


def test_counts_are_those_of_the_tokenizer_without_special_tokens(files: dict[str, str]) -> None:
    params = Params(tokenizers=files)
    frame = pl.DataFrame({"text": TEXTS})
    counted = measure(frame, params, open_tokenizers(params))["tokens"].to_list()
    for text, row in zip(TEXTS, counted, strict=True):
        if text is None:
            assert row is None
            continue
        for one in row:
            own = Tokenizer.from_file(files[one["tokenizer"]]).encode(text, add_special_tokens=False)
            assert one["tokens"] == len(own.ids)
        assert row[0] == {"tokenizer": "bytes", "tokens": len(text.encode())}


def test_the_card_says_how_many_tokens_a_word_takes(files: dict[str, str], tmp_path: Path) -> None:
    rows = [{"id": str(n), "text": f"{text} {n}"} for n, text in enumerate(TEXTS) if text]
    running.jsonl(tmp_path / "in" / "a.jsonl", rows)
    rules = {"min_words": None, "min_alphabetic_words": None, "min_stop_words": None}
    stages = {"language": {"min_confidence": None}, "gopher_quality": rules, "tokens": {"tokenizers": files}}
    done = running.run(running.recipe(f"{tmp_path}/in/*.jsonl", stages), tmp_path)
    assert done is not None
    released = running.released(tmp_path / "out")
    for language, figures in done.figures.items():
        own = released.filter(language=language)
        if not own.height:
            continue
        sizes = own["text"].str.len_bytes().sum()
        assert figures.tokens["bytes"].tokens == sizes
        assert figures.tokens["bytes"].fertility == round(sizes / own["word_count"].sum(), 3)
        assert figures.tokens["pairs"].tokens < sizes
    assert "| Thai | `tha_Thai` | `bytes` |" in (tmp_path / "out" / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("address", "error", "told"),
    [
        ("nowhere/tokenizer.json", SourceError, "there is no file"),
        ("hf://org/name", ValueError, "not pinned"),
        ("hf://org/name@main", ValueError, "40 hexadecimal digits"),
    ],
)
def test_wrong_addresses_are_told(address: str, error: type[Exception], told: str) -> None:
    with pytest.raises(error, match=told):
        open_tokenizers(Params(tokenizers={"mine": address}))


def test_what_is_no_tokenizer_is_told(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text(json.dumps({"model": "nonsense"}))
    with pytest.raises(SourceError, match=r"tokens.tokenizers.mine: .* is no tokenizer"):
        open_tokenizers(Params(tokenizers={"mine": str(tmp_path)}))


def test_no_tokenizer_counts_nothing() -> None:
    assert STAGE.measure(pl.DataFrame({"text": ["a", None]}), Params(), {})["tokens"].to_list() == [[], None]
