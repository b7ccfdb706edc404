"""What has a SIP password: kinds whose rows hold a subscriber, so that they can be rotated, watched and handed over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from bulk.columns import Column, read_from, text_of
from bulk.kinds.base import Kind, Line
from sip import passwords
from sip.connecting import connection
from sip.models import address_of_record


class PasswordKind(Kind):
    """A kind whose rows have a ``subscriber`` (or may have one) and a ``username``."""


def password_column(name: str = "password", rules: Callable[[], list[str]] | None = None) -> Column:
    """The column of a SIP password: read, never exported; ``rules`` where they are not those of the console."""
    made = _("Empty: one is made for a new row; an existing row keeps its own.")
    return Column(
        name,
        _("Password"),
        rules=lambda: [*(rules() if rules else [str(passwords.HELP_TEXT)]), str(made)],
        aliases=("secret", "sip password"),
        is_secret=True,
    )


PASSWORD = password_column()


def address_of(username: str | None, realm: str | None) -> str:
    """The SIP URI; empty for what has no subscriber."""
    return address_of_record(username, realm) if username and realm else ""


SIP_URI = Column(
    "sip_uri",
    _("SIP URI"),
    **read_from("subscriber__username", "subscriber__realm__shown_as", write=address_of),
    is_read_only=True,
)
CREATED = Column("created_at", _("Created"), is_read_only=True, **read_from("created_at", write=datetime.isoformat))


def name_of(row: Any) -> str:
    """What people call it, beside its username; empty for a credential, which has no name."""
    return text_of(getattr(row, "alias", getattr(row, "name", "")))


def card(line: Line) -> dict[str, str]:
    """What a phone needs, for the file or sheet that is fetched once."""
    phone = connection(line.instance.subscriber, line.password or "")
    return {
        "username": phone.username,
        "name": name_of(line.instance),
        "realm": phone.realm,
        "server": phone.server,
        "password": phone.password,
    }
