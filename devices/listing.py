"""A page of devices: narrowed by columns where there are some, by looking at documents where there are none.

Pages are cut by the id of their last device, so that rows which come or go meanwhile move no other row to another page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from devices.document import Filter, canonical_mac, passes
from devices.document.basics import Document
from devices.models import LONGEST_TYPE

CHUNK_ROWS = 500
MOST_EXAMINED_ROWS = 20_000  # by one page; the next one goes on from there
Row = tuple[str, Document]

# Keys of the document whose value a column repeats to the letter.
_TEXT_COLUMNS = {
    ("id",): "device_id",
    ("name",): "name",
    ("owner_id",): "owner_id",
    ("device_type",): "device_type",
    ("sip", "username"): "username",
}
_BOOLEANS = {"true": True, "false": False}
_UNSTORABLE = str.maketrans(dict.fromkeys([0, *range(0xD800, 0xE000)], None))


@dataclass(frozen=True, slots=True)
class Page:
    """Devices in order, and the id after which the next page begins, if there is one."""

    rows: list[Row]
    next_after: str | None


@dataclass(frozen=True, slots=True)
class Order:
    """The order of ids, up or down."""

    is_ascending: bool = False

    def of(self, devices: QuerySet[Any]) -> QuerySet[Any]:
        """The devices in this order."""
        return devices.order_by("device_id" if self.is_ascending else "-device_id")

    def after(self, device_id: str) -> Q:
        """What comes after an id."""
        return Q(**{f"device_id__{'gt' if self.is_ascending else 'lt'}": device_id})


def page_of(
    devices: QuerySet[Any], filters: Sequence[Filter], *, size: int | None, after: str = "", order: Order = Order()
) -> Page:
    """The first ``size`` devices after ``after`` that pass; all of them when ``size`` is None."""
    devices, left = narrowed(devices, filters)
    rows: list[Row] = []
    for number, row in enumerate(each(devices, after=after, order=order, chunk_rows=_chunk_rows(size, left))):
        device_id, document = row
        if not left or passes({**document, "id": device_id}, left):
            if len(rows) == size:
                return Page(rows, rows[-1][0])
            rows.append(row)
        if size is not None and number + 1 == MOST_EXAMINED_ROWS:
            return Page(rows, device_id)
    return Page(rows, None)


def each(devices: QuerySet[Any], *, after: str, order: Order, chunk_rows: int) -> Iterator[Row]:
    """Every device after an id, never more than a chunk of them in memory."""
    columns = order.of(devices).values_list("device_id", "document")
    while True:
        chunk: list[Row] = list((columns.filter(order.after(after)) if after else columns)[:chunk_rows])
        yield from chunk
        if len(chunk) < chunk_rows:
            return
        after = chunk[-1][0]


def narrowed(devices: QuerySet[Any], filters: Iterable[Filter]) -> tuple[QuerySet[Any], list[Filter]]:
    """The devices with every filter applied that a column can answer, and the other filters."""
    left = []
    for one in filters:
        condition = _condition(one)
        if condition is None:
            left.append(one)
        else:
            devices = devices.filter(condition)
    return devices, left


def _chunk_rows(size: int | None, left: Sequence[Filter]) -> int:
    return CHUNK_ROWS if size is None or left else size + 1


def _condition(one: Filter) -> Q | None:
    if one.test != "equals":
        return None
    texts = {text for text in one.texts if text == text.translate(_UNSTORABLE)}
    column = _TEXT_COLUMNS.get(one.keys)
    if column == "device_type" and any(len(text) >= LONGEST_TYPE for text in texts):
        return None  # the column may be cut
    if column is not None:
        return Q(**{f"{column}__in": texts})
    if one.keys == ("enabled",) and texts <= _BOOLEANS.keys():
        return Q(enabled__in=[_BOOLEANS[text] for text in texts])
    if one.keys == ("mac_address",) and texts and all(canonical_mac(text) == text for text in texts):
        return Q(mac_address__in=texts)
    return None
