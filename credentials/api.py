"""The Vobiz credentials API."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_base import VobizView
from accounts.permissions import Resource
from console import counters
from console.api.vobiz.errors import Refused
from console.api.vobiz.locked import refuse_changes
from console.api.vobiz.paging import Window
from credentials import api_schema as described
from credentials.api_representation import REDACTED, of_instance, of_row, rows_in, rows_of
from credentials.api_shapes import CredentialChanges, CredentialCreate
from credentials.models import Credential
from credentials.services import credential_create, credential_delete, credential_update

CREATE, CHANGES = CredentialCreate(), CredentialChanges()
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")
TAKEN = "Username already exists for this trunk"


class CredentialList(VobizView):
    """The account's own credentials, and new ones."""

    resource = Resource.CREDENTIALS
    operations = {"get": described.LIST, "post": described.CREATE}

    def get(self, request: Request, auth_id: str) -> Response:
        """One page, newest first."""
        window = Window.asked_for(request.query_params)
        total = counters.total(Credential, self.account.pk)
        span = window.span(total)
        rows = [] if span is None else rows_in(self.account, span)
        meta = {"limit": window.limit, "offset": window.offset, "total": total}
        return Response({"meta": meta, "objects": [of_row(row) for row in rows]})

    def post(self, request: Request, auth_id: str) -> Response:
        """Create one."""
        values = CREATE.read(request.data)
        password = values.pop("password", "")
        credential = credential_create(credential=Credential(account=self.account, **values), password=password)
        return Response(of_instance(credential), status=201)

    def conflict(self, error: ValidationError) -> Refused:
        """The documented 409; its message names the kind of the holder where that is another one."""
        return Refused(409, str(error.error_dict["username"][0].messages[0]), error=TAKEN)


class CredentialDetail(VobizView):
    """One credential. The documented update is PUT; PATCH and POST do the same."""

    resource = Resource.CREDENTIALS
    operations = {
        "get": described.RETRIEVE,
        "put": described.UPDATE,
        "patch": described.UPDATE,
        "post": described.UPDATE,
        "delete": described.DELETE,
    }

    def get(self, request: Request, auth_id: str, credential_id: str) -> Response:
        """Describe it."""
        row = rows_of(self.found(credential_id)).first()
        if row is None:
            raise missing(credential_id)
        return Response(of_row(row))

    def put(self, request: Request, auth_id: str, credential_id: str) -> Response:
        """Change what the body names. A password sent back as it is shown is no new password."""
        credential = self.loaded(credential_id)
        shown = of_instance(credential)
        refuse_changes(request.data, {name: shown[name] for name in ("id", "account_id", "username", "realm")})
        values = CHANGES.read(request.data)
        if values.get("password") == REDACTED:
            del values["password"]
        return Response(of_instance(credential_update(credential=credential, **values)))

    patch = post = put

    def delete(self, request: Request, auth_id: str, credential_id: str) -> Response:
        """Delete it; what registered with it is cut off."""
        credential_delete(credential=self.loaded(credential_id))
        return Response(status=204)

    def found(self, credential_id: str) -> QuerySet[Any]:
        """The credential with this id, or nothing; a main account reaches those of its sub-accounts too."""
        if not UUID.match(credential_id):
            none: QuerySet[Any] = Credential.objects.none()
            return none
        mine = Q(account=self.account) | Q(account__parent=self.account)
        rows: QuerySet[Any] = Credential.objects.filter(mine, credential_id=credential_id)
        return rows

    def loaded(self, credential_id: str) -> Credential:
        """The credential, ready for a service. Raises ``Refused`` 404."""
        rows = self.found(credential_id).select_related("subscriber__realm", "account")
        credential: Credential | None = rows.first()
        if credential is None:
            raise missing(credential_id)
        return credential


def missing(credential_id: str) -> Refused:
    """A 404 that says which credential is not there."""
    return Refused(404, "There is no such credential.", error="Credential not found", id=credential_id)
