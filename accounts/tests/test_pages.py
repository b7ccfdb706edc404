"""The way in, the overview, the accounts one may see, and sub-accounts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import Account, ApiToken, User
from accounts.permissions import Role
from accounts.services import member_set, token_digest
from tests.tenants import make_account, make_endpoint, make_person

FORM = {"name": "Northwind", "kyc_mode": "personal_use", "rate_limit": "1000", "enabled": "on"}


def overview(account: Account) -> str:
    return f"/accounts/{account.auth_id}/"


@pytest.fixture
def staff(account: Account, signed_in: Callable[[User], Client]) -> Client:
    return signed_in(make_person("sam", is_staff=True))


def test_anonymous_people_are_sent_to_sign_in_and_back(client: Client, account: Account) -> None:
    response = client.get(overview(account))
    assert response.status_code == 302
    assert response["Location"] == f"/user/login/?next={overview(account)}"


def test_a_fragment_asked_for_after_the_session_ended_moves_the_whole_window(client: Client, account: Account) -> None:
    response = client.get(overview(account), headers={"HX-Request": "true"})
    assert response["HX-Redirect"] == "/user/login/"


def test_the_way_in_leads_to_the_only_account(owner: Client, account: Account) -> None:
    assert owner.get("/")["Location"] == overview(account)


def test_the_way_in_leads_to_the_main_account_of_a_family(
    owner: Client, account: Account, sub_account: Account
) -> None:
    assert owner.get("/")["Location"] == overview(account)


def test_the_way_in_leads_back_to_the_account_one_was_in(owner: Client, sub_account: Account) -> None:
    owner.get(overview(sub_account))
    assert owner.get("/")["Location"] == overview(sub_account)


def test_the_way_in_of_several_accounts_is_the_list(
    owner: Client, alice: User, other_account: Account, charlie: User
) -> None:
    member_set(account=other_account, user=alice, role=Role.VIEWER)
    assert owner.get("/")["Location"] == "/accounts/"


def test_someone_without_any_account_is_told_so(db: None, signed_in: Callable[[User], Client]) -> None:
    text = signed_in(make_person("nobody")).get("/", follow=True).content.decode()
    assert "Nobody has made you a member of an account yet" in text


def test_staff_see_every_account_and_members_their_own(
    staff: Client, owner: Client, sub_account: Account, other_account: Account
) -> None:
    assert len(staff.get("/accounts/").context["table"].rows) == 3
    assert len(owner.get("/accounts/").context["table"].rows) == 2


def test_another_tenants_account_is_not_there(stranger: Client, account: Account) -> None:
    assert stranger.get(overview(account)).status_code == 404


def test_the_overview_counts_what_there_is(owner: Client, account: Account) -> None:
    make_endpoint(account, "one")
    make_endpoint(account, "two")
    tiles = {section.name: count for section, _url, count in owner.get(overview(account)).context["tiles"]}
    empty = dict.fromkeys(("credentials", "devices", "device-users", "applications", "sub-accounts"), 0)
    assert tiles == {"endpoints": 2, **empty}


def test_a_viewer_gets_no_checklist_and_no_buttons(viewer: Client, account: Account) -> None:
    assert viewer.get(overview(account)).context["steps"] == []
    assert "/endpoints/new/" not in viewer.get(f"{overview(account)}endpoints/").content.decode()


def test_a_disabled_main_account_is_said_on_its_sub_accounts_overview(
    owner: Client, account: Account, sub_account: Account
) -> None:
    Account.objects.filter(pk=account.pk).update(enabled=False)
    assert "Its main account is disabled" in owner.get(overview(sub_account)).content.decode()


def test_a_new_sub_account_shows_its_token_once(owner: Client, account: Account) -> None:
    response = owner.post(f"{overview(account)}sub-accounts/new/", FORM, follow=True)
    plain = next(value for _id, _label, value, is_secret in response.context["rows"] if is_secret)
    assert ApiToken.objects.filter(account__parent=account, digest=token_digest(plain)).exists()
    assert plain not in owner.get(response.redirect_chain[-1][0]).content.decode()


def test_customer_use_needs_an_address(owner: Client, account: Account) -> None:
    response = owner.post(f"{overview(account)}sub-accounts/new/", FORM | {"kyc_mode": "customer_use"})
    assert response.context["form"].errors == {"email": ["An e-mail address is required for customer use"]}


def test_a_sub_account_can_be_changed_and_disabled(owner: Client, account: Account, sub_account: Account) -> None:
    owner.post(
        f"{overview(account)}sub-accounts/{sub_account.auth_id}/edit/", FORM | {"name": "Renamed", "enabled": ""}
    )
    sub_account.refresh_from_db()
    assert (sub_account.name, sub_account.enabled) == ("Renamed", False)


def test_deleting_a_sub_account_asks_for_its_id(owner: Client, account: Account, sub_account: Account) -> None:
    url = f"{overview(account)}sub-accounts/{sub_account.auth_id}/delete/"
    assert "What you typed is not" in owner.post(url, {"typed": "something"}).content.decode()
    assert owner.post(url, {"typed": sub_account.auth_id}).status_code == 303
    assert not Account.objects.filter(pk=sub_account.pk).exists()


def test_a_sub_account_has_no_page_for_sub_accounts_of_its_own(owner: Client, sub_account: Account) -> None:
    assert "/sub-accounts/" not in owner.get(overview(sub_account)).content.decode()
    assert owner.post(f"{overview(sub_account)}sub-accounts/new/", FORM).status_code == 404


def test_a_member_of_a_sub_account_only_sees_nothing_above_it(
    account: Account, sub_account: Account, signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(make_person("sue", sub_account, Role.ADMIN))
    assert client.get("/")["Location"] == overview(sub_account)
    assert client.get(overview(account)).status_code == 404
    assert account.name not in client.get(overview(sub_account)).content.decode()


def test_colours_are_kept_for_the_person(owner: Client, alice: User, account: Account) -> None:
    response = owner.post("/user/theme/", {"theme": "dark", "next": overview(account)})
    alice.refresh_from_db()
    assert (response["Location"], alice.theme) == (overview(account), "dark")
    assert 'data-theme="dark"' in owner.get(overview(account)).content.decode()


@pytest.mark.parametrize("elsewhere", ["https://evil.test/", "//evil.test/", "javascript:alert(1)", ""])
def test_colours_never_lead_elsewhere(owner: Client, elsewhere: str) -> None:
    assert owner.post("/user/theme/", {"theme": "light", "next": elsewhere})["Location"] == "/"


def test_unknown_colours_are_refused(owner: Client, alice: User) -> None:
    owner.post("/user/theme/", {"theme": '"><script>'})
    alice.refresh_from_db()
    assert alice.theme == "system"


def test_the_switcher_shows_the_family_and_cuts_a_long_list(
    staff: Client, account: Account, sub_account: Account
) -> None:
    for number in range(13):
        make_account(f"Tenant {number:02d}")
    text = staff.get(overview(sub_account)).content.decode()
    assert "Northwind" in text
    assert "More accounts" in text


def test_times_are_in_the_persons_zone_with_the_iso_time_beside(owner: Client, alice: User, account: Account) -> None:
    User.objects.filter(pk=alice.pk).update(time_zone="Asia/Tokyo")
    endpoint = make_endpoint(account, "desk01")
    text = owner.get(f"{overview(account)}endpoints/{endpoint.endpoint_id}/").content.decode()
    assert '+09:00" title="' in text


def test_a_time_zone_that_is_no_longer_known_is_utc(owner: Client, alice: User, account: Account) -> None:
    User.objects.filter(pk=alice.pk).update(time_zone="Middle/Earth")
    endpoint = make_endpoint(account, "desk01")
    text = owner.get(f"{overview(account)}endpoints/{endpoint.endpoint_id}/").content.decode()
    assert '+00:00" title="' in text


def test_staff_of_an_empty_installation_are_told_how_to_begin(db: None, signed_in: Callable[[User], Client]) -> None:
    text = signed_in(make_person("sam", is_staff=True)).get("/accounts/").content.decode()
    assert "manage.py create_account" in text
