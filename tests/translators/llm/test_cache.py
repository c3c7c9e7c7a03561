"""The response cache: kept, shared by processes, and clear about damage."""

from __future__ import annotations

import multiprocessing
import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from schemas.errors import OutputError
from translators.llm.cache import ResponseCache
from translators.llm.request import Reply

REPLY = Reply("une réponse\n", "stop", "m-1", 5, 2)


def test_what_is_put_is_found_and_marked(tmp_path: Path) -> None:
    cache = ResponseCache(tmp_path / "new" / "cache.sqlite")
    assert cache.get("k") is None
    assert cache.put("k", REPLY, "{}") == Reply("une réponse\n", "stop", "m-1", 5, 2, cached=False, key="k")
    again = ResponseCache(tmp_path / "new" / "cache.sqlite")
    assert again.get("k") == Reply("une réponse\n", "stop", "m-1", 5, 2, cached=True, key="k")


def test_the_first_writer_wins(tmp_path: Path) -> None:
    one, two = ResponseCache(tmp_path / "c"), ResponseCache(tmp_path / "c")
    one.put("k", Reply("first", "stop", "m"))
    assert two.put("k", Reply("second", "stop", "m")).text == "first"
    assert len(one) == 1


def test_it_can_be_pickled(tmp_path: Path) -> None:
    cache = ResponseCache(tmp_path / "c")
    cache.put("k", REPLY)
    copy = pickle.loads(pickle.dumps(cache))
    assert copy.get("k").text == REPLY.text


def _write(cache: ResponseCache, worker: int) -> None:
    for number in range(100):
        cache.put(f"own-{worker}-{number}", Reply(f"{worker} {number}", "stop", "m"))
        shared = cache.put(f"shared-{number}", Reply(f"by {worker}", "stop", "m"))
        found = cache.get(f"shared-{number}")
        assert found is not None and found.text == shared.text


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_several_processes_write_at_once(tmp_path: Path, method: str) -> None:
    context = multiprocessing.get_context(method)
    cache = ResponseCache(tmp_path / "c")
    cache.put("before the fork", REPLY)  # opens the connection that must not be used in the children
    workers = [context.Process(target=_write, args=(cache, number)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert [worker.exitcode for worker in workers] == [0, 0, 0, 0]
    assert len(cache) == 1 + 4 * 100 + 100


def test_a_file_that_is_no_database_says_how_to_mend_it(tmp_path: Path) -> None:
    path = tmp_path / "cache.sqlite"
    path.write_bytes(b"no database at all " * 100)
    with pytest.raises(OutputError, match=r"cache\.sqlite is damaged.*move it.*asked again"):
        ResponseCache(path)


def test_a_damaged_database_says_how_to_mend_it(tmp_path: Path) -> None:
    path = tmp_path / "cache.sqlite"
    cache = ResponseCache(path)
    for number in range(500):
        cache.put(str(number), Reply("x" * 200, "stop", "m"))
    cache.close()
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)
    with pytest.raises(OutputError, match="damaged"):
        ResponseCache(path).get("7")


def test_another_format_is_refused(tmp_path: Path) -> None:
    import sqlite3

    path = tmp_path / "c"
    ResponseCache(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(OutputError, match="format 99"):
        ResponseCache(path)


def test_a_folder_in_its_place_is_an_error_of_ours(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be used"):
        ResponseCache(tmp_path)


def test_many_at_once(tmp_path: Path) -> None:
    cache = ResponseCache(tmp_path / "c")
    new = [(f"k{number}", Reply(f"text {number} ሰላም", "stop", "m", number, 1), "{}") for number in range(1_700)]
    stands = cache.put_many(new)
    assert [stands[key].text for key, _, _ in new] == [reply.text for _, reply, _ in new]
    keys = [f"k{number}" for number in range(1_699, -1, -1)] + ["absent", "k3"]
    found = cache.get_many(keys)
    assert list(found) == keys[:-2]
    assert all(found[key] == cache.get(key) for key in found)
    assert cache.get_many([]) == {}


def test_the_first_writer_wins_among_many(tmp_path: Path) -> None:
    one, two = ResponseCache(tmp_path / "c"), ResponseCache(tmp_path / "c")
    one.put("b", Reply("first", "stop", "m"))
    stands = two.put_many([(key, Reply("second", "stop", "m"), "") for key in "abc"])
    assert {key: reply.text for key, reply in stands.items()} == {"a": "second", "b": "first", "c": "second"}


def test_many_are_kept_all_or_none(tmp_path: Path) -> None:
    cache = ResponseCache(tmp_path / "c")
    with pytest.raises(OutputError):
        cache.put_many([("a", REPLY, "{}"), ("b", REPLY, None)])  # type: ignore[list-item]
    assert len(cache) == 0
    assert cache.put("a", REPLY).text == REPLY.text


def test_what_is_deleted_is_asked_again(tmp_path: Path) -> None:
    cache = ResponseCache(tmp_path / "c")
    cache.put_many([(f"k{number}", REPLY, "") for number in range(1_200)])
    assert cache.delete([f"k{number}" for number in range(0, 1_200, 2)] + ["absent", "k0"]) == 600
    assert len(cache) == 600
    assert cache.get("k0") is None and cache.get("k1") is not None
    assert cache.delete([]) == 0


def test_the_request_stands_beside_its_reply(tmp_path: Path) -> None:
    cache = ResponseCache(tmp_path / "c")
    cache.put("k", REPLY, '{"prompt":"ภาษาไทย"}')
    assert cache.request("k") == '{"prompt":"ภาษาไทย"}'
    assert cache.request("absent") is None


def test_several_threads(tmp_path: Path) -> None:
    cache = ResponseCache(tmp_path / "c")
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: _write(cache, number), range(8)))
    assert len(cache) == 8 * 100 + 100
