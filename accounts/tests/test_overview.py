"""The overview of an account and of the platform: figures, what needs attention, the first run, what changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Account, ApiToken, User
from accounts.services import token_create
from credentials.services import credential_update
from devices.services import device_create
from sip import overview as sip_overview
from sip import registrar
from sip.attempt_log import write
from sip.models import AuthAttempt, Block, Outcome, Reason, Subscriber
from sip.tests.test_record_pages import make_block, make_registration
from tests.tenants import make_credential, make_endpoint, make_person

DEVICE = {"name": "Desk", "sip": {"username": "desk09", "password": "SecurePass123"}}


def overview(account: Account) -> str:
    return f"/accounts/{account.auth_id}/"


def figures(client: Client, url: str, template: str) -> dict[str, Any]:
    cards: dict[str, dict[str, Any]] = dict(client.get(url).context["cards"])
    return cards[template]


def notices(client: Client, url: str) -> list[str]:
    return [str(notice.text) for notice in client.get(url).context["notices"]]


def register(account: Account, subscriber: Subscriber, **fields: Any) -> None:
    make_registration(account, subscriber.username, subscriber=subscriber, **fields)
    Subscriber.objects.filter(pk=subscriber.pk).update(last_used_at=timezone.now())


@pytest.fixture
def staff(account: Account, signed_in: Callable[[User], Client]) -> Client:
    return signed_in(make_person("sam", is_staff=True))


# --- figures ----------------------------------------------------------------------------------------------------------


def test_registered_of_all_counts_phones_not_contacts(owner: Client, account: Account, sub_account: Account) -> None:
    desk = make_endpoint(account, "desk").subscriber
    make_credential(sub_account, "trunk")
    register(account, desk)
    make_registration(account, "second", subscriber=desk)
    make_registration(account, "over", subscriber=desk, expires_at=timezone.now())
    found = figures(owner, overview(account), "sip/_registered.html")
    assert (found["registered"], found["total"], found["is_more"]) == (1, 2, False)
    assert figures(owner, overview(sub_account), "sip/_registered.html")["total"] == 1


def test_counting_stops_and_says_so(owner: Client, account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one", "two"):
        register(account, make_endpoint(account, name).subscriber)
    monkeypatch.setattr(sip_overview, "MOST_REGISTERED", 1)
    assert figures(owner, overview(account), "sip/_registered.html")["is_more"]


def test_refused_attempts_lead_to_their_list(owner: Client, account: Account) -> None:
    scope = {"account_id": account.pk, "main_account_id": account.pk, "outcome": Outcome.FAIL}
    write([AuthAttempt(reason=Reason.REPLAY, **scope), AuthAttempt(reason=Reason.ADMITTED, **scope)])
    found = figures(owner, overview(account), "sip/_refused.html")
    assert (found["day"].refused, found["day"].attempts, found["is_silent"]) == (1, 2, False)
    label, count, url = found["reasons"][0]
    assert (label, count) == (Reason.REPLAY.label, 1)
    assert [row.record.reason for row in owner.get(url).context["table"].paginated_rows] == ["replay"]
    assert "<svg" in found["chart"]


def test_where_nobody_asks_it_leads_to_the_webhook(owner: Client, account: Account) -> None:
    assert "No SBC has asked about a phone of this account" in owner.get(overview(account)).content.decode()


def test_a_sub_account_sees_its_own_only(owner: Client, account: Account, sub_account: Account) -> None:
    make_endpoint(account, "mine")
    make_endpoint(account, "subs", sub_account=sub_account)
    tiles = {section.name: count for section, _url, count in owner.get(overview(sub_account)).context["tiles"]}
    assert tiles == {"endpoints": 1, "credentials": 0, "devices": 0, "device-users": 0, "applications": 0}
    assert figures(owner, overview(sub_account), "sip/_registered.html")["total"] == 1


# --- what needs attention ---------------------------------------------------------------------------------------------


def test_nothing_needs_attention_where_all_is_well(owner: Client, account: Account) -> None:
    register(account, make_endpoint(account, "desk").subscriber)
    assert notices(owner, overview(account)) == []
    assert "Nothing at present" in owner.get(overview(account)).content.decode()


def test_what_never_registered_is_counted_as_its_list_shows_it(
    owner: Client, account: Account, sub_account: Account
) -> None:
    make_endpoint(account, "one")
    make_endpoint(account, "two", sub_account=sub_account)
    make_endpoint(account, "off", enabled=False)
    make_credential(sub_account, "elsewhere")
    device_create(account=account, data=DEVICE)
    response = owner.get(overview(account))
    assert [str(notice.text) for notice in response.context["notices"]] == [
        "2 endpoints have never registered or called",
        "1 device has never registered or called",
    ]
    for notice, count in zip(response.context["notices"], (2, 1), strict=True):
        assert len(owner.get(notice.url).context["table"].rows) == count


def test_many_are_not_counted_to_the_last(owner: Client, account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sip_overview, "MOST_COUNTED", 1)
    make_endpoint(account, "one")
    make_endpoint(account, "two")
    assert notices(owner, overview(account)) == ["1+ endpoint has never registered or called"]


def test_blocks_come_first(owner: Client, account: Account, sub_account: Account) -> None:
    make_endpoint(account, "one")
    make_block(sub_account, "guessed")
    make_block(account, "past", until=timezone.now() - timedelta(seconds=1))
    assert notices(owner, overview(account))[0] == "1 source is blocked"
    assert Block.objects.count() == 2


def test_former_passwords_that_still_work_are_named(owner: Client, account: Account, sub_account: Account) -> None:
    for owned_by in (account, sub_account):
        credential = make_credential(owned_by, f"trunk{owned_by.pk}")
        credential_update(credential=credential, password="another-pass-1", overlap_minutes=60)
    response = owner.get(overview(account))
    notice = next(each for each in response.context["notices"] if "former" in str(each.text))
    assert notice.text == "1 former password still works"
    assert owner.get(notice.url).status_code == 200


def test_tokens_that_expire_soon_are_named(owner: Client, account: Account) -> None:
    now = timezone.now()
    for name, days in (("billing", 13), ("later", 15), ("gone", -1)):
        token_create(token=ApiToken(account=account, name=name, expires_at=now + timedelta(days=days)))
    token_create(token=ApiToken(account=account, name="ended", expires_at=now + timedelta(days=1), revoked_at=now))
    page = overview(account)
    assert "1 API token expires within two weeks: billing" in notices(owner, page)
    assert f'href="/accounts/{account.auth_id}/tokens/"' in owner.get(page).content.decode()


# --- the first run ----------------------------------------------------------------------------------------------------


def done(client: Client, account: Account) -> dict[str, bool]:
    return {str(step.label): step.is_done for step in client.get(overview(account)).context["steps"]}


def test_a_first_run_teaches_until_a_phone_has_registered(owner: Client, account: Account) -> None:
    steps = done(owner, account)
    assert list(steps) == [
        "Endpoints", "Credentials", "Devices", "Applications", "Point your SBC here", "Register the first phone",
    ]  # fmt: skip
    assert not any(steps.values())
    endpoint = make_endpoint(account, "desk")
    AuthAttempt.objects.create(account_id=account.pk, main_account_id=account.pk, outcome="fail", reason="qop")
    assert [label for label, is_done in done(owner, account).items() if is_done] == ["Endpoints", "Point your SBC here"]
    register(account, endpoint.subscriber)
    assert done(owner, account) == {}


def test_every_step_leads_to_a_page(owner: Client, account: Account) -> None:
    steps = owner.get(overview(account)).context["steps"]
    assert [owner.get(step.url).status_code for step in steps] == [200] * len(steps)


def test_where_phones_register_without_an_sbc_none_is_asked_for(owner: Client, account: Account, settings: Any) -> None:
    settings.REGISTRAR = "kamailio"
    labels = [str(step.label) for step in sip_overview.first_steps(account)]
    assert labels == ["Register the first phone"]


# --- the platform -----------------------------------------------------------------------------------------------------


def test_the_platform_counts_every_account(staff: Client, sub_account: Account, other_account: Account) -> None:
    make_endpoint(other_account, "desk")
    make_credential(sub_account, "trunk")
    make_block(other_account, "guessed")
    context = staff.get("/platform/").context
    counted = {section.name: count for section, count in context["tiles"]}
    assert (context["accounts_count"], counted["endpoints"], counted["credentials"]) == (3, 1, 1)
    assert figures(staff, "/platform/", "sip/_registered.html")["total"] == 2
    assert notices(staff, "/platform/") == ["1 source is blocked"]


def test_the_platform_names_the_accounts_with_most_refusals(staff: Client, other_account: Account) -> None:
    scope = {"account_id": other_account.pk, "main_account_id": other_account.pk}
    write([AuthAttempt(outcome=Outcome.FAIL, reason=Reason.UNKNOWN_USER, **scope)])
    found = figures(staff, "/platform/", "sip/_refused.html")
    assert [(loud.name, count) for loud, _url, count in found["loudest"]] == [("Globex", 1)]
    assert "Globex" in staff.get("/platform/").content.decode()
    assert staff.get(found["loudest"][0][1]).status_code == 200


def test_the_platform_says_what_is_wrong_with_the_registrar(staff: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registrar.current(), "health", lambda: "Kamailio 1: it does not answer")
    assert notices(staff, "/platform/") == ["Kamailio 1: it does not answer"]


def test_its_figures_lead_to_the_admin(account: Account, signed_in: Callable[[User], Client]) -> None:
    root = signed_in(make_person("root", is_staff=True, is_superuser=True))
    write([AuthAttempt(outcome=Outcome.FAIL, reason=Reason.UNKNOWN_REALM)])
    found = figures(root, "/platform/", "sip/_refused.html")
    urls = [found["url"], found["reasons"][0][2]]
    assert [root.get(url).status_code for url in urls] == [200, 200]


def test_only_staff_see_the_platform(owner: Client, client: Client, account: Account) -> None:
    assert owner.get("/platform/").status_code == 403
    assert client.get("/platform/").status_code == 302
    assert "/platform/" not in owner.get(overview(account)).content.decode()


def test_the_way_in_of_staff_is_the_platform(staff: Client, account: Account, other_account: Account) -> None:
    assert staff.get("/")["Location"] == "/platform/"
    assert "/platform/" in staff.get(overview(account)).content.decode()
    assert 'aria-current="page"' in staff.get("/platform/").content.decode()
