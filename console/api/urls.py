"""Every API route of the Vobiz dialect, its description, and what answers to all other addresses below ``/api/``."""

from __future__ import annotations

from django.urls import include, path

from console.api import docs
from console.api.routes import api_path
from console.api.vobiz.unknown import unknown

urlpatterns = [
    path("", include("endpoints.api_urls")),
    path("", include("credentials.api_urls")),
    path("", include("accounts.api_urls")),
    path("", include("bulk.api_urls")),
    path("", include("handover.api_urls")),
    path("", include("events.api_urls")),
    api_path("api/schema/", docs.schema, name="api-schema"),
    api_path("api/docs/", docs.docs, name="api-docs"),
    api_path("api/", unknown),
    api_path("api/<path:rest>", unknown),
]
