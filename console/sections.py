"""A section is one kind of object in the console: its words, icon and addresses. Apps declare and register it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.apps import apps
from django.db.models import Model, Q, QuerySet
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from console import counters
from console.searching import Searched

if TYPE_CHECKING:
    from accounts.models import Account
    from console.api.calls import Calls
    from console.views.base import SectionPage
    from console.views.listing import ListPage

Words = str | Promise
SETTINGS: Words = gettext_lazy("Settings")  # the group of the rail that is about the account itself
OBJECTLESS = ("list", "create", "bulk")  # pages of the section, not of one object
SUFFIXES = {"list": "", "create": "new/", "bulk": "bulk/", "detail": "{key}/"}


@dataclass(frozen=True, slots=True)
class Section:
    """What the generic views, the rail and the search need to know about one kind of object."""

    name: str  # in the URL, and the prefix of the URL names: "endpoints"
    model_label: str  # "endpoints.Endpoint"
    key: str  # the field that stands in the URL
    icon: str  # a heroicon
    label: Words  # plural, in the rail and as the list's title
    one: Words  # singular, in lower case, for sentences
    many: Words  # plural, in lower case, for sentences
    group: Words = ""  # the heading in the rail that it stands under
    order: int = 50
    only_main: bool = False  # not for sub-accounts
    is_tile: bool = True  # counted on the overview
    search_fields: tuple[str | Searched, ...] = ()
    search_shows: tuple[str, ...] = ()  # beside a hit's name: what else it is known by
    intro: Words = ""  # what the empty list teaches
    first_step: Words = ""  # its line in the checklist of a new account
    home_of: Callable[[Any], Account] | None = None  # the account a row is shown in, where ``audit_account`` is not it
    rows_of: Callable[[Account], QuerySet[Any]] | None = None  # where the query set's own ``of`` is not it
    api: Calls | None = None  # how programs reach them; pages show it "as curl"

    @property
    def model(self) -> type[Model]:
        """The model, once the apps are loaded."""
        return apps.get_model(self.model_label)

    def rows(self, account: Account) -> QuerySet[Any]:
        """The rows of ``account``: what its pages may show."""
        if self.rows_of is not None:
            return self.rows_of(account)
        rows: QuerySet[Any] = self.model._default_manager.of(account)  # type: ignore[attr-defined]
        return rows

    def count(self, account: Account) -> int:
        """How many rows the account has, without counting them where the model keeps a counter."""
        counted = getattr(self.model, "row_counter", None)
        if counted is None:
            return self.rows(account).count()
        if counted.part and account.parent_id is not None:
            return counters.total(self.model, account.parent_id, account.pk)
        return counters.total(self.model, account.pk)

    def visible(self, account_ids: Sequence[int] | None) -> QuerySet[Any]:
        """The rows of all those accounts; of every account for None."""
        rows: QuerySet[Any] = self.model._default_manager.all()
        if account_ids is None:
            return rows
        names = {field.name for field in self.model._meta.fields}
        owned = Q(pk__in=account_ids) if "account" not in names else Q(account_id__in=account_ids)
        return rows.filter(owned | Q(sub_account_id__in=account_ids) if "sub_account" in names else owned)

    def url(self, page: str, account: Account, instance: Model | None = None) -> str:
        """The address of a page of this section in ``account``."""
        kwargs = {"auth_id": account.auth_id}
        if instance is not None:
            kwargs["key"] = str(getattr(instance, self.key))
        return reverse(f"{self.name}-{page}", kwargs=kwargs)


_sections: dict[str, Section] = {}
_lists: dict[str, type[ListPage]] = {}


def register(section: Section) -> Section:
    """Make a section known to the rail and the search; called from an app's ``urls``."""
    _sections[section.name] = section
    return section


def registered() -> Iterable[Section]:
    """All sections, in the order of the rail."""
    return sorted(_sections.values(), key=lambda section: section.order)


def routes(section: Section, **pages: type[SectionPage]) -> list[URLPattern]:
    """The URL patterns of a section: ``list``, ``create``, ``bulk``, ``detail``, and any other page of one object."""
    register(section)
    if "list" in pages:
        _lists[section.name] = cast("type[ListPage]", pages["list"])
    base = f"accounts/<str:auth_id>/{section.name}/"
    ordered = sorted(pages.items(), key=lambda item: item[0] not in OBJECTLESS)  # "new/" before "<key>/"
    return [
        path(
            base + SUFFIXES.get(page, f"{{key}}/{page}/").replace("{key}", "<str:key>"),
            view.as_view(section=section),
            name=f"{section.name}-{page}",
        )
        for page, view in ordered
    ]


def get(name: str) -> Section:
    """The section of that name. Raises ``KeyError``."""
    return _sections[name]


def list_page(name: str) -> type[ListPage] | None:
    """The page that lists the section of that name, if there is one."""
    return _lists.get(name)
