"""Endpoints in files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from accounts.permissions import Resource
from bulk.columns import Column, column, plain, read_from
from bulk.kinds.base import Context, Line
from bulk.kinds.holders import HolderKind
from bulk.kinds.passwords import CREATED, PASSWORD, SIP_URI
from console.sections import Words
from endpoints.filters import EndpointFilters
from endpoints.models import Application, Endpoint
from endpoints.sections import ENDPOINTS
from endpoints.services import (
    POLICY_FIELDS,
    default_application,
    endpoint_delete,
    endpoint_update,
    refuse_above_limit,
    subscriber_policy,
)
from sip import realms
from sip.models import Realm

FLAGS = ("enabled", *POLICY_FIELDS)
APPLICATION = Column(
    "application",
    _("Application"),
    rules=lambda: [str(_("The app_id or the name of an application. Left out: the account's default. Empty: none."))],
    aliases=("app_id", "app", "application_id"),
    reference="application",
    **read_from("application__app_id"),
)
SUB_ACCOUNT = Column(
    "sub_account",
    _("Sub-account"),
    rules=lambda: [str(_("The auth id (SA_…) of the sub-account that it is for. Empty: the main account's own."))],
    aliases=("sub_account_id", "sub_auth_id", "subaccount"),
    reference="sub_account",
    **read_from("sub_account__auth_id"),
)


class EndpointKind(HolderKind):
    """SIP endpoints."""

    name = "endpoints"
    resource = Resource.ENDPOINTS
    filters = EndpointFilters
    section = ENDPOINTS
    model = Endpoint
    limit_field = "endpoint_limit"
    refuse_above_limit = refuse_above_limit
    update = endpoint_update
    delete = endpoint_delete

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns in the order of an export."""
        return (
            column(Endpoint, "username", is_key=True, aliases=("user", "login", "extension"), example="reception"),
            column(Endpoint, "alias", aliases=("name", "display name"), example="Reception"),
            *plain(Endpoint),
            PASSWORD,
            APPLICATION,
            SUB_ACCOUNT,
            *(column(Endpoint, name) for name in FLAGS),
            Column("endpoint_id", _("Endpoint id"), is_read_only=True, **read_from("endpoint_id")),
            SIP_URI,
            CREATED,
        )

    def rows(self, account: Account) -> QuerySet[Any]:
        """The endpoints that ``account`` sees."""
        rows: QuerySet[Any] = Endpoint.objects.of(account)
        return rows.select_related("account", "sub_account", "application", "subscriber__realm")

    def realm(self, owner: Account) -> Realm:
        """The realm of the main account's endpoints."""
        return realms.for_endpoints(owner)

    def fresh(self, context: Context, line: Line) -> Endpoint:
        """An endpoint of the main account; from a sub-account's file, for that sub-account."""
        sub_account = context.account if context.account.is_sub_account else line.values.get("sub_account")
        application = None if "application" in line.cells else self.default(context, sub_account)
        return Endpoint(account=context.owner, sub_account=sub_account, application=application)

    def default(self, context: Context, sub_account: Account | None) -> Application | None:
        """The default application, asked for once."""
        key = f"default of {sub_account.pk if sub_account else 0}"
        if key not in context.memo:
            context.memo[key] = default_application(context.owner, sub_account)
        found: Application | None = context.memo[key]
        return found

    def policy(self, instance: Endpoint) -> dict[str, Any]:
        """What the webhook needs to know about it."""
        return subscriber_policy(instance)

    def look_up(self, column: Column, lines: Sequence[Line], context: Context) -> dict[str, Any]:
        """As for every kind; what a sub-account's own file leaves empty is for that sub-account."""
        found = super().look_up(column, lines, context)
        if column.reference == "sub_account" and context.account.is_sub_account:
            found[""] = context.account
        return found

    def references(self, column: Column, cells: set[str], context: Context) -> dict[str, Any]:
        """Applications by id or name, sub-accounts by auth id."""
        look_up, words = REFERENCES[column.reference]
        found = look_up(cells, context)
        missing = ValidationError(str(words), code="not_found")
        return {cell: found.get(cell, missing) for cell in cells}

    def restore(self, instance: Any, former: Mapping[str, Any]) -> None:
        """Give audited fields their former values, references by their public ids."""
        values = dict(former)
        for name, (look_up, _words) in REFERENCES.items():
            if values.get(name) is not None:
                public_id = str(values[name])
                context = Context(instance.account, instance.account)
                if public_id not in (found := look_up({public_id}, context)):
                    raise ValidationError({name: _("It is gone since.")})
                values[name] = found[public_id]
        super().restore(instance, values)


def applications(cells: set[str], context: Context) -> dict[str, Any]:
    """The account's applications by what the cells call them: name or app_id."""
    numbers = [int(cell) for cell in cells if cell.isascii() and cell.isdigit() and len(cell) <= 15]
    mine = Application.objects.filter(Q(app_id__in=numbers) | Q(app_name__in=cells), account=context.owner)
    if context.account.is_sub_account:
        mine = mine.filter(Q(sub_account=None) | Q(sub_account=context.account))
    several = ValidationError(_("Several applications have this name: give the app_id"), code="several")
    found: dict[str, Any] = {}
    for application in mine:
        found[application.app_name] = several if application.app_name in found else application
    return found | {str(application.app_id): application for application in mine}


def sub_accounts(cells: set[str], context: Context) -> dict[str, Any]:
    """The account's sub-accounts by auth id, in any case; a sub-account knows itself only."""
    mine = Account.objects.filter(auth_id__in=[cell.upper() for cell in cells], parent=context.owner)
    if context.account.is_sub_account:
        mine = mine.filter(pk=context.account.pk)
    found = {account.auth_id: account for account in mine.select_related("parent")}
    return {cell: found[cell.upper()] for cell in cells if cell.upper() in found}


REFERENCES: dict[str, tuple[Callable[[set[str], Context], dict[str, Any]], Words]] = {
    "application": (applications, _("Application not found")),
    "sub_account": (sub_accounts, _("Sub-account not found")),
}
