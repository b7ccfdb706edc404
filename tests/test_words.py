"""Every word of ours can be translated: the pages are read in a language that marks what went through a catalogue."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Set
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import trans_real

from accounts.models import Account
from console import components
from console.models import AuditEntry
from tests.every_page import paths_of
from tests.scripts import copy_of_checkout
from tests.settings import ENVIRONMENT
from tests.tenants import own_models

BEGIN, END = "\u27e6", "\u27e7"
MARKED = re.compile(f"{BEGIN}[^{BEGIN}{END}]*{END}")
LETTERS = re.compile(r"[^\W\d_]{2}")
SPOKEN = ("aria-label", "placeholder", "alt")
UNREAD = ("script", "style", "pre", "code", "kbd", "bdi", "svg", "textarea")  # what a program reads, and data
# Proper names, and what the protocols call things.
NAMES = re.compile(
    r"Console|SIP|HTTP|JSON|CSV|GET|POST|API|NOTIFY|URL|MD5|SHA-\d+(?:-\d+)?|X-Auth-\w+|[A-Z][a-z]+/[\w/+-]+|UTC|curl"
    r"|OPUS|PCM[AU]|GSM|VP8|CELT\S*|[Ss]peex\S*|[sz]rtp|X-Name: value"
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
        self.shown: list[str] = []
        self.spoken: list[str] = []
        self.within: list[str] = []
        self.value = ""  # of the option that is read

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Attributes that are spoken, and where one is."""
        self.spoken += [value or "" for name, value in attrs if name in SPOKEN]
        self.value = dict(attrs).get("value") or "" if tag == "option" else ""
        if tag in UNREAD:
            self.within.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Out again."""
        if self.within and self.within[-1] == tag:
            self.within.pop()

    def handle_data(self, data: str) -> None:
        """Text that is shown; an option that says its own value says data."""
        if not self.within and data.strip() != self.value:
            self.shown.append(data)


@pytest.fixture
def pseudo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """All texts come from that catalogue."""
    catalogue = Pseudo()
    monkeypatch.setattr(trans_real, "_default", catalogue)
    monkeypatch.setitem(vars(trans_real)["_translations"], "en", catalogue)
    components._mould.cache_clear()
    translation.activate("en")
    yield
    translation.deactivate()  # not "override": it would look the marked catalogue up once more, and leave it there
    components._mould.cache_clear()


def stored_words() -> set[str]:
    """Every word in the database: what people typed is theirs."""
    words: set[str] = set()
    for model in filter(lambda model: model._meta.managed, own_models()):
        for row in model._default_manager.values():
            words |= set(re.findall(r"\w+", " ".join(map(str, row.values()))))
    return words


def document_keys() -> set[str]:
    """The members of documents as the trail names them: they are the API's words."""
    changes = AuditEntry.objects.values_list("changes", flat=True)
    return {capfirst(key.replace("_", " ")) for keys in changes for key in keys}


def untranslated(page: str, known: set[str], keys: Set[str] = frozenset()) -> set[str]:
    """What is read on the page without having gone through the catalogue."""
    reader = Reader()
    reader.feed(page)
    read = ["\n".join(reader.shown), *reader.spoken]  # a text may go on behind a tag
    lines = {line.strip(" :→") for text in read for line in unmarked(text).splitlines() if words_of(line) - known}
    return lines - keys


def unmarked(text: str) -> str:
    """The text without what is marked, from the inside outwards."""
    while MARKED.search(text):
        text = MARKED.sub(" ", text)
    return text


def words_of(text: str) -> set[str]:
    """The words in a text, but for names."""
    return {word for word in re.findall(r"\w+", NAMES.sub(" ", text)) if LETTERS.search(word)}


@pytest.mark.usefixtures("pseudo")
def test_no_page_says_anything_that_cannot_be_translated(owner: Client, account: Account) -> None:
    wrong: dict[str, Any] = {}
    paths = paths_of(account)
    known, keys = stored_words(), document_keys()
    for path in paths:
        response = owner.get(path)
        if response.status_code == 200 and (found := untranslated(response.content.decode(), known, keys)):
            wrong[path] = sorted(found)
    assert wrong == {}


def test_the_reader_finds_what_is_not_marked() -> None:
    page = f"<p>{BEGIN}Good {BEGIN}one{END}{END} Acme</p><p aria-label='Bad one'>Another<code>none</code></p>"
    assert untranslated(page, {"Acme"}) == {"Bad one", "Another"}


@pytest.mark.slow
def test_makemessages_collects_them(tmp_path: Path) -> None:
    copy_of_checkout(tmp_path)
    (tmp_path / "locale").mkdir()
    command = [sys.executable, "manage.py", "makemessages", "--locale", "de", "--no-location", "--verbosity", "0"]
    subprocess.run(command, cwd=tmp_path, env=os.environ | ENVIRONMENT, check=True)
    catalogue = tmp_path / "locale" / "de" / "LC_MESSAGES" / "django.po"
    text = catalogue.read_text()
    assert 'msgid "As curl"' in text
    assert text.count("\nmsgid ") > 1000
    subprocess.run(["msgfmt", "--check-format", "--output-file", str(tmp_path / "django.mo"), catalogue], check=True)
