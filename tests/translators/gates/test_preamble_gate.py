"""Words about the answer around it. The labelled set has more: test_labelled_answers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translators.gates import preamble
from translators.gates.gate import Pair

GATE = preamble.GATE


def score(source: str, target: str, label: str = "fra_Latn", source_label: str = "eng_Latn") -> float:
    found = GATE.score(Pair(source, target, source_label, label))
    assert found is not None
    return found


SOURCE = "Bees keep their hive warm in winter."
FRENCH = "Les abeilles gardent leur ruche au chaud en hiver."


@pytest.mark.parametrize(
    "head",
    [
        "Sure! Here is the translation:\n\n",
        "Here's the French translation: ",
        "Translation: ",
        "**French:** ",
        "Français : ",
        "Traduction :\n",
        "Voici la traduction demandée :\n\n",
        "Certainly! ",
        "Bien sûr ! Voici :\n",
        "Understood. Below is the text in French.\n",
    ],
)
def test_heads(head: str) -> None:
    assert score(SOURCE, head + FRENCH) == 1.0


@pytest.mark.parametrize(
    "tail",
    [
        "\n\nNote: I kept the word order.",
        " (Note: literal translation)",
        "\n\nLet me know if you need anything else!",
        "\nRemarque : le ton est familier.",
        "\n\n(J'ai choisi un ton familier.)",
        " I hope this helps!",
        "\n\n**Explanation:** “ruche” is a hive.",
    ],
)
def test_tails(tail: str) -> None:
    assert score(SOURCE, FRENCH + tail) == 1.0


@pytest.mark.parametrize(
    "wrapped",
    [
        f'"{FRENCH}"',
        f"« {FRENCH} »",
        f"```\n{FRENCH}\n```",
        f"**{FRENCH}**",
        f"<fr>{FRENCH}</fr>",
        f'{{"text": "{FRENCH}"}}',
    ],
)
def test_wrappings(wrapped: str) -> None:
    assert score(SOURCE, wrapped) == 1.0


def test_the_form_tells_in_languages_without_phrases() -> None:
    assert score(SOURCE, "Nin ye bayɛlɛmali ye:\n\nKikɛlaw b'u ka so sumaya nɛnɛ waati la.", "bam_Latn") == 1.0


@pytest.mark.parametrize(
    ("source", "target", "label"),
    [
        (SOURCE, FRENCH, "fra_Latn"),
        ("Note: the shop closes at six.", "Remarque : le magasin ferme à six heures.", "fra_Latn"),
        ("Here is the translation: bread is pain.", "Voici la traduction : bread veut dire pain.", "fra_Latn"),
        ("Of course! Take my ladder.", "Natürlich! Nimm meine Leiter.", "deu_Latn"),
        ('"Come in," she said, "it is cold."', "„Komm herein“, sagte sie, „es ist kalt.“", "deu_Latn"),
        ('"Come in!"', "「お入り！」", "jpn_Jpan"),
        ("– Come in!", "“ግባ!”", "amh_Ethi"),
        ("Bring: a lamp, two ropes.", "นำมาด้วย: ตะเกียง เชือกสองเส้น", "tha_Thai"),
        ("The bus leaves at 10:30 from the old gate.", "बस 10:30 बजे पुराने फाटक से निकलती है।", "hin_Deva"),
        ("# Steps\n\nMix:\n- flour\n- water", "# Étapes\n\nMélanger :\n- farine\n- eau", "fra_Latn"),
        ("Let me know if you need a ladder.", "أخبرني إذا احتجت إلى سلم.", "arb_Arab"),
        ("Say which French version you like best.", "Sọ ẹ̀dà Faransé tí o fẹ́ràn jù.", "yor_Latn"),
    ],
)
def test_what_the_source_has_too_is_none(source: str, target: str, label: str) -> None:
    assert score(source, target, label) == 0.0
    assert score(target, source, "eng_Latn", label) == 0.0


def test_rewrites() -> None:
    prompt = "List 5 vegetables that grow well in pots."
    new = "Name five vegetables that do well in a pot on a balcony."
    assert score(prompt, new, "eng_Latn") == 0.0
    assert score(prompt, f"Here is the rewritten prompt:\n\n{new}", "eng_Latn") == 1.0


def test_nothing_around_nothing() -> None:
    assert score("", "Here is the translation:") == 0.0
    assert score(SOURCE, "  \n") == 0.0


@given(st.text(max_size=200), st.text(max_size=200), st.sampled_from(("fra_Latn", "tha_Thai", "bam_Latn", "und_Zyyy")))
def test_any_text_is_one_or_the_other(source: str, target: str, label: str) -> None:
    assert score(source, target, label) in (0.0, 1.0)


@given(st.text(max_size=200))
def test_a_copy_has_none(text: str) -> None:
    assert score(text, text) == 0.0
