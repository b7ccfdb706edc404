"""A webhook credential of one account never admits a subscriber of another, and tells nothing about it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from accounts.models import Account
from accounts.services import account_create
from sip.models import Subscriber
from sip.tests.conftest import Logged, sbc_of
from sip.tests.sbc import Sbc, make_subscriber, question

MAIN, SUB, OTHER = "mycompany.com", "sub.example", "other.example"


@dataclass
class Tenants:
    """A main account, its sub-account, and a stranger: who asks, and for whom."""

    accounts: dict[str, Account]
    sbcs: dict[str, Sbc]


@pytest.fixture
def tenants(sbc: Sbc, company: Account) -> Tenants:
    """Each lives in its own realm with a subscriber of its own; one of the sub-account's lives in the main realm."""
    made = {
        "main": company,
        "sub": (sub := account_create(account=Account(name="Sub", parent=company), realm=SUB)).account,
        "other": (other := account_create(account=Account(name="Other"), realm=OTHER)).account,
    }
    for name, realm in (("main", MAIN), ("sub", SUB), ("other", OTHER)):
        make_subscriber(made[name], f"{name}user", realm)
    make_subscriber(made["sub"], "shared", MAIN)
    return Tenants(made, {"main": sbc, "sub": sbc_of(sub), "other": sbc_of(other)})


ASKED = {
    "main's": ("mainuser", MAIN), "sub's": ("subuser", SUB), "sub's in the main realm": ("shared", MAIN),
    "other's": ("otheruser", OTHER),
}  # fmt: skip
ADMITTED = {
    "main": {"main's", "sub's", "sub's in the main realm"},
    "sub": {"sub's", "sub's in the main realm"},
    "other": {"other's"},
}


@pytest.mark.parametrize("who", ADMITTED)
@pytest.mark.parametrize("whose", ASKED)
def test_an_sbc_admits_its_own_accounts_subscribers_only(tenants: Tenants, who: str, whose: str) -> None:
    username, realm = ASKED[whose]
    expected = "ok" if whose in ADMITTED[who] else "fail"
    assert tenants.sbcs[who].ask(question(username, realm=realm))["status"] == expected


UNKNOWN = [
    ("other", "mainuser", MAIN, "unknown_realm"),
    ("other", "nobody", "nobody.example", "unknown_realm"),
    ("main", "otheruser", OTHER, "unknown_realm"),
    ("sub", "mainuser", MAIN, "unknown_user"),
    ("sub", "nobody", MAIN, "unknown_user"),
    ("main", "nobody", SUB, "unknown_user"),
]


@pytest.mark.parametrize(("who", "username", "realm", "reason"), UNKNOWN)
def test_what_is_not_ones_own_does_not_exist(
    tenants: Tenants, logged: Logged, who: str, username: str, realm: str, reason: str
) -> None:
    tenants.sbcs[who].ask(question(username, realm=realm))
    assert (logged.last.reason, logged.last.subscriber_id) == (reason, None)


LOGGED_FOR = [
    ("main", "mainuser", MAIN, "main", "main"),
    ("main", "nobody", MAIN, "main", "main"),
    ("main", "nobody", "nobody.example", "main", "main"),
    ("main", "subuser", SUB, "sub", "main"),
    ("main", "nobody", SUB, "sub", "main"),
    ("main", "shared", MAIN, "sub", "main"),
    ("sub", "nobody", "nobody.example", "sub", "main"),
    ("sub", "mainuser", MAIN, "sub", "main"),
    ("other", "mainuser", MAIN, "other", "other"),
]


@pytest.mark.parametrize(("who", "username", "realm", "account", "main_account"), LOGGED_FOR)
def test_an_attempt_is_logged_for_the_account_that_it_concerns(
    tenants: Tenants, logged: Logged, who: str, username: str, realm: str, account: str, main_account: str
) -> None:
    tenants.sbcs[who].ask(question(username, realm=realm))
    expected = tenants.accounts[account].pk, tenants.accounts[main_account].pk
    assert (logged.last.account_id, logged.last.main_account_id) == expected


@pytest.mark.parametrize("change", [str.upper, str.title, str.lower])
def test_a_username_in_another_case_is_the_same_user_with_another_digest(
    sbc: Sbc, daveh: Subscriber, logged: Logged, change: object
) -> None:
    spelt = change("daveh")  # type: ignore[operator]
    expected = "ok" if spelt == "daveh" else "fail"
    assert sbc.ask(question(spelt))["status"] == expected
    assert logged.last.subscriber_id == daveh.pk


def test_a_lower_case_realm_is_the_documented_one_too(sbc: Sbc, logged: Logged) -> None:
    shouting = account_create(account=Account(name="Caps"), realm="MA_ABC.Example.COM")
    make_subscriber(shouting.account, "erin", "ma_abc.example.com")
    answers = [
        sbc_of(shouting).ask(question("erin", realm=realm))["status"]
        for realm in ("MA_ABC.Example.COM", "ma_abc.example.com", "MA_abc.EXAMPLE.com")
    ]
    assert answers == ["ok", "ok", "fail"]
