"""Everything the webhook needs to know, in one SQL statement per question."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Self
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from sip.hashing import HashSet, SecretHashes
from sip.models import WebhookAccess

PROOF = ("account_id", "password_digest", "sealed_secret")
POLICY = (
    "max_expires_seconds", "check_aor", "check_realm", "check_replay", "block_after_failures", "block_window_seconds",
    "block_seconds",
)  # fmt: skip
SUBSCRIBER = (
    "id", "account_id", "username", "kind", "enabled", "application_sid", "allow_voice", "allow_message", "allow_video",
    "allow_same_domain", "allow_other_domains", "allow_phones", "allow_apps", "allowed_networks",
)  # fmt: skip
HASHES = ("md5", "sha256", "sha512_256", "md5_lower", "sha256_lower", "sha512_256_lower")
KEY_CHARACTERS = 128


@dataclass(frozen=True, slots=True)
class Access:
    """How the asking SBC must prove itself, and its account's policy."""

    account_id: int
    password_digest: str = field(repr=False)
    sealed_secret: str = field(repr=False)
    max_expires_seconds: int
    check_aor: bool
    check_realm: bool
    check_replay: bool
    block_after_failures: int
    block_window_seconds: int
    block_seconds: int
    main_account_id: int

    @classmethod
    def of_nobody(cls) -> Self:
        """The policy for a realm that no account holds: the defaults."""
        policy = {name: WebhookAccess._meta.get_field(name).default for name in POLICY}  # type: ignore[union-attr]
        return cls(account_id=0, main_account_id=0, password_digest="", sealed_secret="", **policy)


@dataclass(frozen=True, slots=True)
class KnownSubscriber:
    """The subscriber that a realm and username name."""

    id: int
    account_id: int
    username: str
    kind: str
    enabled: bool
    application_sid: UUID | None
    allow_voice: bool
    allow_message: bool
    allow_video: bool
    allow_same_domain: bool
    allow_other_domains: bool
    allow_phones: bool
    allow_apps: bool
    allowed_networks: Sequence[str]
    main_account_id: int
    is_account_live: bool
    secrets: Sequence[SecretHashes] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known: the access that may ask, the realm's holder and the subscriber, each None where there is none."""

    access: Access | None
    realm_account_id: int | None
    realm_main_account_id: int | None
    subscriber: KnownSubscriber | None
    blocked_until: datetime | None = None

    def within(self, access: Access) -> Knowledge:
        """What an account may know: its own realms and subscribers and, as a main account, its sub-accounts'.

        A sub-account whose endpoints live in its main account's realm knows that realm as its own.
        """
        account_id, subscriber = access.account_id, self.subscriber
        if subscriber is not None and account_id not in (subscriber.account_id, subscriber.main_account_id):
            subscriber = None
        if account_id in (self.realm_account_id, self.realm_main_account_id):
            return replace(self, subscriber=subscriber)
        is_shared = self.realm_account_id == access.main_account_id
        holder = (account_id, access.main_account_id) if is_shared else (None, None)
        return replace(self, realm_account_id=holder[0], realm_main_account_id=holder[1], subscriber=subscriber)

    @property
    def owner(self) -> tuple[int | None, int | None]:
        """The account that a question concerns, and its main account: the subscriber's, the realm's, or who asks."""
        if self.subscriber is not None:
            return self.subscriber.account_id, self.subscriber.main_account_id
        if self.realm_account_id is None and self.access is not None:
            return self.access.account_id, self.access.main_account_id
        return self.realm_account_id, self.realm_main_account_id


NOTHING = Knowledge(None, None, None, None)

_BLOCKED = (
    "(SELECT b.until FROM sip_block b WHERE b.realm = %s AND b.username_key = %s AND b.source = %s AND b.until > %s)"
)
_COLUMNS = ", ".join(
    [
        *(f"w.{name}" for name in (*PROOF, *POLICY)), "coalesce(wa.parent_id, wa.id)",
        "r.account_id", "coalesce(ra.parent_id, ra.id)", "r.shown_as", _BLOCKED,
        *(f"s.{name}" for name in SUBSCRIBER),
        "coalesce(sa.parent_id, sa.id)", "sa.enabled AND coalesce(sp.enabled, sa.enabled)",
        *(f"x.{name}" for name in HASHES),
    ]
)  # fmt: skip
_ACCESS_COLUMNS = len(PROOF) + len(POLICY) + 1
# For a username that is not there, some other subscriber of the realm is fetched and dropped again, so that the time
# does not tell which usernames are there.
_SUBSCRIBER_JOINS = """
LEFT JOIN accounts_account wa ON wa.id = w.account_id
LEFT JOIN sip_subscriber s ON s.id = coalesce(
(SELECT n.id FROM sip_subscriber n WHERE n.realm_id = r.id AND n.username_key = %s),
(SELECT d.id FROM sip_subscriber d WHERE d.realm_id = r.id ORDER BY d.username_key LIMIT 1))
LEFT JOIN accounts_account sa ON sa.id = s.account_id
LEFT JOIN accounts_account sp ON sp.id = sa.parent_id
LEFT JOIN sip_secret x ON x.subscriber_id = s.id AND (x.valid_until IS NULL OR x.valid_until > %s)
"""
_ORDER = "ORDER BY CASE WHEN x.valid_until IS NULL THEN 0 ELSE 1 END"
BY_USERNAME = f"""SELECT {_COLUMNS} FROM sip_webhookaccess w
LEFT JOIN sip_realm r ON r.name = %s LEFT JOIN accounts_account ra ON ra.id = r.account_id
{_SUBSCRIBER_JOINS} WHERE w.username = %s {_ORDER}"""
BY_REALM = f"""SELECT {_COLUMNS} FROM sip_realm r JOIN accounts_account ra ON ra.id = r.account_id
LEFT JOIN sip_webhookaccess mine ON mine.account_id = r.account_id AND mine.sealed_secret <> ''
LEFT JOIN sip_webhookaccess w
ON w.account_id = CASE WHEN mine.id IS NULL THEN coalesce(ra.parent_id, ra.id) ELSE ra.id END
{_SUBSCRIBER_JOINS} WHERE r.name = %s {_ORDER}"""


def look_up(*, realm: str, username: str, source: str, access_username: str | None = None) -> Knowledge:
    """Ask the database once, for the access of the Basic user name; without one, for that of the realm's holder."""
    now, realm, key = timezone.now(), realm.lower(), username_key(username)
    blocked, subscriber = [realm, key, source, now], [key, now]
    if access_username is not None:
        return _known(BY_USERNAME, [*blocked, realm, *subscriber, access_username], key)
    return _known(BY_REALM, [*blocked, *subscriber, realm], key)


def username_key(username: str) -> str:
    """What a username is looked up by."""
    return username.casefold()[:KEY_CHARACTERS]


def _known(statement: str, parameters: list[Any], key: str) -> Knowledge:
    with connection.cursor() as cursor:
        cursor.execute(statement, [_adapted(value) for value in parameters])
        rows = cursor.fetchall()
    if not rows:
        return NOTHING
    access, (account_id, main_account_id, shown_as, until), rest = _split(rows[0])
    found = _subscriber(rest, [_hashes(shown_as, row) for row in rows if row[-1] is not None])
    return Knowledge(
        access=Access(*access) if access[0] is not None else None,
        realm_account_id=account_id,
        realm_main_account_id=main_account_id,
        subscriber=found if found is not None and username_key(found.username) == key else None,
        blocked_until=_moment(until),
    )


def _split(row: Sequence[Any]) -> tuple[Sequence[Any], Sequence[Any], Sequence[Any]]:
    """The columns of the access, of the realm and its block, and of the subscriber."""
    after_realm = _ACCESS_COLUMNS + 4
    return row[:_ACCESS_COLUMNS], row[_ACCESS_COLUMNS:after_realm], row[after_realm : -len(HASHES)]


def _subscriber(columns: Sequence[Any], secrets: Sequence[SecretHashes]) -> KnownSubscriber | None:
    if columns[0] is None:
        return None
    values = dict(zip((*SUBSCRIBER, "main_account_id", "is_account_live"), columns, strict=True))
    values["application_sid"] = _uuid(values["application_sid"])
    values["allowed_networks"] = _list(values["allowed_networks"])
    return KnownSubscriber(**values, secrets=secrets)


def _hashes(realm: str, row: Sequence[Any]) -> SecretHashes:
    hashes = row[-len(HASHES) :]
    return SecretHashes(realm, HashSet(*hashes[:3]), HashSet(*hashes[3:]))


def _adapted(value: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


def _moment(value: Any) -> datetime | None:
    """SQLite hands dates out as text, in UTC."""
    parsed = parse_datetime(value) if isinstance(value, str) else value
    return parsed if parsed is None or timezone.is_aware(parsed) else timezone.make_aware(parsed, UTC)


def _uuid(value: Any) -> UUID | None:
    return UUID(value) if isinstance(value, str) else value


def _list(value: Any) -> list[str]:
    return list(json.loads(value)) if isinstance(value, str) else list(value or [])
