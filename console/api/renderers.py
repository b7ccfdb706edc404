"""JSON as the documented services send it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from rest_framework.renderers import BaseRenderer

encoder = DjangoJSONEncoder(ensure_ascii=False, separators=(",", ":"))


class JSONRenderer(BaseRenderer):
    """Renders plain Python values; clients get JSON whatever they say they accept."""

    media_type = "application/json"
    format = "json"
    charset = None  # real clients compare the content type to the letter

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        """Return the UTF-8 bytes of ``data``; None is an empty body."""
        return b"" if data is None else encoder.encode(data).encode("utf-8", "backslashreplace")


def loads(text: bytes | str) -> Any:
    """Parse JSON strictly: finite numbers only. Raises ``ValueError`` (also for nesting too deep to parse)."""
    try:
        return json.loads(text, parse_constant=_refuse_constant, parse_float=_finite)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number
