"""Whoever is cut off is unregistered after the commit, where Kamailio is the registrar."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts.models import Account
from accounts.services import account_update
from sip.kamailio import location
from sip.kamailio.checks import check_kamailio
from sip.models import Subscriber
from sip.services import password_set, subscriber_delete, subscriber_update


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> list[tuple[Any, ...]]:
    """What was asked of Kamailio's table."""
    settings.REGISTRAR = "kamailio"
    asked: list[tuple[Any, ...]] = []
    monkeypatch.setattr(location, "remove", lambda *what: asked.append(what))
    monkeypatch.setattr(location, "remove_strays", lambda *what: asked.append(what))
    return asked


RECEPTION = ("Reception", "sip.vobiz.ai")


def test_a_new_password_unregisters(
    ended: list[Any], subscriber: Subscriber, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        password_set(subscriber=subscriber, password="another-password")
        assert ended == []
    assert ended == [RECEPTION]


def test_an_overlap_does_not(
    ended: list[Any], subscriber: Subscriber, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        password_set(subscriber=subscriber, password="another-password", overlap_minutes=5)
    assert ended == []


def test_disabling_and_deleting_unregister(
    ended: list[Any], subscriber: Subscriber, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        subscriber_update(subscriber=subscriber, enabled=False)
        subscriber_delete(subscriber=subscriber)
    assert set(ended) == {RECEPTION}
    assert len(ended) >= 2


def test_a_disabled_account_unregisters_its_family(
    ended: list[Any], sub_account: Account, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        account_update(account=sub_account, enabled=False)
        account_update(account=sub_account, name="Renamed")
    assert ended == [(sub_account.parent_id,)]


def test_the_webhooks_registrar_is_left_alone(
    ended: list[Any], settings: Settings, sub_account: Account, subscriber: Subscriber,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:  # fmt: skip
    settings.REGISTRAR = "webhook"
    with django_capture_on_commit_callbacks(execute=True):
        subscriber_update(subscriber=subscriber, enabled=False)
        account_update(account=sub_account, enabled=False)
    assert ended == []


@pytest.mark.parametrize(
    ("is_sqlite", "secret", "faults"),
    [
        (False, "long-enough-to-be-taken", []),
        (True, "long-enough-to-be-taken", ["kamailio.E001"]),
        (False, "short", ["kamailio.E002"]),
    ],
)
def test_the_checks_say_what_kamailio_needs(
    settings: Settings, secret: str, faults: list[str], *, is_sqlite: bool
) -> None:
    settings.REGISTRAR, settings.IS_SQLITE, settings.KAMAILIO_RPC_SECRET = "kamailio", is_sqlite, secret
    assert [fault.id for fault in check_kamailio()] == faults


def test_the_checks_want_nothing_of_the_webhooks_registrar(settings: Settings) -> None:
    settings.REGISTRAR, settings.IS_SQLITE = "webhook", True
    assert check_kamailio() == []
