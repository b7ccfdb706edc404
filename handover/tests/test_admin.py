"""Hand-over links in the Django admin: revoked from the list, never made, changed or deleted there."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Account
from handover.models import Link, LinkState
from handover.services import link_create
from tests.admin_tools import BY_STAFF, act, said, trail, url
from tests.tenants import SIP_PASSWORD, make_endpoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def links(account: Account) -> list[Link]:
    subscribers = [make_endpoint(account, name).subscriber for name in ("alice", "bob")]
    return [link_create(account=account, subscriber=each, password=SIP_PASSWORD).link for each in subscribers]


def test_links_are_revoked_and_what_they_hold_is_erased(staff: Client, links: list[Link]) -> None:
    act(staff, "handover_link", "revoke", *links)
    assert [(link.state, link.sealed) for link in Link.objects.all()] == [(LinkState.REVOKED, "")] * 2
    assert trail("link")[2:] == [("revoke", *BY_STAFF)] * 2


def test_a_link_that_is_over_refuses_for_all(staff: Client, links: list[Link]) -> None:
    act(staff, "handover_link", "revoke", links[0])
    assert said(act(staff, "handover_link", "revoke", *links)) == "It was opened, or is over."
    assert Link.objects.get(pk=links[1].pk).is_open


def test_links_are_neither_made_nor_changed_nor_deleted(staff: Client, links: list[Link]) -> None:
    addresses = [
        url("handover_link_add"),
        *(url(f"handover_link_{page}", links[0].pk) for page in ("change", "delete")),
    ]
    assert {staff.post(address, {"post": "yes"}).status_code for address in addresses} == {403}
