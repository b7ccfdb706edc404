"""A real browser at a real server, and the people who use it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
from pytest_django.live_server_helper import LiveServer

from accounts.models import Account, User
from accounts.permissions import Role
from tests.tenants import make_account, make_person

WIDE = {"width": 1440, "height": 900}
NARROW = {"width": 390, "height": 844}


@pytest.fixture
def site(live_server: LiveServer, transactional_db: None) -> str:
    """Where the console is served."""
    return str(live_server.url)


@pytest.fixture
def acme(site: str) -> Account:
    """Acme, in the database of the served console."""
    return make_account("Acme")


@pytest.fixture
def ada(acme: Account) -> User:
    """Acme's owner."""
    return make_person("ada", acme, Role.OWNER)


@pytest.fixture
def open_page(browser: Browser, site: str, ada: User) -> Iterator[Callable[..., Page]]:
    """Opens a page that Ada is signed in on; anything the console of the browser complains about fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    def open_it(**options: Any) -> Page:
        context = browser.new_context(**{"base_url": site, "viewport": WIDE, **options})
        contexts.append(context)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        context.add_cookies([session_cookie(site, ada)])
        page = context.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert complaints == []


def session_cookie(site: str, user: User) -> Any:
    """The cookie of a session of ``user``'s."""
    client = Client()
    client.force_login(user)
    name = "console_session"
    return {"name": name, "value": client.cookies[name].value, "url": site}


def violations(page: Page) -> list[str]:
    """What axe finds wrong with a page, a line each."""
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {[node['target'] for node in each['nodes'][:3]]}" for each in found]
