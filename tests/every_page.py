"""The addresses of the console's pages, and what they show at its longest: for tests that walk over all of them."""

from __future__ import annotations

from typing import Any

from accounts.models import Account, ApiToken, Membership
from console.models import AuditEntry
from devices.models import KazooUser
from devices.services import device_create
from devices.user_services import user_create
from events.services import webhook_ping
from events.tests.conftest import make_webhook
from sip.services import password_set
from tests.tenants import make_account, make_application, make_credential, make_endpoint

LONG = "A name that is a sentence 🚀 with שלום and شركة الاتصالات in it, " + "as long as the field takes it " * 4
PATHS = [
    "",
    "endpoints/",
    "endpoints/?q=desk&enabled=true",
    "endpoints/?q=nothing",
    "endpoints/new/",
    *(
        f"endpoints/{{endpoint}}/{page}"
        for page in ("", "edit/", "rotate/", "reboot/", "notify/", "clone/", "delete/", "secret/")
    ),
    "credentials/",
    "credentials/new/",
    "credentials/{credential}/",
    "applications/",
    "applications/new/",
    "applications/{application}/",
    "devices/",
    "devices/new/",
    "devices/new/?preset=desk-phone",
    *(f"devices/{{device}}/{page}" for page in ("", "edit/", "edit/?as=json", "reboot/", "notify/", "clone/")),
    "device-users/",
    "device-users/new/",
    "device-users/{user}/",
    "registrations/",
    "attempts/",
    "blocks/",
    "overlaps/",
    "settings/webhook/",
    "settings/webhook/password/",
    "webhooks/",
    "webhooks/new/",
    *(f"webhooks/{{webhook}}/{page}" for page in ("", "edit/", "rotate/", "delete/")),
    "deliveries/",
    "deliveries/{delivery}/",
    "sub-accounts/",
    "sub-accounts/new/",
    "sub-accounts/{sub_account}/",
    "sub-accounts/{sub_account}/delete/",
    "members/",
    "members/{member}/",
    "members/{member}/edit/",
    "members/{member}/delete/",
    "invitations/",
    "invitations/new/",
    "tokens/",
    "tokens/new/",
    "tokens/{token}/",
    "tokens/{token}/rotate/",
    "settings/security/",
    "activity/",
    "activity/{entry}/",
]
ELSEWHERE = ["/accounts/", "/search/?q=desk", "/user/2fa/", "/user/sessions/", "/user/password/change/"]
ELSEWHERE += ["/user/profile/", "/user/filters/", "/user/tokens/", "/user/tokens/new/", "/user/reauthenticate/"]


def keys_of(acme: Account) -> dict[str, Any]:
    """The keys of one new row of every kind, with names as long as they get."""
    sub_account = make_account(LONG[:128], parent=acme)
    application = make_application(acme, "A" * 128, sub_account=sub_account)
    endpoint = make_endpoint(acme, "x" * 64, alias="B" * 128, application=application, sub_account=sub_account)
    make_endpoint(acme, "desk1", enabled=False)
    credential = make_credential(acme, "trunk", description="C" * 500, allowed_networks=["203.0.113.0/24"] * 30)
    user = user_create(user=KazooUser(account=acme, name=LONG[:128]))
    sip = {"username": "x" * 32, "password": "SecurePass123"}
    document = {"name": LONG[:128], "owner_id": user.user_id, "sip": sip, "custom": "D" * 500}
    password_set(subscriber=endpoint.subscriber, password="AnotherPass99", overlap_minutes=60)
    webhook = make_webhook(acme, f"https://hooks.example.com/{'x' * 400}").webhook
    return {
        "webhook": webhook.webhook_id,
        "delivery": webhook_ping(webhook=webhook).delivery_id,
        "device": device_create(account=acme, data=document).device.device_id,
        "user": user.user_id,
        "endpoint": endpoint.endpoint_id,
        "credential": credential.credential_id,
        "application": application.app_id,
        "sub_account": sub_account.auth_id,
        "member": Membership.objects.get(account=acme).pk,
        "token": ApiToken.objects.get(account=acme).pk,
        "entry": AuditEntry.objects.filter(main_account_id=acme.pk, action="create").latest("pk").pk,
    }


def paths_of(acme: Account) -> list[str]:
    """Every page that a person of the account opens, over one row of every kind."""
    keys = keys_of(acme)
    return [f"/accounts/{acme.auth_id}/{path.format(**keys)}" for path in PATHS] + ELSEWHERE
