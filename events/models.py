"""Webhooks of an account, the events that were told, and each delivery of one to the other."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from console.fields import validate_plain_text
from console.models import ConsoleModel
from console.querysets import ConsoleQuerySet
from events.addresses import LONGEST_URL, validate_url

GIVE_UP_AFTER = timedelta(days=3)


class EventType(models.TextChoices):
    """What an account may be told. ``ping`` is sent on request only."""

    ENDPOINT_CREATED = "endpoint.created", _("Endpoint created")
    ENDPOINT_CHANGED = "endpoint.changed", _("Endpoint changed")
    ENDPOINT_DELETED = "endpoint.deleted", _("Endpoint deleted")
    CREDENTIAL_CREATED = "credential.created", _("Credential created")
    CREDENTIAL_CHANGED = "credential.changed", _("Credential changed")
    CREDENTIAL_DELETED = "credential.deleted", _("Credential deleted")
    DEVICE_CREATED = "device.created", _("Device created")
    DEVICE_CHANGED = "device.changed", _("Device changed")
    DEVICE_DELETED = "device.deleted", _("Device deleted")
    REGISTERED = "registration.registered", _("Registered")
    UNREGISTERED = "registration.unregistered", _("Unregistered")
    BLOCKED = "authentication.blocked", _("Authentication blocked")
    IMPORT_FINISHED = "import.finished", _("Import finished")
    PING = "ping", _("Test")


NONE_CHOSEN = _("Choose at least one event.")
OFFERED = tuple((value, label) for value, label in EventType.choices if value != EventType.PING)


def validate_events(value: Any) -> None:
    """A list of event types, each once, at least one. Raises ``ValidationError``."""
    known = {name for name, _label in OFFERED}
    if not isinstance(value, list) or not value:
        raise ValidationError(NONE_CHOSEN, code="required")
    wrong = [name for name in value if not isinstance(name, str) or name not in known]
    if wrong or len(set(value)) != len(value):
        raise ValidationError(  # not "invalid": for that the field has words of its own, about JSON
            _("Each event once, of: %(known)s."), code="unknown", params={"known": ", ".join(sorted(known))}
        )


class WebhookQuerySet(ConsoleQuerySet[Any]):
    """Webhooks of one account."""

    def of(self, account: Account) -> WebhookQuerySet:
        """The account's own webhooks."""
        return self.filter(account_id=account.pk)


class Webhook(ConsoleModel):
    """An address that an account has events sent to. ``hold_until`` spares a receiver that does not answer."""

    immutable_fields = ("account",)
    audited_fields = ("url", "events", "description", "enabled")
    public_id_field = "webhook_id"
    generated_fields = ("webhook_id",)

    account = models.ForeignKey(Account, verbose_name=_("account"), on_delete=models.CASCADE, related_name="webhooks")
    webhook_id = models.UUIDField(_("webhook id"), unique=True, editable=False, default=uuid.uuid4)
    url = models.CharField(
        _("address"), max_length=LONGEST_URL, validators=[validate_url], help_text=_("https, on a public address.")
    )
    events = models.JSONField(
        _("events"), default=list, validators=[validate_events], error_messages={"blank": NONE_CHOSEN}
    )
    description = models.CharField(_("description"), max_length=200, blank=True, validators=[validate_plain_text])
    enabled = models.BooleanField(_("enabled"), default=True)

    sealed_secret = models.TextField(editable=False)
    sealed_former_secret = models.TextField(blank=True, editable=False)
    former_until = models.DateTimeField(null=True, editable=False)

    failures = models.PositiveIntegerField(_("failures in a row"), default=0, editable=False)
    failing_since = models.DateTimeField(_("failing since"), null=True, editable=False)
    hold_until = models.DateTimeField(null=True, editable=False)
    stopped_at = models.DateTimeField(_("switched off by the console"), null=True, editable=False)

    objects: ClassVar[Any] = WebhookQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ("-id",)
        indexes = (models.Index(fields=("account", "-id"), name="webhook_newest"),)

    def __str__(self) -> str:
        return self.url


class Event(models.Model):
    """Something that happened, as it is told: ``body`` is what every receiver gets, to the byte."""

    event_id = models.UUIDField(unique=True, editable=False, default=uuid.uuid4)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    type = models.CharField(_("event"), max_length=32, choices=EventType.choices)
    occurred_at = models.DateTimeField(_("happened"))
    body = models.TextField(_("body"))

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ("-id",)
        indexes = (models.Index(fields=("occurred_at",), name="event_age"),)

    def __str__(self) -> str:
        return self.type


class DeliveryState(models.TextChoices):
    """What became of a delivery."""

    WAITING = "waiting", _("Waiting")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("Given up")


class DeliveryQuerySet(ConsoleQuerySet[Any]):
    """Deliveries of one account's webhooks."""

    def of(self, account: Account) -> DeliveryQuerySet:
        """Those of the account's own webhooks."""
        return self.filter(webhook__account_id=account.pk).select_related("webhook", "event")

    def due(self) -> DeliveryQuerySet:
        """What is to be sent now: its time has come, and its webhook is neither off nor on hold."""
        now = timezone.now()
        is_free = models.Q(webhook__hold_until=None) | models.Q(webhook__hold_until__lte=now)
        return self.filter(is_free, state=DeliveryState.WAITING, due_at__lte=now, webhook__enabled=True)


class Delivery(models.Model):
    """One event on its way to one webhook.

    ``tries`` is a fencing token too: who took an earlier try writes nothing more. While it is being sent, ``due_at`` is
    the end of the lease: a worker that was killed leaves nothing behind but that.
    """

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="deliveries")
    delivery_id = models.UUIDField(_("delivery id"), unique=True, editable=False, default=uuid.uuid4)
    state = models.CharField(_("state"), max_length=9, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    tries = models.PositiveIntegerField(_("tries"), default=0)
    tries_before = models.PositiveIntegerField(default=0)  # when it was last sent anew: the back-off starts there
    due_at = models.DateTimeField(_("next try"), null=True)
    give_up_at = models.DateTimeField()
    last_tried_at = models.DateTimeField(_("last try"), null=True)
    last_status = models.PositiveSmallIntegerField(_("answer"), null=True)
    last_error = models.CharField(_("what was wrong"), max_length=200, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects: ClassVar[Any] = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=("webhook", "event"), name="delivery_once"),)
        indexes = (
            models.Index(fields=("webhook", "-id"), name="delivery_newest"),
            models.Index(
                fields=("webhook", "due_at"), condition=models.Q(state=DeliveryState.WAITING), name="delivery_due"
            ),
        )

    def __str__(self) -> str:
        return f"{self.event.type} → {self.webhook.url}"

    @property
    def public_id(self) -> str:
        """What the outside knows it by."""
        return str(self.delivery_id)


class Watched(models.Model):
    """An account whose registrations are compared with what was told last."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"registrations of account {self.account_id}"


class Registered(models.Model):
    """A subscriber that was registered when its account was last looked at; the subscriber may be gone since."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    subscriber_id = models.BigIntegerField()
    username = models.CharField(max_length=64)
    realm = models.CharField(max_length=255)
    kind = models.CharField(max_length=16)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("account", "subscriber_id"), name="registered_once"),)

    def __str__(self) -> str:
        return f"sip:{self.username}@{self.realm}"
