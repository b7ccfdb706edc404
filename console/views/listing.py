"""The generic list: everything it shows is in its URL."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict

from console import saved
from console.filters import ConsoleFilterSet
from console.models import SavedFilter
from console.querysets import FEW_ROWS
from console.sections import Section, Words
from console.tables import ConsoleTable
from console.views.base import Page, SectionPage
from console.views.bulk import BulkAction

PAGE_SIZES = (25, 50, 100)


@dataclass(frozen=True, slots=True)
class ListLink:
    """A link beside a list's count. Those with a ``menu`` stand together in the menu of that name."""

    label: Words
    url: str
    icon: str = ""
    menu: Words = ""


class CountedPaginator(Paginator):  # type: ignore[type-arg]  # django-stubs and Django disagree on its parameters
    """A paginator that may be told the count, and that takes any page number to a page there is."""

    def __init__(self, rows: Any, per_page: int, *, known_count: int | None = None) -> None:
        super().__init__(rows, per_page)
        if known_count is not None:
            self.__dict__["count"] = known_count  # in the place of the cached property

    def validate_number(self, number: Any) -> int:
        """The page nearest to what was asked for."""
        try:
            return min(max(int(number), 1), self.num_pages)
        except (TypeError, ValueError):
            return 1


class Listing(Page):
    """The mechanics of a list, in an account or (``account`` None) over several."""

    template_name = "generic/list.html"
    fragment_name = "generic/_list.html"
    section: Section
    account: Any = None
    table_class: type[ConsoleTable]
    filterset_class: type[ConsoleFilterSet]
    links: ClassVar[tuple[Callable[[Listing, str, bool], Iterable[ListLink]], ...]] = ()  # what apps above offer here
    saved: Sequence[SavedFilter] = ()

    def get_title(self) -> Words:
        """The section's name."""
        return self.section.label

    def rows(self) -> QuerySet[Any]:
        """The rows to list; override to join what the columns show."""
        raise NotImplementedError

    def shown(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows of the page alone, with what its columns show and neither filters nor sorting ask for."""
        return rows

    def known_count(self) -> int | None:
        """How many rows there are without filters, where that need not be counted."""
        return None

    def counted(self, rows: QuerySet[Any]) -> int:
        """How many rows pass the filters; override where they are not to be counted to the last."""
        return int(rows.count())

    def filters(self, data: QueryDict) -> ConsoleFilterSet:
        """The filters with what the URL (or a form) says."""
        return self.filterset_class(data, self.rows(), account=self.account, count=self.known_count)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The page, or only its list when htmx asks for it."""
        is_fragment = request.htmx.target == "list" and not request.htmx.history_restore_request  # type: ignore[attr-defined]
        self.saved = list(saved.saved_filters(self.person, self.section.name))
        if (first := self.first()) and not request.GET:
            return HttpResponseRedirect(f"{request.path}?{first.query}")
        kept = self.canonical(request.GET)
        if not is_fragment and kept != urlencode(pairs(request.GET)):
            return HttpResponseRedirect(f"{request.path}?{kept}" if kept else request.path)
        response = self.render(template=self.fragment_name if is_fragment else None, **self.list_context(request))
        response["Vary"] = "HX-Request, Cookie"
        if is_fragment:
            response["HX-Push-Url"] = f"{request.path}?{kept}" if kept else request.path
        return response

    def canonical(self, data: QueryDict) -> str:
        """The query string without what a form sends empty, and without columns that nobody chose."""
        said = [pair for pair in pairs(data) if pair[1] != ""]
        if sorted(data.getlist("columns")) == sorted(self.table_class.default_columns()):
            said = [pair for pair in said if pair[0] != "columns"]
        return urlencode(said) or self.bare()

    def first(self) -> SavedFilter | None:
        """The saved filter that the person wants to see first, where it shows anything."""
        return next((each for each in self.saved if each.is_default and each.query), None)

    def bare(self) -> str:
        """The query that shows all of the list: it must say so where something else would be shown first."""
        return saved.UNFILTERED if self.first() else ""

    def saved_context(self, query: str) -> dict[str, Any]:
        """The saved filters, and whether what is shown is worth saving."""
        kept, bare = saved.kept(query), self.bare()
        chosen = next((each for each in self.saved if sorted(each.query.split("&")) == sorted(kept.split("&"))), None)
        clear_url = f"{self.request.path}?{bare}" if bare else self.request.path
        return {
            "saved": self.saved,
            "chosen": chosen,
            "can_save": bool(kept) and chosen is None,
            "bare": bare,
            "clear_url": clear_url,
        }

    def list_context(self, request: HttpRequest) -> dict[str, Any]:
        """Filters, table and page."""
        filters = self.filters(request.GET)
        is_filtered = bool(filters.active()) or not filters.form.is_valid()
        known_count = self.counted(filters.rows) if is_filtered else self.known_count()
        table = self.table_class(
            filters.rows,
            section=self.section,
            account=self.account,
            columns=request.GET.getlist("columns"),
            order_by=[name for name in request.GET.get("sort", "").split(",") if name],
            shown=self.shown,
            are_few=is_filtered and (known_count or 0) <= FEW_ROWS,
        )
        query = self.canonical(request.GET)
        size = page_size(request.GET.get("size"))
        table.paginate(CountedPaginator, per_page=size, page=request.GET.get("page", 1), known_count=known_count)
        return {
            "section": self.section,
            "filters": filters,
            "table": table,
            "numbers": table.paginator.get_elided_page_range(table.page.number, on_each_side=1, on_ends=1),
            "is_filtered": is_filtered,
            "page_sizes": PAGE_SIZES,
            "size": size,
            "query": query,
            "links": [link for offered in self.links for link in offered(self, query, is_filtered)],
            **self.saved_context(query),
        }


class ListPage(Listing, SectionPage):
    """A list of the account's rows, with bulk actions."""

    is_section_top = True
    bulk_actions: ClassVar[tuple[BulkAction, ...]] = ()
    create_needs = "edit"  # empty: nobody creates here

    def rows(self) -> QuerySet[Any]:
        """The account's rows."""
        return self.section.rows(self.account)

    def known_count(self) -> int | None:
        """From the row counters."""
        return self.section.count(self.account)

    def list_context(self, request: HttpRequest) -> dict[str, Any]:
        """Adds what may be done."""
        can_create, context = bool(self.create_needs) and self.may(self.create_needs), super().list_context(request)
        return context | {
            "bulk_actions": [action for action in self.bulk_actions if self.may(action.needs)],
            "bulk_url": self.section.url("bulk", self.account) if self.bulk_actions else "",
            "create_url": self.section.url("create", self.account) if can_create else "",
        }


def page_size(wanted: str | None) -> int:
    """One of the sizes offered; the middle one by default."""
    return next((size for size in PAGE_SIZES if str(size) == wanted), PAGE_SIZES[1])


def pairs(data: QueryDict) -> list[tuple[str, str]]:
    """Every name and value of a query string."""
    return [(name, value) for name, values in data.lists() for value in values]
