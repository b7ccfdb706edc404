"""Which accounts a person sees and what they are in them. Everything on a page starts here."""

from __future__ import annotations

from django.db.models import Q
from django.http import Http404

from accounts.models import Account, Membership
from accounts.permissions import Action, Role, role_may
from accounts.users import User


def account_for(user: User, auth_id: str) -> Account:
    """Return the account, if ``user`` may see it. Raises ``Http404`` alike for "not there" and "not yours"."""
    account = Account.objects.visible_to(user).select_related("parent").filter(auth_id=auth_id).first()
    if account is None:
        raise Http404
    return account


def role_of(user: User, account: Account) -> Role | None:
    """Return what ``user`` is in ``account``: the stronger of its own role and the one inherited; staff are owners."""
    if not user.is_active:
        return None
    if user.is_staff:
        return Role.OWNER
    mine = Q(account_id=account.pk) | Q(account_id=account.parent_id)
    roles = set(Membership.objects.filter(mine, user_id=user.pk).values_list("role", flat=True))
    return next((role for role in Role if role.value in roles), None)


def may(user: User, account: Account, action: Action) -> bool:
    """Whether ``user`` may do ``action`` in ``account``."""
    return role_may(role_of(user, account), action)
