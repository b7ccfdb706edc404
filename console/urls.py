"""Every URL of the console."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from console import health, metrics
from console.activity import ACTIVITY
from console.sections import routes
from console.views.activity import ActivityList, EntryPage, PlatformActivity, PlatformEntry
from console.views.saved import SavedFilters
from console.views.search import SearchPage

handler500 = "console.outage.unforeseen"
urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("", include("console.api.urls")),
    path("", include("accounts.urls")),
    path("", include("endpoints.urls")),
    path("", include("credentials.urls")),
    path("", include("bulk.urls")),
    path("", include("handover.urls")),
    path("", include("events.urls")),
    path("", include("devices.api.urls")),
    path("", include("devices.urls")),
    path("", include("sip.urls")),
    *routes(ACTIVITY, list=ActivityList, detail=EntryPage),
    path("activity/", PlatformActivity.as_view(), name="platform-activity"),
    path("activity/<str:key>/", PlatformEntry.as_view(), name="platform-activity-entry"),
    path("user/filters/", SavedFilters.as_view(), name="saved"),
    path("search/", SearchPage.as_view(), name="search"),
    path("user/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
