"""Many requests through a server that makes faults: goodput, patience, memory, kills, and the speed of a warm cache.

Usage: uv run python benchmarks/llm_requests.py [--requests 10000] [--per-minute 6000] [--workers 4]
       [--concurrency 64] [--parts pace,faults,tokens,tokens_most,kill,cached] [--redis URL or start] [--json OUT]

The server is `tests/fault_server`, a process of its own. Workers are processes too; they share a response cache and a
ledger: SQLite files, or a Redis server (`--redis start` starts one for the time of the run). Each worker sends every
n-th request with `translators.llm.models.Models`.

| part        | what                                                                                                |
| ----------- | --------------------------------------------------------------------------------------------------- |
| pace        | the server lets R requests a minute pass and says 429 with Retry-After to what is beyond            |
| faults      | the same, and drawn 429s with and without Retry-After, 500, 503, slow answers, broken connections   |
| tokens      | a limit on tokens a minute in place of requests; the server gives back what is not used             |
| tokens_most | the same, and it gives nothing back                                                                 |
| kill        | all workers get SIGKILL when 10, 50 and 90 % of the requests have arrived; then they run again      |
| cached      | every answer is there: rows a second of one process, by CPU time                                    |

Goodput is what the server answered with 200, a second, between the first arrival and the last answer; its share is that
of R. A violation is a request that arrived before a Retry-After which had been sent more than 50 ms before. On a busy
machine requests and refusals are on their way for longer: `worst_violation_ms` says how long after the 429 the last
such request arrived, `server_late_by_ms` how long the server itself had to wait for its turn. Re-sent are arrivals
beyond the first with the same body. Memory is the peak resident set of one worker.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # for tests.fault_server

from schemas.recipe import Client
from tests.fault_server import FaultServer
from tests.redis_process import RedisProcess
from translators.llm.models import Models
from translators.llm.request import BadAnswer, Request, endpoint_identity
from translators.llm.stores import open_cache, open_ledger
from translators.prompts.translate import translate

ROOT = Path(__file__).parents[1]
FAULTS = {
    "too_many": 0.01, "too_many_seconds": 0.002, "too_many_date": 0.0005, "server_error": 0.01, "unavailable": 0.005,
    "slow": 0.01, "hang_up": 0.005,
}  # fmt: skip
MODEL = "faults"
MARK = "5ea5ea50"
MOST_TOKENS = 300  # of an answer
AHEAD = 2  # requests that wait in a worker for each one that may be on its way
POLL_SECONDS = 0.02


def messages() -> list[tuple[str, str]]:
    """A prompt as the translation stage writes it, with TEXT for the text."""
    return list(translate("TEXT", "eng_Latn", "fra_Latn", "chat", mark=MARK).messages)


def request(number: int, like: list[tuple[str, str]]) -> Request:
    """One of the requests: a paragraph of some 300 characters.

    Args:
        number: of the request.
        like: its messages, from `messages`. Workers are handed them: names of languages take a process 300 MB.
    """
    text = (
        f"Notice {number}: the ferry to the islands leaves at {number % 24}:05 from pier {number % 9}. Passengers who "
        "carry bicycles pay 3.50 more, and they do not board before the others. In a storm the boat stays in the "
        "harbour, and tickets can be used on any later day. Ask at the small office beside the lighthouse."
    )
    return Request(
        model=MODEL, form="chat", messages=tuple((role, said.replace("TEXT", text)) for role, said in like),
        max_tokens=MOST_TOKENS, prompt_version="benchmark", purpose=f"request {number}",
    )  # fmt: skip


def work(told: dict[str, Any]) -> dict[str, Any]:
    """The whole life of a worker.

    Args:
        told: `client` (values of the recipe), `cache`, `ledger` (addresses), `first`, `step`, `requests`, `messages`.
    """
    spec = Client(**told["client"])
    models = Models(spec, open_cache(told["cache"]), open_ledger(told["ledger"]), first_wait_seconds=0.2)
    numbers = iter(range(told["first"], told["requests"], told["step"]))
    like = [(role, said) for role, said in told["messages"]]
    failed: list[str] = []

    async def send() -> None:
        asker = models.of("translate")
        for number in numbers:
            try:
                await asker.ask(request(number, like))
            except BadAnswer as error:
                failed.append(str(error))

    async def run() -> None:
        async with models:
            await asyncio.gather(*(send() for _ in range(AHEAD * spec.concurrency)))

    before, begun = peak_mb(), time.process_time()
    asyncio.run(run())
    return {
        "calls": models.calls, "failed": failed, "rss_mb": peak_mb(), "rss_before_mb": before,
        "cpu_seconds": time.process_time() - begun,
    }  # fmt: skip


def peak_mb() -> float:
    """Peak resident set of this process so far."""
    try:
        # Not `ru_maxrss`: on Linux it begins with what the parent had.
        status = Path("/proc/self/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 1024)


class Workers:
    """Worker processes of one run.

    Args:
        count: how many.
        told: what each is told, but for its place.
    """

    def __init__(self, count: int, told: dict[str, Any]) -> None:
        self._processes = []
        for first in range(count):
            process = subprocess.Popen(
                [sys.executable, __file__, "--worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                cwd=ROOT,
            )
            assert process.stdin is not None
            process.stdin.write(json.dumps({**told, "first": first, "step": count}))
            process.stdin.close()
            self._processes.append(process)

    def kill(self) -> None:
        """SIGKILL to all."""
        for process in self._processes:
            process.kill()
        for process in self._processes:
            process.wait()

    def wait(self) -> list[dict[str, Any]]:
        """What they report."""
        reports = []
        for process in self._processes:
            assert process.stdout is not None
            said = process.stdout.read()
            if process.wait():
                raise SystemExit(f"a worker ended with code {process.returncode}")
            reports.append(json.loads(said))
        return reports


class Bench:
    """The parts of the benchmark.

    Args:
        arguments: of the command line.
        folder: for caches and ledgers.
        redis: address of a Redis server; None for SQLite files.
    """

    def __init__(self, arguments: argparse.Namespace, folder: Path, redis: str | None) -> None:
        self.arguments = arguments
        self._folder = folder
        self._redis = redis
        self._number = 0
        self._messages = messages()

    def told(self, server: FaultServer, **client: Any) -> dict[str, Any]:
        """What workers are told, with a cache and a ledger of their own."""
        self._number += 1
        if self._redis is None:
            places = {name: str(self._folder / f"{name}-{self._number}.sqlite") for name in ("cache", "ledger")}
        else:
            places = dict.fromkeys(("cache", "ledger"), f"{self._redis.rpartition('/')[0]}/{self._number}")
        spec = {
            "base_url": server.base_url, "model": MODEL, "form": "chat", "timeout_seconds": 10, "attempts": 6,
            "concurrency": self.arguments.concurrency, **client,
        }  # fmt: skip
        return {"client": spec, **places, "requests": self.arguments.requests, "messages": self._messages}

    def paced(self, limit: float, **settings: Any) -> dict[str, Any]:
        """All requests once, with limits; figures by the server's clock.

        Args:
            limit: requests a minute that the server lets pass.
            settings: of the server.
        """
        arguments = self.arguments
        names = ("requests_per_minute", "tokens_per_minute")
        limits = {name: settings[name] for name in names if settings.get(name)}
        with FaultServer(latency=arguments.latency, truth=False, **settings) as server:
            reports = Workers(arguments.workers, self.told(server, **limits)).wait()
            seen = server.statistics()
        seconds = seen["last_answered"] - seen["first"] + arguments.latency
        return {
            "requests": arguments.requests,
            "answered": seen["answered"],
            "failed": sum(len(report["failed"]) for report in reports),
            "seconds": round(seconds, 2),
            "goodput_per_second": round(seen["answered"] / seconds, 1),
            "share_of_limit": round(seen["answered"] / seconds / (limit / 60), 4),
            "share_429": round(seen["too_many"] / seen["arrivals"], 4),
            "share_429_of_rate_limit": round(seen["traffic"].get("rate_limit", 0) / seen["arrivals"], 4),
            "violations": seen["violations"],
            "worst_violation_ms": round(1e3 * max((one["since_sent"] for one in seen["worst_violations"]), default=0)),
            "resent": seen["repeats"],
            "paid_twice": seen["paid_twice"],
            "most_at_once": seen["most_at_once"],
            "server_late_by_ms": round(1e3 * seen["late_by"]),
            "traffic": seen["traffic"],
            **self.cost(reports, seen["arrivals"]),
        }

    def cost(self, reports: list[dict[str, Any]], arrivals: int) -> dict[str, Any]:
        """Memory and CPU time of workers."""
        return {
            "rss_mb": round(max(report["rss_mb"] for report in reports), 1),
            "rss_grown_mb": round(max(report["rss_mb"] - report["rss_before_mb"] for report in reports), 1),
            "cpu_ms_per_request": round(1e3 * sum(report["cpu_seconds"] for report in reports) / arrivals, 2),
        }

    def pace(self) -> dict[str, Any]:
        """Nothing but the limit."""
        limit = self.arguments.per_minute
        return self.paced(limit, requests_per_minute=limit)

    def faults(self) -> dict[str, Any]:
        """The limit and drawn faults."""
        limit = self.arguments.per_minute
        return self.paced(limit, requests_per_minute=limit, faults=FAULTS, retry_after=0.5, slow_seconds=1.0, seed=1)

    def tokens(self) -> dict[str, Any]:
        """A limit on tokens, of which the server gives back what is not used."""
        return self._tokens("used")

    def tokens_most(self) -> dict[str, Any]:
        """A limit on tokens, of which the server counts prompt and `max_tokens`."""
        return self._tokens("most")

    def _tokens(self, counted: str) -> dict[str, Any]:
        # As many requests a minute as without: what one takes is seen from the first answers.
        with FaultServer(truth=False) as server:
            told = {**self.told(server), "requests": 20}
            Workers(1, told).wait()
            seen = server.statistics()["tokens"]
        prompt = seen["prompt"] / 20
        each = prompt + (seen["completion"] / 20 if counted == "used" else MOST_TOKENS)
        limit = self.arguments.per_minute
        return self.paced(limit, tokens_per_minute=int(limit * each), tokens_counted=counted)

    def kill(self) -> dict[str, Any]:
        """Kills at three places, each beside a run that nothing interrupts."""
        arguments, found = self.arguments, {}
        with FaultServer(latency=arguments.latency, truth=False) as server:
            whole = self.told(server)
            Workers(arguments.workers, whole).wait()
            expected = self.answers(server, whole["cache"])
            for share in (0.1, 0.5, 0.9):
                server.reset()
                told = self.told(server)
                workers = Workers(arguments.workers, told)
                while server.statistics()["arrivals"] < share * arguments.requests:
                    time.sleep(POLL_SECONDS)
                workers.kill()
                killed_at = server.statistics()["arrivals"]
                kept = len(open_cache(told["cache"]))
                Workers(arguments.workers, told).wait()
                seen = server.statistics()
                found[f"{share:.0%}"] = {
                    "arrived_before": killed_at,
                    "kept": kept,
                    "resent": seen["repeats"],
                    "window": arguments.workers * arguments.concurrency,
                    "most_at_once": seen["most_at_once"],
                    "identical": self.answers(server, told["cache"]) == expected,
                }
        return found

    def answers(self, server: FaultServer, cache: str) -> dict[str, str]:
        """All answers in a cache, by key."""
        endpoint = endpoint_identity(server.base_url)
        keys = [request(number, self._messages).key(endpoint) for number in range(self.arguments.requests)]
        found = open_cache(cache).get_many(keys)
        if len(found) != len(keys):
            raise SystemExit(f"{len(keys) - len(found)} answers are missing in {cache}")
        return {key: reply.text for key, reply in found.items()}

    def cached(self) -> dict[str, Any]:
        """One process, and every answer in the cache: one at a time, and read ahead by the thousand."""
        arguments = self.arguments
        with FaultServer(truth=False) as server:
            told = self.told(server)
            Workers(arguments.workers, told).wait()
            server.reset()
            found: dict[str, Any] = {}
            for name, ahead in (("one_at_a_time", 0), ("read_ahead", 1_000)):
                models = Models(Client(**told["client"]), open_cache(told["cache"]), open_ledger(told["ledger"]))
                # Made anew: a request keeps its key once it was hashed.
                fresh = [request(number, self._messages) for number in range(arguments.requests)]
                begun, begun_cpu = time.perf_counter(), time.process_time()
                asyncio.run(_ask_all(models, fresh, ahead))
                cpu, seconds = time.process_time() - begun_cpu, time.perf_counter() - begun
                found[name] = {
                    "rows_per_core_second": round(len(fresh) / cpu),
                    "rows_per_second": round(len(fresh) / seconds),
                }
                found["calls"] = found.get("calls", 0) + models.calls
            found["arrivals"] = server.statistics()["arrivals"]
        return found


async def _ask_all(models: Models, requests: list[Request], ahead: int) -> None:
    asker = models.of("translate")
    async with models:
        for start in range(0, len(requests), 1_000):
            some = requests[start : start + 1_000]
            if ahead:
                asker.prefetch(some)
            for reply in await asyncio.gather(*(asker.ask(one) for one in some)):
                assert reply.cached


@contextlib.contextmanager
def redis_at(said: str | None, folder: Path) -> Iterator[str | None]:
    """Address of a Redis server; one is started where `start` is said."""
    if said != "start":
        yield said
        return
    with RedisProcess(folder, "--appendonly", "yes") as process:
        yield process.url


def show(name: str, figures: dict[str, Any]) -> None:
    """A table of one part."""
    print(f"\n| {name} | |\n| --- | ---: |")
    for key, value in figures.items():
        print(
            f"| {key.replace('_', ' ')} | {json.dumps(value) if isinstance(value, dict | list) else value} |",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--per-minute", type=int, default=6_000, help="R: requests that the server lets pass")
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--concurrency", type=int, default=64, help="requests on their way for each worker, at most")
    parser.add_argument("--latency", type=float, default=0.2, help="seconds that the server takes for an answer")
    parser.add_argument("--parts", default="pace,faults,tokens,tokens_most,kill,cached")
    parser.add_argument("--redis", help="address of a Redis server, or `start`")
    parser.add_argument("--json", type=Path, help="file for the figures")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        print(json.dumps(work(json.load(sys.stdin))))
        return
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder, redis_at(arguments.redis, Path(folder)) as redis:
        bench = Bench(arguments, Path(folder), redis)
        for part in arguments.parts.split(","):
            found[part] = getattr(bench, part)()
            show(part, found[part])
    if arguments.json is not None:
        arguments.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
