"""How typed words find rows: anywhere in a text while rows are few, by its beginning (an index) when they are many."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from ipaddress import AddressValueError, IPv4Address
from typing import Any

from django.db.models import Q, QuerySet

FEW_ROWS = 20_000  # so many are looked through in no time
MOST_WORDS = 8
SEPARATORS = str.maketrans("", "", ":-.")
HEXADECIMAL = re.compile(r"[0-9a-f]{3,12}\Z")
NUMBER = re.compile(r"[0-9]{1,18}\Z")
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")
ADDRESS = re.compile(r"(?=.*[.:])[0-9a-fA-F.:]{3,45}\Z")


@dataclass(frozen=True, slots=True)
class Searched:
    """A field that is searched. ``reads`` turns what was typed into what the field can hold; empty: it cannot."""

    path: str
    reads: Callable[[str], str] = str
    lookup: str = ""  # where it is neither "somewhere in" nor "begins with"


def sip_user(typed: str) -> str:
    """The username in what was typed or pasted: ``sip:alice@example.com`` is ``alice``."""
    return re.sub(r"\Asips?:", "", typed, flags=re.IGNORECASE).partition("@")[0]


def mac_address(typed: str) -> str:
    """The hexadecimal digits of a MAC address in any spelling; nothing for what is none."""
    digits = typed.translate(SEPARATORS).lower()
    return digits if HEXADECIMAL.match(digits) else ""


def address_part(typed: str) -> str:
    """An IP address or its beginning; nothing for what is none."""
    return typed if ADDRESS.match(typed) else ""


def whole_address(typed: str) -> str:
    """An IPv4 address; nothing for what is none."""
    try:
        return str(IPv4Address(typed))
    except AddressValueError:
        return ""


def whole_number(typed: str) -> str:
    """An id that is a number; nothing for what is none."""
    return typed if NUMBER.match(typed) else ""


def whole_uuid(typed: str) -> str:
    """An id that is a UUID; nothing for what is none."""
    return typed if UUID.match(typed) else ""


def fields_of(names: Iterable[str | Searched]) -> list[Searched]:
    """The fields, those that are only named included."""
    return [name if isinstance(name, Searched) else Searched(name) for name in names]


def containing(names: Iterable[str | Searched], word: str) -> Q:
    """The condition that one of the fields contains ``word``, whatever its case."""
    return any_of(names, word, "icontains")


def beginning(names: Iterable[str | Searched], phrase: str) -> Q:
    """The condition that one of the fields begins with ``phrase``, whatever its case."""
    return any_of(names, phrase, "begins")


def any_of(names: Iterable[str | Searched], text: str, lookup: str) -> Q:
    """One of the fields, looked at in one way; false where none can hold the text."""
    return reduce(Q.__or__, conditions(names, text, lookup), Q(pk__in=[]))


def conditions(names: Iterable[str | Searched], text: str, lookup: str) -> list[Q]:
    """One condition for each field that can hold the text."""
    texts = [(field, field.reads(text)) for field in fields_of(names)]
    return [Q(**{f"{field.path}__{field.lookup or lookup}": read}) for field, read in texts if read]


def words_of(typed: str) -> list[str]:
    """The words of what was typed, no more than make sense."""
    return typed.split()[:MOST_WORDS]


def anywhere(rows: QuerySet[Any], names: Iterable[str | Searched], typed: str) -> QuerySet[Any]:
    """The rows where every word is somewhere in one of the fields."""
    for word in words_of(typed):
        rows = rows.filter(containing(names, word))
    return rows


def by_index(rows: QuerySet[Any], names: Iterable[str | Searched], typed: str, limit: int) -> QuerySet[Any]:
    """The keys of at most ``limit`` rows that begin with what was typed: one index each, and no more is read."""
    phrase = " ".join(words_of(typed))
    branches = [rows.filter(one).order_by().values("pk") for one in conditions(names, phrase, "begins")]
    if not branches:
        return rows.none().values("pk")
    first, *others = branches
    return (first.union(*others, all=True) if others else first)[:limit]
