"""Tenants and people for tests: Acme with a sub-account, its members by role, and a stranger from another account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.test import Client

from accounts.models import Account, User
from accounts.permissions import Role
from accounts.services import account_create, member_set
from credentials.models import Credential
from credentials.services import credential_create
from endpoints.models import Application, Endpoint
from endpoints.services import application_create, endpoint_create

PASSWORD = "a long enough passphrase"
SIP_PASSWORD = "SecurePass123"


def own_models() -> list[type[models.Model]]:
    """The models of the console's own apps."""
    return [model for model in apps.get_models() if (settings.BASE_DIR / model.__module__.partition(".")[0]).is_dir()]


def make_account(name: str, parent: Account | None = None) -> Account:
    """A fresh account."""
    return account_create(account=Account(name=name, parent=parent)).account


def make_person(name: str, account: Account | None = None, role: Role | None = None, **fields: Any) -> User:
    """A person who may sign in, a member of ``account`` where a role is given."""
    user = User.objects.create_user(f"{name}@example.test", PASSWORD, name=name.capitalize(), **fields)
    if account is not None and role is not None:
        member_set(account=account, user=user, role=role)
    return user


def make_endpoint(account: Account, username: str, **fields: Any) -> Endpoint:
    """A fresh endpoint."""
    fields = {"alias": f"Alias-{username}", **fields}
    return endpoint_create(endpoint=Endpoint(account=account, username=username, **fields), password=SIP_PASSWORD)


def make_application(account: Account, name: str, **fields: Any) -> Application:
    """A fresh application."""
    fields = {"answer_url": f"https://apps.example.test/{name}", **fields}
    return application_create(application=Application(account=account, app_name=name, **fields))


def make_credential(account: Account, username: str, **fields: Any) -> Credential:
    """A fresh credential."""
    return credential_create(credential=Credential(account=account, username=username, **fields), password=SIP_PASSWORD)


@pytest.fixture
def account(db: None) -> Account:
    """Acme, a main account: the first of the installation."""
    return make_account("Acme")


@pytest.fixture
def sub_account(account: Account) -> Account:
    """A sub-account of Acme's."""
    return make_account("Northwind", parent=account)


@pytest.fixture
def other_account(account: Account) -> Account:
    """Another tenant."""
    return make_account("Globex")


@pytest.fixture
def alice(account: Account) -> User:
    """Acme's owner."""
    return make_person("alice", account, Role.OWNER)


@pytest.fixture
def bob(account: Account, alice: User) -> User:
    """A viewer of Acme."""
    return make_person("bob", account, Role.VIEWER)


@pytest.fixture
def charlie(other_account: Account) -> User:
    """The owner of another tenant."""
    return make_person("charlie", other_account, Role.OWNER)


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """Makes a client of someone who is signed in."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def owner(alice: User, signed_in: Callable[[User], Client]) -> Client:
    """A client of Alice's."""
    return signed_in(alice)


@pytest.fixture
def viewer(bob: User, signed_in: Callable[[User], Client]) -> Client:
    """A client of Bob's."""
    return signed_in(bob)


@pytest.fixture
def stranger(charlie: User, signed_in: Callable[[User], Client]) -> Client:
    """A client of Charlie's."""
    return signed_in(charlie)
