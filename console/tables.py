"""Tables: an app declares its columns; sorting, choosing and drawing them happens here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar

import django_tables2 as tables
from django.db.models import Model, QuerySet
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django_tables2.data import TableQuerysetData
from django_tables2.utils import Sequence

from console import cells, components
from console.querysets import part_of
from console.sections import Section

if TYPE_CHECKING:
    from accounts.models import Account


class TextColumn(tables.Column):
    """A text of any script and length."""

    def render(self, value: Any) -> SafeString:
        """Cut by the cell, whole on hover."""
        return components.text(value)


class ObjectColumn(tables.Column):
    """The object's name, which leads to its page; ``mono`` for identifiers."""

    def __init__(self, *args: Any, mono: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mono = mono

    def render(self, value: Any, record: Model, table: ConsoleTable) -> SafeString:
        """Draw the link, and a copy button beside an identifier."""
        url = table.section.url("detail", table.account, record)
        kind = "main-cell mono" if self.mono else "main-cell"
        link = components.markup('<a class="{}" href="{}" title="{}"><bdi>{}</bdi></a>', kind, url, value, value)
        if not self.mono:
            return link
        return components.markup('<span class="id-copy">{}{}</span>', link, components.copy_button(value))


class IdentifierColumn(tables.Column):
    """An identifier with its copy button."""

    def render(self, value: Any) -> SafeString:
        """Monospace, with a copy button."""
        return components.identifier(value)


class StatusColumn(tables.Column):
    """Enabled or disabled."""

    def render(self, value: bool) -> SafeString:
        """A dot and a word."""
        return components.status(value)


class FlagColumn(tables.Column):
    """Yes or no."""

    def render(self, value: bool) -> SafeString:
        """A dot and a word."""
        return components.flag(value)


class MomentColumn(tables.Column):
    """A time in the person's zone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial_sort_descending": True, **kwargs})

    def render(self, value: Any) -> SafeString:
        """Near or far, ISO 8601 on hover."""
        return components.moment(value)


class NumberColumn(tables.Column):
    """A number, aligned at its end."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, attrs={"cell": {"class": "number"}}, **{"initial_sort_descending": True, **kwargs})


class PagedRows(TableQuerysetData):
    """The rows of a table that is read by pages: see ``querysets.part_of``. ``shown`` adds to those of a page."""

    def __init__(self, rows: QuerySet[Any], *, are_few: bool, shown: Callable[[QuerySet[Any]], QuerySet[Any]]) -> None:
        super().__init__(rows)
        self.are_few, self.shown = are_few, shown

    def __getitem__(self, key: slice) -> QuerySet[Any]:
        """A page of them."""
        return self.shown(part_of(self.data, key, few=self.are_few))


class ConsoleTable(tables.Table):
    """A table of a section in ``account``. ``Meta.shown`` names the columns shown before anybody chooses.

    ``are_few``: the rows match among many others, and are few; ``shown`` adds what the columns of a page show.
    """

    always: ClassVar[int] = 1  # so many first columns cannot be hidden
    live_columns: ClassVar[tuple[str, ...]] = ()  # what changes by itself while one looks

    class Meta:
        template_name = "components/table.html"
        order_by_field = "sort"
        attrs: ClassVar[dict[str, Any]] = {"class": "table"}
        shown: tuple[str, ...] = ()

    def __init__(
        self,
        rows: QuerySet[Any] | list[Any],
        *,
        section: Section,
        account: Account,
        columns: list[str] | None = None,
        are_few: bool = False,
        shown: Callable[[QuerySet[Any]], QuerySet[Any]] = lambda rows: rows,
        **kwargs: Any,
    ) -> None:
        self.section, self.account = section, account
        self.chosen = self.choose(columns or [])
        hidden = [name for name in self.column_names() if name not in self.chosen]
        data = PagedRows(rows, are_few=are_few, shown=shown) if isinstance(rows, QuerySet) else rows
        super().__init__(data, exclude=hidden, **kwargs)
        self.settle_order()

    @classmethod
    def choose(cls, wanted: list[str]) -> list[str]:
        """The columns to show: the wanted ones that exist, else the default ones, else all."""
        every = cls.column_names()
        known = [name for name in wanted if name in every] or cls.default_columns()
        return [name for name in every if name in {*every[: cls.always], *known}]

    @classmethod
    def column_names(cls) -> list[str]:
        """Every column, in the order of ``Meta.sequence``."""
        names = Sequence(getattr(cls._meta, "sequence", None) or ("...",))
        names.expand(cls.base_columns.keys())
        return list(names)

    @classmethod
    def default_columns(cls) -> list[str]:
        """The columns shown before anybody chooses."""
        return list(getattr(cls.Meta, "shown", ()) or cls.base_columns)

    def settle_order(self) -> None:
        """End every order with the primary key, so that pages neither repeat nor skip rows."""
        rows: Any = self.data.data
        if isinstance(rows, QuerySet) and rows.query.order_by:
            self.data.data = rows.order_by(*rows.query.order_by, "-pk")

    @property
    def records(self) -> list[Any]:
        """The objects of the page."""
        return list(self.paginated_rows.data)

    @property
    def lines(self) -> Iterator[tuple[Any, SafeString]]:
        """The rows of the page, each with its cells."""
        return cells.lines(self, self.section.model)

    def choices(self) -> list[tuple[str, str, bool]]:
        """Name, label and shown-or-not of every column that may be hidden."""
        offered = self.column_names()[self.always :]
        return [(name, self.label_of(name, self.base_columns[name]), name in self.chosen) for name in offered]

    def label_of(self, name: str, column: tables.Column) -> str:
        """A column's heading: its own words, else the model field's."""
        if column.verbose_name is not None:
            return capfirst(str(column.verbose_name))
        field = self.section.model._meta.get_field(name)
        return capfirst(str(getattr(field, "verbose_name", name)))
