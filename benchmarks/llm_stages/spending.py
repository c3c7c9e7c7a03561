"""Figures 4 and 5: goodput under a limit, quotes, and a cap that holds."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.llm_stages import runs
from benchmarks.llm_stages.figures import Figure
from schemas.errors import BudgetSpent
from tests import running
from tests.fault_server import FaultServer

_SECONDS = 1_200
# Texts whose tokens differ most from their characters.
HOSTILE = ("𒀀𒁀𒂀𒃀 ", "👩‍👩‍👧‍👦 ", "ﷺ ", "ཀྱི་ ", "aaaa", "    \t", "e\u0301\u0323\u0302 ", "ก็ ", "ſ𝕏 ")


def goodput(folder: Path, requests: int) -> Figure:
    """Figure 4, by `benchmarks/llm_requests.py`: four workers that share a ledger.

    Args:
        folder: for its figures.
        requests: to send.
    """
    file = folder / "pace.json"
    command = [sys.executable, str(running.ROOT / "benchmarks" / "llm_requests.py")]
    wanted = ["--requests", str(requests), "--parts", "pace,faults,cached", "--json", str(file)]
    subprocess.run([*command, *wanted], check=True, cwd=running.ROOT, stdout=subprocess.DEVNULL, timeout=_SECONDS)
    found = json.loads(file.read_text(encoding="utf-8"))
    names = {
        "share_of_limit": "goodput of R", "share_429": "429s", "violations": "before Retry-After",
        "worst_violation_ms": "the latest ms after the 429", "server_late_by_ms": "server late by ms",
    }  # fmt: skip
    seen: dict[str, Any] = {
        part: {said: found[part][name] for name, said in names.items()} for part in ("pace", "faults")
    }
    seen["cached_requests_a_second_and_core"] = found["cached"]["read_ahead"]["rows_per_core_second"]
    pace, faults = found["pace"], found["faults"]
    met = (
        pace["share_of_limit"] >= 0.9 and pace["share_429"] <= 0.02
        and not pace["violations"] and not faults["violations"]
    )  # fmt: skip
    note = "The part faults draws 429s, 500s, slow and broken answers besides: of it only the patience is asked"
    return Figure(
        4, "Four workers, limit R", "goodput ≥ 90 % of R, 429s ≤ 2 %, none before Retry-After", seen, met, note
    )


def quotes(folder: Path, documents: int, pilot: int, caps: int) -> Figure:
    """Figure 5: a quote beside the run that follows, and runs under random caps.

    Args:
        folder: for everything.
        documents: of lengths that differ much.
        pilot: documents that the quote asks for.
        caps: runs under a cap.
    """
    draw = random.Random(5)
    rows = runs.prompts(documents)
    for row in rows:
        more = int(min(60, draw.lognormvariate(1.0, 1.0)))
        row["text"] += "".join(
            f"\n\nSentence {number}: {' '.join(draw.choices(runs.WORDS, k=12))}." for number in range(more)
        )
    paths = runs.write(folder / "in", rows)
    faults = {"refusal": 0.03, "omission": 0.05, "no_markers": 0.02, "truncated": 0.04}
    stages = runs.translation(["fr", "hi"], "max_refusal")
    with FaultServer(faults=faults, truth=False) as server:
        content = runs.recipe(paths, server.base_url, stages)
        content["client"]["price"] = {"prompt": 1.0, "completion": 4.0}
        file = running.write(content, folder / "recipe.yaml")
        arguments = ["quote", str(file), "--pilot", str(pilot), "--work", str(folder / "work"), "--json"]
        with running.started(*arguments, cwd=folder) as process:
            said, wrong = process.communicate(timeout=_SECONDS)
        if process.returncode:
            raise SystemExit(f"glotmill quote: {wrong[-2000:]}")
        quote = json.loads(said)
        running.run(content, folder)
        used = server.statistics()["tokens"]
        seen: dict[str, Any] = {"documents": documents, "pilot": quote["pilot"]}
        errors = {}
        for name, said_as in (("prompt_tokens", "prompt"), ("completion_tokens", "completion")):
            expected = sum(line[name]["mean"] for line in quote["lines"])
            errors[said_as] = expected / used[said_as] - 1
            seen[f"{said_as}_tokens"] = {
                "quoted": round(expected),
                "used": used[said_as],
                "off by": round(errors[said_as], 4),
            }
        over = _caps(folder / "caps", server, caps, sum(used.values()) // max(1, documents), draw)
    seen["caps"] = over
    met = (
        abs(errors["prompt"]) <= 0.05 and abs(errors["completion"]) <= 0.15
        and over["largest overshoot"] == 0 and over["stopped by the cap"] > 0
    )  # fmt: skip
    asked = "within 5 % of input and 15 % of output tokens; no cap overshot"
    return Figure(5, "Quote from a pilot, and caps", asked, seen, met)


def _caps(folder: Path, server: FaultServer, count: int, each: int, draw: random.Random) -> dict[str, Any]:
    """Runs with random caps over texts whose tokens cannot be told from their length."""
    worst, stopped, spent = 0, 0, []
    for number in range(count):
        place = folder / str(number)
        rows = [
            {
                "id": f"h{one:03d}",
                "text": f"Case {number}.{one} {draw.choice(HOSTILE) * draw.randint(1, 60)}",
                "lang": "en",
            }
            for one in range(20)
        ]
        cap = draw.randint(each // 2, 8 * each)
        server.reset()
        content = runs.recipe(
            runs.write(place / "in", rows), server.base_url, runs.translation("th"), cap={"tokens": cap},
            max_tokens=draw.choice((64, 512, 4_000)), concurrency=draw.choice((1, 8, 32)),
        )  # fmt: skip
        try:
            running.run(content, place)
        except BudgetSpent:
            stopped += 1
        used = sum(server.statistics()["tokens"].values())
        worst = max(worst, used - cap)
        spent.append(round(used / cap, 3))
    return {
        "runs": count, "stopped by the cap": stopped, "largest overshoot": max(0, worst),
        "largest share of a cap": max(spent, default=0.0),
    }  # fmt: skip
