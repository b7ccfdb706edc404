"""The routes of the webhook API."""

from __future__ import annotations

from console.api.routes import api_path
from events import api

WEBHOOKS = "api/v1/Account/<auth_id>/webhooks/"

urlpatterns = [
    api_path(WEBHOOKS, api.Webhooks.as_view()),
    api_path(f"{WEBHOOKS}<webhook_id>/", api.WebhookDetail.as_view()),
    api_path(f"{WEBHOOKS}<webhook_id>/rotate/", api.WebhookRotate.as_view()),
    api_path(f"{WEBHOOKS}<webhook_id>/ping/", api.WebhookPing.as_view()),
    api_path(f"{WEBHOOKS}<webhook_id>/deliveries/", api.Deliveries.as_view()),
    api_path(f"{WEBHOOKS}<webhook_id>/deliveries/<delivery_id>/resend/", api.DeliveryResend.as_view()),
]
