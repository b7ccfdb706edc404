"""The pages of imports, exports and rotations."""

from __future__ import annotations

from django.urls import path

from accounts.views import AccountList
from bulk import acting, offering, rotating, views
from bulk.sections import IMPORTS, OVERLAPS
from console.sections import routes
from console.views.activity import PlatformActivity
from credentials.views import CredentialList
from devices.views.devices import DeviceList
from endpoints.views.endpoints import EndpointList

rotating.offer(EndpointList, CredentialList, DeviceList)
offering.offer()
acting.offer()

urlpatterns = [
    *routes(
        IMPORTS,
        list=views.JobList,
        create=views.ImportCreate,
        detail=views.JobDetail,
        confirm=views.JobConfirm,
        cancel=views.JobCancel,
        undo=views.JobUndo,
        passwords=views.JobPasswords,
        report=views.JobReport,
    ),
    path("accounts/<str:auth_id>/export/<str:kind>/", views.ExportPage.as_view(), name="export"),
    path("export/accounts/", views.PlatformExport.as_view(list_page=AccountList), name="accounts-export"),
    path("export/activity/", views.PlatformExport.as_view(list_page=PlatformActivity), name="activity-export"),
    *routes(OVERLAPS, list=views.OverlapList),
]
