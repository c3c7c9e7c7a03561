"""Addresses of caches and ledgers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.errors import RecipeError
from schemas.recipe import Cap
from tests.redis_process import RedisProcess
from translators.llm.cache import ResponseCache
from translators.llm.ledger import Amount
from translators.llm.redis_cache import RedisCache
from translators.llm.redis_ledger import RedisLedger
from translators.llm.request import Reply
from translators.llm.sqlite_ledger import SqliteLedger
from translators.llm.stores import identity, open_cache, open_ledger


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisProcess]:
    with RedisProcess(tmp_path_factory.mktemp("redis"), "--save", "") as running:
        yield running


def test_a_path_is_a_file(tmp_path: Path) -> None:
    for address in (f"{tmp_path}/a.sqlite", f"file://{tmp_path}/b.sqlite", f"FILE://{tmp_path}/c.sqlite"):
        cache = open_cache(address)
        assert isinstance(cache, ResponseCache)
        cache.put("k", Reply("x", "stop", "m"))
    assert {file.name for file in tmp_path.glob("*.sqlite")} == {"a.sqlite", "b.sqlite", "c.sqlite"}
    ledger = open_ledger(str(tmp_path / "ledger.sqlite"), Cap(tokens=10), "a")
    assert isinstance(ledger, SqliteLedger)
    assert ledger.reserve(Amount(10)) and not ledger.reserve(Amount(1))


def test_a_redis_address_is_a_server(process: RedisProcess) -> None:
    cache = open_cache(process.url)
    assert isinstance(cache, RedisCache)
    ledger = open_ledger(process.url.upper().replace("/0", ""), Cap(tokens=10), "a")
    assert isinstance(ledger, RedisLedger)
    assert ledger.reserve(Amount(10)) and not ledger.reserve(Amount(1))
    assert open_ledger(process.url, None, "b").reserve(Amount(10**9))


@pytest.mark.parametrize("address", ["reddis://localhost", "http://localhost:6379", "s3://bucket/cache.sqlite"])
def test_another_scheme_is_not_known(address: str) -> None:
    for use in (open_cache, open_ledger, identity):
        with pytest.raises(RecipeError, match=r"unknown scheme .*Valid: file, redis, rediss.*work/answers\.sqlite"):
            use(address)


@pytest.mark.parametrize("address", ["", "  ", "file://"])
def test_an_empty_address_is_said(address: str) -> None:
    with pytest.raises(RecipeError, match="empty"):
        open_cache(address)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("work/answers.sqlite", "work/answers.sqlite"),
        ("file:///data/answers.sqlite", "/data/answers.sqlite"),
        ("redis://Host.example.org", "redis://host.example.org:6379/0"),
        ("redis://me:secret@host:7000/3?password=secret", "redis://host:7000/3"),
        ("rediss://:secret@[::1]:7000", "rediss://[::1]:7000/0"),
        ("redis://host?db=4", "redis://host:6379/4"),
    ],
)
def test_an_identity_holds_no_password(address: str, shown: str) -> None:
    assert identity(address) == shown
