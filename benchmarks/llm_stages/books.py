"""Figures 12 and 13: no row goes missing, and every prompt can be made again from the release."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.llm_stages import runs
from benchmarks.llm_stages.figures import Figure
from pipelines.rebuilding import rebuild
from tests import running
from tests.fault_server import FaultServer, key_of

FAULTS = {
    "cut_off": 0.04, "not_json": 0.03, "no_choices": 0.02, "empty": 0.03, "no_markers": 0.04, "lost_tag": 0.04,
    "refusal": 0.03, "truncated": 0.04, "lost_placeholder": 0.04, "omission": 0.05, "changed_number": 0.05,
    "too_many_seconds": 0.02, "server_error": 0.02,
}  # fmt: skip
TARGETS = ("fra_Latn", "hin_Deva", "deu_Latn")
WORDY = 700  # characters; a longer text is not translated


def books(folder: Path, documents: int) -> list[Figure]:
    """Figures 12 and 13, over documents of three languages and a server that makes faults of all kinds.

    Args:
        folder: for everything.
        documents: in all.
    """
    rows = runs.prompts(documents, paragraphs=3, length=10, code=True)
    for number, row in enumerate(rows):
        row["lang"] = ("en", "de", "sw")[number % 3]
        row["text"] += f"\n\nRun `load({number})` first."
        if number % 11 == 0:
            row["text"] += f"\n\nRemember {number} more. " * 40
    lines = [json.dumps(row) for row in rows]
    lines[5:5] = ["this is no JSON", json.dumps({"id": "dead-1"})]
    (folder / "in").mkdir()
    (folder / "in" / "a.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    stages = runs.translation(
        TARGETS, "max_refusal", "min_numbers_kept", source_languages=["en", "de"], max_characters=WORDY,
        segments_at_once=3,
    )  # fmt: skip
    with FaultServer(faults=FAULTS, retry_after=0.05) as server:
        repair = {"roles": {"repair": {"model": "repairer"}}}
        content = runs.recipe(f"{folder}/in/*.jsonl", server.base_url, stages, **repair)
        running.run(content, folder)
        sent = set(server.truth())
    return [_conserved(folder / "out", rows, len(lines)), _rebuilt(folder / "out", sent)]


def _conserved(out: Path, rows: list[dict[str, Any]], lines: int) -> Figure:
    """Counts from the files alone, with no code of ours."""
    long = {"en": "eng_Latn", "de": "deu_Latn", "sw": "swh_Latn"}
    kept, gone, dead = (runs.documents(out, place) for place in ("data", "rejected", "dead"))
    good = kept.height + gone.height + dead.height == lines
    passed, failed = runs.accepted(out), runs.quarantined(out)
    made = pl.concat([one.select("id", "language", "source_language") for one in (passed, failed) if one.height])
    good = good and made["id"].n_unique() == made.height
    lost, table = 0, {}
    alive = {row["id"]: row for row in kept.select("id", "language").iter_rows(named=True)}
    languages = Counter(row["language"] for row in alive.values())
    for source, count in sorted(languages.items()):
        for target in TARGETS:
            own = (pl.col("source_language") == source) & (pl.col("language") == target)
            done = [one.filter(own).height if one.height else 0 for one in (passed, failed)]
            skipped = count if source == long["sw"] or source not in long.values() or source == target else 0
            lost += abs(count - sum(done) - skipped)
            table[f"{source}>{target}"] = f"{count} = {done[0]} + {done[1]} + {skipped}"
    seen = {
        "lines_read": lines, "documents": kept.height, "rejected": gone.height, "dead": dead.height,
        "in_is_accepted_quarantined_skipped": table, "missing_or_twice": lost,
    }  # fmt: skip
    met = good and lost == 0 and passed.height > 0 and failed.height > 0 and dead.height == 2
    return Figure(12, "No row goes missing", "in = accepted + quarantined + skipped, per language pair", seen, met)


def _rebuilt(out: Path, sent: set[str]) -> Figure:
    """Every prompt again from the release alone, and held against what the server got."""
    frames = [one for one in (runs.accepted(out), runs.quarantined(out)) if one.height]
    rows = {row["id"]: row for one in frames for row in one.iter_rows(named=True)}
    asked = {one: row for one, row in rows.items() if row["exchanges"]}
    bare = [one for one, row in asked.items() if not _provenance(row)]
    requests = same = arrived = hashed = 0
    for row_id, found in rebuild(str(out)):
        keys = Counter(one["key"] for one in rows[row_id]["exchanges"] or ())
        for one in found:
            if not one.key and not keys:
                continue  # the one request of a row without any answer is not in it
            requests += bool(one.key)
            same += one.same
            if one.same:
                arrived += key_of(json.loads(one.request)) in sent
                hashed += _hashed(one.request, rows[row_id], one.key)
                keys[one.key] -= 1
    wanted = sum(len(row["exchanges"]) for row in asked.values())
    seen = {
        "rows": len(rows), "rows_that_were_asked_for": len(asked), "without_provenance": len(bare),
        "requests": wanted, "rebuilt": same, "same_as_the_server_got": arrived, "key_by_hashlib_alone": hashed,
    }  # fmt: skip
    met = not bare and wanted == requests == same == arrived == hashed > 0
    return Figure(13, "Provenance", "every row; every prompt rebuilt byte for byte", seen, met)


def _provenance(row: dict[str, Any]) -> bool:
    wanted = ("endpoint", "model", "model_returned", "prompt", "prompt_sha256", "key", "answer", "finish_reason")
    whole = all(one[name] is not None for one in row["exchanges"] for name in wanted)
    named = all(row[name] for name in ("document_id", "parent_id", "stage", "operator", "parent_text", "model"))
    return whole and named and bool(json.loads(row["parameters"] or "{}"))


def _hashed(request: str, row: dict[str, Any], key: str) -> bool:
    """The key once more with `hashlib` and `json` alone."""
    one = next(one for one in row["exchanges"] if one["key"] == key)
    form = "chat" if "messages" in json.loads(request) else "completion"
    parts = [1, one["endpoint"], form, json.loads(request), one["prompt"], row["sample"]]
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest() == key
