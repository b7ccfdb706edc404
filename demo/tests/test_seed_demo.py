from __future__ import annotations

import json
import shlex
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import Account, Membership, User
from accounts.services import account_create
from console.models import AuditEntry
from credentials.models import Credential
from demo import content
from devices.models import Device, KazooUser
from endpoints.models import Application, Endpoint
from sip.models import AuthAttempt, Realm, Registration, Secret, Subscriber

pytestmark = pytest.mark.django_db


def seed(*arguments: str) -> str:
    out = StringIO()
    call_command("seed_demo", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def told() -> dict[str, Any]:
    result: dict[str, Any] = json.loads(seed("--json"))
    return result


def test_it_creates_what_its_content_names(told: dict[str, Any]) -> None:
    registering = [device for device in content.DEVICES if "username" in device.document.get("sip", {})]
    expected = {
        Account: 1 + len(content.SUB_ACCOUNTS),
        Application: len(content.APPLICATIONS),
        Endpoint: len(content.PHONES),
        Credential: len(content.TRUNKS),
        Device: len(content.DEVICES),
        KazooUser: len(content.DEVICE_USERS),
        Subscriber: len(content.PHONES) + len(content.TRUNKS) + len(registering),
        Membership: 1,
    }
    assert {model: model._default_manager.count() for model in expected} == expected


def test_it_looks_like_a_day_at_work(told: dict[str, Any]) -> None:
    assert 0 < Registration.objects.count() < Endpoint.objects.filter(enabled=True).count()
    assert len(set(AuthAttempt.objects.values_list("reason", flat=True))) >= 3
    assert Secret.objects.filter(valid_until__isnull=False).count() == sum(
        trunk.is_rotating for trunk in content.TRUNKS
    )


def test_its_endpoints_are_the_documented_kind(told: dict[str, Any], settings: Any) -> None:
    endpoint = Endpoint.objects.select_related("subscriber__realm", "application").get(username="amara201")
    assert endpoint.subscriber.aor == f"sip:amara201@{settings.SIP_DOMAIN}"
    assert str(endpoint.application) == content.MAIN_IVR


def test_the_operator_signs_in_with_the_printed_password_and_sees_the_account(
    told: dict[str, Any], client: Client
) -> None:
    operator = told["operator"]
    client.post(reverse("account_login"), {"login": operator["email"], "password": operator["password"]})
    response = client.get(reverse("overview", kwargs={"auth_id": told["accounts"][0]["auth_id"]}))
    assert response.status_code == 200
    assert User.objects.get().is_staff


def test_the_printed_curl_creates_an_endpoint(told: dict[str, Any], client: Client) -> None:
    words = shlex.split(told["curl"].replace("\\\n", " "))
    headers = dict(words[place + 1].split(": ", 1) for place, word in enumerate(words) if word == "-H")
    url = next(word for word in words if word.startswith("http"))
    body = words[words.index("-d") + 1]
    response = client.post(url, body, content_type=headers.pop("Content-Type"), headers=headers)
    assert response.status_code == 201


def test_no_audit_row_holds_a_printed_secret(told: dict[str, Any]) -> None:
    secrets = (told["operator"]["password"], *(account["auth_token"] for account in told["accounts"]))
    rows = " ".join(str(changes) for changes in AuditEntry.objects.values_list("changes", flat=True))
    assert not [secret for secret in secrets if secret in rows]


def test_where_there_is_an_account_it_creates_nothing_and_says_so() -> None:
    account_create(account=Account(name="Somebody"))
    assert "nothing was created" in seed()
    assert json.loads(seed("--json")) == {"created": False}
    assert Account.objects.count() == 1


def test_forced_it_adds_another_demo_beside_the_first() -> None:
    seed()
    operator = json.loads(seed("--json", "--force"))["operator"]
    assert operator == {"email": content.OPERATOR, "password": None}
    assert (Account.objects.filter(parent=None).count(), User.objects.count(), Realm.objects.count()) == (2, 1, 7)


def test_it_prints_the_way_in_for_people() -> None:
    printed = seed()
    assert all(word in printed for word in (content.OPERATOR, "Password", "curl -X POST", "/Endpoint/"))
