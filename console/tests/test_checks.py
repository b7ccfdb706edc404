"""The system checks of the settings: each says what is wrong and what to do."""

from __future__ import annotations

from typing import Any

import pytest

from console import checks


def ids(messages: list[Any]) -> list[str]:
    """The messages by their ids; each must say what to do."""
    assert all(message.hint for message in messages)
    return [message.id for message in messages]


def test_the_settings_as_they_are_have_no_fault() -> None:
    for check in (
        checks.check_choices,
        checks.check_trusted_proxies,
        checks.check_sealing_keys,
        checks.check_deprecated_settings,
        checks.check_pool,
    ):
        assert check() == []


@pytest.mark.parametrize(
    ("name", "value", "check", "expected"),
    [
        ("ENDPOINT_NAMES", "loose", checks.check_choices, "console.E001"),
        ("WEBHOOK_OUTAGE_STATUS", 500, checks.check_choices, "console.E001"),
        ("SEALING_KEYS", ["short"], checks.check_sealing_keys, "console.E002"),
        ("TRUSTED_PROXIES", ["proxy.example"], checks.check_trusted_proxies, "console.E003"),
    ],
)
def test_a_value_that_cannot_work_is_an_error(name: str, value: Any, check: Any, expected: str, settings: Any) -> None:
    setattr(settings, name, value)
    assert ids(check()) == [expected]


def test_a_setting_that_was_taken_over_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BEHIND_PROXY", "true")
    assert ids(checks.check_deprecated_settings()) == ["console.W001"]


@pytest.mark.parametrize(("size", "expected"), [(3, ["console.W002"]), (4, []), (5, [])])
def test_a_pool_that_is_smaller_than_the_threads_is_named(
    size: int, expected: list[str], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.WEB_THREADS = 4
    monkeypatch.setitem(settings.DATABASES["default"], "OPTIONS", {"pool": {"max_size": size}})
    assert ids(checks.check_pool()) == expected
