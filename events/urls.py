"""The pages of webhooks and deliveries."""

from __future__ import annotations

from console.sections import routes
from events import views
from events.sections import DELIVERIES, WEBHOOKS

urlpatterns = [
    *routes(
        WEBHOOKS,
        list=views.WebhookList,
        create=views.WebhookCreate,
        bulk=views.WebhookBulk,
        detail=views.WebhookDetail,
        edit=views.WebhookEdit,
        rotate=views.WebhookRotate,
        secret=views.WebhookSecret,
        delete=views.WebhookDelete,
    ),
    *routes(DELIVERIES, list=views.DeliveryList, bulk=views.DeliveryBulk, detail=views.DeliveryDetail),
]
