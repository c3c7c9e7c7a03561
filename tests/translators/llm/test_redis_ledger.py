"""The ledger on a real Redis server: the arithmetic of the others, for many workers at once."""

from __future__ import annotations

import itertools
import multiprocessing
import pickle
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.errors import PermissionProblem, RecipeError, ServerUnavailable
from schemas.recipe import Cap
from tests.redis_process import RedisProcess
from translators.llm import memory_ledger, redis_ledger, redis_server, sqlite_ledger
from translators.llm.ledger import Amount, Ledger, Limits
from translators.llm.memory_ledger import MemoryLedger
from translators.llm.redis_ledger import RedisLedger
from translators.llm.sqlite_ledger import SqliteLedger

LIMITS = (Limits(), Limits(600, None), Limits(None, 90_000), Limits(7, 1_234), Limits(60_000, 10**7))
ACCOUNTS = itertools.count()
amounts = st.builds(Amount, st.integers(0, 50_000), st.integers(0, 10**7).map(lambda nano: nano / 1e9 * 1.1))
operations = st.one_of(
    st.tuples(st.just("send"), st.sampled_from("ab"), st.sampled_from(LIMITS), st.integers(0, 5_000)),
    st.tuples(st.just("give back"), st.sampled_from("ab"), st.sampled_from(LIMITS), st.integers(0, 5_000)),
    # Steps of a 64th of a second, so that differences of times have no rounding.
    st.tuples(st.just("hold"), st.sampled_from("ab"), st.integers(-640, 6_400)),
    st.tuples(st.just("pass"), st.integers(0, 1_000)),
    st.tuples(st.just("reserve"), amounts),
    st.tuples(st.just("settle"), st.integers(0, 10), st.none() | amounts),
)
caps = st.none() | st.builds(Cap, tokens=st.integers(1, 200_000), dollars=st.none() | st.floats(0.001, 0.05))


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisProcess]:
    with RedisProcess(tmp_path_factory.mktemp("redis"), "--save", "") as running:
        yield running


@pytest.fixture
def url(process: RedisProcess) -> str:
    return process.url


def account() -> str:
    return f"account {next(ACCOUNTS)}"


class Clock:
    def __init__(self) -> None:
        self.now = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now


def play(ledger: Any, steps: list[tuple[Any, ...]], clock: Clock, name: str) -> list[Any]:
    """What a ledger says to a sequence of operations."""
    said: list[Any] = []
    open_: list[Amount] = []
    for step, *given_ in steps:
        match step:
            case "send":
                said.append(ledger.may_send(f"{name} {given_[0]}", given_[1], given_[2]))
            case "give back":
                ledger.give_back(f"{name} {given_[0]}", given_[1], given_[2])
            case "hold":
                ledger.hold(f"{name} {given_[0]}", clock.now + given_[1] / 64)
            case "pass":
                clock.now += given_[0] / 64
            case "reserve":
                said.append(ledger.reserve(given_[0]))
                if said[-1]:
                    open_.append(given_[0])
            case "settle" if open_:
                ledger.settle(open_.pop(given_[0] % len(open_)), given_[1])
        said.append(ledger.spent())
    return said


@settings(max_examples=150)
@given(st.lists(operations, max_size=60), caps)
def test_it_says_what_the_others_say(
    process: RedisProcess, tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[Any, ...]], cap: Cap | None
) -> None:
    name = account()
    file = tmp_path_factory.getbasetemp() / "ledgers.sqlite"
    clock = Clock()
    makers: list[Any] = [
        lambda: RedisLedger(process.url, cap=cap, account=name, clock=clock),
        lambda: MemoryLedger(cap),
        lambda: SqliteLedger(file, cap=cap, account=name),
    ]
    said = []
    with pytest.MonkeyPatch.context() as patch:
        for module in (memory_ledger, sqlite_ledger):
            patch.setattr(module, "time", SimpleNamespace(time=clock))
        for make in makers:
            clock.now = 1_790_000_000.0
            ledger = make()
            said.append(play(ledger, steps, clock, name))
            if hasattr(ledger, "close"):
                ledger.close()
    assert said[0] == said[1]
    assert said[0] == said[2]


def test_the_servers_clock_counts(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger, lane = RedisLedger(url), account()
    monkeypatch.setattr(redis_ledger, "time", SimpleNamespace(time=lambda: 5_000.0))  # this machine's clock is wrong
    ledger.hold(lane, 5_000.0 + 100)
    assert 99 < ledger.may_send(lane, Limits(), 1) <= 100
    ledger.hold(lane, 5_000.0 + 10)  # an earlier time does not win
    assert 99 < ledger.may_send(lane, Limits(), 1) <= 100


def test_a_lane_is_forgotten_when_it_is_long_past_and_money_never(url: str) -> None:
    import redis

    client, name = redis.Redis.from_url(url), account()
    ledger = RedisLedger(url, account=name)
    ledger.may_send(name, Limits(60, 6_000), 100)
    assert 3_600 <= client.ttl(f"glotmill:ledger:1:lane:{name}") <= 3_700
    ledger.hold(name, time.time() + 86_400)
    assert client.ttl(f"glotmill:ledger:1:lane:{name}") >= 86_400 + 3_500
    ledger.reserve(Amount(5))
    assert client.ttl(f"glotmill:ledger:1:money:{name}") == -1


def _send(ledger: Ledger, lane: str, seconds: float, sent: Any) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        wait = ledger.may_send(lane, Limits(1_200, None), 1)
        if wait == 0:
            sent.append(1)
        else:
            time.sleep(wait)


def test_workers_keep_one_pace_together(url: str) -> None:
    context = multiprocessing.get_context("fork")
    ledger, lane = RedisLedger(url), account()
    with context.Manager() as manager:
        sent, start = manager.list(), time.monotonic()
        workers = [context.Process(target=_send, args=(ledger, lane, 2.0, sent)) for _ in range(3)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(60)
        assert [worker.exitcode for worker in workers] == [0, 0, 0]
        # 1,200 a minute are 20 a second, and 3 may go at once. Without a limit it would be thousands.
        assert 3 < len(sent) <= 3 + 20 * (time.monotonic() - start)


def _spend(ledger: Ledger, most: Amount, cost: Amount | None) -> None:
    for _ in range(200):
        if ledger.reserve(most):
            ledger.settle(most, cost)


def test_workers_never_spend_more_than_the_cap_together(url: str) -> None:
    context = multiprocessing.get_context("fork")
    ledger = RedisLedger(url, cap=Cap(tokens=5_000, dollars=1.0), account=account())
    ledger.spent()  # opens the connection that must not be used in the children
    most, cost = Amount(100, 0.01), Amount(60, 0.001)
    workers = [context.Process(target=_spend, args=(ledger, most, cost)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0, 0, 0]
    spent, aside = ledger.spent()
    assert aside == Amount()
    assert 5_000 - 100 < spent.tokens <= 5_000
    assert spent.dollars == pytest.approx(spent.tokens / 60 * 0.001)


def test_what_a_killed_worker_had_set_aside_stays_counted(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, name = Clock(), account()
    one = RedisLedger(url, cap=Cap(tokens=100), account=name, clock=clock)
    two = RedisLedger(url, cap=Cap(tokens=100), account=name, clock=clock)
    assert one.reserve(Amount(60, 0.5))
    assert not two.reserve(Amount(60))
    assert two.in_flight() == Amount(60, 0.5)
    clock.now += 901  # nobody heard of it for longer than a request takes
    assert two.in_flight() == Amount()
    assert two.spent() == (Amount(), Amount(60, 0.5))
    assert not two.reserve(Amount(60))
    assert two.reserve(Amount(40))
    assert two.in_flight() == Amount(40)


def test_one_worker_may_settle_what_another_has_set_aside(url: str) -> None:
    name = account()
    one, two = RedisLedger(url, account=name), RedisLedger(url, account=name)
    one.reserve(Amount(60, 0.5))
    two.settle(Amount(60, 0.5), Amount(20, 0.1))
    assert one.spent() == (Amount(20, 0.1), Amount())
    assert one.in_flight() == Amount()


def test_accounts_are_apart_and_lanes_are_shared(url: str) -> None:
    lane = account()
    one = RedisLedger(url, cap=Cap(tokens=100), account=account())
    two = RedisLedger(url, cap=Cap(tokens=100), account=account())
    assert one.reserve(Amount(100)) and two.reserve(Amount(100))
    assert one.may_send(lane, Limits(1), 1) == 0.0
    assert two.may_send(lane, Limits(1), 1) > 0


def test_it_can_be_pickled_and_goes_on_after_close(url: str) -> None:
    name = account()
    ledger = RedisLedger(url, cap=Cap(tokens=100), account=name)
    copy = pickle.loads(pickle.dumps(ledger))
    assert copy.reserve(Amount(100)) and not ledger.reserve(Amount(1))
    ledger.close()
    assert ledger.spent() == (Amount(), Amount(100))


def test_an_idle_connection_that_was_closed_is_no_error(tmp_path: Path) -> None:
    with RedisProcess(tmp_path, "--appendonly", "yes", "--appendfsync", "always") as process:
        ledger = RedisLedger(process.url, account="a")
        assert ledger.reserve(Amount(10))
        process.kill()
        process.start()
        ledger._server._used -= 60  # a minute later
        assert ledger.reserve(Amount(5))
        assert ledger.spent() == (Amount(), Amount(15))


def test_what_must_not_count_twice_is_sent_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis_server, "_FIRST_WAIT_SECONDS", 0.001)
    with RedisProcess(tmp_path) as process:
        ledger = RedisLedger(process.url, account="a")
        assert ledger.reserve(Amount(10))
        process.kill()
        for use in (
            lambda: ledger.reserve(Amount(1)),
            lambda: ledger.settle(Amount(1), None),
            lambda: ledger.may_send("lane", Limits(), 1),
            lambda: ledger.hold("lane", 0.0),
            ledger.spent,
        ):
            with pytest.raises(ServerUnavailable, match=rf"redis://127\.0\.0\.1:{process.port}/0 does not answer"):
                use()


def test_a_wrong_password_is_said_at_once(tmp_path: Path) -> None:
    with RedisProcess(tmp_path, "--requirepass", "secret") as process:
        with pytest.raises(PermissionProblem, match="refuses user and password while opening the ledger"):
            RedisLedger(process.url)
        assert RedisLedger(process.url.replace("//", "//:secret@")).spent() == (Amount(), Amount())


def test_a_wrong_address_is_said() -> None:
    with pytest.raises(RecipeError, match="redis://host:6379/0"):
        RedisLedger("redis://localhost/one")
