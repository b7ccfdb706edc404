"""The Vobiz application API."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_base import VobizView
from accounts.permissions import Resource
from console import counters
from console.api.vobiz.errors import Refused
from console.api.vobiz.locked import refuse_changes
from console.api.vobiz.paging import Window
from console.api.vobiz.profile import Profile
from endpoints import api_application_representation as represent
from endpoints import api_application_schema as described
from endpoints.api_lookups import number_in, sub_account_for
from endpoints.api_shapes import ApplicationChanges, ApplicationCreate
from endpoints.models import Application
from endpoints.services import InUse, application_create, application_delete, application_update

CREATE, CHANGES = ApplicationCreate(), ApplicationChanges()


class ApplicationsView(VobizView):
    """Base of both views: the applications that the account of the URL sees."""

    resource = Resource.APPLICATIONS

    def rows(self) -> QuerySet[Any]:
        """A main account's applications, or those made for a sub-account."""
        rows: QuerySet[Any] = Application.objects.of(self.account)
        return rows


class ApplicationList(ApplicationsView):
    """The list, and new ones."""

    operations = {"get": described.LIST, "post": described.CREATE}

    def get(self, request: Request, auth_id: str) -> Response:
        """One page, newest first. The official SDK takes no null for ``next``, so it gets an empty text."""
        query = request.query_params
        window, total = Window.asked_for(query), self.total()
        shown = represent.item(self.profile, self.account.auth_id)
        following, previous = window.neighbours(represent.resource_uri(self.account.auth_id), total, query)
        meta = {
            "limit": window.limit,
            "offset": window.offset,
            "total_count": total,
            "next": following or ("" if self.profile is Profile.OPENAPI else None),
            "previous": previous,
        }
        span = window.span(total)
        objects = [] if span is None else [shown(row) for row in represent.rows_of(span.of(self.rows()))]
        return Response({"api_id": self.api_id, "meta": meta, "objects": objects})

    def total(self) -> int:
        """How many there are, without counting."""
        part = self.account.pk if self.account.is_sub_account else None
        return counters.total(Application, self.account.main_id, part)

    def post(self, request: Request, auth_id: str) -> Response:
        """Create one."""
        values = CREATE.read(request.data)
        values["sub_account"] = sub_account_for(self.account, values)
        application = application_create(application=Application(account=self.account.main, **values))
        body = {"api_id": self.api_id, "app_id": str(application.app_id), "message": "created"}
        return Response(body, status=201)


class ApplicationDetail(ApplicationsView):
    """One application. The documented update is POST; PUT and PATCH do the same."""

    operations = {
        "get": described.RETRIEVE,
        "post": described.UPDATE,
        "put": described.UPDATE,
        "patch": described.UPDATE,
        "delete": described.DELETE,
    }

    def get(self, request: Request, auth_id: str, app_id: str) -> Response:
        """Describe it."""
        row = represent.rows_of(self.found(app_id)).first()
        if row is None:
            raise missing(app_id)
        shown = represent.item(self.profile, self.account.auth_id)
        return Response({"api_id": self.api_id, **shown(row)})

    def post(self, request: Request, auth_id: str, app_id: str) -> Response:
        """Change what the body names."""
        application = self.loaded(app_id)
        sub_account = application.sub_account.auth_id if application.sub_account else None
        stored = {"app_id": str(application.app_id), "sub_account": sub_account, "subaccount": sub_account}
        refuse_changes(request.data, stored)
        application_update(application=application, **CHANGES.read(request.data))
        return Response({"api_id": self.api_id, "message": "changed"})

    put = patch = post

    def delete(self, request: Request, auth_id: str, app_id: str) -> Response:
        """Delete it, unless endpoints call through it."""
        try:
            application_delete(application=self.loaded(app_id))
        except InUse as error:
            raise Refused(409, error.messages[0], error="Cannot delete application", app_id=app_id) from error
        return Response(status=204)

    def found(self, app_id: str) -> QuerySet[Any]:
        """The application with this id, or nothing."""
        return self.rows().filter(app_id=number_in(app_id))

    def loaded(self, app_id: str) -> Application:
        """The application, ready for a service. Raises ``Refused`` 404."""
        application: Application | None = self.found(app_id).select_related("account", "sub_account").first()
        if application is None:
            raise missing(app_id)
        return application


def missing(app_id: str) -> Refused:
    """The documented 404."""
    return Refused(404, "There is no such application.", error="Application not found", app_id=app_id)
