"""The filters of the credentials app."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from console.filters import ConsoleFilterSet, SearchFilter, YesNoFilter
from credentials.models import Credential
from credentials.sections import CREDENTIALS
from sip.filters import LastUsedFilter, RegisteredFilter


class CredentialFilters(ConsoleFilterSet):
    """Words, state, restricted or not."""

    q = SearchFilter(*CREDENTIALS.search_fields)
    registered = RegisteredFilter()
    last_used = LastUsedFilter()
    enabled = YesNoFilter(label=_("State"), yes=_("Enabled"), no=_("Disabled"))

    class Meta:
        model = Credential
        fields: tuple[str, ...] = ()
