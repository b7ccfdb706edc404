"""The routes of the Vobiz credentials API: the documents list under ``trunks/`` and write without it."""

from __future__ import annotations

from console.api.routes import api_path
from credentials.api import CredentialDetail, CredentialList

urlpatterns = [
    api_path("api/v1/Account/<auth_id>/credentials", CredentialList.as_view()),
    api_path("api/v1/Account/<auth_id>/credentials/<credential_id>", CredentialDetail.as_view()),
    api_path("api/v1/Account/<auth_id>/trunks/credentials", CredentialList.as_view(alias="of-trunks")),
    api_path(
        "api/v1/Account/<auth_id>/trunks/credentials/<credential_id>", CredentialDetail.as_view(alias="of-trunks")
    ),
]
