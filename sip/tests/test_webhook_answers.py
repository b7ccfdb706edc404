"""What the webhook answers: the documented keys, the status that jambonz expects, and "fail" to everything odd."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from accounts.models import Account
from sip.models import Reason, Subscriber, WebhookAccess
from sip.tests.conftest import Logged
from sip.tests.sbc import REALM, URL, Sbc, answer, invite, make_subscriber, question

FAIL = {"status": "fail", "message": "authentication denied"}
OK = {"status": "ok", "message": "authentication granted"}
DOCUMENTED = {"status", "message", "application_sid", "expires", "blacklist"}
SID = UUID("0a1b2c3d-0000-4000-8000-0123456789ab")
SEED: dict[str, Any] = {
    "method": "REGISTER",
    "realm": "mycompany.com",
    "username": "daveh",
    "expires": 3600,
    "nonce": 'InFriVGWVoKeCckYrTx7wg=="',
    "uri": "sip:mycompany.com",
    "response": "be641cf7951ff23ab04c57907d59f37d",
}


def with_right_response(fields: dict[str, Any]) -> dict[str, Any]:
    """The seed's body, answered by a phone that knows the password."""
    digest = answer(nonce=fields["nonce"], qop=None, cnonce=None, nc=None, algorithm=None)
    return {**fields, "response": digest["response"]}


# --- the documented example -------------------------------------------------------------------------------------------


def test_the_seeds_own_example_is_refused_since_no_password_gives_its_response(sbc: Sbc, daveh: Subscriber) -> None:
    assert sbc.ask(SEED) == FAIL


def test_the_seeds_example_with_a_right_response_is_admitted(sbc: Sbc, daveh: Subscriber) -> None:
    assert sbc.ask(with_right_response(SEED)) == {**OK, "expires": 300}


def test_a_nonce_whose_trailing_quote_was_not_hashed_is_admitted(sbc: Sbc, daveh: Subscriber) -> None:
    unquoted = with_right_response({**SEED, "nonce": SEED["nonce"].rstrip('"')})
    assert sbc.ask({**unquoted, "nonce": SEED["nonce"]})["status"] == "ok"


@pytest.mark.parametrize("url", [URL, f"{URL}/"])
def test_the_slash_is_optional_and_nothing_redirects(sbc: Sbc, daveh: Subscriber, url: str) -> None:
    assert Sbc(sbc.username, sbc.password, url=url).ask(question()) == OK


def test_no_csrf_token_and_no_session_are_needed_or_made(sbc: Sbc, daveh: Subscriber) -> None:
    body = json.dumps(question())
    client = Client(enforce_csrf_checks=True)
    answered = client.post(URL, data=body, content_type="text/plain", headers=sbc.proof(b""))
    assert (answered.status_code, answered.cookies) == (200, {})


@pytest.mark.parametrize("method", ["put", "delete", "head", "options", "patch"])
def test_other_http_methods_are_not_allowed(db: None, method: str) -> None:
    answered = getattr(Client(), method)(URL)
    assert (answered.status_code, answered["Allow"]) == (405, "GET, POST")


# --- how long ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "answered", "granted"),
    [
        (3600, 300, 300),
        (301, 300, 300),
        (300, None, 300),
        (60, None, 60),
        (1, None, 1),
        (0, None, 0),
        (None, None, 300),
        (3600.0, 300, 300),
        (299.5, None, 299),
        ("3600", 300, 300),
        (1e300, 300, 300),
        (10**400, 300, 300),
        (2**63, 300, 300),
    ],
)
def test_the_account_shortens_a_registration_and_never_lengthens_it(
    sbc: Sbc, daveh: Subscriber, logged: Logged, asked: Any, answered: int | None, granted: int
) -> None:
    assert sbc.ask(question(expires=asked)).get("expires") == answered
    assert logged.last.granted_expires_seconds == granted


@pytest.mark.parametrize("asked", [-1, -0.5, "abc", "-5", "3600 ", "٣٦٠٠", True, [], [300], {}, {"a": 1}])
def test_an_expiry_that_makes_no_sense_is_refused(sbc: Sbc, daveh: Subscriber, logged: Logged, asked: Any) -> None:
    assert sbc.ask(question(expires=asked)) == FAIL
    assert logged.last.reason == Reason.MALFORMED


def test_an_absent_expiry_is_fine(sbc: Sbc, daveh: Subscriber) -> None:
    body = question()
    del body["expires"]
    assert sbc.ask(body) == OK


def test_the_account_says_how_long(sbc: Sbc, company: Account, daveh: Subscriber) -> None:
    WebhookAccess.objects.filter(account=company).update(max_expires_seconds=60)
    assert sbc.ask(question(expires=300))["expires"] == 60


# --- calls ------------------------------------------------------------------------------------------------------------


def test_a_call_is_told_the_application_and_no_expiry(sbc: Sbc, company: Account) -> None:
    make_subscriber(company, application_sid=SID)
    assert sbc.ask(invite()) == {**OK, "application_sid": str(SID)}


def test_a_registration_is_not_told_the_application(sbc: Sbc, company: Account) -> None:
    make_subscriber(company, application_sid=SID)
    assert sbc.ask(question()) == OK


def test_a_call_of_somebody_without_an_application_is_told_none(sbc: Sbc, daveh: Subscriber) -> None:
    assert sbc.ask(invite()) == OK


@pytest.mark.parametrize("method", ["MESSAGE", "SUBSCRIBE", "BYE", "X"])
def test_methods_that_no_sbc_asks_about_are_refused(sbc: Sbc, daveh: Subscriber, logged: Logged, method: str) -> None:
    assert sbc.ask(question(method=method)) == FAIL
    assert logged.last.reason == Reason.METHOD


# --- digests as phones make them --------------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", ["MD5", "md5", "SHA-256", "sha-256", "SHA-512-256", "MD5-sess", "SHA-256-sess"])
@pytest.mark.parametrize("qop", ["auth", "auth-int"])
def test_every_algorithm_is_verified(sbc: Sbc, daveh: Subscriber, algorithm: str, qop: str) -> None:
    body = question(algorithm=algorithm, qop=qop)
    assert sbc.ask(body) == OK


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"algorithm": "AKAv1-MD5"}, Reason.ALGORITHM),
        ({"qop": "auth-conf"}, Reason.QOP),
        ({"realm": "MyCompany.COM"}, Reason.REALM_SPELLING),
        ({"password": "not-the-password"}, Reason.WRONG_PASSWORD),
        ({"username": "nobody"}, Reason.UNKNOWN_USER),
        ({"realm": "elsewhere.example"}, Reason.UNKNOWN_REALM),
        ({"response": "0" * 31}, Reason.MALFORMED),
    ],
)
def test_the_log_says_what_was_wrong_and_the_answer_does_not(
    sbc: Sbc, daveh: Subscriber, logged: Logged, given: dict[str, str], reason: str
) -> None:
    body = question(**{name: value for name, value in given.items() if name != "response"})
    body |= {"response": given["response"], "headers": {}} if "response" in given else {}
    assert sbc.ask(body) == FAIL
    assert logged.last.reason == reason


def test_the_body_of_a_call_is_not_known_so_auth_int_cannot_be_verified(
    sbc: Sbc, daveh: Subscriber, logged: Logged
) -> None:
    assert sbc.ask(invite(qop="auth-int")) == FAIL
    assert logged.last.reason == Reason.QOP


# --- what jambonz's parser reports wrongly ----------------------------------------------------------------------------


def misread(body: dict[str, Any], header: str, **reported: Any) -> dict[str, Any]:
    """A body whose digest fields jambonz cut, beside the raw header that it cut them from."""
    return {**body, **reported, "headers": {**body["headers"], "authorization": header}}


def test_an_algorithm_that_is_unquoted_and_last_is_reported_as_md5(sbc: Sbc, daveh: Subscriber) -> None:
    body = question(algorithm="SHA-256")
    raw = body["headers"]["authorization"].replace(", algorithm=SHA-256", "") + ", algorithm=SHA-256"
    assert sbc.ask(misread(body, raw, algorithm="MD5")) == OK


def test_its_length_gives_the_algorithm_away_where_there_is_no_header(sbc: Sbc, daveh: Subscriber) -> None:
    assert sbc.ask({**question(algorithm="SHA-256"), "algorithm": "MD5", "headers": {}}) == OK


def test_a_uri_cut_at_its_comma_is_healed_from_the_header(sbc: Sbc, daveh: Subscriber) -> None:
    body = question(uri=f"sip:{REALM};x=1,2")
    assert sbc.ask(misread(body, body["headers"]["authorization"], uri=f"sip:{REALM};x=1")) == OK


def test_a_response_in_capitals_is_the_same_response(sbc: Sbc, daveh: Subscriber) -> None:
    body = question()
    assert sbc.ask({**body, "response": body["response"].upper(), "headers": {}}) == OK


@pytest.mark.parametrize("given", [{"opaque": ""}, {"opaque": "abc"}, {"scheme": "digest"}, {"userhash": "true"}])
def test_fields_that_do_not_matter_do_not_matter(sbc: Sbc, daveh: Subscriber, given: dict[str, str]) -> None:
    assert sbc.ask({**question(), **given}) == OK


def test_a_header_of_somebody_else_does_not_count(sbc: Sbc, company: Account, daveh: Subscriber) -> None:
    make_subscriber(company, "mallory")
    theirs = question("mallory")["headers"]["authorization"]
    assert sbc.ask(misread(question(password="unknown to me"), theirs)) == FAIL


# --- hook method GET --------------------------------------------------------------------------------------------------


def test_a_get_is_answered_alike(sbc: Sbc, daveh: Subscriber) -> None:
    answered = sbc.get(question(expires=3600))
    assert (answered.status_code, answered.json()) == (200, {**OK, "expires": 300})


def test_a_get_for_a_call_sends_its_expiry_empty(sbc: Sbc, daveh: Subscriber) -> None:
    assert sbc.get(invite()).json() == OK


def test_a_get_with_a_wrong_password_is_refused(sbc: Sbc, daveh: Subscriber) -> None:
    assert sbc.get(question(password="not-the-password")).json() == FAIL


def test_a_get_with_too_many_fields_is_refused(sbc: Sbc, daveh: Subscriber, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 5
    assert sbc.get(question()).json() == FAIL
