"""The base of every Kazoo view. What is checked, in this order: the body, the token, the method, the account, the role.

Clients rely on the order: bad JSON is a 400 also without a token, an unknown method a 405.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import structlog
from django.core.exceptions import ValidationError
from django.core.signals import got_request_exception
from django.http import HttpRequest, HttpResponse
from rest_framework.views import APIView

from accounts.authentication import Caller
from accounts.models import Account
from accounts.permissions import Action, Resource
from console.api.kazoo import bodies, browsers, conditions, envelopes, errors
from console.api.kazoo.bodies import Body
from console.api.kazoo.errors import Refused, refusal
from devices.api.identity import caller_of, token_of, unauthorized
from devices.api.operations import Operation
from devices.api.schema import KazooSchema
from devices.document import Errors
from devices.models import Device, is_id
from devices.refusals import DocumentRefused, IdTaken, StaleRevision

logger = structlog.get_logger("console.api")
METHODS = ("get", "put", "post", "patch", "delete")
WITH_DATA = frozenset({"put", "post", "patch"})


class KazooView(APIView):
    """Serves one resource of the caller's account or of a sub-account of it."""

    resource: ClassVar[Resource] = Resource.DEVICES
    actions: ClassVar[Mapping[str, Action]] = {}  # method: action; by default VIEW to read and EDIT for the rest
    operations: ClassVar[Mapping[str, Operation]] = {}  # method: what the OpenAPI document says of it
    is_public: ClassVar[bool] = False
    takes_any_data: ClassVar[frozenset[str]] = frozenset()  # methods that need no ``data`` in the body

    schema = KazooSchema()

    body = Body()
    data: Any = None
    token = ""
    caller: Caller | None = None
    account: Account
    http_request: HttpRequest

    # --- around the method: what APIView calls ------------------------------------------------------------------------

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Views get Django's own request."""
        self.http_request = request
        return request

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        """Check everything that can be checked before the method runs. Raises ``Refused``."""
        self.body = bodies.read(request)
        method = request.method = self.effective_method(request)
        name = method.lower()
        if name in WITH_DATA and name not in self.takes_any_data and self.body.is_readable:
            self.data = self.body.data()
        self.token = token_of(request, self.body)
        if not self.is_public:
            self.caller = caller_of(request, self.token)
        if name not in self.served():
            raise errors.wrong_method()
        if not self.is_public:
            self.admit(name, **kwargs)
        if name in WITH_DATA and not self.body.is_readable:
            raise Refused(415, "unsupported media type", is_empty=True)

    def handle_exception(self, exc: Exception) -> Any:
        """Make a refusal of whatever went wrong."""
        refused = in_dialect(exc)
        if refused.status == 503:
            logger.error("database unavailable", error=type(exc).__name__)
        elif refused.status >= 500:
            logger.error("unforeseen error", exc_info=exc)
            got_request_exception.send(sender=type(self), request=self.http_request)
        return refused

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Put an ``Answer`` or a refusal into its envelope."""
        if isinstance(response, HttpResponse):
            return response
        envelope = envelopes.failed if isinstance(response, Refused) else envelopes.succeeded
        made = envelope(response, request, auth_token=self.token, is_known=self.caller is not None)
        browsers.let_read(request, made)
        return made

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer a browser; to anybody else this method is none."""
        return browsers.permission(self.served())

    # --- the checks ---------------------------------------------------------------------------------------------------

    def served(self) -> list[str]:
        """The methods that this view has; HEAD is none of them."""
        methods = [name for name in METHODS if hasattr(self, name)]
        return [*methods, "options"] if browsers.is_asking(self.http_request) else methods

    def effective_method(self, request: HttpRequest) -> str:
        """The method that is meant: a POST may name another one as ``verb``."""
        method = str(request.method)
        verb = (request.GET.get("verb", "") or self.body.text("verb")).lower()
        return verb.upper() if method == "POST" and verb in METHODS else method

    def admit(self, method: str, account_id: str = "", **_kwargs: Any) -> None:
        """Find who calls and for which account; refuse who may not. Raises ``Refused``."""
        if method == "options":
            return
        caller = self.caller
        if caller is None:
            raise unauthorized()
        self.limit(caller)
        refuse_disabled(caller.account)
        self.account = account_in_reach(caller, account_id) if account_id else caller.account
        refuse_disabled(self.account)
        action = self.actions.get(method, Action.VIEW if method == "get" else Action.EDIT)
        if not caller.may(self.resource, action):
            raise Refused(403, "forbidden", {"message": "forbidden"})

    def limit(self, caller: Caller) -> None:
        """Count the request against the account's rate limit. Raises ``Refused`` 429."""
        decision = caller.within_rate()
        if not decision.is_allowed:
            retry = {"Retry-After": str(decision.reset_seconds)}
            raise Refused(429, "too_many_requests", {"message": "too many requests"}, headers=retry)

    # --- what views share ---------------------------------------------------------------------------------------------

    def check_revision(self, device: Device) -> None:
        """Hold a write to the revision that the client names. Raises ``Refused`` 412."""
        conditions.require(self.http_request, device.revision)


def account_in_reach(caller: Caller, account_id: str) -> Account:
    """The account of the URL; any that is not the caller's or a sub-account of it is not there. Raises ``Refused``."""
    if len(account_id) != 32:
        raise Refused(404, "bad identifier", {"message": f"invalid account_id '{account_id[:64]}'"})
    account = caller.account_in_reach(kazoo_id=account_id) if is_id(account_id) else None
    if account is None:
        raise errors.bad_identifier(account_id)
    return account


def refuse_disabled(account: Account) -> None:
    """Refuse to serve a disabled account. Raises ``Refused``."""
    if not account.is_live:
        told = {"message": "account disabled", "cause": account.kazoo_id}
        raise errors.invalid({"account": {"disabled": told}})


def in_dialect(error: Exception) -> Refused:
    """What an exception of the apps, or any other, is to a Kazoo client."""
    if isinstance(error, DocumentRefused):
        return errors.invalid(error.faults)
    if isinstance(error, IdTaken):
        return errors.conflict()
    if isinstance(error, StaleRevision):
        return errors.failed_precondition()
    if isinstance(error, ValidationError):
        return errors.invalid(as_faults(error))
    return refusal(error)


def as_faults(error: ValidationError) -> Errors:
    """The refusal of a model in Kazoo's shape."""
    by_field = error.message_dict if hasattr(error, "error_dict") else {"data": error.messages}
    return {field: {"invalid": {"message": messages[0]}} for field, messages in by_field.items()}
