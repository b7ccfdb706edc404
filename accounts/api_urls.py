"""The routes of the Vobiz account API."""

from __future__ import annotations

from accounts.api import Me, Sessions, SubAccount, SubAccounts
from console.api.routes import api_path

urlpatterns = [
    api_path("api/v1/auth/me", Me.as_view()),
    api_path("api/v1/auth/refresh", Sessions.as_view()),
    api_path("api/v1/accounts/<auth_id>/sub-accounts/", SubAccounts.as_view()),
    api_path("api/v1/accounts/<auth_id>/sub-accounts/<sub_auth_id>", SubAccount.as_view()),
    api_path("api/v1/Account/<auth_id>/Subaccount/", SubAccounts.as_view(alias="alias")),
    api_path("api/v1/Account/<auth_id>/Subaccount/<sub_auth_id>/", SubAccount.as_view(alias="alias")),
]
