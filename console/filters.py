"""Filters: an app declares them; the words in the search box, the chips and the ranges are settled here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, cast

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from console import searching
from console.searching import Searched
from console.sections import Words

MAXIMUM_QUERY_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter that is on: what it says, and the query string without it."""

    label: Words
    value: str
    without: str


class SearchFilter(django_filters.CharFilter):
    """Rows where every word typed is in one of the section's fields."""

    parent: ConsoleFilterSet

    def __init__(self, *fields: str | Searched, **kwargs: Any) -> None:
        super().__init__(label=_("Search"), max_length=MAXIMUM_QUERY_LENGTH, **kwargs)
        # A list looks into its own columns: a join would show a row once for each row that it meets.
        self.fields = [field for field in searching.fields_of(fields) if "__" not in field.path]

    def filter(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Narrow the rows: word by word, or by the beginning where they are many."""
        if not value:
            return rows
        if self.parent.is_long():
            return rows.filter(searching.beginning(self.fields, " ".join(searching.words_of(value))))
        return searching.anywhere(rows, self.fields, value)


class YesNoFilter(django_filters.TypedChoiceFilter):
    """Any, yes or no, in words of its own."""

    def __init__(self, *args: Any, yes: Words = _("Yes"), no: Words = _("No"), **kwargs: Any) -> None:
        choices = (("", _("Any")), ("true", yes), ("false", no))
        super().__init__(*args, choices=choices, coerce=lambda text: text == "true", empty_value=None, **kwargs)


class ConsoleFilterSet(django_filters.FilterSet):
    """The filters of a list in ``account``; the box for words is called ``q``. ``count`` counts all its rows."""

    search_name: ClassVar[str] = "q"

    def __init__(
        self,
        data: QueryDict,
        queryset: QuerySet[Any],
        *,
        account: Any,
        count: Callable[[], int | None] = lambda: None,
    ) -> None:
        self.account, self.query, self.count = account, data, count
        self._is_long: bool | None = None
        super().__init__(data, queryset)

    def offer(self, name: str, rows: QuerySet[Any]) -> None:
        """Give a choice among rows those of the account."""
        cast("django_filters.ModelChoiceFilter", self.filters[name]).queryset = rows

    def is_long(self) -> bool:
        """Whether the list is too long to look into every text of it."""
        if self._is_long is None:
            self._is_long = (self.count() or 0) > searching.FEW_ROWS
        return self._is_long

    @property
    def is_by_beginning(self) -> bool:
        """Whether words were typed and only the beginnings of texts were looked at."""
        return self.search_name in self.active() and self.is_long()

    @property
    def search(self) -> forms.BoundField:
        """The box for words."""
        return self.form[self.search_name]

    @property
    def others(self) -> list[forms.BoundField]:
        """The filters in the panel."""
        return [field for field in self.form if field.name != self.search_name]

    @property
    def rows(self) -> QuerySet[Any]:
        """The rows that match; none when a filter makes no sense."""
        rows: QuerySet[Any] = self.qs
        return rows if self.form.is_valid() else rows.none()

    def active(self) -> dict[str, Any]:
        """The filters that are on, with their cleaned values."""
        if not self.form.is_valid():
            return {}
        return {name: value for name, value in self.form.cleaned_data.items() if value not in (None, "", [])}

    def chips(self) -> list[Chip]:
        """One chip for each filter that is on; the words are in their own box."""
        others = [name for name in self.active() if name != self.search_name]
        return [Chip(self.form.fields[name].label or name, self.spoken(name), self.without(name)) for name in others]

    def spoken(self, name: str) -> str:
        """The value of a filter as the person chose it."""
        field, typed = self.form[name], self.form[name].value()
        choices = getattr(field.field, "choices", None)
        if choices is None:
            return str(typed)
        return next((str(label) for value, label in choices if str(value) == str(typed)), str(typed))

    def without(self, name: str) -> str:
        """The query string with one filter off, from its first page."""
        left = self.query.copy()
        for gone in (name, "page"):
            left.pop(gone, None)
        return left.urlencode()
