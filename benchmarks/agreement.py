"""How often our verdict is datatrove's, by rule and script, when each side cuts words its own way.

Usage: uv run python benchmarks/agreement.py FILES… [--join-by COLUMN] [--documents N] [--markdown docs/conformance.md]

FILES are Parquet with a column `text`. Limits are Gopher's, C4's and FineWeb's for English in every language, so that
the two sides answer the same question; both get our stop words. C4 counts as one rule: the document goes or stays.
datatrove runs with its own tokenizers in an environment of its own (`benchmarks/peers/`); a language whose tokenizer
does not install or needs a download is left out, and said.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

import polars as pl
from rules import sample
from segments import write

from filters import _segments, c4_lines, c4_quality, fineweb_quality, gopher_quality, gopher_repetition
from filters._stop_words import STOP_WORDS

BEGIN, END = "<!-- table: benchmarks/agreement.py -->", "<!-- end of table -->"
SYMBOLS = ("too_many_hashes", "too_many_ellipses")  # one rule there


def ours(frame: pl.DataFrame) -> list[dict[str, bool]]:
    """Rule -> whether the document passes, for each document, at the limits that are published for English."""
    from pipelines.judge import reasons
    from pipelines.plan import Step

    cut = _segments.add(frame.with_columns(pl.lit("s").alias("source")), ["words", "sentences"])
    english = {
        gopher_quality: gopher_quality.Params(
            min_mean_word_length=3, max_mean_word_length=10, min_words=50, max_words=None,
            min_alphabetic_words=0.8
        ),
        gopher_repetition: gopher_repetition.Params(),
        fineweb_quality: fineweb_quality.Params(
            short_line_length=30, min_line_punctuation=0.12, max_short_lines=0.67, max_duplicate_characters=0.01,
            max_new_line_ratio=0.3,
        ),
    }  # fmt: skip
    found: list[set[str]] = [set() for _ in range(frame.height)]
    for module, params in english.items():
        scores = pl.concat([cut.select("source", "language"), module.measure(cut, params, None)], how="horizontal")
        for broken, of in zip(found, reasons(scores, [Step(module.STAGE, params)]), strict=True):
            broken.update(of)
    edited = c4_lines.edit(cut, c4_lines.Params(), None).select("text")
    again = _segments.add(cut.select("source", "language").with_columns(edited["text"]), ["sentences"])
    c4 = c4_quality.Params(min_sentences=5)
    scores = pl.concat([again.select("source", "language"), c4_quality.measure(again, c4, None)], how="horizontal")
    c4_found = reasons(scores, [Step(c4_quality.STAGE, c4)])
    return [
        {
            "symbols": not broken & set(SYMBOLS),
            "c4": not len(of),
            **{rule: rule not in broken for rule in _rules()},
        }
        for broken, of in zip(found, c4_found, strict=True)
    ]


def _rules() -> list[str]:
    modules = (gopher_quality, gopher_repetition, fineweb_quality)
    return [rule.reason for m in modules for rule in m.STAGE.rules if rule.reason not in (*SYMBOLS, "too_many_words")]


def theirs(frame: pl.DataFrame) -> list[dict[str, bool] | None]:
    lists = [sorted(STOP_WORDS.get(language, ())) for language in frame["language"]]
    with tempfile.TemporaryDirectory() as folder:
        file = f"{folder}/documents.jsonl"
        frame.with_columns(pl.Series("stop_words", lists, dtype=pl.List(pl.String))).write_ndjson(file)
        script = str(Path(__file__).parent / "peers" / "datatrove_verdicts.py")
        done = subprocess.run(
            ["uv", "run", "--no-project", "--script", script, file], capture_output=True, text=True, check=True
        )
    for line, times in Counter(line for line in done.stderr.splitlines() if "Error" in line).items():
        print(f"left out: {line} ({times} documents)")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith(("{", "null"))]


def table(frame: pl.DataFrame) -> list[str]:
    """Agreement in percent: a row for each rule, a column for each script."""
    mine, other = ours(frame), theirs(frame)
    counts: Counter[tuple[str, str]] = Counter()
    same: Counter[tuple[str, str]] = Counter()
    for script, left, right in zip(frame["script"], mine, other, strict=True):
        for rule, verdict in (right or {}).items():
            counts[rule, script] += 1
            same[rule, script] += left[rule] == verdict
    scripts = [s for s in frame["script"].unique(maintain_order=True) if counts["c4", s]]
    rules = [r for r in [*_rules(), "symbols", "c4"] if any(counts[r, s] for s in scripts)]
    heads = [f"{script} ({counts['c4', script]})" for script in scripts]
    lines = [
        f"| rule | {' | '.join(heads)} |",
        f"| --- |{' ---: |' * len(scripts)}",
    ]
    for rule in rules:
        cells = [f"{same[rule, s] / counts[rule, s]:.1%}" if counts[rule, s] else "–" for s in scripts]
        lines.append(f"| `{rule}` | {' | '.join(cells)} |")
    every = [f"{sum(same[r, s] for r in rules) / max(1, sum(counts[r, s] for r in rules)):.1%}" for s in scripts]
    return [*lines, f"| all rules | {' | '.join(every)} |"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+")
    parser.add_argument("--join-by")
    parser.add_argument("--documents", type=int, default=1_000, help="at most so many of each script")
    parser.add_argument("--markdown", type=Path)
    arguments = parser.parse_args()
    lines = table(sample(arguments.files, arguments.join_by, arguments.documents))
    print("\n".join(lines))
    if arguments.markdown is not None:
        write(arguments.markdown, lines, BEGIN, END)


if __name__ == "__main__":
    main()
