"""The filters of the endpoints app."""

from __future__ import annotations

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from console.filters import ConsoleFilterSet, SearchFilter, YesNoFilter
from endpoints.models import Application, Endpoint
from endpoints.sections import APPLICATIONS, ENDPOINTS
from sip.filters import LastUsedFilter, RegisteredFilter


class SharedFilters(ConsoleFilterSet):
    """What endpoints and applications are narrowed by: the sub-accounts of the account."""

    enabled = YesNoFilter(label=_("State"), yes=_("Enabled"), no=_("Disabled"))
    sub_account = django_filters.ModelChoiceFilter(
        label=_("Sub-account"),
        queryset=Account.objects.none(),
        to_field_name="auth_id",
        empty_label=_("Any"),
        null_label=_("None"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.account.is_sub_account:
            del self.filters["sub_account"]
        else:
            self.offer("sub_account", self.account.sub_accounts.order_by("name"))


class EndpointFilters(SharedFilters):
    """Words, state, application, sub-account, what it may do."""

    q = SearchFilter(*ENDPOINTS.search_fields)
    registered = RegisteredFilter()
    last_used = LastUsedFilter()
    application = django_filters.ModelChoiceFilter(
        label=_("Application"),
        queryset=Application.objects.none(),
        to_field_name="app_id",
        empty_label=_("Any"),
        null_label=_("None"),
    )
    allow_phones = YesNoFilter(label=_("Calls to phone numbers"))

    class Meta:
        model = Endpoint
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("application", Application.objects.of(self.account).order_by("app_name"))


class ApplicationFilters(SharedFilters):
    """Words, state, sub-account, default or not."""

    q = SearchFilter(*APPLICATIONS.search_fields, "answer_url")
    default_endpoint_app = YesNoFilter(label=_("Default for endpoints"))

    class Meta:
        model = Application
        fields: tuple[str, ...] = ()
