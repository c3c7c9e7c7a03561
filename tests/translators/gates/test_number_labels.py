"""Numbers that a translation may lack: of mouse buttons, of sections whose title is there, said twice, counters."""

from __future__ import annotations

import pytest

from translators.gates.gate import Pair
from translators.gates.numbers import score

SAME = [
    ("Click with the left mouse button.", "jpn_Jpan", "第1ボタンでクリックします。"),
    ("Click Button 1 to go on.", "nld_Latn", "Klik met de linkermuisknop om verder te gaan."),
    ("Click Button 1 to go on.", "rus_Cyrl", "Щёлкните левой кнопкой мыши, чтобы продолжить."),
    ("More is told in Section 2.3, “Roofs and walls”.", "ita_Latn", "Di più nella sezione «Tetti e muri»."),
    ("More is told in the part on roofs and walls.", "deu_Latn", "Mehr steht in Abschnitt 8, „Dächer und Wände“."),
    ("More is told in the chapter on roofs.", "jpn_Jpan", "くわしくは前に述べた屋根についての第7章「屋根」にある。"),
    (
        "With 50 bricks it stands; with more, and that is a fact which all of us know, with more than 50 it falls.",
        "deu_Latn",
        "Mit 50 Ziegeln steht sie; mit mehr davon, und das wissen wir alle aus Erfahrung, fällt sie.",
    ),
    ("These tools help.", "jpn_Jpan", "つぎの 4 つの道具が役に立ちます。"),
    ("Four tools help.", "jpn_Jpan", "4 つの道具が役に立ちます。"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "language", "target"), SAME)
def test_nothing_is_lost(source: str, language: str, target: str) -> None:
    assert score(Pair(source, target, "eng_Latn", language)) == 1.0
    assert score(Pair(target, source, language, "eng_Latn")) == 1.0


OTHER = [
    ("A picture of 50 by 50 pixels.", "deu_Latn", "Ein Bild mit 50 Bildpunkten."),
    ("Click Button 1 to go on.", "nld_Latn", "Klik op knop 2 om verder te gaan."),
    ("Press button 1 in the lift.", "deu_Latn", "Fahren Sie mit dem Lift hinauf."),
    ("More is told in Section 2.3, “Roofs and walls”.", "ita_Latn", "Di più nella sezione 2.4, «Tetti e muri»."),
    ("In the year 1999, “roofs” were flat.", "ita_Latn", "In quell'anno i «tetti» erano piatti."),
    ("Figure 2.3. “Roofs” and walls", "ita_Latn", "Figura. «Tetti» e muri"),
    ("Nine tools help.", "jpn_Jpan", "8 つの道具が役に立ちます。"),
    ("A wall of 50 bricks stands; one of 60 falls.", "deu_Latn", "Eine Wand aus 50 Ziegeln steht; eine höhere fällt."),
    ("A wall of 50 bricks stands; one of 60 falls.", "deu_Latn", "Eine Wand aus 50 Ziegeln steht; eine aus 50 fällt."),
]


@pytest.mark.parametrize(("source", "language", "target"), OTHER)
def test_something_is_lost(source: str, language: str, target: str) -> None:
    assert score(Pair(source, target, "eng_Latn", language)) < 1.0
