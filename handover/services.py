"""Making, opening and revoking links."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Account
from console import audit, limiter
from console.models import RateBucket
from handover import tokens
from handover.models import Link, LinkState
from sip.connecting import Connection, connection
from sip.digest import Algorithm, ha1
from sip.models import Secret, Subscriber

DEFAULT_MINUTES = 15
MAXIMUM_MINUTES = 24 * 60
MISSES = 5  # unknown tokens from one source in a window; then it has to wait
MISS_WINDOW_SECONDS = 900
KEPT = timedelta(days=30)  # how long the list remembers a link that is over


class NotOpened(Exception):
    """The link does not open; ``state`` says why, None for one that is not known."""

    def __init__(self, state: LinkState | None) -> None:
        super().__init__(state)
        self.state = state


class TooManyMisses(Exception):
    """The source has tried too many unknown tokens; ``retry_seconds`` from now it may try again."""

    def __init__(self, retry_seconds: int) -> None:
        super().__init__(retry_seconds)
        self.retry_seconds = retry_seconds


@dataclass(frozen=True, slots=True)
class MadeLink:
    """A new link and its address, which nobody can read again."""

    link: Link
    url: str
    phone: Connection


def address(token: str) -> str:
    """The link. The token stands behind the #: browsers do not send that, so no server or proxy logs it."""
    return f"{settings.BASE_URL}{reverse('handover')}#{token}"


@transaction.atomic
def link_create(
    *, account: Account, subscriber: Subscriber, password: str, minutes: int = DEFAULT_MINUTES, name: str = ""
) -> MadeLink:
    """Make a link for a subscriber whose password is known. Raises ``ValidationError``, also for a wrong password."""
    current = Secret.objects.filter(subscriber=subscriber, valid_until=None).values_list("sha256", flat=True).first()
    given = ha1(Algorithm.SHA256, subscriber.username, subscriber.realm.shown_as, password)
    if current is None or not hmac.compare_digest(current, given):
        words = ValidationError(_("This is not its password (any more)."), code="wrong")
        raise ValidationError({"password": words})
    made = unsaved(account, connection(subscriber, password), subscriber.pk, lifetime(minutes), name)
    made.link.save(force_insert=True)
    audit.created(made.link)
    return made


@transaction.atomic
def links_create(*, account: Account, cards: Iterable[Mapping[str, str]], minutes: int) -> list[MadeLink]:
    """Make a link for each of the cards that a job made just now. Raises ``ValidationError``."""
    until = lifetime(minutes)
    made = []
    for card in cards:
        phone = Connection(card["username"], card["realm"], card["server"], card["password"])
        made.append(unsaved(account, phone, None, until, card["name"]))
    Link.objects.bulk_create([one.link for one in made], batch_size=500)
    audit.record_many(("create", one.link, audit.creation(one.link)) for one in made)
    return made


def lifetime(minutes: int) -> datetime:
    """When a link ends. Raises ``ValidationError``."""
    if not 1 <= minutes <= MAXIMUM_MINUTES:
        words = ValidationError(_("A link can live for 1 minute to 24 hours."), code="invalid")
        raise ValidationError({"minutes": words})
    return timezone.now() + timedelta(minutes=minutes)


def unsaved(account: Account, phone: Connection, subscriber_id: int | None, until: datetime, name: str) -> MadeLink:
    """A link under a fresh token, not saved yet."""
    token = tokens.fresh()
    content = {"username": phone.username, "realm": phone.realm, "server": phone.server, "password": phone.password}
    link = Link(
        account=account,
        subscriber_id=subscriber_id,
        label=f"sip:{phone.username}@{phone.realm}",
        token_hash=tokens.hash_of(token),
        sealed=tokens.seal(token, {**content, "name": name}),
        expires_at=until,
        made_by=audit.current().person()[2],
    )
    return MadeLink(link, address(token), phone)


def link_open(*, token: str, source: str) -> dict[str, str]:
    """Open a link, once: of any number at the same moment, one gets the settings.

    Raises ``NotOpened``, or ``TooManyMisses`` for a source that guesses.
    """
    refuse_guessing(source)
    link = Link.objects.filter(token_hash=tokens.hash_of(token)).first() if tokens.TOKEN.match(token) else None
    if link is None:
        limiter.take(bucket(source), limit=MISSES, window_seconds=MISS_WINDOW_SECONDS)
        raise NotOpened(None)
    with transaction.atomic():
        unopened = Link.objects.unopened().filter(pk=link.pk)
        if not unopened.update(used_at=timezone.now(), used_from=source, sealed=""):
            link.refresh_from_db()
            raise NotOpened(link.state)
        audit.record("open", link, {"used_from": ["", source]})
    return tokens.unseal(token, link.sealed)


def refuse_guessing(source: str) -> None:
    """Raise ``TooManyMisses`` for a source that has missed too often in this window."""
    now = int(limiter.clock())
    counted = RateBucket.objects.filter(key=bucket(source), window__gt=now, used__gte=MISSES).first()
    if counted is not None:
        raise TooManyMisses(counted.window - now)


def bucket(source: str) -> str:
    """Under what a source's misses are counted: its address, of IPv6 the network that one customer has."""
    try:
        found = ip_address(source)
    except ValueError:
        return "handover:unknown"
    return f"handover:{found if found.version == 4 else ip_network((found, 64), strict=False)}"


@transaction.atomic
def link_revoke(*, link: Link) -> None:
    """End a link that nobody has opened. Raises ``ValidationError``."""
    before, now = link.audited_values(), timezone.now()
    if not Link.objects.unopened().filter(pk=link.pk).update(revoked_at=now, sealed="", updated_at=now):
        raise ValidationError(_("It was opened, or is over."), code="state")
    link.revoked_at, link.sealed = now, ""
    audit.changed(link, before, action="revoke")


@transaction.atomic
def erase_expired() -> int:
    """Empty links that expired unopened, forget those of a month ago. Returns how many that were."""
    now = timezone.now()
    emptied = Link.objects.filter(expires_at__lte=now).exclude(sealed="").update(sealed="")
    return emptied + int(Link.objects.filter(expires_at__lte=now - KEPT).delete()[0])
