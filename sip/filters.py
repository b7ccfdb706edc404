"""The filters of the sip app, and those that everything with a subscriber has in common."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from console.filters import ConsoleFilterSet, SearchFilter, YesNoFilter
from sip import registrar, registrations
from sip.models import AuthAttempt, Block, Outcome, Reason, Registration

LONG_AGO = timedelta(days=90)
PERIODS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}


class LastUsedFilter(django_filters.ChoiceFilter):
    """Rows whose subscriber was never used, not for long, or lately."""

    CHOICES = (("never", _("Never registered")), ("long", _("Not for 90 days")), ("lately", _("Within 90 days")))

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("Last used"), choices=self.CHOICES, empty_label=_("Any"), **kwargs)

    def filter(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Narrow the rows."""
        oldest = timezone.now() - LONG_AGO
        conditions = {
            "never": Q(subscriber__isnull=False, subscriber__last_used_at=None),
            "long": Q(subscriber__last_used_at__lt=oldest),
            "lately": Q(subscriber__last_used_at__gte=oldest),
        }
        return rows.filter(conditions[value]) if value in conditions else rows


class RegisteredFilter(YesNoFilter):
    """Rows whose subscriber is registered now, or the others."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("Registered"), **kwargs)

    def filter(self, rows: QuerySet[Any], value: bool | None) -> QuerySet[Any]:
        """Narrow the rows."""
        if value is None:
            return rows
        is_registered = registrar.current().is_registered()
        return rows.filter(is_registered if value else ~is_registered)


class AttemptFilters(ConsoleFilterSet):
    """Words, outcome, reason, source, user, time."""

    q = SearchFilter("username", "source", "user_agent")
    outcome = django_filters.ChoiceFilter(label=_("Outcome"), choices=Outcome.choices, empty_label=_("Any"))
    reason = django_filters.ChoiceFilter(label=_("Reason"), choices=Reason.choices, empty_label=_("Any"))
    source = django_filters.CharFilter(label=_("Source"), max_length=64)
    username = django_filters.CharFilter(label=_("Username"), max_length=64)
    within = django_filters.ChoiceFilter(
        label=_("Time"),
        choices=(("hour", _("Last hour")), ("day", _("Last 24 hours")), ("week", _("Last 7 days"))),
        empty_label=_("Any"),
        method="filter_within",
    )

    class Meta:
        model = AuthAttempt
        fields: tuple[str, ...] = ()

    def filter_within(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """What happened since then."""
        return rows.filter(at__gte=timezone.now() - PERIODS[value])


class RegistrationFilters(ConsoleFilterSet):
    """Words, and whether it lives."""

    q = SearchFilter("aor", "contact", "source", "user_agent")
    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=(("living", _("Registered")), ("cut", _("Cut off")), ("over", _("Expired"))),
        empty_label=_("Any"),
        method="filter_state",
    )

    class Meta:
        model = Registration
        fields: tuple[str, ...] = ()

    def filter_state(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Those that live, were cut off from here, or are over."""
        if value == "living":
            return rows.filter(registrations.living())
        if value == "cut":
            return rows.filter(cut_off_at__isnull=False)
        return rows.filter(cut_off_at=None, expires_at__lte=timezone.now())


class BlockFilters(ConsoleFilterSet):
    """Words, and whether it still stands."""

    q = SearchFilter("username_key", "source", "realm")
    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=(("standing", _("Blocked")), ("over", _("Over"))),
        empty_label=_("Any"),
        method="filter_state",
    )

    class Meta:
        model = Block
        fields: tuple[str, ...] = ()

    def filter_state(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Those that stand, or those that are over."""
        now = timezone.now()
        return rows.filter(until__gt=now) if value == "standing" else rows.filter(until__lte=now)
