"""Every word of ours can be translated: the pages are read in a language that marks what went through a catalogue."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils.translation import trans_real

from accounts.models import Account
from console import components
from tests.every_page import paths_of
from tests.tenants import own_models

BEGIN, END = "\u27e6", "\u27e7"
MARKED = re.compile(f"{BEGIN}[^{BEGIN}{END}]*{END}")
LETTERS = re.compile(r"[^\W\d_]{2}")
SPOKEN = ("aria-label", "placeholder", "alt")
UNREAD = ("script", "style", "pre", "code", "kbd", "bdi", "svg", "textarea")  # what a program reads, and data
# Proper names, and what the protocols call things.
NAMES = re.compile(
    r"Console|SIP|HTTP|JSON|CSV|GET|POST|API|NOTIFY|URL|MD5|SHA-\d+(?:-\d+)?|X-Auth-\w+|[A-Z][a-z]+/[\w/+-]+|UTC|curl"
)


class Pseudo:
    """A catalogue that has every text, marked."""

    def gettext(self, message: str) -> str:
        """The text between marks, without the context that may stand before it."""
        text = message.rpartition("\x04")[2]
        return f"{BEGIN}{text}{END}" if text else text

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        """The form for the number, marked."""
        return self.gettext(singular if number == 1 else plural)

    def to_language(self) -> str:
        """What it is shown as."""
        return "en"

    def language(self) -> str:
        """The same, as Django asks for it."""
        return "en"


class Reader(HTMLParser):
    """Collects what a person reads, or has read to them."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[str] = []
        self.within: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Attributes that are spoken, and where one is."""
        self.read += [value or "" for name, value in attrs if name in SPOKEN]
        if tag in UNREAD:
            self.within.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Out again."""
        if self.within and self.within[-1] == tag:
            self.within.pop()

    def handle_data(self, data: str) -> None:
        """Text that is shown."""
        if not self.within:
            self.read.append(data)


@pytest.fixture
def pseudo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """All texts come from that catalogue."""
    catalogue = Pseudo()
    monkeypatch.setattr(trans_real, "_default", catalogue)
    monkeypatch.setitem(trans_real._translations, "en", catalogue)
    components._mould.cache_clear()
    yield
    components._mould.cache_clear()


def stored_words() -> set[str]:
    """Every word in the database: what people typed is theirs."""
    words: set[str] = set()
    for model in own_models():
        for row in model._default_manager.values():
            words |= set(re.findall(r"\w+", " ".join(map(str, row.values()))))
    return words


def untranslated(page: str, known: set[str]) -> set[str]:
    """What is read on the page without having gone through the catalogue."""
    reader = Reader()
    reader.feed(page)
    found: set[str] = set()
    for text in reader.read:
        rest = text
        while MARKED.search(rest):  # from the inside outwards
            rest = MARKED.sub(" ", rest)
        words = {word for word in re.findall(r"\w+", NAMES.sub(" ", rest)) if LETTERS.search(word)}
        if words - known:
            found.add(" ".join(text.split()))
    return found


@pytest.mark.usefixtures("pseudo")
def test_no_page_says_anything_that_cannot_be_translated(owner: Client, account: Account) -> None:
    wrong: dict[str, Any] = {}
    paths = paths_of(account)
    known = stored_words()
    for path in paths:
        response = owner.get(path)
        if response.status_code == 200 and (found := untranslated(response.content.decode(), known)):
            wrong[path] = sorted(found)
    assert wrong == {}


def test_the_reader_finds_what_is_not_marked() -> None:
    page = f"<p>{BEGIN}Good {BEGIN}one{END}{END} Acme</p><p aria-label='Bad one'>Another<code>none</code></p>"
    assert untranslated(page, {"Acme"}) == {"Bad one", "Another"}


@pytest.mark.slow
def test_makemessages_collects_them(tmp_path: Path) -> None:
    root = Path(settings.BASE_DIR)
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", "*.py", "*.html", "*.txt", "*.json"], cwd=root, capture_output=True, check=True
    )
    for name in listed.stdout.decode().split("\0"):
        if name and "/tests/" not in name and (root / name).exists():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(root / name, tmp_path / name)
    (tmp_path / "locale").mkdir()
    command = [sys.executable, "manage.py", "makemessages", "--locale", "de", "--no-location", "--verbosity", "0"]
    subprocess.run([*command, "--settings", "tests.settings"], cwd=tmp_path, check=True)
    catalogue = tmp_path / "locale" / "de" / "LC_MESSAGES" / "django.po"
    text = catalogue.read_text()
    assert 'msgid "As curl"' in text
    assert text.count("\nmsgid ") > 1000
    subprocess.run(["msgfmt", "--check-format", "--output-file", str(tmp_path / "django.mo"), catalogue], check=True)
