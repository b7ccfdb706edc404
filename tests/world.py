"""The world of the doors tables: one account, and somebody at each door; loaded by ``conftest.py``."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Account, ApiToken, User
from accounts.services import token_create
from tests.doors import World
from tests.tenants import PASSWORD


@pytest.fixture
def staff_person(db: None) -> User:
    """A member of the platform's staff."""
    return User.objects.create_user("staff@example.test", PASSWORD, is_staff=True)


@pytest.fixture
def staff(staff_person: User) -> Client:
    """A client of theirs."""
    client = Client()
    client.force_login(staff_person)
    return client


@pytest.fixture
def world(account: Account, other_account: Account, owner: Client, staff: Client) -> World:
    """Acme, with somebody at each door."""
    _token, plain = token_create(token=ApiToken(account=account, name="tests"))
    return World(account=account, other_account=other_account, staff=staff, owner=owner, token=plain)
