"""The acceptance figures of the stages that ask an LLM.

Usage: uv run python -m benchmarks.llm_stages OUT [--size small|full] [--only 1,2,6] [--local] [--corpora FOLDER]
       [--docs FILE]

Writes OUT/figures.json after every figure, and with `--docs docs/llm_figures.md` the table of them. The server is
`tests/fault_server`, a process of its own, which translates letter by letter or by pairs and makes mistakes on purpose:
so the figures are of Glotmill and not of a model. `--local` adds a real one, the small model of the extra `local-llm`.

Figures 7 and 8, the gates on labelled answers and seeded defects, are measured by `translation_gates.py`.
"""

from __future__ import annotations

import argparse
import json
import platform
import shutil
import time
import traceback
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from benchmarks.llm_stages import books, injections, local, resuming, rewriting, runs, spending, texts
from benchmarks.llm_stages.figures import Figure, table
from benchmarks.llm_stages.injected import ORDERS

_SMALL = {
    "requests": 400, "mutated": 2, "paced": 1_000, "quoted": 200, "pilot": 50, "caps": 5, "adversarial": 100,
    "pairs": 1, "injected": 10, "aligned": 80, "books": 66, "local": 6,
}  # fmt: skip
_FULL = {
    "requests": 10_000, "mutated": 4, "paced": 10_000, "quoted": 2_000, "pilot": 200, "caps": 25, "adversarial": 2_000,
    "pairs": 10, "injected": 500, "aligned": 800, "books": 600, "local": 30,
}  # fmt: skip
_HEAD = """# Figures of the stages that ask an LLM

Written by `python -m benchmarks.llm_stages OUT --size {size} --docs FILE`{only}, in {minutes} minutes on {machine}. The
server is `tests/fault_server`: it translates by a rule and makes mistakes on purpose, so these are figures of Glotmill,
not of a model. Row 0 is a real, small model.

"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--size", choices=("small", "full"), default="full")
    parser.add_argument("--only", default="", help="numbers of figures, with commas; all without it")
    parser.add_argument("--local", action="store_true", help="ask the real local model too")
    parser.add_argument("--corpora", type=Path, help="folder with udhr_dev.parquet and bitext.parquet, for 9 and 10")
    parser.add_argument("--docs", type=Path, help="Markdown file for the table")
    arguments = parser.parse_args()
    wanted = {int(one) for one in arguments.only.split(",") if one}
    found: list[Figure] = []
    begun = time.monotonic()
    for numbers, measure in _parts(arguments).items():
        if wanted and not wanted & set(numbers):
            continue
        folder = arguments.out / f"figure-{numbers[0]}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        try:
            made = measure(folder)
        except Exception as error:  # one that fails is a miss, and the others go on
            traceback.print_exc()
            made = [
                Figure(number, "failed", "", {"error": f"{type(error).__name__}: {error}"[:300]}, False)
                for number in numbers
            ]
        found += made if isinstance(made, list) else [made]
        found.sort(key=lambda one: one.number)
        print(
            f"{time.monotonic() - begun:7.0f} s: " + ", ".join(f"{one.number} {one.met}" for one in found), flush=True
        )
        content = {"size": arguments.size, "figures": [asdict(one) for one in found]}
        (arguments.out / "figures.json").write_text(
            json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
        )
    print(table(found))
    if arguments.docs is not None:
        only = f", figures {arguments.only}" if wanted else ""
        minutes = round((time.monotonic() - begun) / 60)
        head = _HEAD.format(size=arguments.size, only=only, minutes=minutes, machine=platform.machine())
        arguments.docs.write_text(head + table(found), encoding="utf-8")
    if any(one.met is False for one in found):
        raise SystemExit(1)


def _parts(arguments: argparse.Namespace) -> dict[tuple[int, ...], Callable[[Path], list[Figure] | Figure]]:
    """What measures which figures."""
    size = _FULL if arguments.size == "full" else _SMALL
    corpora = arguments.corpora
    parts: dict[tuple[int, ...], Callable[[Path], list[Figure] | Figure]] = {
        (1, 2): lambda folder: resuming.resume(folder, size["requests"]),
        (3,): lambda folder: resuming.mutations(folder, size["mutated"]),
        (4,): lambda folder: spending.goodput(folder, size["paced"]),
        (5,): lambda folder: spending.quotes(folder, size["quoted"], size["pilot"], size["caps"]),
        (6,): lambda folder: texts.placeholders(folder, size["adversarial"]),
        (7, 8): lambda folder: _gates(),
        (11,): lambda folder: texts.alignment(folder, size["aligned"]),
        (12, 13): lambda folder: books.books(folder, size["books"]),
        (14,): rewriting.rewriting,
    }
    if corpora is not None:
        parts[9,] = lambda folder: texts.scores(texts.real_texts(corpora), size["pairs"])
        parts[10,] = lambda folder: injections.injections(
            folder, runs.declarations(corpora, ("eng", *ORDERS)), size["injected"]
        )
    if arguments.local:
        parts[0,] = lambda folder: local.local(folder, size["local"])
    return parts


def _gates() -> list[Figure]:
    """Figures 7 and 8 have a benchmark of their own."""
    asked = {
        7: ("Labelled answers", "preamble ≥ .98, refusal ≥ .97, echo ≥ .99, wrong language ≥ .99; false ≤ .5 % each"),
        8: ("Seeded defects", "negation and numbers ≥ .95; ≤ 5 % of human references refused"),
    }
    note = "see translation_gates_figures.md, by translation_gates.py"
    return [Figure(number, name, wanted, note=note) for number, (name, wanted) in asked.items()]


if __name__ == "__main__":
    main()
