"""The overview of an account and, for staff, of the platform."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Account
from console import counters, history, overview, sections
from console.overview import Step
from console.sections import Section
from console.views.base import AccountPage, Page

Tile = tuple[Section, str, int]  # the section, its list, how many rows


class OverviewPage(AccountPage):
    """What an account has, what it needs, what changed."""

    template_name = "accounts/overview.html"
    current = "overview"
    title = gettext_lazy("Overview")

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The page."""
        tiles = self.tiles()
        return self.render(
            tiles=tiles,
            steps=self.steps(tiles),
            cards=overview.cards(self.account),
            notices=overview.attention(self.account),
            realms=list(self.account.realms.all()),
            history=history.of_account(self.account),
        )

    def tiles(self) -> list[Tile]:
        """What is counted: every section that the account has and that says so, all in one query."""
        totals = counters.totals_of(self.account.pk, self.account.parent_id)
        shown = [part for part in sections.registered() if part.is_tile]
        return [
            (part, part.url("list", self.account), totals.get(part.model._meta.db_table, 0))
            for part in shown
            if not (part.only_main and self.account.is_sub_account)
        ]

    def steps(self, tiles: list[Tile]) -> list[Step]:
        """The first run, in the order that teaches; none for who may not take them, and once a phone has registered."""
        if not self.may("edit"):
            return []
        following = [step for source in overview.steps for step in source(self.account)]
        if any(step.is_last and step.is_done for step in following):
            return []
        return [*(self.creating(part, count) for part, _url, count in tiles if part.first_step), *following]

    def creating(self, part: Section, count: int) -> Step:
        """The step that makes the first object of a section."""
        return Step(
            label=part.label,
            text=part.first_step,
            icon=part.icon,
            is_done=count > 0,
            button=_("New %(thing)s") % {"thing": part.one},
            url=part.url("create", self.account),
        )


class PlatformPage(Page):
    """The whole installation, for its staff."""

    template_name = "accounts/platform.html"
    current = "platform"
    title = gettext_lazy("Platform")

    def prepare(self, **kwargs: Any) -> None:
        """Staff only. Raises ``PermissionDenied``."""
        if not self.person.is_staff:
            raise PermissionDenied

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The page."""
        totals = counters.totals(None)
        counted = [part for part in sections.registered() if part.is_tile and not part.only_main]
        return self.render(
            accounts_count=totals.get(Account._meta.db_table, 0),
            tiles=[(part, totals.get(part.model._meta.db_table, 0)) for part in counted],
            cards=overview.cards(None),
            notices=overview.attention(None),
            history=history.of_platform(),
        )
