"""Whether the person has lately proved who they are: asked before what cannot be taken back, or gives access away."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect

if TYPE_CHECKING:
    from accounts.users import User

SIGNED_IN_AT = "signed_in_at"  # in the session


def note_sign_in(request: HttpRequest, **_kwargs: Any) -> None:
    """Remember when this session began: signing in was a proof."""
    request.session[SIGNED_IN_AT] = time.time()


def is_recent(request: HttpRequest) -> bool:
    """Whether the person signed in, or gave password, code or passkey again, within the window of the settings."""
    user: User = request.user  # type: ignore[assignment]  # pages ask for people who are signed in only
    moments = [float(record["at"]) for record in get_authentication_records(request, user)]
    latest = max([*moments, float(request.session.get(SIGNED_IN_AT, 0))])
    return time.time() - latest < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def ask(request: HttpRequest, *, back: str) -> HttpResponse:
    """Send to the page that asks for the proof, and from there to ``back``. What was posted is not kept anywhere."""
    user: User = request.user  # type: ignore[assignment]
    methods = get_adapter().get_reauthentication_methods(user)
    if not methods:
        raise PermissionDenied  # someone without password, code and passkey has nothing to prove it with
    url = f"{methods[0]['url']}?{urlencode({REDIRECT_FIELD_NAME: back})}"
    return HttpResponseClientRedirect(url) if getattr(request, "htmx", False) else HttpResponseRedirect(url)
