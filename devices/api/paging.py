"""The query string of a list: filters, ranges of time, and which page."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict

from console.api.kazoo.errors import Refused
from devices.document import parse_filters
from devices.listing import Order, Page, page_of
from devices.models import is_id

PAGE_SIZE = 50
LARGEST_SECONDS = 300_000_000_000
RANGES = {
    "created_from": ("created_at__gte", 0),
    "created_to": ("created_at__lt", 1),
    "modified_from": ("updated_at__gte", 0),
    "modified_to": ("updated_at__lt", 1),
}


def listed(devices: QuerySet[Any], query: QueryDict) -> tuple[Page, Mapping[str, Any]]:
    """The page that a query string asks for, and what the envelope says about it. Raises ``Refused``."""
    pairs = [(name, value) for name, values in query.lists() for value in values]
    filters, order = parse_filters(pairs), Order(is_ascending=_is_ascending(query))
    devices = devices.filter(*within(query))
    if query.get("paginate") == "false":
        return page_of(devices, filters, size=None, order=order), {}
    start_key = query.get("start_key", "")
    page = page_of(devices, filters, size=_size(query), after=decoded(start_key), order=order)
    members: dict[str, Any] = {"page_size": len(page.rows)}
    if start_key:
        members["start_key"] = start_key
    if page.next_after is not None:
        members["next_start_key"] = encoded(page.next_after)
    return page, members


def within(query: QueryDict) -> Iterator[Q]:
    """The ranges of time, in seconds since the year 0, both ends included; what is no number is no range."""
    for name, (look_up, seconds) in RANGES.items():
        text = query.get(name, "")
        if text.isascii() and text.isdigit() and len(text) <= 12 and int(text) < LARGEST_SECONDS:
            yield Q(**{look_up: moment(int(text) + seconds)})


def moment(gregorian_seconds: int) -> datetime:
    """The moment so many seconds after the beginning of the year 0, but none before the year 1."""
    return datetime.min.replace(tzinfo=UTC) + timedelta(seconds=max(0, gregorian_seconds - 366 * 86_400))


def encoded(device_id: str) -> str:
    """The key of the page after a device."""
    return base64.urlsafe_b64encode(bytes.fromhex(device_id)).decode().rstrip("=")


def decoded(start_key: str) -> str:
    """The device that a page begins after; empty for the first page. Raises ``Refused``."""
    if not start_key:
        return ""
    try:
        device_id = base64.b64decode(start_key + "==", altchars=b"-_").hex()
    except (binascii.Error, ValueError) as error:
        raise _faulty("invalid start key") from error
    if not is_id(device_id):
        raise _faulty("invalid start key")
    return device_id


def _size(query: QueryDict) -> int:
    text = query.get("page_size", str(PAGE_SIZE))
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text) > 0):
        raise _faulty("invalid page size")
    return int(text)


def _is_ascending(query: QueryDict) -> bool:
    return query.get("ascending") == "true" or query.get("descending") == "false"


def _faulty(message: str) -> Refused:
    return Refused(404, "faulty_request", {"message": message})
