"""The Django admin's pages: every model has one or a reason, staff only, within the policy, and no secret on any."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db import connections
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Account, ApiToken, Invitation, User
from bulk.models import Part
from bulk.tests.conftest import check_file
from console import limiter
from console.admin_pages import ReadOnlyAdmin
from console.models import RateBucket
from console.saved import filter_save
from demo.seeding import build
from devices.models import KazooUser
from devices.services import device_create
from devices.user_services import user_create
from endpoints.services import endpoint_update
from events.models import Registered, Watched
from events.services import webhook_ping
from events.tests.conftest import make_webhook
from handover.models import Link
from handover.services import link_create
from idempotency.models import KeptAnswer
from sip.models import AuthAttempt, Block, Secret, WebhookAccess
from tests.tenants import SIP_PASSWORD, make_account, make_endpoint, own_models

pytestmark = pytest.mark.django_db

WITHOUT_PAGES = {
    "console.auditgate": "Empty but inside the transaction that removes old audit rows",
    "console.cachedvalue": "The framework's cache: hashed names, values that last seconds or minutes",
    "kamailio.location": "Kamailio's own table, which PostgreSQL alone has; shown as registrations",
}
OUR_ADMINS = sorted(
    (pages for model, pages in admin.site._registry.items() if model in own_models()),
    key=lambda pages: pages.opts.label_lower,
)
READ_ONLY = [pages for pages in OUR_ADMINS if isinstance(pages, ReadOnlyAdmin)]
INLINE = re.compile(
    r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\b(?:src|type=\"application/json\"|type=\"text/template\"))"
)


def label(pages: Any) -> str:
    return str(pages.opts.label_lower)


def address(pages: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:{pages.opts.app_label}_{pages.opts.model_name}_{page}", args=args)


def test_every_model_has_pages_or_a_reason_to_have_none() -> None:
    registered = {label(pages) for pages in OUR_ADMINS}
    models = {model._meta.label_lower for model in own_models()}
    assert models - registered == set(WITHOUT_PAGES) & models
    assert registered & set(WITHOUT_PAGES) == set()


def test_only_our_own_tables_are_served() -> None:
    assert {model._meta.label_lower for model in admin.site._registry} == {label(pages) for pages in OUR_ADMINS}


# --- who may ----------------------------------------------------------------------------------------------------------


def test_strangers_are_sent_to_the_consoles_sign_in_page(client: Client) -> None:
    response = client.get(reverse("admin:index"), follow=True)
    assert response.redirect_chain[-1][0].startswith(reverse("account_login"))


def test_people_who_are_no_staff_are_refused(owner: Client) -> None:
    assert owner.get(reverse("admin:index"), follow=True).status_code == 403


def test_somebody_who_was_staff_is_refused(staff: Client) -> None:
    User.objects.update(is_staff=False)
    assert staff.get(reverse("admin:index"), follow=True).status_code == 403


def test_a_password_is_changed_on_the_consoles_own_page(staff: Client) -> None:
    assert staff.get(reverse("admin:password_change"))["Location"] == reverse("account_change_password")


@pytest.mark.parametrize("pages", READ_ONLY, ids=label)
def test_what_the_system_records_takes_no_writes(pages: Any, staff: Client, account: Account) -> None:
    first = pages.model._default_manager.first()
    writes = [
        address(pages, "add"),
        *([address(pages, "change", first.pk), address(pages, "delete", first.pk)] if first else []),
    ]
    assert {staff.post(url, {"post": "yes"}).status_code for url in writes} == {403}


@pytest.mark.parametrize("pages", READ_ONLY, ids=label)
def test_what_the_system_records_offers_no_bulk_deletion(pages: Any, staff: Client, account: Account) -> None:
    chosen = {"action": "delete_selected", "_selected_action": ["1"], "post": "yes"}
    before = pages.model._default_manager.count()
    staff.post(address(pages, "changelist"), chosen)
    assert pages.model._default_manager.count() == before


# --- what they show ---------------------------------------------------------------------------------------------------


@pytest.fixture
def demo(db: None) -> None:
    """Rows of every kind, some with secrets."""
    made = build()
    account, later = made.main.account, timezone.now() + timedelta(hours=1)
    source = {"source": "192.0.2.1"}
    Block.objects.create(realm="sip.vobiz.ai", username_key="bob", failures=20, until=later, **source)
    WebhookAccess.objects.filter(account=account).update(sealed_secret="sealed-secret-of-the-webhook")
    endpoint = make_endpoint(account, "handed0ver")
    link_create(account=account, subscriber=endpoint.subscriber, password=SIP_PASSWORD)
    device_create(account=account, data={"name": "Shared desk", "hotdesk": {"users": {"0" * 32: {}}}})
    user_create(user=KazooUser(account=account, name="Jo"))
    check_file(account, "endpoints", "username,alias\nbob,Bob\n")
    hashes = {"key_hash": "hash-of-the-key", "request_hash": "hash-of-the-request", "sealed_answer": "sealed-answer"}
    KeptAnswer.objects.create(account_id=account.pk, busy_until=later, expires_at=later, status=201, **hashes)
    webhook_ping(webhook=make_webhook(account).webhook)
    Watched.objects.create(account=account)
    Invitation.objects.create(account=account, email="eve@example.test", digest="digest-of-the-link", expires_at=later)
    Registered.objects.create(account=account, subscriber_id=0, username="gone", realm="sip.vobiz.ai", kind="endpoint")
    filter_save(user=made.operator, section="endpoints", name="Off", query="enabled=false")
    limiter.take("api:1", limit=10)
    limiter.note_use("token:1", **source)


def test_there_is_a_row_of_every_kind_to_look_at(demo: None) -> None:
    assert [label(pages) for pages in OUR_ADMINS if not pages.model._default_manager.exists()] == []


def pages_of(pages: Any) -> list[str]:
    """The list, the empty form, and the page and history of one row."""
    row = pages.model._default_manager.first()
    of_row = [address(pages, page, row.pk) for page in ("change", "history", "delete")] if row else []
    return [address(pages, "changelist"), address(pages, "add"), *of_row]


@pytest.fixture
def every_page(demo: None, staff: Client) -> dict[str, Any]:
    """What each page answers to staff; those that are not offered (403) are left out."""
    urls = [url for pages in OUR_ADMINS for url in pages_of(pages)]
    answers = {url: staff.get(url) for url in [reverse("admin:index"), *urls]}
    return {url: response for url, response in answers.items() if response.status_code != 403}


SECRETS = (
    (Secret, ("md5", "md5_lower", "sha256", "sha256_lower", "sha512_256", "sha512_256_lower")),
    (WebhookAccess, ("password_digest", "sealed_secret")),
    (ApiToken, ("digest",)),
    (Invitation, ("digest",)),
    (User, ("password",)),
    (Link, ("token_hash", "sealed")),
    (KeptAnswer, ("key_hash", "request_hash", "sealed_answer")),
    (Part, ("sealed",)),
)


def stored_secrets() -> set[str]:
    rows = [row for model, columns in SECRETS for row in model._default_manager.values_list(*columns)]
    return {text for row in rows for text in row if text}


def test_every_page_answers_within_the_policy_without_a_secret_and_looking_leaves_no_trace(
    every_page: dict[str, Any],
) -> None:
    assert len(every_page) > 3 * len(OUR_ADMINS)
    assert {url: page.status_code for url, page in every_page.items() if page.status_code != 200} == {}
    texts = {url: page.content.decode() for url, page in every_page.items()}
    assert {url: found for url, text in texts.items() if (found := INLINE.findall(text))} == {}
    assert all("default-src 'self'" in page["Content-Security-Policy"] for page in every_page.values())
    secrets = stored_secrets()
    assert len(secrets) > 100
    assert {url for url, text in texts.items() for secret in secrets if secret in text} == set()
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("pages", OUR_ADMINS, ids=label)
def test_every_list_has_columns_filters_and_a_search_that_says_what_it_finds(pages: Any) -> None:
    assert len(pages.list_display) >= 3
    assert pages.list_filter
    assert pages.search_fields
    assert pages.search_help_text


@pytest.mark.parametrize("pages", OUR_ADMINS, ids=label)
def test_what_never_changes_is_no_field_of_the_form(pages: Any, rf: RequestFactory, staff_person: User) -> None:
    request = rf.get("/")
    request.user = staff_person
    offered = pages.get_form(request, pages.model(), change=True).base_fields
    assert set(offered) & set(getattr(pages.model, "immutable_fields", ())) == set()


QUERIES = ("MA_X", "a'b\"c", "\u2028", "\x00", "\U0001f680" * 99, "1 2 3")


@pytest.mark.parametrize("pages", OUR_ADMINS, ids=label)
def test_no_search_is_an_error(pages: Any, staff: Client) -> None:
    found = {query: staff.get(address(pages, "changelist"), {"q": query}).status_code for query in QUERIES}
    assert set(found.values()) == {200}


@pytest.mark.parametrize("pages", OUR_ADMINS, ids=label)
def test_a_key_that_is_none_leads_back(pages: Any, staff: Client) -> None:
    assert staff.get(address(pages, "change", "nothing")).status_code == 302


def queries_for(client: Client, url: str) -> int:
    captured = [CaptureQueriesContext(connection) for connection in connections.all()]
    for context in captured:
        context.__enter__()
    try:
        assert client.get(url).status_code == 200
    finally:
        for context in captured:
            context.__exit__(None, None, None)
    return sum(len(context) for context in captured)


def test_the_history_of_a_row_is_what_the_audit_trail_tells(staff: Client, account: Account) -> None:
    endpoint = make_endpoint(account, "desk")
    endpoint_update(endpoint=endpoint, alias="Reception")
    page = staff.get(reverse("admin:endpoints_endpoint_history", args=[endpoint.pk])).content.decode()
    assert "Alias: <bdi>Alias-desk</bdi> → <bdi>Reception</bdi>" in page
    assert "created" in page


def test_no_list_asks_more_the_longer_it_is(demo: None, staff: Client) -> None:
    urls = [address(pages, "changelist") for pages in OUR_ADMINS]
    staff.get(urls[0])
    short = {url: queries_for(staff, url) for url in urls}
    for number in range(5):
        make_account(f"More {number}")
    assert max(short.values()) <= 12
    assert {url: queries_for(staff, url) for url in urls} == short


def test_a_long_log_is_not_counted_to_its_end(staff: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.admin_pages.BoundedPaginator.maximum_count", 3)
    AuthAttempt.objects.bulk_create(AuthAttempt(outcome="ok", reason="admitted") for _row in range(5))
    response = staff.get(reverse("admin:sip_authattempt_changelist"))
    assert response.context["cl"].result_count == 3


@pytest.mark.parametrize(
    ("state", "expected"), [("open", ["open"]), ("over", ["over"]), ("nonsense", ["open", "over"])]
)
def test_buckets_are_listed_by_whether_they_still_count(state: str, expected: list[str], staff: Client) -> None:
    RateBucket.objects.create(key="over", window=1, used=1)
    RateBucket.objects.create(key="open", window=2**32, used=1)
    response = staff.get(reverse("admin:console_ratebucket_changelist"), {"window_is": state})
    assert [row.key for row in response.context["cl"].result_list] == expected
