"""What an SBC is answered about devices that were provisioned through the API."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Account
from accounts.services import CreatedAccount, account_create
from devices.tests.support import Kazoo
from sip.tests.sbc import PASSWORD, REALM, SOURCE, Sbc, question

SIP = {"username": "desk01", "password": PASSWORD}
OK, FAIL = "ok", "fail"


@pytest.fixture
def created(db: None) -> CreatedAccount:
    """A main account that lives in its own domain."""
    return account_create(account=Account(name="My company"), realm=REALM)


@pytest.fixture
def kazoo(created: CreatedAccount) -> Kazoo:
    return Kazoo(created.account, created.plain_token)


@pytest.fixture
def sbc(created: CreatedAccount) -> Sbc:
    webhook = created.provisioned["webhook"]
    return Sbc(webhook["username"], webhook["password"])


def asked(sbc: Sbc, username: str = "desk01", password: str = PASSWORD, **given: Any) -> str:
    return str(sbc.ask(question(username, password, **given))["status"])


def test_a_device_registers_with_what_it_was_given(kazoo: Kazoo, sbc: Sbc) -> None:
    device = kazoo.created(sip=SIP)
    assert asked(sbc) == OK
    assert kazoo.get("devices/status").json()["data"] == [{"device_id": device["id"], "registered": True}]


@pytest.mark.parametrize(
    ("change", "username", "password", "status"),
    [
        ({"sip": {"password": "another-long-password"}}, "desk01", PASSWORD, FAIL),
        ({"sip": {"password": "another-long-password"}}, "desk01", "another-long-password", OK),
        ({"sip": {"username": "desk02", "password": PASSWORD}}, "desk01", PASSWORD, FAIL),
        ({"sip": {"username": "desk02", "password": PASSWORD}}, "desk02", PASSWORD, OK),
        ({"sip": {"password": None}}, "desk01", PASSWORD, FAIL),
        ({"enabled": False}, "desk01", PASSWORD, FAIL),
        ({"name": "y"}, "desk01", PASSWORD, OK),
    ],
)
def test_a_change_reaches_the_phone(
    kazoo: Kazoo, sbc: Sbc, change: Any, username: str, password: str, status: str
) -> None:
    device = kazoo.created(sip=SIP)
    kazoo.patch(f"devices/{device['id']}", change)
    assert asked(sbc, username, password) == status


def test_a_deleted_device_is_refused(kazoo: Kazoo, sbc: Sbc) -> None:
    device = kazoo.created(sip=SIP)
    kazoo.delete(f"devices/{device['id']}")
    assert asked(sbc) == FAIL


@pytest.mark.parametrize(("source", "status"), [(SOURCE, OK), ("203.0.113.8", FAIL), ("10.0.0.1", FAIL)])
def test_a_device_that_is_known_by_its_address_is_held_to_it(kazoo: Kazoo, sbc: Sbc, source: str, status: str) -> None:
    kazoo.created(sip={**SIP, "method": "ip", "ip": SOURCE})
    assert asked(sbc, source_address=source) == status


def test_a_device_without_a_password_has_none_that_works(kazoo: Kazoo, sbc: Sbc) -> None:
    kazoo.created(sip={"username": "desk01"})
    assert asked(sbc) == asked(sbc, password="") == FAIL
