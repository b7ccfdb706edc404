"""The base of every Vobiz view: who calls, whether they may, and for which account."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import Caller, InvalidToken, caller_for, caller_for_session, count_failure
from accounts.models import Account
from accounts.permissions import Action, Resource
from console.api.negotiation import JSONNegotiation
from console.api.parsers import JSONParser, settle_length
from console.api.vobiz import errors
from console.api.vobiz.errors import Refused
from console.api.vobiz.identity import api_id_of
from console.api.vobiz.operations import Operation
from console.api.vobiz.profile import Profile, profile_of
from console.api.vobiz.schema import VobizSchema
from console.limiter import Decision
from console.middleware import source_address
from idempotency import views as idempotency

SESSION_AUDIENCE = "vobiz"
CHALLENGE = 'Bearer realm="api"'
AUTH_ID = re.compile(r"[A-Z]{2}_[A-Z0-9]{1,8}\Z")
READING = frozenset({"GET", "HEAD"})


def authenticate(request: HttpRequest) -> Caller:
    """Return the caller that ``X-Auth-ID`` and ``X-Auth-Token`` name; without the former, that of a Bearer session.

    Official clients send a meaningless Bearer token beside the pair, so it counts only where there is no pair.
    Raises ``Refused`` 401.
    """
    headers, source = request.META, source_address(request)
    try:
        if (auth_id := headers.get("HTTP_X_AUTH_ID")) is not None:
            return caller_for(headers.get("HTTP_X_AUTH_TOKEN", ""), source=source, auth_id=auth_id)
        session = bearer(headers.get("HTTP_AUTHORIZATION", ""))
        return caller_for_session(session, audience=SESSION_AUDIENCE, source=source)
    except InvalidToken as error:
        sent = headers.get("HTTP_X_AUTH_TOKEN", "") or headers.get("HTTP_AUTHORIZATION", "")
        raise refusal(source if sent else "") from error


def refusal(source: str) -> Refused:
    """The 401; a 429 for a source that has sent too many wrong tokens lately. Nothing was sent without ``source``."""
    retry_seconds = count_failure(source) if source else None
    if retry_seconds is None:
        return unauthorized()
    return Refused(429, "Too many wrong tokens.", headers={"Retry-After": str(retry_seconds)})


def unauthorized() -> Refused:
    """The documented 401: which part was wrong is not told."""
    return Refused(401, "invalid credentials", headers={"WWW-Authenticate": CHALLENGE})


def bearer(header: str) -> str:
    """The token of an ``Authorization: Bearer`` header; empty for any other."""
    scheme, _blank, token = header.strip().partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


class VobizView(APIView):
    """Serves one resource, which subclasses name; ``actions`` holds the methods that ask for more than usual."""

    resource: ClassVar[Resource]
    actions: ClassVar[Mapping[str, Action]] = {}  # method: action; by default, VIEW to read and EDIT for the rest
    operations: ClassVar[Mapping[str, Operation]]  # method: what the schema says of it
    alias = ""  # names a second address of the same view

    parser_classes = [JSONParser]
    content_negotiation_class = JSONNegotiation
    schema = VobizSchema()
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]

    caller: Caller
    account: Account  # whose URL this is
    decision: Decision | None = None

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """As DRF does, with bodies that came in chunks too."""
        settle_length(request)
        return super().initialize_request(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Admit the request or raise ``Refused``: 401, 429, 403, 404, in this order."""
        self.caller = authenticate(request._request)
        self.admit()
        self.account = self.account_at(kwargs["auth_id"]) if "auth_id" in kwargs else self.caller.account
        if not self.caller.may(self.resource, self.action(str(request.method))):
            raise Refused(403, "This token may not do that.")
        idempotency.guard(self, request, account_id=self.caller.account.pk)

    def admit(self) -> None:
        """Count the request against the account's rate limit. Raises ``Refused``: 429, or 403 when it is disabled."""
        self.decision = decision = self.caller.within_rate()
        if not decision.is_allowed:
            message = f"More than {decision.limit} requests in a minute."
            raise Refused(429, message, headers={"Retry-After": str(decision.reset_seconds)})
        if not self.caller.account.is_live:
            raise Refused(403, "This account is disabled.")

    def action(self, method: str) -> Action:
        """What the method asks of the caller."""
        return self.actions.get(method.lower(), Action.VIEW if method in READING else Action.EDIT)

    def account_at(self, auth_id: str) -> Account:
        """The account of the URL, the caller's own or a sub-account of it; any other is a 404, there or not."""
        account = self.caller.account_in_reach(auth_id=auth_id) if AUTH_ID.match(auth_id) else None
        if account is None:
            raise Refused(404, "There is no such account.", error="Account not found")
        return account

    def get_exception_handler(self) -> Any:
        """Errors are answered in this dialect."""
        return errors.handle

    def handle_exception(self, exc: Exception) -> Response:
        """Answer a name that is taken with the resource's own 409, all else with the common body."""
        if isinstance(exc, ValidationError) and errors.is_taken(exc):
            exc = self.conflict(exc)
        return super().handle_exception(exc)

    def conflict(self, error: ValidationError) -> Exception:
        """The refusal for a name that is taken."""
        return error

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Add what is left of the rate limit."""
        response = super().finalize_response(request, response, *args, **kwargs)
        if self.decision is not None:
            response["X-RateLimit-Limit"] = str(self.decision.limit)
            response["X-RateLimit-Remaining"] = str(self.decision.remaining)
            response["X-RateLimit-Reset"] = str(self.decision.reset_seconds)
        return response

    @property
    def api_id(self) -> str:
        """The id of this response."""
        return api_id_of(self.request)

    @property
    def profile(self) -> Profile:
        """Which of the documented bodies this client gets."""
        return profile_of(self.request)
