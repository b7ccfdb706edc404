"""The tables of the accounts app."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import django_tables2
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, ApiToken, Invitation, Membership
from accounts.pages import address
from console import components, tables
from console.components import component
from console.models import LastUse


class SubAccountTable(tables.ConsoleTable):
    """Sub-accounts of an account."""

    name = tables.ObjectColumn()
    auth_id = tables.IdentifierColumn()
    enabled = tables.StatusColumn(verbose_name=_("State"))
    email = tables.TextColumn()
    phone = tables.TextColumn()
    description = tables.TextColumn(orderable=False)
    kyc_mode = tables.TextColumn()
    rate_limit = tables.NumberColumn()
    created_at = tables.MomentColumn()
    updated_at = tables.MomentColumn()

    class Meta(tables.ConsoleTable.Meta):
        model = Account
        fields: tuple[str, ...] = ()
        shown = ("auth_id", "enabled", "email", "rate_limit", "created_at")


class AccountTable(SubAccountTable):
    """Every account that one may see; each leads to its overview."""

    name = tables.TextColumn()
    parent = tables.TextColumn(accessor="parent__name", verbose_name=_("Main account"), order_by="parent__name")

    class Meta(SubAccountTable.Meta):
        shown = ("auth_id", "enabled", "parent", "email", "created_at")
        sequence = ("name", "auth_id", "enabled", "parent", "...")

    def render_name(self, record: Account) -> SafeString:
        """The name, which leads to the account."""
        return format_html(
            '<a class="main-cell" href="{}" title="{}"><bdi>{}</bdi></a>', address(record), record.name, record.name
        )


class MemberTable(tables.ConsoleTable):
    """Members of an account."""

    user = tables.ObjectColumn(verbose_name=_("Member"), accessor="user__get_full_name", order_by="user__name")
    origin = tables.TextColumn(verbose_name=_("Member of"), accessor="account__name", order_by="account__name")
    email = tables.IdentifierColumn(verbose_name=_("E-mail"), accessor="user__email")
    role = tables.TextColumn()
    last_login = tables.MomentColumn(verbose_name=_("Signed in"), accessor="user__last_login")
    created_at = tables.MomentColumn(verbose_name=_("Member since"))

    class Meta(tables.ConsoleTable.Meta):
        model = Membership
        fields: tuple[str, ...] = ()
        shown = ("email", "role", "origin", "last_login", "created_at")
        sequence = ("user", "email", "role", "origin", "...")

    def render_user(self, column: tables.ObjectColumn, record: Membership, value: str) -> SafeString:
        """Their name, which leads to their page where they are members."""
        return components.text(value) if self.is_inherited(record) else column.render(value, record, self)

    def render_origin(self, record: Membership, value: str) -> str:
        """Whether they are members here or above."""
        return str(_("Inherited from %(name)s") % {"name": value} if self.is_inherited(record) else _("This account"))

    def is_inherited(self, record: Membership) -> bool:
        """Whether somebody is here as a member of the main account."""
        return record.account_id != self.account.pk

    def render_role(self, record: Membership) -> str:
        """In words."""
        return record.get_role_display()


class InvitationTable(tables.ConsoleTable):
    """Invitations, newest first."""

    email = tables.ObjectColumn()
    role = tables.TextColumn()
    state = django_tables2.Column(verbose_name=_("State"), empty_values=(), orderable=False)
    expires_at = tables.MomentColumn()
    accepted_at = tables.MomentColumn()
    created_at = tables.MomentColumn(verbose_name=_("Invited"))

    class Meta(tables.ConsoleTable.Meta):
        model = Invitation
        fields: tuple[str, ...] = ()
        shown = ("role", "state", "expires_at", "created_at")

    def render_role(self, record: Invitation) -> str:
        """In words."""
        return record.get_role_display()

    def render_state(self, record: Invitation) -> SafeString:
        """A dot and a word."""
        if record.accepted_at:
            return component("status", tone="good", word=_("Accepted"))
        return component("status", tone="warn", word=_("Open")) if record.is_open else over()


def over() -> SafeString:
    """Expired: a dot and a word."""
    return component("status", tone="off", word=_("Expired"))


def token_state(token: ApiToken) -> SafeString:
    """Usable, expired or revoked: a dot and a word."""
    if token.revoked_at:
        return component("status", tone="off", word=_("Revoked"))
    return component("status", tone="good", word=_("Usable")) if token.is_usable else over()


def last_uses(tokens: Iterable[ApiToken]) -> dict[int, LastUse]:
    """When and from where each was last used, by its primary key; in one query of the volatile database."""
    found = LastUse.objects.filter(key__in=[f"token:{token.pk}" for token in tokens])
    return {int(use.key.partition(":")[2]): use for use in found}


class TokenTable(tables.ConsoleTable):
    """API tokens, newest first."""

    name = tables.ObjectColumn()
    prefix = tables.IdentifierColumn()
    state = django_tables2.Column(verbose_name=_("State"), empty_values=(), orderable=False)
    scope = tables.TextColumn()
    user = tables.TextColumn()
    last_used = django_tables2.Column(verbose_name=_("Last used"), empty_values=(), orderable=False)
    expires_at = tables.MomentColumn()
    revoked_at = tables.MomentColumn()
    created_at = tables.MomentColumn()

    class Meta(tables.ConsoleTable.Meta):
        model = ApiToken
        fields: tuple[str, ...] = ()
        shown = ("prefix", "state", "scope", "user", "last_used", "expires_at")

    @cached_property
    def uses(self) -> dict[int, LastUse]:
        """Of the tokens on this page."""
        return last_uses(row.record for row in self.paginated_rows)

    def render_scope(self, record: ApiToken) -> str:
        """In words."""
        return record.get_scope_display()

    def render_state(self, record: ApiToken) -> SafeString:
        """A dot and a word."""
        return token_state(record)

    def render_last_used(self, record: ApiToken) -> SafeString:
        """When, and from where."""
        use = self.uses.get(record.pk)
        return (
            components.NOTHING
            if use is None
            else format_html("{} <bdi>{}</bdi>", components.moment(use.at), use.source)
        )
