"""Accounts, their members and tokens, and the people who sign in, in the Django admin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin_forms import AccountAdminForm, UserAdminForm
from accounts.models import Account, ApiToken, Invitation, Membership, User
from accounts.operators import operator_create, operator_delete, operator_update
from accounts.services import (
    CreatedAccount,
    account_create,
    account_delete,
    account_update,
    member_remove,
    member_set,
    token_create,
    token_revoke,
    token_rotate,
)
from console import counters
from console.admin_pages import ConsoleAdmin, ReadOnlyAdmin, ShowsOnce, group


class KindFilter(admin.SimpleListFilter):
    """Main accounts or sub-accounts."""

    title = gettext_lazy("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Both kinds."""
        return [("main", gettext_lazy("Main accounts")), ("sub", gettext_lazy("Sub-accounts"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those of one kind."""
        return queryset.filter(parent__isnull=self.value() == "main") if self.value() in ("main", "sub") else queryset


@admin.register(Account)
class AccountAdmin(ShowsOnce):
    """The tenants. A new one's token and webhook credentials are shown once."""

    form = AccountAdminForm
    list_display = ("name", "auth_id", "parent", "enabled", "rate_limit", "email", "created_at")
    list_filter = (KindFilter, "enabled", "kyc_mode", "created_at")
    list_select_related = ("parent",)
    search_fields = (
        "auth_id__exact", "kazoo_id__exact", "name__istartswith", "email__istartswith", "parent__auth_id__exact",
    )  # fmt: skip
    search_help_text = gettext_lazy(
        "An id; the start of a name or e-mail address; a main account's id for all its own."
    )
    autocomplete_fields = ("parent",)
    readonly_fields = ("auth_id", "kazoo_id", "created_at", "updated_at")
    add_only = ("realm", "webhook_secret")
    actions = ("enable", "disable")
    fieldsets = (
        group("name auth_id kazoo_id parent realm enabled"),
        group("email phone description company address zip_code city state country timezone", gettext_lazy("Contact")),
        group(
            "kyc_mode business_type permissions rate_limit endpoint_limit credential_limit device_limit",
            gettext_lazy("Use and limits"),
        ),
        group("mfa_required webhook_secret", gettext_lazy("Access")),
        group("created_at updated_at", gettext_lazy("Dates")),
    )

    def create(self, instance: Any, form: Any) -> dict[str, str]:
        """Create it; what its owner needs is shown once."""
        realm, secret = form.cleaned_data["realm"] or None, form.cleaned_data["webhook_secret"] or None
        return handed_over(account_create(account=instance, realm=realm, webhook_secret=secret))

    def change(self, instance: Any, form: Any) -> None:
        """Change it."""
        account_update(account=instance, **form.changes())

    def remove(self, instance: Any) -> None:
        """Delete it with what it holds."""
        account_delete(account=instance)

    def falls_with(self, instance: Any) -> Sequence[str]:
        """How many rows of each table it holds, and where they go."""
        held = {model: held_by(instance, model) for model in counters.counted_models() if model is not Account}
        return [
            _("%(count)s %(kind)s: %(fate)s")
            % {"count": count, "kind": model._meta.verbose_name_plural, "fate": fate_of(model, instance)}
            for model, count in held.items()
            if count
        ]

    @admin.action(description=gettext_lazy("Enable the selected accounts"))
    def enable(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Let them work again."""
        for account in queryset:
            account_update(account=account, enabled=True)

    @admin.action(description=gettext_lazy("Disable the selected accounts"))
    def disable(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Refuse their API, phones and sub-accounts."""
        for account in queryset:
            account_update(account=account, enabled=False)


def is_returned(model: Any, account: Account) -> bool:
    """Whether rows of ``model`` only were made for a sub-account: they belong to its main account."""
    return account.is_sub_account and model.row_counter.part is not None


def held_by(account: Account, model: Any) -> int:
    """How many rows of ``model`` are the account's."""
    if is_returned(model, account):
        return counters.total(model, account.parent_id, account.pk)  # type: ignore[arg-type]  # a sub-account has a parent
    return counters.total(model, account.pk)


def fate_of(model: Any, account: Account) -> str:
    """What becomes of the account's rows of ``model`` when it is deleted."""
    return _("returned to its main account") if is_returned(model, account) else _("deleted with it")


def handed_over(created: CreatedAccount) -> dict[str, str]:
    """What the owner of a new account needs, by the name it goes by."""
    webhook = created.provisioned.get("webhook", {})
    return {
        "X-Auth-ID": created.account.auth_id,
        "X-Auth-Token": created.plain_token,
        str(_("Realm")): created.provisioned.get("realm", ""),
        str(_("Webhook username")): webhook.get("username", ""),
        str(_("Webhook password")): webhook.get("password", ""),
    }


@admin.register(Membership)
class MembershipAdmin(ConsoleAdmin):
    """Who is what in which account."""

    list_display = ("user", "account", "role", "created_at")
    list_filter = ("role",)
    list_select_related = ("user", "account")
    search_fields = ("user__email__istartswith", "account__auth_id__exact")
    search_help_text = gettext_lazy("The start of an e-mail address, or an account's id.")
    autocomplete_fields = ("user", "account")
    fieldsets = (group("account user role"),)

    def create(self, instance: Any, form: Any) -> None:
        """Make the user a member."""
        made = member_set(account=instance.account, user=instance.user, role=instance.role)
        instance.pk, instance._state.adding = made.pk, False

    def change(self, instance: Any, form: Any) -> None:
        """Give another role."""
        member_set(account=instance.account, user=instance.user, role=form.cleaned_data["role"])

    def remove(self, instance: Any) -> None:
        """End the membership."""
        member_remove(membership=instance)


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    """Who was invited; owners invite and withdraw on the account's pages."""

    list_display = ("email", "account", "role", "expires_at", "accepted_at", "created_at")
    list_filter = ("role", ("accepted_at", admin.EmptyFieldListFilter))
    list_select_related = ("account",)
    search_fields = ("email__startswith", "account__auth_id__exact")
    search_help_text = gettext_lazy("The start of an e-mail address, or an account's id.")
    fields = ("account", "email", "role", "expires_at", "accepted_at", "created_at", "updated_at")


@admin.register(ApiToken)
class ApiTokenAdmin(ShowsOnce):
    """API tokens: made, shown once, rotated and revoked; never changed or deleted, so that the trail can name them."""

    list_display = ("name", "prefix", "account", "scope", "user", "expires_at", "revoked_at", "created_at")
    list_filter = ("scope", ("revoked_at", admin.EmptyFieldListFilter), "expires_at")
    list_select_related = ("account", "user")
    search_fields = ("prefix__exact", "name__istartswith", "account__auth_id__exact")
    search_help_text = gettext_lazy("A token's first 8 characters, the start of its name, or an account's id.")
    autocomplete_fields = ("account", "user")
    readonly_fields = ("prefix", "revoked_at", "created_at")
    actions = ("revoke", "rotate")
    fieldsets = (group("account user name scope expires_at prefix revoked_at created_at"),)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """For the list's actions only."""
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: revoke it."""
        return False

    def create(self, instance: Any, form: Any) -> dict[str, str]:
        """Create it; its text is shown once."""
        _token, plain = token_create(token=instance)
        return once(instance, plain)

    @admin.action(description=gettext_lazy("Revoke the selected tokens"))
    def revoke(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """End them now."""
        for token in queryset.filter(revoked_at=None):
            token_revoke(token=token)

    @admin.action(description=gettext_lazy("Rotate the selected token"))
    def rotate(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Replace one token by a new one, which is shown once."""
        chosen = list(queryset[:2])
        if len(chosen) != 1 or not chosen[0].is_usable:
            self.message_user(request, _("Select one token that is neither revoked nor expired."), messages.ERROR)
            return None
        fresh, plain = token_rotate(token=chosen[0])
        return self.hand_over(request, fresh, **once(fresh, plain))


def once(token: ApiToken, plain: str) -> dict[str, str]:
    """A token's text and what goes with it."""
    return {"X-Auth-ID": token.account.auth_id, "X-Auth-Token": plain}


@admin.register(User)
class UserAdmin(ConsoleAdmin):
    """Operators and the platform's staff."""

    form = UserAdminForm
    list_display = ("email", "name", "is_active", "is_staff", "last_login", "date_joined")
    list_filter = ("is_staff", "is_active", "last_login")
    search_fields = ("email__istartswith", "name__istartswith")
    search_help_text = gettext_lazy("The start of an e-mail address or a name.")
    ordering = ("-id",)
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        group("email name password"),
        group("is_active is_staff", gettext_lazy("Access")),
        group("theme time_zone", gettext_lazy("Appearance")),
        group("last_login date_joined", gettext_lazy("Dates")),
    )

    def create(self, instance: Any, form: Any) -> None:
        """Create the operator."""
        operator_create(user=instance, password=form.new_password)

    def change(self, instance: Any, form: Any) -> None:
        """Change the operator."""
        operator_update(user=instance, password=form.new_password, **form.changes())

    def remove(self, instance: Any) -> None:
        """Delete the operator."""
        operator_delete(user=instance)
