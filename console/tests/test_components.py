"""The small parts: times, identifiers, flags, and the trail in plain words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from console import audit, components, history
from console.models import AuditEntry


@pytest.mark.parametrize(
    ("distance", "words"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(minutes=-5, seconds=-1), "5\xa0minutes ago"),
        (timedelta(hours=3, seconds=30), "in 3\xa0hours"),
        (timedelta(days=-29), "4\xa0weeks ago"),
    ],
)
def test_near_times_are_distances(distance: timedelta, words: str) -> None:
    assert words in components.moment(timezone.now() + distance)


def test_far_times_are_dates() -> None:
    assert "Feb. 3, 2024" in components.moment(datetime(2024, 2, 3, 4, 5, tzinfo=UTC))


def test_the_exact_time_is_beside_in_the_zone_of_the_person() -> None:
    with timezone.override(timezone.get_fixed_timezone(330)):
        assert 'title="2024-02-03T09:35:00+05:30"' in components.moment(datetime(2024, 2, 3, 4, 5, tzinfo=UTC))


@pytest.mark.parametrize("draw", [components.moment, components.identifier, components.text, components.flag])
def test_nothing_is_a_dash(draw: object) -> None:
    assert "—" in draw(None)  # type: ignore[operator]


@pytest.mark.parametrize("draw", [components.identifier, components.text, components.copy_button])
def test_what_is_drawn_is_escaped(draw: object) -> None:
    assert "<script>" not in draw("<script>alert(1)</script>")  # type: ignore[operator]


def entry(**fields: object) -> AuditEntry:
    plain = {"action": "update", "object_type": "endpoint", "object_label": "desk01", "door": "api", "changes": {}}
    return AuditEntry(created_at=timezone.now(), **(plain | fields))


@pytest.mark.parametrize(
    ("changes", "spoken"),
    [
        ({"alias": ["Old", "New"]}, ("Alias", "Old", "New")),
        ({"enabled": [True, False]}, ("Enabled", "yes", "no")),
        ({"application": ["12", None]}, ("Application", "12", "—")),
        ({"networks": [[], ["10.0.0.0/8", "::1"]]}, ("Networks", "—", "10.0.0.0/8, ::1")),
        ({"password": [audit.HIDDEN, audit.HIDDEN]}, ("Password", "hidden", "hidden")),
        ({"alias": ["", "x" * 99]}, ("Alias", "—", "x" * 60 + "…")),
    ],
)
def test_a_change_is_spoken(changes: dict[str, object], spoken: tuple[str, str, str]) -> None:
    (line,) = history.lines([entry(changes=changes)])
    assert line.changes == [spoken]


def test_a_line_says_what_was_done_to_what_and_by_which_door() -> None:
    (line,) = history.lines([entry(action="rotate")])
    assert (line.kind, line.verb, line.door, line.label) == ("endpoint", "rotated", "by API", "desk01")


def test_what_is_not_known_any_more_keeps_its_name() -> None:
    (line,) = history.lines([entry(object_type="gadget", door="window", changes={"size": [1, 2]})])
    assert (line.kind, line.verb, line.door, line.changes) == ("gadget", "changed", "window", [("Size", "1", "2")])
