"""Gopher's repetition rules: exact numbers, each rule at and around its limit, and datatrove beside it."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from filters import _words
from filters.gopher_repetition import STAGE, Params
from pipelines import judge
from pipelines.plan import Step


def frame(*texts: str | None) -> pl.DataFrame:
    series = pl.Series("text", texts, dtype=pl.String)
    return pl.DataFrame({"text": series, "words": _words.cut(series)}).with_columns(
        pl.lit("eng_Latn").alias("language"), pl.lit("web").alias("source")
    )


def scores(*texts: str | None) -> list[dict[str, Any]]:
    return STAGE.measure(frame(*texts), Params(), None).to_dicts()


def reasons(text: str) -> list[str]:
    given = frame(text)
    measured = given.with_columns(STAGE.measure(given, Params(), None).get_columns())
    return judge.reasons(measured, [Step(STAGE, Params())])[0].to_list()


def slow(text: str) -> dict[str, float]:
    """The definitions in plain Python."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    counts = Counter(lines)
    words = _words.cut(pl.Series([text])).to_list()[0]
    total = sum(map(len, words))
    out = {
        "duplicate_lines": sum(n - 1 for n in counts.values()) / len(lines) if lines else 0.0,
        "duplicate_line_characters": (
            sum((n - 1) * len(line) for line, n in counts.items()) / sum(map(len, lines)) if lines else 0.0
        ),
    }
    for n in (2, 3, 4):
        grams = Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1))
        most = max(grams.values(), default=0)
        covered = max((most * sum(map(len, g)) for g, k in grams.items() if k == most), default=0) if most > 1 else 0
        out[f"top_{n}gram"] = min(covered / total, 1.0) if total else 0.0
    return out


def test_exact_numbers() -> None:
    assert scores("one two three\nfour\none two three\n\n  four  \nfive")[0] == {
        "duplicate_lines": pytest.approx(2 / 5),
        "duplicate_line_characters": pytest.approx(17 / 38),  # 13 + 4 of 13 + 4 + 13 + 4 + 4
        # 11 + 4 + 11 + 4 + 4 = 34 characters in words; "one two" and "two three" and "three four" occur twice.
        "top_2gram": pytest.approx(2 * 9 / 34),
        "top_3gram": pytest.approx(2 * 12 / 34),
        "top_4gram": pytest.approx(2 * 15 / 34),
    }


def test_null_empty_and_one_word() -> None:
    null, empty, blank, one = scores(None, "", " \n ", "word")
    assert set(null.values()) == {None}
    assert set(empty.values()) == set(blank.values()) == set(one.values()) == {0.0}


@pytest.mark.parametrize(
    "text", ["แมวนอนแมวนอนแมวนอน", "猫在床上猫在床上", "एक दो एक दो एक दो", "አንድ ሁለት አንድ ሁለት", "ある日ある日ある日"]
)
def test_phrases_are_found_in_every_script(text: str) -> None:
    (found,) = scores(text)
    assert found["top_2gram"] > 0.5 and found == pytest.approx(slow(text))


@given(st.lists(st.text("ab \nก字 1", max_size=40), min_size=1, max_size=5))
def test_numbers_are_those_of_a_slow_version(texts: list[str]) -> None:
    assert scores(*texts) == [pytest.approx(slow(text)) for text in texts]


def words(n: int, start: int = 0) -> list[str]:
    """Different words of four letters."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    return [f"x{letters[i // 676 % 26]}{letters[i // 26 % 26]}{letters[i % 26]}" for i in range(start, start + n)]


def phrase(n: int, times: int, of: int) -> str:
    """`of` words of which one phrase of n, `times` times, apart from each other."""
    rest = iter(words(of - n * times))
    parts: list[str] = []
    for _ in range(times):
        parts += [*words(n, 5_000), next(rest)]
    return " ".join([*parts, *rest])


@pytest.mark.parametrize(
    ("reason", "passes", "breaks"),
    [
        ("duplicate_lines", "\n".join([*words(7), *["xaaa"] * 3]), "\n".join([*words(6), *["xaaa"] * 4])),
        (
            "duplicate_line_characters",
            "\n".join([*words(16), *["xaaa"] * 4]),  # 16 of 80 characters
            "\n".join([*words(15), *["xaaa"] * 4]),
        ),
        ("top_2gram", phrase(2, 5, 50), phrase(2, 5, 49)),  # 10 of 50 words
        ("top_3gram", phrase(3, 3, 50), phrase(3, 3, 49)),  # 9 of 50
        ("top_4gram", phrase(4, 2, 50), phrase(4, 2, 49)),  # 8 of 50
    ],
)
def test_each_rule_at_its_limit(reason: str, passes: str, breaks: str) -> None:
    assert reason not in reasons(passes)
    assert reason in reasons(breaks)


def test_every_rule_is_tested_at_its_limit() -> None:
    mark = next(m for m in test_each_rule_at_its_limit.pytestmark if m.name == "parametrize")  # type: ignore[attr-defined]
    assert {case[0] for case in mark.args[1]} == set(STAGE.reasons)


def test_two_rows_with_the_same_words_are_not_one_document() -> None:
    text = " ".join(words(30))
    both = scores(text, text)
    assert set(both[0].values()) == set(both[1].values()) == {0.0}


# --- datatrove ------------------------------------------------------------------------------------------------------
# Duplicate lines coincide where lines are not padded. The characters of lines and of n-grams do not quite:
# - datatrove divides by the length of the whole text, with white space, and counts the spaces inside an n-gram; here
#   a share is of what the words (or lines) themselves hold, so that scripts without spaces get the same number.
#   With words of equal length the two shares are within a tenth of each other.
# - a phrase that occurs once is never "repeated" here; datatrove's most frequent phrase may have occurred once, so
#   that a text of three words breaks its rule.
# - duplicate paragraphs and duplicated 5- to 10-grams are datatrove's alone.


@pytest.fixture
def theirs(monkeypatch: pytest.MonkeyPatch) -> Any:
    """datatrove's filter with one rule on; its tokenizer (spaCy) replaced by the spaces that these texts have."""
    from datatrove.data import Document
    from datatrove.pipeline.filters import gopher_repetition_filter as module

    monkeypatch.setattr(module, "split_into_words", lambda text, language: text.split())
    off: dict[str, Any] = {
        "dup_line_frac": None, "dup_para_frac": None, "dup_line_char_frac": None, "dup_para_char_frac": None,
        "top_n_grams": (), "dup_n_grams": (),
    }  # fmt: skip

    def judge_(text: str, **on: Any) -> str | None:
        result = module.GopherRepetitionFilter(**{**off, **on}).filter(Document(text=text, id="1"))
        return None if result is True else result[1]

    return judge_


def test_datatrove_duplicate_lines_row_by_row(theirs: Any) -> None:
    rng = random.Random(3)
    verdicts = set()
    for _ in range(300):
        some = [" ".join(rng.choices(words(30), k=rng.randint(1, 4))) for _ in range(rng.randint(2, 12))]
        lines = [rng.choice(some) if rng.random() < 0.3 else line for line in some]
        text = "\n".join(lines)
        their = theirs(text, dup_line_frac=0.3)
        verdicts.add(their)
        assert (their == "dup_line_frac") == ("duplicate_lines" in reasons(text)), text
    assert verdicts == {None, "dup_line_frac"}


def test_datatrove_top_phrases_row_by_row(theirs: Any) -> None:
    """Held against our score turned into theirs: (n words and n - 1 spaces), of words and the spaces between them."""
    rng = random.Random(5)
    verdicts: Counter[bool] = Counter()
    for _ in range(300):
        n = rng.choice([2, 3, 4])
        size = rng.randint(20, 80)
        text = phrase(n, rng.randint(2, max(2, size // (3 * n))), size)
        ours = scores(text)[0][f"top_{n}gram"]
        as_theirs = ours * (4 * size) / (4 * n) * (5 * n - 1) / (5 * size - 1)
        limit = {2: 0.2, 3: 0.18, 4: 0.16}[n]
        their = theirs(text, top_n_grams=((n, limit),))
        assert (their is not None) == (as_theirs > limit), (n, ours, text)
        verdicts[their is not None] += 1
        assert 0.9 < as_theirs / ours < 1
    assert min(verdicts.values()) > 30


def test_where_we_differ(theirs: Any) -> None:
    once = " ".join(words(3))
    assert theirs(once, top_n_grams=((2, 0.2),)) == "top_2_gram" and reasons(once) == []
    padded = "one\n one \n" + "\n".join(words(2))
    assert theirs(padded, dup_line_frac=0.2) is None and scores(padded)[0]["duplicate_lines"] == 0.25
