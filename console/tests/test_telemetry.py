"""OpenTelemetry: off unless wanted, said when it is missing, and blind to addresses that open something."""

from __future__ import annotations

import os
import sys
from types import ModuleType
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse

from console import telemetry

MODULE = "opentelemetry.instrumentation.auto_instrumentation"


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """OpenTelemetry as it is called, instead of the real one, which no requirement brings."""
    calls: list[dict[str, Any]] = []
    module = ModuleType(MODULE)
    module.initialize = lambda **options: calls.append(options)  # type: ignore[attr-defined]
    for name in ("opentelemetry", "opentelemetry.instrumentation"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setitem(sys.modules, MODULE, module)
    monkeypatch.delenv(telemetry.EXCLUDED_VARIABLE, raising=False)
    return calls


def test_it_is_off_by_itself(started: list[dict[str, Any]], settings: Any) -> None:
    telemetry.start()
    assert (settings.OPENTELEMETRY, started) == (False, [])


def test_it_starts_when_wanted(started: list[dict[str, Any]], settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.OPENTELEMETRY = True
    monkeypatch.setattr("console.telemetry.os.environ", {})
    telemetry.start()
    assert started == [{"swallow_exceptions": False}]
    assert os.environ == {telemetry.EXCLUDED_VARIABLE: telemetry.OPENING}


def test_it_says_what_is_missing(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.OPENTELEMETRY = True
    monkeypatch.setattr("console.telemetry.os.environ", {})
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    with pytest.raises(ImproperlyConfigured, match="pip install opentelemetry-distro"):
        telemetry.start()


@pytest.mark.parametrize(
    "url",
    [
        reverse("handover"),
        reverse("handover-linphone"),
        reverse("invitation"),
        reverse("account_reset_password_from_key", kwargs={"uidb36": "1", "key": "abc-def"}),
    ],
)
def test_addresses_that_open_something_are_left_out(url: str) -> None:
    assert any(part in url for part in telemetry.OPENING.split(","))
