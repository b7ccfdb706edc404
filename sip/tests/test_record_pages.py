"""The lists of registrations, attempts and blocks, and lifting a block."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Account, User
from accounts.permissions import Role
from devices.services import device_create
from sip.models import AuthAttempt, Block, CutOff, Outcome, Reason, Registration, Subscriber
from tests.tenants import make_credential, make_endpoint, make_person

DEVICE = {"name": "Desk", "sip": {"username": "desk09", "password": "SecurePass123"}}


def pages(account: Account, section: str) -> str:
    return f"/accounts/{account.auth_id}/{section}/"


def make_attempt(account: Account, username: str, **fields: Any) -> AuthAttempt:
    values = {"outcome": Outcome.FAIL, "reason": Reason.WRONG_PASSWORD, "source": "203.0.113.7", **fields}
    return AuthAttempt.objects.create(
        account_id=account.pk, main_account_id=account.main_id, username=username, **values
    )


def make_registration(account: Account, name: str, **fields: Any) -> Registration:
    now = timezone.now()
    values = {"since": now, "expires_at": now + timedelta(seconds=300), "contact": f"sip:{name}@192.0.2.1", **fields}
    return Registration.objects.create(
        account_id=account.pk, main_account_id=account.main_id, aor=f"sip:{name}@x", contact_key=name, **values
    )


def make_block(account: Account, name: str, **fields: Any) -> Block:
    values = {"until": timezone.now() + timedelta(minutes=5), "failures": 20, "source": "203.0.113.7", **fields}
    return Block.objects.create(
        account_id=account.pk, main_account_id=account.main_id, realm="r", username_key=name, **values
    )


def listed(client: Client, url: str, field: str) -> list[Any]:
    """A value of every row of a list page."""
    return [getattr(row.record, field) for row in client.get(url).context["table"].paginated_rows]


# --- attempts ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def attempts(account: Account) -> None:
    make_attempt(account, "alice")
    make_attempt(account, "bob", outcome=Outcome.OK, reason=Reason.ADMITTED, source="198.51.100.4")
    make_attempt(account, "carol", reason=Reason.DISABLED, at=timezone.now() - timedelta(days=3))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["carol", "bob", "alice"]),
        ("?outcome=fail", ["carol", "alice"]),
        ("?reason=disabled", ["carol"]),
        ("?source=198.51.100.4", ["bob"]),
        ("?username=alice", ["alice"]),
        ("?within=day", ["bob", "alice"]),
        ("?within=hour&outcome=ok", ["bob"]),
        ("?q=203.0.113", ["carol", "alice"]),
        ("?reason=nonsense", []),
    ],
)
def test_attempts_are_found_by_what_happened(
    owner: Client, account: Account, attempts: None, query: str, found: list[str]
) -> None:
    assert listed(owner, pages(account, "attempts") + query, "username") == found


def test_the_reason_stands_there_in_plain_words(owner: Client, account: Account, attempts: None) -> None:
    assert "Wrong password" in owner.get(pages(account, "attempts")).content.decode()


def test_a_main_account_sees_its_sub_accounts_and_no_other(
    owner: Client, account: Account, sub_account: Account, other_account: Account
) -> None:
    for each, name in ((account, "mine"), (sub_account, "subs"), (other_account, "foreign")):
        make_attempt(each, name)
        make_registration(each, name)
        make_block(each, name)
    assert listed(owner, pages(account, "attempts"), "username") == ["subs", "mine"]
    assert listed(owner, pages(account, "registrations"), "contact_key") == ["subs", "mine"]
    assert listed(owner, pages(account, "blocks"), "username_key") == ["subs", "mine"]
    assert listed(owner, pages(sub_account, "attempts"), "username") == ["subs"]


@pytest.mark.parametrize("section", ["registrations", "attempts", "blocks"])
def test_an_empty_list_teaches_and_offers_nothing_to_create(owner: Client, account: Account, section: str) -> None:
    page = owner.get(pages(account, section))
    assert (page.status_code, page.context["create_url"]) == (200, "")


def test_a_row_leads_to_what_it_is_about_and_back(
    owner: Client, account: Account, sub_account: Account, django_assert_max_num_queries: Any
) -> None:
    endpoint, trunk = make_endpoint(account, "desk", sub_account=sub_account), make_credential(sub_account, "trunk")
    device = device_create(account=account, data=DEVICE).device
    for holder in (endpoint, trunk, device):
        make_attempt(account, holder.username, subscriber_id=holder.subscriber_id)
        make_block(account, holder.username, subscriber_id=holder.subscriber_id)
        make_registration(account, holder.username, subscriber=holder.subscriber)
    make_attempt(account, "nobody", subscriber_id=None)
    urls = [
        f"{pages(account, 'endpoints')}{endpoint.endpoint_id}/",
        f"{pages(sub_account, 'credentials')}{trunk.credential_id}/",
        f"{pages(account, 'devices')}{device.device_id}/",
    ]
    owner.get(pages(account, "attempts"))
    for section in ("attempts", "registrations", "blocks"):
        with django_assert_max_num_queries(16):
            shown = owner.get(pages(account, section)).content.decode()
        assert [url for url in urls if f'href="{url}"' not in shown] == []
    assert f"{pages(account, 'attempts')}?username=desk" in owner.get(urls[0]).content.decode()


def test_a_list_that_goes_on_and_on_is_counted_no_further_than_it_must(
    owner: Client, account: Account, attempts: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sip.record_views.MOST_COUNTED", 2)
    for query in ("", "?outcome=fail"):
        shown = owner.get(pages(account, "attempts") + query)
        assert shown.context["table"].paginator.count == 2
        assert "or more" in shown.content.decode()
    assert "or more" not in owner.get(f"{pages(account, 'attempts')}?reason=disabled").content.decode()


# --- registrations ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["over", "cut", "living"]),
        ("?state=living", ["living"]),
        ("?state=cut", ["cut"]),
        ("?state=over", ["over"]),
        ("?q=sip:cut", ["cut"]),
    ],
)
def test_registrations_are_found_by_their_state(owner: Client, account: Account, query: str, found: list[str]) -> None:
    make_registration(account, "living")
    make_registration(account, "cut", cut_off_at=timezone.now(), cut_off_reason=CutOff.ROTATED)
    make_registration(account, "over", expires_at=timezone.now() - timedelta(seconds=1))
    assert listed(owner, pages(account, "registrations") + query, "contact_key") == found


# --- blocks -----------------------------------------------------------------------------------------------------------


def lift(client: Client, account: Account, block: Block) -> int:
    """Select the block, and confirm."""
    data = {"action": "lift", "row": str(block.pk), "expected": "1", "confirmed": "1"}
    return client.post(f"{pages(account, 'blocks')}bulk/", data).status_code


@pytest.mark.parametrize(
    ("query", "found"), [("", ["past", "stands"]), ("?state=standing", ["stands"]), ("?state=over", ["past"])]
)
def test_blocks_are_found_by_their_state(owner: Client, account: Account, query: str, found: list[str]) -> None:
    make_block(account, "stands")
    make_block(account, "past", until=timezone.now() - timedelta(seconds=1))
    assert listed(owner, pages(account, "blocks") + query, "username_key") == found


@pytest.mark.parametrize(("role", "status", "left"), [(Role.SUPPORT, 303, 0), (Role.VIEWER, 403, 1)])
def test_support_may_lift_a_block_and_a_viewer_may_not(
    account: Account, alice: User, signed_in: Callable[[User], Client], role: Role, status: int, left: int
) -> None:
    client = signed_in(make_person("someone", account, role))
    assert lift(client, account, make_block(account, "daveh")) == status
    assert Block.objects.count() == left


def test_another_tenants_block_cannot_be_lifted(stranger: Client, other_account: Account, account: Account) -> None:
    lift(stranger, other_account, make_block(account, "daveh"))
    assert Block.objects.count() == 1


# --- last used --------------------------------------------------------------------------------------------------------


def make_holder(section: str, account: Account, name: str) -> Any:
    """An endpoint, a credential or a device of that username."""
    if section == "devices":
        data = {"name": name, "sip": {"username": name, "password": "SecurePass123"}}
        return device_create(account=account, data=data).device
    return make_endpoint(account, name) if section == "endpoints" else make_credential(account, name)


@pytest.mark.parametrize("section", ["endpoints", "credentials", "devices"])
def test_last_used_is_shown_and_filtered_everywhere(owner: Client, account: Account, section: str) -> None:
    for name, days in (("unused", None), ("long", 91), ("lately", 1)):
        holder = make_holder(section, account, name)
        used = None if days is None else timezone.now() - timedelta(days=days)
        Subscriber.objects.filter(pk=holder.subscriber_id).update(last_used_at=used)
    device_create(account=account, data={"name": "By address", "sip": {"method": "ip", "ip": "192.0.2.9"}})
    found = {
        query: listed(owner, f"{pages(account, section)}?last_used={query}", "username")
        for query in ("never", "long", "lately")
    }
    assert found == {"never": ["unused"], "long": ["long"], "lately": ["lately"]}
    shown = owner.get(pages(account, section)).content.decode()
    assert "Last used" in shown
    assert "Never" in shown
    assert "Last used" in owner.get(f"{pages(account, section)}{holder.public_id}/").content.decode()
