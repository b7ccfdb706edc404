"""Registrations: from admitted REGISTERs, until they are taken back, expire or are cut off from here."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Account
from accounts.services import account_create, account_update
from sip import registrar, registrations
from sip.models import CutOff, Registration, Subscriber
from sip.services import password_set, subscriber_delete, subscriber_update
from sip.tests.sbc import REALM, Sbc, invite, make_subscriber, question
from sip.uri import EVERY_CONTACT

DESK, SOFT = "sip:daveh@203.0.113.7:5060", "sip:daveh@198.51.100.4:40000;transport=tcp"


def register(sbc: Sbc, *contacts: str, **given: Any) -> None:
    """Register these contacts, as written in the header."""
    headers = {"contact": ", ".join(contacts) or f"<{DESK}>"}
    assert sbc.ask(question(**given, headers=headers))["status"] == "ok"


def alive() -> list[str]:
    """The contacts that live now."""
    return sorted(Registration.objects.filter(registrations.living()).values_list("contact", flat=True))


def age(**distance: Any) -> datetime:
    """Pretend that all registrations were made longer ago. Returns since when they are."""
    for row in Registration.objects.all():
        row.since -= timedelta(**distance)
        row.expires_at -= timedelta(**distance)
        row.save()
    return Registration.objects.get().since


# --- what is kept -----------------------------------------------------------------------------------------------------


def test_an_admitted_register_is_kept_with_all_it_tells(sbc: Sbc, company: Account, daveh: Subscriber) -> None:
    before = timezone.now()
    register(sbc, expires=3600)
    row = Registration.objects.get()
    kept = row.subscriber_id, row.account_id, row.main_account_id, row.aor, row.contact, row.user_agent, row.source
    assert kept == (daveh.pk, company.pk, company.pk, f"sip:daveh@{REALM}", DESK, "Desk phone 1.0", "203.0.113.7")
    assert row.expires_at - row.since == timedelta(seconds=300)
    assert before <= row.since <= timezone.now()


def test_a_refused_register_and_a_call_are_not_kept(sbc: Sbc, daveh: Subscriber) -> None:
    sbc.ask(question(password="not-the-password"))
    sbc.ask(invite())
    assert not Registration.objects.exists()


def test_a_refresh_keeps_since_and_moves_the_end(sbc: Sbc, daveh: Subscriber) -> None:
    register(sbc)
    since = age(seconds=100)
    register(sbc)
    row = Registration.objects.get()
    assert (row.since, row.expires_at - row.since > timedelta(seconds=399)) == (since, True)


def test_a_registration_that_was_over_begins_anew(sbc: Sbc, daveh: Subscriber) -> None:
    register(sbc)
    age(seconds=400)
    register(sbc)
    assert timezone.now() - Registration.objects.get().since < timedelta(seconds=60)


def test_a_registration_that_was_cut_off_begins_anew(sbc: Sbc, daveh: Subscriber) -> None:
    register(sbc)
    age(seconds=100)
    registrations.cut_off(daveh, CutOff.ROTATED)
    register(sbc)
    row = Registration.objects.get()
    assert (row.cut_off_at, row.cut_off_reason) == (None, "")
    assert timezone.now() - row.since < timedelta(seconds=60)


def test_several_phones_of_one_user_are_told_apart(sbc: Sbc, daveh: Subscriber) -> None:
    register(sbc, f"<{DESK}>")
    register(sbc, f"<{SOFT}>")
    assert alive() == sorted([DESK, SOFT])


def test_several_contacts_in_one_register_are_kept_each_for_its_own_time(sbc: Sbc, daveh: Subscriber) -> None:
    register(sbc, f"<{DESK}>;expires=60", f"<{SOFT}>;expires=7200")
    lives = {row.contact: row.expires_at - row.since for row in Registration.objects.all()}
    assert lives == {DESK: timedelta(seconds=60), SOFT: timedelta(seconds=300)}


def test_a_phone_with_an_instance_stays_one_when_its_address_changes(sbc: Sbc, daveh: Subscriber) -> None:
    instance = '+sip.instance="<urn:uuid:00000000-0000-4000-8000-000000000001>"'
    register(sbc, f"<{DESK}>;{instance}")
    register(sbc, f"<{SOFT}>;{instance}")
    assert alive() == [SOFT]


def test_the_same_contact_twice_is_one(sbc: Sbc, daveh: Subscriber) -> None:
    register(sbc, f"<{DESK}>", f"<{DESK}>;q=0.5")
    assert alive() == [DESK]


def test_a_register_without_a_contact_only_asks(sbc: Sbc, daveh: Subscriber) -> None:
    assert sbc.ask(question(headers={"contact": None}))["status"] == "ok"
    assert not Registration.objects.exists()


@pytest.mark.parametrize("contact", ["nonsense", "<tel:+49301>", "", "<sip:a@b"])
def test_a_contact_that_cannot_be_read_is_kept_without_its_address(sbc: Sbc, daveh: Subscriber, contact: str) -> None:
    assert sbc.ask(question(headers={"contact": contact}))["status"] == "ok"
    assert alive() == [registrations.UNNAMED]


def test_a_hook_set_to_get_tells_no_contact(sbc: Sbc, daveh: Subscriber) -> None:
    for _each in range(2):
        assert sbc.get(question()).json()["status"] == "ok"
    assert alive() == [registrations.UNNAMED]


@pytest.mark.parametrize("contact", ["*", f"<{DESK}>, *"])
def test_every_contact_is_no_contact_to_keep(sbc: Sbc, daveh: Subscriber, contact: str) -> None:
    register(sbc, contact)
    assert EVERY_CONTACT not in alive()


def test_long_values_are_cut_to_what_fits(sbc: Sbc, daveh: Subscriber) -> None:
    long = f"sip:daveh@203.0.113.7;x={'y' * 5000}"
    assert sbc.ask(question(headers={"contact": f"<{long}>", "user-agent": "z" * 5000}))["status"] == "ok"
    row = Registration.objects.get()
    assert (row.contact, len(row.user_agent)) == (long[:512], 255)


# --- how it ends ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("contact", "expires", "left"),
    [
        (f"<{DESK}>", 0, [SOFT]),
        (f"<{DESK}>;expires=0", 300, [SOFT]),
        ("*", 0, []),
        (f"<{DESK}>;expires=0, <{SOFT}>;expires=0", 300, []),
        ("<sip:daveh@192.0.2.99>", 0, sorted([DESK, SOFT])),
        (f"<{DESK}>;expires=0, <{SOFT}>", 300, [SOFT]),
        ("nonsense", 0, []),
    ],
)
def test_a_phone_takes_contacts_back(sbc: Sbc, daveh: Subscriber, contact: str, expires: int, left: list[str]) -> None:
    register(sbc, f"<{DESK}>", f"<{SOFT}>")
    register(sbc, contact, expires=expires)
    assert alive() == left


def test_one_user_takes_nothing_from_another(sbc: Sbc, company: Account, daveh: Subscriber) -> None:
    make_subscriber(company, "jane")
    register(sbc)
    assert sbc.ask(question("jane", expires=0, headers={"contact": "*"}))["status"] == "ok"
    assert alive() == [DESK]


def test_time_ends_it(sbc: Sbc, daveh: Subscriber) -> None:
    register(sbc)
    age(seconds=301)
    assert alive() == []


def cut(row: Registration) -> tuple[bool, str]:
    row.refresh_from_db()
    return row.cut_off_at is not None and timezone.now() - row.cut_off_at < timedelta(seconds=60), row.cut_off_reason


@pytest.mark.parametrize(
    ("deed", "reason"),
    [
        (lambda daveh: subscriber_update(subscriber=daveh, enabled=False), CutOff.DISABLED),
        (lambda daveh: password_set(subscriber=daveh, password="the-new-password"), CutOff.ROTATED),
        (lambda daveh: subscriber_delete(subscriber=daveh), CutOff.DELETED),
        (lambda daveh: account_update(account=daveh.account, enabled=False), CutOff.DISABLED),
        (lambda daveh: registrar.current().remove(daveh), CutOff.REMOVED),
        (lambda daveh: registrar.current().remove(daveh, DESK), CutOff.REMOVED),
    ],
    ids=["disabled", "rotated", "deleted", "account disabled", "removed", "contact removed"],
)
def test_what_is_done_here_cuts_off_and_says_why(sbc: Sbc, daveh: Subscriber, deed: Any, reason: str) -> None:
    register(sbc)
    row = Registration.objects.get()
    deed(daveh)
    assert cut(row) == (True, reason)
    assert alive() == []


@pytest.mark.parametrize(
    "deed",
    [
        lambda daveh: password_set(subscriber=daveh, password="the-new-password", overlap_minutes=5),
        lambda daveh: subscriber_update(subscriber=daveh, allow_phones=False),
        lambda daveh: account_update(account=daveh.account, name="Another name"),
        lambda daveh: registrar.current().remove(daveh, SOFT),
    ],
    ids=["overlap", "policy", "renamed", "another contact"],
)
def test_what_ends_nothing_cuts_nothing_off(sbc: Sbc, daveh: Subscriber, deed: Any) -> None:
    register(sbc)
    deed(daveh)
    assert alive() == [DESK]


def test_disabling_a_main_account_cuts_its_sub_accounts_off(sbc: Sbc, company: Account) -> None:
    sub = account_create(account=Account(name="Sub", parent=company), realm="sub.example").account
    make_subscriber(sub, "erin", "sub.example")
    assert sbc.ask(question("erin", realm="sub.example"))["status"] == "ok"
    account_update(account=company, enabled=False)
    assert alive() == []


def test_disabling_a_sub_account_leaves_its_main_account_registered(
    sbc: Sbc, company: Account, daveh: Subscriber
) -> None:
    sub = account_create(account=Account(name="Sub", parent=company)).account
    register(sbc)
    account_update(account=sub, enabled=False)
    assert alive() == [DESK]


def test_what_was_over_already_is_not_cut_off(sbc: Sbc, daveh: Subscriber) -> None:
    register(sbc)
    age(seconds=400)
    subscriber_update(subscriber=daveh, enabled=False)
    assert Registration.objects.get().cut_off_at is None


def test_registrations_follow_their_subscriber_to_another_account(
    sbc: Sbc, company: Account, daveh: Subscriber
) -> None:
    sub = account_create(account=Account(name="Sub", parent=company)).account
    register(sbc)
    subscriber_update(subscriber=daveh, account=sub)
    row = Registration.objects.get()
    assert (row.account_id, row.main_account_id) == (sub.pk, company.pk)
