"""The pages of registrations, attempts and blocks: lists that nobody writes to, but for lifting a block."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from console.sections import Words
from console.views.base import SectionPage
from console.views.bulk import BulkAction, BulkPage
from console.views.listing import ListPage, pairs
from console.views.responses import SeeOther
from sip import filters, live, record_tables, registrar, registrar_blocks
from sip.holders import holder_urls
from sip.registrar import RegistrarUnreachable
from sip.webhook import blocks

MOST_COUNTED = 10_000  # attempts grow without end: nobody leafs beyond so many
SBC: tuple[str, Words] = ("webhook-settings", _("Webhook settings"))
NOBODY = "nobody"  # an action that no role may do


class RecordList(ListPage):
    """A list of what happened: nothing is created here."""

    create_needs = NOBODY
    leads_to: tuple[str, Words] | None = None  # where an empty list sends: a page of the account by name, and its words

    def may(self, action: str) -> bool:
        """What nobody may, nobody may."""
        return action != NOBODY and super().may(action)

    def known_count(self) -> int:
        """How many rows there are, counted no further than it must."""
        return self.counted(self.rows())

    def counted(self, rows: QuerySet[Any]) -> int:
        """The same with filters on: a million refused attempts are not counted to the last."""
        return int(rows[:MOST_COUNTED].count())

    def list_context(self, request: HttpRequest) -> dict[str, Any]:
        """Adds, for the rows of this page, the addresses of what registered or tried."""
        context = super().list_context(request)
        table: record_tables.RecordTable = context["table"]
        shown = [getattr(row.record, "subscriber_id", None) for row in table.paginated_rows]
        table.holder_urls = holder_urls(shown, self.account)
        return context | {"is_cut": table.paginator.count >= MOST_COUNTED, **self.way_out()}

    def way_out(self) -> dict[str, Any]:
        """The link of an empty list."""
        if self.leads_to is None:
            return {}
        name, words = self.leads_to
        return {"empty_url": reverse(name, kwargs={"auth_id": self.account.auth_id}), "empty_label": words}


class LiveList(RecordList):
    """A list whose rows come and go while one looks: htmx asks for them as a whole."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The list, or its rows where they have changed since."""
        if not live.is_asked(request):
            return super().get(request, **kwargs)
        query = request.GET.copy()
        seen = query.pop("v", [""])[-1]
        request.GET = query  # type: ignore[assignment]  # Django's own type is the immutable one
        context = self.list_context(request)
        if seen == live.version_of(context["drawn_rows"]):
            return live.unchanged()
        return live.changed(request, context["live_url"], [("live-rows", context["drawn_rows"])])

    def list_context(self, request: HttpRequest) -> dict[str, Any]:
        """Adds the rows as they are drawn, and where to ask for others."""
        context = super().list_context(request)
        drawn = render_to_string("generic/_rows.html", {"account": self.account, **context}, request)
        asked = urlencode([*pairs(request.GET), ("v", live.version_of(drawn))])
        return context | {"drawn_rows": drawn, "live_url": f"{request.path}?{asked}"}


class RegistrationList(LiveList):
    """Who is registered, from where."""

    table_class = record_tables.RegistrationsTable
    leads_to = SBC
    filterset_class = filters.RegistrationFilters

    def rows(self) -> QuerySet[Any]:
        """From wherever the registrar keeps them."""
        return registrar.current().registrations(self.account)


class AttemptList(LiveList):
    """Who tried, and what came of it."""

    table_class = record_tables.AttemptTable
    leads_to = SBC
    filterset_class = filters.AttemptFilters


LIFT = BulkAction(
    "lift",
    _("Lift"),
    _("Their sources may try again at once, with all their tries."),
    blocks.lift,
    icon="lock-open",
    needs="operate",
)


class BlockList(RecordList):
    """Which sources are refused, by the webhook (the list) and by the registrar (above it)."""

    template_name = "sip/blocks.html"
    table_class = record_tables.BlockTable
    filterset_class = filters.BlockFilters
    bulk_actions = (LIFT,)

    def context(self, **extra: Any) -> dict[str, Any]:
        """Adds the registrar's."""
        return super().context(**extra) | {"registrar": registrar_blocks.seen_by(self.person, self.account)}


class RegistrarBlockLift(SectionPage):
    """Lets a source in again that the registrar shuts out."""

    action = "operate"

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Lift it, and back to the list."""
        try:
            was_lifted = registrar_blocks.lift(self.person, self.account, request.POST.get("key", ""))
        except RegistrarUnreachable as error:
            messages.error(request, str(error))
        else:
            words = _("The source may try again.") if was_lifted else _("That block is over already.")
            messages.success(request, words)
        return SeeOther(self.section.url("list", self.account))


class BlockBulk(BulkPage):
    """Lifts blocks."""

    list_page = BlockList
