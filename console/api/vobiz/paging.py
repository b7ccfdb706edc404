"""Pages by ``limit`` and ``offset``: clamped, never refused, and as cheap at the end of a long list as at its start."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet

from console import querysets

WHOLE_NUMBER = re.compile(r"-?[0-9]{1,18}\Z")
DEFAULT_LIMIT = 20
MAXIMUM_LIMIT = 100


def clamped(text: str | None, *, default: int, lowest: int, highest: int | None = None) -> int:
    """The number that ``text`` says, moved into the range; ``default`` when it says none."""
    if text is None or not WHOLE_NUMBER.match(text):
        return default
    number = max(lowest, int(text))
    return number if highest is None else min(number, highest)


@dataclass(frozen=True, slots=True)
class Span:
    """Rows ``start`` to ``stop`` (without it) of a list that is read from its newest row, or from its oldest."""

    start: int
    stop: int
    from_oldest: bool = False

    def of(self, rows: QuerySet[Any], *, of_few: bool = False) -> QuerySet[Any]:
        """The rows in it, newest first, in one statement: their keys from an index alone, then the rows.

        ``of_few`` for the few that match among many: see ``querysets.part_of``.
        """
        ordered = rows.order_by("pk" if self.from_oldest else "-pk")
        return querysets.part_of(ordered, slice(self.start, self.stop), few=of_few).order_by("-pk")


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a list, newest first: ``limit`` rows after the first ``offset``."""

    limit: int
    offset: int

    @classmethod
    def asked_for(cls, query: Mapping[str, Any]) -> Window:
        """The window that ``limit`` (20, 1 to 100) and ``offset`` (0 or more) ask for; junk is the default."""
        return cls(
            limit=clamped(query.get("limit"), default=DEFAULT_LIMIT, lowest=1, highest=MAXIMUM_LIMIT),
            offset=clamped(query.get("offset"), default=0, lowest=0),
        )

    def span(self, total: int) -> Span | None:
        """Where the rows are in a list of ``total``; None when the window lies past its end.

        The second half is read from its end, so that the deepest page costs what the first does.
        """
        end = min(self.offset + self.limit, total)
        if self.offset >= end:
            return None
        if self.offset <= total // 2:
            return Span(self.offset, self.offset + self.limit)
        return Span(total - end, total - self.offset, from_oldest=True)

    def neighbours(self, path: str, total: int, query: Mapping[str, Any]) -> tuple[str | None, str | None]:
        """The addresses of the next and of the previous page, with the filters kept; None where there is none."""
        after, before = self.offset + self.limit, max(0, self.offset - self.limit)
        following = self._address(path, after, query) if after < total else None
        return following, self._address(path, before, query) if self.offset > 0 else None

    def _address(self, path: str, offset: int, query: Mapping[str, Any]) -> str:
        filters = {name: value for name, value in query.items() if name not in ("limit", "offset")}
        return f"{path}?{urlencode({'limit': self.limit, 'offset': offset, **filters}, errors='replace')}"
