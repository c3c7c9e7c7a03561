"""Figures 6, 9 and 11: corrupted placeholders, tokenizers of scores, and parts of an answer that lose their tags."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.llm_stages import runs
from benchmarks.llm_stages.figures import Figure
from schemas.languages import label
from tests import running
from tests.fault_server import FaultServer
from tests.translators.text import adversarial
from translators.metrics.bleu import sentence_bleu
from translators.metrics.chrf import sentence_chrf
from translators.metrics.tokenizers import tokenizer

CORRUPTIONS = ("lost_placeholder", "doubled_placeholder", "changed_placeholder")
# Of what the documents hold, what nobody may translate wherever it stands: the checker knows strings, no grammar.
LITERALS = (
    "`pip list`", "https://example.org/a_(b)?q=1&r=2", "www.example.org", "me@example.org", "<b>", "</b>", "<br/>",
    "&nbsp;", "(pic.png)", "%1$d", "%(name)s", "{{ user.name }}", "${HOME}",
    "/usr/share/doc/readme.txt", r"C:\new\table.txt",
    "v2.10.34", "x^2 + y^2",
)  # fmt: skip
UNSPACED = ("zho_Hans", "jpn_Jpan", "kor_Hang", "tha_Thai", "lao_Laoo", "khm_Khmr", "mya_Mymr", "bod_Tibt")


_GLUED = {one: re.compile(rf"[^\W_]{re.escape(one)}") for one in LITERALS if one[0].isalnum()}


def silent(before: str, after: str) -> list[str]:
    """Literals that are not there as often as before. Knows nothing of our protection.

    One that begins with a letter and follows a letter is another word, which may be translated.
    """
    return [
        one
        for one in LITERALS
        if before.count(one) != after.count(one) and not (one in _GLUED and _GLUED[one].search(before))
    ]


def placeholders(folder: Path, documents: int, share: float = 0.8) -> Figure:
    """Figure 6.

    Args:
        folder: for everything.
        documents: adversarial ones.
        share: of answers that lose, double or change one placeholder.
    """
    rows = [
        {"id": f"a{number:05d}", "text": text, "lang": "en"}
        for number, text in enumerate(adversarial.documents(documents))
    ]
    paths = runs.write(folder / "in", rows)
    keep = ("min_markup_kept", "min_structure_kept")
    stages = runs.translation("fr", *keep, max_characters=1_000_000, segments_at_once=1, context=False)
    stages["translation"].update(min_bleu=None, min_chrf=None)
    seen: dict[str, Any] = {"documents": documents}
    unprotected: set[tuple[str, str]] = set()
    with FaultServer() as server:
        for name, faults in (("faultless", {}), ("corrupted", dict.fromkeys(CORRUPTIONS, share / 3))):
            server.configure(faults=faults)
            server.reset()
            # Another model, so that the answers of the first run are no answers to the second.
            content = runs.recipe(paths, server.base_url, stages, model=name, max_tokens=8_000)
            place = folder / name
            running.run(content, place)
            passed, failed = runs.accepted(place / "out"), runs.quarantined(place / "out")
            found = {
                (row["document_id"], one)
                for row in (passed.iter_rows(named=True) if passed.height else ())
                for one in silent(row["parent_text"], row["text"])
            }
            # What is read as something else (a stray ` before it makes other code of it) is so without faults too.
            unprotected = found if name == "faultless" else unprotected
            wrong = sorted(found - unprotected)
            held = sum(text.count(one) for text in (passed["parent_text"] if passed.height else ()) for one in LITERALS)
            seen[name] = {
                "answers corrupted": sum(server.statistics()["faults"].values()),
                "accepted": passed.height,
                "quarantined": failed.height,
                "literals checked": held,
                "silent": len(wrong),
            }
            if name == "faultless":
                seen[name]["read as other markup"] = len(unprotected)
            if name == "corrupted":
                seen["placeholders_corrupted"] = _corrupted(server.truth())
            if wrong:
                seen[name]["first"] = [f"{row}: {one}" for row, one in wrong[:5]]
    met = (
        seen["corrupted"]["silent"] == 0
        and seen["corrupted"]["accepted"] > 0
        and seen["corrupted"]["literals checked"] > 0
        and seen["placeholders_corrupted"] >= 0.1
    )
    note = (
        "Checked by counting strings that only stay if they were protected; the server translates every other letter. "
        "What a faultless server leaves otherwise too is read as other markup, and counted apart"
    )
    asked = "≥ 10 % of placeholders corrupted, no accepted row with a wrong one"
    return Figure(6, "Adversarial Markdown, corrupted placeholders", asked, seen, met, note)


def _corrupted(truth: dict[str, dict[str, Any]]) -> float:
    """Share of the placeholders that went there and were corrupted; at most one an answer is."""
    token = re.compile(r"⟦[^⟧]*⟧|⟪[^⟫]*⟫|\bX\d+X\b")
    there = [one for one in truth.values() if one["target"] == "French"]
    every = sum(len(token.findall(text)) for one in there for text in one["texts"])
    hit = sum(one["fault"] in CORRUPTIONS for one in there)
    return round(hit / max(1, every), 4)


def alignment(folder: Path, documents: int, share: float = 0.05) -> Figure:
    """Figure 11: each part keeps its place, by the numbers in it, which the server leaves alone. Code parts them.

    Args:
        folder: for everything.
        documents: of eight parts each.
        share: of answers to several parts in which one loses a tag.
    """
    rows = runs.prompts(documents, paragraphs=8, length=10, code=True)
    paths = runs.write(folder / "in", rows)
    stages = runs.translation("hi", segments_at_once=4)
    tokens, seen, good = {}, {"documents": documents}, True
    with FaultServer(truth=False) as server:
        for name, faults in (("faultless", {}), ("with_faults", {"lost_tag": share})):
            server.configure(faults=faults)
            server.reset()
            content = runs.recipe(paths, server.base_url, stages, model=name)
            place = folder / name
            running.run(content, place)
            figures = server.statistics()
            tokens[name] = sum(figures["tokens"].values())
            passed = runs.accepted(place / "out")
            wrong = sum(not _aligned(row) for row in passed.select("parent_text", "text").iter_rows(named=True))
            seen[name] = {
                "answers that lost a tag": figures["faults"].get("lost_tag", 0), "requests": figures["answered"],
                "accepted": passed.height, "quarantined": runs.quarantined(place / "out").height,
                "out of place": wrong,
            }  # fmt: skip
            good = good and wrong == 0 and passed.height > 0
            if faults:
                good = good and figures["faults"].get("lost_tag", 0) > 0
    extra = tokens["with_faults"] / tokens["faultless"] - 1
    seen["extra_cost"] = round(extra, 4)
    asked = "every part in its place or quarantined; fallback ≤ 15 % more tokens"
    return Figure(11, "Parts of an answer without their tags", asked, seen, good and extra <= 0.15)


def _aligned(row: dict[str, Any]) -> bool:
    before, after = row["parent_text"].split("\n\n"), row["text"].split("\n\n")
    digits = [[re.findall(r"\d+", part) for part in side] for side in (before, after)]
    return digits[0] == digits[1]


def scores(texts: Mapping[str, Sequence[str]], pairs: int) -> Figure:
    """Figure 9: scores of real rows beside sacreBLEU, and which tokenizer each language gets.

    Args:
        texts: by label.
        pairs: for each language, made from texts of the same language.
    """
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.metrics.chrf import CHRF

    worst, languages, checked = 0.0, 0, 0
    for language, own in sorted(texts.items()):
        draw = random.Random(language)
        name = tokenizer(language)
        theirs = BLEU(tokenize=name, effective_order=True), CHRF(word_order=2)
        languages += 1
        for _ in range(pairs):
            reference = draw.choice(own)
            hypothesis = _changed(reference, draw)
            ours = sentence_bleu(hypothesis, reference, language), sentence_chrf(hypothesis, reference)
            expected = [one.sentence_score(hypothesis, [reference]).score for one in theirs]
            worst = max(worst, *(abs(one - other) for one, other in zip(ours, expected, strict=True)))
            checked += 1
    names = {one: tokenizer(one) for one in UNSPACED}
    seen = {
        "tokenizers": dict(Counter(names.values())), "with_13a": sorted(one for one in names if names[one] == "13a"),
        "languages": languages, "of_them_unspaced": len(set(UNSPACED) & set(texts)), "pairs": checked,
        "largest_difference": float(f"{worst:.3g}"),
    }  # fmt: skip
    met = not seen["with_13a"] and worst <= 1e-6 and checked > 0
    asked = "zh, ja, ko, th, lo, km, my, bo never 13a; equal to sacreBLEU within 1e-6"
    return Figure(9, "Scores of round trips", asked, seen, met)


def real_texts(corpora: Path) -> dict[str, list[str]]:
    """Declarations and manuals in all languages that have a label."""
    table = pl.read_parquet(corpora / "udhr_dev.parquet").sort("bcp47", "paragraph")
    found: dict[str, list[str]] = {}
    for code, text in table.select("bcp47", "text").iter_rows():
        try:
            found.setdefault(label(code), []).append(text)
        except ValueError:
            continue
    bitext = pl.read_parquet(corpora / "bitext.parquet").sort("id")
    for code, text in bitext.select("target_language", "target").iter_rows():
        found.setdefault(label(code), []).append(text)
    return found


def _changed(text: str, draw: random.Random) -> str:
    """A text as a way back brings it: some words gone, twice, or elsewhere."""
    gap = " " if " " in text else ""
    words = text.split(" ") if gap else list(text)
    for _ in range(draw.randint(0, 5)):
        at, other = draw.randrange(len(words)), draw.randrange(len(words))
        if draw.random() < 0.5:
            words[at], words[other] = words[other], words[at]
        elif len(words) > 1:
            del words[at]
    return gap.join(words)
