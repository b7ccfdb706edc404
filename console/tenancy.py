"""What the pages ask about tenants. The framework knows no account: the accounts app answers (see ``provide``)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from accounts.models import Account
    from accounts.users import User


@dataclass(slots=True)
class Branch:
    """One account in the switcher: where it leads, whether one is in it, and its sub-accounts."""

    account: Account
    url: str
    is_current: bool = False
    children: list[Branch] = field(default_factory=list)


class Tenancy(Protocol):
    """The questions that pages ask."""

    def account_for(self, user: User, auth_id: str) -> Account:
        """The account, if ``user`` may see it. Raises ``Http404``."""

    def role_of(self, user: User, account: Account) -> str | None:
        """What ``user`` is in ``account``."""

    def role_may(self, role: str | None, action: str) -> bool:
        """Whether a role may do an action (view, operate, edit, own)."""

    def lacks_second_factor(self, user: User, account: Account) -> bool:
        """Whether ``account`` asks for a second factor that ``user`` has not set up."""

    def visible_accounts(self, user: User) -> Sequence[int] | None:
        """The primary keys of what ``user`` may see; None for everything."""

    def tree(self, user: User, account: Account | None) -> tuple[list[Branch], bool]:
        """What the switcher offers, and whether there is more than it shows."""


_provided: list[Tenancy] = []


def provide(tenancy: Tenancy) -> None:
    """Name who answers; called once, when the accounts app is ready."""
    _provided[:] = [tenancy]


def tenancy() -> Tenancy:
    """Who answers."""
    return _provided[0]
