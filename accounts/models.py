"""Accounts and sub-accounts, who is a member of them, and the tokens that act for them."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.invitation import Invitation
from accounts.permissions import Role, Scope
from accounts.querysets import AccountQuerySet
from accounts.users import Theme, User
from console import identifiers
from console.counters import RowsPer
from console.fields import validate_plain_text
from console.lookups import PrefixIndex
from console.models import ConsoleModel

__all__ = ["Account", "ApiToken", "BusinessType", "Invitation", "KycMode", "Membership", "Theme", "User"]


class KycMode(models.TextChoices):
    """For whom a sub-account is used, as documented."""

    PERSONAL = "personal_use", _("Personal use")
    CUSTOMER = "customer_use", _("Customer use")


class BusinessType(models.TextChoices):
    """The documented kinds of business."""

    INDIVIDUAL = "individual", _("Individual")
    PROPRIETORSHIP = "proprietorship", _("Proprietorship")
    PRIVATE_LIMITED = "private_limited", _("Private limited")
    LLP = "llp", _("LLP")
    PARTNERSHIP = "partnership", _("Partnership")
    PUBLIC_LIMITED = "public_limited", _("Public limited")
    TRUST = "trust", _("Trust")
    SOCIETY = "society", _("Society")
    HUF = "huf", _("HUF")
    GOVERNMENT = "government", _("Government")


def wrong_permissions() -> ValidationError:
    """What to say of permissions that are none."""
    return ValidationError(_('Enter an object such as {"calls": true, "cdr": true}'), code="permissions")


def validate_permissions(value: Any) -> None:
    """Permissions are null (inherit) or ``{"calls": bool, "cdr": bool}``, either key optional."""
    if value is None:
        return
    if (
        not isinstance(value, dict)
        or set(value) - {"calls", "cdr"}
        or not all(isinstance(v, bool) for v in value.values())
    ):
        raise wrong_permissions()


class Account(ConsoleModel):
    """A tenant: a main account (``MA_``), or a sub-account (``SA_``) of one. Deleted through ``services`` only."""

    immutable_fields = ("auth_id", "kazoo_id", "parent")
    audited_fields = (
        "name", "email", "phone", "description", "enabled", "permissions", "rate_limit", "kyc_mode", "business_type",
        "endpoint_limit", "credential_limit", "device_limit", "mfa_required",
    )  # fmt: skip
    public_id_field = "auth_id"
    generated_fields = ("auth_id", "kazoo_id", "api_id")
    row_counter = RowsPer("parent")

    auth_id = models.CharField(_("auth id"), max_length=11, unique=True, editable=False)
    kazoo_id = models.CharField(
        _("Kazoo account id"), max_length=32, unique=True, editable=False, default=identifiers.hexadecimal
    )
    api_id = models.UUIDField(unique=True, editable=False, default=uuid.uuid4)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("main account"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="sub_accounts",
    )
    name = models.CharField(_("name"), max_length=128, validators=[validate_plain_text])
    email = models.EmailField(_("e-mail address"), null=True, blank=True)  # noqa: DJ001  (documented as null)
    phone = models.CharField(_("phone"), max_length=32, null=True, blank=True, validators=[validate_plain_text])  # noqa: DJ001  (documented as null)
    description = models.TextField(  # noqa: DJ001  (documented as null)
        _("description"),
        max_length=1000,
        null=True,
        blank=True,
        validators=[MaxLengthValidator(1000), validate_plain_text],  # a text field's own length holds forms only
    )
    enabled = models.BooleanField(
        _("enabled"),
        default=True,
        help_text=_("A disabled account's API, its phones and its sub-accounts are refused."),
    )
    permissions = models.JSONField(_("permissions"), null=True, blank=True, validators=[validate_permissions])
    rate_limit = models.PositiveIntegerField(
        _("rate limit"),
        default=1000,
        validators=[MinValueValidator(1), MaxValueValidator(1_000_000)],
        help_text=_("API requests per minute."),
    )
    kyc_mode = models.CharField(_("use"), max_length=16, choices=KycMode.choices, default=KycMode.PERSONAL)
    business_type = models.CharField(  # noqa: DJ001  (documented as null)
        _("business type"), max_length=16, choices=BusinessType.choices, null=True, blank=True
    )
    endpoint_limit = models.PositiveIntegerField(
        _("endpoint limit"), null=True, blank=True, help_text=_("Empty: no limit.")
    )
    credential_limit = models.PositiveIntegerField(
        _("credential limit"), null=True, blank=True, help_text=_("Empty: no limit.")
    )
    device_limit = models.PositiveIntegerField(
        _("device limit"), null=True, blank=True, help_text=_("Empty: no limit.")
    )
    mfa_required = models.BooleanField(
        _("second factor required"),
        default=False,
        help_text=_("Members must sign in with a passkey or a one-time code."),
    )
    # The documented attributes of GET /auth/me that this console only keeps and shows.
    country = models.CharField(_("country"), max_length=64, blank=True, default="")
    timezone = models.CharField(_("time zone"), max_length=64, blank=True, default="UTC")
    city = models.CharField(_("city"), max_length=128, blank=True, default="")
    state = models.CharField(_("state"), max_length=128, blank=True, default="")
    address = models.CharField(_("address"), max_length=256, blank=True, default="")
    zip_code = models.CharField(_("zip code"), max_length=16, blank=True, default="")
    company = models.CharField(_("company"), max_length=128, blank=True, default="")

    objects: ClassVar[Any] = AccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ("-id",)
        indexes = (
            models.Index(fields=("parent", "-id"), name="account_parent_newest"),
            PrefixIndex(fields=("name",), name="account_name_begins"),
            PrefixIndex(fields=("auth_id",), name="account_auth_id_begins"),
            PrefixIndex(fields=("email",), name="account_email_begins"),
            PrefixIndex(fields=("kazoo_id",), name="account_kazoo_id_begins"),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.auth_id})"

    @property
    def is_sub_account(self) -> bool:
        """Whether this account lives under a main account."""
        return self.parent_id is not None

    @property
    def main_id(self) -> int:
        """The primary key of the main account: its parent's, or its own."""
        return int(self.parent_id or self.pk)

    @property
    def main(self) -> Account:
        """The main account: its parent, or itself."""
        return self.parent or self

    @property
    def is_live(self) -> bool:
        """Whether it and its main account are enabled."""
        return self.enabled and (self.parent is None or self.parent.enabled)

    @property
    def number(self) -> str:
        """The numeric id that the documents print beside the auth id."""
        return str(500_000 + (self.pk or 0))

    def audit_account(self) -> Account:
        """Itself."""
        return self

    def clean(self) -> None:
        """Hold the rules that span fields. Raises ``ValidationError``."""
        super().clean()
        if self.parent is not None and self.parent.is_sub_account:
            raise ValidationError(
                {"parent": ValidationError(_("A sub-account cannot have sub-accounts."), code="depth")}
            )
        if self.kyc_mode == KycMode.CUSTOMER and not self.email:
            raise ValidationError(
                {"email": ValidationError(_("An e-mail address is required for customer use"), code="customer_use")}
            )
        if self.permissions in ([], ""):  # Django asks no validator about empty values
            raise ValidationError({"permissions": wrong_permissions()})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Give a new account its public id."""
        if not self.auth_id:
            self.auth_id = identifiers.sub_auth_id() if self.is_sub_account else identifiers.main_auth_id()
        super().save(*args, **kwargs)


class Membership(ConsoleModel):
    """What a user is in an account; inherited by the account's sub-accounts."""

    immutable_fields = ("user", "account")
    audited_fields = ("user", "role")

    account = models.ForeignKey(
        Account, verbose_name=_("account"), on_delete=models.CASCADE, related_name="memberships"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(_("role"), max_length=8, choices=Role.choices)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = (
            models.UniqueConstraint(
                fields=("account", "user"),
                name="membership_once",
                violation_error_message=_("This user is a member already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"


class ApiToken(ConsoleModel):
    """A token that acts for an account (or for one of its members): only its SHA-256 is kept."""

    immutable_fields = ("account", "user", "digest", "prefix")
    audited_fields = ("name", "scope", "prefix", "expires_at", "revoked_at")

    account = models.ForeignKey(Account, verbose_name=_("account"), on_delete=models.CASCADE, related_name="tokens")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("acts as"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="tokens",
        help_text=_("The token then may do what this member's role allows. Empty: it acts for the account."),
    )
    name = models.CharField(_("name"), max_length=64, validators=[validate_plain_text])
    prefix = models.CharField(_("starts with"), max_length=8, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scope = models.CharField(_("scope"), max_length=12, choices=Scope.choices, default=Scope.FULL)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def is_usable(self) -> bool:
        """Whether the token is neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > timezone.now())
