"""The pages of the credentials app."""

from __future__ import annotations

from console.sections import routes
from credentials import views
from credentials.sections import CREDENTIALS
from sip.diagnosis_views import HolderWhy
from sip.phone_views import HolderNotify, HolderReboot

urlpatterns = routes(
    CREDENTIALS,
    list=views.CredentialList,
    create=views.CredentialCreate,
    bulk=views.CredentialBulk,
    detail=views.CredentialDetail,
    edit=views.CredentialEdit,
    rotate=views.CredentialRotate,
    secret=views.CredentialSecret,
    reboot=HolderReboot,
    notify=HolderNotify,
    why=HolderWhy,
    clone=views.CredentialClone,
    delete=views.CredentialDelete,
)
