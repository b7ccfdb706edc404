"""The tables of imports and other jobs, and of old passwords."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from bulk.models import Job
from bulk.states import state_of
from console import tables
from sip.models import Reason, Secret
from sip.record_tables import HolderColumn, RecordTable, dot


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


class OverlapTable(RecordTable):
    """Old passwords that still work, the first to end first."""

    username = HolderColumn(accessor="subscriber__username", verbose_name=_("Username"))
    kind = tables.TextColumn(accessor="subscriber__kind", verbose_name=_("Kind"), orderable=False)
    realm = tables.IdentifierColumn(accessor="subscriber__realm__shown_as", verbose_name=_("Realm"), orderable=False)
    valid_until = tables.MomentColumn(verbose_name=_("Old password ends"), initial_sort_descending=False)
    new_since = tables.MomentColumn(verbose_name=_("New password made"))
    last_reason = tables.TextColumn(verbose_name=_("Last used"), orderable=False, empty_values=())

    class Meta(RecordTable.Meta):
        model = Secret
        fields: tuple[str, ...] = ()
        shown = ("username", "kind", "valid_until", "last_reason")

    def render_kind(self, record: Secret) -> str:
        """In words."""
        return str(record.subscriber.get_kind_display())

    def render_last_reason(self, value: str | None) -> SafeString:
        """Which of the two passwords was used last."""
        if value is None:
            return dot("off", _("neither yet"))
        return dot("good", _("the new one")) if value == Reason.ADMITTED else dot("warn", _("the old one"))
