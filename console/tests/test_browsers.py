"""Browsers are called by name where one's sessions are listed."""

from __future__ import annotations

import pytest

from console.browsers import browser

GECKO = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0"
WEBKIT = "(KHTML, like Gecko)"
APPLE = f"AppleWebKit/605.1.15 {WEBKIT}"


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (GECKO, "Firefox 144, Windows"),
        (
            f"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 {WEBKIT} Chrome/141.0.0.0 Safari/537.36",
            "Chrome 141, Linux",
        ),
        (
            f"Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 {WEBKIT} Chrome/141.0.0.0 Safari/537.36 Edg/141.0.3",
            "Edge 141, Windows",
        ),
        (f"Mozilla/5.0 (iPhone; CPU OS 18_5) {APPLE} Version/18.5 Mobile/15E148 Safari/604.1", "Safari 18, iPhone"),
        (f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {APPLE} Version/26.0 Safari/605.1.15", "Safari 26, macOS"),
        ("curl/8.14.1", "curl/8.14.1"),
        ("", "Unknown"),
    ],
)
def test_a_browser_is_called_by_its_name_and_its_system(user_agent: str, words: str) -> None:
    assert browser(user_agent) == words
