"""The pages of the endpoints app."""

from __future__ import annotations

from console.sections import routes
from endpoints.sections import APPLICATIONS, ENDPOINTS
from endpoints.views import applications, endpoints
from sip.diagnosis_views import HolderWhy
from sip.phone_views import HolderNotify, HolderReboot

urlpatterns = [
    *routes(
        ENDPOINTS,
        list=endpoints.EndpointList,
        create=endpoints.EndpointCreate,
        bulk=endpoints.EndpointBulk,
        detail=endpoints.EndpointDetail,
        edit=endpoints.EndpointEdit,
        rotate=endpoints.EndpointRotate,
        secret=endpoints.EndpointSecret,
        reboot=HolderReboot,
        notify=HolderNotify,
        why=HolderWhy,
        clone=endpoints.EndpointClone,
        delete=endpoints.EndpointDelete,
    ),
    *routes(
        APPLICATIONS,
        list=applications.ApplicationList,
        create=applications.ApplicationCreate,
        bulk=applications.ApplicationBulk,
        detail=applications.ApplicationDetail,
        edit=applications.ApplicationEdit,
        clone=applications.ApplicationClone,
        delete=applications.ApplicationDelete,
    ),
]
