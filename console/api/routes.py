"""API routes: any case, the trailing slash optional, never a redirect."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from django.urls.conf import _path  # type: ignore[attr-defined]  # the documented way to path() takes no pattern class
from django.urls.resolvers import RoutePattern


class ApiRoutePattern(RoutePattern):
    """A documented route such as ``api/v1/Account/<auth_id>/Endpoint/`` that also matches its spellings in the wild."""

    def __init__(self, route: str, name: str | None = None, is_endpoint: bool = False) -> None:
        super().__init__(route, name, is_endpoint)
        source = self.regex.pattern.removesuffix(r"\Z").removesuffix("/")
        tolerant = re.sub(r"/[Aa]ccounts?/", "/accounts?/", source)
        self.tolerant = re.compile(tolerant + r"/*\Z", re.IGNORECASE | re.DOTALL)

    def match(self, path: str) -> tuple[str, tuple[()], dict[str, Any]] | None:
        """Return what Django's resolver expects, or None."""
        found = self.tolerant.match(path)
        if found is None:
            return None
        return "", (), {name: value for name, value in found.groupdict().items() if value is not None}


api_path = partial(_path, Pattern=ApiRoutePattern)
