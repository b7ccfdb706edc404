"""The forms of the accounts app."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, ApiToken, Invitation, Membership, User
from console.forms import ConsoleModelForm, Fieldset, NewPasswordInput, OverlapField

ROLES_SAY = _(
    "Owners do all. Admins do all but members, tokens and deletion of the account. "
    "Support reads, reboots phones and lifts blocks. Viewers read."
)


class SubAccountForm(ConsoleModelForm):
    """A sub-account: who it is, what it may, how much."""

    owner_fields = ("parent",)
    fieldsets = (
        Fieldset(_("Who"), ("name", "email", "phone", "description"), _("How you and your customer know this tenant.")),
        Fieldset(_("Use"), ("kyc_mode", "business_type"), _("Customer use needs an e-mail address.")),
        Fieldset(
            _("Limits"),
            ("rate_limit", "endpoint_limit", "credential_limit", "device_limit"),
            _("Held at every door: pages, API, admin and import."),
        ),
        Fieldset(_("Access"), ("enabled", "mfa_required")),
    )

    class Meta:
        model = Account
        fields = (
            "name",
            "email",
            "phone",
            "description",
            "kyc_mode",
            "business_type",
            "rate_limit",
            "endpoint_limit",
            "credential_limit",
            "device_limit",
            "enabled",
            "mfa_required",
        )
        widgets = {"description": forms.Textarea(attrs={"rows": 2})}

    def give_owner(self, instance: Any) -> None:
        """A new account is a sub-account of the page's."""
        instance.parent = self.account


class MemberForm(ConsoleModelForm):
    """What a member is."""

    owner_fields = ()
    fieldsets = (Fieldset(_("Role"), ("role",), ROLES_SAY),)

    class Meta:
        model = Membership
        fields = ("role",)


class InvitationForm(ConsoleModelForm):
    """Whom to invite, and as what."""

    fieldsets = (Fieldset(_("Whom"), ("email", "role"), ROLES_SAY),)

    class Meta:
        model = Invitation
        fields = ("email", "role")

    def _get_validation_exclusions(self) -> set[str]:
        """The service ends a former invitation of the same address first."""
        return {*super()._get_validation_exclusions(), "digest", "expires_at"}

    def validate_constraints(self) -> None:
        """Left to the service, for the same reason."""


class TokenForm(ConsoleModelForm):
    """A token of the account: its name, its reach, its end."""

    expires_at = forms.DateTimeField(
        label=_("Expires"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text=_("Empty: never. In your time zone."),
    )
    fieldsets = (
        Fieldset(_("Token"), ("name", "scope", "expires_at"), _("One for each program: each can be revoked alone.")),
    )

    class Meta:
        model = ApiToken
        fields = ("name", "scope", "expires_at")

    def clean_expires_at(self) -> datetime | None:
        """A token that is over cannot be made. Raises ``ValidationError``."""
        expires_at: datetime | None = self.cleaned_data["expires_at"]
        if expires_at is not None and expires_at <= timezone.now():
            raise ValidationError(_("Choose a moment to come."), code="past")
        return expires_at


class OwnTokenForm(TokenForm):
    """A token of one's own: in which account it acts as oneself."""

    owner_fields = ("account",)
    fieldsets = (
        Fieldset(
            _("Token"), ("account", "name", "scope", "expires_at"), _("It may do what your role in the account allows.")
        ),
    )

    class Meta:
        model = ApiToken
        fields = ("account", "name", "scope", "expires_at")

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        self.person = person
        super().__init__(*args, account=Account(), **kwargs)
        self.fields["account"].queryset = Account.objects.visible_to(person)  # type: ignore[attr-defined]

    def give_owner(self, instance: Any) -> None:
        """It acts as the person."""
        instance.user = self.person


class TokenRotateForm(forms.Form):
    """How long the old token still works."""

    overlap_minutes = OverlapField(
        label=_("The old token"), help_text=_("Until then both work, so programs can be changed one by one.")
    )

    def __init__(self, data: Any = None, *, account: Account) -> None:
        super().__init__(data)
        self.account = account

    def refuse(self, error: ValidationError) -> None:
        """Show what a service said."""
        self.add_error(None, error.messages)

    def sections(self) -> list[tuple[Fieldset, list[forms.BoundField]]]:
        """The one field."""
        return [(Fieldset(_("Rotate"), (), _("The new token has the same name, scope and expiry.")), list(self))]


class PolicyForm(ConsoleModelForm):
    """What the account asks of its people."""

    owner_fields = ()
    fieldsets = (
        Fieldset(
            _("Signing in"), ("mfa_required",), _("Holds for this account's pages and those of its sub-accounts.")
        ),
    )

    class Meta:
        model = Account
        fields = ("mfa_required",)


class ProfileForm(ConsoleModelForm):
    """Who one is."""

    owner_fields = ()
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=lambda: [(name, name) for name in sorted(available_timezones())]
    )
    fieldsets = (
        Fieldset(_("You"), ("name", "email"), _("You sign in with the e-mail address.")),
        Fieldset(_("Times"), ("time_zone",), _("Every time on these pages is shown in this zone.")),
    )

    class Meta:
        model = User
        fields = ("name", "email", "time_zone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, account=Account(), **kwargs)

    def describe(self, name: str, field: forms.Field) -> None:
        """Nothing about a person is settled for good."""


class JoinForm(forms.Form):
    """Who is invited, and with what they will sign in."""

    name = forms.CharField(label=_("Your name"), max_length=128, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=128,
        widget=NewPasswordInput,
        help_text=_("At least 10 characters."),
    )

    def refuse(self, error: ValidationError) -> None:
        """Show what the service said beside the fields."""
        for name, texts in getattr(error, "message_dict", {"": error.messages}).items():
            self.add_error(name if name in self.fields else None, texts)
