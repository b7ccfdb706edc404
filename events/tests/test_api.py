"""The API of webhooks."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from accounts.models import Account, ApiToken
from accounts.permissions import Scope
from accounts.services import token_create
from console import sealing
from events.models import Delivery, DeliveryState, Webhook
from events.tests.conftest import make_webhook
from tests.tenants import make_endpoint

pytestmark = pytest.mark.django_db
NEW = {"url": "https://hooks.example.com/", "events": ["endpoint.created"]}
UNKNOWN = "0f8fad5b-d9cb-469f-a165-70867728950e"


class Api:
    """The account's program."""

    def __init__(self, account: Account, scope: str = Scope.FULL) -> None:
        _token, plain = token_create(token=ApiToken(account=account, name="tests", scope=scope))
        self.base = f"/api/v1/Account/{account.auth_id}/webhooks/"
        self.client = Client(headers={"X-Auth-ID": account.auth_id, "X-Auth-Token": plain})

    def call(self, method: str, path: str = "", body: Any = None, **headers: str) -> tuple[int, Any]:
        """Status and body of the answer."""
        answer = self.client.generic(
            method.upper(),
            self.base + path,
            data=b"" if body is None else json.dumps(body),
            content_type="application/json",
            headers=headers or None,
        )
        return answer.status_code, answer.json() if answer.content else None


@pytest.fixture
def api(account: Account) -> Api:
    return Api(account)


def test_a_webhook_lives_and_its_secret_is_in_two_answers_only(api: Api) -> None:
    code, made = api.call("post", body={**NEW, "description": "Billing"})
    webhook = Webhook.objects.get()
    assert (code, made["secret"], made["enabled"]) == (201, sealing.unseal(webhook.sealed_secret), True)
    one = f"{made['id']}/"
    assert api.call("get", one) == (200, {name: made[name] for name in made if name not in ("secret", "api_id")})
    code, listed = api.call("get")
    assert (code, listed["meta"]["total"], "secret" in listed["objects"][0]) == (200, 1, False)
    code, changed = api.call("put", one, {"enabled": False, "events": ["device.created", "device.deleted"]})
    assert (code, changed["enabled"], changed["events"]) == (200, False, ["device.created", "device.deleted"])
    code, rotated = api.call("post", f"{one}rotate/", {"overlap_minutes": 60})
    assert (code, rotated["secret"] != made["secret"], rotated["former_secret_until"] is None) == (200, True, False)
    assert api.call("post", f"{one}ping/")[0] == 400  # it is off
    assert api.call("delete", one) == (204, None)
    assert api.call("get", one)[0] == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"events": ["endpoint.created"]}, "url"),
        ({**NEW, "url": "https://10.0.0.1/"}, "url"),
        ({**NEW, "events": []}, "events"),
        ({**NEW, "events": ["endpoint.created", "endpoint.created"]}, "events"),
        ({**NEW, "events": ["ping"]}, "events"),
        ({**NEW, "events": [{}]}, "events"),
        ({**NEW, "events": "all"}, "events"),
        ({**NEW, "enabled": "yes"}, "enabled"),
    ],
)
def test_a_broken_rule_is_named(api: Api, body: Any, field: str) -> None:
    code, answer = api.call("post", body=body)
    assert (code, list(answer["details"])) == (400, [field])


def test_an_unknown_event_is_answered_with_those_there_are(api: Api) -> None:
    said = api.call("post", body={**NEW, "events": ["endpoint.renamed"]})[1]["details"]["events"]
    assert said.startswith("Each event once, of: authentication.blocked, credential.changed,")


def test_an_overlap_has_bounds(api: Api, account: Account) -> None:
    webhook = make_webhook(account).webhook
    code, answer = api.call("post", f"{webhook.webhook_id}/rotate/", {"overlap_minutes": -1})
    assert (code, list(answer["details"])) == (400, ["overlap_minutes"])


def test_deliveries_are_listed_and_sent_again(api: Api, account: Account) -> None:
    webhook = make_webhook(account).webhook
    make_endpoint(account, "desk")
    Delivery.objects.update(state=DeliveryState.FAILED, last_status=503, tries=9, due_at=None)
    assert api.call("post", f"{webhook.webhook_id}/ping/")[0] == 202
    code, listed = api.call("get", f"{webhook.webhook_id}/deliveries/?state=failed")
    [found] = listed["objects"]
    assert (code, found["event"], found["response_status"], found["body"]["data"]["name"]) == (
        200,
        "endpoint.created",
        503,
        "desk",
    )
    assert api.call("get", f"{webhook.webhook_id}/deliveries/")[1]["meta"]["total"] == 2
    code, again = api.call("post", f"{webhook.webhook_id}/deliveries/{found['id']}/resend/")
    assert (code, again["state"], again["next_try_at"] is None) == (202, "waiting", False)


def test_what_is_not_there_and_what_is_anothers_are_alike(api: Api, account: Account, other_account: Account) -> None:
    mine, theirs = make_webhook(account).webhook, make_webhook(other_account).webhook
    for webhook_id in (theirs.webhook_id, UNKNOWN, "x"):
        for method, path in (("get", ""), ("put", ""), ("delete", ""), ("post", "ping/"), ("get", "deliveries/")):
            code, answer = api.call(method, f"{webhook_id}/{path}", {})
            assert (code, answer["error"]) == (404, "Webhook not found")
    for delivery_id in (UNKNOWN, "x"):
        code, answer = api.call("post", f"{mine.webhook_id}/deliveries/{delivery_id}/resend/")
        assert (code, answer["error"]) == (404, "Delivery not found")


@pytest.mark.parametrize("scope", [Scope.ENDPOINTS, Scope.READ_ONLY])
def test_a_narrow_token_makes_none(account: Account, scope: str) -> None:
    assert Api(account, scope).call("post", body=NEW)[0] == 403


def test_a_repeated_request_makes_one_and_shows_no_secret_twice(api: Api) -> None:
    first = api.call("post", body=NEW, **{"Idempotency-Key": "k1"})
    again = api.call("post", body=NEW, **{"Idempotency-Key": "k1"})
    assert (first[0], again[0], Webhook.objects.count()) == (201, 201, 1)
    assert again[1]["secret"] == "<redacted>"
