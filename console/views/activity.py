"""The pages of the audit trail: of an account, of the platform, and of one entry."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from console import history
from console.activity import (
    ACTIVITY,
    DOORS,
    EntryFilters,
    EntryTable,
    PlatformEntryFilters,
    PlatformEntryTable,
    entries_of_all,
)
from console.models import AuditEntry
from console.views.base import Crumbs, ObjectPage, Page, find
from console.views.listing import Listing, ListPage

MOST_COUNTED = 10_000  # the trail grows without end: nobody leafs beyond so many


class ActivityList(ListPage):
    """What was written in an account."""

    table_class = EntryTable
    filterset_class = EntryFilters
    create_needs = ""

    def known_count(self) -> int | None:
        """How many entries there are, counted no further than it must."""
        return int(self.rows()[:MOST_COUNTED].count())


class EntryPage(ObjectPage):
    """One entry: everything that it holds."""

    template_name = "console/entry.html"
    is_top = True
    object: AuditEntry

    def get_title(self) -> str:
        """What was done with what."""
        return title_of(self.object)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The page."""
        same = urlencode({"object_type": self.object.object_type, "object_id": self.object.object_id})
        return self.render(**facts(self.object), more_url=f"{self.section.url('list', self.account)}?{same}")


class PlatformPage(Page):
    """A page for the platform's staff."""

    def prepare(self, **kwargs: Any) -> None:
        """Hold it to staff. Raises ``PermissionDenied``."""
        super().prepare(**kwargs)
        if not self.person.is_staff:
            raise PermissionDenied


class PlatformActivity(PlatformPage, Listing):
    """What was written anywhere."""

    section = ACTIVITY
    current = "accounts"
    table_class = PlatformEntryTable
    filterset_class = PlatformEntryFilters

    def rows(self) -> QuerySet[Any]:
        """Every entry."""
        return entries_of_all()

    def known_count(self) -> int | None:
        """How many entries there are, counted no further than it must."""
        return int(AuditEntry.objects.all()[:MOST_COUNTED].count())


class PlatformEntry(PlatformPage):
    """One entry, whatever its account."""

    template_name = "console/entry.html"
    object: Any

    def prepare(self, **kwargs: Any) -> None:
        """Find it. Raises ``Http404``."""
        super().prepare(**kwargs)
        self.object = find(AuditEntry.objects.all(), "pk", str(kwargs["key"]))

    def get_title(self) -> str:
        """What was done with what."""
        return title_of(self.object)

    def crumbs(self) -> Crumbs:
        """The platform's activity."""
        return [(ACTIVITY.label, reverse("platform-activity"))]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The page."""
        return self.render(object=self.object, **facts(self.object))


def title_of(entry: AuditEntry) -> str:
    """What was done with what."""
    words = {
        "kind": capfirst(history.kind_of(entry.object_type)),
        "label": entry.object_label,
        "verb": history.VERBS.get(entry.action, entry.action),
    }
    return _("%(kind)s %(label)s %(verb)s") % words


def facts(entry: AuditEntry) -> dict[str, Any]:
    """What the page shows: where it came from, and every change in full."""
    return {
        "door": DOORS.get(entry.door, entry.door),
        "changes": history.spoken_changes(entry, is_cut=False),
    }


def all_changes_url(account: Any, instance: Model) -> str:
    """The list of everything that was done with one object."""
    query = {"object_type": instance._meta.model_name or "", "object_id": instance.public_id}  # type: ignore[attr-defined]
    return f"{ACTIVITY.url('list', account)}?{urlencode(query)}"
