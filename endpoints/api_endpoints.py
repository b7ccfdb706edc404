"""The Vobiz endpoint API."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_base import VobizView
from accounts.permissions import Resource
from console import counters
from console.api.vobiz.errors import Refused
from console.api.vobiz.locked import refuse_changes
from console.api.vobiz.paging import Window
from endpoints import api_endpoint_schema as described
from endpoints import api_representation as represent
from endpoints.api_filters import Narrowing, narrowing
from endpoints.api_lookups import application_for, number_in, sub_account_for
from endpoints.api_queries import Matches, endpoint_row, endpoint_rows
from endpoints.api_shapes import EndpointChanges, EndpointCreate
from endpoints.models import Endpoint
from endpoints.services import endpoint_create, endpoint_delete, endpoint_update

CREATE, CHANGES = EndpointCreate(), EndpointChanges()
LOCKED_FLAGS = ("allow_same_domain", "allow_other_domains", "allow_phones", "allow_apps")
FOR_WRITING = ("subscriber__realm", "application", "account", "sub_account")


class EndpointsView(VobizView):
    """Base of both views: the endpoints that the account of the URL sees."""

    resource = Resource.ENDPOINTS

    def rows(self) -> QuerySet[Any]:
        """A main account's endpoints, or those made for a sub-account."""
        rows: QuerySet[Any] = Endpoint.objects.of(self.account)
        return rows


class EndpointList(EndpointsView):
    """The list, and new ones."""

    operations = {"get": described.LIST, "post": described.CREATE}

    def get(self, request: Request, auth_id: str) -> Response:
        """One page, newest first."""
        query = request.query_params
        window, narrowed = Window.asked_for(query), narrowing(query)
        rows, total = self.narrowed(window, narrowed) if narrowed else self.everything(window)
        shown = represent.in_list(self.profile, self.account.auth_id)
        following, previous = window.neighbours(represent.resource_uri(self.account.auth_id), total, query)
        meta = {
            "limit": window.limit,
            "offset": window.offset,
            "total_count": total,
            "next": following,
            "previous": previous,
        }
        return Response({"api_id": self.api_id, "meta": meta, "objects": [shown(row) for row in rows]})

    def everything(self, window: Window) -> tuple[list[dict[str, Any]], int]:
        """The rows in the window, and how many there are, without counting."""
        part = self.account.pk if self.account.is_sub_account else None
        total = counters.total(Endpoint, self.account.main_id, part)
        span = window.span(total)
        return ([] if span is None else endpoint_rows(self.account, span)), total

    def narrowed(self, window: Window, narrowing: Narrowing) -> tuple[list[dict[str, Any]], int]:
        """The same of the rows that meet the conditions, which are counted."""
        matches = Matches.of(self.account, narrowing)
        span = window.span(matches.total)
        return ([] if span is None else matches.rows(span)), matches.total

    def post(self, request: Request, auth_id: str) -> Response:
        """Create one."""
        values = CREATE.read(request.data)
        names_application = "application" in values
        values["application"] = application_for(self.account, values.get("application"))
        values["sub_account"] = sub_account_for(self.account, values)
        password = values.pop("password", "")
        endpoint = endpoint_create(
            endpoint=Endpoint(account=self.account.main, **values),
            password=password,
            use_default_application=not names_application,
        )
        return Response(represent.created(endpoint, self.profile, self.account.auth_id, self.api_id), status=201)

    def conflict(self, error: ValidationError) -> Refused:
        """The documented 409; it names the kind of the holder where that is another one."""
        fault = error.error_dict["username"][0]
        kind = (fault.params or {}).get("kind", "")
        summary = f"username already held by a {kind}" if kind else "username already exists"
        return Refused(409, str(fault.messages[0]), error=summary, username=self.request.data["username"])


class EndpointDetail(EndpointsView):
    """One endpoint. The documented update is POST; PUT and PATCH do the same."""

    operations = {
        "get": described.RETRIEVE,
        "post": described.UPDATE,
        "put": described.UPDATE,
        "patch": described.UPDATE,
        "delete": described.DELETE,
    }

    def get(self, request: Request, auth_id: str, endpoint_id: str) -> Response:
        """Describe it."""
        number = number_in(endpoint_id)
        row = None if number is None else endpoint_row(self.account, number)
        if row is None:
            raise missing(endpoint_id)
        return Response(represent.alone(row, self.profile, self.account.auth_id, self.api_id))

    def post(self, request: Request, auth_id: str, endpoint_id: str) -> Response:
        """Change what the body names; the documents show nothing in return but an empty text."""
        endpoint = self.loaded(endpoint_id)
        refuse_changes(request.data, locked(endpoint))
        values = CHANGES.read(request.data)
        if "application" in values:
            values["application"] = application_for(self.account, values["application"])
        endpoint_update(endpoint=endpoint, **values)
        return Response("", status=202)

    put = patch = post

    def delete(self, request: Request, auth_id: str, endpoint_id: str) -> Response:
        """Delete it; its phones are unregistered at once."""
        endpoint_delete(endpoint=self.loaded(endpoint_id))
        return Response(status=204)

    def loaded(self, endpoint_id: str) -> Endpoint:
        """The endpoint, ready for a service. Raises ``Refused`` 404."""
        found = self.rows().filter(endpoint_id=number_in(endpoint_id)).select_related(*FOR_WRITING)
        endpoint: Endpoint | None = found.first()
        if endpoint is None:
            raise missing(endpoint_id)
        return endpoint


def missing(endpoint_id: str) -> Refused:
    """The documented 404."""
    return Refused(404, "There is no such endpoint.", error="Endpoint not found", endpoint_id=endpoint_id)


def locked(endpoint: Endpoint) -> dict[str, Any]:
    """The documented keys that an update cannot change, with their values."""
    return {
        "endpoint_id": str(endpoint.endpoint_id),
        "username": endpoint.username,
        "domain": endpoint.subscriber.realm.shown_as,
        "sub_account": endpoint.sub_account.auth_id if endpoint.sub_account else None,
        **{name: getattr(endpoint, name) for name in LOCKED_FLAGS},
    }
