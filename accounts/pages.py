"""Answers what the pages ask about tenants (see ``console.tenancy``)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from allauth.mfa.utils import is_mfa_enabled
from django.db.models import F
from django.http import Http404
from django.urls import reverse

from accounts import tenancy
from accounts.models import Account, User
from accounts.permissions import Action, role_may
from console.tenancy import Branch

MOST_MAIN = 12  # main accounts the switcher names; the others are on the accounts page
MOST_SUB = 30


class AccountTenancy:
    """The accounts app's answers."""

    def account_for(self, user: User, auth_id: str) -> Account:
        """The account, if ``user`` may see it. Raises ``Http404``."""
        if "\x00" in auth_id:  # no column holds it, and PostgreSQL will not even compare
            raise Http404
        return tenancy.account_for(user, auth_id)

    def role_of(self, user: User, account: Account) -> str | None:
        """What ``user`` is in ``account``."""
        return tenancy.role_of(user, account)

    def role_may(self, role: str | None, action: str) -> bool:
        """Whether a role may do an action."""
        return role_may(role, Action(action))

    def lacks_second_factor(self, user: User, account: Account) -> bool:
        """Whether the account or its main account asks for a second factor that ``user`` has not set up."""
        return (account.mfa_required or account.main.mfa_required) and not is_mfa_enabled(user)

    def visible_accounts(self, user: User) -> Sequence[int] | None:
        """The primary keys of what ``user`` may search; None for staff, who see everything."""
        if user.is_staff:
            return None
        seen = Account.objects.visible_to(user).select_related("parent").only("mfa_required", "parent__mfa_required")
        closed = [account.pk for account in seen if account.mfa_required or account.main.mfa_required]
        is_shut_out = bool(closed) and not is_mfa_enabled(user)
        return [account.pk for account in seen if not (is_shut_out and account.pk in closed)]

    def tree(self, user: User, account: Account | None) -> tuple[list[Branch], bool]:
        """The family one is in, then other main accounts; and whether there are more than shown."""
        seen = Account.objects.visible_to(user).only("auth_id", "name", "parent_id")
        tops = list(seen.main().order_by("-pk")[: MOST_MAIN + 1])
        main_first = (F("parent_id").asc(nulls_first=True), "-pk")
        family = list(seen.family_of(account.main).order_by(*main_first)[: MOST_SUB + 1]) if account else []
        branches = plant(family, account)
        named = {branch.account.pk for branch in branches}
        branches += [Branch(top, address(top)) for top in by_name(tops[:MOST_MAIN]) if top.pk not in named]
        return branches, len(tops) > MOST_MAIN or len(family) > MOST_SUB


def by_name(accounts: Iterable[Account]) -> list[Account]:
    """The accounts in the order of their names; few enough to sort here, where no index could."""
    return sorted(accounts, key=lambda account: account.name.casefold())


def plant(family: Iterable[Account], current: Account | None) -> list[Branch]:
    """The main account with its sub-accounts under it; sub-accounts alone for who does not see their main account."""
    branches = [
        Branch(member, address(member), is_current=current is not None and member.pk == current.pk)
        for member in by_name(family)
    ]
    top = next((branch for branch in branches if branch.account.parent_id is None), None)
    if top is None:
        return branches
    top.children = [branch for branch in branches if branch is not top]
    return [top]


def address(account: Account) -> str:
    """The account's overview."""
    return reverse("overview", kwargs={"auth_id": account.auth_id})
