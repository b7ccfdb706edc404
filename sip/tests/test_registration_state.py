"""What lists and APIs read of registrations: the registrar, as a column of any query and as contacts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Account
from sip import registrar
from sip.models import Subscriber
from sip.services import subscriber_update
from sip.tests.sbc import Sbc, make_subscriber, question
from sip.tests.test_registrations import DESK, SOFT, register


def test_the_state_of_any_number_of_rows_is_one_statement(sbc: Sbc, company: Account, daveh: Subscriber) -> None:
    for number in range(5):
        make_subscriber(company, f"phone{number}")
        sbc.ask(question(f"phone{number}"))
    with CaptureQueriesContext(connection) as captured:
        rows = list(registrar.current().with_state(Subscriber.objects.order_by("username"), subscriber="pk"))
    assert ([row.registered_until is not None for row in rows], len(captured)) == ([False, *[True] * 5], 1)


def test_the_state_is_that_of_the_contact_that_lives_longest(sbc: Sbc, daveh: Subscriber) -> None:
    register(sbc, f"<{DESK}>;expires=60", f"<{SOFT}>;expires=200")
    row = registrar.current().with_state(Subscriber.objects.all(), subscriber="pk").get()
    state = row.registered_contact, row.registered_user_agent, row.registered_received
    assert state == (SOFT, "Desk phone 1.0", "203.0.113.7")
    assert row.registered_until - row.registered_since == timedelta(seconds=200)


def test_who_is_not_registered_has_no_state(sbc: Sbc, daveh: Subscriber) -> None:
    register(sbc)
    subscriber_update(subscriber=daveh, enabled=False)
    row = registrar.current().with_state(Subscriber.objects.all(), subscriber="pk").get()
    state = row.registered_contact, row.registered_until, row.registered_since
    assert state == (None, None, None)


def test_lists_can_be_filtered_by_state(sbc: Sbc, company: Account, daveh: Subscriber) -> None:
    make_subscriber(company, "silent")
    register(sbc)
    is_registered = registrar.current().is_registered(subscriber="pk")
    assert [row.username for row in Subscriber.objects.filter(is_registered)] == ["daveh"]
    assert [row.username for row in Subscriber.objects.filter(~is_registered)] == ["silent"]


def test_the_contacts_of_many_are_one_statement(sbc: Sbc, company: Account, daveh: Subscriber) -> None:
    silent = make_subscriber(company, "silent")
    register(sbc, f"<{DESK}>", f"<{SOFT}>")
    with CaptureQueriesContext(connection) as captured:
        found = registrar.current().contacts([daveh.pk, silent.pk])
    assert (sorted(contact.uri for contact in found[daveh.pk]), list(found), len(captured)) == (
        sorted([DESK, SOFT]),
        [daveh.pk],
        1,
    )


def test_a_phone_behind_an_sbc_cannot_be_notified(sbc: Sbc, daveh: Subscriber) -> None:
    assert registrar.current().notify(daveh, event="check-sync") == []
    register(sbc)
    with pytest.raises(registrar.CannotNotify, match="SBC"):
        registrar.current().sync(daveh)


def test_the_registrar_is_well(db: None) -> None:
    assert registrar.current().health() == ""
