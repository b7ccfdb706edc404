"""Every form's error path: what is wrong is said on the page, beside the field, and nothing that was typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Page, expect

from accounts.models import Account
from tests.browser.test_journeys import WITH_AND_WITHOUT
from tests.every_page import keys_of

Opens = Callable[..., Page]
REQUIRED = "This field is required"


@dataclass(frozen=True, slots=True)
class Wrong:
    """A form, what is typed into which of its controls, and what the page says then."""

    path: str
    says: str
    typed: dict[str, str] = field(default_factory=dict)
    button: str = "button.primary, button.danger"


FORMS = [
    Wrong("endpoints/new/", "Only alphanumeric characters are allowed", {"username": "a_b", "alias": "Kept"}),
    Wrong("endpoints/{endpoint}/edit/", "Only letters, numbers", {"alias": "a b'c"}),
    Wrong("endpoints/{endpoint}/clone/", REQUIRED, {"username": ""}),
    Wrong("endpoints/{endpoint}/rotate/", "at least 8", {"password": "short"}),
    Wrong("credentials/new/", "is not a network", {"username": "trunk2", "allowed_networks": "203.0.113.0/99"}),
    Wrong("credentials/{credential}/edit/", "is not a network", {"allowed_networks": "nonsense"}),
    Wrong("credentials/{credential}/rotate/", "at least 8", {"password": "short"}),
    Wrong("applications/new/", "valid URL", {"app_name": "ivr", "answer_url": "no address"}),
    Wrong("applications/{application}/edit/", REQUIRED, {"app_name": ""}),
    Wrong("devices/new/?preset=desk-phone", "Field is required", {"mac_address": "no address"}),
    Wrong("devices/{device}/edit/", "Field is required", {"name": ""}),
    Wrong("devices/{device}/rotate/", "at least 5", {"password": "1"}),
    Wrong("device-users/new/", REQUIRED, {"name": ""}),
    Wrong("sub-accounts/new/", REQUIRED, {"name": "", "description": "Kept"}),
    Wrong("sub-accounts/{sub_account}/edit/", "valid email", {"email": "nobody"}),
    Wrong("sub-accounts/{sub_account}/delete/", "is not", {"typed": "something else"}),
    Wrong("invitations/new/", "valid email", {"email": "nobody"}),
    Wrong("tokens/new/", REQUIRED, {"name": ""}),
    Wrong("webhooks/new/", "https", {"url": "http://hooks.example.com/"}),
    Wrong("webhooks/{webhook}/edit/", "https", {"url": "http://hooks.example.com/"}),
    Wrong("imports/new/", "file", {}),
    Wrong("/user/profile/", "valid email", {"email": "nobody"}),
    Wrong("/user/tokens/new/", REQUIRED, {"name": ""}),
    Wrong(
        "/user/password/change/",
        "current password",
        {"oldpassword": "wrong", "password1": "x", "password2": "x"},
        button="button[type=submit]",
    ),
]


@WITH_AND_WITHOUT
def test_every_form_says_what_is_wrong_and_keeps_what_was_typed(
    open_page: Opens, acme: Account, java_script_enabled: bool
) -> None:
    keys = keys_of(acme)
    page = open_page(java_script_enabled=java_script_enabled)
    for wrong in FORMS:
        path = wrong.path.format(**keys)
        page.goto(path if path.startswith("/") else f"/accounts/{acme.auth_id}/{path}")
        form = page.locator("main form[method=post]").last
        for name, text in wrong.typed.items():
            form.locator(f"[name={name}]").fill(text)
        form.locator(wrong.button).first.click()
        said = page.locator("main").locator("ul.errors, [role=alert]")
        expect(said.filter(has_text=wrong.says).first, wrong.path).to_be_visible()
        for name, text in wrong.typed.items():
            if name not in ("typed", "oldpassword", "password1", "password2"):
                expect(page.locator(f"main [name={name}]").first, wrong.path).to_have_value(text)
