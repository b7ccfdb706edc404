"""Reboot and NOTIFY, of everything that phones register as: the page says what became of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import Account
from devices.tests.page_support import device_to_edit
from devices.tests.test_seed_page import register
from sip.registrar import Delivery, DeliveryOutcome
from sip.tests.fake_registrar import PHONE, FakeRegistrar
from tests.tenants import make_credential, make_endpoint

HOLDERS: dict[str, Callable[[Account], str]] = {
    "endpoints": lambda account: str(make_endpoint(account, "desk01").endpoint_id),
    "credentials": lambda account: str(make_credential(account, "desk01").credential_id),
    "devices": lambda account: device_to_edit(account).device_id,
}


@pytest.fixture(params=HOLDERS)
def page(request: pytest.FixtureRequest, account: Account) -> str:
    """The page of something with the username desk01."""
    return f"/accounts/{account.auth_id}/{request.param}/{HOLDERS[request.param](account)}/"


@pytest.fixture
def phones(monkeypatch: pytest.MonkeyPatch) -> FakeRegistrar:
    """A registrar at which a phone is registered as everybody."""
    fake = FakeRegistrar()
    monkeypatch.setattr("sip.registrar.current", lambda: fake)
    return fake


def test_the_buttons_are_there_and_a_reboot_says_what_became_of_it(
    owner: Client, page: str, phones: FakeRegistrar
) -> None:
    silent = Delivery(PHONE, DeliveryOutcome.TIMED_OUT)
    phones.deliveries = [*phones.deliveries, silent]
    offered = owner.get(page).content.decode()
    text = owner.post(f"{page}reboot/", {"reboot": "true"}, follow=True).content.decode()
    assert (f"{page}reboot/" in offered, f"{page}notify/" in offered) == (True, True)
    assert "192.0.2.5:5060: the phone answered 200 OK." in text
    assert "192.0.2.5:5060: no answer within a few seconds." in text
    assert phones.sent == [("desk01", "check-sync;reboot=true", "", "")]


def test_a_notify_is_sent_as_it_was_typed(owner: Client, page: str, phones: FakeRegistrar) -> None:
    sent = {"event": "message-summary", "content_type": "text/plain", "body": "hello\n"}
    owner.post(f"{page}notify/", sent)
    assert phones.sent == [("desk01", "message-summary", "text/plain", "hello\n")]


def test_nobody_registered_is_said_plainly(owner: Client, page: str, phones: FakeRegistrar) -> None:
    phones.deliveries = []
    text = owner.post(f"{page}notify/", {"event": "check-sync"}, follow=True).content.decode()
    assert "No phone is registered here: nothing was sent." in text


def test_a_registrar_that_cannot_says_so(owner: Client, account: Account) -> None:
    device = device_to_edit(account)
    register(device)
    page = f"/accounts/{account.auth_id}/devices/{device.device_id}/"
    text = owner.post(f"{page}reboot/", {}, follow=True).content.decode()
    assert "The SBC holds the connection to this phone" in text


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"event": "a\r\nVia: b"}, "event"),
        ({"event": ""}, "event"),
        ({"event": "x", "body": "y"}, "content_type"),
        ({"event": "x", "content_type": "text/plain", "body": "é" * 9000}, "body"),
    ],
)
def test_a_notify_that_cannot_be_is_refused(
    owner: Client, account: Account, phones: FakeRegistrar, sent: dict[str, str], field: str
) -> None:
    page = f"/accounts/{account.auth_id}/endpoints/{HOLDERS['endpoints'](account)}/"
    response = owner.post(f"{page}notify/", sent)
    assert list(response.context["form"].errors) == [field]
    assert phones.sent == []


@pytest.mark.parametrize(("page_name", "field"), [("notify/", "event"), ("reboot/", "__all__")])
def test_what_a_registrar_refuses_is_said_beside_its_field(
    owner: Client, account: Account, phones: FakeRegistrar, page_name: str, field: str
) -> None:
    phones.faults = {"event": "No such event"}
    page = f"/accounts/{account.auth_id}/endpoints/{HOLDERS['endpoints'](account)}/{page_name}"
    response = owner.post(page, {"event": "x"})
    assert dict(response.context["form"].errors) == {field: ["No such event"]}
