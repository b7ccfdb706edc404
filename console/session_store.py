"""Sessions in the database that end a fixed time after the sign-in, however often they are written to meanwhile."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from console.proof import SIGNED_IN_AT


class SessionStore(DatabaseStore):
    """Django's, which by itself counts from the latest write."""

    def load(self) -> dict[str, Any]:
        """The session's content; nothing once its time is over."""
        content: dict[str, Any] = super().load()
        if time.time() - float(content.get(SIGNED_IN_AT, time.time())) > settings.SESSION_COOKIE_AGE:
            self._session_key = None
            return {}
        return content
