"""Figures 1 to 3: kills, a warm cache, and what the cache tells apart."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

from benchmarks.llm_stages import runs
from benchmarks.llm_stages.figures import Figure
from pipelines import replays
from tests import running
from tests.fault_server import FaultServer
from translators.prompts import translate

_SECONDS = 1_200
_POLL_SECONDS = 0.02
_BEFORE_RELEASE = ("measure", "judge", "dedup", "derive")


def resume(
    folder: Path,
    requests: int,
    shares: tuple[float, ...] = (0.1, 0.5, 0.9),
    *,
    workers: int = 2,
    concurrency: int = 32,
    latency: float = 0.02,
) -> list[Figure]:
    """Figures 1 and 2: SIGKILL to `glotmill run`, run it again, and then once more without work but with the cache.

    Args:
        folder: for everything.
        requests: in a whole run, two for each row.
        shares: of the requests after which it is killed.
        workers: worker processes; with one, what is not killed runs in this process.
        concurrency: requests on their way for each.
        latency: of the server, in seconds.
    """
    rows = requests // 2
    paths = runs.write(folder / "in", runs.prompts(rows), files=4 * workers)
    whole = folder / "whole"
    with FaultServer(latency=latency, truth=False) as server:
        content = runs.recipe(paths, server.base_url, runs.translation(), concurrency=concurrency)
        _run(content, whole, workers)
        arrived = server.statistics()["arrivals"]
        expected = running.hashes(whole / "out")
        seen: dict[str, Any] = {"requests": arrived, "window": workers * concurrency}
        good = arrived == 2 * rows
        for share in shares:
            place = folder / f"killed-{share:.0%}"
            server.reset()
            at, left = _kill(content, place, workers, server, int(share * arrived))
            _run(content, place, workers)
            found = server.statistics()
            same = running.hashes(place / "out") == expected
            seen[f"killed_at_{share:.0%}"] = {
                "arrived before": at, "workers left behind": left, "re-sent": found["repeats"], "identical": same,
            }  # fmt: skip
            good = good and same and found["repeats"] <= seen["window"] and at < arrived and not left
        killed = Figure(
            1, "SIGKILL of `glotmill run`, then again", "re-sent ≤ requests on their way; same bytes", seen, good
        )
        return [killed, _warm(content, whole, server, rows, expected)]


def _warm(content: dict[str, Any], whole: Path, server: FaultServer, rows: int, expected: dict[str, str]) -> Figure:
    work = whole / "work" / "small"
    server.reset()
    seconds = []
    for _ in range(2):  # the first loads what a process loads once
        shutil.rmtree(work / "translation")
        begun = time.process_time()
        running.run(content, whole, only=_BEFORE_RELEASE)
        seconds.append(time.process_time() - begun)
    shutil.rmtree(work)
    shutil.rmtree(whole / "out")
    running.run(content, whole)
    calls, same = server.statistics()["arrivals"], running.hashes(whole / "out") == expected
    speed = rows / seconds[-1]
    seen = {"calls": calls, "rows_a_second_and_core": round(speed), "identical": same}
    note = "A row is a translation with its way back and all scores: two answers read, and gates measured again"
    met = calls == 0 and same and speed >= 2_000
    return Figure(2, "Derive work gone, cache kept", "no call, ≥ 2,000 rows/s a core", seen, met, note)


def _run(content: dict[str, Any], place: Path, workers: int) -> None:
    if workers == 1:
        running.run(content, place)
        return
    with running.started(*_command(content, place, workers), cwd=place, worth=0.0) as process:
        _, said = process.communicate(timeout=_SECONDS)
        if process.returncode:
            raise SystemExit(f"glotmill run ended with {process.returncode}: {said[-2000:]}")


def _kill(content: dict[str, Any], place: Path, workers: int, server: FaultServer, least: int) -> tuple[int, int]:
    """Kill the command after so many requests; gives how many had come, and workers that lived 10 s longer."""
    with running.started(*_command(content, place, workers), cwd=place, worth=0.0) as process:
        end = time.monotonic() + _SECONDS
        while (arrived := server.statistics()["arrivals"]) < least:
            if process.poll() is not None or time.monotonic() > end:
                raise SystemExit("glotmill run ended before it could be killed")
            time.sleep(_POLL_SECONDS)
        os.kill(process.pid, signal.SIGKILL)
        end = time.monotonic() + 10
        while (left := running.workers_of(process.pid)) and time.monotonic() < end:
            time.sleep(_POLL_SECONDS)
        for one in left:
            os.kill(one, signal.SIGKILL)
        return int(arrived), len(left)


def _command(content: dict[str, Any], place: Path, workers: int) -> tuple[str, ...]:
    place.mkdir(parents=True, exist_ok=True)
    file = running.write(content, place / "recipe.yaml")
    places = ("--work", str(place / "work"), "--out", str(place / "out"))
    return ("run", str(file), *places, "--workers", str(workers), "-q")


Content = dict[str, Any]


def mutations(folder: Path, documents: int = 4) -> Figure:
    """Figure 3: what changes an answer is asked for again, what changes the way of sending is not.

    Args:
        folder: for everything.
        documents: each of three parts, so that two requests go there and two back.
    """
    rows = runs.prompts(documents, paragraphs=3, code=True)
    for number, row in enumerate(rows):
        row["text"] += f"\n\nCall `load({number})` before the lantern burns."
    paths = runs.write(folder / "in", rows)
    lists = folder / "lists"
    lists.mkdir()
    (lists / "terms.txt").write_text("lantern\n", encoding="utf-8")
    first_part = rows[0]["text"].split("\n\n")[0]
    pairs = "source\ttarget\tsource_language\ttarget_language\n{}\t{}\ten\tfr\n"
    for name, source, target in (
        ("glossary", "lantern", "lanterne"),
        ("memory", first_part, "Avis"),
        ("examples", "The lantern burns.", "La lanterne brûle."),
    ):  # fmt: skip
        (lists / f"{name}.tsv").write_text(pairs.format(source, target), encoding="utf-8")
    seen: dict[str, Any] = {}
    with FaultServer(truth=False) as server:
        base = runs.recipe(paths, server.base_url, runs.translation(segments_at_once=2), attempts=2)

        def calls(change: Callable[[Content], None], *, forget: bool) -> int:
            content = _copy(base)
            change(content)
            if forget:
                shutil.rmtree(folder / "work" / "small" / "translation", ignore_errors=True)
            server.reset()
            running.run(content, folder, only=_BEFORE_RELEASE)
            return int(server.statistics()["arrivals"])

        first = calls(lambda content: None, forget=False)
        missed = {name: calls(change, forget=False) for name, change in _changes(folder, server.base_url).items()}
        with mock.patch.object(translate, "VERSION", translate.VERSION + 1):
            missed["version of the prompt"] = calls(lambda content: None, forget=True)
        made = f"{rows[0]['id']}/translation/fra_Latn"
        replays.add(str(folder / "work" / "small"), [made])
        missed["a replayed row"] = calls(lambda content: None, forget=False)
        (folder / "work" / "small" / replays.NAME).unlink()
        hit = {name: calls(change, forget=True) for name, change in _transport().items()}
    seen["requests"] = first
    seen["mutations"] = len(missed)
    seen["missed"] = sum(count > 0 for count in missed.values())
    seen["not_missed"] = sorted(name for name, count in missed.items() if not count)
    seen["changes_of_transport"] = len(hit)
    seen["hit"] = sum(count == 0 for count in hit.values())
    seen["not_hit"] = sorted(name for name, count in hit.items() if count)
    met = first > 0 and len(missed) >= 20 and not seen["not_missed"] and not seen["not_hit"]
    return Figure(3, "What the cache tells apart", "20 mutations each miss; changes of transport each hit", seen, met)


def _copy(content: Content) -> Content:
    copy = {key: dict(value) if isinstance(value, dict) else value for key, value in content.items()}
    copy["stages"] = {name: dict(params or {}) for name, params in content["stages"].items()}
    copy["source"] = {**content["source"], "fields": dict(content["source"]["fields"])}
    return copy


def _changes(folder: Path, base_url: str) -> dict[str, Callable[[Content], None]]:
    lists = folder / "lists"

    def client(**more: Any) -> Callable[[Content], None]:
        return lambda content: content["client"].update(more)

    def stage(**more: Any) -> Callable[[Content], None]:
        return lambda content: content["stages"]["translation"].update(more)

    def role(name: str, **more: Any) -> Callable[[Content], None]:
        return client(roles={name: more})

    def texts(content: Content) -> None:
        rows = runs.prompts(2, seed=2)
        content["source"]["paths"] = runs.write(folder / "other", rows)

    def language(content: Content) -> None:
        rows = [{**row, "lang": "de"} for row in runs.prompts(2, seed=1)]
        content["source"]["paths"] = runs.write(folder / "german", rows)

    return {
        "model": client(model="rule-2"),
        "temperature": client(temperature=0.3),
        "seed": client(seed=7),
        "longest answer": client(max_tokens=90),
        "form": client(form="completion"),
        "address": client(base_url=base_url.replace("127.0.0.1", "localhost")),
        "model of the way back": role("back", model="rule-3"),
        "temperature of the way back": role("back", temperature=0.4),
        "seed of the role translate": role("translate", seed=9),
        "another text": texts,
        "another language of the text": language,
        "target": stage(targets=["de"]),
        "length of a segment": stage(segment_characters=60),
        "segments in a request": stage(segments_at_once=1),
        "context": stage(context=False),
        "what is protected": stage(protect=["url"]),
        "words that stay": stage(keep_terms=[str(lists / "terms.txt")]),
        "glossary": stage(glossary=[str(lists / "glossary.tsv")]),
        "memory": stage(memory=[str(lists / "memory.tsv")]),
        "examples": stage(examples={"bitext": [str(lists / "examples.tsv")], "count": 1}),
    }


def _transport() -> dict[str, Callable[[Content], None]]:
    def client(**more: Any) -> Callable[[Content], None]:
        return lambda content: content["client"].update(more)

    os.environ["GLOTMILL_FIGURES_KEY"] = "another"
    return {
        "concurrency": client(concurrency=3),
        "time-out": client(timeout_seconds=99),
        "attempts": client(attempts=9),
        "API key": client(api_key_env="GLOTMILL_FIGURES_KEY"),
        "requests a minute": client(requests_per_minute=100_000),
        "tokens a minute": client(tokens_per_minute=100_000_000),
        "cap": client(cap={"tokens": 100_000_000}),
    }
