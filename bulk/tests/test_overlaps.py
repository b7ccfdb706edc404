"""The list of old passwords that still work, and who has moved to the new one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Account
from devices.services import device_create
from sip.models import AuthAttempt, Outcome, Reason, Secret, Subscriber
from sip.services import password_set
from tests.tenants import SIP_PASSWORD, make_credential, make_endpoint

pytestmark = pytest.mark.django_db


def rotate(subscriber: Subscriber, minutes: int = 60) -> None:
    password_set(subscriber=subscriber, password="AnotherPass99", overlap_minutes=minutes)


def admit(subscriber: Subscriber, reason: Reason, **more: Any) -> None:
    ids = {"account_id": subscriber.account_id, "main_account_id": subscriber.account.main_id}
    AuthAttempt.objects.create(subscriber_id=subscriber.pk, outcome=Outcome.OK, reason=reason, **ids, **more)


def page(client: Client, account: Account, query: str = "") -> str:
    answer = client.get(f"/accounts/{account.auth_id}/overlaps/{query}", follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_kind_is_listed_and_leads_to_its_page(owner: Client, account: Account) -> None:
    phone, trunk = make_endpoint(account, "reception"), make_credential(account, "trunk")
    sip = {"username": "hall", "password": SIP_PASSWORD}
    device = device_create(account=account, data={"name": "Hall", "sip": sip}).device
    for holder in (phone, trunk, device):
        assert holder.subscriber is not None
        rotate(holder.subscriber)
    text = page(owner, account)
    assert "3 old passwords" in text
    for path in (
        f"endpoints/{phone.endpoint_id}/",
        f"credentials/{trunk.credential_id}/",
        f"devices/{device.device_id}/",
    ):
        assert f"/accounts/{account.auth_id}/{path}" in text


def test_it_tells_which_password_was_used_last(owner: Client, account: Account) -> None:
    expected = {"moved": "the new one", "stayed": "the old one", "silent": "neither yet"}
    for name in expected:
        subscriber = make_endpoint(account, name).subscriber
        admit(subscriber, Reason.ADMITTED, at=timezone.now() - timedelta(hours=1))  # before the rotation: tells nothing
        rotate(subscriber)
        if name != "silent":
            admit(subscriber, Reason.OLD_PASSWORD)
        if name == "moved":
            admit(subscriber, Reason.ADMITTED)
    for used, name in {"new": "moved", "old": "stayed", "neither": "silent"}.items():
        text = page(owner, account, f"?used={used}")
        assert [each for each in expected if f"<bdi>{each}</bdi>" in text] == [name]
        assert expected[name] in text


def test_there_is_a_page_for_each_of_many(owner: Client, account: Account) -> None:
    for number in range(30):
        rotate(make_endpoint(account, f"p{number:02d}").subscriber, minutes=60 + number)
    first, second = page(owner, account, "?size=25"), page(owner, account, "?size=25&page=2")
    names = [f"p{number:02d}" for number in range(30)]
    assert [name for name in names if f"<bdi>{name}</bdi>" in first] == names[:25]  # the first to end first
    assert [name for name in names if f"<bdi>{name}</bdi>" in second] == names[25:]
    assert "30 old passwords" in second


def test_it_is_searched_and_narrowed_to_a_kind(owner: Client, account: Account) -> None:
    for made in (
        make_endpoint(account, "reception"),
        make_credential(account, "recorder"),
        make_endpoint(account, "x"),
    ):
        rotate(made.subscriber)
    names = ("reception", "recorder", "x")
    for query, expected in {"REC": names[:2], "rec tion": names[:1], "rec&kind=credential": names[1:2]}.items():
        text = page(owner, account, f"?q={query}")
        assert tuple(name for name in names if f"<bdi>{name}</bdi>" in text) == expected


def test_what_has_ended_or_belongs_to_others_is_not_listed(
    owner: Client, account: Account, other_account: Account
) -> None:
    ended, theirs = make_endpoint(account, "ended"), make_endpoint(other_account, "theirs")
    rotate(ended.subscriber)
    rotate(theirs.subscriber)
    Secret.objects.filter(subscriber=ended.subscriber, valid_until__isnull=False).update(valid_until=timezone.now())
    text = page(owner, account)
    assert "No old passwords yet" in text
    assert "theirs" not in text


def test_a_sub_account_sees_its_own_and_the_main_account_its_endpoints(
    owner: Client, account: Account, sub_account: Account
) -> None:
    rotate(make_endpoint(account, "shared", sub_account=sub_account).subscriber)
    rotate(make_endpoint(account, "mine").subscriber)
    rotate(make_credential(sub_account, "theirs").subscriber)
    shown = {
        home: [name for name in ("shared", "mine", "theirs") if f"<bdi>{name}</bdi>" in page(owner, home)]
        for home in (account, sub_account)
    }
    assert shown == {account: ["shared", "mine"], sub_account: ["shared", "theirs"]}
