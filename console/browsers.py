"""What people call a browser, from the header it sends."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

# In this order: all but Firefox also call themselves Chrome or Safari.
BROWSERS = (
    ("Edge", r"Edg(?:A|iOS)?/(\d+)"),
    ("Opera", r"OPR/(\d+)"),
    ("Samsung Internet", r"SamsungBrowser/(\d+)"),
    ("Firefox", r"(?:Firefox|FxiOS)/(\d+)"),
    ("Chrome", r"(?:Headless)?(?:Chrome|CriOS)/(\d+)"),
    ("Safari", r"Version/(\d+)[\d.]* (?:Mobile/\w+ )?Safari/"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("macOS", "Macintosh|Mac OS X"),
    ("ChromeOS", "CrOS"),
    ("Linux", "Linux|X11"),
)


def browser(user_agent: str) -> str:
    """``Firefox 144, Windows`` for such a header; what is not known is given as it is, nothing as "Unknown"."""
    found = [(name, seen[1]) for name, pattern in BROWSERS if (seen := re.search(pattern, user_agent))]
    if not found:
        return user_agent or _("Unknown")
    system = next((name for name, pattern in SYSTEMS if re.search(pattern, user_agent)), "")
    return ", ".join(filter(None, (" ".join(found[0]), system)))
