"""The filters of the devices app."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from console.filters import ConsoleFilterSet, SearchFilter, YesNoFilter
from devices.editor.words import METHODS, TYPES
from devices.models import Device, KazooUser
from devices.sections import DEVICES
from sip.filters import LastUsedFilter, RegisteredFilter


class DeviceFilters(ConsoleFilterSet):
    """Words, state, type, how it is known, whose it is."""

    q = SearchFilter(*DEVICES.search_fields)
    registered = RegisteredFilter()
    last_used = LastUsedFilter()
    device_type = django_filters.ChoiceFilter(choices=TYPES, label=_("Type"), empty_label=_("Any"))
    method = django_filters.ChoiceFilter(
        choices=METHODS, label=_("Known by"), empty_label=_("Any"), method="filter_method"
    )
    owner = django_filters.ChoiceFilter("owner_id", label=_("Owner"), empty_label=_("Any"))
    enabled = YesNoFilter(label=_("State"), yes=_("Enabled"), no=_("Disabled"))

    class Meta:
        model = Device
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        users = KazooUser.objects.of(self.account).order_by("name", "pk").values_list("user_id", "name")
        self.filters["owner"].extra["choices"] = list(users[:500])

    def filter_method(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """By password, or by address."""
        return rows.filter(ip_address__isnull=value != "ip")


class UserFilters(ConsoleFilterSet):
    """Words."""

    q = SearchFilter("name", "user_id")

    class Meta:
        model = KazooUser
        fields: tuple[str, ...] = ()
