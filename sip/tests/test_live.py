"""Registration state that keeps itself up to date on lists and object pages."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Account
from devices.services import device_create
from endpoints.models import Endpoint
from sip.models import Registration, Subscriber
from sip.tests.test_record_pages import make_attempt
from tests.tenants import make_credential, make_endpoint

ASKED = {"HX-Request": "true", "HX-Target": "live"}


def register(subscriber: Subscriber) -> None:
    ids = {"account_id": subscriber.account_id, "main_account_id": subscriber.account_id}
    now = timezone.now()
    Registration.objects.create(
        subscriber=subscriber,
        aor="x",
        contact="sip:desk@198.51.100.7:5060",
        contact_key="1",
        since=now,
        expires_at=now + timedelta(minutes=5),
        user_agent="Yealink T54W",
        **ids,
    )


def question(text: str) -> str:
    """Where the page asks for changes."""
    found = re.search(r'id="live" hx-get="([^"]+)"', text)
    assert found
    return unescape(found[1])


def ask(client: Client, url: str) -> Any:
    return client.get(url, headers=ASKED)


@pytest.fixture
def endpoint(account: Account) -> Endpoint:
    make_endpoint(account, "other")
    return make_endpoint(account, "desk")


@pytest.fixture
def url(account: Account) -> str:
    return f"/accounts/{account.auth_id}/endpoints/"


def test_nothing_is_sent_while_nothing_changes(owner: Client, url: str, endpoint: Endpoint) -> None:
    for page in (url, f"{url}{endpoint.endpoint_id}/"):
        assert ask(owner, question(owner.get(page).content.decode())).status_code == 204


def test_a_list_gets_the_cells_of_the_columns_in_view(owner: Client, url: str, endpoint: Endpoint) -> None:
    asked = question(owner.get(f"{url}?columns=state&columns=registered_user_agent").content.decode())
    register(endpoint.subscriber)
    text = ask(owner, asked).content.decode()
    assert f'id="live-state-{endpoint.endpoint_id}" hx-swap-oob="innerHTML"' in text
    assert "Yealink T54W" in text
    assert "198.51.100.7" not in text
    assert "<html" not in text
    assert ask(owner, question(text)).status_code in (204, 200)  # 200 where a minute has passed meanwhile
    assert question(text) != asked


def test_an_object_page_gets_its_state_and_its_registration(owner: Client, url: str, endpoint: Endpoint) -> None:
    page = f"{url}{endpoint.endpoint_id}/"
    asked = question(owner.get(page).content.decode())
    register(endpoint.subscriber)
    text = ask(owner, asked).content.decode()
    assert 'id="live-state"' in text
    assert "sip:desk@198.51.100.7:5060" in text
    assert "Registered since" in owner.get(page).content.decode()


def test_credentials_and_devices_ask_too(owner: Client, account: Account) -> None:
    credential = make_credential(account, "trunk")
    sip = {"username": "phone", "password": "SecurePass123"}
    device = device_create(account=account, data={"name": "Desk", "sip": sip}).device
    base = f"/accounts/{account.auth_id}/"
    for page in (
        "credentials/",
        f"credentials/{credential.credential_id}/",
        "devices/",
        f"devices/{device.device_id}/",
    ):
        asked = question(owner.get(base + page).content.decode())
        assert ask(owner, asked).status_code == 204
        assert ask(owner, re.sub(r"v=\w+", "v=old", asked)).status_code == 200


@pytest.mark.parametrize("row", ["nothing", "\x00", "9" * 30, ""])
def test_nonsense_is_about_nothing(owner: Client, url: str, endpoint: Endpoint, row: str) -> None:
    response = owner.get(url, {"row": row, "v": "x"}, headers=ASKED)
    assert response.status_code == 200
    assert "live-state" not in response.content.decode()


def test_another_tenants_rows_are_not_told(owner: Client, stranger: Client, url: str, endpoint: Endpoint) -> None:
    asked = question(owner.get(url).content.decode())
    assert ask(stranger, asked).status_code == 404
    theirs = url.replace(url.split("/")[2], Account.objects.get(name="Globex").auth_id)
    text = stranger.get(theirs, {"row": str(endpoint.endpoint_id), "v": "x"}, headers=ASKED).content.decode()
    assert "live-state" not in text


def test_it_costs_one_query_beside_those_of_who_asks(owner: Client, url: str, endpoint: Endpoint) -> None:
    asked = re.sub(r"v=\w+", "v=old", question(owner.get(url).content.decode()))
    with CaptureQueriesContext(
        connection,
    ) as captured:
        ask(owner, asked)
    assert len([query for query in captured if "sip_registration" in query["sql"]]) == 1
    assert len(captured) < 8


@pytest.mark.parametrize("page", ["registrations", "attempts"])
def test_a_list_whose_rows_come_and_go_changes_as_a_whole(
    owner: Client, account: Account, endpoint: Endpoint, page: str
) -> None:
    url = f"/accounts/{account.auth_id}/{page}/"
    asked = question(owner.get(f"{url}?size=25").content.decode())
    assert "size=25" in asked
    assert ask(owner, asked).status_code == 204
    register(endpoint.subscriber)
    make_attempt(account, "desk", subscriber_id=endpoint.subscriber_id)
    answer = ask(owner, asked).content.decode()
    assert 'id="live-rows" hx-swap-oob="innerHTML"' in answer
    assert "<table" in answer
    assert "&amp;v=" in answer
    assert "v=" not in answer.partition('id="live-rows"')[2]
    assert ask(owner, question(answer)).status_code == 204
