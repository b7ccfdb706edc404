"""The Vobiz account API: who am I, sub-accounts, sessions."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import api_schema
from accounts.api_base import AUTH_ID, VobizView, refusal
from accounts.api_representation import account_object, last_uses, sub_account_object
from accounts.api_sessions import caller_for_refresh, session_tokens
from accounts.api_shapes import Refresh, SubAccountChanges, SubAccountCreate
from accounts.authentication import InvalidToken
from accounts.models import Account
from accounts.permissions import Action, Resource
from accounts.services import account_create, account_delete, account_update
from console import counters
from console.api.vobiz.errors import Refused
from console.api.vobiz.locked import refuse_changes
from console.api.vobiz.paging import WHOLE_NUMBER, clamped
from console.middleware import source_address

PAGE_SIZE = 25
MAXIMUM_PAGE_SIZE = 100
FIRST_NUMBER = int(Account().number)
CREATE, CHANGES, REFRESH = SubAccountCreate(), SubAccountChanges(), Refresh()


class Me(VobizView):
    """The account that the credentials belong to."""

    resource = Resource.ACCOUNTS
    operations = {"get": api_schema.ME}

    def get(self, request: Request) -> Response:
        """Describe it."""
        return Response(account_object(self.account, last_uses([self.account]).get(self.account.pk)))


class SubAccountsView(VobizView):
    """Base of what a main account does with its sub-accounts."""

    resource = Resource.ACCOUNTS

    def account_at(self, auth_id: str) -> Account:
        """The caller's own main account; a sub-account has none of its own, which is a 404 as documented."""
        account = super().account_at(auth_id)
        if account.is_sub_account:
            raise Refused(404, "The auth_id in the path is not a main account you own.", error="Account not found")
        return account

    def rows(self) -> QuerySet[Account]:
        """The sub-accounts, newest first."""
        rows: QuerySet[Account] = Account.objects.filter(parent=self.account).order_by("-pk")
        return rows


class SubAccounts(SubAccountsView):
    """The list, and new ones."""

    actions = {"post": Action.OWN}  # it makes a token
    operations = {"get": api_schema.LIST, "post": api_schema.CREATE}

    def get(self, request: Request, auth_id: str) -> Response:
        """One page."""
        query = request.query_params
        size = clamped(query.get("size"), default=PAGE_SIZE, lowest=1, highest=MAXIMUM_PAGE_SIZE)
        page = clamped(query.get("page"), default=1, lowest=1)
        rows = self.rows()
        if is_true(query.get("active_only")):
            rows = rows.filter(enabled=True)
            total = rows.count()
        else:
            total = counters.total(Account, self.account.pk)
        start = min((page - 1) * size, total)
        shown = list(rows[start : start + size])
        used = last_uses(shown)
        objects = [sub_account_object(row, self.account, last_used=used.get(row.pk)) for row in shown]
        return Response({"sub_accounts": objects, "total": total, "page": page, "size": size})

    def post(self, request: Request, auth_id: str) -> Response:
        """Create one; its token is in this answer only."""
        values = CREATE.read(request.data)
        values.pop("password", None)
        created = account_create(account=Account(parent=self.account, **values))
        account, plain = created.account, created.plain_token
        body = {
            "message": "Sub-account created successfully",
            "sub_account": sub_account_object(account, self.account, auth_token=plain),
            "auth_credentials": {"auth_id": account.auth_id, "auth_token": plain},
            "tokens": session_tokens(created.token),
        }
        return Response(body, status=201)


class SubAccount(SubAccountsView):
    """One sub-account, by its auth id or, as old clients do, by its number."""

    actions = {"delete": Action.OWN}
    operations = {
        "get": api_schema.RETRIEVE,
        "put": api_schema.UPDATE,
        "patch": api_schema.UPDATE,
        "post": api_schema.UPDATE,
        "delete": api_schema.DELETE,
    }

    def found(self, sub_auth_id: str) -> Account:
        """The sub-account. Raises ``Refused`` 404."""
        lookup = identified(sub_auth_id)
        account = self.rows().filter(**lookup).first() if lookup else None
        if account is None:
            raise Refused(404, "There is no such sub-account.", error="Sub-account not found", auth_id=sub_auth_id)
        account.parent = self.account
        return account

    def answer(self, account: Account) -> Response:
        """The bare object."""
        return Response(sub_account_object(account, self.account, last_used=last_uses([account]).get(account.pk)))

    def get(self, request: Request, auth_id: str, sub_auth_id: str) -> Response:
        """Describe it."""
        return self.answer(self.found(sub_auth_id))

    def put(self, request: Request, auth_id: str, sub_auth_id: str) -> Response:
        """Change what the body names, under any of the methods."""
        account = self.found(sub_auth_id)
        shown = sub_account_object(account, self.account)
        refuse_changes(request.data, {name: shown[name] for name in ("id", "auth_id", "parent_auth_id")})
        return self.answer(account_update(account=account, **CHANGES.read(request.data)))

    patch = post = put

    def delete(self, request: Request, auth_id: str, sub_auth_id: str) -> Response:
        """Delete it with its tokens, credentials and devices; its endpoints return to the main account."""
        account_delete(account=self.found(sub_auth_id))
        return Response({"message": "Sub-account deleted successfully"})


class Sessions(VobizView):
    """Exchanges a refresh token for fresh tokens. Ours: the documents show the token and not its use."""

    resource = Resource.ACCOUNTS
    operations = {"post": api_schema.REFRESH}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Nothing: the body proves who calls."""

    def post(self, request: Request) -> Response:
        """Trade the token."""
        given, source = REFRESH.read(request.data).get("refresh_token", ""), source_address(request._request)
        try:
            self.caller = caller_for_refresh(given, source=source)
        except InvalidToken as error:
            raise refusal(source if given else "") from error
        self.admit()
        return Response(session_tokens(self.caller.token))


def identified(sub_auth_id: str) -> dict[str, Any]:
    """The look-up for a path segment, empty for one that names nothing. A number is ``Account.number``."""
    if WHOLE_NUMBER.match(sub_auth_id):
        return {"pk": int(sub_auth_id) - FIRST_NUMBER}
    return {"auth_id": sub_auth_id} if AUTH_ID.match(sub_auth_id) else {}


def is_true(text: str | None) -> bool:
    """Whether a query says true: the official clients write true, True and 1."""
    return (text or "").lower() in ("true", "1")
