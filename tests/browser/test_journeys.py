"""What an operator does all day, in a browser, with scripts and without."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts.models import Account, User
from endpoints.models import Endpoint
from handover.services import link_create
from tests.tenants import PASSWORD, SIP_PASSWORD, make_account, make_application, make_credential, make_endpoint

Opens = Callable[..., Page]
WITH_AND_WITHOUT = pytest.mark.parametrize("java_script_enabled", [True, False], ids=["scripts", "no-scripts"])


def at(account: Account, path: str = "") -> str:
    return f"/accounts/{account.auth_id}/{path}"


@WITH_AND_WITHOUT
def test_sign_in_leads_to_the_account(open_page: Opens, acme: Account, java_script_enabled: bool) -> None:
    page = open_page(java_script_enabled=java_script_enabled)
    page.context.clear_cookies()
    page.goto("/")
    page.get_by_label("E-mail address").fill("ada@example.test")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Acme")


def test_a_wrong_password_is_said_beside_the_form(open_page: Opens) -> None:
    page = open_page()
    page.context.clear_cookies()
    page.goto("/user/login/")
    page.get_by_label("E-mail address").fill("ada@example.test")
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("not correct")
    expect(page.get_by_label("E-mail address")).to_have_value("ada@example.test")


@WITH_AND_WITHOUT
def test_of_two_browsers_with_one_link_one_gets_the_settings(
    browser: Browser, site: str, acme: Account, java_script_enabled: bool
) -> None:
    phone = make_endpoint(acme, "desk")
    url = link_create(account=acme, subscriber=phone.subscriber, password=SIP_PASSWORD).url
    address, token = url[url.index("/handover/") :], url.partition("#")[2]
    people = [browser.new_context(base_url=site, java_script_enabled=java_script_enabled) for _person in range(2)]
    first, second = (context.new_page() for context in people)
    for page in (first, second):
        page.goto(address)
        if not java_script_enabled:
            page.get_by_label("Code").fill(token)
    first.get_by_role("button", name="Show the settings").click()
    expect(first.get_by_text(SIP_PASSWORD).first).to_be_visible()
    second.get_by_role("button", name="Show the settings").click()
    expect(second.get_by_text("This link was used already. It opens once.")).to_be_visible()
    expect(second.get_by_text(SIP_PASSWORD)).to_have_count(0)
    for context in people:
        context.close()


@WITH_AND_WITHOUT
def test_an_endpoint_from_creation_to_deletion(open_page: Opens, acme: Account, java_script_enabled: bool) -> None:
    page = open_page(java_script_enabled=java_script_enabled)
    page.goto(at(acme, "endpoints/"))
    page.get_by_role("link", name="New endpoint").first.click()
    page.get_by_label("Username").fill("sales_desk")
    page.get_by_label("Alias").fill("Sales-Desk")
    page.get_by_label("Password", exact=True).fill("SecurePass123")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_text("Only alphanumeric characters are allowed").locator("visible=true")).to_have_count(1)

    page.get_by_label("Username").fill("salesdesk")
    page.get_by_role("button", name="Create").click()
    expect(page.locator("#sip-password")).to_have_text("SecurePass123")
    page.reload()
    expect(page.get_by_text("It was shown once")).to_be_visible()

    page.get_by_label("Search everything").fill("salesdesk")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="salesdesk").click()
    page.get_by_role("link", name="Edit").click()
    expect(page.get_by_label("Username")).to_be_disabled()
    page.get_by_label("Alias").fill("Sales-Two")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").first).to_contain_text("Saved.")

    page.get_by_role("link", name="Rotate password").click()
    page.get_by_label("Password", exact=True).fill("EvenMoreSecure9")
    page.get_by_label("The old password").select_option("60")
    page.get_by_role("button", name="Rotate password").click()
    expect(page.locator("#sip-password")).to_have_text("EvenMoreSecure9")
    page.get_by_role("link", name="I have kept it").click()

    page.get_by_role("button", name="Disable").click()
    expect(page.get_by_text("Their phones are unregistered at once")).to_be_visible()
    page.get_by_role("button", name="Disable").click()
    expect(page.locator(".page-title")).to_contain_text("Disabled")

    page.get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("salesdesk was deleted.")).to_be_visible()
    assert not Endpoint.objects.exists()


@WITH_AND_WITHOUT
def test_a_credential_from_creation_to_deletion(open_page: Opens, acme: Account, java_script_enabled: bool) -> None:
    page = open_page(java_script_enabled=java_script_enabled)
    page.goto(at(acme, "credentials/new/"))
    page.get_by_label("Username").fill("office_phone_01")
    page.get_by_label("Password", exact=True).fill("SecurePass123")
    page.get_by_label("Allowed networks").fill("203.0.113.0/99")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_text("203.0.113.0/99 is not a network")).to_be_visible()
    page.get_by_label("Allowed networks").fill("203.0.113.0/24")
    page.get_by_role("button", name="Create").click()
    expect(page.locator("#sip-realm")).to_have_text(f"{acme.auth_id}.sip.vobiz.ai")
    page.get_by_role("link", name="I have kept it").click()
    expect(page.locator(".facts").get_by_text("203.0.113.0/24")).to_be_visible()
    page.get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("No credentials yet")).to_be_visible()


@WITH_AND_WITHOUT
def test_a_sub_account_from_creation_to_deletion(open_page: Opens, acme: Account, java_script_enabled: bool) -> None:
    page = open_page(java_script_enabled=java_script_enabled)
    page.goto(at(acme, "sub-accounts/new/"))
    page.get_by_label("Name").fill("Northwind 🚀 شركة")
    page.get_by_role("button", name="Create").click()
    expect(page.locator("#auth-token")).to_have_text(re.compile(r"^[0-9a-f]{64}$"))
    auth_id = page.locator("#auth-id").inner_text()
    page.get_by_role("link", name="Done").click()
    page.get_by_role("link", name="Open this account").click()
    expect(page.locator(".switcher")).to_contain_text(auth_id)
    page.goto(at(acme, f"sub-accounts/{auth_id}/delete/"))
    page.get_by_label(f"Type {auth_id} to confirm").fill(auth_id)
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("No sub-accounts yet")).to_be_visible()


@WITH_AND_WITHOUT
def test_switching_the_account(open_page: Opens, acme: Account, java_script_enabled: bool) -> None:
    make_account("Northwind", parent=acme)
    page = open_page(java_script_enabled=java_script_enabled)
    page.goto(at(acme))
    page.locator(".switcher summary").click()
    page.locator(".switcher").get_by_role("link", name="Northwind").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Northwind")


def test_search_as_you_type_narrows_the_list_and_the_address(open_page: Opens, acme: Account) -> None:
    for name in ("sales1", "sales2", "support1"):
        make_endpoint(acme, name)
    page = open_page()
    page.goto(at(acme, "endpoints/"))
    page.get_by_label("Search endpoints").press_sequentially("supp")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"\?q=supp$"))
    expect(page.get_by_label("Search endpoints")).to_be_focused()
    page.go_back()
    expect(page.locator("tbody tr")).to_have_count(3)


@WITH_AND_WITHOUT
def test_a_filter_becomes_a_chip_that_can_be_removed(
    open_page: Opens, acme: Account, java_script_enabled: bool
) -> None:
    make_endpoint(acme, "on1")
    make_endpoint(acme, "off1", enabled=False)
    page = open_page(java_script_enabled=java_script_enabled)
    page.goto(at(acme, "endpoints/"))
    page.locator("summary", has_text="Filters").click()
    page.get_by_role("combobox", name="State").select_option("false")
    if not java_script_enabled:
        page.get_by_role("button", name="Apply").first.click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Remove filter State: Disabled").click()
    expect(page.locator("tbody tr")).to_have_count(2)


@WITH_AND_WITHOUT
def test_disabling_all_that_match(open_page: Opens, acme: Account, java_script_enabled: bool) -> None:
    for number in range(60):
        make_endpoint(acme, f"desk{number}")
    page = open_page(java_script_enabled=java_script_enabled)
    page.goto(at(acme, "endpoints/"))
    page.locator("tbody input[type=checkbox]").first.check()
    page.get_by_label("All 60 that match").check()
    page.get_by_role("button", name="Disable").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Disable 60 endpoints?")
    page.get_by_role("button", name="Disable").click()
    expect(page.get_by_text("Disable: 60 endpoints.")).to_be_visible()
    assert not Endpoint.objects.filter(enabled=True).exists()


def test_selecting_a_run_of_rows_says_how_many(open_page: Opens, acme: Account) -> None:
    for number in range(6):
        make_endpoint(acme, f"desk{number}")
    page = open_page()
    page.goto(at(acme, "endpoints/"))
    boxes = page.locator("tbody input[type=checkbox]")
    boxes.nth(1).check()
    boxes.nth(4).click(modifiers=["Shift"])
    expect(page.locator("[data-selected]")).to_have_text("4 selected")
    page.get_by_label("Select this page").check()
    expect(page.locator("[data-selected]")).to_have_text("6 selected")


def test_a_generated_password_is_shown_measured_and_accepted(open_page: Opens, acme: Account) -> None:
    page = open_page()
    page.goto(at(acme, "endpoints/new/"))
    page.get_by_role("button", name="Generate").click()
    field = page.get_by_label("Password", exact=True)
    expect(field).to_have_attribute("type", "text")
    expect(page.locator("[data-strength-word]")).to_have_text("Strong")
    assert len(field.input_value()) == 20
    page.get_by_role("button", name="Show the password").click()
    expect(field).to_have_attribute("type", "password")


def test_identifiers_and_secrets_are_copied(open_page: Opens, acme: Account) -> None:
    page = open_page()
    page.goto(at(acme))
    page.get_by_role("button", name=f"Copy {acme.auth_id}", exact=True).click()
    expect(page.locator("#announce")).to_contain_text(acme.auth_id)
    assert page.evaluate("navigator.clipboard.readText()") == acme.auth_id


def test_the_colours_are_set_before_the_first_paint(open_page: Opens, acme: Account, ada: User) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(at(acme))
    page.get_by_label("You").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"


def test_an_endpoint_is_created_with_the_keyboard_alone(open_page: Opens, acme: Account) -> None:
    page = open_page()
    page.goto(at(acme, "endpoints/"))
    page.keyboard.press("n")
    page.wait_for_url("**/new/")
    for _press in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "username":
            break
    page.keyboard.type("desk01")
    page.keyboard.press("Tab")
    page.keyboard.type("Front-Desk")
    page.keyboard.press("Tab")
    page.keyboard.type("SecurePass123")
    page.keyboard.press("Enter")
    expect(page.locator("#sip-password")).to_have_text("SecurePass123")


def test_the_keys_move_and_select_in_a_list(open_page: Opens, acme: Account) -> None:
    for number in range(3):
        make_endpoint(acme, f"desk{number}")
    page = open_page()
    page.goto(at(acme, "endpoints/"))
    for key in ("j", "j", "x"):
        page.keyboard.press(key)
    expect(page.locator("tbody tr").nth(1).locator("input")).to_be_checked()
    page.keyboard.press("/")
    expect(page.get_by_label("Search everything")).to_be_focused()
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()


@WITH_AND_WITHOUT
def test_the_rail_opens_on_a_narrow_screen(open_page: Opens, acme: Account, java_script_enabled: bool) -> None:
    page = open_page(java_script_enabled=java_script_enabled, viewport={"width": 390, "height": 844})
    page.goto(at(acme))
    expect(page.get_by_role("navigation", name="Main")).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Credentials").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Credentials")


def test_cloning_starts_a_new_endpoint(open_page: Opens, acme: Account) -> None:
    application = make_application(acme, "ivr")
    make_credential(acme, "trunk")
    endpoint = make_endpoint(acme, "desk1", application=application, allow_video=True)
    page = open_page()
    page.goto(at(acme, f"endpoints/{endpoint.endpoint_id}/"))
    page.get_by_role("link", name="Clone").click()
    expect(page.get_by_label("Username")).to_have_value("")
    expect(page.get_by_label("Video calls")).to_be_checked()
    expect(page.get_by_role("combobox", name="Application")).to_have_value(str(application.pk))
