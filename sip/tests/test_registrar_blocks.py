"""Whom the registrar shuts out, on the page of blocks: each tenant its own, and sources as such by staff alone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from accounts.models import Account
from console.models import AuditEntry
from sip.models import AuthAttempt, Outcome, Reason
from sip.registrar import RegistrarBlock, RegistrarUnreachable
from sip.tests.fake_registrar import FakeRegistrar
from tests.tenants import make_endpoint

UNTIL = datetime(2027, 1, 1, tzinfo=UTC)
OWN = RegistrarBlock(1, "192.0.2.1", "desk01", "sip.vobiz.ai", UNTIL, "192.0.2.1 desk01")
FOREIGN = RegistrarBlock(1, "192.0.2.2", "desk01", "elsewhere.example", UNTIL, "192.0.2.2 desk01")
SOURCE = RegistrarBlock(1, "192.0.2.3", until=UNTIL, key="192.0.2.3")
FLOOD = RegistrarBlock(1, "192.0.2.4")


class BlockingRegistrar(FakeRegistrar):
    """Shuts out whom a test says."""

    def __init__(self) -> None:
        super().__init__()
        self.blocked = [OWN, FOREIGN, SOURCE, FLOOD]
        self.fault = ""

    def blocks(self) -> list[RegistrarBlock]:
        if self.fault:
            raise RegistrarUnreachable(self.fault)
        return self.blocked

    def lift_block(self, key: str) -> bool:
        before, self.blocked = self.blocked, [block for block in self.blocked if block.key != key]
        return before != self.blocked


@pytest.fixture
def registrar(monkeypatch: pytest.MonkeyPatch, account: Account) -> BlockingRegistrar:
    """The registrar, and Acme's endpoint in the realm sip.vobiz.ai."""
    fake = BlockingRegistrar()
    monkeypatch.setattr("sip.registrar.current", lambda: fake)
    make_endpoint(account, "desk01")
    return fake


def page(account: Account) -> str:
    return f"/accounts/{account.auth_id}/blocks/"


def seen(client: Client, account: Account) -> list[tuple[RegistrarBlock, bool]]:
    return [(each.block, each.may_lift) for each in client.get(page(account)).context["registrar"].seen]


def lift(client: Client, account: Account, block: RegistrarBlock) -> tuple[int, str]:
    """Press the button; returns the status and the page that one lands on."""
    response = client.post(f"{page(account)}registrar/", {"key": block.key}, follow=True)
    return response.status_code, response.content.decode()


def test_a_tenant_sees_its_own_and_staff_all_that_shut_out_a_source(
    owner: Client, staff: Client, account: Account, registrar: BlockingRegistrar
) -> None:
    assert seen(owner, account) == [(OWN, True)]
    assert seen(staff, account) == [(OWN, True), (SOURCE, True), (FLOOD, False)]
    text = staff.get(page(account)).content.decode()
    assert "desk01@sip.vobiz.ai" in text
    assert "Everybody: it tried too many users" in text
    assert "Everybody: it floods" in text


def test_a_source_that_tried_a_tenant_is_seen_by_it_and_not_lifted_by_it(
    owner: Client, account: Account, registrar: BlockingRegistrar
) -> None:
    values = {"outcome": Outcome.FAIL, "reason": Reason.UNKNOWN_USER, "source": SOURCE.source}
    AuthAttempt.objects.create(account_id=account.pk, main_account_id=account.pk, username="admin", **values)
    assert seen(owner, account) == [(OWN, True), (SOURCE, False)]
    assert lift(owner, account, SOURCE)[0] == 403
    assert SOURCE in registrar.blocked


def test_a_sub_account_sees_what_shuts_out_its_own_users(
    owner: Client, account: Account, sub_account: Account, registrar: BlockingRegistrar
) -> None:
    assert seen(owner, sub_account) == []
    make_endpoint(account, "desk02", sub_account=sub_account)
    theirs = RegistrarBlock(1, "192.0.2.9", "desk02", "sip.vobiz.ai", UNTIL, "192.0.2.9 desk02")
    registrar.blocked.append(theirs)
    assert seen(owner, sub_account) == [(theirs, True)]


def test_lifting_is_said_and_written_down(owner: Client, account: Account, registrar: BlockingRegistrar) -> None:
    assert "The source may try again." in lift(owner, account, OWN)[1]
    assert OWN not in registrar.blocked
    entry = AuditEntry.objects.get(action="lift")
    assert (entry.object_label, entry.account_id) == ("192.0.2.1 for desk01@sip.vobiz.ai", account.pk)
    assert "That block is over already." in lift(owner, account, OWN)[1]


@pytest.mark.parametrize("block", [FOREIGN, FLOOD])
def test_what_is_not_seen_cannot_be_lifted(
    owner: Client, account: Account, registrar: BlockingRegistrar, block: RegistrarBlock
) -> None:
    lift(owner, account, block)
    assert block in registrar.blocked


def test_a_registrar_that_does_not_answer_is_no_error(
    owner: Client, account: Account, registrar: BlockingRegistrar
) -> None:
    registrar.fault = "http://127.0.0.1:5081 does not answer (ConnectError)"
    told = "The registrar does not tell whom it shuts out: http://127.0.0.1:5081 does not answer"
    assert told in owner.get(page(account)).content.decode()
    assert registrar.fault in lift(owner, account, OWN)[1]


def test_why_it_cannot_register_names_the_source_that_is_shut_out(
    owner: Client, account: Account, registrar: BlockingRegistrar
) -> None:
    endpoint = make_endpoint(account, "desk03")
    url = f"/accounts/{account.auth_id}/endpoints/{endpoint.endpoint_id}/why/"

    def checks() -> dict[str, str]:
        return {str(check.label): str(check.found) for check in owner.get(url).context["checks"]}

    registrar.blocked.append(RegistrarBlock(1, "192.0.2.9", "Desk03", "sip.vobiz.ai", UNTIL, "x"))
    registrar.asks_us = False
    told = checks()
    assert told["No source is blocked for it"] == "192.0.2.9"
    assert "The SIP server asks us" not in told
    registrar.fault = "no answer"
    assert checks()["No source is blocked for it"] == ""
