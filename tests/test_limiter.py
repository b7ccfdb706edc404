"""The limiter: exact under threads, and forgetful when the window is over."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from console import limiter
from console.models import LastUse, RateBucket


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that stands still until the test moves it."""
    now = [1_800_000_000.0]
    monkeypatch.setattr(limiter, "clock", lambda: now[0])
    return now


def take_in_a_thread(_number: int) -> bool:
    try:
        return limiter.take("threads", limit=50).is_allowed
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_twenty_threads_get_exactly_what_the_limit_allows(noon: list[float]) -> None:
    with ThreadPoolExecutor(20) as pool:
        answers = Counter(pool.map(take_in_a_thread, range(120)))
    assert answers == {True: 50, False: 70}


@pytest.mark.django_db
def test_it_says_how_many_are_left_and_when_the_window_ends(noon: list[float]) -> None:
    noon[0] += 13
    decision = limiter.take("key", limit=2)
    assert (decision.is_allowed, decision.remaining, decision.reset_seconds) == (True, 1, 47)


@pytest.mark.django_db
def test_a_new_window_begins_anew(noon: list[float]) -> None:
    assert [limiter.take("key", limit=1).is_allowed for _ in range(2)] == [True, False]
    noon[0] += 60
    assert limiter.take("key", limit=1).is_allowed


@pytest.mark.django_db
def test_a_purge_removes_only_windows_that_are_long_over(noon: list[float]) -> None:
    limiter.take("old", limit=1)
    noon[0] += 7200
    limiter.take("new", limit=1)
    assert limiter.purge() == 1
    assert list(RateBucket.objects.values_list("key", flat=True)) == ["new"]


@pytest.mark.django_db
def test_a_use_is_written_at_most_once_a_minute(noon: list[float]) -> None:
    for step_seconds, source in ((0, "first"), (30, "second"), (30, "third")):
        noon[0] += step_seconds
        limiter.note_use("token:1", source=source)
        if source == "second":
            assert LastUse.objects.get().source == "first"
    assert LastUse.objects.get().source == "third"
