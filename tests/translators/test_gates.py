"""Free gates, on cases made to pass and to fail."""

from __future__ import annotations

import pytest

from translators.gates import free as gates


def test_length_ratio_counts_columns() -> None:
    assert gates.length_ratio("abcd", "ab") == 0.5
    assert gates.length_ratio("ab cd", " abcd\n") == 1.0
    assert gates.length_ratio("abcd", "好的") == 1.0  # wide characters count twice
    assert gates.length_ratio("ab", "a\u0301b") == 1.0  # combining marks do not count
    assert gates.length_ratio(" \n", "a") is None


def test_echo() -> None:
    assert gates.echo("Good  Day\n", "good day") == 1.0
    assert gates.echo("ﬁne", "fine") == 1.0
    assert gates.echo("Good day", "Bonjour") == 0.0


@pytest.mark.parametrize(
    ("source", "target", "share"),
    [
        ("no numbers", "aucun", 1.0),
        ("3 notebooks at 2.50", "3 cahiers à 2,50", 1.0),
        ("3 notebooks at 2.50", "٣ دفاتر بسعر ٢٫٥٠", 1.0),
        ("page 12", "पृष्ठ १२", 1.0),
        ("1,000,000 people", "1 000 000 de gens", 0.0 + 1.0),
        ("3 cups and 4 plates", "3 tasses et 5 assiettes", 0.5),
        ("3 and 3", "3", 0.5),
        ("half past 9", "neuf heures et demie", 0.0),
        ("x² is 4", "x² vaut 4", 1.0),
    ],
)
def test_numbers_kept(source: str, target: str, share: float) -> None:
    if "1,000,000" in source:
        target = target.replace("1 000 000", "1\u202f000\u202f000")
    assert gates.numbers_kept(source, target) == share


@pytest.mark.parametrize(
    "markup",
    [
        "`git status`",
        "https://example.org/hours?a=1&b=2",
        "me@example.org",
        "{name}",
        "{{ user }}",
        "${HOME}",
        "%s",
        "%(count)d",
        "%1$s",
        "<b>",
        "</p>",
        "$$x^2$$",
        r"\(a+b\)",
        "```\nprint(1)\n```",
    ],
)
def test_markup_kept(markup: str) -> None:
    source = f"Describe {markup} to me."
    assert gates.markup_kept(source, f"Décris-moi {markup}.") == 1.0
    assert gates.markup_kept(source, "Décris-moi cela.") == 0.0
    assert gates.markup_kept(f"{source} And {{x}}.", f"Décris {markup}.") == 0.5


def test_text_without_markup_loses_none() -> None:
    assert gates.markup_kept("5 % of 3 < 4, see you at 7.", "autre") == 1.0


@pytest.mark.parametrize(
    ("text", "language", "score"),
    [
        ("Explique pourquoi le ciel devient rouge le soir.", "fra_Latn", 1.0),
        ("Explain why the sky turns red in the evening.", "fra_Latn", 0.0),
        ("อธิบาย", "tha_Thai", 1.0),  # few letters, but a script of its own
        ("Bonjour", "fra_Latn", None),  # too short to tell
        ("12 + 12 = 24", "fra_Latn", None),
        ("", "fra_Latn", None),
        ("`git status` https://example.org/a-long-address/in/english", "fra_Latn", None),
        ("I ni ce, i ka kɛnɛ wa? N bɛ taa sugu la sini.", "bam_Latn", None),  # CLD2 does not know Bambara
        ("请解释为什么天空在傍晚会变红。", "zho_Hans", 1.0),
        ("請解釋為什麼天空在傍晚會變紅。", "zho_Hant", 1.0),
        ("a\x00b\udc80 Explique pourquoi le ciel devient rouge le soir.", "fra_Latn", 1.0),
    ],
)
def test_in_language(text: str, language: str, score: float | None) -> None:
    assert gates.in_language(text, language) == score


def test_finished() -> None:
    assert gates.finished("stop") == 1.0
    assert [gates.finished(one) for one in ("length", "content_filter", "")] == [0.0, 0.0, 0.0]
