"""The API of exports and of what still overlaps."""

from __future__ import annotations

from django.http import StreamingHttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from bulk import api_schema as described
from bulk import export
from bulk.api_jobs import BulkView
from bulk.kinds.base import Kind
from bulk.kinds.passwords import PasswordKind
from bulk.kinds.registry import find
from bulk.overlaps import overlapping, still_valid
from console.api.vobiz.errors import Refused
from console.api.vobiz.paging import Window


class KindView(BulkView):
    """Base of what is about the kind that the address names."""

    def kind(self) -> Kind:
        """The kind of the address. Raises ``Refused`` 404."""
        kind = find(str(self.kwargs["kind"]).lower(), self.account)
        if kind is None:
            raise missing()
        return kind


def missing() -> Refused:
    """The 404 for a kind that is not there."""
    return Refused(404, "There is no such kind of object.", error="Kind not found")


class Export(KindView):
    """All rows, or those that match the filters, as a file that can be imported again."""

    operations = {"get": described.EXPORT}

    def get(self, request: Request, auth_id: str, kind: str) -> StreamingHttpResponse:
        """Stream the file."""
        form = request.query_params.get("format", "csv")
        if form not in export.FORMATS:
            raise Refused(400, "One of: csv, json.", details={"format": "One of: csv, json."})
        rows = self.kind().narrowed(self.account, request.GET)
        return export.stream(self.kind(), rows, form, mark=False)


class Overlaps(KindView):
    """Whose old password is still valid, and who has moved to the new one."""

    operations = {"get": described.OVERLAPS}

    def kind(self) -> Kind:
        """A kind that has SIP passwords. Raises ``Refused`` 404."""
        kind = super().kind()
        if not isinstance(kind, PasswordKind):
            raise missing()
        return kind

    def get(self, request: Request, auth_id: str, kind: str) -> Response:
        """One page, the first to end first."""
        rows = overlapping(self.kind(), self.account)
        window, total = Window.asked_for(request.query_params), rows.count()
        shown = [still_valid(row) for row in rows[window.offset : window.offset + window.limit]]
        meta = {"limit": window.limit, "offset": window.offset, "total": total}
        return Response({"api_id": self.api_id, "meta": meta, "objects": shown})
