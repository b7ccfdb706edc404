"""Search over everything that the person may see, grouped by section; the bar asks for the results alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from console import counters, searching, sections
from console.filters import MAXIMUM_QUERY_LENGTH
from console.sections import Section
from console.tenancy import tenancy
from console.views.base import Page

PER_GROUP = 8
LEAST_CHARACTERS = 2  # of a search by index: everything begins with some letter


@dataclass(frozen=True, slots=True)
class Hit:
    """One match: its address, the account it is shown in, and what else it is known by."""

    instance: Any
    account: Any
    url: str
    also: str


@dataclass(frozen=True, slots=True)
class Found:
    """One section's matches, and whether there are more."""

    section: Section
    hits: list[Hit]
    more: bool


class SearchPage(Page):
    """What matches ``q``."""

    template_name = "generic/search.html"
    fragment_name = "generic/_search_results.html"
    title = _("Search")

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The page, or its results alone for the bar."""
        typed = request.GET.get("q", "").strip()[:MAXIMUM_QUERY_LENGTH].replace("\x00", "")
        groups = search(request.user, typed) if typed else []
        is_fragment = request.htmx.target == "search-results"  # type: ignore[attr-defined]
        found = sum(len(group.hits) for group in groups)
        response = self.render(
            template=self.fragment_name if is_fragment else None, q=typed, groups=groups, found=found
        )
        response["Vary"] = "HX-Request, Cookie"
        return response


def search(user: Any, typed: str) -> list[Found]:
    """The matches of every section that has any, among what ``user`` may see."""
    account_ids = tenancy().visible_accounts(user)
    counts = counters.totals(account_ids)
    found = [
        search_section(section, typed, section.visible(account_ids), counts.get(section.model._meta.db_table, 0))
        for section in sections.registered()
        if section.search_fields
    ]
    return [group for group in found if group.hits]


def search_section(section: Section, typed: str, rows: QuerySet[Any], count: int) -> Found:
    """Some matches in one section, with their accounts in the same query."""
    if count > searching.FEW_ROWS and len(typed) < LEAST_CHARACTERS:
        return Found(section, [], more=False)
    if count > searching.FEW_ROWS:
        keys = searching.by_index(rows, section.search_fields, typed, PER_GROUP * 2)
    else:
        keys = searching.anywhere(rows, section.search_fields, typed).order_by("-pk").values("pk").distinct()
        keys = keys[: PER_GROUP + 1]
    fields = {field.name for field in section.model._meta.fields}
    joined = [name for name in ("account", "sub_account", "parent") if name in fields]
    matches: QuerySet[Any] = section.model._default_manager.filter(pk__in=keys).select_related(*joined)
    hits = list(matches.order_by("-pk")[: PER_GROUP + 1])
    return Found(section, [hit(section, row) for row in hits[:PER_GROUP]], len(hits) > PER_GROUP)


def hit(section: Section, row: Any) -> Hit:
    """One match with its address."""
    account = section.home_of(row) if section.home_of else row.audit_account()
    also = " · ".join(str(getattr(row, name)) for name in section.search_shows if getattr(row, name))
    return Hit(row, account, section.url("detail", account, row), also)
