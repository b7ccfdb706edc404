"""How a view describes what it serves; ``console.api.vobiz.schema`` makes OpenAPI of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from console.api.vobiz.shapes import Shape

Examples = Mapping[str, Any]  # name: value


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful response: what it means, its body (a serializer class, a schema, or nothing) and examples."""

    description: str
    body: Any = None
    examples: Examples = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Operation:
    """One documented operation. ``method`` is the documented one; a view may serve it under others too."""

    id: str
    method: str
    tag: str
    summary: str
    answers: Mapping[int, Answer]
    description: str = ""
    request: type[Shape] | None = None
    request_examples: Examples = field(default_factory=dict)
    parameters: tuple[OpenApiParameter, ...] = ()
    refusals: Mapping[int, tuple[str, Any]] = field(default_factory=dict)  # status: what it means, example body
    is_public: bool = False


def query(name: str, description: str, type_: Any = OpenApiTypes.STR, **options: Any) -> OpenApiParameter:
    """A query parameter."""
    return OpenApiParameter(name, type_, OpenApiParameter.QUERY, description=description, **options)


def path(name: str, description: str, schema: Mapping[str, Any]) -> OpenApiParameter:
    """A path parameter."""
    return OpenApiParameter(name, dict(schema), OpenApiParameter.PATH, description=description, required=True)


AUTH_ID = path(
    "auth_id", "Your account Auth ID", {"type": "string", "pattern": "^(MA|SA)_[A-Z0-9]{8}$", "example": "MA_XXXXXXXX"}
)
SDK = OpenApiParameter(
    "X-Fern-Language",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="Sent by the official SDKs, which refuse keys they do not know: they get the leaner documented body.",
)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[\\x21-\\x7e]+$"},
    OpenApiParameter.HEADER,
    description="The same key and body within 24 hours get the same answer (secrets left out) and change nothing more.",
)
PAGE_OF_20 = (
    query("limit", "How many, 1 to 100.", {"type": "integer", "default": 20}),
    query("offset", "How many to leave out before the first.", {"type": "integer", "default": 0}),
)
