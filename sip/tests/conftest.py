"""What the tests of the SIP side share: an account with its own realm, its SBC, and an empty attempt log."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from accounts.models import Account
from accounts.services import CreatedAccount, account_create
from sip.attempt_log import attempts
from sip.models import AuthAttempt, Subscriber
from sip.tests.sbc import REALM, Sbc, make_subscriber


@pytest.fixture(autouse=True)
def empty_attempt_log() -> Iterator[None]:
    """No test finds or leaves attempts that wait to be written."""
    attempts.forget()
    yield
    attempts.forget()


def sbc_of(created: CreatedAccount) -> Sbc:
    """The SBC that a new account's webhook credentials were entered at."""
    webhook = created.provisioned["webhook"]
    return Sbc(webhook["username"], webhook["password"], webhook["secret"] or "")


@pytest.fixture
def created(db: None) -> CreatedAccount:
    """A main account that lives in its own domain."""
    return account_create(account=Account(name="My company"), realm=REALM)


@pytest.fixture
def company(created: CreatedAccount) -> Account:
    """The account itself."""
    return created.account


@pytest.fixture
def sbc(created: CreatedAccount) -> Sbc:
    """Its SBC."""
    return sbc_of(created)


@pytest.fixture
def daveh(company: Account) -> Subscriber:
    """The subscriber of the documentation's example."""
    return make_subscriber(company)


@pytest.fixture
def logged() -> Logged:
    """What the authentication log says of the attempts so far."""
    return Logged()


class Logged:
    """Reads the authentication log, after writing what waits."""

    def __call__(self) -> list[AuthAttempt]:
        """All attempts, the oldest first."""
        attempts.flush()
        return list(AuthAttempt.objects.order_by("id"))

    @property
    def reasons(self) -> list[str]:
        """Their reasons."""
        return [attempt.reason for attempt in self()]

    @property
    def last(self) -> AuthAttempt:
        """The latest one."""
        return self()[-1]
