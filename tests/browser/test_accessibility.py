"""axe finds nothing on any page, light and dark, wide and narrow; nothing overflows; nothing comes from elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Request, expect

from accounts.models import Account
from tests.browser.conftest import NARROW, WIDE, violations
from tests.every_page import paths_of
from tests.tenants import make_endpoint

Opens = Callable[..., Page]
SIZES = {"wide": WIDE, "narrow": NARROW}


@pytest.fixture
def paths(acme: Account) -> list[str]:
    """Every page."""
    return paths_of(acme)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_overflows(open_page: Opens, paths: list[str], colours: str, size: str) -> None:
    page = open_page(color_scheme=colours, viewport=SIZES[size])
    wrong: dict[str, Any] = {}
    for path in paths:
        page.goto(path)
        if found := violations(page):
            wrong[path] = found
        elif page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wrong[path] = "overflows"
    assert wrong == {}


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_nothing_on_the_ways_in(open_page: Opens, colours: str) -> None:
    page = open_page(color_scheme=colours)
    page.context.clear_cookies()
    wrong = {}
    for path in ("/user/login/", "/user/password/reset/"):
        page.goto(path)
        if found := violations(page):
            wrong[path] = found
    assert wrong == {}


def test_axe_finds_nothing_with_menus_open_rows_selected_and_errors_shown(
    open_page: Opens, paths: list[str], acme: Account
) -> None:
    page = open_page()
    page.goto(f"/accounts/{acme.auth_id}/endpoints/")
    page.locator("tbody input[type=checkbox]").first.check()
    page.locator(".switcher summary").click()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.get_by_label("You").click()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.locator("summary", has_text="Columns").click()
    assert violations(page) == []
    page.goto(f"/accounts/{acme.auth_id}/endpoints/new/")
    page.get_by_role("button", name="Create").click()
    assert violations(page) == []


@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_in_what_is_written_as_curl_and_it_scrolls_by_itself(
    open_page: Opens, acme: Account, size: str
) -> None:
    key = make_endpoint(acme, "x" * 64, alias="B" * 128).endpoint_id
    page = open_page(viewport=SIZES[size])
    for path in ("", "edit/"):
        page.goto(f"/accounts/{acme.auth_id}/endpoints/{key}/{path}")
        page.get_by_role("region", name="As curl").locator("summary").click()
        expect(page.get_by_role("region", name="As curl").locator("pre").first).to_contain_text("curl -X")
        assert violations(page) == []
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_everything_comes_from_here_and_weighs_little(open_page: Opens, paths: list[str], site: str) -> None:
    page = open_page()
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))  # noqa: PLW0108  (a built-in method cannot listen)
    page.goto(paths[1])
    page.wait_for_load_state("networkidle")
    assert {request.url.split("/", 3)[2] for request in asked} == {site.split("/")[2]}
    assert len(asked) < 25


def test_no_page_has_inline_styles_or_handlers(open_page: Opens, paths: list[str]) -> None:
    page = open_page(java_script_enabled=False)
    inline = "[style], style, script:not([src]):not([type='application/json']), [onclick], [onload], [onchange]"
    for path in paths:
        page.goto(path)
        assert page.locator(inline).count() == 0, path
