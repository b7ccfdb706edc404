"""Saved filters: a person's own names for what they look at often."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import Account, User
from console import saved
from console.models import SavedFilter
from tests.tenants import make_endpoint

PAGE = "/user/filters/"


@pytest.fixture
def url(account: Account) -> str:
    make_endpoint(account, "on1")
    make_endpoint(account, "off1", enabled=False)
    return f"/accounts/{account.auth_id}/endpoints/"


def save(client: Client, **data: Any) -> Any:
    given = {"action": "save", "section": "endpoints", "name": "Off", "query": "enabled=false&page=3&size=25"}
    return client.post(PAGE, given | data, follow=True)


def names(response: Any) -> list[str]:
    return [row.record.username for row in response.context["table"].paginated_rows]


def test_what_a_list_shows_is_kept_without_its_page(owner: Client, url: str) -> None:
    assert "Save this view" in owner.get(url, {"enabled": "false"}).content.decode()
    response = save(owner, next=f"{url}?enabled=false")
    assert names(response) == ["off1"]
    assert response.context["chosen"].query == "enabled=false"
    assert "Save this view" not in response.content.decode()
    assert "“Off” was saved." in response.content.decode()


def test_saving_under_a_name_again_replaces_it(owner: Client, url: str) -> None:
    save(owner)
    save(owner, query="enabled=true")
    assert SavedFilter.objects.get().query == "enabled=true"


def test_a_default_is_shown_first_and_all_is_one_link_away(owner: Client, url: str) -> None:
    save(owner, is_default="on")
    first = owner.get(url, follow=True)
    assert first.redirect_chain == [(f"{url}?enabled=false", 302)]
    assert f'href="{url}?saved=none"' in first.content.decode()
    assert 'href="?saved=none" aria-label="Remove filter State: Disabled"' in first.content.decode()
    assert len(names(owner.get(url, {"saved": "none"}))) == 2
    assert owner.get(url, {"enabled": ""})["Location"] == f"{url}?saved=none"


def test_only_one_is_the_default(owner: Client, url: str) -> None:
    save(owner, is_default="on")
    save(owner, name="On", query="enabled=true", is_default="on")
    assert list(SavedFilter.objects.filter(is_default=True).values_list("name", flat=True)) == ["On"]


def test_it_is_renamed_and_deleted_on_its_page(owner: Client, url: str) -> None:
    save(owner)
    key = SavedFilter.objects.get().pk
    owner.post(PAGE, {"action": "change", "saved": key, "name": "Switched off"})
    assert "Switched off" in owner.get(PAGE).content.decode()
    owner.post(PAGE, {"action": "delete", "saved": key})
    assert "No saved filters yet" in owner.get(PAGE).content.decode()


@pytest.mark.parametrize(
    "data", [{"name": ""}, {"name": "x" * 61}, {"query": "q=" + "x" * 2000}, {"query": ""}, {"section": "y" * 50}]
)
def test_what_cannot_be_kept_is_said(owner: Client, url: str, data: dict[str, str]) -> None:
    assert 'class="notice bad"' in save(owner, **data).content.decode()
    assert not SavedFilter.objects.exists()


def test_there_is_a_limit(owner: Client, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved, "MOST", 1)
    save(owner)
    assert "Delete one first" in save(owner, name="Another").content.decode()


def test_a_name_that_is_taken_is_refused(owner: Client, url: str) -> None:
    save(owner)
    save(owner, name="On")
    key = SavedFilter.objects.get(name="On").pk
    response = owner.post(PAGE, {"action": "change", "saved": key, "name": "Off"}, follow=True)
    assert "You have a saved filter of this name." in response.content.decode()


def test_nobody_sees_or_touches_anothers(owner: Client, viewer: Client, url: str) -> None:
    save(owner)
    key = SavedFilter.objects.get().pk
    assert "Off" not in viewer.get(PAGE).content.decode()
    for wanted in (key, "x", "", "9" * 30):
        assert viewer.post(PAGE, {"action": "delete", "saved": wanted}).status_code == 404
    assert owner.post(PAGE, {"action": "nonsense"}).status_code == 404


def test_it_leads_back_here_and_never_elsewhere(owner: Client, alice: User, url: str) -> None:
    assert save(owner, next="https://evil.test/").redirect_chain == [(PAGE, 303)]
