"""The SIP side in the Django admin. No page shows a digest hash: they are as good as passwords."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.admin_forms import ConsoleAdminForm
from console.admin_pages import ReadOnlyAdmin, ShowsOnce, group
from console.admin_records import OfAccount
from sip.models import AttemptTally, AuthAttempt, Block, Realm, Registration, Secret, Subscriber, WebhookAccess
from sip.models.subscribers import HASH_LENGTHS
from sip.services import webhook_rotate, webhook_secret_set, webhook_update


@admin.register(Realm)
class RealmAdmin(ReadOnlyAdmin):
    """SIP domains: settled when their account is created, for good."""

    list_display = ("shown_as", "account", "serves_endpoints", "serves_trunks", "created_at")
    list_filter = ("serves_endpoints", "serves_trunks")
    list_select_related = ("account",)
    search_fields = ("name__startswith", "account__auth_id__exact")
    search_help_text = gettext_lazy("The start of a domain in lower case, or an account's id.")
    fields = ("shown_as", "account", "serves_endpoints", "serves_trunks", "created_at")


@admin.register(Subscriber)
class SubscriberAdmin(ReadOnlyAdmin):
    """What may register. Written by the services of endpoints, credentials and devices; no hash is shown anywhere."""

    list_display = ("username", "realm", "kind", "enabled", "account", "last_used_at")
    list_filter = ("kind", "enabled")
    list_select_related = ("realm", "account")
    search_fields = ("username_key__startswith", "realm__name__exact", "account__auth_id__exact")
    search_help_text = gettext_lazy("The start of a username in lower case, a realm, or an account's id.")
    ordering = ("-id",)
    fields = (
        "username", "realm", "kind", "account", "enabled", "application_sid", "allow_voice", "allow_message",
        "allow_video", "allow_same_domain", "allow_other_domains", "allow_phones", "allow_apps", "allowed_networks",
        "last_used_at", "created_at", "updated_at",
    )  # fmt: skip


@admin.register(Secret)
class SecretAdmin(ReadOnlyAdmin):
    """Which passwords work, and until when: the hashes themselves are not even fetched."""

    list_display = ("subscriber", "created_at", "valid_until")
    list_filter = (("valid_until", admin.EmptyFieldListFilter), "created_at")
    list_select_related = ("subscriber__realm",)
    search_fields = ("subscriber__username_key__startswith", "subscriber__account__auth_id__exact")
    search_help_text = gettext_lazy("The start of a username in lower case, or an account's id.")
    ordering = ("-id",)
    fields = ("subscriber", "created_at", "valid_until")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Without the hashes."""
        return super().get_queryset(request).defer(*HASH_LENGTHS)


class WebhookAccessForm(ConsoleAdminForm):
    """What the SBC is held to; its secret goes in and never comes out."""

    webhook_secret = forms.CharField(
        required=False, max_length=500, label=gettext_lazy("New webhook secret"),
        help_text=gettext_lazy("The secret that jambonz made for this account. Empty: no change. Kept sealed."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    forget_secret = forms.BooleanField(required=False, label=gettext_lazy("Forget the present secret"))


@admin.register(WebhookAccess)
class WebhookAccessAdmin(ShowsOnce):
    """How an account's SBC proves itself. It comes and goes with its account."""

    form = WebhookAccessForm
    list_display = ("username", "account", "has_secret", "max_expires_seconds", "check_aor", "check_realm")
    list_filter = ("check_aor", "check_realm", "check_replay")
    list_select_related = ("account",)
    search_fields = ("username__exact", "account__auth_id__exact", "account__name__istartswith")
    search_help_text = gettext_lazy("A webhook username, an account's id, or the start of its name.")
    ordering = ("-id",)
    readonly_fields = ("username", "has_secret")
    actions = ("renew_password",)
    fieldsets = (
        group("account username has_secret webhook_secret forget_secret"),
        group("max_expires_seconds check_aor check_realm check_replay", gettext_lazy("Registrations")),
        group("block_after_failures block_window_seconds block_seconds", gettext_lazy("Blocks")),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody: the account brings it."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: it goes with the account."""
        return False

    def change(self, instance: Any, form: Any) -> None:
        """Change it, and keep or forget the secret."""
        webhook_update(access=instance, **form.changes())
        secret = form.cleaned_data["webhook_secret"]
        if secret or form.cleaned_data["forget_secret"]:
            webhook_secret_set(account=instance.account, secret=secret)

    @admin.display(description=gettext_lazy("has a secret"), boolean=True)
    def has_secret(self, access: WebhookAccess) -> bool:
        """Whether signatures can be verified."""
        return bool(access.sealed_secret)

    @admin.action(description=gettext_lazy("Make a new webhook password"))
    def renew_password(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Replace one account's webhook password; the new one is shown once."""
        chosen = list(queryset[:2])
        if len(chosen) != 1:
            self.message_user(request, _("Select one account's access."), messages.ERROR)
            return None
        made = webhook_rotate(account=chosen[0].account)
        rows = {str(_("Webhook username")): made.username, str(_("Webhook password")): made.password}
        return self.hand_over(request, chosen[0], **rows)


@admin.register(AuthAttempt)
class AuthAttemptAdmin(OfAccount):
    """The authentication log."""

    list_display = ("at", "username", "realm", "method", "outcome", "reason", "source", "owner", "via")
    list_filter = ("outcome", "reason", "at")
    search_fields = ("username__startswith", "realm__exact", "source__exact")
    search_help_text = gettext_lazy("The start of a username, a realm, or a source address.")
    fields = (
        "at", "username", "realm", "method", "outcome", "reason", "source", "user_agent", "granted_expires_seconds",
        "via", "owner",
    )  # fmt: skip


@admin.register(AttemptTally)
class AttemptTallyAdmin(ReadOnlyAdmin):
    """Hourly counts of attempts, per account (its key) and for the platform (0)."""

    list_display = ("hour", "scope_id", "reason", "count")
    list_filter = ("reason", "hour")
    search_fields = ("scope_id__exact",)
    search_help_text = gettext_lazy("The key of an account; 0 is the platform.")
    ordering = ("-hour", "scope_id", "reason")
    fields = ("hour", "scope_id", "reason", "count")


@admin.register(Registration)
class RegistrationAdmin(OfAccount):
    """Who is registered, from where."""

    list_display = ("aor", "contact", "user_agent", "source", "since", "expires_at", "cut_off_reason", "owner")
    list_filter = ("cut_off_reason", "expires_at")
    search_fields = ("aor__startswith", "source__exact")
    search_help_text = gettext_lazy("The start of an address of record (sip:…), or a source address.")
    fields = (
        "aor", "contact", "user_agent", "source", "since", "expires_at", "cut_off_at", "cut_off_reason", "owner",
    )  # fmt: skip


@admin.register(Block)
class BlockAdmin(OfAccount):
    """Sources that are refused for a while."""

    list_display = ("source", "username_key", "realm", "failures", "created_at", "until", "owner")
    list_filter = ("until",)
    search_fields = ("source__exact", "username_key__startswith")
    search_help_text = gettext_lazy("A source address, or the start of a username in lower case.")
    fields = ("source", "username_key", "realm", "failures", "created_at", "until", "owner")
