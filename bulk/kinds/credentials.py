"""Credentials in files."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from accounts.permissions import Resource
from bulk.columns import Column, column, plain, read_from
from bulk.kinds.base import Context, Line
from bulk.kinds.holders import HolderKind
from bulk.kinds.passwords import CREATED, PASSWORD, SIP_URI
from credentials.filters import CredentialFilters
from credentials.models import Credential
from credentials.sections import CREDENTIALS
from credentials.services import credential_delete, credential_update, refuse_above_limit
from sip import realms
from sip.models import Realm


class CredentialKind(HolderKind):
    """Trunk credentials."""

    name = "credentials"
    resource = Resource.CREDENTIALS
    filters = CredentialFilters
    section = CREDENTIALS
    model = Credential
    limit_field = "credential_limit"
    refuse_above_limit = refuse_above_limit
    update = credential_update
    delete = credential_delete

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns in the order of an export."""
        return (
            column(Credential, "username", is_key=True, aliases=("user", "login"), example="branch_office_01"),
            PASSWORD,
            *plain(Credential, description={"aliases": ("comment", "note"), "example": "PBX of the branch office"}),
            column(Credential, "enabled", aliases=("active",)),
            column(Credential, "allowed_networks", aliases=("networks", "ip", "allowed ips"), example="203.0.113.0/24"),
            Column("credential_id", _("Credential id"), is_read_only=True, **read_from("credential_id")),
            SIP_URI,
            CREATED,
        )

    def owner(self, account: Account) -> Account:
        """A sub-account's credentials are its own."""
        return account

    def rows(self, account: Account) -> QuerySet[Any]:
        """The account's credentials."""
        rows: QuerySet[Any] = Credential.objects.of(account)
        return rows.select_related("account", "subscriber__realm")

    def realm(self, owner: Account) -> Realm:
        """The realm of its trunks."""
        return realms.for_trunks(owner)

    def fresh(self, context: Context, line: Line) -> Credential:
        """An empty credential of the account."""
        return Credential(account=context.owner)

    def policy(self, instance: Credential) -> dict[str, Any]:
        """What the webhook needs to know about it."""
        return {"enabled": instance.enabled, "allowed_networks": instance.allowed_networks}
