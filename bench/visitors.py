"""Who asks, and for what: fresh tokens and a session for the large account, and ids from its lists."""

from __future__ import annotations

import secrets

from django.test import Client

from accounts.models import Account, ApiToken, User
from accounts.permissions import Role
from accounts.services import member_set, token_create
from bench.cases import Facts
from bench.loading import PASSWORD, PHONE
from devices.api.paging import PAGE_SIZE, encoded
from devices.models import Device
from endpoints.models import Application, Endpoint
from sip import realms
from sip.models import WebhookAccess
from sip.services import webhook_rotate
from sip.tests.sbc import question

NEVER = 32_767  # failures that block: more than a run makes


def visit(large: Account) -> Facts:
    """Everything that the cases need to know."""
    _token, plain = token_create(token=ApiToken(account=large, name="bench"))
    webhook = webhook_rotate(account=large)
    WebhookAccess.objects.filter(account=large).update(block_after_failures=NEVER)
    rows, devices = Endpoint.objects.of(large), Device.objects.of(large)
    count, device_ids = rows.count(), devices.order_by("-device_id").values_list("device_id", flat=True)
    last = max(0, device_ids.count() - PAGE_SIZE - 1)
    return Facts(
        auth_id=large.auth_id,
        sub_auth_id=Account.objects.filter(parent=large).values_list("auth_id", flat=True)[0],
        kazoo_id=large.kazoo_id,
        token=plain,
        cookie=cookie(large),
        webhook=(webhook.username, webhook.password),
        questions=questions(realms.for_endpoints(large).shown_as),
        endpoints=count,
        endpoint_id=str(rows.order_by("pk")[count // 2].endpoint_id),
        app_id=str(Application.objects.filter(account=large).values_list("app_id", flat=True)[0]),
        device_id=device_ids[last // 2],
        start_keys={"middle": encoded(device_ids[last // 2]), "deepest": encoded(device_ids[last])},
    )


def cookie(account: Account) -> str:
    """The session of a new owner of the account, who has been to it."""
    owner = User.objects.create_user(f"{secrets.token_hex(8)}@bench.test", None)
    member_set(account=account, user=owner, role=Role.OWNER)
    client = Client()
    client.force_login(owner)
    return "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())


def questions(realm: str) -> dict[str, object]:
    """What the SBC asks about the phone, about the phone with a wrong password, and about nobody."""
    return {
        "accepted": question(PHONE, PASSWORD, realm),
        "wrong password": question(PHONE, "not-the-password", realm),
        "unknown": question("nobody", PASSWORD, realm),
    }
