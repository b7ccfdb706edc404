"""The filters of the accounts app."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, ApiToken, Invitation, KycMode, Membership
from accounts.permissions import Role, Scope
from console.filters import MAXIMUM_QUERY_LENGTH, ConsoleFilterSet, SearchFilter, YesNoFilter


class SubAccountFilters(ConsoleFilterSet):
    """Words, state and use."""

    q = SearchFilter("name", "auth_id", "email", "phone")
    enabled = YesNoFilter(label=_("State"), yes=_("Enabled"), no=_("Disabled"))
    kyc_mode = django_filters.ChoiceFilter(label=_("Use"), choices=KycMode.choices, empty_label=_("Any"))

    class Meta:
        model = Account
        fields: tuple[str, ...] = ()


class AccountFilters(SubAccountFilters):
    """Also main or sub."""

    kind = YesNoFilter("parent", lookup_expr="isnull", label=_("Kind"), yes=_("Main accounts"), no=_("Sub-accounts"))


class MemberFilters(ConsoleFilterSet):
    """Words and role."""

    q = django_filters.CharFilter(label=_("Search"), max_length=MAXIMUM_QUERY_LENGTH, method="filter_words")
    role = django_filters.ChoiceFilter(label=_("Role"), choices=Role.choices, empty_label=_("Any"))

    class Meta:
        model = Membership
        fields: tuple[str, ...] = ()

    def filter_words(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Members whose name or address holds every word: they are few, and each has one person."""
        for word in value.split():
            rows = rows.filter(Q(user__name__icontains=word) | Q(user__email__icontains=word))
        return rows


class InvitationFilters(ConsoleFilterSet):
    """Words, role and whether it was accepted."""

    q = SearchFilter("email")
    role = django_filters.ChoiceFilter(label=_("Role"), choices=Role.choices, empty_label=_("Any"))
    open = YesNoFilter("accepted_at", lookup_expr="isnull", label=_("State"), yes=_("Not accepted"), no=_("Accepted"))

    class Meta:
        model = Invitation
        fields: tuple[str, ...] = ()


class TokenFilters(ConsoleFilterSet):
    """Words, scope and whether it was revoked."""

    q = SearchFilter("name", "prefix")
    scope = django_filters.ChoiceFilter(label=_("Scope"), choices=Scope.choices, empty_label=_("Any"))
    live = YesNoFilter("revoked_at", lookup_expr="isnull", label=_("State"), yes=_("Not revoked"), no=_("Revoked"))

    class Meta:
        model = ApiToken
        fields: tuple[str, ...] = ()
