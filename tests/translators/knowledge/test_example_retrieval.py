"""Examples from a pool: alike, never the text itself, and the same whatever the order and the batch."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.errors import RecipeError, StageError
from translators.knowledge.character_f import chrf
from translators.knowledge.copies import copies
from translators.knowledge.examples import RetrievalParams, Retriever
from translators.knowledge.keys import loose
from translators.knowledge.pool import Pool

PAIRS = [
    ("The dog sleeps under the old tree.", "Der Hund schläft unter dem alten Baum."),
    ("The cat sleeps under the bed.", "Die Katze schläft unter dem Bett."),
    ("A red apple lies on the table.", "Ein roter Apfel liegt auf dem Tisch."),
    ("Figure 12.3. The settings of the filter", "Abbildung 12.3. Die Einstellungen des Filters"),
    ("Figure 7.1. The settings of the filter", "Abbildung 7.1. Die Einstellungen des Filters"),
    ("Where does the train to Leipzig leave?", "Wo fährt der Zug nach Leipzig ab?"),
    ("The old tree was cut down yesterday.", "Der alte Baum wurde gestern gefällt."),
    ("แมวดำนอนหลับอยู่ใต้ต้นไม้ใหญ่", "Die schwarze Katze schläft unter dem großen Baum."),
    ("बड़े पेड़ के नीचे काला कुत्ता सो रहा है।", "Der schwarze Hund schläft unter dem großen Baum."),
    ("القطة السوداء نائمة تحت الشجرة الكبيرة.", "Die schwarze Katze schläft unter dem Baum dort."),
    ("黒い猫が大きな木の下で寝ている。", "Eine schwarze Katze schläft unter einem Baum."),
    ("ጥቁሩ ውሻ ከትልቁ ዛፍ ሥር ተኝቷል።", "Der schwarze Hund liegt unter dem Baum."),
    ("Ajá dúdú náà ń sùn lábẹ́ igi ńlá.", "Der schwarze Hund schläft dort unter dem Baum."),
]


def pool(folder: Path, pairs: Sequence[tuple[str, str]] = PAIRS, **more: int) -> Pool:
    path = folder / "pool.parquet"
    pl.DataFrame(pairs, schema=["source", "target"], orient="row").write_parquet(path)
    return Pool.load([str(path)], "eng_Latn", "deu_Latn", **more)


class Letters:
    """Vectors that count letters: enough to tell that texts are alike."""

    identity = "letters@1"

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        vectors = np.zeros((len(texts), 64), np.float32)
        for row, text in enumerate(texts):
            for letter in text.lower():
                vectors[row, ord(letter) % 64] += 1
        return vectors


WORDS = [
    "the",
    "dog",
    "cat",
    "sleeps",
    "here",
    "now",
    "12",
    "7",
    "แมวนอน",
    "ใต้",
    "पेड़",
    "شجرة",
    "木の下",
    "ውሻ",
    "igi",
    "A!",
]
METHODS = [("bm25",), ("chrf",), ("embedding",), ("random",), ("bm25", "embedding"), ("bm25", "chrf", "embedding")]


def sources(pairs: Sequence[tuple[str, str]]) -> list[str]:
    return [source for source, _ in pairs]


@pytest.mark.parametrize("methods", [("bm25",), ("chrf",), ("embedding",), ("bm25", "chrf")])
def test_the_most_alike_stands_last(tmp_path: Path, methods: tuple[str, ...]) -> None:
    retriever = Retriever(pool(tmp_path), RetrievalParams(methods=methods), Letters())
    found = sources(retriever.retrieve(["The dog sleeps below that old tree"], 2)[0])
    assert found[-1] == "The dog sleeps under the old tree."
    assert len(found) == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("แมวขาวนอนหลับ", 7),
        ("काला कुत्ता भौंकता है", 8),
        ("القطة السوداء", 9),
        ("黒い猫がいる", 10),
        ("ጥቁሩ ውሻ", 11),
        ("Ajá dúdú kan ń sùn", 12),
    ],
)
@pytest.mark.parametrize("method", ["bm25", "chrf"])
def test_every_script_finds_its_own(tmp_path: Path, text: str, expected: int, method: str) -> None:
    retriever = Retriever(pool(tmp_path), RetrievalParams(methods=(method,)))
    assert retriever.retrieve([text], 1)[0] == [PAIRS[expected]]


@settings(max_examples=30)
@given(data=st.data())
@pytest.mark.parametrize("methods", METHODS)
def test_a_text_is_never_its_own_example(tmp_path_factory, methods, data) -> None:
    text = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)
    lines = data.draw(st.lists(text, min_size=1, max_size=25))
    retriever = Retriever(
        pool(tmp_path_factory.mktemp("pool"), [(line, f"Ziel {line} Ende") for line in lines]),
        RetrievalParams(methods=methods, copy_chrf=90),
        Letters(),
    )
    asked = [*lines, *(line.upper() + " !" for line in lines)]
    for query, found in zip(asked, retriever.retrieve(asked, 4), strict=True):
        assert len(found) == len(set(found)) <= 4
        for source in sources(found):
            assert loose(source) != loose(query)
            assert chrf(query, [source])[0] < 90


@pytest.mark.parametrize("methods", METHODS)
def test_neither_order_nor_batch_matters(tmp_path: Path, methods: tuple[str, ...]) -> None:
    (tmp_path / "other").mkdir()
    params = RetrievalParams(methods=methods)
    one = Retriever(pool(tmp_path), params, Letters())
    other = Retriever(pool(tmp_path / "other", PAIRS[::-1]), params, Letters())
    texts = [f"{source} now" for source, _ in PAIRS]
    together = one.retrieve(texts, 3)
    assert together == [other.retrieve([text], 3)[0] for text in texts]
    assert one.digest == other.digest


def test_equally_alike_go_by_text(tmp_path: Path) -> None:
    pairs = [("zebra apple", "x1"), ("apple zebra", "x2"), ("apple house", "x3"), ("tree house", "x4")]
    found = Retriever(pool(tmp_path, pairs), RetrievalParams(diversity=None)).retrieve(["zebra pear apple plum"], 2)[0]
    assert sources(found) == ["zebra apple", "apple zebra"]


@pytest.mark.parametrize(
    ("query", "text", "copy"),
    [
        ("Open the file.", "OPEN the file!", True),
        ("Figure 3.1: Layers", "figure 17.22 layers", True),
        (
            "Open the file menu now.",
            "First, open the file menu now. Then wait until it is done, and close it again.",
            True,
        ),
        ("Open the file menu, then choose the layer.", "Open the file menu, then choose", True),
        ("layer", "The layer dialog shows all layers of the image", False),
        ("Choose the layer dialog in the menu of windows", "the layer", False),
        (
            "猫が大きな木の下で寝ている",
            "昨日、猫が大きな木の下で寝ているのを見たので写真を撮って友達に送りました。",
            True,
        ),
        ("แมว", "แมวดำนอนหลับอยู่ใต้ต้นไม้ใหญ่", False),
        ("Where is the station?", "Where is the stations?", True),
        ("Where is the station?", "When does the next train leave?", False),
        ("…", "?", False),
    ],
)
def test_what_a_copy_is(query: str, text: str, copy: bool) -> None:
    assert copies(query, [text], 90).tolist() == [copy]


def test_many_copies_in_the_pool_hide_no_other_example(tmp_path: Path) -> None:
    pairs = [(f"The dog sleeps, {number}.", f"Der Hund schläft {number}.") for number in range(60)]
    pairs.append(("A dog barks at the postman sometimes.", "Ein Hund bellt."))
    found = Retriever(pool(tmp_path, pairs)).retrieve(["The dog sleeps, 5!"], 2)[0]
    assert sources(found) == ["A dog barks at the postman sometimes."]


def test_two_examples_are_not_alike(tmp_path: Path) -> None:
    retriever = Retriever(pool(tmp_path))
    found = sources(retriever.retrieve(["settings of another filter in a figure"], 3)[0])
    assert sum(source.startswith("Figure") for source in found) == 1


def test_target_sides_and_both(tmp_path: Path) -> None:
    here = pool(tmp_path)
    target = Retriever(here, RetrievalParams(side="target"))
    assert target.retrieve(["x"], 1, drafts=["Der alte Baum wurde gefällt"])[0][0][0].startswith("The old tree was")
    mixed = Retriever(here, RetrievalParams(side="mixed", alpha=0.5, methods=("chrf",)))
    both = sources(mixed.retrieve(["The cat"], 2, drafts=["Ein roter Apfel"])[0])
    assert sorted(both) == ["A red apple lies on the table.", "The cat sleeps under the bed."]
    only_source = Retriever(here, RetrievalParams(side="mixed", alpha=1.0)).retrieve(["red apple"], 1, ["Zug Leipzig"])
    only_target = Retriever(here, RetrievalParams(side="mixed", alpha=0.0)).retrieve(["red apple"], 1, ["Zug Leipzig"])
    assert sources(only_source[0]) == ["A red apple lies on the table."]
    assert sources(only_target[0]) == ["Where does the train to Leipzig leave?"]
    vectors = Retriever(here, RetrievalParams(side="target", methods=("embedding",)), Letters())
    assert len(vectors.retrieve(["Der Hund schläft"], 2)[0]) == 2


def test_borda_puts_what_several_rankings_have_first(tmp_path: Path) -> None:
    retriever = Retriever(pool(tmp_path), RetrievalParams(methods=("bm25", "chrf"), diversity=None))
    text = "The old dog sleeps under some tree"
    alone = [
        set(Retriever(pool(tmp_path), RetrievalParams(methods=(one,), diversity=None)).retrieve([text], 3)[0])
        for one in ("bm25", "chrf")
    ]
    merged = retriever.retrieve([text], 3)[0]
    assert alone[0] & alone[1] <= set(merged)
    assert set(merged) <= alone[0] | alone[1]


def test_what_cannot_be_done_is_said(tmp_path: Path) -> None:
    here = pool(tmp_path)
    with pytest.raises(RecipeError, match="embedding model"):
        Retriever(here, RetrievalParams(methods=("embedding",)))
    with pytest.raises(RecipeError, match="give drafts"):
        Retriever(here, RetrievalParams(side="mixed")).retrieve(["x"], 1)
    with pytest.raises(RecipeError, match="no pair of eng_Latn and deu_Latn"):
        pool(tmp_path, [("", "")])

    class Broken(Letters):
        def embed(self, texts: Sequence[str]) -> np.ndarray:
            return np.full((len(texts), 4), np.nan, np.float32)

    with pytest.raises(StageError, match="not finite"):
        Retriever(here, RetrievalParams(methods=("embedding",)), Broken())


def test_the_pool_counts_what_it_leaves_out(tmp_path: Path) -> None:
    pairs = [*PAIRS, ("GIMP 2.10", "Gimp 2,8"), ("long " * 200, "lang"), ("", "leer"), PAIRS[0]]
    here = pool(tmp_path, pairs, longest=300)
    assert len(here) == len(PAIRS)
    assert here.left_out == {"empty": 1, "long": 1, "untranslated": 1}


def test_digests_tell_pools_and_settings_apart(tmp_path: Path) -> None:
    here = pool(tmp_path)
    digests = {
        Retriever(here).digest,
        Retriever(here, RetrievalParams(methods=("chrf",))).digest,
        Retriever(here, RetrievalParams(methods=("embedding",)), Letters()).digest,
        Retriever(pool(tmp_path, PAIRS[1:])).digest,
    }
    assert len(digests) == 4


def test_nothing_is_asked_and_nothing_is_alike(tmp_path: Path) -> None:
    retriever = Retriever(pool(tmp_path))
    assert retriever.retrieve([], 3) == []
    assert retriever.retrieve(["", "qwertz", "…"], 3) == [[], [], []]
    assert retriever.retrieve(["The dog"], 0) == [[]]


@pytest.mark.skipif("GLOTMILL_CORPORA" not in os.environ, reason="needs the folder of real text")
@pytest.mark.parametrize("method", ["bm25", "chrf"])
def test_real_paragraphs_never_find_themselves(method: str) -> None:
    from translators.knowledge.bitext import BitextFile

    file = BitextFile(
        path=str(Path(os.environ["GLOTMILL_CORPORA"]) / "bitext.parquet"),
        source="english",
        source_language="eng_Latn",
        target_language_column="target_language",
    )
    here = Pool.load([file], "en", "ja")
    texts = here.source.to_list()
    for text, found in zip(texts, Retriever(here, RetrievalParams(methods=(method,))).retrieve(texts, 5), strict=True):
        assert not copies(text, sources(found), 95).any()
