"""How many queries each page makes: pinned, under twenty, and the same for two rows as for thirty."""

from __future__ import annotations

from typing import Any, cast

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Account, ApiToken, Membership
from accounts.services import token_create
from console.models import AuditEntry
from devices.models import KazooUser
from devices.services import device_create
from devices.user_services import user_create
from events.tests.conftest import make_webhook
from sip.models import Subscriber
from sip.services import password_set
from sip.tests.test_record_pages import make_attempt, make_block, make_registration
from tests.tenants import make_account, make_application, make_credential, make_endpoint

MOST = 20
# A page and its queries once the session knows the account. Eight are the same on all: session, person, account, role,
# and the switcher.
PINNED = {
    "": 19,
    "endpoints/": 13,
    "endpoints/?q=desk&enabled=true&sort=-alias": 14,
    "endpoints/new/": 10,
    "endpoints/{endpoint}/": 11,
    "endpoints/{endpoint}/edit/": 11,
    "endpoints/{endpoint}/rotate/": 9,
    "endpoints/{endpoint}/reboot/": 9,
    "endpoints/{endpoint}/notify/": 9,
    "endpoints/{endpoint}/delete/": 9,
    "credentials/": 11,
    "credentials/{credential}/": 11,
    "credentials/{credential}/edit/": 9,
    "applications/": 12,
    "applications/{application}/": 10,
    "applications/{application}/edit/": 10,
    "devices/": 12,
    "devices/?q=desk&enabled=true&sort=-name": 13,
    "devices/new/": 8,
    "devices/new/?preset=desk-phone": 10,
    "devices/{device}/": 11,
    "devices/{device}/edit/": 11,
    "devices/{device}/reboot/": 9,
    "device-users/": 11,
    "device-users/{user}/": 11,
    "registrations/": 15,
    "attempts/": 15,
    "attempts/?username=desk1&outcome=fail&within=day": 13,
    "blocks/": 15,
    "overlaps/": 15,
    "settings/webhook/": 11,
    "settings/webhook/password/": 9,
    "webhooks/": 11,
    "webhooks/{webhook}/": 11,
    "deliveries/": 12,
    "deliveries/{delivery}/": 10,
    "sub-accounts/": 11,
    "sub-accounts/{sub_account}/": 10,
    "sub-accounts/{sub_account}/edit/": 9,
    "members/": 11,
    "members/{member}/": 10,
    "invitations/": 10,
    "tokens/": 12,
    "tokens/{token}/": 11,
    "settings/security/": 10,
    "activity/": 11,
    "activity/{entry}/": 9,
}


def fill(account: Account, count: int) -> dict[str, Any]:
    """Rows of every kind, each joined to the others; returns the keys of the last."""
    webhook = make_webhook(account).webhook
    for number in range(count):
        sub_account = make_account(f"Sub {number}", parent=account)
        application = make_application(account, f"ivr{number}", sub_account=sub_account)
        endpoint = make_endpoint(account, f"desk{number}", application=application, sub_account=sub_account)
        credential = make_credential(account, f"trunk{number}", allowed_networks=["203.0.113.0/24"])
        user = user_create(user=KazooUser(account=account, name=f"User {number}"))
        sip = {"username": f"phone{number}", "password": "SecurePass123"}
        data = {"name": f"Desk {number}", "owner_id": user.user_id, "sip": sip}
        device = device_create(account=account, data=data).device
        for holder in (endpoint, credential, device):
            make_attempt(account, holder.username, subscriber_id=holder.subscriber_id)
            make_block(account, holder.username, subscriber_id=holder.subscriber_id)
            make_registration(account, holder.username, subscriber=holder.subscriber)
            subscriber = cast(Subscriber, holder.subscriber)  # a device may have none; these have
            password_set(subscriber=subscriber, password="AnotherPass99", overlap_minutes=60)
    return {
        "webhook": webhook.webhook_id,
        "delivery": webhook.deliveries.all()[0].delivery_id,
        "device": device.device_id,
        "user": user.user_id,
        "endpoint": endpoint.endpoint_id,
        "credential": credential.credential_id,
        "application": application.app_id,
        "sub_account": sub_account.auth_id,
        "member": Membership.objects.get(account=account).pk,
        "token": token_create(token=ApiToken(account=account, name="many"))[0].pk,
        "entry": AuditEntry.objects.latest("pk").pk,
    }


def queries(client: Client, url: str) -> int:
    """How many queries one GET makes, on every database."""
    captured = [CaptureQueriesContext(connection) for connection in connections.all()]
    for each in captured:
        each.__enter__()
    try:
        assert client.get(url).status_code == 200
    finally:
        for each in captured:
            each.__exit__(None, None, None)
    return sum(len(each) for each in captured)


@pytest.mark.parametrize("rows", [2, 30])
def test_every_page_makes_the_queries_that_are_pinned_whatever_the_number_of_rows(
    rows: int, owner: Client, account: Account
) -> None:
    keys = fill(account, rows)
    base = f"/accounts/{account.auth_id}/"
    owner.get(base)
    assert {page: queries(owner, base + page.format(**keys)) for page in PINNED} == PINNED


def test_no_page_makes_twenty() -> None:
    assert max(PINNED.values()) < MOST


def test_a_search_over_everything_makes_one_query_a_section(owner: Client, account: Account) -> None:
    fill(account, 3)
    owner.get(f"/accounts/{account.auth_id}/")
    assert queries(owner, "/search/?q=desk") < MOST
