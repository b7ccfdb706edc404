"""How the SBC proves who it is: Basic, signature, both; 401 for a wrong or missing one and for nothing else."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import Any

import pytest
from cryptography.fernet import Fernet

from accounts.models import Account
from accounts.services import account_create
from sip.models import Subscriber, WebhookAccess
from sip.services import webhook_rotate, webhook_secret_set
from sip.tests.conftest import Logged, sbc_of
from sip.tests.sbc import REALM, Sbc, basic, make_subscriber, question, signature

SECRET = "wh_secret_a1b2c3"


def status(sbc: Sbc, body: Any = None, **headers: str) -> int:
    """The HTTP status of a question whose digest is right."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return int(sbc.post(json.dumps(body or question()).encode(), headers=sent).status_code)


@pytest.fixture
def signing(sbc: Sbc, company: Account, daveh: Subscriber) -> Sbc:
    """An SBC of an account whose secret was pasted: Basic and signature."""
    webhook_secret_set(account=company, secret=SECRET)
    return replace(sbc, secret=SECRET)


# --- Basic ------------------------------------------------------------------------------------------------------------


def test_the_right_password_is_let_on(sbc: Sbc, daveh: Subscriber) -> None:
    assert status(sbc) == 200


@pytest.mark.parametrize(
    "header",
    [
        "", "Basic", "Basic ", "Basic !!!", "Basic Zm9v", "basic Og==", "Bearer abc", "Digest username=x", "Basic 4pyT",
        basic("hook-000000000000", "x"), basic("", ""), basic("x" * 5000, "y"), basic("a\0b", "c"), "Basic /////w==",
    ],
)  # fmt: skip
def test_anything_else_is_401(sbc: Sbc, daveh: Subscriber, header: str) -> None:
    assert status(sbc, Authorization=header) == 401


def test_a_wrong_password_of_a_real_username_is_401(sbc: Sbc, daveh: Subscriber) -> None:
    assert status(replace(sbc, password="wrong")) == 401


def test_no_credentials_at_all_are_401(db: None, daveh: Subscriber) -> None:
    assert status(Sbc()) == 401


def test_a_401_says_that_basic_is_wanted_and_nothing_of_what_was_asked(daveh: Subscriber) -> None:
    answered = Sbc("x", "y").post(json.dumps(question()).encode())
    assert answered["WWW-Authenticate"].startswith("Basic ")
    assert answered.json() == {"status": "fail", "message": "invalid credentials"}


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff"])
def test_a_body_that_is_no_question_needs_proof_too(sbc: Sbc, body: bytes) -> None:
    assert (Sbc().post(body).status_code, sbc.post(body).status_code) == (401, 200)


def test_a_body_that_is_too_long_needs_proof_too(db: None, settings: Any) -> None:
    assert Sbc().post(b"x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)).status_code == 401


def test_the_scheme_is_in_any_case(sbc: Sbc, daveh: Subscriber) -> None:
    assert status(sbc, Authorization=basic(sbc.username, sbc.password).replace("Basic", "bASIC")) == 200


def test_rotating_ends_the_old_password_at_once(sbc: Sbc, company: Account, daveh: Subscriber) -> None:
    fresh = webhook_rotate(account=company)
    assert (status(sbc), status(Sbc(fresh.username, fresh.password))) == (401, 200)


def test_rotating_keeps_username_and_secret(signing: Sbc, company: Account) -> None:
    fresh = webhook_rotate(account=company)
    assert status(replace(signing, password=fresh.password)) == 200


def test_an_unproven_question_is_not_logged(daveh: Subscriber, logged: Logged) -> None:
    status(Sbc())
    assert logged() == []


# --- the platform's own credentials -----------------------------------------------------------------------------------


@pytest.fixture
def platform(settings: Any) -> Sbc:
    """An SBC that serves every account."""
    settings.WEBHOOK_USERNAME, settings.WEBHOOK_PASSWORD = "platform-wide-user-name-of-any-length", "pass:word"
    return Sbc(settings.WEBHOOK_USERNAME, settings.WEBHOOK_PASSWORD)


def test_the_platforms_credentials_serve_every_account(platform: Sbc, daveh: Subscriber) -> None:
    other = account_create(account=Account(name="Other"), realm="other.example").account
    make_subscriber(other, "erin", "other.example")
    answers = [platform.ask(question())["status"], platform.ask(question("erin", realm="other.example"))["status"]]
    assert answers == ["ok", "ok"]


def test_a_realm_that_nobody_holds_is_refused_and_logged_for_the_platform(
    platform: Sbc, daveh: Subscriber, logged: Logged
) -> None:
    assert platform.ask(question(realm="nobody.example"))["status"] == "fail"
    assert (logged.last.reason, logged.last.account_id) == ("unknown_realm", None)


def test_a_wrong_password_for_the_platforms_username_is_401(platform: Sbc, daveh: Subscriber) -> None:
    assert status(replace(platform, password="wrong")) == 401


@pytest.mark.parametrize(("username", "password"), [("", ""), ("someone", ""), ("", "something")])
def test_platform_credentials_that_are_not_set_open_nothing(
    daveh: Subscriber, settings: Any, username: str, password: str
) -> None:
    settings.WEBHOOK_USERNAME, settings.WEBHOOK_PASSWORD = username, password
    assert status(Sbc(), Authorization=basic(username, password)) == 401


def test_an_account_with_a_secret_has_the_platforms_questions_signed_too(platform: Sbc, signing: Sbc) -> None:
    assert (status(platform), status(replace(platform, secret=SECRET))) == (401, 200)


# --- Jambonz-Signature ------------------------------------------------------------------------------------------------


def test_basic_and_signature_are_let_on(signing: Sbc) -> None:
    assert status(signing) == 200


def test_basic_alone_is_401_once_the_account_has_a_secret(signing: Sbc) -> None:
    assert status(replace(signing, secret="")) == 401


def test_a_signature_without_its_password_is_401(signing: Sbc) -> None:
    assert status(replace(signing, password="wrong")) == 401


def test_the_signature_alone_proves_the_holder_of_the_realm(signing: Sbc) -> None:
    assert signing.without_basic(SECRET).ask(question())["status"] == "ok"


def test_a_signature_means_nothing_for_an_account_without_a_secret(sbc: Sbc, daveh: Subscriber) -> None:
    assert status(sbc.without_basic(SECRET)) == 401


def test_a_signature_is_not_looked_at_where_the_account_has_no_secret(sbc: Sbc, daveh: Subscriber) -> None:
    assert status(sbc, Jambonz_Signature="t=1,v1=00") == 200


def test_a_signature_for_a_realm_that_nobody_holds_is_401(signing: Sbc) -> None:
    assert status(signing.without_basic(SECRET), question(realm="nobody.example")) == 401


def test_another_accounts_secret_is_401(signing: Sbc) -> None:
    account_create(account=Account(name="Other"), realm="other.example", webhook_secret="other")
    assert status(signing.without_basic("other")) == 401


def test_removing_the_secret_goes_back_to_basic_alone(signing: Sbc, company: Account) -> None:
    webhook_secret_set(account=company, secret="")
    assert status(replace(signing, secret="")) == 200


@pytest.mark.parametrize(
    "header",
    [
        "", "t=,v1=", "v1=00", "t=1", "t=abc,v1=00", "t=-1,v1=00", "t=1e9,v1=00", "t=9999999999999,v1=00", "t=٣,v1=00",
        "t==,v1==", ",,,,", "x" * 10_000, "t=1,v1=" + "é" * 64,
    ],
)  # fmt: skip
def test_a_malformed_signature_is_401(signing: Sbc, header: str) -> None:
    assert status(signing, Jambonz_Signature=header) == 401


def test_a_signature_over_other_bytes_is_401(signing: Sbc) -> None:
    assert status(signing, Jambonz_Signature=signature(SECRET, json.dumps(question()).encode() + b" ")) == 401


@pytest.mark.parametrize(("age", "expected"), [(290, 200), (-290, 200), (310, 401), (-310, 401), (10**9, 401)])
def test_a_signature_is_good_for_five_minutes(signing: Sbc, age: int, expected: int) -> None:
    body = question()
    signed = signature(SECRET, json.dumps(body).encode(), moment=time.time() - age)
    assert status(signing, body, Jambonz_Signature=signed) == expected


@pytest.mark.parametrize(
    "change", [str.upper, lambda header: header.replace(",", " , "), lambda header: f"{header},v0=1"]
)
def test_a_signature_may_be_spelt_differently(signing: Sbc, change: Any) -> None:
    body = question()
    stamp, _comma, digest = signature(SECRET, json.dumps(body).encode()).partition(",v1=")
    assert status(signing, body, Jambonz_Signature=f"{stamp},v1={change(digest)}") == 200


def test_the_raw_bytes_are_signed_not_what_they_mean(signing: Sbc) -> None:
    spaced = json.dumps(question(), indent=2).encode()
    assert signing.post(spaced).status_code == 200


def test_a_get_is_signed_over_the_word_that_jambonz_signs(signing: Sbc) -> None:
    assert signing.without_basic(SECRET).get(question()).json()["status"] == "ok"


def test_a_get_with_another_signature_is_401(signing: Sbc) -> None:
    stale = {"Jambonz-Signature": signature(SECRET, b"")}
    assert signing.without_basic(SECRET).get(question(), headers=stale).status_code == 401


def test_a_secret_sealed_with_a_key_that_is_gone_opens_nothing(signing: Sbc, settings: Any) -> None:
    settings.SEALING_KEYS = [Fernet.generate_key().decode()]
    assert status(signing) == 401


def test_the_secret_is_kept_sealed(signing: Sbc) -> None:
    access = WebhookAccess.objects.get(account__realms__name=REALM)
    assert SECRET not in str(vars(access))


# --- sub-accounts -----------------------------------------------------------------------------------------------------


def test_a_sub_accounts_realm_is_proven_by_its_own_secret_if_it_has_one(signing: Sbc, company: Account) -> None:
    sub = account_create(account=Account(name="Sub", parent=company), realm="sub.example", webhook_secret="own")
    make_subscriber(sub.account, "erin", "sub.example")
    asked = question("erin", realm="sub.example")
    assert [status(Sbc(secret=secret), asked) for secret in ("own", SECRET)] == [200, 401]


def test_a_sub_accounts_realm_is_proven_by_the_main_accounts_secret_otherwise(signing: Sbc, company: Account) -> None:
    sub = account_create(account=Account(name="Sub", parent=company), realm="sub.example")
    make_subscriber(sub.account, "erin", "sub.example")
    assert status(Sbc(secret=SECRET), question("erin", realm="sub.example")) == 200


def test_every_account_has_credentials_of_its_own(signing: Sbc, company: Account) -> None:
    sub = sbc_of(account_create(account=Account(name="Sub", parent=company)))
    assert sub.username != signing.username
    assert status(sub) == 200
