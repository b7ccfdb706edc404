"""``/v2/accounts/{ACCOUNT_ID}``, its children, and how to sign in: ``api_auth``."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest

from accounts.authentication import Caller, InvalidToken, caller_for
from accounts.models import Account
from accounts.permissions import Resource
from console.api.kazoo import errors
from console.api.kazoo.envelopes import Answer, revision_of
from console.api.kazoo.errors import Refused
from console.middleware import source_address
from devices import schemas
from devices.api.base import KazooView, refuse_disabled
from devices.api.identity import refuse_guessing, session_for, unauthorized
from devices.api.operations import ACCOUNT, HEXADECIMAL_ID, OBJECT, TEXT, Operation, component, list_of
from devices.document import validate
from sip.models import Realm

ACCOUNTS, LOGIN, SCHEMAS = "Kazoo accounts", "Kazoo login", "Kazoo schemas"
SESSION = {
    "type": "object",
    "required": ["account_id", "account_name"],
    "properties": {"account_id": HEXADECIMAL_ID, "account_name": TEXT},
}


class AccountView(KazooView):
    """A view of accounts."""

    resource = Resource.ACCOUNTS

    def with_realm(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The accounts with the realm of their devices."""
        realms = Realm.objects.filter(account_id=OuterRef("pk"), serves_trunks=True)
        annotated: QuerySet[Any] = rows.annotate(realm_name=Subquery(realms.values("shown_as")[:1]))
        return annotated


class OneAccount(AccountView):
    """One account, in brief."""

    operations = {"get": Operation("kazoo-get-account", "Fetch an account", ACCOUNT, tag=ACCOUNTS)}

    def get(self, request: HttpRequest, **kwargs: Any) -> Answer:
        """Fetch."""
        return Answer(shown(self.with_realm(Account.objects.filter(pk=self.account.pk)).get()))


class ChildAccounts(AccountView):
    """The sub-accounts of an account: its children, and as these have none, its descendants."""

    operations = {"get": Operation("kazoo-list-child-accounts", "List sub-accounts", list_of(ACCOUNT), tag=ACCOUNTS)}

    def get(self, request: HttpRequest, **kwargs: Any) -> Answer:
        """All of them, by name."""
        rows = self.with_realm(Account.objects.filter(parent=self.account)).order_by("name", "pk")
        data = [shown(account) for account in rows]
        return Answer(data, revision=revision_of(data), members={"page_size": len(data)})


class DescendantAccounts(ChildAccounts):
    """The same list under its other name."""

    operations = {
        "get": Operation("kazoo-list-descendant-accounts", "List sub-accounts", list_of(ACCOUNT), tag=ACCOUNTS)
    }


class ApiAuth(KazooView):
    """Trades an API token for a session."""

    is_public = True
    operations = {
        "put": Operation(
            "kazoo-api-auth",
            "Trade an API token for a session of an hour",
            SESSION,
            "The session is the `auth_token` of the envelope. An API token also works by itself, without this.",
            takes=component("api_auth"),
            status=201,
            refusals=(400, 415, 429),
            tag=LOGIN,
        )
    }

    def put(self, request: HttpRequest, **kwargs: Any) -> Answer:
        """Open a session."""
        if faults := validate(self.data, "api_auth"):
            raise errors.invalid(faults)
        self.caller = caller = keeper_of(self.data["api_key"], request)
        self.limit(caller)
        refuse_disabled(caller.account)
        self.token = session_for(caller)
        return Answer(session_data(caller.account), status=201)


class UserAuth(KazooView):
    """Signing in with a user name and password, which this console does not offer to programs."""

    is_public = True
    operations = {
        "put": Operation(
            "kazoo-user-auth",
            "Not offered: use api_auth",
            OBJECT,
            "Needs a hash of a person's password that this console does not keep: always 401.",
            takes=component("user_auth"),
            status=201,
            refusals=(400, 401, 415),
            tag=LOGIN,
        )
    }

    def put(self, request: HttpRequest, **kwargs: Any) -> Answer:
        """Say what to use instead."""
        if faults := validate(self.data, "user_auth"):
            raise errors.invalid(faults)
        raise unauthorized("user_auth is not offered: send an API token as X-Auth-Token, or trade it at /v2/api_auth")


class SchemaNames(KazooView):
    """Which schemas there are."""

    is_public = True
    operations = {"get": Operation("kazoo-list-schemas", "List JSON schemas", list_of(TEXT), tag=SCHEMAS)}

    def get(self, request: HttpRequest, **kwargs: Any) -> Answer:
        """Their names."""
        return Answer(list(schemas.NAMES))


class OneSchema(KazooView):
    """One schema."""

    is_public = True
    operations = {"get": Operation("kazoo-get-schema", "Fetch a JSON schema (draft 4)", OBJECT, tag=SCHEMAS)}

    def get(self, request: HttpRequest, name: str, **kwargs: Any) -> Answer:
        """The schema as it is in its file; what it refers to is served beside it."""
        if name not in schemas.NAMES:
            raise errors.bad_identifier(name[:128])
        return Answer(schemas.served(name))


class Unknown(KazooView):
    """Every address below ``/v2`` at which nothing is served."""

    def served(self) -> list[str]:
        """Any method: the address itself is what is wrong."""
        return ["get", "put", "post", "patch", "delete", "head", "options"]

    def admit(self, method: str, account_id: str = "", **kwargs: Any) -> None:
        """It is not there, for anybody. Raises ``Refused``."""
        raise errors.not_found()


def keeper_of(api_key: str, request: HttpRequest) -> Caller:
    """Who an API key stands for. Raises ``Refused``."""
    try:
        return caller_for(api_key, source=source_address(request))
    except InvalidToken as error:
        refuse_guessing(source_address(request))
        raise Refused(404, "bad identifier", [f"{api_key[:8]}…"]) from error


def session_data(account: Account) -> dict[str, Any]:
    """What a client learns about the account that it signed in to."""
    return {
        "account_id": account.kazoo_id,
        "account_name": account.name,
        "apps": [],
        "is_master_account": False,
        "is_reseller": not account.is_sub_account,
        "language": "en-US",
        "reseller_id": account.main.kazoo_id,
    }


def shown(account: Any) -> dict[str, Any]:
    """An account as the API shows it."""
    return {
        "id": account.kazoo_id,
        "name": account.name,
        "realm": account.realm_name or "",
        "enabled": account.enabled,
    }
