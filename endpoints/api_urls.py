"""The routes of the Vobiz endpoint and application APIs."""

from __future__ import annotations

from console.api.routes import api_path
from endpoints.api_applications import ApplicationDetail, ApplicationList
from endpoints.api_endpoints import EndpointDetail, EndpointList

urlpatterns = [
    api_path("api/v1/Account/<auth_id>/Endpoint/<endpoint_id>/", EndpointDetail.as_view()),
    api_path("api/v1/Account/<auth_id>/Endpoint/", EndpointList.as_view()),
    api_path("api/v1/Account/<auth_id>/Application/<app_id>/", ApplicationDetail.as_view()),
    api_path("api/v1/Account/<auth_id>/Application/", ApplicationList.as_view()),
]
