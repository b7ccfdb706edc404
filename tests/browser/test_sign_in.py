"""Second factors, passkeys, sessions and invitations, in a browser that holds a virtual authenticator."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from playwright.sync_api import Browser, Page, expect

from accounts.models import Account, Membership
from tests.browser.conftest import violations
from tests.tenants import PASSWORD, make_endpoint

pytestmark = pytest.mark.slow  # a dozen page loads each
Opens = Callable[..., Page]
TOTP_SECONDS = 30


def totp(secret: str, steps: int = 0) -> str:
    """The code of an authenticator app, now or so many steps on: no code counts twice."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // TOTP_SECONDS + steps)))


def sign_in(page: Page, email: str = "ada@example.test", password: str = PASSWORD) -> None:
    page.goto("/user/login/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def confirm_password(page: Page) -> None:
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()


@pytest.fixture
def stranger(browser: Browser, site: str) -> Iterator[Page]:
    """The browser of somebody else, who is not signed in."""
    context = browser.new_context(base_url=site)
    yield context.new_page()
    context.close()


def test_an_authenticator_app_and_its_recovery_codes(open_page: Opens, acme: Account) -> None:
    page = open_page()
    page.goto("/user/2fa/totp/activate/")
    confirm_password(page)
    expect(page.locator("figure.qr svg")).to_be_visible()
    assert violations(page) == []
    secret = page.locator(".enrol .mono").inner_text()
    page.get_by_label("Authenticator code").fill(totp(secret))
    page.get_by_role("button", name="Activate").click()
    expect(page.locator("main")).to_contain_text("ecovery")
    page.goto("/user/2fa/recovery-codes/")
    assert violations(page) == []
    recovery_code = page.locator("#recovery_codes").input_value().split()[0]

    for code in (totp(secret, 1), recovery_code):
        page.context.clear_cookies()
        sign_in(page)
        assert violations(page) == []
        page.locator("input[name=code]").fill(code)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Acme")

    page.context.clear_cookies()
    sign_in(page)
    page.locator("input[name=code]").fill(recovery_code)  # used up
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Incorrect code")).to_be_visible()


def test_a_passkey_signs_in_alone_and_is_a_proof(open_page: Opens, acme: Account) -> None:
    page = open_page()
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    automatic = {"isUserVerified": True, "automaticPresenceSimulation": True}
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options | automatic})
    page.goto("/user/2fa/webauthn/add/")
    confirm_password(page)
    assert violations(page) == []
    page.get_by_label("Name").fill("Laptop")
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add").click()
    page.wait_for_url(lambda url: not url.endswith("/add/"))
    page.goto("/user/2fa/webauthn/")
    expect(page.get_by_role("row", name="Laptop")).to_be_visible()

    page.context.clear_cookies()
    page.goto("/user/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Acme")


def test_dangerous_acts_ask_again_and_go_on_where_one_was(
    open_page: Opens, acme: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = make_endpoint(acme, "desk")
    page = open_page()
    now = time.time
    monkeypatch.setattr("console.proof.time.time", lambda: now() + 3600)  # the sign-in was long ago
    page.goto(f"/accounts/{acme.auth_id}/endpoints/{endpoint.endpoint_id}/")
    page.get_by_role("link", name="Delete").click()
    expect(page.get_by_label("Password")).to_be_visible()
    assert violations(page) == []
    monkeypatch.undo()
    confirm_password(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Delete")
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("status").first).to_contain_text("was deleted")


def test_other_sessions_are_signed_out(open_page: Opens, stranger: Page, acme: Account) -> None:
    sign_in(stranger)
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Acme")
    page = open_page()
    page.context.clear_cookies()
    sign_in(page)
    page.goto("/user/sessions/")
    page.get_by_role("button", name="Sign out other sessions").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    stranger.reload()
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_an_invitation_makes_a_member(open_page: Opens, stranger: Page, acme: Account) -> None:
    page = open_page()
    page.goto(f"/accounts/{acme.auth_id}/members/")
    page.get_by_role("link", name="Invite a member").click()
    page.get_by_label("E-mail address").fill("grace@example.test")
    page.get_by_label("Role").select_option("support")
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_role("status").first).to_contain_text("grace@example.test was invited")

    found = re.search(r"http://[^/]+(/\S+)", str(mail.outbox[-1].body))
    assert found is not None
    stranger.goto(found[1])
    assert violations(stranger) == []
    stranger.get_by_label("Your name").fill("Grace")
    stranger.get_by_label("Password", exact=True).fill(PASSWORD)
    stranger.get_by_role("button", name="Accept").click()
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Acme")
    assert Membership.objects.get(user__email="grace@example.test").role == "support"
