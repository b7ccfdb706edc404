"""``script/screenshots``: pictures of the main pages, light and dark, from a real console with the demo in it."""

from __future__ import annotations

import argparse
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.live import ROOT, LiveConsole

FOLDER = ROOT / "docs" / "screenshots"
WIDE = {"width": 1440, "height": 900}
COLOURS = ("light", "dark")
MOST_BYTES = 250_000  # of one picture
ENDPOINT, OTHER = "carla203", "reception1"  # of the demo: one that is registered, and one to be cut off
OPTIONS: dict[str, Any] = {
    "executable_path": shutil.which("chromium"),
    "args": ["--no-sandbox"] if os.geteuid() == 0 else [],
}


@dataclass(frozen=True, slots=True)
class Shot:
    """One page: the name of its picture, and where it is in the account."""

    name: str
    path: str = ""


SHOTS = (
    Shot("overview"),
    Shot("endpoints", "endpoints/"),
    Shot("endpoint", "endpoints/{endpoint}/"),
    Shot("new-endpoint", "endpoints/new/"),
    Shot("secret", "endpoints/{other}/rotate/"),
    Shot("why", "endpoints/{other}/why/"),
    Shot("device-editor", "devices/{device}/edit/"),
    Shot("attempts", "attempts/"),
    Shot("search", "endpoints/?sort=username"),
    Shot("activity", "activity/"),
)


def sign_in(browser: Browser, console: LiveConsole, operator: dict[str, str], colours: str) -> Page:
    """A page that the demo's operator is signed in on."""
    context = browser.new_context(
        base_url=console.url, viewport=WIDE, color_scheme=colours, reduced_motion="reduce"  # type: ignore[arg-type]
    )  # fmt: skip
    page = context.new_page()
    page.goto("/")
    page.get_by_label("E-mail address").fill(operator["email"])
    page.get_by_label("Password").fill(operator["password"])
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    return page


def keys(page: Page, base: str) -> dict[str, str]:
    """The keys of the objects that pictures are taken of."""
    paths = {"endpoint": f"endpoints/?q={ENDPOINT}", "other": f"endpoints/?q={OTHER}", "device": "devices/"}
    return {name: key_of(page, base + path) for name, path in paths.items()}


def key_of(page: Page, url: str) -> str:
    """The key of the first row of a list."""
    page.goto(url)
    href = page.locator("tbody a.main-cell").first.get_attribute("href") or ""
    return href.rstrip("/").rpartition("/")[2]


def prepare(page: Page, name: str) -> None:
    """Do what the picture needs beyond opening the page."""
    if name == "secret":
        page.get_by_label("Password", exact=True).fill("Kestrel-Orbit-41-Maple")
        page.get_by_role("button", name="Rotate password").click()
        expect(page.locator("#sip-password")).to_be_visible()
    if name == "search":
        page.keyboard.press("/")
        page.keyboard.type("re")
        expect(page.get_by_role("option").first).to_be_visible()
    if name == "new-endpoint":
        page.get_by_label("Username").fill("frontdesk")
        page.get_by_label("Alias").fill("Front-Desk")
        page.get_by_role("button", name="Generate").click()


def take(console: LiveConsole, folder: Path) -> Iterator[Path]:
    """Take all of them."""
    demo: dict[str, Any] = console.manage_json("seed_demo", "--json")
    base = f"/accounts/{demo['accounts'][0]['auth_id']}/"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**OPTIONS)
        for colours in COLOURS:
            page = sign_in(browser, console, demo["operator"], colours)
            found = keys(page, base)
            for shot in SHOTS:
                page.goto(base + shot.path.format(**found))
                prepare(page, shot.name)
                page.wait_for_load_state("networkidle")
                target = folder / f"{shot.name}-{colours}.png"
                page.screenshot(path=target, animations="disabled", caret="hide")
                yield target
            page.context.close()
        browser.close()


def main() -> int:
    """Take them. Returns the exit status: 1 where a picture is too heavy."""
    parser = argparse.ArgumentParser(prog="script/screenshots", description=__doc__)
    parser.add_argument("--into", type=Path, default=FOLDER, help="the folder to write to: docs/screenshots")
    folder: Path = parser.parse_args().into
    folder.mkdir(parents=True, exist_ok=True)
    with LiveConsole() as console:
        made = list(take(console, folder))
    heavy = [path.name for path in made if path.stat().st_size > MOST_BYTES]
    print(f"{len(made)} pictures in {folder}" + (f"; too heavy: {', '.join(heavy)}" if heavy else ""))  # noqa: T201  (to the terminal)
    return 1 if heavy else 0


if __name__ == "__main__":
    raise SystemExit(main())
