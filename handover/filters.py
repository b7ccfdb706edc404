"""The filters of the list of links."""

from __future__ import annotations

from console.filters import ConsoleFilterSet, SearchFilter
from handover.models import Link


class LinkFilters(ConsoleFilterSet):
    """Words."""

    q = SearchFilter("label", "made_by")

    class Meta:
        model = Link
        fields: tuple[str, ...] = ()
