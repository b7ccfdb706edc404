"""Telling phones something, whichever registrar holds them, and what became of it in plain words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from sip import registrar
from sip.models import Subscriber
from sip.registrar import CannotNotify, Delivery, DeliveryOutcome

UNSUPPORTED = (481, 489)  # the phone got it, and knows no such event
ASKED = (401, 407)  # the phone wants to know who is calling


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a NOTIFY: one delivery for each contact, or why none was tried."""

    deliveries: list[Delivery]
    obstacle: str = ""


def reload_settings(subscriber: Subscriber | None, *, reboot: bool | None = None) -> Told:
    """Ask the phones to fetch their settings again (``check-sync``), with or without a reboot where that is said."""
    return _tell(subscriber, lambda known: registrar.current().sync(known, reboot=reboot))


def notify(subscriber: Subscriber | None, *, event: str, content_type: str = "", body: str = "") -> Told:
    """Send the phones a NOTIFY."""
    return _tell(
        subscriber,
        lambda known: registrar.current().notify(known, event=event, content_type=content_type, body=body),
    )


def _tell(subscriber: Subscriber | None, send: Callable[[Subscriber], list[Delivery]]) -> Told:
    if subscriber is None:
        return Told([], _("There is no SIP username and password here, so no phone can be registered."))
    try:
        deliveries = send(subscriber)
    except CannotNotify as error:
        return Told([], str(error))
    return Told(deliveries, "" if deliveries else _("No phone is registered here: nothing was sent."))


def is_received(delivery: Delivery) -> bool:
    """Whether the phone took it."""
    return delivery.outcome is DeliveryOutcome.ANSWERED and 200 <= (delivery.status or 0) < 300


def spoken(delivery: Delivery) -> str:
    """What became of a NOTIFY, in plain words."""
    values = {
        "contact": delivery.contact.received or delivery.contact.uri,
        "answer": f"{delivery.status or ''} {delivery.reason}".strip(),
    }
    return _sentence(delivery) % values


def _sentence(delivery: Delivery) -> str:
    if delivery.outcome is DeliveryOutcome.ANSWERED:
        return _answer(delivery)
    if delivery.outcome is DeliveryOutcome.TIMED_OUT:
        return _("%(contact)s: no answer within a few seconds.")
    return _("%(contact)s: it could not be sent. %(answer)s")


def _answer(delivery: Delivery) -> str:
    if delivery.status in UNSUPPORTED:
        return _("%(contact)s: the phone received it, and does not know this event (%(answer)s).")
    if delivery.status in ASKED and delivery.is_authenticated:
        return _("%(contact)s: the phone asked who is calling, and did not accept its own password (%(answer)s).")
    if delivery.status in ASKED:
        return _("%(contact)s: the phone asks for a password that is not known here (%(answer)s).")
    if delivery.is_authenticated:
        return _("%(contact)s: the phone asked who is calling, was told, and answered %(answer)s.")
    return _("%(contact)s: the phone answered %(answer)s.")
