"""Registration state that keeps itself up to date: htmx asks now and then for what is in view, in one query.

The page's own address answers, to requests whose target is ``live``: with 204 while nothing has changed, else with the
parts to replace and the version to ask with from then on. ``static/js/live.js`` decides when to ask.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from console.tables import ConsoleTable

MOST_ROWS = 100  # a page of a list
WATCHED = (
    "pk", "enabled", "registered_contact", "registered_user_agent", "registered_received", "registered_since",
    "registered_until",
)  # fmt: skip
TEMPLATE = "sip/_live.html"


def is_asked(request: HttpRequest) -> bool:
    """Whether the request is for what has changed."""
    return bool(request.htmx.target == "live")  # type: ignore[attr-defined]


def version(holders: Iterable[Any]) -> str:
    """What tells one state from another; times are spoken, so it is another one each minute while any is registered."""
    shown = list(holders)
    facts = sorted(tuple(str(getattr(holder, name)) for name in WATCHED) for holder in shown)
    minute = int(timezone.now().timestamp() // 60) if any(holder.registered_until for holder in shown) else 0
    return hashlib.sha256(repr((minute, facts)).encode()).hexdigest()[:16]


def version_of(drawn: str) -> str:
    """The same of what is shown, for rows that come and go; the spoken times are part of it."""
    return hashlib.sha256(drawn.encode()).hexdigest()[:16]


def question(path: str, holders: Iterable[Any], **more: Any) -> str:
    """The address to ask at, about those holders."""
    return f"{path}?{urlencode({'v': version(holders), **more}, doseq=True)}"


def changed(request: HttpRequest, live_url: str, parts: list[tuple[str, Any]]) -> HttpResponse:
    """The parts that go in the place of the old ones, and where to ask next."""
    return TemplateResponse(request, TEMPLATE, {"live_url": live_url, "parts": parts})


def unchanged() -> HttpResponse:
    """Nothing to replace."""
    return HttpResponse(status=204)


def picked(rows: QuerySet[Any], key: str, wanted: list[str]) -> list[Any]:
    """The rows with those keys; none where a key is nonsense."""
    try:
        return list(rows.filter(**{f"{key}__in": [value for value in wanted[:MOST_ROWS] if "\x00" not in value]}))
    except (ValueError, OverflowError, ValidationError):
        return []


def cells(table: ConsoleTable) -> list[tuple[str, Any]]:
    """The id and the drawn content of every cell that can change."""
    names = [name for name in table.columns.names() if name in table.live_columns]
    return [
        (f"live-{name}-{row.record.public_id}", row.get_cell(name)) for row in table.paginated_rows for name in names
    ]
