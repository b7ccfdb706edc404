"""The generic list: all of it is in the URL, and no URL breaks it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import Account
from tests.tenants import make_endpoint

JUNK = ["", "0", "-1", "nothing", "9" * 30, "\x00", "1e9", "\u0661", "<script>", "a" * 300]


@pytest.fixture
def url(account: Account) -> str:
    for number in (6, 7, 8):
        make_endpoint(account, f"desk{number:02d}", enabled=number != 6)
    return f"/accounts/{account.auth_id}/endpoints/"


@pytest.fixture
def long_url(account: Account, url: str) -> str:
    for number in range(10, 37):
        make_endpoint(account, f"desk{number:02d}", enabled=number % 3 != 0)
    return url


def names(response: Any) -> list[str]:
    return [row.record.username for row in response.context["table"].paginated_rows]


@pytest.mark.parametrize("value", JUNK)
@pytest.mark.parametrize("name", ["q", "page", "size", "sort", "columns", "enabled", "application", "sub_account"])
def test_nonsense_in_the_url_is_never_an_error(owner: Client, url: str, name: str, value: str) -> None:
    assert owner.get(url, {name: value}, follow=True).status_code == 200


def test_pages_neither_repeat_nor_skip_rows(owner: Client, long_url: str) -> None:
    query = {"sort": "state", "size": "25"}
    both = names(owner.get(long_url, query)) + names(owner.get(long_url, query | {"page": "2"}))
    assert sorted(both) == [f"desk{number:02d}" for number in (6, 7, 8, *range(10, 37))]


@pytest.mark.parametrize(("asked", "shown"), [("1", 1), ("2", 2), ("99", 2), ("0", 1), ("x", 1)])
def test_a_page_that_is_not_there_is_the_nearest(owner: Client, long_url: str, asked: str, shown: int) -> None:
    assert owner.get(long_url, {"size": "25", "page": asked}).context["table"].page.number == shown


@pytest.mark.parametrize(("asked", "shown"), [("25", 25), ("100", 100), ("7", 50), ("1000000", 50)])
def test_the_page_size_is_one_of_three(owner: Client, url: str, asked: str, shown: int) -> None:
    assert owner.get(url, {"size": asked}).context["size"] == shown


def test_a_filter_is_a_chip_that_leads_to_the_list_without_it(owner: Client, url: str) -> None:
    (chip,) = owner.get(url, {"q": "desk", "enabled": "false", "page": "2"}).context["filters"].chips()
    assert (str(chip.label), chip.value, chip.without) == ("State", "Disabled", "q=desk")


def test_every_word_has_to_match(owner: Client, url: str) -> None:
    assert names(owner.get(url, {"q": "desk 07"})) == ["desk07"]


def test_chosen_columns_are_shown_after_the_name(owner: Client, url: str) -> None:
    table = owner.get(url, {"columns": ["created_at", "alias", "unheard_of"]}).context["table"]
    assert table.columns.names() == ["username", "alias", "created_at"]


def test_what_a_form_sends_empty_is_dropped_from_the_url(owner: Client, url: str) -> None:
    response = owner.get(url, {"q": "", "enabled": "true", "sub_account": ""})
    assert response["Location"] == f"{url}?enabled=true"


def test_columns_that_nobody_chose_are_dropped_from_the_url(owner: Client, url: str) -> None:
    columns = ["alias", "state", "application", "sub_account", "last_used", "endpoint_id"]
    assert owner.get(url, {"columns": columns})["Location"] == url


def test_htmx_gets_the_list_alone_and_the_address_to_show(owner: Client, url: str) -> None:
    headers = {"HX-Request": "true", "HX-Target": "list"}
    response = owner.get(url, {"q": "desk07", "enabled": ""}, headers=headers)
    text = response.content.decode()
    assert "<html" not in text
    assert text.count('name="row"') == 1
    assert response["HX-Push-Url"] == f"{url}?q=desk07"


def test_going_back_gets_the_whole_page(owner: Client, url: str) -> None:
    headers = {"HX-Request": "true", "HX-Target": "list", "HX-History-Restore-Request": "true"}
    assert "<html" in owner.get(url, headers=headers).content.decode()


def test_nothing_found_offers_to_clear_the_filters(owner: Client, url: str) -> None:
    text = owner.get(url, {"q": "nobody"}).content.decode()
    assert "Nothing matches" in text
    assert f'href="{url}"' in text


def test_an_empty_list_teaches_and_offers_the_first(owner: Client, account: Account) -> None:
    text = owner.get(f"/accounts/{account.auth_id}/credentials/").content.decode()
    assert "No credentials yet" in text
    assert "A credential is the username and password that a SIP trunk" in text


@pytest.mark.parametrize(
    ("page", "leads_to"),
    [("registrations", "settings/webhook"), ("attempts", "settings/webhook"), ("deliveries", "webhooks")],
)
def test_an_empty_list_of_what_happened_leads_to_what_makes_it_happen(
    owner: Client, account: Account, page: str, leads_to: str
) -> None:
    base = f"/accounts/{account.auth_id}/"
    empty = owner.get(f"{base}{page}/").content.decode().partition('<div class="empty">')[2]
    assert f'href="{base}{leads_to}/"' in empty


def test_a_viewer_gets_no_boxes_and_no_buttons(viewer: Client, url: str) -> None:
    text = viewer.get(url).content.decode()
    assert 'name="row"' not in text
    assert 'value="delete"' not in text


def test_search_finds_across_accounts_what_one_may_see(
    owner: Client, stranger: Client, url: str, other_account: Account
) -> None:
    make_endpoint(other_account, "desk99")
    mine = owner.get("/search/", {"q": "desk"}).content.decode()
    theirs = stranger.get("/search/", {"q": "desk"}).content.decode()
    assert "desk08" in mine
    assert "desk99" not in mine
    assert "desk99" in theirs
    assert "desk08" not in theirs


@pytest.mark.parametrize("typed", ["", " ", "\x00", "%", "a" * 500, "🚀", "شركة"])
def test_search_takes_anything(owner: Client, url: str, typed: str) -> None:
    assert owner.get("/search/", {"q": typed}).status_code == 200
