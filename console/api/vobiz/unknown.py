"""Answers below ``/api/`` where nothing is served, be it a documented resource that this console leaves out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from console.api.renderers import encoder
from console.api.vobiz.errors import Refused
from console.api.vobiz.identity import api_id_of


@csrf_exempt
def unknown(request: HttpRequest, **_kwargs: str) -> HttpResponse:
    """A 404 in the dialect, for every method and for everybody."""
    body = Refused(404, "There is nothing at this address.").body(api_id_of(request))
    return HttpResponse(encoder.encode(body), content_type="application/json", status=404)
