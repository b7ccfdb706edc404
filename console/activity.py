"""The audit trail as a section: its rows in an account, its table and its filters."""

from __future__ import annotations

import json
from functools import cache, reduce
from operator import or_
from typing import TYPE_CHECKING, Any

import django_filters
import django_tables2
from django import forms
from django.apps import apps
from django.db.models import OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from console import components, history, tables
from console.filters import ConsoleFilterSet, SearchFilter
from console.models import Audited, AuditEntry
from console.sections import Section

if TYPE_CHECKING:
    from accounts.models import Account

SHOWN_CHANGES = 3  # in a row of the list; the entry's own page has them all


def entries_of(account: Account) -> QuerySet[Any]:
    """What was written in an account; a main account's includes its sub-accounts'."""
    mine = Q(account_id=account.pk) if account.is_sub_account else Q(main_account_id=account.pk)
    return AuditEntry.objects.filter(mine)


def entries_of_all() -> QuerySet[Any]:
    """What was written anywhere, with the auth id of the account that it was written in; empty once that is gone."""
    accounts = apps.get_model("accounts.Account")._default_manager.filter(pk=OuterRef("account_id"))
    return AuditEntry.objects.annotate(account_auth_id=Subquery(accounts.values("auth_id")))


ACTIVITY = Section(
    name="activity",
    model_label="console.AuditEntry",
    key="pk",
    icon="clock",
    label=_("Activity"),
    one=_("entry"),
    many=_("entries"),
    group=_("Account"),
    order=90,
    is_tile=False,
    intro=_("Every change is written down here: who, when, through which door, from what to what."),
    rows_of=entries_of,
)


def entry_url(entry: AuditEntry, account: Account | None) -> str:
    """The page of one entry, in an account or on the platform."""
    if account is None:
        return reverse("platform-activity-entry", kwargs={"key": entry.pk})
    return ACTIVITY.url("detail", account, entry)


class EntryTable(tables.ConsoleTable):
    """Entries, newest first."""

    object_label = tables.TextColumn(verbose_name=_("Object"))
    action = django_tables2.Column()
    created_at = tables.MomentColumn()
    actor_label = tables.TextColumn()
    object_type = django_tables2.Column(verbose_name=_("Kind"))
    changes = django_tables2.Column(orderable=False)
    door = django_tables2.Column()
    source = tables.TextColumn()
    object_id = tables.IdentifierColumn()
    request_id = tables.IdentifierColumn()

    class Meta(tables.ConsoleTable.Meta):
        model = AuditEntry
        fields: tuple[str, ...] = ()
        shown: tuple[str, ...] = ("action", "created_at", "actor_label", "object_type", "changes", "door")

    def render_object_label(self, record: AuditEntry, value: str) -> SafeString:
        """The object as it was called, which leads to the entry."""
        url = entry_url(record, self.account)
        return format_html('<a class="main-cell" href="{}" title="{}"><bdi>{}</bdi></a>', url, value, value or "—")

    def render_action(self, value: str) -> str:
        """What was done, in words."""
        return capfirst(str(history.VERBS.get(value, value)))

    def render_object_type(self, value: str) -> str:
        """The kind of object, in words."""
        return capfirst(history.kind_of(value))

    def render_door(self, value: str) -> str:
        """Through which door, in words."""
        return str(DOORS.get(value, value))

    def render_changes(self, record: AuditEntry) -> SafeString:
        """The first few changes; what is new has no former values."""
        spoken = history.spoken_changes(record)
        is_new = record.action == "create"
        each = (f"{name}: {new}" if is_new else f"{name}: {old} → {new}" for name, old, new in spoken[:SHOWN_CHANGES])
        words = "; ".join(each)
        return components.text(words + (" …" if len(spoken) > SHOWN_CHANGES else ""))


class PlatformEntryTable(EntryTable):
    """Entries of all accounts."""

    account_auth_id = tables.IdentifierColumn(verbose_name=_("Account"))

    class Meta(EntryTable.Meta):
        shown = ("action", "created_at", "actor_label", "object_type", "changes", "door", "account_auth_id")


DOORS = {
    "page": _("Page"),
    "admin": _("Admin"),
    "api": _("API"),
    "csv": _("Import"),
    "command": _("Command"),
    "task": _("Task"),
}


@cache
def kinds() -> tuple[str, ...]:
    """The kinds of objects that the trail tells of."""
    audited = (model for model in apps.get_models() if issubclass(model, Audited) and model.audited_fields)
    return tuple(sorted(str(model._meta.model_name) for model in audited))


def kind_choices() -> list[tuple[str, str]]:
    """The kinds in words."""
    return sorted(((name, capfirst(history.kind_of(name))) for name in kinds()), key=lambda pair: pair[1])


def verb_choices() -> list[tuple[str, str]]:
    """What can have been done, in words."""
    return [(name, capfirst(str(words))) for name, words in history.VERBS.items()]


class EntryFilters(ConsoleFilterSet):
    """Words, who, what, through which door, when."""

    q = SearchFilter("object_label", "object_id", "actor_label", "request_id")
    who = django_filters.CharFilter("actor_label", lookup_expr="icontains", label=_("Who"), max_length=200)
    action = django_filters.ChoiceFilter(label=_("Action"), choices=verb_choices, empty_label=_("Any"))
    door = django_filters.ChoiceFilter(label=_("Door"), choices=lambda: list(DOORS.items()), empty_label=_("Any"))
    object_type = django_filters.ChoiceFilter(label=_("Kind"), choices=kind_choices, empty_label=_("Any"))
    object_id = django_filters.CharFilter(label=_("Object id"), max_length=64)
    changed = django_filters.CharFilter(method="with_change", label=_("Field or value that changed"), max_length=200)
    source = django_filters.CharFilter(label=_("Source address"), max_length=45)
    request_id = django_filters.CharFilter(label=_("Request id"), max_length=64)
    since = django_filters.DateFilter(
        "created_at", "date__gte", label=_("From"), widget=forms.DateInput(attrs={"type": "date"})
    )
    until = django_filters.DateFilter(
        "created_at", "date__lte", label=_("Until"), widget=forms.DateInput(attrs={"type": "date"})
    )

    class Meta:
        model = AuditEntry
        fields: tuple[str, ...] = ()

    def with_change(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Those that changed a field of that name, or to or from such a value."""
        as_kept = (json.dumps(value, ensure_ascii=is_sqlite)[1:-1] for is_sqlite in (True, False))
        either = reduce(or_, (Q(changes_text__icontains=text) for text in as_kept))
        found: QuerySet[Any] = rows.annotate(changes_text=Cast("changes", TextField())).filter(either)
        return found


class PlatformEntryFilters(EntryFilters):
    """Those of an account's entries, and the account."""

    account = django_filters.CharFilter("account_auth_id", label=_("Account"), max_length=11)
