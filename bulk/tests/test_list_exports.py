"""Every list can be taken along as a file."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Account
from bulk.tests.conftest import check_file
from console import sections
from devices.models import KazooUser
from devices.user_services import user_create
from handover.services import link_create
from tests.tenants import SIP_PASSWORD, make_application, make_credential, make_endpoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def full(account: Account, sub_account: Account) -> Account:
    """An account with a row in every list."""
    endpoint = make_endpoint(account, "desk", alias="-1", sub_account=sub_account)
    make_credential(account, "trunk")
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
        has_rows = section.rows(full).exists()
        assert (f"{url}?format={form}" in shown, len(text.splitlines()) > 1) == (has_rows, has_rows)


def test_a_filtered_list_offers_what_matches(owner: Client, full: Account) -> None:
    make_endpoint(full, "hall")
    page = owner.get(f"/accounts/{full.auth_id}/endpoints/?q=desk&registered=false").content.decode()
    assert "?q=desk&amp;registered=false&amp;format=csv" in page
    url = f"/accounts/{full.auth_id}/export/endpoints/?q=desk&registered=false&format=csv"
    text = b"".join(owner.get(url).streaming_content).decode()  # type: ignore[attr-defined]
    assert ("desk" in text, "hall" in text, ",'-1," in text) == (True, False, True)


@pytest.mark.parametrize("url", ["export/nothing/", "export/endpoints/?format=xml", "export/links/?format=xml"])
def test_there_are_no_other_exports(owner: Client, account: Account, url: str) -> None:
    assert owner.get(f"/accounts/{account.auth_id}/{url}").status_code == 404
