"""The response cache: kept, shared by processes, and clear about damage."""

from __future__ import annotations

import multiprocessing
import pickle
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
