"""Finds what a body or an address names, within what the account of the URL may see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.api_base import AUTH_ID
from accounts.models import Account
from console.api.vobiz.shapes import NUMERIC
from endpoints.models import Application


def sub_account_for(account: Account, values: Mapping[str, Any]) -> Account | None:
    """For whom the body's object is: the sub-account of the URL, or one that the body of a main account's URL names.

    Raises ``ValidationError``.
    """
    own = account if account.is_sub_account else None
    named = values.get("sub_account")
    if named is None or (own is not None and named == own.auth_id):
        return own
    found: Account | None = None
    if own is None and AUTH_ID.match(named):
        found = Account.objects.filter(parent=account, auth_id=named).first()
    if found is None:
        raise ValidationError({"sub_account": ValidationError(_("Sub-account not found"), code="not_found")})
    return found


def application_for(account: Account, app_id: int | None) -> Application | None:
    """The application of the main account with this id; None for None. Raises ``ValidationError``."""
    if app_id is None:
        return None
    found: Application | None = Application.objects.filter(account_id=account.main_id, app_id=app_id).first()
    if found is None:
        raise ValidationError({"application": ValidationError(_("Application not found"), code="not_found")})
    return found


def number_in(segment: str) -> int | None:
    """The numeric id that a path segment spells, or None."""
    return int(segment) if NUMERIC.match(segment) else None
