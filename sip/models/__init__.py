"""The tables of the SIP side."""

from __future__ import annotations

from sip.models.holders import HoldsSubscriber, taken
from sip.models.records import AttemptTally, AuthAttempt, Block, CutOff, Outcome, Reason, Registration
from sip.models.subscribers import Realm, Secret, Subscriber, SubscriberKind, address_of_record
from sip.models.webhook import WebhookAccess, webhook_username

__all__ = [
    "AttemptTally", "AuthAttempt", "Block", "CutOff", "HoldsSubscriber", "Outcome", "Realm", "Reason", "Registration",
    "Secret", "Subscriber", "SubscriberKind", "WebhookAccess", "address_of_record", "taken", "webhook_username",
]  # fmt: skip
