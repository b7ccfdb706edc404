"""The filters of the lists of imports and of old passwords."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from bulk.models import Job, JobKind, JobState
from console.filters import MAXIMUM_QUERY_LENGTH, ConsoleFilterSet, SearchFilter
from sip.models import Reason, Secret, SubscriberKind


class JobFilters(ConsoleFilterSet):
    """Words, kind, state."""

    q = SearchFilter("subject", "actor_label")
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=JobKind.choices, empty_label=_("Any"))
    state = django_filters.ChoiceFilter(label=_("State"), choices=JobState.choices, empty_label=_("Any"))

    class Meta:
        model = Job
        fields: tuple[str, ...] = ()


class OverlapFilters(ConsoleFilterSet):
    """Username, kind, and which of the two passwords was used last."""

    q = django_filters.CharFilter(label=_("Search"), max_length=MAXIMUM_QUERY_LENGTH, method="filter_words")
    kind = django_filters.ChoiceFilter(
        "subscriber__kind", label=_("Kind"), choices=SubscriberKind.choices, empty_label=_("Any")
    )
    used = django_filters.ChoiceFilter(
        label=_("Last used"),
        choices=(("new", _("the new one")), ("old", _("the old one")), ("neither", _("neither yet"))),
        empty_label=_("Any"),
        method="filter_used",
    )

    class Meta:
        model = Secret
        fields: tuple[str, ...] = ()

    def is_long(self) -> bool:
        """Never: the index of former passwords holds these rows alone."""
        return False

    def filter_words(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Those whose username has every word somewhere."""
        for word in value.split():
            rows = rows.filter(subscriber__username__icontains=word)
        return rows

    def filter_used(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Those that were last admitted with the new password, with the old one, or not since the rotation."""
        if value == "neither":
            return rows.filter(last_reason=None)
        return rows.filter(last_reason=Reason.ADMITTED if value == "new" else Reason.OLD_PASSWORD)
