"""Why can't it register: what is checked, and a digest that is computed and judged; nothing typed is kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Account
from accounts.services import account_update
from console.models import AuditEntry, LastUse, RateBucket
from endpoints.models import Endpoint
from endpoints.services import endpoint_update
from sip.attempt_log import attempts
from sip.models import AuthAttempt, Block, Outcome, Reason, Registration
from tests.tenants import SIP_PASSWORD, make_endpoint

TYPED = {"password": SIP_PASSWORD, "realm": "sip.vobiz.ai", "algorithm": "MD5", "source": ""}


@pytest.fixture
def endpoint(account: Account) -> Endpoint:
    return make_endpoint(account, "daveh")


def url(endpoint: Endpoint) -> str:
    return f"/accounts/{endpoint.account.auth_id}/endpoints/{endpoint.endpoint_id}/why/"


def verdict(client: Client, endpoint: Endpoint, **typed: str) -> Reason:
    """Try, and return the reason that the page gives."""
    reason: Reason = client.post(url(endpoint), {**TYPED, **typed}).context["judgement"].reason
    return reason


def tones(client: Client, endpoint: Endpoint) -> dict[str, str]:
    """Each check of the page with the colour of its dot."""
    return {str(check.label): check.tone for check in client.get(url(endpoint)).context["checks"]}


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ({}, Reason.ADMITTED),
        ({"algorithm": "SHA-256"}, Reason.ADMITTED),
        ({"algorithm": "SHA-512-256"}, Reason.ADMITTED),
        ({"password": "not-the-password"}, Reason.WRONG_PASSWORD),
        ({"password": f" {SIP_PASSWORD}"}, Reason.WRONG_PASSWORD),
        ({"realm": "SIP.Vobiz.AI"}, Reason.REALM_SPELLING),
        ({"realm": "elsewhere.example"}, Reason.UNKNOWN_REALM),
    ],
)
def test_a_digest_is_computed_and_judged(owner: Client, endpoint: Endpoint, typed: dict[str, str], reason: str) -> None:
    assert verdict(owner, endpoint, **typed) == reason


def test_the_last_attempt_is_told_with_its_reason_its_time_and_its_source(owner: Client, endpoint: Endpoint) -> None:
    subscriber = endpoint.subscriber
    refused = {"outcome": Outcome.FAIL, "reason": Reason.WRONG_PASSWORD, "at": timezone.now(), "method": "REGISTER"}
    names = {"username": subscriber.username, "realm": subscriber.realm.name, "source": "203.0.113.9"}
    AuthAttempt.objects.create(subscriber_id=subscriber.pk, main_account_id=endpoint.account.pk, **refused, **names)
    answer = owner.get(url(endpoint))
    told = {str(check.label): check for check in answer.context["checks"]}
    assert told["Registered now"].word == "Not registered"
    assert told["Last attempt"].word == "Wrong password"
    assert "203.0.113.9" in str(told["Last attempt"].found)
    assert "Rotate password" in answer.content.decode()


def test_a_disabled_endpoint_says_so(owner: Client, endpoint: Endpoint) -> None:
    endpoint_update(endpoint=endpoint, enabled=False)
    assert verdict(owner, endpoint) == Reason.DISABLED


def test_a_disabled_account_says_so(owner: Client, endpoint: Endpoint) -> None:
    account_update(account=endpoint.account, enabled=False)
    assert verdict(owner, endpoint) == Reason.ACCOUNT_DISABLED


def test_the_verdict_is_explained_step_by_step(owner: Client, endpoint: Endpoint) -> None:
    steps = owner.post(url(endpoint), {**TYPED, "password": "not-the-password"}).context["steps"]
    assert [step.tone for step in steps] == ["good"] * 5 + ["bad"] + ["off"] * 3


def test_another_tenants_realm_is_nobodys(owner: Client, endpoint: Endpoint, other_account: Account) -> None:
    foreign = make_endpoint(other_account, "daveh").subscriber.realm.shown_as
    assert verdict(owner, endpoint, realm=foreign) == Reason.UNKNOWN_REALM


def test_nothing_typed_comes_back_or_is_kept(owner: Client, endpoint: Endpoint) -> None:
    attempts.flush()  # what other tests left waiting
    before, logged = AuditEntry.objects.count(), AuthAttempt.objects.count()
    page = owner.post(url(endpoint), TYPED).content.decode()
    assert SIP_PASSWORD not in page
    assert (attempts.flush(), AuthAttempt.objects.count(), Registration.objects.count()) == (0, logged, 0)
    kept = str([*RateBucket.objects.values(), *LastUse.objects.values()])
    assert (AuditEntry.objects.count(), SIP_PASSWORD in kept) == (before, False)


def test_tries_are_limited(owner: Client, endpoint: Endpoint) -> None:
    for _each in range(30):
        owner.post(url(endpoint), TYPED)
    assert "judgement" not in owner.post(url(endpoint), TYPED).context


def test_what_is_wrong_with_the_form_is_said(owner: Client, endpoint: Endpoint) -> None:
    errors = owner.post(url(endpoint), {"algorithm": "MD6", "source": "x"}).context["form"].errors
    assert set(errors) == {"password", "realm", "algorithm", "source"}


# --- what is checked --------------------------------------------------------------------------------------------------


def test_a_fresh_endpoint_has_no_fault_and_nothing_is_known_of_its_phone(owner: Client, endpoint: Endpoint) -> None:
    found = tones(owner, endpoint)
    assert [label for label, tone in found.items() if tone == "bad"] == []
    assert (found["Registered now"], found["Last attempt"], found["The SIP server asks us"]) == ("off", "off", "off")


def test_the_last_attempt_and_its_reason_are_shown(owner: Client, endpoint: Endpoint) -> None:
    AuthAttempt.objects.create(
        subscriber_id=endpoint.subscriber_id,
        main_account_id=endpoint.account_id,
        outcome=Outcome.FAIL,
        reason=Reason.WRONG_PASSWORD,
    )
    found = tones(owner, endpoint)
    assert (found["Last attempt"], found["The SIP server asks us"]) == ("bad", "good")


def test_a_blocked_source_is_shown(owner: Client, endpoint: Endpoint) -> None:
    until = timezone.now() + timedelta(minutes=5)
    Block.objects.create(realm="sip.vobiz.ai", username_key="daveh", source="203.0.113.7", failures=20, until=until)
    assert tones(owner, endpoint)["No source is blocked for it"] == "bad"


@pytest.mark.parametrize("change", [{"enabled": False}])
def test_a_disabled_one_is_at_fault(owner: Client, endpoint: Endpoint, change: dict[str, Any]) -> None:
    endpoint_update(endpoint=endpoint, **change)
    assert tones(owner, endpoint)["It is enabled"] == "bad"


def test_a_viewer_reads_the_checks_and_may_not_try(viewer: Client, endpoint: Endpoint) -> None:
    assert (viewer.get(url(endpoint)).status_code, viewer.post(url(endpoint), TYPED).status_code) == (200, 403)


def test_the_object_page_leads_here(owner: Client, endpoint: Endpoint) -> None:
    assert url(endpoint) in owner.get(url(endpoint).removesuffix("why/")).content.decode()
