"""The filters of the list of imports."""

from __future__ import annotations

import django_filters
from django.utils.translation import gettext_lazy as _

from bulk.models import Job, JobKind, JobState
from console.filters import ConsoleFilterSet, SearchFilter


class JobFilters(ConsoleFilterSet):
    """Words, kind, state."""

    q = SearchFilter("subject", "actor_label")
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=JobKind.choices, empty_label=_("Any"))
    state = django_filters.ChoiceFilter(label=_("State"), choices=JobState.choices, empty_label=_("Any"))

    class Meta:
        model = Job
        fields: tuple[str, ...] = ()
