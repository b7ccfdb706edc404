"""The webhook's address, with and without its slash, and the pages of what it records."""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy

from console import navigation
from console.sections import routes
from sip import record_views, webhook_views
from sip.sections import ATTEMPTS, BLOCKS, REGISTRATIONS
from sip.webhook.views import authenticate

navigation.register(navigation.Place(webhook_views.TOP, gettext_lazy("Webhook"), "arrows-right-left", order=30))
SETTINGS = "accounts/<str:auth_id>/settings/webhook/"

urlpatterns = [
    path("webhooks/auth", authenticate, name="webhook_auth"),
    path("webhooks/auth/", authenticate),
    path(SETTINGS, webhook_views.WebhookSettings.as_view(), name=webhook_views.TOP),
    path(f"{SETTINGS}secret/", webhook_views.WebhookSecret.as_view(), name="webhook-secret"),
    path(f"{SETTINGS}password/", webhook_views.WebhookPassword.as_view(), name="webhook-password"),
    path(f"{SETTINGS}password/once/", webhook_views.WebhookPasswordOnce.as_view(), name="webhook-password-once"),
    *routes(REGISTRATIONS, list=record_views.RegistrationList),
    *routes(ATTEMPTS, list=record_views.AttemptList),
    *routes(BLOCKS, list=record_views.BlockList, bulk=record_views.BlockBulk),
    path(
        "accounts/<str:auth_id>/blocks/registrar/",
        record_views.RegistrarBlockLift.as_view(section=BLOCKS),
        name="blocks-registrar",
    ),
]
