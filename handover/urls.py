"""The pages of hand-over links."""

from __future__ import annotations

from django.urls import path

from bulk.sections import IMPORTS
from console.sections import routes
from handover import views
from handover.sections import LINKS

urlpatterns = [
    path("handover/", views.OpenPage.as_view(), name="handover"),
    path("handover/linphone.xml", views.Provisioning.as_view(), name="handover-linphone"),
    *routes(LINKS, list=views.LinkList, bulk=views.LinkBulk, create=views.LinkCreate, secret=views.LinkSecret),
    path(
        "accounts/<str:auth_id>/imports/<str:key>/links/",
        views.LinkBatch.as_view(section=IMPORTS),
        name="imports-links",
    ),
]
