"""Search over everything one may see: what finds what, by words among few rows and by index among many."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import Account
from console import searching
from credentials.models import Credential
from devices.services import device_create
from endpoints.models import Endpoint
from sip.models import Registration, Subscriber
from tests.tenants import make_application, make_credential, make_endpoint

FRAGMENT = {"HX-Request": "true", "HX-Target": "search-results"}


@pytest.fixture
def everything(account: Account, sub_account: Account) -> dict[str, Any]:
    endpoint = make_endpoint(account, "reception", alias="Front-Desk")
    register(endpoint.subscriber, "203.0.113.77")
    sip = {"username": "warehouse7", "password": "SecurePass123"}
    data = {"name": "Board Room", "mac_address": "00:04:f2:ab:7e:fd", "sip": sip}
    return {
        "endpoint": endpoint,
        "application": make_application(account, "night-queue"),
        "credential": make_credential(account, "pbx_trunk", description="Head office"),
        "device": device_create(account=account, data=data).device,
        "sub_account": sub_account,
    }


def register(subscriber: Subscriber, source: str) -> None:
    now = timezone.now()
    ids = {"account_id": subscriber.account_id, "main_account_id": subscriber.account_id}
    Registration.objects.create(
        subscriber=subscriber, aor="x", contact_key="1", source=source, since=now, expires_at=now, **ids
    )


def found(client: Client, typed: str) -> list[str]:
    groups = client.get("/search/", {"q": typed}).context["groups"]
    return [group.section.name for group in groups for _hit in group.hits]


BY_BEGINNING = [
    ("recep", ["endpoints"]),
    ("RECEPTION", ["endpoints"]),
    ("sip:reception@sip.vobiz.ai", ["endpoints"]),
    ("front-", ["endpoints"]),
    ("203.0.113.", ["endpoints"]),
    ("night", ["applications"]),
    ("pbx", ["credentials"]),
    ("head off", ["credentials"]),
    ("board room", ["devices"]),
    ("warehouse7", ["devices"]),
    ("00:04:F2:ab", ["devices"]),
    ("0004.f2ab.7efd", ["devices"]),
    ("northw", ["sub-accounts"]),
    ("nobody", []),
    ("%", []),
]


@pytest.mark.parametrize("few_rows", [searching.FEW_ROWS, 0], ids=["few", "many"])
def test_it_finds_by_everything_that_something_is_known_by(
    owner: Client, everything: dict[str, Any], few_rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "FEW_ROWS", few_rows)
    ids = [(str(everything[name].public_id), f"{name}s".replace("_", "-")) for name in everything]
    assert {typed: found(owner, typed) for typed, _sections in BY_BEGINNING} == dict(BY_BEGINNING)
    assert {typed: found(owner, typed) for typed, _section in ids} == {typed: [section] for typed, section in ids}
    realm = f"{everything['sub_account'].auth_id}.sip."
    assert found(owner, realm.lower()) == ["sub-accounts"]


def test_a_word_in_the_middle_finds_among_few_rows_only(
    owner: Client, everything: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert found(owner, "desk") == ["endpoints"]
    assert found(owner, "office head") == ["credentials"]
    monkeypatch.setattr(searching, "FEW_ROWS", 0)
    assert found(owner, "desk") == []
    assert found(owner, "r") == []


def test_a_long_list_looks_at_the_beginning(
    owner: Client, account: Account, everything: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"/accounts/{account.auth_id}/endpoints/"
    assert len(owner.get(url, {"q": "desk"}).context["table"].rows) == 1
    monkeypatch.setattr(searching, "FEW_ROWS", 0)
    assert len(owner.get(url, {"q": "front-desk"}).context["table"].rows) == 1
    response = owner.get(url, {"q": "desk"})
    assert len(response.context["table"].rows) == 0
    assert "must begin" in response.content.decode()


def test_the_bar_gets_the_results_alone_as_options(owner: Client, everything: dict[str, Any]) -> None:
    text = owner.get("/search/", {"q": "recep"}, headers=FRAGMENT).content.decode()
    assert "<html" not in text
    assert text.count('role="option"') == 1
    assert "Front-Desk" in text
    assert "Nothing found" in owner.get("/search/", {"q": "nobody"}, headers=FRAGMENT).content.decode()
    assert owner.get("/search/", {"q": ""}, headers=FRAGMENT).content.decode().strip() == ""


@pytest.mark.parametrize(
    ("model", "lookups", "indexes"),
    [
        (Endpoint, ("username", "alias"), ("endpoint_username_begins", "endpoint_alias_begins")),
        (Credential, ("username",), ("credential_username_begins",)),
        (Account, ("name", "auth_id"), ("account_name_begins", "account_auth_id_begins")),
        (Registration, ("source",), ("registration_source_begins",)),
    ],
)
def test_a_beginning_is_looked_up_in_its_index(
    account: Account, model: Any, lookups: tuple[str, ...], indexes: tuple[str, ...]
) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    plan = searching.by_index(model.objects.all(), lookups, "de_s%k", 9).explain()
    assert [name for name in indexes if name not in plan] == []
