"""What the console does for Kamailio from time to time, beside its requests."""

from __future__ import annotations

import time

from django.db import connection

from sip.kamailio import failures, location

SWEEP_SECONDS = 600.0
# Registrations are the use of a subscriber; written at most once a minute each.
_LAST_USED = """
UPDATE sip_subscriber s SET last_used_at = l.at
  FROM (SELECT username, domain, to_timestamp(max(last_modified)) AS at FROM sip.location GROUP BY 1, 2) l
  JOIN sip_realm r ON r.name = l.domain
 WHERE s.realm_id = r.id AND s.username_key = l.username
   AND (s.last_used_at IS NULL OR s.last_used_at < l.at - interval '1 minute')
"""


class Upkeep:
    """Failures into the log at every turn; use and stray registrations every ten minutes."""

    def __init__(self) -> None:
        self._swept_at = float("-inf")

    def turn(self) -> int:
        """Do what is due. Returns how many failures came in."""
        moved = failures.drain()
        if time.monotonic() - self._swept_at >= SWEEP_SECONDS:
            note_last_used()
            location.remove_strays()
            self._swept_at = time.monotonic()
        return moved


def note_last_used() -> int:
    """Note when each registered subscriber was last heard of. Returns how many changed."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST_USED)
        return int(cursor.rowcount)
