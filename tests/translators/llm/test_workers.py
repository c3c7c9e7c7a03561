"""Four worker processes at one server, as it sees them: one limit, one cap, and nobody too early."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import threading
import time
from pathlib import Path
from typing import Any

from schemas.errors import BudgetSpent
from schemas.recipe import Cap, Client
from translators.llm.cache import ResponseCache
from translators.llm.ledger import Amount
from translators.llm.models import Models
from translators.llm.request import Reply, Request
from translators.llm.sqlite_ledger import SqliteLedger

WORKERS = 4


def _work(told: dict[str, Any], worker: int, count: int, folder: Path, said: Any) -> None:
    spec = Client(**told)
    ledger = SqliteLedger(folder / "ledger", cap=spec.cap, account="recipe")
    models = Models(spec, ResponseCache(folder / "cache"), ledger, first_wait_seconds=0.05)

    async def run() -> list[Any]:
        asker = models.of("translate")
        requests = [
            Request(model="m", form="completion", prompt=f"{worker} {number}", max_tokens=20) for number in range(count)
        ]
        async with models:
            return await asyncio.gather(*map(asker.ask, requests), return_exceptions=True)

    found = asyncio.run(run())
    said.put([type(one).__name__ for one in found])


def work(told: dict[str, Any], count: int, folder: Path) -> list[str]:
    """What became of all requests of all workers."""
    context = multiprocessing.get_context("spawn")
    said = context.Queue()
    workers = [context.Process(target=_work, args=(told, n, count, folder, said)) for n in range(WORKERS)]
    for worker in workers:
        worker.start()
    found = [name for _ in workers for name in said.get(timeout=120)]
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0] * WORKERS
    return found


def test_nobody_sends_before_retry_after(stub: Any, answer: Any, tmp_path: Path) -> None:
    lock, refused = threading.Lock(), []

    def respond(body: dict[str, Any]) -> Any:
        with lock:
            if len(stub.asked) == 40:
                refused.append(time.monotonic())
                return answer(status=429, headers={"retry-after": "3"}, body="{}")
        return answer(wait=0.05)

    stub.respond = respond
    found = work({"base_url": stub.base_url, "model": "m", "concurrency": 2}, 50, tmp_path)
    assert found == [Reply.__name__] * 200 and len(stub.asked) == 201
    # What had gone before the refusal could be read arrives right after it.
    early = [at - refused[0] for at, _ in stub.asked if 1.0 < at - refused[0] < 3.0]
    assert early == []
    assert sum(at - refused[0] >= 3.0 for at, _ in stub.asked) > 100


def test_one_limit_for_all(stub: Any, tmp_path: Path) -> None:
    told = {"base_url": stub.base_url, "model": "m", "concurrency": 8, "requests_per_minute": 1_200}
    found = work(told, 20, tmp_path)
    assert found == [Reply.__name__] * 80
    times = [at for at, _ in stub.asked]
    # 19.4 a second and six at once; a little for those that were on their way longer than those after them.
    for first in range(len(times)):
        for last in range(first, len(times)):
            assert last - first + 1 <= 6 + 1 + 19.4 * (times[last] - times[first] + 0.5)


def test_one_cap_for_all(stub: Any, answer: Any, tmp_path: Path) -> None:
    usage = {"prompt_tokens": 30, "completion_tokens": 10}
    body = json.dumps({"choices": [{"text": "x", "finish_reason": "stop"}], "model": "s", "usage": usage})
    stub.respond = lambda _: answer(body=body, wait=0.01)
    told = {"base_url": stub.base_url, "model": "m", "cap": {"tokens": 2_000}, "timeout_seconds": 5}
    found = work(told, 25, tmp_path)
    assert set(found) == {Reply.__name__, BudgetSpent.__name__}
    assert found.count(Reply.__name__) == len(stub.asked) <= 2_000 // 40
    assert len(stub.asked) >= (2_000 - 4 - 64 - 20) // 40  # what is left is less than one request could take
    ledger = SqliteLedger(tmp_path / "ledger", cap=Cap(tokens=2_000), account="recipe")
    assert ledger.spent() == (Amount(40 * len(stub.asked)), Amount())


def test_a_second_run_sends_nothing(stub: Any, tmp_path: Path) -> None:
    told = {"base_url": stub.base_url, "model": "m"}
    work(told, 5, tmp_path)
    before = len(stub.asked)
    assert work(told, 5, tmp_path) == [Reply.__name__] * 20
    assert before == 20 == len(stub.asked)
