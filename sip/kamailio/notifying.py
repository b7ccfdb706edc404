"""NOTIFYs to registered phones, and what became of each."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from urllib.parse import quote

from django.core.exceptions import ValidationError

from sip import authorization
from sip.kamailio import rpc
from sip.kamailio.models import Location
from sip.models import Secret, Subscriber
from sip.notify import notify_faults
from sip.registrar import Contact, Delivery, DeliveryOutcome

WAIT_SECONDS = 7.0  # Kamailio gives the phone five
POLL_SECONDS = 0.05
_CHALLENGE = re.compile(r"^(?:WWW|Proxy)-Authenticate:\s*(Digest\s[^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_USER_SAFE = "-_.~*'()&=+$,;?/"  # RFC 3261, but for "!": Kamailio puts its own address in place of "!!"


@dataclass(frozen=True, slots=True)
class Notify:
    """One NOTIFY as it goes to every contact of a subscriber; ``hashes`` are its MD5 HA1 by the realm's spelling."""

    aor: str
    username: str
    headers: str
    body: str
    hashes: dict[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one NOTIFY."""

    outcome: DeliveryOutcome
    status: int | None = None
    reason: str = ""
    is_authenticated: bool = False  # the phone asked who is calling, and was told

    def about(self, contact: Contact) -> Delivery:
        """The same as the registrar's interface has it."""
        return Delivery(contact, self.outcome, self.status, self.reason, self.is_authenticated)


def compose(subscriber: Subscriber, *, event: str, content_type: str, body: str) -> Notify:
    """Put a NOTIFY together. Raises ``ValidationError`` for what would end a header and begin another."""
    if faults := notify_faults(event=event, content_type=content_type or None, body=body):
        raise ValidationError(dict(faults))
    realm = subscriber.realm
    headers = ["Contact: <sip:console@!!>", f"Event: {event}", "Subscription-State: terminated"]
    if body:
        headers.append(f"Content-Type: {content_type}")
    return Notify(
        aor=f"sip:{quote(subscriber.username, safe=_USER_SAFE)}@{realm.name}",
        username=subscriber.username,
        headers="".join(f"{header}\r\n" for header in headers),
        body=body,
        hashes=_hashes(subscriber),
    )


def _hashes(subscriber: Subscriber) -> dict[str, str]:
    secret = Secret.objects.filter(subscriber=subscriber, valid_until__isnull=True).first()
    if secret is None:
        return {}
    return {subscriber.realm.shown_as: secret.md5, subscriber.realm.name: secret.md5_lower}


def send_all(notify: Notify, rows: Sequence[Location]) -> list[Answer]:
    """Send to every contact at once and wait for their answers, all of them within about ``WAIT_SECONDS``."""
    if not rows:
        return []
    with ThreadPoolExecutor(max_workers=min(len(rows), 16), thread_name_prefix="notify") as pool:
        return list(pool.map(lambda row: send(notify, row), rows))


def send(notify: Notify, row: Location) -> Answer:
    """Send to one contact; a phone that asks who is calling gets it again, with the subscriber's digest."""
    try:
        answer, challenge = _plain(notify, row)
        if challenge and (digest := _fitting(notify, challenge)):
            return replace(_authenticated(notify, row, digest), is_authenticated=True)
    except (rpc.Unreachable, rpc.Refused) as error:
        return Answer(DeliveryOutcome.NOT_SENT, reason=str(error))
    return answer


def _plain(notify: Notify, row: Location) -> tuple[Answer, str]:
    """Returns the phone's answer and, if it is 401 or 407, its challenge."""
    console = f"sip:console@{row.domain}"
    headers = f"From: <{console}>\r\nTo: <{notify.aor}>\r\n{notify.headers}"
    body = [notify.body] if notify.body else []
    result = rpc.of(row.server_id).call(
        "tm.t_uac_wait", "NOTIFY", row.contact, row.received or ".", row.socket or ".", headers, *body,
        wait_seconds=WAIT_SECONDS,
    )  # fmt: skip
    status, reason = int(result[0]), str(result[1])
    found = _CHALLENGE.search(str(result[-1])) if status in (401, 407) else None
    return _answer(status, reason), found[1] if found else ""


def _answer(status: int, reason: str) -> Answer:
    if status == 408:
        return Answer(DeliveryOutcome.TIMED_OUT)
    return Answer(DeliveryOutcome.ANSWERED, status, reason)


def _fitting(notify: Notify, challenge: str) -> str:
    """The HA1 that answers this challenge: of the same realm and algorithm, or none."""
    parameters = authorization.parse(challenge) or {}
    if parameters.get("algorithm", "MD5").upper() != "MD5":
        return ""
    return notify.hashes.get(parameters.get("realm", ""), "")


def _authenticated(notify: Notify, row: Location, digest: str) -> Answer:
    """Send with a digest. Values travel in hexadecimal: no header can be forged."""
    kamailio, identifier = rpc.of(row.server_id), secrets.token_hex(16)
    values = {
        "X-Target": row.contact, "X-Next-Hop": row.received or "", "X-Socket": row.socket or "",
        "X-From": f"sip:console@{row.domain}", "X-To": notify.aor, "X-Headers": notify.headers,
        "X-User": notify.username, "X-Ha1": digest,
    }  # fmt: skip
    encoded = {name: value.encode().hex() for name, value in values.items() if value}
    kamailio.post("/notify", {"X-Id": identifier, **encoded}, notify.body.encode())
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        status = int(kamailio.call("htable.get", "notify", identifier)["item"]["value"])
        if status:
            return _answer(status, "")
        time.sleep(POLL_SECONDS)
    return Answer(DeliveryOutcome.TIMED_OUT)
