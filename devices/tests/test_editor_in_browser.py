"""The device editor in a real browser, with JavaScript and without."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Account
from devices.models import Device
from devices.tests.support import SIP, make_device
from tests.browser.conftest import acme, ada, open_page, site, violations

__all__ = ["acme", "ada", "open_page", "site"]  # fixtures
Opens = Callable[..., Page]


@pytest.fixture
def device(acme: Account) -> Device:
    return make_device(acme, sip=SIP, custom={"kept": True})


def url(device: Device, page: str = "edit/") -> str:
    return f"/accounts/{device.account.auth_id}/devices/{device.device_id}/{page}"


def document(device: Device) -> Any:
    return Device.objects.get(pk=device.pk).document


@pytest.mark.parametrize("javascript", [True, False])
def test_tabs_show_one_part_each_and_save_all_of_them(open_page: Opens, device: Device, javascript: bool) -> None:
    page = open_page(java_script_enabled=javascript)
    page.goto(url(device))
    expect(page.get_by_label("Name", exact=True).first).to_be_visible()
    expect(page.get_by_label("Forward calls")).to_be_hidden()
    page.get_by_label("Name", exact=True).first.fill("Front desk")
    page.get_by_text("Call forward", exact=True).click()
    page.get_by_label("Forward calls").check()
    page.get_by_label("To this number").fill("+49301234")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Front desk")).to_be_visible()
    expect(page.get_by_text("Every call to +49301234")).to_be_visible()
    assert document(device)["custom"] == {"kept": True}


@pytest.mark.parametrize("javascript", [True, False])
def test_form_and_json_are_of_one_draft(open_page: Opens, device: Device, javascript: bool) -> None:
    page = open_page(java_script_enabled=javascript)
    page.goto(url(device))
    page.get_by_label("Name", exact=True).first.fill("Draft")
    page.get_by_role("button", name="JSON").click()
    area = page.get_by_label("Document as JSON")
    text = area.input_value()
    assert '"name": "Draft"' in text
    area.fill(text.replace('"kept": true', '"kept": false'))
    page.get_by_role("button", name="Form").click()
    assert page.get_by_label("Name", exact=True).first.input_value() == "Draft"
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Draft")).to_be_visible()
    assert document(device)["custom"] == {"kept": False}


@pytest.mark.parametrize("javascript", [True, False])
def test_faults_of_the_document_stand_beside_their_lines(open_page: Opens, device: Device, javascript: bool) -> None:
    page = open_page(java_script_enabled=javascript)
    page.goto(url(device, "edit/?as=json"))
    area = page.get_by_label("Document as JSON")
    area.fill(area.input_value().replace('"enabled": true', '"enabled": "perhaps"'))
    page.get_by_role("button", name="Save").click()
    note = page.locator(".code-notes li", has_text="Value must be of type boolean")
    number = page.locator(".code-numbers .bad")
    note_box, number_box = note.bounding_box(), number.bounding_box()
    assert note_box
    assert number_box
    assert abs(note_box["y"] - number_box["y"]) < 1
    line = area.input_value().split("\n")[int(number.inner_text()) - 1]
    assert '"enabled": "perhaps"' in line


def test_line_numbers_follow_what_is_typed(open_page: Opens, device: Device) -> None:
    page = open_page()
    page.goto(url(device, "edit/?as=json"))
    page.get_by_label("Document as JSON").fill("{\n\n\n}")
    assert page.locator(".code-numbers li").all_inner_texts() == ["1", "2", "3", "4"]


def test_enter_in_a_field_saves(open_page: Opens, device: Device) -> None:
    page = open_page()
    page.goto(url(device))
    page.get_by_label("Name", exact=True).first.fill("By keyboard")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="By keyboard")).to_be_visible()


def test_tabs_are_worked_by_keyboard(open_page: Opens, device: Device) -> None:
    page = open_page()
    page.goto(url(device))
    page.locator("#tab-basics").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("Username", exact=True)).to_be_visible()


def test_axe_finds_nothing_in_any_tab_nor_with_errors_shown(open_page: Opens, device: Device) -> None:
    page = open_page()
    wrong = {}
    page.goto(url(device))
    for tab in ("sip", "caller", "forward", "media", "keys", "restrictions", "basics"):
        page.locator(f"label[for=tab-{tab}]").click()
        wrong[tab] = violations(page)
    page.get_by_label("Name", exact=True).first.fill("")
    page.get_by_role("button", name="Save").click()
    wrong["form with errors"] = violations(page)
    page.goto(url(device, "edit/?as=json"))
    page.get_by_label("Document as JSON").fill("{")
    page.get_by_role("button", name="Save").click()
    wrong["text with errors"] = violations(page)
    assert {name: found for name, found in wrong.items() if found} == {}


def test_a_desk_phone_is_made_from_its_preset_and_its_password_shown_once(open_page: Opens, acme: Account) -> None:
    page = open_page()
    page.goto(f"/accounts/{acme.auth_id}/devices/")
    page.get_by_role("link", name="New device").first.click()
    page.get_by_role("link", name="Desk phone").click()
    page.get_by_label("Name", exact=True).first.fill("Lobby")
    page.get_by_text("SIP", exact=True).click()
    page.get_by_role("button", name="Generate").click()
    password = page.get_by_label("Password", exact=True).input_value()
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_text(password, exact=True)).to_be_visible()
    page.get_by_role("link", name="I have kept it").click()
    expect(page.get_by_role("heading", name="Lobby")).to_be_visible()
    assert password not in page.content()
