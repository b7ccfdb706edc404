"""Kazoo devices, and just enough of Kazoo users for devices to have owners and guests.

A device is a JSON document. The columns beside it repeat what devices are looked up by.
"""

from __future__ import annotations

import re
import uuid
from typing import Any, ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from console import identifiers
from console.counters import RowsPer
from console.fields import validate_plain_text
from console.lookups import PrefixIndex
from console.models import ConsoleModel
from devices.document import Columns, columns, flattened
from devices.document.basics import Document
from devices.querysets import DeviceQuerySet, LiveDevices, UserQuerySet
from sip.models import Subscriber

LIVE = Q(deleted_at__isnull=True)
LONGEST_TYPE = 64
ID = re.compile(r"\A[0-9a-f]{32}\Z")
HEXADECIMAL_ID = RegexValidator(ID, _("Enter 32 hexadecimal digits in lower case."), code="pattern")


def is_id(text: str) -> bool:
    """Whether a text is an id as Kazoo makes them: 32 lower-case hexadecimal digits."""
    return ID.match(text) is not None


def first_revision() -> str:
    """The revision of a new document."""
    return next_revision("0-")


def next_revision(revision: str) -> str:
    """The revision after ``revision``: a count and 32 hexadecimal digits that nobody can guess."""
    return f"{int(revision.partition('-')[0]) + 1}-{uuid.uuid4().hex}"


class Device(ConsoleModel):
    """A device. ``document`` is the truth, without ``sip.password``; a deleted one stays, out of sight."""

    immutable_fields = ("account", "device_id")
    public_id_field = "device_id"
    generated_fields = ("device_id",)
    row_counter = RowsPer("account", unless="deleted_at")

    account = models.ForeignKey(
        Account, verbose_name=_("account"), on_delete=models.PROTECT, related_name="devices", db_index=False
    )  # every index below begins with it
    device_id = models.CharField(
        _("device id"), max_length=32, default=identifiers.hexadecimal, editable=False, validators=[HEXADECIMAL_ID]
    )
    document = models.JSONField(_("document"), default=dict)
    revision = models.CharField(_("revision"), max_length=64, default=first_revision, editable=False)
    deleted_at = models.DateTimeField(_("deleted"), null=True, editable=False)
    subscriber = models.OneToOneField(
        Subscriber, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )  # with a username and a password only; a deleted device has none

    name = models.CharField(_("name"), max_length=128, editable=False)
    enabled = models.BooleanField(_("enabled"), default=True, editable=False)
    device_type = models.CharField(_("type"), max_length=LONGEST_TYPE, blank=True, editable=False)
    owner_id = models.CharField(_("owner"), max_length=32, blank=True, editable=False)
    mac_address = models.CharField(_("MAC address"), max_length=12, null=True, editable=False)  # noqa: DJ001  (unique)
    username = models.CharField(_("SIP username"), max_length=32, blank=True, editable=False)
    username_key = models.CharField(max_length=128, null=True, editable=False)  # noqa: DJ001  (unique; by password only)
    ip_address = models.GenericIPAddressField(
        _("IP address"), protocol="IPv4", null=True, editable=False
    )  # what it is known by, where its method is "ip"

    objects: ClassVar[Any] = LiveDevices()
    with_deleted: ClassVar[Any] = DeviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("account", "device_id"), name="device_id_once"),
            models.UniqueConstraint(fields=("account", "mac_address"), condition=LIVE, name="device_mac_once"),
            models.UniqueConstraint(fields=("account", "username_key"), condition=LIVE, name="device_username_once"),
            models.UniqueConstraint(fields=("account", "ip_address"), condition=LIVE, name="device_ip_once"),
            models.CheckConstraint(
                condition=LIVE | Q(subscriber__isnull=True), name="device_deleted_has_no_subscriber"
            ),
        )
        indexes = (
            models.Index(fields=("account", "-id"), name="device_newest"),
            models.Index(fields=("account", "device_id"), condition=LIVE, name="device_live"),
            models.Index(fields=("account", "owner_id"), name="device_owner"),
            models.Index(fields=("account", "name"), name="device_name"),
            models.Index(fields=("account", "-id"), condition=Q(enabled=False) & LIVE, name="device_disabled"),
            models.Index(fields=("account", "device_type", "device_id"), name="device_type"),
            models.Index(fields=("account", "username"), name="device_username"),
            models.Index(fields=("ip_address",), condition=Q(ip_address__isnull=False), name="device_ip"),
            PrefixIndex(fields=("name", "account"), name="device_name_begins"),
            PrefixIndex(fields=("username", "account"), name="device_username_begins"),
            PrefixIndex(fields=("device_id", "account"), name="device_id_begins"),
            PrefixIndex(fields=("mac_address", "account"), name="device_mac_begins"),
        )

    def __str__(self) -> str:
        return self.name

    @cached_property
    def indexed(self) -> Columns:
        """What the document says of itself to be looked up by."""
        return columns(self.document)

    def write(self, document: Document) -> None:
        """Take another document, its columns and a fresh revision."""
        self.document = document
        self.indexed = found = columns(document)
        by_password = found.sip_method == "password" and found.sip_username
        self.name, self.enabled, self.owner_id = found.name, found.enabled, found.owner_id
        self.device_type = found.device_type[:LONGEST_TYPE]
        self.mac_address, self.username = found.mac_address, found.sip_username
        self.username_key = found.sip_username.casefold() if by_password else None
        self.ip_address = found.sip_ip if found.sip_method == "ip" else None
        self.revision = next_revision(self.revision) if self.pk else self.revision

    def audited_values(self) -> dict[str, Any]:
        """The document by dotted keys."""
        return flattened(self.document)


class Hotdesk(models.Model):
    """A user who has logged in at a device, as ``hotdesk.users`` of its document says."""

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="hotdesks")
    user_id = models.CharField(max_length=32)

    class Meta:
        verbose_name = _("hotdesk login")
        verbose_name_plural = _("hotdesk logins")
        constraints = (models.UniqueConstraint(fields=("device", "user_id"), name="hotdesk_once"),)
        indexes = (models.Index(fields=("user_id",), name="hotdesk_user"),)

    def __str__(self) -> str:
        return self.user_id


class KazooUser(ConsoleModel):
    """Who owns devices, and logs in at others'. Nobody signs in to the console with it."""

    immutable_fields = ("account", "user_id")
    audited_fields = ("name", "first_name", "last_name")
    public_id_field = "user_id"
    generated_fields = ("user_id",)
    row_counter = RowsPer("account")

    account = models.ForeignKey(
        Account, verbose_name=_("account"), on_delete=models.CASCADE, related_name="kazoo_users"
    )
    user_id = models.CharField(
        _("user id"), max_length=32, default=identifiers.hexadecimal, editable=False, validators=[HEXADECIMAL_ID]
    )
    name = models.CharField(_("name"), max_length=257, validators=[validate_plain_text])
    first_name = models.CharField(_("first name"), max_length=128, blank=True, validators=[validate_plain_text])
    last_name = models.CharField(_("last name"), max_length=128, blank=True, validators=[validate_plain_text])

    objects: ClassVar[Any] = UserQuerySet.as_manager()

    class Meta:
        verbose_name = _("device user")
        verbose_name_plural = _("device users")
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=("account", "user_id"), name="kazoo_user_id_once"),)
        indexes = (
            models.Index(fields=("account", "-id"), name="kazoo_user_newest"),
            PrefixIndex(fields=("name", "account"), name="kazoo_user_name_begins"),
            PrefixIndex(fields=("user_id", "account"), name="kazoo_user_id_begins"),
        )

    def __str__(self) -> str:
        return self.name
