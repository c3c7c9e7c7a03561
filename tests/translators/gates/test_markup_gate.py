"""The markup gate: everything that is no language, exactly as often."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from translators.gates.gate import Pair
from translators.gates.markup import GATE, share_kept


@pytest.mark.parametrize(
    ("source", "target", "share"),
    [
        ("no markup", "kein Markup", 1.0),
        ("Use `x` at https://x.org/a.", "https://x.org/a で `x` を使う。", 1.0),
        ("Use `x`.", "استخدم `x`؟", 1.0),
        ("{name} has %d files", "{name} में %d फ़ाइलें हैं", 1.0),
        ("<b>Open</b> it", "<b>เปิด</b>มัน", 1.0),
        ("a `x` and `x`", "ein `x`", 0.5),
        ("a `x`", "ein `x` und `x`", 0.5),
        ("a `x`", "ein `y`", 0.0),
        ("https://x.org/a", "https://x.org/abc", 0.0),
        ("https://x.org/a", "https://x.org/b", 0.0),
        ("{a} {b} {c} {d}", "{a} {b} {c}", 0.75),
        ("nothing", "{a}", 0.0),
        ("nothing", "siehe https://x.org", 0.0),
        ("$x^2$ and \\alpha", "$x^2$ እና \\alpha", 1.0),
        ("$x^2$", "$x^3$", 0.0),
        ("```\na\n```", "```\nb\n```", 0.0),
        ("a ⟦1⟧", "b ⟦2⟧", 0.0),
        # Endings right behind a span, as some languages write them.
        ("see https://x.org/a", "https://x.org/a'da", 1.0),
        ("see https://x.org", "katso https://x.org:ssa", 1.0),
        ("the %s", "%sları", 1.0),
        ("the %d", "%x", 0.0),
        # Quantities, keys and amounts of money are written as the language wants.
        ("5.5 km for $5, Ctrl+F", "5,5 км за 5 $, Strg+F", 1.0),
    ],
)
def test_share(source: str, target: str, share: float) -> None:
    assert share_kept(source, target) == share
    assert GATE.score(Pair(source, target, "eng_Latn", "deu_Latn")) == share


def test_always_applies() -> None:
    assert GATE.applies(Pair("a", "b", "eng_Latn", "deu_Latn"))
    assert (GATE.name, GATE.reason, GATE.keep, GATE.limit) == ("markup_kept", "markup_lost", "at_least", 1.0)


@given(st.text(), st.text())
def test_any_texts(source: str, target: str) -> None:
    assert 0.0 <= share_kept(source, target) <= 1.0
    assert share_kept(source, source) == 1.0
    assert share_kept(source + " {x}", source + " ") < 1.0 or "{" in source


@pytest.mark.skipif("GLOTMILL_CORPORA" not in os.environ, reason="needs the folder of real text")
def test_human_translations_pass() -> None:
    rows = pl.read_parquet(Path(os.environ["GLOTMILL_CORPORA"]) / "bitext.parquet").select("english", "target").rows()
    refused = [row for row in rows if share_kept(*row) < 1]
    assert len(refused) < 0.003 * len(rows)
