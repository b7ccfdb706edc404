"""Who knows the password and is refused all the same: state, address, networks, calls, replays."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Account
from accounts.services import account_create, account_update
from sip.models import Reason, Secret, Subscriber, WebhookAccess
from sip.services import password_set, subscriber_update
from sip.tests.conftest import Logged
from sip.tests.sbc import PASSWORD, REALM, SOURCE, Sbc, invite, make_subscriber, question

FAIL = {"status": "fail", "message": "authentication denied"}
OK, REFUSED = "ok", "fail"


def change(company: Account, **policy: Any) -> None:
    """Set what the account's SBC is held to."""
    WebhookAccess.objects.filter(account=company).update(**policy)


# --- state ------------------------------------------------------------------------------------------------------------


def test_a_disabled_subscriber_is_answered_as_a_wrong_password_is(sbc: Sbc, company: Account, logged: Logged) -> None:
    make_subscriber(company, enabled=False)
    assert sbc.ask(question()) == sbc.ask(question(password="not-the-password")) == FAIL
    assert logged.reasons == [Reason.DISABLED, Reason.WRONG_PASSWORD]


def test_a_disabled_account_is_answered_as_a_wrong_password_is(
    sbc: Sbc, company: Account, daveh: Subscriber, logged: Logged
) -> None:
    account_update(account=company, enabled=False)
    assert sbc.ask(question()) == FAIL
    assert logged.last.reason == Reason.ACCOUNT_DISABLED


def test_the_sub_accounts_of_a_disabled_account_are_refused(sbc: Sbc, company: Account, logged: Logged) -> None:
    sub = account_create(account=Account(name="Sub", parent=company), realm="sub.example").account
    make_subscriber(sub, "erin", "sub.example")
    account_update(account=company, enabled=False)
    assert sbc.ask(question("erin", realm="sub.example")) == FAIL
    assert logged.last.reason == Reason.ACCOUNT_DISABLED


def test_a_disabled_sub_account_leaves_its_main_account_alone(sbc: Sbc, company: Account, daveh: Subscriber) -> None:
    sub = account_create(account=Account(name="Sub", parent=company), realm="sub.example").account
    make_subscriber(sub, "erin", "sub.example")
    account_update(account=sub, enabled=False)
    answers = [sbc.ask(question("erin", realm="sub.example"))["status"], sbc.ask(question())["status"]]
    assert answers == [REFUSED, OK]


def test_the_former_password_works_until_its_overlap_ends(sbc: Sbc, daveh: Subscriber, logged: Logged) -> None:
    password_set(subscriber=daveh, password="the-new-password", overlap_minutes=5)
    answers = [sbc.ask(question(password=each))["status"] for each in (PASSWORD, "the-new-password")]
    assert (answers, logged.reasons) == ([OK, OK], [Reason.OLD_PASSWORD, Reason.ADMITTED])


def test_the_former_password_ends_by_itself(sbc: Sbc, daveh: Subscriber) -> None:
    password_set(subscriber=daveh, password="the-new-password", overlap_minutes=5)
    Secret.objects.filter(valid_until__isnull=False).update(valid_until=timezone.now() - timedelta(seconds=1))
    assert sbc.ask(question()) == FAIL


def test_the_former_password_ends_at_once_without_an_overlap(sbc: Sbc, daveh: Subscriber) -> None:
    password_set(subscriber=daveh, password="the-new-password")
    assert sbc.ask(question()) == FAIL


# --- the address that is registered -----------------------------------------------------------------------------------

ADDRESSES = [
    (f"<sip:daveh@{REALM}>", None),
    (f"sip:daveh@{REALM};tag=1", None),
    ('"Dave, H" <sip:DaveH@MYCOMPANY.com:5060;transport=udp>', None),
    (f"<sips:daveh@{REALM}>", None),
    (f"<sip:d%61veh@{REALM}>", None),
    (f"<sip:jane@{REALM}>", Reason.AOR_MISMATCH),
    (f"<sip:{REALM}>", Reason.AOR_MISMATCH),
    ("", Reason.AOR_MISMATCH),
    ("<sip:daveh@", Reason.AOR_MISMATCH),
    (f"<sip:daveh@{REALM}>, <sip:jane@{REALM}>", Reason.AOR_MISMATCH),
    (["<sip:daveh@mycompany.com>"], Reason.AOR_MISMATCH),
    (7, Reason.AOR_MISMATCH),
    ("<sip:daveh@elsewhere.example>", Reason.REALM_MISMATCH),
    ("<sip:daveh@203.0.113.9>", Reason.REALM_MISMATCH),
]


@pytest.mark.parametrize(("to", "reason"), ADDRESSES)
def test_a_registration_is_for_the_users_own_address(
    sbc: Sbc, daveh: Subscriber, logged: Logged, to: Any, reason: str | None
) -> None:
    assert sbc.ask(question(headers={"to": to}))["status"] == (REFUSED if reason else OK)
    assert logged.last.reason == (reason or Reason.ADMITTED)


def test_a_to_that_is_null_is_no_address_of_the_user(sbc: Sbc, daveh: Subscriber) -> None:
    body = question()
    body["headers"]["to"] = None
    assert sbc.ask(body)["status"] == REFUSED


def test_without_a_to_there_is_nothing_to_compare(sbc: Sbc, daveh: Subscriber) -> None:
    assert sbc.ask(question(headers={"to": None}))["status"] == OK


def test_the_callee_of_a_call_is_no_address_of_the_caller(sbc: Sbc, daveh: Subscriber) -> None:
    assert sbc.ask(invite(f"sip:jane@{REALM}"))["status"] == OK


@pytest.mark.parametrize(
    ("policy", "to", "status"),
    [
        ({"check_aor": False}, f"<sip:jane@{REALM}>", OK),
        ({"check_aor": False}, "<sip:jane@elsewhere.example>", REFUSED),
        ({"check_realm": False}, "<sip:daveh@elsewhere.example>", OK),
        ({"check_realm": False}, "<sip:jane@elsewhere.example>", REFUSED),
        ({"check_realm": False, "check_aor": False}, "<sip:jane@elsewhere.example>", OK),
    ],
)
def test_an_account_may_leave_the_address_unchecked(
    sbc: Sbc, company: Account, daveh: Subscriber, policy: dict[str, bool], to: str, status: str
) -> None:
    change(company, **policy)
    assert sbc.ask(question(headers={"to": to}))["status"] == status


# --- where from -------------------------------------------------------------------------------------------------------

SOURCES = [
    ("203.0.113.7", OK),
    ("203.0.113.255", OK),
    ("198.51.100.1", REFUSED),
    ("2001:db8::1", OK),
    ("2001:DB8:0::00ff", OK),
    ("2001:db9::1", REFUSED),
    ("::ffff:203.0.113.7", OK),
    ("::ffff:198.51.100.1", REFUSED),
    ("", REFUSED),
    ("203.0.113.7, 198.51.100.1", REFUSED),
    ("203.0.113.7/32", REFUSED),
    (" 203.0.113.7", REFUSED),
    (None, REFUSED),
    (3405803783, REFUSED),
]


@pytest.fixture
def restricted(company: Account) -> Subscriber:
    return make_subscriber(company, allowed_networks=["203.0.113.0/24", "2001:db8::/64"])


@pytest.mark.parametrize(("source", "status"), SOURCES)
def test_a_registration_comes_from_an_allowed_network(
    sbc: Sbc, restricted: Subscriber, source: Any, status: str
) -> None:
    assert sbc.ask(question(source_address=source))["status"] == status


@pytest.mark.parametrize(("source", "status"), [(SOURCE, OK), ("198.51.100.1", REFUSED)])
def test_a_call_comes_from_an_allowed_network(sbc: Sbc, restricted: Subscriber, source: str, status: str) -> None:
    assert sbc.ask(invite(source_address=source))["status"] == status


@pytest.mark.parametrize("header", ["x-forwarded-for", "X-Forwarded-For", "X-Subspace-Forwarded-For"])
def test_a_call_whose_source_the_caller_dictated_comes_from_nowhere(
    sbc: Sbc, restricted: Subscriber, logged: Logged, header: str
) -> None:
    assert sbc.ask(invite(headers={header: SOURCE}))["status"] == REFUSED
    assert logged.last.reason == Reason.NETWORK


def test_the_source_of_a_registration_is_the_sbcs_own_word(sbc: Sbc, restricted: Subscriber) -> None:
    assert sbc.ask(question(headers={"X-Forwarded-For": "198.51.100.1"}))["status"] == OK


def test_a_call_that_shows_no_headers_comes_from_nowhere(sbc: Sbc, restricted: Subscriber) -> None:
    assert sbc.get(invite()).json()["status"] == REFUSED


# --- whom to call -----------------------------------------------------------------------------------------------------

NEIGHBOUR, ELSEWHERE = f"sip:bob@{REALM}", "sip:bob@elsewhere.example"
PHONE, APPLICATION = f"sip:+4930123456@{REALM}", "sip:ivr@app.sip.vobiz.ai"
CALLEES = {
    "allow_same_domain": [NEIGHBOUR, f"sip:112@{REALM}", f"sip:1000@{REALM}:5060", f"sip:*98@{REALM}"],
    "allow_phones": [
        PHONE, f"sip:4930123456@{REALM}", f"sip:+1-555-0100@{REALM};user=phone", "sip:+49@elsewhere.example",
        f"sip:(030)123.45.67;phone-context=x@{REALM}",
    ],
    "allow_other_domains": [ELSEWHERE, "sip:1000@203.0.113.9", "sip:bob@app.elsewhere.example"],
    "allow_apps": [APPLICATION],
}  # fmt: skip


def restrict(company: Account, flags: Iterable[str]) -> None:
    """A subscriber that may not do these things."""
    policy: dict[str, Any] = dict.fromkeys(flags, False)
    make_subscriber(company, **policy)


@pytest.mark.parametrize(("flag", "callee"), [(flag, callee) for flag in CALLEES for callee in CALLEES[flag]])
def test_each_flag_closes_one_kind_of_callee(
    sbc: Sbc, company: Account, logged: Logged, flag: str, callee: str
) -> None:
    restrict(company, {flag})
    assert sbc.ask(invite(callee))["status"] == REFUSED
    assert logged.last.reason == Reason.CALLEE


@pytest.mark.parametrize(("flag", "callee"), [(flag, callee) for flag in CALLEES for callee in CALLEES[flag]])
def test_each_flag_opens_one_kind_of_callee(sbc: Sbc, company: Account, flag: str, callee: str) -> None:
    restrict(company, CALLEES.keys() - {flag})
    assert sbc.ask(invite(callee))["status"] == OK


def test_an_endpoint_without_voice_calls_nobody(sbc: Sbc, company: Account, logged: Logged) -> None:
    make_subscriber(company, allow_voice=False)
    assert sbc.ask(invite())["status"] == REFUSED
    assert logged.last.reason == Reason.VOICE


def test_an_endpoint_without_voice_may_still_register(sbc: Sbc, company: Account) -> None:
    make_subscriber(company, allow_voice=False)
    assert sbc.ask(question())["status"] == OK


def test_the_request_uri_counts_where_there_is_no_to(sbc: Sbc, company: Account) -> None:
    make_subscriber(company, allow_phones=False)
    assert sbc.get(invite(PHONE)).json()["status"] == REFUSED


@pytest.mark.parametrize("to", [NEIGHBOUR, PHONE])
def test_a_call_must_be_allowed_by_to_and_by_request_uri(sbc: Sbc, company: Account, to: str) -> None:
    make_subscriber(company, allow_phones=False)
    uri = PHONE if to == NEIGHBOUR else NEIGHBOUR
    assert sbc.ask(invite(uri=uri, headers={"to": f"<{to}>"}))["status"] == REFUSED


def test_a_request_uri_that_names_the_server_only_says_nothing(sbc: Sbc, company: Account) -> None:
    make_subscriber(company, allow_other_domains=False)
    assert sbc.ask(invite(uri="sip:127.0.0.1:5070", headers={"to": f"<{NEIGHBOUR}>"}))["status"] == OK


# --- replays ----------------------------------------------------------------------------------------------------------


def test_the_same_answer_from_another_source_is_taken_by_default(sbc: Sbc, daveh: Subscriber) -> None:
    assert [sbc.ask(question(source_address=source))["status"] for source in ("192.0.2.1", "192.0.2.2")] == [OK, OK]


@pytest.fixture
def strict(sbc: Sbc, company: Account, daveh: Subscriber) -> Sbc:
    change(company, check_replay=True)
    return sbc


def test_an_account_may_refuse_it(strict: Sbc, logged: Logged) -> None:
    answers = [strict.ask(question(source_address=source)) for source in ("192.0.2.1", "192.0.2.2")]
    assert (answers[0]["status"], answers[1]) == (OK, FAIL)
    assert logged.last.reason == Reason.REPLAY


def test_a_retransmission_from_the_same_source_is_no_replay(strict: Sbc) -> None:
    assert [strict.ask(question())["status"] for _each in range(3)] == [OK, OK, OK]


@pytest.mark.parametrize("given", [{"nonce": "157590482938001"}, {"nc": "00000002"}])
def test_another_nonce_or_count_is_another_answer(strict: Sbc, given: dict[str, str]) -> None:
    strict.ask(question(source_address="192.0.2.1"))
    assert strict.ask(question(source_address="192.0.2.2", **given))["status"] == OK


def test_a_wrong_answer_is_not_remembered(strict: Sbc) -> None:
    body = question(password="not-the-password", source_address="192.0.2.1")
    strict.ask(body)
    assert strict.ask(question(source_address="192.0.2.2"))["status"] == OK


def test_a_made_up_source_does_not_pass_for_the_first(strict: Sbc) -> None:
    strict.ask(invite())
    assert strict.ask(invite(headers={"X-Forwarded-For": SOURCE}))["status"] == REFUSED


def test_a_subscriber_that_was_moved_keeps_its_policy(sbc: Sbc, company: Account, daveh: Subscriber) -> None:
    sub = account_create(account=Account(name="Sub", parent=company)).account
    subscriber_update(subscriber=daveh, account=sub, allow_voice=False)
    assert [sbc.ask(question())["status"], sbc.ask(invite())["status"]] == [OK, REFUSED]
