"""Where every query for tenants starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from console.querysets import ConsoleQuerySet

if TYPE_CHECKING:
    from accounts.models import Account
    from accounts.users import User


class AccountQuerySet(ConsoleQuerySet["Account"]):
    """Accounts that somebody may see."""

    def visible_to(self, user: User) -> AccountQuerySet:
        """All accounts for staff; else those the user is a member of, and their sub-accounts."""
        if user.is_staff and user.is_active:
            return self
        own = list(user.memberships.values_list("account_id", flat=True))
        return self.filter(Q(pk__in=own) | Q(parent_id__in=own))

    def main(self) -> AccountQuerySet:
        """Only main accounts."""
        return self.filter(parent__isnull=True)

    def family_of(self, account: Account) -> AccountQuerySet:
        """The account and its sub-accounts."""
        return self.filter(Q(pk=account.pk) | Q(parent_id=account.pk))
