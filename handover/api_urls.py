"""The routes of the link API."""

from __future__ import annotations

from console.api.routes import api_path
from handover import api

urlpatterns = [
    api_path("api/v1/Account/<auth_id>/links/", api.Links.as_view()),
    api_path("api/v1/Account/<auth_id>/links/<link_id>/", api.LinkDetail.as_view()),
]
