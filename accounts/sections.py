"""The sections of the accounts app."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.api_shapes import SubAccountChanges, SubAccountCreate
from accounts.models import Account, ApiToken, Invitation, Membership
from console.api.calls import VobizCalls, names_of
from console.sections import SETTINGS, Section


def sub_accounts_of(account: Account) -> QuerySet[Any]:
    """The sub-accounts of a main account; a sub-account has none."""
    rows: QuerySet[Any] = Account.objects.filter(parent_id=account.pk).select_related("parent")
    return rows


SUB_ACCOUNTS = Section(
    name="sub-accounts",
    model_label="accounts.Account",
    key="auth_id",
    icon="building-office-2",
    label=_("Sub-accounts"),
    one=_("sub-account"),
    many=_("sub-accounts"),
    group=_("Account"),
    order=70,
    only_main=True,
    search_fields=("name", "auth_id", "email", "kazoo_id", "realms__name"),
    search_shows=("auth_id", "email"),
    intro=_("A sub-account is a tenant of its own under this account: with its own token, credentials and members."),
    rows_of=sub_accounts_of,
    home_of=lambda account: account.main,
    api=VobizCalls(
        collection="/api/v1/accounts/{account}/sub-accounts/",
        one="/api/v1/accounts/{account}/sub-accounts/{key}",
        creates=names_of(SubAccountCreate),
        changes=names_of(SubAccountChanges),
        changes_by="PUT",
    ),
)

ACCOUNTS = Section(
    name="accounts",
    model_label="accounts.Account",
    key="auth_id",
    icon="building-office-2",
    label=_("Accounts"),
    one=_("account"),
    many=_("accounts"),
    intro=_("Nobody has made you a member of an account yet. Ask who invited you."),
)

MEMBERS = Section(
    name="members",
    model_label="accounts.Membership",
    key="pk",
    icon="users",
    label=_("Members"),
    one=_("member"),
    many=_("members"),
    group=SETTINGS,
    order=100,
    is_tile=False,
    intro=_("Members of the main account have the same role here. Invite others who shall see this account alone."),
    rows_of=lambda account: Membership.objects.filter(account=account),
)

INVITATIONS = Section(
    name="invitations",
    model_label="accounts.Invitation",
    key="pk",
    icon="envelope",
    label=_("Invitations"),
    one=_("invitation"),
    many=_("invitations"),
    group=SETTINGS,
    order=101,
    is_tile=False,
    intro=_("Invite somebody by e-mail: the link works once, for three days."),
    rows_of=lambda account: Invitation.objects.filter(account=account),
)

TOKENS = Section(
    name="tokens",
    model_label="accounts.ApiToken",
    key="pk",
    icon="key",
    label=_("API tokens"),
    one=_("API token"),
    many=_("API tokens"),
    group=SETTINGS,
    order=102,
    is_tile=False,
    intro=_("Programs call the APIs with a token: give each its own, with no more reach than it needs."),
    rows_of=lambda account: ApiToken.objects.filter(account=account),
)
