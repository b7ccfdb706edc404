"""Hand-over links: opened once, by one, within their time; guessed by nobody."""

from __future__ import annotations

import re
import threading
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from cryptography.fernet import InvalidToken
from django.core.exceptions import ValidationError
from django.db import connections
from django.test import Client
from django.utils import timezone

from accounts.models import Account
from bulk.models import Job
from bulk.tests.conftest import apply, check_file
from bulk.tests.test_api import Caller
from console.models import AuditEntry, RateBucket
from devices.models import Device
from devices.services import device_create
from endpoints.models import Endpoint
from handover import services, tokens
from handover.formats import LPCONFIG, linphone_xml, plain
from handover.models import Link, LinkState
from sip.connecting import Connection
from tests.tenants import SIP_PASSWORD, make_account, make_credential, make_endpoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def phone(account: Account) -> Endpoint:
    return make_endpoint(account, "desk01")


def make(phone: Endpoint, minutes: int = 15) -> services.MadeLink:
    return services.link_create(
        account=phone.account, subscriber=phone.subscriber, password=SIP_PASSWORD, minutes=minutes, name="Reception"
    )


def token_of(made: services.MadeLink) -> str:
    return made.url.partition("#")[2]


def open_it(token: str, client: Client | None = None, source: str = "192.0.2.1") -> Any:
    return (client or Client()).post("/handover/", {"token": token}, REMOTE_ADDR=source)


def test_a_link_shows_the_settings_once(phone: Endpoint) -> None:
    token = token_of(make(phone))
    first, second = open_it(token), open_it(token)
    assert SIP_PASSWORD in first.content.decode()
    assert second.status_code == 410
    assert "This link was used already." in second.content.decode()


def test_looking_at_the_page_opens_nothing(phone: Endpoint) -> None:
    made = make(phone)
    page = Client().get("/handover/")
    assert SIP_PASSWORD not in page.content.decode()
    made.link.refresh_from_db()
    assert made.link.is_open


def test_of_two_takers_one_gets_the_secret(transactional_db: None) -> None:
    token = token_of(make(make_endpoint(make_account("Acme"), "desk01")))
    answers: list[int] = []
    barrier = threading.Barrier(4)

    def take() -> None:
        barrier.wait()
        answers.append(open_it(token).status_code)
        connections.close_all()

    threads = [threading.Thread(target=take) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 410, 410, 410]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"expires_at": timezone.now() - timedelta(minutes=1)}, "This link has expired."),
        ({"revoked_at": timezone.now()}, "This link was revoked."),
        ({"used_at": timezone.now()}, "This link was used already."),
    ],
)
def test_a_link_that_is_over_says_just_that(phone: Endpoint, change: dict[str, Any], words: str) -> None:
    token = token_of(make(phone))
    Link.objects.update(**change)
    answer = open_it(token)
    assert answer.status_code == 410
    assert words in answer.content.decode()


def test_who_guesses_is_refused_after_a_few_tries_and_others_are_not(phone: Endpoint) -> None:
    token = token_of(make(phone))
    statuses = [open_it(tokens.fresh()).status_code for _try in range(7)]
    assert statuses == [404] * 5 + [429] * 2
    assert "Retry-After" in open_it(token).headers
    assert open_it(token, source="192.0.2.2").status_code == 200


def test_guesses_are_counted_by_network_for_ipv6(phone: Endpoint) -> None:
    sources = [f"2001:db8::{number}" for number in range(1, 7)]
    assert [open_it("x", source=source).status_code for source in sources] == [404] * 5 + [429]
    assert RateBucket.objects.get(key__startswith="handover").key == "handover:2001:db8::/64"


def test_the_database_knows_neither_token_nor_settings(phone: Endpoint) -> None:
    token = token_of(make(phone))
    (row,) = Link.objects.values()
    assert token not in str(row)
    with pytest.raises(InvalidToken):
        tokens.unseal(tokens.fresh(), row["sealed"])
    assert tokens.unseal(token, row["sealed"])["password"] == SIP_PASSWORD


def test_an_opened_link_is_emptied_and_leaves_a_trace(phone: Endpoint) -> None:
    open_it(token_of(make(phone)))
    link = Link.objects.get()
    assert (link.sealed, link.used_from, link.state) == ("", "192.0.2.1", LinkState.USED)
    assert AuditEntry.objects.filter(object_type="link", action="open").exists()
    assert SIP_PASSWORD not in str(list(AuditEntry.objects.values_list("changes", flat=True)))


def test_the_token_is_in_no_log(phone: Endpoint, caplog: pytest.LogCaptureFixture, capsys: Any) -> None:
    token = token_of(make(phone))
    Client().get(f"/handover/linphone.xml?token={token}")
    open_it(token)
    assert token not in caplog.text + "".join(capsys.readouterr())


def test_a_wrong_password_makes_no_link(phone: Endpoint) -> None:
    with pytest.raises(ValidationError, match="not its password"):
        services.link_create(account=phone.account, subscriber=phone.subscriber, password="SomethingElse1")


@pytest.mark.parametrize("minutes", [0, -1, 24 * 60 + 1])
def test_a_lifetime_has_bounds(phone: Endpoint, minutes: int) -> None:
    with pytest.raises(ValidationError, match="1 minute to 24 hours"):
        make(phone, minutes)


def test_linphone_fetches_its_configuration_once(phone: Endpoint) -> None:
    token = token_of(make(phone))
    assert Client().head(f"/handover/linphone.xml?token={token}").status_code == 405
    first, second = (Client().get(f"/handover/linphone.xml?token={token}") for _time in range(2))
    config = ElementTree.fromstring(first.content)
    assert config.find(f".//{{{LPCONFIG}}}entry[@name='passwd']").text == SIP_PASSWORD  # type: ignore[union-attr]
    assert second.status_code == 410


def test_the_formats_carry_odd_passwords_whole() -> None:
    phone = Connection("al", "sip.example", "[2001:db8::1]:5070", "<&\"'> ü")
    entries = {entry.get("name"): entry.text for entry in ElementTree.fromstring(linphone_xml(phone)).iter()}
    assert entries["passwd"] == phone.password
    assert "Port: 5070\n" in plain(phone)


def test_links_that_expired_are_emptied_and_later_forgotten(phone: Endpoint) -> None:
    make(phone)
    Link.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    services.erase_expired()
    assert Link.objects.get().sealed == ""
    Link.objects.update(expires_at=timezone.now() - timedelta(days=31))
    services.erase_expired()
    assert not Link.objects.exists()


def test_a_link_is_made_on_its_page_and_shown_once(owner: Client, phone: Endpoint, account: Account) -> None:
    values = {"kind": "endpoints", "username": "desk01", "password": SIP_PASSWORD, "minutes": "15"}
    answer = owner.post(f"/accounts/{account.auth_id}/links/new/", values)
    shown = owner.get(answer["Location"]).content.decode()
    token = re.search(r"/handover/#([\w-]{43})", shown)
    assert token
    assert "It was shown once" in owner.get(answer["Location"]).content.decode()
    assert SIP_PASSWORD in open_it(token[1]).content.decode()


@pytest.fixture
def device(account: Account) -> Device:
    sip = {"username": "desk01", "password": SIP_PASSWORD}
    device_create(account=account, data={"name": "No password", "sip": {"username": "desk02"}})
    return device_create(account=account, data={"name": "Reception", "sip": sip}).device


def test_the_secret_of_a_device_leads_to_its_link(owner: Client, device: Device, account: Account) -> None:
    page = f"/accounts/{account.auth_id}/devices/{device.device_id}/rotate/"
    secret = owner.post(page, {"password": "AnotherPass99", "overlap_minutes": "0"}, follow=True)
    form = re.search(r'<form class="button-row".*?</form>', secret.content.decode(), re.DOTALL)
    assert form
    sent = dict(re.findall(r'name="(kind|minutes|username|password)" value="([^"]*)"', form[0]))
    shown = owner.post(f"/accounts/{account.auth_id}/links/new/", sent, follow=True).content.decode()
    token = re.search(r"/handover/#([\w-]{43})", shown)
    assert token
    opened = open_it(token[1]).content.decode()
    assert all(words in opened for words in ("AnotherPass99", "desk01", "Connect Reception"))


def test_the_api_hands_over_a_device(account: Account, device: Device) -> None:
    body = {"username": "desk01", "password": SIP_PASSWORD}
    made = Caller(account).post("links?kind=devices", body)
    assert made.status_code == 201
    assert device.subscriber
    assert Caller(account).get(f"links/{made.json()['id']}").json()["for"] == device.subscriber.aor
    assert Caller(account).post("links?kind=devices", {**body, "username": "desk02"}).status_code == 404


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"password": "SomethingElse1"}, "This is not its password"),
        ({"username": "nobody"}, "There is no such username here."),
        ({"minutes": "9999"}, "Select a valid choice."),
    ],
)
def test_a_link_that_cannot_be_made_says_why(
    owner: Client, phone: Endpoint, account: Account, change: dict[str, str], words: str
) -> None:
    values = {"kind": "endpoints", "username": "desk01", "password": SIP_PASSWORD, "minutes": "15", **change}
    assert words in owner.post(f"/accounts/{account.auth_id}/links/new/", values).content.decode()


def test_links_are_listed_and_revoked(owner: Client, phone: Endpoint, account: Account) -> None:
    made = make(phone)
    assert "Waiting to be opened" in owner.get(f"/accounts/{account.auth_id}/links/").content.decode()
    values = {"action": "revoke", "row": [str(made.link.link_id)], "confirmed": "1", "expected": "1"}
    owner.post(f"/accounts/{account.auth_id}/links/bulk/", values)
    assert Link.objects.get().state == LinkState.REVOKED
    assert open_it(token_of(made)).status_code == 410


def test_a_batch_gets_a_sheet_of_links(owner: Client, account: Account) -> None:
    job = apply(check_file(account, "endpoints", "username,alias\na,A\nb,B\n"))
    page = owner.post(f"/accounts/{account.auth_id}/imports/{job.job_id}/links/", {"minutes": "60"}).content.decode()
    assert page.count('class="card"') == 2
    assert Link.objects.of(account).unopened().count() == 2
    again = owner.post(f"/accounts/{account.auth_id}/imports/{job.job_id}/links/", {"minutes": "60"})
    assert again.status_code == 303


def test_more_links_than_a_sheet_holds_cost_no_passwords(
    owner: Client, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handover.views.MOST_CARDS", 0)
    job = apply(check_file(account, "endpoints", "username,alias\na,A\n"))
    answer = owner.post(f"/accounts/{account.auth_id}/imports/{job.job_id}/links/", {"minutes": "15"}, follow=True)
    assert "A sheet has at most 0 cards." in answer.content.decode()
    assert not Link.objects.exists()


def test_a_lifetime_that_makes_no_sense_costs_no_passwords(owner: Client, account: Account) -> None:
    job = apply(check_file(account, "endpoints", "username,alias\na,A\n"))
    owner.post(f"/accounts/{account.auth_id}/imports/{job.job_id}/links/", {"minutes": "7"})
    assert Job.objects.get().has_secrets


def test_the_api_makes_shows_and_revokes(account: Account, phone: Endpoint) -> None:
    caller = Caller(account)
    made = caller.post("links", {"username": "desk01", "password": SIP_PASSWORD, "minutes": 60})
    assert made.status_code == 201
    shown = caller.get(f"links/{made.json()['id']}").json()
    assert (shown["state"], "link" in shown) == ("open", False)
    assert caller.get("links").json()["meta"]["total"] == 1
    assert caller.client.delete(caller.url(f"links/{shown['id']}")).status_code == 204
    assert caller.get(f"links/{shown['id']}").json()["state"] == "revoked"
    assert caller.client.delete(caller.url(f"links/{shown['id']}")).status_code == 400


@pytest.mark.parametrize(
    ("query", "change", "status"),
    [
        ("", {"password": "SomethingElse1"}, 400),
        ("", {"minutes": 0}, 400),
        ("", {"username": "nobody"}, 404),
        ("?kind=credentials", {}, 404),
        ("?kind=sub-accounts", {}, 400),
        ("?kind=phones", {}, 400),
    ],
)
def test_the_api_refuses(account: Account, phone: Endpoint, query: str, change: dict[str, Any], status: int) -> None:
    body = {"username": "desk01", "password": SIP_PASSWORD, **change}
    assert Caller(account).post(f"links{query}", body).status_code == status


def test_a_replayed_answer_has_no_link(account: Account, phone: Endpoint) -> None:
    caller = Caller(account)
    body = {"username": "desk01", "password": SIP_PASSWORD}
    first, second = (caller.post("links", body, **{"Idempotency-Key": "once"}) for _time in range(2))
    assert first.json()["link"].startswith("http")
    assert second.json()["link"] == "<redacted>"


def test_another_tenants_link_is_not_there(account: Account, other_account: Account, phone: Endpoint) -> None:
    made = make(phone)
    stranger = Caller(other_account)
    make_credential(other_account, "desk01")
    assert stranger.get(f"links/{made.link.link_id}").status_code == 404
    assert stranger.get("links").json()["meta"]["total"] == 0
