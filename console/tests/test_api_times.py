"""Times in the spellings of the documents, all of them UTC."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest

from console.api.vobiz.times import day, instant, with_blank, with_offset

MOMENT = datetime(2026, 5, 12, 5, 11, 51, 635106, UTC)
SPELLINGS = [
    (instant, "2026-05-12T05:11:51.635106Z"),
    (with_offset, "2026-05-12T05:11:51.635106+00:00"),
    (with_blank, "2026-05-12 05:11:51.635106+00:00"),
    (day, "2026-05-12"),
]


@pytest.mark.parametrize(("spell", "spelling"), SPELLINGS)
def test_a_moment_is_spelled_as_documented(spell: Callable[[datetime], str], spelling: str) -> None:
    assert spell(MOMENT) == spelling


@pytest.mark.parametrize(("spell", "spelling"), SPELLINGS)
def test_a_moment_from_elsewhere_is_told_in_utc(spell: Callable[[datetime], str], spelling: str) -> None:
    assert spell(MOMENT.astimezone(timezone(timedelta(hours=-9)))) == spelling
