"""The tables of registrations, attempts and blocks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import django_tables2
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from console import components, tables
from sip.models import AuthAttempt, Block, Outcome


def dot(tone: str, word: Any) -> SafeString:
    """A dot in its colour and a word."""
    return components.component("status", tone=tone, word=word)


class RecordTable(tables.ConsoleTable):
    """Rows that may be about a subscriber; ``holder_urls`` has the pages of those that are still there."""

    holder_urls: Mapping[int | None, str] = {}

    class Meta(tables.ConsoleTable.Meta):
        pass


class HolderColumn(django_tables2.Column):
    """What a row is about: a link to the endpoint, credential or device where there is one."""

    def render(self, value: Any, record: Any, table: RecordTable) -> SafeString:
        """The name, with its copy button."""
        url = table.holder_urls.get(getattr(record, "subscriber_id", None))
        if not value or url is None:
            return components.identifier(value)
        link = format_html('<a class="main-cell mono" href="{}" title="{}"><bdi>{}</bdi></a>', url, value, value)
        return format_html('<span class="id-copy">{}{}</span>', link, components.copy_button(value))


class AttemptTable(RecordTable):
    """Attempts to authenticate."""

    at = tables.MomentColumn(orderable=False)
    username = HolderColumn(orderable=False)
    reason = django_tables2.Column(orderable=False)
    method = tables.TextColumn(orderable=False)
    source = tables.IdentifierColumn(orderable=False)
    user_agent = tables.TextColumn(orderable=False)
    realm = tables.IdentifierColumn(orderable=False)
    granted_expires_seconds = tables.NumberColumn(orderable=False)

    class Meta(tables.ConsoleTable.Meta):
        model = AuthAttempt
        fields: tuple[str, ...] = ()
        shown = ("at", "username", "reason", "method", "source", "user_agent")

    def render_reason(self, record: AuthAttempt) -> SafeString:
        """What came of it, in plain words."""
        return dot("good" if record.outcome == Outcome.OK else "bad", record.get_reason_display())


class RegistrationsTable(RecordTable):
    """Registrations, living and past: of whichever model the registrar keeps them in."""

    aor = HolderColumn(verbose_name=_("Address of record"), orderable=False)
    state = django_tables2.Column(verbose_name=_("State"), accessor="expires_at", orderable=False)
    contact = tables.IdentifierColumn(verbose_name=_("Contact"), orderable=False)
    source = tables.IdentifierColumn(verbose_name=_("Source"), orderable=False)
    user_agent = tables.TextColumn(verbose_name=_("User agent"), orderable=False)
    since = tables.MomentColumn(verbose_name=_("Since"), orderable=False)
    expires_at = tables.MomentColumn(verbose_name=_("Expires"), orderable=False)
    cut_off_at = tables.MomentColumn(verbose_name=_("Cut off"), orderable=False)

    class Meta(tables.ConsoleTable.Meta):
        shown = ("aor", "state", "contact", "user_agent", "since", "expires_at")

    def render_state(self, record: Any) -> SafeString:
        """Registered, cut off (and why), or over."""
        if record.cut_off_at is not None:
            return dot("warn", _("Cut off: %(why)s") % {"why": record.get_cut_off_reason_display()})
        is_living = record.expires_at > timezone.now()
        return dot("good" if is_living else "off", _("Registered") if is_living else _("Expired"))


class BlockTable(RecordTable):
    """Sources that are, or were, refused."""

    source = tables.IdentifierColumn(orderable=False)
    username_key = HolderColumn(orderable=False)
    state = django_tables2.Column(verbose_name=_("State"), accessor="until", orderable=False)
    realm = tables.IdentifierColumn(orderable=False)
    failures = tables.NumberColumn(orderable=False)
    updated_at = tables.MomentColumn(verbose_name=_("Since"), orderable=False)
    until = tables.MomentColumn(orderable=False)

    class Meta(tables.ConsoleTable.Meta):
        model = Block
        fields: tuple[str, ...] = ()
        shown = ("source", "username_key", "state", "failures", "updated_at", "until")

    def render_state(self, record: Block) -> SafeString:
        """Whether it stands."""
        stands = record.until > timezone.now()
        return dot("bad" if stands else "off", _("Blocked") if stands else _("Over"))
