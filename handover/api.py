"""The API of hand-over links."""

from __future__ import annotations

import re
from typing import Any

from django.db.models import Q
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_base import VobizView
from accounts.permissions import Action, Resource
from console.api.vobiz.errors import Refused
from console.api.vobiz.paging import Window
from handover import api_schema as described
from handover.api_shapes import LinkShape
from handover.holders import HOLDERS, Holders
from handover.models import Link
from handover.services import DEFAULT_MINUTES, link_create, link_revoke

OF_NOBODY = "endpoints"  # what a link counts as whose holder is gone
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")


CREATE = LinkShape()


class Links(VobizView):
    """The account's links, and new ones."""

    operations = {"get": described.LIST, "post": described.CREATE}

    @property
    def resource(self) -> Resource:  # type: ignore[override]  # it depends on the request
        """That of the kind; to see the list, any part of the API will do."""
        if self.request.method == "POST":
            return self.holders().resource
        parts = [holders.resource for holders in HOLDERS.values()]
        return next((part for part in parts if self.caller.may(part, Action.VIEW)), parts[0])

    def holders(self) -> Holders:
        """From the query string; endpoints unless it says otherwise. Raises ``Refused`` 400."""
        found = HOLDERS.get(self.request.query_params.get("kind", "endpoints"))
        if found is None:
            words = f"One of: {', '.join(HOLDERS)}."
            raise Refused(400, words, error="invalid request parameters", details={"kind": words})
        return found

    def get(self, request: Request, auth_id: str) -> Response:
        """One page, newest first: links of what the token reaches."""
        rows = Link.objects.of(self.account).filter(self._reached())
        window, total = Window.asked_for(request.query_params), rows.count()
        shown = [link_object(link) for link in rows[window.offset : window.offset + window.limit]]
        meta = {"limit": window.limit, "offset": window.offset, "total": total}
        return Response({"api_id": self.api_id, "meta": meta, "objects": shown})

    def _reached(self) -> Q:
        """The same as asking ``LinkDetail.resource`` of each link; no condition for who reaches everything."""
        names = [name for name, holders in HOLDERS.items() if self.caller.may(holders.resource, Action.VIEW)]
        if len(names) == len(HOLDERS):
            return Q()
        found = Q(subscriber__kind__in=[name.removesuffix("s") for name in names])
        return found | Q(subscriber=None) if OF_NOBODY in names else found

    def post(self, request: Request, auth_id: str) -> Response:
        """Make one; its address is in this answer only."""
        values = CREATE.read(request.data)
        holders = self.holders()
        holder = holders.named(self.account, values.get("username", ""))
        if holder is None:
            raise Refused(404, "There is no such username.", error="Username not found")
        made = link_create(
            account=self.account,
            subscriber=holder.subscriber,
            password=values.get("password", ""),
            minutes=values.get("minutes", DEFAULT_MINUTES),
            name=holders.called(holder),
        )
        return Response({"api_id": self.api_id, **link_object(made.link), "link": made.url}, status=201)


class LinkDetail(VobizView):
    """One link."""

    operations = {"get": described.RETRIEVE, "delete": described.REVOKE}

    @property
    def resource(self) -> Resource:  # type: ignore[override]
        """That of what it hands over."""
        subscriber = self.link.subscriber
        return HOLDERS[OF_NOBODY if subscriber is None else f"{subscriber.kind}s"].resource

    @property
    def link(self) -> Link:
        """The link of the address. Raises ``Refused`` 404."""
        link_id = str(self.kwargs["link_id"])
        rows = Link.objects.of(self.account).select_related("subscriber", "account")
        found: Link | None = rows.filter(link_id=link_id).first() if UUID.match(link_id) else None
        if found is None:
            raise Refused(404, "There is no such link.", error="Link not found", id=link_id)
        return found

    def get(self, request: Request, auth_id: str, link_id: str) -> Response:
        """What became of it."""
        return Response({"api_id": self.api_id, **link_object(self.link)})

    def delete(self, request: Request, auth_id: str, link_id: str) -> Response:
        """Revoke it."""
        link_revoke(link=self.link)
        return Response(status=204)


def link_object(link: Link) -> dict[str, Any]:
    """A link as the API shows it: never its address."""
    return {
        "id": str(link.link_id),
        "for": link.label,
        "state": link.state.value,
        "expires_at": link.expires_at,
        "used_at": link.used_at,
        "used_from": link.used_from,
        "made_by": link.made_by,
        "created_at": link.created_at,
    }
