"""The pages of endpoints and applications: create, see once, edit, rotate, disable, delete."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags

from accounts.models import Account
from console.models import AuditEntry
from endpoints.models import Application, Endpoint
from sip.models import AuthAttempt, Registration, Secret
from tests.tenants import SIP_PASSWORD, make_application, make_endpoint

GOOD = {"username": "alice01", "alias": "Front-Desk", "password": SIP_PASSWORD, "enabled": "on", "allow_voice": "on"}
REFUSED = [
    ("username", "sales_desk", "Only alphanumeric characters are allowed"),
    ("username", "taken", "This username already exists"),
    ("username", "TAKEN", "This username already exists"),
    ("username", "", "This field is required."),
    ("alias", "front desk", "Only letters, numbers, hyphens and underscores are allowed"),
    ("alias", "bücher", "Only letters, numbers, hyphens and underscores are allowed"),
    ("password", "short", "Password must be at least 8 characters"),
    ("password", "", "This field is required."),
    ("password", "x" * 129, "Password must be at most 128 characters"),
]


def pages(account: Account, section: str = "endpoints") -> str:
    return f"/accounts/{account.auth_id}/{section}/"


def errors(response: Any) -> dict[str, list[str]]:
    return dict(response.context["form"].errors)


@pytest.fixture
def endpoint(account: Account) -> Endpoint:
    return make_endpoint(account, "taken")


def test_creating_leads_to_the_secret_with_303(owner: Client, account: Account) -> None:
    response = owner.post(f"{pages(account)}new/", GOOD)
    endpoint = Endpoint.objects.get()
    assert response.status_code == 303
    assert response["Location"] == f"{pages(account)}{endpoint.endpoint_id}/secret/"


def test_the_secret_page_shows_what_a_phone_needs(owner: Client, account: Account) -> None:
    text = owner.post(f"{pages(account)}new/", GOOD, follow=True).content.decode()
    assert all(part in text for part in ("alice01", "sip.vobiz.ai", SIP_PASSWORD, "<svg", "reg_identity=sip:alice01@"))


def test_the_secret_is_shown_once(owner: Client, account: Account) -> None:
    location = owner.post(f"{pages(account)}new/", GOOD)["Location"]
    owner.get(location)
    again = owner.get(location).content.decode()
    assert SIP_PASSWORD not in again
    assert "It was shown once" in again


@pytest.mark.parametrize(("field", "value", "message"), REFUSED)
def test_it_refuses_in_the_words_of_the_rule(
    owner: Client, account: Account, endpoint: Endpoint, field: str, value: str, message: str
) -> None:
    response = owner.post(f"{pages(account)}new/", GOOD | {field: value})
    assert errors(response) == {field: [message]}
    assert Endpoint.objects.count() == 1


def test_nothing_typed_is_lost(owner: Client, account: Account) -> None:
    text = owner.post(f"{pages(account)}new/", GOOD | {"alias": "not an alias"}).content.decode()
    assert 'value="alice01"' in text
    assert 'value="not an alias"' in text
    assert f'value="{SIP_PASSWORD}"' in text


def test_the_limit_is_an_error_of_the_form(owner: Client, account: Account, endpoint: Endpoint) -> None:
    Account.objects.filter(pk=account.pk).update(endpoint_limit=1)
    response = owner.post(f"{pages(account)}new/", GOOD)
    assert errors(response) == {"__all__": ["The account's limit of 1 endpoints is reached"]}


def test_a_new_endpoint_gets_the_default_application(owner: Client, account: Account) -> None:
    application = make_application(account, "main", default_endpoint_app=True)
    owner.post(f"{pages(account)}new/", GOOD)
    assert Endpoint.objects.get().application == application


def test_made_from_a_sub_account_it_belongs_to_the_main_account(
    owner: Client, account: Account, sub_account: Account
) -> None:
    owner.post(f"{pages(sub_account)}new/", GOOD)
    endpoint = Endpoint.objects.get()
    assert (endpoint.account, endpoint.sub_account) == (account, sub_account)


def test_another_tenants_application_cannot_be_chosen(owner: Client, account: Account, other_account: Account) -> None:
    foreign = make_application(other_account, "foreign")
    response = owner.post(f"{pages(account)}new/", GOOD | {"application": foreign.pk})
    assert list(errors(response)) == ["application"]


def test_editing_changes_what_was_changed_and_keeps_the_username(
    owner: Client, account: Account, endpoint: Endpoint
) -> None:
    url = f"{pages(account)}{endpoint.endpoint_id}/edit/"
    response = owner.post(url, GOOD | {"username": "other", "alias": "Back-Office"})
    endpoint.refresh_from_db()
    assert response.status_code == 303
    assert (endpoint.username, endpoint.alias) == ("taken", "Back-Office")


def test_an_edit_is_written_to_the_trail_with_old_and_new(owner: Client, account: Account, endpoint: Endpoint) -> None:
    owner.post(f"{pages(account)}{endpoint.endpoint_id}/edit/", GOOD | {"alias": "Back-Office"})
    entry = AuditEntry.objects.filter(action="update", object_type="endpoint").get()
    assert entry.changes["alias"] == ["Alias-taken", "Back-Office"]
    assert (entry.door, entry.actor_label) == ("page", "alice@example.test")


def test_rotating_replaces_the_hashes_and_shows_the_new_password(
    owner: Client, account: Account, endpoint: Endpoint
) -> None:
    before = Secret.objects.get().md5
    url = f"{pages(account)}{endpoint.endpoint_id}/rotate/"
    response = owner.post(url, {"password": "brand-new-secret", "overlap_minutes": "0"}, follow=True)
    assert "brand-new-secret" in response.content.decode()
    assert Secret.objects.get().md5 != before


def test_rotating_with_an_overlap_keeps_the_old_hashes_for_a_while(
    owner: Client, account: Account, endpoint: Endpoint
) -> None:
    url = f"{pages(account)}{endpoint.endpoint_id}/rotate/"
    owner.post(url, {"password": "brand-new-secret", "overlap_minutes": "60"})
    assert Secret.objects.filter(valid_until__isnull=False).count() == 1


@pytest.mark.parametrize(
    ("password", "message"),
    [("short", "Password must be at least 8 characters"), ("", "This field is required.")],
)
def test_rotating_refuses_a_bad_password(
    owner: Client, account: Account, endpoint: Endpoint, password: str, message: str
) -> None:
    url = f"{pages(account)}{endpoint.endpoint_id}/rotate/"
    response = owner.post(url, {"password": password, "overlap_minutes": "0"})
    assert errors(response) == {"password": [message]}


def test_cloning_starts_with_the_settings_but_not_the_names(
    owner: Client, account: Account, endpoint: Endpoint
) -> None:
    Endpoint.objects.filter(pk=endpoint.pk).update(allow_video=True)
    form = owner.get(f"{pages(account)}{endpoint.endpoint_id}/clone/").context["form"]
    assert form["allow_video"].value() is True
    assert not form["username"].value()
    assert not form["alias"].value()


def test_deleting_asks_then_removes_the_subscriber_too(owner: Client, account: Account, endpoint: Endpoint) -> None:
    url = f"{pages(account)}{endpoint.endpoint_id}/delete/"
    assert "This cannot be undone" in owner.get(url).content.decode()
    assert owner.post(url).status_code == 303
    assert not Endpoint.objects.exists()
    assert not Secret.objects.exists()


def test_the_list_can_be_searched_filtered_and_sorted(owner: Client, account: Account) -> None:
    for name in ("sales1", "sales2", "support1"):
        make_endpoint(account, name, enabled=name != "sales2")
    response = owner.get(pages(account), {"q": "sales", "enabled": "true"})
    assert [row.record.username for row in response.context["table"].paginated_rows] == ["sales1"]
    response = owner.get(pages(account), {"sort": "-username"})
    found = [row.record.username for row in response.context["table"].paginated_rows]
    assert found == ["support1", "sales2", "sales1"]


def test_a_sub_account_lists_only_what_was_made_for_it(
    owner: Client, account: Account, sub_account: Account, endpoint: Endpoint
) -> None:
    make_endpoint(account, "theirs", sub_account=sub_account)
    table = owner.get(pages(sub_account)).context["table"]
    assert [row.record.username for row in table.paginated_rows] == ["theirs"]
    assert owner.get(f"{pages(sub_account)}{endpoint.endpoint_id}/").status_code == 404


def test_an_application_in_use_stays_and_says_why(owner: Client, account: Account) -> None:
    application = make_application(account, "main")
    make_endpoint(account, "user1", application=application)
    response = owner.post(f"{pages(account, 'applications')}{application.app_id}/delete/")
    assert "Application is currently in use by 1 endpoints" in response.content.decode()
    assert Application.objects.count() == 1


def test_an_application_can_be_created_with_another_to_follow(owner: Client, account: Account) -> None:
    data = {
        "app_name": "ivr",
        "answer_url": "https://apps.example.test/ivr",
        **{
            f"{name}_method": "POST" for name in ("answer", "hangup", "fallback", "message", "sip_transfer")
        },
        "application_sid": "7c9f4c26-9dbb-4d3f-a9c3-6d2f6d6c3d11",
        "another": "1",
    }  # fmt: skip
    response = owner.post(f"{pages(account, 'applications')}new/", data)
    assert response["Location"] == f"{pages(account, 'applications')}new/"
    assert Application.objects.get().hangup_url == "https://apps.example.test/ivr"


def test_disabling_an_application_is_confirmed_then_done(owner: Client, account: Account) -> None:
    application = make_application(account, "main")
    url = f"{pages(account, 'applications')}bulk/"
    asked = owner.post(url, {"action": "disable", "row": application.app_id})
    assert "Calls of their endpoints are no longer sent to them." in asked.content.decode()
    owner.post(url, {"action": "disable", "row": application.app_id, "confirmed": "1", "expected": "1"})
    application.refresh_from_db()
    assert not application.enabled


def register(endpoint: Endpoint) -> None:
    now = timezone.now()
    Registration.objects.create(
        subscriber=endpoint.subscriber,
        account_id=endpoint.account_id,
        main_account_id=endpoint.account_id,
        aor=endpoint.subscriber.aor,
        contact_key="1",
        contact="sip:alice@192.0.2.7:5060",
        user_agent="Yealink SIP-T46U",
        since=now - timedelta(hours=3),
        expires_at=now + timedelta(minutes=50),
    )


def test_the_list_says_who_is_registered_and_can_be_narrowed_to_them(owner: Client, account: Account) -> None:
    register(make_endpoint(account, "awake"))
    make_endpoint(account, "asleep")
    make_endpoint(account, "off", enabled=False)
    table = owner.get(pages(account)).context["table"]
    states = {row.record.username: strip_tags(row.get_cell("state")).strip() for row in table.paginated_rows}
    assert states == {"awake": "Registered", "asleep": "Not registered", "off": "Disabled"}
    found = owner.get(pages(account), {"registered": "true"}).context["table"].paginated_rows
    assert [row.record.username for row in found] == ["awake"]


def test_the_page_of_a_registered_endpoint_says_from_where(owner: Client, account: Account, endpoint: Endpoint) -> None:
    register(endpoint)
    text = owner.get(f"{pages(account)}{endpoint.endpoint_id}/").content.decode()
    assert "sip:alice@192.0.2.7:5060" in text
    assert "Yealink SIP-T46U" in text


def test_the_page_says_why_the_last_attempt_was_refused(owner: Client, account: Account, endpoint: Endpoint) -> None:
    AuthAttempt.objects.create(
        subscriber_id=endpoint.subscriber_id,
        method="REGISTER",
        outcome="fail",
        reason="wrong_password",
        source="192.0.2.7",
    )
    text = owner.get(f"{pages(account)}{endpoint.endpoint_id}/").content.decode()
    assert "Wrong password" in text
    assert "from 192.0.2.7" in text


def test_a_race_for_a_name_is_an_error_of_the_form(
    owner: Client, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(**_kwargs: Any) -> None:
        raise IntegrityError

    monkeypatch.setattr("endpoints.views.endpoints.endpoint_create", lost)
    response = owner.post(f"{pages(account)}new/", GOOD)
    assert errors(response) == {
        "__all__": ["Somebody else changed this at the same moment. Look again and save once more."]
    }
