"""The framework's own tables in the Django admin: they can be read and searched, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from console import counters, history, limiter
from console.admin_pages import ReadOnlyAdmin, one_of
from console.admin_records import OfAccount
from console.models import AuditEntry, LastUse, RateBucket, RowCounter, SavedFilter


@admin.register(AuditEntry)
class AuditEntryAdmin(OfAccount):
    """The audit trail."""

    list_display = ("created_at", "who", "door", "action", "object_type", "object_label", "owner", "source")
    list_filter = (
        "created_at",
        one_of(history.DOORS.items(), parameter="door", label=gettext_lazy("door")),
        one_of(history.VERBS.items(), parameter="action", label=gettext_lazy("action")),
    )
    search_fields = ("object_id__exact", "object_label__startswith", "actor_label__startswith", "request_id__exact")
    search_help_text = gettext_lazy("The start of the object's name or of who did it; an object's id; a request's id.")
    fields = (
        "created_at", "owner", "who", "actor_kind", "actor_id", "door", "source", "request_id",
        "action", "object_type", "object_id", "object_label", "differences",
    )  # fmt: skip

    @admin.display(description=gettext_lazy("who"))
    def who(self, entry: Any) -> str:
        """The person, or what acted in their place."""
        return str(entry.actor_label or entry.actor_kind)

    @admin.display(description=gettext_lazy("changes"))
    def differences(self, entry: Any) -> SafeString:
        """Each change on a line: the field, the old value, the new one."""
        return format_html_join("", "<div>{}: {} → {}</div>", history.spoken_changes(entry))


def counted_tables() -> list[tuple[str, Any]]:
    """The tables that have a counter, and what their rows are called."""
    return [(model._meta.db_table, model._meta.verbose_name_plural) for model in counters.counted_models()]


@admin.register(RowCounter)
class RowCounterAdmin(OfAccount):
    """The totals of lists, which the database's triggers keep."""

    list_display = ("table", "owner", "part_id", "value")
    list_filter = (one_of(counted_tables(), parameter="table", label=gettext_lazy("table")),)
    search_fields = ("table__startswith", "account_id__exact")
    search_help_text = gettext_lazy("The start of a table's name, or the number of an account's row.")
    fields = ("table", "owner", "part_id", "value")
    ordering = ("table", "account_id", "part_id")


class WindowFilter(admin.SimpleListFilter):
    """Buckets that count now, or those whose window is over."""

    title = gettext_lazy("window")
    parameter_name = "window_is"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Both states."""
        return [("open", gettext_lazy("Open")), ("over", gettext_lazy("Over"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those of one state."""
        still_counts = Q(window__gt=int(limiter.clock()))
        conditions = {"open": still_counts, "over": ~still_counts}
        return queryset.filter(conditions.get(self.value() or "", Q()))


@admin.register(RateBucket)
class RateBucketAdmin(ReadOnlyAdmin):
    """What has been used of each limit in the current window."""

    list_display = ("key", "used", "ends")
    list_filter = (WindowFilter,)
    search_fields = ("key__startswith",)
    search_help_text = gettext_lazy("The start of what is limited.")
    fields = ("key", "used", "ends")
    ordering = ("-window", "key")

    @admin.display(description=gettext_lazy("window ends"))
    def ends(self, bucket: Any) -> datetime:
        """When it counts from zero again."""
        return datetime.fromtimestamp(bucket.window, UTC)


@admin.register(LastUse)
class LastUseAdmin(ReadOnlyAdmin):
    """When and from where tokens and nonces were last used."""

    list_display = ("key", "at", "source")
    list_filter = ("at",)
    search_fields = ("key__startswith", "source__exact")
    search_help_text = gettext_lazy("The start of what was used, or a source address.")
    fields = ("key", "at", "source")
    ordering = ("-at",)


@admin.register(SavedFilter)
class SavedFilterAdmin(ReadOnlyAdmin):
    """What people look at often."""

    list_display = ("name", "section", "user", "is_default")
    list_filter = ("is_default",)
    search_help_text = gettext_lazy("The start of the person's email address or of the filter's name.")
    search_fields = ("user__email__istartswith", "name__istartswith")
    list_select_related = ("user",)
    fields = ("user", "section", "name", "query", "is_default")
