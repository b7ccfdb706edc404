"""Applications (where calls go) and SIP endpoints (the phones that register)."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from console import identifiers
from console.counters import RowsPer
from console.fields import AliasField, EndpointUsernameField, validate_plain_text
from console.lookups import PrefixIndex
from console.models import ConsoleModel
from console.querysets import ConsoleQuerySet
from sip import realms
from sip.models import HoldsSubscriber, Realm, SubscriberKind

URL_SCHEMES = ["http", "https"]


class Method(models.TextChoices):
    """How an application's URL is called."""

    GET = "GET", "GET"
    POST = "POST", "POST"


class MainOrSubQuerySet(ConsoleQuerySet[Any]):
    """Rows of a main account, some of them made for one of its sub-accounts."""

    def of(self, account: Account) -> MainOrSubQuerySet:
        """What ``account`` sees: all rows of a main account, or those made for a sub-account."""
        if account.is_sub_account:
            return self.filter(account_id=account.parent_id, sub_account_id=account.pk)
        return self.filter(account_id=account.pk)


class SharedWithSubAccount(ConsoleModel):
    """Base of what belongs to a main account and may be made for one of its sub-accounts."""

    account = models.ForeignKey(
        Account, verbose_name=_("account"), on_delete=models.PROTECT, related_name="+", db_index=False
    )  # the indexes of each model begin with it
    sub_account = models.ForeignKey(
        Account, verbose_name=_("sub-account"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects: ClassVar[Any] = MainOrSubQuerySet.as_manager()

    class Meta:
        abstract = True

    def audit_account(self) -> Account:
        """The sub-account it was made for, else its account."""
        return self.sub_account or self.account

    def clean(self) -> None:
        """Hold the pair of accounts together. Raises ``ValidationError``."""
        super().clean()
        if self.account_id and self.account.is_sub_account:
            raise ValidationError({"account": ValidationError(_("Choose a main account."), code="not_main")})
        if self.sub_account_id and self.sub_account and self.sub_account.parent_id != self.account_id:
            raise ValidationError({"sub_account": ValidationError(_("Sub-account not found"), code="not_found")})


def url_field(label: Any, **options: Any) -> models.CharField[Any, Any]:
    """A web address of an application; the documents show both http and https."""
    validators: list[Callable[[Any], None]] = [URLValidator(schemes=URL_SCHEMES), validate_plain_text]
    return models.CharField(label, max_length=500, validators=validators, **options)


def method_field(label: Any) -> models.CharField[Any, Any]:
    """The HTTP method that goes with an address."""
    return models.CharField(label, max_length=4, choices=Method.choices, default=Method.POST)


class Application(SharedWithSubAccount):
    """Where the calls of endpoints go, as documented; ``application_sid`` is what a jambonz SBC is told."""

    immutable_fields = ("account", "sub_account", "app_id")
    audited_fields = (
        "app_name", "sub_account", "answer_url", "answer_method", "hangup_url", "hangup_method", "fallback_answer_url",
        "fallback_method", "message_url", "message_method", "sip_transfer_url", "sip_transfer_method", "enabled",
        "default_app", "default_number_app", "default_endpoint_app", "log_incoming_message", "public_uri",
        "application_sid",
    )  # fmt: skip
    public_id_field = "app_id"
    generated_fields = ("app_id",)
    row_counter = RowsPer("account", part="sub_account")

    app_id = models.BigIntegerField(_("app id"), unique=True, editable=False, default=identifiers.number)
    app_name = AliasField(_("name"), max_length=128)
    answer_url = url_field(_("answer URL"))
    answer_method = method_field(_("answer method"))
    hangup_url = url_field(_("hangup URL"), blank=True, default="", help_text=_("Empty: the answer URL."))
    hangup_method = method_field(_("hangup method"))
    fallback_answer_url = url_field(_("fallback answer URL"), null=True, blank=True)
    fallback_method = method_field(_("fallback method"))
    message_url = url_field(_("message URL"), null=True, blank=True)
    message_method = method_field(_("message method"))
    sip_transfer_url = url_field(_("SIP transfer URL"), null=True, blank=True)
    sip_transfer_method = method_field(_("SIP transfer method"))
    application_type = models.CharField(_("type"), max_length=16, default="XML", validators=[validate_plain_text])
    enabled = models.BooleanField(_("enabled"), default=True)
    default_app = models.BooleanField(_("default application"), default=False)
    default_number_app = models.BooleanField(_("default for numbers"), default=False)
    default_endpoint_app = models.BooleanField(
        _("default for endpoints"),
        default=False,
        help_text=_("Endpoints created later without an application get this one."),
    )
    log_incoming_message = models.BooleanField(_("log incoming messages"), default=True)
    public_uri = models.BooleanField(_("public URI"), default=False)
    application_sid = models.UUIDField(
        _("jambonz application sid"),
        default=uuid.uuid4,
        help_text=_("What the authentication webhook answers for calls."),
    )

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering = ("-id",)
        indexes = (
            models.Index(fields=("account", "-id"), name="application_newest"),
            models.Index(fields=("account", "sub_account", "-id"), name="application_sub_newest"),
            PrefixIndex(fields=("app_name", "account"), name="application_name_begins"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("account", "sub_account"),
                condition=models.Q(default_endpoint_app=True),
                name="application_one_default_of_sub",
            ),
            models.UniqueConstraint(
                fields=("account",),
                condition=models.Q(default_endpoint_app=True, sub_account__isnull=True),
                name="application_one_default",
            ),
        )

    def __str__(self) -> str:
        return self.app_name

    def clean(self) -> None:
        """Default the hangup address to the answer address, as documented."""
        super().clean()
        self.hangup_url = self.hangup_url or self.answer_url


class Endpoint(SharedWithSubAccount, HoldsSubscriber):
    """A SIP endpoint: belongs to a main account; ``sub_account`` is whom it was made for or by."""

    immutable_fields = ("account", "username", "endpoint_id", "subscriber")
    plain_fields = ()
    audited_fields = (
        "username", "alias", *plain_fields, "sub_account", "application", "enabled", "allow_voice", "allow_message",
        "allow_video", "allow_same_domain", "allow_other_domains", "allow_phones", "allow_apps",
    )  # fmt: skip
    public_id_field = "endpoint_id"
    generated_fields = ("endpoint_id", "subscriber")
    subscriber_kind = SubscriberKind.ENDPOINT
    row_counter = RowsPer("account", part="sub_account")
    trigram_fields = ("username", "alias")

    endpoint_id = models.BigIntegerField(_("endpoint id"), unique=True, editable=False, default=identifiers.number)
    username = EndpointUsernameField(_("username"), max_length=64)
    alias = AliasField(_("alias"), max_length=128)
    application = models.ForeignKey(
        Application,
        verbose_name=_("application"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="endpoints",
    )
    enabled = models.BooleanField(
        _("enabled"), default=True, help_text=_("A disabled endpoint can neither register nor call.")
    )
    allow_voice = models.BooleanField(_("voice calls"), default=True)
    allow_message = models.BooleanField(_("messages"), default=True)
    allow_video = models.BooleanField(_("video calls"), default=False)
    allow_same_domain = models.BooleanField(_("calls to the same domain"), default=True)
    allow_other_domains = models.BooleanField(_("calls to other domains"), default=False)
    allow_phones = models.BooleanField(_("calls to phone numbers"), default=True)
    allow_apps = models.BooleanField(_("calls to applications"), default=True)

    class Meta:
        verbose_name = _("endpoint")
        verbose_name_plural = _("endpoints")
        ordering = ("-id",)
        indexes = (
            models.Index(fields=("account", "-id"), name="endpoint_newest"),
            models.Index(fields=("account", "sub_account", "-id"), name="endpoint_sub_newest"),
            models.Index(fields=("account", "application", "-id"), name="endpoint_application"),
            models.Index(fields=("account", "username"), name="endpoint_username"),
            models.Index(fields=("account", "alias"), name="endpoint_alias"),
            # The few that a filter is for: most endpoints are neither.
            models.Index(fields=("account", "-id"), condition=models.Q(enabled=False), name="endpoint_disabled"),
            models.Index(fields=("account", "-id"), condition=models.Q(allow_phones=False), name="endpoint_no_phones"),
            PrefixIndex(fields=("username", "account"), name="endpoint_username_begins"),
            PrefixIndex(fields=("alias", "account"), name="endpoint_alias_begins"),
        )

    def __str__(self) -> str:
        return self.username

    def subscriber_realm(self, username: str | None = None) -> Realm:
        """The realm of its main account's endpoints."""
        return realms.for_endpoints(self.account, username)

    def clean(self) -> None:
        """Hold the application to those the endpoint's account may use. Raises ``ValidationError``."""
        super().clean()
        if self.application is not None and not self._may_use(self.application):
            raise ValidationError({"application": ValidationError(_("Application not found"), code="not_found")})

    def _may_use(self, application: Application) -> bool:
        return application.account_id == self.account_id and application.sub_account_id in (None, self.sub_account_id)
