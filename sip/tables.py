"""The columns that everything with a subscriber has in common: whether it is registered, from where, until when."""

from __future__ import annotations

from typing import Any

import django_tables2
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from console import components, tables


class StateColumn(django_tables2.Column):
    """Registered, not registered, or disabled: one dot and its word."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(accessor="enabled", verbose_name=_("State"), order_by=("enabled",), **kwargs)

    def render(self, record: Any) -> SafeString:
        """The state of one row."""
        return state(record)


class LastUsedColumn(django_tables2.Column):
    """When it was last admitted; never is a word, not a dash."""

    def __init__(self, **kwargs: Any) -> None:
        options = {"empty_values": (), "initial_sort_descending": True, **kwargs}
        super().__init__(accessor="subscriber__last_used_at", verbose_name=_("Last used"), **options)

    def render(self, record: Any) -> SafeString:
        """The moment; a dash for what has no password to be used."""
        return last_used(record)


class RegistrationTable(tables.ConsoleTable):
    """Columns that a row annotated by ``Registrar.with_state`` can fill."""

    live_columns = (
        "state", "registered_contact", "registered_received", "registered_user_agent", "registered_since",
        "registered_until",
    )  # fmt: skip

    registered_contact = tables.IdentifierColumn(verbose_name=_("Contact"), orderable=False)
    registered_received = tables.TextColumn(verbose_name=_("Registered from"), orderable=False)
    registered_user_agent = tables.TextColumn(verbose_name=_("User agent"), orderable=False)
    registered_since = tables.MomentColumn(verbose_name=_("Registered since"), orderable=False)
    registered_until = tables.MomentColumn(verbose_name=_("Expires"), orderable=False)
    last_used = LastUsedColumn()


def last_used(holder: Any) -> SafeString:
    """When a holder's phone was last admitted: a moment, never, or a dash for one that cannot register."""
    if holder.subscriber_id is None:
        return components.NOTHING
    moment = holder.subscriber.last_used_at
    return components.moment(moment) if moment else format_html('<span class="muted">{}</span>', _("Never"))


def state(holder: Any) -> SafeString:
    """What a holder's phone can do now."""
    if not holder.enabled:
        return components.status(enabled=False)
    is_registered = holder.registered_until is not None
    word = _("Registered") if is_registered else _("Not registered")
    return components.component("status", tone="good" if is_registered else "off", word=word)
