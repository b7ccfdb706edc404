"""Sub-accounts in files: each has a realm, a token and webhook credentials, so each is made by its service."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.filters import SubAccountFilters
from accounts.models import Account
from accounts.permissions import Resource
from accounts.sections import SUB_ACCOUNTS
from accounts.services import CreatedAccount, account_create, account_delete, account_update
from bulk.columns import Column, column, read_from
from bulk.kinds.base import Context, Kind, Line, Outcome, clean_values, note_twice, read_cells, same
from bulk.kinds.holders import clean_whole
from bulk.kinds.passwords import CREATED
from bulk.models import Job
from console.models import AuditEntry

FIELDS = (
    "email", "phone", "description", "enabled", "kyc_mode", "business_type", "rate_limit", "endpoint_limit",
    "credential_limit", "device_limit", "mfa_required",
)  # fmt: skip
AUTH_ID = Column(
    "auth_id",
    _("Auth id"),
    rules=lambda: [str(_("Finds the sub-account that a line is about. Empty: it is found by its name, or made."))],
    aliases=("sub_auth_id",),
    is_key=True,
    **read_from("auth_id"),
)


class SubAccountKind(Kind):
    """The sub-accounts of a main account, found by auth id, else by name."""

    name = "sub-accounts"
    resource = Resource.ACCOUNTS
    filters = SubAccountFilters
    section = SUB_ACCOUNTS
    model = Account
    only_main = True
    action = "own"

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns in the order of an export."""
        return (
            AUTH_ID,
            column(Account, "name", is_key=True, example="Berlin office"),
            *(column(Account, name) for name in FIELDS),
            CREATED,
        )

    def rows(self, account: Account) -> QuerySet[Any]:
        """The sub-accounts of ``account``."""
        return SUB_ACCOUNTS.rows(account)

    def plan(self, lines: Sequence[Line], context: Context) -> None:
        """Judge each line, with one query for those that are there."""
        for line in lines:
            read_cells(self, line, lambda _column, cell: cell)
            line.label = str(line.values.get("name") or line.values.get("auth_id") or "")
        ids = [str(line.values.get("auth_id", "")).strip().upper() for line in lines]
        names = [str(line.values.get("name", "")) for line in lines]
        stored = list(self.rows(context.account).filter(Q(auth_id__in=ids) | Q(name__in=names)))
        for line, auth_id in zip(lines, ids, strict=True):
            self.judge(line, auth_id, stored, context)

    def judge(self, line: Line, auth_id: str, stored: Sequence[Account], context: Context) -> None:
        """Find the row that a line is about, and compare."""
        line.values.pop("auth_id", None)
        found = [row for row in stored if (row.auth_id == auth_id if auth_id else row.name == line.label)]
        if auth_id and not found:
            line.refuse(ValidationError(_("Sub-account not found"), code="not_found"), "auth_id")
        elif len(found) > 1:
            line.refuse(ValidationError(_("Several have this name: give the auth_id"), code="several"), "name")
        elif found:
            note_twice(line, found[0].auth_id, context, "name")
            self.plan_update(line, found[0])
        else:
            note_twice(line, f"name {line.label}", context, "name")
            self.plan_new(line, context)

    def plan_new(self, line: Line, context: Context) -> None:
        """Judge a line that makes a sub-account."""
        instance = Account(parent=context.owner, **line.values)
        clean_values(self, line, instance, list(self.by_name))
        clean_whole(line, instance)
        if not line.is_refused:
            line.outcome, line.instance = Outcome.NEW, instance

    def plan_update(self, line: Line, stored: Account) -> None:
        """Judge a line whose sub-account is there."""
        changed = {name: value for name, value in line.values.items() if not same(getattr(stored, name), value)}
        line.instance = stored
        if line.is_refused or not changed:
            return
        candidate = copy.copy(stored)
        for name, value in changed.items():
            setattr(candidate, name, value)
        clean_values(self, line, candidate, list(changed))
        clean_whole(line, candidate)
        if not line.is_refused:
            line.outcome, line.changes = Outcome.CHANGED, {name: getattr(candidate, name) for name in changed}

    def write(self, lines: Sequence[Line], context: Context) -> list[dict[str, str]]:
        """Create and update through the services; a new sub-account's token and webhook password come back."""
        made = [self.write_one(line) for line in lines if line.outcome in (Outcome.NEW, Outcome.CHANGED)]
        return [secret for secret in made if secret]

    def write_one(self, line: Line) -> dict[str, str] | None:
        """Write one line; what the service refuses now is a refused line."""
        try:
            with transaction.atomic():
                if line.outcome is Outcome.NEW:
                    return card(account_create(account=line.instance))
                account_update(account=line.instance, **line.changes)
        except ValidationError as error:
            line.refuse(error)
        return None

    def change(self, instance: Any, **changes: Any) -> None:
        """Call the service."""
        account_update(account=instance, **changes)

    def changed_since(self, rows: Mapping[str, Any], imported: Job) -> dict[str, str]:
        """Also those in which somebody did something since."""
        by_key = {row.pk: public_id for public_id, row in rows.items()}
        inside = AuditEntry.objects.filter(account_id__in=list(by_key), id__gte=imported.first_audit_id)
        used = inside.exclude(request_id=imported.request_id).values_list("account_id", flat=True)
        words = {by_key[key]: str(_("It was used since.")) for key in used.order_by().distinct()}
        return {**words, **super().changed_since(rows, imported)}

    def remove(self, instance: Any) -> None:
        """Delete a sub-account that nothing was put into since."""
        account_delete(account=instance)

    def restore(self, instance: Any, former: Mapping[str, Any]) -> None:
        """Give audited fields their former values."""
        account_update(account=instance, **former)


def card(created: CreatedAccount) -> dict[str, str]:
    """What the sub-account's program needs, fetched once."""
    webhook = created.provisioned.get("webhook", {})
    return {
        "name": created.account.name,
        "auth_id": created.account.auth_id,
        "auth_token": created.plain_token,
        "webhook_username": webhook.get("username", ""),
        "webhook_password": webhook.get("password", ""),
    }
