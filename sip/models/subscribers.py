"""Realms, the one table of SIP subscribers, and their digest hashes."""

from __future__ import annotations

from django.db import models
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from console.counters import RowsPer
from console.fields import RealmField
from console.lookups import PrefixIndex
from console.models import ConsoleModel
from sip.constraints import is_lower_hexadecimal
from sip.networks import validate_networks


class Realm(ConsoleModel):
    """A SIP domain, held by one account for good. ``name`` is lower case; ``shown_as`` is how documents print it."""

    immutable_fields = ("account", "name", "shown_as")
    audited_fields = ("name", "serves_endpoints", "serves_trunks")

    account = models.ForeignKey(Account, verbose_name=_("account"), on_delete=models.CASCADE, related_name="realms")
    name = RealmField(_("realm"), max_length=253, unique=True)
    shown_as = models.CharField(_("shown as"), max_length=253)
    serves_endpoints = models.BooleanField(_("endpoints live here"), default=False)
    serves_trunks = models.BooleanField(_("credentials and devices live here"), default=False)

    # Who holds the username that the realm was asked for with (``sip.realms``); no columns.
    holder_id: int | None = None
    holder_kind: str | None = None

    class Meta:
        verbose_name = _("realm")
        verbose_name_plural = _("realms")
        ordering = ("name",)
        indexes = (PrefixIndex(fields=("name",), name="realm_begins"),)
        constraints = (
            models.CheckConstraint(
                condition=Exact(models.functions.Lower("name"), models.F("name")), name="realm_lower_case"
            ),
            models.UniqueConstraint(
                fields=("account",), condition=models.Q(serves_endpoints=True), name="realm_one_for_endpoints"
            ),
            models.UniqueConstraint(
                fields=("account",), condition=models.Q(serves_trunks=True), name="realm_one_for_trunks"
            ),
        )

    def __str__(self) -> str:
        return self.shown_as


class SubscriberKind(models.TextChoices):
    """What a subscriber was provisioned as."""

    ENDPOINT = "endpoint", _("endpoint")
    CREDENTIAL = "credential", _("credential")
    DEVICE = "device", _("device")


class Subscriber(ConsoleModel):
    """What may register and call: one for each endpoint, credential and password-method device."""

    immutable_fields = ("realm", "username", "username_key", "kind")
    row_counter = RowsPer("account")

    realm = models.ForeignKey(Realm, verbose_name=_("realm"), on_delete=models.PROTECT, related_name="subscribers")
    username = models.CharField(_("username"), max_length=64)
    username_key = models.CharField(max_length=128, editable=False)  # casefolding can lengthen
    account = models.ForeignKey(
        Account, verbose_name=_("account"), on_delete=models.PROTECT, related_name="subscribers"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=SubscriberKind.choices)
    enabled = models.BooleanField(_("enabled"), default=True)
    application_sid = models.UUIDField(_("application sid"), null=True, blank=True)
    allow_voice = models.BooleanField(default=True)
    allow_message = models.BooleanField(default=True)
    allow_video = models.BooleanField(default=True)
    allow_same_domain = models.BooleanField(default=True)
    allow_other_domains = models.BooleanField(default=True)
    allow_phones = models.BooleanField(default=True)
    allow_apps = models.BooleanField(default=True)
    allowed_networks = models.JSONField(default=list, blank=True, validators=[validate_networks])
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)  # from admitted attempts

    class Meta:
        verbose_name = _("SIP subscriber")
        verbose_name_plural = _("SIP subscribers")
        constraints = (models.UniqueConstraint(fields=("realm", "username_key"), name="subscriber_once_in_realm"),)
        indexes = (models.Index(fields=("account", "last_used_at"), name="subscriber_last_used"),)

    def __str__(self) -> str:
        return f"{self.username}@{self.realm.shown_as}"

    @property
    def aor(self) -> str:
        """The address of record, as printed: ``sip:username@realm``."""
        return address_of_record(self.username, self.realm.shown_as)


def address_of_record(username: str, realm: str) -> str:
    """The address of record, as printed."""
    return f"sip:{username}@{realm}"


HASH_LENGTHS = {
    "md5": 32,
    "md5_lower": 32,
    "sha256": 64,
    "sha256_lower": 64,
    "sha512_256": 64,
    "sha512_256_lower": 64,
}


class Secret(models.Model):
    """The digest hashes (HA1) of one password of a subscriber, per algorithm, for the realm as shown and in lower case.

    ``valid_until`` null is the current password; a set one is the previous password, still valid during an overlap.
    """

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="secrets")
    valid_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    md5 = models.CharField(max_length=32)
    md5_lower = models.CharField(max_length=32)
    sha256 = models.CharField(max_length=64)
    sha256_lower = models.CharField(max_length=64)
    sha512_256 = models.CharField(max_length=64)
    sha512_256_lower = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("digest hashes")
        verbose_name_plural = _("digest hashes")
        constraints = (
            models.UniqueConstraint(
                fields=("subscriber",), condition=models.Q(valid_until__isnull=True), name="secret_one_current"
            ),
            models.UniqueConstraint(
                fields=("subscriber",), condition=models.Q(valid_until__isnull=False), name="secret_one_previous"
            ),
            *(
                models.CheckConstraint(condition=is_lower_hexadecimal(column, length), name=f"secret_{column}_hex")
                for column, length in HASH_LENGTHS.items()
            ),
        )

    def __str__(self) -> str:
        return f"secret {self.pk}"
