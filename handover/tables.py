"""The table of hand-over links."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from console import tables
from console.components import component
from handover.models import Link, LinkState

TONES = {LinkState.OPEN: "warn", LinkState.USED: "good", LinkState.EXPIRED: "off", LinkState.REVOKED: "off"}


class LinkTable(tables.ConsoleTable):
    """Hand-over links, newest first."""

    label = tables.IdentifierColumn()
    state = tables.TextColumn(orderable=False, verbose_name=_("State"))
    expires_at = tables.MomentColumn()
    used_at = tables.MomentColumn()
    used_from = tables.TextColumn()
    made_by = tables.TextColumn()
    created_at = tables.MomentColumn()

    class Meta(tables.ConsoleTable.Meta):
        model = Link
        fields: tuple[str, ...] = ()
        shown = ("state", "expires_at", "used_at", "used_from", "made_by")

    def render_state(self, value: Any) -> SafeString:
        """A dot and a word."""
        return component("status", tone=TONES[value], word=LinkState(value).label)
