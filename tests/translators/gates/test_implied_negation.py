"""Words that say "not" without a negation, and idioms that hold one and deny nothing."""

from __future__ import annotations

import re

import pytest

from translators.gates import _negation_implied, negation
from translators.gates.gate import Pair

LIMIT = negation.GATE.limit
SAME = [
    ("The light is off unless the door is open.", "ita_Latn", "La luce è spenta a meno che la porta non sia aperta."),
    ("The light is off unless the door is open.", "cat_Latn", "El llum és apagat tret que la porta no estigui oberta."),
    ("The lamp burns unless it rains.", "rus_Cyrl", "Лампа горит, если только дождь не идёт."),
    ("When the key is switched off, the lamp is dark.", "deu_Latn", "Ist die Taste nicht an, so ist die Lampe dunkel."),
    ("The lamp does not burn.", "nno_Latn", "Lampa er slått av."),
    ("The field is not active.", "jpn_Jpan", "この欄は無効になっています。"),
    ("That is not very useful.", "deu_Latn", "Das ist wenig sinnvoll."),
    ("That tool does not just cut paper.", "por_Latn", "Essa ferramenta não corta somente papel."),
    ("This tool doesn't just cut paper.", "fra_Latn", "Cet outil ne coupe pas seulement le papier."),
    ("Colour: → None", "swe_Latn", "Färg: → Avmarkera"),
    ("You may leave the door open.", "jpn_Jpan", "扉は開けたままでも構いません。"),
    ("Our apologies for the noise.", "jpn_Jpan", "騒がしくて申し訳ありません。"),
    ("The lines are irregular.", "jpn_Jpan", "線は不規則です。"),
    ("Non-smokers sit here.", "fra_Latn", "Les non-fumeurs s'assoient ici."),
    ("Remember to shut the door.", "spa_Latn", "Recuerde cerrar la puerta; no olvide cerrarla."),
    ("The dog does not sleep here, even at night.", "nld_Latn", "De hond slaapt hier niet, zelfs niet 's nachts."),
]  # fmt: skip


@pytest.mark.parametrize(("source", "language", "target"), SAME)
def test_the_same_in_other_words(source: str, language: str, target: str) -> None:
    score = negation.score(Pair(source, target, "eng_Latn", language))
    assert score is not None and score >= LIMIT


OTHER = [
    ("The lamp burns.", "jpn_Jpan", "ランプは燃えません。"),
    ("It is impossible to open the door.", "jpn_Jpan", "扉は開きます。"),
    ("You may smoke.", "jpn_Jpan", "しかし煙草は吸えない。"),
    ("The library does not open on Sunday.", "deu_Latn", "Die Bücherei öffnet am Sonntag."),
    ("The lamp is on.", "ita_Latn", "La lampada non è accesa."),
    ("The lamp is not switched off.", "deu_Latn", "Die Lampe ist ausgeschaltet."),
    ("The lamp is not switched off.", "nno_Latn", "Lampa er slått av."),
    ("The road is open, but only in summer.", "por_Latn", "A estrada não abre, só no verão."),
    ("Do not avoid the road.", "spa_Latn", "Evite la carretera."),
]


@pytest.mark.parametrize(("source", "language", "target"), OTHER)
def test_the_opposite_is_found(source: str, language: str, target: str) -> None:
    score = negation.score(Pair(source, target, "eng_Latn", language))
    assert score is not None and score < LIMIT


def test_every_language_of_the_table_is_read() -> None:
    known = {label[:3] for label in negation.languages()}
    for meaning, languages in _negation_implied._MEANINGS.items():
        assert set(languages) <= known, meaning
        for code, words in languages.items():
            assert len(set(words.split())) == len(words.split()), (meaning, code)


@pytest.mark.parametrize("code", sorted({code for one in _negation_implied._MEANINGS.values() for code in one}))
def test_no_such_word_is_a_negation_by_itself(code: str) -> None:
    """It would be asked for and be an excuse at once."""
    whole, pieces = _negation_implied.expressions(code)
    cues = negation._tables()[code]
    for word in f"{cues.sure} {cues.concord}".split():
        assert not (whole and re.fullmatch(whole, word)), word
    re.compile(pieces)


def test_a_word_far_away_explains_nothing() -> None:
    english = "The red lamp burns all night. " * 9 + "The green lamp is switched off."
    german = (
        "Die rote Lampe brennt die Nacht nicht. " + "Die rote Lampe brennt die ganze Nacht. " * 8 + "Die grüne ist an."
    )
    score = negation.score(Pair(english, german, "eng_Latn", "deu_Latn"))
    assert score is not None and score < LIMIT
