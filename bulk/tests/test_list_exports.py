"""Every list can be taken along as a file."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Account, User
from accounts.permissions import Role
from accounts.services import member_set
from bulk.tests.conftest import check_file
from console import sections
from devices.models import KazooUser
from devices.user_services import user_create
from handover.services import link_create
from sip.services import password_set
from tests.tenants import SIP_PASSWORD, make_account, make_application, make_credential, make_endpoint, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def full(account: Account, sub_account: Account) -> Account:
    """An account with a row in every list."""
    endpoint = make_endpoint(account, "desk", alias="-1", sub_account=sub_account)
    password_set(subscriber=make_credential(account, "trunk").subscriber, password="AnotherPass99", overlap_minutes=60)
    make_application(account, "ivr")
    user_create(user=KazooUser(account=account, name="Jo"))
    link_create(account=account, subscriber=endpoint.subscriber, password=SIP_PASSWORD)
    check_file(account, "endpoints", "username,alias\nbob,Bob\n")
    return account


@pytest.mark.parametrize("form", ["csv", "json"])
def test_every_list_offers_its_rows_as_files(owner: Client, full: Account, form: str) -> None:
    for section in sections.registered():
        shown = owner.get(section.url("list", full)).content.decode()
        url = reverse("export", kwargs={"auth_id": full.auth_id, "kind": section.name})
        response = owner.get(url, {"format": form})
        text = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
        assert response["Content-Disposition"].startswith(f'attachment; filename="{section.name}')
        has_rows = section.rows(full).exists()
        assert (f"{url}?format={form}" in shown, len(text.splitlines()) > 1) == (has_rows, has_rows)


def test_a_filtered_list_offers_what_matches(owner: Client, full: Account) -> None:
    make_endpoint(full, "hall")
    page = owner.get(f"/accounts/{full.auth_id}/endpoints/?q=desk&registered=false").content.decode()
    assert "?q=desk&amp;registered=false&amp;format=csv" in page
    url = f"/accounts/{full.auth_id}/export/endpoints/?q=desk&registered=false&format=csv"
    text = b"".join(owner.get(url).streaming_content).decode()  # type: ignore[attr-defined]
    assert ("desk" in text, "hall" in text, ",'-1," in text) == (True, False, True)


@pytest.mark.parametrize("form", ["csv", "json"])
def test_whoever_sees_several_accounts_takes_their_list_along(
    account: Account, other_account: Account, signed_in: Callable[[User], Client], form: str
) -> None:
    third = make_account("Third")
    both = make_person("both", account, Role.VIEWER)
    member_set(account=other_account, user=both, role=Role.VIEWER)
    client = signed_in(both)
    assert f"/export/accounts/?format={form}" in client.get("/accounts/").content.decode()
    text = exported(client, f"/export/accounts/?format={form}")
    assert [each.auth_id in text for each in (account, other_account, third)] == [True, True, False]
    text = exported(client, f"/export/accounts/?q={other_account.auth_id}&format={form}")
    assert [each.auth_id in text for each in (account, other_account)] == [False, True]


def test_the_platforms_activity_is_for_staff_to_take_along(
    owner: Client, account: Account, signed_in: Callable[[User], Client]
) -> None:
    assert owner.get("/export/activity/").status_code == 403
    staff = signed_in(make_person("staff", is_staff=True))
    assert account.auth_id in exported(staff, "/export/activity/?object_type=account")
    assert "/export/activity/?format=csv" in staff.get("/activity/").content.decode()


def exported(client: Client, url: str) -> str:
    return b"".join(client.get(url).streaming_content).decode()  # type: ignore[attr-defined]


@pytest.mark.parametrize("url", ["/export/endpoints/", "/export/accounts/?format=xml"])
def test_there_are_no_other_exports_over_several_accounts(owner: Client, url: str) -> None:
    assert owner.get(url).status_code == 404


@pytest.mark.parametrize("url", ["export/nothing/", "export/endpoints/?format=xml", "export/links/?format=xml"])
def test_there_are_no_other_exports(owner: Client, account: Account, url: str) -> None:
    assert owner.get(f"/accounts/{account.auth_id}/{url}").status_code == 404
