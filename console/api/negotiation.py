"""Which parser and renderer serve a request: JSON in, JSON out, whatever ``Accept`` or ``?format=`` say."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

JSON_MEDIA_TYPE = "application/json"


class JSONNegotiation(BaseContentNegotiation):
    """Reads bodies that are declared as JSON, or not declared at all; any other type is a 415."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        """The view's parser, or None when the content type is another one."""
        declared = str(request.content_type or "").partition(";")[0].strip().lower()
        return next(iter(parsers)) if declared in ("", JSON_MEDIA_TYPE) else None

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """The view's renderer: every client gets JSON."""
        renderer: Any = next(iter(renderers))
        return renderer, renderer.media_type
