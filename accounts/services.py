"""Writes on accounts, members and tokens: each in one transaction, with its audit row."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import BigIntegerField, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, ApiToken, Membership, User
from accounts.permissions import Role, Scope
from accounts.signals import account_changed, account_created, account_deleting
from console import audit, identifiers
from console.prepared import Bound, PreparedInstances


@dataclass(frozen=True, slots=True)
class CreatedAccount:
    """A new account, its token (shown once) and what other apps provisioned for it (realm, webhook login)."""

    account: Account
    token: ApiToken
    plain_token: str
    provisioned: dict[str, Any] = field(default_factory=dict)


def token_digest(plain: str) -> str:
    """The hash that a token is kept and looked up by; it has 256 random bits, so no work factor is needed."""
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()


@transaction.atomic
def account_create(*, account: Account, realm: str | None = None, **provision: Any) -> CreatedAccount:
    """Create a main or sub-account with its first token; ``realm`` is its own domain. Raises ``ValidationError``."""
    if account.parent_id is not None:
        account_lock(account.parent_id)
    account.full_clean()
    account.save(force_insert=True)
    provisioned: dict[str, Any] = {}
    for _receiver, answer in account_created.send(Account, account=account, realm=realm, **provision):
        provisioned.update(cast("dict[str, Any] | None", answer) or {})
    audit.created(account)
    token, plain = token_create(token=ApiToken(account=account, name="default"))
    return CreatedAccount(account, token, plain, provisioned)


@transaction.atomic
def account_update(*, account: Account, **changes: Any) -> Account:
    """Change an account; disabling reaches its API, phones and sub-accounts. Raises ``ValidationError``."""
    account_lock(account.pk)
    account.refresh_from_db()  # as the other writer left it, who had the lock before
    before = account.audited_values()
    for name, value in changes.items():
        setattr(account, name, value)
    account.full_clean()
    account.save()
    entry = audit.changed(account, before)
    if entry is not None:
        account_changed.send(Account, account=account, changed=set(entry.changes))
    return account


@transaction.atomic
def account_delete(*, account: Account) -> None:
    """Delete an account with its tokens, credentials and devices; a sub-account's endpoints return to its main account.

    Raises ``ValidationError`` for a main account that still has sub-accounts.
    """
    if account.parent_id is not None:
        account_lock(account.parent_id)  # before the sub-account, as everywhere: its endpoints go back there
    account_lock(account.pk)
    if account.sub_accounts.exists():
        raise ValidationError(_("Delete the sub-accounts first."), code="has_sub_accounts")
    account_deleting.send(Account, account=account)
    audit.deleted(account)
    account.delete()


def account_lock(account_id: int) -> Account:
    """Lock the account's row until the transaction ends, so that limits and names can be checked without a race.

    Raises ``Http404`` where it was deleted meanwhile.
    """
    held: Account | None = _lock.first(account_id=account_id)
    if held is None:
        raise Http404
    return held


def _build_lock() -> QuerySet[Account]:
    rows = Account.objects.select_for_update(of=("self",)).select_related("parent")
    return rows.filter(pk=Bound("account_id", BigIntegerField())).order_by()


_lock = PreparedInstances(_build_lock)  # every write starts with it


def lock_anew(instance: Any) -> None:
    """Lock the account that ``instance`` belongs to, and read the instance as it is by then, in a transaction.

    Written as it was loaded before, it would take back what others changed, or be there again. Raises ``Http404``
    where it was deleted meanwhile.
    """
    account_lock(instance.account_id)
    try:
        instance.refresh_from_db()
    except type(instance).DoesNotExist as error:
        raise Http404 from error


@transaction.atomic
def token_create(*, token: ApiToken) -> tuple[ApiToken, str]:
    """Save a new token for an account. Returns it and its plain text, which nobody can read again."""
    plain = identifiers.token()
    token.digest, token.prefix = token_digest(plain), plain[:8]
    token.full_clean()
    token.save(force_insert=True)
    audit.created(token)
    return token, plain


@transaction.atomic
def token_rotate(*, token: ApiToken, overlap_minutes: int = 0) -> tuple[ApiToken, str]:
    """Replace a token by a new one with the same name and scope; the old one lives on for the overlap.

    Raises ``ValidationError`` for one that was revoked: nobody gets in again by it.
    """
    lock_anew(token)
    if token.revoked_at is not None:
        raise ValidationError(_("This token was revoked."), code="revoked")
    fresh = ApiToken(
        account=token.account, user=token.user, name=token.name, scope=token.scope, expires_at=token.expires_at
    )
    token_end(token=token, at=timezone.now() + timedelta(minutes=overlap_minutes), action="rotate")
    return token_create(token=fresh)


@transaction.atomic
def token_revoke(*, token: ApiToken) -> None:
    """End a token now, and with it every session made from it; the first of two revocations counts."""
    lock_anew(token)
    if token.revoked_at is not None:
        return
    before = token.audited_values()
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at", "updated_at"])
    audit.changed(token, before, action="revoke")


def token_end(*, token: ApiToken, at: datetime, action: str) -> None:
    """Let a token expire ``at`` that moment, unless it expires sooner."""
    before = token.audited_values()
    token.expires_at = min(at, token.expires_at or at)
    token.save(update_fields=["expires_at", "updated_at"])
    audit.changed(token, before, action=action)


@transaction.atomic
def member_set(*, account: Account, user: User, role: str) -> Membership:
    """Make ``user`` a member of ``account`` with ``role``, or change the role. Raises ``ValidationError``."""
    account_lock(account.pk)
    membership = Membership.objects.filter(account=account, user=user).first() or Membership(account=account, user=user)
    before = membership.audited_values() if membership.pk else {}
    if membership.pk and membership.role == Role.OWNER and role != Role.OWNER:
        refuse_last_owner(membership)
    membership.role = role
    membership.full_clean()
    membership.save()
    audit.changed(membership, before) if before else audit.created(membership)
    return membership


@transaction.atomic
def member_remove(*, membership: Membership) -> None:
    """End a membership. Raises ``ValidationError`` for the last owner of a main account."""
    account_lock(membership.account_id)
    try:
        membership.refresh_from_db()
    except Membership.DoesNotExist:
        return  # somebody else ended it at the same moment
    if membership.role == Role.OWNER:
        refuse_last_owner(membership)
    for token in ApiToken.objects.filter(
        account_id=membership.account_id, user_id=membership.user_id, revoked_at=None
    ).select_related("account"):
        token_revoke(token=token)
    audit.deleted(membership)
    membership.delete()


def refuse_last_owner(membership: Membership) -> None:
    """Raise ``ValidationError`` where nobody else owns the main account; the caller holds its lock."""
    if membership.account.is_sub_account:
        return  # the owners of its main account own it too
    others = Membership.objects.filter(account_id=membership.account_id, role=Role.OWNER).exclude(pk=membership.pk)
    if not others.exists():
        raise ValidationError(_("An account needs an owner: name another one first."), code="last_owner")


def main_token(account: Account) -> ApiToken | None:
    """The account's newest usable full-scope token of its own: the one ``rotate_token`` replaces."""
    tokens = ApiToken.objects.filter(account=account, user=None, scope=Scope.FULL, revoked_at=None).order_by("-id")
    return next((token for token in tokens if token.is_usable), None)
