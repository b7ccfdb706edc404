"""The library's pages that ask again who one is, and the one that ends sessions, as they are served here."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.views import reauthenticate
from allauth.mfa.base.views import reauthenticate as reauthenticate_by_code
from allauth.mfa.webauthn.views import reauthenticate_webauthn
from allauth.usersessions.models import UserSession
from allauth.usersessions.views import list_usersessions
from django.http import HttpRequest, HttpResponse

from console import proof

View = Callable[..., HttpResponse]


def renewing(view: View) -> View:
    """Give the session another key with each proof: who has got hold of the former one does not profit by it."""

    @wraps(view)
    def served(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        before = proofs(request)
        response = view(request, *args, **kwargs)
        if proofs(request) != before and (former := request.session.session_key):
            request.session.cycle_key()
            UserSession.objects.filter(session_key=former).update(session_key=request.session.session_key)
        return response

    return served


def proofs(request: HttpRequest) -> list[Any]:
    """What the session remembers of how the person proved who they are."""
    return list(request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, []))


def proven(view: View) -> View:
    """Take what is posted only from who has lately proved who they are."""

    @wraps(view)
    def served(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and request.user.is_authenticated and not proof.is_recent(request):
            return proof.ask(request, back=request.path)
        return view(request, *args, **kwargs)

    return served


by_password = renewing(reauthenticate)
by_code = renewing(reauthenticate_by_code)
by_passkey = renewing(reauthenticate_webauthn)
sessions = proven(list_usersessions)
