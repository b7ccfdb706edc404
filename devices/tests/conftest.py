"""Fixtures of the tests of devices."""

from __future__ import annotations

import pytest

from accounts.models import Account
from devices.tests.support import Kazoo
from sip.tests.fake_registrar import FakeRegistrar


@pytest.fixture
def kazoo(account: Account) -> Kazoo:
    """A client of Acme's."""
    return Kazoo(account)


@pytest.fixture
def phones(monkeypatch: pytest.MonkeyPatch) -> FakeRegistrar:
    """A registrar at which a phone is registered as everybody."""
    fake = FakeRegistrar()
    monkeypatch.setattr("sip.registrar.current", lambda: fake)
    return fake
