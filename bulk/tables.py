"""The table of imports and other jobs."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from bulk.models import Job
from bulk.states import state_of
from console import tables


class JobTable(tables.ConsoleTable):
    """Jobs, newest first."""

    kind = tables.TextColumn()
    subject = tables.TextColumn(verbose_name=_("Of"))
    state = tables.TextColumn()
    total = tables.NumberColumn()
    created_count = tables.NumberColumn()
    changed_count = tables.NumberColumn()
    unchanged_count = tables.NumberColumn()
    refused_count = tables.NumberColumn()
    actor_label = tables.TextColumn()
    created_at = tables.MomentColumn()

    class Meta(tables.ConsoleTable.Meta):
        model = Job
        fields: tuple[str, ...] = ()
        shown = (
            "subject",
            "state",
            "total",
            "created_count",
            "changed_count",
            "refused_count",
            "actor_label",
            "created_at",
        )

    def render_kind(self, record: Job) -> SafeString:
        """What it is, which leads to its page."""
        url = self.section.url("detail", self.account, record)
        return format_html('<a class="main-cell" href="{}">{}</a>', url, record.get_kind_display())

    def render_state(self, record: Job) -> SafeString:
        """A dot and a word."""
        return state_of(record)
