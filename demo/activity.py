"""What phones did: registrations that last a while, and a day of authentication attempts."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address

from django.utils import timezone

from accounts.models import Account
from sip.attempt_log import store
from sip.models import AuthAttempt, Outcome, Reason, Registration, Subscriber, SubscriberKind

LIFETIME = timedelta(days=7)  # long, so that a demo that is opened again still shows phones online
USER_AGENTS = (
    "Yealink SIP-T54W 96.86.0.70",
    "Grandstream GXP2170 1.0.11.64",
    "Zoiper v2.10.20",
    "Linphone-Desktop/5.2.4",
)
FIRST_PHONE = ip_address("203.0.113.20")
INTRUDER = "192.0.2.66"
GRANTED_SECONDS = 300
EVERY_THIRD_IS_OFFLINE = 3
PHONES = (SubscriberKind.ENDPOINT, SubscriberKind.DEVICE)


@dataclass(frozen=True, slots=True)
class Device:
    """A phone as the network sees it."""

    subscriber: Subscriber
    source: str
    user_agent: str

    @property
    def contact(self) -> str:
        """Where it says it can be reached."""
        return f"sip:{self.subscriber.username}@{self.source}:5060;transport=udp"


def write(main: Account) -> None:
    """Record registrations and attempts of the main account's enabled endpoints and devices."""
    now = timezone.now()
    phones = list(devices(main))
    online = [phone for place, phone in enumerate(phones) if place % EVERY_THIRD_IS_OFFLINE]
    Registration.objects.bulk_create(registration(main, phone, place, now) for place, phone in enumerate(online))
    store(sorted(attempts(main, phones, online, now), key=lambda attempt: attempt.at))
    Subscriber.objects.filter(pk__in=[phone.subscriber.pk for phone in online]).update(last_used_at=now)


def devices(main: Account) -> Iterator[Device]:
    """The enabled phones with an address and a model each, the same every time."""
    rows = Subscriber.objects.filter(realm__account=main, kind__in=PHONES, enabled=True)
    agents = itertools.cycle(USER_AGENTS)
    for place, subscriber in enumerate(rows.select_related("realm").order_by("pk")):
        yield Device(subscriber, str(FIRST_PHONE + place), next(agents))


def registration(main: Account, phone: Device, place: int, now: datetime) -> Registration:
    """A living contact of a phone."""
    return Registration(
        subscriber=phone.subscriber,
        account_id=phone.subscriber.account_id,
        main_account_id=main.pk,
        aor=phone.subscriber.aor,
        contact_key=hashlib.sha256(phone.contact.encode()).hexdigest(),
        contact=phone.contact,
        user_agent=phone.user_agent,
        source=f"{phone.source}:5060",
        since=now - timedelta(minutes=17 * place + 3),
        expires_at=now + LIFETIME,
    )


def attempts(main: Account, phones: Sequence[Device], online: Sequence[Device], now: datetime) -> Iterator[AuthAttempt]:
    """The last day: phones that refreshed, one with a wrong password, and a stranger who guesses."""
    for place, phone in enumerate(online):
        for hours in range(place % 5, 24, 6):
            yield attempt(main, phone, Reason.ADMITTED, now - timedelta(hours=hours, minutes=place))
    mistyped = phones[0]
    for hours in (1, 2, 3, 5, 8):
        yield attempt(main, mistyped, Reason.WRONG_PASSWORD, now - timedelta(hours=hours, minutes=11))
    for minutes, name in enumerate(("100", "1000", "admin", "test", "sip", "voip", "asterisk", "user")):
        yield AuthAttempt(
            at=now - timedelta(hours=4, minutes=minutes),
            main_account_id=main.pk,
            account_id=main.pk,
            realm=mistyped.subscriber.realm.shown_as,
            username=name,
            method="REGISTER",
            outcome=Outcome.FAIL,
            reason=Reason.UNKNOWN_USER,
            source=INTRUDER,
            user_agent="friendly-scanner",
        )


def attempt(main: Account, phone: Device, reason: Reason, at: datetime) -> AuthAttempt:
    """One question about a phone, and its answer."""
    is_admitted = reason == Reason.ADMITTED
    return AuthAttempt(
        at=at,
        main_account_id=main.pk,
        account_id=phone.subscriber.account_id,
        subscriber_id=phone.subscriber.pk,
        realm=phone.subscriber.realm.shown_as,
        username=phone.subscriber.username,
        method="REGISTER",
        outcome=Outcome.OK if is_admitted else Outcome.FAIL,
        reason=reason,
        source=phone.source,
        user_agent=phone.user_agent,
        granted_expires_seconds=GRANTED_SECONDS if is_admitted else None,
    )
