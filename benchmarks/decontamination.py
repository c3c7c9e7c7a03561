"""Planted benchmark items: recall and precision by language and edit, beside datatrove on the same items; and speed.

Usage: uv run python benchmarks/decontamination.py FILES… --declarations FILE [--markdown docs/decontamination.md]

FILES are Parquet with `text` and `source`; the file of declarations has `bcp47`, `udhr_code`, `paragraph` and `text`
(the Universal Declaration of Human Rights). Items are every other paragraph of a declaration, of the sample corpus, and
lines of the rarest source of a language; documents are the rest. Each item is planted in a document once for each edit.
Nothing must be found in documents without a plant, nor in those with a paragraph of the declaration in a language that
has no items. Among the documents are the other paragraphs of the declarations, which share phrases with the items.
datatrove runs in an environment of its own (`benchmarks/peers/`), with its n-grams of 12 words and its tokenizers.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import tempfile
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ["POLARS_MAX_THREADS"] = "1"

import polars as pl
import regex
from segments import write

from filters import _segments, _terms, decontamination, language
from filters._decontamination import index, items, matches, runs
from schemas import sample

BEGIN, END = "<!-- table: benchmarks/decontamination.py -->", "<!-- end of table -->"
SPEED, SPEED_END = "<!-- table: benchmarks/decontamination.py, speed -->", "<!-- end of table of speed -->"
# Language -> its declaration.
LANGUAGES = {
    "amh_Ethi": "amh", "arb_Arab": "arb", "eng_Latn": "eng", "fra_Latn": "fra", "hin_Deva": "hin", "jpn_Jpan": "jpn",
    "khm_Khmr": "khm", "mya_Mymr": "mya", "rus_Cyrl": "rus", "tam_Taml": "tam", "tha_Thai": "tha", "yor_Latn": "yor",
    "zho_Hans": "cmn_hans_tianjin",
}  # fmt: skip
_OTHERS = ("spa", "nld_1", "deu_1996", "ukr", "urd", "kor", "vie", "lao", "ell_monotonic", "heb", "swh", "kat")
_DIGITS = {"arb_Arab": "٠", "hin_Deva": "०", "khm_Khmr": "០", "mya_Mymr": "၀", "tam_Taml": "௦", "tha_Thai": "๐"}
_UNSPACED = ("Jpan", "Hans", "Thai", "Khmr", "Mymr")
_FEWEST, _MOST = 8, 40  # terms of an item at least; items of a kind and language at most


# --- items and documents --------------------------------------------------------------------------------------------


def corpus(files: list[str], declarations: str) -> tuple[pl.DataFrame, pl.DataFrame, list[str]]:
    """Items and documents (`language`, `text`), and the same paragraphs in languages without items."""
    rows: list[tuple[str, str, bool]] = []  # language, text, whether it is an item
    udhr = pl.read_parquet(declarations)
    for label, code in LANGUAGES.items():
        texts = udhr.filter(pl.col("udhr_code") == code).sort("paragraph")["text"]
        rows += [(label, text, True) for text in texts[::2]]
        rest = texts[1::2].to_list()
        rows += [(label, "\n\n".join(rest[place : place + 4]), False) for place in range(0, len(rest), 4)]
        rows += _of_sample(label)
    rows += _of_documents(files)
    frame = pl.DataFrame(rows, schema=["language", "text", "item"], orient="row").unique(
        ["language", "text"], maintain_order=True
    )
    found = frame.filter("item")
    terms = _terms.terms(found["text"])
    found = found.filter(pl.Series(terms.starts[1:] - terms.starts[:-1]) >= _FEWEST)
    others = udhr.filter(pl.col("udhr_code").is_in(_OTHERS))["text"].to_list()
    return found.drop("item"), frame.filter(~pl.col("item")).drop("item"), others


def _of_sample(label: str) -> list[tuple[str, str, bool]]:
    """Paragraphs of every other document of the sample corpus, and the other documents."""
    file = sample.folder() / "documents" / f"{label}.jsonl"
    if not file.is_file():
        return []
    read = (json.loads(line) for line in file.read_bytes().split(b"\n") if line)
    texts = [row["text"] for row in read if row["fault"] is None and row["kind"] not in ("code", "table")]
    paragraphs = [part for text in texts[::2] for part in text.split("\n\n") if "\n" not in part]
    return [(label, text, True) for text in paragraphs[:_MOST]] + [(label, text, False) for text in texts[1::2]]


def _of_documents(files: list[str]) -> list[tuple[str, str, bool]]:
    """Lines of the rarest source of each language, and documents of the others."""
    frame = pl.concat([pl.read_parquet(file).select("text", "source") for file in files]).unique(
        "text", maintain_order=True
    )
    params = language.Params()
    found = language.measure(frame, params, language.open_model(params))
    frame = frame.with_columns(found["language"]).filter(pl.col("language").is_in(list(LANGUAGES)))
    rows = []
    for (label,), part in frame.sort(pl.col("text").str.slice(100, 40)).group_by("language", maintain_order=True):
        kinds = part["source"].value_counts(sort=True, name="n")["source"]
        lines = part.filter(pl.col("source") == kinds[-1])["text"].str.split("\n").explode().drop_nulls()
        lines = lines.filter(lines.str.contains(r"\p{L}[.。]$") & (lines.str.len_bytes() > 150)).unique(
            maintain_order=True
        )
        rows += [(str(label), text, True) for text in lines.gather_every(7).head(_MOST)]
        documents = part.filter(
            (pl.col("source") != kinds[-1]) & pl.col("text").str.len_bytes().is_between(1_000, 30_000)
        )
        rows += [(str(label), text, False) for text in documents["text"].head(200)]
    return rows


# --- edits ----------------------------------------------------------------------------------------------------------


def words(text: str) -> list[str]:
    """Words by the dictionary of their script, with what stands between them as pieces of their own."""
    pieces, at = [], 0
    for word in _segments.cut_words(pl.Series([text]))[0]:
        place = text.index(word, at)
        pieces += [text[at:place], word]
        at = place + len(word)
    return [*pieces, text[at:]]


def no_signs(text: str, label: str, chance: random.Random, others: list[str]) -> str:
    """In capitals where there are, and without punctuation, but for that inside words."""
    return regex.sub(r"(?<![\p{L}\p{M}\p{N}])[\p{P}\p{S}]+|[\p{P}\p{S}]+(?![\p{L}\p{N}])", " ", text).upper()


def typeset(text: str, label: str, chance: random.Random, others: list[str]) -> str:
    """As a typesetter has it: apostrophes, quotation marks, dashes, ellipses, and spaces that do not break."""
    text = regex.sub(r"(?<=\p{L})'", "’", text)
    text = regex.sub(r'"([^"]*)"', r"“\1”", text).replace(" - ", " – ").replace("...", "…")
    return regex.sub(r" (?=[:;!?»(\d])", "\u00a0", text)


def respaced(text: str, label: str, chance: random.Random, others: list[str]) -> str:
    """Broken into lines, with double spaces; where there are no spaces, breaks stand between graphemes."""
    if label[4:] not in _UNSPACED:
        return "".join(word + ("\n" if place % 6 == 5 else "  ") for place, word in enumerate(text.split()))
    cut = _segments.cut_graphemes(pl.Series([text]))[0].to_list()
    # No break inside a word of a script with spaces.
    breaks = {place for place in range(20, len(cut), 20) if not (cut[place - 1] + cut[place]).isascii()}
    return "".join(("\n" if place in breaks else "") + one for place, one in enumerate(cut))


def other_form(text: str, label: str, chance: random.Random, others: list[str]) -> str:
    """Digits of the language's own script, the other normal form, full width in English."""
    zero = _DIGITS.get(label)
    if zero is not None:
        own = [chr(ord(zero) + number) for number in range(10)]
        table = dict(zip("0123456789", own, strict=True)) | dict(zip(own, "0123456789", strict=True))
        text = "".join(table.get(c, c) for c in text)
    if label == "eng_Latn":
        text = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
    return unicodedata.normalize("NFC" if unicodedata.is_normalized("NFD", text) else "NFD", text)


def changed(text: str, label: str, chance: random.Random, others: list[str]) -> str:
    """One word in ten is another one of the language."""
    pieces = words(text)
    places = [place for place, piece in enumerate(pieces) if place % 2 and regex.search(r"\p{L}", piece)]
    for place in chance.sample(places, max(1, round(len(places) / 10))):
        pieces[place] = chance.choice([word for word in others if word != pieces[place]])
    return "".join(pieces)


def first_half(text: str, label: str, chance: random.Random, others: list[str]) -> str:
    """The first half of its words."""
    pieces = words(text)
    return "".join(pieces[: len(pieces) // 4 * 2])


def marked_up(text: str, label: str, chance: random.Random, others: list[str]) -> str:
    """Between tags and signs of markup."""
    return f'<div class="q"><p>**1.** <b>{text}</b></p></div> [answer](#a1)'


EDITS: dict[str, Callable[[str, str, random.Random, list[str]], str]] = {
    "verbatim": lambda text, label, chance, others: text,
    "case, signs": no_signs,
    "typography": typeset,
    "spacing": respaced,
    "digits, form": other_form,
    "markup": marked_up,
    "first half": first_half,
    "1 word in 10": changed,
}


def planted(document: str, plant: str, chance: random.Random) -> str:
    """A document with a plant as a line of its own, at a line end of its text or in front of it."""
    ends = [0, *(found.end() for found in re.finditer("\n", document))]
    place = chance.choice(ends)
    return f"{document[:place]}{plant}\n{document[place:]}"


def cases(found: pl.DataFrame, documents: pl.DataFrame, others: list[str]) -> pl.DataFrame:
    """`language`, `edit` (null where nothing must be found) and `text` of each document."""
    chance = random.Random(1)
    rows: list[tuple[str, str | None, str]] = []
    for label in LANGUAGES:
        texts = found.filter(pl.col("language") == label)["text"].to_list()
        homes = documents.filter(pl.col("language") == label)["text"].to_list()
        pieces = [piece for text in homes[:50] for piece in words(text)[1::2] if regex.search(r"\p{L}", piece)]
        for text in texts:
            for name, edit in EDITS.items():
                rows.append((label, name, planted(chance.choice(homes), edit(text, label, chance, pieces), chance)))
            rows.append((label, None, planted(chance.choice(homes), chance.choice(others), chance)))
        rows += [(label, None, home) for home in homes]
    return pl.DataFrame(rows, schema=["language", "edit", "text"], orient="row")


# --- who finds what -------------------------------------------------------------------------------------------------


def ours(found: pl.DataFrame, documents: pl.DataFrame, **params: Any) -> list[bool | None]:
    """Our verdicts: all items in one index, all documents through it."""
    with tempfile.TemporaryDirectory() as folder:
        file = f"{folder}/items.jsonl"
        found.write_ndjson(file)
        given = {"benchmarks": [{"name": "items", "paths": file, "fields": "text"}], **params}
        ready = decontamination.STAGE.prepare(decontamination.Params.model_validate(given), Path(folder))
        scores = decontamination.measure(documents, ready, decontamination.STAGE.open(ready))
    return (scores["contaminated_ngrams"] > 0).to_list()


def theirs(found: pl.DataFrame, documents: pl.DataFrame) -> list[bool | None]:
    """datatrove's verdicts, language by language; null where it has no tokenizer."""
    script = str(Path(__file__).parent / "peers" / "datatrove_decontamination.py")
    with tempfile.TemporaryDirectory() as folder:
        found.write_ndjson(f"{folder}/items.jsonl")
        documents.select("language", "text").write_ndjson(f"{folder}/documents.jsonl")
        command = [
            "uv",
            "run",
            "--no-project",
            "--script",
            script,
            f"{folder}/items.jsonl",
            f"{folder}/documents.jsonl",
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{script} did not run: {done.stderr[-500:]}")
    print("\n".join(f"left out: {line}" for line in done.stderr.splitlines() if "Error" in line))
    return [json.loads(line) for line in done.stdout.splitlines()[:-1]]


def table(found: pl.DataFrame, documents: pl.DataFrame, who: dict[str, list[bool | None]]) -> list[str]:
    """Recall by edit, precision, and what was found where nothing is, in percent."""
    lines = [
        f"| language | items | who | {' | '.join(EDITS)} | recall | precision | found where nothing is |",
        f"| --- | ---: | --- |{' ---: |' * (len(EDITS) + 3)}",
    ]
    for label in [*LANGUAGES, "all"]:
        counted = found.height if label == "all" else found.filter(pl.col("language") == label).height
        for name, verdicts in who.items():
            part = documents.with_columns(pl.Series("found", verdicts, dtype=pl.Boolean)).drop_nulls("found")
            if label != "all":
                part = part.filter(pl.col("language") == label)
            if part.is_empty():
                lines.append(f"| {label} | {counted} | {name} |{' – |' * (len(EDITS) + 3)}")
                continue
            true, clean = part.drop_nulls("edit"), part.filter(pl.col("edit").is_null())
            recalls = [_percent(true.filter(pl.col("edit") == edit)["found"]) for edit in EDITS]
            right, wrong = int(true["found"].sum()), int(clean["found"].sum())
            precision = f"{right / max(1, right + wrong):.1%}"
            lines.append(
                f"| {label} | {counted} | {name} | {' | '.join(recalls)} | {_percent(true['found'])} | {precision} "
                f"| {wrong} of {clean.height} |"
            )
    return lines


def _percent(found: pl.Series) -> str:
    return f"{found.mean():.0%}"


# --- speed ----------------------------------------------------------------------------------------------------------


def cpu_seconds(run: Callable[[], object]) -> float:
    """Seconds of processor time of the fastest of five runs."""
    times = []
    for _ in range(5):
        started = time.process_time()
        run()
        times.append(time.process_time() - started)
    return min(times)


def speed(files: list[str], wanted: int) -> list[str]:
    """Nanoseconds of processor time for each byte of documents, with so many items: for terms, and for the search.

    Items are lines of the documents with their words in another order: the words of the corpus, and nothing is found.
    """
    frame = pl.concat([pl.read_parquet(file).select("text") for file in files]).unique("text", maintain_order=True)
    params = language.Params()
    frame = frame.with_columns(language.measure(frame, params, language.open_model(params))["language"])
    spaced = frame.filter(~pl.col("language").str.slice(4).is_in([*_UNSPACED, "Hant", "Zyyy"]))
    lines = spaced["text"].str.split("\n").explode().drop_nulls().unique(maintain_order=True)
    chance = random.Random(1)
    chosen = (line.split() for line in lines.filter(lines.str.len_bytes() > 100).sample(wanted, seed=1))
    texts = pl.Series([" ".join(chance.sample(line, len(line))) for line in chosen])
    of = runs.sizes(decontamination.Params.model_validate({"benchmarks": [{"name": "x", "paths": "x", "fields": "x"}]}))
    every = items.Items([str(n) for n in range(len(texts))], [0] * len(texts), texts.to_list(), list(range(len(texts))))
    started = time.process_time()
    built, _ = index.build(every, of, 10)
    took = time.process_time() - started
    with tempfile.TemporaryDirectory() as folder:
        built.save(Path(folder) / "index", [])
        opened = index.load(Path(folder) / "index")
        out = [
            f"{len(texts):,} items, {len(built.ngrams):,} n-grams and {len(built.wholes):,} whole texts; built in "
            f"{took:.0f} s; {built.bytes / 1e6:.0f} MB, {built.bytes / len(built.ngrams):.1f} bytes for each n-gram.",
            "",
            "| language | MB | terms, ns/byte | search, ns/byte | search of the whole |",
            "| --- | ---: | ---: | ---: | ---: |",
        ]
        for label in ("eng_Latn", "rus_Cyrl", "ell_Grek", "jpn_Jpan", "zho_Hans"):
            text = frame.filter(pl.col("language") == label)["text"]
            text = text.filter(text.str.len_bytes().cum_sum() < 8_000_000).rechunk()
            size = int(text.str.len_bytes().sum())
            cut = cpu_seconds(lambda text=text: _terms._terms(text)) / size * 1e9  # type: ignore[misc]

            def search(text: pl.Series = text) -> None:
                weighed = runs.weigh(text, of)
                found = matches.find(weighed, opened, of)
                matches.evidence(text, weighed, found, matches.stretches(found), opened)

            search()  # the terms are there from now on
            searched = cpu_seconds(search) / size * 1e9
            out.append(
                f"| {label} | {size / 1e6:.1f} | {cut:.1f} | {searched:.1f} | {searched / (cut + searched):.0%} |"
            )
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+")
    parser.add_argument("--declarations", required=True)
    parser.add_argument("--items", type=int, default=100_000, help="items of the measurement of speed; 0 for none")
    parser.add_argument("--no-peer", action="store_true")
    parser.add_argument("--markdown", type=Path)
    arguments = parser.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    found, documents, others = corpus(arguments.files, arguments.declarations)
    every = cases(found, documents, others)
    who = {"glotmill": ours(found, every)}
    who["glotmill, 8 words"] = ours(found, every, ngram_words=8, ngram_ideographs=13, ngram_graphemes=22)
    if not arguments.no_peer:
        who["datatrove"] = theirs(found, every)
    lines = table(found, every, who)
    print("\n".join(lines))
    if arguments.markdown is not None:
        write(arguments.markdown, lines, BEGIN, END)
    if arguments.items:
        lines = speed(arguments.files, arguments.items)
        print("\n".join(lines))
        if arguments.markdown is not None:
            write(arguments.markdown, lines, SPEED, SPEED_END)


if __name__ == "__main__":
    main()
