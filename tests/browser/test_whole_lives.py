"""Each kind of object from creation to deletion, with scripts and without; bulk work; a form as a command line."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models import Account
from accounts.services import account_create
from credentials.models import Credential
from devices.models import Device
from endpoints.models import Endpoint
from tests.browser.test_journeys import WITH_AND_WITHOUT, at
from tests.tenants import make_endpoint

Opens = Callable[..., Page]


def find(page: Page, text: str) -> None:
    """Find something by the search in the bar and open it."""
    page.get_by_label("Search everything").fill(text)
    page.keyboard.press("Enter")
    page.get_by_role("link", name=text).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(text)


def copied(page: Page, button: Locator) -> str:
    """What a copy button copies."""
    button.click()
    expect(button).to_have_attribute("data-copied", "")
    return str(page.evaluate("navigator.clipboard.readText()"))


def rotate(page: Page, password: str) -> None:
    """Give the object of the page another password."""
    page.get_by_role("link", name="Rotate password").click()
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Rotate password").click()
    expect(page.locator("#sip-password")).to_have_text(password)
    page.get_by_role("link", name="I have kept it").click()


def disable_and_delete(page: Page, gone: str) -> None:
    """Disable the object of the page, then delete it."""
    page.get_by_role("button", name="Disable").click()
    page.get_by_role("button", name="Disable").click()
    expect(page.locator(".page-title")).to_contain_text("Disabled")
    page.get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text(gone)).to_be_visible()


@WITH_AND_WITHOUT
def test_a_device(open_page: Opens, acme: Account, java_script_enabled: bool) -> None:
    page = open_page(java_script_enabled=java_script_enabled)
    page.goto(at(acme, "devices/"))
    page.get_by_role("link", name="New device").first.click()
    page.get_by_role("link", name=re.compile("Desk phone")).click()
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_text("Required field is missing").or_(page.locator("ul.errors")).first).to_be_visible()
    page.get_by_label("Name", exact=True).first.fill("Front desk 🚀 שלום")
    page.get_by_label("MAC address").fill("0004F2AB7EFD")
    page.get_by_text("SIP", exact=True).first.click()
    page.get_by_label("Password", exact=True).fill("SecurePass123")
    page.get_by_role("button", name="Create").click()
    expect(page.locator("#sip-password")).to_have_text("SecurePass123")
    if java_script_enabled:
        assert copied(page, page.get_by_role("button", name="Copy Password")) == "SecurePass123"
    page.get_by_role("link", name="I have kept it").click()

    find(page, "Front desk")
    expect(page.get_by_text("00:04:f2:ab:7e:fd").first).to_be_visible()
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Name", exact=True).first.fill("Reception")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Reception")
    rotate(page, "EvenMoreSecure9")
    disable_and_delete(page, "Reception was deleted.")
    assert not Device.objects.exists()


@WITH_AND_WITHOUT
def test_a_credential(open_page: Opens, acme: Account, java_script_enabled: bool) -> None:
    page = open_page(java_script_enabled=java_script_enabled)
    page.goto(at(acme, "credentials/"))
    page.get_by_role("link", name="New credential").first.click()
    page.get_by_label("Username").fill("office_phone_01")
    page.get_by_label("Password", exact=True).fill("short")
    page.get_by_role("button", name="Create").click()
    expect(page.locator("ul.errors")).to_contain_text("at least 8")
    page.get_by_label("Password", exact=True).fill("SecurePass123")
    page.get_by_role("button", name="Create").click()
    expect(page.locator("#sip-password")).to_have_text("SecurePass123")
    if java_script_enabled:
        assert copied(page, page.get_by_role("button", name="Copy Username")) == "office_phone_01"
    page.get_by_role("link", name="I have kept it").click()

    find(page, "office_phone_01")
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Description").fill("The PBX in the cellar")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".facts").get_by_text("The PBX in the cellar")).to_be_visible()
    rotate(page, "EvenMoreSecure9")
    disable_and_delete(page, "office_phone_01 was deleted.")
    assert not Credential.objects.exists()


@WITH_AND_WITHOUT
def test_a_sub_account(open_page: Opens, acme: Account, java_script_enabled: bool) -> None:
    sub_account = account_create(account=Account(name="Northwind", parent=acme)).account
    page = open_page(java_script_enabled=java_script_enabled)
    page.goto(at(acme))
    find(page, "Northwind")
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Name", exact=True).fill("")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("ul.errors")).to_contain_text("required")
    page.get_by_label("Name", exact=True).fill("Northwind Trading")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Northwind Trading")
    page.get_by_role("button", name="Disable").click()
    page.get_by_role("button", name="Disable").click()
    expect(page.locator(".page-title")).to_contain_text("Disabled")
    page.get_by_role("link", name="Delete").click()
    page.get_by_label(f"Type {sub_account.auth_id} to confirm").fill("something else")
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("alert")).to_contain_text(f"is not {sub_account.auth_id}")
    page.get_by_label(f"Type {sub_account.auth_id} to confirm").fill(sub_account.auth_id)
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("No sub-accounts yet")).to_be_visible()


def test_five_hundred_rows_are_disabled_at_once(open_page: Opens, acme: Account) -> None:
    for number in range(500):
        make_endpoint(acme, f"desk{number}")
    page = open_page()
    page.goto(at(acme, "endpoints/"))
    page.locator("tbody input[type=checkbox]").first.check()
    page.get_by_label("All 500 that match").check()
    expect(page.locator("[data-selected]")).to_have_text("500 selected")
    page.get_by_role("button", name="Disable").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Disable 500 endpoints?")
    page.get_by_role("button", name="Disable").click()
    expect(page.get_by_text("Disable: 500 endpoints.")).to_be_visible(timeout=60_000)
    assert not Endpoint.objects.filter(enabled=True).exists()


def test_a_form_is_written_down_as_curl_while_one_types_with_the_keyboard_alone(
    open_page: Opens, acme: Account
) -> None:
    page = open_page()
    page.goto(at(acme, "credentials/new/"))
    page.get_by_label("Username").fill("trunk_1")
    page.get_by_label("Password", exact=True).fill("not for the shell")
    page.locator("[data-curl] summary").focus()
    page.keyboard.press("Enter")
    command = page.locator("#curl-command")
    expect(command).to_contain_text("curl -X POST")
    expect(command).to_contain_text('"username": "trunk_1"')
    page.get_by_label("Description").press_sequentially("it's 🚀")
    expect(command).to_contain_text('"description": "it\'\\\'\'s 🚀"')
    expect(command).not_to_contain_text("not for the shell")
    assert copied(page, page.get_by_role("button", name="Copy curl")) == command.inner_text()
    page.get_by_label("Description").press("Enter")
    expect(page.locator("#sip-password")).to_have_text("not for the shell")
    expect(page.locator("#sip-username")).to_have_text("trunk_1")


def test_without_scripts_a_button_writes_it_down_and_nothing_typed_is_lost(open_page: Opens, acme: Account) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(at(acme, "devices/new/?preset=desk-phone"))
    page.get_by_label("Name", exact=True).first.fill("Front desk")
    page.locator("[data-curl] summary").click()
    page.get_by_role("button", name="Write down what is typed").click()
    expect(page.locator("#curl-command")).to_contain_text('"name": "Front desk"')
    expect(page.locator("#curl-command")).to_contain_text("curl -X PUT")
    expect(page.get_by_label("Name", exact=True).first).to_have_value("Front desk")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Front desk")


@pytest.mark.parametrize("path", ["endpoints/{key}/", "endpoints/{key}/edit/"])
def test_an_object_says_its_calls(open_page: Opens, acme: Account, path: str) -> None:
    endpoint = make_endpoint(acme, "desk1")
    page = open_page()
    page.goto(at(acme, path.format(key=endpoint.endpoint_id)))
    page.get_by_role("region", name="As curl").locator("summary").click()
    first = page.get_by_role("region", name="As curl").locator("pre").first
    expect(first).to_contain_text(f"/api/v1/Account/{acme.auth_id}/Endpoint/{endpoint.endpoint_id}/")
    expect(first).to_contain_text('"X-Auth-Token: $CONSOLE_TOKEN"')
