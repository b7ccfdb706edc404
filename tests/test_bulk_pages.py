"""Bulk actions: asked for first, held to the role, row by row through the service."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import Account
from console.models import AuditEntry
from console.views import bulk
from endpoints.models import Endpoint
from tests.tenants import make_application, make_endpoint


@pytest.fixture
def url(account: Account) -> str:
    return f"/accounts/{account.auth_id}/endpoints/bulk/"


@pytest.fixture
def rows(account: Account) -> list[Endpoint]:
    return [make_endpoint(account, f"desk{number:02d}") for number in range(12)]


def confirm(client: Client, url: str, action: str, count: int, **data: Any) -> Any:
    return client.post(url, {"action": action, "confirmed": "1", "expected": str(count)} | data)


def enabled_count() -> int:
    return Endpoint.objects.filter(enabled=True).count()


def test_it_asks_first_and_names_the_effect_and_the_rows(owner: Client, url: str, rows: list[Endpoint]) -> None:
    response = owner.post(url, {"action": "disable", "row": [rows[0].endpoint_id, rows[1].endpoint_id]})
    text = response.content.decode()
    assert "Disable 2 endpoints?" in text
    assert "Their phones are unregistered at once" in text
    assert "desk00" in text
    assert enabled_count() == 12


def test_it_does_it_once_confirmed(owner: Client, url: str, rows: list[Endpoint]) -> None:
    response = confirm(owner, url, "disable", 2, row=[rows[0].endpoint_id, rows[1].endpoint_id])
    assert response.status_code == 303
    assert enabled_count() == 10
    assert AuditEntry.objects.filter(action="update").count() == 2


def test_all_that_match_reaches_other_pages_of_the_list(owner: Client, url: str, rows: list[Endpoint]) -> None:
    confirm(owner, url, "disable", 3, all="1", query="q=desk1&sort=alias&page=9")
    assert enabled_count() == 12  # desk10 and desk11: three were expected, so nothing was done
    confirm(owner, url, "disable", 2, all="1", query="q=desk1&sort=alias&page=9")
    assert set(Endpoint.objects.filter(enabled=False).values_list("username", flat=True)) == {"desk10", "desk11"}


def test_a_selection_that_has_changed_is_asked_for_again(owner: Client, url: str, rows: list[Endpoint]) -> None:
    response = confirm(owner, url, "disable", 11, all="1", query="")
    assert "The selection has changed meanwhile" in response.content.decode()
    assert enabled_count() == 12


def test_deleting_many_asks_for_their_number(owner: Client, url: str, rows: list[Endpoint]) -> None:
    assert "Type the number to confirm." in confirm(owner, url, "delete", 12, all="1", query="").content.decode()
    assert Endpoint.objects.count() == 12
    confirm(owner, url, "delete", 12, all="1", query="", typed="12")
    assert Endpoint.objects.count() == 0


def test_a_form_of_the_action_is_filled_in_on_the_page(
    owner: Client, url: str, account: Account, rows: list[Endpoint]
) -> None:
    application = make_application(account, "ivr")
    confirm(owner, url, "assign", 1, row=rows[3].endpoint_id, application=application.pk)
    rows[3].refresh_from_db()
    assert rows[3].application == application


def test_another_tenants_application_cannot_be_assigned(
    owner: Client, url: str, other_account: Account, rows: list[Endpoint]
) -> None:
    foreign = make_application(other_account, "foreign")
    response = confirm(owner, url, "assign", 1, row=rows[3].endpoint_id, application=foreign.pk)
    assert list(response.context["form"].errors) == ["application"]


def test_another_tenants_rows_are_not_selected(owner: Client, url: str, other_account: Account) -> None:
    foreign = make_endpoint(other_account, "theirs")
    response = confirm(owner, url, "delete", 1, row=foreign.endpoint_id)
    assert response.status_code == 303
    assert Endpoint.objects.filter(pk=foreign.pk).exists()


@pytest.mark.parametrize("row", ["nothing", "9" * 64, "9" * 65, "", "\x00", "-1"])
def test_nonsense_selects_nothing(owner: Client, url: str, rows: list[Endpoint], row: str) -> None:
    assert confirm(owner, url, "delete", 1, row=row).status_code == 303
    assert Endpoint.objects.count() == 12


@pytest.mark.parametrize("row", ["SA_NOBODY1", "\x00", "a" * 500])
def test_nonsense_selects_no_sub_account(owner: Client, account: Account, sub_account: Account, row: str) -> None:
    url = f"/accounts/{account.auth_id}/sub-accounts/bulk/"
    assert confirm(owner, url, "disable", 1, row=row).status_code == 303
    sub_account.refresh_from_db()
    assert sub_account.enabled


@pytest.mark.parametrize("action", ["enable", "disable", "assign", "delete"])
def test_a_viewer_may_do_none_of_it(viewer: Client, url: str, rows: list[Endpoint], action: str) -> None:
    assert confirm(viewer, url, action, 1, row=rows[0].endpoint_id).status_code == 403
    assert enabled_count() == 12


def test_what_the_service_refuses_is_said_and_the_rest_is_done(owner: Client, account: Account) -> None:
    used, free = make_application(account, "used"), make_application(account, "free")
    make_endpoint(account, "desk", application=used)
    url = f"/accounts/{account.auth_id}/applications/bulk/"
    response = owner.post(
        url,
        {"action": "delete", "confirmed": "1", "expected": "2", "row": [used.app_id, free.app_id]},
        follow=True,
    )
    text = response.content.decode()
    assert "used: Application is currently in use by 1 endpoints" in text
    assert "Delete: 1 application." in text


def test_more_than_a_request_can_carry_waits_for_a_worker(
    owner: Client, url: str, rows: list[Endpoint], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "MOST_ROWS", 11)
    response = confirm(owner, url, "disable", 12, all="1", query="")
    assert "/imports/" in response["Location"]
    assert enabled_count() == 12


def test_it_leads_back_to_the_list_as_it_was_and_never_elsewhere(owner: Client, url: str, rows: list[Endpoint]) -> None:
    row = rows[0].endpoint_id
    kept = confirm(owner, url, "disable", 1, row=row, query="q=desk")
    assert kept["Location"].endswith("/endpoints/?q=desk")
    away = confirm(owner, url, "enable", 1, row=row, next="https://evil.test/")
    assert away["Location"].endswith("/endpoints/")
