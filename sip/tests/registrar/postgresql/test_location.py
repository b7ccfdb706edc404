"""Registrations as the console reads them from Kamailio's table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import Account
from endpoints.models import Endpoint
from sip.kamailio import location
from sip.kamailio.registrar import KamailioRegistrar
from sip.models import Subscriber
from sip.tests.registrar.conftest import FakeKamailio
from sip.tests.registrar.postgresql.rows import registered, run
from tests.tenants import make_credential, make_endpoint

REGISTRAR = KamailioRegistrar()


def state(subscriber: Subscriber) -> Any:
    return REGISTRAR.with_state(Subscriber.objects.all(), subscriber="pk").get(pk=subscriber.pk)


def test_who_is_registered_is_seen_with_where_and_until_when(subscriber: Subscriber) -> None:
    contact = registered("Reception")
    seen = state(subscriber)
    assert (seen.registered_contact, seen.registered_user_agent) == (contact, "Desk phone")
    assert seen.registered_received == "192.0.2.7:5060"
    assert timedelta(seconds=290) < seen.registered_until - datetime.now(UTC) <= timedelta(seconds=300)
    assert abs(seen.registered_since - datetime.now(UTC)) < timedelta(seconds=10)


def test_who_is_not_registered_has_no_contact(subscriber: Subscriber) -> None:
    registered("reception", "another.example")
    registered("somebody")
    seen = state(subscriber)
    assert (seen.registered_contact, seen.registered_until) == (None, None)


def test_an_expired_row_does_not_count(subscriber: Subscriber) -> None:
    registered("Reception", seconds=-1)
    assert not state(subscriber).registered_until


def test_the_newest_contact_is_the_one_that_is_shown(subscriber: Subscriber) -> None:
    registered("Reception", age=100)
    newest = registered("Reception", age=1)
    assert state(subscriber).registered_contact == newest


@pytest.mark.parametrize(
    ("username", "aor"), [("ALICE", "alice"), ("Ünal", "Ünal"), ("straße", "straße"), ("Iİ", "iİ")]
)
def test_only_ascii_letters_lose_their_case_as_in_kamailio(account: Account, username: str, aor: str) -> None:
    subscriber = make_endpoint(account, "placeholder").subscriber
    run("UPDATE sip_subscriber SET username = %s WHERE id = %s", username, subscriber.pk)
    registered(username)
    assert state(subscriber).registered_until
    assert run("SELECT username FROM sip.location") == [(aor,)]


def test_a_list_is_read_in_one_statement(account: Account, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for name in ("one", "two", "three"):
        make_endpoint(account, name)
        registered(name)
    with django_assert_num_queries(1):
        assert all(row.registered_until for row in REGISTRAR.with_state(Endpoint.objects.all()))


def test_registered_can_be_asked_for(account: Account) -> None:
    make_endpoint(account, "here")
    make_endpoint(account, "away")
    registered("here")
    assert [each.username for each in Endpoint.objects.filter(REGISTRAR.is_registered())] == ["here"]
    assert [each.username for each in Endpoint.objects.filter(~REGISTRAR.is_registered())] == ["away"]


def test_the_contacts_of_many_come_in_one_statement_newest_first(
    account: Account, subscriber: Subscriber, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    silent, other = make_endpoint(account, "silent").subscriber, make_credential(account, "trunk").subscriber
    older, newer = registered("Reception", age=50), registered("Reception", age=5)
    trunk = registered("trunk", other.realm.name)
    with django_assert_num_queries(1):
        found = REGISTRAR.contacts([subscriber.pk, silent.pk, other.pk])
    uris = {pk: [contact.uri for contact in contacts] for pk, contacts in found.items()}
    assert uris == {subscriber.pk: [newer, older], other.pk: [trunk]}


def test_a_removed_contact_is_gone_and_the_others_stay(subscriber: Subscriber) -> None:
    first, second = registered("Reception", age=1), registered("Reception", age=2)
    REGISTRAR.remove(subscriber, first)
    assert [contact.uri for contact in REGISTRAR.contacts([subscriber.pk])[subscriber.pk]] == [second]
    REGISTRAR.remove(subscriber)
    assert REGISTRAR.contacts([subscriber.pk]) == {}


def test_strays_are_those_that_nobody_live_stands_behind(
    account: Account, sub_account: Account, subscriber: Subscriber
) -> None:
    below = make_credential(sub_account, "trunk").subscriber
    registered("Reception")
    registered("ghost")
    registered("trunk", below.realm.name)
    assert location.remove_strays() == 1
    type(sub_account).objects.filter(pk=sub_account.pk).update(enabled=False)
    assert location.remove_strays(account.pk) == 1
    assert run("SELECT username FROM sip.location") == [("reception",)]


def test_strays_of_another_account_are_left_alone(account: Account, other_account: Account) -> None:
    registered("ghost")
    assert location.remove_strays(other_account.pk) == 0


def test_a_notify_reports_each_contact(kamailio: FakeKamailio, subscriber: Subscriber) -> None:
    contact = registered("Reception")
    registered("Reception", seconds=-5, age=9)
    kamailio.answers["tm.t_uac_wait"] = [481, "Subscription Does Not Exist", "Via: x"]
    (delivery,) = REGISTRAR.sync(subscriber, reboot=True)
    assert (delivery.contact.uri, delivery.status, delivery.reason) == (contact, 481, "Subscription Does Not Exist")
    assert delivery.contact.received == "192.0.2.7:5060"
    assert "Event: check-sync;reboot=true\r\n" in kamailio.calls[0][1][4]


def test_the_registrar_is_well_when_table_and_kamailio_answer(db: None, kamailio: FakeKamailio) -> None:
    assert REGISTRAR.health() == ""


# --- the page of registrations ----------------------------------------------------------------------------------------


@pytest.fixture
def by_kamailio(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sip.registrar.current", lambda: REGISTRAR)


def aors(client: Client, account: Account, query: str = "") -> list[str]:
    page = client.get(f"/accounts/{account.auth_id}/registrations/{query}")
    return [row.record.aor for row in page.context["table"].paginated_rows]


def test_the_page_of_registrations_lists_kamailios_rows_of_the_account(
    owner: Client, stranger: Client, account: Account, other_account: Account, subscriber: Subscriber, by_kamailio: None
) -> None:
    registered("Reception")
    registered("gone", seconds=-1)
    registered("foreign", make_endpoint(other_account, "foreign").subscriber.realm.name)
    registered("stray", "nobody.example")
    assert aors(owner, account) == ["sip:gone@sip.vobiz.ai", "sip:reception@sip.vobiz.ai"]
    assert aors(owner, account, "?state=living") == ["sip:reception@sip.vobiz.ai"]
    assert aors(owner, account, "?state=over") == ["sip:gone@sip.vobiz.ai"]
    assert aors(owner, account, "?state=cut") == []
    assert aors(owner, account, "?q=192.0.2.7") == aors(owner, account)
    assert len(aors(stranger, other_account)) == 1
    reception = Endpoint.objects.get(subscriber=subscriber)
    shown = owner.get(f"/accounts/{account.auth_id}/registrations/").content.decode()
    assert f"/endpoints/{reception.endpoint_id}/" in shown
    columns = "?columns=state&columns=source&columns=cut_off_at&columns=since"
    text = owner.get(f"/accounts/{account.auth_id}/registrations/{columns}").content.decode()
    assert "192.0.2.7:5060" in text


def test_a_sub_account_sees_the_registrations_of_its_own_endpoints(
    owner: Client, account: Account, sub_account: Account, subscriber: Subscriber, by_kamailio: None
) -> None:
    make_endpoint(account, "theirs", sub_account=sub_account)
    registered("Reception")
    registered("theirs")
    assert aors(owner, sub_account) == ["sip:theirs@sip.vobiz.ai"]


def test_registered_phones_of_a_family_are_counted_by_realm_and_a_sub_accounts_by_subscriber(
    account: Account, sub_account: Account, other_account: Account
) -> None:
    make_endpoint(account, "one")
    make_endpoint(account, "two", sub_account=sub_account)
    registered("one")
    registered("one", age=7)
    registered("two")
    registered("over", seconds=-1)
    registered("elsewhere", f"{other_account.auth_id.lower()}.sip.vobiz.ai")
    counted = [REGISTRAR.registered_count(each, most=10) for each in (account, sub_account, other_account, None)]
    assert counted == [2, 1, 1, 3]
    assert REGISTRAR.registered_count(None, most=1) == 1
