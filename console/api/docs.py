"""``/api/schema/`` and ``/api/docs/``: the OpenAPI document, and Swagger UI over it from our own static files."""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import Any

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer

RENDERERS: dict[str, Any] = {"json": OpenApiJsonRenderer, "yaml": OpenApiYamlRenderer}
MEDIA_TYPES = {"json": "application/json", "yaml": "application/yaml"}
_generating = threading.Lock()  # the generator keeps state on the view classes


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """The document as JSON, or as YAML with ``?format=yaml``."""
    spelling = "yaml" if request.GET.get("format") == "yaml" else "json"
    with _generating:
        content = document(spelling)
    return HttpResponse(content, content_type=MEDIA_TYPES[spelling])


@lru_cache(maxsize=2)
def document(spelling: str) -> bytes:
    """The OpenAPI document in one of ``RENDERERS``; it does not change while the process runs."""
    generator: Any = SchemaGenerator
    generated = generator().get_schema(request=None, public=True)
    rendered: bytes = RENDERERS[spelling]().render(generated, renderer_context={})
    return rendered


@require_safe
@csp_update({"img-src": ["'self'", "data:"]})  # Swagger UI's own icons
def docs(request: HttpRequest) -> HttpResponse:
    """Swagger UI."""
    return render(request, "api/docs.html")
