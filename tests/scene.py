"""Acme with one object of each kind, everybody who knocks at its routes, and the walk over a table of routes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from accounts.invitations import invitation_send
from accounts.models import Account, ApiToken, Invitation, Membership, User
from accounts.permissions import Role
from accounts.services import token_create
from bulk.tests.conftest import check_file
from console.models import AuditEntry
from devices.models import KazooUser
from devices.services import device_create
from devices.user_services import user_create
from events.services import webhook_ping
from events.tests.conftest import make_webhook
from handover.services import link_create
from tests.route_table import GRANTED, NONE, ROLES, SELF, STAFF, Table
from tests.tenants import SIP_PASSWORD, make_application, make_credential, make_endpoint, make_person

PERSONAS = (*ROLES, "stranger", "disabled", "sub-account", "anonymous", "staff")
CALLERS = PERSONAS[:-1]  # staff have no tokens of their own
DEVICE = {"name": "Desk", "sip": {"username": "desk", "password": SIP_PASSWORD}}


@dataclass
class Scene:
    """Acme with one object of each kind, and everybody who knocks."""

    account: Account
    keys: dict[str, str]
    people: dict[str, User]
    tokens: dict[str, tuple[str, str]]  # persona: the id and the token it calls the APIs with

    def address(self, route: str) -> str:
        """The route with Acme's keys in it."""
        section = route.split("/")[2] if route.startswith("accounts/<str:auth_id>/") else ""
        keys = self.keys | {"key": self.keys.get(section, self.keys["key"])}
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(keys[found[1]]), route)

    def browser(self, persona: str) -> Client:
        client = Client()
        if persona in self.people:
            client.force_login(self.people[persona])
        return client

    def vobiz_headers(self, persona: str) -> dict[str, str]:
        auth_id, token = self.tokens.get(persona, ("", ""))
        return {"X-Auth-ID": auth_id, "X-Auth-Token": token} if token else {}

    def kazoo_headers(self, persona: str) -> dict[str, str]:
        token = self.tokens.get(persona, ("", ""))[1]
        return {"X-Auth-Token": token} if token else {}


@pytest.fixture
def scene(account: Account, sub_account: Account, other_account: Account) -> Scene:
    people = {role: make_person(role, account, Role(role)) for role in ROLES}
    people |= {"disabled": people["owner"], "stranger": make_person("stranger", other_account, Role.OWNER)}
    people |= {"sub-account": make_person("sub", sub_account, Role.OWNER), "staff": make_person("staff", is_staff=True)}
    keys = keys_of(account, sub_account, people)
    tokens = {role: token_of(account, people[role]) for role in (*ROLES, "disabled")}
    tokens |= {"stranger": token_of(other_account), "sub-account": token_of(sub_account)}
    return Scene(account, keys, people, tokens)


def token_of(account: Account, user: User | None = None) -> tuple[str, str]:
    _token, plain = token_create(token=ApiToken(account=account, user=user, name="tests"))
    return account.auth_id, plain


def keys_of(account: Account, sub_account: Account, people: dict[str, User]) -> dict[str, str]:
    """What stands in the addresses, by the name in the route; ``key`` by the section."""
    endpoint, credential = make_endpoint(account, "alice"), make_credential(account, "trunk")
    application = make_application(account, "ivr")
    link = link_create(account=account, subscriber=endpoint.subscriber, password=SIP_PASSWORD).link
    invitation = Invitation(account=account, email="new@example.test")
    job = check_file(account, "endpoints", "username,alias\nbob,Bob\n")
    webhook = make_webhook(account).webhook
    found = {
        "auth_id": account.auth_id,
        "account_id": account.kazoo_id,
        "sub_auth_id": sub_account.auth_id,
        "endpoint_id": endpoint.endpoint_id,
        "app_id": application.app_id,
        "credential_id": credential.credential_id,
        "job_id": job.job_id,
        "link_id": link.link_id,
        "webhook_id": webhook.webhook_id,
        "delivery_id": webhook_ping(webhook=webhook).delivery_id,
        "device_id": device_create(account=account, data=DEVICE).device.device_id,
        "members": Membership.objects.get(account=account, role=Role.VIEWER).pk,
        "tokens": ApiToken.objects.get(account=account, user=None).pk,
        "invitations": invitation_send(invitation=invitation, invited_by=people["owner"]).pk,
        "activity": AuditEntry.objects.filter(account_id=account.pk).latest("pk").pk,
        "key": AuditEntry.objects.latest("pk").pk,
        "user_id": user_create(user=KazooUser(account=account, name="Jo")).user_id,
        "kind": "endpoints",
        "name": "devices",
        "rest": "nothing/here",
    }
    columns = {
        "endpoints": "endpoint_id",
        "applications": "app_id",
        "credentials": "credential_id",
        "imports": "job_id",
        "links": "link_id",
        "webhooks": "webhook_id",
        "deliveries": "delivery_id",
        "devices": "device_id",
        "device-users": "user_id",
        "sub-accounts": "sub_auth_id",
    }
    of_sections = {name: found[column] for name, column in columns.items()}
    return {name: str(value) for name, value in (found | of_sections).items()}


Call = Callable[[str, str], Any]  # method, address: the response


@dataclass(frozen=True)
class Refusals:
    """How a dialect refuses. A disabled account's pages stay open to its people; its APIs do not."""

    role: int
    foreign: int
    anonymous: int
    disabled: int | None


BY_PAGE = Refusals(role=403, foreign=404, anonymous=302, disabled=None)
BY_VOBIZ = Refusals(role=403, foreign=404, anonymous=401, disabled=403)
BY_KAZOO = Refusals(role=403, foreign=404, anonymous=401, disabled=400)


def expected(persona: str, needs: str, how: Refusals) -> int | None:
    """The status of the refusal; None where the request is let in."""
    if persona == "anonymous":
        return how.anonymous
    if needs == STAFF:
        return None if persona == "staff" else how.role
    if persona == "disabled":
        return how.disabled
    if needs == SELF or persona == "staff":
        return None
    if persona in ("stranger", "sub-account"):
        return how.foreign
    return None if persona in GRANTED[needs] else how.role


def is_right(status: int, refusal: int | None, method: str, how: Refusals) -> bool:
    """Let in means: read, or answered about what was sent; a page's POST may also lead on."""
    if refusal is not None:
        return status == refusal
    if method == "GET":
        return status in (200, 302)
    return status < 500 and status not in {how.role, how.anonymous if how.anonymous != 302 else 401}


def wrong(table: Table, persona: str, how: Refusals, call: Call, scene: Scene) -> dict[str, Any]:
    """Every route and method that answers otherwise than the table says. What a request writes is taken back."""
    found = {}
    for route, methods in table.items():
        for method, needs in methods.items():
            status = answered(call, method, scene.address(route))
            if needs == NONE:
                refusal: int | None = 405
                is_fine = status in {405, how.role, how.foreign, how.anonymous}  # who may not look is not told either
            else:
                refusal = expected(persona, needs, how)
                is_fine = is_right(status, refusal, method, how)
            if not is_fine:
                found[f"{method} {route}"] = (status, f"expected {refusal or 'to be let in'}")
    return found


def answered(call: Call, method: str, address: str) -> int:
    with transaction.atomic():
        status = int(call(method, address).status_code)
        transaction.set_rollback(True)
    return status


def disable_for(persona: str, account: Account) -> None:
    if persona == "disabled":
        Account.objects.filter(pk=account.pk).update(enabled=False)
