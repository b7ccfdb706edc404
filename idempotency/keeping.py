"""Claiming a key, keeping its answer, giving it again (draft-ietf-httpapi-idempotency-key-header)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from console import sealing
from idempotency.models import KeptAnswer

KEPT = timedelta(hours=24)
BUSY = timedelta(seconds=60)  # a request that takes longer was killed: another may answer the key
HIDDEN = "<redacted>"
SECRET_NAMES = frozenset({"auth_token", "access_token", "refresh_token", "password", "secret", "token", "link"})


class Conflict(Exception):
    """The first request with this key is being answered right now."""


class Mismatch(Exception):
    """The key was used for another request."""


@dataclass(frozen=True, slots=True)
class Replay:
    """An answer that was given before. ``omitted`` names the secrets that are not shown again."""

    status: int
    data: Any
    headers: dict[str, str]
    omitted: list[str]


def keyed_hash(salt: str, *pieces: bytes) -> str:
    """An HMAC under the installation's key: neither keys nor bodies can be guessed from the table."""
    value = b"".join(len(piece).to_bytes(8) + piece for piece in pieces)
    return salted_hmac(f"idempotency.{salt}", value, algorithm="sha256").hexdigest()


def claim(account_id: int, key: str, request_hash: str) -> KeptAnswer | Replay:
    """Take the key for a new request, or return what was answered to it. Raises ``Conflict`` or ``Mismatch``."""
    key_hash, now = keyed_hash("key", key.encode()), timezone.now()
    fields = {"request_hash": request_hash, "busy_until": now + BUSY, "expires_at": now + KEPT}
    KeptAnswer.objects.filter(account_id=account_id, key_hash=key_hash, expires_at__lte=now).delete()
    try:
        with transaction.atomic():
            return KeptAnswer.objects.create(account_id=account_id, key_hash=key_hash, **fields)
    except IntegrityError:
        return again(KeptAnswer.objects.filter(account_id=account_id, key_hash=key_hash).first(), request_hash)


def again(kept: KeptAnswer | None, request_hash: str) -> KeptAnswer | Replay:
    """What a key that is there already means for a request. Raises ``Conflict`` or ``Mismatch``."""
    if kept is None:
        raise Conflict
    if kept.request_hash != request_hash:
        raise Mismatch
    if kept.status is not None:
        return opened(kept)
    now = timezone.now()
    killed = KeptAnswer.objects.filter(pk=kept.pk, status=None, busy_until__lte=now)
    if not killed.update(busy_until=now + BUSY):
        raise Conflict
    return kept


def keep(kept: KeptAnswer, status: int, data: Any, headers: dict[str, str]) -> None:
    """Keep an answer, its secrets left out."""
    omitted: list[str] = []
    shown = without_secrets(data, "", omitted)
    answer = {"data": shown, "headers": headers, "omitted": omitted}
    kept.status, kept.sealed_answer = status, sealing.seal(json.dumps(answer, cls=DjangoJSONEncoder))
    kept.save(update_fields=["status", "sealed_answer"])


def release(kept: KeptAnswer) -> None:
    """Forget a key whose request came to nothing: it may be tried again."""
    KeptAnswer.objects.filter(pk=kept.pk, status=None).delete()


def opened(kept: KeptAnswer) -> Replay:
    """The answer that was kept."""
    answer = json.loads(sealing.unseal(kept.sealed_answer))
    return Replay(kept.status or 200, answer["data"], answer["headers"], answer["omitted"])


def without_secrets(data: Any, path: str, omitted: list[str]) -> Any:
    """The data with every secret hidden; their paths are added to ``omitted``."""
    if isinstance(data, dict):
        return {name: hidden(name, value, f"{path}.{name}".strip("."), omitted) for name, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [without_secrets(value, f"{path}.{place}".strip("."), omitted) for place, value in enumerate(data)]
    return data


def hidden(name: str, value: Any, path: str, omitted: list[str]) -> Any:
    """The value of a key, hidden where it is a secret that was shown."""
    if name not in SECRET_NAMES or not isinstance(value, str) or value in ("", HIDDEN):
        return without_secrets(value, path, omitted)
    omitted.append(path)
    return HIDDEN


def purge() -> int:
    """Forget the keys of more than a day ago. Returns how many."""
    return int(KeptAnswer.objects.filter(expires_at__lte=timezone.now()).delete()[0])
