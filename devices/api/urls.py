"""The routes of the Kazoo dialect, and what answers below ``/v2`` where nothing is served."""

from __future__ import annotations

from django.urls import URLPattern

from console.api.routes import api_path
from devices.api import accounts, devices, phones, users

ACCOUNT = "v2/accounts/<account_id>"
urlpatterns: list[URLPattern] = [
    api_path("v2/api_auth", accounts.ApiAuth.as_view()),
    api_path("v2/user_auth", accounts.UserAuth.as_view()),
    api_path("v2/schemas", accounts.SchemaNames.as_view()),
    api_path("v2/schemas/<name>", accounts.OneSchema.as_view()),
    api_path(ACCOUNT, accounts.OneAccount.as_view()),
    api_path(f"{ACCOUNT}/children", accounts.ChildAccounts.as_view()),
    api_path(f"{ACCOUNT}/descendants", accounts.DescendantAccounts.as_view()),
    api_path(f"{ACCOUNT}/users", users.Users.as_view()),
    api_path(f"{ACCOUNT}/users/<user_id>", users.OneUser.as_view()),
    api_path(f"{ACCOUNT}/users/<user_id>/devices", users.UserDevices.as_view()),
    api_path(f"{ACCOUNT}/devices", devices.Devices.as_view()),
    api_path(f"{ACCOUNT}/devices/status", phones.DeviceStatuses.as_view()),
    api_path(f"{ACCOUNT}/devices/<device_id>", devices.OneDevice.as_view()),
    api_path(f"{ACCOUNT}/devices/<device_id>/status", phones.DeviceStatus.as_view()),
    api_path(f"{ACCOUNT}/devices/<device_id>/sync", phones.DeviceSync.as_view()),
    api_path(f"{ACCOUNT}/devices/<device_id>/notify", phones.DeviceNotify.as_view()),
    api_path("v2", accounts.Unknown.as_view()),
    api_path("v2/<path:rest>", accounts.Unknown.as_view()),
]
