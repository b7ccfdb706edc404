"""Lists and search in a browser: found while typing, kept up to date, saved under a name."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Account
from sip.models import Registration
from sip.tests.test_live import register
from tests.browser.test_journeys import WITH_AND_WITHOUT, at
from tests.tenants import make_application, make_endpoint

Opens = Callable[..., Page]


def test_the_bar_finds_while_one_types_and_is_driven_by_keys(open_page: Opens, acme: Account) -> None:
    for number in range(3):
        make_endpoint(acme, f"desk{number}")
    make_application(acme, "desk-ivr")
    page = open_page()
    page.goto(at(acme))
    page.keyboard.press("/")
    page.keyboard.type("desk")
    options = page.get_by_role("option")
    expect(options).to_have_count(4)
    expect(page.locator("#announce")).to_have_text("4 results")
    for _press in range(4):
        page.keyboard.press("ArrowDown")
    expect(options.nth(3)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(page.locator("#search-results")).to_be_hidden()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("desk2")


def test_states_change_while_one_looks_and_the_focus_stays(open_page: Opens, acme: Account) -> None:
    endpoint = make_endpoint(acme, "desk1")
    page = open_page()
    page.goto(at(acme, "endpoints/"))
    expect(page.locator("tbody")).to_contain_text("Not registered")
    page.keyboard.press("j")
    register(endpoint.subscriber)
    page.evaluate("htmx.trigger('#live', 'live')")
    expect(page.locator("tbody .status")).to_have_text("Registered")
    expect(page.get_by_role("link", name="desk1")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Yealink T54W")).to_be_visible()
    Registration.objects.update(expires_at=timezone.now())
    page.evaluate("htmx.trigger('#live', 'live')")
    expect(page.locator(".page-title")).to_contain_text("Not registered")
    expect(page.get_by_text("Yealink T54W")).to_be_hidden()


@WITH_AND_WITHOUT
def test_a_view_is_saved_and_found_again(open_page: Opens, acme: Account, java_script_enabled: bool) -> None:
    make_endpoint(acme, "on1")
    make_endpoint(acme, "off1", enabled=False)
    page = open_page(java_script_enabled=java_script_enabled)
    page.goto(at(acme, "endpoints/?enabled=false"))
    page.locator("summary", has_text="Save this view").click()
    page.get_by_label("Name", exact=True).fill("Switched off 🔌")
    page.get_by_role("button", name="Save", exact=True).click()
    page.goto(at(acme, "endpoints/"))
    expect(page.locator("tbody tr")).to_have_count(2)
    page.get_by_role("link", name="Switched off 🔌").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Manage saved filters").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("No saved filters yet")).to_be_visible()
