"""The cache that all processes share: what signing in counts, and codes that were used, hold across them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache
from django.core.cache.backends.base import BaseCache
from django.db import connections

from console import shared_cache
from console.models import CachedValue
from console.shared_cache import SharedCache
from tests.test_hardening import database_urls

pytestmark = pytest.mark.django_db


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that stands still until the test moves it."""
    now = [1_800_000_000.0]
    monkeypatch.setattr(shared_cache, "clock", lambda: now[0])
    return now


@pytest.fixture
def another() -> BaseCache:
    """The cache as another process has it: an object of its own."""
    return SharedCache("", {})


def test_it_is_the_consoles_cache() -> None:
    assert isinstance(cache._connections[cache._alias], SharedCache)  # type: ignore[attr-defined]


def test_what_one_process_keeps_another_finds(another: BaseCache) -> None:
    cache.set("tries", [2.5, 1.0])
    assert another.get("tries") == [2.5, 1.0]
    cache.set("tries", [])
    assert another.get("tries", "nothing") == []
    assert another.delete("tries")
    assert not another.delete("tries")
    assert cache.get("tries", "nothing") == "nothing"


def test_a_code_is_used_once_wherever_it_is_tried(another: BaseCache, now: list[float]) -> None:
    assert cache.add("used: 123456", "y", timeout=30)
    assert not another.add("used: 123456", "y", timeout=30)
    now[0] += 30
    assert another.add("used: 123456", "z", timeout=30)
    assert cache.get("used: 123456") == "z"


def test_it_forgets_in_time_and_purges_what_is_over(now: list[float]) -> None:
    cache.set("short", 1, timeout=10)
    cache.set("longer", 2, timeout=10)
    cache.set("for good", 3, timeout=None)
    assert cache.touch("longer", timeout=100)
    now[0] += 50
    assert not cache.touch("short", timeout=100)
    assert [cache.get(name) for name in ("short", "longer", "for good")] == [None, 2, 3]
    assert shared_cache.purge() == 1
    assert CachedValue.objects.count() == 2
    cache.clear()
    assert not CachedValue.objects.exists()


def test_names_are_kept_hashed() -> None:
    cache.set("user=1:code=123456", "y")
    assert "123456" not in str(CachedValue.objects.values())


def add_in_a_thread(_number: int) -> bool:
    try:
        return cache.add("lock", True)
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_of_twenty_threads_one_gets_the_lock() -> None:
    with ThreadPoolExecutor(20) as pool:
        assert Counter(pool.map(add_in_a_thread, range(40))) == {True: 1, False: 39}


SIGN_IN = """
import django; django.setup()
from django.test import Client
form = {"login": "alice@example.test", "password": "wrong"}
page = [Client().post("/user/login/", form).content.decode() for _try in range(3)][-1]
print("refused" if "Too many" in page else "wrong" if "not correct" in page else page)
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_tries_to_sign_in_are_counted_over_processes() -> None:
    """Five in five minutes: two processes let three and two through, not five each."""
    environment = os.environ | database_urls() | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, "-c", SIGN_IN]
    said = [
        subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout.strip()
        for _process in range(2)
    ]
    assert said == ["wrong", "refused"]
