"""A cache that all processes share: sign-in limits and spent TOTP codes hold however many processes serve.

Kept in the volatile database, each operation one statement: ``add`` lets exactly one caller in. Values are JSON: what
a database holds must not become code when it is read. Keys are kept hashed: some name a code that was typed.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import connections

from console.models import CachedValue
from console.routers import volatile_alias

clock: Callable[[], float] = time.time
NEVER = 1e15  # seconds since 1970: later than anything

PUT = (
    "INSERT INTO console_cachedvalue (key, value, expires_at) VALUES (%s, %s, %s) "
    "ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at"
)
PUT_IF_GONE = f"{PUT} WHERE console_cachedvalue.expires_at <= %s RETURNING 1"


class SharedCache(BaseCache):
    """Django's cache over one table."""

    def __init__(self, _location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Keep ``value`` unless there is one; of all that try at once, one is told True."""
        with connections[volatile_alias()].cursor() as cursor:
            cursor.execute(PUT_IF_GONE, [*self._row(key, value, timeout, version), clock()])
            return cursor.fetchone() is not None

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """The value, or ``default`` when there is none or its time is over."""
        rows = CachedValue.objects.filter(key=self._hashed(key, version), expires_at__gt=clock())
        found = rows.values_list("value", flat=True).first()
        return default if found is None else json.loads(found)

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Keep ``value`` for ``timeout`` seconds, whatever was there."""
        with connections[volatile_alias()].cursor() as cursor:
            cursor.execute(PUT, self._row(key, value, timeout, version))

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Keep what is there for ``timeout`` seconds from now. Returns whether something is."""
        now = clock()
        rows = CachedValue.objects.filter(key=self._hashed(key, version), expires_at__gt=now)
        return bool(rows.update(expires_at=self._end(timeout)))

    def delete(self, key: str, version: int | None = None) -> bool:
        """Forget it. Returns whether something was there."""
        return bool(CachedValue.objects.filter(key=self._hashed(key, version)).delete()[0])

    def clear(self) -> None:
        """Forget everything."""
        CachedValue.objects.all().delete()

    def _row(self, key: str, value: Any, timeout: Any, version: int | None) -> list[Any]:
        return [self._hashed(key, version), json.dumps(value), self._end(timeout)]

    def _hashed(self, key: str, version: int | None) -> str:
        return hashlib.sha256(self.make_key(key, version=version).encode()).hexdigest()

    def _end(self, timeout: Any) -> float:
        seconds = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        return NEVER if seconds is None else clock() + seconds


def purge() -> int:
    """Remove what is past its time. Returns how many."""
    return int(CachedValue.objects.filter(expires_at__lte=clock()).delete()[0])
