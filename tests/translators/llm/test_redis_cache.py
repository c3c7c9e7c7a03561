"""The response cache on a real Redis server: kept, shared, and clear about what is wrong."""

from __future__ import annotations

import multiprocessing
import pickle
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from schemas.errors import MissingPackage, OutputError, PermissionProblem, RecipeError, ServerUnavailable
from tests.redis_process import RedisProcess
from translators.llm import redis_server
from translators.llm.cache import ResponseCache
from translators.llm.redis_cache import RedisCache
from translators.llm.request import Reply

REPLY = Reply("une réponse\n", "stop", "m-1", 5, 2)


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisProcess]:
    with RedisProcess(tmp_path_factory.mktemp("redis"), "--save", "", "--databases", "2000") as running:
        yield running


@pytest.fixture
def url(process: RedisProcess, request: pytest.FixtureRequest) -> str:
    """A database of its own for each test."""
    number = getattr(process, "number", 0)
    process.number = number + 1  # type: ignore[attr-defined]
    return f"redis://127.0.0.1:{process.port}/{number}"


def test_what_is_put_is_found_and_marked(url: str) -> None:
    cache = RedisCache(url)
    assert cache.get("k") is None
    assert cache.put("k", REPLY, "{}") == Reply("une réponse\n", "stop", "m-1", 5, 2, cached=False, key="k")
    assert RedisCache(url).get("k") == Reply("une réponse\n", "stop", "m-1", 5, 2, cached=True, key="k")


def test_the_first_writer_wins(url: str) -> None:
    one, two = RedisCache(url), RedisCache(url)
    one.put("k", Reply("first", "stop", "m"), "1")
    second = two.put("k", Reply("second", "stop", "m"), "2")
    assert (second.text, second.cached, len(one), one.request("k")) == ("first", True, 1, "1")


def test_it_gives_what_the_file_gives(url: str, tmp_path: Path) -> None:
    new = [(f"k{number}", Reply(f"{number} ሰላም \ud800", "stop", "m", number, 1), '{"ก":1}') for number in range(2_300)]
    keys = [f"k{number}" for number in range(2_299, -1, -2)] + ["absent", "k3"]
    caches: list[Any] = [RedisCache(url), ResponseCache(tmp_path / "c")]
    for cache in caches:
        cache.put("k7", REPLY, "{}")
    stands = [cache.put_many(new) for cache in caches]
    assert stands[0] == stands[1] and stands[0]["k7"].text == REPLY.text
    found = [cache.get_many(keys) for cache in caches]
    assert found[0] == found[1] and list(found[0]) == keys[:-2]
    assert [len(cache) for cache in caches] == [2_300, 2_300]
    assert [cache.request("k9") for cache in caches] == ['{"ก":1}'] * 2
    gone = [cache.delete([*keys, "k3"]) for cache in caches]
    assert gone == [1_150, 1_150] and [len(cache) for cache in caches] == [1_150, 1_150]
    assert [cache.request("k3") for cache in caches] == [None, None]
    assert [cache.get_many([]) for cache in caches] == [{}, {}]
    assert [cache.delete([]) for cache in caches] == [0, 0]


def test_other_keys_of_the_database_are_not_ours(url: str) -> None:
    import redis

    cache = RedisCache(url)
    redis.Redis.from_url(url).set("somebody:else", "x")
    cache.put("k", REPLY)
    assert (len(cache), cache.delete(["k"])) == (1, 1)
    assert redis.Redis.from_url(url).get("somebody:else") == b"x"


def test_an_unreadable_reply_is_named(url: str) -> None:
    import redis

    redis.Redis.from_url(url).set("glotmill:cache:1:reply:k", "{")
    with pytest.raises(OutputError, match=r"glotmill:cache:1:reply:k .*Delete that key"):
        RedisCache(url).get("k")


def test_it_can_be_pickled(url: str) -> None:
    cache = RedisCache(url)
    cache.put("k", REPLY)
    copy = pickle.loads(pickle.dumps(cache))
    assert copy.get("k").text == REPLY.text and copy.identity == cache.identity


def test_after_close_it_connects_again(url: str) -> None:
    cache = RedisCache(url)
    cache.put("k", REPLY)
    cache.close()
    cache.close()
    assert cache.get("k") is not None


def _write(cache: RedisCache, worker: int) -> None:
    for number in range(100):
        cache.put(f"own-{worker}-{number}", Reply(f"{worker} {number}", "stop", "m"))
        shared = cache.put(f"shared-{number}", Reply(f"by {worker}", "stop", "m"))
        found = cache.get(f"shared-{number}")
        assert found is not None and found.text == shared.text


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_several_processes_race(url: str, method: str) -> None:
    context = multiprocessing.get_context(method)
    cache = RedisCache(url)
    cache.put("before the fork", REPLY)  # opens the connection that must not be used in the children
    workers = [context.Process(target=_write, args=(cache, number)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert [worker.exitcode for worker in workers] == [0, 0, 0, 0]
    assert len(cache) == 1 + 4 * 100 + 100


def test_several_threads(url: str) -> None:
    cache = RedisCache(url)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: _write(cache, number), range(8)))
    assert len(cache) == 8 * 100 + 100


def test_a_server_that_is_killed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis_server, "_FIRST_WAIT_SECONDS", 0.001)
    with RedisProcess(tmp_path) as process:
        cache = RedisCache(process.url)
        cache.put("k", REPLY)
        process.kill()
        for use in (lambda: cache.get("k"), lambda: cache.put("l", REPLY), lambda: len(cache)):
            with pytest.raises(ServerUnavailable, match=rf"redis://127\.0\.0\.1:{process.port}/0 does not answer") as e:
                use()
            assert e.value.exit_code == 75


def test_a_short_absence_is_waited_out_and_answers_survive(tmp_path: Path) -> None:
    with RedisProcess(tmp_path, "--appendonly", "yes", "--appendfsync", "always") as process:
        cache = RedisCache(process.url)
        cache.put("k", REPLY, "{}")
        process.kill()
        again = threading.Timer(0.3, process.start)
        again.start()
        found = cache.get("k")
        again.join()
        assert found is not None and found.text == REPLY.text
        assert (cache.request("k"), len(cache)) == ("{}", 1)


def test_nobody_listens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis_server, "_FIRST_WAIT_SECONDS", 0.001)
    process = RedisProcess(tmp_path)
    with pytest.raises(ServerUnavailable, match="does not answer while opening the response cache") as caught:
        RedisCache(f"redis://me:se%40cret@127.0.0.1:{process.port}/0")
    assert "se%40cret" not in str(caught.value) and "se@cret" not in str(caught.value)


def test_a_password_is_asked_for_and_never_shown(tmp_path: Path) -> None:
    with RedisProcess(tmp_path, "--requirepass", "se@cret") as process:
        for given in ("", ":wrong-one@", "nobody:wrong-one@"):
            with pytest.raises(PermissionProblem, match="refuses user and password") as caught:
                RedisCache(f"redis://{given}127.0.0.1:{process.port}/0")
            assert "wrong-one" not in str(caught.value)
        cache = RedisCache(f"redis://:se%40cret@127.0.0.1:{process.port}/0")
        cache.put("k", REPLY)
        assert cache.identity == f"redis://127.0.0.1:{process.port}/0"
        import redis

        client = redis.Redis(port=process.port, password="se@cret")
        client.acl_setuser("reader", enabled=True, passwords=["+abc"], keys=["glotmill:*"], commands=["+@all", "-set"])
        reader = RedisCache(f"redis://reader:abc@127.0.0.1:{process.port}/0")
        assert reader.get("k") is not None
        with pytest.raises(PermissionProblem, match="does not allow this user"):
            reader.put("l", REPLY)


def test_what_the_message_asks_for_is_enough(tmp_path: Path) -> None:
    import redis

    from translators.llm.ledger import Amount, Limits
    from translators.llm.redis_ledger import RedisLedger

    with RedisProcess(tmp_path) as process:
        rights = ["+@read", "+@write", "+@scripting", "+@connection", "+@transaction", "+time"]
        client = redis.Redis(port=process.port)
        client.acl_setuser("glotmill", enabled=True, passwords=["+abc"], keys=["glotmill:*"], commands=rights)
        url = f"redis://glotmill:abc@127.0.0.1:{process.port}/0"
        cache, ledger = RedisCache(url), RedisLedger(url)
        cache.put_many([("k", REPLY, "{}")])
        assert (cache.put("l", REPLY).text, len(cache), cache.delete(["k", "l"])) == (REPLY.text, 2, 2)
        assert ledger.may_send("m", Limits(60, 600), 5) == 0.0
        ledger.give_back("m", Limits(60, 600), 5)
        ledger.hold("m", 0.0)
        assert ledger.reserve(Amount(5))
        ledger.settle(Amount(5), None)
        assert ledger.in_flight() == Amount() and ledger.spent() == (Amount(), Amount(5))


def test_a_full_server_is_said(tmp_path: Path) -> None:
    with RedisProcess(tmp_path, "--maxmemory", "3mb", "--maxmemory-policy", "noeviction") as process:
        cache = RedisCache(process.url)
        with pytest.raises(OutputError, match=r"has no memory left while writing.*maxmemory"):
            for number in range(1_000):
                cache.put(str(number), Reply("x" * 50_000, "stop", "m"))
        assert cache.get("0") is not None


def test_a_replica_is_said(tmp_path: Path) -> None:
    process = RedisProcess(tmp_path, "--replicaof", "127.0.0.1", "1")
    with process, pytest.raises(OutputError, match=r"replica that cannot be written to.*primary"):
        RedisCache(process.url).put("k", REPLY)


@pytest.mark.parametrize(
    "address",
    [
        "redis://", "redis:///0", "http://localhost:6379", "localhost:6379", "redis://localhost:port/0",
        "redis://localhost/one", "redis://localhost/-1", "redis://localhost:6379/0/1", "redis://me:secret@[::1/0",
    ],
)  # fmt: skip
def test_a_wrong_address(address: str) -> None:
    with pytest.raises(RecipeError, match=r"redis://host:6379/0") as caught:
        RedisCache(address)
    assert "secret" not in str(caught.value)


def test_a_number_that_the_server_does_not_have(process: RedisProcess) -> None:
    with pytest.raises(RecipeError, match="no database of that number"):
        RedisCache(f"redis://127.0.0.1:{process.port}/99999")


def test_an_option_that_the_package_does_not_know(process: RedisProcess) -> None:
    with pytest.raises(RecipeError, match=r"of_the_future.*after `\?`"):
        RedisCache(f"redis://127.0.0.1:{process.port}/0?of_the_future=1")


def test_without_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "redis", None)
    with pytest.raises(MissingPackage, match=r"pip install 'glotmill\[redis\]'"):
        RedisCache("redis://localhost")
